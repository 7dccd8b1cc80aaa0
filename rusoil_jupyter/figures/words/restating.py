"""A query in words: the question as it was understood, never as it was worded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.forms import (
    Language,
    capital,
    in_language,
    moment,
    month_name,
    number,
    quantity,
    quoted,
    unit_of,
)
from rusoil_jupyter.figures.words.labels import useful_series, without_unit
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rusoil_jupyter.figures.values.description import Axis, Cell, FigureDescription, Panel, Series

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SIGNS = {"above": ">", "at_least": "≥", "below": "<", "at_most": "≤", "equal": "=", "other_than": "≠"}
_GRIDS = frozenset({"heatmap", "hexbin", "contour", "surface"})
_MOST_LISTED = 6
_FEW_EXCEPTIONS = 2


def restate(query: q.Query, description: FigureDescription, language: Language) -> str:
    """What was understood: operation, series, places, exceptions and conditions.

    "Sum, “pad 2”, July–December 2023"; «Среднее, все, кроме: «Юг», где «Дебит» > 50 м³/сут».
    """
    return in_language(language, lambda: capital(_Restater(description, language).whole(query)))


def limits(query: q.Single, description: FigureDescription, language: Language, *, place: bool) -> list[str]:
    """What narrows a query down: places, exceptions, conditions, groups; in the language of the task.

    Args:
        query: what was asked.
        description: the figure's.
        language: of dates and numbers.
        place: whether a single place is said; not where the answer says it.
    """
    restater = _Restater(description, language)
    selection = selection_of(query)
    if selection is None:
        return []
    if not place and len(selection.places) == 1 and isinstance(selection.places[0], q.Listed):
        selection = selection.model_copy(update={"places": (), "cross": None})
    return [*restater.narrowed(selection), *restater.grouped(query)]


def sides(query: q.Comparison, description: FigureDescription, language: Language) -> tuple[str, str]:
    """The two things that are compared, each with what it is taken of."""
    restater = _Restater(description, language)
    one, two = (restater.selection(measure.of) for measure in (query.first, query.second))
    if one == two or not one or not two:
        one, two = (restater.parts(measure) for measure in (query.first, query.second))
    return ", ".join(one), ", ".join(two)


def selection_of(query: q.Query) -> q.Selection | None:
    """What a query is about, where it is about marks."""
    of = getattr(query, "of", None)
    return of if isinstance(of, q.Selection) else None


def statistic_name(name: str) -> str:
    """A statistic as it is called alone."""
    return {
        "mean": _("mean"),
        "median": _("median"),
        "sum": _("sum"),
        "std": _("standard deviation"),
        "count": _("count"),
        "spread": _("spread"),
        "first": _("first value"),
        "last": _("last value"),
        "change": _("change"),
        "maximum": _("maximum"),
        "minimum": _("minimum"),
    }.get(name, name)


class _Restater:
    """One query on its way into words."""

    def __init__(self, description: FigureDescription, language: Language) -> None:
        self.description = description
        self.language = language

    def whole(self, query: q.Query) -> str:
        if isinstance(query, q.Several):
            return "; ".join(self.whole(part) for part in query.parts)
        return ", ".join(self.parts(query))

    def parts(self, query: q.Single) -> list[str]:
        """The operation, then what it is about."""
        if isinstance(query, q.Comparison):
            return [self._compared(query)]
        selection = selection_of(query)
        told = [_operation(query, self.language)]
        if selection is not None:
            told += self.selection(selection) + self.grouped(query)
        told += self._others(query)
        unit = getattr(query, "unit", "")
        return [*told, *([_("in {unit}").format(unit=unit_of(unit))] if unit else [])]

    def _compared(self, query: q.Comparison) -> str:
        names = {
            "difference": _("difference: {first} and {second}"),
            "ratio": _("ratio: {first} to {second}"),
            "percent": _("difference in per cent: {first} and {second}"),
            "larger": _("which is larger: {first} or {second}"),
            "smaller": _("which is smaller: {first} or {second}"),
        }
        first, second = (" ".join(self._measure(one)) for one in (query.first, query.second))
        return names[query.asks].format(first=first, second=second)

    def _measure(self, measure: q.Measure) -> list[str]:
        return [f"({', '.join(self.parts(measure))})"]

    def _others(self, query: q.Single) -> list[str]:
        match query:
            case q.Intersection(other=other) | q.Correlation(other=other) if other:
                return [_("with {series}").format(series=self._series_name(other))]
            case q.Order(standing=standing) if standing:
                return [_("place of {name}").format(name=quoted(standing, self.language))]
            case q.Arrows() | q.Neighbours() | q.Path():
                return [quoted(name, self.language) for name in (query.node, query.to) if name]
            case q.Share():
                return [self._of_whole(query)]
            case q.Written():
                return [self._series_name(query.series)] if query.series else []
            case _:
                return []

    def _of_whole(self, query: q.Share) -> str:
        told = ", ".join(self.selection(query.whole))
        return _("of all: {whole}").format(whole=told) if told else _("of all")

    # --- what it is about --------------------------------------------------------------------------

    def selection(self, of: q.Selection) -> list[str]:
        return [*self._subject(of), *self.narrowed(of)]

    def narrowed(self, of: q.Selection) -> list[str]:
        """Places, exceptions and conditions."""
        axis = self._place_axis(of)
        told = [said for places in of.places if (said := self._places(places, axis))]
        if of.cross is not None:
            told.append(self._cell(of.cross, self._cross_axis(of)))
        exceptions = [said for places in of.but if (said := self._places(places, axis))]
        if exceptions:
            told.append(_("except {places}").format(places=", ".join(exceptions)))
        conditions = [self._where(where, of) for where in of.where]
        if conditions:
            told.append(_("where {conditions}").format(conditions=", ".join(conditions)))
        return told

    def grouped(self, query: q.Single) -> list[str]:
        """For each of what a statistic is taken, and what then is taken of these."""
        if not isinstance(query, q.Statistic) or not query.each:
            return []
        groups = {
            "series": _("by series"),
            "place": _("by places"),
            "cross": _("by rows"),
            "hour": _("by hours"),
            "day": _("by days"),
            "week": _("by weeks"),
            "month": _("by months"),
            "quarter": _("by quarters"),
            "half-year": _("by half-years"),
            "year": _("by years"),
        }
        told = [groups[query.each]]
        if query.over:
            over = statistic_name(query.over)
            told.append(_("of these: {statistic}").format(statistic=over) + _rank(query.rank))
        return told

    def _subject(self, of: q.Selection) -> list[str]:
        told = self._series(of)
        panel = self._panel(of.panel)
        if panel is not None and panel.title and len(self.description.panels) > 1:
            told.append(quoted(panel.title, self.language))
        if of.column:
            told.append(self._column(of))
        return told

    def _series(self, of: q.Selection) -> list[str]:
        """The names of the series; "all except ..." where that is shorter."""
        useful = [one for panel in self._panels(of.panel) for one in useful_series(panel)]
        if not of.series:
            return [_("all")] if len(useful) > 1 else []
        rest = [one.id for one in useful if one.id not in of.series]
        if 0 < len(rest) <= _FEW_EXCEPTIONS and len(of.series) > len(rest) + 1:
            left_out = ", ".join(map(self._series_name, rest))
            return [_("all"), _("except {places}").format(places=left_out)]
        names = [self._series_name(name) for name in dict.fromkeys(of.series[:_MOST_LISTED])]
        return [*names, *(["…"] if len(of.series) > _MOST_LISTED else [])]

    def _series_name(self, identity: str) -> str:
        for panel in self.description.panels:
            for series in panel.series:
                if series.id == identity:
                    axis = _value_axis(panel, series)
                    label = series.label or (axis.label if axis is not None else "") or panel.title
                    return quoted(without_unit(label) or identity, self.language)
        return quoted(identity, self.language)

    def _column(self, of: q.Selection) -> str:
        names = {
            "q1": _("lower quartile"),
            "q3": _("upper quartile"),
            "iqr": _("interquartile range"),
            "median": _("median"),
            "mean": _("mean"),
            "high": _("upper end"),
            "low": _("lower end"),
            "total": _("total"),
        }
        axis = self._axis_called(of, of.column)
        return names.get(of.column) or (self._label(axis) if axis is not None else of.column)

    # --- places ------------------------------------------------------------------------------------

    def _places(self, places: q.Places, axis: Axis | None) -> str:
        match places:
            case q.Interval():
                return self._interval(places, axis)
            case q.Listed():
                told = ", ".join(self._spoken(cell, axis) for cell in places.places[:_MOST_LISTED])
                told += "…" if len(places.places) > _MOST_LISTED else ""
                return f"{self._label(axis)} = {told}" if self._is_numbered(axis) else told
            case q.Ends():
                return self._ends(places)
            case q.Months():
                names = ", ".join(month_name(month, self.language) for month in places.months)
                return _("every year in {months}").format(months=names)

    def _cell(self, cell: Cell, axis: Axis | None) -> str:
        told = self._spoken(cell, axis)
        return f"{self._label(axis)} = {told}" if self._is_numbered(axis) else told

    def _interval(self, places: q.Interval, axis: Axis | None) -> str:
        start, end = places.start, places.end
        if start is not None and end is not None and not places.without:
            return self._from_to(start, end, axis)
        if self._is_numbered(axis):
            return self._compared_places(places, axis)
        told = []
        if start is not None:
            after = places.without in {"start", "both"}
            text = _("after {place}") if after else _("from {place} on")
            told.append(text.format(place=self._spoken(start, axis, of=True)))
        if end is not None:
            before = places.without in {"end", "both"}
            text = _("before {place}") if before else _("up to {place}")
            told.append(text.format(place=self._spoken(end, axis, of=before)))
        return " ".join(told)

    def _from_to(self, start: Cell, end: Cell, axis: Axis | None) -> str:
        first, last = (_MONTH.fullmatch(str(cell)) for cell in (start, end))
        if first and last and first[1] == last[1] and first[0] != last[0]:
            name = month_name(int(first[2]), self.language)
            return f"{name} – {moment(str(end), self.language)}"
        if start == end:
            return self._spoken(start, axis)
        told = f"{self._spoken(start, None if self._is_numbered(axis) else axis)} – {self._spoken(end, axis)}"
        return f"{self._label(axis)} {told}" if self._is_numbered(axis) else told

    def _compared_places(self, places: q.Interval, axis: Axis | None) -> str:
        told = []
        for cell, sign, open_sign, side in (
            (places.start, "≥", ">", "start"),
            (places.end, "≤", "<", "end"),
        ):
            if cell is not None:
                shown = open_sign if places.without in {side, "both"} else sign
                told.append(f"{self._label(axis)} {shown} {self._spoken(cell, axis)}")
        return ", ".join(told)

    def _ends(self, ends: q.Ends) -> str:
        count = number(ends.count, self.language)
        if ends.of == "mark" and ends.count < 1:
            what = _("{percent} % of the axis").format(percent=number(100 * ends.count, self.language))
        else:
            what = _counted(ends.of, round(ends.count)).format(count=count)
        return (
            _("first {what}").format(what=what) if ends.end == "first" else _("last {what}").format(what=what)
        )

    def _spoken(self, cell: Cell, axis: Axis | None, *, of: bool = False) -> str:
        """A place as it is said; ``of``: behind a word that takes another case."""
        text = str(cell)
        if axis is not None and axis.kind == "date":
            return moment(text.removesuffix(".0"), self.language, of=of)
        if isinstance(cell, str):
            return quoted(cell, self.language)
        return quantity(cell, axis.unit if axis is not None else "", self.language)

    @staticmethod
    def _is_numbered(axis: Axis | None) -> bool:
        return axis is None or axis.kind == "number"

    def _label(self, axis: Axis | None) -> str:
        label = without_unit(axis.label) if axis is not None else ""
        return quoted(label, self.language) if label else "x"

    # --- conditions --------------------------------------------------------------------------------

    def _where(self, where: q.Where, of: q.Selection) -> str:
        axis = self._axis_of(where, of)
        left = self._left(where, of, axis)
        return f"{left} {_SIGNS[where.relation]} {self._right(where, of, axis)}"

    def _left(self, where: q.Where, of: q.Selection, axis: Axis | None) -> str:
        if where.series:
            return self._series_name(where.series)
        if where.column == "change":
            return _("change")
        if where.column:
            return self._column(q.Selection(panel=of.panel, series=of.series, column=where.column))
        if len(of.series) == 1 and not (axis is not None and axis.label):
            return self._series_name(of.series[0])
        return self._label(axis) if axis is not None and axis.label else _("value")

    def _right(self, where: q.Where, of: q.Selection, axis: Axis | None) -> str:
        if where.than:
            return self._series_name(where.than)
        if where.at is not None:
            place = self._cell(where.at, self._place_axis(of))
            return _("the value at {place}").format(place=place)
        if where.statistic:
            return statistic_name(where.statistic)
        unit = where.unit or (axis.unit if axis is not None else "")
        return quantity(where.level, unit, self.language)

    # --- axes --------------------------------------------------------------------------------------

    def _panel(self, identity: str) -> Panel | None:
        return next((panel for panel in self.description.panels if identity == panel.id), None)

    def _panels(self, identity: str) -> Sequence[Panel]:
        return [panel for panel in self.description.panels if identity in {"", panel.id}]

    def _first(self, of: q.Selection) -> tuple[Panel, Series] | None:
        for panel in self._panels(of.panel):
            for series in panel.series:
                if not of.series or series.id in of.series:
                    return panel, series
        return None

    def _place_axis(self, of: q.Selection) -> Axis | None:
        pair = self._first(of)
        if pair is None:
            return None
        panel, series = pair
        is_along_x = series.along == "x" or series.kind in _GRIDS
        return panel.axes.get(series.x if is_along_x else series.y)

    def _cross_axis(self, of: q.Selection) -> Axis | None:
        pair = self._first(of)
        return pair[0].axes.get(pair[1].y) if pair is not None else None

    def _axis_called(self, of: q.Selection, column: str) -> Axis | None:
        """The axis of a column that is called like one."""
        pair = self._first(of)
        if pair is None or column not in {"x", "y"}:
            return None
        return pair[0].axes.get(pair[1].x if column == "x" else pair[1].y)

    def _axis_of(self, where: q.Where, of: q.Selection) -> Axis | None:
        """The axis that the left side of a condition is measured on."""
        if where.column in {"x", "y"}:
            return self._axis_called(of, where.column)
        about = q.Selection(series=(where.series,)) if where.series else of
        pair = self._first(about)
        if pair is None:
            return None
        return _value_axis(*pair)


def _value_axis(panel: Panel, series: Series) -> Axis | None:
    if series.kind in _GRIDS:
        return panel.axes.get("color")
    return panel.axes.get(series.y if series.along == "x" else series.x)


def _rank(rank: int) -> str:
    return f" (№ {rank})" if rank > 1 else ""


def _counted(of: str, count: int) -> str:
    return {
        "mark": ngettext("{count} mark", "{count} marks", count),
        "hour": ngettext("{count} hour", "{count} hours", count),
        "day": ngettext("{count} day", "{count} days", count),
        "week": ngettext("{count} week", "{count} weeks", count),
        "month": ngettext("{count} month", "{count} months", count),
        "quarter": ngettext("{count} quarter", "{count} quarters", count),
        "half-year": ngettext("{count} half-year", "{count} half-years", count),
        "year": ngettext("{count} year", "{count} years", count),
    }[of]


def _operation(query: q.Single, language: Language) -> str:
    """An operation as it is called."""
    tell = _NAMES.get(type(query))
    match query:
        case q.Extreme(which=which, rank=rank):
            return statistic_name(which) + _rank(rank)
        case q.Statistic(name=name):
            return statistic_name(name)
        case q.Crossing(level=level, unit=unit, way=way):
            sign = {"up": "↑ ", "down": "↓ "}.get(way, "")
            return _("where {level} is reached").format(level=sign + quantity(level, unit, language))
        case q.Which(holds=holds):
            return {"always": _("always so"), "ever": _("ever so"), "never": _("never so")}[holds]
        case q.Written(what=what):
            return _written(what)
        case _:
            return tell() if tell is not None else ""


_NAMES: dict[type, Callable[[], str]] = {
    q.ValueAt: lambda: _("value"),
    q.Share: lambda: _("share"),
    q.Intersection: lambda: _("where they meet"),
    q.Extent: lambda: _("length"),
    q.Order: lambda: _("order"),
    q.Outliers: lambda: _("outliers"),
    q.Trend: lambda: _("trend"),
    q.Slope: lambda: _("rate of change"),
    q.Area: lambda: _("area"),
    q.Correlation: lambda: _("correlation"),
    q.Fit: lambda: _("fit"),
    q.Boxes: lambda: _("boxes"),
    q.Arrows: lambda: _("connections"),
    q.Neighbours: lambda: _("neighbours"),
    q.Path: lambda: _("way"),
    q.Everything: lambda: _("description"),
}


def _written(what: str) -> str:
    return {
        "title": _("title"),
        "axis": _("axis"),
        "categories": _("categories"),
        "series": _("series"),
        "legend": _("legend"),
        "type": _("kind of figure"),
        "panels": _("panels"),
        "references": _("reference lines"),
        "notes": _("annotations"),
    }[what]
