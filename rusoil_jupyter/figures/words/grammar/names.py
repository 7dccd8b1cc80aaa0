"""Names of the figure in a question: whole or by what tells them apart, inflected, in the other script or
language."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.dates import weekday_of
from rusoil_jupyter.figures.words.grammar.places import period_of_names
from rusoil_jupyter.figures.words.grammar.scene import calendar_of
from rusoil_jupyter.figures.words.labels import column_of, without_unit
from rusoil_jupyter.figures.words.numbers import nth_of
from rusoil_jupyter.figures.words.stems import ENDINGS, WORD, alike, concept, plain, stem, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rusoil_jupyter.figures.values.description import Axis
    from rusoil_jupyter.figures.words.grammar.scene import Called, Line, Role, Scene

_LEAST = 0.8
_ON_FIGURES = ("title", "legend", "units", "axes")
_OPERATIONS = ("maximum", "minimum", "mean", "median", "sum", "spread")
_SYNONYM = 0.85
_JOINTS = frozenset(["of", "the", "a", "an", "№", "no"])
_OF = frozenset(["of", "for", "для", "у"])
_SMALL = frozenset("aiаивсокуя")
_LOOKALIKES = str.maketrans("авекмнорстухі", "abekmhopctyxi")
_NO = re.compile(r"\b(?:No\.|№|#)\s*(?=\d)", re.IGNORECASE)
_ENDED = re.compile(r"\d+-[а-я]{1,3}")
_SEVERAL = re.compile(r"[,;/&]|\band\b|\bvs\b|(?<!\w)и(?!\w)")
_PER_ONE = re.compile(r"(?:(?<!\w)на\s+[^\W\d_]{4,}[ую]|\bper\s+[^\W\d_]{3,})$")  # «на скважину»: of each
_NUMBERED_NAME = re.compile(r"([^\W\d_][^\d]*?)[\s№#-]*(\d{1,6})[^\W\d_]?")
_ROOT = 4  # letters that a verb and a noun share
_VERB = re.compile(r"[а-я]{2,}(?:л[аои]?|[еию]т|[уя]т|[аея]н[аоы]|то)(?:ся|сь)?|[a-z]{3,}(?:ed|ing|t|s)")
_AND = frozenset(["и", "and"])
_SIGNS = ("%", "+")
_NUMBERS = frozenset(["номер", "number", "no"])
_COMPARATIVE = re.compile(r"[a-z]+er|[а-я]+(?:ее|ше|же|че)")
_BY = re.compile(r"\s*(?:по|by|in terms|с конца|from the)(?!\w)")
Spoken = tuple[int, int, str]


@dataclass(frozen=True)
class _Found:
    last: int  # the last word of the question that it takes
    sure: float
    called: Called | None = None
    cls: str = ""


class Names:
    """The names that a plain text may hold."""

    def __init__(self, scene: Scene, text: str, asked: str) -> None:
        self.scene = scene
        self.text = text
        self.asked = asked
        self.spoken: list[Spoken] = [(one.start(), one.end(), one[0]) for one in WORD.finditer(text)]
        self._rows = {start: row for row, (start, _end, _word) in enumerate(self.spoken)}
        groups: dict[str, list[Called]] = {}
        for one in scene.called:
            groups.setdefault(one.kind, []).append(one)
        self.groups = [_Group(name, called) for name, called in groups.items()]

    def at(self, start: int) -> Iterator[tuple[int, tuple[Called, ...], frozenset[str]]]:
        """Names and words for kinds of things that begin at a place: where they end, what they are."""
        row = self._rows.get(start)
        if row is None:
            return
        each = _PER_ONE.search(self.text[: self.spoken[row][1]]) is not None
        found = [one for group in self.groups for one in group.found(row, self) if not (each and one.cls)]
        if found:
            yield self._longest(found, start)
        elif not each and (kinds := self._titled(row)):
            yield self.spoken[row][1], (), kinds

    def _longest(self, found: list[_Found], start: int) -> tuple[int, tuple[Called, ...], frozenset[str]]:
        """Of what begins at a place that which takes most words, as far as it is sure."""
        last = max(one.last for one in found)
        longest = [one for one in found if one.last == last]
        classes = frozenset(one.cls for one in longest if one.cls)
        end = self.spoken[last][1]
        names = _whole_first(_surest(longest), self.text[start:end])
        sign = self.text[end : end + 1]
        if sign in _SIGNS and any(sign in one.label for one in names if one.role != "axis"):
            end += 1  # "Discount 8%", "C3+"
        return end, tuple(names), classes

    def is_ranked_behind(self, word: str) -> bool:
        """Whether a word is followed by what is measured: "the second well in water cut" is no name."""
        match = re.search(rf"(?<!\w){re.escape(word)}\s+(?:in|for|on)\s+([^\W\d_]+)", self.text)
        return match is not None and any(same(match[1], one) for one in self.quantities)

    def word_before(self, start: int) -> str:
        """The word that stands before a place of the text."""
        row = self._rows.get(start, 0)
        return self.spoken[row - 1][2] if row else ""

    def is_kind(self, word: str) -> bool:
        """Whether names of one group share this word: "well" of "Well 1" and "Well 2"."""
        return any(same(word, kind) for group in self.groups for kind in group.kinds)

    def _titled(self, row: int) -> frozenset[str]:
        """What a word of a title may be a kind of: the series where there are several, the categories, or
        what the points are."""
        word, lines = self.spoken[row][2], self.scene.lines
        if not lines or is_said_of_figures(word) or not self._is_of_title(word):
            return frozenset()
        dots = any(line.series.kind == "scatter" and line.places.kind != "category" for line in lines)
        if dots and not self._in_legend_title(word):
            return frozenset({"points"})
        if lines[0].cross_key is not None:
            return _things_of_grid(lines[0])
        several = len({line.series.label for line in lines}) > 1
        kinds = ["series"] if several else []
        if _are_things(lines[0].places, several=several):
            kinds.append(f"category {lines[0].place_key}")
        return frozenset(kinds)

    def _is_of_title(self, word: str) -> bool:
        """Whether a word is a legend's title, one of a title, or a general one where no name has its own."""
        if any(plain(line.panel.legend_title) == word for line in self.scene.lines):
            return True
        if len(word) < 4 or is_soft(word):
            return False
        if any(_piece_is(word, known) for known in self.scene.title_words if not known.isdigit()):
            return True
        kinds = any(one.kinds for one in self.groups)
        return not kinds and is_thing(word)

    def _in_legend_title(self, word: str) -> bool:
        titles = {one for line in self.scene.lines for one in words(line.panel.legend_title)}
        return any(_piece_is(word, known) for known in titles)

    def is_context(self, word: str) -> bool:
        """Whether a word only repeats a title that is about nothing but what is asked."""
        if lexicon.pattern("uncertainty", "grammar").fullmatch(word):
            return False  # asked of a figure "with errors", it is what is asked
        return len(word) > 2 and any(_piece_is(word, known) for known in self._context)

    @cached_property
    def _context(self) -> frozenset[str]:
        titles = [self.scene.description.title, *(line.panel.title for line in self.scene.lines)]
        labels = {word for one in self.scene.called for word in words(without_unit(one.label))}
        return frozenset(
            word
            for title in titles
            for word in words(without_unit(title))
            if len(word) > 2 and (not _SEVERAL.search(plain(without_unit(title))) or word in labels)
        )

    def shows(self, quantity: re.Pattern[str]) -> bool:
        """Whether an axis, a title, or every series is called after a quantity."""
        if any(quantity.search(plain(label)) for label in (*self._labels("axis"), *self.scene.title_words)):
            return True
        series = self._labels("series")
        return bool(series) and all(quantity.search(plain(label)) for label in series)

    def _labels(self, role: Role) -> set[str]:
        return {one.label for one in self.scene.called if one.role == role}

    @cached_property
    def labels(self) -> frozenset[str]:
        """All names of the figure."""
        return frozenset(one.label for one in self.scene.called)

    def is_verb_of_label(self, word: str) -> bool:
        """Whether a verb has the root of what an axis or a title is called after: "flared" of "Flaring"."""
        return _VERB.fullmatch(word) is not None and any(
            _have_one_root(word, one) for one in (*self.quantities, *self._titles)
        )

    @cached_property
    def quantities(self) -> frozenset[str]:
        """The words that axes of values are called after."""
        return frozenset(word for line in self.scene.lines for word in words(without_unit(line.values.label)))

    @cached_property
    def _titles(self) -> frozenset[str]:
        """The words of titles where there is one axis of values."""
        several = len({line.values.label for line in self.scene.lines}) > 1
        return frozenset() if several else self.scene.title_words

    def is_capital(self, word: str, start: int) -> bool:
        """Whether a word was written in capitals."""
        if len(self.asked) == len(self.text):
            return self.asked[start : start + len(word)].isupper()
        return re.search(rf"(?<![^\W_]){re.escape(word.upper())}(?![^\W_])", self.asked) is not None

    def is_written(self, start: int, labels: Collection[str]) -> bool:
        """Whether the letter here is one of these labels, capital or small as it is asked."""
        letter = self.asked[start] if len(self.asked) == len(self.text) else ""
        return letter in labels or (not letter and any(label in self.asked for label in labels))

    def is_quoted(self, first: int, last: int) -> bool:
        """Whether words stand in quotes."""
        start, end = self.spoken[first][0], self.spoken[last][1]
        return self.text[:start].endswith('"') and self.text[end:].startswith('"')


def _surest(found: list[_Found]) -> list[Called]:
    """The names that may be meant as surely as any."""
    least = max(one.sure for one in found) - 0.3
    return [one.called for one in found if one.called is not None and one.sure >= least]


def _are_things(places: Axis, *, several: bool) -> bool:
    """Whether a word for things may be one for categories: of several series no dates."""
    dated = any(calendar_of(name) or weekday_of(name) for name in places.categories[:3])
    return places.kind == "category" and not (dated and several)


def _whole_first(names: list[Called], text: str) -> list[Called]:
    """Without those of a role one of which is the whole text."""
    whole = {one.role for one in names if plain(one.label) == text}
    return [one for one in names if one.role not in whole or plain(one.label) == text]


def _things_of_grid(line: Line) -> frozenset[str]:
    """The axis of a grid whose categories are things, where the other one has times; none where the axes say
    what they are themselves: then a title says what is in the cells."""
    if line.places.label and line.crossed.label:
        return frozenset()
    axes = ((line.place_key, line.places), (line.cross_key, line.crossed))
    named = [key for key, axis in axes if axis.kind == "category" and not period_of_names(axis.categories)]
    return frozenset({f"category {named[0]}"}) if len(named) == 1 else frozenset()


@dataclass(frozen=True)
class _Name:
    """One of several names: its words, and those that tell it from the others."""

    called: Called
    words: list[str]
    key: list[str]

    @cached_property
    def readings(self) -> list[list[str]]:
        """Its words, and as they may be read besides: of camelCase, without a table's name before."""
        others = (_split_words(self.called.label), label_words(column_of(self.called.label)))
        return [self.words, *(one for one in others if one not in ([], self.words))]

    def run(self, wanted: Sequence[str], row: int, within: Names) -> int | None:
        """The last word of the question that it takes when these words begin at ``row``."""
        return _run(wanted, row, within.spoken, self.called.label)


class _Group:
    """Names of one kind: of the series, of the categories of an axis, of an axis."""

    def __init__(self, name: str, called: Sequence[Called]) -> None:
        self.name = name
        self.is_axis = name.startswith("axis")
        self.called = called
        self.own = frozenset(one.label for one in called)
        labels = [label_words(one.label) for one in called]
        self.spread = Counter(word for label in labels for word in set(label))
        self.kinds = set() if self.is_axis else set(filter(self._is_kind, self.spread))
        self.names = [
            _Name(one, label, [word for word in label if word not in self.kinds] or label)
            for one, label in zip(called, labels, strict=True)
        ]

    def _is_kind(self, word: str) -> bool:
        """Whether several of them share a word: "well"."""
        return self.spread[word] > 1 and word[0].isalpha() and len(word) > 2

    def found(self, row: int, within: Names) -> Iterator[_Found]:
        """What of this group begins at a word of the question."""
        yield from filter(None, (self._named(one, row, within) for one in self.names))
        if not self.is_axis:
            yield from filter(None, (self._numbered(row, within), self._joined(row, within)))
        word = within.spoken[row][2]
        if any(same(word, kind, self.called[0].label) for kind in self.kinds):
            yield _Found(row, 0.5, cls=self.name)
        elif self.is_axis and self._is_word_of_label(word):
            yield _Found(row, 0.5, cls=f"category {self.name.removeprefix('axis ')}")

    def _is_word_of_label(self, word: str) -> bool:
        """Whether a word that says something stands in a label."""
        if len(word) < 3 or is_soft(word) or is_operation(word):
            return False
        return any(same(word, one) for name in self.names for one in name.words)

    def _named(self, name: _Name, row: int, within: Names) -> _Found | None:
        """A name that begins here: whole, by what tells it apart, or by a piece of it."""
        whole = next(
            (end for words in name.readings if (end := name.run(words, row, within)) is not None), None
        )
        if whole is not None and self._may_be(name.words, row, whole, within):
            return _Found(whole, 2.0, name.called)
        part = name.run(name.key, row, within) if name.key != name.words else None
        if part is not None and self._may_be(name.key, row, part, within):
            return _Found(part, 1.5, name.called)
        piece = self._piece(name.words, row, within.spoken)
        return _Found(piece, 1.0 + 0.01 * (piece - row), name.called) if piece is not None else None

    def _numbered(self, row: int, within: Names) -> _Found | None:
        """ "The third crew", "crew number three" of "Crew 1", "Crew 2", "Crew 3"."""
        word = within.spoken[row][2]
        if _ENDED.fullmatch(word) and all(line.places.kind != "number" for line in within.scene.lines):
            own = self._of_number(_nth(word))
            if len(own) == 1:
                return _Found(row, 0.6, own[0])
        for nth, kind, last in _nths_with_kind(within.spoken, row):
            found = self._of_number(nth)
            behind = within.text[within.spoken[last][1] :] if last < len(within.spoken) else ""
            if len(found) == 1 and self._is_head(kind, found[0], within) and not _BY.match(behind):
                return _Found(last, 1.5, found[0])
        return None

    def _of_number(self, nth: int) -> list[Called]:
        return [called for called in self.called if nth and _number_of(called.label) == nth]

    @staticmethod
    def _is_called(word: str, called: Called, within: Names) -> bool:
        """Whether it is what the axis of a name is called: "Well" of "W-3"."""
        axes = (one for one in within.scene.called if one.role == "axis" and one.axis == called.axis)
        return any(
            label_words(one.label) == [known] and same(word, known)
            for one in axes
            for known in (plain(one.label),)
        )

    def _is_head(self, word: str, called: Called, within: Names) -> bool:
        """Whether a word is the one before the number of a name; or what a letter there is short for."""
        head = _NUMBERED_NAME.fullmatch(plain(called.label))
        if head is None or word.isdigit():
            return False
        if called.role == "category" and self._is_called(word, called, within):
            return not within.is_ranked_behind(word)
        thing = is_thing(word)
        return any(
            same(word, one, called.label) or (thing and len(one) == 1 and one == word[0])
            for one in WORD.findall(head[1])
        )

    def _joined(self, row: int, within: Names) -> _Found | None:
        """A name of letters and digits as it may be written besides: "A3" of "A-3"."""
        spoken = within.spoken
        for last in (row + 1, row):
            short = _letters_and_digits("".join(word for _start, _end, word in spoken[row : last + 1]))
            found = [one for one in self.names if short and short == _letters_and_digits("".join(one.key))]
            if last < len(spoken) and len(found) == 1:
                return _Found(last, 1.9, found[0].called)
        return None

    def _may_be(self, wanted: Sequence[str], first: int, last: int, within: Names) -> bool:
        """A number, one letter or a little word names something only where nothing else can be meant."""
        start, _end, word = within.spoken[first]
        if len(wanted) > 1:
            return True
        if within.is_quoted(first, last):
            return len(word) > 1 or within.is_written(start, self.own)
        if len(word) == 1 and word.isalpha():
            return self._is_letter(word, start, first, within)
        if word.isdigit() or _ENDED.fullmatch(word):
            return self._is_number_of_name(first, within)
        return not is_soft(word) or within.is_capital(word, start) or self._is_named_so(word)

    def _is_named_so(self, word: str) -> bool:
        """Whether a word that may say nothing is all of a name: "actual" of "Planned" and "Actual"."""
        alone = (one.words[0] for one in self.names if len(one.words) == 1)
        several = len(self.called) > 1 and not self.is_axis
        return several and len(word) > 3 and any(same(word, label) for label in alone)

    def _is_letter(self, word: str, start: int, first: int, within: Names) -> bool:
        """One letter is a name as a capital; a small one where the figure writes it so and it is no word."""
        if within.is_capital(word, start):
            letter = word.upper()
            return (letter in self.own or letter not in within.labels) and (word not in _SMALL or first > 0)
        return word not in _SMALL and any(word in {one, column_of(one)} for one in self.own)

    @staticmethod
    def _is_place(word: str, within: Names) -> bool:
        """Whether a number lies where there are data."""
        number = float(word.partition("-")[0])
        extents = [line.extent for line in within.scene.lines]
        return any(one is None or one[0] <= number <= one[1] for one in extents)

    def _is_number_of_name(self, row: int, within: Names) -> bool:
        start, _end, number = within.spoken[row]
        before = within.word_before(start)
        if within.text[:start].rstrip().endswith("№") or self.name.startswith("category"):
            return True
        if self.name == "series" and (before in _OF or not self._is_place(number, within)):
            return True
        if any(same(before, kind, self.called[0].label) for kind in self.kinds):
            return True
        return all(line.places.kind == "category" for line in within.scene.lines)

    def _piece(self, label: Sequence[str], row: int, spoken: Sequence[Spoken]) -> int | None:
        """The last of the words from ``row`` on that stand in a label, where they tell it from others."""
        if len(label) < 2 and not self.is_axis:
            return None
        hits = dict(self._hits(label, row, spoken))
        telling = self.is_axis and not is_operation(spoken[row][2])
        if not telling and not any(map(self._tells, hits.values())):
            return None
        return max(hits, default=None)

    def _tells(self, word: str) -> bool:
        """Whether a word of a label tells it from others."""
        return self.spread[word] == 1 and not is_operation(word)

    def _hits(self, label: Sequence[str], row: int, spoken: Sequence[Spoken]) -> Iterator[tuple[int, str]]:
        """The words from ``row`` on that stand in a label, and which of its they are."""
        left = [one for one in label if len(one) > 2 and one.isalpha()]
        near = same if self.is_axis else _piece_is
        for at in range(row, len(spoken)):
            if at > row and spoken[at][2] in _JOINTS:
                continue
            hit = next((one for one in left if near(spoken[at][2], one)), None)
            if hit is None:
                return
            left.remove(hit)
            yield at, hit


def _nths_with_kind(spoken: Sequence[Spoken], row: int) -> Iterator[tuple[int, str, int]]:
    """A number and the word for what has it, from a word on, and the last word of both."""
    at = [*(word for _start, _end, word in spoken[row : row + 4]), "", "", ""]
    number = _nth(at[0])
    if number and at[1] in _AND and _nth(at[2]):  # "the first and third crew"
        yield number, at[3], row
    if number:
        yield number, at[1], row + 1
    elif at[1] in _NUMBERS:
        yield _nth(at[2]) or _digits(at[2]), at[0], row + 2
    else:
        yield _digits(at[1]), at[0], row + 1


def _digits(word: str) -> int:
    return int(word) if word.isdigit() else 0


def _nth(word: str) -> int:
    """The number of an ordinal, in words or «57-я»."""
    return int(word.partition("-")[0]) if _ENDED.fullmatch(word) else nth_of(word)


@lru_cache(maxsize=20_000)
def _number_of(label: str) -> int:
    """Of a name that ends with one; 0 for another name."""
    numbered = _NUMBERED_NAME.fullmatch(plain(label))
    return int(numbered[2]) if numbered else 0


@lru_cache(maxsize=20_000)
def _letters_and_digits(label: str) -> str:
    """A short name without what parts its letters and digits; empty where it has not both."""
    short = re.sub(r"[\s№#-]", "", plain(label)).translate(_LOOKALIKES)
    return short if re.fullmatch(r"[^\W\d_]{1,5}\d{1,5}[^\W\d_]?", short) else ""


def _have_one_root(verb: str, noun: str) -> bool:
    """Whether a verb begins as a noun does, but for the end of its stem."""
    root = stem(noun)
    return verb.startswith(root[: max(_ROOT, len(root) - 2)]) and len(root) >= _ROOT


def _piece_is(spoken: str, known: str) -> bool:
    """As :func:`same`, but a synonym of one language is not enough: "fluids" are not "gas liquids"."""
    translated = bool(re.search(r"[а-я]", spoken)) != bool(re.search(r"[а-я]", known))
    return same(spoken, known) and (translated or alike(spoken, known) != _SYNONYM)


def _run(wanted: Sequence[str], row: int, spoken: Sequence[Spoken], label: str) -> int | None:
    """The last word of the question that a name takes when its words begin at ``row``, with joints
    between."""
    at = row
    for step, word in enumerate(wanted):
        while step and at < len(spoken) and spoken[at][2] in _JOINTS and not same(spoken[at][2], word, label):
            at += 1
        if at >= len(spoken) or not same(spoken[at][2], word, label):
            return None
        at += 1
    return at - 1


def label_words(label: str) -> list[str]:
    """The words of a label without its unit, plain."""
    text = plain(_NO.sub("", without_unit(label))).replace("_", " ")
    return WORD.findall(text) or [plain(label)]


def _split_words(label: str) -> list[str]:
    """As the words of ``camelCase`` come apart."""
    return words(_NO.sub("", without_unit(label)))


@lru_cache(maxsize=50_000)
def same(spoken: str, known: str, label: str = "") -> bool:
    """Whether a word of a question is a word of a label, perhaps inflected, translated or with a typo."""
    if len(known) == 2 < len(spoken) and spoken[2:] in ENDINGS and spoken.startswith(known) and " " in label:
        return True  # «в Новом Яре»
    if _is_form_of(spoken, known) or (
        len(known) > 2 and spoken.startswith(known) and f"{known}." in plain(label)
    ):
        return True
    if min(len(spoken), len(known)) < 3 or alike(spoken, known) < _LEAST or _is_comparative(spoken):
        return False
    one, other = concept(spoken), concept(known)
    return one is None or other is None or one == other


@lru_cache(maxsize=20_000)
def _is_comparative(word: str) -> bool:
    """Whether a word compares and names nothing: "longer" is no length."""
    return _COMPARATIVE.fullmatch(word) is not None and any(
        lexicon.pattern(name, "grammar").fullmatch(word) for name in ("above", "below")
    )


def _is_form_of(spoken: str, known: str) -> bool:
    """Whether it is the same word, number or day of the week, written so or otherwise: «1318-й»."""
    if known in (spoken, spoken.removesuffix("s"), spoken.removesuffix("'s")):
        return True
    if known.isdigit() and _ENDED.fullmatch(spoken) and spoken.partition("-")[0] == known:
        return True
    return _folded(spoken) == _folded(known) or 0 < weekday_of(spoken) == weekday_of(known)


def _folded(word: str) -> str:
    """A word in Latin letters where they look like its own; a word of one script only is not changed into
    another."""
    return word.translate(_LOOKALIKES) if not word.isalpha() or _is_mixed(word) else word


def _is_mixed(word: str) -> bool:
    return bool(re.search(r"[a-z]", word)) and bool(re.search(r"[а-я]", word))


@lru_cache(maxsize=20_000)
def is_soft(word: str) -> bool:
    """Whether a word may say nothing by itself."""
    return any(lexicon.pattern(name, "soft").fullmatch(word) for name in lexicon.names("soft"))


@lru_cache(maxsize=20_000)
def is_operation(word: str) -> bool:
    """Whether a word asks for an operation by itself and is no name alone: "sum" of "Sum of yield"."""
    return any(lexicon.pattern(name, "grammar").fullmatch(word) for name in _OPERATIONS)


@lru_cache(maxsize=1000)
def is_said_of_figures(word: str) -> bool:
    """Whether a word is one for what is written on a figure: "title", even where the title has it."""
    return any(lexicon.pattern(name, "grammar").fullmatch(word) for name in _ON_FIGURES)


@lru_cache(maxsize=20_000)
def is_idea(word: str) -> bool:
    """Whether a word stands for an idea by itself; a word for things alone is none."""
    names = (name for name in lexicon.names("grammar") if name != "things")
    return any(lexicon.pattern(name, "grammar").fullmatch(word) for name in names)


def is_thing(word: str) -> bool:
    """Whether a word is one for things of some kind: "rivers"."""
    return lexicon.pattern("things", "grammar").fullmatch(word) is not None
