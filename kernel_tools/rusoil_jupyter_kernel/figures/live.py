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
    from rusoil_jupyter.figures import Reading
    from rusoil_jupyter.figures.values.decision import Door
    from rusoil_jupyter.figures.values.interpretation import Interpretation, InterpretRequest

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
        return answered(reading, _request(request_json), "card").model_dump(mode="json")
    except RusoilError as error:
        return _refused(error)
    except ImportError as error:
        return _refused(_missing(error))


def _request(text: str) -> InterpretRequest:
    from pydantic import ValidationError

    from rusoil_jupyter.errors import InvalidRequest
    from rusoil_jupyter.figures.values.description import FigureDescription
    from rusoil_jupyter.figures.values.interpretation import InterpretRequest

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


def answered(reading: Reading, asked: InterpretRequest, door: Door) -> Interpretation:
    """What is asked, as far as this reading tells it; ``answerer`` says who is asked next, if anybody.

    Raises:
        InvalidRequest: the figure does not hold what a query asks for.
        ImportError: an extra is missing.
    """
    from rusoil_jupyter.figures import answered as answer_of

    language = _language(asked)
    use_language(language)
    # A magic asks the server's model next; a card asks the server itself, where a model is chosen.
    return answer_of(reading, asked, language, door, "reads" if door == "magic" else "none")


def _language(asked: InterpretRequest) -> Language:
    """The question's own language, else the one that was chosen, else the reader's."""
    from rusoil_jupyter.figures import language_of

    spoken = language_of(asked.question) if asked.question.strip() else None
    own = "ru" if accept_language().startswith("ru") else "en"
    return cast("Language", spoken or asked.language or own)


def asked_in_words(reading: Reading, question: str) -> Interpretation:
    """The answer to a question in words, the description for none, as far as the reader has one.

    Raises:
        MagicError: an extra is missing.
    """
    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter.figures.values.description import FigureDescription
    from rusoil_jupyter.figures.values.interpretation import InterpretRequest

    task: Literal["answer", "describe"] = "answer" if question else "describe"
    asked = InterpretRequest(description=FigureDescription(), task=task, question=question)
    try:
        return answered(reading, asked, "magic")
    except RusoilError as error:
        raise MagicError(error.message, error.next_step) from error
    except ImportError as error:
        refused = _missing(error)
        raise MagicError(refused.message, refused.next_step) from error


def interpret(reading: Reading, question: str) -> Interpretation | None:
    """The reader's answer to a question in words; ``None`` where it is not the reader's to answer.

    Raises:
        MagicError: the figure does not hold what was asked, or an extra is missing.
    """
    answer = asked_in_words(reading, question)
    if answer.answerer != "reader":
        return None
    if answer.badge is None:
        raise MagicError(answer.text)
    return answer
