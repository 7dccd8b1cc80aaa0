"""Where curves meet, or reach a level; from where to where values reach; how many things are drawn."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Figure, Pair
from rusoil_jupyter.figures.words.checking.quantities import is_in, place_of
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, place, told
from rusoil_jupyter.figures.words.forms import number
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.scene import CURVES, unit_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.values.description import Axis
    from rusoil_jupyter.figures.values.finding import Finding
    from rusoil_jupyter.figures.words.checking.asking import Answer

_READ = 0.015  # of an axis: what reading a crossing off the drawing may miss


def meetings(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on where two curves meet, and how often."""
    if not clause.says("meet") or clause.has(p.Condition, p.Extremum, p.Stat):
        return
    figures, named = clause.all(Figure), clause.named("series")
    said = (*figures, *named, *clause.named("axis"), *clause.all(p.Kind), *clause.all(p.Sign))
    if clause.without("meet", "once", *said).elements or len(figures) > 1:
        return
    curves = [line.id for line in clause.ask.scene.lines if line.series.kind in CURVES]
    own = [one for name in named for called in name.mentions for one in called[0].series]
    ids = tuple(dict.fromkeys(own or curves))
    if len(ids) != 2 or not (figures or clause.says("once")):
        return
    finding = clause.ask.finding(q.Intersection(of=q.Selection(series=ids[:1]), other=ids[1]))
    if finding is not None:
        yield _met(clause, finding, figures)


def _met(clause: Clause, finding: Finding, figures: list[Figure]) -> Verdict | None:
    places = [one.at for one in finding.points] or [one for one in (finding.at,) if one is not None]
    shown = ", ".join(place(one, finding.at_unit, clause.language) for one in places[:4]) or _("nowhere")
    if clause.says("once") and len(places) != 1:
        return Verdict(False, "1", shown)
    numbers = [float(one) for one in places if isinstance(one, int | float)]
    if not figures or not numbers:
        return None if figures else Verdict(True)
    line = clause.ask.scene.lines[0]
    extent = line.extent[1] - line.extent[0] if line.extent is not None else 0.0
    claimed = place_of(figures[0].item, figures[0].hedge, extent)
    claimed = replace(claimed, low=claimed.low - _READ * extent, high=claimed.high + _READ * extent)
    holds = is_in(claimed, numbers, unit_of(line.places), line.places.label)
    return None if holds is None else Verdict(holds, claimed.told(clause.language), shown)


def ranges(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on "ranges from A to B"."""
    spread, pairs = clause.stats("spread"), clause.all(Pair)
    ranged = bool(spread) or clause.says("ranges")
    if not ranged or len(pairs) != 1 or clause.has(p.Extremum, p.Condition, Figure):
        return
    signs = clause.signs("from", "to", "between", "and")
    rest = clause.without("ranges", *spread, *pairs, *signs, *clause.all(p.Kind))
    ends = _ends_of_places(rest) or _ends_of_values(rest)
    if ends is None:
        return
    *bounds, axis = ends
    unit = unit_of(axis)
    claimed = zip(pairs[0].quantities, bounds, strict=True)
    holds = [is_in(one, [end], unit, axis.label) for one, end in claimed]
    if None not in holds:
        said = "–".join(one.told(clause.language) for one in pairs[0].quantities)
        true = "–".join(told(end, unit, clause.language) for end in bounds)
        yield Verdict(all(holds), said, true)


def _ends_of_values(rest: Clause) -> tuple[float, float, Axis] | None:
    made = rest.ask.selection(rest.elements)
    ends = _both_ends(rest, made[1]) if made is not None else None
    return (ends[0].numbers[0], ends[1].numbers[0], ends[0].line.values) if ends is not None else None


def _ends_of_places(rest: Clause) -> tuple[float, float, Axis] | None:
    """From where to where marks reach along the axis of places, where that is named."""
    axis = rest.ask.scene.lines[0].places
    if axis.kind != "number" or axis.label in rest.ask.scene.value_labels:
        return None
    named = [one for one in rest.named("axis") if axis.label in one.labels]
    made = rest.ask.selection(rest.without(*named).elements) if named else None
    every = rest.ask.marks(made[1]) if made is not None else []
    places = [float(place) for marks in every for place in marks.places[marks.known()]]
    return (min(places), max(places), axis) if places else None


def reached(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on "reaches 50": something is there as large."""
    figures = clause.numbers
    others = clause.has(p.Extremum, p.Condition, p.Stat, p.Comparative)
    if others or len(figures) != 1 or not clause.says("reaches"):
        return
    rest = clause.without(*figures)
    if any(map(p.is_place, rest.elements)) and not clause.has(p.Stretch):
        return
    made = rest.ask.selection(rest.elements)
    ends = _both_ends(rest, made[1]) if made is not None else None
    if ends is None:
        return
    claimed = figures[0].quantity
    low, high = ends
    sides = ((replace(claimed, high=math.inf), high), (replace(claimed, low=-math.inf), low))
    holds = [is_in(side, answer.numbers, answer.unit, answer.label) for side, answer in sides]
    if None not in holds:
        said = claimed.told(clause.language)
        yield Verdict(all(holds), said, told(high.numbers[0], high.unit, clause.language), rest.elements)


def _both_ends(rest: Clause, of: q.Selection) -> tuple[Answer, Answer] | None:
    """The smallest and the largest of a selection."""
    low, high = (rest.ask.answer(q.Extreme(which=which, of=of)) for which in ("minimum", "maximum"))
    return None if low is None or high is None else (low, high)


def things(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on how many series, categories, marks or samples there are."""
    kinds = [one for one in clause.all(p.Kind) if one.count]
    figures = [one for one in clause.all(Figure) if not one.item.unit]
    if len(kinds) + len(figures) != 1 or (figures and not (clause.kinds or _counts_samples(clause))):
        return
    clause = _without_widths(clause)
    sums = clause.stats("sum")
    named = clause.all(p.Named) if figures else []
    rest = clause.without(
        "there_are", "only", *kinds, *figures, *sums, *clause.all(p.Sign), *clause.kinds, *named
    )
    if rest.elements or not (sums or clause.says("there_are") or clause.sign("whether")):
        return
    said = float(kinds[0].count) if kinds else figures[0].item.number.value  # type: ignore[union-attr]
    true = _drawn(clause)
    shown = ", ".join(number(one, clause.language) for one in true)
    yield Verdict(said in true, number(said, clause.language), shown)


def _without_widths(clause: Clause) -> Clause:
    """ "Twelve bins, each 5 MPa wide"."""
    if not clause.says("wide"):
        return clause
    measured = [one for one in clause.all(Figure) if one.item.unit]
    return clause.without("wide", "every", *clause.all(p.Stretch), *measured)


def _counts_samples(clause: Clause) -> bool:
    return any(line.series.kind == "histogram" for line in clause.ask.scene.lines)


def _drawn(clause: Clause) -> list[float]:
    """How many there are, of anything."""
    lines = clause.ask.scene.lines
    found = [float(len(lines)), *(float(line.series.n) for line in lines)]
    found += [float(len(line.places.categories)) for line in lines]
    found += [float(len(line.crossed.categories)) for line in lines]
    found.append(float(sum(line.series.n for line in lines)))
    for line in lines:
        if line.series.kind == "histogram":
            answer = clause.ask.answer(q.Statistic(name="sum", of=q.Selection(series=(line.id,))))
            found += answer.numbers if answer is not None else []
    return [one for one in dict.fromkeys(found) if one]
