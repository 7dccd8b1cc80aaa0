"""The files of the models: downloads and checks that run on while the user does other things."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from rusoil_jupyter import catalogue
from rusoil_jupyter.errors import InvalidRequest, RusoilError, UnknownModel
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import Download

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from rusoil_jupyter.catalogue import CatalogueEntry
    from rusoil_jupyter.settings import Settings

log = logging.getLogger(__name__)


class Library:
    """One task at a time for each model, and what became of the last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._states: dict[str, Download] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def state(self, model: str) -> Download | None:
        """What is being done with this model, or how that ended."""
        if state := self._states.get(model):
            return state
        known = catalogue.find(model)
        begun = catalogue.begun(known, self._settings.model_path) if known else 0
        return Download(state="paused", done=begun, total=known.size_bytes) if known and begun else None

    def pull(self, model: str) -> None:
        """Start a download, unless it runs already.

        Raises:
            InvalidRequest: the catalogue has no such model.
        """
        entry = _entry(model)
        if model not in self._tasks:
            self._states[model] = Download(state="running", total=entry.size_bytes)
            self._start(model, self._pull(entry))

    async def _pull(self, entry: CatalogueEntry) -> None:
        path, mirror = self._settings.model_path, self._settings.model_mirror
        await catalogue.pull(entry, path, self._teller(entry.id, "running"), mirror=mirror)
        del self._states[entry.id]

    async def cancel(self, model: str) -> None:
        """Stop a download or a check, and wait until it has stopped.

        Raises:
            InvalidRequest: the catalogue has no such model.
        """
        if (task := self._tasks.get(model)) is None:
            _entry(model)
            return
        task.cancel()
        await asyncio.wait([task])

    async def verify(self, model: str) -> None:
        """Start to read a model's files and compare them with their digests.

        Raises:
            UnknownModel: it is not on this computer.
        """
        await asyncio.to_thread(catalogue.here, model, self._settings.model_path)
        if model not in self._tasks:
            self._states[model] = Download(state="checking")
            self._start(model, self._verify(model))

    async def _verify(self, model: str) -> None:
        tell, stopped = self._teller(model, "checking"), False

        def tell_or_stop(done: int, total: int) -> None:
            if stopped:
                raise InterruptedError
            tell(done, total)

        try:
            await asyncio.to_thread(catalogue.verify, model, self._settings.model_path, tell_or_stop)
        finally:
            stopped = True  # a cancelled task leaves its thread behind
        words = (
            _("Every byte is as the catalogue says.")
            if catalogue.find(model)
            else _("It is a GGUF file; the catalogue does not know what its bytes should be.")
        )
        self._states[model] = Download(state="checked", message=words)

    async def remove(self, model: str) -> None:
        """Delete a model's files, and what an unfinished download has left of them.

        Raises:
            UnknownModel: there is nothing of it on this computer.
            Forbidden: the files may not be deleted.
        """
        if task := self._tasks.get(model):
            task.cancel()
            await asyncio.wait([task])
        await asyncio.to_thread(catalogue.remove, model, self._settings.model_path)
        self._states.pop(model, None)

    def _teller(self, model: str, state: str) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            self._states[model] = Download.model_construct(state=state, done=done, total=total, message="")

        return tell

    def _start(self, model: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[model] = task = asyncio.create_task(work)
        task.add_done_callback(lambda task: self._ended(model, task))

    def _ended(self, model: str, task: asyncio.Task[None]) -> None:
        """Turn a failure into a state: nobody awaits the task."""
        del self._tasks[model]
        if task.cancelled():
            self._states.pop(model, None)
            return
        match task.exception():
            case None:
                return
            case RusoilError() as error:
                log.warning("%s: %s", model, error)
                words = f"{error.message} {error.next_step}".strip()
            case error:
                log.error("%s", model, exc_info=error)
                words = _("Something went wrong; the log has the details.")
        self._states[model] = Download(state="failed", message=words)

    async def aclose(self) -> None:
        """Stop what runs."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _entry(model: str) -> CatalogueEntry:
    try:
        return catalogue.entry(model)
    except UnknownModel as error:
        raise InvalidRequest(error.message, error.next_step, field="model") from error
