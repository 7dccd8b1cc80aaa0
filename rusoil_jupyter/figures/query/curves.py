"""What a curve is between its points: straight as it is drawn, a step where it is one; gaps stay gaps."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.query.marks import Marks

    Numbers = NDArray[np.float64]


def pieces_at(marks: Marks, at: float) -> tuple[NDArray[np.int64], Numbers]:
    """Each piece of a curve that passes a place: the row where it begins, and how far along it is."""
    u, v = marks.places, marks.values
    left, right = u[:-1], u[1:]
    inside = ((left < at) & (at < right)) | ((right < at) & (at < left))
    inside &= np.isfinite(v[:-1]) & np.isfinite(v[1:])
    rows = np.flatnonzero(inside)
    u0, u1 = u[rows], u[rows + 1]
    if marks.series.kind == "step":
        return rows, np.where(u0 < u1, 0.0, 1.0)
    if marks.log_places and at > 0 and (u0 > 0).all() and (u1 > 0).all():
        return rows, np.asarray((math.log(at) - np.log(u0)) / (np.log(u1) - np.log(u0)))
    return rows, np.asarray((at - u0) / (u1 - u0))


def along(column: Numbers, rows: NDArray[np.int64], share: Numbers, *, log: bool = False) -> Numbers:
    """A column on the pieces of :func:`pieces_at`; on a logarithmic axis nothing below zero is drawn."""
    v0, v1 = column[rows], column[rows + 1]
    if not log:
        return np.asarray(v0 + share * (v1 - v0))
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = np.exp(np.log(v0) + share * (np.log(v1) - np.log(v0)))
    return np.asarray(np.where((v0 > 0) & (v1 > 0), straight, np.nan))


def marks_at(marks: Marks, places: Numbers) -> Marks:
    """A curve at places where it has no mark: as many marks as pieces pass them, none in a gap."""
    pieces = [pieces_at(marks, float(at)) for at in places]
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *(rows for rows, _share in pieces)])
    share = np.concatenate([np.zeros(0), *(share for _rows, share in pieces)])
    others = {
        name: along(column, rows, share)
        for name, column in marks.others.items()
        if column.size == marks.places.size
    }
    return replace(
        marks,
        places=np.repeat(places, np.array([rows.size for rows, _share in pieces], dtype=np.int64)),
        values=along(marks.values, rows, share, log=marks.log_values),
        others=others,
        names=(),
        stats=None,
        full=marks.full or marks,
        badge=marks.badge if marks.series.kind == "step" else "estimated",
        by=(*marks.by, way_between(marks)),
    )


def values_at(marks: Marks, at: float) -> Numbers:
    """All values of a curve at one place: those of its marks there, else those between."""
    hit = (marks.places == at) & np.isfinite(marks.values)
    return marks.values[hit] if hit.any() else marks_at(marks, np.array([at])).values


def way_between(marks: Marks) -> str:
    """How a value between the points of this curve is taken."""
    if marks.series.kind == "step":
        return _("the last step before the place")
    if marks.log_places or marks.log_values:
        return _("straight between the points as drawn on the logarithmic axis")
    return _("straight between the points")


def between_points(marks: Marks, places: Numbers) -> Numbers:
    """The value of a curve at each of many places: one each, NaN beyond its ends and in its gaps."""
    known = np.isfinite(marks.places)
    order = np.argsort(marks.places[known], kind="stable")
    u, v = marks.places[known][order], marks.values[known][order]
    if not u.size:
        return np.full(places.shape, np.nan)
    right = np.clip(np.searchsorted(u, places, side="left"), 0, u.size - 1)
    exact = u[right] == places
    left = np.maximum(right - 1, 0)
    x, y, at = u, v, places
    with np.errstate(divide="ignore", invalid="ignore"):
        if marks.log_places:
            x, at = np.log(u), np.log(places)
        if marks.log_values:
            y = np.log(v)
        share = (at - x[left]) / (x[right] - x[left])
        share = np.zeros_like(share) if marks.series.kind == "step" else share
        straight = y[left] + share * (y[right] - y[left])
    straight = np.exp(straight) if marks.log_values else straight
    inside = (places >= u[0]) & (places <= u[-1])
    return np.asarray(np.where(exact, v[right], np.where(inside, straight, np.nan)))
