"""Two numbers of one question compared: a difference, a ratio, per cent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

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
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector
from rusoil_jupyter.figures.words.grammar.units import bare, fits, is_same

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Line

Parts = list[p.Part]
_PLACED = frozenset({"which", "when", "where", "who"})


def compared(frame: Frame) -> q.Single | None:
    """The comparison that a frame asks for; ``None`` where it asks for none.

    Raises:
        NotUnderstoodError: it is open what is compared with what.
    """
    versus = _kind(frame)
    if versus is None:
        return None
    if any(isinstance(part, p.Asked) and part.what in _PLACED for part in frame.parts):
        raise NotUnderstoodError()  # where a difference is largest
    frame.sign("how_does")
    frame.parts = _of_places(frame)
    frame.unit = versus.unit
    moved = _moved(frame)
    grown = moved if moved is not None and _compares_changes(frame) else None
    if grown is not None:
        moved, frame.parts = None, [p.Stat("change"), *frame.parts]
    if moved is not None and (moved.previous or moved.negated):
        raise NotUnderstoodError()
    first, second, swapped = _sides(frame, moved, is_ratio=versus.kind == "ratio")
    frame.parts = []
    one, other = (measured(frame, side) for side in (first, second))
    falls = moved is not None and moved.way == "down" and versus.kind == "ratio"
    if grown is not None and grown.way == "down" and versus.kind == "difference":
        swapped = not swapped  # a larger fall is a smaller change
    if (swapped and versus.kind != "percent") or falls:
        one, other = other, one
    unit = _unit(versus, _line(frame, first))
    claim = _CLAIMS[moved.way] if moved is not None and versus.kind != "ratio" else ""
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
    said = frame.all(p.Versus)
    percent = frame.has(p.Moved, p.Comparative) or bool(said)
    if percent and frame.sign("percent", "share") is not None:
        return p.Versus("percent")
    unit = frame.one(p.InUnit) if [one.kind for one in said] == ["difference"] else None
    if unit is not None:  # "by how much more metres"
        return p.Versus("difference", unit.symbol)
    if said:
        kinds = {one.kind for one in said}
        if len(kinds) > 1 and kinds != {"difference", "percent"}:
            raise NotUnderstoodError()
        return p.Versus("percent") if len(kinds) > 1 else said[0]
    if frame.has_sign("how_much", "how_many") and frame.has(p.Moved, p.Comparative):
        frame.sign("how_much", "how_many")
        return p.Versus("difference")
    asked = next((one for one in frame.parts if isinstance(one, p.Asked) and one.what == "count"), None)
    if asked is not None and frame.has(p.Comparative):
        frame.all(p.Asked)
        return p.Versus("difference", asked.unit)
    in_unit = next((one for one in frame.parts if isinstance(one, p.InUnit)), None)
    if in_unit is not None and frame.has(p.Comparative) and frame.has_sign("than"):
        frame.all(p.InUnit)
        return p.Versus("difference", in_unit.symbol)
    if frame.has(p.Moved) and not frame.has(p.Asked, p.Condition, p.Extremum, p.Stat) and _is_change(frame):
        return p.Versus("difference")
    return p.Versus("difference") if frame.has_sign("minus") else None


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
    from_to = any(isinstance(part, p.Stretch) and part.start and part.end for part in frame.parts)
    begins = isinstance(first, p.Moved) and not first.previous and frame.has(*p.PLACES)
    return begins or (from_to and not frame.has_sign("whether"))


def _sides(frame: Frame, moved: p.Moved | None, *, is_ratio: bool) -> tuple[Parts, Parts, bool]:
    """The parts of both numbers, and whether the second is asked to be the larger."""
    between = _between(frame) if moved is None else None
    comparative = frame.one(p.Comparative) if not _splits_at_comparative(frame) else None
    swapped = comparative is not None and comparative.relation == "below"
    if between is not None:
        return *between, swapped
    stretched = sum(isinstance(part, p.Stretch) and part.joint == "to" for part in frame.parts) == 1
    frame.sign("between") if moved is not None else None
    if moved is not None and frame.has_sign("than"):
        return *_contrasted(*_split(frame.parts, lambda part: p.is_sign(part, "than")), frame), False
    if moved is not None or (stretched and comparative is None and not frame.has(p.Comparative)):
        first, second = _from_to(frame)
        return (second, first, False) if moved is None and is_ratio else (first, second, False)
    for name in ("than", "minus", "to", "and", "from"):
        if frame.has_sign(name):
            left, right = _split(
                frame.parts, lambda part, name=name: isinstance(part, p.Sign) and part.name == name
            )
            return *_contrasted(left, right, frame), swapped
    return _at_comparative(frame, swapped)


def _of_places(frame: Frame) -> Parts:
    """A year behind "exceed" is no level but a place: "2023 exceeds 2022"; so is «выше, чем на 2 ч»."""
    found: Parts = []
    for part in frame.parts:
        level = part.level if isinstance(part, p.Condition) and not part.marked else None
        if isinstance(part, p.Condition) and level is not None and _is_place(level, frame):
            found += [part.subject] if part.subject is not None else []
            found += [p.Comparative("below" if part.relation == "below" else "above"), p.Spots((level,))]
        else:
            found.append(part)
    return found


def _is_place(level: Item, frame: Frame) -> bool:
    line = frame.scene.lines[0]
    return level.when is not None or (
        bool(level.unit) and not fits(level.unit, line.values) and fits(level.unit, line.places)
    )


def _splits_at_comparative(frame: Frame) -> bool:
    return frame.has(p.Comparative) and not frame.has_sign("than", "minus")


def _at_comparative(frame: Frame, swapped: bool) -> tuple[Parts, Parts, bool]:
    """ "By how much did A exceed B": the word between them."""
    found = frame.all(
        p.Condition, lambda one: one.other is not None and one.subject is not None and not one.marked
    )
    if len(found) == 1 and found[0].subject is not None and found[0].other is not None:
        common = [*frame.parts, *([found[0].measured] if found[0].measured is not None else [])]
        return [found[0].subject, *common], [found[0].other, *common], found[0].relation == "below"
    left, right = _split(frame.parts, lambda part: isinstance(part, p.Comparative))
    middle = next((part for part in frame.parts if isinstance(part, p.Comparative)), None)
    if middle is None:
        raise NotUnderstoodError()
    return *_contrasted(left, right, frame), swapped or middle.relation == "below"


def _between(frame: Frame) -> tuple[Parts, Parts] | None:
    """Two of one kind, named together: "between A and D", "July and January", the largest and the
    smallest."""
    if frame.has_sign("than", "minus"):
        return None
    frame.sign("between")
    pairs: list[tuple[p.Part, tuple[p.Part, p.Part]]] = []
    for part in frame.parts:
        if isinstance(part, p.Named) and len(part.mentions) == 2:
            one, other = (p.Named((mention,), part.item) for mention in part.mentions)
            pairs.append((part, (one, other)))
        elif isinstance(part, p.Spots) and len(part.items) == 2:
            pairs.append((part, (p.Spots(part.items[:1]), p.Spots(part.items[1:]))))
        elif isinstance(part, p.Stretch) and part.joint == "between" and part.start and part.end:
            pairs.append((part, (_spot(part.start, frame), _spot(part.end, frame))))
    operations = [part for part in frame.parts if isinstance(part, p.Extremum)]
    named = [part for part in frame.parts if p.is_named(part, "series", "category")]
    if not pairs and len(operations) == 2 and len(named) < 2:
        frame.sign("and")
        rest: Parts = [part for part in frame.parts if not isinstance(part, p.Extremum)]
        return [operations[0], *rest], [operations[1], *rest]
    if len(pairs) != 1 or frame.has_sign("and"):
        return None
    pair, (left, right) = pairs[0]
    rest = [part for part in frame.parts if part is not pair]
    return [left, *rest], [right, *rest]


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
    stretch = [part for part in frame.parts if isinstance(part, p.Stretch) and part.start and part.end]
    rest = [part for part in frame.parts if part not in stretch]
    of_each = any(isinstance(part, p.Extremum | p.Stat) for part in rest)
    if of_each and not (stretch and _hold_several(stretch[0], frame)):
        raise NotUnderstoodError()
    if len(stretch) == 1 and stretch[0].start is not None and stretch[0].end is not None:
        start, end = _shared_year(stretch[0].start, stretch[0].end)
        return [_spot(end, frame), *rest], [_spot(start, frame), *rest]
    if not any(isinstance(part, p.PLACES) for part in rest):
        raise NotUnderstoodError()
    return [p.Stat("last"), *rest], [p.Stat("first"), *rest]


def _hold_several(stretch: p.Stretch, frame: Frame) -> bool:
    """Whether there are several marks at either end: of a period, or of several series."""
    lines = frame.scene.lines
    if len(lines) > 1 or lines[0].cross_key is not None:
        return True
    places = Places(frame.scene, lines[0])
    ends = [_spot(item, frame) for item in (stretch.start, stretch.end) if item is not None]
    return not any(isinstance(end, p.Spots | p.Named) and places.is_one(places.of(end)) for end in ends)


def _shared_year(start: Item, end: Item) -> tuple[Item, Item]:
    if start.when is None or end.when is None:
        return start, end
    year = start.when.year or end.when.year
    first = replace(start, when=replace(start.when, year=start.when.year or year))
    return first, replace(end, when=replace(end.when, year=end.when.year or year))


def _split(parts: Parts, at: object) -> tuple[Parts, Parts]:
    rows = [row for row, part in enumerate(parts) if at(part)]  # type: ignore[operator]
    if len(rows) != 1:
        raise NotUnderstoodError()
    return parts[: rows[0]], parts[rows[0] + 1 :]


def _slot(part: p.Part, frame: Frame) -> str | None:
    """What of a side a part says, where only one can; of a grid each of its axes is one."""
    if isinstance(part, p.Named):
        first = part.mentions[0][0]
        return f"place {first.axis}" if first.role == "category" else first.role
    if isinstance(part, p.PLACES):
        return f"place {axis_of_calendar(frame.scene.lines[0])}"
    return "operation" if isinstance(part, p.Extremum | p.Stat) else None


def _contrasted(left: Parts, right: Parts, frame: Frame) -> tuple[Parts, Parts]:
    """Both sides whole: what only one says is meant of both.

    Raises:
        NotUnderstoodError: they do not differ in anything of one kind.
    """
    ours, theirs = (
        {slot for part in side if (slot := _slot(part, frame)) is not None} for side in (left, right)
    )
    if not (ours & theirs):
        raise NotUnderstoodError()
    missing = [part for part in left if _slot(part, frame) not in theirs and _is_shared(part)]
    lacking = [part for part in right if _slot(part, frame) not in ours and _is_shared(part)]
    return [*left, *lacking], [*missing, *right]


def _is_shared(part: p.Part) -> bool:
    return not isinstance(part, p.Sign) or not part.item.soft


def measured(frame: Frame, side: Parts) -> q.ValueAt | q.Extreme | q.Statistic:
    """One side as a number."""
    inner = Frame(frame.scene, side, frame.unit)
    grouped = inner.all(p.Grouped)
    if inner.has(p.Stat, p.Extremum):
        grouped = [one for one in grouped if not _is_said_by_place(one, side)]
    if grouped and not inner.has(p.Stat, p.Extremum):
        line = _line(frame, side)
        if not all(
            period_matches(line, one.period) or period_of_categories(line) == one.period for one in grouped
        ):
            raise NotUnderstoodError()
        inner.parts.append(p.Stat("mean"))
    elif grouped:
        inner.parts += grouped
    inner.sign("whole")
    found = measure(inner)
    inner.ends()
    if isinstance(found, q.Comparison):
        raise NotUnderstoodError()
    return found.model_copy(update={"asks": "value"}) if isinstance(found, q.Extreme) else found


def _is_said_by_place(grouped: p.Grouped, side: Parts) -> bool:
    """ "The yearly average, 2022 against 2021": the place is that period."""
    spots = [part.items for part in side if isinstance(part, p.Spots)]
    whens = [item.when for items in spots for item in items if len(items) == 1]
    months = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}.get(grouped.period)
    return any(when is not None and not when.day and len(when.months) == months for when in whens)


def _line(frame: Frame, side: Parts) -> Line:
    return Selector(Frame(frame.scene, side, frame.unit)).subject(wants_number=True).line
