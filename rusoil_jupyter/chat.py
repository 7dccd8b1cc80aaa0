"""A turn of the chat: what is asked, and who answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import ModelUnavailable, RusoilError, UnsupportedModality
from rusoil_jupyter.exchange import Exchange
from rusoil_jupyter.figures import Conversation
from rusoil_jupyter.figures.values.decision import MODELS, decide
from rusoil_jupyter.i18n import _, current_language
from rusoil_jupyter.messages import Message
from rusoil_jupyter.pipeline import Needs, routing
from rusoil_jupyter.protocol import AUTO
from rusoil_jupyter.transcript import messages_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures import Interpreter, Seen
    from rusoil_jupyter.figures.values.decision import Answerer
    from rusoil_jupyter.pipeline import Caller, Link, Snapshot, Step, Survey
    from rusoil_jupyter.protocol import ChatRequest, ModelInfo
    from rusoil_jupyter.store.sessions import SessionStore
    from rusoil_jupyter.uploads import Uploads


@dataclass(frozen=True)
class Way:
    """Who answers a turn: the models in their order, none where the reader does alone or nobody can."""

    answerer: Answerer
    links: Sequence[Link] = ()
    trouble: RusoilError | None = None


@dataclass(frozen=True)
class Prepared:
    """All that is known before anybody answers.

    Args:
        told: the question, with its figures and its past.
        way: who answers.
        models: all there are, to advise another.
    """

    told: Conversation
    way: Way
    models: tuple[ModelInfo, ...]


class Chat:
    """Makes turns.

    Args:
        road: the way to a model.
        survey: what models there are for a caller.
        store: where sessions are.
        uploads: where large pictures and clips are.
        interpreter: reads figures.
    """

    def __init__(
        self,
        road: Step,
        survey: Survey,
        store: SessionStore,
        uploads: Uploads,
        interpreter: Interpreter,
    ) -> None:
        self.admit, self.ask = road.admit, road.stream
        self.store = store
        self.uploads = uploads
        self._survey = survey
        self._interpreter = interpreter

    async def begin(self, request: ChatRequest, caller: Caller, request_id: str) -> Exchange:
        """The turn's exchange, its question kept: once it is admitted, or at once where it takes long to see.

        Raises:
            RusoilError: any of the tree; nothing was kept or sent then.
        """
        exchange = Exchange(self, request, caller, request_id)
        question = request.said[-1]
        if request.session_id is None or not await self._interpreter.shows(question):
            await exchange.prepare()
        elif request.model != AUTO:
            await self._survey.choose(caller, lambda known: routing.resolve(known, request.model))
        await exchange.keep_question()
        return exchange

    async def prepare(self, request: ChatRequest, caller: Caller, before: str | None) -> Prepared:
        """What is asked, with its figures read, and who answers.

        Args:
            request: what the client sent.
            caller: who asks.
            before: the message of the session that is none of its past, with all that follows.

        Raises:
            RusoilError: it can't be read, or nobody can answer.
        """
        *said, question = request.said
        maker = await self._survey.choose(caller, lambda known: _maker(known, request, question))
        # A program that sends the whole conversation gets its model's words; a person, all that can be read.
        by_program = request.messages is not None
        seen = await self._interpreter.look(
            question, caller.owner, current_language(), brief=by_program or maker is not None
        )
        past = [*await self._history(request, caller.owner, before), *said]
        told = await self._recall(request, caller.owner, past, seen)

        def choose(known: Snapshot) -> Prepared:
            way = Way("model", [maker]) if maker else _way(known, request, told)
            return Prepared(told, way, known.models)

        return await self._survey.choose(caller, choose)

    async def _recall(
        self, request: ChatRequest, owner: str, past: Sequence[Message], seen: Seen
    ) -> Conversation:
        """The question after all that was said before it."""
        strict = request.messages is not None
        looks = await self._interpreter.recall(past, owner, current_language(), strict=strict)
        system = [Message.of("system", request.system)] if request.system else []
        return Conversation(
            system, list(zip(past, looks, strict=True)), seen, self._interpreter.contradictions
        )

    async def _history(self, request: ChatRequest, owner: str, before: str | None) -> list[Message]:
        if request.session_id is None:
            return []
        past = await self.store.run(self.store.history, owner, request.session_id, before)
        return [told for message in past for told in messages_of(message)]


def _maker(known: Snapshot, request: ChatRequest, question: Message) -> ModelInfo | None:
    """The model that makes a picture of this question; ``None`` where none was asked for.

    Raises:
        RusoilError: one was asked for, and there is none, or it can't now.
    """
    is_prompt = request.messages is None and not question.has_image
    maker = routing.maker(known, request.model, is_wanted=request.modality == "image" and is_prompt)
    if maker and request.messages is not None:
        raise UnsupportedModality(
            _("{model} makes pictures of a prompt; it holds no conversation.").format(model=maker.name),
            _("Send a prompt to api/chat, or choose a model that talks."),
            field="model",
        )
    return maker


def _way(known: Snapshot, request: ChatRequest, told: Conversation) -> Way:
    """Who answers; where no model can, the figures' own words, if there are any.

    Raises:
        RusoilError: nobody can, and there is nothing to say without.
    """
    seen, is_free = told.seen, request.model == AUTO
    case = seen.case(by_program=bool(request.messages or request.tools or request.response_format))
    if all(decide(replace(case, model=model)) == "reader" for model in MODELS):
        return Way("reader")
    needs = Needs(
        vision=told.needs_vision or (is_free and seen.has_pictures and known.sees),
        grammar=request.response_format is not None and request.response_format.type == "grammar",
    )
    try:
        links = routing.links(known, request.model, needs)
    except ModelUnavailable as trouble:
        answerer = decide(case)
        if is_free and seen.has_words and case.asks != "program":
            return Way(answerer, trouble=trouble if answerer == "nobody" else None)
        raise
    sees = routing.first(links).vision and seen.has_pictures
    answerer = decide(replace(case, model="sees" if sees else "reads"))
    return Way(answerer, links if answerer != "reader" else ())
