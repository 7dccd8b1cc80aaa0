"""What a model drew is somebody else's bytes: they are decoded here before they are shown or kept."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from rusoil_jupyter.events import Artifact
from rusoil_jupyter.pipeline.call import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.messages import ImagePart
    from rusoil_jupyter.pipeline.call import Call, Step


class Pictures(Policy):
    """Decodes each picture that a model made.

    Args:
        inner: what it wraps.
        decode: a picture of base64 and media type, within our limits.
    """

    def __init__(self, inner: Step, decode: Callable[[str, str], Awaitable[ImagePart]]) -> None:
        super().__init__(inner)
        self._decode = decode

    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The events, pictures decoded.

        Raises:
            RusoilError: one can't be decoded; or as what it wraps.
        """
        async with aclosing(self._inner.stream(call)) as events:
            async for event in events:
                if isinstance(event, Artifact) and event.purpose == "made":
                    image = await self._decode(event.image.data, event.image.media_type)
                    event = event.model_copy(update={"image": image})
                yield event
