"""Every backend we ship keeps the contract that plugin authors are held to."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends import llama_cpp
from rusoil_jupyter.backends.base import Backend
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.backends.llama_cpp.engine import Engine
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions
from rusoil_jupyter.backends.openai_compatible import OpenAICompatibleBackend
from rusoil_jupyter.backends.scripted import ScriptedBackend
from rusoil_jupyter.settings import Settings
from rusoil_jupyter.testing.backend import BackendContract

KEY_VARIABLE = "RUSOIL_TEST_KEY"


class TestScripted(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls) -> Callable[[], Backend]:
        return lambda: ScriptedBackend("scripted", Settings(), delay=0.001)


class TestTheExampleInTheDocuments(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls) -> Callable[[], Backend]:
        text = (Path(__file__).parents[2] / "docs/configuration.md").read_text(encoding="utf-8")
        names: dict[str, Any] = {}
        exec(text.split("```python\n")[1].split("```")[0], names)
        return lambda: names["ShoutingBackend"]("shouting", Settings())


@pytest.mark.model
class TestLlamaCpp(BackendContract):
    """The default engine, over its unix socket."""

    engine: ClassVar[str] = "xllamacpp"
    use_tcp: ClassVar[bool] = False

    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls, model_dir: Path) -> Iterator[Callable[[], Backend]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(llama_cpp, "Engine", partial(Engine, use_tcp=cls.use_tcp))
            yield lambda: LlamaCppBackend(
                "here", Settings(model_dirs=(model_dir,)), engine=cls.engine, n_threads=1
            )


class TestLlamaCppOverTcp(TestLlamaCpp):
    """As on Windows: a loopback port behind a random key."""

    use_tcp = True


class TestLlamaCppPython(TestLlamaCpp):
    """The second engine; `make test` builds it (`.venv/bin/python -m pytest` alone needs it installed)."""

    engine = "llama-cpp-python"


class TestLlamaCppPythonOverTcp(TestLlamaCppPython):
    """As on Windows: a loopback port behind a random key."""

    use_tcp = True


@pytest.mark.model
class TestOpenAICompatible(BackendContract):
    """A server in a process of its own, with one slot: a second answer waits for the first to stop."""

    refuses_unknown_models = False  # llama.cpp's server has one model and does not look at the name

    @pytest.fixture(scope="class")
    @classmethod
    def base_url(cls, model_dir: Path) -> Iterator[str]:
        options = EngineOptions(
            catalogue.SMOLLM2.id,
            str(model_dir / catalogue.SMOLLM2.file),
            n_ctx=4096,
            n_parallel=1,
            n_threads=1,
        )
        child = Path(llama_cpp.__file__).parent / "engines" / "xllamacpp.py"
        server = subprocess.Popen(
            [sys.executable, "-P", str(child), json.dumps(asdict(options))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with pytest.MonkeyPatch.context() as patch, server:
            assert server.stdin
            assert server.stdout
            key = secrets.token_hex()
            patch.setenv(KEY_VARIABLE, key)
            server.stdin.write(f"{key}\n")
            server.stdin.flush()
            yield json.loads(server.stdout.readline())["ready"] + "/v1"

    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls, base_url: str) -> Callable[[], Backend]:
        return lambda: OpenAICompatibleBackend(
            "campus", Settings(), base_url=base_url, api_key_env=KEY_VARIABLE
        )

    async def test_a_wrong_key_is_a_sentence(self, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(KEY_VARIABLE, "wrong")
        backend = OpenAICompatibleBackend("campus", Settings(), base_url=base_url, api_key_env=KEY_VARIABLE)
        status = await backend.status()
        await backend.aclose()
        assert not status.ready
        assert "refused the key" in status.reason
