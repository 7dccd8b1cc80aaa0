"""The assistant as one object: what a host (tornado, FastAPI, a script) calls, and nothing else.

Hosts authenticate, translate and never decide. Here it is only said which room does what.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING

from rusoil_jupyter import health
from rusoil_jupyter.backends.registry import BackendRegistry
from rusoil_jupyter.chat import Chat
from rusoil_jupyter.figures import Interpreter
from rusoil_jupyter.i18n import current_language
from rusoil_jupyter.pipeline import Asking, Consents, Endpoint, Survey, count, embed, laptop
from rusoil_jupyter.queue import Queue
from rusoil_jupyter.store.sessions import SessionStore
from rusoil_jupyter.turns import TurnManager
from rusoil_jupyter.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.pipeline import Caller
    from rusoil_jupyter.protocol import (
        ChatRequest,
        ConsentList,
        Interpretation,
        InterpretRequest,
        ModelList,
        Status,
    )
    from rusoil_jupyter.settings import Settings
    from rusoil_jupyter.turns import Turn

log = logging.getLogger(__name__)
END_SECONDS = 2.0  # for each part of us to end; Jupyter's own end waits for it


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
        self.uploads = Uploads.of(settings)
        self.interpreter = Interpreter(self.uploads)
        self._road = laptop(Endpoint(self.registry), self.consents, self.interpreter.picture)
        self._survey = Survey(settings, self.registry, self.consents)
        self._chat = Chat(self._road, self._survey, self.store, self.uploads, self.interpreter)
        self._beginning: dict[tuple[str, str], asyncio.Task[Turn]] = {}
        self.queue = Queue(self.store, self.turns, self._begin)

    # --- what there is ---------------------------------------------------------------------------

    async def models(self) -> ModelList:
        """Every model, what ``auto`` means now, and what this computer has for more."""
        return await self._survey.models()

    async def status(self) -> Status:
        """Mode, version, health of every backend; when nothing can answer, why and what to do."""
        return await health.examine(self.settings.mode, await self.models(), self.registry, self.interpreter)

    async def pull(self, model_id: str) -> None:
        """Start the download of a model; its progress shows in :meth:`models`.

        Raises:
            RusoilError: there is no such model, no room for it, or it can't be downloaded.
        """
        keeper, model = self.registry.keeper(model_id)
        await keeper.pull(model)

    async def cancel_pull(self, model_id: str) -> None:
        """Stop the download of a model; what has come is kept for the next.

        Raises:
            RusoilError: there is no such model, or it can't be downloaded.
        """
        keeper, model = self.registry.keeper(model_id)
        await keeper.cancel_pull(model)

    async def verify(self, model_id: str) -> None:
        """Start to compare a model's files with their digests; the outcome shows in :meth:`models`.

        Raises:
            RusoilError: there is no such model here.
        """
        keeper, model = self.registry.keeper(model_id)
        await keeper.verify(model)

    async def remove(self, model_id: str) -> None:
        """Delete a model's files.

        Raises:
            RusoilError: there is no such model here, or it is in use.
        """
        keeper, model = self.registry.keeper(model_id)
        await keeper.remove(model)

    async def agree(self, owner: str, destination: str) -> ConsentList:
        """Keep that the owner agrees to send what is asked to this host; all that the owner agreed to.

        Raises:
            InvalidRequest: no model sends anything there.
        """
        await self.consents.agree(owner, destination, (await self.models()).models)
        return await self.consents.list(owner)

    async def embed(self, model_id: str, texts: Sequence[str], caller: Caller) -> list[list[float]]:
        """A vector per text.

        Raises:
            RusoilError: the model is unknown, away, not agreed to, or can't embed.
        """
        return await embed(self._road, self.registry, self._survey, caller, model_id, texts)

    async def count_tokens(self, request: ChatRequest, caller: Caller) -> int:
        """The tokens that a model would read of a program's conversation.

        Raises:
            RusoilError: the model is unknown, away, not agreed to, or can't count.
        """
        return await count(self._road, self.registry, self._survey, caller, request)

    async def forget_session(self, owner: str, session_id: str) -> None:
        """Delete a session with its messages, and the uploads that were asked about in no other.

        Raises:
            UnknownSession: the owner has no such session.
        """
        await self.store.run(self.store.delete, owner, session_id)
        await asyncio.to_thread(self.uploads.forget_session, owner, session_id)

    async def interpret(self, request: InterpretRequest, caller: Caller) -> Interpretation:
        """What a figure says: read here, and by a model only where the request names one and it is needed.

        Raises:
            RusoilError: it can't be read, or the model can't answer or be sent to.
        """
        ask = Asking(self._road, self._survey, caller, request.model)
        return await self.interpreter.interpret(request, caller.owner, ask, current_language())

    async def start_turn(self, request: ChatRequest, caller: Caller, request_id: str | None = None) -> Turn:
        """Begin to answer. With the ``request_id`` of a turn that exists, that turn.

        Bad input raises here, before anything is stored or a model is asked.

        Raises:
            RusoilError: any of the tree; nothing was started then.
        """
        request_id = request_id or secrets.token_hex(16)
        if turn := self.turns.find(request_id, caller.owner):
            return turn
        return await asyncio.shield(self._begin(request, caller, request_id))

    async def find_turn(self, request_id: str, owner: str) -> Turn:
        """A turn of this owner, as soon as it has begun.

        Raises:
            UnknownTurn: there is none, or it is somebody else's.
            RusoilError: it began just now, and was refused.
        """
        if beginning := self._beginning.get((owner, request_id)):
            return await asyncio.shield(beginning)
        return self.turns.get(request_id, owner)

    def _begin(self, request: ChatRequest, caller: Caller, request_id: str) -> asyncio.Task[Turn]:
        """The beginning of this turn: the same frame may come twice, over two connections of one client."""
        key = (caller.owner, request_id)
        if key not in self._beginning:
            task = asyncio.create_task(self._answer(request, caller, request_id))
            self._beginning[key] = task
            task.add_done_callback(lambda done: self._begun(key, done))
        return self._beginning[key]

    def _begun(self, key: tuple[str, str], task: asyncio.Task[Turn]) -> None:
        del self._beginning[key]
        if not task.cancelled() and (error := task.exception()):
            log.info("turn %s did not begin: %s", key[1], error)

    async def _answer(self, request: ChatRequest, caller: Caller, request_id: str) -> Turn:
        owner, session_id = caller.owner, request.session_id
        self.queue.begin(owner, session_id)
        try:
            with self.turns.room(owner):
                exchange = await self._chat.begin(request, caller, request_id)
                keep = self.queue.then(caller, session_id, exchange.keep_answer)
                return self.turns.start(
                    request_id, owner, exchange.events(), keep, session_id, exchange.inbox
                )
        except BaseException:
            await self.queue.end(caller, session_id, None)
            raise

    async def aclose(self) -> None:
        """End all turns, engines and connections; what hangs is left behind."""
        for beginning in self._beginning.values():
            beginning.cancel()
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
