"""The phrases of questions in both languages, as parses that give typed parts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from rusoil_jupyter.figures.words import lexicon, numbers
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.combinators import (
    MOST_FILLERS,
    Parse,
    after_fillers,
    chain,
    either,
    idea,
    made,
    maybe,
    some,
    unless,
    when,
)
from rusoil_jupyter.figures.words.grammar.item import PERIODS, Item

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from rusoil_jupyter.figures.words.grammar.scene import Role

MARKS = frozenset({"marks", "bars", "curves"})

# --- words --------------------------------------------------------------------------------------------

_name = when(lambda item: bool(item.names))
_category = when(lambda item: any(one.role == "category" for one in item.names))
_axis = when(lambda item: bool(item.names) and {one.role for one in item.names} == {"axis"})
_number = when(lambda item: item.number is not None)
_bare_number = when(lambda item: item.number is not None and item.when is None and not item.names)
_calendar = when(lambda item: item.when is not None)
_nth = when(lambda item: item.nth > 0)
_period = when(lambda item: bool(item.period))
_period_itself = when(lambda item: bool(item.period) and "each" not in item.ideas)  # no "monthly"
_kind = when(lambda item: bool(item.classes) and not item.names)
_marks = idea(*MARKS)
_thing = when(lambda item: bool(item.classes) or bool(item.period) or not item.ideas.isdisjoint(MARKS))
_unit = when(lambda item: bool(item.unit) and item.number is None)
_how_long = when(lambda item: "how_long" in item.ideas and not item.names)
_and = idea("and")
_joint = idea("and", "or")


def _are_alike(one: Item, other: Item) -> bool:
    return bool(_roles_of(one) & _roles_of(other))


def _may_stand_between(item: Item) -> bool:
    return item.soft and not item.names


def _named(items: Sequence[Item], at: int) -> tuple[p.Named, int] | None:
    """Names of one kind: «A», «A и B», "A, B and C"."""
    first = _name(items, at)
    if first is None:
        return None
    found, at, either, apart = [first[0]], first[1], False, False
    before = items[at - 2].text if at > 1 else ""
    while (more := _next_name(items, at, before)) is not None and _are_alike(found[0], more[0]):
        either |= "or" in items[at].ideas
        apart |= bool(before) and any(item.text == before for item in items[at : more[1] - 1])
        found.append(more[0])
        at = more[1]
    kinds = set.intersection(*map(_roles_of, found))
    mentions = tuple(tuple(name for name in one.names if name.role in kinds) for one in found)
    return p.Named(mentions, found[0], either, apart), at


def _next_name(items: Sequence[Item], at: int, before: str) -> tuple[Item, int] | None:
    """Another name; a word that stood before the first may stand again: "of A and of B"."""
    joint = _joint(items, at)
    if joint is None:
        return _name(items, at) if at < len(items) and items[at].listed else None
    at, either = joint[1], "or" in joint[0].ideas
    while at < len(items) and _may_stand_between(items[at]):
        if not either and items[at].text != before and items[at].ideas - {"with_mark", "marker"}:
            break
        at += 1
    return _name(items, at)


def _roles_of(item: Item) -> set[Role]:
    return {name.role for name in item.names}


def _before(one: Parse, behind: Parse) -> Parse:
    """This where the other stands behind it, which is left for another phrase."""

    def parse(items: Sequence[Item], at: int) -> Any:
        found = one(items, at)
        return found if found is not None and behind(items, found[1]) is not None else None

    return parse


def _not_before(one: Parse, behind: Parse) -> Parse:
    """This where the other does not stand right behind it, without any word between."""

    def parse(items: Sequence[Item], at: int) -> Any:
        found = one(items, at)
        return found if found is not None and behind(items, found[1]) is None else None

    return parse


# --- places -------------------------------------------------------------------------------------------

_numbered = made(
    either(
        chain(_number, maybe(unless(_period_itself, _number))),
        chain(idea(*("hour", "day", "week", "month", "year")), _bare_number),
        chain(idea("letter_x"), maybe(idea("equal")), _number),
        chain(idea("year"), _calendar),
    ),
    lambda found: next(item for item in reversed(found) if item is not None and item.number is not None),
)
_spot = either(_calendar, _numbered, _category)
_listed = when(lambda item: item.listed and (item.when is not None or item.number is not None))
_spots = made(some(either(_calendar, _bare_number), _and, _listed), lambda found: p.Spots(tuple(found)))
_one_spot = made(_numbered, lambda item: p.Spots((item,)))
_frame = maybe(idea("intervals"))


def _stretch(joint: str, start: int | None, end: int | None, without: str = "") -> Any:
    def make(found: list[Any]) -> p.Stretch | None:
        first = found[start] if start is not None else None
        last = found[end] if end is not None else None
        if first is not None and last is not None and not _may_be_ends(first, last):
            return None
        return p.Stretch(first, last, without, joint)  # type: ignore[arg-type]

    return make


def _may_be_ends(first: Item, last: Item) -> bool:
    """Whether two lie on one axis: no category and a year, of which only the other one is a name."""
    placed = [any(one.role == "category" for one in item.names) for item in (first, last)]
    named = [bool(item.names) for item in (first, last)]
    return placed[0] == placed[1] or named[0] != named[1]


_stretches = either(
    made(chain(_frame, maybe(idea("from", "since")), _spot, idea("to"), _spot), _stretch("to", 2, 4)),
    made(chain(_frame, idea("between"), _spot, _and, _spot), _stretch("between", 2, 4)),
    made(chain(idea("after"), _spot), _stretch("open", 1, None, "start")),
    made(chain(idea("before"), _spot), _stretch("open", None, 1, "end")),
    made(chain(idea("since"), _spot), _stretch("open", 1, None)),
    made(chain(idea("from"), _spot, idea("onwards")), _stretch("open", 1, None)),
    made(chain(_spot, idea("onwards")), _stretch("open", 0, None)),
    made(chain(idea("to"), _number), _stretch("open", None, 1)),
    made(chain(idea("deeper"), maybe(idea("than")), _number), _stretch("depth", 2, None, "start")),
    made(chain(idea("shallower"), maybe(idea("than")), _number), _stretch("depth", None, 2, "end")),
)


_PERIODS = {
    "мес": "month",
    "сут": "day",
    "год": "year",
    "ч": "hour",
    "нед": "week",
    "min": "minute",
    "мин": "minute",
}


def _outer(found: list[Any]) -> p.Outer | None:
    side, number, thing = found
    period = thing.period if thing is not None else ""
    end: Literal["first", "last"] = "first" if "first" in side.ideas else "last"
    if number is None:
        return p.Outer(end, 1.0, period or "mark") if thing is not None else None
    period = period or _PERIODS.get(number.unit, number.unit)
    if number.number.value <= 0 or (thing is None and not period):
        return None
    return p.Outer(end, number.number.value, period or "mark")


_outers = made(chain(idea("first", "last"), maybe(_bare_number), maybe(either(_period, _marks))), _outer)


def _echo(found: list[Any]) -> p.Echo:
    """ "Than in the second", "than in the first five", "than in the next 12"."""
    word, number, thing = found
    end = next((one for one in ("first", "last", "next") if one in word.ideas), "")
    count = number.number.value if number is not None else 0.0
    return p.Echo(word, end, word.nth, count, thing.period if thing is not None else "")  # type: ignore[arg-type]


def _echoes(items: Sequence[Item], at: int) -> tuple[p.Echo, int] | None:
    """A place of a comparison that leaves to the one before it to say of what it is."""
    found: tuple[p.Echo, int] | None = _echoing(items, at)
    before = items[max(0, at - _MOST_BEFORE) : at] if found is not None else ()
    return found if any(not item.ideas.isdisjoint(_COMPARES) for item in before) else None


_MOST_BEFORE = 30  # items: so the work stays a multiple of the length
_COMPARES = frozenset({"than", "above", "below", "minus", "difference", "ratio"})
_nth_alone = when(lambda item: item.nth > 0 and not item.unit)
_echoing = made(
    chain(
        either(_nth_alone, idea("first", "last", "next")), maybe(_bare_number), maybe(either(_period, _marks))
    ),
    _echo,
)
_nth_in_words = when(lambda item: item.nth > 0 and item.text.isalpha())  # "160-м км" is a place
_nths = made(
    either(
        chain(_not_before(_nth, when(lambda item: item.text in {"by", "по"})), _period),
        chain(_nth_in_words, _unit),
    ),
    lambda found: p.Nth(found[0].nth, found[1].period or found[1].unit),
)

# --- operations ---------------------------------------------------------------------------------------

_COLUMNS = {"iqr": "iqr", "q1": "q1", "q3": "q3", "whisker_low": "low", "whisker_high": "high"}
_STATS = ("mean", "median", "sum", "std", "spread")


def _side(item: Item) -> str:
    return "maximum" if "maximum" in item.ideas else "minimum"


_count_of = when(
    lambda item: (
        item.number is not None and item.nth == 0 and item.when is None and not item.names and not item.unit
    )
)
_most = idea("maximum", "minimum")
_ranked = idea("rank", "standing")
_ordered_by = either(  # "second by average rate", «второй по выручке», "third in solubility"
    chain(
        when(lambda item: item.text in {"by", "по", "in", "for"}),
        maybe(idea("mean", "median", "sum")),
        maybe(_period),
        when(lambda item: any(one.role != "category" for one in item.names)),
    ),
    idea("by_size"),
)
_extremes = either(
    made(_most, lambda item: p.Extremum(_side(item), text=item.text)),  # type: ignore[arg-type]
    made(chain(idea("reach"), _most), lambda found: p.Extremum(_side(found[1]))),  # type: ignore[arg-type]
    made(chain(_most, idea("reach")), lambda found: p.Extremum(_side(found[0]))),  # type: ignore[arg-type]
    made(idea("at_most"), lambda _item: p.Extremum("maximum")),
    made(idea("at_least"), lambda _item: p.Extremum("minimum")),
    made(chain(_nth, _most), lambda found: p.Extremum(_side(found[1]), found[0].nth)),  # type: ignore[arg-type]
    made(chain(_nth, _ranked), lambda found: p.Extremum("maximum", found[0].nth)),
    made(chain(_ranked, _nth), lambda found: p.Extremum("maximum", found[1].nth)),
    made(chain(idea("last"), _ranked), lambda _found: p.Extremum("minimum")),
    made(chain(_ranked, idea("last")), lambda _found: p.Extremum("minimum")),
    made(chain(_nth, idea("by_size")), lambda found: p.Extremum("maximum", found[0].nth)),
    made(
        chain(_nth, maybe(_kind), idea("rank_from_end"), maybe(idea("by_size"))),
        lambda found: p.Extremum("minimum", found[0].nth),
    ),
    made(_before(_nth, chain(maybe(_kind), _ordered_by)), lambda item: p.Extremum("maximum", item.nth)),
    made(
        chain(idea("last_but_one"), maybe(_ranked), maybe(idea("by_size"))),
        lambda _found: p.Extremum("minimum", 2),
    ),
    made(idea("runner_up"), lambda _item: p.Extremum("maximum", 2)),
    made(chain(_nth, idea("by_smallness")), lambda found: p.Extremum("minimum", found[0].nth)),
)


def _top(found: list[Item]) -> p.Top | None:
    """ "The two lowest"; in "of Well 2 the lowest" and «у скважины 2 минимально» the number is no count."""
    count, most = found
    number = count.number.value if count.number is not None else 0
    if number <= 1 or number != int(number) or most.start > count.end + 1 or most.text.endswith("ально"):
        return None
    return p.Top(_side(most), int(number))  # type: ignore[arg-type]


_tops = made(chain(_count_of, _most), _top)


def _top_behind(found: list[Item]) -> p.Top | None:
    """ "The largest five"; "the maximum 2.17" is a value."""
    most, count = found
    number = count.number.value if count.number is not None else 0
    return p.Top(_side(most), int(number)) if number > 1 and number == int(number) else None  # type: ignore[arg-type]


_tops_behind = made(chain(_most, _count_of), _top_behind)
_stats = either(
    *(made(idea(name), lambda _item, name=name: p.Stat(name)) for name in _STATS),
    *(made(idea(name), lambda _item, column=column: p.Stat(column)) for name, column in _COLUMNS.items()),
    made(idea("start"), lambda _item: p.Stat("first")),
    made(idea("end"), lambda _item: p.Stat("last")),
)
_any = when(lambda item: item.text == "any" or item.text.startswith("люб"))
_every = when(lambda item: "each_of" in item.ideas and _any([item], 0) is None)
_each = either(
    made(idea("each"), lambda item: p.Grouped(item.period)),
    made(chain(idea("per"), _period), lambda found: p.Grouped(found[1].period)),
    made(chain(idea("each_of"), idea("curves")), lambda _found: p.Grouped(classes=frozenset({"series"}))),
    made(chain(_every, _kind), lambda found: p.Grouped(classes=found[1].classes)),
)
_so_many = when(lambda item: item.number is not None and item.number.value > 1 and item.text.isalpha())
_counts = made(  # "the three daily means", "2 medians"
    either(
        _before(_count_of, idea("median")),
        _before(_so_many, either(idea("each"), _name, _calendar)),
    ),
    lambda item: p.Kind(frozenset(), int(item.number.value)),
)
_by = when(lambda item: item.text == "by")
_over = when(lambda item: item.text == "по")
_grouped = made(chain(_by, _kind), lambda found: p.Grouped(classes=found[1].classes))

# --- conditions ---------------------------------------------------------------------------------------

_HOLDS: tuple[Literal["never", "always", "ever"], ...] = ("never", "always", "ever")
_ENDS: tuple[Literal["first", "last"], ...] = ("first", "last")
_reached = made(  # "fell to 20"
    chain(idea("moves", "reach"), idea("to")),
    lambda found: replace(found[0], ideas=found[0].ideas | {"reach"}),
)
_state = idea("overtake", "at_least", "at_most", "above", "below", "equal", "reach", "cross", "moves")

_became = made(  # "became 20": by any way
    _before(idea("becomes"), when(lambda item: item.number is not None and item.when is None)),
    lambda item: replace(item, ideas=item.ideas | {"reach", "moves"}),
)
_topped = made(  # "top 100 $/bbl"; "the top 5" are the five largest
    _before(
        when(lambda item: item.text == "top"), when(lambda item: item.number is not None and bool(item.unit))
    ),
    lambda item: replace(item, ideas=frozenset({"above"})),
)
_relation = either(_reached, _became, _topped, _state)


def _relation_of(item: Item) -> str:
    if "reach" in item.ideas and "moves" in item.ideas:
        return "equal"
    named = next((one for one in ("at_least", "at_most", "above", "below") if one in item.ideas), "equal")
    return "above" if "overtake" in item.ideas else named


def _is_place(item: Item) -> bool:
    """Whether a number is said as a place: "hotter at 1800", "higher in 2007"."""
    return item.beside or (item.into and item.when is not None)


def _is_series_of_year(item: Item) -> bool:
    """Whether a number is a year that a series is called after: "worse than 2022"."""
    return item.when is not None and any(one.role == "series" for one in item.names)


def _stretched(items: Sequence[Item], at: int) -> tuple[Item, int] | None:
    """A number of periods behind an article: "over the three years" is no level."""
    said = _bare_number(items, at) if at and items[at - 1].text in _ARTICLES else None
    return said if said is not None and _period(items, said[1]) is not None else None


_ARTICLES = frozenset({"the", "all", "these", "those", "все", "всех", "эти", "этих"})


def _none_of(one: Parse, other: Parse) -> Parse:
    """This where the other does not begin at the same place."""

    def parse(items: Sequence[Item], at: int) -> Any:
        return one(items, at) if other(items, at) is None else None

    return parse


_on_average = when(lambda item: item.text in {"on average", "в среднем"})  # how it is compared, no level
_average = made(
    _none_of(idea("mean", "median"), _on_average),
    lambda item: "mean" if "mean" in item.ideas else "median",
)
_level = unless(
    _not_before(
        unless(
            when(lambda item: item.number is not None and not (_is_place(item) or _is_series_of_year(item))),
            when(lambda item: bool(item.classes) and not item.names and not item.unit),
        ),
        when(lambda item: item.when is not None and not item.when.is_year),  # "over the three summer months"
    ),
    chain(idea("dash"), _number),  # "than 2020-2024": no level, a stretch
)
_other = made(  # "the planned one"
    chain(_named, maybe(when(lambda item: item.text in {"one", "ones"}))),
    lambda found: {"other": found[0]} if found[0].role == "series" else None,
)
_compared = either(
    made(_none_of(_level, _stretched), lambda item: {"level": item}),
    made(unless(_average, _name), lambda name: {"statistic": name}),
    _other,
)


def _towards(item: Item) -> Item:
    return replace(item, ideas=item.ideas | {"above" if "deeper" in item.ideas else "below"})


def _marker(items: Sequence[Item], at: int) -> tuple[Item, int] | None:
    """A word that begins a condition; where a question begins, "when" asks."""
    if at >= len(items) or "marker" not in items[at].ideas:
        return None
    asks = not items[at].ideas.isdisjoint({"when", "where"})
    return None if asks and _begins_question(items, at) else (items[at], at + 1)


def _begins_question(items: Sequence[Item], at: int) -> bool:
    """Whether nothing stands before it but words that say nothing, or "and"."""
    near = reversed(items[max(0, at - MOST_FILLERS) : at])
    last = next((item for item in near if not item.is_filler or "and" in item.ideas), None)
    return last is None or not last.ideas.isdisjoint({"and", "stop"})


_than = idea("than")
_more_of = chain(
    _relation, made(unless(_axis, _period), lambda item: p.Named((item.names,), item)), _than
)  # "more oil than"
_to = idea("to")
_once = idea("first_time", "last_time")
_relating = either(
    _more_of,
    made(chain(_relation, maybe(_than)), lambda found: (found[0], None, found[1])),
)
_depthwards = made(  # «глубже плана»: no place, which would be a number
    chain(idea("deeper", "shallower"), maybe(_than)),
    lambda found: (_towards(found[0]), None, found[1]),
)
_manner = some(
    either(
        idea("never", "always", "ever", "not", "first_time", "last_time"),
        unless(_not_before(idea("moves"), _number), _to),
    )
)
_NEGATED = {
    "above": "at_most",
    "below": "at_least",
    "at_least": "below",
    "at_most": "above",
    "equal": "other_than",
}


_ADJECTIVES = frozenset(("lower", "higher", "larger", "smaller", "greater", "bigger"))


def _condition(found: list[Any]) -> p.Condition | None:
    marker, subject, manner, relating, what = found
    item, measured, than = relating
    if "statistic" in what and than is None and item.text in _ADJECTIVES:
        return None  # "the lower median" is not what lies below the median
    said = _said(manner)
    relation = _relation_said(item, said)
    if not relation or ("other" in what and subject is None):
        return None
    subject, on = subject or (None, None)
    condition = _held(said, relation, said | item.ideas, is_marked=marker is not None)
    is_set = relation == "equal" and {"reach", "moves"} <= item.ideas
    return replace(condition, subject=subject, measured=on or measured, is_set=is_set, **what)


def _relation_said(item: Item, said: frozenset[str]) -> str:
    """Whether it is above, below or there; turned by "not"; empty for none."""
    relation = _relation_of(item)
    if "not" in said and "reach" in item.ideas and relation == "equal":
        relation = "at_least"  # "did not reach 1000" stays below it
    if relation == "equal" and not item.ideas & {"equal", "reach", "cross"}:
        return ""
    negated = "not" in said and said.isdisjoint(_HOLDS)
    return _NEGATED[relation] if negated else relation


def _said(manner: Sequence[Item] | None) -> frozenset[str]:
    return frozenset().union(*(one.ideas for one in manner or ()))


def _held(said: frozenset[str], relation: str, moved: frozenset[str], *, is_marked: bool) -> p.Condition:
    """A condition that holds always, never, or for the first time."""
    return p.Condition(
        relation,  # type: ignore[arg-type]
        holds=next((one for one in _HOLDS if one in said), ""),
        marked=is_marked,
        way=way_of(moved, relation),  # type: ignore[arg-type]
        first=next((end for end in _ENDS if f"{end}_time" in said), ""),
    )


def way_of(said: Set[str], relation: str) -> str:
    """Whether a level is crossed upwards or downwards; empty for a state, or for either."""
    if said & {"moves", "overtake"} and relation in {"below", "above"}:
        return "down" if relation == "below" else "up"
    if relation != "equal":
        return ""
    if "reach" not in said:
        return "either" if said & {"cross", "moves"} else ""
    if "fall" in said:
        return "down"
    return "up" if "rise" in said or "moves" not in said else "either"


_or_more = made(
    chain(maybe(_marker), maybe(idea("from")), _number, maybe(_axis), idea("or_more", "or_less")),
    lambda found: p.Condition(
        "at_least" if "or_more" in found[4].ideas else "at_most",
        p.Named((found[3].names,), found[3]) if found[3] is not None else None,
        found[2],
        marked=found[0] is not None,
    ),
)
_signed = made(
    chain(maybe(_marker), maybe(_manner), idea("negative", "positive")),
    lambda found: _of_sign(found[1] or (), found[2], is_marked=found[0] is not None),
)


def _of_sign(manner: Sequence[Item], sign: Item, *, is_marked: bool) -> p.Condition:
    """ "Negative", "for the first time positive"."""
    said = _said(manner)
    relation = _SIGNED["negative" in sign.ideas, "not" in said]
    return replace(_held(said, relation, said, is_marked=is_marked), level=ZERO)


_SIGNED = {
    (True, False): "below",
    (True, True): "at_least",
    (False, False): "above",
    (False, True): "at_most",
}
ZERO = Item("0", number=numbers.Written(0.0, 0, 0, 0.0))


def _pair(items: Sequence[Item], at: int) -> tuple[tuple[p.Named, p.Named], int] | None:
    """A series and the axis that it is on, in either order: "the pH of A", "book loans"."""
    first = _named(items, at) if at < len(items) and not items[at].period else None
    more = after_fillers(_named, items, first[1]) if first is not None else None
    if first is None or more is None or {first[0].role, more[0].role} != {"series", "axis"}:
        return None
    if any("whether" in item.ideas for item in items[at : more[1]]):
        return None
    pair = (first[0], more[0]) if first[0].role == "series" else (more[0], first[0])
    return pair, more[1]


def _subject(items: Sequence[Item], at: int) -> tuple[tuple[p.Named, None], int] | None:
    """What is compared: no word before one that begins a condition, as the months of "months with fewer
    than 700"."""
    found = _named(items, at)
    if found is None or found[0].role == "category":
        return None
    begins = found[1] < len(items) and "marker" in items[found[1]].ideas
    return ((found[0], None), found[1]) if not begins else None


_either_subject = either(_pair, _subject)
_signed_subject = either(
    made(
        chain(_marker, _either_subject, maybe(_manner), idea("negative", "positive")),
        lambda found: _with_subject(found[1], _of_sign(found[2] or (), found[3], is_marked=True)),
    ),
    made(
        chain(_marker, maybe(_manner), idea("negative", "positive"), _either_subject),
        lambda found: _with_subject(found[3], _of_sign(found[1] or (), found[2], is_marked=True)),
    ),
)


def _with_subject(subject: tuple[p.Named, p.Named | None], condition: p.Condition) -> p.Condition:
    return replace(condition, subject=subject[0], measured=subject[1])


_conditions = made(
    either(
        chain(_marker, _pair, maybe(_manner), _relating, _compared, maybe(_once)),
        chain(maybe(_marker), maybe(_subject), maybe(_manner), _relating, _compared, maybe(_once)),
        chain(maybe(_marker), maybe(_subject), maybe(_manner), _depthwards, _other, maybe(_once)),
        chain(  # «впервые стал глубже 1500 м»
            maybe(_marker),
            maybe(_subject),
            _manner,
            _depthwards,
            made(_level, lambda item: {"level": item}),
            maybe(_once),
        ),
    ),
    lambda found: _condition(_with_time(found)),
)
_conditions_behind = made(
    chain(_marker, maybe(_manner), _relation, maybe(idea("than")), _level, _either_subject),
    lambda found: _condition([found[0], found[5], found[1], (found[2], None, found[3]), {"level": found[4]}]),
)


def _at_a_time(items: Sequence[Item], at: int) -> tuple[Item, int] | None:
    """ "In March": what stands before it says nothing."""
    return after_fillers(_calendar, items, at)


_subjects = chain(
    maybe(_manner), maybe(_at_a_time), maybe(_named), maybe(_named), maybe(_calendar), maybe(_manner)
)
_verb_of_reach = made(  # «дошло ли давление до 20», «достигал ли простой 50 ч»: the level stands behind
    either(
        _before(chain(idea("reach"), idea("whether")), chain(_subjects, maybe(_to), _level)),
        _before(chain(idea("moves"), idea("whether")), chain(_subjects, _to, _level)),
    ),
    lambda found: p.Sign("reach", found[0]),
)
_verb_of_relation = made(  # «опускалось ли число ремонтов ниже 25»: what is asked stands behind
    _before(
        chain(idea("reach", "moves"), idea("whether")),
        chain(_subjects, idea("above", "below", "at_least", "at_most")),
    ),
    lambda found: p.Sign("whether", found[1]),
)
_whether_any = made(  # "is there any month with", «есть ли хоть один месяц, когда»
    chain(idea("exists"), maybe(idea("at_least_one", "each_of")), _thing, maybe(idea("marker"))),
    lambda found: p.Sign("whether", found[0]) if found[1] or not found[2].names else None,
)


_plain_conditions = made(
    chain(maybe(_marker), maybe(_manner), _relating, _compared, maybe(_once)),
    lambda found: _condition(_with_time([found[0], None, *found[1:]])),
)


def _with_time(found: list[Any]) -> list[Any]:
    """ "Rise above 30 for the first time": as if it stood before."""
    *rest, once = found
    if once is not None:
        rest[2] = [*(rest[2] or ()), once]
    return rest


# --- what is asked ------------------------------------------------------------------------------------


def _of_them(one: Parse) -> Parse:
    """This and what may follow a word that asks: "which of these"."""

    def parse(items: Sequence[Item], at: int) -> Any:
        found = one(items, at)
        if found is None:
            return None
        at = found[1]
        while at < len(items) and items[at].is_filler and _OF_THEM.fullmatch(items[at].text):
            at += 1
        return found[0], at

    return parse


def _behind(first: Parse, second: Parse) -> Parse:
    """The value of the second, which stands right behind the first."""

    def parse(items: Sequence[Item], at: int) -> Any:
        found = first(items, at)
        return second(items, found[1]) if found is not None else None

    return parse


_OF_THEM = lexicon.pattern("of_them", "soft")

_asking = _of_them(idea("which", "at_place"))
_things = either(_kind, _marks, _period)


def _thing_of_kind(items: Sequence[Item], at: int) -> tuple[tuple[Item, Item], int] | None:
    """Two words side by side, the first for a kind of the second: "which sales month"."""
    kind = _kind(items, at)
    thing = _things(items, kind[1]) if kind is not None else None
    return ((kind[0], thing[0]), thing[1]) if kind is not None and thing is not None else None


_which = either(
    made(
        _behind(_asking, chain(maybe(_count_of), _thing_of_kind)),
        lambda found: _asked("which", found[1][1], found[1][0]),
    ),
    made(
        _behind(_asking, chain(maybe(_count_of), either(_thing, _axis))),
        lambda found: _asked("which", found[1]),
    ),
    made(chain(idea("at_place"), idea("letter_x")), lambda _found: p.Asked("where")),
    made(idea("at_which"), lambda _item: p.Asked("where")),
    made(idea("when"), lambda _item: p.Asked("when")),
    made(idea("where"), lambda _item: p.Asked("where")),
    made(idea("who"), lambda _item: p.Asked("who")),
)
_count = either(
    made(chain(idea("how_many"), idea("times")), lambda _found: p.Asked("times")),
    made(idea("how_often"), lambda _item: p.Asked("times")),
    made(
        chain(idea("how_many"), maybe(idea("everything")), either(_thing, _axis)),
        lambda found: _asked("count", found[2]),
    ),
    made(
        chain(idea("how_many", "how_much"), _unit),
        lambda found: p.Asked("count", unit=found[1].unit) if not found[1].period else None,
    ),
    made(chain(maybe(idea("sum")), _how_long), lambda _found: p.Asked("length")),
    made(chain(idea("after_how"), _period), lambda found: p.Asked("after", period=found[1].period)),
)


def _asked(what: str, item: Item, kind: Item | None = None) -> p.Asked:
    named = p.Named((item.names,), item) if item.names else None
    classes = item.classes | (kind.classes if kind is not None else frozenset())
    return p.Asked(
        what,  # type: ignore[arg-type]
        classes,
        item.period,
        named,
        marks=item.ideas & MARKS,
        unit=item.unit,
        text=item.text,
    )


_versus = either(
    made(
        chain(idea("difference"), maybe(_unit)),
        lambda found: p.Versus("difference", found[1].unit if found[1] else ""),
    ),
    made(
        chain(idea("difference"), maybe(_kind), idea("points_of_percent")),
        lambda _found: p.Versus("difference"),
    ),
    made(chain(idea("difference"), idea("percent")), lambda _found: p.Versus("percent")),
    made(chain(idea("how_many"), idea("points_of_percent")), lambda _found: p.Versus("difference")),
    made(
        when(lambda item: "ratio" in item.ideas and "how_many_times" not in item.ideas),
        lambda _item: p.Versus("ratio"),
    ),
    made(
        _before(idea("percent"), idea("change", "rise", "fall", "difference")),
        lambda _item: p.Versus("percent"),
    ),
)
_comparatives = made(
    when(lambda item: not item.soft and not item.ideas.isdisjoint({"above", "below"})),
    lambda item: p.Comparative("above" if "above" in item.ideas else "below"),
)


def _period_in(item: Item) -> str:
    """The period that a phrase names: "from one week to the next"."""
    said = (one for one in PERIODS if lexicon.pattern(one, "grammar").search(item.text))
    return next(said, "")


def _moved(found: list[Any]) -> p.Moved:
    negation, item, previous = found
    way = "up" if "rise" in item.ideas else "down" if "fall" in item.ideas else ""
    thing = previous[2] if previous is not None else None
    period = (thing.period if thing is not None else "") or (_period_in(previous[1]) if previous else "")
    return p.Moved(way, previous is not None, negation is not None, period)  # type: ignore[arg-type]


_previous = chain(maybe(_than), idea("previous"), maybe(either(_period, _kind, _name)))
_course = when(lambda item: not item.names and not item.ideas.isdisjoint({"rise", "fall", "change"}))
_moves = made(chain(maybe(idea("not", "never")), _course, maybe(_previous)), _moved)
_in_units = made(chain(idea("at_place", "which"), idea("units")), lambda found: p.Sign("units", found[1]))
_units = made(_unit, lambda item: p.InUnit(item.unit) if not item.period else None)
_times_units = unless(
    made(
        _unit,
        lambda item: (
            p.InUnit(item.unit)
            if item.period and item.into and item.text.endswith(("s", "ах", "ях"))
            else None
        ),
    ),
    chain(idea("marker")),
)

# --- all together -------------------------------------------------------------------------------------


def _before_end(one: Parse) -> Parse:
    """This where nothing but the end of a sentence stands behind it."""

    def parse(items: Sequence[Item], at: int) -> Any:
        found = one(items, at)
        ends = found is not None and all("stop" in item.ideas for item in items[found[1] : found[1] + 2])
        return (p.Sign("apiece", found[0]), found[1]) if found is not None and ends else None

    return parse


def _but(found: list[Any]) -> p.But:
    return p.But(found[-1])


_none = made(  # "no item", of which something holds; "no" before a name leaves it out
    chain(when(lambda item: item.text == "no"), either(_axis, _kind, _marks, _period)),
    lambda found: p.Sign("never", found[0]),
)
_not_even = made(  # "did not give even 20", «не набрали и 40»: less than that
    chain(maybe(_marker), idea("not"), when(lambda item: item.text in {"even", "и", "даже"}), _level),
    lambda found: p.Condition("below", level=found[3], marked=found[0] is not None),
)
_apiece = _before_end(idea("each_of"))  # "cost more than 200 each"
_left_out = either(_stretches, _outers, _named, _one_spot, _spots)
_out = when(lambda item: item.text == "out")
_buts = either(
    made(
        chain(idea("if", "with_mark"), _left_out, maybe(idea("whether")), idea("dropped")),
        lambda found: p.But(found[1]),
    ),
    made(chain(_left_out, idea("dropped")), lambda found: p.But(found[0])),
    made(chain(idea("but"), _frame, _left_out), _but),
    made(
        chain(idea("but", "taken_out"), _left_out, _out), lambda found: p.But(found[1])
    ),  # "leaving gas out"
    made(chain(idea("if"), idea("taken_out"), _left_out, _out), lambda found: p.But(found[2])),
    made(
        chain(idea("but"), maybe(idea("everything")), maybe(idea("who", "which")), _plain_conditions),
        lambda found: replace(found[3], relation=_NEGATED[found[3].relation], marked=True),
    ),
    made(_none_of(chain(idea("not"), either(_named, _spots)), lambda *at: _none(*at)), _but),
    made(
        chain(
            idea("everything", "whole", "others", "each_of"),
            maybe(either(_kind, _period)),
            idea("but"),
            either(_stretches, _outers, _named, _spots),
        ),
        _but,
    ),
)


def _kind_of(found: list[Any]) -> p.Kind | None:
    every, count, item = found
    if count is not None and count.text.isalpha() and "each" in item.ideas:
        return None  # "the three daily minima" are no days
    number = int(count.number.value) if count is not None else 0
    period = item.period if not item.classes else ""
    return p.Kind(item.classes, number, period, item.ideas & MARKS, every is not None, item.text)


_kinds = either(
    made(chain(maybe(idea("everything")), maybe(_count_of), either(_kind, _marks, _period)), _kind_of),
    made(chain(_over, maybe(idea("everything")), _kind), lambda found: p.Kind(found[2].classes, all_of=True)),
    made(chain(_any, either(_kind, _marks, _period)), lambda found: _kind_of([None, None, found[1]])),
)
_downwards = either(  # "best first", "from the most expensive down", "counting from the largest"
    unless(chain(_most, maybe(_axis), idea("first")), either(_period, _kind, _number)),
    chain(idea("counting"), idea("from"), _most),
    chain(idea("from"), _most, when(lambda item: item.text in {"down", "downwards", "up", "upwards"})),
)
_directions = made(_downwards, lambda found: _direction(found))


def _direction(found: list[Item | None]) -> p.Sign:
    most = next(item for item in found if item is not None and item.ideas & {"maximum", "minimum"})
    return p.Sign("descending" if "maximum" in most.ideas else "ascending", most)


_SIGN_WORDS = (
    "divided rank "
    "than and stop share whether together everything minus order standing descending ascending never "
    "always ever previous between from to or percent not first last times by by_size whole "
    "how_many_times how_many how_much plus slowest fastest or "
    "axis_x axis_y axis_y2 axis_colour axes legend title units scale kind_of_chart references notes panels "
    "represents colour_of covers variables different "
    "trend rising falling flat slope fit linear exponential power logarithmic quadratic cubic polynomial "
    "area outliers meet compare relationship correlate sign_of letter_y how_does inclusive overtake if"
)
_signs = either(
    *(made(idea(name), lambda item, name=name: p.Sign(name, item)) for name in _SIGN_WORDS.split())
)
_PHRASES: tuple[Parse, ...] = (
    _not_even,
    _buts,
    _none,
    _conditions,
    _conditions_behind,
    _verb_of_reach,
    _verb_of_relation,
    _whether_any,
    _or_more,
    _signed_subject,
    _signed,
    _plain_conditions,
    _stretches,
    _outers,
    _tops,
    _tops_behind,
    _extremes,
    _count,
    _which,
    _apiece,
    _versus,
    _moves,
    _grouped,
    _nths,
    _each,
    _named,
    _echoes,
    _counts,
    _one_spot,
    _spots,
    _stats,
    _in_units,
    _units,
    _times_units,
    _kinds,
    _directions,
    _comparatives,
    _signs,
)


def parts_of(items: Sequence[Item]) -> list[p.Part]:
    """The parts of a question, in order: at each item the longest phrase; what none takes is unknown."""
    found: list[p.Part] = []
    at = 0
    while at < len(items):
        best = max(
            (one for phrase in _PHRASES if (one := phrase(items, at)) is not None),
            key=lambda one: one[1],
            default=None,
        )
        if best is not None:
            found.append(best[0])
            at = best[1]
            continue
        if not items[at].soft:
            found.append(p.Unknown(items[at]))
        at += 1
    return found
