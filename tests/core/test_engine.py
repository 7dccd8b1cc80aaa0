"""The engine process: private, restarted when it dies, gone when we are. Against the real model."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.backends.llama_cpp.engine import Engine, _quota_cores, usable_cores
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, UnknownModel
from rusoil_jupyter.events import Done, Text
from rusoil_jupyter.messages import Message
from rusoil_jupyter.settings import Settings

from .waiting import until

ENTRY = catalogue.SMOLLM2
OWNER = """
import asyncio, json, sys
from rusoil_jupyter.backends.llama_cpp.engine import Engine, EngineOptions

async def own():
    engine = Engine(EngineOptions(**json.loads(sys.argv[1])))
    await engine.client()
    print(engine.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(own())
"""


OWNER_OF_A_DEAF_ONE = """
import asyncio, dataclasses, pathlib, sys
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions, EngineProcess

async def own():
    ENGINES["xllamacpp"] = dataclasses.replace(ENGINES["xllamacpp"], program=pathlib.Path(sys.argv[1]))
    process = EngineProcess(EngineOptions("m", "m.gguf"), use_tcp=False)
    await process.start()
    print(process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(own())
"""


# --- cores ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({"cpu.max": "200000 100000\n"}, 2),
        ({"cpu.max": "250000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, sys.maxsize),
        ({"cpu.max": "nonsense"}, sys.maxsize),
        ({"cpu.max": ""}, sys.maxsize),
        ({"cpu.max": "100000 0"}, sys.maxsize),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, sys.maxsize),
        ({"cpu/cpu.cfs_quota_us": "400000\n"}, sys.maxsize),
        ({}, sys.maxsize),
    ],
)
def test_the_control_group_bounds_the_cores(tmp_path, files, cores):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    assert _quota_cores(tmp_path) == cores


def test_there_is_always_a_core():
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


# --- the process ------------------------------------------------------------------------------------


@pytest.fixture(params=list(ENGINES))
async def engine(request: pytest.FixtureRequest, model_dir: Path) -> AsyncIterator[Engine]:
    engine = Engine(dataclasses.replace(options(model_dir), engine=request.param))
    yield engine
    await engine.aclose()


def options(model_dir: Path) -> EngineOptions:
    return EngineOptions(ENTRY.id, str(model_dir / ENTRY.file), n_ctx=2048, n_parallel=2, n_threads=1)


def process_of(engine: Engine) -> psutil.Process:
    assert engine.pid
    return psutil.Process(engine.pid)


def gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.model
async def test_a_running_engine_is_private(engine):
    """No TCP port; its socket in a folder that only the owner enters; no key in the arguments."""
    await engine.client()
    process = process_of(engine)
    assert process.net_connections("inet") == []
    folder = Path(process.cwd())
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert stat.S_ISSOCK(os.stat(folder / "engine.sock").st_mode)
    assert '"key"' not in " ".join(process.cmdline())


@pytest.mark.model
async def test_over_tcp_the_port_is_loopback_and_needs_the_key(model_dir):
    import aiohttp

    engine = Engine(options(model_dir), use_tcp=True)
    await engine.client()
    [listening] = [c for c in process_of(engine).net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert listening.laddr.ip == "127.0.0.1"
    url = f"http://127.0.0.1:{listening.laddr.port}/v1/chat/completions"
    async with aiohttp.ClientSession() as stranger, stranger.post(url, json={"messages": []}) as response:
        assert response.status == 401
    await engine.aclose()


@pytest.mark.model
async def test_closing_ends_the_process_and_removes_its_folder(engine):
    await engine.client()
    process, folder = process_of(engine), Path(process_of(engine).cwd())
    await engine.aclose()
    assert gone(process)
    with pytest.raises(FileNotFoundError):
        os.stat(folder)


@pytest.mark.model
async def test_two_first_questions_start_one_process(engine):
    await asyncio.gather(engine.client(), engine.client())
    assert len(psutil.Process().children()) == 1


@pytest.mark.model
async def test_a_start_that_is_cancelled_does_not_spoil_the_next(engine):
    starting = asyncio.create_task(engine.client())
    await until(psutil.Process().children)
    starting.cancel()
    await asyncio.wait({starting})
    await engine.client()
    assert len(psutil.Process().children()) == 1


@pytest.mark.model
def test_an_engine_ends_with_its_owner(model_dir, wait_until: Callable[..., None]):
    import json

    arguments = json.dumps(dataclasses.asdict(options(model_dir)))
    owner = subprocess.Popen([sys.executable, "-c", OWNER, arguments], stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout
        engine = psutil.Process(int(owner.stdout.readline()))
        assert engine.ppid() == owner.pid
        owner.kill()
    wait_until(lambda: gone(engine))


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells it on Linux alone")
def test_an_engine_that_hears_nothing_ends_with_its_owner(tmp_path, wait_until: Callable[..., None]):
    """As one that loads: its library holds Python's lock, and nothing is read from standard input."""
    deaf = tmp_path / "deaf.py"
    deaf.write_text("import time\nopen('here', 'w').close()\ntime.sleep(600)\n")
    command = [sys.executable, "-c", OWNER_OF_A_DEAF_ONE, str(deaf)]
    owner = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    with owner:
        assert owner.stdout
        engine = psutil.Process(int(owner.stdout.readline()))
        wait_until(lambda: list(tmp_path.glob("rusoil-*/here")))
        owner.kill()
    try:
        wait_until(lambda: gone(engine))
    finally:
        if engine.is_running():
            engine.kill()


class Gguf:
    """The real model's file, to be spoilt."""

    def __init__(self, model_dir: Path) -> None:
        self.whole = (model_dir / ENTRY.file).read_bytes()

    def header(self, *, version: int = 3, tensors: int = 272, keys: int = 33) -> bytes:
        return struct.pack("<4sIQQ", b"GGUF", version, tensors, keys) + self.whole[24:]

    def template(self, text: str) -> bytes:
        key = b"tokenizer.chat_template"
        start = self.whole.index(key) + len(key) + 4
        (size,) = struct.unpack("<Q", self.whole[start : start + 8])
        start += 8
        return self.whole[:start] + text.encode().ljust(size) + self.whole[start + size :]

    def architecture(self, name: str) -> bytes:
        old = struct.pack("<Q", 5) + b"llama"
        return self.whole.replace(old, struct.pack("<Q", 5) + name.encode(), 1)


SPOILT = {
    "nothing": (lambda gguf: b"", "no whole GGUF"),
    "magic alone": (lambda gguf: b"GGUF", "no whole GGUF"),
    "zeros": (lambda gguf: b"GGUF" + bytes(5000), "no whole GGUF"),
    "a page of an error": (lambda gguf: b"<html>Not found</html>", "no whole GGUF"),
    "half": (lambda gguf: gguf.whole[: len(gguf.whole) // 2], "corrupted or incomplete"),
    "all but the end": (lambda gguf: gguf.whole[:-1000], "corrupted or incomplete"),
    "metadata alone": (lambda gguf: gguf.whole[:5000], "no whole GGUF"),
    "2^60 tensors": (lambda gguf: gguf.header(tensors=2**60), "failed to load"),
    "2^63 keys": (lambda gguf: gguf.header(keys=2**63), "no whole GGUF"),
    "another version": (lambda gguf: gguf.header(version=99), "no whole GGUF"),
    "another architecture": (lambda gguf: gguf.architecture("xlama"), "architecture.*xlama"),
    "half a template": (lambda gguf: gguf.template("{% for m in messages %}{{ m"), "chat template"),
    "an unknown function": (lambda gguf: gguf.template("{{ frobnicate(messages) }}"), "chat template"),
    "a refusing template": (lambda gguf: gguf.template("{{ raise_exception('no') }}"), "chat template"),
}


@pytest.mark.model
@pytest.mark.parametrize("how", SPOILT)
async def test_a_spoilt_file_is_a_clear_error_and_leaves_no_process(tmp_path, model_dir, how):
    spoil, reason = SPOILT[how]
    path = tmp_path / "spoilt.gguf"
    path.write_bytes(spoil(Gguf(model_dir)))
    engine = Engine(EngineOptions("spoilt", str(path), n_threads=1, n_ctx=512))
    with pytest.raises(ModelUnavailable, match=f"could not load spoilt.*{reason}") as caught:
        await engine.client()
    assert caught.value.next_step
    assert "Traceback" not in caught.value.message
    assert psutil.Process().children() == []
    await engine.aclose()


RECURSION = "{% macro a() %}{{ a() }}{% endmacro %}"
ENDLESS = {
    "loops in loops": "".join(f"{{% for {n} in range(99999) %}}" for n in "abcd") + "{% endfor %}" * 4,
    "one loop": "{% for i in range(1000000000000) %}x{% endfor %}",
    "recursion": RECURSION + "{{ a() }}",
    "growing text": "{% set n = namespace(x='xxxxxxxx') %}"
    "{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
    "growing lists": "{% set n = namespace(x=[1, 2]) %}"
    "{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
    "deep": "{{ " + "(" * 20000 + "1" + ")" * 20000 + " }}",
}


class Peak:
    """The most memory that any child of this process held, as far as the system remembers it."""

    def __init__(self) -> None:
        self.bytes = 0
        self._over = False

    async def watch(self) -> None:
        while not self._over:
            for child in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error, AttributeError):
                    self.bytes = max(self.bytes, child.memory_info().rss)
            await asyncio.sleep(0.02)

    async def __aenter__(self) -> Peak:
        self._watching = asyncio.create_task(self.watch())
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._over = True
        await self._watching


@pytest.mark.model
@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize("how", ENDLESS)
async def test_a_template_without_end_is_one_error_of_its_own(tmp_path, model_dir, how, engine):
    path = tmp_path / "endless.gguf"
    path.write_bytes(with_head(model_dir, ENDLESS[how]))
    engine = Engine(EngineOptions("endless", str(path), engine, n_threads=1, n_ctx=512))
    async with Peak() as peak:
        with pytest.raises(ModelUnavailable, match="chat template") as caught:
            await engine.client()
    assert "processor" not in str(caught.value)
    assert peak.bytes < 2e9
    assert psutil.Process().children() == []
    await engine.aclose()


LATE = {
    "a loop": "{% for i in range(1000000000000) %}x{% endfor %}",
    "a recursion": "{{ a() }}",
    "growing text": "{% set n = namespace(x='xxxxxxxx') %}"
    "{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
}


@pytest.mark.model
@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize("how", LATE)
async def test_a_template_that_waits_for_a_word_harms_that_question_alone(tmp_path, model_dir, how, engine):
    path = tmp_path / "late.gguf"
    trap = f"{{% if 'sea' in m.content %}}{LATE[how]}{{% endif %}}"
    path.write_bytes(
        with_head(model_dir, f"{RECURSION}{{% for m in messages %}}{{{{ m.content }}}}{trap}{{% endfor %}}")
    )
    backend = LlamaCppBackend("here", Settings(model_dirs=(tmp_path,)), engine=engine, n_threads=1)
    try:
        async with Peak() as peak:
            with pytest.raises(InvalidRequest) as caught:
                await answer(backend, "late", text="The sea.")
        assert "processor" not in str(caught.value)
        assert peak.bytes < 2e9
        assert isinstance((await answer(backend, "late", text="The land."))[-1], Done)
    finally:
        await backend.aclose()


def with_head(model_dir: Path, template: str) -> bytes:
    """The real model with a template of any length."""
    whole, key = (model_dir / ENTRY.file).read_bytes(), b"tokenizer.chat_template"
    start = whole.index(key) + len(key) + 4
    (size,) = struct.unpack("<Q", whole[start : start + 8])
    text = template.encode()
    head = 32 * -(-(len(text) - size) // 32)  # tensors begin at multiples of 32 behind the head
    text = text.ljust(size + head)
    return whole[:start] + struct.pack("<Q", len(text)) + text + whole[start + 8 + size :]


@pytest.mark.parametrize(
    ("gigabytes", "tokens"), [(64, 16384), (6.5, 12288), (4, 4096), (1, 4096), (None, 8192)]
)
async def test_the_context_is_as_large_as_the_memory_allows(monkeypatch, gigabytes, tokens):
    memory = None if gigabytes is None else int(gigabytes * 1e9)
    monkeypatch.setattr(catalogue, "usable_memory", lambda: memory)
    backend = LlamaCppBackend("here", Settings())
    large = next(entry for entry in catalogue.CATALOGUE if entry.kv_bytes > 130_000)
    [info] = [model for model in await backend.models() if model.id == f"here/{large.id}"]
    assert info.context_length == min(tokens, large.context_length)
    assert info.memory_bytes == large.memory_bytes(tokens)


@pytest.mark.parametrize(("option", "value"), [("n_ctx", 1), ("n_ctx", -5), ("n_parallel", 0)])
def test_sizes_that_no_engine_can_work_with_are_refused_at_once(option, value):
    with pytest.raises(InvalidRequest, match=option) as caught:
        LlamaCppBackend("here", Settings(), **{option: value})
    assert caught.value.field == option


# --- the backend over it ----------------------------------------------------------------------------


@pytest.fixture
async def backend(model_dir: Path, tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    backend = LlamaCppBackend(
        "here", Settings(model_dirs=(model_dir,), data_dir=tmp_path), n_ctx=2048, n_threads=1
    )
    yield backend
    await backend.aclose()


def ask(max_tokens: int, model: str = ENTRY.id, text: str = "Tell me a story.") -> ModelRequest:
    return ModelRequest(model=model, messages=(Message.of("user", text),), max_tokens=max_tokens)


async def answer(backend: LlamaCppBackend, model: str = ENTRY.id, **fields: str) -> list[object]:
    return [event async for event in backend.stream(ask(2, model, **fields))]


@pytest.mark.model
async def test_a_killed_engine_is_one_error_and_the_next_answer_comes(backend):
    """Ten times in a row, the next question asked at once."""
    for _round in range(10):
        async with aclosing(backend.stream(ask(1500))) as events:
            with pytest.raises(ModelUnavailable):
                async for event in events:
                    if isinstance(event, Text):
                        for pid in backend.engine_pids:
                            os.kill(pid, signal.SIGKILL)
        assert isinstance((await answer(backend))[-1], Done)
    assert len(psutil.Process().children()) == 1


@pytest.mark.model
async def test_an_engine_killed_between_two_questions_is_not_noticed(backend):
    await answer(backend)
    os.kill(backend.engine_pids[0], signal.SIGKILL)
    assert isinstance((await answer(backend))[-1], Done)


@pytest.mark.model
async def test_an_idle_model_makes_room_for_another(backend, tmp_path, model_dir):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "other.gguf").symlink_to(model_dir / ENTRY.file)
    await answer(backend)
    [first] = backend.engine_pids
    await answer(backend, "other")
    [second] = backend.engine_pids
    assert first != second


async def test_a_model_that_is_not_here_starts_nothing(tmp_path):
    backend = LlamaCppBackend("here", Settings(data_dir=tmp_path))
    with pytest.raises(UnknownModel):
        await answer(backend, "no-such-model")
    assert backend.engine_pids == ()
    assert psutil.Process().children() == []
