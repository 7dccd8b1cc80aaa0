"""Jupyter's runtime files: which servers of this user run on this computer, and where.

Every Jupyter server writes ``jpserver-<pid>.json`` into the runtime directory, readable by its
owner only. It is read here without importing Jupyter.

Such a file says where questions and tokens are sent, so it is believed only where nobody else can have
written it: the file and its folder are the user's own, and no one else may write to them.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Runtime:
    """One running server as its file tells it. ``token`` is empty where a password protects it."""

    pid: int
    url: str
    token: str = field(default="", repr=False)
    base_url: str = "/"
    root_dir: str = ""
    socket: str = ""
    secure: bool = False
    started: float = 0.0

    def holds(self, folder: Path) -> int:
        """How many path parts of ``folder`` its root shares, 0 where the folder is outside it."""
        if not self.root_dir:
            return 0
        root = Path(self.root_dir).resolve()
        return len(root.parts) if folder.resolve().is_relative_to(root) else 0


def runtimes(folder: Path) -> list[Runtime]:
    """The servers with files in this directory that run now, the latest first."""
    found = [_read(path) for path in folder.glob("jpserver-*.json")] if _is_private_folder(folder) else []
    live = [one for one in found if one is not None and alive(one.pid)]
    return sorted(live, key=lambda one: one.started, reverse=True)


def _read(path: Path) -> Runtime | None:
    try:
        # A pipe would wait for a writer; a file is looked at once it is open, so that it is the one read.
        with open(path, encoding="utf-8", opener=_open_at_once) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or not _is_private(about):
                return None
            return _runtime(json.load(file), about.st_mtime)
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None  # gone since it was listed, half written, or not a server's


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _is_private_folder(folder: Path) -> bool:
    try:
        return _is_private(folder.stat())
    except OSError:
        return False


def _is_private(about: os.stat_result) -> bool:
    """Whether it is this user's, and nobody else may write to it. Windows keeps a user's own folders so."""
    if sys.platform == "win32":
        return True
    return about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _runtime(info: dict[str, Any], started: float) -> Runtime:
    port = int(info["port"])
    base_url = "/" + str(info.get("base_url") or "/").strip("/")
    base_url = base_url if base_url.endswith("/") else base_url + "/"
    secure = bool(info.get("secure"))
    socket = str(info.get("sock") or "")
    host = _reachable(str(info.get("hostname") or ""))
    origin = f"{'https' if secure else 'http'}://{host}:{port}"
    return Runtime(
        pid=int(info["pid"]),
        url=("http://localhost" if socket else origin) + base_url,
        token=str(info.get("token") or ""),
        base_url=base_url,
        root_dir=str(info.get("root_dir") or ""),
        socket=socket,
        secure=secure,
        started=started,
    )


def _reachable(host: str) -> str:
    """A host to connect to, for one that was listened on."""
    if host in {"", "0.0.0.0", "*"}:  # noqa: S104  # compared, not bound
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host


def alive(pid: int) -> bool:
    """Whether the process runs. On Windows ``os.kill`` would end it, so it is opened instead."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        import ctypes

        query_limited_information = 0x1000
        handle = ctypes.windll.kernel32.OpenProcess(query_limited_information, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OverflowError:
        return False
    except PermissionError:
        return True  # it runs, as somebody else
    return True
