"""What an answer says, kept step by step while it is being said."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from rusoil_jupyter.events import Artifact, Awaits, Reasoning, Replied, Text, ToolCall, ToolResult
from rusoil_jupyter.messages import (
    MAX_TEXT_CHARS,
    InquiryPart,
    Message,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.messages import Part, Role

    Keep = Callable[[int, Sequence[Part]], Awaitable[None]]

log = logging.getLogger(__name__)
# What a model is told in place of a result.
UNKNOWN = "No result is known: it may have run or not. Do not call it again unless you are asked to."
KEPT_SECONDS = 1.0  # the most of a step that goes on and on that is lost with the server


class Transcript:
    """The steps of an answer, in the order of its events.

    A step is kept before the event that follows it is passed on, a call of a tool before its own: who has
    seen an event finds all that was before it again, whatever becomes of the server. Of one that goes on and
    on a part is kept now and then, beside it: words wait for no disk. A store that fails is left alone until
    the end, when all that it has missed is tried again.

    Args:
        keep: stores these parts as the steps from this place on.
    """

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._steps: list[Part] = []
        self._words: list[str] = []  # of the step that is going on
        self._kind: type[TextPart | ReasoningPart] = TextPart
        self._signature = ""
        self._kept = 0
        self._kept_at = time.monotonic()
        self._keeping: asyncio.Task[None] | None = None
        self._has_failed = False

    async def add(self, event: Event) -> None:
        """Take note of an event that is about to be passed on."""
        match event:
            case Text():
                self._say(TextPart, event.delta)
            case Reasoning():
                self._say(ReasoningPart, event.delta)
                self._signature += event.signature
            case Replied():
                self._reply(event)
            case _ if step := _step_of(event):
                self._end_step()
                self._steps.append(step)
        if self._has_failed:
            return
        if self._kept < len(self._steps):
            await self._settle()
            await self._keep_new()
        elif self._words and self._keeping is None and time.monotonic() - self._kept_at > KEPT_SECONDS:
            self._keeping = asyncio.create_task(self._keep_new())
            self._keeping.add_done_callback(self._forget)

    def _forget(self, _task: asyncio.Task[None]) -> None:
        self._keeping = None

    async def _settle(self) -> None:
        """Wait for what is being kept: an older part must not come over a newer one."""
        if self._keeping is not None:
            await asyncio.wait({self._keeping})

    def _reply(self, reply: Replied) -> None:
        """Write it to what was asked, which is kept once more with all after it."""
        for place, step in enumerate(self._steps):
            if isinstance(step, InquiryPart) and step.id == reply.id:
                self._steps[place] = step.model_copy(update={"reply": reply.value})
                self._kept = min(self._kept, place)

    def _say(self, kind: type[TextPart | ReasoningPart], delta: str) -> None:
        if kind is not self._kind:
            self._end_step()
            self._kind = kind
        self._words.append(delta)

    def _end_step(self) -> None:
        self._steps += self._open()
        self._words.clear()
        self._signature = ""

    def _open(self) -> list[Part]:
        """The step that is going on; a text beyond the limit of one part as several."""
        text = "".join(self._words)
        texts = [text[at : at + MAX_TEXT_CHARS] for at in range(0, len(text), MAX_TEXT_CHARS)]
        if self._kind is TextPart:
            return [TextPart(text=text) for text in texts]
        *first, last = texts or [""]
        if not last and not self._signature:
            return []
        return [
            *(ReasoningPart(text=text) for text in first),
            ReasoningPart(text=last, signature=self._signature),
        ]

    async def _keep_new(self) -> None:
        ended, parts = len(self._steps), [*self._steps[self._kept :], *self._open()]
        self._kept_at = time.monotonic()
        try:
            await self._keep(self._kept, parts)
        except Exception:  # the answer goes on
            log.warning("a step could not be kept", exc_info=True)
            self._has_failed = True
        else:
            self._kept = ended

    async def end(self) -> None:
        """Keep what is left.

        Raises:
            Exception: it can't be kept.
        """
        await self._settle()
        self._end_step()
        await self._keep(self._kept, self._steps[self._kept :])
        self._kept = len(self._steps)


def messages_of(answer: Message) -> list[Message]:
    """An answer of several steps as models are told of it: tools called, their results, then what followed.

    A call without a result may have been carried out or not: a model is told so, lest it does it again.
    """
    told: list[Message] = []
    said: list[Part] = []
    calls: dict[str, ToolResultPart | None] = {}
    for part in answer.parts:
        match part:
            case InquiryPart():
                continue
            case ToolResultPart():
                if part.id in calls:
                    calls[part.id] = part
                continue
            case ToolCallPart():
                calls[part.id] = None
            case _ if calls:
                told += _with_results(answer.role, said, calls)
                said, calls = [], {}
        said.append(part)
    return told + _with_results(answer.role, said, calls)


def _with_results(role: Role, said: list[Part], calls: dict[str, ToolResultPart | None]) -> list[Message]:
    results = tuple(result or ToolResultPart(id=name, text=UNKNOWN) for name, result in calls.items())
    told = [Message.model_construct(role=role, parts=tuple(said))] if said else []
    return told + ([Message.model_construct(role="tool", parts=results)] if results else [])


def _step_of(event: Event) -> Part | None:
    """What an event alone adds to the answer."""
    match event:
        case ToolCall():
            return ToolCallPart(id=event.id, name=event.name, arguments=event.arguments)
        case ToolResult():
            return ToolResultPart(id=event.id, text=event.text)
        case Awaits():
            return InquiryPart(id=event.id, inquiry=event.inquiry)
        case Artifact(purpose="made"):
            return event.image
        case _:
            return None
