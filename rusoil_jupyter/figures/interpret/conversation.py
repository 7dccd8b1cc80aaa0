"""All that is said to a model in a turn: rules, what was before, and the question with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.interpret.seen import Seen
from rusoil_jupyter.messages import ImagePart, Message, TextPart, VideoPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.figures.interpret.errands import Look
    from rusoil_jupyter.figures.interpret.seen import Check
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import ModelInfo

    Looks = Sequence[Look | None]


class Conversation:
    """A question with all that was said before it; its messages are not the same for every model.

    Args:
        system: the rules.
        past: earlier messages, each with what is known of its parts.
        seen: the question.
        check: asks the figures about a model's numbers.
    """

    def __init__(
        self, system: Sequence[Message], past: Sequence[tuple[Message, Looks]], seen: Seen, check: Check
    ) -> None:
        self._system = tuple(system)
        self._past = tuple(past)
        self._check = check
        self.seen = seen

    @property
    def text(self) -> str:
        """The question's own words."""
        return self.seen.question.text

    @property
    def needs_vision(self) -> bool:
        """Whether one that does not see could not answer; what a program shows, it wants seen."""
        shown = (look for _message, looks in self._past for look in looks)
        return self.seen.needs_vision or any(look and look.images for look in shown)

    def rendered(self, model: ModelInfo) -> tuple[Message, ...]:
        """All that is said to this model; one that makes pictures gets the prompt alone."""
        if model.purpose == "image":
            return (Message.of("user", self.text),)
        past = (_remembered(message, looks, model) for message, looks in self._past)
        return (*self._system, *past, self.seen.told_to(model))

    def shown(self, model: ModelInfo) -> Iterator[Event]:
        """The pictures that this model gets, for the user's eyes; or that it gets none."""
        if model.purpose != "image":
            yield from self.seen.sent_to(model)

    async def contradictions(self, said: str) -> Sequence[str]:
        """What the question's figures say against an answer."""
        return await self.seen.contradictions(said, self._check)


def _remembered(message: Message, looks: Looks, model: ModelInfo) -> Message:
    """A message of the past: figures as stored words, pictures only of the user and where it sees."""
    hidden = message.role == "assistant" or not model.vision
    parts = [
        one
        for part, look in zip(message.parts, looks, strict=True)
        for one in _part_of_past(part, look, model, hidden=hidden)
    ]
    return message.model_copy(update={"parts": tuple(parts)})


def _part_of_past(part: Part, look: Look | None, model: ModelInfo, *, hidden: bool) -> Iterable[Part]:
    if isinstance(part, VideoPart) or (isinstance(part, ImagePart) and hidden):
        return [TextPart(text=f"[{part.name or part.type}]")]
    if isinstance(part, ImagePart) and look and look.images:
        return [look.images[0]]
    if look and look.brief:
        return Seen.told_of(part, look.model_copy(update={"images": ()}), model)
    return [part]
