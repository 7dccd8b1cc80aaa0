"""What a query is about: the marks of one series as places and values, or the cells of a grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.query.refusal import CannotAnswer, no_panel, no_series
from rusoil_jupyter.figures.reading import axis_of, number_of
from rusoil_jupyter.figures.values.description import Axis
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.query.places import Span
    from rusoil_jupyter.figures.reading import Reading, Table
    from rusoil_jupyter.figures.values.description import Panel, Series, Stats
    from rusoil_jupyter.figures.values.finding import Badge
    from rusoil_jupyter.figures.values.queries import Selection

    Numbers = NDArray[np.float64]

CURVES = frozenset({"line", "step", "area", "band"})
GRIDS = frozenset({"heatmap", "hexbin", "contour", "surface"})
BOXES = frozenset({"box", "violin"})
_NO_NUMBERS = frozenset({"image", "other"})
_HELPERS = frozenset({"band", "errorbar"})
_PER_DAY = ("/сут", "/д", "/day", "/d")


@dataclass(frozen=True)
class Marks:
    """One column of a series over its independent axis.

    ``places`` and ``values`` have one length; what is missing is NaN in either. ``others`` are the
    further columns of the same marks, ``names`` their names where they have any. ``stats`` hold for all
    points where the points are only a sample.

    Of marks that were selected ``full`` are those they were selected from; ``spans`` are where their places
    may be (in one of each), ``gaps`` where not; ``by`` says how values were found that no mark has.
    """

    panel: Panel
    series: Series
    column: str
    places: Numbers
    values: Numbers
    others: dict[str, Numbers]
    place_axis: Axis | None
    value_axis: Axis | None
    badge: Badge
    error: float | None
    stats: Stats | None
    names: tuple[str, ...] = ()
    full: Marks | None = None
    spans: tuple[tuple[Span, ...], ...] = ()
    gaps: tuple[Span, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The series as the legend names it, or as its axis does."""
        return label_of(self.panel, self.series)

    @property
    def unit(self) -> str:
        """Of the values."""
        return self.value_axis.unit if self.value_axis is not None else ""

    @property
    def place_unit(self) -> str:
        """Of the places."""
        return self.place_axis.unit if self.place_axis is not None else ""

    @property
    def is_curve(self) -> bool:
        """Whether there is something between the points."""
        return self.series.kind in CURVES and not self.is_category

    @property
    def is_date(self) -> bool:
        """Whether its places are moments."""
        return self.place_axis is not None and self.place_axis.kind == "date"

    @property
    def is_category(self) -> bool:
        """Whether its places are categories."""
        return self.place_axis is not None and self.place_axis.kind == "category"

    @property
    def log_places(self) -> bool:
        """Whether places are drawn on a logarithmic axis."""
        return self.place_axis is not None and self.place_axis.scale == "log"

    @property
    def log_values(self) -> bool:
        """Whether values are drawn on a logarithmic axis."""
        return self.value_axis is not None and self.value_axis.scale == "log"

    @property
    def every_span(self) -> tuple[Span, ...]:
        """Where places may be, whichever of the selection's parts says so."""
        return tuple(span for some in self.spans for span in some)

    def known(self) -> NDArray[np.bool_]:
        """Which marks have both a place and a value."""
        return np.asarray(np.isfinite(self.places) & np.isfinite(self.values))

    def covers(self, places: Numbers) -> NDArray[np.bool_]:
        """Which places lie where the selection looks."""
        mask = np.ones(places.shape, dtype=bool)
        for some in self.spans:
            mask &= np.logical_or.reduce([span.holds(places) for span in some])
        for span in self.gaps:
            mask &= ~span.holds(places)
        return mask

    def where(self, mask: NDArray[np.bool_]) -> Marks:
        """The marks of a mask; the statistics of all of them no longer hold."""
        return replace(
            self,
            places=self.places[mask],
            values=self.values[mask],
            others={name: column[mask] for name, column in self.others.items()},
            names=tuple(name for name, kept in zip(self.names, mask, strict=False) if kept),
            stats=None,
            full=self.full or self,
        )


def label_of(panel: Panel, series: Series) -> str:
    """What a series is called: its label, else its value axis, else the panel's title."""
    if series.label:
        return series.label
    axis = axis_of(panel, series, dependent(series))
    return (axis.label if axis is not None else "") or panel.title


def dependent(series: Series) -> str:
    """The column that a series' value is in."""
    if series.kind in GRIDS:
        return "z"
    if series.kind == "pie":
        return "y"
    return "y" if series.along == "x" else "x"


def shown_series(reading: Reading, selection: Selection) -> list[tuple[Panel, Series]]:
    """The series a selection is about: those it names, or those of its panel that hold numbers.

    Marks that belong to others (bands, error bars, their unlabelled strokes) are left out beside them.

    Raises:
        CannotAnswer: a named series or panel is not there, or nothing here holds numbers.
    """
    panels = panels_of(reading, selection.panel)
    if selection.series:
        return _named_series(panels, selection.series)
    shown = [(panel, series) for panel in panels for series in panel.series]
    found = [(panel, series) for panel, series in shown if series.kind not in _NO_NUMBERS]
    if not found:
        raise CannotAnswer(
            _("There are no series of numbers in this figure."),
            _("Ask what it shows, or what is written on it."),
            field="series",
        )
    for droppable in (_is_helper, _is_stroke):
        found = [(panel, series) for panel, series in found if not droppable(series)] or found
    return found


def panels_of(reading: Reading, identity: str) -> list[Panel]:
    """The panel of this id; all, where there is none.

    Raises:
        CannotAnswer: there is no such panel.
    """
    panels = [panel for panel in reading.description.panels if identity in {"", panel.id}]
    if identity and not panels:
        raise no_panel()
    return panels


def _named_series(panels: list[Panel], names: tuple[str, ...]) -> list[tuple[Panel, Series]]:
    known = {series.id: (panel, series) for panel in reversed(panels) for series in reversed(panel.series)}
    if not set(names) <= known.keys():
        raise no_series()
    return [known[name] for name in dict.fromkeys(names)]


def _is_helper(series: Series) -> bool:
    return series.kind in _HELPERS


def _is_stroke(series: Series) -> bool:
    return series.kind == "line" and not series.label and series.n <= 2


def marks_of(reading: Reading, panel: Panel, series: Series, column: str = "") -> Marks:
    """One column of a series: the value where ``column`` is empty.

    Raises:
        CannotAnswer: the series has no such column, or no numbers at all.
    """
    table = reading.table(series.id)
    if column == series.along and {column, dependent(series)} <= table.columns.keys():
        return _turned(reading, panel, series)
    name = column or _usual(series, table)
    is_sample = table.badge == "estimated" and reading.badge != "estimated"
    stats = series.stats.get(name) if is_sample else None
    values = _values(table, name)
    if values is None:
        _check_saved(panel, series, table, column, stats)
        values = np.zeros(0)
    places, axis = _places(panel, series, table, values.size)
    others = {
        key: np.asarray(cells, dtype=np.float64)
        for key, cells in table.columns.items()
        if len(cells) == values.size
    }
    return Marks(
        panel,
        series,
        name,
        places,
        values,
        others,
        axis,
        axis_of(panel, series, "q1" if name == "iqr" else name),
        table.badge,
        table.error.get(name),
        stats,
        series.names if len(series.names) == values.size else (),
    )


def _check_saved(panel: Panel, series: Series, table: Table, column: str, stats: Stats | None) -> None:
    """Of a column without values at least its statistics must be there.

    Raises:
        CannotAnswer: they are not, or the series has no such column.
    """
    if column and not series.stats.get(column):
        known = ", ".join(sorted(table.columns)) or "–"
        raise CannotAnswer(
            _("“{series}” has no column “{column}”.").format(series=label_of(panel, series), column=column),
            _("It has: {columns}.").format(columns=known),
            field="column",
        )
    if stats is None:
        raise CannotAnswer(
            _("No numbers of “{series}” were saved.").format(series=label_of(panel, series)),
            _("Run the cell again, then ask while its kernel runs."),
            field="series",
        )


def _turned(reading: Reading, panel: Panel, series: Series) -> Marks:
    """The places of a series as values, over its values as places."""
    straight = marks_of(reading, panel, series)
    stats = series.stats.get(series.along) if straight.stats is not None else None
    return replace(
        straight,
        column=series.along,
        places=straight.values,
        values=straight.places,
        place_axis=straight.value_axis,
        value_axis=straight.place_axis,
        error=reading.table(series.id).error.get(series.along),
        stats=stats.model_copy(update={"at_min": None, "at_max": None}) if stats is not None else None,
    )


def _usual(series: Series, table: Table) -> str:
    wanted: tuple[str, ...] = (dependent(series),)
    if series.kind in BOXES:
        wanted = ("median", "mean", "high", "q3", "low", *wanted)
    elif series.kind == "band":
        wanted = ("high", "low", *wanted)
    elif series.kind == "vector":
        wanted = ("speed",)
    known = table.columns or series.stats
    return next((name for name in wanted if name in known), wanted[0])


def _values(table: Table, name: str) -> Numbers | None:
    columns = table.columns
    if name == "iqr" and "q1" in columns and "q3" in columns:
        return np.asarray(columns["q3"] - columns["q1"], dtype=np.float64)
    if name == "speed" and "u" in columns and "v" in columns:
        return np.asarray(np.hypot(columns["u"], columns["v"]), dtype=np.float64)
    if name not in columns:
        return None
    return np.asarray(columns[name], dtype=np.float64)


def _places(panel: Panel, series: Series, table: Table, size: int) -> tuple[Numbers, Axis | None]:
    name = "x" if series.kind in GRIDS else series.along
    axis = panel.axes.get(series.x if name == "x" else series.y)
    if series.kind == "pie" or (name not in table.columns and "left" not in table.columns):
        if series.names:
            axis = Axis(kind="category", categories=series.names[:1000])
        return np.arange(size, dtype=np.float64), axis
    if "left" in table.columns and "right" in table.columns:
        places = (table["left"] + table["right"]) / 2
    else:
        places = table[name]
    places = np.asarray(places, dtype=np.float64)
    if places.size != size:
        places = np.full(size, np.nan)
    return places, axis


def marks_for(reading: Reading, selection: Selection, end: str = "") -> list[Marks]:
    """All marks of every series a selection is about, in the column that it names.

    Args:
        reading: the figure.
        selection: what it is about; its places and conditions are not looked at.
        end: ``high`` or ``low``: the end of what has two (bands, whiskers), where no column is named.

    Raises:
        CannotAnswer: as :func:`shown_series` and :func:`marks_of`.
    """
    shown = shown_series(reading, selection)
    if selection.column == "total":
        return [total_of(reading, shown)]
    found: list[Marks] = []
    problem: CannotAnswer | None = None
    for panel, series in shown:
        try:
            found.append(marks_of(reading, panel, series, _column(selection, series, end)))
        except CannotAnswer as error:
            problem = error
    if not found and problem is not None:
        raise problem
    return found


def _column(selection: Selection, series: Series, end: str) -> str:
    """The column that is named, or the end of what has two; of a histogram what it counts is no column."""
    if series.kind == "histogram" and selection.column in {series.along, "left", "right"}:
        return ""
    has_end = series.kind in {"band", *BOXES} and (end in series.values or end in series.stats)
    return selection.column or (end if has_end else "")


def total_of(reading: Reading, shown: list[tuple[Panel, Series]]) -> Marks:
    """What stands on each other, added up at each place.

    Raises:
        CannotAnswer: the series are not stacked and can't be added.
    """
    panel, first = shown[0]
    if len(shown) == 1 and first.stack:
        shown = [(panel, series) for series in panel.series if series.stack == first.stack]
    every = [marks_of(reading, at, series) for at, series in shown if at.id == panel.id]
    places = np.unique(np.concatenate([marks.places[marks.known()] for marks in every]))
    total = np.zeros(places.size)
    for marks in every:
        known = marks.known()
        rows = np.searchsorted(places, marks.places[known])
        np.add.at(total, rows, marks.values[known])
    badge = weakest([marks.badge for marks in every])
    series = first.model_copy(update={"label": _("total"), "n": int(places.size), "stats": {}})
    return Marks(
        panel,
        series,
        every[0].column,
        places,
        total,
        {},
        every[0].place_axis,
        every[0].value_axis,
        badge,
        None,
        None,
    )


_ORDER: tuple[Badge, ...] = ("exact", "stored", "estimated", "model")


def weakest(badges: list[Badge]) -> Badge:
    """The badge of the least sure one."""
    return max(badges, key=_ORDER.index, default="stored")


def number_cell(cell: object, axis: Axis | None) -> float:
    """A stored statistic as a number."""
    return number_of(cell if isinstance(cell, str | float | int) else None, axis)


def per_day_volume(unit: str) -> str:
    """The unit of a rate once it is summed over days: ``м³/сут`` gives ``м³``; empty for no rate per day."""
    return next((unit[: -len(end)].strip() for end in _PER_DAY if unit.strip().endswith(end)), "")
