"""A question as a sequence of items: names of the figure, numbers with units, parts of the calendar, ideas.

What says nothing is left out; what is not known is an item without any meaning, which no part of a query
takes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from rusoil_jupyter.figures.words import dates, lexicon, numbers
from rusoil_jupyter.figures.words.colours import COLOUR, nearest
from rusoil_jupyter.figures.words.grammar import spelling
from rusoil_jupyter.figures.words.grammar.glosses import without_glosses
from rusoil_jupyter.figures.words.grammar.item import Item
from rusoil_jupyter.figures.words.grammar.names import Names, is_idea, same
from rusoil_jupyter.figures.words.grammar.pronouns import without_pronouns
from rusoil_jupyter.figures.words.grammar.scene import BOXES, Called, are_weekdays
from rusoil_jupyter.figures.words.grammar.spans import without_spans
from rusoil_jupyter.figures.words.grammar.things import with_things
from rusoil_jupyter.figures.words.grammar.units import TIME_SYMBOLS, fits, unit_at
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.stems import WORD, plain, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rusoil_jupyter.figures.words.grammar.scene import Scene

Value = TypeVar("Value")
_SUPERLATIVES: tuple[tuple[lexicon.Part, str], ...] = (
    ("most", "maximum"),
    ("least", "minimum"),
    ("more", "above"),
    ("less", "below"),
)
_BARS = frozenset({"bar", "histogram", "box", "violin"})
_SIGNS = {">": "above", "<": "below", "≥": "at_least", "≤": "at_most", "=": "equal", "+": "and", "&": "and"}
_THOUSAND = 1000
_ORDINAL = re.compile(r"(\d{1,4})-?(?:й|го|му|м|ом|ый|ая|ой|ую|ю|ья|ти|ми|и|е|я|ых|х|th|st|nd|rd)(?![^\W_])")
_DEGREES = re.compile(r"°\s?[cfсф](?![^\W_])")
_MANY_OF = re.compile(r"(?:how many|how much in|(?<!\w)in|сколько|(?<!\w)в)\s+$")
_MINUS = re.compile(r"(?:minus|минус)\s+")
_NO = re.compile(r"(?<![^\W_])(?:№|#|no\.?)\s*(?=\d)")
_INTO = re.compile(r"(?:^|\s)(?:in|for|during|в|во|за)$")
_BESIDE = re.compile(r"(?:^|\s)(?:at|при)$")
_COUNTING = re.compile(r"(?<!на )(?<!by )(?<!через )(?:how many|сколько)\s+$")
_ZERO = re.compile(r"zero|ноль|нол[яюе]|нул[яюе]|нулем|нуль|freezing")


def items_of(text: str, asked: str, scene: Scene) -> list[Item]:
    """The items of a question.

    Args:
        text: plain, without what names a panel.
        asked: as it was asked: in a unit, capitals count.
    """
    reader = _Reader(spelling.corrected(without_glosses(text, scene), asked, scene), asked, scene)
    return with_things(without_pronouns(list(reader.items())), scene)


class _Reader:
    def __init__(self, text: str, asked: str, scene: Scene) -> None:
        whole = _with_pairs(_in_full(text.replace("’", "'"), scene), scene)
        full = _with_months(_with_years(whole, scene), scene)
        spelled = _spelled_out(_NO.sub("№ ", full))
        self.text = without_spans(spelled, scene)
        self.asked = asked
        self.scene = scene
        self.names = Names(scene, self.text, asked)
        self.calendar = {start: (end, said) for start, end, said in dates.parts_of_calendar(self.text)}
        self.axes = [axis for line in scene.lines for axis in (line.values, line.places)]
        self.numbers = {one.start: one for one in self._numbers()}

    def _numbers(self) -> Iterator[numbers.Written]:
        for one in numbers.find(self.text):
            written = self.text[one.start : one.end]
            start = one.end - len(written.lstrip())
            before = self.text[:start]
            if _MANY_OF.search(before) and not self.text[start : start + 1].isdigit():
                continue  # "how many thousand": a unit
            if not re.search(r"[^\W\d_]-?$", before) or re.search(r"№\s*$", before):
                yield replace(one, start=start)

    def items(self) -> Iterator[Item]:
        at = 0
        while at < len(self.text):
            letter = self.text[at]
            if letter.isspace() or letter in "\"',.:()[]{}!…№«»":
                at += 1
                continue
            item = self._item(at)
            before = self.text[:at].rstrip()
            into, beside = (bool(form.search(before)) for form in (_INTO, _BESIDE))
            yield replace(item, listed=before.endswith(","), into=into, beside=beside)
            at = max(item.end, at + 1)

    def _item(self, at: int) -> Item:
        found = list(self._candidates(at))
        best = max(found, key=lambda one: one.end, default=None)
        if best is None:
            word = WORD.match(self.text, at)
            end = word.end() if word else at + 1
            return Item(self.text[at:end], at, end, known=False)
        return _merged([one for one in found if one.end == best.end])

    def _candidates(self, at: int) -> Iterator[Item]:
        yield from self._signs(at)
        yield from self._dated(at)
        yield from self._numbered(at)
        yield from self._worded(at)
        yield from self._negative(at)
        for end, names, classes in self.names.at(at):
            yield Item(self.text[at:end], at, end, names=names, classes=classes)

    def _signs(self, at: int) -> Iterator[Item]:
        letter = self.text[at]
        if letter == "-":
            stretches = self._is_dash_of_stretch(at)
            yield Item(
                "-", at, at + 1, ideas=frozenset({"to", "dash"} if stretches else ()), soft=not stretches
            )
        elif letter in "?;":
            yield Item(letter, at, at + 1, ideas=frozenset({"stop"}), soft=True)
        elif letter == "%":
            share = Item("%", at, at + 1, ideas=frozenset({"percent", "share"}), unit="%")
            yield self._part_of(at) or share
        elif letter in "$€£₽":
            price = self.numbers.get(at + 1)
            end = price.end if price is not None else at + 1
            yield Item(self.text[at:end], at, end, number=price, unit=letter)
        elif degrees := _DEGREES.match(self.text, at):
            yield Item(degrees[0], at, degrees.end(), unit=degrees[0].replace(" ", "").upper())
        elif letter == "+" and self._is_more(at):
            yield Item("+", at, at + 1, ideas=frozenset({"or_more"}))
        elif letter in _SIGNS:
            yield Item(letter, at, at + 1, ideas=frozenset({_SIGNS[letter]}))

    def _is_more(self, at: int) -> bool:
        """Whether "60+" is 60 or more, no sum."""
        return self.text[:at][-1:].isdigit() and not self.text[at + 1 :].lstrip()[:1].isdigit()

    def _is_dash_of_stretch(self, at: int) -> bool:
        """Whether it stands between two numbers or dates."""
        before, after = self.text[:at].rstrip(), self.text[at + 1 :].lstrip()
        dated = at + 1 in self.calendar
        return bool(before and after) and (dated or after[0].isdigit() or before[-1].isdigit())

    def _dated(self, at: int) -> Iterator[Item]:
        if at in self.calendar:
            end, said = self.calendar[at]
            if self._is_said(at, end):
                year = numbers.Written(float(said.year), at, end, 0.5) if said.is_year else None
                names = self._of_year(said) if said.is_year else ()
                yield Item(self.text[at:end].strip(), at, end, when=said, number=year, names=names)

    def _of_year(self, said: dates.Calendar) -> tuple[Called, ...]:
        """Series that are called as a year is."""
        return tuple(one for one in self.scene.called if one.role == "series" and one.label == str(said.year))

    def _is_said(self, at: int, end: int) -> bool:
        """Whether "may" and "march" are months here, not words that look like them."""
        word = self.text[at:end].strip()
        if word not in {"may", "march", "mar", "dec", "sen", "fall"}:
            return True
        return word.capitalize() in self.asked or bool(
            re.search(
                r"\b(?:in|of|for|from|to|since|until|till|by|between|and|than|after|before|during|and|or|last)\s+$",
                self.text[:at],
            )
        )

    def _part_of(self, at: int) -> Item | None:
        """An axis that is called "% of total", behind its sign."""
        for one in self.scene.called:
            rest = re.fullmatch(r"%\s+of\s+(.+)", plain(one.label)) if one.role == "axis" else None
            match = rest and re.compile(rf"%\s+(?:of|от)\s+{re.escape(rest[1])}(?!\w)").match(self.text, at)
            if match:
                return Item(match[0], at, match.end(), names=(one,))
        return None

    def _is_letter_of_name(self, word: re.Match[str]) -> bool:
        """Whether a capital behind a word for a kind of things is to be the name of one: "sample C"."""
        before = self.names.word_before(word.start())
        return (
            len(word[0]) == 1
            and word[0].isalpha()
            and self.names.is_capital(word[0], word.start())
            and self.names.is_kind(before)
        )

    def _is_mark(self, word: str, unit: str) -> bool:
        """Whether "bar" is what is drawn, not the unit of pressure."""
        bars = any(line.series.kind in _BARS for line in self.scene.lines)
        return (
            bars
            and lexicon.pattern("bars", "grammar").fullmatch(word) is not None
            and not any(fits(unit, axis) for axis in self.axes)
        )

    def _coloured(self, word: re.Match[str]) -> Iterator[Item]:
        """The series of a colour."""
        colours = [(line.id, line.series.colour) for line in self.scene.lines if line.series.colour]
        ids = nearest(word[0], colours) if COLOUR.fullmatch(word[0]) else ()
        if ids:
            called = Called("series", word[0], ids)
            yield Item(word[0], word.start(), word.end(), names=(called,))

    def _is_counted(self, word: re.Match[str], unit: str) -> bool:
        """Whether "how many days" asks for a count: nothing says that the figure measures them."""
        asks = _COUNTING.search(self.text[: word.start()])
        return unit in TIME_SYMBOLS and asks is not None and not (self._is_time or self._says_what_is_shown)

    @cached_property
    def _is_time(self) -> bool:
        """Whether nothing but time is measured, of whatever: "Time, h"."""
        labels = [without_unit(line.values.label) for line in self.scene.lines]
        return all(lexicon.pattern("lasted", "quantities").fullmatch(plain(label)) for label in labels)

    @cached_property
    def _says_what_is_shown(self) -> bool:
        said = WORD.findall(self.text)
        verbs = any(self._is_verb_of_what_is_shown(word) for word in said)
        return verbs or any(same(word, one) for word in said for one in self.names.quantities)

    def _how_deep(self, at: int) -> Iterator[Item]:
        """ "How deep is the maximum" of what is drawn over depth asks for a place."""
        match = lexicon.pattern("deep", "soft").match(self.text, at)
        if match and all(line.is_depth and not line.values_are_depth for line in self.scene.lines):
            yield Item(match[0], at, match.end(), ideas=frozenset({"where"}))

    def _superlative(self, at: int) -> Iterator[Item]:
        """The most or least of what the figure shows: "rainiest" of precipitation; a box has no one value."""
        if any(line.series.kind in BOXES for line in self.scene.lines):
            return
        for part, idea in _SUPERLATIVES:
            for name in lexicon.names(part):
                match = lexicon.pattern(name, part).match(self.text, at)
                if match and self.names.shows(lexicon.pattern(name, "quantities")):
                    yield Item(match[0], at, match.end(), ideas=frozenset({idea}))

    def _is_verb_of_what_is_shown(self, word: str) -> bool:
        """Whether a verb says what the figure shows: "produced" of rates, "sold" of sales."""
        verbs = [kind for kind in _of_quantities() if lexicon.pattern(kind, "soft").fullmatch(word)]
        shown = any(self.names.shows(lexicon.pattern(kind, "quantities")) for kind in verbs)
        return shown or (not verbs and self.names.is_verb_of_label(word))

    def _shows(self, kind: str, said: str) -> bool:
        """Whether the figure shows such a quantity; "how deep" asks for what is measured, not for a place."""
        quantity = lexicon.pattern(kind, "quantities")
        if " " not in said:
            return self.names.shows(quantity)
        return all(quantity.search(plain(line.values.label)) for line in self.scene.lines)

    def _numbered(self, at: int) -> Iterator[Item]:
        ordinal = _ORDINAL.match(self.text, at)
        if ordinal and not re.search(r"[^\W_]-?$", self.text[:at]):
            number = numbers.Written(float(ordinal[1]), at, ordinal.end(), 0.5)
            yield Item(ordinal[0], at, ordinal.end(), number=number, nth=int(ordinal[1]))
            unit, end = self._unit_behind(ordinal.end())
            if self._has(unit):
                yield Item(self.text[at:end], at, end, number=number, nth=int(ordinal[1]), unit=unit)
        elif at in self.numbers:
            number = self.numbers[at]
            unit, end = self._unit_behind(number.end)
            if at in self.calendar and not self._has(unit):
                unit, end = "", number.end  # "2003 in tonnes"
            unit = unit or ("%" if number.percent else "")
            yield Item(self.text[at:end], at, end, number=number, unit=unit)

    def _unit_behind(self, end: int) -> tuple[str, int]:
        """The unit behind a number that ends here, and where it ends itself."""
        return unit_at(self.text, end, self.asked, self.scene, behind_number=True)

    def _has(self, unit: str) -> bool:
        """Whether an axis may be in a unit."""
        return bool(unit) and any(fits(unit, axis) for axis in self.axes)

    def _negative(self, at: int) -> Iterator[Item]:
        """ "Minus five": a number below zero, in words."""
        match = _MINUS.match(self.text, at)
        if match is None or not _begins(self.text, at):
            return
        word = WORD.match(self.text, match.end())
        for one in (*self._numbered(match.end()), *(_spelled(word) if word is not None else ())):
            if one.number is not None and not one.nth:
                number = replace(one.number, value=-abs(one.number.value))
                yield Item(self.text[at : one.end], at, one.end, number=number, unit=one.unit)

    def _worded(self, at: int) -> Iterator[Item]:
        word = WORD.match(self.text, at)
        if word is None or not _begins(self.text, at):
            return
        counted = _COUNTING.search(self.text[:at]) is not None  # "how many thousand" asks for a unit
        yield from (one for one in _spelled(word) if not (counted and _is_thousands(one)))
        yield from self._coloured(word)
        for end, ideas in _ideas_at(self.text, at):
            yield Item(self.text[at:end], at, end, ideas=ideas)
        yield from self._how_deep(at)
        yield from self._superlative(at)
        if end := self._soft_until(word):
            yield Item(self.text[at:end], at, end, soft=True)
        unit, end = unit_at(self.text, at, self.asked, self.scene)
        if unit and not self._is_mark(word[0], unit) and not self._is_counted(word, unit):
            yield Item(self.text[at:end], at, end, unit=unit)

    def _soft_until(self, word: re.Match[str]) -> int:
        """Where a word ends that says nothing, or only what the figure shows; 0 for another one."""
        end = _soft_at(self.text, word.start()) if not self._is_letter_of_name(word) else 0
        repeats = self.names.is_context(word[0]) and not is_idea(word[0])
        shown = self._end_of_what_is_shown(word)
        return max(end, shown, word.end()) if end or repeats or shown else 0

    def _end_of_what_is_shown(self, word: re.Match[str]) -> int:
        """Where a word or phrase ends that says what the figure shows: "how deep" of depths; 0 for none."""
        at = word.start()
        ends = (
            match.end()
            for kind in _of_quantities()
            if (match := lexicon.pattern(kind, "soft").match(self.text, at)) is not None
            and self._shows(kind, match[0])
        )
        return max(ends, default=word.end() if self._is_verb_of_what_is_shown(word[0]) else 0)


_QUARTERS = r"(?:квартал\w*|кв\.?|quarters?|полугоди\w*|half)"
_TWICE = re.compile(
    rf"(?<![^\W_])([1-4]|i{{1,3}}|iv|перв\w+|втор\w+|трет\w+|first|second|third)(\s*(?:-|по|к|до|и|to|and|through|until)\s*)"
    rf"((?:[1-4]|i{{1,3}}|iv|втор\w+|трет\w+|четверт\w+|second|third|fourth)(?:-?(?:й|ый|м|му))?\s+)({_QUARTERS})"
)
_QUARTILES = re.compile(
    r"(?<!\w)(нижн\w+|верхн\w+|перв\w+|lower|upper|first)(\s+(?:и|and)\s+(?:the\s+)?)"
    r"(нижн\w+|верхн\w+|трет\w+|lower|upper|third)\s+(квартил\w+|quartiles?)"
)
_DAYS = re.compile(
    rf"(?<![:\w])(\d{{1,2}})(\s*(?:-|по|до|to|and|и|through|until)\s*)(\d{{1,2}}\s+)({dates.MONTH})(?![^\W\d_])"
)
_MONTH_DAYS = re.compile(
    rf"(?<![^\W_])({dates.MONTH})(\s+\d{{1,2}}\s*(?:-|to|and|through|until)\s*)(\d{{1,2}})(?![\w.,]*\d)"
)


_RELATIONS = ("above", "below", "equal", "reach", "at_least", "at_most", "cross", "than")
_OF_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_DAY_AND_MONTH = re.compile(
    r"(?P<before>(?:^|[а-я]+\s+))(?P<day>0?[1-9]|[12]\d|3[01])\.(?P<month>0[1-9]|1[0-2])"
    r"(?=\s*(?:$|[?!,;]|\.$|(?:по|до|и|у|в|с|на|-)\s))"
)
_PAIR = re.compile(r"(?<![\w-])([^\W_]+)[-/]([^\W_]+)(?![\w-])")
_SHORT_YEAR = re.compile(rf"(?<!\w)({dates.MONTH})(?![^\W\d_])\.?[\s-]+(\d\d)(?![\w:]|[.,]\d)")


def _hour(match: re.Match[str]) -> str:
    return f"{int(match[1]) % 12 + 12 * (match[3] in {'pm', 'вечера', 'дня'})}:{match[2] or '00'}"


def _day(match: re.Match[str]) -> str:
    """A day of a month, in digits."""
    nth = numbers.nth_of(match[1])
    return f"{nth} {match[2]}" if nth else match[0]


def _month(match: re.Match[str]) -> str:
    """A month of a year, as 2022-03."""
    return f"{match[2]}-{match[1]:0>2}"


_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th|-?го)?\s+(?:of\s+)?(?:{dates.MONTH})"
_DATE = rf"{_DAY}|(?:{dates.MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?)(?:,?\s+\d{{4}})?"
_TIME = r"\d{1,2}:\d{2}"
_CLOCKS = re.compile(
    rf"(?<![\d:])({_TIME})(\s*(?:-|до|to|and|и|until|till)\s*)({_TIME})\s+(?:on\s+)?({_DATE})(?![\w:])"
)
_CLOCK = re.compile(rf"(?<![\d:])({_TIME})\s+(?:on\s+)?({_DATE})(?![\w:])")


_EQUALS = r"(?:=|is|equals|равн[аоы]?|равен)"
_WRITTEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<!\w)sept(?!\w)\.?"), "sep"),
    (re.compile(r"(?<!\w)на (сколько\s+\w+\s+)(?:разбит|раздел|подел)\w+"), r"\1"),
    (re.compile(rf"(?<!\w)(?:when|where|если|когда|где)\s+(?=[xх]\s*{_EQUALS}\s*-?\d)"), "at "),
    (re.compile(r"(?<![^\W\d_])'(\d\d)(?!\d)"), r"20\1"),
    (re.compile(r"(?<!\d)(\d{1,2}\.\d{2})\.(\d{2})(?![.\d])"), r"\1.20\2"),
    (re.compile(r"(?<!\d)(\d{2})-?(?:й|м|ом|го|ого)\s+(?=год)"), r"20\1 "),
    (re.compile(r"(?<![\d.,-])((?:19|20)\d\d)-(?:й|м|ом|го|ого|му|ому)(?!\w)"), r"\1"),
    (re.compile(r"(?<=\d)\s*(тыс|млн|млрд)\.?\s*(?=[а-я])"), r" \1. "),
    (re.compile(rf"(?<!\w)({dates.MONTH})\s+(\d{{2}})-?го(?!\w)"), r"\1 20\2"),
    (
        re.compile(
            r"(?<![\w:])(\d{1,2})(?::(\d\d))?\s*(?:час(?:ов|а)?\s+|ч\.?\s+)?(am|pm|утра|вечера|дня)(?!\w)"
        ),
        _hour,
    ),
    (re.compile(r"(?<!\w)полчаса(?!\w)"), "30 минут"),
    (re.compile(r"(?<!\w)полгода(?!\w)"), "6 месяцев"),
    (re.compile(r"(?<!\w)half an hour(?!\w)"), "30 minutes"),
    (re.compile(r"(?<!\w)(?:noon|midday|полдень|полдня)(?!\w)"), "12:00"),
    (re.compile(r"(?<!\w)(?:midnight|полночь)(?!\w)"), "00:00"),
    (
        re.compile(
            rf"(?<![\w-])((?:[^\W\d_]+-)?[^\W\d_]+)\s+(?:day\s+)?(?:of\s+)?((?:{dates.MONTH})(?![^\W_]))"
        ),
        _day,
    ),
    (re.compile(r"(?<![\d/.])(0?[1-9]|1[0-2])[/.]((?:19|20)\d\d)(?![\d/.])"), _month),
    (re.compile(r"\s*@\s*"), " at "),
    (re.compile(r"(?<![\w.,])\.(?=\d)"), "0."),
    (re.compile(r"°\s?с(?![^\W_])"), "°c"),
    (re.compile(r"[~≈≃]\s*(?=\d)"), ""),
    (re.compile(r"(?<!\w)half a year(?!\w)"), "6 months"),
    (re.compile(r"(?<!\w)полсуток(?!\w)"), "12 часов"),
    (re.compile(r"(?<!\w)fortnight(?!\w)"), "14 days"),
)


def _spelled_out(text: str) -> str:
    """«С I по IV квартал», "2 to 10 May": what is said once is meant of both."""
    text = numbers.in_digits(text)
    for written, by in _WRITTEN:
        text = written.sub(by, text)
    text = _CLOCK.sub(r"\2 \1", _CLOCKS.sub(r"\4 \1\2\4 \3", text))
    text = _QUARTILES.sub(r"\1 \4\2\3 \4", _TWICE.sub(r"\1 \4\2\3\4", text))
    text = _DAYS.sub(r"\1 \4\2\3\4", text)
    return _MONTH_DAYS.sub(r"\1\2\1 \3", text)


def _in_full(text: str, scene: Scene) -> str:
    """«Рпл» in full, where no label is written so."""
    known = {word for one in scene.called for word in words(one.label)}
    for short in lexicon.names("short"):
        if short not in known:
            full = " ".join(lexicon.forms("short", short))
            text = re.sub(rf"(?<![^\W_]){short}(?![^\W_])", full, text)
    return _with_weekdays(text, scene)


def _with_weekdays(text: str, scene: Scene) -> str:
    """Days of the week as the figure writes them."""
    axes = [axis for line in scene.lines for axis in (line.places, line.crossed)]
    known = {
        dates.weekday_of(name): plain(name)
        for axis in axes
        if are_weekdays(axis.categories)
        for name in axis.categories
    }
    return WORD.sub(lambda word: known.get(dates.weekday_of(word[0]), word[0]), text) if known else text


def _with_years(text: str, scene: Scene) -> str:
    """ "Sep 22" of an axis of months is September 2022."""
    spans = [line.span for line in scene.lines if line.spacing > dates.LONGEST_DAY_STEP]
    if not spans or len(spans) < len(scene.lines):
        return text
    first, last = min(span[0] for span in spans)[:4], max(span[1] for span in spans)[:4]

    def full(match: re.Match[str]) -> str:
        year = f"20{match[2]}"
        return f"{match[1]} {year}" if first <= year <= last else match[0]

    return _SHORT_YEAR.sub(full, text)


def _with_pairs(text: str, scene: Scene) -> str:
    """ "The Brent-WTI spread" is of Brent and WTI."""
    names = {plain(one.label) for one in scene.called if one.role == "series"}

    def apart(match: re.Match[str]) -> str:
        are_names = {match[1], match[2]} <= names and match[0] not in names
        joint = "и" if re.search(r"[а-я]", text) else "and"
        return f"{match[1]} {joint} {match[2]}" if are_names else match[0]

    return _PAIR.sub(apart, text)


def _with_months(text: str, scene: Scene) -> str:
    """«05.03» of an axis of days is the fifth of March, unless it is a level."""
    if not any(0 < line.spacing <= dates.LONGEST_DAY_STEP for line in scene.lines):
        return text

    def full(match: re.Match[str]) -> str:
        level = any(lexicon.pattern(one, "grammar").search(match["before"]) for one in _RELATIONS)
        return (
            match[0]
            if level
            else f"{match['before']}{int(match['day'])} {_OF_MONTHS[int(match['month']) - 1]}"
        )

    return _DAY_AND_MONTH.sub(full, text)


def _is_thousands(item: Item) -> bool:
    return item.number is not None and item.number.value >= _THOUSAND


def _begins(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_")


def _merged(same: list[Item]) -> Item:
    """Several meanings of one stretch of a question as one item."""
    means = any(one.names or one.when or one.number for one in same)
    return replace(
        same[0],
        ideas=frozenset().union(*(one.ideas for one in same)),
        names=tuple(dict.fromkeys(chain.from_iterable(one.names for one in same))),
        classes=frozenset().union(*(one.classes for one in same)),
        number=_first(one.number for one in same),
        nth=max(one.nth for one in same),
        unit=_first(one.unit or None for one in same) or "",
        when=_first(one.when for one in same),
        soft=not means and any(one.soft for one in same),
    )


def _first(values: Iterable[Value | None]) -> Value | None:
    return next((one for one in values if one is not None), None)


def _spelled(word: re.Match[str]) -> Iterator[Item]:
    """Numbers and ordinals in words."""
    if _ZERO.fullmatch(word[0]):
        number = numbers.Written(0.0, word.start(), word.end(), 0.0)
        yield Item(word[0], word.start(), word.end(), number=number)
    if (value := numbers.cardinal_of(word[0])) > 0:
        number = numbers.Written(float(value), word.start(), word.end(), 0.5)
        yield Item(word[0], word.start(), word.end(), number=number)
    if nth := numbers.nth_of(word[0]):
        yield Item(word[0], word.start(), word.end(), nth=nth)


@cache
def _of_quantities() -> frozenset[str]:
    """Kinds of words that say nothing where the figure shows what they are about: "sold" of sales."""
    return frozenset(lexicon.names("soft")) & frozenset(lexicon.names("quantities"))


@lru_cache(maxsize=4096)
def _by_first_letter(letter: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The ideas that a word with this first letter may begin."""
    return tuple(
        (name, lexicon.pattern_of(forms))
        for name in lexicon.names("grammar")
        if (forms := tuple(form for form in lexicon.forms("grammar", name) if form[0] in {letter, *"(\\["}))
    )


def _ideas_at(text: str, at: int) -> Iterator[tuple[int, frozenset[str]]]:
    ends: dict[int, set[str]] = {}
    for name, pattern in _by_first_letter(text[at]):
        match = pattern.match(text, at)
        if match:
            ends.setdefault(match.end(), set()).add(name)
    for end, ideas in ends.items():
        yield end, frozenset(ideas)


def _soft_at(text: str, at: int) -> int:
    """Where a word that says nothing ends; 0 where none begins here."""
    kinds = [kind for kind in lexicon.names("soft") if kind not in _of_quantities()]
    ends = [match.end() for kind in kinds if (match := lexicon.pattern(kind, "soft").match(text, at))]
    return max(ends, default=0)
