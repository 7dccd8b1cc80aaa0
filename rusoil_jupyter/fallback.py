"""Who answers instead when a model can't: a chain of models, tried in order until the first word.

After the first word nobody takes over: the user would read two halves of two answers.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple

from rusoil_jupyter.errors import Forbidden, RateLimited, Unavailable, UnknownModel
from rusoil_jupyter.events import Event, Notice, Reasoning, Text, ToolCall
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import ModelInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

# What another model may mend. A question that is wrong or too long is wrong for it, too.
_MODELS_FAULT = (Unavailable, RateLimited, Forbidden, UnknownModel)


class Passed(NamedTuple):
    """A place in the chain that does not answer, and why."""

    name: str
    reason: str


Link = ModelInfo | Passed


def choose(entry: str, models: Iterable[ModelInfo]) -> list[ModelInfo]:
    """The models that an entry of the chain means: one by its id, or all of a backend by its name."""
    return [model for model in models if entry in {model.id, model.backend}]


def first(chain: Iterable[Link]) -> ModelInfo:
    """The model that is asked first."""
    return next(link for link in chain if isinstance(link, ModelInfo))


async def first_that_answers(
    chain: Sequence[Link],
    ask: Callable[[ModelInfo, Sequence[Passed]], AsyncGenerator[Event, None]],
) -> AsyncGenerator[Event, None]:
    """The events of the first model that says a word.

    Args:
        chain: models in order of preference, at least one, between places that are passed over.
        ask: begins to ask a model, and is told who was passed over before it.

    Raises:
        RusoilError: the last model failed, or one did after its first word.
    """
    last = next(link for link in reversed(chain) if isinstance(link, ModelInfo))
    passed: list[Passed] = []
    for link in chain:
        if isinstance(link, Passed):
            passed.append(link)
            continue
        has_spoken = False
        try:
            async with aclosing(ask(link, tuple(passed))) as events:
                async for event in events:
                    has_spoken = has_spoken or isinstance(event, Text | Reasoning | ToolCall)
                    yield event
            return
        except _MODELS_FAULT as error:
            if has_spoken or link is last:
                raise
            passed.append(Passed(link.id, error.message))


def notice(model: ModelInfo, passed: Sequence[Passed]) -> Notice:
    """Tells the user who answers instead of whom, and why."""
    reasons = " ".join(f"{name}: {reason}" for name, reason in passed)
    return Notice(
        code="fallback",
        message=_("{model} answers instead of {wanted}. {reasons}").format(
            model=model.name, wanted=passed[0].name, reasons=reasons
        ),
        next_step=_("Choose a model by name if you want that one and no other."),
    )
