"""The way of a token: the engine alone, through our WebSocket, through the panel in Chromium.

All three ask the same engine process the same question in turn. Speed is the engine's own count of
tokens per second in each situation; the first token is timed where it arrives (in the panel: painted).
"""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
from playwright.async_api import async_playwright

from rusoil_jupyter.catalogue import SMOLLM2
from tests.browser.chromium import EXECUTABLE, FLAGS
from tests.lab import TOKEN, running_lab

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.lab import Lab

QUESTION = "What is the porosity of a rock, and why does it matter? Answer in one paragraph."
SAMPLING = SMOLLM2.sampling


def engine_socket(lab: Lab) -> str:
    """The unix socket of the engine that this server runs."""
    return str(json.loads(lab.engines[0].cmdline()[-1])["socket"])


async def ask_engine(socket: str) -> tuple[float, float]:
    """First token in seconds and tokens per second of the engine, with nothing of ours between."""
    body = {"messages": [{"role": "user", "content": QUESTION}], "stream": True, **SAMPLING}
    first = speed = None
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(socket)) as session:
        started = time.monotonic()
        async with session.post("http://engine/v1/chat/completions", json=body) as response:
            async for line in response.content:
                if first is None and b'"content":"' in line:
                    first = time.monotonic() - started
                if b'"timings"' in line:
                    speed = json.loads(line[5:])["timings"]["predicted_per_second"]
    assert first is not None and speed is not None
    return first, speed


async def ask_websocket(url: str) -> tuple[float, float]:
    """The same through ``WS api/stream``."""
    request_id = uuid.uuid4().hex
    frame = {"type": "chat", "request_id": request_id, "request": {"prompt": QUESTION}}
    first = speed = None
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"token {TOKEN}"}) as session,
        session.ws_connect(f"{url}/rusoil/api/stream") as socket,
    ):
        started = time.monotonic()
        await socket.send_json(frame)
        async for message in socket:
            event = json.loads(message.data)
            if first is None and event["type"] == "text":
                first = time.monotonic() - started
            if event["type"] == "usage":
                speed = event["tokens_per_second"]
            if event["type"] in {"done", "error"}:
                break
    assert first is not None and speed is not None
    return first, speed


class Panel:
    """The chat panel in a real Chromium."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url

    async def open(self) -> None:
        await self._page.goto(f"{self._url}/lab?token={TOKEN}&reset")
        await self._page.locator(".jp-RusoilChatPanel").wait_for(timeout=120_000)
        await self._page.evaluate(
            """() => document.addEventListener('keydown', event => {
                 if (event.key === 'Enter') { performance.mark('bench:enter'); }
               }, true)"""
        )

    async def ask(self) -> tuple[float, float]:
        """First token painted, in seconds after the key, and the engine's tokens per second."""
        page = self._page
        await page.get_by_role("button", name="New conversation", exact=True).click()
        await page.locator("[data-role=assistant]").first.wait_for(state="detached")
        await page.evaluate("performance.clearMarks()")
        box = page.get_by_role("textbox", name="Ask the assistant")
        await box.fill(QUESTION)
        await box.press("Enter")
        await page.locator("[data-role=assistant][data-state=done]").wait_for(timeout=180_000)
        marks = await page.evaluate(
            "() => performance.getEntriesByType('mark').map(m => [m.name, m.startTime])"
        )
        entered = next(t for name, t in marks if name == "bench:enter")
        painted = next(t for name, t in marks if name.startswith("rusoil:first-paint"))
        return (painted - entered) / 1000, self._speed()

    def _speed(self) -> float:
        with httpx.Client(base_url=self._url, headers={"Authorization": f"token {TOKEN}"}) as client:
            latest = client.get("/rusoil/api/sessions").json()["sessions"][0]["id"]
            messages = client.get(f"/rusoil/api/sessions/{latest}").json()["messages"]
        return float(messages[-1]["usage"]["tokens_per_second"])


async def _measure(rounds: int, folder: Path) -> dict[str, Any]:
    environ = {"RUSOIL_DATA_DIR": str(folder / "data"), "RUSOIL_MODEL_DIR": _models()}
    samples: dict[str, list[tuple[float, float]]] = {"engine": [], "websocket": [], "panel": []}
    with running_lab(**environ) as lab:
        await ask_websocket(lab.url)  # loads the model
        socket = engine_socket(lab)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
            panel = Panel(await browser.new_page(), lab.url)
            await panel.open()
            await panel.ask()
            asks = {
                "engine": lambda: ask_engine(socket),
                "websocket": lambda: ask_websocket(lab.url),
                "panel": panel.ask,
            }
            for _round in range(rounds):
                for name, ask in asks.items():
                    samples[name].append(await ask())
            await browser.close()
    medians = {
        name: {
            "first_token_seconds": median(f for f, _s in rows),
            "tokens_per_second": median(s for _f, s in rows),
        }
        for name, rows in samples.items()
    }
    return {"rounds": rounds, "medians": medians, "samples": samples}


def _models() -> str:
    cache = os.environ.get("RUSOIL_CACHE", str(Path.home() / ".cache/rusoil-jupyter"))
    return os.environ.get("RUSOIL_MODEL_DIR", f"{cache}/models")


def measure(folder: Path, rounds: int = 10) -> dict[str, Any]:
    """Medians of first token and speed for each way, from interleaved rounds."""
    return asyncio.run(_measure(rounds, folder))


def report(result: dict[str, Any]) -> str:
    """The figures in a table, with what each way costs against the engine alone."""
    engine = result["medians"]["engine"]
    lines = [f"{'way':<12}{'first token':>14}{'tokens/s':>12}{'later by':>12}{'speed':>9}"]
    for name, row in result["medians"].items():
        later = (row["first_token_seconds"] - engine["first_token_seconds"]) * 1000
        share = row["tokens_per_second"] / engine["tokens_per_second"]
        lines.append(
            f"{name:<12}{row['first_token_seconds'] * 1000:>11.0f} ms{row['tokens_per_second']:>12.1f}"
            f"{later:>9.0f} ms{share:>9.3f}"
        )
    return (
        "\n".join(lines)
        + f"\n(goal: later by at most 50 ms, speed at least 0.95)   [{result['rounds']} rounds]"
    )
