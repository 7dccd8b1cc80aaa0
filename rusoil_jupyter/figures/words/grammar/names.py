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
from rusoil_jupyter.figures.words.stems import WORD, alike, concept, plain, stem, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rusoil_jupyter.figures.words.grammar.scene import Called, Line, Scene

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
            groups.setdefault("series" if one.role == "series" else f"{one.role} {one.axis}", []).append(one)
        self.groups = [_Group(name, called) for name, called in groups.items()]

    def at(self, start: int) -> Iterator[tuple[int, tuple[Called, ...], frozenset[str]]]:
        """Names and words for kinds of things that begin at a place: where they end, what they are."""
        row = self._rows.get(start)
        if row is None:
            return
        each = _PER_ONE.search(self.text[: self.spoken[row][1]]) is not None
        found = [one for group in self.groups for one in group.found(row, self) if not (each and one.cls)]
        if not found:
            if not each and (kinds := self._titled(row)):
                yield self.spoken[row][1], (), kinds
            return
        last = max(one.last for one in found)
        longest = [one for one in found if one.last == last]
        best = max(one.sure for one in longest)
        names = tuple(one.called for one in longest if one.called is not None and one.sure >= best - 0.3)
        classes = frozenset(one.cls for one in longest if one.cls)
        end = self.spoken[last][1]
        whole = {one.role for one in names if plain(one.label) == self.text[start:end]}
        names = tuple(
            one for one in names if one.role not in whole or plain(one.label) == self.text[start:end]
        )
        if self.text[end : end + 1] == "%" and any("%" in one.label for one in names if one.role != "axis"):
            end += 1  # "Discount 8%"
        yield end, names, classes

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
        word = self.spoken[row][2]
        titled = any(_piece_is(word, known) for known in self.scene.title_words if not known.isdigit())
        general = lexicon.pattern("things", "grammar").fullmatch(word) and not any(
            one.kinds for one in self.groups
        )
        legend = any(plain(line.panel.legend_title) == word for line in self.scene.lines)
        if not self.scene.lines or is_said_of_figures(word):
            return frozenset()
        if not legend and (len(word) < 4 or is_soft(word) or not (titled or general)):
            return frozenset()
        lines = self.scene.lines
        if any(line.series.kind == "scatter" for line in lines) and not self._in_legend_title(word):
            return frozenset({"points"})
        if lines[0].cross_key is not None:
            return _things_of_grid(lines[0])
        place = lines[0].places
        dated = any(calendar_of(name) or weekday_of(name) for name in place.categories[:3])
        named = place.kind == "category" and not dated
        several = len({line.series.label for line in lines}) > 1
        category = named or (place.kind == "category" and not several)
        kinds = {"series": several, f"category {lines[0].place_key}": category}
        return frozenset(kind for kind, may_be in kinds.items() if may_be)

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
        of_all = [one.label for one in self.scene.called if one.role == "axis"]
        if any(quantity.search(plain(label)) for label in (*of_all, *self.scene.title_words)):
            return True
        series = {one.label for one in self.scene.called if one.role == "series"}
        return bool(series) and all(quantity.search(plain(label)) for label in series)

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


def _things_of_grid(line: Line) -> frozenset[str]:
    """The axis of a grid whose categories are things, where the other one has times; none where the axes say
    what they are themselves: then a title says what is in the cells."""
    if line.places.label and line.crossed.label:
        return frozenset()
    axes = ((line.place_key, line.places), (line.cross_key, line.crossed))
    named = [key for key, axis in axes if axis.kind == "category" and not period_of_names(axis.categories)]
    return frozenset({f"category {named[0]}"}) if len(named) == 1 else frozenset()


class _Group:
    """Names of one kind: of the series, of the categories of an axis, of an axis."""

    def __init__(self, name: str, called: Sequence[Called]) -> None:
        self.name = name
        self.called = called
        self.labels = [label_words(one.label) for one in called]
        spread = Counter(word for label in self.labels for word in set(label))
        self.spread = spread
        several = len(called) > 1 and not name.startswith("axis")
        self.kinds = {
            word
            for word, times in spread.items()
            if several and times > 1 and word[0].isalpha() and len(word) > 2
        }
        self.keys = [[word for word in label if word not in self.kinds] or label for label in self.labels]

    def found(self, row: int, within: Names) -> Iterator[_Found]:
        """What of this group begins at a word of the question."""
        word = within.spoken[row][2]
        for called, label, key in zip(self.called, self.labels, self.keys, strict=True):
            whole = _run(label, row, within.spoken, called.label)
            for other in (_split_words(called.label), label_words(column_of(called.label))):
                if whole is None and other not in ([], label):
                    whole = _run(other, row, within.spoken, called.label)
            if whole is not None and self._may_be(label, row, whole, within):
                yield _Found(whole, 2.0, called)
                continue
            part = _run(key, row, within.spoken, called.label) if key != label else None
            if part is not None and self._may_be(key, row, part, within):
                yield _Found(part, 1.5, called)
            elif (piece := self._piece(label, row, within.spoken)) is not None:
                yield _Found(piece, 1.0 + 0.01 * (piece - row), called)
        if not self.name.startswith("axis"):
            yield from filter(None, (self._numbered(row, within), self._joined(row, within)))
        if any(same(word, kind, label.label) for kind in self.kinds for label in self.called[:1]):
            yield _Found(row, 0.5, cls=self.name)
        elif (
            self.name.startswith("axis")
            and len(word) > 2
            and not (is_soft(word) or is_operation(word))
            and any(same(word, one) for label in self.labels for one in label)
        ):
            yield _Found(row, 0.5, cls=f"category {self.name.removeprefix('axis ')}")

    def _numbered(self, row: int, within: Names) -> _Found | None:
        """ "The third crew", "crew number three" of "Crew 1", "Crew 2", "Crew 3"."""
        word = within.spoken[row][2]
        alone = _ENDED.fullmatch(word) and all(line.places.kind != "number" for line in within.scene.lines)
        own = [called for called in self.called if alone and _number_of(called.label) == _nth(word)]
        if len(own) == 1:
            return _Found(row, 0.6, own[0])
        for nth, kind, last in _nths_with_kind(within.spoken, row):
            found = [called for called in self.called if nth and _number_of(called.label) == nth]
            behind = within.text[within.spoken[last][1] :] if last < len(within.spoken) else ""
            if len(found) == 1 and self._is_head(kind, found[0]) and not _BY.match(behind):
                return _Found(last, 1.5, found[0])
        return None

    def _is_head(self, word: str, called: Called) -> bool:
        """Whether a word is the one before the number of a name; or what a letter there is short for."""
        head = _NUMBERED_NAME.fullmatch(plain(called.label))
        if head is None or word.isdigit():
            return False
        thing = lexicon.pattern("things", "grammar").fullmatch(word) is not None
        return any(
            same(word, one, called.label) or (thing and len(one) == 1 and one == word[0])
            for one in WORD.findall(head[1])
        )

    def _joined(self, row: int, within: Names) -> _Found | None:
        """A name of letters and digits as it may be written besides: "A3" of "A-3"."""
        spoken = within.spoken
        for last in (row + 1, row):
            said = "".join(word for _start, _end, word in spoken[row : last + 1])
            short = _letters_and_digits(said)
            keys = zip(self.called, self.keys, strict=True)
            found = [one for one, key in keys if short and short == _letters_and_digits("".join(key))]
            if last < len(spoken) and len(found) == 1:
                return _Found(last, 1.9, found[0])
        return None

    def _may_be(self, wanted: Sequence[str], first: int, last: int, within: Names) -> bool:
        """A number, one letter or a little word names something only where nothing else can be meant."""
        quoted = within.is_quoted(first, last)
        if len(wanted) > 1 or (quoted and len(within.spoken[first][2]) > 1):
            return True
        if quoted:
            return within.is_written(within.spoken[first][0], {one.label for one in self.called})
        start, _end, word = within.spoken[first]
        if len(word) == 1 and word.isalpha():
            return self._is_letter(word, start, first, within)
        if word.isdigit() or _ENDED.fullmatch(word):
            return self._is_number_of_name(first, within)
        return not is_soft(word) or within.is_capital(word, start) or self._is_named_so(word)

    def _is_named_so(self, word: str) -> bool:
        """Whether a word that may say nothing is all of a name: "actual" of "Planned" and "Actual"."""
        several = len(self.called) > 1 and not self.name.startswith("axis")
        alone = (label[0] for label in self.labels if len(label) == 1)
        return several and len(word) > 3 and any(same(word, label) for label in alone)

    def _is_letter(self, word: str, start: int, first: int, within: Names) -> bool:
        """One letter is a name as a capital; a small one where the figure writes it so and it is no word."""
        if within.is_capital(word, start):
            others = any(one.label == word.upper() for one in within.scene.called)
            own = any(one.label == word.upper() for one in self.called)
            return (own or not others) and (word not in _SMALL or first > 0)
        return word not in _SMALL and any(word in {one.label, column_of(one.label)} for one in self.called)

    @staticmethod
    def _is_place(word: str, within: Names) -> bool:
        """Whether a number lies where there are data."""
        number = float(word.partition("-")[0])
        extents = [line.extent for line in within.scene.lines]
        return any(one is None or one[0] <= number <= one[1] for one in extents)

    def _is_number_of_name(self, row: int, within: Names) -> bool:
        before = within.text[: within.spoken[row][0]].rstrip()
        if before.endswith("№"):
            return True
        spoken = within.spoken[row - 1][2] if row else ""
        if self.name == "series" and (spoken in _OF or not self._is_place(within.spoken[row][2], within)):
            return True
        if any(same(spoken, kind, self.called[0].label) for kind in self.kinds):
            return True
        return all(line.places.kind == "category" for line in within.scene.lines) or self.name.startswith(
            "category"
        )

    def _piece(self, label: Sequence[str], row: int, spoken: Sequence[Spoken]) -> int | None:
        """The last of the words from ``row`` on that stand in a label, where they tell it from others."""
        left, last = [one for one in label if len(one) > 2 and one.isalpha()], None
        if len(label) < 2 and not self.name.startswith("axis"):
            return None
        telling = self.name.startswith("axis") and not is_operation(spoken[row][2])
        for at in range(row, len(spoken)):
            if at > row and spoken[at][2] in _JOINTS:
                continue
            near = _piece_is if not self.name.startswith("axis") else same
            hit = next((one for one in left if near(spoken[at][2], one)), None)
            if hit is None:
                break
            left.remove(hit)
            last = at
            telling |= self.spread[hit] == 1 and hit not in self.kinds and not is_operation(hit)
        return last if telling else None


def _nths_with_kind(spoken: Sequence[Spoken], row: int) -> Iterator[tuple[int, str, int]]:
    """A number and the word for what has it, from a word on, and the last word of both."""
    at = [spoken[row + step][2] if row + step < len(spoken) else "" for step in range(4)]
    number = _nth(at[0])
    if number and at[1] in _AND and _nth(at[2]):  # "the first and third crew"
        yield number, at[3], row
    if number:
        yield number, at[1], row + 1
    elif at[1] in _NUMBERS:
        yield _nth(at[2]) or int(at[2] if at[2].isdigit() else 0), at[0], row + 2
    else:
        yield int(at[1] if at[1].isdigit() else 0), at[0], row + 1


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
    return at - 1 if wanted else None


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
    if known in (spoken, spoken.removesuffix("s"), spoken.removesuffix("'s")):
        return True
    if known.isdigit() and _ENDED.fullmatch(spoken) and spoken.partition("-")[0] == known:
        return True  # «1318-й»
    if _folded(spoken) == _folded(known) or 0 < weekday_of(spoken) == weekday_of(known):
        return True
    if len(known) > 2 and spoken.startswith(known) and f"{known}." in plain(label):
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
    return any(
        lexicon.pattern(name, "grammar").fullmatch(word) for name in ("title", "legend", "units", "axes")
    )


@lru_cache(maxsize=20_000)
def is_idea(word: str) -> bool:
    """Whether a word stands for an idea by itself; a word for things alone is none."""
    names = (name for name in lexicon.names("grammar") if name != "things")
    return any(lexicon.pattern(name, "grammar").fullmatch(word) for name in names)


def is_thing(word: str) -> bool:
    """Whether a word is one for things of some kind: "rivers"."""
    return lexicon.pattern("things", "grammar").fullmatch(word) is not None
