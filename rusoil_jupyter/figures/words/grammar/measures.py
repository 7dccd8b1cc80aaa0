"""One number of a clause: a value, an extreme, a statistic; and what is asked of it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError, OpenError
from rusoil_jupyter.figures.words.grammar.places import (
    Places,
    is_coarser,
    period_matches,
    period_of_categories,
    shows,
)
from rusoil_jupyter.figures.words.grammar.scene import BOXES, unit_of
from rusoil_jupyter.figures.words.grammar.selections import (
    Frame,
    Selector,
    Subject,
    boxes_of,
    is_box,
    skip_places,
)
from rusoil_jupyter.figures.words.grammar.units import bare, fits, is_same
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.scene import Line

_BOX_COLUMNS = frozenset(("median", "q1", "q3", "low", "high"))
_PLACES = (p.Spots, p.Stretch, p.Outer, p.Nth)
_RUNNING = frozenset({"line", "step", "area", "scatter", "errorbar"})
_OVER = frozenset(("mean", "median", "sum", "std", "spread"))


def measure(frame: Frame) -> q.ValueAt | q.Extreme | q.Statistic | q.Comparison:
    """The number that a frame asks for; the parts it takes are gone from the frame.

    Raises:
        NotUnderstoodError: its parts make none.
    """
    if frame.has(p.Stat):  # "the annual mean" of one year is that of all
        frame.all(p.Grouped, lambda one: all(shows(line, 1, one.period) for line in frame.scene.lines))
    if frame.has(p.Extremum):
        return _extreme(frame)
    end = frame.sign("first", "last") if not frame.has(*_PLACES) else None
    if end is not None:
        frame.parts.append(p.Stat(end.name))  # type: ignore[arg-type]
    if frame.has(p.Stat, p.Grouped) or frame.has_sign("together"):
        return _statistic(frame)
    return _value(frame)


# --- extremes -----------------------------------------------------------------------------------------


def _extreme(frame: Frame) -> q.Extreme | q.Statistic:
    if frame.has(p.Grouped):
        return _aggregate(frame)
    made = _at_extreme_place(frame) or _counted_marks(frame)
    if made is not None:
        return made
    asked = _taken(frame) or _beside(frame)
    if asked is not None and asked.what in {"where", "when"}:
        skip_places(frame)  # "the year where it is largest"
    found = list(dict.fromkeys(frame.all(p.Extremum)))
    if len(found) != 1:
        raise NotUnderstoodError()
    extremum = found[0]
    frame.sign("order")
    frame.sign("by", "by_size")
    frame.sign("descending")
    stats = frame.all(p.Stat)
    if not stats and asked is not None and frame.sign("together") is not None:
        stats = [p.Stat("sum")]
    subject = Selector(frame).subject(wants_number=asked is None)
    _check_conditions(frame, subject)
    if stats and is_box(subject) and len(stats) == 1 and _is_column(stats[0].name, subject):
        subject.lines, subject.column = boxes_of(subject), stats[0].name
    elif stats:
        return _extreme_of_groups(frame, extremum, stats, asked, subject)
    asks, within = asks_of(asked, subject)
    coarser = bool(within) and is_coarser(subject.line, within)
    frame.sign("everything")
    if subject.line.series.kind == "pie":
        frame.sign("share")
    _check_periods(frame)
    selection = Selector(frame).selection(subject)
    if extremum.rank > 1 and len(subject.lines) > 1 and not (selection.places or asks == "series"):
        raise NotUnderstoodError()  # the second of all marks, or of each series?
    return q.Extreme(
        which=extremum.which,
        of=selection,
        rank=extremum.rank,
        asks=asks,
        within=within if coarser else "",  # type: ignore[arg-type]
        unit=unit_of_answer(frame, subject.line, of_places=asks == "place"),
    )


def _extreme_of_groups(
    frame: Frame, extremum: p.Extremum, stats: list[p.Stat], asked: p.Asked | None, subject: Subject
) -> q.Statistic:
    """ "In which month was the total of all largest": a statistic of each group, and the group of its
    extreme."""
    if len(stats) != 1 or stats[0].name not in _OVER:
        raise NotUnderstoodError()
    if asked is not None and asked.classes == {"points"} and len(subject.lines) > 1:
        asked = p.Asked("which", frozenset({"series"}))  # one point has no mean
    asks, within = asks_of(asked, subject)
    each: str = asks if asks != "value" else ""
    if asked is None and len(subject.lines) > 1 and stats[0].name == "sum":
        each = "place"  # "the largest total of both"
    if within and is_coarser(subject.line, within):
        each = within
    frame.all(p.Grouped)
    frame.sign("by")
    frame.sign("everything")
    frame.sign("together")
    selection = Selector(frame).selection(subject)
    if not each or (each == "place" and subject.line.cross_key is None and len(subject.lines) < 2):
        raise NotUnderstoodError()
    return q.Statistic(
        name=stats[0].name,  # type: ignore[arg-type]
        of=selection,
        each=each,  # type: ignore[arg-type]
        over=extremum.which,
        rank=extremum.rank,
        asks="group" if asked is not None else "value",
        unit=unit_of_answer(frame, subject.line),
    )


def asks_of(
    asked: p.Asked | None, subject: Subject
) -> tuple[Literal["value", "place", "series", "cross"], str]:
    """What of an extreme is asked for, and within which period it is to be told.

    Raises:
        NotUnderstoodError: that is nothing which these marks have.
    """
    if asked is None:
        return "value", ""
    line = subject.line
    if asked.what == "who":
        return _who(subject), ""
    if asked.what in {"when", "where"}:
        if asked.what == "when" and line.places.kind == "number" and not line.time_of_places:
            raise NotUnderstoodError("when")
        return "place", ""
    labels = {called.label for mention in (asked.named.mentions if asked.named else ()) for called in mention}
    if line.places.label in labels and line.places.label:
        return "place", asked.period if line.places.kind == "date" else ""
    if asked.period:
        return "place", _period(asked, line)
    return _kind_asked(asked, subject), ""


def _who(subject: Subject) -> Literal["place", "series", "cross"]:
    """The series; of one its places, of a grid those of the axis that nothing else is said of."""
    line = subject.line
    said = {called.label for named in subject.categories for mention in named.mentions for called in mention}
    if line.cross_key is not None and said & set(line.places.categories):
        return "cross"
    return "series" if len(subject.lines) > 1 else "place"


def _period(asked: p.Asked, line: Line) -> str:
    """The period in which a place is asked for."""
    if line.places.kind == "date" or line.time_of_places == asked.period:
        return asked.period if line.places.kind == "date" else ""
    if period_of_categories(line) == asked.period:
        return ""
    raise NotUnderstoodError(asked.period)


def _kind_asked(asked: p.Asked, subject: Subject) -> Literal["place", "series", "cross"]:
    line = subject.line
    if len(subject.lines) > 1 and {"series", f"category {line.place_key}"} <= asked.classes:
        raise NotUnderstoodError("which")  # of both
    if f"category {line.cross_key}" in asked.classes:
        return "cross"
    if f"category {line.place_key}" in asked.classes:
        return "place"
    if ("series" in asked.classes or "curves" in asked.marks) and len(subject.lines) > 1:
        return "series"
    if asked.marks and (
        line.places.kind == "category" or line.series.kind == "histogram" or "marks" in asked.marks
    ):
        return "place"
    raise NotUnderstoodError(*(asked.classes and ("which",)))


def _beside(frame: Frame) -> p.Asked | None:
    """ "The third highest month", «третье с конца месторождение»: what kind of thing the largest is asked
    for."""
    for pair in pairwise(frame.parts):
        part = _thing_of(*pair, frame)
        if part is None:
            continue
        if isinstance(part, p.Kind) and _is_value(part, frame):
            return None
        asked = _asked_for(part)
        if asked is not None:
            frame.parts = [one for one in frame.parts if one is not part]
            return asked
    return None


def _thing_of(one: p.Part, other: p.Part, frame: Frame) -> p.Kind | p.Named | None:
    """What stands beside the largest, on either side, and may be what is asked for."""
    if isinstance(one, p.Extremum):
        named = isinstance(other, p.Named) and (bool(other.item.period) or _is_of_categories(other, frame))
        part = other
    elif isinstance(other, p.Extremum):
        named = isinstance(one, p.Named) and _is_of_places(one, frame)
        part = one
    else:
        return None
    if isinstance(part, p.Kind):
        return part if not (part.count or part.all_of) else None
    return part if isinstance(part, p.Named) and named else None


def _is_value(kind: p.Kind, frame: Frame) -> bool:
    """Whether the value is asked for: "how high does the line get", "the highest point of porosity"."""
    curves = [line for line in frame.scene.lines if line.series.kind in {"line", "step", "area"}]
    axes = [one for one in frame.parts if isinstance(one, p.Named) and one.mentions[0][0].role == "axis"]
    return ("curves" in kind.marks and len(curves) == 1) or bool(kind.marks and axes)


def _asked_for(part: p.Kind | p.Named) -> p.Asked | None:
    if isinstance(part, p.Named):
        return p.Asked("which", part.item.classes, part.item.period, part)
    is_kind = part.period or part.marks or any(name.startswith("category") for name in part.classes)
    return p.Asked("which", part.classes, part.period, marks=part.marks) if is_kind else None


def _is_of_places(named: p.Named, frame: Frame) -> bool:
    """Whether the axis of places is named, and something else with it: "the depth of the largest gamma
    ray"."""
    lines = frame.scene.lines
    labels = {called.label for called in named.mentions[0] if called.role == "axis"}
    along = labels & {line.places.label for line in lines} and not labels & {
        line.values.label for line in lines
    }
    beside = any(isinstance(part, p.Named) and part is not named for part in frame.parts)
    columns = frame.has(p.Stat) and any(line.series.kind in BOXES for line in lines)
    return bool(along) and (beside or columns)


def _is_of_categories(named: p.Named, frame: Frame) -> bool:
    """Whether it is an axis of places with names: "the second by revenue shop"."""
    names = any(line.places.kind == "category" for line in frame.scene.lines)
    return names and _is_of_places(named, frame)


def _is_column(name: str, subject: Subject) -> bool:
    """Whether boxes have such a number each; a mean only where it is known beside the quartiles."""
    return name in _BOX_COLUMNS or (name == "mean" and "mean" in subject.line.series.values)


def box_column(stats: list[p.Stat]) -> str:
    """The column of boxes that a statistic is.

    Raises:
        NotUnderstoodError: they have none.
    """
    if len(stats) != 1 or stats[0].name not in _BOX_COLUMNS:
        raise NotUnderstoodError(*(one.name for one in stats))
    return stats[0].name


def _names_values(frame: Frame) -> bool:
    """Whether what the values are is named: "the point that is highest by q" is none of most points."""
    values = {line.values.label for line in frame.scene.lines}
    named = [part for part in frame.parts if isinstance(part, p.Named)]
    named += [part.named for part in frame.parts if isinstance(part, p.Asked) and part.named is not None]
    return any(
        values & {called.label for called in one.mentions[0] if called.role == "axis"} for one in named
    )


def _at_extreme_place(frame: Frame) -> q.Extreme | None:
    """ "The permeability of the sample with the largest porosity": the value where the places are extreme."""
    line = frame.scene.lines[0]
    if line.series.kind != "scatter" or line.places.label == line.values.label or not _names_values(frame):
        return None
    said = [part for part in frame.parts if not (isinstance(part, p.Sign) and part.item.soft)]
    beside = [
        other if isinstance(one, p.Extremum) else one
        for one, other in pairwise(said)
        if isinstance(one, p.Extremum) != isinstance(other, p.Extremum)
    ]
    places = [
        part
        for part in beside
        if isinstance(part, p.Named) and {called.label for called in part.mentions[0]} == {line.places.label}
    ]
    found = [part for part in said if isinstance(part, p.Extremum)]
    if len(places) != 1 or len(found) != 1 or found[0].rank > 1:
        return None
    frame.parts = [part for part in frame.parts if part is not places[0] and part is not found[0]]
    frame.all(p.Asked, lambda one: one.what in {"which", "where"})
    frame.all(p.Kind, lambda one: bool(one.marks) and not one.count)
    subject = Selector(frame).subject()
    subject.column = line.series.along
    return q.Extreme(which=found[0].which, of=Selector(frame).selection(subject), asks="place")


def _counted_marks(frame: Frame) -> q.Statistic | None:
    """ "Which group has the most points" counts points.

    Raises:
        NotUnderstoodError: it does, and what is drawn are no points.
    """
    counts = any(line.series.kind == "histogram" for line in frame.scene.lines)
    asks = any(isinstance(part, p.Asked) and part.what in {"which", "who"} for part in frame.parts)
    if _names_values(frame):
        return None
    for one, other in pairwise(frame.parts):
        if isinstance(one, p.Extremum) and isinstance(other, p.Kind) and other.marks and asks and not counts:
            if any(line.series.kind != "scatter" for line in frame.scene.lines):
                raise NotUnderstoodError()
            frame.all(p.Extremum)
            frame.parts = [part for part in frame.parts if part is not other]
            asked = _taken(frame)
            subject = Selector(frame).subject()
            if asks_of(asked, subject)[0] != "series":
                raise NotUnderstoodError()
            selection = Selector(frame).selection(subject)
            return q.Statistic(name="count", of=selection, each="series", over=one.which, asks="group")
    return None


def _check_periods(frame: Frame) -> None:
    """Of two periods together, or each?

    Raises:
        NotUnderstoodError: there are two.
    """
    for one in frame.parts:
        if isinstance(one, p.Spots) and sum(item.when is not None for item in one.items) > 1:
            raise NotUnderstoodError(*(item.text for item in one.items))


def _check_conditions(frame: Frame, subject: Subject) -> None:
    """A condition must be said of the marks: "is the mean above 50" has none, "the mean of those above 50"
    has.

    Raises:
        NotUnderstoodError: it may be said of the result.
    """
    ids = {line.id for line in subject.lines}
    for one in frame.parts:
        if not isinstance(one, p.Condition) or one.marked:
            continue
        other = one.subject is not None and not any(
            set(called.series) & ids or called.label == subject.line.values.label
            for called in one.subject.mentions[0]
        )
        place = (
            one.level is not None and bool(one.level.unit) and not fits(one.level.unit, subject.line.values)
        )
        if not other and not place:
            raise NotUnderstoodError(*(item.text for item in (one.level,) if item is not None))


def _taken(frame: Frame) -> p.Asked | None:
    """The only place that is asked for."""
    return frame.one(p.Asked, lambda one: one.what in {"when", "where", "who", "which"})


# --- statistics ---------------------------------------------------------------------------------------


def _statistic(frame: Frame) -> q.Statistic | q.Extreme | q.ValueAt | q.Comparison:
    if frame.has(p.Grouped):
        return _aggregate(frame)
    stats = list(dict.fromkeys(frame.all(p.Stat)))
    together = frame.sign("together")
    if len(stats) > 2 or (not stats and together is None):
        raise NotUnderstoodError()
    subject = Selector(frame).subject(
        wants_number=bool(stats) and stats[0].name not in {"sum", "first", "last", "change"}
    )
    name = stats[0].name if stats else "sum"
    _check_conditions(frame, subject)
    if is_box(subject):
        return _of_boxes(frame, subject, [one.name for one in stats])
    if len(stats) == 2 or name in {"iqr", "q1", "q3", "low", "high"}:
        raise NotUnderstoodError(name)
    frame.sign("everything")
    selection = Selector(frame).selection(subject)
    at_once = len(selection.places) == 1 and Places(frame.scene, subject.line).is_one(selection.places[0])
    if len(subject.named) > 1 and name != "sum" and together is None and not at_once:
        raise NotUnderstoodError(name)
    if (
        name == "sum"
        and ((is_rate(subject) and _is_over_time(subject)) or is_cumulated(subject))
        and not at_once
    ):
        raise NotUnderstoodError(name)
    if name == "change" and (at_once or subject.line.series.kind not in _RUNNING):
        raise NotUnderstoodError()
    unit = unit_of_answer(frame, subject.line)
    if at_once and len(subject.lines) > 1 and name != "sum":  # over the series
        return q.Statistic(name=name, of=selection, each="series", over=name, unit=unit)  # type: ignore[arg-type]
    return q.Statistic(name=name, of=selection, unit=unit)  # type: ignore[arg-type]


def _of_boxes(frame: Frame, subject: Subject, names: list[str]) -> q.Statistic | q.ValueAt | q.Comparison:
    """Of boxes: a column of one, the statistic of a column of all, the distance between two columns."""
    inner = names[-1]
    outer = names[0] if len(names) == 2 else ""
    frame.sign("everything")
    selection = Selector(frame).selection(subject)
    unit = unit_of_answer(frame, subject.line)
    if inner == "iqr":
        quarters = [
            q.ValueAt(of=selection.model_copy(update={"column": one}), unit=unit) for one in ("q3", "q1")
        ]
        return q.Comparison(first=quarters[0], second=quarters[1])
    if not _is_column(inner, subject) or (outer and outer not in _OVER):
        raise NotUnderstoodError(inner)
    selection = selection.model_copy(update={"column": inner})
    if outer:
        return q.Statistic(name=outer, of=selection, unit=unit)  # type: ignore[arg-type]
    if not _is_one_place(selection):
        raise NotUnderstoodError(inner)
    return q.ValueAt(of=selection, unit=unit)


def _aggregate(frame: Frame) -> q.Statistic | q.Extreme:
    """ "Average of the monthly maxima": the operation beside the period is done in each, the other over
    them."""
    ordered = [part for part in frame.parts if isinstance(part, p.Stat | p.Extremum | p.Grouped)]
    groups = [part for part in ordered if isinstance(part, p.Grouped)]
    operations = [part for part in ordered if not isinstance(part, p.Grouped)]
    if len(groups) != 1 or len(operations) > 2:
        raise NotUnderstoodError()
    row = ordered.index(groups[0])
    frame.parts = [part for part in frame.parts if not any(part is one for one in ordered)]
    asked = _taken(frame)
    subject = Selector(frame).subject()
    each = _each(groups[0], subject)
    if each == "" and len(operations) == 1 and isinstance(operations[0], p.Extremum):
        return _extreme_mark(operations[0], asked, subject, frame)
    several = len(subject.lines) > 1 or subject.line.cross_key is not None
    if each == "" and len(operations) == 2 and several:
        each = "place"  # "average yearly total" of several series that have a mark for each year
    inner, over = _nested([_operation(part) for part in operations], row)
    for word in ("everything", "together", "by"):
        frame.sign(word)
    selection = Selector(frame).selection(subject)
    made = q.Statistic(
        name=inner,  # type: ignore[arg-type]
        of=selection,
        each=each,  # type: ignore[arg-type]
        unit=unit_of_answer(frame, subject.line),
    )
    if each == "" and over in {"maximum", "minimum"}:
        raise NotUnderstoodError()  # of each mark its mean: which of both is asked?
    if each == "" or (each == "series" and not over and asked is None):
        return made
    rank = max([part.rank for part in operations if isinstance(part, p.Extremum)], default=1)
    return _over_groups(made, over, rank, is_group=asked is not None)


def _extreme_mark(extremum: p.Extremum, asked: p.Asked | None, subject: Subject, frame: Frame) -> q.Extreme:
    """ "Peak monthly sales" of months."""
    asks, _within = asks_of(asked, subject)
    selection = Selector(frame).selection(subject)
    return q.Extreme(which=extremum.which, of=selection, rank=extremum.rank, asks=asks)


def _over_groups(made: q.Statistic, over: str, rank: int, *, is_group: bool) -> q.Statistic:
    """What is asked of a number for each group: another one over them, or which group has the extreme.

    Raises:
        NotUnderstoodError: no such thing.
    """
    if not over or (is_group and over not in {"maximum", "minimum"}) or (rank > 1 and not is_group):
        raise NotUnderstoodError()
    return made.model_copy(update={"over": over, "rank": rank, "asks": "group" if is_group else "value"})


def _nested(names: list[str], row: int) -> tuple[str, str]:
    """The operation in each period, and that over all of them; ``row`` is where the period stands."""
    if len(names) < 2:
        return (names[0] if names else "mean"), ""
    return (names[0], names[1]) if row == 0 else (names[1], names[0])


def _each(group: p.Grouped, subject: Subject) -> str:
    """What the groups are; empty where each is one mark."""
    line = subject.line
    if not group.period:
        kind = next((one for one in group.classes), "")
        if kind == "series":
            return "series"
        return "cross" if kind == f"category {line.cross_key}" else "place"
    if line.places.kind == "category" and period_of_categories(line) == group.period:
        return ""
    if line.places.kind == "date":
        return "" if period_matches(line, group.period) else group.period
    raise NotUnderstoodError(group.period)


def _operation(part: p.Stat | p.Extremum | p.Grouped) -> str:
    if isinstance(part, p.Extremum):
        return part.which
    return part.name if isinstance(part, p.Stat) else ""


# --- values -------------------------------------------------------------------------------------------


def _value(frame: Frame) -> q.ValueAt | q.Statistic:
    subject = Selector(frame).subject()
    _check_conditions(frame, subject)
    unit = unit_of_answer(frame, subject.line)
    everything = frame.sign("everything")
    frame.sign("letter_y")
    frame.sign("how_many")
    _check_years(frame, subject)
    all_but = any(isinstance(one, p.But) for one in frame.parts)
    selection = Selector(frame).selection(subject)
    several = len(selection.series or subject.lines) > 1
    listed = several and subject.on_axis and not (all_but or frame.has(p.Named))
    if everything is None and (not several or listed) and _is_one(selection, subject, frame):
        if selection.where or selection.but:
            raise NotUnderstoodError()
        return q.ValueAt(of=selection, unit=unit)
    if (
        not (_adds_up(subject) or (several and all_but and _may_add_up(subject)))
        or is_cumulated(subject)
        or not (selection.places or selection.but)
        or (several and everything is None and not all_but)
    ):
        raise NotUnderstoodError()
    return q.Statistic(name="sum", of=selection, unit=unit)


def _check_years(frame: Frame, subject: Subject) -> None:
    """A value in March is that of one year.

    Raises:
        OpenError: several years have such a time.
    """
    places = Places(frame.scene, subject.line)
    for part in frame.parts:
        for item in part.items if isinstance(part, p.Spots) else ():
            years = places.years_of(item)
            if len(years) > 1:
                raise OpenError(item.text, years)


def _is_one(selection: q.Selection, subject: Subject, frame: Frame) -> bool:
    line = subject.line
    if line.cross_key is not None:
        return _is_one_place(selection) and selection.cross is not None
    if not selection.places:
        return line.series.n == 1
    places = Places(frame.scene, line)
    return len(selection.places) == 1 and places.is_one(selection.places[0])


def _is_one_place(selection: q.Selection) -> bool:
    return (
        len(selection.places) == 1
        and isinstance(selection.places[0], q.Listed)
        and len(selection.places[0].places) == 1
    )


def _adds_up(subject: Subject) -> bool:
    """Whether values may be added without a word that says so: amounts of what is produced or sold."""
    unit = plain(unit_of(subject.line.values))
    label = plain(f"{subject.line.values.label} {subject.line.series.label}")
    amount = lexicon.pattern("amounts", "quantities").search(label) or _is_count(label)
    pieces = lexicon.pattern("pieces", "quantities").fullmatch(unit.strip("."))
    return bool(amount or pieces) and not re.search(r"/|%|\bper\b|сут|°", unit)


def _is_count(label: str) -> bool:
    """Whether values count what happens; how many people there are at a time is no such number."""
    counts = re.match(lexicon.pattern("counts", "quantities").pattern, label) is not None
    standing = lexicon.pattern("people", "quantities").search(label) is not None
    return counts and not standing


def _may_add_up(subject: Subject) -> bool:
    """Whether values may be amounts: bars, of no rate and no degree."""
    unit = plain(unit_of(subject.line.values))
    return subject.line.series.kind in {"bar", "area"} and not re.search(r"/|%|\bper\b|сут|°", unit)


def is_rate(subject: Subject) -> bool:
    """Whether values are per unit of time, so that their sum over time is no amount."""
    return (
        re.search(r"/\s*(?:d|day|сут|h|ч|hour|mo|мес|y|год)|\bper\b", plain(unit_of(subject.line.values)))
        is not None
    )


def _is_over_time(subject: Subject) -> bool:
    line = subject.line
    return line.places.kind == "date" or bool(line.time_of_places or period_of_categories(line))


def is_cumulated(subject: Subject) -> bool:
    """Whether each value of one of them has all before it in it, so that their sum is nothing."""
    labels = (plain(f"{line.values.label} {line.series.label}") for line in subject.lines)
    return any(lexicon.pattern("cumulated", "quantities").search(label) for label in labels)


def unit_of_answer(frame: Frame, line: Line, *, of_places: bool = False) -> str:
    """The unit that an answer is asked in; empty where it is the axis' own.

    Raises:
        NotUnderstoodError: it is the unit of something else.
    """
    asked = frame.one(p.InUnit)
    if asked is None:
        return ""
    axis = line.places if of_places else line.values
    if unit_of(axis).rpartition("/")[2].strip() == asked.symbol:
        return ""  # "a barrel" of $/bbl
    if not fits(asked.symbol, axis):
        raise NotUnderstoodError(asked.symbol)
    if is_same(asked.symbol, axis):
        return ""
    own = bare(unit_of(axis))
    if not bare(asked.symbol):
        return f"{asked.symbol} {own}".strip()
    return asked.symbol
