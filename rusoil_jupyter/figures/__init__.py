"""What a figure says: one description for every library, and questions answered from it.

::

    values/    what is said of a figure and asked of it, as the wire has it: ``description`` (saved beside the
               picture), ``queries``, ``finding``, ``interpretation``; ``decision`` says who answers
    reading    a description together with its numbers; units, ticks, conversion: what its labels mean;
               budget and sampling: how much of it is kept
    pixels/    pictures: lettering, axes, series by colour
    readers/   a cell's output, a specification, a diagram's source, a well log -> Reading
    query/     deterministic questions to a reading -> Finding, with a badge that says how sure it is
    words/     questions understood and findings worded, in Russian and English, without a model
    experts/   petroleum: well logs, decline curves, inflow, PVT, well tests, relative permeability
    tasks/     what can be done with a reading: answer, describe, check, draw again, tabulate; what is offered
    interpret/ for whoever asks the server: read in a child process, told to a model, its answer checked

A folder imports those above it alone, and the wire imports ``values`` alone. Whoever asks about figures comes
in here; who describes live ones, as the kernel does, also takes what readers are made of.

Nothing here knows Jupyter, and nothing imports a plotting library: a live matplotlib figure is described
where it lives, in the kernel (``rusoil_jupyter_kernel.figures``). What a name stands for is loaded when it is
first asked for: a notebook without figures does not pay for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rusoil_jupyter.figures.interpret.conversation import Conversation
    from rusoil_jupyter.figures.interpret.interpreter import Ask, Interpreter
    from rusoil_jupyter.figures.interpret.seen import READER, Seen
    from rusoil_jupyter.figures.pixels import read as read_picture
    from rusoil_jupyter.figures.readers import plugins, read
    from rusoil_jupyter.figures.readers.las import read as read_log
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.tasks import answered
    from rusoil_jupyter.figures.words import describe, language_of, understood

__all__ = [
    "READER",
    "Ask",
    "Conversation",
    "Interpreter",
    "Reading",
    "Seen",
    "answered",
    "describe",
    "language_of",
    "plugins",
    "read",
    "read_log",
    "read_picture",
    "understood",
]

_PLACES = {
    "READER": "interpret.seen:READER",
    "Ask": "interpret.interpreter:Ask",
    "Conversation": "interpret.conversation:Conversation",
    "Interpreter": "interpret.interpreter:Interpreter",
    "Reading": "reading:Reading",
    "Seen": "interpret.seen:Seen",
    "answered": "tasks:answered",
    "describe": "words:describe",
    "language_of": "words:language_of",
    "plugins": "readers:plugins",
    "read": "readers:read",
    "read_log": "readers.las:read",
    "read_picture": "pixels:read",
    "understood": "words:understood",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _colon, inside = _PLACES[name].partition(":")
    return getattr(import_module(f"{__name__}.{module}"), inside)
