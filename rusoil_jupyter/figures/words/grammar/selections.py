"""Which marks the parts of a question are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.words.dates import Calendar
    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

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
        self, kind: type[PartType], where: Callable[[PartType], bool] = lambda _part: True
    ) -> list[PartType]:
        """Take all parts of a kind."""
        found = self.of(kind, where)
        self.drop(*found)
        return found

    def one(
        self, kind: type[PartType], where: Callable[[PartType], bool] = lambda _part: True
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
        self, kind: type[PartType], where: Callable[[PartType], bool] = lambda _part: True
    ) -> list[PartType]:
        """All parts of a kind, which stay."""
        return p.of(self.parts, kind, where)

    def first(
        self, kind: type[PartType], where: Callable[[PartType], bool] = lambda _part: True
    ) -> PartType | None:
        """The first part of a kind, which stays."""
        return next(iter(self.of(kind, where)), None)

    def has(self, *kinds: type) -> bool:
        """Whether there is such a part."""
        return p.has(self.parts, *kinds)

    def has_sign(self, *names: str) -> bool:
        """Whether there is such a word of the grammar."""
        return any(p.is_sign(part, *names) for part in self.parts)

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
        case p.Spots():
            return " ".join(item.text for item in part.items)
        case p.Stretch():
            return " ".join(item.text for item in (part.start, part.end) if item is not None)
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
    found = [
        name
        for name, own in known
        if (own.is_year and own.year == when.year)
        or (not own.is_year and not own.year and own.months == when.months)
    ]
    return found[0] if len(found) == 1 else ""


def _row_between(part: p.Stretch, line: Line) -> float:
    """The only row of a grid of numbers that lies between two: of bins the middle.

    Raises:
        NotUnderstoodError: there are several, or none.
    """
    items = [item for item in (part.start, part.end) if item is not None]
    ends = [item.number.value for item in items if item.number is not None]
    rows = {cell for cell in line.series.values.get("y", ()) if isinstance(cell, int | float)}
    found = [row for row in rows if len(ends) == 2 and ends[0] <= row <= ends[1]]
    if len(found) != 1:
        raise NotUnderstoodError(*(item.text for item in items))
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
    ids = [{i for mention in one.mentions for called in mention for i in called.series} for one in series]
    return bool(set.intersection(*ids))


def _is_open(named: p.Named, on: list[Line], along: list[Line]) -> bool:
    """Whether one word is a piece of the labels of both axes: "petal" of "Petal length" and "Petal width"."""
    both = (
        bool(on)
        and bool(along)
        and on[0].series.kind == "scatter"
        and on[0].values.label != along[0].places.label
    )
    return both and all(len({called.label for called in mention}) > 1 for mention in named.mentions)


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
        named = self.frame.all(p.Named)
        if not named:
            named = self._of_conditions()
        series = [one for one in named if one.role == "series"]
        if len(series) > 1 and not _are_same(series):
            raise NotUnderstoodError(*map(spoken, series))  # which is asked about, and what is the other?
        if any(one.either for one in named):
            raise NotUnderstoodError(*map(spoken, named))
        axes = [one for one in named if one.role == "axis"]
        categories = [one for one in named if one.role == "category"]
        if not series:
            series = self._adopted(axes)
        ids = self._ids(series)
        lines = self.scene.of_ids(ids) if ids else list(self.scene.lines)
        if not (ids or axes):
            lines = self._by_unit(lines)
        if not ids:
            lines = self._by_noun(lines)
        own = bool(ids) and any(one.role == "series" for one in named)
        lines, column = self._on_axes(lines, axes, wants_number=wants_number, is_named=own)
        lines = self._holding(lines, categories)
        if (
            len(
                {
                    (
                        line.values.label,
                        unit_of(line.values),
                        line.places.label if line.series.kind != "pie" else "",
                    )
                    for line in lines
                }
            )
            != 1
        ):
            raise NotUnderstoodError(*map(spoken, named))
        labels = {called.label for one in axes for called in one.mentions[0]}
        return Subject(lines, column, ids, categories, not column and lines[0].values.label in labels)

    def _by_noun(self, lines: list[Line]) -> list[Line]:
        """ "The bar" of bars with a line over them: the marks that are called so."""
        nouns = {mark for part in self.frame.parts if isinstance(part, p.Kind) for mark in part.marks}
        kinds = [kinds for noun, kinds in _NOUNS.items() if noun in nouns]
        return [line for line in lines if len(kinds) == 1 and line.series.kind in kinds[0]] or lines

    def _by_unit(self, lines: list[Line]) -> list[Line]:
        """Of series on several axes those that are measured in the unit that is asked, or of a level."""
        units = [part.symbol for part in self.frame.parts if isinstance(part, p.InUnit)]
        units += [self.frame.unit] if self.frame.unit else []
        units += [
            part.level.unit
            for part in self.frame.parts
            if isinstance(part, p.Condition)
            and part.level is not None
            and part.level.unit
            and part.subject is None
        ]
        if len({line.values.label for line in lines}) < 2 or not units:
            return lines
        return [line for line in lines if all(fits(unit, line.values) for unit in units)] or lines

    def _of_conditions(self) -> list[p.Named]:
        """What is compared, where nothing else is named."""
        found = [one for one in self.frame.parts if isinstance(one, p.Condition) and one.subject is not None]
        return [named for one in found[:1] for named in (one.subject, one.measured) if named is not None]

    def _adopted(self, axes: list[p.Named]) -> list[p.Named]:
        """The series of a condition that no word sets apart: "mean oil rate of P-1 above 100"."""
        found = [
            one.subject
            for one in self.frame.parts
            if isinstance(one, p.Condition)
            and one.subject is not None
            and (not one.marked or (axes and self._are_of_places(axes)))
            and one.subject.role == "series"
        ]
        return found[:1] if not axes or len(self.scene.lines) > 1 else []

    def _are_of_places(self, axes: list[p.Named]) -> bool:
        """Whether only places are asked for: "the lowest temperature at which A is above B"."""
        labels = {called.label for named in axes for called in named.mentions[0]}
        return not labels & {line.values.label for line in self.scene.lines}

    def _ids(self, series: list[p.Named]) -> tuple[str, ...]:
        ids: list[str] = []
        for named in series:
            for mention in named.mentions:
                found = [one for called in mention if called.role == "series" for one in called.series]
                labels = {called.label for called in mention if called.role == "series"}
                if len(labels) > 1:
                    raise NotUnderstoodError(named.item.text)
                ids += found
        return tuple(dict.fromkeys(ids))

    def _on_axes(
        self, lines: list[Line], axes: list[p.Named], *, wants_number: bool, is_named: bool
    ) -> tuple[list[Line], str]:
        """The series on the axes that are named; and the column, where it is the places that are asked of."""
        column = ""
        values = {line.values.label for line in lines}
        wants_number &= not any(called.label in values for named in axes for called in named.mentions[0])
        for named in axes:
            labels = {
                called.label for mention in named.mentions for called in mention if called.role == "axis"
            }
            on = [line for line in lines if line.values.label in labels]
            along = [line for line in lines if line.places.label in labels]
            if _is_open(named, on, along):
                raise NotUnderstoodError(named.item.text)
            if any(line.crossed.label in labels for line in lines if line.crossed.label):
                self.frame.crosses = True
                continue
            if on:
                lines = on
            elif along and wants_number and not column and self._has_numbers_of_places(along[0], is_named):
                lines, column = along, along[0].series.along
            elif not along or (
                along[0].places.kind == "number" and not self.frame.has(*p.PLACES, p.Condition)
            ):
                raise NotUnderstoodError(named.item.text)
        return lines, column

    def _has_numbers_of_places(self, line: Line, is_named: bool) -> bool:
        """Whether a number may be asked of the places: those of points, or of marks under a condition.

        Of a series that is named its values are asked: "average leaks in the years when flaring was low".
        """
        held = self.frame.has(p.Condition) and not is_named
        return line.places.kind == "number" and (line.series.kind in _POINTS or held)

    @staticmethod
    def _holding(lines: list[Line], categories: list[p.Named]) -> list[Line]:
        names = {called.label for named in categories for mention in named.mentions for called in mention}
        if not names:
            return lines
        found = [line for line in lines if names & {*line.places.categories, *line.crossed.categories}]
        if not found:
            raise NotUnderstoodError(*map(spoken, categories))
        return found

    # --- which of their marks -------------------------------------------------------------------------------

    def selection(self, subject: Subject) -> q.Selection:
        """The selection that all places, exceptions and conditions of the frame make."""
        places = Places(self.scene, subject.line)
        found: list[q.Places] = []
        self._without_repeated()
        where: list[q.Where] = []
        cross = self._categories(subject, found)
        ranges = [part for part in self.frame.parts if isinstance(part, p.PLACES)]
        if any(isinstance(part, p.Stretch) for part in ranges):
            self.frame.sign("inclusive")
        self.frame.parts = [part for part in self.frame.parts if not isinstance(part, p.PLACES)]
        but: list[q.Places] = []
        for part in ranges:
            crossed = self._of_grid(part, subject.line) if cross is None else None
            if crossed is not None:
                place, cross = crossed
                found.append(place)
            elif self.frame.crosses and cross is None and isinstance(part, p.Stretch):
                cross = _row_between(part, subject.line)
            elif isinstance(part, p.Stretch) and self._is_of_values(part, subject.line):
                where += self._between(part, subject.line)
            elif isinstance(part, p.Outer) and part.skipped:
                behind, without = places.behind(part)
                found.append(behind)
                but += without
            else:
                found.append(places.of(part))
        if sum(not isinstance(one, q.Ends) for one in found) > 1 and cross is None:
            raise NotUnderstoodError()
        exceptions, lines = self._exceptions(subject)
        for condition in self.frame.all(p.Condition):
            self._condition(condition, subject, where, found)
        self._kinds(subject)
        return q.Selection(
            panel=self.scene.panel,
            series=self._series(subject, lines),
            column=subject.column,
            places=tuple(found),
            but=(*but, *exceptions),
            where=tuple(where),
            cross=cross,
        )

    def _of_grid(self, part: p.Part, line: Line) -> tuple[q.Listed, str] | None:
        """ "Feb 2002" on a grid of months and years: a place, and one on its second axis."""
        when = part.items[0].when if isinstance(part, p.Spots) and len(part.items) == 1 else None
        if when is None or line.cross_key is None or not when.year or when.is_year:
            return None
        ones = [_of_calendar(axis.categories, when) for axis in (line.places, line.crossed)]
        if not all(ones):
            return None
        return q.Listed(places=(ones[0],)), ones[1]

    def _without_repeated(self) -> None:
        """ "The winter from December to February": what is said twice is said once."""
        stretches = [part for part in self.frame.parts if isinstance(part, p.Stretch)]
        for one in stretches:
            start, end = (item.when if item is not None else None for item in (one.start, one.end))
            if start is not None and end is not None:
                ends = (start.months[0], end.months[-1])
                self.frame.all(
                    p.Spots,
                    lambda spots, ends=ends: (
                        len(spots.items) == 1  # type: ignore[misc]
                        and (when := spots.items[0].when) is not None
                        and not when.year
                        and (when.months[0], when.months[-1]) == ends
                    ),
                )

    def _series(self, subject: Subject, lines: list[Line]) -> tuple[str, ...]:
        ids = tuple(line.id for line in lines)
        every = {line.id for line in self.scene.lines}
        return () if len(ids) > 1 and set(ids) == every and self.scene.is_whole else ids

    def _categories(self, subject: Subject, found: list[q.Places]) -> Cell:
        """Categories by name: places; of a grid perhaps on its second axis, then one of them comes back."""
        if (pair := self._of_both_axes(subject)) is not None:
            found.append(q.Listed(places=pair[:1]))
            return pair[1]
        cross: Cell = None
        along: list[Cell] = []
        across: list[Cell] = []
        for one in subject.categories:
            for label, mention in zip(
                Places(self.scene, subject.line).categories(one).places, one.mentions, strict=False
            ):
                keys = {called.axis for called in mention}
                crosses = keys == {subject.line.cross_key} or label not in subject.line.places.categories
                (across if crosses else along).append(label)
        if along:
            found.append(q.Listed(places=tuple(along)))
        if len(across) == 1 and subject.line.cross_key is not None:
            cross = str(across[0])
        elif across:
            found.append(q.Listed(places=tuple(across)))
        return cross

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

    def _exceptions(self, subject: Subject) -> tuple[list[q.Places], list[Line]]:
        """The places left out, and the series that remain."""
        but: list[q.Places] = []
        lines = subject.lines
        for one in self.frame.all(p.But):
            part = one.part
            if p.is_named(part, "series"):
                ids = self._ids([part])
                lines = [line for line in lines if line.id not in ids]
                if not lines or len(lines) == len(subject.lines):
                    raise NotUnderstoodError(part.item.text)
            elif p.is_named(part, "axis"):
                raise NotUnderstoodError(part.item.text)
            else:
                but.append(Places(self.scene, subject.line).of(part))
        return but, lines

    def _kinds(self, subject: Subject) -> None:
        """Words for kinds of things say nothing, but how many there are must be right."""
        line = subject.line
        counts = {
            len(subject.lines),
            line.series.n,
            len(line.places.categories),
            len(line.crossed.categories),
        }
        for kind in self.frame.all(p.Kind):
            alone = kind.classes == {"series"} and not (kind.all_of or kind.count)
            if alone and self._is_of_some(kind.text):
                raise NotUnderstoodError(kind.text)
            if kind.count and kind.count not in counts:
                raise NotUnderstoodError(str(kind.count))
            if kind.period and not (is_step(line, kind.period) or shows(line, 1, kind.period)):
                raise NotUnderstoodError(kind.period)

    def _is_of_some(self, word: str) -> bool:
        """Whether it tells some series from others: "bill" of "Bill length" and "Flipper length"."""
        having = [any(same(word, one) for one in words(line.series.label)) for line in self.scene.lines]
        return any(having) and not all(having)

    # --- conditions -----------------------------------------------------------------------------------

    def _is_of_values(self, part: p.Stretch, line: Line) -> bool:
        """Whether a stretch is one of values, by its unit."""
        units = [item.unit for item in (part.start, part.end) if item is not None and item.unit]
        return bool(units) and fits(units[-1], line.values) and not fits(units[-1], line.places)

    def _between(self, part: p.Stretch, line: Line) -> list[q.Where]:
        found = []
        for item, relation in ((part.start, "at_least"), (part.end, "at_most")):
            if item is not None and item.number is not None:
                level, unit = level_of(item.number.value, item.number.many, item.unit, line.values)
                found.append(q.Where(relation=relation, level=level, unit=unit))  # type: ignore[arg-type]
        return found

    def _condition(
        self,
        condition: p.Condition,
        subject: Subject,
        where: list[q.Where],
        found: list[q.Places],
    ) -> None:
        other = self._compared(condition, subject)
        self._check_measured(condition, other or subject.line)
        if condition.level is not None and self._is_place(condition, subject, other):
            found.append(self._side(condition, subject.line))
            return
        line = other or subject.line
        own = {line.id for line in subject.lines}
        series = "" if other is None or other.id in own else other.id
        column = (
            ("y" if subject.column == "x" else "x") if subject.column in {"x", "y"} and not series else ""
        )
        level, unit = None, ""
        if condition.level is not None:
            level, unit = self.level(condition.level, line)
        than = self._ids([condition.other])[0] if condition.other is not None else ""
        made = q.Where(
            relation=condition.relation,
            level=level,
            unit=unit,
            than=than,
            statistic=condition.statistic or "",
            series=series,
            column=column,
        )
        if than and series:
            made = made.model_copy(update={"series": series})
        where.append(made)

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
        if condition.subject is None:
            return None
        first = condition.subject.mentions[0][0]
        if first.role == "series":
            measured = condition.measured.labels if condition.measured else set()
            lines = self.scene.of_ids(self._ids([condition.subject]))
            lines = [line for line in lines if line.values.label in measured] or lines
        else:
            labels = condition.subject.labels
            if subject.line.values.label in labels or subject.line.places.label in labels:
                return None
            lines = [line for line in self.scene.lines if line.values.label in labels]
        if any(line.id in {one.id for one in subject.lines} for line in lines) and len(subject.lines) == 1:
            return None
        if len(lines) != 1 or len(condition.subject.mentions) != 1:
            raise NotUnderstoodError(condition.subject.item.text)
        return lines[0]

    def _is_place(self, condition: p.Condition, subject: Subject, other: Line | None) -> bool:
        """Whether the places are compared: by the name of their axis, or by a unit that only they have."""
        line, level = subject.line, condition.level
        if level is None or other is not None or line.places.kind != "number":
            return False
        if (
            line.series.kind == "histogram"
            and condition.subject is None
            and not (level.unit and fits(level.unit, line.values))
        ):
            return True  # of the samples, not of how many they are
        if level.unit and fits(level.unit, line.places) and not fits(level.unit, line.values):
            return True
        if condition.subject is not None and condition.subject.role == "axis":
            labels = condition.subject.labels
            return line.places.label in labels and line.values.label not in labels
        return False

    def _side(self, condition: p.Condition, line: Line) -> q.Interval | q.Listed:
        if condition.level is None:
            raise NotUnderstoodError()
        place = Places(self.scene, line).number(condition.level)
        up = condition.relation in {"above", "at_least"}
        named = condition.subject is not None and condition.subject.mentions[0][0].label == line.places.label
        if line.is_depth and not named:
            up = not up
        if condition.relation == "equal":
            return q.Listed(places=(place,))
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
        if item.unit and not fits(item.unit, line.values):
            units = tuple(
                dict.fromkeys(
                    unit
                    for one in self.scene.lines
                    for unit in (unit_of(one.values), unit_of(one.places))
                    if unit
                )
            )
            if units:
                raise AbsentError(Absent("unit", item.text, units[:MOST_KNOWN]))
            if not names_things(item.unit):
                raise NotUnderstoodError(item.text)  # in metres, or in something else?
            return level_of(item.number.value, item.number.many, "", line.values)
        return level_of(item.number.value, item.number.many, item.unit, line.values)


def is_box(subject: Subject) -> bool:
    """Whether its marks are boxes, which have a median each."""
    return subject.line.series.kind in BOXES


def boxes_of(subject: Subject) -> list[Line]:
    """The boxes without the points beside them."""
    return [line for line in subject.lines if line.series.kind in BOXES]
