"""Elements settled on one figure: words that only here mean something, and what may be read in two ways."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.checking.against import against_plan
from rusoil_jupyter.figures.words.checking.clause import THAN
from rusoil_jupyter.figures.words.checking.elements import Factor, Figure, Fraction, Pair, Word, is_word
from rusoil_jupyter.figures.words.checking.repeating import without_repeats, without_shares
from rusoil_jupyter.figures.words.checking.terms import in_terms
from rusoil_jupyter.figures.words.checking.turning import as_compared, as_directed, coming_to, since_until
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.item import Item
from rusoil_jupyter.figures.words.grammar.names import same
from rusoil_jupyter.figures.words.grammar.places import DAYS
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.units import fits, is_same
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.numbers import Written
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

_NEGATED: dict[str, Any] = {
    "above": "at_most",
    "below": "at_least",
    "at_least": "below",
    "at_most": "above",
    "equal": "other_than",
    "other_than": "equal",
}
_VERBS = {"peaks": "maximum", "bottoms": "minimum", "is_most": "maximum", "is_least": "minimum"}
_BESIDE = {"behind": "below", "ahead": "above"}
_ENDS = {"at_end": "last", "at_start": "first"}
_WORTH = {"best": "maximum", "worst": "minimum"}
_EXTREMES = {
    "lead": "maximum",
    "greatest": "maximum",
    "slightest": "minimum",
}
_FASTEST = {"fastest": "maximum", "slowest": "minimum"}
_COMPARATIVES = {"greater": "above", "lesser": "below"}
_WAYS = frozenset({"up", "down"})
_FIRST_AND_LAST = {"starts_at": "first", "ends_at": "last"}


def settled(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """The elements without what only repeats an axis; others in the figure's terms."""
    found = without_repeats(against_plan(in_terms(elements, scene), scene), scene)
    found = [one for top in found for one in _not_so_many(top, scene)]
    found = _without_doubled_places(found, scene)
    found = list(_without_moves(_named_extremes(list(_apart(found, scene)), scene)))
    found = _spread(_without_others([_counted(one, scene) for one in found]))
    found = _without_repeated(found, scene)
    found = [_in_unit_of_places(one, scene) if isinstance(one, Figure) else one for one in found]
    found = _without_axes(found, scene)
    if p.has(found, p.Extremum, Fraction) or any(map(_is_percent, found)):
        found = _unsaid(found, "ranges")
    found = [_end(one) for one in _of_length(_placed(found, scene), scene)]
    found = as_directed(as_compared(without_shares(found, scene)), scene)
    found = list(_since(_two_curves(found, scene), scene))
    return _without_described(found, scene)


def _not_so_many(one: Element, scene: Scene) -> tuple[Element, ...]:
    """ "The maximum of 1150" is no list of so many."""
    most = sum(line.series.n for line in scene.lines)
    if not isinstance(one, p.Top) or one.count <= most:
        return (one,)
    number = Written(float(one.count), 0, 0, 0.5)
    return (p.Extremum(one.which), Figure(Item(f"{one.count}", number=number)))


def _unsaid(elements: Sequence[Element], *ideas: str) -> list[Element]:
    """Without these words."""
    return [one for one in elements if not is_word(one, *ideas)]


def _says(elements: Sequence[Element], *ideas: str) -> bool:
    return any(is_word(one, *ideas) for one in elements)


def readings_of(elements: Sequence[Element], scene: Scene) -> Iterator[tuple[Element, ...]]:
    """Elements as they are; and what of them may be meant otherwise."""
    elements = _peaking_after(elements)
    yield tuple(elements)
    for others in (
        _by_worth(elements),
        _falling_at(elements),
        coming_to(elements),
        since_until(elements),
        _reached_by(elements),
        _within_peak(elements),
        _after(elements),
        _by_marks(elements, scene),
        _at_ends(elements, scene),
    ):
        yield from others


def _reached_by(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """ "By 2020 it reached 55" is 55 in 2020."""
    if not (_says(elements, "reaches") or p.has(elements, p.Extremum)) or _says(elements, *_WAYS):
        return
    for row, one in enumerate(elements):
        if isinstance(one, p.Stretch) and one.start is None and one.end is not None and one.joint == "open":
            kept = _unsaid(elements[row + 1 :], "reaches")
            yield (*_unsaid(elements[:row], "reaches"), p.Spots((one.end,)), *kept)


def _falling_at(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """ "The minimum falls in 2020" is there."""
    for row, (one, behind) in enumerate(pairwise(elements)):
        if is_word(one, "down") and p.is_place(behind) and p.has(elements[:row], p.Extremum):
            yield (*elements[:row], Word("states"), *elements[row + 1 :])


def _within_peak(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """ "Fell from its July peak" is from July."""
    if not _says(elements, *_WAYS):
        return
    for row, (before, one) in enumerate(pairwise(elements)):
        if isinstance(one, p.Extremum) and p.is_place(before):
            yield (*elements[: row + 1], *elements[row + 2 :])


def _by_worth(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """ "The best" of what may be good where it is large or small."""
    judged = next((one for one in elements if is_word(one, *_WORTH)), None)
    for which in ("maximum", "minimum") if judged is not None else ():
        yield tuple(p.Extremum(which) if one is judged else one for one in elements)


def _after(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """ "After 12 months" may be at 12, or from 12 on."""
    for stretch in elements:
        if isinstance(stretch, p.Stretch) and stretch.without == "start" and stretch.end is None:
            meant: list[Element] = [replace(stretch, without="")]
            moves = _says(elements, *_WAYS) and not p.has(elements, Figure, Pair, Factor, Fraction)
            if stretch.start is not None and stretch.start.number is not None and not moves:
                meant.append(p.Spots((stretch.start,)))
            for other in meant:
                yield tuple(other if one is stretch else one for one in elements)


def _at_ends(elements: Sequence[Element], scene: Scene) -> Iterator[tuple[Element, ...]]:
    """ "At the highest dose" as a place."""
    if sum(isinstance(one, p.Named) for one in elements) < 2:
        return
    for row, (one, other) in enumerate(pairwise(elements)):
        if isinstance(one, p.Extremum) and isinstance(other, p.Named) and _is_of_places(other, scene):
            end = p.Outer("last" if one.which == "maximum" else "first", 1.0, "mark")
            yield (*elements[:row], end, *elements[row + 2 :])


def _peaking_after(elements: Sequence[Element]) -> Sequence[Element]:
    """ "Peaks at 8 m after 10 hours": at 10 hours."""
    match elements[-1:]:
        case [
            p.Stretch(start=Item(number=Written(), unit=str(unit)) as start, end=None, without="start")
        ] if unit:
            return [*elements[:-1], Figure(start)] if _peaks(elements) else elements
    return elements


def _peaks(elements: Sequence[Element]) -> bool:
    """Whether a verb says that the largest or smallest is reached."""
    if _says(elements, "reaches"):
        return p.has(elements, p.Extremum)
    return any(
        isinstance(one, p.Extremum) and is_word(behind, "states") for one, behind in pairwise(elements)
    )


def _by_marks(elements: Sequence[Element], scene: Scene) -> Iterator[tuple[Element, ...]]:
    """ "The first six hours" of an axis of hours: six marks, or seven; "the first year" with its end."""
    for row, one in enumerate(elements):
        outer = one.part if isinstance(one, p.But) else one
        if isinstance(outer, p.Outer) and outer.period != "mark":
            for other in _others_of(outer, scene.lines[0]):
                said = p.But(other) if isinstance(one, p.But) else other
                yield (*elements[:row], said, *elements[row + 1 :])


def _others_of(outer: p.Outer, line: Line) -> Iterator[p.Outer | p.Stretch]:
    if line.time_of_places == outer.period and _step(line) == 1:
        yield from (p.Outer(outer.end, count, "mark") for count in (outer.count, outer.count + 1))
    own, period = (DAYS.get(one, 0.0) for one in (line.time_of_places, outer.period))
    if own and period and line.extent is not None:
        length = round(outer.count * period / own)
        low, high = line.extent
        ends = (low, low + length) if outer.end == "first" else (high - length, high)
        yield p.Stretch(_number(ends[0]), _number(ends[1]))


def _number(value: float) -> Item:
    return Item(f"{value:g}", number=Written(value, 0, 0, 0.0))


def _step(line: Line) -> float:
    """From mark to mark, on average."""
    low, high = line.extent or (0.0, 0.0)
    return round((high - low) / max(line.series.n - 1, 1), 6)


def drawn(scene: Scene) -> set[float]:
    """How many there are, of anything that can be counted by names and marks."""
    lines = scene.lines
    found = {float(len(lines)), float(sum(line.series.n for line in lines))}
    for line in lines:
        found |= {
            float(line.series.n),
            float(len(line.places.categories)),
            float(len(line.crossed.categories)),
        }
    return found - {0.0}


def _without_doubled_places(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "Doubling the dose from 3 to 6" says from where to where."""
    if not any(isinstance(one, Pair) for one in elements):
        return list(elements)
    found: list[Element] = []
    for one in elements:
        if found and isinstance(found[-1], Factor) and isinstance(one, p.Named) and _is_of_places(one, scene):
            found.pop()
        else:
            found.append(one)
    return found


def _apart(elements: Sequence[Element], scene: Scene) -> Iterator[Element]:
    """Two numbers with units of two kinds are no pair: "by 2 % until 250 bar"."""
    for one in elements:
        start, end = _ends_of(one)
        if start is None or end is None:
            yield one
        elif _is_depth(start, end, scene):
            yield p.Stretch(replace(start, when=None, unit=end.unit), end)
        elif start.when is not None and end.when is None and end.number is not None:
            yield from (p.Spots((start,)), p.Stretch(None, end, joint="open"))
        elif isinstance(one, Pair) and "" != start.unit != end.unit != "":
            yield from (Figure(start, one.hedge), p.Stretch(None, end, joint="open"))
        else:
            yield one


def _is_depth(start: Item, end: Item, scene: Scene) -> bool:
    """Whether "2103–2105 m" are places, and no year."""
    if start.when is None or start.number is None or end.when is not None or not end.unit:
        return False
    return any(fits(end.unit, line.places) and not fits(end.unit, line.values) for line in scene.lines)


def _ends_of(one: Element) -> tuple[Item | None, Item | None]:
    stretch = one.stretch if isinstance(one, Pair) else one
    return (stretch.start, stretch.end) if isinstance(stretch, p.Stretch) else (None, None)


def _named_extremes(elements: Sequence[Element], scene: Scene) -> Iterator[Element]:
    """ "Leading", "peaks", "the most watered", "fuller", "lags behind": where more is more."""
    better = _better(scene)
    is_speed = bool(lexicon.pattern("speed", "roles").search(plain(scene.lines[0].values.label)))
    held: Element | None = None
    for row, one in enumerate(elements):
        behind = elements[row + 1] if row + 1 < len(elements) else None
        if is_word(one, *_COMPARATIVES) and isinstance(behind, Figure):
            above = p.Condition(_COMPARATIVES[one.idea], level=behind.item)  # type: ignore[arg-type]
            held = behind
            yield above
        elif one is held:
            continue
        elif isinstance(one, Word):
            yield from _in_size(one, better)
        elif p.is_sign(one, *_FASTEST) and is_speed and not _says(elements, *_WAYS):
            yield p.Extremum(_FASTEST[one.name])  # type: ignore[arg-type]
        elif _is_most(one) and isinstance(behind, p.Named | p.Kind):
            yield p.Extremum("maximum")
        else:
            yield one


def _is_most(one: Element) -> bool:
    return isinstance(one, p.Unknown) and one.item.text.startswith("сам")


def _in_size(word: Word, better: str) -> tuple[Element, ...]:
    """What a word of statements says of sizes; of "best" only where it is known which is better."""
    idea = word.idea
    if idea in _WORTH:
        turned = {"best": "minimum", "worst": "maximum"}
        sizes = {"more": _WORTH, "less": turned}.get(better)
        return (p.Extremum(sizes[idea]),) if sizes is not None else (word,)  # type: ignore[arg-type]
    if idea in _EXTREMES:
        return (p.Extremum(_EXTREMES[idea]),)  # type: ignore[arg-type]
    if idea in _VERBS:
        return (p.Extremum(_VERBS[idea]), Word("states"))  # type: ignore[arg-type]
    if idea in _FIRST_AND_LAST:
        return (p.Stat(_FIRST_AND_LAST[idea]), Word("states"))  # type: ignore[arg-type]
    if idea in _BESIDE:
        return (p.Comparative(_BESIDE[idea]), THAN)  # type: ignore[arg-type]
    if idea in _COMPARATIVES:
        return (p.Comparative(_COMPARATIVES[idea]),)  # type: ignore[arg-type]
    return (word,) if idea != "monthly_mean" else ()


def _better(scene: Scene) -> str:
    """Whether "more" or "less" of what a figure shows is better; empty where that is not known."""
    shown = {plain(line.values.label) for line in scene.lines}
    found = {
        way for way in ("more", "less") for label in shown if lexicon.pattern(way, "polarity").search(label)
    }
    return found.pop() if len(found) == 1 else ""


def _without_moves(elements: Iterator[Element]) -> Iterator[Element]:
    """ "Dropped below 50" is below 50."""
    held = list(elements)
    never = _says(held, "never")  # in Russian said twice
    if never and p.has(held, p.Condition):
        held = [one for one in held if not p.is_sign(one, "not")]
    kept = [
        one
        for one, behind in zip(held, [*held[1:], None], strict=False)
        if not (is_word(one, *_WAYS) and _is_level(behind))
    ]
    for before, one, behind in zip([None, *kept], kept, [*kept[1:], None], strict=False):
        if p.is_sign(one, "not") and isinstance(behind, p.Condition):
            continue
        negated = isinstance(one, p.Condition) and p.is_sign(before, "not") and not never
        yield replace(one, relation=_NEGATED[one.relation]) if negated else one  # type: ignore[union-attr]


def _is_level(one: Element | None) -> bool:
    return isinstance(one, p.Condition) and one.level is not None


def _without_others(elements: Sequence[Element]) -> list[Element]:
    """ "More than any other" is the most; behind "any other year" nothing says where to look."""
    if not _says(elements, "others"):
        return list(elements)
    found: list[Element] = [
        p.Extremum("maximum" if one.relation == "above" else "minimum")
        if isinstance(one, p.Comparative)
        else one
        for one in _unsaid(elements, "others")
    ]
    match found[-2:]:
        case [p.Extremum(), p.Kind(count=0, period=str(period))] if period:
            return found[:-1]
    return found


def _counted(one: Element, scene: Scene) -> Element:
    """ "Four bars" of a chart are no pressure."""
    number = one.item.number if isinstance(one, Figure) and one.item.text.endswith("bars") else None
    axes = [axis for line in scene.lines for axis in (line.values, line.places)]
    if number is None or any(fits("bar", axis) for axis in axes):
        return one
    return p.Kind(frozenset(), int(number.value), marks=frozenset({"bars"}))


def _spread(elements: list[Element]) -> list[Element]:
    """ "The difference between the largest and the smallest" is the spread."""
    extremes = {one.which for one in p.of(elements, p.Extremum)}
    differ = p.of(elements, p.Versus, lambda one: one.kind == "difference")
    if len(extremes) != 2 or not (differ or _says(elements, "differ")):
        return elements
    kept = [one for one in elements if not isinstance(one, p.Extremum | p.Versus)]
    kept = [one for one in kept if not p.is_sign(one, "and", "between")]
    return [p.Stat("spread"), *_unsaid(kept, "differ")]


def _without_repeated(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """The elements without words of the axis of places; a number behind one is a place."""
    found: list[Element] = []
    for before, one in zip([None, *elements], elements, strict=False):
        if isinstance(one, p.Unknown) and _repeats(one, scene):
            continue
        is_behind = isinstance(before, p.Unknown) and _repeats(before, scene)
        found.append(_at_time(one, scene) if is_behind and isinstance(one, Figure) else one)
    return found


def _repeats(unknown: p.Unknown, scene: Scene) -> bool:
    """Whether a word is one of the label of the axis of places, which a panel may have from another."""
    known = {word for label in scene.place_labels for word in words(without_unit(label))}
    return any(len(word) > 2 and same(unknown.item.text, word) for word in known)


def _without_axes(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "At a porosity of 21 %" is at 21 %."""
    is_peak = "histogram" in scene.kinds and p.has(elements, p.Extremum)
    found: list[Element] = []
    for row, one in enumerate(elements):
        before = elements[row - 1] if row else None
        if isinstance(one, Figure) and p.is_named(before, "axis") and _is_of_places(before, scene):
            found.append(_at_time(one, scene))
            continue
        beside = [*elements[max(0, row - 1) : row], *elements[row + 1 : row + 2]]
        repeats = is_peak or any(isinstance(other, Figure) and fits_places(other, scene) for other in beside)
        if not (repeats and isinstance(one, p.Named) and _is_of_places(one, scene)):
            found.append(one)
    return found


def _at_time(figure: Figure, scene: Scene) -> Figure:
    """ "Day 15" of an axis of days is a place."""
    line = scene.lines[0]
    if figure.item.unit or not line.time_of_places:
        return figure
    return replace(figure, item=replace(figure.item, unit=unit_of(line.places) or line.time_of_places))


def _is_place(figure: Figure, scene: Scene) -> bool:
    return bool(figure.item.unit) and fits_places(figure, scene)


def fits_places(figure: Figure, scene: Scene) -> bool:
    """Whether a number may be a place on a numeric axis."""
    lines = [line for line in scene.lines if line.places.kind == "number"]
    unit = figure.item.unit
    return any(not unit or (fits(unit, line.places) and not fits(unit, line.values)) for line in lines)


def _two_curves(elements: list[Element], scene: Scene) -> list[Element]:
    """ "The difference between the curves" is that of both."""
    series = [one for one in scene.called if one.role == "series"]
    named = any(p.is_named(one, "series") for one in elements)
    if named or len(series) != 2 or not _says(elements, "differ"):
        return elements
    both = p.Named(tuple((one,) for one in series), Item(series[0].label))
    return [both if isinstance(one, p.Kind) and one.count in {0, 2} else one for one in elements]


def _since(elements: Sequence[Element], scene: Scene) -> Iterator[Element]:
    """What begins at a place and has no end is open; what is counted is what is named."""
    ends = p.has(elements, Pair, p.Stretch) or p.says(elements, "to")
    begins = False
    for one, behind in zip(elements, [*elements[1:], None], strict=False):
        start = _start_of(one) if begins else None
        begins = not ends and p.is_sign(one, "from", "since") and _is_start(behind, scene)
        if start is not None:
            yield p.Stretch(start, None, "", "open")
        elif isinstance(one, p.Asked) and one.what == "count" and one.named is not None:
            yield one.named
        elif not begins:
            yield one


def _is_start(one: Element | None, scene: Scene) -> bool:
    return isinstance(one, p.Spots) or (isinstance(one, Figure) and _is_place(one, scene))


def _start_of(one: Element) -> Item | None:
    """The one place that an element is."""
    if isinstance(one, Figure):
        return one.item
    return one.items[0] if isinstance(one, p.Spots) and len(one.items) == 1 else None


def _placed(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "By day 18", «в конце суток»: places, where nothing rises by so much or falls until then."""
    moves = p.has(elements, p.Moved, Factor) or _says(elements, *_WAYS)
    found: list[Element] = []
    around = zip([None, *elements], elements, [*elements[1:], None], strict=False)
    for before, one, behind in around:
        if is_word(one, "by_so_much"):
            found += [p.Sign("by", Item("by"))] if moves and isinstance(behind, Figure) else []
        elif is_word(one, *_ENDS):
            found += [] if moves else [p.Outer(_ENDS[one.idea], 1.0, "mark")]  # type: ignore[arg-type]
        elif moves or not _leads_to_place(one, behind, scene):
            leads = not moves and before is not None and _leads_to_place(before, one, scene)
            found.append(_at_time(one, scene) if leads and isinstance(one, Figure) else one)
    return found


def _of_length(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "The first 9 minutes" of an axis of minutes."""
    found: list[Element] = []
    low, high = scene.lines[0].extent or (math.nan, math.nan)
    for one in elements:
        before = found[-1] if found else None
        ends = p.is_sign(before, "first", "last") and isinstance(one, Figure)
        if ends and _is_place(one, scene) and math.isfinite(low):  # type: ignore[arg-type]
            length = one.quantity.value  # type: ignore[union-attr]
            first, last = (low, low + length) if before.name == "first" else (high - length, high)  # type: ignore[union-attr]
            found[-1] = p.Stretch(_number(first), _number(last))
        else:
            found.append(one)
    return found


def _leads_to_place(sign: Element, behind: Element | None, scene: Scene) -> bool:
    if not isinstance(sign, p.Sign) or sign.item.text not in {"by", "к"}:
        return False
    is_number = isinstance(behind, Figure) and fits_places(behind, scene)
    return is_number or isinstance(behind, p.Spots) or p.is_named(behind, "category")


def _is_percent(one: Element) -> bool:
    return isinstance(one, Figure) and one.item.unit == "%"


def _end(one: Element) -> Element:
    """ "The initial rate" is the first."""
    if p.is_sign(one, "first", "last"):
        return p.Stat("first" if one.name == "first" else "last")
    return one


def _is_of_places(named: p.Named, scene: Scene) -> bool:
    places = {line.places.label for line in scene.lines if line.values.label not in named.labels}
    return named.role == "axis" and bool(places & named.labels)


def _in_unit_of_places(figure: Figure, scene: Scene) -> Figure:
    """A place in another unit, in that of its axis."""
    item = figure.item
    for line in scene.lines:
        axis = line.places
        foreign = item.unit and not fits(item.unit, line.values) and fits(item.unit, axis)
        if foreign and not is_same(item.unit, axis) and item.number is not None:
            return replace(figure, item=_converted(item, unit_of(axis)))
    return figure


def _converted(item: Item, unit: str) -> Item:
    number = item.number
    if number is None:
        return item
    try:
        value, above = (
            conversion.convert(one, item.unit, unit) for one in (number.value, number.value + number.half)
        )
    except InvalidRequest:
        return item
    return replace(item, unit=unit, number=replace(number, value=value, half=abs(above - value), many=1.0))


def _without_described(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "Over the six fields": how many there are may be said where it is right."""
    found: list[Element] = []
    for one in elements:
        if found and is_word(found[-1], "over_all"):
            count = _count_of(one)
            if count in drawn(scene):
                found.pop()
                continue
            if count is None:
                found.pop()
        found.append(one)
    return found


def _count_of(one: Element) -> float | None:
    """How many an element says there are; ``None`` where it says nothing of it."""
    if isinstance(one, Figure):
        return one.item.number.value if one.item.number is not None else math.nan
    return (one.count or None) if isinstance(one, p.Kind) else None
