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
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import httpx2
from playwright.async_api import async_playwright

from rusoil_jupyter.catalogue import SMOLLM2
from tests.browser.chromium import EXECUTABLE, FLAGS
from tests.lab import TOKEN, running_lab

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.lab import Lab

QUESTION = "Write a short essay of four paragraphs on how an oil well is drilled."
SAMPLING = SMOLLM2.sampling


def engine_socket(lab: Lab) -> str:
    """The unix socket of the engine that this server runs."""
    return str(json.loads(lab.engines[0].cmdline()[-1])["socket"])


class Sample(NamedTuple):
    """One answer: seconds to the first token, the engine's tokens per second, and for the panel the
    seconds from the engine's own first token to its being painted."""

    first: float
    speed: float
    behind: float | None = None


async def ask_engine(socket: str) -> Sample:
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
    return Sample(first, speed)


async def ask_websocket(url: str) -> Sample:
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
    return Sample(first, speed)


# Marks when the key goes down and when the turn's first event comes, 'started': the engine is asked then.
MARKS = """
document.addEventListener('keydown', event => {
  if (event.key === 'Enter') { performance.mark('bench:enter'); }
}, true);
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', event => {
      if (typeof event.data === 'string' && event.data.includes('"type":"started"')) {
        performance.mark('bench:started');
      }
    });
  }
};
"""


class Panel:
    """The chat panel in a real Chromium. Nothing polls the page while it works: that costs frames."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._client = httpx2.AsyncClient(base_url=url, headers={"Authorization": f"token {TOKEN}"})
        self._url = url

    async def open(self) -> None:
        await self._page.add_init_script(MARKS)
        await self._page.goto(f"{self._url}/lab?token={TOKEN}&reset")
        await self._page.locator(".jp-RusoilChatPanel").wait_for(timeout=120_000)

    async def ask(self) -> Sample:
        page = self._page
        await page.get_by_role("button", name="New conversation", exact=True).click()
        await page.locator("[data-role=assistant]").first.wait_for(state="detached")
        await page.evaluate("performance.clearMarks()")
        box = page.get_by_role("textbox", name="Ask the assistant")
        await box.fill(QUESTION)
        known = len(await self._sessions())
        await box.press("Enter")
        usage = await self._usage(known)
        marks = dict(
            await page.evaluate("() => performance.getEntriesByType('mark').map(m => [m.name, m.startTime])")
        )
        painted = next(t for name, t in marks.items() if name.startswith("rusoil:first-paint")) / 1000
        engine = marks["bench:started"] / 1000 + usage["first_token_seconds"]
        return Sample(painted - marks["bench:enter"] / 1000, usage["tokens_per_second"], painted - engine)

    async def _sessions(self) -> list[dict[str, Any]]:
        answer = await self._client.get("/rusoil/api/sessions")
        return list(answer.json()["sessions"])

    async def _usage(self, known: int) -> dict[str, Any]:
        """What the answer cost, when it is whole and stored."""
        while True:
            await asyncio.sleep(0.5)
            sessions = await self._sessions()
            if len(sessions) > known and sessions[0]["message_count"] == 2 and not sessions[0]["running"]:
                detail = (await self._client.get(f"/rusoil/api/sessions/{sessions[0]['id']}")).json()
                return dict(detail["messages"][-1]["usage"])


async def _measure(rounds: int, folder: Path) -> dict[str, Any]:
    environ = {"RUSOIL_DATA_DIR": str(folder / "data"), "RUSOIL_MODEL_DIR": models_folder()}
    samples: dict[str, list[Sample]] = {"engine": [], "websocket": [], "panel": []}
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
    return {
        "rounds": rounds,
        "summary": {name: _summary(name, samples) for name in samples},
        "samples": samples,
    }


def _summary(name: str, samples: dict[str, list[Sample]]) -> dict[str, float | None]:
    """Medians; the comparison with the engine is made round by round, so that drift cancels out."""
    pairs = list(zip(samples[name], samples["engine"], strict=True))
    behind = [ours.behind for ours, _engine in pairs if ours.behind is not None]
    return {
        "first_token_seconds": median(ours.first for ours, _engine in pairs),
        "tokens_per_second": median(ours.speed for ours, _engine in pairs),
        "later_seconds": median(ours.first - engine.first for ours, engine in pairs),
        "behind_engine_seconds": median(behind) if behind else None,
        "speed_ratio": median(ours.speed / engine.speed for ours, engine in pairs),
    }


def models_folder() -> str:
    """Where the benchmarks find the model."""
    cache = os.environ.get("RUSOIL_CACHE", str(Path.home() / ".cache/rusoil-jupyter"))
    return os.environ.get("RUSOIL_MODEL_DIR", f"{cache}/models")


def measure(folder: Path, rounds: int = 10) -> dict[str, Any]:
    """Medians of first token and speed for each way, from interleaved rounds."""
    return asyncio.run(_measure(rounds, folder))


def report(result: dict[str, Any]) -> str:
    """The figures in a table, with what each way costs against the engine alone."""
    lines = [
        f"{'way':<12}{'first token':>12}{'later by':>10}{'behind engine':>15}{'tokens/s':>10}{'speed':>8}"
    ]
    for name, row in result["summary"].items():
        behind = row["behind_engine_seconds"]
        lines.append(
            f"{name:<12}{row['first_token_seconds'] * 1000:>9.0f} ms{row['later_seconds'] * 1000:>7.0f} ms"
            + (f"{behind * 1000:>12.0f} ms" if behind is not None else f"{'':>15}")
            + f"{row['tokens_per_second']:>10.1f}{row['speed_ratio']:>8.3f}"
        )
    goal = "(goal: painted at most 50 ms behind the engine's own first token, speed at least 0.95)"
    return "\n".join([*lines, f"{goal}   [{result['rounds']} rounds, medians, compared round by round]"])
