"""What can be done with a reading: answer, describe, caption, check, draw again, tabulate. No model is asked.

The kernel does it with the figures it holds, the server with what a notebook has saved: by this one code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.interpretation import Interpretation
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.finding import Badge, Finding, Query
    from rusoil_jupyter.figures.interpretation import InterpretRequest
    from rusoil_jupyter.figures.reading import Reading

Language = Literal["en", "ru"]
SURENESS: tuple[Badge, ...] = ("exact", "stored", "estimated", "model")
MOST_LEFT = 8  # words that are said to be not understood
MOST_SAID = 3  # findings of an expert that are put into words where nobody asked for them


def done(reading: Reading, asked: InterpretRequest, language: Language) -> tuple[Interpretation, bool]:
    """The task done; and whether its question is still open, because the rules did not understand it.

    Raises:
        InvalidRequest: the rules understand, and the figure does not hold what was asked.
    """
    from rusoil_jupyter.figures import words

    match asked.task:
        case "describe":
            return described(reading, language, asked.findings), False
        case "alt":
            return answer_of(reading, language, words.alt_text(reading, language)), False
        case "caption":
            return answer_of(reading, language, words.caption(reading, language)), False
        case "check":
            return _checked(reading, language), False
        case "code":
            return _code(reading, language), False
        case "table":
            return _tables(reading, language), False
        case _:
            return _answered(reading, asked, language)


def _answered(reading: Reading, asked: InterpretRequest, language: Language) -> tuple[Interpretation, bool]:
    findings = asked.findings or found(asked.question, asked.query, reading)
    if findings and findings[0].query.op == "describe" and not findings[0].name:
        return described(reading, language, asked.findings), False
    if findings:
        return answer_of(reading, language, said(findings, reading, language), findings), False
    answer = described(reading, language, asked.findings)
    if not asked.question.strip():
        return answer, False
    notice = _("The question was not understood without a model; this is what the figure shows.")
    notices = (*filter(None, (notice, left_open(asked.question, reading, language))), *answer.notices)
    return answer.model_copy(update={"notices": notices}), True


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


def left_open(question: str, reading: Reading, language: Language) -> str:
    """Why a question was not understood: the words that nothing here answers, or a name that is not there.

    Empty where there is nothing to say of it.
    """
    from rusoil_jupyter.figures import experts, words
    from rusoil_jupyter.figures.words.forms import quoted

    absent = words.absent_name(question, reading.description)
    if absent is not None:
        known = ", ".join(quoted(name, language) for name in absent.known)
        return _("There is no {name} here: there are {known}.").format(
            name=quoted(absent.name, language), known=known
        )
    left = words.understood(question, reading.description).left
    left = left or experts.read_question(reading, question)[1]
    if not left:
        return ""
    return _("Not understood: {words}. A question is answered as a whole or not at all.").format(
        words=", ".join(quoted(word, language) for word in left[:MOST_LEFT])
    )


def described(reading: Reading, language: Language, findings: Sequence[Finding] = ()) -> Interpretation:
    """The figure in words, and what the experts see in it, after findings that are there already."""
    from rusoil_jupyter.figures import words
    from rusoil_jupyter.figures.experts import experts

    text = words.describe(reading, language)
    known = list(findings)
    for expert in experts(reading):
        seen = expert.read(reading)
        known += seen
        text = f"{text} {said(seen[:MOST_SAID], reading, language)}".rstrip()
    return answer_of(reading, language, text, known)


def said(findings: Sequence[Finding], reading: Reading, language: Language) -> str:
    """Findings as sentences; those of experts, which bear a name, in their own words."""
    from rusoil_jupyter.figures import words
    from rusoil_jupyter.figures.experts import saying

    asked = [finding for finding in findings if not finding.name]
    named = [finding for finding in findings if finding.name]
    texts = (words.say(asked, reading.description, language) if asked else "", saying.say(named, language))
    return " ".join(filter(None, texts))


def _checked(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.checks import check

    problems = tuple(check(reading, language))
    text = "\n".join(problem.message for problem in problems) or _("No mistakes were found in this figure.")
    return answer_of(reading, language, text).model_copy(update={"problems": problems})


def _code(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.reproduce import code

    answer = answer_of(reading, language, _("This code draws the figure again."))
    return answer.model_copy(update={"code": code(reading)})


def _tables(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.tables import tables

    made = tuple(tables(reading))
    rows = sum(len(table.rows) for table in made)
    text = _("{rows} rows of {count} series.").format(rows=rows, count=len(made))
    return answer_of(reading, language, text).model_copy(update={"tables": made})


def answer_of(
    reading: Reading, language: Language, text: str, findings: Sequence[Finding] = ()
) -> Interpretation:
    """An interpretation with the badge of its least sure part."""
    from rusoil_jupyter.figures.budget import fitted

    return Interpretation(
        text=text,
        badge=least_sure([finding.badge for finding in findings] or [badge_of(reading)]),
        language=language,
        findings=tuple(findings),
        description=fitted(reading.description),
    )


def has_content(reading: Reading) -> bool:
    """Whether anything was read that can be told."""
    told = reading.description
    return bool(told.diagram or any(panel.series for panel in told.panels))


def least_sure(badges: Sequence[Badge]) -> Badge:
    """The badge of what is made of all of these."""
    return max(badges, key=SURENESS.index)


def badge_of(reading: Reading) -> Badge:
    """How sure a reading is as a whole: ``exact`` where all points of every series are at hand."""
    if reading.badge == "estimated":
        return "estimated"
    series = [one for panel in reading.description.panels for one in panel.series if one.n]
    return reading.badge if series and all(one.id in reading.arrays for one in series) else "stored"
