"""The HTTP side: what is sent, what is read, and how each failure is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rusoil_jupyter.events import Done, Text
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter_kernel.client import AnswerStream, check, models, read_event, status
from rusoil_jupyter_kernel.errors import MagicError, NoAssistant, NotLetIn, ServerAway
from rusoil_jupyter_kernel.server import Server

QUESTION = ChatRequest(prompt="Why?", stream=True)


def server_of(wire: Any) -> Server:
    return Server(wire.url, wire.token)


def read(wire: Any) -> list[Any]:
    with AnswerStream(server_of(wire), QUESTION) as events:
        return [event for event in events if event is not None]


def test_the_request_and_its_headers(wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "ru_RU.UTF-8")
    read(wire)
    assert wire.requests == [{"prompt": "Why?", "stream": True}]
    headers = wire.seen_headers[0]
    assert headers["Authorization"] == "token s3cret"
    assert headers["Accept"] == "text/event-stream"
    assert headers["Accept-Language"] == "ru-RU,ru;q=0.9"


def test_lines_end_with_lf_or_crlf_only(wire: Any) -> None:
    odd = "a\u2028b\x85c\x0bd\u2029"
    said = json.dumps({"type": "text", "delta": odd}, ensure_ascii=False).encode()
    wire.events = [b": hello\r\n\r\ndata: " + said[:9], said[9:] + b"\r\n\r\n", {"type": "done"}]
    first, last = read(wire)
    assert isinstance(first, Text) and first.delta == odd
    assert isinstance(last, Done)


def test_an_event_of_a_newer_server_is_ignored(wire: Any) -> None:
    wire.events = [{"type": "hologram", "depth": 3}, {"type": "done"}]
    assert [type(event) for event in read(wire)] == [Done]
    assert read_event(b'{"type": "hologram"}') is None


@pytest.mark.parametrize("data", [b"<html>", b"{}", b'{"type": "text"}', b"[1]", b"null"])
def test_what_is_no_event_is_one_sentence(data: bytes) -> None:
    with pytest.raises(MagicError, match="could not be understood"):
        read_event(data)


def test_a_refusal_is_told_in_the_servers_words(wire: Any) -> None:
    detail = {"code": "model_unavailable", "message": "No model.", "next_step": "Pull one."}
    wire.refusal = (503, {"error": detail})
    with pytest.raises(MagicError) as caught:
        read(wire)
    assert str(caught.value) == "No model. Pull one."


@pytest.mark.parametrize(
    ("code", "kind"), [(404, NoAssistant), (403, NotLetIn), (302, NotLetIn), (500, MagicError)]
)
def test_a_refusal_by_jupyter_itself(wire: Any, code: int, kind: type[MagicError]) -> None:
    wire.refusal = (code, "<h1>no</h1>")
    with pytest.raises(kind) as caught:
        read(wire)
    assert type(caught.value) is kind
    assert "<h1>" not in str(caught.value)


def test_an_answer_that_is_no_stream_is_one_sentence(wire: Any) -> None:
    wire.refusal = (200, "<h1>login</h1>")
    with pytest.raises(MagicError, match="HTTP status 200"):
        read(wire)


def test_nobody_there_is_one_sentence(wire: Any) -> None:
    away = Server("http://127.0.0.1:9/", "secret")
    with pytest.raises(ServerAway, match=r"connection to the server at http://127.0.0.1:9/ failed"):
        check(away)
    with pytest.raises(ServerAway), AnswerStream(away, QUESTION) as events:
        list(events)


def test_leaving_early_closes_the_connection(wire: Any) -> None:
    wire.events = [{"type": "text", "delta": "a"}, None]
    with AnswerStream(server_of(wire), QUESTION) as events:
        assert next(event for event in events if event).delta == "a"
        assert wire.waiting.wait(60) and not wire.disconnected.is_set()
    assert wire.disconnected.wait(60)


def test_a_silent_turn_gives_none_so_that_the_screen_can_move(wire: Any) -> None:
    wire.events = [None]
    with AnswerStream(server_of(wire), QUESTION) as events:
        assert next(iter(events)) is None


def test_proxies_are_not_used(wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    check(server_of(wire))
    assert read(wire)


def test_short_requests(wire: Any) -> None:
    assert models(server_of(wire)).default == "tiny"
    assert status(server_of(wire)).mode == "local"
    with pytest.raises(NotLetIn):
        check(Server(wire.url, "wrong"))
