"""What ``auto`` means: the best model that can answer here, and why it is that one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.protocol import ModelInfo


@dataclass(frozen=True)
class Choice:
    """A model, and a sentence that says why it."""

    model: ModelInfo
    reason: str


def choose(models: Sequence[ModelInfo], wanted: str, memory: int | None) -> Choice | None:
    """The model that ``auto`` means; ``None`` when none can answer.

    The configuration's own choice wins. Else the first backend that has a model decides, since their order
    is the order of preference; of its models that run on this computer, the largest that fits: a larger one
    of the same kind is nearly always the better one, and this is a rule that can be said in a sentence.

    Args:
        models: all models, in order of preference.
        wanted: the configuration's choice, or ``auto``.
        memory: bytes that a model may use here; ``None`` when that is not known.
    """
    able = [model for model in models if model.available and model.purpose in {"chat", "code"}]
    for model in able:
        if model.id == wanted:
            return Choice(model, _("The configuration names it."))
    if not able:
        return None
    peers = [model for model in able if model.backend == able[0].backend]
    sized = [model for model in peers if model.memory_bytes is not None]
    if len(sized) < len(peers):
        return Choice(peers[0], _("It is the first one in the order of preference."))
    if len(sized) == 1:
        return Choice(peers[0], _("It is the only model on this computer."))
    return _largest(sized, memory)


def _largest(models: Sequence[ModelInfo], memory: int | None) -> Choice:
    def need(model: ModelInfo) -> int:
        return model.memory_bytes or 0

    fitting = [model for model in models if memory is None or need(model) <= memory]
    if not fitting:
        words = _("No model here fits into the memory ({memory} GB); this is the smallest.")
        return Choice(min(models, key=need), words.format(memory=_gigabytes(memory or 0)))
    best = max(fitting, key=lambda model: (model.purpose == "chat", need(model)))
    words = _("The largest of {count} models here that fits into the memory: {need} GB of {memory} GB.")
    if memory is None:
        words = _("The largest of {count} models here; how much memory there is can't be told.")
    return Choice(
        best,
        words.format(count=len(models), need=_gigabytes(need(best)), memory=_gigabytes(memory or 0)),
    )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f}"
