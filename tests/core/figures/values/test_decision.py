"""Who answers: every combination of what it depends on, and what must never be."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import Any, get_args

import pytest

from rusoil_jupyter.figures.values.decision import Answerer, Asks, Case, Door, Grasp, Model, decide

DOORS, ASKS, GRASPS, MODELS = (get_args(kind) for kind in (Door, Asks, Grasp, Model))
CASES = [Case(*values) for values in product(DOORS, ASKS, GRASPS, (True, False), (True, False), MODELS)]
CHAT, ELSEWHERE = "chat", ("card", "magic", "api")
DOING = ("why", "instruction")
READ, UNREAD = ("whole", "absent"), ("left", "nothing")
# From the top, the first row that fits decides: what is left out of a row does not matter to it.
TABLE: tuple[tuple[dict[str, Any], Answerer], ...] = (
    ({"asks": "operation"}, "reader"),
    # Without a model: what was understood is answered, all else is said to be nobody's.
    ({"model": "none", "asks": "description", "grasp": READ}, "reader"),
    ({"model": "none", "asks": "question", "grasp": READ}, "reader"),
    ({"model": "none"}, "nobody"),
    ({"asks": "program"}, "model"),
    # What was understood and is sure is the reader's; in a chat a model may add to what is not all of it.
    ({"asks": ("question", "description"), "grasp": READ, "sure": False, "model": "sees"}, "model"),
    ({"asks": ("question", "description"), "grasp": READ, "door": ELSEWHERE}, "reader"),
    ({"asks": "question", "grasp": "whole", "sure": True, "rest": False}, "reader"),
    ({"asks": "question", "grasp": READ}, "both"),
    # What was not understood is a model's: outside a chat one that reads chooses what to look for.
    ({"asks": "question", "door": CHAT}, "model"),
    ({"asks": ("question", "description"), "model": "sees"}, "model"),
    ({"asks": "question", "model": "reads"}, "chosen"),
    ({"asks": "description", "model": "reads"}, "model"),
    # An instruction or a reason always is, after a number that the reader is sure of.
    ({"asks": DOING, "door": CHAT, "grasp": "whole", "sure": True}, "both"),
    ({"asks": DOING}, "model"),
)


def _fits(case: Case, row: dict[str, Any]) -> bool:
    return all(
        getattr(case, name) in (wanted if isinstance(wanted, tuple) else (wanted,))
        for name, wanted in row.items()
    )


def test_the_table_speaks_of_every_field() -> None:
    assert {name for row, _answerer in TABLE for name in row} == {field.name for field in fields(Case)}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("asks", ASKS)
def test_every_combination_is_decided_as_in_the_table(door: str, asks: str) -> None:
    for case in CASES:
        if (case.door, case.asks) == (door, asks):
            assert decide(case) == next(who for row, who in TABLE if _fits(case, row)), case


@pytest.mark.parametrize("row", range(len(TABLE)))
def test_no_row_is_idle(row: int) -> None:
    others = TABLE[:row] + TABLE[row + 1 :]
    assert any(decide(case) != next((who for fit, who in others if _fits(case, fit)), None) for case in CASES)


def test_an_instruction_never_ends_at_the_reader() -> None:
    for case in CASES:
        if case.asks in DOING:
            assert decide(case) in ({"nobody"} if case.model == "none" else {"model", "both"}), case


def test_what_was_not_understood_whole_is_never_the_readers() -> None:
    for case in CASES:
        if case.asks == "question" and case.grasp in UNREAD:
            assert decide(case) not in {"reader", "both"}, case


def test_no_model_is_asked_where_there_is_none() -> None:
    assert {decide(case) for case in CASES if case.model == "none"} == {"reader", "nobody"}
