"""What parts of a question mean by what they stand beside, settled before a query is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.echoing import echoed
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.phrases import way_of
from rusoil_jupyter.figures.words.grammar.places import is_all, is_step, period_named
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.units import fits
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.scene import Scene

Parts = list[p.Part]


@dataclass(frozen=True)
class _Whole:
    """The question that a part is of."""

    parts: Parts
    scene: Scene

    @cached_property
    def values(self) -> frozenset[str]:
        """The labels of the axes of values."""
        return frozenset(line.values.label for line in self.scene.lines)

    @cached_property
    def places(self) -> frozenset[str]:
        """The labels of axes that only places have."""
        return frozenset(line.places.label for line in self.scene.lines) - self.values

    @cached_property
    def is_histogram(self) -> bool:
        """Whether samples are counted in bins."""
        return self.scene.lines[0].series.kind == "histogram"


def settled(parts: Parts, scene: Scene) -> Parts:
    """The parts with those in place of which something else is meant.

    Raises:
        NotUnderstoodError: it is open what one of them means.
    """
    whole = _Whole(parts, scene)
    before: Parts = []
    for part in parts:
        made = (rule(part, before, whole) for rule in _RULES)
        before = next((one for one in made if one is not None), [*before, part])
    _check_all_of(before)
    before = _without_range(before, whole)
    before = _without_falls(_with_its_value(before, whole), whole)
    for turn in (_without_where, _without_repeated, _standing, _by_label, _counting, _asking, _choosing):
        before = turn(before)
    return before


def _check_all_of(parts: Parts) -> None:
    """Raises NotUnderstoodError for "all farmers" where one category is "Farmer Joe"."""
    for one, other in pairwise(parts):
        every = isinstance(one, p.Sign) and one.name in {"everything", "each_of"}
        if every and isinstance(other, p.Named) and len(other.mentions) == 1 and _is_piece(other):
            raise NotUnderstoodError(other.item.text)


def _is_piece(named: p.Named) -> bool:
    """Whether a category is named by one word of several."""
    called = named.mentions[0][0]
    return called.role == "category" and len(words(called.label)) > len(words(named.item.text)) == 1


def _without_range(parts: Parts, whole: _Whole) -> Parts:
    """ "Which price range is the most common": a bin, no spread."""
    which = any(
        isinstance(part, p.Asked) and part.what == "which" and part.named is not None for part in parts
    )
    if not (whole.is_histogram and which and any(isinstance(part, p.Extremum) for part in parts)):
        return parts
    return [part for part in parts if not (isinstance(part, p.Stat) and part.name == "spread")]


def _without_repeated(parts: Parts) -> Parts:
    """«У вечерней группы (Вечер)»: what is named twice is named once."""
    twice = [
        other
        for one, other in pairwise(parts)
        if isinstance(one, p.Named) and isinstance(other, p.Named) and one.mentions == other.mentions
    ]
    return [part for part in parts if not any(part is one for one in twice)]


def _choosing(parts: Parts) -> Parts:
    """ "Which group has the lower median": of all that there are the lowest, where nothing is compared."""
    asks = [part for part in parts if isinstance(part, p.Asked) and part.what in {"which", "who"}]
    turned = [part for part in parts if isinstance(part, p.Comparative)]
    others = (p.Versus, p.Moved, p.Condition, p.Extremum, p.Top, p.Spots, p.But)
    signs = {part.name for part in parts if isinstance(part, p.Sign)}
    listed = any(isinstance(part, p.Named) and len(part.mentions) > 1 for part in parts)
    of_things = any(one.classes or one.marks for one in asks)
    if len(turned) != 1 or not of_things or listed or signs & {"than", "or", "minus"}:
        return parts
    if any(isinstance(part, others) for part in parts) or not any(isinstance(part, p.Stat) for part in parts):
        return parts
    which: Literal["maximum", "minimum"] = "maximum" if turned[0].relation == "above" else "minimum"
    return [p.Extremum(which) if part is turned[0] else part for part in parts]


def _without_falls(parts: Parts, whole: _Whole) -> Parts:
    """ "How many samples fall between 20 and 30": into a bin nothing falls that was higher."""
    counts = any(isinstance(part, p.Asked) and part.what == "count" for part in whole.parts)
    if not (whole.is_histogram and counts and any(isinstance(part, p.Stretch) for part in parts)):
        return parts
    return [part for part in parts if not (isinstance(part, p.Moved) and part.way == "down")]


# --- one part and what stands before it: what both become, or nothing ----------------------------------


def _closed(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "How many times", "the slowest": by what stands beside them."""
    if not isinstance(part, p.Sign) or part.name not in {"how_many_times", "slowest", "fastest"}:
        return None
    return [*before, _times(whole) if part.name == "how_many_times" else _speed(part, whole)]


def _times(whole: _Whole) -> p.Part:
    """How often a level is crossed, or how many times more."""
    conditions = [part for part in whole.parts if isinstance(part, p.Condition)]
    levels = [one for one in conditions if one.level is not None and one.level.when is None]
    compares = bool(conditions) or any(isinstance(part, p.Comparative) for part in whole.parts)
    return p.Asked("times") if levels or not compares else p.Versus("ratio")


def _speed(sign: p.Sign, whole: _Whole) -> p.Part:
    """The slowest has the least speed, or takes the most time."""
    named = {called.label for part in whole.parts if isinstance(part, p.Named) for called in part.mentions[0]}
    labels = named or whole.values
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
    """ "Less than 40 points" of a histogram: the axis of places behind a level says what is compared."""
    last = before[-1] if before else None
    if not isinstance(part, p.Named) or not isinstance(last, p.Condition) or not whole.is_histogram:
        return None
    if last.level is None or last.level.unit or not _axes(part) & whole.places:
        return None
    return [*before[:-1], replace(last, subject=part)]


def _left_out(part: p.Part, before: Parts, _whole: _Whole) -> Parts | None:
    """ "The total minus logging and bits": what stands behind is left out of the sum."""
    sums = any(isinstance(one, p.Stat) and one.name == "sum" for one in before)
    if not sums or not isinstance(part, p.Named | p.Spots) or not _is_sign(before[-1], "minus"):
        return None
    return [*before[:-1], p.But(part)]


def _bound(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Where truth is ok" of a grid: a category behind the name of its axis is that of this axis."""
    kept = list(before)
    while kept and _is_soft(kept[-1]):
        kept.pop()
    axis = kept[-1] if kept else None
    if not isinstance(part, p.Named) or not isinstance(axis, p.Named) or not _is_grid(whole):
        return None
    keys = {called.axis for called in axis.mentions[0] if called.role == "axis"}
    own = tuple(called for called in part.mentions[0] if called.role == "category" and called.axis in keys)
    if len(axis.mentions) > 1 or len(part.mentions) > 1 or not own or len(keys) != 1:
        return None
    return [*kept[:-1], p.Named((own,), axis.item)]


def _entire(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Over the week", "all four years", "yearly" of one year: all that is drawn, which needs no word."""
    match part:
        case p.Stat(name="spread") if before and _is_sign(before[-1], "whole"):  # "over the whole range"
            said = any(isinstance(one, p.Stat | p.Extremum) for one in before)
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
    asked, axes = before[-2], _axes(before[-1])
    asks = isinstance(asked, p.Asked) and asked.what in {"when", "where"}
    return [*before[:-2], part] if asks and axes and axes <= whole.places else None


def _conditioned(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """A condition on the places is a place; one belongs to the things, or the condition, before it."""
    if not isinstance(part, p.Condition):
        return None
    if _is_at(part, whole) and part.level is not None:  # "at Sw = 0.4"
        return [*before, p.Spots((part.level,))]
    if before and isinstance(before[-1], p.Kind):  # "days above 100"
        return [*before, replace(part, marked=True)]
    earlier = before[-2] if len(before) > 1 and _is_sign(before[-1], "and") else None
    if isinstance(earlier, p.Condition):  # "older than 20 and younger than 40"
        return [*before[:-1], replace(part, marked=earlier.marked)]
    return [*before, part]


def _is_at(condition: p.Condition, whole: _Whole) -> bool:
    named = condition.subject
    plain_one = condition.relation == "equal" and not (condition.holds or condition.way)
    return plain_one and named is not None and bool(_axes(named) & whole.places)


def _reached(part: p.Part, before: Parts, _whole: _Whole) -> Parts | None:
    """ "Did the pressure reach 20" in words that stand apart: the number is a level."""
    verb = next((one for one in before if isinstance(one, p.Sign) and one.name == "reach"), None)
    level = part.items[0] if isinstance(part, p.Spots) and len(part.items) == 1 else None
    if isinstance(part, p.Stretch) and part.joint == "open" and part.start is None:
        level = part.end
    if verb is None or level is None or level.number is None:
        return None
    way = way_of({*verb.item.ideas, "reach"}, "equal")
    condition = p.Condition("equal", level=level, holds="ever", way=way)  # type: ignore[arg-type]
    return [*(p.Sign("whether", verb.item) if one is verb else one for one in before), condition]


def _ordered(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "The second by revenue day": the thing that is ordered stands behind what it is ordered by."""
    thing = isinstance(part, p.Kind) and not (part.count or part.all_of)
    thing |= isinstance(part, p.Named) and bool(_axes(part) & whole.places)
    rows = [row for row, one in enumerate(before) if isinstance(one, p.Extremum)]
    between = before[rows[-1] + 1 :] if rows else []
    by = bool(between) and (_is_sign(between[0], "by") or _is_sign(between[0], "to"))
    if not (thing and by and isinstance(between[-1], p.Named)):
        return None
    if not all(isinstance(one, p.Named | p.Stat) or _is_soft(one) for one in between):
        return None
    return [*before[: rows[-1] + 1], part, *between]


def _unasked(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "Which oil rate": what is asked for is only named."""
    if not isinstance(part, p.Asked) or part.named is None or part.what not in {"which", "count"}:
        return None
    counts = part.what == "count"
    conditions = any(isinstance(one, p.Condition) for one in whole.parts)
    if counts and (part.period or (whole.is_histogram and conditions)):
        return None
    axes = _axes(part.named)
    series = {called.role for called in part.named.mentions[0]} == {"series"} and not counts
    return [*before, part.named] if not axes & whole.places and (axes & whole.values or series) else None


def _lasting(part: p.Part, before: Parts, whole: _Whole) -> Parts | None:
    """ "How many hours" of an axis that measures them: they are its unit, where nothing is to be counted."""
    if (
        not isinstance(part, p.Asked)
        or part.what != "count"
        or not (part.unit and part.period)
        or part.classes
    ):
        return None
    lines = whole.scene.lines
    counted = any(isinstance(one, p.Condition) for one in whole.parts)
    if counted or any(is_step(line, part.period) or line.places.kind == "date" for line in lines):
        return None
    return [*before, p.InUnit(part.unit)] if all(fits(part.unit, line.values) for line in lines) else None


def _axes(named: p.Named) -> frozenset[str]:
    return frozenset(called.label for called in named.mentions[0] if called.role == "axis")


def _is_grid(whole: _Whole) -> bool:
    return any(line.cross_key for line in whole.scene.lines)


def _is_sign(part: p.Part, name: str) -> bool:
    return isinstance(part, p.Sign) and part.name == name


def _is_soft(part: p.Part) -> bool:
    return isinstance(part, p.Sign) and part.item.soft


_RULES: tuple[Callable[[p.Part, Parts, _Whole], Parts | None], ...] = (
    _closed,
    _echoed,
    _of_level,
    _left_out,
    _bound,
    _along,
    _entire,
    _conditioned,
    _reached,
    _ordered,
    _unasked,
    _lasting,
)


# --- the whole question ---------------------------------------------------------------------------------


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


def _standing(parts: list[p.Part]) -> list[p.Part]:
    """ "Where does A rank" asks for its standing."""
    rank = next((part for part in parts if _is_sign(part, "rank")), None)
    asks = [part for part in parts if isinstance(part, p.Asked)]
    if not isinstance(rank, p.Sign) or [one.what for one in asks] != ["where"]:
        return parts
    return [p.Sign("standing", rank.item) if part is rank else part for part in parts if part not in asks]


def _with_its_value(parts: list[p.Part], whole: _Whole) -> list[p.Part]:
    """ "The warmest month and its temperature": where the largest is, is told with how large."""
    row = next((row for row, part in enumerate(parts) if _is_sign(part, "and")), 0)
    first, second = parts[:row], [part for part in parts[row + 1 :] if not _is_soft(part)]
    places = any(isinstance(part, p.Asked) for part in first) or any(
        isinstance(one, p.Extremum) and isinstance(other, p.Kind) for one, other in pairwise(first)
    )
    largest = sum(isinstance(part, p.Extremum) for part in first) == 1
    asks = any(isinstance(part, p.Named | p.InUnit) for part in second) and all(
        _asks_value(part, whole) for part in second
    )
    return first if largest and places and asks and len(whole.values) == 1 else parts


def _asks_value(part: p.Part, whole: _Whole) -> bool:
    """Whether it is a word for the values: their axis, their unit, how many."""
    if isinstance(part, p.Named):
        return len(part.mentions) == 1 and bool(_axes(part) & whole.values)
    if isinstance(part, p.InUnit):
        return all(fits(part.symbol, line.values) for line in whole.scene.lines)
    return _is_sign(part, "how_many") or _is_sign(part, "how_much") or _is_sign(part, "whether")


def _is_bound(named: p.Named) -> bool:
    return named.mentions[0][0].role == "category" and any(one.role == "axis" for one in named.item.names)


def _by_label(parts: list[p.Part]) -> list[p.Part]:
    """ "What is the maximum temperature" of an axis that is called so: where nothing else is asked, its own
    words ask."""
    said = [part for part in parts if not (_is_soft(part) or isinstance(part, p.But | p.Kind))]
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
            counted = p.Asked("count", kind.classes, kind.period, marks=kind.marks, text=kind.text)
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
