"""Two numbers of one question compared: a difference, a ratio, per cent."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.measures import measure
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.places import (
    Places,
    axis_of_calendar,
    period_matches,
    period_of_categories,
)
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, spoken
from rusoil_jupyter.figures.words.grammar.units import bare, fits, is_same

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Line

Parts = list[p.Part]


class _Sides(NamedTuple):
    """The parts of both numbers; ``swapped``: the second is asked to be the larger."""

    first: Parts
    second: Parts
    swapped: bool = False


_PLACED = frozenset({"which", "when", "where", "who"})


def compared(frame: Frame) -> q.Single | None:
    """The comparison that a frame asks for; ``None`` where it asks for none.

    Raises:
        NotUnderstoodError: it is open what is compared with what.
    """
    versus = _kind(frame)
    if versus is None:
        return None
    if frame.first(p.Asked, lambda one: one.what in _PLACED) is not None:
        raise NotUnderstoodError()  # where a difference is largest
    frame.sign("how_does")
    frame.parts = _of_places(frame)
    frame.unit = versus.unit
    moved = _moved(frame)
    if moved is None:
        return _comparison(frame, versus, _sides(frame, is_ratio=versus.kind == "ratio"))
    return _of_changes(frame, versus, moved) if _compares_changes(frame) else _change(frame, versus, moved)


def _change(frame: Frame, versus: p.Versus, moved: p.Moved) -> q.Comparison:
    """What it rose or fell by: at the end against the start."""
    if moved.previous or moved.negated:
        raise NotUnderstoodError()
    sides = _Sides(*_moved_sides(frame))
    _check_several_marks(frame, sides)
    if versus.kind == "ratio":
        return _comparison(frame, versus, sides._replace(swapped=moved.way == "down"))
    return _comparison(frame, versus, sides, _CLAIMS[moved.way])


def _check_several_marks(frame: Frame, sides: _Sides) -> None:
    """A change within one mark is none: "how much did it fall in March" of months.

    Raises:
        NotUnderstoodError: both ends are the same mark.
    """
    stats = {one.name for side in sides[:2] for one in p.of(side, p.Stat)}
    if stats != {"first", "last"}:
        return
    line = _line(frame, sides.first)
    places = Places(frame.scene, line)
    for part in sides.first:
        if isinstance(part, p.PLACES) and places.is_one(places.of(part)):
            raise NotUnderstoodError(spoken(part))


def _of_changes(frame: Frame, versus: p.Versus, moved: p.Moved) -> q.Comparison:
    """One change against another; a larger fall is a smaller change."""
    frame.parts = [p.Stat("change"), *frame.parts]
    sides = _sides(frame, is_ratio=versus.kind == "ratio")
    turned = moved.way == "down" and versus.kind == "difference"
    return _comparison(frame, versus, sides._replace(swapped=sides.swapped != turned))


def _comparison(
    frame: Frame, versus: p.Versus, sides: _Sides, claim: Literal["", "rise", "fall"] = ""
) -> q.Comparison:
    frame.parts = []
    one, other = (measured(frame, side) for side in (sides.first, sides.second))
    if sides.swapped and versus.kind != "percent":
        one, other = other, one
    unit = _unit(versus, _line(frame, sides.first))
    return q.Comparison(first=one, second=other, asks=versus.kind, claim=claim, unit=unit)


_CLAIMS: dict[p.Way, Literal["", "rise", "fall"]] = {"": "", "up": "rise", "down": "fall"}


def _compares_changes(frame: Frame) -> bool:
    """Whether how much it changed is compared: "by how much did it rise more in May than in June"."""
    return frame.has(p.Comparative) and frame.has_sign("than") and not frame.has(p.Stat, p.Extremum)


def _unit(versus: p.Versus, line: Line) -> str:
    """The unit that a difference is asked in; empty for the axis' own.

    Raises:
        NotUnderstoodError: these values do not have it.
    """
    unit = versus.unit
    if unit and not fits(unit, line.values):
        raise NotUnderstoodError(unit)
    if not unit or is_same(unit, line.values) or versus.kind != "difference":
        return ""
    return unit if bare(unit) else f"{unit} {bare(unit_of(line.values))}"


def _kind(frame: Frame) -> p.Versus | None:
    """What kind of comparison is asked for: said, or by "how many days longer", "minus"."""
    return next((found for rule in _KINDS if (found := rule(frame)) is not None), None)


def _in_percent(frame: Frame) -> p.Versus | None:
    compares = frame.has(p.Moved, p.Comparative, p.Versus)
    if not compares or frame.sign("percent", "share") is None:
        return None
    frame.all(p.Versus)
    return p.Versus("percent")


def _said(frame: Frame) -> p.Versus | None:
    said = frame.all(p.Versus)
    kinds = {one.kind for one in said}
    unit = frame.one(p.InUnit) if [one.kind for one in said] == ["difference"] else None
    if unit is not None:  # "by how much more metres"
        return p.Versus("difference", unit.symbol)
    if len(kinds) > 1 and kinds != {"difference", "percent"}:
        raise NotUnderstoodError()
    return p.Versus("percent") if len(kinds) > 1 else next(iter(said), None)


def _how_much_more(frame: Frame) -> p.Versus | None:
    if not frame.has(p.Moved, p.Comparative) or frame.sign("how_much", "how_many") is None:
        return None
    return p.Versus("difference")


def _longer(frame: Frame) -> p.Versus | None:
    """ "How many days longer", "longer than B in days"."""
    asked, unit = frame.first(p.Asked, lambda one: one.what == "count"), frame.first(p.InUnit)
    if not frame.has(p.Comparative):
        return None
    if asked is not None:
        frame.all(p.Asked)
        return p.Versus("difference", asked.unit)
    if unit is None or not frame.has_sign("than"):
        return None
    frame.all(p.InUnit)
    return p.Versus("difference", unit.symbol)


def _unsaid(frame: Frame) -> p.Versus | None:
    others = frame.has(p.Asked, p.Condition, p.Extremum, p.Stat)
    changed = frame.has(p.Moved) and not others and _is_change(frame)
    return p.Versus("difference") if changed or frame.has_sign("minus") else None


def _quotient(frame: Frame) -> p.Versus | None:
    return p.Versus("ratio") if frame.has_sign("divided") else None


_KINDS = (_in_percent, _said, _how_much_more, _longer, _quotient, _unsaid)


def _moved(frame: Frame) -> p.Moved | None:
    """Whether something moved, and which way; "rose or fell" is either way."""
    found = frame.all(p.Moved)
    if len(found) == 2 and {one.way for one in found} == {"up", "down"} and frame.sign("or") is not None:
        return p.Moved()
    if len(found) > 1:
        raise NotUnderstoodError()
    return found[0] if found else None


def _is_change(frame: Frame) -> bool:
    """Whether a rise or fall is asked for by its own name: "change in water cut during 2022"."""
    first = next((part for part in frame.parts if not isinstance(part, p.Sign)), None)
    from_to = frame.first(p.Stretch, lambda one: len(one.ends) == 2) is not None
    begins = isinstance(first, p.Moved) and not first.previous and frame.has(*p.PLACES)
    return begins or (from_to and not frame.has_sign("whether"))


def _moved_sides(frame: Frame) -> tuple[Parts, Parts]:
    if not _splits_at_comparative(frame):
        frame.one(p.Comparative)
    frame.sign("between")
    return _contrasted_at("than", frame) if frame.has_sign("than") else _from_to(frame)


def _sides(frame: Frame, *, is_ratio: bool) -> _Sides:
    """The parts of both numbers, and whether the second is asked to be the larger."""
    between = _between(frame)
    comparative = frame.one(p.Comparative) if not _splits_at_comparative(frame) else None
    swapped = comparative is not None and comparative.relation == "below"
    if between is not None:
        return _Sides(*between, swapped)
    if comparative is None and _is_stretched(frame):
        end, start = _from_to(frame)
        return _Sides(start, end) if is_ratio else _Sides(end, start)
    name = next((one for one in ("than", "minus", "divided", "to", "and", "from") if frame.has_sign(one)), "")
    if name:
        return _Sides(*_contrasted_at(name, frame), swapped)
    return _apart(frame) or _at_comparative(frame, swapped)


def _apart(frame: Frame) -> _Sides | None:
    """ "A's premium over B", "the A B gap": two series without a word that sets them apart."""
    series = frame.of(p.Named, lambda one: one.role == "series")
    if len(series) != 2 or any(len(one.mentions) > 1 for one in series) or frame.has(p.Comparative):
        return None
    rest = [part for part in frame.parts if not any(part is one for one in series)]
    return _Sides([series[0], *rest], [series[1], *rest])


def _is_stretched(frame: Frame) -> bool:
    """Whether the one stretch that is said leads from one place to another, which are compared."""
    return len(frame.of(p.Stretch, lambda one: one.joint == "to")) == 1 and not frame.has(p.Comparative)


def _of_places(frame: Frame) -> Parts:
    """A year behind "exceed" is no level but a place: "2023 exceeds 2022"; so is «выше, чем на 2 ч»."""
    each = (_as_place(part, frame) if isinstance(part, p.Condition) else [part] for part in frame.parts)
    return list(chain.from_iterable(each))


def _as_place(condition: p.Condition, frame: Frame) -> Parts:
    level = condition.level
    if level is None or condition.marked or not _is_place(level, frame):
        return [condition]
    subject = [condition.subject] if condition.subject is not None else []
    relation: Literal["above", "below"] = "below" if condition.relation == "below" else "above"
    return [*subject, p.Comparative(relation), p.Spots((level,))]


def _is_place(level: Item, frame: Frame) -> bool:
    line = frame.scene.lines[0]
    return level.when is not None or (
        bool(level.unit) and not fits(level.unit, line.values) and fits(level.unit, line.places)
    )


def _splits_at_comparative(frame: Frame) -> bool:
    return frame.has(p.Comparative) and not frame.has_sign("than", "minus")


def _at_comparative(frame: Frame, swapped: bool) -> _Sides:
    """ "By how much did A exceed B": the word between them."""
    found = frame.all(p.Condition, _compares_two)
    if len(found) == 1:
        subject, other, *measured_on = p.of((found[0].subject, found[0].other, found[0].measured), p.Named)
        common = [*frame.parts, *measured_on]
        return _Sides([subject, *common], [other, *common], found[0].relation == "below")
    middle = frame.first(p.Comparative)
    if middle is None:
        raise NotUnderstoodError()
    sides = _contrasted(frame, lambda part: isinstance(part, p.Comparative))
    return _Sides(*sides, swapped or middle.relation == "below")


def _compares_two(condition: p.Condition) -> bool:
    return condition.other is not None and condition.subject is not None and not condition.marked


def _between(frame: Frame) -> tuple[Parts, Parts] | None:
    """Two of one kind, named together: "between A and D", "July and January", the largest and the
    smallest."""
    if frame.has_sign("than", "minus", "divided"):
        return None
    frame.sign("between")
    pairs = [(part, pair) for part in frame.parts if (pair := _pair_of(part, frame)) is not None]
    if not pairs:
        return _two_extremes(frame)
    if len(pairs) != 1 or frame.has_sign("and"):
        return None
    both, (left, right) = pairs[0]
    rest = p.without(frame.parts, both)
    return [left, *rest], [right, *rest]


def _pair_of(part: p.Part, frame: Frame) -> tuple[p.Part, p.Part] | None:
    """Both of two that one part names."""
    match part:
        case p.Named(mentions=(one, other)):
            return p.Named((one,), part.item), p.Named((other,), part.item)
        case p.Spots(items=(one, other)):
            return p.Spots((one,)), p.Spots((other,))
        case p.Stretch(joint="between", ends=(start, end)):
            return _spot(start, frame), _spot(end, frame)
    return None


def _two_extremes(frame: Frame) -> tuple[Parts, Parts] | None:
    found = frame.of(p.Extremum)
    named = [part for part in frame.parts if p.is_named(part, "series", "category")]
    if len(found) != 2 or len(named) > 1:
        return None
    frame.sign("and")
    rest = p.without(frame.parts, *found)
    return [found[0], *rest], [found[1], *rest]


def _spot(found: Item, frame: Frame) -> p.Part:
    """An end of a stretch as a place; as a series where years are series and no places."""
    dated = frame.scene.lines[0].places.kind == "date"
    for role in ("category", "series") if not dated else ("category",):
        if names := tuple(one for one in found.names if one.role == role):
            return p.Named((names,), found)
    return p.Spots((found,))


def _from_to(frame: Frame) -> tuple[Parts, Parts]:
    """ "From June to June": the value at the end against that at the start; of a period its last and its
    first."""
    stretch = frame.of(p.Stretch, lambda one: len(one.ends) == 2)
    rest = p.without(frame.parts, *stretch)
    of_each = p.has(rest, p.Extremum, p.Stat)
    if of_each and not (stretch and _hold_several(stretch[0], frame)):
        raise NotUnderstoodError()
    if len(stretch) == 1:
        start, end = _shared_year(*stretch[0].ends)
        return [_spot(end, frame), *rest], [_spot(start, frame), *rest]
    if not p.has(rest, *p.PLACES):
        raise NotUnderstoodError()
    rest = [replace(part, closed=True) if isinstance(part, p.Outer) else part for part in rest]
    return [p.Stat("last"), *rest], [p.Stat("first"), *rest]


def _contrasted_at(name: str, frame: Frame) -> tuple[Parts, Parts]:
    return _contrasted(frame, lambda part: p.is_sign(part, name))


def _hold_several(stretch: p.Stretch, frame: Frame) -> bool:
    """Whether there are several marks at either end: of a period, or of several series."""
    lines = frame.scene.lines
    if len(lines) > 1 or lines[0].cross_key is not None:
        return True
    places = Places(frame.scene, lines[0])
    ends = [_spot(item, frame) for item in stretch.ends]
    return not any(isinstance(end, p.Spots | p.Named) and places.is_one(places.of(end)) for end in ends)


def _shared_year(start: Item, end: Item) -> tuple[Item, Item]:
    if start.when is None or end.when is None:
        return start, end
    year = start.when.year or end.when.year
    first = replace(start, when=replace(start.when, year=start.when.year or year))
    return first, replace(end, when=replace(end.when, year=end.when.year or year))


def _slot(part: p.Part, frame: Frame) -> str | None:
    """What of a side a part says, where only one can; of a grid each of its axes is one."""
    if isinstance(part, p.Named):
        first = part.mentions[0][0]
        return f"place {first.axis}" if first.role == "category" else first.role
    if isinstance(part, p.PLACES):
        return f"place {axis_of_calendar(frame.scene.lines[0])}"
    return "operation" if isinstance(part, p.Extremum | p.Stat) else None


def _contrasted(frame: Frame, is_middle: Callable[[p.Part], bool]) -> tuple[Parts, Parts]:
    """Both sides of a word, whole: what only one says is meant of both.

    Raises:
        NotUnderstoodError: they do not differ in anything of one kind.
    """
    rows = [row for row, part in enumerate(frame.parts) if is_middle(part)]
    if len(rows) != 1:
        raise NotUnderstoodError()
    left, right = frame.parts[: rows[0]], frame.parts[rows[0] + 1 :]
    ours, theirs = ({_slot(part, frame) for part in side} - {None} for side in (left, right))
    if not (ours & theirs):
        raise NotUnderstoodError()
    return [*left, *_others(right, ours, frame)], [*_others(left, theirs, frame), *right]


def _others(side: Parts, slots: Set[str | None], frame: Frame) -> Parts:
    """What a side says that the other one does not."""
    return [part for part in side if _slot(part, frame) not in slots and not p.is_soft(part)]


def measured(frame: Frame, side: Parts) -> q.ValueAt | q.Extreme | q.Statistic:
    """One side as a number."""
    inner = Frame(frame.scene, side, frame.unit)
    grouped = inner.all(p.Grouped)
    if inner.has(p.Stat, p.Extremum):
        inner.parts += [one for one in grouped if not _is_said_by_place(one, side)]
    elif grouped:
        _check_each_mark(grouped, _line(frame, side))
        inner.parts.append(p.Stat("mean"))
    inner.sign("whole")
    found = measure(inner)
    inner.ends()
    if isinstance(found, q.Comparison):
        raise NotUnderstoodError()
    return found.model_copy(update={"asks": "value"}) if isinstance(found, q.Extreme) else found


def _check_each_mark(grouped: list[p.Grouped], line: Line) -> None:
    """Raises NotUnderstoodError where groups are no marks."""
    for one in grouped:
        if not period_matches(line, one.period) and period_of_categories(line) != one.period:
            raise NotUnderstoodError()


def _is_said_by_place(grouped: p.Grouped, side: Parts) -> bool:
    """ "The yearly average, 2022 against 2021": the place is that period."""
    whens = [part.items[0].when for part in p.of(side, p.Spots, lambda one: len(one.items) == 1)]
    months = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}.get(grouped.period)
    return any(when is not None and not when.day and len(when.months) == months for when in whens)


def _line(frame: Frame, side: Parts) -> Line:
    return Selector(Frame(frame.scene, side, frame.unit)).subject(wants_number=True).line
