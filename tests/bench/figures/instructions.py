"""Instructions given with a figure attached: each is a model's, however much of it the reader understands.

Asked in a real chat, whose model is the scripted one: who takes the turn is what the core decides.
"""

from __future__ import annotations

import asyncio
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rusoil_jupyter.caller import Caller
from tests.bench.figures.drawn import reading_of
from tests.bench.figures.whole_asked import ASKED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from rusoil_jupyter.service import Assistant

WRITTEN = Path(__file__).with_name("instructions.toml")
CASES = "instructions.toml, by somebody who had not read the code; the figures are those of whole_asked"


class Instruction(NamedTuple):
    """What somebody wants done with a figure."""

    text: str
    language: str


def instructions() -> list[Instruction]:
    """All that were written."""
    given = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))
    return [Instruction(one["text"], one["language"]) for one in given["instruction"]]


def figures() -> dict[str, dict[str, Any]]:
    """What the notebook keeps of each figure."""
    from rusoil_jupyter.figures.budget import fitted
    from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE

    readings = {asked.name: reading_of(asked.draw) for asked in ASKED}
    return {
        name: {FIGURE_TYPE: fitted(reading.description).to_json()}
        for name, reading in readings.items()
        if reading is not None
    }


def measure() -> list[dict[str, Any]]:
    """Who answers each instruction with each figure."""
    return asyncio.run(_measured(instructions(), figures()))


async def _measured(
    given: Sequence[Instruction], figures: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    from rusoil_jupyter.service import Assistant
    from rusoil_jupyter.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        backends = {"scripted": {"kind": "scripted"}}
        assistant = Assistant(Settings.model_validate({"data_dir": folder, "backends": backends}))
        try:
            return [row async for row in asked(assistant, given, figures)]
        finally:
            await assistant.aclose()


async def asked(
    assistant: Assistant, given: Sequence[Instruction], figures: Mapping[str, Mapping[str, Any]]
) -> AsyncIterator[dict[str, Any]]:
    """Each instruction put to this assistant with each figure."""
    from rusoil_jupyter.figures.interpret.seen import READER
    from rusoil_jupyter.protocol import ChatRequest

    for one in given:
        for name, kept in figures.items():
            attached = {"type": "output", "mimebundle": kept}
            request = ChatRequest.model_validate({"prompt": one.text, "attachments": [attached]})
            events = await (await assistant.start_turn(request, Caller("somebody"))).result()
            took = [event.model for event in events if event.type == "started"]
            yield {
                "figure": name,
                "language": one.language,
                "question": one.text,
                "verdict": "without a model" if took[-1] == READER else "model",
                "said": "".join(event.delta for event in events if event.type == "text")[:300],
            }


def report(rows: list[dict[str, Any]]) -> str:
    """How many instructions end at the reader with any figure, and which."""
    lines = []
    for language in ("en", "ru", ""):
        part = [row for row in rows if language in {"", row["language"]}]
        every = {row["question"] for row in part}
        alone = {row["question"] for row in part if row["verdict"] == "without a model"}
        lines.append(
            f"instructions, {language or 'both languages'}: {len(alone)} of {len(every)} answered without a "
            "model with a figure attached (goal 0)"
        )
    lines += [
        f"  without a model: {row['question']} [{row['figure']}] -> {row['said'][:100]}"
        for row in rows
        if row["verdict"] == "without a model"
    ]
    return "\n".join(lines)
