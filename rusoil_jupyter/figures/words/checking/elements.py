"""What a clause is made of: parts of the question grammar, numbers with their hedges, words of statements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard

from rusoil_jupyter.figures.words.checking.lexis import idea_of
from rusoil_jupyter.figures.words.checking.quantities import HEDGES, Quantity, factor_of, quantity_of
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.phrases import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.words.dates import Calendar
    from rusoil_jupyter.figures.words.grammar.item import Item

_FACTORS = {
    "x2": 2.0,
    "x3": 3.0,
    "x4": 4.0,
    "x5": 5.0,
    "x6": 6.0,
    "x7": 7.0,
    "x8": 8.0,
    "x10": 10.0,
    "x1_5": 1.5,
}
_FACTORS |= {"half_as": 0.5, "third_as": 1 / 3}
_FRACTIONS = {
    "f1_2": 1 / 2,
    "f1_3": 1 / 3,
    "f2_3": 2 / 3,
    "f1_4": 1 / 4,
    "f3_4": 3 / 4,
    "f1_5": 1 / 5,
    "f1_10": 1 / 10,
}
_SILENT = frozenset({"states", "whole_span", "reaches", "there_are"})
_WAYS = {"up": "up", "down": "down"}


@dataclass(frozen=True)
class Word:
    """A word of statements that stands for itself."""

    idea: str


@dataclass(frozen=True)
class Figure:
    """A number: claimed, or a place, a level, how many there are."""

    item: Item
    hedge: str = ""

    @property
    def is_spelled(self) -> bool:
        """Whether it is a word without a unit: it counts, and says no value."""
        return self.item.text.isalpha() and not self.item.unit

    @property
    def quantity(self) -> Quantity:
        """As a claim."""
        return quantity_of(self.item, self.hedge)


@dataclass(frozen=True)
class Pair:
    """From a number to a number: two claims, or an interval."""

    stretch: p.Stretch
    hedge: str = ""

    @property
    def quantities(self) -> tuple[Quantity, Quantity]:
        """Both as claims; a unit said once is that of both."""
        ends = self.stretch.ends
        unit = next((item.unit for item in reversed(ends) if item.unit), "")
        many = next((item.number.many for item in reversed(ends) if item.number is not None), 1.0)
        first, last = (_shared(item, unit, many) for item in ends)
        return quantity_of(first, self.hedge), quantity_of(last, self.hedge)


@dataclass(frozen=True)
class Factor:
    """So many times."""

    quantity: Quantity


@dataclass(frozen=True)
class Fraction:
    """So much of a whole."""

    quantity: Quantity


@dataclass(frozen=True)
class There:
    """Where a clause ended: "then" begins there."""

    place: Item


Element = p.Part | Word | Figure | Pair | Factor | Fraction | There


def is_word(one: object, *ideas: str) -> TypeGuard[Word]:
    """Whether it is one of these words of statements."""
    return isinstance(one, Word) and one.idea in ideas


def elements_of(items: Sequence[Item]) -> list[Element]:
    """The elements of a clause, in order."""
    return _hedged(_multiplied(list(_plain(parts_of(items)))))


def question_of(elements: Sequence[Element]) -> list[p.Part] | None:
    """Elements as the parts of a question; ``None`` where one says what no question can."""
    found: list[p.Part] = []
    for one in elements:
        if isinstance(one, Figure):
            found.append(p.Spots((one.item,)))
        elif isinstance(one, Pair):
            found.append(one.stretch)
        elif is_word(one, *_SILENT):
            continue
        elif isinstance(one, Word | Factor | Fraction | There | p.Unknown):
            return None
        else:
            found.append(one)
    return _dated(found)


def _dated(parts: list[p.Part]) -> list[p.Part]:
    """A year and a month said apart are of one another: "in 2021 ... in December"."""
    spots = [(one, when) for one in p.of(parts, p.Spots) if (when := _when_of(one)) is not None]
    years = [(one, when.year) for one, when in spots if when.is_year]
    others = [(one, when) for one, when in spots if not when.year]
    if len(spots) != 2 or len(years) != 1 or len(others) != 1:
        return parts
    (spot, year), (other, when) = years[0], others[0]
    dated = p.Spots((replace(other.items[0], when=replace(when, year=year)),))
    return p.without(p.replaced(parts, other, dated), spot)


def _when_of(spots: p.Spots) -> Calendar | None:
    return spots.items[0].when if len(spots.items) == 1 else None


def _plain(parts: Sequence[p.Part]) -> Iterator[Element]:
    for part in parts:
        match part:
            case p.Unknown(item=item) if idea_of(item.text):
                yield Word(idea_of(item.text))
            case p.Sign(name="whether" | "stop" | "how_much" | "how_many"):
                continue
            case p.Sign(name="times"):
                yield Word("times")
            case p.Spots(items=items) if any(map(_is_number, items)):
                yield from (Figure(item) if _is_number(item) else p.Spots((item,)) for item in items)
            case p.Stretch(ends=(start, end)) if _is_number(start) and _is_number(end):
                yield Pair(part)
            case p.Moved(way="up" | "down" as way, previous=False, negated=False):
                yield Word(way)
            case _:
                yield part


def _is_number(item: Item) -> bool:
    return item.number is not None and item.when is None and not item.names


def _multiplied(elements: Sequence[Element]) -> list[Element]:
    """Factors and fractions from their words."""
    found: list[Element] = []
    for one in elements:
        factor = _factor(found[-1]) if found and is_word(one, "times", "fold") else None
        top = found[-1] if found and is_word(one, "times", "fold") else None
        if factor is not None:
            found[-1] = factor
        elif isinstance(top, p.Top):  # "exceeds the smallest 5 times"
            found[-1:] = [p.Extremum(top.which), Factor(factor_of(float(top.count)))]
        else:
            found += _spelled(one) if isinstance(one, Word) else [one]
    return found


def _factor(number: Element) -> Factor | None:
    """A number, or from one to another, as so many times."""
    if isinstance(number, Pair):
        first, other = number.quantities
        return Factor(Quantity(first.value, first.value * 0.95, other.value * 1.05))
    if not isinstance(number, Figure) or number.item.unit or number.item.number is None:
        return None
    return Factor(factor_of(number.item.number.value))


def _spelled(word: Word) -> list[Element]:
    """A factor or a fraction in one word."""
    if word.idea == "halved":
        return [Word("down"), Factor(factor_of(2.0))]
    if word.idea in _FACTORS:
        return [Factor(factor_of(_FACTORS[word.idea]))]
    return [Fraction(factor_of(_FRACTIONS[word.idea]))] if word.idea in _FRACTIONS else [word]


def _hedged(elements: Sequence[Element]) -> list[Element]:
    """Hedges joined to the numbers behind them."""
    found: list[Element] = []
    hedge = ""
    held: list[Element] = []
    for one in elements:
        if is_word(one, *HEDGES):
            hedge = one.idea if hedge in {"", "only", "about"} else hedge
            held.append(one)
        elif not hedge or p.is_soft(one) or is_word(one, "by_so_much") or p.is_sign(one, "by"):
            found.append(one)
        else:
            with_it = _with(one, hedge)
            found += [one, *held] if with_it is None else [with_it]
            hedge, held = "", []
    return [*found, *held]


def _with(one: Element, hedge: str) -> Element | None:
    """An element with a hedge; ``None`` for one that can't have it."""
    match one:
        case Figure() | Pair():
            return replace(one, hedge=hedge)
        case Factor() | Fraction():
            return replace(one, quantity=factor_of(one.quantity.value, hedge))
        case p.Kind(count=count) if count:
            return one
        case p.Condition() if hedge in {"only", "about"}:
            return one
    return None


def _shared(item: Item, unit: str, many: float) -> Item:
    if item.unit or item.number is None:
        return item
    number = item.number
    if number.many == 1.0 != many:
        number = replace(number, value=number.value * many, half=number.half * many, many=many)
    return replace(item, unit=unit, number=number)
