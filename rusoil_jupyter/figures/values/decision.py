"""Who answers a question that comes with a figure. It is decided here, over values, and nowhere else.

Chat, card, magic and ``api/interpret`` follow it. A reader that is sure of the whole question answers it;
what it did not understand whole, and what is no question, is a model's; where there is none, that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Door = Literal["chat", "card", "magic", "api"]
Asks = Literal[
    "operation",  # a query, a table, a check: what a reader alone does
    "description",  # no question in words
    "question",
    "why",  # for a reason, which no figure holds
    "instruction",  # to draw, change, write, explain something
    "program",  # a conversation with tools or a form of its own: a model's words are wanted
]
Grasp = Literal["whole", "absent", "left", "nothing"]
Model = Literal["none", "reads", "sees"]
Answerer = Literal["reader", "both", "model", "chosen", "nobody"]
MODELS: tuple[Model, ...] = ("reads", "sees")  # what one that is there may be


@dataclass(frozen=True)
class Case:
    """What the decision depends on.

    Args:
        door: where it was asked.
        asks: what for.
        grasp: what the reader understood: the ``whole``; the whole, and the figure does not hold it
            (``absent``); all but some words that are ``left``; ``nothing``.
        sure: whether what it has are the figure's own numbers.
        rest: whether something is attached that it could not read.
        model: who could go on: nobody who may be asked, one that reads, one that sees what there is to see.
    """

    door: Door
    asks: Asks
    grasp: Grasp
    sure: bool = True
    rest: bool = False
    model: Model = "none"

    @property
    def is_read(self) -> bool:
        """Whether the reader has an answer to all of it, be it that there is no such thing."""
        return self.asks == "operation" or (
            self.asks in {"description", "question"} and self.grasp in {"whole", "absent"}
        )


def decide(case: Case) -> Answerer:
    """Who answers.

    ``reader``: it alone. ``both``: it leads, a model goes on. ``model``: a model, told what was read.
    ``chosen``: a model says what was meant, the reader answers that. ``nobody``: a sentence says why.
    """
    if case.asks == "operation":
        return "reader"
    if case.model == "none":
        return "reader" if case.is_read else "nobody"
    if case.is_read and (case.door, case.asks) != ("chat", "description"):
        return _read(case)
    if case.door == "chat":
        # An instruction with a question that was understood whole: its number first.
        return (
            "both" if case.asks in {"why", "instruction"} and case.grasp == "whole" and case.sure else "model"
        )
    return "chosen" if case.asks == "question" and case.model == "reads" else "model"


def _read(case: Case) -> Answerer:
    """Who answers where the reader can: another look helps only at what it estimated."""
    if not case.sure and case.model == "sees":
        return "model"
    is_all = case.sure and case.grasp == "whole" and not case.rest
    return "reader" if is_all or case.door != "chat" else "both"
