"""Ways of asking that other words ask, too: each turned into the parts that it stands for."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.item import PERIODS
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.places import is_step, period_of_names
from rusoil_jupyter.figures.words.grammar.scene import GRIDS, Called
from rusoil_jupyter.figures.words.grammar.units import fits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

Parts = list[p.Part]
_MOST = re.compile(r"most|fewest|least|(?:больше|меньше|чаще|реже)\s+все\w+")
_NUMBER = re.compile(r"числ[оа]")
_ONES = frozenset({"bars", "marks"})


def reworded(parts: Parts, scene: Scene) -> Parts:
    """The parts of a question in other words."""
    for turn in _TURNS:
        parts = turn(parts, scene)
    return parts


def _of_tallest(parts: Parts, _scene: Scene) -> Parts:
    """ "How many films are in the tallest bar" asks how tall it is."""
    bar = next(
        (
            other
            for one, other in pairwise(parts)
            if isinstance(one, p.Extremum) and isinstance(other, p.Kind) and other.marks & _ONES
        ),
        None,
    )
    asks = [part for part in parts if _asks_how_many(part)]
    others = [part for part in p.of(parts, p.Asked) if part not in asks]
    if bar is None or not asks or others or p.has(parts, p.Condition, p.Stat, p.Versus):
        return parts
    return p.without(parts, bar, *asks)


def _asks_how_many(part: p.Part) -> bool:
    return p.is_sign(part, "how_many", "how_much") or (isinstance(part, p.Asked) and part.what == "count")


def _tallest(parts: Parts, _scene: Scene) -> Parts:
    """ "Which letter has the tallest bar" asks for a letter; one with the most bars would have several."""
    bars = [
        other
        for one, other in pairwise(parts)
        if isinstance(one, p.Extremum)
        and not _MOST.fullmatch(one.text)
        and isinstance(other, p.Kind)
        and other.marks == {"bars"}
    ]
    asks = p.of(parts, p.Asked, lambda one: one.what == "which" and bool(one.classes))
    return p.without(parts, *bars) if asks else parts


def _pinned(parts: Parts, _scene: Scene) -> Parts:
    """ "How many bronze medals did Canada get": one number is asked, no medals are counted."""
    asks = any(p.is_sign(part, "how_many") for part in parts)
    series = any(p.is_named(part, "series") for part in parts)
    place = any(p.is_named(part, "category") or isinstance(part, p.Spots | p.Stat) for part in parts)
    if not (asks and series and place) or p.has(parts, p.Condition, p.Asked):
        return parts
    behind = [
        other for one, other in pairwise(parts) if p.is_named(one, "series", "category") and _is_plain(other)
    ]
    return p.without(parts, *behind)


def _is_plain(part: p.Part) -> bool:
    """Whether it only says what things are called, no points of a cloud."""
    return isinstance(part, p.Kind) and not part.count and "points" not in part.classes


def _added(parts: Parts, _scene: Scene) -> Parts:
    """ "Rent plus water" is the sum of both."""
    for row in range(1, len(parts) - 1):
        one, sign, other = parts[row - 1 : row + 2]
        if not (isinstance(one, p.Named) and p.is_sign(sign, "plus") and isinstance(other, p.Named)):
            continue
        if one.role == other.role and not p.has(parts, p.Stat, p.Extremum, p.Versus):
            both = p.Named((*one.mentions, *other.mentions), one.item)
            return [p.Stat("sum"), *parts[: row - 1], both, *parts[row + 2 :]]
    return parts


def _owed(parts: Parts, _scene: Scene) -> Parts:
    """ "Downtime from planned service", "due to leaks": of what is named."""
    if p.has(parts, p.Versus, p.Moved, p.Comparative, p.Stretch) or any(
        p.is_sign(part, "share", "minus") for part in parts
    ):
        return parts
    signs = [
        one
        for one, other in pairwise(parts)
        if p.is_sign(one, "from", "to")
        and "by" not in one.item.ideas
        and p.is_named(other, "category", "series")
    ]
    return p.without(parts, *signs) if len(signs) == 1 else parts


def _apposed(parts: Parts, _scene: Scene) -> Parts:
    """ "Line B", «магазин Север»: what kind of thing it is, is said before its name."""
    said = [
        one
        for one, other in pairwise(parts)
        if isinstance(one, p.Kind) and not (one.count or one.all_of) and _is_of_kind(other, one)
    ]
    return p.without(parts, *said)


def _is_of_kind(part: p.Part, kind: p.Kind) -> bool:
    """Whether it is the name of one such thing."""
    if not isinstance(part, p.Named) or len(part.mentions) > 1:
        return False
    if part.role == "series":
        return "series" in kind.classes or "curves" in kind.marks
    return part.role == "category" and f"category {part.mentions[0][0].axis}" in kind.classes


def _after(parts: Parts, scene: Scene) -> Parts:
    """ "Cells after 8 hours", where time is counted: the value at this time."""
    counted = all(line.time_of_places for line in scene.lines)
    stretch = next(iter(p.of(parts, p.Stretch)), None)
    others = (p.Extremum, p.Stat, p.Condition, p.Versus, p.Moved, p.Comparative, p.But, p.Grouped, p.Top)
    if stretch is None or not counted or p.has(parts, *others) or p.says(parts, "whether_any", "trend"):
        return parts
    asks = p.of(parts, p.Asked, lambda one: one.what != "count" or one.named is None)
    start = stretch.start
    if asks or stretch.end is not None or stretch.joint != "open" or stretch.without != "start":
        return parts
    if start is None or start.number is None or start.when is not None:
        return parts
    return p.replaced(parts, stretch, p.Spots((start,)))


def _changed_most(parts: Parts, scene: Scene) -> Parts:
    """ "Which well fell the most": of the changes of all the largest."""
    asks = p.of(parts, p.Asked, lambda one: "series" in one.classes)
    moved, most = p.of(parts, p.Moved), p.of(parts, p.Extremum)
    several = len({line.series.label for line in scene.lines}) > 1
    if not (asks and several and len(moved) == len(most) == 1) or p.has(parts, p.Stat):
        return parts
    one, rank = moved[0], most[0]
    if not one.way or one.negated or one.previous or rank.which != "maximum":
        return parts
    if p.has(parts, *p.PLACES) or not any(_goes(line, one.way) for line in scene.lines):
        return parts
    turned = p.Extremum("maximum" if one.way == "up" else "minimum", rank.rank)
    return p.replaced(p.replaced(parts, one, p.Stat("change")), rank, turned)


def _goes(line: Line, way: str) -> bool:
    """Whether a series is known to end above where it begins, or below."""
    cells = line.series.values.get("y" if line.series.along == "x" else "x", ())
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    if len(numbers) < max(2, line.series.n):
        return False
    return numbers[-1] > numbers[0] if way == "up" else numbers[-1] < numbers[0]


def _of_mean(parts: Parts, _scene: Scene) -> Parts:
    """ "On average for one field", «среднее число медалей»: the mean is all that is said."""
    if not p.of(parts, p.Stat, lambda one: one.name == "mean"):
        return parts
    said = p.of(parts, p.Kind, lambda one: one.count == 1 or _NUMBER.fullmatch(one.text))
    return p.without(parts, *said)


def _overtaking(parts: Parts, _scene: Scene) -> Parts:
    """ "How many times does A outstrip B": it is more."""
    sign = next((part for part in parts if p.is_sign(part, "overtake")), None)
    return p.replaced(parts, sign, p.Comparative("above")) if sign and p.has(parts, p.Versus) else parts


def _highest_peak(parts: Parts, _scene: Scene) -> Parts:
    """ "The second highest peak": a peak is the highest of each already."""
    again = [
        other
        for one, other in pairwise(parts)
        if isinstance(one, p.Extremum)
        and isinstance(other, p.Extremum)
        and (one.rank > 1 and other.rank == 1 and one.which == other.which)
    ]
    return p.without(parts, *again)


def _both(parts: Parts, scene: Scene) -> Parts:
    """ "The gap between the countries", where there are two: both are meant."""
    kind = next(iter(p.of(parts, p.Kind)), None)
    if kind is None or not p.has(parts, p.Versus) or p.has(parts, p.Moved, p.Extremum):
        return parts
    names = _names_of(kind, scene)
    named = [part for part in parts if p.is_named(part, *({one.role for one in names}))]
    if len(names) != 2 or named or kind.count not in {0, 2}:
        return parts
    item = next((part.item for part in parts if isinstance(part, p.Sign | p.Named)), None)
    if item is None:
        return parts
    return p.replaced(parts, kind, p.Named(tuple((one,) for one in names), replace(item, text=kind.text)))


def _names_of(kind: p.Kind, scene: Scene) -> list[Called]:
    """The names of what a word is for: all series, or all categories of an axis."""
    if "series" in kind.classes:
        return [one for one in scene.called if one.role == "series"]
    axes = {name.removeprefix("category ") for name in kind.classes}
    return [one for one in scene.called if one.role == "category" and one.axis in axes]


def _more_than(parts: Parts, _scene: Scene) -> Parts:
    """ "In how many years were more people hired than left": one series is held against another."""
    asks = p.of(parts, p.Asked, lambda one: one.what in {"which", "when", "where", "count"})
    said = [part for part in parts if not p.is_soft(part)]
    row = next((row for row, part in enumerate(said) if p.is_sign(part, "than")), 0)
    around = said[max(0, row - 2) : row + 2]
    if len(asks) != 1 or len(around) != 4 or p.has(parts, p.Versus, p.Moved, p.Condition, p.Extremum):
        return parts
    more, one, _than, other = around
    if not (isinstance(more, p.Comparative) and _are_two_series(one, other)):
        return parts
    held = p.Condition(more.relation, one, other=other, marked=True)  # type: ignore[arg-type]
    return [held if part is more else part for part in parts if part is more or part not in around]


def _are_two_series(one: p.Part, other: p.Part) -> bool:
    named = p.is_named(one, "series") and p.is_named(other, "series")
    return named and one != other and all(len(part.mentions) == 1 for part in (one, other))  # type: ignore[union-attr]


def _share_of_samples(parts: Parts, scene: Scene) -> Parts:
    """ "What share of students is above 80" of a histogram: samples are above it, not how many they are."""
    counts = scene.value_labels - scene.place_labels
    held = p.of(
        parts,
        p.Condition,
        lambda one: one.subject is not None and bool(one.subject.labels & counts) and not one.marked,
    )
    asks = p.says(parts, "share", "how_many") or p.of(parts, p.Asked, lambda one: one.what == "count")
    if scene.kinds != {"histogram"} or len(held) != 1 or not asks:
        return parts
    return p.replaced(parts, held[0], replace(held[0], subject=None, marked=True))


def _where_another(parts: Parts, scene: Scene) -> Parts:
    """ "The head where efficiency is highest", "of the crude with the least residue": a place by another
    series."""
    asks = [part for part in parts if p.is_sign(part, "whether")]
    said, about = _named_of_values([part for part in parts if not p.is_soft(part)], scene)
    if len(about) < 2 or _are_same(about[0], about[-1]) or p.has(said, *_OTHERWISE_ASKED):
        return parts
    if not all(map(p.is_soft, asks)):  # "is it true that"
        return parts
    first, other = said.index(about[0]), said.index(about[-1])
    beside = [part for part in said[other - 1 : other + 2] if isinstance(part, p.Extremum | p.Spots)]
    joints = [part for part in said[first + 1 : other] if part not in beside and _joins(part, scene)]
    held = _held(about[-1], beside, scene)
    if held is None or not joints or any(part not in beside for part in p.of(said, p.Extremum)):
        return parts
    return p.replaced(p.without(parts, *beside, *joints, *asks), about[-1], held)


_OTHERWISE_ASKED = (p.Stat, p.Versus, p.Condition, p.Top, p.But, p.Moved, p.Comparative, p.Grouped)


def _named_of_values(said: Parts, scene: Scene) -> tuple[Parts, Parts]:
    """What is said, and the names of values in it; the axis of several series may be named beside them."""
    about = [part for part in said if _is_of_values(part, scene)]
    series: Parts = [part for part in about if p.is_named(part, "series")]
    if len(series) < 2:
        return said, about
    return [part for part in said if part in series or part not in about], series


def _is_of_values(part: p.Part, scene: Scene) -> bool:
    """Whether it names a series, or the axis of values."""
    return (
        isinstance(part, p.Named)
        and len(part.mentions) == 1
        and (part.role == "series" or bool(part.axis_labels & (scene.value_labels - scene.place_labels)))
    )


def _are_same(one: p.Part, other: p.Part) -> bool:
    """Whether two names may be of one thing."""
    names = isinstance(one, p.Named) and isinstance(other, p.Named)
    return not names or bool(set(one.mentions[0]) & set(other.mentions[0]))  # type: ignore[union-attr]


def _joins(part: p.Part, scene: Scene) -> bool:
    """Whether it is a word for places, or begins a clause that says where."""
    if isinstance(part, p.Asked):
        return part.what in {"when", "where"} and part.named is None
    if isinstance(part, p.Named):
        return part.is_axis and part.axis_labels <= scene.place_labels - scene.value_labels
    return isinstance(part, p.Kind) and not (part.count or part.all_of)


def _held(other: p.Part, beside: Sequence[p.Part], scene: Scene) -> p.Condition | None:
    """What holds of the other series where it is: it is the largest, or has this value."""
    if len(beside) != 1 or not isinstance(other, p.Named):
        return None
    (said,) = beside
    if isinstance(said, p.Extremum):
        extreme = said.rank == 1
        return p.Condition("equal", other, statistic=said.which, marked=True) if extreme else None
    level = said.items[0] if isinstance(said, p.Spots) and len(said.items) == 1 else None
    if level is None or not level.unit or any(fits(level.unit, line.places) for line in scene.lines):
        return None
    return p.Condition("equal", other, level=level, marked=True)


def _taking(parts: Parts, scene: Scene) -> Parts:
    """ "How long did it take to get to 20": after how much of the time that the axis counts."""
    asks = p.of(parts, p.Asked, lambda one: one.what == "length")
    met = p.of(parts, p.Condition, lambda one: bool(one.way) and not (one.marked or one.holds))
    periods = {line.time_of_places for line in scene.lines}
    if len(asks) != 1 or len(met) != 1 or len(periods) != 1 or periods == {""}:
        return parts
    after = p.Asked("after", period=periods.pop())
    return [part for part in p.replaced(parts, asks[0], after) if not p.is_sign(part, "to")]


def _apiece(parts: Parts, _scene: Scene) -> Parts:
    """ "How many cost more than 200 each": a condition is one on each."""
    said = [part for part in parts if p.is_sign(part, "apiece")]
    return p.without(parts, *said) if p.has(parts, p.Condition) else parts


def _spread_between(parts: Parts, _scene: Scene) -> Parts:
    """ "The spread between A and B" is how far they are apart."""
    rows = [row for row, part in enumerate(parts) if isinstance(part, p.Stat) and part.name == "spread"]
    pair = [part for part in parts if p.is_named(part, "series", "category") and len(part.mentions) == 2]
    if (
        len(rows) != 1
        or len(pair) != 1
        or not all(p.is_sign(one, "between") for one in parts[rows[0] + 1 : rows[0] + 2])
    ):
        return parts
    return [p.Versus("difference") if row == rows[0] else part for row, part in enumerate(parts)]


def _over_all(parts: Parts, scene: Scene) -> Parts:
    """ "Which shop sold the most over all three years", where each is a series: in all of them together."""
    labels = list(dict.fromkeys(line.series.label for line in scene.lines))
    step = period_of_names(labels)
    whole = p.of(
        parts, p.Kind, lambda one: bool(step) and _is_said_of_all(one, len(labels)) and _is_of(one, step)
    )
    asks = p.of(
        parts, p.Asked, lambda one: one.what in {"which", "who"} and not (step and one.period == step)
    )
    others = p.has(parts, p.Stat, p.Grouped, p.Condition, *p.PLACES)
    if not (asks and p.has(parts, p.Extremum)) or others:
        return parts
    _check_no_total(parts, asks, scene)
    return p.replaced(parts, whole[0], p.Stat("sum")) if whole else parts


def _check_no_total(parts: Parts, asks: list[p.Asked], scene: Scene) -> None:
    """Raises NotUnderstoodError for "which country produced most over all years": in one of them, or all?"""
    every = [one.period or _period_of(one.text) for one in p.of(parts, p.Kind, lambda one: one.all_of)]
    every += [
        other.item.period
        for one, other in pairwise(parts)
        if p.is_sign(one, "everything") and isinstance(other, p.Named) and other.is_axis
    ]
    of_series = any("series" in one.classes for one in asks)
    if of_series and any(is_step(line, period) for period in every if period for line in scene.lines):
        raise NotUnderstoodError(*every)


def _period_of(word: str) -> str:
    """The period that a word is for; empty for another word."""
    return next((one for one in PERIODS if lexicon.pattern(one, "grammar").fullmatch(word)), "")


def _is_said_of_all(kind: p.Kind, count: int) -> bool:
    return count > 1 and (kind.count == count or (kind.all_of and not kind.count))


def _is_of(kind: p.Kind, period: str) -> bool:
    """Whether a word is one for this period, or for what the series are."""
    return kind.period == period or (_period_of(kind.text) == period and "series" in kind.classes)


def _cell_of_correlations(parts: Parts, scene: Scene) -> Parts:
    """ "The correlation of A and B" of a grid of correlations is a cell of it."""
    sign = next((part for part in parts if p.is_sign(part, "correlate", "relationship")), None)
    if sign is None or any(line.series.kind not in GRIDS for line in scene.lines):
        return parts
    stretch = next(iter(p.of(parts, p.Stretch, lambda one: one.joint == "between")), None)
    rest = [part for part in p.without(parts, sign) if not p.is_sign(part, "between")]
    if stretch is None or stretch.start is None or stretch.end is None:
        return rest
    named = p.Named((stretch.start.names, stretch.end.names), stretch.start)
    return p.replaced(rest, stretch, named) if all(named.mentions) else parts


_TURNS: tuple[Callable[[Parts, Scene], Parts], ...] = (
    _more_than,
    _of_tallest,
    _tallest,
    _apposed,
    _after,
    _changed_most,
    _of_mean,
    _overtaking,
    _pinned,
    _added,
    _owed,
    _highest_peak,
    _share_of_samples,
    _where_another,
    _taking,
    _apiece,
    _spread_between,
    _over_all,
    _both,
    _cell_of_correlations,
)
