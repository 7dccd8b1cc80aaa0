"""What drafts are worth: the speed of answers with ``n_draft`` beside that without, question by question."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, cast

import psutil

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.backends.registry import BackendRegistry
from rusoil_jupyter.catalogue import SMOLLM2
from rusoil_jupyter.events import Usage
from rusoil_jupyter.messages import Message
from rusoil_jupyter.settings import Settings
from tests.bench.streaming import models_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

N_DRAFT = 16
TOKENS = 200
Answer = dict[str, float]
PLAIN = "plain"  # the same weights without the sampling that the catalogue has for them, and its penalty
CODE = """import pandas as pd

def load_wells(path):
    df = pd.read_csv(path)
    df["depth"] = df["depth"].astype(float)
    df["porosity"] = df["porosity"].clip(0, 1)
    return df

def mean_porosity(df):
    total = 0
    for i in range(len(df)):
        total = total + df["porosity"].iloc[i]
    return total / len(df)
"""
QUESTIONS = {
    "code that is repeated": [
        f"{edit}\n```python\n{CODE}```"
        for edit in (
            "Repeat this code without any change:",
            "Rename the variable df to wells in this code and write the whole code:",
            "Add a docstring to each function of this code and write the whole code:",
        )
    ],
    "prose": [
        "Write a short essay on how an oil well is drilled.",
        "What is a pandas DataFrame?",
        "Tell a story about a geologist and a lost core sample.",
    ],
}
MODELS = {"greedily": (PLAIN, 0.0), f"as {SMOLLM2.id} samples": (SMOLLM2.id, None)}


async def _ask(backend: LlamaCppBackend, request: ModelRequest) -> Usage:
    async with aclosing(cast("Any", backend.stream(request))) as events:
        [usage] = [event async for event in events if isinstance(event, Usage)]
    return cast("Usage", usage)


def _cpu_seconds(backend: LlamaCppBackend) -> float:
    times = psutil.Process(backend.engine_pids[-1]).cpu_times()
    return float(times.user + times.system)


async def _measure_answer(
    backend: LlamaCppBackend, question: str, model: str, temperature: float | None
) -> Answer:
    request = ModelRequest(
        model=model,
        messages=(Message.of("user", question),),
        max_tokens=TOKENS,
        temperature=temperature,
        seed=7,
        conversation=question[:40],
    )
    await _ask(
        backend, request.model_copy(update={"max_tokens": 1})
    )  # the engine is up, and has read the question
    before = _cpu_seconds(backend)
    usage = await _ask(backend, request)
    spent = _cpu_seconds(backend) - before
    return {
        "tokens/s": usage.tokens_per_second or 0,
        "tokens per CPU second": usage.completion_tokens / spent,
    }


@asynccontextmanager
async def _configured(scratch: Path, **options: int) -> AsyncIterator[LlamaCppBackend]:
    """The backend as a user's configuration makes it."""
    backends = json.dumps({"here": {"kind": "llama-cpp", **options}})
    settings = Settings.from_environ(
        {"RUSOIL_BACKENDS": backends}, data_dir=scratch, model_dirs=[models_folder(), scratch]
    )
    backend = cast("LlamaCppBackend", BackendRegistry(settings).backends["here"])
    yield backend
    await backend.aclose()


async def _measure(scratch: Path, rounds: int) -> dict[str, Any]:
    (scratch / f"{PLAIN}.gguf").symlink_to(Path(models_folder()) / SMOLLM2.file)
    samples: dict[str, list[dict[str, Answer]]] = {}
    async with _configured(scratch, n_draft=N_DRAFT) as drafting, _configured(scratch) as plain:
        for way, (model, temperature) in MODELS.items():
            for name, questions in QUESTIONS.items():
                pairs = samples.setdefault(f"{name}, {way}", [])
                for number in range(rounds):
                    sides = [("on", drafting), ("off", plain)]
                    pair: dict[str, Answer] = {}
                    for side, backend in sides if number % 2 else reversed(sides):
                        question = questions[number % len(questions)]
                        pair[side] = await _measure_answer(backend, question, model, temperature)
                    pairs.append(pair)
                    print(name, way, pair, flush=True)
    return {"rounds": rounds, "samples": samples}


def measure(scratch: Path, rounds: int) -> dict[str, Any]:
    """Answers with and without, in pairs: by the clock, and by the engine's own work, whatever else runs."""
    return asyncio.run(_measure(scratch, rounds))


def report(result: dict[str, Any]) -> str:
    """The ratios: on beside off."""
    lines = [f"speed with drafts of {N_DRAFT} tokens, beside that without:"]
    for name, pairs in result["samples"].items():
        lines.append(f"  {name}")
        for unit in pairs[0]["on"]:
            ratios = sorted(pair["on"][unit] / pair["off"][unit] for pair in pairs)
            on, off = (median(pair[side][unit] for pair in pairs) for side in ("on", "off"))
            lines.append(
                f"    {unit:22} {median(ratios):5.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), "
                f"{off:.1f} to {on:.1f}"
            )
    return "\n".join([*lines, f"[{result['rounds']} rounds, medians of pairs]"])
