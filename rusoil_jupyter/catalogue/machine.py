"""What this computer has for models: memory that this process may really use, and room on the disk."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path, PurePosixPath

RESERVE = 0.2
"""The share of the memory that a model leaves to everything else: Jupyter, kernels, the browser."""


def memory(root: Path = Path("/")) -> int | None:
    """Bytes of memory that this process may use: the machine's, or less where a container's limit says so.

    ``None`` where the system does not tell.
    """
    sizes = [_machine_memory(), *_group_limits(root)]
    return min((size for size in sizes if size), default=None)


def usable_memory() -> int | None:
    """Bytes of memory that a model may fill; ``None`` where the system does not tell."""
    total = memory()
    return None if total is None else int(total * (1 - RESERVE))


def free_disk(folder: Path) -> int | None:
    """Bytes that can be written to this folder, which need not exist yet; ``None`` where that is unknown."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def _machine_memory() -> int | None:
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _windows_memory() -> int | None:  # pragma: no cover - only there
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    windows: object = getattr(ctypes, "windll", None)
    ask = getattr(getattr(windows, "kernel32", None), "GetPhysicallyInstalledSystemMemory", None)
    return kilobytes.value * 1024 if ask and ask(ctypes.byref(kilobytes)) else None


def _group_limits(root: Path) -> list[int]:
    """Limits of the control groups (version 2 or 1) this process is in, from its own up to the root."""
    limits = []
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    for line in lines:
        _number, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        tree, name = (
            ("sys/fs/cgroup/memory", "memory.limit_in_bytes")
            if controllers
            else ("sys/fs/cgroup", "memory.max")
        )
        group = PurePosixPath(path)
        for place in (group, *group.parents):
            try:
                limits.append(int((root / tree / str(place).lstrip("/") / name).read_text()))
            except (OSError, ValueError):  # not here (a container sees only its own tree), or “max”
                continue
    return limits
