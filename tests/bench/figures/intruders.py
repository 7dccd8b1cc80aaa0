"""Words put into a known question, so that it asks for something else; and what it asks for then.

An intruder that has a meaning for the chart comes with the chart as it is after it (a category left out, an
interval, marks above a level), once for each way to understand it. The question asked of that chart has the
right answer. Where an intruder has no meaning there is none, and no answer of the known question can stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.figures.questions import MONTHS, Line, name_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from tests.bench.figures.questions import Truth

    Intruder = Callable[[str, Truth, random.Random], "Variant | None"]


@dataclass(frozen=True)
class Variant:
    """A known question with an intruder. ``truths``: the chart after it; ``None`` where it means nothing."""

    kind: str
    text: str
    truths: tuple[Truth, ...] | None = None


# --- words -----------------------------------------------------------------------------------------------

# "{q}" is the question with a small letter and no mark at its end, "{c}" a place or a name, "{l}" a level.
EXCEPT = {
    "en": ("{q} except {c}?", "{q} without {c}?", "{q}, not counting {c}?", "{q} excluding {c}?"),
    "ru": ("{q}, кроме {c}?", "{q}, не считая {c}?", "{q}, исключая {c}?", "{q} за исключением {c}?"),
}
REMOVE = {
    "en": ("Remove {c} and then {q}.", "Leave out {c}: {q}?", "If {c} is dropped, {q}?"),
    "ru": ("Убери {c}, а потом: {q}", "Если убрать {c}: {q}?", "Отбрось {c} и скажи: {q}?"),
}
AFTER = {"en": ("{q} after {c}?", "After {c}: {q}?"), "ru": ("{q} после {c}?", "После {c}: {q}?")}
BEFORE = {"en": ("{q} before {c}?", "Up to {c}: {q}?"), "ru": ("{q} до {c}?", "До {c}: {q}?")}
HALF = {
    "en": ("{q} in the first half?", "In the first half, {q}?"),
    "ru": ("{q} в первой половине?", "{q} за первую половину?"),
}
IN_YEAR = {"en": ("{q} in {c}?", "In {c}, {q}?"), "ru": ("{q} в {c} году?", "{q} за {c} год?")}
ABOVE = {
    "en": ("{q} if {y} is above {l}?", "{q} where {y} exceeds {l}?", "{q} when {y} is greater than {l}?"),
    "ru": ("{q}, если {y} больше {l}?", "{q} там, где {y} выше {l}?", "{q}, когда {y} превышает {l}?"),
}
BELOW = {
    "en": ("{q} if {y} is below {l}?", "{q} while {y} is less than {l}?"),
    "ru": ("{q}, если {y} меньше {l}?", "{q} там, где {y} ниже {l}?"),
}
IF = {
    "en": ("{q} if it had been twice as large?", "{q} if nothing changes?", "{q} unless it is winter?"),
    "ru": (
        "{q}, если бы было вдвое больше?",
        "{q}, если ничего не изменится?",
        "{q}, когда закрыты скважины?",
    ),
}
UNITS = {
    "en": ("barrels", "feet", "psi", "kelvins", "tonnes per hectare", "megawatts", "litres"),
    "ru": ("баррелях", "футах", "атмосферах", "кельвинах", "тоннах на гектар", "мегаваттах", "литрах"),
}
IN_UNIT = {"en": ("{q} in {c}?", "In {c}, {q}?"), "ru": ("{q} в {c}?", "В {c}: {q}?")}
INSTRUCT = {
    "en": (
        "{q}? Plot it.",
        "Draw a line there: {q}",
        "{q}, and mark it in red",
        "Write code for this: {q}",
        "{q}, and explain why",
        "Make a table of it: {q}",
    ),
    "ru": (
        "{q}? Построй это.",
        "Проведи там линию: {q}",
        "{q}, и отметь это красным",
        "Напиши код: {q}",
        "{q}, и объясни почему",
        "Составь по этому отчёт: {q}",
    ),
}
STRAY = {
    "en": ("green", "wooden", "offshore", "pumps", "injected", "giraffes", "sandstone", "northern"),
    "ru": (
        "зелёное",
        "насосов",
        "деревянное",
        "северное",
        "нагнетаемое",
        "жирафов",
        "песчаника",
        "квартальное",
    ),
}
STRAY_TAILS = {
    "en": ("{q} of the pumps?", "{q} for well 7?", "{q} on Mars?", "{q} squared?", "{q} per employee?"),
    "ru": (
        "{q} у насосов?",
        "{q} скважины 7?",
        "{q} на Марсе?",
        "{q} в квадрате?",
        "{q} на одного рабочего?",
    ),
}
ALIKE = {
    "en": ("New {c}", "{c} 2", "{c}-bis", "Old {c}"),
    "ru": ("Новая {c}", "{c} 2", "{c}-бис", "Старое {c}"),
}
FOR = {"en": ("{q} for {c}?", "{q} of {c}?"), "ru": ("{q} для {c}?", "{q} у {c}?")}
ABSENT_YEARS = ("1471", "2187")
NOT = {"en": "not", "ru": "не"}
_VERB = re.compile(r"^(?:is|was|are|were|does|did|has|have|reach)$", re.IGNORECASE)
_OF_MONTH = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]


def _in(
    words: dict[str, tuple[str, ...]], question: str, truth: Truth, rng: random.Random, **named: Any
) -> str:
    known = question.rstrip("?. ")
    if known[1:2].islower() or known[1:2] == " ":
        known = known[:1].lower() + known[1:]
    text = rng.choice(words[truth.language]).format(q=known, **named)
    return text[:1].upper() + text[1:]


def _place(truth: Truth, at: Any) -> str:
    """A place as it follows "except" or "after"."""
    ru = truth.language == "ru"
    if truth.places == "month":
        word = _OF_MONTH[at.month - 1] if ru else MONTHS["en"][at.month - 1]
        return f"{word} {at.year} года" if ru else f"{word} {at.year}"
    if truth.places == "date":
        return f"{at:%d.%m.%Y}" if ru else f"{at:%Y-%m-%d}"
    if truth.places == "number":
        return f"{at:g} года" if ru else f"{at:g}"
    return str(at)


def _labels(truth: Truth) -> set[str]:
    """All that stands on a chart."""
    places = {str(at) for line in truth.lines for at in line.xs if isinstance(at, str)}
    return {truth.x, truth.y, truth.colour, truth.chart, *(line.label for line in truth.lines), *places} - {
        ""
    }


def _is_written(word: str, truth: Truth) -> bool:
    """Whether a word, but for its ending, stands on a chart."""
    stem = word.casefold()[: max(4, len(word) - 3)]
    return any(stem in label.casefold() for label in _labels(truth))


# --- charts after an intruder ----------------------------------------------------------------------------


def _kept(truth: Truth, keep: Callable[[Any, float], bool]) -> Truth | None:
    """A chart with these marks alone; ``None`` where a series loses all of them."""
    lines = []
    for line in truth.lines:
        marks = [(x, y) for x, y in zip(line.xs, line.ys, strict=True) if keep(x, y)]
        if not marks:
            return None
        lines.append(Line(line.label, [x for x, _ in marks], [y for _, y in marks]))
    return replace(truth, lines=lines)


def _all_of(*truths: Truth | None) -> tuple[Truth, ...] | None:
    """The readings of an intruder, where each leaves something."""
    known = tuple(truth for truth in truths if truth is not None)
    return known if len(known) == len(truths) else None


_PLACED = frozenset({"line", "area", "bar", "barh", "grouped", "pie"})
_ORDERED = frozenset({"number", "date", "month"})


def _is_by_year(truth: Truth) -> bool:
    return truth.places == "number" and name_of(truth.x).casefold() in {"year", "год"}


def _somewhere(truth: Truth, rng: random.Random) -> Any:
    """A place: one of those that a question is likely to be about, or any."""
    line = rng.choice(list(truth.lines))
    values = np.asarray(line.ys, float)
    return line.xs[rng.choice([int(values.argmax()), int(values.argmin()), rng.randrange(len(values))])]


def _left_out(words: dict[str, tuple[str, ...]], kind: str) -> Intruder:
    def intrude(question: str, truth: Truth, rng: random.Random) -> Variant | None:
        named = truth.places in {"category", "month", "date"} or _is_by_year(truth)
        if truth.kind not in _PLACED or not named:
            return None
        at = _somewhere(truth, rng)
        after = _all_of(_kept(truth, lambda x, _y: x != at))
        text = _in(words, question, truth, rng, c=_place(truth, at))
        return after and Variant(kind, text, after)

    return intrude


def _left_out_series(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    """Of questions about the whole chart: one series less."""
    if len(truth.lines) < 3:
        return None
    line = rng.choice(list(truth.lines))
    after = replace(truth, lines=[one for one in truth.lines if one is not line])
    return Variant("exclusion", _in(EXCEPT, question, truth, rng, c=line.label), (after,))


def _part(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    """Another interval: after or before a place."""
    if truth.places not in _ORDERED or truth.kind not in {"line", "area"}:
        return None
    if truth.places == "number" and not _is_by_year(truth):
        return None
    at = _somewhere(truth, rng)
    if rng.random() < 0.5:
        words, ways = AFTER, (lambda x, _y: x > at, lambda x, _y: x >= at)
    else:
        words, ways = BEFORE, (lambda x, _y: x < at, lambda x, _y: x <= at)
    after = _all_of(*(_kept(truth, way) for way in ways))
    return after and Variant("interval", _in(words, question, truth, rng, c=_place(truth, at)), after)


def _half(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    """The first half: of the marks, or of the axis."""
    if truth.places not in _ORDERED or truth.kind not in {"line", "area", "scatter"}:
        return None
    places = sorted(x for line in truth.lines for x in line.xs)
    middle = places[0] + (places[-1] - places[0]) / 2
    several = len(set(places))
    mark = sorted(set(places))[several // 2]
    ways = (
        lambda x, _y: x <= middle,
        lambda x, _y: x < middle,
        lambda x, _y: x < mark,
        lambda x, _y: x <= mark,
    )
    after = _all_of(*(_kept(truth, way) for way in ways))
    return after and Variant("interval", _in(HALF, question, truth, rng), after)


def _year(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    if truth.places not in {"month", "date"} or truth.kind not in {"line", "area"}:
        return None
    year = _somewhere(truth, rng).year
    after = _all_of(_kept(truth, lambda x, _y: x.year == year))
    return after and Variant("interval", _in(IN_YEAR, question, truth, rng, c=year), after)


def _condition(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    """On the own value."""
    if truth.kind not in _PLACED | {"scatter"}:
        return None
    values = np.concatenate([np.asarray(line.ys, float) for line in truth.lines])
    level = float(f"{np.quantile(values, rng.uniform(0.25, 0.75)):.3g}")
    if np.any(values == level):
        return None
    above = rng.random() < 0.5
    after = _all_of(_kept(truth, lambda _x, y: y > level if above else y < level))
    named = {"y": name_of(truth.y).casefold(), "l": f"{level:g}"}
    return after and Variant(
        "condition", _in(ABOVE if above else BELOW, question, truth, rng, **named), after
    )


def _supposed(question: str, truth: Truth, rng: random.Random) -> Variant:
    return Variant("condition", _in(IF, question, truth, rng))


def _negated(question: str, truth: Truth, rng: random.Random) -> Variant:
    words = question.split(" ")
    verbs = [row + 1 for row, word in enumerate(words) if _VERB.match(word)]
    row = verbs[0] if verbs else rng.randrange(1, len(words)) if len(words) > 1 else 0
    return Variant("negation", " ".join([*words[:row], NOT[truth.language], *words[row:]]))


def _in_unit(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    unit = rng.choice(UNITS[truth.language])
    if _is_written(unit, truth):
        return None
    return Variant("unit", _in(IN_UNIT, question, truth, rng, c=unit))


def _instructed(question: str, truth: Truth, rng: random.Random) -> Variant:
    return Variant("instruction", _in(INSTRUCT, question, truth, rng))


def _stray(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    if rng.random() < 0.4:
        return Variant("stray", _in(STRAY_TAILS, question, truth, rng))
    word = rng.choice(STRAY[truth.language])
    drawn_in_colours = len(truth.lines) > 1 or truth.kind in {"pie", "bar", "barh", "heatmap", "box"}
    if _is_written(word, truth) or (drawn_in_colours and word in {"green", "зелёное"}):
        return None
    words = question.split(" ")
    row = rng.randrange(1, len(words) + 1)
    if row == len(words):
        return Variant("stray", f"{question.rstrip('?. ')} {word}?")
    return Variant("stray", " ".join([*words[:row], word, *words[row:]]))


def _alike(question: str, truth: Truth, rng: random.Random) -> Variant | None:
    """A name like a label but not one, in the place of that label or added."""
    names = [label for label in _names(truth) if len(label) > 2]
    if not names:
        return None
    held = [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question)]
    name = max(held, key=len) if held else rng.choice(names)
    other = _other_number(name, rng) or rng.choice(ALIKE[truth.language]).format(c=name)
    if any(other.casefold() in label.casefold() for label in _labels(truth)):
        return None
    if held:
        return Variant(
            "alike", re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: other, question, count=1)
        )
    return Variant("alike", _in(FOR, question, truth, rng, c=other))


def _names(truth: Truth) -> Sequence[str]:
    places = {at for line in truth.lines for at in line.xs if isinstance(at, str)}
    return sorted({line.label for line in truth.lines} | places)


def _other_number(name: str, rng: random.Random) -> str:
    """The name with another number in it; empty where it has none."""
    if not re.search(r"\d", name):
        return ""
    return re.sub(r"\d+", lambda match: str(int(match.group()) + rng.randrange(11, 60)), name, count=1)


def _absent_year(question: str, truth: Truth, rng: random.Random) -> Variant:
    return Variant("alike", _in(IN_YEAR, question, truth, rng, c=rng.choice(ABSENT_YEARS)))


INTRUDERS: tuple[Intruder, ...] = (
    _left_out(EXCEPT, "exclusion"),
    _left_out_series,
    _left_out(REMOVE, "remove"),
    _part,
    _half,
    _year,
    _condition,
    _supposed,
    _negated,
    _in_unit,
    _instructed,
    _stray,
    _alike,
    _absent_year,
)


def variants(question: str, truth: Truth, rng: random.Random, most: int) -> list[Variant]:
    """At most ``most`` variants of a question, each with another intruder."""
    made = [one for intrude in INTRUDERS if (one := intrude(question, truth, rng)) is not None]
    return rng.sample(made, min(most, len(made)))
