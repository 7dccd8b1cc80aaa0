"""Findings from marks: what is the same for every operation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from pydantic import PrivateAttr

from rusoil_jupyter.figures.query.marks import weakest
from rusoil_jupyter.figures.query.places import shown
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.reading import cell_of, number_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rusoil_jupyter.figures.query.marks import Marks
    from rusoil_jupyter.figures.values.description import Axis, Cell
    from rusoil_jupyter.figures.values.finding import Badge
    from rusoil_jupyter.figures.values.queries import Single

MOST_POINTS = 200
Thing = TypeVar("Thing")


class Measured(Finding):
    """A finding that knows its value in full: differences are taken before it is rounded to six digits."""

    _full: float | None = PrivateAttr(default=None)


def in_full(finding: Finding, axis: Axis | None) -> float:
    """The value of a finding with all digits that were computed; NaN where it is no number of the axis."""
    if isinstance(finding, Measured) and finding._full is not None:
        return finding._full
    return number_of(finding.value, axis)


def found(
    query: Single,
    marks: Marks,
    value: float | None,
    *,
    at: float | None = None,
    points: Iterable[tuple[float, float, str]] = (),
    unit: str | None = None,
    method: str = "",
    details: Mapping[str, float | str | None] | None = None,
    warnings: Sequence[str] = (),
    badge: Badge | None = None,
    error: float | None = None,
    value_cell: Cell = None,
) -> Finding:
    """A finding about one series; numbers become cells of its axes.

    ``error`` defaults to what is known of the column where ``unit`` is the column's own.
    """
    if value_cell is None and value is not None:
        value_cell = cell_of(value, marks.value_axis if unit is None else None)
    if error is None and unit is None:
        error = marks.error
    finding = Measured(
        query=query,
        badge=badge or marks.badge,
        series=marks.label,
        value=value_cell,
        unit=(marks.unit if unit is None else unit)[:100],
        at=None if at is None else shown(at, marks.place_axis),
        at_unit=marks.place_unit,
        points=tuple(_point(marks, *point) for point in list(points)[:MOST_POINTS]),
        details={name: _detail(cell) for name, cell in (details or {}).items()},
        error=float(error) if error is not None and math.isfinite(error) else None,
        method="; ".join(dict.fromkeys(filter(None, (method, *marks.by)))),
        warnings=(*warnings, *_of_heights(query, marks)),
    )
    finding._full = value
    return finding


def _point(marks: Marks, at: float, value: float, label: str) -> Point:
    return Point(at=shown(at, marks.place_axis), value=cell_of(value, marks.value_axis), label=label[:500])


def _of_heights(query: Single, marks: Marks) -> tuple[str, ...]:
    """What heights of bins are that are no numbers of what lies in them."""
    if marks.series.heights == "density":
        return (_("The heights are densities: how much a bin holds is told by its area."),)
    if marks.series.heights == "cumulated" and getattr(query, "name", "") in {"sum", "count"}:
        return (_("The bars only rise: if they are cumulated, they can't be added up."),)
    return ()


def of_each(every: Iterable[Thing], one: Callable[[Thing], Finding]) -> list[Finding]:
    """A finding for each series that has one.

    Raises:
        CannotAnswer: none has; why the last one has not.
    """
    findings: list[Finding] = []
    problem: CannotAnswer | None = None
    for marks in every:
        try:
            findings.append(one(marks))
        except CannotAnswer as error:
            problem = error
    if not findings and problem is not None:
        raise problem
    return findings


def together(query: Single, findings: Sequence[Finding], method: str = "") -> Finding:
    """Findings about several series as one: a point each, labelled; the value stays open."""
    if len(findings) == 1:
        return findings[0]
    units = {finding.unit for finding in findings}
    warnings = dict.fromkeys(warning for finding in findings for warning in finding.warnings)
    return Finding(
        query=query,
        badge=weakest([finding.badge for finding in findings]),
        unit=units.pop() if len(units) == 1 else "",
        at_unit=findings[0].at_unit,
        points=tuple(
            Point(at=finding.at, value=finding.value, label=finding.series)
            for finding in findings[:MOST_POINTS]
        ),
        details={"series": len(findings)},
        method=method or findings[0].method,
        warnings=tuple(warnings),
    )


def left_out(marks: Marks) -> tuple[str, ...]:
    """A warning where values are missing."""
    missing = marks.stats.missing if marks.stats is not None else int((~marks.known()).sum())
    if not missing:
        return ()
    return (_("Missing values were left out: {count}.").format(count=missing),)


def _detail(cell: float | str | None) -> Cell:
    if cell is None or isinstance(cell, str):
        return cell
    return cell_of(float(cell), None)
