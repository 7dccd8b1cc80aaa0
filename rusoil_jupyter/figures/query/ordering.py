"""Marks, series or groups in order of a number, and which of them is second."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.query.found import in_full
from rusoil_jupyter.figures.query.marks import GRIDS, Marks, weakest
from rusoil_jupyter.figures.query.places import shown
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.values.description import Axis, Cell
    from rusoil_jupyter.figures.values.finding import Badge
    from rusoil_jupyter.figures.values.queries import Single

MOST_LISTED = 100


@dataclass(frozen=True)
class Entry:
    """A number, where it is, and what it is called."""

    value: float
    at: Cell
    label: str
    unit: str
    at_unit: str
    badge: Badge
    error: float | None

    @property
    def name(self) -> str:
        """Its place; of a whole series its label."""
        return str(self.at if self.at is not None else self.label)[:500]


def entry_of(finding: Finding, marks: Marks) -> Entry:
    """A finding about one series as an entry."""
    value = in_full(finding, marks.value_axis)
    return Entry(
        value, finding.at, finding.series, finding.unit, finding.at_unit, finding.badge, finding.error
    )


def of_marks(
    query: Single, every: Sequence[Marks], *, smallest: bool, rank: int | None = None, limit: int = 0
) -> Finding:
    """The marks of all series in one order; see :func:`ordered`."""
    entries = [entry for marks in every if marks.series.kind not in GRIDS for entry in entries_of(marks)]
    axis = every[0].value_axis if every else None
    return ordered(query, entries, axis, smallest=smallest, rank=rank, limit=limit)


def entries_of(marks: Marks) -> list[Entry]:
    """The marks of one series; of very many those at either end of the order."""
    rows = np.flatnonzero(marks.known())
    if rows.size > MOST_LISTED * 40:  # only the ends of an order can be asked for
        order = np.argsort(marks.values[rows], kind="stable")
        rows = rows[np.concatenate([order[: MOST_LISTED * 20], order[-MOST_LISTED * 20 :]])]
    return [
        Entry(
            float(marks.values[row]),
            shown(float(marks.places[row]), marks.place_axis),
            marks.label,
            marks.unit,
            marks.place_unit,
            marks.badge,
            marks.error,
        )
        for row in rows
    ]


def ordered(
    query: Single,
    entries: Sequence[Entry],
    axis: Axis | None,
    *,
    smallest: bool,
    rank: int | None = None,
    limit: int = 0,
) -> Finding:
    """All entries in order, and which of them has the rank asked for (the first, where none is).

    Raises:
        CannotAnswer: there are none, or too few.
    """
    if not entries:
        raise CannotAnswer(
            _("There is nothing to put in order."), _("Ask about another series."), field="series"
        )
    listed = sorted(entries, key=lambda entry: entry.value if smallest else -entry.value)
    position = rank or 1
    if position > len(listed):
        raise CannotAnswer(
            _("There are only {count} of them.").format(count=len(listed)),
            _("Ask for an earlier one."),
            field="rank",
        )
    one = listed[position - 1]
    told = listed[: limit or MOST_LISTED]
    return Finding(
        query=query,
        badge=weakest([entry.badge for entry in listed]),
        series=one.label,
        value=cell_of(one.value, axis),
        unit=one.unit,
        at=one.at,
        at_unit=one.at_unit,
        points=tuple(
            Point(at=entry.at, value=cell_of(entry.value, axis), label=entry.label) for entry in told
        ),
        items=tuple(entry.name for entry in told),
        details={"position": float(position), "of": float(len(listed))},
        method=_("the smallest first") if smallest else _("the largest first"),
    )


def standing(finding: Finding, entries: Sequence[Entry], name: str, *, smallest: bool) -> Finding:
    """The finding of an order, about the entry of this name: which place it has.

    Raises:
        CannotAnswer: there is none of that name.
    """
    wanted = _plain(name)
    rows = [entry for entry in entries if wanted in {_plain(entry.name), _plain(entry.label)}]
    if not rows or not math.isfinite(rows[0].value):
        names = ", ".join(f"“{entry.name[:60]}”" for entry in entries[:12])
        raise CannotAnswer(
            _("There is no “{name}” in this order.").format(name=name[:80]),
            _("There are: {names}.").format(names=names),
            field="standing",
        )
    one = rows[0]
    before = sum(e.value < one.value if smallest else e.value > one.value for e in entries)
    return finding.model_copy(
        update={
            "series": one.label,
            "value": float(before + 1),
            "unit": "",
            "at": one.at,
            "details": finding.details | {"position": float(before + 1), "value": cell_of(one.value, None)},
        }
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
