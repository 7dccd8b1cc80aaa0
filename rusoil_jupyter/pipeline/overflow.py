"""What a model no longer reads of a conversation that outgrew it, and that the user is told.

The oldest turns go, so many at once that half of the context is free: a conversation whose beginning
changes is read anew by the engine, so that must not happen at every turn.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import ContextTooLong
from rusoil_jupyter.events import Notice, Progress, Queued
from rusoil_jupyter.i18n import _, ngettext
from rusoil_jupyter.messages import ToolResultPart
from rusoil_jupyter.pipeline.call import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.messages import Message
    from rusoil_jupyter.pipeline.call import Call, Question, Step
    from rusoil_jupyter.protocol import ModelInfo

REMEMBERED = 1000  # conversations


class Overflow(Policy):
    """Leaves out the oldest turns of sessions that are too long for the model.

    A client that sends the whole conversation itself is told that it is too long: it may know better what to
    leave out, and a client of another wire would never see our notice.
    """

    def __init__(self, inner: Step) -> None:
        super().__init__(inner)
        self._left_out: OrderedDict[tuple[str, str], int] = OrderedDict()

    def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The answer's events, after a notice when turns were left out.

        Raises:
            ContextTooLong: the last question alone is too long.
            RusoilError: as what it wraps.
        """
        return self._fitted(call) if call.in_session else self._inner.stream(call)

    async def _fitted(self, call: Call) -> AsyncGenerator[Event, None]:
        key = (call.model.id, call.conversation)
        left_out = self._left_out.get(key, 0)
        messages = call.question.rendered(call.model)
        while True:
            shorter, count = _without(messages, left_out)
            question = Shortened(call.question, shorter)
            try:
                async with aclosing(self._inner.stream(replace(call, question=question))) as events:
                    async for event in events:
                        if count and not isinstance(event, Progress | Queued):
                            yield _notice(count)
                            count = 0
                        yield event
                return
            except ContextTooLong as error:
                enough = _enough(messages, left_out, error)
                if enough is None:
                    raise
                left_out = enough
                self._remember(key, left_out)

    def _remember(self, key: tuple[str, str], left_out: int) -> None:
        self._left_out[key] = left_out
        self._left_out.move_to_end(key)
        if len(self._left_out) > REMEMBERED:
            self._left_out.popitem(last=False)


@dataclass(frozen=True)
class Shortened:
    """A question of whose past these messages are left."""

    whole: Question
    messages: tuple[Message, ...]

    @property
    def text(self) -> str:
        """The question's own words."""
        return self.whole.text

    def rendered(self, model: ModelInfo) -> tuple[Message, ...]:
        """What is left."""
        return self.messages

    def shown(self, model: ModelInfo) -> Iterable[Event]:
        """As of the whole."""
        return self.whole.shown(model)

    async def contradictions(self, said: str) -> Sequence[str]:
        """As of the whole."""
        return await self.whole.contradictions(said)


def _turns(messages: Sequence[Message]) -> list[int]:
    """Where each turn begins: at what the user said (not where a tool answered)."""
    return [
        place
        for place, message in enumerate(messages)
        if message.role == "user" and not any(isinstance(part, ToolResultPart) for part in message.parts)
    ]


def _without(messages: tuple[Message, ...], turns: int) -> tuple[tuple[Message, ...], int]:
    """The messages without the oldest turns but with what comes before the first, and how many went."""
    begins = _turns(messages)
    if not turns or turns >= len(begins):
        return messages, 0
    return messages[: begins[0]] + messages[begins[turns] :], begins[turns] - begins[0]


def _enough(messages: tuple[Message, ...], left_out: int, error: ContextTooLong) -> int | None:
    """How many turns must go; ``None`` if there is nothing left to leave out.

    A message's tokens are taken to be its share of the text of all.
    """
    begins = _turns(messages)
    if left_out + 1 >= len(begins):
        return None
    ends = [*begins[left_out + 1 :], len(messages)]
    sizes = [
        sum(len(message.model_dump_json()) for message in messages[begin:end])
        for begin, end in zip(begins[left_out:], ends, strict=True)
    ]
    keep = sum(sizes) / 2
    if error.tokens and error.limit:
        keep = sum(sizes) * error.limit / 2 / error.tokens
    kept = sum(sizes)
    while kept > keep and left_out + 1 < len(begins):
        kept -= sizes.pop(0)
        left_out += 1
    return left_out


def _notice(count: int) -> Notice:
    return Notice(
        code="context_trimmed",
        message=ngettext(
            "This conversation is longer than the model can read: it answers without the oldest {count}"
            " message.",
            "This conversation is longer than the model can read: it answers without the oldest {count}"
            " messages.",
            count,
        ).format(count=count),
        next_step=_("Start a new session, or choose a model that reads more."),
    )
