"""Where, whether, how often and how long a condition holds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.measures import asks_of, box_column, is_cumulated
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.places import (
    Places,
    is_coarser,
    is_step,
    period_matches,
    period_of_categories,
    says_each,
)
from rusoil_jupyter.figures.words.grammar.scene import BOXES, CURVES
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, Subject, is_cell, is_single

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.words.grammar.scene import Line

_NEAR = 1e-6
_TURNED = {"at_most": "above", "at_least": "below"}


def holding(frame: Frame) -> q.Single | None:
    """Where, for which, whether a condition holds."""
    if frame.has(p.Condition):
        _skip_steps(frame)
    if frame.has(p.Extremum, p.Versus, p.Grouped) or not frame.has(p.Condition, p.Moved):
        return None
    if frame.first(p.Asked, lambda one: one.what == "count") is not None:
        frame.all(p.Stat, lambda one: one.name == "sum")
    if frame.has(p.Stat) and BOXES.isdisjoint(frame.scene.kinds):
        return None
    asked = frame.first(p.Asked)
    return _HOLDING[asked.what](frame) if asked is not None else _whether(frame)


def _skip_steps(frame: Frame) -> None:
    """ "Never more than 9 in a month", of months: each is one mark."""
    frame.all(p.Grouped, lambda one: all(is_step(line, one.period) for line in frame.scene.lines))


def _reach_as_relation(frame: Frame, subject: Subject) -> None:
    """ "Ever reached 50" is at least 50, "never reached" always below; falling, the other way round.

    Raises:
        NotUnderstoodError: it is open from which side.
    """
    frame.parts = [
        _of_reached(part, subject) if isinstance(part, p.Condition) and part.way else part
        for part in frame.parts
    ]


def _of_reached(condition: p.Condition, subject: Subject) -> p.Condition:
    if condition.relation != "equal" or condition.level is None or condition.level.number is None:
        return condition
    level, up = condition.level.number.value, condition.way == "up"
    passed = any(first >= level if up else first <= level for first in _first_of(subject))
    if condition.way == "either" or passed:
        raise NotUnderstoodError(condition.level.text)
    if condition.holds == "never":
        return replace(condition, relation="below" if up else "above", holds="always", way="")
    return replace(condition, relation="at_least" if up else "at_most", way="")


def _first_of(subject: Subject) -> list[float]:
    """The first value of each curve, or bar, as far as that is known."""
    cells = [
        line.series.values.get("y" if line.series.along == "x" else "x", ())[:1]
        for line in subject.lines
        if line.cross_key is None
    ]
    return [float(cell[0]) for cell in cells if cell and isinstance(cell[0], int | float)]


def _whether(frame: Frame) -> q.Single | None:
    held = frame.first(p.Condition, lambda one: one.holds) is not None
    if not held and not frame.has_sign("whether"):
        return None
    frame.skip("whether", "stop")
    moved = frame.one(p.Moved)
    subject = Selector(frame).subject()
    if moved is not None:
        return _whether_moved(frame, subject, moved)
    _reach_as_relation(frame, subject)
    said = _said(frame)
    selection = Selector(frame).selection(subject)
    if not selection.where:
        raise NotUnderstoodError()
    if not said and _is_contest(selection) and _is_each_one(selection, subject):
        return _larger(selection)
    return _which_of(selection, said, "whether")


def _whether_moved(frame: Frame, subject: Subject, moved: p.Moved) -> q.Which:
    """ "Did it ever fall from one week to the next": whether it did against the mark before."""
    steps = moved.previous and moved.way and (not moved.period or is_step(subject.line, moved.period))
    if not steps or frame.has(p.Condition, p.Stretch):
        raise NotUnderstoodError(moved.period)
    said = _said(frame)
    negated = moved.negated and not said
    selection = Selector(frame).selection(subject)
    return _which_of(_with_change(selection, _MOVED[moved.way, negated]), said, "whether")


def _is_contest(selection: q.Selection) -> bool:
    """Whether the only condition is to be above or below another series."""
    return len(selection.where) == 1 and bool(selection.where[0].than)


def _larger(selection: q.Selection) -> q.Single:
    """ "Was A higher than B in 2003": which of the two is."""
    (where,) = selection.where
    one = selection.model_copy(update={"where": ()})
    other = one.model_copy(update={"series": (where.than,)})
    asks = "larger" if where.relation in {"above", "at_least"} else "smaller"
    return q.Comparison(first=q.ValueAt(of=one), second=q.ValueAt(of=other), asks=asks)  # type: ignore[arg-type]


def _said(frame: Frame) -> str:
    """Whether a condition holds always, ever or never, where that is said."""
    held = frame.first(p.Condition, lambda one: one.holds)
    if held is not None:
        return held.holds
    sign = frame.sign("never", "always", "ever")
    return sign.name if sign is not None else ""


def _which_of(selection: q.Selection, said: str, asks: str) -> q.Which:
    """What holds never or not: of "did not exceed" that it did."""
    if said == "never":
        where = tuple(
            one.model_copy(update={"relation": _TURNED.get(one.relation, one.relation)})
            for one in selection.where
        )
        selection = selection.model_copy(update={"where": where})
    return q.Which(of=selection, holds=said or "ever", asks=asks)  # type: ignore[arg-type]


def _where(frame: Frame) -> q.Single | None:
    """The places, or the series, where a condition holds; or where a level is crossed."""
    conditions = frame.of(p.Condition)
    asked = frame.one(p.Asked)
    stats = frame.all(p.Stat)
    subject = Selector(frame).subject()
    if stats:
        subject.column = box_column(stats)
    asks, within = asks_of(asked, subject)
    if frame.has(p.Moved):
        return _moved(frame, subject, asks, asked.period if asked is not None else "")
    if len(conditions) == 1 and not conditions[0].holds:
        state = _is_state(conditions[0], subject.line)
        build = _moment(conditions[0], subject, asked, asks) if not state else None
        if build is not None:
            return build(frame, subject, conditions[0], within)
    if any(one.first for one in conditions):
        raise NotUnderstoodError()
    return _which(frame, subject, asks, within)


def _moment(
    condition: p.Condition, subject: Subject, asked: p.Asked | None, asks: str
) -> Callable[[Frame, Subject, p.Condition, str], q.Single] | None:
    """What makes a question of a condition that holds from a moment on; none where it is a state."""
    met = asked is not None and asked.what == "when" and _is_curve(subject)
    if met and condition.other is not None:
        return _meeting
    if asks == "place" and _is_set(condition, subject.line):
        return _set_to
    return _crossing if asks == "place" and (met or _is_crossed(condition)) else None


def _is_state(condition: p.Condition, line: Line) -> bool:
    """ "Came in under 150": of names, which are in no order, it is what they are."""
    return line.places.kind == "category" and not (condition.first or period_of_categories(line))


def _is_crossed(condition: p.Condition) -> bool:
    """Whether it holds at a moment: "reached", "for the first time", "equal"."""
    return bool(condition.way or condition.first) or condition.relation == "equal"


def _is_set(condition: p.Condition, line: Line) -> bool:
    """Whether steps came to be so: "was cut to 280"."""
    return condition.is_set and not condition.first and line.series.kind == "step"


def _set_to(frame: Frame, subject: Subject, condition: p.Condition, _within: str) -> q.Single:
    """ "When was it cut to 280", of steps: where it is that and was something else before.

    Raises:
        NotUnderstoodError: it is of several curves.
    """
    if subject.are_several:
        raise NotUnderstoodError()
    selection = Selector(frame).selection(subject)
    return q.Which(of=_with_change(selection, _CHANGES[condition.way]))


_CHANGES = {"": "other_than", "either": "other_than", "up": "above", "down": "below"}


def _which(frame: Frame, subject: Subject, asks: str, within: str) -> q.Which:
    """What the conditions hold for: places, series, rows."""
    _reach_as_relation(frame, subject)
    said = _said(frame)
    frame.sign("everything")
    selection = Selector(frame).selection(subject)
    if not selection.where or is_coarser(subject.line, within):
        raise NotUnderstoodError(within)
    if said in {"never", "always"} and subject.line.cross_key is not None and asks != "cross":
        raise NotUnderstoodError()  # of a whole row of a grid
    if asks == "series" and not said and not _is_each_one(selection, subject):
        said = _said_of_all(selection)
    return _which_of(selection, said, {"place": "places"}.get(asks, asks))


def _is_curve(subject: Subject) -> bool:
    """Whether it is one line, which passes a level at moments."""
    line = subject.line
    return len(subject.lines) == 1 and line.series.kind in CURVES and line.places.kind != "category"


def _meeting(frame: Frame, subject: Subject, condition: p.Condition, _within: str) -> q.Single:
    """When one series passes another: where they meet."""
    other = condition.other.mentions[0][0].series if condition.other is not None else ()
    frame.all(p.Condition)
    selection = Selector(frame).selection(subject)
    if len(other) != 1:
        raise NotUnderstoodError()
    return q.Intersection(of=selection, other=other[0], asks=condition.first or "places")


def _is_each_one(selection: q.Selection, subject: Subject) -> bool:
    """Whether each series has one mark at most in a selection."""
    return subject.line.series.n == 1 or any(map(is_single, selection.places))


def _said_of_all(selection: q.Selection) -> str:
    """ "Which did not exceed" is: which never did."""
    return "never" if all(one.relation in _TURNED for one in selection.where) else "ever"


def _moved(frame: Frame, subject: Subject, asks: str, asked_period: str) -> q.Single:
    """Where it rose or fell against the mark before; which series did between two places."""
    moved = frame.one(p.Moved)
    stretch = frame.one(p.Stretch, lambda one: len(one.ends) == 2)
    if moved is None or not moved.way:
        raise NotUnderstoodError()
    if asks == "series" and stretch is not None and not moved.previous:
        return _moved_between(frame, subject, stretch, _MOVED[moved.way, moved.negated])
    if moved.period and not is_step(subject.line, moved.period):
        raise NotUnderstoodError(moved.period)
    each = moved.previous or (asked_period and is_step(subject.line, asked_period))
    if not each or asks != "place" or stretch is not None:
        raise NotUnderstoodError()
    selection = Selector(frame).selection(subject)
    return q.Which(of=_with_change(selection, _MOVED[moved.way, moved.negated]))


_MOVED = {
    ("up", False): "above",
    ("up", True): "at_most",
    ("down", False): "below",
    ("down", True): "at_least",
}


def _moved_between(frame: Frame, subject: Subject, stretch: p.Stretch, relation: str) -> q.Which:
    """Which series has more, or less, at one place than at another."""
    places = Places(frame.scene, subject.line)
    start, end = (places.of(p.Spots((item,))) for item in stretch.ends)
    selection = Selector(frame).selection(subject)
    if (
        selection.places
        or selection.where
        or not isinstance(start, q.Listed)
        or not isinstance(end, q.Listed)
    ):
        raise NotUnderstoodError()
    where = q.Where(relation=relation, at=start.places[0])  # type: ignore[arg-type]
    return q.Which(of=selection.model_copy(update={"places": (end,), "where": (where,)}), asks="series")


def _with_change(selection: q.Selection, relation: str) -> q.Selection:
    """Those marks that are higher, or lower, than the one before."""
    where = q.Where(relation=relation, level=0.0, column="change")  # type: ignore[arg-type]
    return selection.model_copy(update={"where": (*selection.where, where)})


def _crossing(frame: Frame, subject: Subject, condition: p.Condition, within: str) -> q.Crossing:
    """Where a level is reached, by a curve or by marks in order."""
    line = subject.line
    if subject.are_several or condition.level is None or condition.other is not None:
        raise NotUnderstoodError()
    if line.places.kind == "category":
        raise NotUnderstoodError()
    frame.all(p.Condition, lambda one: one.level is condition.level)
    level, unit = Selector(frame).level(condition.level, line)
    selection = Selector(frame).selection(subject)
    if selection.but:
        raise NotUnderstoodError()  # a curve with a hole crosses where it is not drawn
    return q.Crossing(
        of=selection,
        level=level,
        unit=unit,
        way=_WAYS.get(condition.relation, ""),  # type: ignore[arg-type]
        asks=condition.first or "places",
        within=within,  # type: ignore[arg-type]
    )


_WAYS = {"above": "up", "at_least": "up", "below": "down", "at_most": "down"}


def _first_place(frame: Frame) -> q.Single | None:
    """ "After how many hours": of an axis that counts them from zero, where it happens first."""
    asked, condition = frame.one(p.Asked), frame.first(p.Condition)
    subject = Selector(frame).subject()
    line = subject.line
    if asked is None or condition is None or line.time_of_places != asked.period:
        raise NotUnderstoodError("after")
    if line.extent is None or line.extent[0] != 0:
        raise NotUnderstoodError("after")
    return _crossing(frame, subject, replace(condition, first="first"), "")


# --- counts and lengths -------------------------------------------------------------------------------


def _times(frame: Frame) -> q.Single | None:
    """How often a level is crossed, or the value changes."""
    frame.one(p.Asked)
    moved = frame.one(p.Moved)
    if moved is not None:
        return _times_moved(frame, moved)
    condition = frame.first(p.Condition)
    if condition is None or condition.holds:
        raise NotUnderstoodError()
    found = _crossing(frame, Selector(frame).subject(), condition, "")
    return found.model_copy(update={"asks": "count"})


def _times_moved(frame: Frame, moved: p.Moved) -> q.Statistic:
    """How often it rose, fell or changed: where each mark is a state, or a period said."""
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if moved.previous:
        steps = bool(moved.period) and is_step(subject.line, moved.period)
    else:
        steps = subject.line.series.kind in {"step", "bar"}
    if moved.negated or selection.where or not steps:
        raise NotUnderstoodError()
    return q.Statistic(name="count", of=_with_change(selection, _CHANGES[moved.way]))


def _count(frame: Frame) -> q.Single | None:
    """How many marks, or how long, a condition holds."""
    asked = frame.one(p.Asked)
    if asked is None or frame.has(p.Moved) or frame.has_sign("never", "always", "ever"):
        raise NotUnderstoodError()
    if frame.first(p.Condition, lambda one: one.first or one.holds) is not None:
        raise NotUnderstoodError()
    subject = Selector(frame).subject()
    _leave_fitted(asked, subject)
    selection = Selector(frame).selection(subject).model_copy(update={"column": ""})
    what = _counted(asked, subject, selection)
    if what == "extent":
        return q.Extent(of=selection, unit=asked.unit or asked.period)
    return q.Statistic(name=what, of=selection)  # type: ignore[arg-type]


def _leave_fitted(asked: p.Asked, subject: Subject) -> None:
    """Things are the points that are drawn, not those of the line fitted through them.

    Raises:
        NotUnderstoodError: the points are some of the line's, set apart: it is open which are counted.
    """
    dots = [line for line in subject.lines if line.series.kind == "scatter"]
    curves = [line for line in subject.lines if line.series.kind in CURVES]
    if not dots or not curves or "series" in asked.classes or "curves" in asked.marks:
        return
    ours, theirs = (set().union(*map(_cells_along, lines)) for lines in (dots, curves))
    if not ours or ours < theirs:
        raise NotUnderstoodError(asked.text)
    subject.lines = dots


def _cells_along(line: Line) -> tuple[Cell, ...]:
    return line.series.values.get(line.series.along, ())


def _counted(asked: p.Asked, subject: Subject, selection: q.Selection) -> str:
    """Whether marks are counted, their values are summed (of a histogram), or the length is told."""
    line = subject.line
    if is_cumulated(subject):
        raise NotUnderstoodError()
    if line.series.kind == "histogram":
        return "sum"
    if asked.marks and says_each(asked.text) and not is_step(line, asked.period):
        raise NotUnderstoodError(asked.text)
    if asked.period and not asked.marks:  # "on how many dates": each mark has one
        return _counted_periods(asked, line)
    series = "series" in asked.classes and subject.are_several
    counted = _is_each_one(selection, subject) if series else _is_counted(asked, line, selection)
    if counted:
        return "count"
    if not series and asked.unit and line.is_depth:
        return "extent"
    raise NotUnderstoodError()


def _counted_periods(asked: p.Asked, line: Line) -> str:
    """Whether each mark is such a period, or the axis is as long as some of them."""
    counted = asked.named is not None and line.time_of_places == asked.period
    if counted or period_matches(line, asked.period) or period_of_categories(line) == asked.period:
        return "count"
    if line.places.kind == "date" or line.time_of_places:
        return "extent"
    raise NotUnderstoodError(asked.period)


def _is_counted(asked: p.Asked, line: Line, selection: q.Selection) -> bool:
    """Whether what is to be counted is a mark each: the categories of an axis, or points by that word.

    Raises:
        NotUnderstoodError: of a grid, a row or a column of which is a category.
    """
    named = line.places.label in asked.labels
    along = f"category {line.place_key}" in asked.classes or (named and line.places.kind == "category")
    if line.cross_key is not None:
        across = f"category {line.cross_key}" in asked.classes or line.crossed.label in asked.labels
        if (across and not selection.places) or (along and selection.cross is None):
            raise NotUnderstoodError()
        along |= across
    numbered = named and _is_counted_in_ones(line)
    dots = line.series.kind == "scatter" and line.values.label in asked.labels - {""}
    return dots or along or numbered or "points" in asked.classes or bool(asked.marks)


def _is_counted_in_ones(line: Line) -> bool:
    """Whether the places are numbers that are counted: days, or values that were chosen to measure at; no
    volumes in small equal steps."""
    cells = [cell for cell in line.series.values.get(line.series.along, ()) if isinstance(cell, int | float)]
    steps = [other - one for one, other in pairwise(cells)]
    small = bool(steps) and max(steps) - min(steps) < _NEAR and abs(steps[0]) < 1 - _NEAR
    return line.places.kind == "number" and not line.is_depth and not small


def _length(frame: Frame) -> q.Single | None:
    """How long, or how thick, it is where a condition holds."""
    frame.one(p.Asked)
    frame.sign("sum", "together")
    unit = frame.one(p.InUnit)
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if not selection.where:
        raise NotUnderstoodError()
    return q.Extent(of=selection, unit=unit.symbol if unit is not None else "")


def how_many(frame: Frame) -> q.Single | None:
    """How many marks lie in a stretch, of a histogram: how many samples."""
    if frame.has(p.Extremum, p.Stat, p.Versus, p.Condition, p.Comparative, p.Moved):
        return None
    asked = frame.one(p.Asked, lambda one: one.what == "count")
    if asked is None:
        return None
    if "curves" in asked.marks:  # a whole one lies nowhere
        raise NotUnderstoodError(asked.text)
    subject = Selector(frame).subject()
    _leave_fitted(asked, subject)
    selection = Selector(frame).selection(subject)
    if not selection.places and not selection.where:
        return None
    if asked.period and not selection.where:
        raise NotUnderstoodError(asked.period)
    if is_cell(selection):
        return q.ValueAt(of=selection)
    what = _counted(asked, subject, selection)
    if what == "extent":
        raise NotUnderstoodError(asked.period)
    return q.Statistic(name=what, of=selection)  # type: ignore[arg-type]


def whether_more(frame: Frame) -> q.Single | None:
    """ "Was it in May higher than in June": a condition on the value at one place."""
    asks = frame.has_sign("whether") and frame.has(p.Comparative) and frame.has_sign("than")
    if not asks or frame.has(p.Versus, p.Asked, p.Moved):
        return None
    frame.sign("whether")
    row = next(row for row, part in enumerate(frame.parts) if p.is_sign(part, "than"))
    behind, frame.parts = frame.parts[row + 1 :], frame.parts[:row]
    comparative, stats = frame.one(p.Comparative), frame.all(p.Stat)
    subject = Selector(frame).subject()
    if stats:
        subject.column = box_column(stats)
    selection = Selector(frame).selection(subject)
    if comparative is None or len(behind) != 1:
        raise NotUnderstoodError()
    place = _only_place(behind[0], subject.line, frame)
    if len(selection.places) != 1:
        raise NotUnderstoodError()
    where = q.Where(relation=comparative.relation, at=place)
    return q.Which(of=selection.model_copy(update={"where": (*selection.where, where)}), asks="whether")


def _only_place(part: p.Part, line: Line, frame: Frame) -> Cell:
    """Raises NotUnderstoodError where it is none, or are several."""
    place = Places(frame.scene, line).of(part) if isinstance(part, p.Spots | p.Named) else None
    if place is None or not is_single(place):
        raise NotUnderstoodError()
    return place.places[0]


_HOLDING = {
    "count": _count,
    "times": _times,
    "length": _length,
    "after": _first_place,
    "when": _where,
    "who": _where,
    "where": _where,
    "which": _where,
}
