"""The child process that reads: :data:`.process.COMMAND`, spoken to over its pipes.

A message is eight bytes of length and JSON: ``{"task": NAME, "given": {...}}`` in; ``{"ok": ...}`` or
``{"error": {...}}`` out. It ends when its parent is gone.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.interpret.process import HEAD, read_frame
from rusoil_jupyter.figures.interpret.unread import as_error
from rusoil_jupyter.i18n import use_language

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_MEMORY = 3 << 30  # of data; what the libraries map of their files does not count
MOST_QUESTION = 256 * 2**20


def tasks() -> dict[str, Callable[..., Any]]:
    """What can be asked, by name. Values are JSON in both directions."""
    from rusoil_jupyter.figures.interpret import tasks

    return {
        "interpret": tasks.interpret,
        "look": tasks.look,
        "contradictions": tasks.contradictions,
        "picture": tasks.picture,
        "plugins": tasks.plugins,
    }


def answer(message: bytes) -> dict[str, Any]:
    """The answer to one message, whatever happens."""
    try:
        question = json.loads(message)
        given = question["given"]
        use_language(given.pop("reader", ""))
        return {"ok": tasks()[question["task"]](**given)}
    # The outermost edge of the child: a library that meets a hostile file may raise anything.
    except Exception as error:
        told, trouble = as_error(error)
        return {"error": told.detail().model_dump(mode="json"), "trouble": trouble}


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows: the deadline alone holds
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def main() -> None:
    """Answer until the parent closes the pipe."""
    _limit_memory()
    # Whatever a library prints must not end up between two messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            message = read_frame(sys.stdin.buffer, MOST_QUESTION)
        except (EOFError, ValueError):
            return
        data = json.dumps(answer(message)).encode(errors="surrogatepass")
        out.write(HEAD.pack(len(data)) + data)
        out.flush()


if __name__ == "__main__":
    main()
