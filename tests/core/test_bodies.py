"""Bodies of requests: bounded, read beside the loop, forgotten afterwards."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import weakref
from typing import Any

import pytest

from rusoil_jupyter import bodies
from rusoil_jupyter.aside import computed
from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.i18n import current_language, use_language
from rusoil_jupyter.messages import MAX_TEXT_CHARS, size_of
from rusoil_jupyter.protocol import MAX_TOGETHER_CHARS, ChatRequest
from rusoil_jupyter.wires.completions import ChatCompletionRequest, EmbeddingsRequest

TEXT = {"type": "text", "text": "a"}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def said(*texts: str) -> bytes:
    parts = [{"type": "text", "text": text} for text in texts]
    return body({"messages": [{"role": "user", "parts": parts}]})


def shown(**mimebundle: object) -> bytes:
    return body({"prompt": "x", "attachments": [{"type": "output", "mimebundle": mimebundle}]})


TOO_LARGE: dict[str, tuple[Any, bytes]] = {
    "bytes": (ChatRequest, b" " * (bodies.MAX_BYTES + 1)),
    "lists": (ChatRequest, b"[" * 1_000_000),
    "objects": (ChatRequest, b'{"a":' * 1_000_000),
    "numbers": (ChatRequest, shown(a=[1] * (bodies.MAX_MARKS + 1))),
    "texts": (ChatRequest, said(*["a" * MAX_TEXT_CHARS] * 9)),
    "a long output": (ChatRequest, shown(**{"text/plain": ["a" * 1000] * 9000})),
    "parts": (ChatRequest, body({"messages": [{"role": "user", "parts": [TEXT] * 200}] * 51})),
    "schemas": (
        ChatRequest,
        body({"prompt": "x", "tools": [{"name": "f", "parameters": {"a": [0] * 2**20}}]}),
    ),
    "texts to embed": (EmbeddingsRequest, body({"input": ["a" * MAX_TEXT_CHARS] * 9})),
}


@pytest.mark.parametrize(("kind", "data"), TOO_LARGE.values(), ids=TOO_LARGE)
async def test_what_is_too_large_is_refused_in_a_sentence(kind, data):
    with pytest.raises(PayloadTooLarge) as caught:
        await bodies.read(kind, data)
    assert caught.value.message.endswith(".")
    assert caught.value.next_step


async def test_what_is_allowed_one_by_one_is_read_together():
    request = await bodies.read(
        ChatRequest, said(*["a" * MAX_TEXT_CHARS] * (MAX_TOGETHER_CHARS // MAX_TEXT_CHARS))
    )
    assert len(request.messages[0].text) == MAX_TOGETHER_CHARS
    embedded = await bodies.read(EmbeddingsRequest, body({"input": ["a" * 400_000] * 3}))
    assert len(embedded.texts) == 3


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ChatRequest, {"prompt": ["QUAGGA"]}),
        (ChatRequest, {"prompt": "QUAGGA" + "a" * MAX_TEXT_CHARS}),
        (ChatRequest, {"messages": [{"role": "QUAGGA", "parts": [{"type": "text", "text": ["QUAGGA"]}]}]}),
        (ChatRequest, {"QUAGGA": 1, "prompt": "QUAGGA", "messages": []}),
        (ChatCompletionRequest, {"messages": "QUAGGA"}),
        (EmbeddingsRequest, {"input": {"QUAGGA": 1}}),
    ],
)
async def test_no_error_repeats_what_was_sent(kind, value):
    with pytest.raises(InvalidRequest) as caught:
        await bodies.read(kind, body(value))
    assert "QUAGGA" not in str(caught.value.__cause__).replace("\nQUAGGA\n", "")  # the name of a field


async def test_a_large_body_is_read_by_another_thread_and_a_small_one_at_once():
    threads = [
        await bodies.parsed(lambda _data: threading.current_thread(), data)
        for data in (b"x", b"x" * (bodies.SMALL_BYTES + 1))
    ]
    assert threads[0] is threading.current_thread()
    assert threads[1].daemon, "the end of the process would wait for it"


async def test_what_is_computed_aside_comes_in_turn_and_in_the_callers_language():
    use_language("ru")
    order: list[int] = []
    languages = await asyncio.gather(
        *(computed(lambda n=n: order.append(n) or current_language()) for n in range(5))
    )
    assert order == [0, 1, 2, 3, 4]
    assert set(languages) == {current_language()}


async def test_who_left_is_not_computed_for():
    began, go_on, done = threading.Event(), threading.Event(), []

    def wait() -> None:
        began.set()
        go_on.wait(20)

    first = asyncio.create_task(computed(wait))
    await asyncio.to_thread(began.wait, 20)
    second = asyncio.create_task(computed(done.append, 1))
    await asyncio.sleep(0)
    second.cancel()
    go_on.set()
    await first
    await computed(lambda: None)
    assert not done


async def test_a_body_that_was_refused_is_not_kept_by_its_error():
    class Body(str):
        pass

    def refuse(_data: str) -> None:
        raise InvalidRequest("no")

    data = Body("x" * (bodies.SMALL_BYTES + 1))
    kept = weakref.ref(data)
    await computed(lambda: None)  # else the thread may still hold the job before
    gc.disable()
    try:
        with pytest.raises(InvalidRequest):
            await bodies.parsed(refuse, data)
        del data
        await computed(lambda: None)
        assert kept() is None
    finally:
        gc.enable()


def test_a_size_is_told_without_looking_at_all_of_a_value():
    class Endless(list[int]):
        def __iter__(self) -> Any:
            while True:
                yield 1

    assert size_of(Endless(), 1000) > 1000
    assert size_of({"a": [1, "bc", None]}, 1000) <= len(json.dumps({"a": [1, "bc", None]}))
