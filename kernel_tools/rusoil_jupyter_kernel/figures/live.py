"""Questions to figures that this kernel still holds: all of their points, so answers are exact.

What a task means is said once, in ``rusoil_jupyter.figures``; the server does the same with what a
notebook has saved. Nothing here asks a model.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, cast

from rusoil_jupyter.i18n import _, use_language
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.figures.cache import figures
from rusoil_jupyter_kernel.language import accept_language

if TYPE_CHECKING:
    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter.figures.interpretation import Interpretation, InterpretRequest
    from rusoil_jupyter.figures.reading import Reading

Language = Literal["en", "ru"]
MOST_CHARS = 1_000_000  # of a request
_FIELDS = ("task", "question", "query", "language")


def answer_json(figure_id: str, request_json: str) -> dict[str, Any]:
    """An ``Interpretation`` as JSON values, or ``{"error": ...}``; see the package."""
    from rusoil_jupyter.errors import InvalidRequest, RusoilError

    try:
        reading = figures.get(figure_id)
        if reading is None:
            raise InvalidRequest(
                _("This kernel no longer holds the figure."), _("Run its cell again."), field="id"
            )
        asked = _request(request_json)
        answer = answered(reading, asked)
        if answer is None:
            raise _not_understood(asked, reading)
        return answer.model_dump(mode="json")
    except RusoilError as error:
        return _refused(error)
    except ImportError as error:
        return _refused(_missing(error))


def _request(text: str) -> InterpretRequest:
    from pydantic import ValidationError

    from rusoil_jupyter.errors import InvalidRequest
    from rusoil_jupyter.figures.description import FigureDescription
    from rusoil_jupyter.figures.interpretation import InterpretRequest

    try:
        given = json.loads(text) if len(text) <= MOST_CHARS else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise InvalidRequest(_("The request is not a JSON object."), field="request")
    fields = {name: given[name] for name in _FIELDS if given.get(name) is not None}
    try:
        return InterpretRequest(description=FigureDescription(), **fields)
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from error


def _refused(error: RusoilError) -> dict[str, Any]:
    return error.body().model_dump(mode="json")


def _missing(error: ImportError) -> RusoilError:
    from rusoil_jupyter.errors import InvalidRequest

    return InvalidRequest(
        _("A part that this needs is not installed: {name}.").format(name=error.name or error),
        _("Install it: {command}.").format(command='pip install "rusoil-jupyter[vision]"'),
    )


def _not_understood(asked: InterpretRequest, reading: Reading) -> RusoilError:
    from rusoil_jupyter.errors import InvalidRequest
    from rusoil_jupyter.figures.tasks import left_open

    left = left_open(asked.question, reading, _language(asked))
    return InvalidRequest(
        f"{_('The question was not understood without a model.')} {left}".rstrip(),
        _("Ask for one thing, such as a maximum, a mean or a crossing."),
        field="question",
    )


def answered(reading: Reading, asked: InterpretRequest) -> Interpretation | None:
    """What is asked, done with this reading; ``None`` for a question in words that the rules don't know.

    Raises:
        InvalidRequest: the figure does not hold what was asked.
        ImportError: an extra is missing.
    """
    from rusoil_jupyter.figures.tasks import done

    language = _language(asked)
    use_language(language)
    answer, is_open = done(reading, asked, language)
    return None if is_open else answer


def _language(asked: InterpretRequest) -> Language:
    """The question's own language, else the one that was chosen, else the reader's."""
    from rusoil_jupyter.figures import words

    spoken = words.language_of(asked.question) if asked.question.strip() else None
    own = "ru" if accept_language().startswith("ru") else "en"
    return cast("Language", spoken or asked.language or own)


def interpret(reading: Reading, question: str) -> Interpretation | None:
    """The answer to a question in words, the description for none; ``None`` where it is not understood.

    Raises:
        MagicError: the figure does not hold what was asked, or an extra is missing.
    """
    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter.figures.description import FigureDescription
    from rusoil_jupyter.figures.interpretation import InterpretRequest

    task: Literal["answer", "describe"] = "answer" if question else "describe"
    asked = InterpretRequest(description=FigureDescription(), task=task, question=question)
    try:
        return answered(reading, asked)
    except RusoilError as error:
        raise MagicError(error.message, error.next_step) from error
    except ImportError as error:
        refused = _missing(error)
        raise MagicError(refused.message, refused.next_step) from error
