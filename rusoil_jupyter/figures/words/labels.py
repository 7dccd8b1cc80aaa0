"""Labels without what is not their name, and the series that a question can be about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import Panel, Series

_HELPERS = frozenset({"band", "errorbar", "other", "image"})
_UNIT_TAIL = re.compile(r"\s*(?:[\(\[{][^()\[\]{}]*[\)\]}]|,\s*[^,]{1,20})\s*$")


def useful_series(panel: Panel) -> list[Series]:
    """The series of a panel that a question can be about: not the bands, error bars and strokes beside
    others."""
    kept = [series for series in panel.series if series.kind not in _HELPERS]
    kept = [s for s in kept if not (s.kind == "line" and not s.label and s.n <= 2)] or kept
    return kept or [series for series in panel.series if series.kind != "image"]


def without_unit(label: str) -> str:
    """A label without the unit behind it: "Oil rate, m³/d" and "Oil rate (m³/d)" are "Oil rate"."""
    short = _UNIT_TAIL.sub("", label)
    return short if len(short) >= 2 else label
