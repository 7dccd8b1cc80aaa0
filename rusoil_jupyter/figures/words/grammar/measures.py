"""One number of a clause: a value, an extreme, a statistic; and what is asked of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    period_of_names,
    periods_of,
    shows,
)
from rusoil_jupyter.figures.words.grammar.scene import BOXES, CURVES, unit_of
from rusoil_jupyter.figures.words.grammar.selections import (
    Frame,
    Selector,
    Subject,
    boxes_of,
    is_box,
    is_one_place,
    skip_places,
    spoken,
)
from rusoil_jupyter.figures.words.grammar.units import bare, fits, is_same
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.scene import Line

_BOX_COLUMNS = frozenset(("median", "q1", "q3", "low", "high"))
_RUNNING = frozenset({"line", "step", "area", "scatter", "errorbar"})
_TIMED = re.compile(r"(?<!\w)(?:time|врем)")
_OVER = frozenset(("mean", "median", "sum", "std", "spread"))
_EXTREMES = frozenset({"maximum", "minimum"})
_NEARLY_ALL = 0.5  # per cent: parts are rounded
_PER = re.compile(r"/|%|\bper\b|сут|°")
_PER_TIME = re.compile(r"/\s*(?:d|day|сут|h|ч|hour|mo|мес|y|год)|\bper\b")


@dataclass(frozen=True)
class _Nested:
    """What is done in each group, and perhaps over them."""

    group: p.Grouped
    inner: str
    over: str
    rank: int


def measure(frame: Frame) -> q.ValueAt | q.Extreme | q.Statistic | q.Comparison:
    """The number that a frame asks for; the parts it takes are gone from the frame.

    Raises:
        NotUnderstoodError: its parts make none.
    """
    frame.sign("letter_y")
    if frame.has(p.Stat):  # "the annual mean" of one year is that of all
        frame.all(p.Grouped, lambda one: all(shows(line, 1, one.period) for line in frame.scene.lines))
    if frame.has(p.Extremum, p.Stat, p.Grouped):
        frame.sign("whole")
    if frame.has(p.Extremum):
        return _extreme(frame)
    end = frame.sign("first", "last") if not frame.has(*p.PLACES) else None
    if end is not None:
        frame.parts.append(p.Stat(end.name))  # type: ignore[arg-type]
    if frame.has(p.Stat, p.Grouped) or frame.has_sign("together"):
        return _statistic(frame)
    return _value(frame)


# --- extremes -----------------------------------------------------------------------------------------


def _extreme(frame: Frame) -> q.Extreme | q.Statistic:
    if frame.has(p.Grouped):
        return _aggregate(frame)
    return _at_extreme_place(frame) or _counted_marks(frame) or _plain_extreme(frame)


def _plain_extreme(frame: Frame) -> q.Extreme | q.Statistic:
    asked = _taken(frame) or _beside(frame) or _headed(frame)
    if asked is not None and asked.what in {"where", "when"}:
        skip_places(frame)  # "the year where it is largest"
    found = list(dict.fromkeys(frame.all(p.Extremum)))
    if len(found) != 1:
        raise NotUnderstoodError()
    frame.sign("by", "by_size")
    frame.skip("order", "descending")
    stats = frame.all(p.Stat)
    if not stats and asked is not None and frame.sign("together") is not None:
        stats = [p.Stat("sum")]
    subject = Selector(frame).subject(wants_number=asked is None)
    _check_conditions(frame, subject)
    if not stats:
        return _extreme_of_marks(frame, found[0], asked, subject)
    if not (is_box(subject) and len(stats) == 1 and _is_column(stats[0].name, subject)):
        return _extreme_of_groups(frame, found[0], stats, asked, subject)
    subject.lines, subject.column = boxes_of(subject), stats[0].name
    return _extreme_of_marks(frame, found[0], asked, subject)


def _extreme_of_marks(
    frame: Frame, extremum: p.Extremum, asked: p.Asked | None, subject: Subject
) -> q.Extreme | q.Statistic:
    asks, within = asks_of(asked, subject)
    frame.sign("everything")
    if subject.line.series.kind == "pie":
        frame.sign("share")
    _check_periods(frame)
    selection = Selector(frame).selection(subject)
    if extremum.rank > 1 and subject.are_several and not selection.places and subject.line.series.n > 1:
        if asks != "series":
            raise NotUnderstoodError()  # the second of all marks, or of each series?
        return _ranked_series(extremum, selection)
    return q.Extreme(
        which=extremum.which,
        of=selection,
        rank=extremum.rank,
        asks=asks,
        within=within if is_coarser(subject.line, within) else "",  # type: ignore[arg-type]
        unit=unit_of_answer(frame, subject.line, of_places=asks == "place"),
    )


def _ranked_series(extremum: p.Extremum, selection: q.Selection) -> q.Statistic:
    """ "Which well has the second highest peak": of the peaks of all."""
    which = extremum.which
    return q.Statistic(name=which, of=selection, each="series", over=which, rank=extremum.rank, asks="group")


def _extreme_of_groups(
    frame: Frame, extremum: p.Extremum, stats: list[p.Stat], asked: p.Asked | None, subject: Subject
) -> q.Statistic:
    """ "In which month was the total of all largest": a statistic of each group, and the group of its
    extreme."""
    if len(stats) != 1 or stats[0].name not in _OVER | {"change"}:
        raise NotUnderstoodError()
    each = _group_asked(asked, subject, is_total=stats[0].name == "sum")
    frame.all(p.Grouped)
    frame.skip("by", "everything", "together")
    selection = Selector(frame).selection(subject)
    if not each or (each == "place" and not _may_be_several(subject)):
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


def _group_asked(asked: p.Asked | None, subject: Subject, *, is_total: bool) -> str:
    """Of what there is a statistic each; empty where that is not said."""
    if asked is None:
        return "place" if is_total and subject.are_several else ""  # "the largest total of both"
    if asked.classes == {"points"} and subject.are_several:
        return "series"  # one point has no mean
    asks, within = asks_of(asked, subject)
    return within if is_coarser(subject.line, within) else asks


def asks_of(
    asked: p.Asked | None, subject: Subject
) -> tuple[Literal["value", "place", "series", "cross"], str]:
    """What of an extreme is asked for, and within which period it is to be told.

    Raises:
        NotUnderstoodError: that is nothing which these marks have.
    """
    if asked is None:
        return "value", ""
    if asked.what == "who":
        return _who(subject), ""
    if asked.what == "when" and not _are_times(subject.line):
        raise NotUnderstoodError("when")
    if asked.what in {"when", "where"}:
        return "place", ""
    period = asked.period if subject.line.places.kind == "date" else ""
    if subject.line.places.label in asked.labels - {""}:
        return "place", period
    if asked.period and subject.are_several and _period_of_series(subject) == asked.period:
        return "series", ""
    if asked.period:
        _check_period(asked.period, subject.line)
        return "place", period
    return _kind_asked(asked, subject), ""


def _period_of_series(subject: Subject) -> str:
    """The period that each series is: "2015", "2016"; empty where they are none."""
    return period_of_names([line.series.label for line in subject.lines])


def _are_times(line: Line) -> bool:
    """Whether its places may be times: no numbers but those that count it."""
    timed = _TIMED.search(plain(line.places.label)) is not None
    return line.places.kind != "number" or bool(line.time_of_places) or timed


def _who(subject: Subject) -> Literal["place", "series", "cross"]:
    """The series; of one its places, of a grid those of the axis that nothing else is said of."""
    said = {label for named in subject.categories for label in named.every_label}
    if subject.line.cross_key is not None and said & set(subject.line.places.categories):
        return "cross"
    return "series" if subject.are_several and not _period_of_series(subject) else "place"


def _check_period(period: str, line: Line) -> None:
    """A place may be asked for by the period that it is, or lies in.

    Raises:
        NotUnderstoodError: it is none.
    """
    if line.places.kind != "date" and period not in {line.time_of_places, period_of_categories(line)}:
        raise NotUnderstoodError(period)


def _kind_asked(asked: p.Asked, subject: Subject) -> Literal["place", "series", "cross"]:
    line = subject.line
    along = f"category {line.place_key}"
    if subject.are_several and {"series", along} <= asked.classes:
        raise NotUnderstoodError("which")  # of both
    if f"category {line.cross_key}" in asked.classes:
        return "cross"
    if along in asked.classes:
        return "place"
    if subject.are_several and ("series" in asked.classes or "curves" in asked.marks):
        return "series"
    if asked.marks and _are_places(asked.marks, line):
        return "place"
    raise NotUnderstoodError(*(asked.classes and ("which",)))


def _are_places(marks: frozenset[str], line: Line) -> bool:
    """Whether a word for marks is one for their places: "which bar"."""
    return "marks" in marks or line.places.kind == "category" or line.series.kind == "histogram"


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
            frame.drop(part)
            return asked
    return None


def _thing_of(one: p.Part, other: p.Part, frame: Frame) -> p.Kind | p.Named | None:
    """What stands beside the largest, on either side, and may be what is asked for."""
    if not isinstance(one, p.Extremum) and not isinstance(other, p.Extremum):
        return None
    behind = isinstance(one, p.Extremum)
    part = other if behind else one
    if isinstance(part, p.Kind):
        return part if not (part.count or part.all_of) else None
    return part if isinstance(part, p.Named) and _is_named_thing(part, frame, behind=behind) else None


def _is_named_thing(named: p.Named, frame: Frame, *, behind: bool) -> bool:
    """Whether it is an axis of places; behind the largest one of names: "the second by revenue shop"."""
    if not behind:
        return _is_of_places(named, frame)
    names = any(line.places.kind == "category" for line in frame.scene.lines)
    return _is_period(named) or (names and _is_of_places(named, frame))


def _is_period(named: p.Named) -> bool:
    """Whether it is an axis that counts periods; "day" of "Day" and "Night" is none."""
    return bool(named.item.period) and named.is_axis


def _is_value(kind: p.Kind, frame: Frame) -> bool:
    """Whether the value is asked for: "how high does the line get", "the highest point of porosity"."""
    curves = [line for line in frame.scene.lines if line.series.kind in CURVES]
    axes = any(p.is_named(one, "axis") for one in frame.parts)
    return ("curves" in kind.marks and len(curves) == 1) or (bool(kind.marks) and axes)


def _asked_for(part: p.Kind | p.Named) -> p.Asked | None:
    if isinstance(part, p.Named):
        return p.Asked("which", part.item.classes, part.item.period, part)
    is_kind = part.period or part.marks or any(name.startswith("category") for name in part.classes)
    return p.Asked("which", part.classes, part.period, marks=part.marks) if is_kind else None


def _is_of_places(named: p.Named, frame: Frame) -> bool:
    """Whether the axis of places is named, and something else with it: "the depth of the largest gamma
    ray"."""
    scene, labels = frame.scene, named.axis_labels
    if not labels & scene.place_labels or labels & scene.value_labels:
        return False
    beside = len(frame.of(p.Named, lambda one: one is not named)) > 0
    return beside or (frame.has(p.Stat) and not BOXES.isdisjoint(scene.kinds))


def _headed(frame: Frame) -> p.Asked | None:
    """ "The depth of the gamma ray minimum": what is asked for stands in front."""
    first = next((part for part in frame.parts if not p.is_soft(part)), None)
    if not isinstance(first, p.Named) or len(first.mentions) > 1 or not _is_of_places(first, frame):
        return None
    if frame.has(p.Stat, p.Versus, p.Condition):
        return None
    frame.drop(first)
    return p.Asked("where")


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
    asked = [one.named for one in frame.of(p.Asked) if one.named is not None]
    return any(frame.scene.value_labels & one.axis_labels for one in (*frame.of(p.Named), *asked))


def _at_extreme_place(frame: Frame) -> q.Extreme | None:
    """ "The permeability of the sample with the largest porosity": the value where the places are extreme."""
    line = frame.scene.lines[0]
    if line.series.kind != "scatter" or line.places.label == line.values.label or not _names_values(frame):
        return None
    places, found = _places_beside_extremum(line.places.label, frame), frame.of(p.Extremum)
    if len(places) != 1 or len(found) != 1 or found[0].rank > 1:
        return None
    frame.drop(places[0], found[0])
    frame.all(p.Asked, lambda one: one.what in {"which", "where"})
    frame.all(p.Kind, lambda one: bool(one.marks) and not one.count)
    subject = Selector(frame).subject()
    subject.column = line.series.along
    return q.Extreme(which=found[0].which, of=Selector(frame).selection(subject), asks="place")


def _places_beside_extremum(label: str, frame: Frame) -> list[p.Part]:
    """Where the largest is said of the axis of places."""
    said = [part for part in frame.parts if not p.is_soft(part)]
    pairs = [pair for one, other in pairwise(said) for pair in ((one, other), (other, one))]
    return [
        part
        for extremum, part in pairs
        if isinstance(extremum, p.Extremum) and isinstance(part, p.Named) and part.labels == {label}
    ]


def _counted_marks(frame: Frame) -> q.Statistic | None:
    """ "Which group has the most points" counts points.

    Raises:
        NotUnderstoodError: it does, and what is drawn are no points.
    """
    most = [
        (one, other)
        for one, other in pairwise(frame.parts)
        if isinstance(one, p.Extremum) and isinstance(other, p.Kind) and other.marks
    ]
    asks = frame.of(p.Asked, lambda one: one.what in {"which", "who"})
    if not (most and asks) or "histogram" in frame.scene.kinds or _names_values(frame):
        return None
    if frame.scene.kinds != {"scatter"}:
        raise NotUnderstoodError()
    extremum, marks = most[0]
    frame.all(p.Extremum)
    frame.drop(marks)
    asked = _taken(frame)
    subject = Selector(frame).subject()
    if asks_of(asked, subject)[0] != "series":
        raise NotUnderstoodError()
    selection = Selector(frame).selection(subject)
    return q.Statistic(name="count", of=selection, each="series", over=extremum.which, asks="group")


def _check_periods(frame: Frame) -> None:
    """Of two periods together, or each?

    Raises:
        NotUnderstoodError: there are two.
    """
    for one in frame.of(p.Spots):
        if sum(item.when is not None for item in one.items) > 1:
            raise NotUnderstoodError(*(item.text for item in one.items))


def _check_conditions(frame: Frame, subject: Subject) -> None:
    """A condition must be said of the marks: "is the mean above 50" has none, "the mean of those above 50"
    has.

    Raises:
        NotUnderstoodError: it may be said of the result.
    """
    for one in frame.of(p.Condition, lambda one: not one.marked):
        unit = one.level.unit if one.level is not None else ""
        place = unit and not fits(unit, subject.line.values)
        if not (place or _is_of_others(one.subject, subject)):
            raise NotUnderstoodError(spoken(one))


def _is_of_others(named: p.Named | None, subject: Subject) -> bool:
    """Whether something else is named than what is asked about."""
    if named is None:
        return False
    ids = {line.id for line in subject.lines}
    return not any(
        set(called.series) & ids or called.label == subject.line.values.label for called in named.mentions[0]
    )


def _taken(frame: Frame) -> p.Asked | None:
    """The only place that is asked for."""
    return frame.one(p.Asked, lambda one: one.what in {"when", "where", "who", "which"})


# --- statistics ---------------------------------------------------------------------------------------


def _statistic(frame: Frame) -> q.Statistic | q.Extreme | q.ValueAt | q.Comparison:
    if frame.has(p.Grouped):
        return _aggregate(frame)
    names: list[str] = [one.name for one in dict.fromkeys(frame.all(p.Stat))]
    together = frame.sign("together") is not None
    if len(names) > 2 or not (names or together):
        raise NotUnderstoodError()
    name = names[0] if names else "sum"
    frame.sign("how_many")
    subject = Selector(frame).subject(wants_number=name not in {"sum", "first", "last", "change"})
    _check_conditions(frame, subject)
    if is_box(subject):
        return _of_boxes(frame, subject, names)
    if len(names) == 2 or name in {"iqr", "q1", "q3", "low", "high"}:
        raise NotUnderstoodError(name)
    return _statistic_of_marks(name, frame, subject, together=together)


def _statistic_of_marks(name: str, frame: Frame, subject: Subject, *, together: bool) -> q.Statistic:
    frame.sign("everything")
    selection = Selector(frame).selection(subject)
    at_once = len(selection.places) == 1 and Places(frame.scene, subject.line).is_one(selection.places[0])
    if not at_once and not _is_one_number(name, subject, together=together):
        raise NotUnderstoodError(name)
    if name == "change" and (at_once or subject.line.series.kind not in _RUNNING):
        raise NotUnderstoodError()
    unit = unit_of_answer(frame, subject.line)
    if not (at_once and subject.are_several) or name == "sum":
        return q.Statistic(name=name, of=selection, unit=unit)  # type: ignore[arg-type]
    inner = "mean" if name in {"spread", "std"} else name  # of one value there is no spread
    return q.Statistic(name=inner, of=selection, each="series", over=name, unit=unit)  # type: ignore[arg-type]


def _is_one_number(name: str, subject: Subject, *, together: bool) -> bool:
    """Whether a statistic over several places is one number: a sum that is an amount, or one of a series."""
    return is_summable(subject) if name == "sum" else len(subject.named) < 2 or together


def _of_boxes(frame: Frame, subject: Subject, names: list[str]) -> q.Statistic | q.ValueAt | q.Comparison:
    """Of boxes: a column of one, the statistic of a column of all, the distance between two columns."""
    inner = names[-1]
    outer = names[0] if len(names) == 2 else ""
    frame.sign("everything")
    selection = Selector(frame).selection(subject)
    unit = unit_of_answer(frame, subject.line)

    def of_column(name: str) -> q.ValueAt:
        return q.ValueAt(of=selection.model_copy(update={"column": name}), unit=unit)

    if inner == "iqr":
        return q.Comparison(first=of_column("q3"), second=of_column("q1"))
    if not _is_column(inner, subject) or outer not in {"", *_OVER}:
        raise NotUnderstoodError(inner)
    if outer:
        return q.Statistic(name=outer, of=of_column(inner).of, unit=unit)  # type: ignore[arg-type]
    if not is_one_place(selection):
        raise NotUnderstoodError(inner)
    return of_column(inner)


def _aggregate(frame: Frame) -> q.Statistic | q.Extreme:
    """ "Average of the monthly maxima": the operation beside the period is done in each, the other over
    them."""
    said = frame.one(p.Kind, lambda one: one.count > 0 and not (one.classes or one.marks or one.period))
    nested = _nested(frame)
    asked = _taken(frame)
    subject = Selector(frame).subject()
    each = _each(nested.group, subject.line)
    if not each and not nested.over and nested.inner in _EXTREMES:
        return _extreme_mark(nested, asked, subject, frame)
    if not each and nested.over and _are_several_at_places(subject):
        each = "place"  # "average yearly total" of several series that have a mark for each year
    frame.skip("everything", "together", "by")
    selection = Selector(frame).selection(subject)
    if said is not None and (selection.places or said.count != periods_of(subject.line, nested.group.period)):
        raise NotUnderstoodError(str(said.count))  # "the three monthly maxima" of five months
    unit = unit_of_answer(frame, subject.line)
    made = q.Statistic(name=nested.inner, of=selection, each=each, unit=unit)  # type: ignore[arg-type]
    if each:
        return _over_groups(made, nested, is_group=asked is not None)
    if nested.over in _EXTREMES:
        raise NotUnderstoodError()  # of each mark its mean: which of both is asked?
    return made


def _extreme_mark(nested: _Nested, asked: p.Asked | None, subject: Subject, frame: Frame) -> q.Extreme:
    """ "Peak monthly sales" of months."""
    asks, _within = asks_of(asked, subject)
    selection = Selector(frame).selection(subject)
    return q.Extreme(which=nested.inner, of=selection, rank=nested.rank, asks=asks)  # type: ignore[arg-type]


def _over_groups(made: q.Statistic, nested: _Nested, *, is_group: bool) -> q.Statistic:
    """What is asked of a number for each group: another one over them, or which group has the extreme.

    Raises:
        NotUnderstoodError: no such thing.
    """
    if made.each == "series" and not (nested.over or is_group):
        return made
    known = nested.over in _EXTREMES if is_group else nested.over and nested.rank == 1
    if not known:
        raise NotUnderstoodError()
    asks = "group" if is_group else "value"
    return made.model_copy(update={"over": nested.over, "rank": nested.rank, "asks": asks})


def _nested(frame: Frame) -> _Nested:
    """Takes a group and at most two operations: the one beside it is done in each.

    Raises:
        NotUnderstoodError: there are more.
    """
    found = [part for part in frame.parts if isinstance(part, p.Stat | p.Extremum | p.Grouped)]
    groups = p.of(found, p.Grouped)
    names: list[str] = [part.name for part in found if not isinstance(part, p.Grouped)]
    if len(groups) != 1 or len(names) > 2:
        raise NotUnderstoodError()
    frame.drop(*found)
    if found[0] is not groups[0]:
        names.reverse()
    inner, over = [*(names or ["mean"]), ""][:2]
    rank = max([part.rank for part in found if isinstance(part, p.Extremum)], default=1)
    return _Nested(groups[0], inner, over, rank)


def _each(group: p.Grouped, line: Line) -> str:
    """What the groups are; empty where each is one mark."""
    if not group.period:
        kind = next(iter(group.classes), "")
        return {"series": "series", f"category {line.cross_key}": "cross"}.get(kind, "place")
    if line.places.kind == "category" and period_of_categories(line) == group.period:
        return ""
    if line.places.kind == "date":
        return "" if period_matches(line, group.period) else group.period
    raise NotUnderstoodError(group.period)


def _are_several_at_places(subject: Subject) -> bool:
    """Whether there may be several marks at a place: of several series, or of a grid."""
    return subject.are_several or subject.line.cross_key is not None


def _may_be_several(subject: Subject) -> bool:
    """Whether marks at a place are several, or the one there is stands for them: a bar of a mean."""
    return _are_several_at_places(subject) or subject.line.places.kind == "category"


# --- values -------------------------------------------------------------------------------------------


def _value(frame: Frame) -> q.ValueAt | q.Statistic:
    subject = Selector(frame).subject()
    _check_conditions(frame, subject)
    unit = unit_of_answer(frame, subject.line)
    everything = frame.sign("everything") is not None
    throughout = frame.sign("whole") is not None
    frame.skip("letter_y", "how_many")
    _check_years(frame, subject)
    all_but = frame.has(p.But)
    selection = Selector(frame).selection(subject)
    several = len(selection.series or subject.lines) > 1
    if not several and _is_where_another(selection):
        return q.ValueAt(of=selection, unit=unit)
    listed = subject.on_axis and not all_but
    if not everything and (listed or not several) and _is_one(selection, subject, frame):
        if selection.where or selection.but:
            raise NotUnderstoodError()
        return q.ValueAt(of=selection, unit=unit)
    if several and not (everything or all_but):
        raise NotUnderstoodError()
    _check_total(selection, subject, is_rest=several and all_but, throughout=throughout)
    return q.Statistic(name="sum", of=selection, unit=unit)


def _is_where_another(selection: q.Selection) -> bool:
    """Whether the place is the one where another series has a value that is said."""
    held = selection.where
    return bool(held) and not selection.but and all(one.series and one.relation == "equal" for one in held)


def _check_total(selection: q.Selection, subject: Subject, *, is_rest: bool, throughout: bool) -> None:
    """Of several marks the sum is meant only where no other number of them can be.

    Raises:
        NotUnderstoodError: another one can be.
    """
    adds_up = _adds_up(subject) or (is_rest and _may_add_up(subject))
    if not adds_up or is_cumulated(subject) or not (selection.places or selection.but or throughout):
        raise NotUnderstoodError()


def _check_years(frame: Frame, subject: Subject) -> None:
    """A value in March is that of one year.

    Raises:
        OpenError: several years have such a time.
    """
    places = Places(frame.scene, subject.line)
    for item in (item for part in frame.of(p.Spots) for item in part.items):
        years = places.years_of(item)
        if len(years) > 1:
            raise OpenError(item.text, years)


def _is_one(selection: q.Selection, subject: Subject, frame: Frame) -> bool:
    line = subject.line
    if line.cross_key is not None:
        return is_one_place(selection) and selection.cross is not None
    if not selection.places:
        return line.series.n == 1
    places = Places(frame.scene, line)
    return len(selection.places) == 1 and places.is_one(selection.places[0])


def _adds_up(subject: Subject) -> bool:
    """Whether values may be added without a word that says so: amounts of what is produced or sold."""
    unit = plain(unit_of(subject.line.values))
    label = plain(f"{subject.line.values.label} {subject.line.series.label}")
    amount = lexicon.pattern("amounts", "quantities").search(label) or _is_count(label)
    pieces = lexicon.pattern("pieces", "quantities").fullmatch(unit.strip("."))
    return bool(amount or pieces) and not _PER.search(unit)


def _is_count(label: str) -> bool:
    """Whether values count what happens; how many people there are at a time is no such number."""
    counts = re.match(lexicon.pattern("counts", "quantities").pattern, label) is not None
    standing = lexicon.pattern("people", "quantities").search(label) is not None
    return counts and not standing


def _may_add_up(subject: Subject) -> bool:
    """Whether values may be amounts: bars, of no rate and no degree."""
    unit = plain(unit_of(subject.line.values))
    amounts = subject.line.series.kind in {"bar", "area"} and not _PER.search(unit)
    return amounts or _are_parts_of_100(subject)


def _are_parts_of_100(subject: Subject) -> bool:
    """Whether several series are per cent of something whole at every place."""
    columns = [line.series.values.get("y" if line.series.along == "x" else "x", ()) for line in subject.lines]
    known = all(isinstance(cell, int | float) for column in columns for cell in column)
    if not known or not subject.are_several or "%" not in unit_of(subject.line.values):
        return False
    sizes = {len(column) for column in columns} | {line.series.n for line in subject.lines}
    sums = [sum(cells) for cells in zip(*columns, strict=False)]
    return len(sizes) == 1 and all(abs(one - 100) < _NEARLY_ALL for one in sums)


def is_summable(subject: Subject) -> bool:
    """Whether the sum of values at several places is an amount: not of rates over time, nor of totals."""
    line = subject.line
    over_time = line.places.kind == "date" or bool(line.time_of_places or period_of_categories(line))
    is_rate = _PER_TIME.search(plain(unit_of(line.values))) is not None
    return not (is_rate and over_time) and not is_cumulated(subject)


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
