"""What is written into a panel, where it is not a label of marks that are read already."""

from __future__ import annotations

import re
from typing import Any

from matplotlib import text

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter.figures.values.description import Note
from rusoil_jupyter_kernel.figures.mpl.sheet import Sheet

MOST_NOTES = 50
_NUMBER = re.compile(r"[-+−]?[\d\s.,]*\d\s*(?:[%‰kKMGт]|млн|тыс\.?)?|nan")
_LABELLED = {"bar", "heatmap", "pie", "histogram", "contour"}


def read_notes(sheet: Sheet) -> None:
    """Texts and annotations. Numbers on bars and cells are left out: they are the values themselves."""
    labelled = any(mark.kind in _LABELLED for mark in sheet.marks)
    for one in sheet.left(text.Text):
        written = plain(one.get_text())
        if not written or one in _titles(sheet.axes) or (labelled and _NUMBER.fullmatch(written)):
            continue
        if len(sheet.notes) >= MOST_NOTES:
            break
        x, y = _place(sheet, one)
        sheet.notes.append(Note(text=written[:500], x=x, y=y))


def _titles(axes: Any) -> tuple[Any, ...]:
    return (axes.title, axes._left_title, axes._right_title)


def _place(sheet: Sheet, one: Any) -> tuple[Any, Any]:
    if isinstance(one, text.Annotation):
        note: Any = one
        if one.xycoords != "data":
            return None, None
        x, y = note.convert_xunits(note.xy[0]), note.convert_yunits(note.xy[1])
    elif sheet.in_data(one) and one.get_transform() == sheet.axes.transData:
        x, y = one.get_unitless_position()
    else:
        return None, None
    try:
        return sheet.x.cell(float(x)), sheet.y.cell(float(y))
    except (TypeError, ValueError):
        return None, None
