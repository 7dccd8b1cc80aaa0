"""Which findings of an expert a question is about, and whether they stand for all of its words.

The rule of the grammar: a word that is no filler, is not what the expert is asked by, names no curve, and
states nothing that the findings depend on, makes the question not the expert's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.measures import same_unit
from rusoil_jupyter.figures.words.stems import alike, plain, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rusoil_jupyter.figures.conversion import Quantity
    from rusoil_jupyter.figures.experts.expert import Expert
    from rusoil_jupyter.figures.experts.given import Span
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding

    Placed = Mapping[str, tuple[Quantity, Span]]

MOST_CHARS = 2000
_WORD = re.compile(r"[^\W_]+|[%$€₽£><≥≤+/*×÷^]")
_GAPS = re.compile(r"\.\*|\(\?: \\w\+\)\{0,2\}")
_OTHER = (1.37, 0.2, 20.0)  # times what is stated: whether a finding depends on it
_BEFORE_STATED = re.compile(
    r"(?:(?<!\w)(?:если|if|при|до|for|at|to|when|где|where|that|а|и|and)\s+)+$", re.IGNORECASE
)


def asked(expert: Expert, question: str) -> list[str]:
    """The findings that a question is about; of patterns that match the same words, the first counts."""
    names: list[str] = []
    taken: list[tuple[int, int]] = []
    for name, pattern in expert.asks:
        matched = re.search(pattern, question[:MOST_CHARS], re.IGNORECASE)
        if matched and all(matched.end() <= begin or end <= matched.start() for begin, end in taken):
            names += name.split()
            taken.append(matched.span())
    return names


def unaccounted(
    expert: Expert, reading: Reading, question: str, placed: Placed, told: Sequence[Finding]
) -> tuple[str, ...]:
    """The words and numbers of a question that an expert's findings do not stand for.

    Args:
        expert: who answers.
        reading: the figure.
        question: as it was asked.
        placed: what the question states, by the expert's names for it, and where.
        told: the findings that would be the answer.
    """
    text = question[:MOST_CHARS]
    covered = _covered(text, _asked_by(expert, told))
    for start, end in _used(expert, reading, placed, told):
        before = _BEFORE_STATED.search(text[:start])
        begin = before.start() if before else start
        covered[begin:end] = [True] * (end - begin)
    known = _known_words(reading, told)
    units = {word for word in words(text) if any(same_unit(word, finding.unit) for finding in told)}
    left = [match[0] for match in _WORD.finditer(text) if not any(covered[match.start() : match.end()])]
    return tuple(dict.fromkeys(word for word in left if not _is_known(plain(word), known, units)))


def _asked_by(expert: Expert, told: Sequence[Finding]) -> list[re.Pattern[str]]:
    """The words by which these findings are asked for."""
    names = {finding.name for finding in told}
    forms = [form for name, form in (*expert.asks, *expert.also.items()) if names & set(name.split())]
    return [piece for form in forms for piece in _pieces(form)]


def _is_known(word: str, known: Sequence[str], units: set[str]) -> bool:
    return word in units or (not word.isdigit() and any(alike(word, one) >= 0.8 for one in known))


def _used(expert: Expert, reading: Reading, placed: Placed, told: Sequence[Finding]) -> Iterator[Span]:
    """Where that is stated which changes the findings: they differ where it is another number."""
    if any(finding.value is None and not finding.points and not finding.items for finding in told):
        yield from (span for _quantity, span in placed.values())  # it says what is still missing
        return
    names = {finding.name for finding in told}
    stated = {name: quantity for name, (quantity, _span) in placed.items()}
    said = _said(told)

    def changes(name: str, times: float) -> bool:
        quantity = stated[name]
        other = {**stated, name: replace(quantity, value=quantity.value * times)}
        return _said(one for one in expert.read(reading, other) if one.name in names) != said

    for name, (_quantity, span) in placed.items():
        if any(changes(name, times) for times in _OTHER):
            yield span


def _said(findings: Iterable[Finding]) -> list[str]:
    told = list(findings)
    return [*sorted({one.series for one in told}), *sorted(one.model_dump_json() for one in told)]


def _covered(text: str, patterns: Sequence[re.Pattern[str]]) -> list[bool]:
    """For each letter whether it is part of a filler, or of what asks for one of the findings."""
    covered = [False] * len(text)
    folded = text.casefold().replace("ё", "е")
    aligned = folded if len(folded) == len(text) else text
    for pattern, where in [*((pattern, text) for pattern in patterns), (_fillers(), aligned)]:
        for match in pattern.finditer(where):
            covered[match.start() : match.end()] = [True] * (match.end() - match.start())
    return covered


@cache
def _pieces(pattern: str) -> tuple[re.Pattern[str], ...]:
    """What stands between the gaps of each alternative of a pattern: the words that it is asked by."""
    return tuple(
        re.compile(rf"(?<![^\W_])(?:{piece})", re.IGNORECASE)
        for way in _alternatives(re.sub(r"^\^?\(\?!.*?\)\)\.\*", "", pattern))
        for piece in _GAPS.split(way)
        if piece.strip() and _is_whole(piece)
    )


@cache
def _words_of(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def _alternatives(pattern: str) -> list[str]:
    """A pattern's alternatives that stand in no brackets."""
    ways, depth = [""], 0
    for letter in pattern:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and not depth:
            ways.append("")
        else:
            ways[-1] += letter
    return ways


def _is_whole(piece: str) -> bool:
    try:
        re.compile(piece)
    except re.error:
        return False
    return True


@cache
def _fillers() -> re.Pattern[str]:
    kinds = [form for kind in lexicon.names("fillers") for form in lexicon.forms("fillers", kind)]
    return lexicon.longest_first([*kinds, *lexicon.forms("ideas", "expert")])


def _known_words(reading: Reading, told: Sequence[Finding]) -> list[str]:
    """The words of the curves that are told of, of their axes, and of what the findings are called."""
    named = {finding.series for finding in told} if any(finding.series for finding in told) else None
    labels = [text for finding in told for text in (finding.series, finding.quantity)]
    for panel in reading.description.panels:
        if any(named is None or series.label in {"", *named} for series in panel.series):
            labels += [axis.label for axis in panel.axes.values()]
    return list(dict.fromkeys(word for label in labels for word in words(label) if len(word) > 1))
