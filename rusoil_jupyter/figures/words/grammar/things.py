"""Nouns that nobody knows where only the things of the figure can be meant: "the second bay by rate"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar.names import is_thing
from rusoil_jupyter.figures.words.grammar.scene import BOXES, are_weekdays, calendar_of
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_ASKS = re.compile(r"which|(?:.+\s)?(?:which|как(?:ой|ая|ое|ие|ого|их|ом|ую|им|ими))")
_ORDERS = frozenset({"by", "по", "in"})
_COUNTS = frozenset({"how_many", "how_much", "share"})
_QUESTIONS = frozenset({"which", "how_many"})
_HELD = frozenset({"above", "below", "at_least", "at_most"})
_TOLD = _HELD | {"maximum", "minimum"}
_BEFORE_PLACES = frozenset(
    {"on", "in", "at", "from", "to", "by", "у", "в", "во", "на", "от", "до", "из", "с", "по"}
)
_SHOWN = re.compile(
    r"shown?|shows|plotted|drawn|depicted|displayed|compared|there|график\w*|рисунк\w*|диаграмм\w*|показан\w*"
    r"|сравнива\w+|изображен\w*|представлен\w*"
)
_NO_NOUN = re.compile(  # a verb or an adjective by its ending
    r".*(?:[ае]но|ed|ing|ly|er|est|ful|ous|ive|able|л|л[аои]|[аяеиу]т|[ую]т|[тл]?ся|[тл]?[иа]сь|"
    r"[ыиао]й|[ая]я|[ое]е|[ыи]е|[ыи]х|[ую]ю|[ое]му|[ое]го|[ыи]ми?)|\d.*"
)


def with_things(items: list[Item], scene: Scene) -> list[Item]:
    """The items, where an unknown noun that stands for what is ordered or asked is a word for it."""
    if _counts_anything(scene):
        return _with_samples(items)
    kind = _only_kind(scene)
    if not kind:
        return items
    return [
        replace(item, classes=frozenset({kind}), known=True) if _is_thing(items, row) else item
        for row, item in enumerate(items)
    ]


def _counts_anything(scene: Scene) -> bool:
    """Whether samples are counted in bins, and the figure does not say what they are."""
    generic = lexicon.pattern("generic", "quantities")
    return all(
        line.series.kind == "histogram"
        and line.series.heights == "counts"
        and (not line.values.label or generic.fullmatch(plain(line.values.label)) is not None)
        for line in scene.lines
    )


def _with_samples(items: list[Item]) -> list[Item]:
    """ "How many films have a rating below 4" of such bins: the noun behind "how many" is what they count."""
    found = list(items)
    for row, item in enumerate(items):
        before = [one for one in items[:row] if not one.soft or one.ideas & _COUNTS][-2:]
        if row and items[row - 1].text in _BEFORE_PLACES:
            continue
        asks = any(one.ideas & _COUNTS for one in before) and all(
            one.ideas & (_COUNTS | {"sum", "maximum", "minimum"}) for one in before
        )
        if asks and _is_sample(item):
            found[row] = replace(item, ideas=frozenset({"marks"}), known=True)
    return found


def _is_sample(item: Item) -> bool:
    """Whether it may be what bins count: a noun, people; no part of them, as women are."""
    part = lexicon.pattern("parts_of_people", "quantities").fullmatch(item.text)
    people = lexicon.pattern("people", "soft").fullmatch(item.text)
    return part is None and _says_nothing_else(item) and bool(people or _is_noun(item.text))


def _says_nothing_else(item: Item) -> bool:
    """Whether a word is not known, or only as one for things of some kind."""
    return not item.known or (item.ideas == {"things"} and not (item.classes or item.names))


def _only_kind(scene: Scene) -> str:
    """The categories, or the series, where there is nothing else that has names."""
    boxes = [line for line in scene.lines if line.series.kind in BOXES]
    lines = boxes or scene.lines  # without the points beside boxes
    named = {line.place_key for line in lines if _are_names(line.places.categories)}
    several = len({line.series.label for line in lines}) > 1
    if any(line.cross_key for line in lines) or len(named) + several != 1:
        return ""
    return "series" if several else f"category {named.pop()}"


def _are_names(categories: Sequence[str]) -> bool:
    """Whether categories are things, not times, which have words of their own."""
    times = are_weekdays(categories) or any(calendar_of(name) for name in categories[:3])
    return bool(categories) and not times


def _is_thing(items: list[Item], row: int) -> bool:
    item, behind = items[row], items[row + 1] if row + 1 < len(items) else None
    if (
        not _says_nothing_else(item)
        or not _is_noun(item.text)
        or (behind is not None and _is_noun_too(behind))
    ):
        return False
    before = [one for one in items[:row] if not one.soft or one.text in _ORDERS or one.ideas & _QUESTIONS]
    beside = bool(before) and before[-1] is items[row - 1]
    return beside and (_is_asked(before, items[row:]) or _is_ordered(before))


def _is_asked(before: list[Item], behind: list[Item]) -> bool:
    """ "At which bay"; "which bay" of what is named, or has the most; "how many bays" that are shown, or of
    which something holds."""
    last = before[-1] if before else None
    if last is None:
        return False
    said = frozenset().union(*(one.ideas for one in behind))
    if "how_many" in last.ideas:
        if "things" not in behind[0].ideas:
            return False
        return bool(said & _HELD) or any(_SHOWN.fullmatch(one.text) for one in behind)
    if _ASKS.fullmatch(last.text) is None:
        return False
    named = any(name.role == "axis" for one in behind for name in one.names)
    return "at_place" in last.ideas or named or bool(said & _TOLD) or any(one.nth for one in behind)


def _is_ordered(before: list[Item]) -> bool:
    """ "The third most popular way", «второй по выручке ларёк»."""
    ranked = before and before[-1].ideas & {"maximum", "minimum"} and any(one.nth for one in before[-3:])
    named = before and any(name.role != "category" for name in before[-1].names)
    by = len(before) > 2 and before[-2].text in _ORDERS and before[-3].nth > 0
    return bool(ranked or (named and by))


def _is_noun_too(item: Item) -> bool:
    is_mark = bool(item.ideas & {"marks", "bars"})
    return bool(item.classes or item.names or item.period) or is_mark or not item.known


@lru_cache(maxsize=4096)
def _is_noun(word: str) -> bool:
    """Whether a word may be a noun, and is no quantity, which a figure shows or does not."""
    quantities = (lexicon.pattern(name, "quantities") for name in lexicon.names("quantities"))
    if len(word) < 3 or _NO_NOUN.fullmatch(word):
        return False
    return is_thing(word) or not any(one.fullmatch(word) for one in quantities)
