"""What every policy on the road to a model promises, as runnable checks.

Keep it in your own test suite::

    class TestMyPolicy(PolicyContract):
        @pytest.fixture
        @classmethod
        def make_policy(cls):
            return lambda inner: MyPolicy(inner, ...)

A policy may refuse a call, add notices, change whom it asks or ask again; it may not lose, reorder or hold
back what the model says, nor leave anything running.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

import pytest

from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import Forbidden, ModelUnavailable, RusoilError
from rusoil_jupyter.events import (
    Awaits,
    Done,
    Event,
    Progress,
    Reasoning,
    Replied,
    Text,
    ToolCall,
    ToolResult,
)
from rusoil_jupyter.messages import Inquiry, Message
from rusoil_jupyter.pipeline import Call, Plain
from rusoil_jupyter.protocol import ModelInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from rusoil_jupyter.pipeline import Step

MODEL = ModelInfo(id="here/echo", name="Echo", backend="here")
ANSWER: tuple[Event, ...] = (
    Progress(phase="reading", done=1, total=1),
    Reasoning(delta="Hm."),
    ToolCall(id="1", name="look", arguments="{}"),
    ToolResult(id="1", text="It is there."),
    # Held back, it would wait for a reply that nobody can give.
    Awaits(id="2", inquiry=Inquiry(kind="question", text="Which one?")),
    Replied(id="2", value="This."),
    *(Text(delta=f"{number} ") for number in range(20)),
    Done(),
)
PATIENCE = 5.0  # seconds; nothing here takes a hundredth of it


class Model:
    """The end of a road: answers as it is told to, and keeps what was done with it.

    Args:
        answer: its events; an error among them is raised in its place, ``None`` waits for ever.
        refused: what ``admit`` raises.
    """

    def __init__(
        self, answer: Sequence[Event | RusoilError | None] = ANSWER, refused: RusoilError | None = None
    ) -> None:
        self._answer = answer
        self._refused = refused
        self.admitted = 0
        self.asked: list[Call] = []
        self.given = 0
        self.open = 0

    async def admit(self, call: Call) -> None:
        """Count it, or refuse it."""
        if self._refused is not None:
            raise self._refused
        self.admitted += 1

    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The answer."""
        self.asked.append(call)
        self.open += 1
        try:
            for event in self._answer:
                if isinstance(event, RusoilError):
                    raise event
                if event is None:
                    await asyncio.Event().wait()
                    continue
                self.given += 1
                yield event
        finally:
            self.open -= 1


def call(words: str = "Hello.", conversation: str = "me/1") -> Call:
    """A question that every policy lets pass."""
    question = Plain((Message.of("user", words),))
    return Call(Caller("me"), question, MODEL, conversation=conversation, in_session=True)


async def _all(step: Step, asked: Call) -> list[Event]:
    async with asyncio.timeout(PATIENCE), aclosing(step.stream(asked)) as events:
        return [event async for event in events]


def _of_model(events: Sequence[Event], answer: Sequence[object] = ANSWER) -> list[Event]:
    return [event for event in events if event in answer]


class PolicyContract:
    """Subclass it, give ``make_policy``, and pytest runs every check on your policy."""

    @pytest.fixture
    def make_policy(self) -> Callable[[Step], Step]:
        """Your policy around a step."""
        raise NotImplementedError

    async def test_it_passes_on_all_that_the_model_says_in_its_order(
        self, make_policy: Callable[[Step], Step]
    ) -> None:
        """Notices may come between; nothing of the model is lost or moved."""
        events = await _all(make_policy(Model()), call())
        assert _of_model(events) == list(ANSWER)

    async def test_done_comes_once_and_last(self, make_policy: Callable[[Step], Step]) -> None:
        """A turn ends at the first ``done``: what came after it would be lost."""
        events = await _all(make_policy(Model()), call())
        assert [place for place, event in enumerate(events) if isinstance(event, Done)] == [len(events) - 1]

    async def test_what_is_refused_further_on_is_refused(self, make_policy: Callable[[Step], Step]) -> None:
        """A policy may refuse more than what it wraps, never less."""
        model = Model(refused=Forbidden("no"))
        with pytest.raises(Forbidden, match="no"):
            await make_policy(model).admit(call())
        assert model.asked == []

    async def test_to_admit_asks_nothing(self, make_policy: Callable[[Step], Step]) -> None:
        """Whoever is admitted may still go away; nothing was sent or paid for then."""
        model = Model()
        await make_policy(model).admit(call())
        assert (model.admitted, model.asked) == (1, [])

    async def test_nothing_is_asked_before_somebody_reads(self, make_policy: Callable[[Step], Step]) -> None:
        """A stream that nobody reads costs nothing."""
        model = Model()
        events = make_policy(model).stream(call())
        await asyncio.sleep(0)
        assert model.asked == []
        await events.aclose()

    async def test_words_are_not_held_back(self, make_policy: Callable[[Step], Step]) -> None:
        """People read while a model speaks."""
        model = Model()
        async with asyncio.timeout(PATIENCE), aclosing(make_policy(model).stream(call())) as events:
            async for event in events:
                if event in ANSWER:
                    assert model.given == ANSWER.index(event) + 1
                    if isinstance(event, Text):
                        return

    async def test_closing_it_closes_what_it_wraps(self, make_policy: Callable[[Step], Step]) -> None:
        """The engine is free for others as soon as somebody stops an answer."""
        model = Model()
        events = make_policy(model).stream(call())
        async for event in events:
            if isinstance(event, Text):
                break
        assert model.open == 1
        await events.aclose()
        assert model.open == 0

    async def test_a_reader_that_is_cancelled_leaves_nothing_open(
        self, make_policy: Callable[[Step], Step]
    ) -> None:
        """A turn is stopped by cancelling its task, wherever it waits."""
        model = Model([Text(delta="Wait"), None])
        begun = asyncio.Event()

        async def read() -> None:
            async with aclosing(make_policy(model).stream(call())) as events:
                async for event in events:
                    if isinstance(event, Text):
                        begun.set()

        reading = asyncio.create_task(read())
        async with asyncio.timeout(PATIENCE):
            await begun.wait()
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
        assert model.open == 0

    @pytest.mark.parametrize("said", [(), (Text(delta="A word"),)])
    async def test_an_error_comes_through_as_it_is(
        self, make_policy: Callable[[Step], Step], said: tuple[Event, ...]
    ) -> None:
        """Its code and its next step are what the user goes by."""
        error = ModelUnavailable("The engine stopped.")
        model = Model([*said, error])
        heard: list[Event] = []
        with pytest.raises(ModelUnavailable) as caught:
            async with asyncio.timeout(PATIENCE), aclosing(make_policy(model).stream(call())) as events:
                async for event in events:
                    heard.append(event)
        assert caught.value is error
        assert _of_model(heard, said) == list(said)
        assert model.open == 0

    async def test_two_at_once_get_their_own_answers(self, make_policy: Callable[[Step], Step]) -> None:
        """One road serves everybody."""
        model = Model()
        policy = make_policy(model)
        asked = [call("One.", "me/1"), call("Two.", "you/2")]
        answers = await asyncio.gather(*(_all(policy, one) for one in asked))
        assert [_of_model(events) for events in answers] == [list(ANSWER)] * 2
        assert {one.question.text for one in model.asked} == {"One.", "Two."}
