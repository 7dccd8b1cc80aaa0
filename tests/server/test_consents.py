"""Consent over HTTP, WebSocket and the OpenAI wire; keys that appear in no answer and no log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import openai
import pytest

from rusoil_jupyter.protocol import ConsentList
from tests.cases import values
from tests.server.conftest import Server, check_error
from tests.vendors import KEY as VENDOR_KEY
from tests.vendors import VENDORS, beside

BACKENDS = {
    "scripted": {"kind": "scripted"},
    "far": {"kind": "scripted", "runs_on": "elsewhere"},
    "leaky": {
        "kind": "openai-compatible",
        "base_url": "http://127.0.0.1:9/v1",
        "api_key_env": "LEAKY_KEY",
        "models": ["m"],
        "runs_on": "campus",
    },
    "literal": {
        "kind": "openai-compatible",
        "base_url": "http://127.0.0.1:9/v1",
        "api_key": "sk-literal-key",
    },
}
KEY = "sk-leaky-0123456789"
QUESTION = {"prompt": "What is in my data?", "model": "far/echo"}


@pytest.fixture(scope="module")
def hybrid(start_server: Callable[..., Server]) -> Server:
    return start_server(RUSOIL_BACKENDS=json.dumps(BACKENDS), RUSOIL_MODE="hybrid", LEAKY_KEY=KEY)


@pytest.fixture(autouse=True)
def nothing_agreed(hybrid: Server) -> Iterator[None]:
    yield
    assert hybrid.ask("DELETE", "api/consents/far.example").status_code == 204


def test_refused_shown_agreed_answered_revoked_refused(hybrid: Server) -> None:
    error = check_error(hybrid.ask("POST", "api/chat", json=QUESTION), 403, "consent_required")
    assert error["consent"]["destination"] == "far.example"
    assert error["consent"]["parts"][0]["text"] == "What is in my data?"
    assert error["next_step"]
    agreed = hybrid.ask("POST", "api/consents", json={"destination": error["consent"]["destination"]})
    assert agreed.status_code == 201
    listed = ConsentList.model_validate_json(hybrid.ask("GET", "api/consents").content)
    assert listed == ConsentList.model_validate_json(agreed.content)
    assert (listed.policy, [one.destination for one in listed.consents]) == ("ask", ["far.example"])
    assert hybrid.ask("POST", "api/chat", json=QUESTION).json()["text"].strip() == QUESTION["prompt"]
    assert hybrid.ask("DELETE", "api/consents/far.example").status_code == 204
    check_error(hybrid.ask("POST", "api/chat", json=QUESTION), 403, "consent_required")


def test_a_stream_is_refused_before_it_begins(hybrid: Server) -> None:
    answer = hybrid.ask("POST", "api/chat", json=QUESTION | {"stream": True})
    check_error(answer, 403, "consent_required")


async def test_the_socket_says_what_would_be_sent_and_takes_the_same_frame_again(hybrid: Server) -> None:
    frame = {"type": "chat", "request_id": "0123456789abcdef", "request": QUESTION}
    async with hybrid.socket() as socket:
        await socket.send(frame)
        refused = await socket.event()
        assert (refused["type"], refused["error"]["code"]) == ("error", "consent_required")
        assert refused["error"]["consent"]["parts"][0]["text"] == QUESTION["prompt"]
        hybrid.ask("POST", "api/consents", json={"destination": "far.example"})
        await socket.send(frame)
        events = await socket.rest(frame["request_id"])
    assert events[0]["type"] == "started"
    assert events[-1]["type"] == "done"


def test_an_openai_client_gets_the_refusal_once_with_its_next_step(hybrid: Server) -> None:
    with openai.OpenAI(base_url=f"{hybrid.url}rusoil/v1", api_key=hybrid.token) as client:
        with pytest.raises(openai.PermissionDeniedError, match="have not agreed") as refused:
            client.chat.completions.create(model="far/echo", messages=[{"role": "user", "content": "Hi."}])
        with pytest.raises(openai.PermissionDeniedError):
            client.embeddings.create(model="far/echo", input="My data.")
    assert refused.value.code == "consent_required"
    assert "%rusoil consent far" in refused.value.body["next_step"]


CASE = values("security/20-preview-before-consent")
SCHEMA = CASE["request"]["response_format"]["json_schema"]
OPENAI = {
    "model": "far/echo",
    "messages": [{"role": "user", "content": "x"}],
    "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}},
}
TOOL = {"name": "TOOL-NAME", "description": "TOOL-WORDS", "parameters": SCHEMA}
STOPS = {"stop": ["STOP-WORDS"], "system": "SYSTEM-WORDS", "temperature": 0.125}
LONG = "x" * 20_000 + " THE-END"


@pytest.mark.parametrize(
    ("path", "body", "shown"),
    [
        ("api/chat", CASE["request"], CASE["shown"]),
        ("api/chat", CASE["request"] | {"stream": True}, CASE["shown"]),
        ("v1/chat/completions", OPENAI, CASE["shown"]),
        ("v1/chat/completions", OPENAI | {"stream": True}, CASE["shown"]),
        ("api/chat", QUESTION | STOPS, ["STOP-WORDS", "SYSTEM-WORDS", "0.125"]),
        ("v1/chat/completions", OPENAI | {"stop": "STOP-WORDS"}, ["STOP-WORDS"]),
        ("api/chat", QUESTION | {"tools": [TOOL]}, ["TOOL-NAME", "TOOL-WORDS", "SCHEMA-WORDS"]),
        ("v1/chat/completions", OPENAI | {"tools": [{"type": "function", "function": TOOL}]}, ["TOOL-NAME"]),
        ("api/chat", QUESTION | {"prompt": LONG}, ["THE-END"]),
        ("v1/embeddings", {"model": "far/echo", "input": ["FIRST", LONG]}, ["FIRST", "THE-END"]),
    ],
)
def test_every_door_shows_all_that_would_go(
    hybrid: Server, path: str, body: dict[str, Any], shown: list[str]
) -> None:
    error = check_error(hybrid.ask("POST", path, json=body), 403, "consent_required")
    texts = "\n".join(part["text"] for part in error["consent"]["parts"])
    assert [words for words in shown if words not in texts] == []


async def test_the_socket_shows_the_form_too(hybrid: Server) -> None:
    async with hybrid.socket() as socket:
        await socket.chat(**CASE["request"])
        refused = await socket.event()
    texts = "\n".join(part["text"] for part in refused["error"]["consent"]["parts"])
    assert all(words in texts for words in CASE["shown"])


def test_nobody_agrees_to_a_host_that_is_not_configured(hybrid: Server) -> None:
    answer = hybrid.ask("POST", "api/consents", json={"destination": "evil.example"})
    assert check_error(answer, 400, "invalid_request")["field"] == "destination"


def test_who_took_over_is_told_in_a_whole_answer(hybrid: Server) -> None:
    backends = json.loads(hybrid.ask("GET", "api/status").content)["backends"]
    assert [backend["name"] for backend in backends] == ["scripted", "far", "leaky"]
    answer = hybrid.ask("POST", "api/chat", json={"prompt": "Hi."}).json()
    assert answer["model"] == "scripted/echo"


def test_no_key_in_any_answer_or_log(hybrid: Server) -> None:
    answers = [
        hybrid.ask("GET", "api/status"),
        hybrid.ask("GET", "api/models"),
        hybrid.ask("GET", "v1/models"),
        hybrid.ask("POST", "api/chat", json={"prompt": "Hi.", "model": "leaky/m"}),
        hybrid.ask("POST", "v1/embeddings", json={"input": "Hi.", "model": "leaky/m"}),
    ]
    said = "".join(answer.text for answer in answers) + hybrid.log
    assert "leaky" in said
    assert "may not stand in the configuration" in said
    assert KEY not in said
    assert "sk-literal-key" not in said


def test_vendors_answer_through_the_server_and_their_key_stays_there(
    start_server: Callable[..., Server],
) -> None:
    vendors = {kind: make() for kind, (make, _path) in VENDORS.items()}
    with ExitStack() as running:
        backends = {
            kind: {
                "kind": kind,
                "base_url": running.enter_context(beside(vendor)) + VENDORS[kind][1],
                "api_key_env": "VENDOR_KEY",
                "models": [vendor.name],
            }
            for kind, vendor in vendors.items()
        }
        server = start_server(
            "--ServerApp.log_level=DEBUG",
            RUSOIL_BACKENDS=json.dumps(backends),
            RUSOIL_HOSTED="agreed",
            VENDOR_KEY=VENDOR_KEY,
        )
        answers = [server.ask("GET", path) for path in ("api/status", "api/models", "v1/models")]
        for kind, vendor in vendors.items():
            ask = {"model": f"{kind}/{vendor.name}"}
            hello = server.ask("POST", "api/chat", json=ask | {"prompt": "Hello there."}, timeout=60)
            assert hello.json()["text"].strip() == "Hello there."
            answers += [
                server.ask("POST", "api/chat", json=ask | {"prompt": prompt, "stream": stream})
                for prompt in ("!status 400", "!status 500", "one two\n!cut")
                for stream in (False, True)
            ]
            assert len(vendor.asked) == 7
        server.stop()
    assert VENDOR_KEY not in "".join(answer.text for answer in answers) + server.log
