"""The assistant as one object: what a host (tornado, FastAPI, a script) calls, and nothing else.

Here alone it is decided which model answers, what it is told, what is kept and what the user is warned
of. Hosts authenticate, translate and never decide.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import aclosing
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
from rusoil_jupyter.events import Done, Event, Failed, Notice, Started, Text, ToolCall, Usage
from rusoil_jupyter.fallback import Link, Passed
from rusoil_jupyter.i18n import _
from rusoil_jupyter.language import language_notice
from rusoil_jupyter.messages import Message, TextPart, ToolCallPart
from rusoil_jupyter.overflow import Overflow
from rusoil_jupyter.protocol import AUTO, ModelInfo, ModelList, Status
from rusoil_jupyter.store.sessions import SessionStore, new_id
from rusoil_jupyter.turns import Turn, TurnManager

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import BackendStatus, ChatRequest, ConsentList
    from rusoil_jupyter.settings import Settings

log = logging.getLogger(__name__)
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
        self.store = store or SessionStore(f"sqlite:///{settings.data_dir / 'sessions.db'}")
        self.consents = Consents(settings.hosted, self.store)
        self.turns = TurnManager(settings.grace_seconds, settings.turns_per_user)
        self.overflow = Overflow()
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
        trouble = None if models.default else self._nothing_answers(backends)
        return Status(
            version=rusoil_jupyter.__version__,
            mode=self.settings.mode,
            ready=trouble is None,
            reason=trouble.message if trouble else "",
            next_step=trouble.next_step if trouble else "",
            default_model=models.default,
            backends=tuple(backends),
            plugin_failures=tuple(self.registry.failures),
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
        await self.consents.require(owner, info, [Message.of("user", "\n".join(texts))])
        backend, model = self.registry.find(info.id)
        return await backend.embed(model, texts)

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
        asked = _question(request)
        models = await self.models()
        vision = request.modality == "image" or any(m.has_image for m in asked)
        chain = await self._chain(request, owner, models, vision=vision)
        history = await self._history(request, owner)
        system = [Message.of("system", request.system)] if request.system else []
        messages = (*system, *history, *asked)
        await self.consents.require(owner, fallback.first(chain), messages, request.tools)
        work = _Work(self, request, owner, request_id, chain, messages, models.models)
        await work.keep_question(asked[-1])
        return self.turns.start(request_id, owner, work.events(), work.keep_answer)

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
        """End all turns, engines and connections."""
        await self.turns.aclose()
        await self.registry.aclose()
        await asyncio.to_thread(self.store.close)


class _Work:
    """One turn's way from question to kept answer."""

    def __init__(
        self,
        assistant: Assistant,
        request: ChatRequest,
        owner: str,
        request_id: str,
        chain: Sequence[Link],
        messages: tuple[Message, ...],
        models: Sequence[ModelInfo],
    ) -> None:
        self._assistant = assistant
        self._request = request
        self._owner = owner
        self.request_id = request_id
        self._chain = chain
        self._model = fallback.first(chain)
        self._messages = messages
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

    def events(self) -> AsyncGenerator[Event, None]:
        """What the client sees, from ``started`` to the model's last event."""
        return fallback.first_that_answers(self._chain, self._ask)

    async def _ask(self, info: ModelInfo, passed: Sequence[Passed]) -> AsyncGenerator[Event, None]:
        self._model = info
        in_session = self._request.session_id is not None
        yield Started(
            model=info.id,
            backend=info.backend,
            degraded_from=passed[0].name if passed else None,
            session_id=self._request.session_id,
            message_id=self._message_id,
            answer_id=self._answer_id if in_session else None,
        )
        if passed:
            yield fallback.notice(info, passed)
        others = [model for model in self._models if model.id != info.id]
        if notice := language_notice(self._messages[-1].text, info, others):
            yield notice
        backend, model = self._assistant.registry.find(info.id)
        passed_on = {name: getattr(self._request, name) for name in _PASSED_ON}
        conversation = f"{self._owner}/{self._request.session_id or self.request_id}"
        request = ModelRequest(model=model, messages=self._messages, conversation=conversation, **passed_on)

        def answer(request: ModelRequest) -> AsyncGenerator[Event, None]:
            stream = cast("AsyncGenerator[Event, None]", backend.stream(request))
            return promises.kept(request, stream)

        # A client that sends the whole conversation itself is told that it is too long: it may know better
        # what to leave out, and an OpenAI client would never see our notice.
        fitted = self._assistant.overflow.fitted(request, answer) if in_session else answer(request)
        async with aclosing(fitted) as events:
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
                model=self._model.id,
                finish_reason=last.finish_reason if isinstance(last, Done) else None,
                error=error,
                notices=[e.message for e in said if isinstance(e, Notice)],
                usage=next((e for e in said if isinstance(e, Usage)), None),
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
    calls = tuple(
        ToolCallPart(id=e.id, name=e.name, arguments=e.arguments) for e in log if isinstance(e, ToolCall)
    )
    return Message(role="assistant", parts=((TextPart(text=text),) if text else ()) + calls)
