"""A server that is killed in the middle of an answer loses nothing that a client has seen the end of."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rusoil_jupyter.events import Done, parse_event
from rusoil_jupyter.messages import InquiryPart
from rusoil_jupyter.store.sessions import SessionStore
from rusoil_jupyter.transcript import Transcript

from .waiting import until

RESTARTS = int(os.environ.get("RUSOIL_RESTARTS", "5"))  # 100 for a measurement
SCRIPT = """!think First I look.
!say I look at it.
!call look {}
!result It is there.
!words 20
!ask approval {"text": "Go on?", "choices": [{"id": "yes", "label": "Yes"}]}
!think Then.
!words 30"""
SERVER = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from rusoil_jupyter.store import sessions
sessions.LEASE = timedelta(seconds=1)
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings

async def main(folder, session, script):
    backends = {"here": {"kind": "scripted", "delay": 0.001}}
    assistant = Assistant(Settings.model_validate({"data_dir": folder, "backends": backends}))
    request = ChatRequest(prompt=script, session_id=session)
    while True:
        turn = await assistant.start_turn(request, Caller("me"))
        async for event in turn.events():
            print(event.model_dump_json(), flush=True)
            if event.type == "awaits":
                turn.inbox.reply(event.id, "yes")

asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
"""


def seen_until_killed(folder: Path, session: str, count: int) -> list[str]:
    """What a client saw of a server that is killed after so many events."""
    command = [sys.executable, "-c", SERVER, str(folder), session, SCRIPT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        seen = [server.stdout.readline() for _ in range(count)]
        server.send_signal(signal.SIGKILL)
    return seen


async def steps_of(lines: list[str]) -> dict[str, list[object]]:
    """The ended steps that these events tell of, by turn."""
    steps: dict[str, list[object]] = {}
    writers: dict[str, Transcript] = {}
    for line in lines:
        event = parse_event(line)
        said = steps.setdefault(event.request_id, [])

        async def keep(position, parts, said=said):
            said[position:] = parts

        writer = writers.setdefault(event.request_id, Transcript(keep))
        await writer.add(event)
        if isinstance(event, Done):
            await writer.end()
    # Of a step that goes on nothing is promised yet.
    return {turn: writers[turn]._steps for turn in steps}


def holds(kept: object, seen: object) -> bool:
    """Whether a kept step is what was seen of it; of a question the reply may have come since."""
    if isinstance(seen, InquiryPart) and seen.reply is None and isinstance(kept, InquiryPart):
        return kept.model_copy(update={"reply": None}) == seen
    return kept == seen


@pytest.mark.parametrize("number", range(RESTARTS))
async def test_a_killed_server_loses_no_step_and_leaves_no_turn_without_an_end(tmp_path, number):
    folder = tmp_path / "data"
    store = SessionStore(f"sqlite:///{folder / 'sessions.db'}")
    session = store.create("me").id
    lines = seen_until_killed(folder, session, random.Random(number).randint(1, 160))

    def rest() -> bool:
        return not any(message.running for message in store.read("me", session).messages)

    await until(rest)
    answers = {m.request_id: m for m in store.read("me", session).messages if m.role == "assistant"}
    told = await steps_of(lines)
    assert told.keys() <= answers.keys()
    for turn, steps in told.items():
        assert all(map(holds, answers[turn].parts, steps))
        assert len(answers[turn].parts) >= len(steps)
    for answer in answers.values():
        assert (answer.finish_reason is None) == (answer.error is not None)
    with closing(sqlite3.connect(folder / "sessions.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert json.loads(lines[0])["type"] == "started"
    store.add_question("me", session, store.history("me", session)[0], "request-next")
    store.close()
