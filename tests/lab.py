"""A JupyterLab process, to test in a browser and to measure."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "secret-of-the-tests"
READY_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Lab:
    """A running server and how long it took to answer, in seconds."""

    process: psutil.Process
    url: str
    wall: float
    cpu: float
    log: Path

    @property
    def root(self) -> Path:
        """The folder whose notebooks it serves."""
        return self.log.parent / "root"

    @property
    def engines(self) -> list[psutil.Process]:
        """Its engine processes."""
        children = self.process.children(recursive=True)
        return [child for child in children if any(Path(a).parent.name == "engines" for a in child.cmdline())]

    @property
    def rss(self) -> int:
        return int(self.process.memory_info().rss)


@contextmanager
def running_lab(*, extension: bool = True, **environ: str) -> Iterator[Lab]:
    """JupyterLab as ``make lab`` starts it, with or without our server extension."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        config = {"ServerApp": {"jpserver_extensions": {"rusoil_jupyter_server": extension}}}
        (folder / "jupyter_server_config.json").write_text(json.dumps(config))
        root = folder / "root"
        root.mkdir()
        port = free_port()
        command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
        command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"]
        command += [f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"]
        started = time.monotonic()
        with (folder / "log").open("w") as log:
            child = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env=os.environ | {"JUPYTER_CONFIG_DIR": scratch} | environ,
            )
        try:
            yield _wait(child, f"http://127.0.0.1:{port}", started, folder / "log")
        finally:
            child.terminate()
            child.wait(60)


def _wait(child: subprocess.Popen[bytes], url: str, started: float, log: Path) -> Lab:
    process = psutil.Process(child.pid)
    while time.monotonic() - started < READY_SECONDS:
        if child.poll() is not None:
            break
        try:
            httpx2.get(f"{url}/api/status", params={"token": TOKEN}).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.01)
            continue
        times = process.cpu_times()
        return Lab(process, url, time.monotonic() - started, times.user + times.system, log)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")
