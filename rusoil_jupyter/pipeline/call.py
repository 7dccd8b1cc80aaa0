"""What travels to a model, and the shape of everything on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.protocol import ModelInfo, Sampling

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence

    from rusoil_jupyter.caller import Caller
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.inbox import Inbox
    from rusoil_jupyter.messages import Message


class Question(Protocol):
    """What is asked, whoever answers; each model gets it in the form that it can read."""

    @property
    def text(self) -> str:
        """The question's own words."""

    def rendered(self, model: ModelInfo) -> tuple[Message, ...]:
        """All that this model is sent: nothing else may reach it, and its user agrees to no less."""

    def shown(self, model: ModelInfo) -> Iterable[Event]:
        """What its user is told before this model answers: the pictures that it gets, or does not."""

    async def contradictions(self, said: str) -> Sequence[str]:
        """What the question's own figures say against an answer, a sentence each."""


@dataclass(frozen=True)
class Plain:
    """A question that is the same for every model."""

    messages: tuple[Message, ...]

    @property
    def text(self) -> str:
        """The words of the last message."""
        return self.messages[-1].text

    def rendered(self, model: ModelInfo) -> tuple[Message, ...]:
        """The messages."""
        return self.messages

    def shown(self, model: ModelInfo) -> Iterable[Event]:
        """Nothing."""
        return ()

    async def contradictions(self, said: str) -> Sequence[str]:
        """None: it has no figures."""
        return ()


class Passed(NamedTuple):
    """A model that does not answer, and why."""

    name: str
    reason: str


Link = ModelInfo | Passed


@dataclass(frozen=True)
class Call:
    """One question on its way to one model.

    Args:
        caller: who asks.
        question: what.
        model: whom; where it fails, another of the ``links`` (:class:`.Fallback`).
        options: how the answer is to be made.
        conversation: calls that share it continue one another; an engine is fair between such keys.
        inbox: the way to the person who asks in a session; ``None`` for a program.
        in_session: whether the conversation is kept here, so that what is left out of it can be told.
        links: who may answer, in order, and who was passed over; ``model`` alone where it is empty.
        passed: who has been passed over by now.
        others: models that could be advised instead.
    """

    caller: Caller
    question: Question
    model: ModelInfo
    options: Sampling = field(default_factory=Sampling)
    conversation: str = ""
    inbox: Inbox | None = None
    in_session: bool = False
    links: tuple[Link, ...] = ()
    passed: tuple[Passed, ...] = ()
    others: tuple[ModelInfo, ...] = ()

    def request(self) -> ModelRequest:
        """As the model gets it."""
        _backend, _slash, name = self.model.id.partition("/")
        options = {field: getattr(self.options, field) for field in Sampling.model_fields}
        # Unchecked: all of it was checked on its way in, and a message may have many parts.
        return ModelRequest.model_construct(
            model=name,
            messages=self.question.rendered(self.model),
            conversation=self.conversation,
            inbox=self.inbox,
            **options,
        )


class Step(Protocol):
    """Something on the road: a policy around another step, or the model at its end."""

    async def admit(self, call: Call) -> None:
        """See whether this may be asked, before anything of it is kept or sent.

        Raises:
            RusoilError: it may not; the sentence says why and what to do.
        """

    def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """The answer's events, ``done`` the last. Closing it closes all that it wraps.

        Raises:
            RusoilError: the model can't answer, or stopped in the middle.
        """


class Policy:
    """A step around another: passes on whatever a subclass does not change."""

    def __init__(self, inner: Step) -> None:
        self._inner = inner

    async def admit(self, call: Call) -> None:
        """As what it wraps."""
        await self._inner.admit(call)

    def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        """As what it wraps."""
        return self._inner.stream(call)
