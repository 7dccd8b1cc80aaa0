"""One reading, one task, in words: what is deterministic about an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from rusoil_jupyter.figures.finding import Badge, Finding, Query
from rusoil_jupyter.i18n import _, current_language
from rusoil_jupyter.protocol import Interpretation
from rusoil_jupyter.vision import BRIEF_BYTES, FULL_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.protocol import InterpretRequest

Language = Literal["en", "ru"]
SURENESS: tuple[Badge, ...] = ("exact", "stored", "estimated", "model")
MOST_SAID = 3  # findings of an expert that are put into words where nobody asked for them


def language_of(question: str, chosen: str | None) -> Language:
    """The question's own language, else the chosen one, else the reader's."""
    if question.strip():
        from rusoil_jupyter.figures import words

        return words.language_of(question)
    if chosen:
        return cast("Language", chosen)
    return "ru" if current_language().lower().startswith("ru") else "en"


def found(question: str, query: Query | None, reading: Reading) -> tuple[Finding, ...]:
    """What the rules, or an expert who is asked about, find; nothing where they don't understand.

    Raises:
        InvalidRequest: they understand, and the figure does not hold it.
    """
    from rusoil_jupyter.figures import experts, words
    from rusoil_jupyter.figures import query as queries

    if query is not None:
        return (queries.answer(reading, query),)
    if not question.strip():
        return ()
    if told := experts.answer(reading, question):
        return tuple(told)
    understood = words.understand(question, reading.description)
    return () if understood is None else (queries.answer(reading, understood),)


def described(asked: InterpretRequest, reading: Reading, language: Language) -> Interpretation:
    """What a figure shows, and what the experts who know it say."""
    from rusoil_jupyter.figures import words
    from rusoil_jupyter.figures.experts import experts

    text = words.describe(reading, language)
    findings: list[Finding] = list(asked.findings)
    for expert in experts(reading):
        seen = expert.read(reading)
        findings += seen
        if said := words.say(seen[:MOST_SAID], reading.description, language):
            text = f"{text} {said}"
    return worded(reading, language, text, findings)


def checked(reading: Reading, language: Language) -> Interpretation:
    """What is wrong with a figure."""
    from rusoil_jupyter.figures.checks import check

    problems = check(reading, language)
    text = "\n".join(problem.message for problem in problems) or _("No mistakes were found in this figure.")
    return worded(reading, language, text).model_copy(update={"problems": tuple(problems)})


def as_code(reading: Reading, language: Language) -> Interpretation:
    """Code that draws a figure again."""
    from rusoil_jupyter.figures.reproduce import code

    text = _("This code draws the figure again.")
    return worded(reading, language, text).model_copy(update={"code": code(reading)})


def as_tables(reading: Reading, language: Language) -> Interpretation:
    """The numbers of a figure as tables."""
    from rusoil_jupyter.figures.tables import tables

    found = tuple(tables(reading))
    rows = sum(len(table.rows) for table in found)
    text = _("{rows} rows of {count} series.").format(rows=rows, count=len(found))
    return worded(reading, language, text).model_copy(update={"tables": found})


def worded(
    reading: Reading, language: Language, text: str, findings: Sequence[Finding] = ()
) -> Interpretation:
    """A text about a reading, with the badge of the least sure of its findings."""
    from rusoil_jupyter.figures.budget import fitted

    return Interpretation(
        text=text,
        badge=least_sure([finding.badge for finding in findings] or [badge_of(reading)]),
        language=language,
        findings=tuple(findings),
        description=fitted(reading.description),
    )


def least_sure(badges: Sequence[Badge]) -> Badge:
    """The badge of what is made of all of these."""
    return max(badges, key=SURENESS.index)


def badge_of(reading: Reading) -> Badge:
    """How sure a reading is as a whole."""
    series = [one for panel in reading.description.panels for one in panel.series]
    if reading.badge == "estimated":
        return "estimated"
    if all(one.id in reading.arrays for one in series):
        return reading.badge if series else "stored"
    return "stored"


def has_content(reading: Reading) -> bool:
    """Whether anything was read that can be told."""
    told = reading.description
    return bool(told.diagram or any(panel.series for panel in told.panels))


def brief_text(reading: Reading, language: Language, facts: str = "") -> str:
    """What a small model is told of a figure, in words: at most 1.2 KB in UTF-8."""
    from rusoil_jupyter.figures import words

    text = f"{facts}\n{words.describe(reading, language)}".strip()
    return cut(text, BRIEF_BYTES)


def full_text(reading: Reading, language: Language, facts: str = "") -> str:
    """What a model is told that reads much: the words, and the description as JSON."""
    import json

    from rusoil_jupyter.figures.budget import fitted

    saved = json.dumps(fitted(reading.description, FULL_BYTES).to_json(), ensure_ascii=False)
    return f"{brief_text(reading, language, facts)}\n{cut(saved, 2 * FULL_BYTES)}"


def cut(text: str, most: int) -> str:
    """At most so many bytes, ended at a word."""
    data = text.encode(errors="replace")
    if len(data) <= most:
        return text
    return data[: most - 4].decode(errors="ignore").rsplit(" ", 1)[0] + " …"
