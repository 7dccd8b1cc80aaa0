"""What listens while a real model answers: Jupyter's port, and nothing beside it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.server.conftest import Server


@pytest.mark.model
async def test_the_engine_adds_no_port(start_server: Callable[..., Server], model_dir: Path) -> None:
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(model_dir))
    async with server.socket() as stream:
        await stream.chat("Write a very long story about the sea.", max_tokens=2000)
        while (await stream.event())["type"] != "text":
            pass
        jupyter = psutil.Process(server.process.pid)
        family = [jupyter, *jupyter.children(recursive=True)]
        assert server.inside()["engines"] == [process.pid for process in family[1:]]
        listening = {
            connection.laddr.port
            for process in family
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {httpx2.URL(server.url).port}
        (folder,) = (server.folder / "tmp").glob("rusoil-*")
        assert (folder / "engine.sock").is_socket()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    server.stop()
