"""What models there are now: for whoever chooses one, and for whoever decides who answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from rusoil_jupyter import catalogue
from rusoil_jupyter.pipeline.routing import Snapshot
from rusoil_jupyter.protocol import ModelList

if TYPE_CHECKING:
    from rusoil_jupyter.backends.registry import BackendRegistry
    from rusoil_jupyter.caller import Caller
    from rusoil_jupyter.pipeline.consent import Consents
    from rusoil_jupyter.settings import Settings


class Survey:
    """Looks at what there is.

    Args:
        settings: the installation's choices.
        registry: the backends.
        consents: who agreed to what.
    """

    def __init__(self, settings: Settings, registry: BackendRegistry, consents: Consents) -> None:
        self._settings = settings
        self._registry = registry
        self._consents = consents

    async def models(self) -> ModelList:
        """Every model, what ``auto`` means now, and what this computer has for more."""
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
        models = tuple(self._consents.allowed(model) for model in await self._registry.models())
        settings = self._settings
        return Snapshot(models, catalogue.usable_memory(), settings.default_model, settings.chain)

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
