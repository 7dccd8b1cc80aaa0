"""Who answers instead when a model can't: a chain of models, tried in order until the first word.

After the first word nobody takes over: the user would read two halves of two answers.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import Forbidden, RateLimited, Unavailable, UnknownModel
from rusoil_jupyter.events import Awaits, Reasoning, Text, ToolCall, ToolResult
from rusoil_jupyter.pipeline.call import Passed, Policy
from rusoil_jupyter.protocol import ModelInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.pipeline.call import Call

_SPOKEN = Text | Reasoning | ToolCall | ToolResult | Awaits
# What another model may mend. A question that is wrong or too long is wrong for it, too.
_MODELS_FAULT = (Unavailable, RateLimited, Forbidden, UnknownModel)


class Fallback(Policy):
    """The first of a call's links that speaks answers."""

    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The events of each that is asked; those who were passed over before are in its call.

        Raises:
            RusoilError: the last model failed, or one did after its first word.
        """
        links = call.links or (call.model,)
        last = next(link for link in reversed(links) if isinstance(link, ModelInfo))
        passed: list[Passed] = []
        for link in links:
            if isinstance(link, Passed):
                passed.append(link)
                continue
            has_spoken = False
            try:
                async with aclosing(self._asked(call, link, tuple(passed))) as events:
                    async for event in events:
                        has_spoken = has_spoken or isinstance(event, _SPOKEN)
                        yield event
                return
            except _MODELS_FAULT as error:
                if has_spoken or link is last:
                    raise
                passed.append(Passed(link.id, error.message))

    async def _asked(
        self, call: Call, model: ModelInfo, passed: tuple[Passed, ...]
    ) -> AsyncGenerator[Event, None]:
        attempt = replace(call, model=model, passed=passed)
        if model.id != call.model.id:  # the first was admitted before anything was kept
            await self._inner.admit(attempt)
        async with aclosing(self._inner.stream(attempt)) as events:
            async for event in events:
                yield event
