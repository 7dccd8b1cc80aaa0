"""Questions of ours to a model, on somebody's behalf: an answer as one text, vectors, and counted tokens."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.events import Text
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Message, TextPart
from rusoil_jupyter.pipeline import routing
from rusoil_jupyter.pipeline.call import Call, Plain
from rusoil_jupyter.protocol import AUTO, Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.backends.registry import BackendRegistry
    from rusoil_jupyter.caller import Caller
    from rusoil_jupyter.pipeline.call import Step
    from rusoil_jupyter.pipeline.routing import Snapshot
    from rusoil_jupyter.pipeline.survey import Survey
    from rusoil_jupyter.protocol import ChatRequest, ModelInfo, ResponseFormat

EMBEDDED_AT_ONCE = 128  # texts: their numbers come as one text, which is read in a tenth of a second
ASKED_SECONDS = 120.0  # for an answer of which nobody sees words before it is whole
ASKED_TOKENS = 800


class Asking:
    """Asks about a figure: see :class:`rusoil_jupyter.figures.Ask`.

    Args:
        road: the way to a model.
        survey: what models there are for this caller.
        caller: on whose behalf.
        wanted: the model's id, or ``auto``.
    """

    def __init__(self, road: Step, survey: Survey, caller: Caller, wanted: str) -> None:
        self._road = road
        self._survey = survey
        self._caller = caller
        self._wanted = wanted

    async def model(self, *, vision: bool) -> ModelInfo:
        """Who answers; one that sees is preferred where the choice is free.

        Raises:
            RusoilError: nobody can.
        """

        def choose(known: Snapshot) -> ModelInfo:
            is_free = self._wanted == AUTO and known.sees
            return routing.resolve(known, self._wanted, routing.Needs(vision=vision and is_free))

        return await self._survey.choose(self._caller, choose)

    async def answer(
        self, model: ModelInfo, messages: Sequence[Message], form: ResponseFormat | None = None
    ) -> str:
        """What it says.

        Raises:
            RusoilError: it can't, it takes too long, or nothing may be sent to it.
        """
        call = Call(
            caller=self._caller,
            question=Plain(tuple(messages)),
            model=model,
            options=Sampling(response_format=form, max_tokens=ASKED_TOKENS),
            conversation=f"{self._caller.owner}/{secrets.token_hex(8)}",
        )
        await self._road.admit(call)
        try:
            async with asyncio.timeout(ASKED_SECONDS), aclosing(self._road.stream(call)) as events:
                words = [event.delta async for event in events if isinstance(event, Text)]
        except TimeoutError as error:
            raise ModelUnavailable(
                _("{model} did not answer within {seconds} s.").format(
                    model=model.name, seconds=round(ASKED_SECONDS)
                ),
                _("Ask in the chat, where its words come one by one, or choose another model."),
            ) from error
        return "".join(words).strip()


async def embed(
    road: Step,
    registry: BackendRegistry,
    survey: Survey,
    caller: Caller,
    wanted: str,
    texts: Sequence[str],
) -> list[list[float]]:
    """A vector per text, by the model that is wanted; ``auto`` means one that is made for it.

    Raises:
        RusoilError: the model is unknown, away, not agreed to, or can't embed.
    """
    model = await survey.choose(caller, partial(_embedder, wanted))
    # Unchecked: a message of a conversation may have fewer parts than there may be texts.
    asked = Message.model_construct(role="user", parts=tuple(TextPart(text=text) for text in texts))
    await road.admit(Call(caller, Plain((asked,)), model))
    backend, name = registry.find(model.id)
    vectors: list[list[float]] = []
    for at in range(0, len(texts), EMBEDDED_AT_ONCE):
        vectors += await backend.embed(name, texts[at : at + EMBEDDED_AT_ONCE])
    return vectors


def _embedder(wanted: str, known: Snapshot) -> ModelInfo:
    made_for_it = [one.id for one in known.models if one.available and one.purpose == "embedding"]
    return routing.resolve(known, made_for_it[0] if wanted == AUTO and made_for_it else wanted)


async def count(
    road: Step, registry: BackendRegistry, survey: Survey, caller: Caller, request: ChatRequest
) -> int:
    """The tokens that the model which is wanted would read of a program's conversation.

    Raises:
        RusoilError: the model is unknown, away, not agreed to, or can't count.
    """
    model = await survey.choose(caller, lambda known: routing.resolve(known, request.model))
    system = (Message.of("system", request.system),) if request.system else ()
    call = Call(caller, Plain((*system, *(request.messages or ()))), model, request.sampling)
    await road.admit(call)
    backend, _name = registry.find(model.id)
    return await backend.count(call.request())
