"""What models there are now: for whoever chooses one, and for whoever decides who answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from rusoil_jupyter import catalogue
from rusoil_jupyter.errors import RusoilError
from rusoil_jupyter.i18n import current_language
from rusoil_jupyter.pipeline.routing import Snapshot
from rusoil_jupyter.protocol import ModelList

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.backends.registry import BackendRegistry
    from rusoil_jupyter.caller import Caller
    from rusoil_jupyter.pipeline.consent import Consents
    from rusoil_jupyter.settings import Settings

T = TypeVar("T")
LIFETIME = 5.0  # seconds that a list of models is good for: to ask all backends and the disk takes time


class Survey:
    """Looks at what there is, and remembers it for a while.

    Whoever shows the models or refuses a question looks anew; whoever is about to ask one may go by what was
    there a moment ago, since a model may go away at any time.

    Args:
        settings: the installation's choices.
        registry: the backends.
        consents: who agreed to what.
    """

    def __init__(self, settings: Settings, registry: BackendRegistry, consents: Consents) -> None:
        self._settings = settings
        self._registry = registry
        self._consents = consents
        # By language: the models have sentences for people.
        self._seen: dict[str, tuple[float, Snapshot]] = {}
        self._looking = asyncio.Lock()

    async def models(self) -> ModelList:
        """Every model, what ``auto`` means now, and what this computer has for more."""
        self.forget()
        known = await self.now()
        choice = known.chosen()
        disk = await asyncio.to_thread(catalogue.free_disk, self._settings.model_path[-1])
        return ModelList(
            models=known.models,
            default=choice.model.id if choice else None,
            default_reason=choice.reason if choice else "",
            memory_bytes=known.memory,
            disk_free_bytes=disk,
        )

    async def now(self) -> Snapshot:
        """What there is, whoever asks."""
        language = current_language()
        async with self._looking:  # whoever comes meanwhile takes what this one finds
            at, known = self._seen.get(language, (-LIFETIME, None))
            if known and time.monotonic() - at < LIFETIME:
                return replace(known, remembered=True)
            known = await self._look()
            self._seen[language] = time.monotonic(), known
            return known

    async def _look(self) -> Snapshot:
        models = tuple(self._consents.allowed(model) for model in await self._registry.models())
        settings = self._settings
        return Snapshot(models, catalogue.usable_memory(), settings.default_model, settings.chain)

    def forget(self) -> None:
        """Look anew the next time: something has changed."""
        self._seen.clear()

    async def choose(self, caller: Caller, choose: Callable[[Snapshot], T]) -> T:
        """What is chosen of what there is for this caller.

        Raises:
            RusoilError: as the choice, which is refused for nothing that was remembered.
        """
        known = await self.of(caller)
        try:
            return choose(known)
        except RusoilError:
            if not known.remembered:
                raise
        self.forget()
        return choose(await self.of(caller))

    async def of(self, caller: Caller) -> Snapshot:
        """What there is for this caller, and why not more."""
        known = await self.now()
        is_short = not all(known.meant(entry) for entry in known.chain)
        statuses = await self._registry.statuses() if is_short else ()
        return replace(
            known,
            not_agreed=await self._consents.missing(caller.owner, known.models),
            away={status.name: status.reason for status in statuses},
        )
