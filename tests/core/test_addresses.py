"""Which addresses are this computer's, and that no proxy catches what is asked of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from rusoil_jupyter.addresses import is_direct, is_loopback
from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.hosted.presets import OllamaBackend, VLLMBackend
from rusoil_jupyter.backends.openai_compatible import OpenAICompatibleBackend
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.events import Text
from rusoil_jupyter.messages import Message
from rusoil_jupyter.settings import Settings

CASE = Path(__file__).parents[1] / "cases/30-wire-proxy-for-loopback/input.sh"
PROXY = "http://127.0.0.1:9"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
ENOUGH = b'data: {"choices": [{"delta": {"content": "Yes."}, "finish_reason": "stop"}]}\n\n'


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "127.0.0.1",
        "127.8.9.10",
        "127.1",
        "::1",
        "[::1]",
        "0.0.0.0",
        "::ffff:127.0.0.1",
    ],
)
def test_names_and_addresses_of_this_computer(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["127.0.0.1.evil.com", "127.evil.com", "localhost.evil.com", "10.0.0.1", "", "::2", "example.com"]
)
def test_names_that_only_look_like_it(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("10.1.0.0/16", "http://10.1.2.3:8000/v1", True),
        ("10.1.0.0/16, example.com", "http://10.2.2.3/v1", False),
        ("nonsense/x 10.1.0.0/16", "https://10.1.2.3/v1", True),
        ("fd00::/8", "http://[fd00::1]/v1", True),
        ("", "http://127.0.0.1:1/v1", True),
        ("", "http://campus.example/v1", False),
    ],
)
@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_a_network_that_needs_no_proxy(monkeypatch, name, no_proxy, url, direct):
    monkeypatch.setenv(name, no_proxy)
    assert is_direct(url) == direct


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a model server on this computer."""

    async def handler(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=ENOUGH, content_type="text/event-stream")

    application = web.Application()
    application.router.add_post("/v1/chat/completions", handler)
    server = TestServer(application)
    await server.start_server()
    yield int(server.port or 0)
    await server.close()


async def said(backend: OpenAICompatibleBackend) -> str:
    request = ModelRequest(model="m", messages=(Message.of("user", "Hi."),))
    try:
        return "".join([event.delta async for event in backend.stream(request) if isinstance(event, Text)])
    finally:
        await backend.aclose()


@pytest.mark.parametrize("kind", [OpenAICompatibleBackend, OllamaBackend, VLLMBackend])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("name", NAMES)
async def test_no_proxy_catches_what_is_asked_of_this_computer(monkeypatch, port, kind, host, name):
    proxy = CASE.read_text().partition("HTTP_PROXY=")[2].split(";")[0]
    assert proxy == PROXY
    monkeypatch.setenv(name, proxy)
    assert await said(kind("here", Settings(), base_url=f"http://{host}:{port}/v1")) == "Yes."


async def test_a_proxy_that_is_away_is_named(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    with pytest.raises(ModelUnavailable, match=r"proxy 127\.0\.0\.1:9") as caught:
        await said(OpenAICompatibleBackend("campus", Settings(), base_url="http://campus.example/v1"))
    assert "NO_PROXY" in caught.value.next_step


def test_a_server_that_only_seems_to_be_here_is_elsewhere():
    for host, place in (("127.0.0.1", "this-computer"), ("127.0.0.1.evil.com", "elsewhere")):
        backend = OllamaBackend("o", Settings(), base_url=f"http://{host}:1/v1", models=["m"])
        assert backend._chosen[0].runs_on == place
