"""What a user is told before a model answers: who it is, instead of whom, and what to expect of it."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from rusoil_jupyter.events import Notice, Started
from rusoil_jupyter.i18n import _
from rusoil_jupyter.pipeline.call import Policy
from rusoil_jupyter.pipeline.language import language_notice

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.pipeline.call import Call


class Announcement(Policy):
    """Says who answers before the first of the model's own events."""

    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """``started``, notices, then the events of what it wraps."""
        for told in _told(call):
            yield told
        async with aclosing(self._inner.stream(call)) as events:
            async for event in events:
                yield event


def _told(call: Call) -> Iterator[Event]:
    model, passed = call.model, call.passed
    yield Started(model=model.id, backend=model.backend, degraded_from=passed[0].name if passed else None)
    if passed:
        yield _instead(call)
    if notice := language_notice(call.question.text, model, call.others):
        yield notice
    yield from call.question.shown(model)


def _instead(call: Call) -> Notice:
    reasons = " ".join(f"{name}: {reason}" for name, reason in call.passed)
    return Notice(
        code="fallback",
        message=_("{model} answers instead of {wanted}. {reasons}").format(
            model=call.model.name, wanted=call.passed[0].name, reasons=reasons
        ),
        next_step=_("Choose a model by name if you want that one and no other."),
    )
