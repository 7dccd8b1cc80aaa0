"""A reader with the failures of real ones: run as the child process in tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

from rusoil_jupyter.errors import PayloadTooLarge
from rusoil_jupyter.figures.interpret import worker
from rusoil_jupyter.i18n import _


def echo(**given: Any) -> Any:
    return given


def hang() -> None:
    while True:
        time.sleep(1)


def spawn() -> int:
    """A child of its own, which outlives the answer."""
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid


def die() -> None:
    os._exit(11)


def grow() -> int:
    return len(bytearray(8 << 30))


def noise() -> str:
    sys.stdout.write("a library says hello\n")
    sys.stdout.flush()
    os.write(1, b"and so does C\n")
    return "quiet"


def fail() -> None:
    raise KeyError("secret")


def refuse() -> None:
    raise PayloadTooLarge("Too large.", "Make it smaller.", field="image")


def missing() -> None:
    raise ModuleNotFoundError("No module named 'numpy'")


def spoken() -> str:
    return _("en")


worker.tasks = lambda: (
    {  # type: ignore[assignment]
        task.__name__: task for task in (echo, hang, spawn, die, grow, noise, fail, refuse, missing, spoken)
    }
    | {"pid": os.getpid}
)

if __name__ == "__main__":
    worker.main()
