"""What clients send: understood, or refused with the name of the field."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.messages import MAX_TEXT_CHARS
from rusoil_jupyter.protocol import CancelFrame, ChatFrame, ChatRequest, ResumeFrame, parse_frame

from .wire_json import near, objects, texts

ID = "abcdefgh-1234"
CHAT = {"type": "chat", "request_id": ID, "request": {"prompt": "Hello."}}
CANCEL = {"type": "cancel", "request_id": ID}
RESUME = {"type": "resume", "request_id": ID, "seq": 3}
REQUEST = {
    "prompt": "Hello.",
    "attachments": [{"type": "text", "text": "x"}],
    "model": "auto",
    "temperature": 0.5,
    "max_tokens": 5,
    "stop": ["x"],
    "session_id": "s",
    "replace_from": "m",
    "response_format": {"type": "json_schema", "json_schema": {}},
    "tools": [{"name": "f", "parameters": {}}],
}


@pytest.mark.parametrize(("frame", "kind"), [(CHAT, ChatFrame), (CANCEL, CancelFrame), (RESUME, ResumeFrame)])
def test_a_frame_survives_its_json(frame, kind):
    parsed = parse_frame(json.dumps(frame))
    assert isinstance(parsed, kind)
    assert parse_frame(parsed.model_dump_json()) == parsed


@pytest.mark.parametrize("frame", [CHAT, CANCEL, RESUME], ids=["chat", "cancel", "resume"])
def test_an_unknown_field_of_a_frame_is_refused_by_name(frame):
    with pytest.raises(InvalidRequest, match="surprise") as caught:
        parse_frame(json.dumps(frame | {"surprise": 1}))
    assert caught.value.field.endswith("surprise")


@pytest.mark.parametrize(
    "request_id", ["short", "x" * 65, "with space", "semi;colon", "../../etc", "new\nline1", ""]
)
def test_a_request_id_is_plain(request_id):
    with pytest.raises(InvalidRequest) as caught:
        parse_frame(json.dumps(CANCEL | {"request_id": request_id}))
    assert caught.value.field.endswith("request_id")


def test_a_binary_frame_is_refused():
    with pytest.raises(InvalidRequest, match="binary"):
        parse_frame(json.dumps(CANCEL).encode())


def test_a_too_long_prompt_is_payload_too_large():
    with pytest.raises(PayloadTooLarge) as caught:
        parse_frame(json.dumps(CHAT | {"request": {"prompt": "x" * (MAX_TEXT_CHARS + 1)}}))
    assert caught.value.field.endswith("prompt")


@given(texts(objects("type", "request_id", "request", "seq"), near(CHAT), near(CANCEL), near(RESUME)))
def test_parsing_a_frame_raises_nothing_but_invalid_request(text):
    with contextlib.suppress(InvalidRequest):
        parse_frame(text)


@given(near(REQUEST))
def test_a_request_is_valid_or_refused(value):
    with contextlib.suppress(ValidationError):
        request = ChatRequest.model_validate(value)
        assert ChatRequest.model_validate_json(request.model_dump_json()) == request


def test_deeply_nested_json_is_refused():
    with pytest.raises(InvalidRequest):
        parse_frame("[" * 100_000)


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"prompt": "a", "messages": [{"role": "user", "parts": []}]},
        {"prompt": " \n"},
        {"messages": []},
        {"messages": [{"role": "user", "parts": []}], "session_id": "s"},
        {"messages": [{"role": "user", "parts": []}], "attachments": [{"type": "text", "text": "x"}]},
        {"prompt": "a", "replace_from": "m"},
        {"prompt": "a", "temperature": 3},
        {"prompt": "a", "temperature": float("nan")},
        {"prompt": "a", "max_tokens": 0},
        {"prompt": "a", "stop": [""]},
        {"prompt": "a", "student_id": "me"},
        {"prompt": "a", "context": {"notebook": "a.ipynb"}},
        {"prompt": "a", "tools": [{"name": "not a name!"}]},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(request_):
    with pytest.raises(ValidationError):
        ChatRequest.model_validate(request_)


def test_attachments_alone_are_a_question():
    request = ChatRequest.model_validate({"prompt": "", "attachments": [{"type": "text", "text": "x"}]})
    assert request.attachments


@given(st.floats())
def test_sampling_takes_no_odd_numbers(number):
    try:
        request = ChatRequest(prompt="x", temperature=number, top_p=number)
    except ValidationError:
        return
    assert 0 < request.top_p <= 1
