"""The real engine may die at any moment: Jupyter does not, and nothing is left over."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.server.conftest import Server, poll, words

pytestmark = pytest.mark.model

KILLS = 10
KILLS_UNDER_LOAD = 50
STORY = "Write a very long story about the sea."


@pytest.fixture
def engine_server(start_server: Callable[..., Server], model_dir: Path) -> Server:
    return start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(model_dir))


def engine_of(server: Server) -> psutil.Process:
    (pid,) = server.inside()["engines"]
    return psutil.Process(pid)


def left_over(server: Server) -> list[str]:
    """Engine processes and socket folders of this server."""
    folders = [str(path) for path in (server.folder / "tmp").glob("rusoil-*")]
    mark = str(server.folder)
    engines = [
        str(process.pid)
        for process in psutil.process_iter(["cmdline"])
        if mark in " ".join(process.info["cmdline"] or ()) and process.status() != psutil.STATUS_ZOMBIE
    ]
    return folders + engines


class Load:
    """Clients that ask again and again, whatever comes back, each on a socket of its own."""

    def __init__(self, server: Server, clients: int) -> None:
        self.server = server
        self.turns: list[list[dict[str, Any]]] = []
        self.spoken = asyncio.Event()
        self.over = False
        self.tasks = [asyncio.create_task(self._ask_on(name)) for name in range(clients)]

    async def _ask_on(self, name: int) -> None:
        async with self.server.socket() as stream:
            while not self.over:
                request_id = await stream.chat(f"{STORY} Number {name}.", max_tokens=60)
                events: list[dict[str, Any]] = []
                self.turns.append(events)
                while not events or events[-1]["type"] not in {"done", "error"}:
                    events.append(await asyncio.wait_for(stream.event(), 60))
                    assert events[-1]["request_id"] == request_id
                    if events[-1]["type"] == "text":
                        self.spoken.set()

    async def finish(self) -> None:
        self.over = True
        await asyncio.gather(*self.tasks)


@pytest.mark.timeout(1200)
async def test_fifty_kills_under_load_cost_answers_and_nothing_else(engine_server: Server) -> None:
    """Each turn ends in exactly one ``done`` or ``error``; no client hangs; the server stays."""
    server = engine_server
    jupyter = server.process.pid
    load = Load(server, clients=3)
    killed: set[int] = set()
    while len(killed) < KILLS_UNDER_LOAD:
        if len(killed) % 5:  # else: before it has said a word
            load.spoken.clear()
            await asyncio.wait_for(load.spoken.wait(), 60)
        alive = [pid for pid in server.inside()["engines"] if pid not in killed]
        for pid in alive:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        await asyncio.sleep(0)
    await load.finish()
    for events in load.turns:
        assert [event["seq"] for event in events] == list(range(len(events)))
        assert sum(event["type"] in {"done", "error"} for event in events) == 1
        if events[-1]["type"] == "error":
            assert events[-1]["error"]["code"] == "model_unavailable"
            assert events[-1]["error"]["next_step"]
    errors = [events[-1]["error"]["message"] for events in load.turns if events[-1]["type"] == "error"]
    assert any("SIGKILL" in message for message in errors)
    assert server.process.poll() is None
    assert server.process.pid == jupyter
    async with server.socket() as stream:
        await stream.chat("Say hi.", max_tokens=3)
        assert (await stream.rest())[-1]["type"] == "done"
    assert len(list((server.folder / "tmp").glob("rusoil-*"))) == 1, "folders of dead engines stay"
    server.stop()
    poll("nothing is left", lambda: not left_over(server))


@pytest.mark.timeout(1200)
async def test_a_kill_costs_one_answer_and_the_next_one_comes(engine_server: Server) -> None:
    server = engine_server
    jupyter = server.process.pid
    killed = set()
    async with server.socket() as stream:
        for _ in range(KILLS):
            request_id = await stream.chat(STORY, max_tokens=2000)
            events = [await stream.event()]
            while events[-1]["type"] != "text":
                events.append(await stream.event())
            engine = engine_of(server)
            killed.add(engine.pid)
            engine.kill()
            events += await stream.rest()
            ends = [event for event in events if event["type"] in {"error", "done"}]
            (error,) = ends
            assert (error["type"], error["request_id"]) == ("error", request_id)
            assert error["error"]["code"] == "model_unavailable"
            assert error["error"]["next_step"]
            await stream.chat("Say hi.", max_tokens=3)
            answer = await stream.rest()
            assert answer[-1]["type"] == "done", answer[-1]
            assert words(answer)
    assert len(killed) == KILLS
    assert server.process.poll() is None
    assert server.process.pid == jupyter
    assert server.client.get(server.url + "api").status_code == 200
    assert len(list((server.folder / "tmp").glob("rusoil-*"))) == 1, "folders of dead engines stay"
    server.stop()
    poll("nothing is left", lambda: not left_over(server))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_no_engine_outlives_the_server(engine_server: Server, number: signal.Signals) -> None:
    server = engine_server
    async with server.socket() as stream:
        await stream.chat(STORY, max_tokens=2000)
        while (await stream.event())["type"] != "text":
            pass
        engine = engine_of(server)
        if number is signal.SIGINT:  # asks “Shut down?”; the second one does not
            os.kill(server.process.pid, signal.SIGINT)
        server.stop(number)
    poll("the engine ends", lambda: not psutil.pid_exists(engine.pid) or engine.status() == "zombie")
    poll("nothing is left", lambda: not left_over(server))
