"""Storing one more step of an answer, in a session that has little and in one that has much.

The session, its pictures and the step are made here; ``raw`` is one row of the same size written by the
``sqlite3`` module alone, to a file prepared as ours is: what the disk takes in any case.
"""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.messages import ImagePart, Message, TextPart, ToolResultPart
from rusoil_jupyter.store import sqlite
from rusoil_jupyter.store.sessions import SessionStore

if TYPE_CHECKING:
    from pathlib import Path

MESSAGES, PICTURES, PICTURE_CHARS = 2000, 200, 100_000
STEP = ToolResultPart(id="call_1", text="porosity permeability saturation\n" * 30)


def measure(scratch: Path, rounds: int) -> dict[str, Any]:
    """Milliseconds of each step, one after the other in the three places."""
    store = SessionStore(f"sqlite:///{scratch / 'sessions.db'}")
    small, large = store.create("me").id, store.create("me").id
    _fill(store, large)
    answers = {name: f"answer-{name}" for name in ("small", "large")}
    for name, session in (("small", small), ("large", large)):
        store.add_question("me", session, Message.of("user", "Go on."), name, answer_id=answers[name])
    taken: dict[str, list[float]] = {"raw": [], "small": [], "large": []}
    with closing(sqlite3.connect(scratch / "raw.db", isolation_level=None)) as raw:
        sqlite.prepare(raw)
        raw.execute("CREATE TABLE steps (message_id, position, part)")
        for step in range(rounds * 20):
            row = ("answer", step, json.dumps(STEP.model_dump(mode="json")))
            taken["raw"].append(
                _timed(lambda row=row: raw.execute("INSERT INTO steps VALUES (?, ?, ?)", row))
            )
            for name, answer in answers.items():
                add = (answer, step, [STEP])
                taken[name].append(_timed(lambda add=add: store.add_steps(*add)))
    store.close()
    return {"milliseconds": taken, "messages": MESSAGES, "pictures": PICTURES}


def _fill(store: SessionStore, session: str) -> None:
    picture = ImagePart(data="A" * PICTURE_CHARS)
    for number in range(MESSAGES // 2):
        shown = (picture,) if number < PICTURES else ()
        asked = Message(role="user", parts=(TextPart(text=f"Question {number}"), *shown))
        answer = f"answer-{number}"
        store.add_question("me", session, asked, f"request-{number}", answer_id=answer)
        store.add_steps(answer, 0, [TextPart(text="An answer. " * 40)])


def _timed(do: Any) -> float:
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1000


def report(result: dict[str, Any]) -> str:
    """Medians, and the large session against the small one."""
    taken = {name: median(times) for name, times in result["milliseconds"].items()}
    size = f"{result['messages']} messages with {result['pictures']} pictures"
    return (
        f"store: a step more: {taken['small']:.2f} ms in an empty session, {taken['large']:.2f} ms in one of "
        f"{size}, {taken['large'] / taken['small']:.2f} of it (goal 5 ms); a bare row {taken['raw']:.2f} ms"
    )
