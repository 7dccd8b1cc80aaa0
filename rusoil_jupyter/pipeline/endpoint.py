"""The end of the road: the backend that has the model."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from rusoil_jupyter.events import Artifact, Done

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from rusoil_jupyter.backends.registry import BackendRegistry
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.pipeline.call import Call


class Endpoint:
    """Asks the model, in words or for a picture.

    Args:
        registry: where backends are found.
    """

    def __init__(self, registry: BackendRegistry) -> None:
        self._registry = registry

    async def admit(self, call: Call) -> None:
        """Whatever has come so far may be asked.

        Raises:
            UnknownModel: no backend has it.
        """
        self._registry.find(call.model.id)

    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The model's own events."""
        backend, name = self._registry.find(call.model.id)
        if call.model.purpose == "image":
            yield Artifact(purpose="made", image=await backend.generate_image(name, call.question.text))
            yield Done()
            return
        stream = cast("AsyncGenerator[Event, None]", backend.stream(call.request()))
        async with aclosing(stream) as events:
            async for event in events:
                yield event
