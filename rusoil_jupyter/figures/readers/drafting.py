"""A figure while it is being read: drafts that collect what a reader finds, and become a :class:`Reading`.

Readers put raw cells into drafts (numbers, dates in seconds since 1970, labels of categories); what is
too long for the schema is cut here, in one place, and said in ``omitted``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np

from rusoil_jupyter.figures.budget import MOST_POINTS, summarised
from rusoil_jupyter.figures.readers.settling import (
    doubled,
    gathered,
    mark_pieces,
    runs_along_names,
    stand_beside,
)
from rusoil_jupyter.figures.reading import Reading, axis_name, cell_of
from rusoil_jupyter.figures.ticks import factor_said
from rusoil_jupyter.figures.units import parted
from rusoil_jupyter.figures.values.description import (
    Axis,
    AxisKind,
    AxisName,
    Cell,
    Diagram,
    FigureDescription,
    Library,
    Note,
    Panel,
    Reference,
    Scale,
    Series,
    SeriesKind,
)
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_PANELS, MOST_SERIES, MOST_NOTES, MOST_REFERENCES = 200, 500, 200, 200
MOST_CATEGORIES, MOST_NAMES, MOST_ENTRIES = 1000, 2000, 200
LONGEST_TEXT, LONGEST_NAME = 500, 64
MOST_SAMPLED, LEAST_SAMPLED = 512, 8  # of all long series together, more than can be saved; of each
# What untrusted JSON raises where it is not what its type says; caught where a reader begins, never deeper.
BROKEN = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)
MOST_MARKUP = 20_000  # characters of a text that may carry markup: a longer one is cut before it is cleaned

Way = Literal["x", "y"]
WAYS: tuple[Way, Way] = ("x", "y")
ORDER: tuple[AxisName, ...] = ("x", "y", "x2", "y2", "z", "color")
_STANDING = frozenset(("bar", "histogram", "box", "violin", "errorbar", "band"))
_Thing = TypeVar("_Thing")

_TAG = re.compile(r"<[^<>]{0,200}>")


def text_of(value: object, most: int = LONGEST_TEXT) -> str:
    """Any cell as one line of text: whole numbers without a fraction, lists joined, cut to ``most``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | tuple):
        value = " ".join(text_of(line, most) for line in value[:20])
    text = " ".join(str(value)[:MOST_MARKUP].split())
    return text if len(text) <= most else text[: most - 1] + "…"


def plain(markup: object, most: int = LONGEST_TEXT) -> str:
    """A text without the tags that plotly and bokeh understand in it."""
    import html

    text = re.sub(r"<br\s*/?>", " ", text_of(markup, MOST_MARKUP))
    return text_of(html.unescape(_TAG.sub("", text)), most)


def coded(cells: Sequence[Any]) -> tuple[NDArray[np.intp], list[str]]:
    """For each cell the number of its text among the distinct ones, which come as they appear.

    Made for columns that name a few categories many times: each is looked at once.
    """
    if set(map(type, cells)) != {str}:
        cells = [text_of(cell) for cell in cells]
    texts: dict[str, int] = {}
    numbers = {cell: texts.setdefault(text_of(cell), len(texts)) for cell in dict.fromkeys(cells)}
    return np.fromiter(map(numbers.__getitem__, cells), dtype=np.intp, count=len(cells)), list(texts)


@dataclass
class AxisDraft:
    """An axis; ``range`` in numbers as :class:`~rusoil_jupyter.figures.reading.Table` has them.

    ``unit`` where the label is not to be asked for it. ``factor``: what one is at the ticks (100 where they
    are written in per cent); drafts stay in the axis' own numbers until they are finished.
    """

    label: str = ""
    kind: AxisKind = "number"
    scale: Scale = "linear"
    inverted: bool = False
    range: tuple[float, float] | None = None
    categories: dict[str, int] = field(default_factory=dict)
    unit: str | None = None
    factor: float = 1.0

    def place(self, category: object) -> float:
        """The number that stands for a category, which is added where it is new."""
        return float(self.categories.setdefault(text_of(category), len(self.categories)))

    def places(self, cells: Sequence[Any]) -> NDArray[np.float64]:
        """:meth:`place` of each; NaN where there is none."""
        column = np.full(len(cells), math.nan)
        there = np.ones(len(cells), dtype=np.bool_)
        if None in cells:
            there[[row for row, cell in enumerate(cells) if cell is None]] = False
        numbers, texts = coded([cell for cell in cells if cell is not None] if None in cells else cells)
        column[there] = np.array(
            [self.categories.setdefault(text, len(self.categories)) for text in texts], dtype=np.float64
        )[numbers]
        return column

    def finished(self) -> Axis:
        """As a value."""
        axis = Axis(
            label=text_of(self.label),
            unit=self._unit()[:100] if self.kind == "number" else "",
            kind=self.kind,
            scale=self.scale,
            inverted=self.inverted,
            categories=tuple(self.categories)[:MOST_CATEGORIES] if self.kind == "category" else (),
        )
        if self.range is None or self.kind == "category" or not all(map(math.isfinite, self.range)):
            return axis
        ends = [end * self.factor for end in sorted(self.range)]
        return axis.model_copy(update={"range": (cell_of(ends[0], axis), cell_of(ends[1], axis))})

    def says(self, places: Sequence[float], texts: Sequence[str]) -> None:
        """Take the numbers and the unit of the ticks for the axis' own: ``texts`` stand at ``places``."""
        said = factor_said(places, texts, self._unit()) if self.kind == "number" else None
        if said is not None and self.scale == "linear":
            self.factor, self.unit = said

    def says_percent(self, *, of_one: bool) -> None:
        """Its ticks are written in per cent: of one (0.6 is 60 %), or as its numbers are."""
        if self.kind == "number" and self.scale == "linear":
            self.factor, self.unit = 100.0 if of_one else 1.0, "%"

    def _unit(self) -> str:
        return parted(self.label)[1] if self.unit is None else self.unit


@dataclass
class SeriesDraft:
    """A set of marks; ``columns`` are numbers of one length."""

    kind: SeriesKind
    label: str = ""
    colour: str = ""
    x: AxisName = "x"
    y: AxisName = "y"
    along: Literal["x", "y"] = "x"
    names: Sequence[str] = ()
    stack: str = ""
    columns: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    n: int = 0  # counted where there are no columns


@dataclass
class PanelDraft:
    """A coordinate system."""

    title: str = ""
    row: int = 1
    column: int = 1
    box: tuple[float, float, float, float] | None = None
    axes: dict[AxisName, AxisDraft] = field(default_factory=dict)
    series: list[SeriesDraft] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    legend_title: str = ""
    has_legend: bool = False
    legend: Sequence[str] = ()

    def axis(self, name: AxisName) -> AxisDraft:
        """The axis of that name, new where there was none."""
        return self.axes.setdefault(name, AxisDraft())

    def note(self, text: object, x: Cell = None, y: Cell = None) -> None:
        """Add a text, unless it says nothing."""
        words = plain(text)
        if words:
            self.notes.append(Note(text=words, x=x, y=y))

    def refer(self, axis: AxisName, value: Cell, end: Cell = None, label: object = "") -> None:
        """Add a line or a span, unless it is there already."""
        reference = Reference(axis=axis, value=value, end=end, label=plain(label))
        if value is not None and reference not in self.references:
            self.references.append(reference)


@dataclass
class Draft:
    """A figure being read."""

    library: Library
    title: str = ""
    size: tuple[int, int] | None = None
    panels: list[PanelDraft] = field(default_factory=list)
    diagram: Diagram | None = None
    omitted: list[str] = field(default_factory=list)
    _share: int = MOST_POINTS

    def reading(self, badge: Literal["exact", "stored", "estimated"] = "exact") -> Reading:
        """What was read, within the limits of the schema."""
        arrays: dict[str, Mapping[str, NDArray[np.float64]]] = {}
        panels: list[Panel] = []
        self._set_share()
        for draft in self._most(self.panels, MOST_PANELS):
            panels.append(self._panel(draft, len(panels) + 1, arrays))
        description = FigureDescription(
            library=self.library,
            title=plain(self.title),
            size=self.size,
            panels=tuple(panels),
            diagram=self.diagram,
            omitted=tuple(dict.fromkeys(text_of(text) for text in self.omitted))[:50],
        )
        return Reading(description, arrays, badge)

    def _set_share(self) -> None:
        """Of many long series few points each are described: more would not be saved."""
        columns = (next(iter(drawn.columns.values()), ()) for panel in self.panels for drawn in panel.series)
        count = sum(len(column) > MOST_POINTS for column in columns)
        self._share = max(LEAST_SAMPLED, min(MOST_POINTS, MOST_SAMPLED // max(count, 1)))

    def _panel(
        self, draft: PanelDraft, number: int, arrays: dict[str, Mapping[str, NDArray[np.float64]]]
    ) -> Panel:
        _settle(draft)
        axes = {name: draft.axes[name].finished() for name in ORDER if name in draft.axes}
        series: list[Series] = []
        for drawn in self._most(draft.series, MOST_SERIES):
            made = self._series(drawn, f"p{number}s{len(series) + 1}", axes)
            series.append(made)
            columns = {name: column for name, column in drawn.columns.items() if column.size == made.n}
            if columns and made.n:
                arrays[made.id] = columns
        return Panel(
            id=f"p{number}",
            title=plain(draft.title),
            row=draft.row,
            column=draft.column,
            box=_within_picture(draft.box),
            axes=axes,
            series=tuple(series),
            references=tuple(self._most(draft.references, MOST_REFERENCES)),
            notes=tuple(self._most(draft.notes, MOST_NOTES)),
            legend_title=plain(draft.legend_title),
            has_legend=draft.has_legend,
            legend=_own_entries(draft),
        )

    def _series(self, draft: SeriesDraft, name: str, axes: Mapping[AxisName, Axis]) -> Series:
        _put_in_order(draft)
        series = Series(
            id=name,
            kind=draft.kind,
            label=plain(draft.label),
            colour=draft.colour[:30],
            x=draft.x,
            y=draft.y,
            along=draft.along,
            names=tuple(plain(label) for label in self._most(draft.names, MOST_NAMES)),
            stack=draft.stack[:LONGEST_NAME],
            n=draft.n,
        )
        if not draft.columns:
            return series
        is_long = max(column.size for column in draft.columns.values()) > MOST_POINTS
        return summarised(series, draft.columns, axes, self._share if is_long else MOST_POINTS)

    def _most(self, things: Sequence[_Thing], most: int) -> Sequence[_Thing]:
        if len(things) > most:
            self.omitted.append(_("{count} more of them were left out.").format(count=len(things) - most))
        return things[:most]


def _counts(panel: PanelDraft, series: SeriesDraft) -> bool:
    """Whether the places of a series are numbers."""
    axis = panel.axes.get(series.x if series.along == "x" else series.y)
    return axis is not None and axis.kind == "number"


def _settle(panel: PanelDraft) -> None:
    """What its marks mean together, in the order in which one needs the other; numbers as at the ticks."""
    for series in panel.series:
        kinds = [axis.kind if (axis := panel.axes.get(name)) else "" for name in (series.x, series.y)]
        if runs_along_names(series, *kinds):
            series.along = "y"
    groups: dict[tuple[str, str], list[SeriesDraft]] = {}
    for series in panel.series:
        groups.setdefault((series.x, series.y), []).append(series)
    doubles = {id(one) for group in groups.values() for one in doubled(group)}
    doubles |= {
        id(one) for group in groups.values() for one in gathered(group, partial(_is_at_its_name, panel))
    }
    panel.series = [one for one in panel.series if id(one) not in doubles]
    for group in groups.values():
        mark_pieces(group)
        stand_beside([one for one in group if _counts(panel, one)])
    _say_as_ticks(panel)


def _is_at_its_name(panel: PanelDraft, series: Any) -> bool:
    """Whether the first mark of a series stands at the category that it is called like."""
    axis = panel.axes.get(series.x if series.along == "x" else series.y)
    known = axis.categories if axis is not None and axis.kind == "category" else {}
    return bool(series.label in known and known[series.label] == series.columns[series.along][0])


def _say_as_ticks(panel: PanelDraft) -> None:
    """All numbers as they are at the ticks of their axes."""
    factors = {name: axis.factor for name, axis in panel.axes.items() if axis.factor != 1.0}
    if not factors:
        return
    for series in panel.series:
        for column, values in series.columns.items():
            name = axis_name(series, series.along if column == "width" else column)
            if name in factors:
                series.columns[column] = values * factors[name]
    panel.references = [
        one.model_copy(update={end: _times(getattr(one, end), factors[one.axis]) for end in ("value", "end")})
        if one.axis in factors
        else one
        for one in panel.references
    ]
    panel.notes = [
        note.model_copy(update={way: _times(getattr(note, way), factors.get(way, 1.0)) for way in ("x", "y")})
        for note in panel.notes
    ]


def _times(cell: Cell, factor: float) -> Cell:
    return cell if cell is None or isinstance(cell, str) else cell_of(cell * factor, None)


def _own_entries(draft: PanelDraft) -> tuple[str, ...]:
    """The legend's entries where the labels of the series do not tell them."""
    entries = tuple(dict.fromkeys(filter(None, map(plain, draft.legend[:MOST_ENTRIES]))))
    labels = {plain(series.label) for series in draft.series}
    slices = {plain(name) for series in draft.series if series.kind == "pie" for name in series.names}
    return () if set(entries) in (labels, slices) else entries


def _put_in_order(draft: SeriesDraft) -> None:
    """Bars and boxes as they stand on their axis, whatever order their rows came in."""
    places = draft.columns.get("left", draft.columns.get(draft.along))
    if draft.kind not in _STANDING or draft.names or places is None:
        return
    if all(column.size == places.size for column in draft.columns.values()) and np.any(np.diff(places) < 0):
        order = np.argsort(places, kind="stable")
        draft.columns = {name: column[order] for name, column in draft.columns.items()}


def numbers(values: Iterable[Any]) -> NDArray[np.float64]:
    """Cells as numbers: NaN for what is none."""
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: Any) -> float:
    if isinstance(value, bool) or value is None:
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _within_picture(
    box: tuple[float, float, float, float] | None,
) -> tuple[float, float, float, float] | None:
    if box is None or not all(map(math.isfinite, box)):
        return None
    left, top, right, bottom = (round(min(max(edge, 0.0), 1.0), 4) for edge in box)
    return left, top, right, bottom
