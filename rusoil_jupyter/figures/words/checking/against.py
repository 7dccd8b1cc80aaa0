"""One series against another as a condition on it: "A is below B", also where a figure has only these two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.checking.clause import THAN, Clause
from rusoil_jupyter.figures.words.checking.elements import is_word
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.item import Item
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_RUNS = {"overrun": "above", "underrun": "below"}


def as_condition(clause: Clause) -> Clause | None:
    """A clause with the condition that it says or is; ``None`` where it has none, or several."""
    comparatives = clause.all(p.Comparative)
    conditions = [one for one in clause.all(p.Condition) if one.other is not None]
    if not comparatives:
        return clause if len(conditions) == 1 else None
    named = [one for one in clause.named("series") if len(one.mentions) == 1]
    if len(comparatives) != 1 or conditions or len(named) not in {1, 2} or _is_of_places(clause):
        return None
    first, second = named if len(named) == 2 else (None, named[0])
    if first is None:
        first = _the_other(named[0], clause.ask.scene)
        if first is None:
            return None
        if not _is_behind(clause, named[0], comparatives[0]):
            first, second = second, first
    rest = clause.without(*named, *comparatives, *clause.signs("than"))
    condition = p.Condition(comparatives[0].relation, other=second, marked=True)
    return clause.of([first, condition, *rest.elements])


def with_both(clause: Clause) -> Clause:
    """A clause that compares with one of two series, with the other one before it: "5 % below the plan"."""
    comparatives, named = clause.all(p.Comparative), clause.named("series")
    if len(comparatives) != 1 or len(named) != 1 or len(named[0].mentions) != 1 or _is_of_places(clause):
        return clause
    other = _the_other(named[0], clause.ask.scene)
    if other is None or not _is_behind(clause, named[0], comparatives[0]):
        return clause
    kept = clause.without(*named, *comparatives, *clause.signs("than")).elements
    return clause.of([other, *kept, *comparatives, THAN, *named])


def _is_of_places(clause: Clause) -> bool:
    """Whether places are compared: "more gas than the East"."""
    row = next((row for row, one in enumerate(clause.elements) if p.is_sign(one, "than")), None)
    behind = (
        next((one for one in clause.elements[row + 1 :] if isinstance(one, p.Named)), None)
        if row is not None
        else None
    )
    return row is not None and not p.is_named(behind, "series")


def against_plan(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """An overrun is by how much what was is more than what was planned; where a figure has both."""
    words = [one for one in elements if is_word(one, *_RUNS)]
    plan, fact = (_matching(name, scene) for name in ("planned", "actual"))
    if len(words) != 1 or plan is None or fact is None or p.has(elements, p.Comparative):
        return list(elements)
    found: list[Element] = []
    for one in elements:
        compared = p.Comparative(_RUNS[words[0].idea]) if one is words[0] else None  # type: ignore[arg-type]
        found += [one] if compared is None else [fact, compared, THAN, plan]
    return found


def _matching(name: str, scene: Scene) -> p.Named | None:
    """The one of two series that is planned, or was."""
    series = [one for one in scene.called if one.role == "series"]
    found = [one for one in series if lexicon.pattern(name, "roles").match(plain(one.label))]
    return p.Named(((found[0],),), Item(found[0].label)) if len(series) == 2 and len(found) == 1 else None


def _is_behind(clause: Clause, named: p.Named, comparative: p.Comparative) -> bool:
    """Whether a name stands behind "below", or "than": the other one is below it."""
    rows = [row for row, one in enumerate(clause.elements) if one is comparative or one is named]
    return clause.elements[rows[0]] is comparative


def _the_other(named: p.Named, scene: Scene) -> p.Named | None:
    """The other one of two series."""
    series = [one for one in scene.called if one.role == "series"]
    others = [one for one in series if one.label not in named.labels]
    if len(series) != 2 or len(others) != 1 or len(scene.value_labels) > 1:
        return None
    return p.Named(((others[0],),), Item(others[0].label))
