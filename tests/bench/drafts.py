"""What drafts are worth: the speed of answers with ``n_draft`` beside that without, question by question."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, cast

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


async def _speed(backend: LlamaCppBackend, question: str, model: str, temperature: float | None) -> float:
    """Tokens a second of one answer."""
    request = ModelRequest(
        model=model,
        messages=(Message.of("user", question),),
        max_tokens=TOKENS,
        temperature=temperature,
        seed=7,
        conversation=question[:40],
    )
    speed = 0.0
    async with aclosing(cast("Any", backend.stream(request))) as events:
        async for event in events:
            if isinstance(event, Usage):
                speed = event.tokens_per_second or 0
    return speed


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
    samples: dict[str, list[dict[str, float]]] = {}
    async with _configured(scratch, n_draft=N_DRAFT) as drafting, _configured(scratch) as plain:
        for way, (model, temperature) in MODELS.items():
            for name, questions in QUESTIONS.items():
                pairs = samples.setdefault(f"{name}, {way}", [])
                for number in range(rounds):
                    asked = (questions[number % len(questions)], model, temperature)
                    pair = {"off": 0.0, "on": 0.0}
                    sides = [("on", drafting), ("off", plain)]
                    for side, backend in sides if number % 2 else reversed(sides):
                        await _speed(backend, "Hi", model, temperature)  # the engine is up, and warm
                        pair[side] = await _speed(backend, *asked)
                    pairs.append(pair)
                    print(f"{name}, {way}: {pair['on'] / pair['off']:.2f}", flush=True)
    return {"rounds": rounds, "samples": samples}


def measure(scratch: Path, rounds: int) -> dict[str, Any]:
    """Tokens a second with and without, in pairs."""
    return asyncio.run(_measure(scratch, rounds))


def report(result: dict[str, Any]) -> str:
    """The ratios: on beside off."""
    lines = [f"speed with drafts of {N_DRAFT} tokens, beside that without:"]
    for name, pairs in result["samples"].items():
        ratios = sorted(pair["on"] / pair["off"] for pair in pairs)
        on, off = (median(pair[side] for pair in pairs) for side in ("on", "off"))
        lines.append(
            f"  {name:44} {median(ratios):5.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}; "
            f"{off:.0f} to {on:.0f} tokens/s)"
        )
    return "\n".join([*lines, f"[{result['rounds']} rounds, medians of pairs]"])
