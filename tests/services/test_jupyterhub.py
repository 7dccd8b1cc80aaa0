"""Behind a real JupyterHub: its login, its users, its proxy."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp
import httpx2
import pytest

from tests.services.conftest import Hub, User

pytestmark = pytest.mark.services


@pytest.fixture(scope="session")
def alice(hub: Hub) -> User:
    return hub.user("alice")


@pytest.fixture(scope="session")
def bob(hub: Hub) -> User:
    return hub.user("bob")


@asynccontextmanager
async def socket(user: User, path: str, token: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    url = user.url.replace("http", "ws", 1) + path
    headers = {"Authorization": f"token {token}"}
    async with aiohttp.ClientSession() as session, session.ws_connect(url, headers=headers) as connection:
        yield connection


def test_the_users_token_opens_the_users_assistant(alice: User) -> None:
    status = alice.ask("GET", "api/status")
    assert status.status_code == 200, status.text
    assert status.json()["ready"] is True


def test_others_and_nobody_are_refused(alice: User, bob: User) -> None:
    for token in (bob.token, "wrong", ""):  # a stranger's login is none here: the Hub hides who it is
        headers = {"Authorization": f"token {token}"} if token else {}
        answer = httpx2.get(alice.url + "rusoil/api/status", headers=headers)
        assert answer.status_code == 401, answer.text
        assert answer.json()["error"]["code"] == "unauthenticated"


def test_the_page_opens_by_the_hubs_login_and_may_ask(alice: User) -> None:
    page = alice.browser.get(alice.url + "rusoil/chat", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.url.path == "/user/alice/rusoil/chat"
    assert f'data-base="/user/{alice.name}/rusoil/"' in page.text
    cookies = {cookie.path: cookie.value for cookie in alice.browser.cookies.jar if cookie.name == "_xsrf"}
    chat = alice.url + "rusoil/api/chat"
    assert (
        alice.browser.post(chat, json={"prompt": "hi"}).status_code == 401
    )  # no XSRF token: the Hub's refusal
    headers = {"X-XSRFToken": cookies["/user/alice/"] or "", "Referer": str(page.url)}
    answer = alice.browser.post(chat, json={"prompt": "!say hi"}, headers=headers)
    assert answer.json()["text"] == "hi", answer.text


def test_a_browser_without_a_login_is_sent_to_the_hubs(alice: User) -> None:
    with httpx2.Client(follow_redirects=True) as stranger:
        page = stranger.get(alice.url + "rusoil/chat", headers={"Accept": "text/html"})
    assert page.url.path == "/hub/login"


def test_sessions_belong_to_the_hubs_user(alice: User, bob: User) -> None:
    made = alice.ask("POST", "api/sessions", json={"title": "mine"}).json()["id"]
    alice.ask("POST", "api/chat", json={"prompt": "hi", "session_id": made})
    assert bob.ask("GET", "api/sessions").json() == {"sessions": []}
    (database,) = alice.home.rglob("sessions.db")
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("SELECT id, owner FROM sessions").fetchall() == [(made, "alice")]
    finally:
        connection.close()


async def test_a_stream_passes_the_proxy_and_is_cancelled(alice: User) -> None:
    request_id = uuid4().hex
    async with socket(alice, "rusoil/api/stream", alice.token) as stream:
        request = {"prompt": "!forever"}
        await stream.send_json({"type": "chat", "request_id": request_id, "request": request})
        events = [await stream.receive_json(timeout=20) for _ in range(5)]
        await stream.send_json({"type": "cancel", "request_id": request_id})
        while events[-1]["type"] != "done":
            events.append(await stream.receive_json(timeout=20))
    assert events[-1]["finish_reason"] == "cancelled"
    assert [event["seq"] for event in events] == list(range(len(events)))


async def test_the_socket_of_another_user_is_refused(alice: User, bob: User) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with socket(alice, "rusoil/api/stream", bob.token):
            pass
    assert refused.value.status == 401


async def run_cell(user: User, kernel: str, code: str) -> list[dict[str, Any]]:
    """The messages a cell makes, until the kernel is idle again."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
    content |= {"allow_stdin": False, "stop_on_error": True}
    header = {"msg_id": uuid4().hex, "msg_type": "execute_request", "username": "", "session": uuid4().hex}
    message = {"header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {}}
    seen = []
    async with socket(user, f"api/kernels/{kernel}/channels", user.token) as channels:
        await channels.send_json(message | {"content": content, "channel": "shell"})
        while True:
            got = json.loads(await channels.receive_str(timeout=60))
            if got["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            seen.append(got)
            if got["msg_type"] == "status" and got["content"]["execution_state"] == "idle":
                return seen


async def test_a_notebook_asks_with_the_hubs_token(alice: User) -> None:
    started = alice.ask("POST", "../api/kernels", json={"name": "python3"})
    assert started.status_code == 201, started.text
    code = "%load_ext rusoil_jupyter_kernel\nget_ipython().run_cell_magic('rusoil', '', '!say from the Hub')"
    messages = await run_cell(alice, started.json()["id"], code)
    assert "error" not in {message["msg_type"] for message in messages}, messages
    shown = json.dumps([message["content"] for message in messages if message["msg_type"] != "execute_input"])
    assert "from the Hub" in shown
    assert "unauthenticated" not in shown
    assert alice.ask("DELETE", f"../api/kernels/{started.json()['id']}").status_code == 204


def test_no_token_reaches_the_hubs_log(hub: Hub, alice: User, bob: User) -> None:
    for user in (alice, bob):
        assert user.token not in hub.log
