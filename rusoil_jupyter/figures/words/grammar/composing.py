"""The query that the parts of a question make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.choosing import chosen
from rusoil_jupyter.figures.words.grammar.comparing import compared
from rusoil_jupyter.figures.words.grammar.measures import asks_of, box_column, is_cumulated, measure
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.places import (
    Places,
    is_coarser,
    is_step,
    period_matches,
    period_of_categories,
)
from rusoil_jupyter.figures.words.grammar.scene import BOXES, unit_of
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, Subject
from rusoil_jupyter.figures.words.grammar.several import clauses
from rusoil_jupyter.figures.words.grammar.shaping import shaped
from rusoil_jupyter.figures.words.grammar.writing import written
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.queries import Query
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

_CURVES = frozenset({"line", "step", "area"})
_TURNED = {"at_most": "above", "at_least": "below"}


def composed(parts: list[p.Part], scene: Scene) -> Query:
    """The query that these parts are, all of them.

    Raises:
        NotUnderstoodError: they are none.
        AbsentError: they name what the figure does not have.
    """
    parts = _settled(parts, scene)
    found = [_single(clause, scene) for clause in clauses(parts)]
    if len(found) == 1:
        return found[0]
    return q.Several(parts=cast("tuple[q.Single, q.Single]", tuple(found)))


def _settled(parts: list[p.Part], scene: Scene) -> list[p.Part]:
    """Words that ask for what is only named: "which oil rate", "how many samples" of a histogram."""
    values = {line.values.label for line in scene.lines}
    binned = scene.lines[0].series.kind == "histogram" and any(
        isinstance(part, p.Condition) for part in parts
    )
    settled: list[p.Part] = []
    for part in parts:
        if isinstance(part, p.Sign) and part.name in _OPEN:
            settled.append(_closed(part, parts, scene))
            continue
        if isinstance(part, p.Named) and (of_level := _of_level(part, settled, scene)) is not None:
            settled[-1] = of_level
            continue
        if isinstance(part, p.Named | p.Spots) and _is_left_out(settled):
            settled[-1] = p.But(part)
            continue
        if isinstance(part, p.Named) and (bound := _bound(part, settled, scene)) is not None:
            while _is_soft(settled[-1]):
                settled.pop()
            settled[-1] = bound
            continue
        if isinstance(part, p.Condition):
            part = _placed(part, scene)
        if isinstance(part, p.Condition) and settled:
            part = _joined(part, settled)
        if isinstance(part, p.Asked) and part.named is not None and part.what in {"which", "count"}:
            roles = {(called.role, called.label) for called in part.named.mentions[0]}
            is_value = any(role == "axis" and label in values for role, label in roles)
            places = {line.places.label for line in scene.lines}
            along = any(role == "axis" and label in places and label not in values for role, label in roles)
            series = {role for role, _label in roles} == {"series"} and part.what == "which"
            if not along and (is_value or series) and not (part.what == "count" and (part.period or binned)):
                settled.append(part.named)
                continue
        settled.append(part)
    return _asking(_counting(_by_label(_without_where(settled))))


def _bound(named: p.Named, before: list[p.Part], scene: Scene) -> p.Named | None:
    """ "Where truth is ok": a category behind the name of its axis is that of this axis."""
    axis = next((part for part in reversed(before) if not _is_soft(part)), None)
    if not isinstance(axis, p.Named) or len(axis.mentions) != 1:
        return None
    keys = {called.axis for called in axis.mentions[0] if called.role == "axis"}
    own = tuple(called for called in named.mentions[0] if called.role == "category" and called.axis in keys)
    grid = any(line.cross_key for line in scene.lines)
    if not grid or len(named.mentions) != 1 or not own or len(keys) != 1:
        return None
    return p.Named((own,), axis.item)


def _is_soft(part: p.Part) -> bool:
    return isinstance(part, p.Sign) and part.item.soft


def _without_where(parts: list[p.Part]) -> list[p.Part]:
    """ "n where truth is ok": it asks no place."""
    bound = [part for part in parts if isinstance(part, p.Named) and _is_bound(part)]
    if not bound:
        return parts
    return [
        part
        for part in parts
        if not (isinstance(part, p.Asked) and part.what == "where")
        and not (isinstance(part, p.Sign) and part.name in {"and", "if", "whether"})
    ]


def _is_bound(named: p.Named) -> bool:
    return named.mentions[0][0].role == "category" and any(one.role == "axis" for one in named.item.names)


def _by_label(parts: list[p.Part]) -> list[p.Part]:
    """ "What is the maximum temperature" of an axis that is called so: where nothing else is asked, its own
    words ask."""
    said = [part for part in parts if not (isinstance(part, p.Sign) and part.item.soft)]
    if len(said) != 1 or not isinstance(said[0], p.Named) or said[0].mentions[0][0].role != "axis":
        return parts
    words = plain(said[0].mentions[0][0].label)
    asks = [name for name in _ASKED_BY_LABEL if lexicon.pattern(name, "grammar").search(words)]
    return [*parts, _ASKED_BY_LABEL[asks[0]]] if len(asks) == 1 and said[0].item.text in words else parts


_ASKED_BY_LABEL: dict[str, p.Part] = {
    "maximum": p.Extremum("maximum"),
    "minimum": p.Extremum("minimum"),
    "mean": p.Stat("mean"),
    "median": p.Stat("median"),
    "sum": p.Stat("sum"),
}


def _of_level(named: p.Named, before: list[p.Part], scene: Scene) -> p.Condition | None:
    """ "Less than 40 points": the name of the axis of places behind a level says what is compared."""
    last = before[-1] if before else None
    places = {line.places.label for line in scene.lines} - {line.values.label for line in scene.lines}
    labels = {called.label for called in named.mentions[0] if called.role == "axis"}
    if not isinstance(last, p.Condition) or last.level is None or last.level.unit:
        return None
    if not labels & places or scene.lines[0].series.kind != "histogram":
        return None
    return replace(last, subject=named)


def _is_left_out(before: list[p.Part]) -> bool:
    """ "The total minus logging and bits": what stands behind is left out of the sum."""
    sums = any(isinstance(part, p.Stat) and part.name == "sum" for part in before)
    return sums and isinstance(before[-1], p.Sign) and before[-1].name == "minus"


def _placed(condition: p.Condition, scene: Scene) -> p.Part:
    """ "At Sw = 0.4": equal to a number on the axis of places is a place."""
    named = condition.subject
    if (
        condition.relation != "equal"
        or condition.level is None
        or named is None
        or condition.holds
        or condition.way
    ):
        return condition
    labels = {called.label for called in named.mentions[0] if called.role == "axis"}
    places = {line.places.label for line in scene.lines} - {line.values.label for line in scene.lines}
    return p.Spots((condition.level,)) if labels & places else condition


def _counting(parts: list[p.Part]) -> list[p.Part]:
    """ "How many levee samples": what is counted may stand behind a name; "how many tonnes" asks for a
    unit."""
    compared = any(isinstance(one, p.Comparative | p.Versus | p.Moved) for one in parts)
    conditions = any(isinstance(one, p.Condition) for one in parts)
    row = next((row for row, one in enumerate(parts) if isinstance(one, p.Kind) and not one.count), None)
    asks = next((one for one in parts if isinstance(one, p.Sign) and one.name == "how_many"), None)
    if (
        asks is not None
        and row is not None
        and not compared
        and not any(isinstance(one, p.Asked) for one in parts)
    ):
        kind = parts[row]
        if isinstance(kind, p.Kind) and not _asks_of_series(parts[:row], kind):
            counted = p.Asked("count", kind.classes, kind.period, marks=kind.marks)
            return [counted if one is kind else one for one in parts if one is not asks]
    return [
        p.InUnit(one.unit)
        if isinstance(one, p.Asked)
        and one.what == "count"
        and one.unit
        and not (one.period or one.classes or one.marks)
        and not conditions
        else one
        for one in parts
    ]


def _asks_of_series(before: list[p.Part], kind: p.Kind) -> bool:
    """ "How many women in departments where": of a series, not how many departments."""
    series = any(isinstance(part, p.Named) and part.mentions[0][0].role == "series" for part in before)
    return series and any(name.startswith("category") for name in kind.classes)


def _asking(parts: list[p.Part]) -> list[p.Part]:
    """ "Months when it was above 50" asks for the months."""
    asks = any(isinstance(one, p.Asked | p.Extremum | p.Versus | p.Sign) for one in parts)
    if asks or not parts or not any(isinstance(one, p.Condition) for one in parts):
        return parts
    first = parts[0]
    if isinstance(first, p.Kind) and not (first.count or first.all_of):
        return [p.Asked("which", first.classes, first.period, marks=first.marks), *parts[1:]]
    if (
        isinstance(first, p.Named)
        and first.item.period
        and {one.role for one in first.mentions[0]} == {"axis"}
    ):
        return [p.Asked("which", first.item.classes, first.item.period, first), *parts[1:]]
    return parts


def _joined(condition: p.Condition, before: list[p.Part]) -> p.Condition:
    """A condition that belongs to what stands before it: "days above 100", "older than 20 and younger than
    40"."""
    last = before[-1]
    if isinstance(last, p.Kind):
        return replace(condition, marked=True)
    if (
        isinstance(last, p.Sign)
        and last.name == "and"
        and len(before) > 1
        and isinstance(before[-2], p.Condition)
    ):
        before.pop()
        return replace(condition, marked=before[-1].marked)  # type: ignore[union-attr]
    return condition


_OPEN = frozenset({"how_many_times", "slowest", "fastest"})


def _closed(sign: p.Sign, parts: list[p.Part], scene: Scene) -> p.Part:
    """Words that mean one thing or another by what they stand beside."""
    if sign.name == "how_many_times":
        levels = [
            one
            for one in parts
            if isinstance(one, p.Condition) and one.level is not None and one.level.when is None
        ]
        return (
            p.Asked("times")
            if levels or not any(isinstance(one, p.Comparative | p.Condition) for one in parts)
            else p.Versus("ratio")
        )
    unit = conversion.parse(unit_of(scene.lines[0].values))
    named = {called.label for part in parts if isinstance(part, p.Named) for called in part.mentions[0]}
    labels = named or {line.values.label for line in scene.lines}
    if any(lexicon.pattern("speeds", "quantities").search(plain(label)) for label in labels):
        return p.Extremum("minimum" if sign.name == "slowest" else "maximum")
    if unit is None or unit.dimension != conversion.TIME:
        raise NotUnderstoodError(sign.item.text)
    return p.Extremum("maximum" if sign.name == "slowest" else "minimum")


def _single(parts: list[p.Part], scene: Scene) -> q.Single:
    """The query of one clause.

    Raises:
        NotUnderstoodError: no builder takes all of its parts.
    """
    unknown = [part.item.text for part in parts if isinstance(part, p.Unknown)]
    if unknown:
        raise NotUnderstoodError(*unknown)
    for build in _BUILDERS:
        frame = Frame(scene, parts)
        if scene.named_panel:
            frame.sign("panels")
        made = build(frame)
        if made is not None:
            frame.ends()
            return made
    raise NotUnderstoodError()


# --- shares, orders -----------------------------------------------------------------------------------


def _share(frame: Frame) -> q.Single | None:
    pie = all(line.series.kind == "pie" for line in frame.scene.lines)
    in_percent = pie and frame.one(p.InUnit, lambda one: one.symbol == "%") is not None
    if (frame.sign("share") is None and not in_percent) or frame.has(p.Extremum, p.Versus, p.Comparative):
        return None
    for word in ("percent", "share", "whole", "how_many", "how_much"):
        frame.sign(word)
    frame.sign("together")
    frame.all(p.Stat, lambda one: one.name == "sum")
    everything = frame.sign("everything")
    if frame.has(p.Asked) and frame.one(p.Asked, lambda one: one.what == "count") is None:
        raise NotUnderstoodError()
    if frame.has(p.Stat):
        raise NotUnderstoodError()
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if unit_of(subject.line.values) == "%" and subject.line.series.kind != "pie":
        if everything is None and not selection.but and not selection.series:
            raise NotUnderstoodError()
        return q.Statistic(name="sum", of=selection)
    if _are_fractions(subject):
        raise NotUnderstoodError()
    points = subject.line.series.kind == "scatter"
    if selection.where or (points and selection.places):
        whole = selection.model_copy(update={"where": (), **({"places": ()} if points else {})})
        return q.Share(of=selection, whole=whole, by="count")
    whole = _whole(selection, subject, frame)
    if whole == selection:
        raise NotUnderstoodError()
    return q.Share(of=selection, whole=whole)


def _are_fractions(subject: Subject) -> bool:
    """Whether values are shares themselves, which are no parts of their sum."""
    series = subject.line.series
    column = "y" if series.along == "x" else "x"
    stats = series.stats.get(column)
    ends = (stats.min, stats.max) if stats is not None else series.values.get(column, ())
    return bool(ends) and all(isinstance(one, int | float) and 0 <= one <= 1 for one in ends)


def _whole(selection: q.Selection, subject: Subject, frame: Frame) -> q.Selection:
    """What a part is a part of: all series at its places, or all places of its series."""
    several = len({line.id for line in frame.scene.lines}) > 1
    if several and selection.series:
        return selection.model_copy(update={"series": (), "but": ()})
    return selection.model_copy(update={"places": (), "but": ()})


def _standing(frame: Frame) -> q.Single | None:
    if frame.sign("standing") is None:
        return None
    ascending = frame.sign("ascending")
    for word in ("descending", "by", "by_size", "order"):
        frame.sign(word)
    if frame.has(p.Extremum, p.Stat):
        raise NotUnderstoodError()
    named = frame.one(p.Named, lambda one: one.mentions[0][0].role != "axis")
    if named is None or len(named.mentions) != 1:
        raise NotUnderstoodError()
    called = named.mentions[0][0]
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if called.role == "series" and not selection.places:
        raise NotUnderstoodError(called.label)
    return q.Order(of=selection, first="smallest" if ascending else "largest", standing=called.label)


def _order(frame: Frame) -> q.Single | None:
    """All of them in order: "sort the months by sales"."""
    if frame.has(p.Extremum, p.Stat, p.Condition) or frame.sign("order") is None:
        return None
    ascending = frame.sign("ascending")
    for word in ("descending", "by", "by_size", "rank"):
        frame.sign(word)
    frame.all(p.Asked, lambda one: one.what == "which")
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if len(subject.lines) > 1 and not selection.places:
        raise NotUnderstoodError()
    return q.Order(of=selection, first="smallest" if ascending else "largest")


def _top(frame: Frame) -> q.Single | None:
    """The two largest, the three smallest."""
    top = frame.one(p.Top)
    if top is None:
        return None
    frame.one(p.Asked, lambda one: one.what == "which")
    if frame.has(p.Asked, p.Stat, p.Extremum, p.Versus, p.Condition):
        raise NotUnderstoodError()
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if len(subject.lines) > 1 and not selection.places:
        raise NotUnderstoodError()
    return q.Order(of=selection, first="largest" if top.which == "maximum" else "smallest", limit=top.count)


def _whether_more(frame: Frame) -> q.Single | None:
    """ "Was it in May higher than in June": a condition on the value at one place."""
    if (
        not frame.has_sign("whether")
        or not frame.has(p.Comparative)
        or not frame.has_sign("than")
        or frame.has(p.Versus, p.Asked, p.Moved)
    ):
        return None
    frame.sign("whether")
    row = next(
        row for row, part in enumerate(frame.parts) if isinstance(part, p.Sign) and part.name == "than"
    )
    behind, frame.parts = frame.parts[row + 1 :], frame.parts[:row]
    comparative, stats = frame.one(p.Comparative), frame.all(p.Stat)
    subject = Selector(frame).subject()
    if stats:
        subject.column = box_column(stats)
    selection = Selector(frame).selection(subject)
    if comparative is None or len(behind) != 1 or not isinstance(behind[0], p.Spots | p.Named):
        raise NotUnderstoodError()
    place = Places(frame.scene, subject.line).of(behind[0])
    one = isinstance(place, q.Listed) and len(place.places) == 1 and len(selection.places) == 1
    if not one or not isinstance(place, q.Listed):
        raise NotUnderstoodError()
    where = q.Where(relation=comparative.relation, at=place.places[0])
    return q.Which(of=selection.model_copy(update={"where": (*selection.where, where)}), asks="whether")


# --- conditions ---------------------------------------------------------------------------------------


def _holding(frame: Frame) -> q.Single | None:
    """Where, for which, whether a condition holds."""
    boxes = any(line.series.kind in BOXES for line in frame.scene.lines)
    if frame.has(p.Extremum, p.Versus, p.Grouped) or not frame.has(p.Condition, p.Moved):
        return None
    counts = any(isinstance(part, p.Asked) and part.what == "count" for part in frame.parts)
    if counts:
        frame.all(p.Stat, lambda one: one.name == "sum")
    if frame.has(p.Stat) and not boxes:
        return None
    asked = next((part for part in frame.parts if isinstance(part, p.Asked)), None)
    if asked is None:
        return _whether(frame)
    return {
        "count": _count,
        "times": _times,
        "length": _length,
        "after": _first_place,
        "when": _where,
        "who": _where,
        "where": _where,
        "which": _where,
    }[asked.what](frame)


def _whether(frame: Frame) -> q.Single | None:
    if not any(isinstance(part, p.Sign) and part.name == "whether" for part in frame.parts):
        return None
    frame.sign("whether")
    subject = Selector(frame).subject()
    conditions = [part for part in frame.parts if isinstance(part, p.Condition)]
    said = _said(frame, conditions)
    selection = Selector(frame).selection(subject)
    if not selection.where:
        raise NotUnderstoodError()
    if said == "never":
        selection = _positive(selection)
    if (
        not said
        and len(selection.where) == 1
        and selection.where[0].than
        and _is_each_one(selection, subject)
    ):
        return _larger(selection)
    return q.Which(of=selection, holds=said or "ever", asks="whether")  # type: ignore[arg-type]


def _larger(selection: q.Selection) -> q.Single:
    """ "Was A higher than B in 2003": which of the two is."""
    (where,) = selection.where
    one = selection.model_copy(update={"where": ()})
    other = one.model_copy(update={"series": (where.than,)})
    asks = "larger" if where.relation in {"above", "at_least"} else "smaller"
    return q.Comparison(first=q.ValueAt(of=one), second=q.ValueAt(of=other), asks=asks)  # type: ignore[arg-type]


def _said(frame: Frame, conditions: list[p.Condition]) -> str:
    """Whether a condition holds always, ever or never, where that is said."""
    held = [one.holds for one in conditions if one.holds]
    if held:
        return held[0]
    sign = frame.sign("never", "always", "ever")
    return sign.name if sign is not None else ""


def _positive(selection: q.Selection) -> q.Selection:
    """What holds never or not: of "did not exceed" that it did."""
    where = tuple(
        one.model_copy(update={"relation": _TURNED.get(one.relation, one.relation)})
        for one in selection.where
    )
    return selection.model_copy(update={"where": where})


def _where(frame: Frame) -> q.Single | None:
    """The places, or the series, where a condition holds; or where a level is crossed."""
    conditions = [part for part in frame.parts if isinstance(part, p.Condition)]
    asked = frame.one(p.Asked)
    stats = frame.all(p.Stat)
    subject = Selector(frame).subject()
    if stats:
        subject.column = box_column(stats)
    asks, within = asks_of(asked, subject, frame)
    if frame.has(p.Moved):
        return _moved(frame, subject, asks, asked.period if asked is not None else "")
    met = asked is not None and asked.what == "when" and _is_curve(subject)
    if met and len(conditions) == 1 and conditions[0].other is not None and not conditions[0].holds:
        return _meeting(frame, subject, conditions[0])
    crossing = [one for one in conditions if one.way or one.first or one.relation == "equal" or met]
    if crossing and asks == "place" and len(conditions) == 1 and not conditions[0].holds:
        return _crossing(frame, subject, conditions[0], within)
    if any(one.first for one in conditions):
        raise NotUnderstoodError()
    said = _said(frame, conditions)
    frame.sign("everything")
    selection = Selector(frame).selection(subject)
    if not selection.where:
        raise NotUnderstoodError()
    if said == "never":
        selection = _positive(selection)
    if within and is_coarser(subject.line, within):
        raise NotUnderstoodError(within)
    if said in {"never", "always"} and subject.line.cross_key is not None and asks != "cross":
        raise NotUnderstoodError()  # of a whole row of a grid
    if asks == "series" and not said and not _is_each_one(selection, subject):
        said = _said_of_all(selection)
        selection = _positive(selection) if said == "never" else selection
    return q.Which(of=selection, holds=said or "ever", asks={"place": "places"}.get(asks, asks))  # type: ignore[arg-type]


def _is_curve(subject: Subject) -> bool:
    """Whether it is one line, which passes a level at moments."""
    line = subject.line
    return len(subject.lines) == 1 and line.series.kind in _CURVES and line.places.kind != "category"


def _meeting(frame: Frame, subject: Subject, condition: p.Condition) -> q.Single:
    """When one series passes another: where they meet."""
    other = condition.other.mentions[0][0].series if condition.other is not None else ()
    frame.parts = [part for part in frame.parts if not isinstance(part, p.Condition)]
    selection = Selector(frame).selection(subject)
    if len(other) != 1:
        raise NotUnderstoodError()
    return q.Intersection(of=selection, other=other[0], asks=condition.first or "places")


def _is_each_one(selection: q.Selection, subject: Subject) -> bool:
    """Whether each series has one mark at most in a selection."""
    return subject.line.series.n == 1 or any(
        isinstance(one, q.Listed) and len(one.places) == 1 for one in selection.places
    )


def _said_of_all(selection: q.Selection) -> str:
    """ "Which did not exceed" is: which never did."""
    return "never" if all(one.relation in _TURNED for one in selection.where) else "ever"


def _moved(frame: Frame, subject: Subject, asks: str, asked_period: str) -> q.Single:
    """Where it rose or fell against the mark before; which series did between two places."""
    moved = frame.one(p.Moved)
    stretch = frame.one(p.Stretch, lambda one: one.start is not None and one.end is not None)
    if moved is None or not moved.way:
        raise NotUnderstoodError()
    relation = {
        ("up", False): "above",
        ("up", True): "at_most",
        ("down", False): "below",
        ("down", True): "at_least",
    }
    said = relation[(moved.way, moved.negated)]
    if asks == "series" and stretch is not None and not moved.previous:
        places = Places(frame.scene, subject.line)
        start, end = (
            places.of(p.Spots((item,))) for item in (stretch.start, stretch.end) if item is not None
        )
        selection = Selector(frame).selection(subject)
        if (
            selection.places
            or selection.where
            or not (isinstance(start, q.Listed) and isinstance(end, q.Listed))
        ):
            raise NotUnderstoodError()
        where = q.Where(relation=said, at=start.places[0])  # type: ignore[arg-type]
        return q.Which(of=selection.model_copy(update={"places": (end,), "where": (where,)}), asks="series")
    each = moved.previous or (asked_period and is_step(subject.line, asked_period))
    if not each or asks != "place" or stretch is not None:
        raise NotUnderstoodError()
    selection = Selector(frame).selection(subject)
    where = q.Where(relation=said, level=0.0, column="change")  # type: ignore[arg-type]
    return q.Which(of=selection.model_copy(update={"where": (*selection.where, where)}))


def _crossing(frame: Frame, subject: Subject, condition: p.Condition, within: str) -> q.Single:
    """Where a level is reached, by a curve or by marks in order."""
    line = subject.line
    if (
        len(subject.lines) != 1
        or condition.level is None
        or condition.other is not None
        or line.places.kind == "category"
    ):
        raise NotUnderstoodError()
    frame.parts = [
        part for part in frame.parts if not isinstance(part, p.Condition) or part.level is not condition.level
    ]
    level, unit = Selector(frame).level(condition.level, line)
    selection = Selector(frame).selection(subject)
    if selection.but:
        raise NotUnderstoodError()  # a curve with a hole crosses where it is not drawn
    way = {"above": "up", "at_least": "up", "below": "down", "at_most": "down"}.get(condition.relation, "")
    return q.Crossing(
        of=selection,
        level=level,
        unit=unit,
        way=way,  # type: ignore[arg-type]
        asks=condition.first or "places",
        within=within,  # type: ignore[arg-type]
    )


def _first_place(frame: Frame) -> q.Single | None:
    """ "After how many hours": of an axis that counts them from zero, where it happens first."""
    asked = frame.one(p.Asked)
    condition = frame.has(p.Condition) and next(part for part in frame.parts if isinstance(part, p.Condition))
    subject = Selector(frame).subject()
    extent = subject.line.extent
    if (
        not condition
        or asked is None
        or subject.line.time_of_places != asked.period
        or extent is None
        or extent[0] != 0
    ):
        raise NotUnderstoodError("after")
    return _crossing(frame, subject, replace(condition, first="first"), "")


# --- counts and lengths -------------------------------------------------------------------------------


def _times(frame: Frame) -> q.Single | None:
    """How often a level is crossed, or the value changes."""
    frame.one(p.Asked)
    moved = frame.one(p.Moved)
    if moved is not None:
        subject = Selector(frame).subject()
        selection = Selector(frame).selection(subject)
        if (
            moved.negated
            or moved.previous
            or selection.where
            or subject.line.series.kind not in {"step", "bar"}
        ):
            raise NotUnderstoodError()
        relation = {"up": "above", "down": "below"}.get(moved.way, "other_than")
        where = q.Where(relation=relation, level=0.0, column="change")  # type: ignore[arg-type]
        return q.Statistic(name="count", of=selection.model_copy(update={"where": (where,)}))
    condition = next((part for part in frame.parts if isinstance(part, p.Condition)), None)
    if condition is None or condition.holds:
        raise NotUnderstoodError()
    subject = Selector(frame).subject()
    found = _crossing(frame, subject, condition, "")
    return found.model_copy(update={"asks": "count"})


def _count(frame: Frame) -> q.Single | None:
    """How many marks, or how long, a condition holds."""
    asked = frame.one(p.Asked)
    if asked is None or frame.has(p.Moved):
        raise NotUnderstoodError()
    conditions = [part for part in frame.parts if isinstance(part, p.Condition)]
    if any(one.first or one.holds for one in conditions) or frame.has_sign("never", "always", "ever"):
        raise NotUnderstoodError()
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if selection.column:
        selection = selection.model_copy(update={"column": ""})
    what = _counted(asked, subject, selection)
    if what == "extent":
        return q.Extent(of=selection, unit=asked.unit or asked.period)
    return q.Statistic(name=what, of=selection)  # type: ignore[arg-type]


def _counted(asked: p.Asked, subject: Subject, selection: q.Selection) -> str:
    """Whether marks are counted, their values are summed (of a histogram), or the length is told."""
    line = subject.line
    if is_cumulated(subject):
        raise NotUnderstoodError()
    if line.series.kind == "histogram":
        return "sum"
    if asked.period:
        return _counted_periods(asked, line)
    if "series" in asked.classes and len(subject.lines) > 1:
        if not _is_each_one(selection, subject):
            raise NotUnderstoodError()
        return "count"
    if _is_counted(asked, line, selection):
        return "count"
    if asked.unit and line.is_depth:
        return "extent"
    raise NotUnderstoodError()


def _counted_periods(asked: p.Asked, line: Line) -> str:
    """Whether each mark is such a period, or the axis is as long as some of them."""
    if period_matches(line, asked.period) or period_of_categories(line) == asked.period:
        return "count"
    if asked.named is not None and line.time_of_places == asked.period:
        return "count"
    if line.places.kind == "date" or line.time_of_places:
        return "extent"
    raise NotUnderstoodError(asked.period)


def _is_counted(asked: p.Asked, line: Line, selection: q.Selection) -> bool:
    """Whether what is to be counted is a mark each: the categories of an axis, or points by that word.

    Raises:
        NotUnderstoodError: of a grid, a row or a column of which is a category.
    """
    labels = {called.label for mention in (asked.named.mentions if asked.named else ()) for called in mention}
    along = f"category {line.place_key}" in asked.classes or (
        line.places.label in labels and line.places.kind == "category"
    )
    across = f"category {line.cross_key}" in asked.classes or (
        bool(line.cross_key) and line.crossed.label in labels
    )
    if (across and not selection.places) or (along and line.cross_key and selection.cross is None):
        raise NotUnderstoodError()
    return along or across or "points" in asked.classes or bool(asked.marks)


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


def _how_many(frame: Frame) -> q.Single | None:
    """How many marks lie in a stretch, of a histogram: how many samples."""
    if frame.has(p.Extremum, p.Stat, p.Versus, p.Condition, p.Comparative, p.Moved):
        return None
    asked = frame.one(p.Asked, lambda one: one.what == "count")
    if asked is None:
        return None
    subject = Selector(frame).subject()
    selection = Selector(frame).selection(subject)
    if not selection.places and not selection.where:
        return None
    if asked.period and not selection.where:
        raise NotUnderstoodError(asked.period)
    what = _counted(asked, subject, selection)
    if what == "extent":
        raise NotUnderstoodError(asked.period)
    return q.Statistic(name=what, of=selection)  # type: ignore[arg-type]


def _histogram(frame: Frame) -> q.Single | None:
    """The samples in some bins of a histogram."""
    lines = frame.scene.lines
    if not any(line.series.kind == "histogram" for line in lines) or frame.has(p.Extremum, p.Versus, p.Asked):
        return None
    if frame.has(p.Stat) or frame.has_sign("share"):
        return None
    frame.sign("how_many", "how_much")
    if len({line.values.label for line in lines}) > 1:
        return None
    subject = Selector(frame).subject()
    if len(subject.lines) != 1 or subject.line.series.kind != "histogram" or is_cumulated(subject):
        return None
    selection = Selector(frame).selection(subject)
    if not selection.places:
        return None
    place = selection.places[0]
    if isinstance(place, q.Listed) and len(selection.places) == len(place.places) == 1 and not selection.but:
        return q.ValueAt(of=selection)
    return q.Statistic(name="sum", of=selection)


# --- one number ---------------------------------------------------------------------------------------


def _each_named(frame: Frame) -> q.Single | None:
    """A value, an extreme, a statistic."""
    if frame.has(p.Versus, p.Comparative):
        return None
    frame.sign("whole")
    return measure(frame)


_BUILDERS = (
    written,
    shaped,
    chosen,
    _order,
    compared,
    _top,
    _share,
    _standing,
    _whether_more,
    _holding,
    _how_many,
    _histogram,
    _each_named,
)
