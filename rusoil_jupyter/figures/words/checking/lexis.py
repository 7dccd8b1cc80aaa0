"""Words that statements have and questions do not: each is one sign in the text that the grammar reads.

So a phrase of the grammar ends where such a word stands, and none of them is spelled right into another.
What says nothing is left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.checking.rewording import reworded
from rusoil_jupyter.figures.words.grammar.names import same
from rusoil_jupyter.figures.words.stems import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.words.checking.scenes import Figured
    from rusoil_jupyter.figures.words.forms import Language

_FIRST = 0xE000  # of the code points that are nobody's
_FILLER = "filler"
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BEGINNING = re.compile(r"(?<![^\W_])\S")
_AS_MUCH = re.compile(r"as\s+(?:much|many)\s+(\w+)\s+as")
_GAP = " … "  # no word, but two numbers stay two
_WEEKDAYS = (
    *(
        ("пн", r"понедельник\w{0,2}"),
        ("вт", r"вторник\w{0,2}"),
        ("ср", r"сред[ауеы]"),
        ("чт", r"четверг\w{0,2}"),
    ),
    *(("пт", r"пятниц\w"), ("сб", r"суббот\w"), ("вс", r"воскресень\w")),
    *(
        ("mon", "mondays?"),
        ("tue", "tuesdays?"),
        ("wed", "wednesdays?"),
        ("thu", "thursdays?"),
        ("fri", "fridays?"),
    ),
    *(("sat", "saturdays?"), ("sun", "sundays?")),
)
_HOURS = (
    (re.compile(r"(?<!\w)at\s+(?:noon|midday)(?!\w)|(?<!\w)в\s+полдень(?!\w)"), "at hour 12"),
    (re.compile(r"(?<!\w)at\s+midnight(?!\w)|(?<!\w)в\s+полночь(?!\w)"), "at hour 0"),
)
_FROM_START = re.compile(
    r"(?<!\w)(?:from\s+(?:the\s+)?(?:very\s+)?(?:start|beginning|outset)(?:\s+of\s+the\s+\w+)?\s+(?:up\s+)?(?:to|until|till|through)"
    r"|(?:с|от)\s+(?:самого\s+)?начала(?:\s+(?:опыта|эксперимента|испытани\w|теста|замера|наблюдени\w))?\s+(?:и\s+)?до)"
    r"\s+(?=(?:(?:hour|day|minute|week|month|year|час\w*|сут\w+|д[не]\w+|минут\w*)\s+)?\d)"
)


def marked(text: str, scene: Figured) -> str:
    """A plain text with signs for the words of statements; the names of the figure stay as they are."""
    text = _quoted(reworded(_from_first(_at_hours(_called(text, scene), scene), scene)), scene)
    kept = [(at.start(), at.end()) for at in scene.spelled.finditer(text)]
    found, at = [], 0
    for start, end, idea in _spoken(text):
        if start < at or any(_splits(text, (start, end), name) for name in kept):
            continue
        if idea == _FILLER and any(same(text[start:end], word) for word in scene.words_of_series):
            continue
        kept_too = text[start:end] if idea == "within" else ""  # no name ends in the number behind it
        said = "".join(_AS_MUCH.findall(text[start:end])) if idea == "than_as" else ""
        sign = _GAP if idea == _FILLER else f" {said} {chr(_FIRST + _ideas().index(idea))} {kept_too} "
        found += [text[at:start], sign]
        at = end
    return _with_by(" ".join("".join([*found, text[at:]]).split()))


def _with_by(text: str) -> str:
    """«Снизилась на 20» is by 20, «снизилась до 20» to 20."""
    up, down, about, by = (chr(_FIRST + _ideas().index(one)) for one in ("up", "down", "about", "by_so_much"))
    return re.sub(rf"([{up}{down}](?:\s+(?:{about}|…))*)\s+на\s+(?=(?:{about}\s+)?\d)", rf"\1 {by} ", text)


def _splits(text: str, words_at: tuple[int, int], name: tuple[int, int]) -> bool:
    """Whether a word stands in a name: a phrase of some words may have a name in it."""
    (first, last), (start, end) = words_at, name
    apart = end <= first or last <= start
    within = first <= start and end <= last and len(text[first:last].split()) > 1
    return not (apart or within)


def with_points(text: str, language: Language) -> str:
    """A text whose numbers are read alike in both languages: a piece may have no letter of its own."""
    return _DECIMAL.sub(".", text) if language == "ru" else _THOUSANDS.sub("", text)


def sign_of(idea: str) -> str:
    """The sign of an idea in a text."""
    return chr(_FIRST + _ideas().index(idea))


def idea_of(text: str) -> str:
    """The idea that a sign stands for; empty for any other text."""
    row = ord(text) - _FIRST if len(text) == 1 else -1
    return _ideas()[row] if 0 <= row < len(_ideas()) else ""


def _called(text: str, scene: Figured) -> str:
    """A sign before each name in brackets: what stands before it says the same in other words."""
    sign = chr(_FIRST + _ideas().index("called"))
    return re.sub(rf"\(\s*({scene.spelled.pattern})\s*\)", rf" {sign} \1 ", text)


def _at_hours(text: str, scene: Figured) -> str:
    """Noon and midnight on an axis that counts hours."""
    if not any(line.time_of_places == "hour" for line in scene.lines):
        return text
    for found, hour in _HOURS:
        text = found.sub(hour, text)
    return text


def _from_first(text: str, scene: Figured) -> str:
    """ "From the start to hour 9" is from the first number on the axis of places, where all begin there."""
    starts = {
        line.extent[0] for line in scene.lines if line.places.kind == "number" and line.extent is not None
    }
    if len(starts) != 1:
        return text
    first = f"{starts.pop():g}"

    def said(found: re.Match[str]) -> str:
        return f"from {first} to " if found[0].startswith("from") else f"от {first} до "

    return _FROM_START.sub(said, text)


def _quoted(text: str, scene: Figured) -> str:
    """Names that are words which else say nothing, in quotes: a series may be called "Costs"."""
    for word in {one[0] for one in WORD.finditer(text)} if scene.soft else ():
        if any(same(word, label) for label in scene.soft):
            text = re.sub(rf'(?<![\w"]){re.escape(word)}(?![\w"])', f'"{word}"', text)
    return _with_weekdays(text, scene)


def _with_weekdays(text: str, scene: Figured) -> str:
    """Days of the week as the figure shortens them."""
    for short, long in _WEEKDAYS:
        if short in scene.categories:
            text = re.sub(rf"(?<!\w){long}(?!\w)", short, text)
    return text


@cache
def _ideas() -> tuple[str, ...]:
    return lexicon.names("claims")


@cache
def _every_form() -> tuple[tuple[str, str], ...]:
    pairs = [(form, idea) for idea in _ideas() for form in lexicon.forms("claims", idea)]
    return tuple(sorted(pairs, key=lambda pair: _length(pair[0])))


def _length(form: str) -> tuple[int, int]:
    """For the longest first; what only has to stand behind does not count."""
    taken = re.sub(r"\(\?[=!].*$", "", form)
    return -taken.count("_"), -len(taken)


def _spoken(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of statements, where they begin and end; of those that begin alike the longest."""
    for start in (one.start() for one in _BEGINNING.finditer(text)):
        forms, pattern = _beginning_with(text[start])
        match = pattern.match(text, start)
        if match is not None:
            yield start, match.end(), forms[(match.lastindex or 1) - 1]


@cache
def _beginning_with(letter: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """What may begin with a letter: a form each group."""
    chosen = [(form, idea) for form, idea in _every_form() if form[0] in {letter, *"(\\["}]
    forms = "|".join(f"({lexicon.expression(form)})" for form, _idea in chosen)
    return tuple(idea for _form, idea in chosen), re.compile(rf"(?:{forms})(?![^\W_])")
