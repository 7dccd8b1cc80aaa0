"""The assistant as one object: what a host (tornado, FastAPI, a script) calls, and nothing else.

Here alone it is decided which model answers, what it is told, what is kept and what the user is warned
of. Hosts authenticate, translate and never decide.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast
from weakref import WeakValueDictionary

import rusoil_jupyter
from rusoil_jupyter import catalogue, consent, fallback
from rusoil_jupyter.backends import promises
from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.registry import BackendRegistry
from rusoil_jupyter.choice import Choice, choose
from rusoil_jupyter.consent import Consents
from rusoil_jupyter.errors import (
    InvalidRequest,
    ModelUnavailable,
    RusoilError,
    UnknownModel,
    UnsupportedModality,
)
from rusoil_jupyter.events import (
    Artifact,
    Done,
    Event,
    Failed,
    FigureRead,
    Notice,
    Started,
    Text,
    ToolCall,
    Usage,
)
from rusoil_jupyter.fallback import Link, Passed
from rusoil_jupyter.figures import READER, Conversation, Interpreter
from rusoil_jupyter.figures.values.decision import MODELS, decide
from rusoil_jupyter.i18n import _, current_language
from rusoil_jupyter.language import language_notice
from rusoil_jupyter.messages import MAX_TEXT_CHARS, Message, TextPart, ToolCallPart
from rusoil_jupyter.overflow import Overflow
from rusoil_jupyter.protocol import AUTO, ModelInfo, ModelList, Status
from rusoil_jupyter.store.sessions import SessionStore, new_id
from rusoil_jupyter.turns import Turn, TurnManager
from rusoil_jupyter.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from rusoil_jupyter.figures.values.decision import Answerer
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import (
        BackendStatus,
        ChatRequest,
        ConsentList,
        Interpretation,
        InterpretRequest,
        ResponseFormat,
    )
    from rusoil_jupyter.settings import Settings

log = logging.getLogger(__name__)
EMBEDDED_AT_ONCE = 128  # texts: their numbers come as one text, which is read in a tenth of a second
END_SECONDS = 2.0  # for each part of us to end; Jupyter's own end waits for it
ASKED_SECONDS = 120.0  # for a model that is asked about a figure: somebody waits without seeing words
_PASSED_ON = tuple(ModelRequest.model_fields.keys() - {"model", "messages", "conversation"})


class Assistant:
    """Everything the product does on behalf of a user.

    Args:
        settings: the installation's choices.
        registry: the backends; made from the settings when absent.
        store: where sessions are kept; SQLite in the data folder when absent.
    """

    def __init__(
        self,
        settings: Settings,
        registry: BackendRegistry | None = None,
        store: SessionStore | None = None,
    ) -> None:
        self.settings = settings
        self.registry = registry or BackendRegistry(settings)
        self.store = store or SessionStore(f"sqlite:///{settings.database}")
        self.consents = Consents(settings.hosted, self.store)
        self.turns = TurnManager(settings.grace_seconds, settings.turns_per_user)
        self.overflow = Overflow()
        self.uploads = Uploads.of(settings)
        self.interpreter = Interpreter(self.uploads)
        self._starting: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    # --- what there is ---------------------------------------------------------------------------

    async def models(self) -> ModelList:
        """Every model, what ``auto`` means now, and what this computer has for more."""
        models = [self.consents.allowed(model) for model in await self.registry.models()]
        chosen = self._default(models)
        disk = await asyncio.to_thread(catalogue.free_disk, self.settings.model_path[-1])
        return ModelList(
            models=tuple(models),
            default=chosen.model.id if chosen else None,
            default_reason=chosen.reason if chosen else "",
            memory_bytes=catalogue.usable_memory(),
            disk_free_bytes=disk,
        )

    def _default(self, models: Sequence[ModelInfo]) -> Choice | None:
        for entry in self.settings.chain:
            if chosen := self._choose(fallback.choose(entry, models)):
                return chosen
        return self._choose(models)

    def _choose(self, models: Sequence[ModelInfo]) -> Choice | None:
        return choose(models, self.settings.default_model, catalogue.usable_memory())

    async def status(self) -> Status:
        """Mode, version, health of every backend; when nothing can answer, why and what to do."""
        backends = await self.registry.statuses()
        models = await self.models()
        figures = await self.interpreter.plugins()
        trouble = None if models.default else self._nothing_answers(backends)
        return Status(
            version=rusoil_jupyter.__version__,
            mode=self.settings.mode,
            ready=trouble is None,
            reason=trouble.message if trouble else "",
            next_step=trouble.next_step if trouble else "",
            default_model=models.default,
            backends=tuple(backends),
            plugin_failures=(*self.registry.failures, *figures.failures),
            figure_types=figures.types,
        )

    @staticmethod
    def _nothing_answers(backends: Sequence[BackendStatus]) -> ModelUnavailable:
        for backend in backends:
            if not backend.ready:
                return ModelUnavailable(backend.reason, backend.next_step)
        return ModelUnavailable(_("No model is configured."), _("Run “rusoil doctor” to see what is wrong."))

    async def pull(self, model_id: str) -> None:
        """Start the download of a model; its progress shows in :meth:`models`.

        Raises:
            RusoilError: there is no such model, no room for it, or it can't be downloaded.
        """
        backend, model = self.registry.find(model_id)
        await backend.pull(model)

    async def cancel_pull(self, model_id: str) -> None:
        """Stop the download of a model; what has come is kept for the next.

        Raises:
            RusoilError: there is no such model, or it can't be downloaded.
        """
        backend, model = self.registry.find(model_id)
        await backend.cancel_pull(model)

    async def verify(self, model_id: str) -> None:
        """Start to compare a model's files with their digests; the outcome shows in :meth:`models`.

        Raises:
            RusoilError: there is no such model here.
        """
        backend, model = self.registry.find(model_id)
        await backend.verify(model)

    async def remove(self, model_id: str) -> None:
        """Delete a model's files.

        Raises:
            RusoilError: there is no such model here, or it is in use.
        """
        backend, model = self.registry.find(model_id)
        await backend.remove(model)

    async def agree(self, owner: str, destination: str) -> ConsentList:
        """Keep that the owner agrees to send what is asked to this host; all that the owner agreed to.

        Raises:
            InvalidRequest: no model sends anything there.
        """
        await self.consents.agree(owner, destination, (await self.models()).models)
        return await self.consents.list(owner)

    async def embed(self, model_id: str, texts: Sequence[str], owner: str) -> list[list[float]]:
        """A vector per text.

        Raises:
            RusoilError: the model is unknown, away, not agreed to, or can't embed.
        """
        models = await self.models()
        made_for_it = [m.id for m in models.models if m.available and m.purpose == "embedding"]
        info = self._resolve(models, made_for_it[0] if model_id == AUTO and made_for_it else model_id)
        backend, model = self.registry.find(info.id)
        # Unchecked: a message of a conversation may have fewer parts than there may be texts.
        asked = Message.model_construct(role="user", parts=tuple(TextPart(text=text) for text in texts))
        await self.consents.require(owner, info, ModelRequest.model_construct(model=model, messages=(asked,)))
        vectors: list[list[float]] = []
        for at in range(0, len(texts), EMBEDDED_AT_ONCE):
            vectors += await backend.embed(model, texts[at : at + EMBEDDED_AT_ONCE])
        return vectors

    async def forget_session(self, owner: str, session_id: str) -> None:
        """Delete a session with its messages, and the uploads that were asked about in no other.

        Raises:
            UnknownSession: the owner has no such session.
        """
        await asyncio.to_thread(self.store.delete, owner, session_id)
        await asyncio.to_thread(self.uploads.forget_session, owner, session_id)

    async def interpret(self, request: InterpretRequest, owner: str) -> Interpretation:
        """What a figure says: read here, and by a model only where the request names one and it is needed.

        Raises:
            RusoilError: it can't be read, or the model can't answer or be sent to.
        """
        ask = _Asking(self, request.model, owner)
        return await self.interpreter.interpret(request, owner, ask, current_language())

    def _resolve(
        self, models: ModelList, wanted: str, *, vision: bool = False, grammar: bool = False
    ) -> ModelInfo:
        """The model that will answer.

        Raises:
            UnknownModel: nobody knows it.
            ModelUnavailable: it (or, for ``auto``, any) can't answer now.
            UnsupportedModality: it can't see the attached picture.
            InvalidRequest: it can't be held to a grammar.
        """
        if wanted == AUTO:
            seeing = self._choose([m for m in models.models if m.vision]) if vision else None
            wanted = (seeing.model.id if seeing else models.default) or ""
            if not wanted:
                raise self._no_model(models)
        info = next((model for model in models.models if model.id == wanted), None)
        if info is None:
            self.registry.find(wanted)  # says so if not even the backend exists
            raise UnknownModel(
                _("There is no model called “{model}”.").format(model=wanted),
                _("Choose one from the list of models, or “auto”."),
                field="model",
            )
        if not info.available:
            raise ModelUnavailable(info.reason, info.next_step)
        if vision and not info.vision:
            raise UnsupportedModality(
                _("{model} can't see pictures.").format(model=info.name),
                _("Remove the picture, or choose a model with vision."),
                field="attachments",
            )
        if grammar and not info.grammars:
            raise InvalidRequest(
                _("{model} can't be held to a grammar.").format(model=info.name),
                _("Ask for a JSON schema, or choose a model on this computer."),
                field="response_format",
            )
        return info

    @staticmethod
    def _no_model(models: ModelList) -> ModelUnavailable:
        for model in models.models:
            if model.reason:
                return ModelUnavailable(f"{model.name}: {model.reason}", model.next_step)
        return ModelUnavailable(_("No model can answer now."), _("Run “rusoil doctor” to see what is wrong."))

    # --- one turn --------------------------------------------------------------------------------

    async def start_turn(self, request: ChatRequest, owner: str, request_id: str | None = None) -> Turn:
        """Begin to answer. With the ``request_id`` of a turn that exists, that turn.

        Bad input raises here, before anything is stored or a model is asked.

        Raises:
            RusoilError: any of the tree; nothing was started then.
        """
        request_id = request_id or secrets.token_hex(16)
        # The same frame may come twice at once, over the old and the new connection of one client.
        lock = self._starting.setdefault((owner, request_id), asyncio.Lock())
        async with lock:
            if turn := self.turns.find(request_id, owner):
                return turn
            with self.turns.room(owner):
                return await self._start_turn(request, owner, request_id)

    async def _start_turn(self, request: ChatRequest, owner: str, request_id: str) -> Turn:
        *said, question = _question(request)
        models = await self.models()
        maker = self._maker(request, models, question)
        # A program that sends the whole conversation gets its model's words; a person, all that can be read.
        by_program = request.messages is not None
        reader = current_language()
        seen = await self.interpreter.look(question, owner, reader, brief=by_program or maker is not None)
        past = [*await self._history(request, owner), *said]
        looks = await self.interpreter.recall(past, owner, reader, strict=by_program)
        system = [Message.of("system", request.system)] if request.system else []
        told = Conversation(system, list(zip(past, looks, strict=True)), seen)
        if maker is not None:
            way = _Way("model", [maker])
        else:
            way = await self._way(request, owner, models, told)
        work = _Work(self, request, owner, request_id, way, told, models.models)
        if way.chain:
            first = fallback.first(way.chain)
            await self.consents.require(owner, first, work.sent_to(first))
        await work.keep_question(seen.kept)
        return self.turns.start(request_id, owner, work.events(), work.keep_answer)

    def _maker(self, request: ChatRequest, models: ModelList, question: Message) -> ModelInfo | None:
        """The model that makes a picture of this question; ``None`` where none was asked for.

        Raises:
            RusoilError: one was asked for, and there is none, or it can't now.
        """
        able = [model for model in models.models if model.purpose == "image"]
        if request.model != AUTO:
            chosen = next((model for model in able if model.id == request.model), None)
            if chosen and request.messages is not None:
                raise UnsupportedModality(
                    _("{model} makes pictures of a prompt; it holds no conversation.").format(
                        model=chosen.name
                    ),
                    _("Send a prompt to api/chat, or choose a model that talks."),
                    field="model",
                )
            return chosen and self._resolve(models, chosen.id)
        if request.modality != "image" or question.has_image or request.messages is not None:
            return None
        if not able:
            raise UnsupportedModality(
                _("No model here makes pictures."),
                _("Add one to the configuration with the purpose “image”, or attach a picture to ask about."),
                field="modality",
            )
        return self._resolve(models, next((model.id for model in able if model.available), able[0].id))

    async def _way(self, request: ChatRequest, owner: str, models: ModelList, told: Conversation) -> _Way:
        """Who answers; where no model can, the figures' own words, if there are any.

        Raises:
            RusoilError: nobody can, and there is nothing to say without.
        """
        seen = told.seen
        case = seen.case(by_program=bool(request.messages or request.tools or request.response_format))
        if all(decide(replace(case, model=model)) == "reader" for model in MODELS):
            return _Way("reader")
        vision = told.needs_vision
        if request.model == AUTO and seen.has_pictures:
            vision = vision or any(model.vision and model.available for model in models.models)
        try:
            chain = await self._chain(request, owner, models, vision=vision)
        except ModelUnavailable as trouble:
            answerer = decide(case)
            if request.model == AUTO and seen.has_words and case.asks != "program":
                return _Way(answerer, trouble=trouble if answerer == "nobody" else None)
            raise
        sees = fallback.first(chain).vision and seen.has_pictures
        answerer = decide(replace(case, model="sees" if sees else "reads"))
        return _Way(answerer, chain if answerer != "reader" else ())

    async def _chain(
        self, request: ChatRequest, owner: str, models: ModelList, *, vision: bool
    ) -> Sequence[Link]:
        """Who may answer, in order. Only the first model may be one that the owner has yet to agree to.

        Raises:
            RusoilError: nobody can.
        """
        grammar = request.response_format is not None and request.response_format.type == "grammar"
        if request.model != AUTO or not self.settings.chain:
            return [self._resolve(models, request.model, vision=vision, grammar=grammar)]
        links = [
            await self._link(entry, models, vision=vision, grammar=grammar) for entry in self.settings.chain
        ]
        for place, link in enumerate(links):
            if isinstance(link, ModelInfo) and not await self.consents.given(owner, link):
                if place == 0 or not any(
                    isinstance(other, ModelInfo) for other in links[:place] + links[place + 1 :]
                ):
                    return [link]  # the first choice, or the only one: the owner is asked
                links[place] = Passed(link.id, consent.not_agreed(link))
        if not any(isinstance(link, ModelInfo) for link in links):
            raise self._no_model(models)
        return links

    async def _link(self, entry: str, models: ModelList, *, vision: bool, grammar: bool) -> Link:
        """The model that an entry of the chain means now, or why there is none."""
        meant = fallback.choose(entry, models.models)
        able = [m for m in meant if (m.vision or not vision) and (m.grammars or not grammar)]
        if chosen := self._choose(able):
            return chosen.model
        if meant:
            return Passed(meant[0].id, meant[0].reason or _("It can't take this question."))
        statuses = {status.name: status for status in await self.registry.statuses()}
        status = statuses.get(entry.partition("/")[0])
        reason = status.reason if status else _("It is not configured.")
        return Passed(entry, reason or _("There is no such model."))

    async def _history(self, request: ChatRequest, owner: str) -> list[Message]:
        if request.session_id is None:
            return []
        return await asyncio.to_thread(self.store.history, owner, request.session_id, request.replace_from)

    async def aclose(self) -> None:
        """End all turns, engines and connections; what hangs is left behind."""
        for close in (self.turns.aclose, self.interpreter.aclose, self.registry.aclose, self._close_store):
            closing = asyncio.create_task(close())
            await asyncio.wait({closing}, timeout=END_SECONDS)
            if not closing.done():
                log.warning("%s did not end within %g s", close.__qualname__, END_SECONDS)
                closing.cancel()
            elif error := closing.exception():
                log.error("%s failed", close.__qualname__, exc_info=error)

    async def _close_store(self) -> None:
        await asyncio.to_thread(self.store.close)


class _Asking:
    """A question of ours to a model, on behalf of an owner: see :class:`rusoil_jupyter.figures.Ask`."""

    def __init__(self, assistant: Assistant, wanted: str, owner: str) -> None:
        self._assistant = assistant
        self._wanted = wanted
        self._owner = owner

    async def model(self, *, vision: bool) -> ModelInfo:
        """Who answers; one that sees is preferred where the choice is free."""
        models = await self._assistant.models()
        free = self._wanted == AUTO and any(one.vision and one.available for one in models.models)
        return self._assistant._resolve(models, self._wanted, vision=vision and free)

    async def answer(
        self, model: ModelInfo, messages: Sequence[Message], form: ResponseFormat | None = None
    ) -> str:
        """What it says, once the owner has agreed that it is asked."""
        backend, name = self._assistant.registry.find(model.id)
        key = f"{self._owner}/{secrets.token_hex(8)}"
        request = ModelRequest(
            model=name, messages=tuple(messages), conversation=key, response_format=form, max_tokens=800
        )
        await self._assistant.consents.require(self._owner, model, request)
        stream = cast("AsyncGenerator[Event, None]", backend.stream(request))
        words: list[str] = []
        try:
            async with asyncio.timeout(ASKED_SECONDS), aclosing(promises.kept(request, stream)) as events:
                async for event in events:
                    if isinstance(event, Text):
                        words.append(event.delta)
        except TimeoutError as error:
            raise ModelUnavailable(
                _("{model} did not answer within {seconds} s.").format(
                    model=model.name, seconds=round(ASKED_SECONDS)
                ),
                _("Ask in the chat, where its words come one by one, or choose another model."),
            ) from error
        return "".join(words).strip()


@dataclass(frozen=True)
class _Way:
    """Who answers a turn: the models in their order, none where the reader does alone or nobody can."""

    answerer: Answerer
    chain: Sequence[Link] = ()
    trouble: RusoilError | None = None


class _Work:
    """One turn's way from question to kept answer."""

    def __init__(
        self,
        assistant: Assistant,
        request: ChatRequest,
        owner: str,
        request_id: str,
        way: _Way,
        told: Conversation,
        models: Sequence[ModelInfo],
    ) -> None:
        self._assistant = assistant
        self._request = request
        self._owner = owner
        self.request_id = request_id
        self._way = way
        self._answers = fallback.first(way.chain).id if way.chain else READER
        self._told = told
        self._models = models
        self._message_id: str | None = None
        self._answer_id = new_id()

    async def keep_question(self, message: Message) -> None:
        """Store the question before any model sees it: a failed answer must not lose it."""
        session_id = self._request.session_id
        if session_id is not None:
            self._message_id = await asyncio.to_thread(
                self._assistant.store.add_question,
                self._owner,
                session_id,
                message,
                self.request_id,
                self._request.replace_from,
            )
            if files := self._told.seen.files:
                uploads = self._assistant.uploads
                used = [file.upload for file in files]
                await asyncio.to_thread(uploads.note_use, self._owner, used, session_id)

    def sent_to(self, info: ModelInfo) -> ModelRequest:
        """All that this model is sent: nothing else may reach it, and its user agrees to no less."""
        _backend, model = self._assistant.registry.find(info.id)
        if info.purpose == "image":
            return ModelRequest(model=model, messages=(Message.of("user", self._told.seen.question.text),))
        passed_on = {name: getattr(self._request, name) for name in _PASSED_ON}
        conversation = f"{self._owner}/{self._request.session_id or self.request_id}"
        messages = self._told.messages(info)
        return ModelRequest(model=model, messages=messages, conversation=conversation, **passed_on)

    def events(self) -> AsyncGenerator[Event, None]:
        """What the client sees, from ``started`` to the model's last event."""
        way = self._way
        if not way.chain:
            return self._read_alone()
        if fallback.first(way.chain).purpose == "image":
            return self._make(fallback.first(way.chain))
        return self._told.seen.led(fallback.first_that_answers(way.chain, self._ask), way.answerer)

    def _started(self, model: str, backend: str, passed: Sequence[Passed] = ()) -> Started:
        self._answers = model
        return Started(
            model=model,
            backend=backend,
            degraded_from=passed[0].name if passed else None,
            session_id=self._request.session_id,
            message_id=self._message_id,
            answer_id=self._answer_id if self._request.session_id is not None else None,
        )

    async def _read_alone(self) -> AsyncGenerator[Event, None]:
        yield self._started(READER, READER)
        for event in self._told.seen.alone(self._way.answerer, self._way.trouble):
            yield event

    async def _make(self, info: ModelInfo) -> AsyncGenerator[Event, None]:
        yield self._started(info.id, info.backend)
        backend, _model = self._assistant.registry.find(info.id)
        request = self.sent_to(info)
        made = await backend.generate_image(request.model, request.messages[-1].text)
        yield Artifact(
            purpose="made", image=await self._assistant.interpreter.picture(made.data, made.media_type)
        )
        yield Done()

    async def _ask(self, info: ModelInfo, passed: Sequence[Passed]) -> AsyncGenerator[Event, None]:
        in_session = self._request.session_id is not None
        seen = self._told.seen
        yield self._started(info.id, info.backend, passed)
        if passed:
            yield fallback.notice(info, passed)
        others = [model for model in self._models if model.id != info.id]
        if notice := language_notice(seen.question.text, info, others):
            yield notice
        for event in seen.sent_to(info):
            yield event
        backend, _model = self._assistant.registry.find(info.id)
        request = self.sent_to(info)

        def answer(request: ModelRequest) -> AsyncGenerator[Event, None]:
            stream = cast("AsyncGenerator[Event, None]", backend.stream(request))
            return promises.kept(request, stream)

        # A client that sends the whole conversation itself is told that it is too long: it may know better
        # what to leave out, and an OpenAI client would never see our notice.
        fitted = self._assistant.overflow.fitted(request, answer) if in_session else answer(request)
        async with aclosing(seen.checked(fitted, self._assistant.interpreter.contradictions)) as events:
            async for event in events:
                yield event

    async def keep_answer(self, said: Sequence[Event], last: Event) -> Sequence[Event]:
        """Store what was said, whole or cut, before the client is told that the turn has ended."""
        session_id = self._request.session_id
        if session_id is None:
            return ()
        error = f"{last.error.message} {last.error.next_step}" if isinstance(last, Failed) else None
        try:
            await asyncio.to_thread(
                self._assistant.store.add_answer,
                self._owner,
                session_id,
                _answer(said),
                request_id=self.request_id,
                answer_id=self._answer_id,
                model=self._answers,
                finish_reason=last.finish_reason if isinstance(last, Done) else None,
                error=error,
                notices=[e.message for e in said if isinstance(e, Notice)],
                usage=next((e for e in said if isinstance(e, Usage)), None),
                readings=[e for e in said if isinstance(e, FigureRead)],
            )
            return ()
        except RusoilError as trouble:
            reason = trouble.message
        # The database is broken or full; the answer is on the screen and the user must know.
        except Exception:
            log.exception("turn %s: the answer could not be saved", self.request_id)
            reason = _("the session database can't be written. The log has the details.")
        message = _("The answer could not be saved: {reason}").format(reason=reason)
        return (Notice(code="not_saved", message=message),)


def _question(request: ChatRequest) -> tuple[Message, ...]:
    if request.messages is not None:
        return request.messages
    text: tuple[Part, ...] = (TextPart(text=request.prompt),) if request.prompt else ()
    return (Message(role="user", parts=(*text, *request.attachments)),)


def _answer(log: Sequence[Event]) -> Message:
    text = "".join(event.delta for event in log if isinstance(event, Text))
    texts = (text[at : at + MAX_TEXT_CHARS] for at in range(0, len(text), MAX_TEXT_CHARS))
    calls = tuple(
        ToolCallPart(id=e.id, name=e.name, arguments=e.arguments) for e in log if isinstance(e, ToolCall)
    )
    made = tuple(event.image for event in log if isinstance(event, Artifact) and event.purpose == "made")
    return Message(role="assistant", parts=(*(TextPart(text=text) for text in texts), *calls, *made))
