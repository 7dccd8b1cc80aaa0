"""What parts of a question mean by what they stand beside, settled before a query is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.echoing import echoed
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.phrases import way_of
from rusoil_jupyter.figures.words.grammar.places import is_all, is_step, period_named, says_each
from rusoil_jupyter.figures.words.grammar.rewording import reworded
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.units import TIME_SYMBOLS, fits
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Called, Line, Scene

Parts = list[p.Part]


@dataclass(frozen=True)
class _Whole:
    """The question that a part is of."""

    parts: Parts
    scene: Scene

    @cached_property
    def places(self) -> frozenset[str]:
        """The labels of axes that only places have."""
        return self.scene.place_labels - self.scene.value_labels

    @cached_property
    def is_histogram(self) -> bool:
        """Whether samples are counted in bins."""
        return self.scene.lines[0].series.kind == "histogram"

    @cached_property
    def has_condition(self) -> bool:
        """Whether something is compared."""
        return p.has(self.parts, p.Condition)


def settled(parts: Parts, scene: Scene) -> Parts:
    """The parts with those in place of which something else is meant.

    Raises:
        NotUnderstoodError: it is open what one of them means.
    """
    parts = reworded(parts, scene)
    whole = _Whole(parts, scene)
    before: Parts = []
    for part in parts:
        made = (rule(part, before, whole) for rule in _RULES)
        before = next((one for one in made if one is not None), [*before, part])
    _check_all_of(before)
    before = _without_range(before, whole)
    before = _without_falls(_with_its_value(before, whole), whole)
    for turn in (
        _ends,
        _without_where,
        _without_repeated,
        _standing,
        _by_label,
        _counting,
        _counting_each,
        partial(_asking, scene=scene),
        _choosing,
    ):
        before = turn(before)
    return before


def _check_all_of(parts: Parts) -> None:
    """Raises NotUnderstoodError for "all farmers" where one category is "Farmer Joe"."""
    for one, other in pairwise(parts):
        every = p.is_sign(one, "everything", "each_of")
        if every and isinstance(other, p.Named) and len(other.mentions) == 1 and _is_piece(other):
            raise NotUnderstoodError(other.item.text)


def _is_piece(named: p.Named) -> bool:
    """Whether a category is named by one word of several."""
    called = named.mentions[0][0]
    return called.role == "category" and len(words(called.label)) > len(words(named.item.text)) == 1


def _without_range(parts: Parts, whole: _Whole) -> Parts:
    """ "Which price range is the most common": a bin, no spread."""
    which = p.of(parts, p.Asked, lambda one: one.what == "which" and one.named is not None)
    if not (whole.is_histogram and which and p.has(parts, p.Extremum)):
        return parts
    return p.without(parts, *p.of(parts, p.Stat, lambda one: one.name == "spread"))


def _without_repeated(parts: Parts) -> Parts:
    """«У вечерней группы (Вечер)»: what is named twice is named once."""
    twice = [
        other
        for one, other in pairwise(parts)
        if isinstance(one, p.Named) and isinstance(other, p.Named) and one.mentions == other.mentions
    ]
    return p.without(parts, *twice)


_JOINTS = ("and", "than", "minus", "divided")


def _ends(parts: Parts) -> Parts:
    """ "The initial and the final pressure": both ends of what is drawn."""
    ends = [part for part in parts if p.is_sign(part, "first", "last")]
    rows = [row for row, part in enumerate(parts) if part in ends]
    joints = [part for part in parts[rows[0] + 1 : rows[-1]] if p.is_sign(part, *_JOINTS)] if rows else []
    compares = bool(joints) and joints[0].name != "and"  # "the last rate than the first one"
    named = [part for part in parts[rows[0] + 1 : rows[-1]] if isinstance(part, p.Named)] if compares else []
    others = rows[-1] - rows[0] - 1 - len(joints) - len(named) if rows else 0
    beside = len(rows) == 2 and len(joints) == 1 and not others
    if {part.name for part in ends} != {"first", "last"} or not beside:
        return parts
    return [p.Stat(part.name) if part in ends else part for part in parts]  # type: ignore[arg-type]


def _choosing(parts: Parts) -> Parts:
    """ "Which group has the lower median": of all that there are the lowest, where nothing is compared."""
    asks = p.of(parts, p.Asked, lambda one: one.what in {"which", "who"} and bool(one.classes or one.marks))
    turned = p.of(parts, p.Comparative)
    if not asks or len(turned) != 1 or not p.has(parts, p.Stat) or _compares(parts):
        return parts
    return p.replaced(parts, turned[0], p.Extremum("maximum" if turned[0].relation == "above" else "minimum"))


def _compares(parts: Parts) -> bool:
    """Whether something else is asked than which of all that there are, or of some of them."""
    others = (p.Versus, p.Moved, p.Condition, p.Extremum, p.Top, p.Spots, p.But)
    listed = p.of(parts, p.Named, lambda one: len(one.mentions) > 1)
    return bool(listed) or any(
        isinstance(part, others) or p.is_sign(part, "than", "or", "minus") for part in parts
    )


def _without_falls(parts: Parts, whole: _Whole) -> Parts:
    """ "How many samples fall between 20 and 30": into a bin nothing falls that was higher."""
    counts = p.of(whole.parts, p.Asked, lambda one: one.what == "count")
    if not (whole.is_histogram and counts and p.has(parts, p.Stretch)):
        return parts
    return p.without(parts, *p.of(parts, p.Moved, lambda one: one.way == "down"))


# --- one part and what stands before it: what both become, or nothing ----------------------------------


def _closed(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "How many times", "the slowest": by what stands beside them."""
    if not isinstance(part, p.Sign) or part.name not in {"how_many_times", "slowest", "fastest"}:
        return None
    return [*before, _times(whole) if part.name == "how_many_times" else _speed(part, whole)]


def _times(whole: _Whole) -> p.Part:
    """How often a level is crossed, or how many times more."""
    levels = p.of(whole.parts, p.Condition, lambda one: one.level is not None and one.level.when is None)
    compares = p.has(whole.parts, p.Condition, p.Comparative)
    return p.Asked("times") if levels or not compares else p.Versus("ratio")


def _speed(sign: p.Sign, whole: _Whole) -> p.Part:
    """The slowest has the least speed, or takes the most time."""
    named = {label for part in p.of(whole.parts, p.Named) for label in part.labels}
    labels = named or whole.scene.value_labels
    if any(lexicon.pattern("speeds", "quantities").search(plain(label)) for label in labels):
        return p.Extremum("minimum" if sign.name == "slowest" else "maximum")
    unit = conversion.parse(unit_of(whole.scene.lines[0].values))
    if unit is None or unit.dimension != conversion.TIME:
        raise NotUnderstoodError(sign.item.text)
    return p.Extremum("maximum" if sign.name == "slowest" else "minimum")


def _echoed(part: p.Part, before: Parts, _whole: _Whole) -> Parts | None:
    """ "Than in the second": the place that it is."""
    return [*before, echoed(part, before)] if isinstance(part, p.Echo) else None


def _of_level(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Less than 40 points": the axis of places right behind a level says what is compared.

    Raises:
        NotUnderstoodError: something else was said to be compared.
    """
    last = before[-1] if before else None
    if not isinstance(part, p.Named) or not isinstance(last, p.Condition) or last.level is None:
        return None
    beside = part.item.start <= last.level.end + 1
    if not (whole.is_histogram or beside) or last.level.unit or not part.axis_labels & whole.places:
        return None
    if last.subject is not None and not last.subject.axis_labels & part.axis_labels:
        raise NotUnderstoodError(part.item.text)
    return [*before[:-1], replace(last, subject=part)]


def _left_out(part: p.Part, before: Parts, _whole: _Whole) -> Parts | None:
    """ "The total minus logging and bits": what stands behind is left out of the sum."""
    if not before or not isinstance(part, p.Named | p.Spots) or not p.is_sign(before[-1], "minus"):
        return None
    sums = p.of(before, p.Stat, lambda one: one.name == "sum")
    return [*before[:-1], p.But(part)] if sums else None


def _bound(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Where truth is ok" of a grid: a category behind the name of its axis is that of this axis."""
    if not isinstance(part, p.Named) or not any(line.cross_key for line in whole.scene.lines):
        return None
    row = next((row for row in reversed(range(len(before))) if not p.is_soft(before[row])), 0)
    axis = before[row] if before else None
    if not isinstance(axis, p.Named) or len(axis.mentions) > 1 or len(part.mentions) > 1:
        return None
    own = _on_axis(part, axis)
    return [*before[:row], p.Named((own,), axis.item)] if own else None


def _on_axis(named: p.Named, axis: p.Named) -> tuple[Called, ...]:
    """The categories on an axis that a name may be of, where it is known which axis."""
    keys = {called.axis for called in axis.mentions[0] if called.role == "axis"}
    own = (called for called in named.mentions[0] if called.role == "category" and called.axis in keys)
    return tuple(own) if len(keys) == 1 else ()


def _entire(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Over the week", "all four years", "yearly" of one year: all that is drawn, which needs no word."""
    match part:
        case p.Stat(name="spread") if before and p.is_sign(before[-1], "whole"):  # "over the whole range"
            said = p.has(before, p.Stat, p.Extremum)
            return before[:-1] if said else None
        case p.Grouped(period=period) if period:
            length = (1.0, period)
        case p.Kind(period=period, count=count) if period:
            length = (count or 1.0, period)
        case p.Spots(items=(item,)) if item.number is not None and item.unit and item.when is None:
            length = (item.number.value, period_named(item.unit))
        case _:
            return None
    return list(before) if is_all(whole.scene.lines, *length) else None


def _along(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "When pH goes from 4 to 6": it asks no place, and says one."""
    if len(before) < 2 or not isinstance(part, p.Stretch) or not isinstance(before[-1], p.Named):
        return None
    asked, axes = before[-2], before[-1].axis_labels
    asks = isinstance(asked, p.Asked) and asked.what in {"when", "where"}
    return [*before[:-2], part] if asks and axes and axes <= whole.places else None


def _counted_months(part: p.Part, before: Parts, _whole: _Whole) -> Parts | None:
    """ "The three summer months": how many a season has is no news."""
    last = before[-1] if before else None
    when = part.items[0].when if isinstance(part, p.Spots) and len(part.items) == 1 else None
    counted = isinstance(last, p.Kind) and last.count and not (last.classes or last.marks)
    if when is None or not counted or not isinstance(last, p.Kind):
        return None
    return [*before[:-1], part] if len(when.months) == last.count and not when.day else None


def _by_depth(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Deeper than 1500 m" where depth is what is measured: a level, no place."""
    if not isinstance(part, p.Stretch) or part.joint != "depth":
        return None
    if not all(line.values_are_depth and not line.is_depth for line in whole.scene.lines):
        return None
    return [
        *before,
        p.Condition("above" if part.start is not None else "below", level=part.start or part.end),
    ]


def _conditioned(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """A condition on the places is a place; one belongs to the things, or the condition, before it."""
    if not isinstance(part, p.Condition):
        return None
    if _is_at(part, whole) and part.level is not None:  # "at Sw = 0.4"
        return [*before, p.Spots((part.level,))]
    if before and isinstance(before[-1], p.Kind):  # "days above 100"
        return [*before, replace(part, marked=True)]
    earlier = before[-2] if len(before) > 1 and p.is_sign(before[-1], "and") else None
    if isinstance(earlier, p.Condition):  # "older than 20 and younger than 40"
        return [*before[:-1], replace(part, marked=earlier.marked)]
    return [*before, part]


def _is_at(condition: p.Condition, whole: _Whole) -> bool:
    named = condition.subject
    plain_one = condition.relation == "equal" and not (condition.holds or condition.way)
    return plain_one and named is not None and bool(named.axis_labels & whole.places)


def _reached(part: p.Part, before: Parts, _whole: _Whole) -> Parts | None:
    """ "Did the pressure reach 20" in words that stand apart: the number is a level."""
    level = _lone(part)
    if level is None or level.number is None:
        return None
    verb = next((one for one in before if p.is_sign(one, "reach")), None)
    if verb is None:
        return None
    way = way_of({*verb.item.ideas, "reach"}, "equal")
    condition = p.Condition("equal", level=level, holds="ever", way=way)  # type: ignore[arg-type]
    return [*p.replaced(before, verb, p.Sign("whether", verb.item)), condition]


def _lone(part: p.Part) -> Item | None:
    """The one place that a part has: "20", "to 20"."""
    if isinstance(part, p.Stretch) and part.joint == "open" and part.start is None:
        return part.end
    return part.items[0] if isinstance(part, p.Spots) and len(part.items) == 1 else None


def _ordered(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "The second by revenue day": the thing that is ordered stands behind what it is ordered by."""
    if not _is_thing(part, whole):
        return None
    last = len(before)
    row = next((row for row in reversed(range(last)) if isinstance(before[row], p.Extremum)), last)
    between = before[row + 1 :]
    if not between or not p.is_sign(between[0], "by", "to") or not isinstance(between[-1], p.Named):
        return None
    if not all(isinstance(one, p.Named | p.Stat) or p.is_soft(one) for one in between):
        return None
    return [*before[: row + 1], part, *between]


def _is_thing(part: p.Part, whole: _Whole) -> bool:
    """Whether it is a word for things that have places, or the axis of these."""
    if isinstance(part, p.Kind):
        return not (part.count or part.all_of)
    return isinstance(part, p.Named) and bool(part.axis_labels & whole.places)


def _unasked(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Which oil rate": what is asked for is only named."""
    if not isinstance(part, p.Asked) or part.named is None or part.what not in {"which", "count"}:
        return None
    counts = part.what == "count"
    if counts and whole.has_condition and (part.period or whole.is_histogram):
        return None
    axes = part.named.axis_labels
    series = not counts and all(called.role == "series" for called in part.named.mentions[0])
    known = series or bool(axes & whole.scene.value_labels)
    return [*before, part.named] if known and not axes & whole.places else None


def _lasting(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "How many hours" of an axis that measures them: they are its unit, where nothing is to be counted."""
    if not isinstance(part, p.Asked) or part.what != "count" or part.classes or whole.has_condition:
        return None
    measured = part.unit and part.period and all(_measures(line, part) for line in whole.scene.lines)
    return [*before, p.InUnit(part.unit)] if measured else None


def _in_hours(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "The fewest hours", «второй по часам»: of an axis in hours the word says nothing."""
    if not isinstance(part, p.Kind) or part.count or not part.period or part.classes:
        return None
    symbols = [symbol for symbol in TIME_SYMBOLS if period_named(symbol) == part.period]
    measured = all(
        any(fits(symbol, line.values) for symbol in symbols) and not _is_timed(line, part.period)
        for line in whole.scene.lines
    )
    own = {period_named(unit_of(line.values)) for line in whole.scene.lines}
    return list(before) if measured and own == {part.period} else None


def _measures(line: Line, asked: p.Asked) -> bool:
    """Whether values are in a unit of time, and no places are."""
    return fits(asked.unit, line.values) and not _is_timed(line, asked.period)


def _is_timed(line: Line, period: str) -> bool:
    return is_step(line, period) or line.places.kind == "date"


def _within_range(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "The mean in the range 20 to 24": a stretch, no spread."""
    last = before[-1] if before else None
    spread = isinstance(last, p.Stat) and last.name == "spread"
    if not spread or not isinstance(part, p.Stretch) or len(part.ends) < 2:
        return None
    others = p.of(whole.parts, p.Stat, lambda one: one.name != "spread")
    axis = before[-2] if len(before) > 1 else None  # "in the time range 10 to 20"
    of_places = isinstance(axis, p.Named) and bool(axis.axis_labels & whole.places)
    said = others or of_places or p.has(whole.parts, p.Extremum, p.Asked)
    return [*before[:-1], part] if said else None


_RULES: tuple[Callable[[p.Part, Parts, _Whole], Parts | None], ...] = (
    _closed,
    _echoed,
    _of_level,
    _left_out,
    _bound,
    _along,
    _counted_months,
    _by_depth,
    _entire,
    _conditioned,
    _reached,
    _ordered,
    _unasked,
    _lasting,
    _in_hours,
    _within_range,
)


# --- the whole question ---------------------------------------------------------------------------------


def _without_where(parts: Parts) -> Parts:
    """ "n where truth is ok": it asks no place."""
    if not p.of(parts, p.Named, _is_bound):
        return parts
    asks = p.of(parts, p.Asked, lambda one: one.what == "where")
    return [part for part in p.without(parts, *asks) if not p.is_sign(part, "and", "if", "whether")]


def _standing(parts: Parts) -> Parts:
    """ "Where does A rank" asks for its standing."""
    rank = next((part for part in parts if p.is_sign(part, "rank")), None)
    asks = p.of(parts, p.Asked)
    if rank is None or [one.what for one in asks] != ["where"]:
        return parts
    return p.replaced(p.without(parts, *asks), rank, p.Sign("standing", rank.item))


def _with_its_value(parts: Parts, whole: _Whole) -> Parts:
    """ "The warmest month and its temperature": where the largest is, is told with how large."""
    row = next((row for row, part in enumerate(parts) if p.is_sign(part, "and")), 0)
    first, second = parts[:row], [part for part in parts[row + 1 :] if not p.is_soft(part)]
    asks = p.has(second, p.Named, p.InUnit) and all(_asks_value(part, whole) for part in second)
    return first if asks and _asks_extreme_place(first) and len(whole.scene.value_labels) == 1 else parts


def _asks_extreme_place(parts: Parts) -> bool:
    """Whether it is asked where something is largest: "when is it warmest", "the warmest month"."""
    things = any(isinstance(one, p.Extremum) and isinstance(other, p.Kind) for one, other in pairwise(parts))
    return len(p.of(parts, p.Extremum)) == 1 and (things or p.has(parts, p.Asked))


def _asks_value(part: p.Part, whole: _Whole) -> bool:
    """Whether it is a word for the values: their axis, their unit, how many."""
    if isinstance(part, p.Named):
        return len(part.mentions) == 1 and bool(part.axis_labels & whole.scene.value_labels)
    if isinstance(part, p.InUnit):
        return all(fits(part.symbol, line.values) for line in whole.scene.lines)
    return p.is_sign(part, "how_many", "how_much", "whether")


def _is_bound(named: p.Named) -> bool:
    return named.role == "category" and any(one.role == "axis" for one in named.item.names)


def _by_label(parts: Parts) -> Parts:
    """ "What is the maximum temperature" of an axis that is called so: where nothing else is asked, its own
    words ask."""
    said = [part for part in parts if not (p.is_soft(part) or isinstance(part, p.But | p.Kind))]
    if len(said) != 1 or not p.is_named(said[0], "axis"):
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


def _counting(parts: Parts) -> Parts:
    """ "How many levee samples": what is counted may stand behind a name; "how many tonnes" asks for a
    unit."""
    kind = next(iter(p.of(parts, p.Kind, lambda one: not (one.count or one.all_of))), None)
    asks = next((one for one in parts if p.is_sign(one, "how_many")), None)
    if asks is None or kind is None or p.has(parts, p.Comparative, p.Versus, p.Moved, p.Asked):
        return _in_unit(parts)
    if _asks_of_series(parts, kind):
        return parts
    counted = p.Asked("count", kind.classes, kind.period, marks=kind.marks, text=kind.text)
    return p.without(p.replaced(parts, kind, counted), asks)


def _counting_each(parts: Parts) -> Parts:
    """ "How many hourly readings": the readings are counted, each of an hour."""
    for asked, kind in pairwise(parts):
        if isinstance(asked, p.Asked) and isinstance(kind, p.Kind) and _is_each(asked) and kind.marks:
            counted = replace(asked, classes=kind.classes, marks=kind.marks)
            return p.without(p.replaced(parts, asked, counted), kind)
    return parts


def _is_each(asked: p.Asked) -> bool:
    return asked.what == "count" and bool(asked.period) and says_each(asked.text)


def _in_unit(parts: Parts) -> Parts:
    """ "How many tonnes" asks for a unit, where it counts nothing else and nothing is compared."""
    if p.has(parts, p.Condition):
        return parts
    return [p.InUnit(part.unit) if isinstance(part, p.Asked) and _asks_unit(part) else part for part in parts]


def _asks_unit(asked: p.Asked) -> bool:
    others = asked.period or asked.classes or asked.marks
    return asked.what == "count" and bool(asked.unit) and not others


def _asks_of_series(parts: Parts, kind: p.Kind) -> bool:
    """ "How many women in departments where": of a series named before, not how many departments."""
    series = any(p.is_named(part, "series") for part in parts[: parts.index(kind)])
    return series and any(name.startswith("category") for name in kind.classes)


def _has_categories(named: p.Named, scene: Scene) -> bool:
    """Whether it is an axis of names, that have places."""
    lines = (line for line in scene.lines if line.places.label in named.axis_labels)
    return any(line.places.kind == "category" for line in lines)


def _asking(parts: Parts, scene: Scene) -> Parts:
    """ "Months when it was above 50" asks for the months."""
    if p.has(parts, p.Asked, p.Extremum, p.Versus, p.Sign) or not p.has(parts, p.Condition):
        return parts
    first = parts[0]
    if isinstance(first, p.Kind) and not (first.count or first.all_of):
        return [p.Asked("which", first.classes, first.period, marks=first.marks), *parts[1:]]
    if isinstance(first, p.Named) and first.is_axis and (first.item.period or _has_categories(first, scene)):
        return [p.Asked("which", first.item.classes, first.item.period, first), *parts[1:]]
    return parts
