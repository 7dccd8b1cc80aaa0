"""The real engine may die at any moment: Jupyter does not, and nothing is left over."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.server.conftest import Server, poll, words

pytestmark = pytest.mark.model

KILLS = 10
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


@pytest.mark.timeout(400)
async def test_ten_kills_in_a_row_cost_ten_answers_and_nothing_else(engine_server: Server) -> None:
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
    poll("nothing is left", lambda: not left_over(server), 5)


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
    poll("the engine ends", lambda: not psutil.pid_exists(engine.pid) or engine.status() == "zombie", 5)
    if number is not signal.SIGKILL:  # which leaves no time to remove a folder
        assert left_over(server) == []
