"""Who may come in: every route, every verb, with and without credentials, over HTTP and WebSocket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx2
import pytest

from rusoil_jupyter_server.handlers.page import ChatPageHandler
from rusoil_jupyter_server.handlers.stream import StreamHandler
from tests.server.conftest import PATHS, Server, check_error

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ACTIONS = {
    "GET": "read",
    "HEAD": "read",
    "POST": "write",
    "PUT": "write",
    "PATCH": "write",
    "DELETE": "write",
}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
every_route = pytest.mark.parametrize("path", PATHS)
every_verb = pytest.mark.parametrize("verb", VERBS)


@every_route
@every_verb
@pytest.mark.parametrize("token", [None, "wrong"])
def test_nobody_gets_in_without_credentials(server: Server, path: str, verb: str, token: str | None) -> None:
    answer = server.ask(verb, path, token=token)
    if verb == "HEAD":
        assert (answer.status_code, answer.content) == (401, b"")
    else:
        error = check_error(answer, 401, "unauthenticated")
        assert error["next_step"]


@every_route
def test_a_preflight_without_credentials_learns_nothing(server: Server, path: str) -> None:
    answer = server.ask("OPTIONS", path, token=None)
    assert (answer.status_code, answer.content) == (200, b"") or answer.json().keys() == {"error"}


@every_route
@every_verb
def test_whom_the_authorizer_denies_is_refused(campus: Server, path: str, verb: str) -> None:
    answer = campus.ask(verb, path, token="secret-of-mallory")
    if verb == "HEAD":
        assert (answer.status_code, answer.content) == (403, b"")
    else:
        check_error(answer, 403, "forbidden")


@every_route
@every_verb
def test_the_authorizer_is_asked_about_the_assistant_once(campus: Server, path: str, verb: str) -> None:
    before = len(campus.inside()["asked"])
    campus.ask(verb, path)
    action = "execute" if PATHS[path] is StreamHandler else ACTIONS[verb]
    assert campus.inside()["asked"][before:] == [{"user": "alice", "action": action, "resource": "rusoil"}]


@pytest.mark.parametrize("token", [None, "wrong", "secret-of-mallory"])
async def test_the_socket_is_refused_as_every_request_is(campus: Server, token: str | None) -> None:
    status, code = (403, "forbidden") if token == "secret-of-mallory" else (401, "unauthenticated")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with campus.socket(token=token):
            pass
    assert refused.value.status == status
    check_error(campus.ask("GET", "api/stream", token=token, headers=UPGRADE), status, code)


async def test_the_socket_is_refused_to_a_page_from_elsewhere(server: Server) -> None:
    with _log_in(server) as browser:
        login = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for origin, wanted in (("https://evil.example", 403), (server.origin, 101)):
        headers = {"Origin": origin, "Cookie": login}
        if wanted == 403:
            answer = server.ask("GET", "api/stream", token=None, headers=headers | UPGRADE)
            check_error(answer, 403, "forbidden")
        try:
            async with server.socket(token=None, headers=headers):
                status = 101
        except aiohttp.WSServerHandshakeError as refused:
            status = refused.status
        assert status == wanted, origin


@contextmanager
def _log_in(server: Server) -> Iterator[httpx2.Client]:
    """A browser that opened the page with the token in its address, and keeps the cookies."""
    with httpx2.Client(base_url=server.url + "rusoil/") as browser:
        page = browser.get("chat", params={"token": server.token}, headers={"Accept": "text/html"})
        assert page.status_code == 200
        yield browser


def test_a_cookie_login_needs_the_xsrf_token_to_change_something(server: Server) -> None:
    with _log_in(server) as browser:
        assert browser.get("api/sessions").status_code == 200
        check_error(browser.post("api/sessions", json={}), 403, "forbidden")
        check_error(browser.post("api/chat", content='{"prompt": "hi"}'), 403, "forbidden")
        allowed = browser.post("api/sessions", json={}, headers={"X-XSRFToken": browser.cookies["_xsrf"]})
        assert allowed.status_code == 201


def test_a_cookie_login_from_another_origin_is_refused(server: Server) -> None:
    with _log_in(server) as browser:
        answer = browser.get("api/sessions", headers={"Origin": "https://evil.example"})
    assert answer.status_code in {403, 404}
    assert "sessions" not in answer.json()


def test_a_person_who_opens_the_page_is_sent_to_the_login(server: Server) -> None:
    for path, handler in PATHS.items():
        headers = {"Accept": "text/html,*/*"}
        answer = server.ask("GET", path, token=None, headers=headers, follow_redirects=False)
        if handler is ChatPageHandler:
            assert answer.status_code == 302
            location = httpx2.URL(answer.headers["location"])
            assert location.path.endswith("/login")
            assert location.params["next"].endswith("/rusoil/chat")
        else:
            check_error(answer, 401, "unauthenticated")


@pytest.mark.parametrize("name", ["forgetful", "open"])
def test_a_handler_that_forgets_the_login_is_closed_nevertheless(campus: Server, name: str) -> None:
    def ask(token: str | None) -> httpx2.Response:
        return campus.ask("GET", f"../probe/{name}", token=token)

    check_error(ask(None), 401, "unauthenticated")
    check_error(ask("secret-of-mallory"), 403, "forbidden")
    assert ask("secret-of-alice").json() == {"secret": "told"}


def test_a_key_is_the_token_on_the_wires_of_others_alone(server: Server, campus: Server) -> None:
    """As Anthropic's clients send it; Jupyter's identity provider and authorizer judge it."""
    question = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 9}

    def ask(key: str, path: str = "v1/messages", at: Server = server, **headers: str) -> httpx2.Response:
        return at.ask("POST", path, token=None, json=question, headers={"X-Api-Key": key} | headers)

    assert ask(server.token).status_code == 200
    check_error(ask("wrong"), 401, "unauthenticated")
    check_error(ask(""), 401, "unauthenticated")
    check_error(ask(server.token, Authorization="token wrong"), 401, "unauthenticated")
    check_error(ask(server.token, "api/chat"), 401, "unauthenticated")
    check_error(ask("secret-of-mallory", at=campus), 403, "forbidden")
    assert ask("secret-of-alice", at=campus).status_code == 200


def test_a_wrong_key_does_not_excuse_a_cookie_login_from_the_xsrf_token(server: Server) -> None:
    with _log_in(server) as browser:
        body = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 9}
        answer = browser.post("v1/messages", json=body, headers={"X-Api-Key": "wrong"})
    assert answer.status_code in {401, 403}
