"""Which engine runs, what a build that kills itself is told, and the second engine's wire."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import json
import math
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend, engines, gguf, trial
from rusoil_jupyter.backends.llama_cpp.engine import Engine, decode_once
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES, SAFE_BUILD, choose
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions
from rusoil_jupyter.cli import main
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.messages import Message
from rusoil_jupyter.settings import Settings

ROOT = Path(__file__).parents[2]
SECOND = ENGINES["llama-cpp-python"]
BATCH = 64


# --- the choice -------------------------------------------------------------------------------------


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``installed("llama_cpp")``: only these modules can be found."""

    def only(*modules: str) -> None:
        monkeypatch.setattr(engines, "find_spec", lambda module: module if module in modules else None)

    return only


@pytest.mark.parametrize(
    ("there", "wanted", "chosen"),
    [
        (("xllamacpp", "llama_cpp"), "auto", "xllamacpp"),
        (("llama_cpp",), "auto", "llama-cpp-python"),
        (("xllamacpp", "llama_cpp"), "llama-cpp-python", "llama-cpp-python"),
    ],
)
def test_auto_prefers_the_first_that_is_installed(installed, there, wanted, chosen):
    installed(*there)
    assert choose(wanted).name == chosen


@pytest.mark.parametrize(("wanted", "command"), [("auto", "install xllamacpp"), (SECOND.name, SAFE_BUILD)])
async def test_an_engine_that_is_not_installed_is_a_sentence_with_the_command(installed, wanted, command):
    installed()
    backend = LlamaCppBackend("here", Settings(), engine=wanted)
    status = await backend.status()
    assert not status.ready
    assert command in status.next_step


def test_an_unknown_engine_is_refused_with_the_names():
    with pytest.raises(InvalidRequest) as caught:
        LlamaCppBackend("here", Settings(), engine="vllm")
    assert all(name in caught.value.next_step for name in ("auto", *ENGINES))


def test_one_conversation_at_a_time_where_the_engine_has_one_sequence():
    assert ENGINES["xllamacpp"].slots(4) == 4
    assert SECOND.slots(4) == 1


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile", "docs/configuration.md"])
def test_the_safe_flags_are_the_same_everywhere(file):
    assert SAFE_BUILD in (ROOT / file).read_text()


@pytest.mark.parametrize(("engine", "n_draft"), [("llama-cpp-python", 16), ("auto", -1)])
def test_drafts_that_no_engine_can_make_are_refused(engine, n_draft, tmp_path):
    with pytest.raises(InvalidRequest) as caught:
        LlamaCppBackend("here", Settings(data_dir=tmp_path), engine=engine, n_draft=n_draft)
    assert caught.value.field == "n_draft"


# --- a build that does not fit the processor --------------------------------------------------------

DIES_AT_START = "import os; os.kill(os.getpid(), {number})"
DIES_AT_FIRST_QUESTION = """
import json, os, socketserver, sys
from http.server import BaseHTTPRequestHandler

class Handler(BaseHTTPRequestHandler):
    def address_string(self):
        return "somebody"

    def do_POST(self):
        if self.path != "/apply-template":
            os.kill(os.getpid(), {number})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{{"prompt": "x"}}')

server = socketserver.UnixStreamServer(json.loads(sys.argv[1])["socket"], Handler)
print(json.dumps({{"ready": "yes"}}), flush=True)
server.serve_forever()
"""


@pytest.fixture(params=[DIES_AT_START, DIES_AT_FIRST_QUESTION], ids=["at start", "at the first question"])
def dies_of(request, tmp_path, monkeypatch) -> Callable[[str, signal.Signals], None]:
    """``dies_of("xllamacpp", SIGILL)``: this engine's program kills itself so."""

    def replace(name: str, number: signal.Signals) -> None:
        program = tmp_path / "dies.py"
        program.write_text(request.param.format(number=int(number)))
        monkeypatch.setitem(ENGINES, name, dataclasses.replace(ENGINES[name], program=program))

    return replace


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGILL])
@pytest.mark.parametrize("name", list(ENGINES))
async def test_a_build_that_kills_itself_is_named_with_what_to_do(dies_of, tmp_path, name, number):
    dies_of(name, number)
    (tmp_path / "m.gguf").write_bytes(gguf.blank(trial.GOOD))
    backend = LlamaCppBackend("here", Settings(model_dirs=(tmp_path,)), engine=name)
    with pytest.raises(ModelUnavailable, match=number.name) as caught:
        await anext(e async for e in backend.stream(question("m")) if e.type != "progress")
    assert name in caught.value.message
    assert f'CMAKE_ARGS="{SAFE_BUILD}" pip install --' in caught.value.next_step
    assert "llama-cpp-python" in caught.value.next_step
    assert psutil.Process().children() == []
    await backend.aclose()


async def test_an_engine_that_is_killed_is_not_called_a_broken_build(dies_of, tmp_path):
    dies_of(SECOND.name, signal.SIGKILL)
    (tmp_path / "m.gguf").write_bytes(gguf.blank(trial.GOOD))
    error = await decode_once(SECOND, tmp_path / "m.gguf")
    assert error
    assert "processor" not in error.message


@pytest.mark.parametrize(
    ("returncode", "name"),
    [
        (None, None),
        (0, None),
        (1, None),
        (-signal.SIGABRT, None),
        (-signal.SIGTERM, None),
        (-signal.SIGSEGV, "SIGSEGV"),
        (-signal.SIGILL, "SIGILL"),
        (0xC000001D, "STATUS_ILLEGAL_INSTRUCTION"),
    ],
)
def test_which_ends_mean_a_build_for_another_processor(returncode, name):
    broken = SECOND.broken(returncode)
    assert (name in broken.message) if name and broken else (broken is None and name is None)


def test_doctor_names_the_broken_build_and_the_command(dies_of, tmp_path, monkeypatch, capsys):
    (tmp_path / "m.gguf").write_bytes(gguf.blank(trial.GOOD))
    monkeypatch.setenv("RUSOIL_BACKENDS", "llama-cpp")
    monkeypatch.setenv("RUSOIL_MODEL_DIR", str(tmp_path))
    monkeypatch.setenv("RUSOIL_DATA_DIR", str(tmp_path / "data"))
    for name in ENGINES:
        dies_of(name, signal.SIGILL)
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    for name in ENGINES:
        [line] = [line for line in lines if f"✗ {name} computes" in line]
        assert "SIGILL" in line
        assert SAFE_BUILD in line


@pytest.mark.model
def test_doctor_finds_both_engines_sound(model_dir, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RUSOIL_BACKENDS", "llama-cpp")
    monkeypatch.setenv("RUSOIL_MODEL_DIR", str(model_dir))
    monkeypatch.setenv("RUSOIL_DATA_DIR", str(tmp_path / "data"))
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(f"✓ {name} computes" in out for name in ENGINES)


# --- the second engine as a process -----------------------------------------------------------------


@pytest.fixture
async def engine(model_dir):
    engine = Engine(options(model_dir))
    yield engine
    await engine.aclose()


def options(model_dir: Path, n_ctx: int = 2048) -> EngineOptions:
    path = str(model_dir / catalogue.SMOLLM2.file)
    return EngineOptions(
        catalogue.SMOLLM2.id, path, SECOND.name, n_ctx=n_ctx, n_batch=BATCH, n_parallel=1, n_threads=1
    )


def question(model: str = catalogue.SMOLLM2.id) -> ModelRequest:
    return ModelRequest(model=model, messages=(Message.of("user", "Tell me a story."),))


@pytest.mark.model
async def test_the_second_engine_opens_no_port_and_ends_in_the_middle_of_an_answer(engine):
    client = await engine.client()
    process = psutil.Process(engine.pid)
    assert process.net_connections("inet") == []
    assert '"key"' not in " ".join(process.cmdline())
    answer = client.stream(question())
    await anext(answer)
    await asyncio.wait_for(engine.aclose(), 60)
    assert not process.is_running()
    await answer.aclose()


@pytest.mark.parametrize("content", [b"", b"GGUF" + bytes(5000), b"<html>Not found</html>"])
async def test_a_file_that_the_second_engine_can_not_read_is_a_sentence(tmp_path, content):
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    error = await decode_once(SECOND, path)
    assert error
    assert "could not load broken" in error.message
    assert "download it again" in error.next_step


# --- the second engine's wire -----------------------------------------------------------------------


@contextlib.contextmanager
def serving(model_dir: Path, **fields: Any) -> Iterator[httpx2.Client]:
    """The real engine with the real model, over TCP."""
    arguments = json.dumps(dataclasses.asdict(options(model_dir, n_ctx=1024)) | fields)
    command = [sys.executable, "-P", str(SECOND.program), arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("secret\n")
        process.stdin.flush()
        url = json.loads(process.stdout.readline())["ready"]
        headers = {"Authorization": "Bearer secret"}
        with httpx2.Client(base_url=f"{url}/v1", headers=headers, timeout=150) as client:
            yield client


@pytest.fixture(scope="module")
def wire(model_dir: Path) -> Iterator[httpx2.Client]:
    """An engine that chats."""
    with serving(model_dir) as client:
        yield client


@pytest.fixture(scope="module")
def embedder(model_dir: Path) -> Iterator[httpx2.Client]:
    """An engine for embeddings."""
    with serving(model_dir, pooling="mean", n_batch=1024) as client:
        yield client


def body(prompt: str = "Tell me a story.", **fields: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": prompt}], "max_tokens": 8} | fields


def ask(wire: httpx2.Client, prompt: str = "Tell me a story.", **fields: Any) -> dict[str, Any]:
    response = wire.post("/chat/completions", json=body(prompt, **fields))
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def text(answer: dict[str, Any]) -> str:
    return str(answer["choices"][0]["message"]["content"])


def cached(answer: dict[str, Any]) -> int:
    return int(answer["usage"]["prompt_tokens_details"]["cached_tokens"])


def chunks(wire: httpx2.Client, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with wire.stream("POST", "/chat/completions", json=request | {"stream": True}) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                yield json.loads(line[6:])


@pytest.mark.model
@pytest.mark.parametrize("key", ["", "Bearer wrong", "secret"])
def test_without_the_key_there_is_no_answer(wire, key):
    response = httpx2.post(f"{wire.base_url}chat/completions", json=body(), headers={"Authorization": key})
    assert response.status_code == 401


@pytest.mark.model
def test_reading_a_prompt_tells_progress_batch_by_batch(wire):
    request = body("one two three four five " * 60, return_progress=True, max_tokens=1)
    told = [chunk["prompt_progress"] for chunk in chunks(wire, request) if "prompt_progress" in chunk]
    steps = [after["processed"] - before["processed"] for before, after in itertools.pairwise(told)]
    assert len(told) > 3
    assert set(steps) == {BATCH}
    assert told[-1]["total"] - told[-1]["processed"] <= BATCH


@pytest.mark.model
def test_a_prompt_beyond_the_context_is_refused_with_the_counts(wire):
    response = wire.post("/chat/completions", json=body("word " * 3000))
    error = response.json()["error"]
    assert response.status_code == 400
    assert error["type"] == "exceed_context_size_error"
    assert error["n_prompt_tokens"] > error["n_ctx"] == 1024


@pytest.mark.model
def test_an_answer_ends_where_the_context_does(wire):
    answer = ask(wire, "word " * 980, max_tokens=None, grammar="root ::= [a-z ]{500}")
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["total_tokens"] == 1024


@pytest.mark.model
def test_a_schema_binds_the_answer(wire):
    schema = {
        "type": "object",
        "properties": {"size": {"type": "integer"}, "unit": {"enum": ["m", "km"]}},
        "required": ["size", "unit"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    answer = json.loads(text(ask(wire, response_format=form, max_tokens=100)))
    assert isinstance(answer["size"], int)
    assert answer["unit"] in {"m", "km"}


@pytest.mark.model
def test_a_grammar_binds_the_answer(wire):
    assert text(ask(wire, grammar='root ::= "yes" | "no"')) in {"yes", "no"}


@pytest.mark.model
@pytest.mark.parametrize(
    "fields",
    [
        {"grammar": "root ::= (("},
        {"grammar": 'other ::= "x"'},
        {"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "nonsense"}}}},
        {"temperature": "hot"},
        {"max_tokens": [1]},
        {"messages": "text"},
        {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
    ],
)
def test_what_can_not_be_understood_is_refused_before_it_waits(wire, fields):
    response = wire.post("/chat/completions", json=body() | fields)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


@pytest.mark.model
def test_a_seed_repeats_an_answer_and_another_one_does_not(wire):
    ask(wire)
    one, same, other = (text(ask(wire, seed=seed, max_tokens=24)) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.model
def test_a_stop_text_ends_the_answer_and_is_not_part_of_it(wire):
    answer = ask(wire, grammar='root ::= "one two three four"', max_tokens=24, stop=["three", "two t"])
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert text(answer) == "one "


@pytest.mark.model
def test_probabilities_come_with_every_token(wire):
    answer = ask(wire, logprobs=True, top_logprobs=3, temperature=0)
    entries = answer["choices"][0]["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == text(answer)
    for entry in entries:
        likeliest = [top["logprob"] for top in entry["top_logprobs"]]
        assert likeliest == sorted(likeliest, reverse=True)
        assert len(likeliest) == 3
        assert entry["logprob"] == pytest.approx(likeliest[0])


@pytest.mark.model
def test_embeddings_are_unit_vectors(embedder):
    rows = embedder.post("/embeddings", json={"input": ["one", "two words"]}).json()["data"]
    for row in rows:
        assert math.hypot(*row["embedding"]) == pytest.approx(1, abs=1e-3)
    assert rows[0]["embedding"] != rows[1]["embedding"]


@pytest.mark.model
@pytest.mark.parametrize("given", [None, "", [], [1], [["x"]], {"a": 1}])
def test_embeddings_of_what_is_no_text_are_refused(embedder, given):
    response = embedder.post("/embeddings", json={"input": given} if given != "" else {})
    assert response.status_code == 400


@pytest.mark.model
def test_a_text_that_is_too_long_to_embed_is_refused_with_the_counts(embedder):
    error = embedder.post("/embeddings", json={"input": "word " * 2000}).json()["error"]
    assert error["type"] == "exceed_context_size_error"
    assert error["n_prompt_tokens"] > error["n_ctx"] == 1024


@pytest.mark.model
def test_an_engine_does_what_it_was_started_for(wire, embedder):
    assert wire.post("/embeddings", json={"input": "one"}).status_code == 400
    assert embedder.post("/chat/completions", json=body()).status_code == 400


@pytest.mark.model
def test_it_counts_and_goes_on_with_an_answer(wire):
    tokens = wire.post("../tokenize", json={"content": "One two."}).json()["tokens"]
    assert 2 <= len(tokens) <= 4
    messages = [{"role": "user", "content": "Count."}, {"role": "assistant", "content": "One, two,"}]
    prompt = wire.post("../apply-template", json={"messages": messages}).json()["prompt"]
    assert prompt.endswith("assistant\nOne, two,")
    assert wire.post("../apply-template", json={"messages": 1}).status_code == 400


@pytest.mark.model
def test_it_says_what_it_can_not_do(wire):
    """What calls this engine emulates tools then, and refuses pictures."""
    props = wire.get("../props").json()
    assert props["chat_template_caps"]["supports_tools"] is False
    assert props["modalities"]["vision"] is False
    assert "im_start" in props["chat_template"]


@pytest.mark.model
def test_conversations_that_take_turns_are_not_read_again(wire):
    """The second turn reads only what is new, although another conversation came between."""
    talks = [[{"role": "user", "content": f"{word} " * 150}] for word in ("apple", "river", "stone")]
    counts = []
    for turn in range(2):
        for talk in talks:
            answer = ask(wire, messages=talk)
            counts.append(answer["usage"]["prompt_tokens"] - cached(answer))
            if turn == 0:
                talk += [
                    {"role": "assistant", "content": text(answer)},
                    {"role": "user", "content": "Go on."},
                ]
    assert min(counts[:3]) > 100
    assert max(counts[3:]) < 40


@pytest.mark.model
def test_a_closed_answer_stops_the_model(wire):
    """While it talks and while it reads: the next one is answered soon, from what was read so far."""
    for request in (body(max_tokens=1500), body("a b c d e f g " * 130, return_progress=True)):
        answer = chunks(wire, request)
        next(answer)
        answer.close()
        assert ask(wire, "Hi.", max_tokens=1)["usage"]["completion_tokens"] == 1
    again = ask(wire, "a b c d e f g " * 130, max_tokens=1)
    assert cached(again) < again["usage"]["prompt_tokens"] - 4 * BATCH, "it was read to the end"


@pytest.mark.model
def test_waiting_requests_are_answered_in_order(wire):
    """Each is on its way when the next one leaves: its headers have come."""
    begun: list[int] = []

    def read(number: int, response: httpx2.Response) -> None:
        for line in response.iter_lines():
            if '"content"' in line and number not in begun:
                begun.append(number)

    with contextlib.ExitStack() as stack:
        request = {"json": body(stream=True, max_tokens=16)}
        first = stack.enter_context(
            wire.stream("POST", "/chat/completions", json=body(stream=True) | {"max_tokens": 1500})
        )
        waiting = [stack.enter_context(wire.stream("POST", "/chat/completions", **request)) for _ in range(3)]
        readers = [threading.Thread(target=read, args=args) for args in enumerate(waiting)]
        for reader in readers:
            reader.start()
        first.close()
        for reader in readers:
            reader.join(60)
    assert begun == [0, 1, 2]


# --- pieces of text ---------------------------------------------------------------------------------


@given(
    st.text(alphabet="ab\n⟨é👋🏽", max_size=30),
    st.lists(st.text(alphabet="ab\n⟨é", min_size=1, max_size=4), max_size=3),
    st.lists(st.integers(1, 5), max_size=40),
)
def test_text_in_any_pieces_ends_before_the_first_stop(whole, stops, sizes):
    from rusoil_jupyter.backends.llama_cpp.engines.llama_cpp_python import Words

    words, data, said = Words(stops), whole.encode(), ""
    while data and not words.ended:
        size = sizes.pop() if sizes else 1
        piece, data = data[:size], data[size:]
        said += words.add(piece)
    if not words.ended:
        said += words.add(b"", final=True)
    assert whole.startswith(said)
    assert words.ended == any(stop in whole for stop in stops)
    assert words.ended or said == whole
    assert not any(stop in said for stop in stops)
