"""Docker for the tests, on a machine that has none running and reaches no container registry.

The daemon is ours alone: its images live in the cache folder, its socket and processes end with the
tests. It runs twice. To build, it shares the machine's network. To run containers, it sits in a network
namespace of its own: published ports work there as anywhere, and there is no way out, so whatever
answers there answers offline.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SUITE = "bookworm"
BASE = f"test/debian:{SUITE}"
NAMESPACE = "rusoil-images"
NEEDS = {
    "docker": "docker.io",
    "dockerd": "docker.io",
    "iptables": "iptables",
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "nsenter": "util-linux",
}
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PR_SET_PDEATHSIG, CLONE_NEWNET = 1, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def until(probe: Callable[[], Any], what: str | Callable[[], str], seconds: float = 120) -> Any:
    """The first true value of ``probe``; an ``AssertionError`` that says ``what`` did not happen."""
    deadline = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.2)
    return value


def check_tools() -> None:
    """Fail with the command that brings what is missing."""
    if missing := sorted({package for tool, package in NEEDS.items() if not shutil.which(tool)}):
        raise RuntimeError(f"Image tests need more programs. Run: apt-get install -y {' '.join(missing)}")
    if os.geteuid() != 0:
        raise RuntimeError("Image tests start a Docker daemon. Run them as root.")


class Docker:
    """A Docker daemon in ``folder`` and its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            **os.environ,
            "DOCKER_HOST": f"unix://{folder}/docker.sock",
            "DOCKER_CONFIG": str(folder / "config"),
            "DOCKER_BUILDKIT": "0",
        }
        (folder / "config").mkdir(parents=True, exist_ok=True)

    def __call__(self, *arguments: str, timeout: float = 120) -> str:
        """Output of ``docker ARGUMENTS``, standard error included; raises when it fails."""
        result = self.run(*arguments, timeout=timeout)
        assert result.returncode == 0, f"docker {' '.join(arguments)}\n{result.stdout}"
        return result.stdout.strip()

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """As calling, for a command that may fail."""
        return subprocess.run(
            ["docker", *arguments],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )

    @contextlib.contextmanager
    def daemon(self, *options: str, prefix: tuple[str, ...] = ()) -> Iterator[None]:
        """Run the daemon; every container that is left is removed at the end."""
        command = [*prefix, "dockerd", "--host", self.environ["DOCKER_HOST"], *options]
        for option, name in (("data-root", "data"), ("exec-root", "run"), ("pidfile", "docker.pid")):
            command += [f"--{option}", str(self.folder / name)]
        with (self.folder / "dockerd.log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=_end_with_parent)
        try:
            until(lambda: self._ready(process), "dockerd is ready")
            self.clear()
            yield
            self.clear()
        finally:
            process.terminate()
            process.wait(60)

    def _ready(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, (self.folder / "dockerd.log").read_text()[-2000:]
        return self.run("info").returncode == 0

    def clear(self) -> None:
        """Remove all containers and their volumes."""
        if containers := self("ps", "--all", "--quiet").split():
            self("rm", "--force", "--volumes", *containers)

    def building(self) -> contextlib.AbstractContextManager[None]:
        """The daemon with the machine's network, for builds; the machine's own network stays as it is."""
        return self.daemon("--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-masq=false")

    @contextlib.contextmanager
    def offline(self) -> Iterator[None]:
        """The daemon in a network namespace that has nothing but itself."""
        subprocess.run(["ip", "netns", "delete", NAMESPACE], stderr=subprocess.DEVNULL)
        subprocess.run(["ip", "netns", "add", NAMESPACE], check=True)
        try:
            subprocess.run(["ip", "-n", NAMESPACE, "link", "set", "lo", "up"], check=True)
            with self.daemon(prefix=("nsenter", f"--net=/var/run/netns/{NAMESPACE}")):
                yield
        finally:
            subprocess.run(["ip", "netns", "delete", NAMESPACE], check=True)

    def build(self, tag: str, folder: Path, *options: str) -> None:
        """Build an image; unchanged layers come from the cache."""
        began = time.monotonic()
        self("build", "--network", "host", "--tag", tag, *options, str(folder), timeout=1200)
        print(f"{tag}: built in {time.monotonic() - began:.0f} s, {self.megabytes(tag):.0f} MB")

    def megabytes(self, image: str) -> float:
        """An image's size on disk, its base included."""
        return int(self("image", "inspect", "--format", "{{.Size}}", image)) / 1e6

    def make_base(self) -> None:
        """Debian's minimal system as an image, from the mirror that this machine's apt uses.

        It gets the machine's certificates, which pip may need to reach its index from here, so it is
        for tests only.
        """
        if self("images", "--quiet", BASE):
            return
        began = time.monotonic()
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            tree = f"{scratch}/{SUITE}"
            subprocess.run(
                ["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, tree, *_mirror()],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            shutil.rmtree(f"{tree}/var/cache/apt/archives")
            shutil.copy(CERTIFICATES, tree + CERTIFICATES)
            variables = " ".join(
                f"{name}={CERTIFICATES}"
                for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
            )
            archive = f"{scratch}/{SUITE}.tar"
            subprocess.run(["tar", "-C", tree, "-cf", archive, "."], check=True)
            self("import", "--change", f"ENV {variables}", archive, BASE)
        print(f"{BASE}: made in {time.monotonic() - began:.0f} s, {self.megabytes(BASE):.0f} MB")


def _end_with_parent() -> None:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _mirror() -> list[str]:
    """The address of the first package source of this machine; debootstrap knows its own default."""
    sources = Path("/etc/apt/sources.list.d/debian.sources")
    lines = sources.read_text().splitlines() if sources.exists() else []
    for line in lines:
        if line.startswith("URIs:"):
            return [line.split()[1]]
    return []


# --- running containers ------------------------------------------------------------------------------


@contextlib.contextmanager
def _namespace() -> Iterator[None]:
    """This thread inside the containers' network; sockets made here stay there."""
    with open("/proc/thread-self/ns/net") as outside, open(f"/var/run/netns/{NAMESPACE}") as inside:
        assert libc.setns(inside.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        try:
            yield
        finally:
            assert libc.setns(outside.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())


class Connection(http.client.HTTPConnection):
    """An HTTP connection to a published port."""

    def connect(self) -> None:
        """As the base class does, from within the containers' network."""
        with _namespace():
            super().connect()


@dataclass(frozen=True)
class Container:
    """A running container."""

    docker: Docker
    name: str
    port: int = 8888

    @property
    def log(self) -> str:
        """All that it has printed."""
        return self.docker("logs", self.name)

    @property
    def health(self) -> str:
        """What its health check says."""
        return self.docker("inspect", "--format", "{{.State.Health.Status}}", self.name)

    def wait_until_healthy(self) -> Container:
        """Itself, once the health check has passed."""
        until(
            lambda: self.health == "healthy",
            lambda: f"{self.name} is healthy, but it is {self.health}; its log:\n{self.log}",
        )
        return self

    def execute(self, *command: str, timeout: float = 120) -> str:
        """Output of a command inside."""
        return self.docker("exec", self.name, *command, timeout=timeout)

    def request(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, str]:
        """Status and body of a request to the published port."""
        with contextlib.closing(Connection("127.0.0.1", self.port, timeout=120)) as connection:
            headers = {"Authorization": f"token {token}"} if token else {}
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    @contextlib.contextmanager
    def websocket(self, path: str, token: str) -> Iterator[None]:
        """A WebSocket held open; nothing is said on it."""
        with contextlib.closing(Connection("127.0.0.1", self.port, timeout=120)) as connection:
            key = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "cnVzb2lsLWp1cHl0ZXIhIQ=="}
            upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Authorization": f"token {token}"}
            connection.request("GET", path, headers=upgrade | key)
            with connection.getresponse() as response:
                assert response.status == 101, response.read()
                yield
