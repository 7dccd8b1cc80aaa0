"""A figure to explore: its picture, its description, and a probe that walks along a series.

The probe is moved with the mouse or with the arrow keys, and what it stands on is spoken by a screen reader.
All sentences come from here; the script in ``widget.js`` only shows them. anywidget is needed for it.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.guard import OneSentence

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading, Table
    from rusoil_jupyter.figures.values.description import Axis, Panel, Series

SCRIPT = Path(__file__).with_name("widget.js")
STYLE = Path(__file__).with_name("widget.css")
MOST_POINTS = 2000  # of a series that the probe stops at
MOST_SERIES = 50


def explore(figure: Any = None) -> Any:
    """The widget for this figure, by default for the last one that was shown.

    Raises:
        MagicError: there is no figure, it can't be read, or anywidget is not installed.
    """
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise MagicError(
            _("Exploring figures needs anywidget, which is not installed."),
            _("Install it: {command}.").format(command="pip install anywidget"),
        ) from error
    reading, picture, place = _shown(figure)

    class Explorer(anywidget.AnyWidget):
        """Shows a figure and reads it out."""

        _esm = SCRIPT
        _css = STYLE
        picture = traitlets.Bytes().tag(sync=True)
        text = traitlets.Unicode().tag(sync=True)
        series: Any = traitlets.List().tag(sync=True)
        words: Any = traitlets.Dict().tag(sync=True)

    return Explorer(picture=picture, text=_text(reading), series=probes(reading, place), words=_words())


def _shown(figure: Any) -> tuple[Reading, bytes, Any]:
    """The reading, its picture as PNG, and where a point of it lies in the picture."""
    from rusoil_jupyter_kernel.figures.target import last_reading
    from rusoil_jupyter_kernel.figures.variables import reading_of

    if figure is None:
        return last_reading(), b"", None
    with OneSentence(
        _("This figure can't be read: {reason}.")
    ):  # artists of somebody else may raise anything
        reading = reading_of(figure)
    if reading is None:
        raise MagicError(_("This is no figure that can be read."), _("Give a figure of matplotlib."))
    drawn = getattr(figure, "figure", figure)
    if not hasattr(drawn, "savefig"):
        return reading, b"", None
    picture = io.BytesIO()
    drawn.savefig(picture, format="png", dpi=drawn.dpi, bbox_inches=None)
    return reading, picture.getvalue(), _placing(drawn)


def _placing(figure: Any) -> Any:
    """Where raw values of a panel lie: shares of the picture from its upper left corner."""
    from rusoil_jupyter_kernel.figures.mpl import placing

    return placing(figure)


def _text(reading: Reading) -> str:
    """The figure in sentences, or in a few lines where the words are not there."""
    from rusoil_jupyter_kernel.figures.compact import compact
    from rusoil_jupyter_kernel.language import accept_language

    language: Literal["en", "ru"] = "ru" if accept_language().startswith("ru") else "en"
    try:
        from rusoil_jupyter.figures import describe

        return describe(reading, language)
    except (ImportError, AttributeError):
        return compact(reading.description)


def probes(reading: Reading, place: Any = None) -> list[dict[str, Any]]:
    """The series that a probe can walk along: names, and for each point what is said there.

    ``points`` are lists of the sentence and, where the picture is known, the shares of its width and height.
    """
    found: list[dict[str, Any]] = []
    for panel in reading.description.panels:
        for series in panel.series:
            if (points := _points(reading, panel, series, place)) and len(found) < MOST_SERIES:
                found.append({"name": _name(panel, series), "points": points})
    return found


def _name(panel: Panel, series: Series) -> str:
    name = series.label or _("{kind} {number}").format(kind=series.kind, number=series.id.strip("s"))
    return f"{panel.title}: {name}" if panel.title else name


def _points(reading: Reading, panel: Panel, series: Series, place: Any) -> list[list[Any]]:
    import numpy as np

    table = reading.table(series.id)
    columns = [name for name in table.columns if name not in {"width", "size", "right"}]
    if not columns:
        return []
    length = table[columns[0]].size
    if not length:
        return []
    points = []
    for row in np.unique(np.linspace(0, length - 1, num=min(length, MOST_POINTS), dtype=int)).tolist():
        said = _said(panel, series, table, columns, row)
        where = place(panel, series, table, row) if place is not None else None
        points.append([said, *(where or ())])
    return points


def _said(panel: Panel, series: Series, table: Table, columns: list[str], row: int) -> str:
    from rusoil_jupyter.figures.reading import axis_of, cell_of

    parts = [series.names[row]] if row < len(series.names) else []
    for name in columns:
        axis = axis_of(panel, series, name)
        cell = cell_of(float(table[name][row]), axis)
        shown = (
            _("no value") if cell is None else f"{cell:.6g}" if isinstance(cell, int | float) else str(cell)
        )
        parts.append(f"{_column(name, series, axis)} {shown}{_unit(axis)}".strip())
    return "; ".join(parts)


def _column(name: str, series: Series, axis: Axis | None) -> str:
    from rusoil_jupyter.figures.units import parted

    label = parted(axis.label)[0] if axis is not None and axis.label else ""
    if name in {"x", "y", "z"} or name == series.along:
        return label or ("" if series.kind == "pie" else name)
    names = {
        "low": _("from"),
        "high": _("to"),
        "median": _("median"),
        "mean": _("mean"),
        "q1": _("lower quartile"),
        "q3": _("upper quartile"),
        "left": _("bin from"),
        "base": _("begins at"),
    }
    return names.get(name, name)


def _unit(axis: Axis | None) -> str:
    return f" {axis.unit}" if axis is not None and axis.unit else ""


def _words() -> dict[str, str]:
    return {
        "picture": _("Figure"),
        "series": _("Series"),
        "probe": _("Value probe"),
        "help": _(
            "Arrow keys move the probe, Page Up and Page Down by ten points, Home and End to the ends."
        ),
        "description": _("Description"),
        "of": _("{number} of {count}"),
        "nothing": _("There are no values to walk along."),
    }
