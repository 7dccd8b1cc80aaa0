"""Our way from a chart and a question to an answer, as a user's notebook and server go it; and the judge."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.figures.questions import DOWN, MONTHS, UP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rusoil_jupyter.protocol import Interpretation
    from tests.bench.figures.questions import Question

RELAXED, FOUR_DIGITS = 0.05, 5e-5
_RISING = re.compile(r"ris|increas|\bup\b|grow|раст|возраста|увелич|рост|вверх", re.IGNORECASE)
_FALLING = re.compile(r"fall|decreas|declin|\bdown\b|пада|снижа|уменьша|убыва|вниз", re.IGNORECASE)


class Verdict(NamedTuple):
    """Whether an answer is right within 5 %, and to four digits; texts and places are both or neither."""

    relaxed: bool
    exact: bool


WRONG = Verdict(False, False)


class Notebook:
    """A kernel's shell with our extension: displays a chart, and asks the figure that it holds."""

    def __init__(self) -> None:
        from IPython.core.interactiveshell import InteractiveShell
        from IPython.core.pylabtools import select_figure_formats

        import rusoil_jupyter_kernel

        self.shell = InteractiveShell.instance()
        rusoil_jupyter_kernel.load_ipython_extension(self.shell)
        select_figure_formats(self.shell, {"png"})

    def bundle(self, figure: Any) -> Mapping[str, Any]:
        """What the display of this figure puts into the notebook, our entry included."""
        from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE
        from rusoil_jupyter_kernel.figures.web import entry_of

        library = type(figure).__module__.partition(".")[0]
        if library == "matplotlib":
            data, _metadata = self.shell.display_formatter.format(figure)
            return dict(data)
        # These publish on their own; in a kernel our hook sees what they publish.
        data = PUBLISHED[library](figure)
        entry = entry_of(data)
        return data if entry is None else data | {FIGURE_TYPE: entry}


def _plotly(figure: Any) -> dict[str, Any]:
    return {"application/vnd.plotly.v1+json": json.loads(figure.to_json())}


def _bokeh(figure: Any) -> dict[str, Any]:
    from bokeh.embed.notebook import notebook_content

    script, _div, _document = notebook_content(figure)
    return {"application/javascript": script}


def _altair(chart: Any) -> dict[str, Any]:
    made = chart._repr_mimebundle_()
    return dict(made[0] if isinstance(made, tuple) else made)


PUBLISHED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "plotly": _plotly,
    "bokeh": _bokeh,
    "altair": _altair,
}


def answer(bundle: Mapping[str, Any], question: str) -> Interpretation:
    """The answer by the core, without any model; live figures first, as JupyterLab asks them."""
    from rusoil_jupyter.figures.interpret.errands import Asked
    from rusoil_jupyter.figures.interpret.work import interpret
    from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE
    from rusoil_jupyter.protocol import Interpretation, InterpretRequest
    from rusoil_jupyter_kernel.figures import answer_json

    request = InterpretRequest(mimebundle=dict(bundle), question=question)
    described = bundle.get(FIGURE_TYPE)
    if isinstance(described, dict) and described.get("id"):
        live = request.model_copy(update={"mimebundle": None, "image": None})
        told = answer_json(described["id"], live.model_dump_json())
        if told.get("text"):
            return Interpretation.model_validate(told)
    return interpret(Asked(request=request)).interpretation


def judge(question: Question, told: Interpretation) -> Verdict:
    """Compare with the truth."""
    if not told.findings:
        return WRONG
    finding = told.findings[0]
    if question.slot == "text":
        return _text(question, told.text)
    got = finding.value if question.slot == "value" else finding.at
    if got is None and question.slot == "at" and finding.points:
        got = finding.points[0].at
    if isinstance(question.right, tuple):
        return _between(question.right, got)
    if isinstance(question.right, datetime):
        return _same(_moment(got) == question.right or _month(question, told.text))
    if isinstance(question.right, str):
        return _same(_plain(got) == _plain(question.right))
    if question.slot == "at":
        return _same(
            _number(got) is not None
            and abs(_number(got) - question.right) <= FOUR_DIGITS * abs(question.right)
        )
    return _close(_number(got), float(question.right))


def _same(is_right: bool) -> Verdict:
    return Verdict(is_right, is_right)


def _close(got: float | None, right: float) -> Verdict:
    if got is None:
        return WRONG
    size = max(abs(right), 1e-12)
    off = min(abs(got - right), abs(abs(got) - abs(right))) / size  # a difference has no agreed sign
    return Verdict(off <= RELAXED, off <= FOUR_DIGITS)


def _number(got: Any) -> float | None:
    if isinstance(got, int | float):
        return float(got)
    try:
        return float(got)
    except (TypeError, ValueError):
        return None


def _moment(got: Any) -> datetime | None:
    text = str(got)
    try:
        moment = datetime.fromisoformat(f"{text}-01" if len(text) == len("2015-11") else text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _month(question: Question, text: str) -> bool:
    """The month and its year stand in the sentence (pandas' periods are months, not days)."""
    right = question.right
    return MONTHS["en"][right.month - 1] in text and str(right.year) in text


def _between(ends: tuple[Any, Any], got: Any) -> Verdict:
    if isinstance(ends[0], datetime):
        moment = _moment(got)
        return _same(moment is not None and ends[0] <= moment <= ends[1] + timedelta(days=1))
    number = _number(got)
    return _same(number is not None and ends[0] - 1e-9 <= number <= ends[1] + 1e-9)


def _plain(got: Any) -> str:
    text = str(got).strip().casefold()
    return text.removesuffix(".0")


def _text(question: Question, text: str) -> Verdict:
    if question.right in {UP, DOWN}:
        rising, falling = _RISING.search(text), _FALLING.search(text)
        said = UP if rising and not falling else DOWN if falling and not rising else None
        return _same(said == question.right)
    place = text.casefold().find(question.right.casefold())
    others = [text.casefold().find(wrong.casefold()) for wrong in question.wrong]
    return _same(place >= 0 and all(other < 0 or place < other for other in others))
