"""A statistic of each month, series or place; and one number over all of these."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.query.found import of_each
from rusoil_jupyter.figures.query.holding import STATISTICS, no_numbers
from rusoil_jupyter.figures.query.marks import GRIDS, Marks, weakest
from rusoil_jupyter.figures.query.ordering import MOST_LISTED, Entry, entry_of, ordered
from rusoil_jupyter.figures.query.places import period_name, shown
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.reading import axis_of, cell_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.values.description import Axis, Cell
    from rusoil_jupyter.figures.values.queries import Statistic

    Numbers = NDArray[np.float64]


def by_group(query: Statistic, every: list[Marks], one: Callable[[Statistic, Marks], Finding]) -> Finding:
    """The statistic of each group; ``over`` all groups where the query says so.

    Raises:
        CannotAnswer: the marks have no such groups.
    """
    by_series = query.each == "series"
    entries = _of_series(query, every, one) if by_series else _of_marks(query, every)
    axis = every[0].value_axis if query.name not in {"count", "sum", "std", "spread", "change"} else None
    if query.over in {"maximum", "minimum"}:
        return ordered(query, entries, axis, smallest=query.over == "minimum", rank=query.rank)
    first, told = entries[0], entries[:MOST_LISTED]
    finding = Finding(
        query=query,
        badge=weakest([entry.badge for entry in entries]),
        series=first.label if not by_series and len(every) == 1 else "",
        unit=first.unit if query.over != "count" else "",
        at_unit=first.at_unit,
        points=tuple(
            Point(at=one.at, value=cell_of(one.value, axis), label=one.label if by_series else "")
            for one in told
        ),
        items=tuple(entry.name for entry in told),
        details={"groups": float(len(entries))},
        method=_("of {count} groups").format(count=len(entries)),
    )
    if not query.over:
        return finding
    values = np.array([entry.value for entry in entries])
    number = float(np.asarray(STATISTICS[query.over](values)))
    return finding.model_copy(update={"value": cell_of(number, axis)})


def _of_series(
    query: Statistic, every: list[Marks], one: Callable[[Statistic, Marks], Finding]
) -> list[Entry]:
    entries: list[Entry] = []

    def told(marks: Marks) -> Finding:
        finding = one(query, marks)
        entry = entry_of(finding, marks)
        if math.isfinite(entry.value):
            entries.append(Entry(entry.value, None, marks.label, entry.unit, "", entry.badge, entry.error))
        return finding

    of_each(every, told)
    if not entries:
        raise no_numbers(every[0])
    return entries


def _of_marks(query: Statistic, every: list[Marks]) -> list[Entry]:
    """The statistic of all marks of a group, of whichever series; only those of one unit go together."""
    first = every[0]
    if len({(marks.panel.id, marks.unit) for marks in every}) > 1:
        raise CannotAnswer(
            _("These series are measured in different units."), _("Ask about one of them."), field="series"
        )
    name, axis = _naming(query, first)
    is_count, function = query.name == "count", STATISTICS[query.name]
    label, unit = first.label if len(every) == 1 else "", "" if is_count else first.unit
    at_unit, badge = axis.unit if axis is not None else "", weakest([marks.badge for marks in every])
    entries = [
        Entry(float(np.asarray(function(known))), name(key, axis), label, unit, at_unit, badge, None)
        for key, known in _grouped(query, every)
        if known.size or is_count
    ]
    if not entries:
        raise no_numbers(first)
    return entries


def _grouped(query: Statistic, every: list[Marks]) -> list[tuple[object, Numbers]]:
    """The known values of each group, in the order of their places."""
    keys = np.concatenate([_keys(query, marks) for marks in every])
    values = np.concatenate([marks.values for marks in every])
    places = np.concatenate([marks.places for marks in every])
    usable = np.isfinite(places)
    groups: dict[object, list[int]] = {}
    for row in np.flatnonzero(usable)[np.argsort(places[usable], kind="stable")].tolist():
        groups.setdefault(keys[row], []).append(row)
    return [(key, values[rows][np.isfinite(values[rows])]) for key, rows in groups.items()]


def _keys(query: Statistic, marks: Marks) -> NDArray[np.object_]:
    """For each mark the group it belongs to.

    Raises:
        CannotAnswer: a period is asked for and there are no dates, or a second axis and there is none.
    """
    if query.each == "place":
        return marks.places.astype(object)
    if query.each == "cross":
        if marks.series.kind not in GRIDS or "y" not in marks.others:
            raise CannotAnswer(_("This is no grid."), _("Ask for each place."), field="each")
        return marks.others["y"].astype(object)
    if not marks.is_date:
        raise CannotAnswer(
            _("“{series}” has no dates.").format(series=marks.label),
            _("Ask for each place on its axis."),
            field="each",
        )
    names = [period_name(at, query.each) if math.isfinite(at) else "" for at in marks.places.tolist()]
    return np.array(names, dtype=object)


def _naming(query: Statistic, marks: Marks) -> tuple[Callable[[object, Axis | None], Cell], Axis | None]:
    """How a group is called."""
    if query.each == "place":
        return _shown, marks.place_axis
    if query.each == "cross":
        return _shown, axis_of(marks.panel, marks.series, "y")
    return lambda key, _axis: str(key), None


def _shown(key: object, axis: Axis | None) -> Cell:
    return shown(float(str(key)), axis)
