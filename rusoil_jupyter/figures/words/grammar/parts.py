"""The parts that a question is made of: what a phrase says, before it is known of which figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeGuard, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rusoil_jupyter.figures.values.queries import Relation, StatisticName
    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Called, Role

Way = Literal["", "up", "down"]


@dataclass(frozen=True)
class Extremum:
    """The largest or smallest, or the one of a rank."""

    which: Literal["maximum", "minimum"]
    rank: int = 1
    text: str = field(default="", compare=False)

    @property
    def name(self) -> Literal["maximum", "minimum"]:
        """The operation, as that of a statistic."""
        return self.which


@dataclass(frozen=True)
class Top:
    """The so many largest or smallest."""

    which: Literal["maximum", "minimum"]
    count: int


@dataclass(frozen=True)
class Stat:
    """A statistic, or a column of boxes."""

    name: StatisticName | Literal["iqr", "q1", "q3", "low", "high"]


@dataclass(frozen=True)
class Grouped:
    """For each of a kind: a period, or a word for series or categories."""

    period: str = ""
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Named:
    """Names of the figure; of each mention what it may be.

    ``either``: one of them, "A or B". ``apart``: each for itself, "of A and of B".
    """

    mentions: tuple[tuple[Called, ...], ...]
    item: Item
    either: bool = False
    apart: bool = False

    @property
    def role(self) -> Role:
        """What it is a name of, as far as the first is."""
        return self.mentions[0][0].role

    @property
    def labels(self) -> frozenset[str]:
        """What the first mention may be the name of."""
        return frozenset(called.label for called in self.mentions[0])

    @property
    def every_label(self) -> frozenset[str]:
        """What all of them may be the name of."""
        return frozenset(called.label for mention in self.mentions for called in mention)

    @property
    def axis_labels(self) -> frozenset[str]:
        """The axes that the first mention may be the name of."""
        return frozenset(called.label for called in self.mentions[0] if called.role == "axis")

    @property
    def ids(self) -> tuple[str, ...]:
        """The series that all of them may be the names of."""
        return tuple(one for mention in self.mentions for called in mention for one in called.series)

    @property
    def is_axis(self) -> bool:
        """Whether the first mention may be the name of axes alone."""
        return all(called.role == "axis" for called in self.mentions[0])


@dataclass(frozen=True)
class Kind:
    """A word for a kind of things, perhaps with how many of them there are; or for a period that each mark
    is.

    ``all_of``: every one of them is meant.
    """

    classes: frozenset[str]
    count: int = 0
    period: str = ""
    marks: frozenset[str] = frozenset()
    all_of: bool = False
    text: str = ""


@dataclass(frozen=True)
class Spots:
    """Places: numbers, parts of the calendar. ``either``: one of them, "in 2007 or in 2008"."""

    items: tuple[Item, ...]
    either: bool = False


@dataclass(frozen=True)
class Stretch:
    """From a place to a place; ``excludes`` the start, the end or none; ``deeper`` where it goes down."""

    start: Item | None
    end: Item | None
    without: Literal["", "start", "end", "both"] = ""
    joint: Literal["to", "between", "open", "depth"] = "to"

    @property
    def ends(self) -> tuple[Item, ...]:
        """Its start and its end, as far as they are said."""
        return tuple(item for item in (self.start, self.end) if item is not None)


@dataclass(frozen=True)
class Outer:
    """The first or last marks or periods; ``skipped``: those behind so many others.

    ``closed``: what it was before the first of them and what it is after the last are asked.
    """

    end: Literal["first", "last"]
    count: float
    period: str  # or "mark"
    skipped: float = 0.0
    closed: bool = False


@dataclass(frozen=True)
class Nth:
    """The second year, the tenth month: of an axis that counts them."""

    n: int
    period: str


@dataclass(frozen=True)
class Echo:
    """ "The second", "the last five", "the next 12": of what, a place said before it says.

    ``end`` is ``next`` for those that follow; ``nth`` is 0 where the word is no number.
    """

    item: Item
    end: Literal["first", "last", "next", ""] = ""
    nth: int = 0
    count: float = 0.0
    period: str = ""


@dataclass(frozen=True)
class But:
    """All but these."""

    part: Named | Spots | Stretch | Outer


@dataclass(frozen=True)
class Condition:
    """Something compared: with a number, another series, a statistic, or the value at another place."""

    relation: Relation
    subject: Named | None = None
    level: Item | None = None
    other: Named | None = None
    statistic: StatisticName | None = None
    holds: Literal["", "always", "ever", "never"] = ""
    marked: bool = False
    way: Way | Literal["either"] = ""
    first: Literal["", "first", "last"] = ""
    measured: Named | None = None  # "more oil than B": the axis that both are on
    is_set: bool = False  # "became 20", "cut to 20": of steps, only where it is that afterwards


@dataclass(frozen=True)
class Asked:
    """What is asked for; ``marks`` are the words for them: points, bars, curves."""

    what: Literal["when", "where", "who", "which", "count", "times", "length", "after"]
    classes: frozenset[str] = frozenset()
    period: str = ""
    named: Named | None = None
    marks: frozenset[str] = frozenset()
    unit: str = ""
    text: str = ""

    @property
    def labels(self) -> frozenset[str]:
        """What may be named as asked for."""
        return self.named.every_label if self.named is not None else frozenset()


@dataclass(frozen=True)
class Versus:
    """A comparison of two."""

    kind: Literal["difference", "ratio", "percent"]
    unit: str = ""


@dataclass(frozen=True)
class Comparative:
    """More or less, without a number."""

    relation: Literal["above", "below"]


@dataclass(frozen=True)
class Moved:
    """It rose, fell or changed; ``previous``: against the mark before."""

    way: Way = ""
    previous: bool = False
    negated: bool = False
    period: str = ""  # of the mark before: "than in the previous year"


@dataclass(frozen=True)
class InUnit:
    """In this unit."""

    symbol: str


@dataclass(frozen=True)
class Sign:
    """A word of the grammar that stands for itself: ``than``, ``and``, ``share``, ``whether``."""

    name: str
    item: Item


@dataclass(frozen=True)
class Unknown:
    """A word that no phrase takes."""

    item: Item


Part = (
    Extremum
    | Top
    | Stat
    | Grouped
    | Named
    | Kind
    | Spots
    | Stretch
    | Outer
    | Nth
    | Echo
    | But
    | Condition
    | Asked
    | Versus
    | Comparative
    | Moved
    | InUnit
    | Sign
    | Unknown
)
PLACES = (Spots, Stretch, Outer, Nth)
PartType = TypeVar("PartType")


def is_named(part: object, *roles: Role) -> TypeGuard[Named]:
    """Whether it is a name, of one of these."""
    return isinstance(part, Named) and part.role in roles


def is_sign(part: object, *names: str) -> TypeGuard[Sign]:
    """Whether it is one of these words of the grammar."""
    return isinstance(part, Sign) and part.name in names


def is_place(part: object) -> bool:
    """Whether it says where."""
    return isinstance(part, PLACES) or is_named(part, "category")


def is_soft(part: object) -> bool:
    """Whether it is a word of the grammar that may say nothing."""
    return isinstance(part, Sign) and part.item.soft


def has(parts: Iterable[object], *kinds: type) -> bool:
    """Whether one of these kinds is among them."""
    return any(isinstance(part, kinds) for part in parts)


def says(parts: Iterable[object], *names: str) -> bool:
    """Whether one of these words of the grammar is among them."""
    return any(is_sign(part, *names) for part in parts)


def of(
    parts: Iterable[object], kind: type[PartType], where: Callable[[PartType], object] = lambda _part: True
) -> list[PartType]:
    """Those of a kind."""
    return [part for part in parts if isinstance(part, kind) and where(part)]


def without(parts: Sequence[Part], *gone: object) -> list[Part]:
    """All but these."""
    ids = set(map(id, gone))
    return [part for part in parts if id(part) not in ids]


def replaced(parts: Sequence[Part], old: object, new: Part) -> list[Part]:
    """All, with another in the place of one."""
    return [new if part is old else part for part in parts]
