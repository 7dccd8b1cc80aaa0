"""All that is said to a model in a turn: rules, what was before, and the question with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.interpret.seen import Seen
from rusoil_jupyter.messages import ImagePart, Message, TextPart, VideoPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rusoil_jupyter.figures.interpret.errands import Look
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import ModelInfo

    Looks = Sequence[Look | None]


class Conversation:
    """The messages of a turn, which are not the same for every model.

    Args:
        system: the rules.
        past: earlier messages, each with what is known of its parts.
        seen: the question.
    """

    def __init__(self, system: Sequence[Message], past: Sequence[tuple[Message, Looks]], seen: Seen) -> None:
        self._system = tuple(system)
        self._past = tuple(past)
        self.seen = seen

    @property
    def needs_vision(self) -> bool:
        """Whether one that does not see could not answer; what a program shows, it wants seen."""
        shown = (look for _message, looks in self._past for look in looks)
        return self.seen.needs_vision or any(look and look.images for look in shown)

    def messages(self, model: ModelInfo) -> tuple[Message, ...]:
        """As this model gets them."""
        past = (_remembered(message, looks, model) for message, looks in self._past)
        return (*self._system, *past, self.seen.told_to(model))


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
