"""Words that only repeat what the figure is made of: its things, its periods, all of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.checking.elements import Figure, Pair, Word, is_word
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.places import period_of_categories
from rusoil_jupyter.figures.words.grammar.units import fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

_WHOLE, _ROUNDED = 100.0, 1.0
_DAYS = {"day": (0.9, 1.1), "week": (6.5, 7.5), "month": (27, 32), "quarter": (85, 95), "year": (360, 370)}
_SOME = re.compile(r"weekday|weekend|workday|working|будн|выходн|рабоч")  # not all days
_A_KIND = p.Kind(frozenset())


def period_of_marks(line: Line) -> str:
    """The period that each mark is; empty where it is none, or not known."""
    by_days = next((name for name, (low, high) in _DAYS.items() if low <= line.spacing <= high), "")
    return by_days or line.time_of_places or period_of_categories(line)


def without_repeats(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """The elements without "monthly" of months, "of all wells" of the largest, "range" behind its ends."""
    period = period_of_marks(scene.lines[0])
    found = [
        one if is_word(before, "along", "along_down") else _kind(one, scene)
        for before, one in zip([None, *elements], elements, strict=False)
    ]
    found = [Word("some_of") if isinstance(one, p.Kind) and _SOME.match(one.text) else one for one in found]
    found = _raised(found, scene)
    found = [one for one in found if not (isinstance(one, p.Grouped) and one.period == period != "")]
    if p.has(found, p.But):
        found = [one for one in found if not p.is_sign(one, "others")]
    if p.has(found, p.Extremum):
        found = [one for one in found if not p.is_sign(one, "by_size")]
        found = [one for one in found if not is_word(one, "of_total")]
    return list(
        _each(
            _all_along(
                list(_counted(found, period, {line.places.label for line in scene.lines})), scene.lines[0]
            )
        )
    )


def without_shares(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "The share of drilling" is its value where all of them are drawn in per cent and are a whole."""
    shares = [one for one in elements if p.is_sign(one, "share")]
    line = scene.lines[0]
    numbers = [one for one in line.series.values.get(line.value_key, ()) if isinstance(one, int | float)]
    is_whole = line.series.kind == "pie" and abs(sum(numbers) - _WHOLE) <= _ROUNDED
    if not (shares and is_whole and p.has(elements, p.Extremum, p.Comparative)):
        return list(elements)
    return [one for one in elements if not any(one is share for share in shares)]


def _all_along(elements: Sequence[Element], line: Line) -> list[Element]:
    """ "Over 48 hours", where they are all that is drawn."""
    low, high = line.extent or (0.0, 0.0)
    found: list[Element] = []
    for one in elements:
        is_time = isinstance(one, Figure) and line.time_of_places != "" and found != []
        if is_time and is_word(found[-1], "within", "over_all") and _is_length(one, high - low, line):  # type: ignore[arg-type]
            found[-1] = Word("whole_span")
        else:
            found.append(one)
    return found


def _is_length(figure: Figure, length: float, line: Line) -> bool:
    number = figure.item.number
    return number is not None and fits(figure.item.unit, line.places) and number.value == length > 0


def _raised(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "Raising the temperature from 350 to 550 °C" says from where to where."""
    places = {line.places.label for line in scene.lines}
    for row, (one, *behind) in enumerate(zip(elements, elements[1:], elements[2:], strict=False)):
        moves = is_word(one, "up", "down") or p.is_sign(one, "rising", "falling")
        if (
            moves
            and p.is_named(behind[0], "axis")
            and behind[0].labels & places
            and isinstance(behind[1], Pair)
        ):
            return [*elements[:row], *elements[row + 2 :]]
    return list(elements)


def _kind(one: Element, scene: Scene) -> Element:
    """The name of an axis of names or dates is a word for the kind of things on it."""
    if not p.is_named(one, "axis") or len(one.mentions) != 1 or one.labels & set(scene.value_labels):
        return one
    places = [line.places for line in scene.lines if line.places.label in one.labels]
    if not places or any(axis.kind == "number" for axis in places):
        return one
    return replace(_A_KIND, period=one.item.period, text=one.item.text)


def _counted(elements: Sequence[Element], period: str, places: set[str]) -> Iterator[Element]:
    """ "Three" and "wells" are three; "6 of the 12 months" are six."""
    for before, one in zip([None, *elements], elements, strict=False):
        if isinstance(before, p.Kind) and before.count and _is_thing(one, places):
            continue
        if is_word(one, "ranges") and isinstance(before, Pair):
            continue
        if isinstance(one, Figure) and one.item.unit == period != "" and _is_bare(before):
            continue
        yield one


def _is_thing(one: Element, places: set[str]) -> bool:
    """Whether it says what so many are."""
    return (isinstance(one, p.Kind) and not one.count) or (
        p.is_named(one, "axis") and bool(one.labels & places)
    )


def _is_bare(one: Element | None) -> bool:
    return isinstance(one, Figure) and not one.item.unit


def _each(elements: Sequence[Element]) -> Iterator[Element]:
    """ "Per well" of a mean is each well."""
    is_mean = any(isinstance(one, p.Stat) and one.name == "mean" for one in elements)
    row = 0
    while row < len(elements):
        one, behind = elements[row], elements[row + 1 : row + 2]
        if is_mean and is_word(one, "per_each") and p.has(behind, p.Kind):
            row += 1
        elif not (is_mean and is_word(one, "per_each")):
            yield one
        row += 1
