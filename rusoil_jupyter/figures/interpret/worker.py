"""The child process that reads: :data:`.process.COMMAND`, spoken to over its pipes in :mod:`.frames`.

It ends when its parent is gone.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.interpret import errands
from rusoil_jupyter.figures.interpret.frames import Answer, Question, opened, read_frame, write_frame
from rusoil_jupyter.figures.interpret.unread import as_error
from rusoil_jupyter.i18n import use_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rusoil_jupyter.figures.interpret.errands import Errand
    from rusoil_jupyter.messages import Value

    Ways = Mapping[Errand[Any, Any], Callable[[Any], Value]]

MOST_MEMORY = 3 << 30  # of data; what the libraries map of their files does not count
MOST_QUESTION = 256 * 2**20


def ways() -> Ways:
    """How each errand is done."""
    from rusoil_jupyter.figures.interpret import work

    return {
        errands.INTERPRET: work.interpret,
        errands.CHOOSE: work.choose,
        errands.LOOK: work.look,
        errands.CONTRADICT: work.contradict,
        errands.PICTURE: work.picture,
        errands.PLUGINS: work.plugins,
    }


def answer(message: bytes) -> Answer:
    """The answer to one message, whatever happens."""
    try:
        question = opened(message, Question)
        use_language(question.reader)
        errand, do = next((errand, do) for errand, do in ways().items() if errand.name == question.errand)
        return Answer(brought=do(errand.given.model_validate(question.given)))
    # The outermost edge of the child: a library that meets a hostile file may raise anything.
    except Exception as error:
        told, cause = as_error(error)
        return Answer(error=told.detail(), cause=cause)


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
        write_frame(out, answer(message))


if __name__ == "__main__":
    main()
