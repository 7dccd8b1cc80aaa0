"""Which marks the parts of a question are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeGuard

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.names import same
from rusoil_jupyter.figures.words.grammar.outcome import Absent, AbsentError, NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.parts import PartType
from rusoil_jupyter.figures.words.grammar.places import MOST_KNOWN, Places, is_step, shows
from rusoil_jupyter.figures.words.grammar.scene import BOXES, calendar_of, unit_of
from rusoil_jupyter.figures.words.grammar.units import fits, level_of, names_things
from rusoil_jupyter.figures.words.stems import words

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import Axis, Cell
    from rusoil_jupyter.figures.words.dates import Calendar
    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Called, Line, Scene

_NOUNS = {
    "bars": frozenset({"bar", "histogram"}),
    "curves": frozenset({"line", "step", "area"}),
    "marks": frozenset({"scatter"}),
}
_POINTS = frozenset({"scatter", "histogram"})


class Frame:
    """The parts of a clause, taken one by one; what is left at the end was not understood."""

    def __init__(self, scene: Scene, parts: list[p.Part], unit: str = "") -> None:
        self.scene = scene
        self.parts = list(parts)
        self.crosses = False  # the second axis of a grid was named
        self.unit = unit  # that a number is asked in, where another part says it

    def all(
        self, kind: type[PartType], where: Callable[[PartType], object] = lambda _part: True
    ) -> list[PartType]:
        """Take all parts of a kind."""
        found = self.of(kind, where)
        self.drop(*found)
        return found

    def one(
        self, kind: type[PartType], where: Callable[[PartType], object] = lambda _part: True
    ) -> PartType | None:
        """Take the only part of a kind; ``None`` for none.

        Raises:
            NotUnderstoodError: there are several.
        """
        found = self.all(kind, where)
        if len(found) > 1:
            raise NotUnderstoodError(*map(spoken, found))  # type: ignore[arg-type]
        return found[0] if found else None

    def sign(self, *names: str) -> p.Sign | None:
        """Take the first of these words of the grammar."""
        found = next((part for part in self.parts if p.is_sign(part, *names)), None)
        self.drop(found)
        return found

    def skip(self, *names: str) -> None:
        """Take each of these words of the grammar once, whether it is there or not."""
        for name in names:
            self.sign(name)

    def drop(self, *gone: object) -> None:
        """Take these parts."""
        self.parts = p.without(self.parts, *gone)

    def of(
        self, kind: type[PartType], where: Callable[[PartType], object] = lambda _part: True
    ) -> list[PartType]:
        """All parts of a kind, which stay."""
        return p.of(self.parts, kind, where)

    def first(
        self, kind: type[PartType], where: Callable[[PartType], object] = lambda _part: True
    ) -> PartType | None:
        """The first part of a kind, which stays."""
        return next(iter(self.of(kind, where)), None)

    def has(self, *kinds: type) -> bool:
        """Whether there is such a part."""
        return p.has(self.parts, *kinds)

    def has_sign(self, *names: str) -> bool:
        """Whether there is such a word of the grammar."""
        return p.says(self.parts, *names)

    def ends(self) -> None:
        """Nothing may be left.

        Raises:
            NotUnderstoodError: something is.
        """
        left = [part for part in self.parts if not _says_nothing(part)]
        if left:
            raise NotUnderstoodError(*map(spoken, left))


def _says_nothing(part: p.Part) -> bool:
    return p.is_soft(part) or p.is_sign(part, "how_much")


def skip_places(frame: Frame) -> None:
    """Take the name of the axis of places, where only that is named: "as the year increases"."""
    places = frame.scene.place_labels - frame.scene.value_labels
    frame.all(
        p.Named,
        lambda one: len(one.mentions) == 1 and one.is_axis and one.labels <= places,
    )


def is_cell(selection: q.Selection) -> bool:
    """Whether it is one cell of a grid, of which nothing but its value can be asked."""
    return is_one_place(selection) and selection.cross is not None and not selection.where


def is_one_place(selection: q.Selection) -> bool:
    """Whether it is all of one place."""
    return len(selection.places) == 1 and is_single(selection.places[0])


def is_single(place: q.Places) -> TypeGuard[q.Listed]:
    """Whether it is one place by its name, date or number."""
    return isinstance(place, q.Listed) and len(place.places) == 1


def spoken(part: p.Part) -> str:
    """A part in words, as far as it still has them."""
    match part:
        case p.Named() | p.Unknown() | p.Sign():
            return part.item.text
        case p.Spots(items=items) | p.Stretch(ends=items):
            return " ".join(item.text for item in items)
        case p.But():
            return spoken(part.part)
        case p.Condition(level=level) if level is not None:
            return level.text
        case p.InUnit():
            return part.symbol
    return ""


@dataclass
class Subject:
    """The series that are asked about, and what of them: the value, a column, their places."""

    lines: list[Line]
    column: str = ""
    named: tuple[str, ...] = ()  # ids of series that were named
    categories: list[p.Named] = field(default_factory=list)
    on_axis: bool = False  # the axis of their values was named

    @property
    def line(self) -> Line:
        """The first of them: they all have the same axes."""
        return self.lines[0]

    @property
    def are_several(self) -> bool:
        """Whether they are more than one."""
        return len(self.lines) > 1


def _of_calendar(names: Sequence[str], when: Calendar) -> str:
    """The only one of some categories that is the month, or the year, of a part of the calendar."""
    known = [(name, own) for name in names if (own := calendar_of(name)) is not None]
    found = [name for name, own in known if _is_same_time(own, when)]
    return found[0] if len(found) == 1 else ""


def _is_same_time(own: Calendar, when: Calendar) -> bool:
    """Whether a year, or else months of no year, are those of a part of the calendar."""
    return own.year == when.year if own.is_year else not own.year and own.months == when.months


def _row_between(part: p.Stretch, line: Line) -> float:
    """The only row of a grid of numbers that lies between two: of bins the middle.

    Raises:
        NotUnderstoodError: there are several, or none.
    """
    ends = [item.number.value for item in part.ends if item.number is not None]
    rows = {cell for cell in line.series.values.get("y", ()) if isinstance(cell, int | float)}
    found = [row for row in rows if len(ends) == 2 and ends[0] <= row <= ends[1]]
    if len(found) != 1:
        raise NotUnderstoodError(*(item.text for item in part.ends))
    return float(found[0])


def _is_symmetric(line: Line) -> bool:
    """Whether a grid is known whole, and the same along and across: a matrix of correlations."""
    values = line.series.values
    columns = [values.get(name, ()) for name in ("x", "y", "z")]
    cells = {(x, y): z for x, y, z in zip(*columns, strict=False)}
    whole = bool(cells) and len({*map(len, columns)}) == 1 and len(cells) == line.series.n
    return whole and all(cells.get((y, x)) == z for (x, y), z in cells.items())


def _are_same(series: list[p.Named]) -> bool:
    """Whether names that stand apart are of one series: of "the red line of oil" both."""
    ids = [set(one.ids) for one in series]
    return bool(set.intersection(*ids))


def _is_open(named: p.Named, on: list[Line], along: list[Line]) -> bool:
    """Whether one word is a piece of the labels of both axes: "petal" of "Petal length" and "Petal width"."""
    if not on or not along or on[0].series.kind != "scatter" or on[0].values.label == along[0].places.label:
        return False
    return all(len({called.label for called in mention}) > 1 for mention in named.mentions)


def _check_one_axis(lines: list[Line], named: list[p.Named]) -> None:
    """All series must have the same axes; the pieces of pies have none.

    Raises:
        NotUnderstoodError: it is open which of them are meant.
    """
    axes = {
        (line.values.label, unit_of(line.values), "" if line.series.kind == "pie" else line.places.label)
        for line in lines
    }
    if len(axes) != 1:
        raise NotUnderstoodError(*map(spoken, named))


def _check_named(named: list[p.Named], series: list[p.Named]) -> None:
    """Raises NotUnderstoodError where it is open which of several names is asked about."""
    if len(series) > 1 and not _are_same(series):
        raise NotUnderstoodError(*map(spoken, series))  # which is asked about, and what is the other?
    if any(one.either for one in named):
        raise NotUnderstoodError(*map(spoken, named))


def _lines_on(named: p.Named, lines: list[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """The series on an axis that is named: their values, their places, or on the second axis of a grid."""
    labels = {called.label for mention in named.mentions for called in mention if called.role == "axis"}
    on = [line for line in lines if line.values.label in labels]
    along = [line for line in lines if line.places.label in labels]
    return on, along, [line for line in lines if line.crossed.label in labels - {""}]


def _is_across(mention: tuple[Called, ...], label: Cell, line: Line) -> bool:
    """Whether a category is on the second axis of a grid."""
    return {called.axis for called in mention} == {line.cross_key} or label not in line.places.categories


def _are_months(spots: p.Spots, first: int, last: int) -> bool:
    """Whether it is a season of these months, of no year."""
    when = spots.items[0].when if len(spots.items) == 1 else None
    return when is not None and not when.year and (when.months[0], when.months[-1]) == (first, last)


def _is_in_unit_of(item: Item, axis: Axis) -> bool:
    return bool(item.unit) and fits(item.unit, axis)


def _is_of_values(part: p.Stretch, line: Line) -> bool:
    """Whether a stretch is one of values, by its unit."""
    measured = [item for item in part.ends if item.unit][-1:]
    return any(fits(one.unit, line.values) and not fits(one.unit, line.places) for one in measured)


def _levels_of(part: p.Stretch, line: Line) -> list[q.Where]:
    found = []
    for item, relation in ((part.start, "at_least"), (part.end, "at_most")):
        if item is not None and item.number is not None:
            level, unit = level_of(item.number.value, item.number.many, item.unit, line.values)
            found.append(q.Where(relation=relation, level=level, unit=unit))  # type: ignore[arg-type]
    return found


def _is_of_places(condition: p.Condition, line: Line) -> bool:
    """Whether the places are compared: by the name of their axis, or by a unit that only they have; of a
    histogram the samples are, not how many they are."""
    level, named = condition.level, condition.subject
    if level is None or line.places.kind != "number":
        return False
    samples = line.series.kind == "histogram" and named is None
    if (samples or _is_in_unit_of(level, line.places)) and not _is_in_unit_of(level, line.values):
        return True
    labels = named.labels if p.is_named(named, "axis") else ()
    return line.places.label in labels and line.values.label not in labels


@dataclass
class _Marks:
    """What is said of which marks, as it is taken."""

    places: list[q.Places] = field(default_factory=list)
    but: list[q.Places] = field(default_factory=list)
    where: list[q.Where] = field(default_factory=list)
    cross: Cell = None


class Selector:
    """Takes from a frame what says which marks."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.scene = frame.scene

    # --- of which series ------------------------------------------------------------------------------------

    def subject(self, *, wants_number: bool = False) -> Subject:
        """The series, by their names, their axis, or as all that there are.

        ``wants_number``: the independent axis may be what a number is asked of ("largest porosity").
        """
        named = self.frame.all(p.Named) or self._of_conditions()
        series, axes, categories = (
            [one for one in named if one.role == role] for role in ("series", "axis", "category")
        )
        _check_named(named, series)
        ids = self._ids(series or self._adopted(axes))
        lines = self.scene.of_ids(ids) if ids else self._unnamed(axes)
        lines, column = self._on_axes(lines, axes, wants_number=wants_number, is_named=bool(ids and series))
        lines = self._holding(lines, categories)
        _check_one_axis(lines, named)
        on_axis = not column and any(lines[0].values.label in one.labels for one in axes)
        return Subject(lines, column, ids, categories, on_axis)

    def _unnamed(self, axes: list[p.Named]) -> list[Line]:
        """All series, or those in a unit or with marks that are asked for."""
        return self._by_noun(self.scene.lines if axes else self._by_unit(self.scene.lines))

    def _by_noun(self, lines: list[Line]) -> list[Line]:
        """ "The bar" of bars with a line over them: the marks that are called so."""
        nouns = {mark for part in self.frame.of(p.Kind) for mark in part.marks} & set(_NOUNS)
        kinds = _NOUNS[nouns.pop()] if len(nouns) == 1 else frozenset()
        return [line for line in lines if line.series.kind in kinds] or list(lines)

    def _by_unit(self, lines: list[Line]) -> list[Line]:
        """Of series on several axes those that are measured in the unit that is asked, or of a level."""
        if len({line.values.label for line in lines}) < 2:
            return lines
        levels = [one.level for one in self.frame.of(p.Condition) if one.subject is None]
        units = {part.symbol for part in self.frame.of(p.InUnit)} | {self.frame.unit}
        units |= {level.unit for level in levels if level is not None}
        found = [line for line in lines if all(fits(unit, line.values) for unit in units - {""})]
        return found or lines

    def _of_conditions(self) -> list[p.Named]:
        """What is compared, where nothing else is named."""
        found = self.frame.of(p.Condition, lambda one: one.subject is not None)
        return [named for one in found[:1] for named in (one.subject, one.measured) if named is not None]

    def _adopted(self, axes: list[p.Named]) -> list[p.Named]:
        """The series of a condition that no word sets apart: "mean oil rate of P-1 above 100"."""
        if axes and len(self.scene.lines) < 2:
            return []
        of_places = axes and self._are_of_places(axes)
        found = self.frame.of(p.Condition, lambda one: of_places or not one.marked)
        return [one.subject for one in found if p.is_named(one.subject, "series")][:1]

    def _are_of_places(self, axes: list[p.Named]) -> bool:
        """Whether only places are asked for: "the lowest temperature at which A is above B"."""
        return not any(named.labels & self.scene.value_labels for named in axes)

    def _ids(self, series: list[p.Named]) -> tuple[str, ...]:
        ids: list[str] = []
        for named in series:
            for mention in named.mentions:
                found = [called for called in mention if called.role == "series"]
                if len({called.label for called in found}) > 1:
                    raise NotUnderstoodError(named.item.text)
                ids += (one for called in found for one in called.series)
        return tuple(dict.fromkeys(ids))

    def _on_axes(
        self, lines: list[Line], axes: list[p.Named], *, wants_number: bool, is_named: bool
    ) -> tuple[list[Line], str]:
        """The series on the axes that are named; and the column, where it is the places that are asked of."""
        column = ""
        values = {line.values.label for line in lines}
        wants_number &= not any(values & named.labels for named in axes)
        for named in axes:
            on, along, across = _lines_on(named, lines)
            if _is_open(named, on, along):
                raise NotUnderstoodError(named.item.text)
            if across:
                self.frame.crosses = True
            elif on:
                lines = on
            elif along and wants_number and not column and self._has_numbers_of_places(along[0], is_named):
                lines, column = along, along[0].series.along
            elif not self._may_be_said(along):
                raise NotUnderstoodError(named.item.text)
        return lines, column

    def _may_be_said(self, along: list[Line]) -> bool:
        """Whether an axis may be named of which nothing is asked: of places that are said, or have names."""
        return bool(along) and (along[0].places.kind != "number" or self.frame.has(*p.PLACES, p.Condition))

    def _has_numbers_of_places(self, line: Line, is_named: bool) -> bool:
        """Whether a number may be asked of the places: those of points, or of marks under a condition.

        Of a series that is named its values are asked: "average leaks in the years when flaring was low".
        """
        held = self.frame.has(p.Condition) and not is_named
        return line.places.kind == "number" and (line.series.kind in _POINTS or held)

    @staticmethod
    def _holding(lines: list[Line], categories: list[p.Named]) -> list[Line]:
        names = {label for named in categories for label in named.every_label}
        if not names:
            return lines
        found = [line for line in lines if names & {*line.places.categories, *line.crossed.categories}]
        if not found:
            raise NotUnderstoodError(*map(spoken, categories))
        return found

    # --- which of their marks -------------------------------------------------------------------------------

    def selection(self, subject: Subject) -> q.Selection:
        """The selection that all places, exceptions and conditions of the frame make."""
        self._without_repeated()
        marks = _Marks()
        self._categories(subject, marks)
        ranges = [part for part in self.frame.parts if isinstance(part, p.PLACES)]
        if p.has(ranges, p.Stretch):
            self.frame.sign("inclusive")
        self.frame.drop(*ranges)
        for part in ranges:
            self._range(part, subject.line, marks)
        if sum(not isinstance(one, q.Ends) for one in marks.places) > 1 and marks.cross is None:
            raise NotUnderstoodError()
        lines = self._exceptions(subject, marks)
        for condition in self.frame.all(p.Condition):
            self._condition(condition, subject, marks)
        self._kinds(subject)
        return q.Selection(
            panel=self.scene.panel,
            series=self._series(lines),
            column=subject.column,
            places=tuple(marks.places),
            but=tuple(marks.but),
            where=tuple(marks.where),
            cross=marks.cross,
        )

    def _range(self, part: p.Spots | p.Stretch | p.Outer | p.Nth, line: Line, marks: _Marks) -> None:
        """A place, a stretch of them, or one of values."""
        places = Places(self.scene, line)
        if marks.cross is None and (crossed := self._of_grid(part, line)) is not None:
            marks.places.append(crossed[0])
            marks.cross = crossed[1]
        elif self.frame.crosses and marks.cross is None and isinstance(part, p.Stretch):
            marks.cross = _row_between(part, line)
        elif isinstance(part, p.Stretch) and _is_of_values(part, line):
            marks.where += _levels_of(part, line)
        elif isinstance(part, p.Outer) and part.skipped:
            behind, without = places.behind(part)
            marks.places.append(behind)
            marks.but += without
        else:
            marks.places.append(places.of(part))

    def _of_grid(self, part: p.Part, line: Line) -> tuple[q.Listed, str] | None:
        """ "Feb 2002" on a grid of months and years: a place, and one on its second axis."""
        when = part.items[0].when if isinstance(part, p.Spots) and len(part.items) == 1 else None
        if when is None or line.cross_key is None or not when.year or when.is_year:
            return None
        along, across = (_of_calendar(axis.categories, when) for axis in (line.places, line.crossed))
        return (q.Listed(places=(along,)), across) if along and across else None

    def _without_repeated(self) -> None:
        """ "The winter from December to February": what is said twice is said once."""
        for one in self.frame.of(p.Stretch):
            start, end = (item.when if item is not None else None for item in (one.start, one.end))
            if start is not None and end is not None:
                said = self.frame.of(
                    p.Spots, partial(_are_months, first=start.months[0], last=end.months[-1])
                )
                self.frame.drop(*said)

    def _series(self, lines: list[Line]) -> tuple[str, ...]:
        ids = tuple(line.id for line in lines)
        every = {line.id for line in self.scene.lines}
        return () if len(ids) > 1 and set(ids) == every and self.scene.is_whole else ids

    def _categories(self, subject: Subject, marks: _Marks) -> None:
        """Categories by name: places; of a grid perhaps one on its second axis."""
        line = subject.line
        if (pair := self._of_both_axes(subject)) is not None:
            marks.places.append(q.Listed(places=pair[:1]))
            marks.cross = pair[1]
            return
        places = Places(self.scene, line)
        found = [
            (label, _is_across(mention, label, line))
            for one in subject.categories
            for label, mention in zip(places.categories(one).places, one.mentions, strict=False)
        ]
        along, across = (tuple(label for label, is_one in found if is_one is side) for side in (False, True))
        if along:
            marks.places.append(q.Listed(places=along))
        if len(across) == 1 and line.cross_key is not None:
            marks.cross = str(across[0])
        elif across:
            marks.places.append(q.Listed(places=across))

    def _of_both_axes(self, subject: Subject) -> tuple[str, str] | None:
        """Two names that both axes of a grid have: of a grid that is the same either way, a cell.

        Raises:
            NotUnderstoodError: it is not, or that is not known.
        """
        line = subject.line
        mentions = [mention for one in subject.categories for mention in one.mentions]
        both = {line.place_key, line.cross_key}
        if len(mentions) != 2 or any({called.axis for called in one} != both for one in mentions):
            return None
        if not _is_symmetric(line):
            raise NotUnderstoodError(*map(spoken, subject.categories))
        return mentions[0][0].label, mentions[1][0].label

    def _exceptions(self, subject: Subject, marks: _Marks) -> list[Line]:
        """Takes the places that are left out; the series that remain."""
        lines = subject.lines
        for part in (one.part for one in self.frame.all(p.But)):
            if p.is_named(part, "axis"):
                raise NotUnderstoodError(part.item.text)
            if not p.is_named(part, "series"):
                marks.but.append(Places(self.scene, subject.line).of(part))
                continue
            ids = self._ids([part])
            lines = [line for line in lines if line.id not in ids]
            if len(lines) in {0, len(subject.lines)}:
                raise NotUnderstoodError(part.item.text)
        return lines

    def _kinds(self, subject: Subject) -> None:
        """Words for kinds of things say nothing, but how many there are must be right."""
        line = subject.line
        counts = {
            0,
            len(subject.lines),
            line.series.n,
            len(line.places.categories),
            len(line.crossed.categories),
        }
        for kind in self.frame.all(p.Kind):
            alone = kind.classes == {"series"} and not (kind.all_of or kind.count)
            if alone and self._is_of_some(kind.text):
                raise NotUnderstoodError(kind.text)
            if kind.count not in counts:
                raise NotUnderstoodError(str(kind.count))
            if kind.period and not (is_step(line, kind.period) or shows(line, 1, kind.period)):
                raise NotUnderstoodError(kind.period)

    def _is_of_some(self, word: str) -> bool:
        """Whether it tells some series from others: "bill" of "Bill length" and "Flipper length"."""
        having = [any(same(word, one) for one in words(line.series.label)) for line in self.scene.lines]
        return any(having) and not all(having)

    # --- conditions -----------------------------------------------------------------------------------

    def _condition(self, condition: p.Condition, subject: Subject, marks: _Marks) -> None:
        other = self._compared(condition, subject)
        line = other or subject.line
        self._check_measured(condition, line)
        if other is None and _is_of_places(condition, subject.line):
            marks.places.append(self._side(condition, subject.line))
            return
        series = "" if line.id in {own.id for own in subject.lines} else line.id
        level, unit = self.level(condition.level, line) if condition.level is not None else (None, "")
        than = self._ids([condition.other])[0] if condition.other is not None else ""
        marks.where.append(
            q.Where(
                relation=condition.relation,
                level=level,
                unit=unit,
                than=than,
                statistic=condition.statistic or "",
                series=series,
                column="" if series else {"x": "y", "y": "x"}.get(subject.column, ""),
            )
        )

    @staticmethod
    def _check_measured(condition: p.Condition, line: Line) -> None:
        """ "More oil than B": these values must be what is named.

        Raises:
            NotUnderstoodError: they are of another axis.
        """
        named = condition.measured
        if named is not None and line.values.label not in named.labels:
            raise NotUnderstoodError(named.item.text)

    def _compared(self, condition: p.Condition, subject: Subject) -> Line | None:
        """The other series that a condition is about; ``None`` for what is asked about itself."""
        named = condition.subject
        if named is None:
            return None
        own = {subject.line.values.label, subject.line.places.label}
        if named.role != "series" and own & named.labels:
            return None
        lines = self._named_in(condition, named)
        if not subject.are_several and subject.line.id in {line.id for line in lines}:
            return None
        if len(lines) != 1 or len(named.mentions) != 1:
            raise NotUnderstoodError(named.item.text)
        return lines[0]

    def _named_in(self, condition: p.Condition, named: p.Named) -> list[Line]:
        """The series that a condition names, itself or by their axis."""
        if named.role != "series":
            return [line for line in self.scene.lines if line.values.label in named.labels]
        lines = self.scene.of_ids(self._ids([named]))
        measured = condition.measured.labels if condition.measured is not None else ()
        return [line for line in lines if line.values.label in measured] or lines

    def _side(self, condition: p.Condition, line: Line) -> q.Interval | q.Listed:
        if condition.level is None:
            raise NotUnderstoodError()
        place = Places(self.scene, line).number(condition.level)
        if condition.relation == "equal":
            return q.Listed(places=(place,))
        named = condition.subject is not None and condition.subject.mentions[0][0].label == line.places.label
        up = (condition.relation in {"above", "at_least"}) != (line.is_depth and not named)
        strict = condition.relation in {"above", "below"}
        if up:
            return q.Interval(start=place, without="start" if strict else "")
        return q.Interval(end=place, without="end" if strict else "")

    def level(self, item: Item, line: Line) -> tuple[float, str]:
        """A number as a level of a series' values.

        Raises:
            AbsentError: it is in a unit that these values don't have.
        """
        if item.number is None:
            raise NotUnderstoodError(item.text)
        if not item.unit or fits(item.unit, line.values):
            return level_of(item.number.value, item.number.many, item.unit, line.values)
        axes = (axis for one in self.scene.lines for axis in (one.values, one.places))
        units = tuple(dict.fromkeys(filter(None, map(unit_of, axes))))
        if units:
            raise AbsentError(Absent("unit", item.text, units[:MOST_KNOWN]))
        if not names_things(item.unit):
            raise NotUnderstoodError(item.text)  # in metres, or in something else?
        return level_of(item.number.value, item.number.many, "", line.values)


def is_box(subject: Subject) -> bool:
    """Whether its marks are boxes, which have a median each."""
    return subject.line.series.kind in BOXES


def boxes_of(subject: Subject) -> list[Line]:
    """The boxes without the points beside them."""
    return [line for line in subject.lines if line.series.kind in BOXES]
