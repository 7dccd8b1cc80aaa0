"""Each route over real HTTP: what it answers, what it refuses, and whose it is."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import nbformat
import pytest

from rusoil_jupyter.protocol import (
    ChatAnswer,
    Download,
    ModelInfo,
    ModelList,
    SessionDetail,
    SessionInfo,
    SessionList,
    Status,
    TurnList,
)
from rusoil_jupyter_server.handlers.page import ChatPageHandler
from rusoil_jupyter_server.handlers.stream import StreamHandler
from tests.conftest import MODEL, PIXEL
from tests.server.conftest import PATHS, Server, check_error, poll, words


@contextmanager
def raw_request(server: Server, body: dict[str, Any]) -> Iterator[socket.socket]:
    """A question over a bare connection, which the caller may end as it likes."""
    text = json.dumps(body)
    head = f"POST /rusoil/api/chat HTTP/1.1\r\nHost: localhost\r\nAuthorization: token {server.token}\r\n"
    url = httpx2.URL(server.url)
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode())
        yield connection


def events(answer: httpx2.Response) -> list[dict[str, Any]]:
    """The events of a server-sent stream."""
    lines = [line for line in answer.text.splitlines() if line]
    assert all(line.startswith("data: ") for line in lines)
    return [json.loads(line.removeprefix("data: ")) for line in lines]


@pytest.fixture
def session(server: Server) -> Iterator[SessionInfo]:
    """A new session of the laptop's user."""
    answer = server.ask("POST", "api/sessions", json={"title": "Урок 1"})
    assert answer.status_code == 201
    info = SessionInfo.model_validate_json(answer.content)
    yield info
    server.ask("DELETE", f"api/sessions/{info.id}")


def read(server: Server, session: SessionInfo) -> SessionDetail:
    return SessionDetail.model_validate_json(server.ask("GET", f"api/sessions/{session.id}").content)


def said(detail: SessionDetail) -> list[str]:
    return ["".join(getattr(part, "text", "") for part in message.parts) for message in detail.messages]


# --- what there is ----------------------------------------------------------------------------------


def test_status_says_that_everything_is_ready(server: Server) -> None:
    status = Status.model_validate_json(server.ask("GET", "api/status").content)
    assert (status.mode, status.ready, status.default_model) == ("local", True, "scripted/echo")
    assert [(backend.name, backend.ready) for backend in status.backends] == [
        ("scripted", True),
        ("slow", True),
    ]


def test_models_are_listed_with_what_they_can(server: Server) -> None:
    models = ModelList.model_validate_json(server.ask("GET", "api/models").content)
    assert models.default == "scripted/echo"
    vision = {model.id: model.vision for model in models.models}
    assert vision["scripted/echo"] is False
    assert vision["scripted/eyes"] is True


@pytest.mark.parametrize("action", ["pull", "cancel", "verify", "remove"])
@pytest.mark.parametrize("model", ["nowhere/x", "x", "", "scripted/echo"])
def test_only_a_model_with_files_can_be_pulled_or_removed(server: Server, model: str, action: str) -> None:
    answer = server.ask("POST", f"api/models/{action}", json={"model": model})
    assert answer.status_code in {400, 404}
    check_error(
        answer, answer.status_code, "invalid_request" if answer.status_code == 400 else "unknown_model"
    )


def test_a_model_is_pulled_from_a_mirror_verified_and_removed(start_server: Any, model_dir: Path) -> None:
    """The real small model, from a folder that has its file."""
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_MIRROR=str(model_dir))

    def act(action: str) -> None:
        answer = server.ask("POST", f"api/models/{action}", json={"model": f"llama-cpp/{MODEL}"})
        assert answer.status_code == 202, answer.text
        assert ModelList.model_validate_json(answer.content).disk_free_bytes

    def info() -> ModelInfo:
        models = ModelList.model_validate_json(server.ask("GET", "api/models").content)
        return next(model for model in models.models if model.id == f"llama-cpp/{MODEL}")

    act("cancel")
    act("pull")
    poll("the model is there", lambda: info().installed)
    assert (info().available, info().download) == (True, None)
    act("verify")
    poll("it was checked", lambda: (info().download or Download(state="failed")).state == "checked")
    act("remove")
    assert (info().installed, info().action) == (False, "pull")


# --- chat -------------------------------------------------------------------------------------------


def test_a_question_is_answered_as_json(server: Server) -> None:
    answer = server.ask("POST", "api/chat", json={"prompt": "!think hm\n!say one two"})
    chat = ChatAnswer.model_validate_json(answer.content)
    assert (chat.text, chat.reasoning, chat.finish_reason) == ("one two", "hm", "stop")
    assert (chat.model, chat.backend) == ("scripted/echo", "scripted")
    assert chat.usage is not None
    assert chat.usage.completion_tokens == 2


def test_a_question_is_answered_as_server_sent_events(server: Server) -> None:
    answer = server.ask("POST", "api/chat", json={"prompt": "!words 3", "stream": True})
    assert answer.headers["content-type"] == "text/event-stream"
    stream = events(answer)
    assert [event["seq"] for event in stream] == list(range(len(stream)))
    assert [event["type"] for event in stream] == ["started", "text", "text", "text", "usage", "done"]
    assert words(stream) == "word0 word1 word2 "


def test_events_are_sent_as_they_come(server: Server) -> None:
    body = {"prompt": "!forever", "stream": True}
    login = {"Authorization": f"token {server.token}"}
    with server.client.stream("POST", server.url + "rusoil/api/chat", json=body, headers=login) as answer:
        assert '"started"' in next(answer.iter_lines())
    poll("the turn of a closed stream ends", server.idle)


def test_a_connection_lost_while_the_answer_is_written_frees_the_model(server: Server) -> None:
    """The loss is then noticed by the write, and tornado tells nobody else of it."""
    with pytest.raises(httpx2.RemoteProtocolError):
        server.ask("POST", "../probe/losing", json={"prompt": "!forever", "stream": True})
    poll("the turn ends", server.idle)


def test_a_client_that_leaves_while_its_turn_is_prepared_frees_the_model(
    server: Server, session: SessionInfo
) -> None:
    """There is no turn to cancel yet when it leaves, and nobody would do it later."""
    with closing(sqlite3.connect(server.folder / "data/sessions.db")) as database:
        database.execute("BEGIN IMMEDIATE")  # the question can't be stored as long as this lasts
        with raw_request(server, {"prompt": "!forever", "session_id": session.id}):
            poll("the turn is being prepared", lambda: server.inside()["starting"])
        assert server.inside()["starting"]  # answered after the connection was closed
        database.rollback()
    poll("the turn was prepared", lambda: not server.inside()["starting"])
    poll("it is cancelled", server.idle)
    assert said(read(server, session))[0] == "!forever", "the question is lost"


@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_after_the_start_has_the_same_shape(server: Server, stream: bool) -> None:
    answer = server.ask("POST", "api/chat", json={"prompt": "!words 2\n!crash", "stream": stream})
    if not stream:
        check_error(answer, 503, "model_unavailable")
        return
    *_before, last = events(answer)
    assert last["type"] == "error"
    assert last["error"]["code"] == "model_unavailable"
    assert last["error"]["request_id"] == last["request_id"]


def test_a_bug_is_told_without_its_secrets_and_logged_with_the_request_id(server: Server) -> None:
    answer = server.ask("POST", "api/chat", json={"prompt": "!bug"})
    error = check_error(answer, 500, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    poll("the log has it", lambda: error["request_id"] in server.log)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b"[]", "body"),
        (b"{}", "body"),
        (b'{"prompt": "  "}', "body"),
        (b'{"prompt": 1}', "prompt"),
        (b'{"prompt": "x", "temperature": 9}', "temperature"),
        (b'{"prompt": "x", "max_tokens": 1e400}', "max_tokens"),
        (b'{"prompt": "x", "prompts": "y"}', "prompts"),
        (b'{"prompt": "x", "context": {"student_id": "me"}}', "context"),
        (b'{"messages": [{"role": "boss", "parts": []}]}', "messages.0.role"),
        (b'{"prompt": "x", "request_id": "mine"}', "request_id"),
    ],
)
def test_bad_input_names_the_field_and_starts_nothing(server: Server, body: bytes, field: str) -> None:
    before = server.inside()["kept"]
    error = check_error(server.ask("POST", "api/chat", content=body), 400, "invalid_request")
    assert error["field"] == field
    assert set(server.inside()["kept"]) <= set(before)


def test_a_text_over_the_limit_is_too_large(server: Server) -> None:
    answer = server.ask("POST", "api/chat", json={"prompt": "x" * 1_000_001})
    assert check_error(answer, 413, "payload_too_large")["field"] == "prompt"


def test_a_body_over_the_limit_is_too_large(server: Server) -> None:
    answer = server.ask("POST", "api/chat", content=b" " * (64 * 2**20 + 1))
    assert check_error(answer, 413, "payload_too_large")["field"] == "body"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"model": "nowhere/x"}, 404, "unknown_model"),
        ({"model": "scripted/x"}, 404, "unknown_model"),
        ({"session_id": "unknown"}, 404, "unknown_session"),
        (
            {"attachments": [{"type": "image", "data": PIXEL}], "model": "scripted/echo"},
            400,
            "unsupported_modality",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(
    server: Server, fields: dict[str, Any], status: int, code: str
) -> None:
    check_error(server.ask("POST", "api/chat", json={"prompt": "hi", **fields}), status, code)


def test_a_seventeenth_turn_at_once_must_wait(campus: Server) -> None:
    login = {"Authorization": "token secret-of-greedy"}
    body = {"prompt": "!forever", "stream": True}
    streams = [
        campus.client.stream("POST", campus.url + "rusoil/api/chat", json=body, headers=login)
        for _ in range(16)
    ]
    for stream in streams:
        stream.__enter__()
    try:
        answer = campus.ask("POST", "api/chat", json=body, token="secret-of-greedy")
        error = check_error(answer, 429, "rate_limited")
        assert int(answer.headers["retry-after"]) == error["retry_after"] == 5
        others = campus.ask("POST", "api/chat", json={"prompt": "hi"}, token="secret-of-modest")
        assert others.status_code == 200
    finally:
        for stream in streams:
            stream.__exit__(None, None, None)
    poll("they end", campus.idle)


# --- polling ----------------------------------------------------------------------------------------


async def test_a_turn_can_be_followed_by_polling(server: Server) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat("!words 40", model="slow/echo")
        await stream.event()
    seen: list[dict[str, Any]] = []
    while not seen or seen[-1]["type"] != "done":
        query = {"after": seen[-1]["seq"] if seen else -1, "wait": 5}
        answer = server.ask("GET", f"api/turns/{request_id}/events", params=query)
        assert answer.json()["events"], "an answer without events before the wait was over"
        seen += answer.json()["events"]
    assert [event["seq"] for event in seen] == list(range(len(seen)))
    assert words(seen) == "".join(f"word{n} " for n in range(40))


async def test_what_runs_is_listed_for_its_owner_until_it_ends(campus: Server) -> None:
    session = campus.ask("POST", "api/sessions", json={}, token="secret-of-ann").json()["id"]
    body = {"prompt": "!forever", "session_id": session, "stream": True}
    login = {"Authorization": "token secret-of-ann"}
    asked = campus.client.stream("POST", campus.url + "rusoil/api/chat", json=body, headers=login)
    with asked as answer:
        next(answer.iter_lines())
        [turn] = TurnList.model_validate_json(turns_of(campus, "ann")).turns
        assert turn.session_id == session
        [listed] = campus.ask("GET", "api/sessions", token="secret-of-ann").json()["sessions"]
        assert listed["running"], (
            listed,
            campus.ask("GET", f"api/sessions/{session}", token="secret-of-ann").json(),
        )
        assert TurnList.model_validate_json(turns_of(campus, "eve")).turns == ()
    poll("they end", campus.idle)
    assert TurnList.model_validate_json(turns_of(campus, "ann")).turns == ()
    read = campus.ask("GET", f"api/sessions/{session}", token="secret-of-ann").json()
    assert not read["running"]
    assert read["messages"][1]["finish_reason"] == "cancelled"


def turns_of(campus: Server, who: str) -> bytes:
    return campus.ask("GET", "api/turns", token=f"secret-of-{who}").content


async def test_a_poll_waits_no_longer_than_asked(server: Server) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat("!wait 60")
        assert (await stream.event())["type"] == "started"
        answer = server.ask("GET", f"api/turns/{request_id}/events", params={"after": 0, "wait": 0.3})
        assert answer.json() == {"events": []}
        assert answer.elapsed.total_seconds() > 0.25
        await stream.send({"type": "cancel", "request_id": request_id})
        await stream.rest()


@pytest.mark.parametrize("query", ["after=x", "wait=nan", "wait=-2", "after=1e300", "wait=%ff"])
def test_a_poll_with_a_wrong_number_names_it(server: Server, query: str) -> None:
    answer = server.ask("GET", f"api/turns/0123456789abcdef/events?{query}")
    assert answer.status_code in {400, 404}
    assert answer.json()["error"]["code"] in {"invalid_request", "unknown_turn"}


def test_an_unknown_turn_cannot_be_polled(server: Server) -> None:
    check_error(server.ask("GET", "api/turns/0123456789abcdef/events"), 404, "unknown_turn")


# --- sessions ---------------------------------------------------------------------------------------


def test_a_session_is_made_listed_renamed_and_deleted(server: Server) -> None:
    made = SessionInfo.model_validate_json(server.ask("POST", "api/sessions").content)
    listed = SessionList.model_validate_json(server.ask("GET", "api/sessions").content)
    assert listed.sessions[0] == made
    renamed = server.ask("PATCH", f"api/sessions/{made.id}", json={"title": "Алканы"})
    assert renamed.json()["title"] == "Алканы"
    deleted = server.ask("DELETE", f"api/sessions/{made.id}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    for verb, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/export")):
        body = {"title": "x"} if verb == "PATCH" else {}
        answer = server.ask(verb, f"api/sessions/{made.id}{path}", json=body)
        check_error(answer, 404, "unknown_session")


def test_question_and_answer_are_kept_in_the_session(server: Server, session: SessionInfo) -> None:
    server.ask("POST", "api/chat", json={"prompt": "!say first", "session_id": session.id})
    server.ask("POST", "api/chat", json={"prompt": "!say second", "session_id": session.id})
    detail = read(server, session)
    assert said(detail) == ["!say first", "first", "!say second", "second"]
    assert detail.messages[1].model == "scripted/echo"
    assert detail.message_count == 4


def test_a_failed_answer_keeps_the_question_and_says_why(server: Server, session: SessionInfo) -> None:
    server.ask("POST", "api/chat", json={"prompt": "!say half\n!crash", "session_id": session.id})
    question, answer = read(server, session).messages
    assert question.parts
    assert answer.finish_reason is None
    assert "stopped in the middle" in (answer.error or "")


def test_an_edit_replaces_the_message_and_all_after_it(server: Server, session: SessionInfo) -> None:
    for text in ("!say one", "!say two"):
        server.ask("POST", "api/chat", json={"prompt": text, "session_id": session.id})
    second = read(server, session).messages[2].id
    edit = {"prompt": "!say deux", "session_id": session.id, "replace_from": second}
    assert server.ask("POST", "api/chat", json=edit).status_code == 200
    assert said(read(server, session)) == ["!say one", "one", "!say deux", "deux"]
    check_error(server.ask("POST", "api/chat", json=edit), 409, "conflict")


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("md", "text/markdown"), ("ipynb", "application/x-ipynb+json"), ("json", "application/json")],
)
def test_a_session_is_exported_as_a_file(
    server: Server, session: SessionInfo, form: str, media_type: str
) -> None:
    script = r"!say ```python\nprint(1)\n```"
    server.ask("POST", "api/chat", json={"prompt": script, "session_id": session.id})
    answer = server.ask("POST", f"api/sessions/{session.id}/export", json={"format": form})
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].endswith(f"%D0%A3%D1%80%D0%BE%D0%BA%201.{form}")
    assert "print(1)" in answer.text
    if form == "ipynb":
        notebook = nbformat.reads(answer.text, as_version=4)
        nbformat.validate(notebook)
        assert "code" in {cell.cell_type for cell in notebook.cells}


@pytest.mark.parametrize(
    ("verb", "path", "body", "field"),
    [
        ("POST", "", {"title": "x" * 201}, "title"),
        ("POST", "", {"name": "x"}, "name"),
        ("PATCH", "/{id}", {}, "title"),
        ("PATCH", "/{id}", {"title": ""}, "title"),
        ("POST", "/{id}/export", {"format": "exe"}, "format"),
    ],
)
def test_a_wrong_session_request_names_the_field(
    server: Server, session: SessionInfo, verb: str, path: str, body: dict[str, str], field: str
) -> None:
    answer = server.ask(verb, "api/sessions" + path.format(id=session.id), json=body)
    assert answer.status_code in {400, 413}
    assert answer.json()["error"]["field"] == field


# --- whose it is ------------------------------------------------------------------------------------


def test_users_do_not_see_each_others_sessions(campus: Server) -> None:
    mine = campus.ask("POST", "api/sessions", json={"title": "secret"}, token="secret-of-bob").json()["id"]
    assert mine not in campus.ask("GET", "api/sessions", token="secret-of-eve").text
    for verb, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/export")):
        body = {"title": "x"} if verb == "PATCH" else {}
        answer = campus.ask(verb, f"api/sessions/{mine}{path}", json=body, token="secret-of-eve")
        check_error(answer, 404, "unknown_session")
    chat = {"prompt": "hi", "session_id": mine}
    check_error(campus.ask("POST", "api/chat", json=chat, token="secret-of-eve"), 404, "unknown_session")
    assert campus.ask("GET", f"api/sessions/{mine}", token="secret-of-bob").json()["messages"] == []


async def test_users_do_not_see_or_stop_each_others_turns(campus: Server) -> None:
    async with campus.socket(token="secret-of-bob") as bob, campus.socket(token="secret-of-eve") as eve:
        request_id = await bob.chat("!forever")
        assert (await bob.event())["type"] == "started"
        for frame in ("cancel", "resume"):
            await eve.send({"type": frame, "request_id": request_id})
            refused = await eve.event()
            assert (refused["type"], refused["error"]["code"]) == ("error", "unknown_turn")
        polled = campus.ask("GET", f"api/turns/{request_id}/events", token="secret-of-eve")
        check_error(polled, 404, "unknown_turn")
        assert (await bob.event())["type"] == "text"
        await bob.send({"type": "cancel", "request_id": request_id})
        assert (await bob.rest())[-1]["finish_reason"] == "cancelled"


async def test_two_users_may_choose_the_same_request_id(campus: Server) -> None:
    async with campus.socket(token="secret-of-bob") as bob, campus.socket(token="secret-of-eve") as eve:
        request_id = await bob.chat("!say for bob")
        await eve.chat("!say for eve", request_id)
        assert words(await bob.rest()) == "for bob"
        assert words(await eve.rest()) == "for eve"


def test_a_client_cannot_name_itself(campus: Server) -> None:
    """No field says who asks: identity is the login's."""
    mine = campus.ask("POST", "api/sessions", token="secret-of-bob").json()["id"]
    chat = {"prompt": "hi", "session_id": mine}
    check_error(campus.ask("POST", "api/chat", json=chat, token="secret-of-eve"), 404, "unknown_session")
    chat["context"] = {"student_id": "bob"}
    answer = campus.ask("POST", "api/chat", json=chat, token="secret-of-eve")
    error = check_error(answer, 400, "invalid_request")
    assert error["message"] == "There is no field “context” here, and nothing would heed it."


def test_every_browser_of_a_laptop_is_the_same_person(server: Server, session: SessionInfo) -> None:
    """Jupyter gives each token request another random name."""
    for _ in range(3):
        with httpx2.Client(base_url=server.url + "rusoil/") as browser:
            listed = browser.get("api/sessions", params={"token": server.token}).json()
        assert session.id in {one["id"] for one in listed["sessions"]}


# --- everywhere -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_verb_that_a_route_does_not_have_is_refused(server: Server, path: str, verb: str) -> None:
    handler = PATHS[path]
    ours = [kind for kind in handler.__mro__ if kind.__module__.startswith("rusoil_")]
    if any(verb.lower() in vars(kind) for kind in ours) or handler is StreamHandler:
        return
    known = path != "nowhere" and not path.endswith("/nowhere")
    status, code = (405, "method_not_allowed") if known else (404, "not_found")
    check_error(server.ask(verb, path), status, code)


@pytest.mark.parametrize(
    "path", ["", "api", "api/", "api/nothing", "v1/completions", "chat/other.js", "chat/"]
)
def test_an_address_that_does_not_exist_is_said_so(server: Server, path: str) -> None:
    check_error(server.ask("GET", path), 404, "not_found")


@pytest.mark.parametrize("verb", ["GET", "POST", "DELETE"])
def test_the_socket_address_without_a_socket_is_refused(server: Server, verb: str) -> None:
    status, code = (400, "invalid_request") if verb == "GET" else (405, "method_not_allowed")
    check_error(server.ask(verb, "api/stream"), status, code)


def test_the_page_brings_its_own_files_only(server: Server) -> None:
    page = server.ask("GET", "chat")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for name, kind in (("chat.js", "text/javascript"), ("chat.css", "text/css")):
        assert f'"/rusoil/chat/{name}"' in page.text
        assert server.ask("GET", f"chat/{name}").headers["content-type"] == f"{kind}; charset=utf-8"
    assert any(handler is ChatPageHandler for handler in PATHS.values())


def test_a_wrong_setting_is_a_sentence_and_jupyter_works(start_server: Callable[..., Server]) -> None:
    server = start_server(RUSOIL_MODE="galactic")
    error = check_error(server.ask("GET", "api/status"), 400, "invalid_request")
    assert error["field"] == "mode"
    assert server.client.get(server.url + "api").status_code == 200
    server.stop()


def test_many_questions_at_once_get_each_its_own_answer(server: Server) -> None:
    def ask(number: int) -> str:
        body = {"prompt": f"!say answer {number}", "model": "slow/echo"}
        return str(server.ask("POST", "api/chat", json=body).json()["text"])

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(ask, range(36))) == [f"answer {number}" for number in range(36)]


@pytest.mark.parametrize("path", ["api/status", "api/nothing"])
def test_a_query_that_cannot_be_read_does_not_hang_the_request(server: Server, path: str) -> None:
    """Jupyter reads ``no_track_activity`` while the answer is sent, where a failure would end in silence."""
    assert server.ask("GET", f"{path}?no_track_activity=%80").status_code in {200, 404}
