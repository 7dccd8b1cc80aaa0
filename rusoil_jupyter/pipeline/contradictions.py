"""A model's numbers against those of the figures it was asked about."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from rusoil_jupyter.events import Done, Notice, Text
from rusoil_jupyter.i18n import _
from rusoil_jupyter.pipeline.call import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.pipeline.call import Call


class Contradictions(Policy):
    """Before an answer ends, a notice for each place where a figure says otherwise."""

    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The events of what it wraps, notices before the last."""
        words: list[str] = []
        async with aclosing(self._inner.stream(call)) as events:
            async for event in events:
                if isinstance(event, Text):
                    words.append(event.delta)
                if isinstance(event, Done) and words and event.finish_reason != "cancelled":
                    for wrong in await call.question.contradictions("".join(words)):
                        yield _notice(wrong)
                yield event


def _notice(wrong: str) -> Notice:
    return Notice(
        code="contradiction",
        message=wrong,
        next_step=_("Trust the figure's own number, or ask for it alone."),
    )
