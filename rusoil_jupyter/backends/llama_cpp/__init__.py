"""Models on this computer: llama.cpp in a child process, spoken to over its own OpenAI wire."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.base import Backend
from rusoil_jupyter.backends.llama_cpp.engine import Engine
from rusoil_jupyter.backends.llama_cpp.engines import AUTO, check_drafts, check_name, choose
from rusoil_jupyter.backends.llama_cpp.job import Job, check_length
from rusoil_jupyter.backends.llama_cpp.library import Library
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions
from rusoil_jupyter.backends.llama_cpp.scheduler import Scheduler
from rusoil_jupyter.backends.openai_wire import part_text
from rusoil_jupyter.backends.tool_envelope import in_form
from rusoil_jupyter.errors import (
    Conflict,
    InvalidRequest,
    ModelUnavailable,
    RusoilError,
    UnsupportedModality,
)
from rusoil_jupyter.events import Progress, Usage
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import BackendStatus, ModelInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.catalogue import CatalogueEntry, InstalledModel
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.settings import Settings

SMALLEST_CONTEXT = 256  # the engine dies of less
LEAST_POOL, UNKNOWN_POOL, MOST_POOL = 4096, 8192, 16384
MOST_CACHE_MIB = 2048
EMBEDDING_TOKENS = 2048
log = logging.getLogger(__name__)


class LlamaCppBackend(Backend):
    """GGUF models in the model folders.

    Args:
        engine: a name in :data:`engines.ENGINES`, or ``auto`` for the first that is installed.
        n_ctx: tokens that all answers under way share; 0 takes 4,096 to 16,384, as the memory allows.
        n_parallel: answers computed at once; more wait in a queue.
        n_threads: 0 takes the cores this process may use.
        cache_mib: memory for what was read of conversations that rest; -1 takes an eighth of all, and
            2,048 at most.
        idle_minutes: a model that nobody asked for so long leaves the memory; 0 keeps it.
        n_draft: tokens drafted at once where an answer repeats what was there, as in edits; 0 for none.
            The engine llama-cpp-python drafts none.
        n_gpu_layers: layers on the GPU, if the engine was built for one; -1 is all that fit.

    Raises:
        InvalidRequest: there is no engine of that name, or it can't work with these sizes.
    """

    kind: ClassVar[str] = "llama-cpp"

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        engine: str = AUTO,
        n_ctx: int = 0,
        n_parallel: int = 8,
        n_threads: int = 0,
        cache_mib: int = -1,
        idle_minutes: float = 30,
        n_gpu_layers: int = -1,
        n_draft: int = 0,
    ) -> None:
        super().__init__(name, settings)
        sizes = (("n_ctx", n_ctx, SMALLEST_CONTEXT), ("n_parallel", n_parallel, 1), ("n_draft", n_draft, 0))
        for option, value, least in sizes:
            if value < least and (option, value) != ("n_ctx", 0):
                raise InvalidRequest(
                    _("{option} is {value}; at least {least} is needed.").format(
                        option=option, value=value, least=least
                    ),
                    _("Change it in the options of this backend."),
                    field=option,
                )
        check_name(engine)
        check_drafts(engine, n_draft)
        self._engine_name = engine
        self._n_ctx = n_ctx
        self._cache_mib = cache_mib
        self._sizes: dict[str, Any] = {
            "n_parallel": n_parallel,
            "n_threads": n_threads,
            "n_gpu_layers": n_gpu_layers,
            "n_draft": n_draft,
        }
        self._engines: dict[str, tuple[Engine, Scheduler]] = {}
        self._idle_seconds = idle_minutes * 60
        self._switching = asyncio.Lock()
        self._embedder: Engine | None = None
        self._embedding = asyncio.Lock()
        self._library = Library(settings)

    # --- what there is ---------------------------------------------------------------------------

    async def models(self) -> Sequence[ModelInfo]:
        """Installed models, then those of the catalogue that a download would bring."""
        return await asyncio.to_thread(self._models)

    def _models(self) -> Sequence[ModelInfo]:
        here = catalogue.installed(self.settings.model_path)
        missing_engine = self._engine_trouble()
        infos = [self._installed_info(model, missing_engine) for model in here]
        have = {model.id for model in here}
        if missing_engine:
            return infos  # a download would mend nothing
        return infos + [self._catalogue_info(e) for e in catalogue.CATALOGUE if e.id not in have]

    def _installed_info(self, model: InstalledModel, trouble: RusoilError | None) -> ModelInfo:
        info = (
            self._known(model.entry)
            if model.entry
            else ModelInfo(
                id=f"{self.name}/{model.id}",
                name=model.id,
                backend=self.name,
                description=_("A GGUF file from {folder}.").format(folder=model.path.parent),
                context_length=self._pool(None),
                tools=True,
                grammars=True,
            )
        )
        update: dict[str, object] = {
            "installed": True,
            "vision": model.projector is not None,
            "size_bytes": model.size_bytes,
            "memory_bytes": model.memory_bytes(self._pool(model.entry)),
            "download": self._library.state(model.id),
            "concludes": trouble is None and choose(self._engine_name).concludes,
        }
        if trouble is not None:
            update |= {"available": False, "reason": trouble.message, "next_step": trouble.next_step}
        return info.model_copy(update=update)

    def _catalogue_info(self, entry: CatalogueEntry) -> ModelInfo:
        return self._known(entry).model_copy(
            update={
                "available": False,
                "reason": _("This model is not on this computer yet."),
                "next_step": _("Download it ({size} MB).").format(size=round(entry.size_bytes / 1e6)),
                "action": "pull",
                "download": self._library.state(entry.id),
            }
        )

    def _known(self, entry: CatalogueEntry) -> ModelInfo:
        return ModelInfo(
            id=f"{self.name}/{entry.id}",
            name=entry.name,
            backend=self.name,
            description=entry.description,
            purpose=entry.purpose,
            context_length=min(entry.context_length, self._pool(entry)),
            tools=True,
            tools_emulated=not entry.tools,
            grammars=True,
            vision=entry.vision,
            reasoning=entry.reasoning,
            languages=entry.languages,
            russian=entry.russian,
            license=entry.license,
            size_bytes=entry.size_bytes,
            memory_bytes=entry.memory_bytes(self._pool(entry)),
        )

    def _pool(self, entry: CatalogueEntry | None) -> int:
        """Tokens of context for a model: what was configured, or what half of the memory it leaves holds."""
        if self._n_ctx:
            return self._n_ctx
        if entry is None or self._memory is None:
            return UNKNOWN_POOL
        left = max(0, self._memory - entry.memory_bytes(0))
        return max(LEAST_POOL, min(MOST_POOL, left // 2 // entry.kv_bytes // LEAST_POOL * LEAST_POOL))

    @cached_property
    def _memory(self) -> int | None:
        return catalogue.usable_memory()

    @property
    def _cache(self) -> int:
        if self._cache_mib >= 0:
            return self._cache_mib
        return MOST_CACHE_MIB if self._memory is None else min(MOST_CACHE_MIB, self._memory // 8 // 2**20)

    def _engine_trouble(self) -> RusoilError | None:
        try:
            choose(self._engine_name)
        except ModelUnavailable as error:
            return error
        return None

    async def status(self) -> BackendStatus:
        """Ready when there is an engine and a model; the model is loaded at the first question."""
        trouble = self._engine_trouble()
        if trouble is None and not any(model.available for model in await self.models()):
            trouble = ModelUnavailable(
                _("There is no model on this computer yet."),
                _("Download one, or put a GGUF file into {folder}.").format(
                    folder=self.settings.model_path[-1]
                ),
            )
        return BackendStatus(
            name=self.name,
            kind=self.kind,
            ready=trouble is None,
            reason=trouble.message if trouble else "",
            next_step=trouble.next_step if trouble else "",
        )

    # --- answering -------------------------------------------------------------------------------

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        """As :meth:`Backend.stream`; the first question also loads the model."""
        engine, scheduler = await self._engine(request.model)
        defaults = dict(_sampling(request.model))
        limit = request.max_tokens or int(defaults.pop("max_tokens", engine.options.n_ctx // 4))
        request = request.model_copy(update={"max_tokens": limit})

        defaults["return_progress"] = True

        def answer(request: ModelRequest, **fields: Any) -> AsyncGenerator[Event, None]:
            if request.inbox is not None and engine.concludes:
                fields["reasoning_control"] = True  # three per cent of the speed: for those that think alone
            return Job(engine, scheduler, request, defaults | fields).events()

        with engine.use():
            async with aclosing(engine.loading()) as shares:
                async for share in shares:
                    yield Progress(phase="loading", done=share, total=1)
            async with aclosing(in_form(request, answer, engine.abilities)) as events:
                async for event in events:
                    yield event

    async def count(self, request: ModelRequest) -> int:
        """As :meth:`Backend.count`: of the prompt that the model's template makes. Loads the model.

        Raises:
            UnsupportedModality: there are pictures, whose tokens show only when they are looked at.
            ContextTooLong: it can't fit, however it is counted.
            RusoilError: as :meth:`stream`.
        """
        if any(message.has_image for message in request.messages):
            raise UnsupportedModality(
                _("The tokens of pictures can't be counted before the model looks at them."),
                _("Leave the pictures out, or ask and read “usage”."),
                field="messages",
            )
        engine, _scheduler = await self._engine(request.model)
        texts = (part_text(part) for message in request.messages for part in message.parts)
        check_length(sum(map(len, texts)), engine.options.n_ctx)

        async def counted(request: ModelRequest, **fields: Any) -> AsyncGenerator[Event, None]:
            client = await engine.client()
            yield Usage(prompt_tokens=await client.count_request(request, **fields))

        with engine.use():
            async with aclosing(in_form(request, counted, engine.abilities)) as events:
                return sum([event.prompt_tokens async for event in events if isinstance(event, Usage)])

    async def _engine(self, model: str) -> tuple[Engine, Scheduler]:
        """The engine of this model and its queue; others that answer nobody make room for it."""
        async with self._switching:
            if model not in self._engines:
                kind = choose(self._engine_name)
                here = await asyncio.to_thread(catalogue.here, model, self.settings.model_path)
                for other, (engine, _scheduler) in list(self._engines.items()):
                    if not engine.busy:
                        del self._engines[other]
                        await engine.aclose()
                options = EngineOptions(
                    model,
                    engine=kind.name,
                    n_ctx=self._pool(here.entry),
                    cache_mib=self._cache,
                    **_files(here),
                    **self._sizes,
                )
                self._engines[model] = (
                    Engine(options, idle_seconds=self._idle_seconds),
                    Scheduler(kind.slots(options.n_parallel), options.n_ctx),
                )
            return self._engines[model]

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """As :meth:`Backend.embed`, in an engine of its own that holds one model at a time.

        Raises:
            ContextTooLong: a text has more tokens than the engine reads at once (2,048 at most).
            RusoilError: as :meth:`stream`.
        """
        if not texts or not all(texts):
            raise InvalidRequest(
                _("There is no text to embed."),
                _("Send at least one text, none of them empty."),
                field="input",
            )
        check_length(max(map(len, texts)), EMBEDDING_TOKENS)
        kind = choose(self._engine_name)
        async with self._embedding:
            engine = await self._embedding_engine(model, kind.name)
            with engine.use():
                return await (await engine.client()).embed(model, texts)

    async def _embedding_engine(self, model: str, engine: str) -> Engine:
        if self._embedder is None or self._embedder.options.model != model:
            here = await asyncio.to_thread(catalogue.here, model, self.settings.model_path)
            if self._embedder is not None:
                await self._embedder.aclose()
            # A text is read in one step here, so the step is as long as the context.
            size = min(self._pool(here.entry), EMBEDDING_TOKENS)
            sizes = {
                **self._sizes,
                "n_ctx": size,
                "n_batch": size,
                "n_parallel": 1,
                "cache_mib": 0,
                "n_draft": 0,
            }
            pooling = here.entry.pooling if here.entry else "mean"
            options = EngineOptions(model, engine=engine, **_files(here), pooling=pooling, **sizes)
            self._embedder = Engine(options, idle_seconds=self._idle_seconds)
        return self._embedder

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """Process ids of the running engines (for diagnosis and tests)."""
        return tuple(e.pid for e, _scheduler in self._engines.values() if e.pid is not None)

    # --- files -----------------------------------------------------------------------------------

    async def pull(self, model: str) -> None:
        """As :meth:`KeepsFiles.pull`; a download that runs already is not started twice."""
        self._library.pull(model)

    async def cancel_pull(self, model: str) -> None:
        """As :meth:`KeepsFiles.cancel_pull`."""
        await self._library.cancel(model)

    async def verify(self, model: str) -> None:
        """As :meth:`KeepsFiles.verify`."""
        await self._library.verify(model)

    async def remove(self, model: str) -> None:
        """As :meth:`KeepsFiles.remove`; an idle engine lets go of the file first."""
        async with self._switching:
            if model in self._engines:
                engine, _scheduler = self._engines[model]
                if engine.busy:
                    raise Conflict(
                        _("The model “{model}” is answering now.").format(model=model),
                        _("Stop the answer, or wait for its end, and try again."),
                    )
                del self._engines[model]
                await engine.aclose()
            async with self._embedding:
                if self._embedder is not None and self._embedder.options.model == model:
                    await self._embedder.aclose()
                    self._embedder = None
            await self._library.remove(model)

    async def aclose(self) -> None:
        """End the engines and the downloads."""
        await self._library.aclose()
        engines = [engine for engine, _scheduler in self._engines.values()]
        engines += [self._embedder] if self._embedder else []
        await asyncio.gather(*(engine.aclose() for engine in engines))
        self._engines.clear()


def _files(model: InstalledModel) -> dict[str, Any]:
    """Its files as the engine finds them, which runs in a folder of its own."""
    eyes = "" if model.projector is None else str(model.projector.absolute())
    return {"model_path": str(model.path.absolute()), "mmproj": eyes}


def _sampling(model: str) -> Mapping[str, float]:
    known = catalogue.find(model)
    return known.sampling if known else {}
