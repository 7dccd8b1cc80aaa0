"""What can be done with a reading: answer, describe, caption, check, draw again, tabulate. No model is asked.

The kernel does it with the figures it holds, the server with what a notebook has saved: by this one code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.tasks.doubts import refuse_doubtful, refuse_unread
from rusoil_jupyter.figures.tasks.offers import offers
from rusoil_jupyter.figures.values.decision import Case, decide
from rusoil_jupyter.figures.values.interpretation import Interpretation
from rusoil_jupyter.figures.values.queries import Everything
from rusoil_jupyter.figures.words.intent import intent
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.decision import Asks, Door, Grasp, Model
    from rusoil_jupyter.figures.values.description import Panel
    from rusoil_jupyter.figures.values.finding import Badge, Finding
    from rusoil_jupyter.figures.values.interpretation import InterpretRequest
    from rusoil_jupyter.figures.values.queries import Query
    from rusoil_jupyter.figures.words import Understood

Language = Literal["en", "ru"]
SURENESS: tuple[Badge, ...] = ("exact", "stored", "estimated", "model")
SURE = frozenset({"exact", "stored"})  # read from numbers, not measured in a picture or a sample
MOST_LEFT = 8  # words that are said to be not understood
MOST_SAID = 3  # findings of an expert that are put into words where nobody asked for them


def answered(
    reading: Reading, asked: InterpretRequest, language: Language, door: Door, model: Model = "none"
) -> Interpretation:
    """What is asked, as far as this reading tells it; ``answerer`` says who is asked next, if anybody.

    Args:
        reading: the figure.
        asked: what to do with it.
        language: of the answer.
        door: where it is asked.
        model: which model could go on.

    Raises:
        InvalidRequest: the figure does not hold what a query asks for.
        ImportError: an extra is missing.
    """
    heard = hear(asked, reading, language)
    answer = done(reading, asked, heard, language)
    return answer.model_copy(update={"answerer": decide(case_of(heard, answer, reading, door, model))})


def case_of(
    heard: Heard, answer: Interpretation, reading: Reading, door: Door, model: Model = "none"
) -> Case:
    """By what it is decided who answers, once the reader has done what it can."""
    sure = (answer.badge or badge_of_heard(heard, reading)) in SURE
    return Case(door, heard.asks, heard.grasp, sure, model=model)


@dataclass(frozen=True)
class Heard:
    """What the reader makes of a question, before it is decided who answers.

    ``findings`` answer all of it; else ``sentence`` says what the figure does not hold, or which words are
    not understood, and ``likely`` are queries that may have been meant.
    """

    asks: Asks
    grasp: Grasp
    findings: tuple[Finding, ...] = ()
    sentence: str = ""
    likely: tuple[Query, ...] = ()

    @property
    def is_answer(self) -> bool:
        """Whether the reader's answer is one to all that was asked."""
        return self.grasp == "whole" and self.asks not in {"why", "instruction"}


def done(reading: Reading, asked: InterpretRequest, heard: Heard, language: Language) -> Interpretation:
    """The task done as far as a reader can: see :func:`hear`, and :func:`answered` for who answers."""
    from rusoil_jupyter.figures import words

    match asked.task:
        case "describe":
            return described(reading, language, asked.findings)
        case "alt":
            return answer_of(reading, language, words.alt_text(reading, language))
        case "caption":
            return answer_of(reading, language, words.caption(reading, language))
        case "check":
            return _checked(reading, language)
        case "code":
            return _code(reading, language)
        case "table":
            return _tables(reading, language)
        case _:
            return _answered(reading, asked, heard, language)


def _answered(reading: Reading, asked: InterpretRequest, heard: Heard, language: Language) -> Interpretation:
    if not heard.is_answer:
        return unanswered(reading, heard, language)
    if heard.asks == "description" or _is_description(heard.findings):
        return described(reading, language, asked.findings)
    return answer_of(reading, language, said(heard.findings, reading, language), heard.findings)


def _is_description(findings: Sequence[Finding]) -> bool:
    return bool(findings) and isinstance(findings[0].query, Everything) and not findings[0].name


def unanswered(reading: Reading, heard: Heard, language: Language) -> Interpretation:
    """Why a question is not answered by a number, without a badge, and what can be asked instead."""
    answer = answer_of(reading, language, sentence_of(heard), ())
    likely = heard.likely or tuple(finding.query for finding in heard.findings if not finding.name)
    offered = offers(reading, language, likely)
    return answer.model_copy(update={"badge": None, "offers": offered})


def sentence_of(heard: Heard) -> str:
    """Why the reader does not answer, in words."""
    match heard.asks:
        case "instruction":
            return _("This asks for more than a figure's numbers: only a model can do it.")
        case "why":
            return _("A figure does not say why: only a model can.")
    return heard.sentence or _("The question was not understood without a model.")


def hear(asked: InterpretRequest, reading: Reading, language: Language) -> Heard:
    """What the reader makes of what is asked.

    Raises:
        InvalidRequest: a query, which asks exactly, asks for what the figure does not hold.
    """
    if asked.task not in {"answer", "describe"}:
        return Heard("operation", "whole")
    if asked.task == "describe" and asked.query is None:
        return Heard("description", "whole", asked.findings)
    if asked.query is not None:
        return Heard("operation", "whole", asked.findings or found("", asked.query, reading))
    if asked.findings:
        return Heard(intent(asked.question), "whole", asked.findings)
    return hear_words(asked.question, reading, language)


def hear_words(question: str, reading: Reading, language: Language) -> Heard:
    """What the reader makes of a question in words."""
    asks = intent(question)
    if asks == "description":
        return Heard(asks, "whole")
    try:
        understood, findings = _asked_in_words(question, reading)
    except InvalidRequest as error:
        return Heard(asks, "absent", sentence=f"{error.message} {error.next_step}".rstrip())
    if findings:
        return Heard(asks, "whole", findings)
    return _left_open(understood, question, reading, language, asks)


def found(question: str, query: Query | None, reading: Reading) -> tuple[Finding, ...]:
    """What a query, or a question in words, finds; nothing where it is not understood.

    Raises:
        InvalidRequest: it is understood, and the figure does not hold it.
    """
    return _asked_in_words(question, reading)[1] if query is None else _answered_by(reading, query)


def _asked_in_words(question: str, reading: Reading) -> tuple[Understood, tuple[Finding, ...]]:
    """What the rules make of a question, and what they, or an expert who is asked about, find."""
    from rusoil_jupyter.figures import experts, words

    if not question.strip():
        return words.Understood(), ()
    if not reading.doubts and (told := experts.answer(reading, question)):
        return words.Understood(), tuple(told)
    understood = words.understood(question, reading.description)
    if understood.query is not None:
        return understood, _answered_by(reading, understood.query)
    refuse_unread(reading)
    return understood, ()


def _answered_by(reading: Reading, query: Query) -> tuple[Finding, ...]:
    from rusoil_jupyter.figures.query import answers

    refuse_doubtful(reading, query)
    return answers(reading, query)


def _left_open(
    understood: Understood, question: str, reading: Reading, language: Language, asks: Asks
) -> Heard:
    """How far a question was understood, and why no further: something that is not there, several readings,
    or words that nothing here answers. Without a sentence where there is nothing to say of it.
    """
    from rusoil_jupyter.figures import experts, words
    from rusoil_jupyter.figures.words.forms import quoted

    if understood.absent is not None:
        return Heard(asks, "absent", sentence=words.say_absent(understood.absent, language))
    left = understood.left or experts.read_question(reading, question)[1]
    if not left:
        return Heard(asks, "nothing", likely=understood.candidates)
    sentence = _("Not understood: {words}. A question is answered as a whole or not at all.").format(
        words=", ".join(quoted(word, language) for word in left[:MOST_LEFT])
    )
    return Heard(asks, "left", sentence=sentence, likely=understood.candidates)


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
    from rusoil_jupyter.figures.tasks.checks import check

    problems = tuple(check(reading, language))
    text = "\n".join(problem.message for problem in problems) or _("No mistakes were found in this figure.")
    return answer_of(reading, language, text).model_copy(update={"problems": problems})


def _code(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.tasks.reproduce import code

    answer = answer_of(reading, language, _("This code draws the figure again."))
    return answer.model_copy(update={"code": code(reading)})


def _tables(reading: Reading, language: Language) -> Interpretation:
    from rusoil_jupyter.figures.tasks.tables import tables

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
    return bool(told.diagram or any(panel.series or _is_labelled(panel) for panel in told.panels))


def _is_labelled(panel: Panel) -> bool:
    """Whether a panel tells what it is about, though not its numbers."""
    return bool(panel.title or any(axis.label for axis in panel.axes.values()))


def least_sure(badges: Sequence[Badge]) -> Badge:
    """The badge of what is made of all of these."""
    return max(badges, key=SURENESS.index)


def badge_of_heard(heard: Heard, reading: Reading) -> Badge:
    """How sure the reader is of what it heard, or else of the figure."""
    return least_sure([finding.badge for finding in heard.findings] or [badge_of(reading)])


def badge_of(reading: Reading) -> Badge:
    """How sure a reading is as a whole: ``exact`` where all points of every series are at hand."""
    if reading.badge == "estimated":
        return "estimated"
    series = [one for panel in reading.description.panels for one in panel.series if one.n]
    return reading.badge if series and all(one.id in reading.arrays for one in series) else "stored"
