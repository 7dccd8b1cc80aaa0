"""Which Jupyter servers of this user run on this computer, and which of them started this kernel."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from rusoil_jupyter import servers


def runtimes() -> list[servers.Runtime]:
    """The servers that run now, the latest first. Files of dead servers are left out."""
    return servers.runtimes(Path(jupyter_runtime_dir()))


def parent_pid() -> int | None:
    """The process that started this kernel, as jupyter_client told it; None outside a kernel."""
    text = os.environ.get("JPY_PARENT_PID", "")
    if not text.isdigit():
        return None
    if sys.platform == "win32":  # there it is a process handle
        import ctypes

        return int(ctypes.windll.kernel32.GetProcessId(ctypes.c_void_p(int(text)))) or None
    return int(text)
