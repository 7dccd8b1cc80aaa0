"""Labels without what is not their name, and the series that a question can be about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import Panel, Series

_HELPERS = frozenset({"band", "errorbar", "other", "image"})
_COLUMN = re.compile(  # as Vega-Lite calls a column of a table that it sums or parts
    r"(?:Sum|Mean|Average|Median|Min|Max|Product|Variance|Stdev|Distinct|Count) of (?P<summed>.+)"
    r"|(?P<parted>.+) \((?:binned|year|quarter|month|week|day|date|hours|minutes|seconds|[a-z]+-[a-z-]+)\)"
)
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


def column_of(label: str) -> str:
    """The column that a label of Vega-Lite names: "v" of "Sum of v"; empty for another label."""
    match = _COLUMN.fullmatch(label)
    return (match["summed"] or match["parted"]) if match else ""
