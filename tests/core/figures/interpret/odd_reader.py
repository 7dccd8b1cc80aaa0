"""A reader with the failures of real ones: run as the child process in tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from rusoil_jupyter.errors import PayloadTooLarge
from rusoil_jupyter.figures.interpret import worker
from rusoil_jupyter.figures.interpret.errands import Errand
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Value


class Thing(Value):
    """Anything that JSON has."""

    value: Any = None


def errand(name: str) -> Errand[Thing, Thing]:
    """An errand of this reader."""
    return Errand(name, Thing, Thing)


def echo(given: Thing) -> Any:
    return given.value


def hang(_given: Thing) -> None:
    while True:
        time.sleep(1)


def spawn(_given: Thing) -> int:
    """A child of its own, which outlives the answer."""
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid


def die(_given: Thing) -> None:
    os._exit(11)


def grow(_given: Thing) -> int:
    return len(bytearray(8 << 30))


def noise(_given: Thing) -> str:
    sys.stdout.write("a library says hello\n")
    sys.stdout.flush()
    os.write(1, b"and so does C\n")
    return "quiet"


def fail(_given: Thing) -> None:
    raise KeyError("secret")


def refuse(_given: Thing) -> None:
    raise PayloadTooLarge("Too large.", "Make it smaller.", field="image")


def missing(_given: Thing) -> None:
    raise ModuleNotFoundError("No module named 'numpy'")


def spoken(_given: Thing) -> str:
    return _("en")


def pid(_given: Thing) -> int:
    return os.getpid()


DONE = (echo, hang, spawn, die, grow, noise, fail, refuse, missing, spoken, pid)


def thing_of(do: Callable[[Thing], Any]) -> Callable[[Thing], Thing]:
    return lambda given: Thing(value=do(given))


if __name__ == "__main__":
    worker.ways = lambda: {errand(do.__name__): thing_of(do) for do in DONE}
    worker.main()
