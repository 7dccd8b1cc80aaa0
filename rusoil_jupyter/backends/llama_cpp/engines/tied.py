"""Runs an engine's program in this process, which ends with its parent and keeps to its bounds.

``python -P tied.py PROGRAM OPTIONS``. Run by path, never imported, as the programs themselves. Their
libraries hold Python's lock while they load, for minutes if a file wants it, and nothing written in Python
would notice then that the parent is gone: so the system is told to see to it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Let the system end this process with its parent (Linux); the program may catch the signal."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before
        sys.exit()


def keep_to(cpu_seconds: int, data_bytes: int) -> None:
    """Bound what this process may use; 0 is no bound."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_DATA, data_bytes)):
        with contextlib.suppress(OSError, ValueError):  # a stricter bound is there already
            if most:
                # The signal of the soft bound says what happened; that of the hard one would not.
                resource.setrlimit(kind, (most, most + 1))


def main() -> None:
    """Become the program."""
    program = sys.argv.pop(1)
    options = json.loads(sys.argv[1])
    end_with(options["parent"])
    keep_to(options["cpu_seconds"], options["data_bytes"])
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
