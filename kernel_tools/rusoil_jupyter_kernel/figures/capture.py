"""Beside each figure that a cell shows, what it says: a further entry of the same output.

IPython asks one formatter after the other for its entry. Ours is one of them, for a media type of its own,
and the last: no other formatter is replaced, wrapped or asked again, so every other entry stays as it is.
It gives nothing rather than fail; IPython drops a whole output for one value that is not JSON, so what it
gives went through JSON and back, and was validated.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.formatters import BaseFormatter
from traitlets import ObjectName, Unicode

from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE
from rusoil_jupyter_kernel.figures import recording
from rusoil_jupyter_kernel.guard import Harmless

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from rusoil_jupyter.figures.reading import Reading

ID_BYTES = 6
SWITCH = "RUSOIL_CAPTURE"  # an environment variable: 0 turns capture off
Read = Callable[[Any], "Reading | None"]

_readers: dict[tuple[str, str], Read] = {}
_failure: str = ""
_is_prepared = False


class FigureFormatter(BaseFormatter):
    """IPython's formatter for figure descriptions.

    It keeps its own table of types: choosing a format for pictures takes ``Figure`` out of the tables that
    IPython's formatters have.
    """

    format_type = Unicode(FIGURE_TYPE)
    print_method = ObjectName("_repr_rusoil_figure_")

    def __call__(self, shown: Any) -> dict[str, Any] | None:
        """The description of what is shown; ``None`` for what is no figure, or where capture is off."""
        return _captured(shown, self._is_seen()) if self.enabled else None

    def _is_seen(self) -> bool:
        """Whether what is formatted is shown: not where ``%%capture`` collects it."""
        shell = getattr(self.parent, "parent", None)
        return not isinstance(getattr(shell, "display_pub", None), CapturingDisplayPublisher)


def install(shell: InteractiveShell) -> None:
    """Describe figures in this shell from now on. Safe to call twice."""
    formatters = _formatters(shell)
    if FIGURE_TYPE not in formatters:
        formatters[FIGURE_TYPE] = FigureFormatter(parent=shell.display_formatter)
        events: Any = shell.events
        events.register("post_run_cell", _prepare)
    switch(shell, os.environ.get(SWITCH, "1").strip().lower() not in {"0", "off", "false", "no"})


def uninstall(shell: InteractiveShell) -> None:
    """Leave figures in this shell alone, and what calls draw unrecorded."""
    if _formatters(shell).pop(FIGURE_TYPE, None) is not None:
        events: Any = shell.events
        events.unregister("post_run_cell", _prepare)
    recording.switch(False)


def _prepare(_result: Any = None) -> None:
    """Import what describing needs once a cell has imported matplotlib: the first figure won't wait."""
    global _is_prepared
    if not _is_prepared and "matplotlib.figure" in sys.modules and recording.is_on():
        _is_prepared = True
        Thread(target=_warm_up, name="rusoil-figures", daemon=True).start()


def _warm_up() -> None:
    with Harmless():  # the first figure says what is wrong
        from rusoil_jupyter.figures.reading import Reading
        from rusoil_jupyter.figures.values.description import FigureDescription, Panel
        from rusoil_jupyter_kernel.figures import mpl

        described(Reading(FigureDescription(panels=(Panel(id="p1", title=mpl.__name__),))))


def register(module: str, name: str, read: Read) -> None:
    """Describe what ``read`` makes of objects of this type; the type's module is not imported for it."""
    _readers[module, name] = read


def switch(shell: InteractiveShell, on: bool) -> None:
    """Describe figures, or leave them alone."""
    formatter = _formatters(shell).get(FIGURE_TYPE)
    if formatter is not None:
        formatter.enabled = on
    recording.switch(on)
    if on:
        recording.start()


def is_on(shell: InteractiveShell) -> bool:
    """Whether figures are described."""
    formatter = _formatters(shell).get(FIGURE_TYPE)
    return formatter is not None and bool(formatter.enabled)


def _formatters(shell: InteractiveShell) -> dict[str, Any]:
    display: Any = shell.display_formatter
    formatters: dict[str, Any] = display.formatters
    return formatters


def reader_of(value: Any) -> Read | None:
    """What describes objects of this type, if anything does."""
    kinds = ((kind.__module__, kind.__name__) for kind in type(value).__mro__)
    return next((_readers[kind] for kind in kinds if kind in _readers), None)


def last_failure() -> str:
    """Why the last figure has no description, ``""`` where it has one. For whoever mends us."""
    return _failure


def _captured(shown: Any, is_seen: bool) -> dict[str, Any] | None:
    """The entry for what is shown; ``None`` where there is none. Never raises."""
    with Harmless(_note):  # whatever it is, the plot is shown without us
        read = reader_of(shown)
        if read is None:
            return None
        from rusoil_jupyter_kernel.figures.cache import Later, figures

        if is_seen:
            figures.show(Later(lambda: None, 0))  # it can't be read, as far as is known
        with quiet():
            reading = read(shown)
            if reading is None:
                return None
            reading, entry = described(reading)
        figures.keep(reading, is_shown=is_seen)
        _note("")
        return entry
    return None


def _note(failure: str) -> None:
    global _failure
    _failure = failure


@contextmanager
def quiet() -> Iterator[None]:
    """Reading says nothing: what numpy has to say of somebody's NaN was said when it was drawn."""
    import warnings

    import numpy as np

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def described(reading: Reading) -> tuple[Reading, dict[str, Any]]:
    """The reading with its id and its description cut to size, and that as JSON.

    The id is made from what the figure says: the same figure has the same one, and saving a notebook that
    was run again changes nothing in it.

    Raises:
        ValueError: the description does not survive being saved.
    """
    from rusoil_jupyter.figures.budget import fitted
    from rusoil_jupyter.figures.values.description import FigureDescription

    room = {"id": "0" * 2 * ID_BYTES}  # it counts, too
    small = fitted(reading.description.model_copy(update=room)).model_copy(update={"id": ""})
    text = json.dumps(small.to_json(), ensure_ascii=False, sort_keys=True, allow_nan=False)
    named = small.model_copy(update={"id": hashlib.blake2b(text.encode(), digest_size=ID_BYTES).hexdigest()})
    entry = _shortened(named.to_json())
    saved = json.dumps(entry, ensure_ascii=False, allow_nan=False)
    back = json.loads(saved)
    FigureDescription.model_validate(back)
    return replace(reading, description=named), back


def _shortened(value: Any) -> Any:
    """Whole numbers without their ``.0``."""
    if isinstance(value, dict):
        return {key: _shortened(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(one) for one in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _read_figure(figure: Any) -> Reading:
    from rusoil_jupyter_kernel.figures.mpl import read

    return read(figure, _crop(figure))


def _read_canvas(canvas: Any) -> Reading:
    from rusoil_jupyter_kernel.figures.mpl import read

    return read(canvas.figure)


def _crop(figure: Any) -> Any:
    """What the inline backend's picture shows, in inches: it crops to what is drawn, plus a margin."""
    inline = sys.modules.get("matplotlib_inline.config")
    matplotlib: Any = sys.modules["matplotlib"]
    box = recording.crop_of(figure)
    if inline is None or box is None or not inline.InlineBackend.initialized():
        return None
    options = inline.InlineBackend.instance().print_figure_kwargs
    if options.get("bbox_inches") != "tight":
        return None
    margin = options.get("pad_inches", matplotlib.rcParams["savefig.pad_inches"])
    return box.padded(float(margin)) if isinstance(margin, int | float) else None


register("matplotlib.figure", "Figure", _read_figure)
register("ipympl.backend_nbagg", "Canvas", _read_canvas)

_quiet = quiet  # the name that web.py knows
