"""The conformance suite finds what it promises to find: each check fails on a backend broken that way."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import pytest

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.scripted import ScriptedBackend
from rusoil_jupyter.errors import ErrorDetail
from rusoil_jupyter.events import Done, Event, Failed, Text, TokenLogprob, ToolCall, Usage
from rusoil_jupyter.messages import ImagePart, ToolResultPart
from rusoil_jupyter.protocol import BackendStatus
from rusoil_jupyter.settings import Settings
from rusoil_jupyter.testing.backend import BackendContract


class Quick(BackendContract):
    __test__ = False
    patience = 0.5


class Renamed(ScriptedBackend):
    async def models(self):
        return [model.model_copy(update={"id": model.name}) for model in await super().models()]


class Silent(ScriptedBackend):
    async def status(self):
        return BackendStatus(name=self.name, kind=self.kind, ready=False)


class Blank(ScriptedBackend):
    async def generate_image(self, model, prompt):
        return ImagePart(data="")


class Edited(ScriptedBackend):
    """Answers with what :meth:`edit` makes of the events."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        for event in self.edit([event async for event in super().stream(request)]):
            yield event

    def edit(self, events: list[Event]) -> list[Event]:
        return events


class Endless(Edited):
    def edit(self, events):
        return events[:-1]


class Doubled(Edited):
    def edit(self, events):
        return [*events, events[-1]]


class Complaining(Edited):
    def edit(self, events):
        return [Failed(error=ErrorDetail(code="internal", message="Sorry.")), *events]


class Padded(Edited):
    def edit(self, events):
        return [Text(delta=""), *events]


class Unlimited(Edited):
    def edit(self, events):
        return [*events[:-1], Done(finish_reason="stop")]


class Uncounted(Edited):
    def edit(self, events):
        return [Usage() if isinstance(event, Usage) else event for event in events]


class Garbled(Edited):
    def edit(self, events):
        return [Text.model_construct(delta="\ud83d"), *events]


class Agreeable(Edited):
    """Any JSON will do."""

    def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        return super().stream(request.model_copy(update={"response_format": None}))

    def edit(self, events):
        return [Text(delta="{}"), *events[-2:]]


class Boasting(ScriptedBackend):
    """Promises what it does not do: grammars, and a memory for tools."""

    async def models(self):
        able = {"grammars": True, "tools": True}
        return [model.model_copy(update=able) for model in await super().models()]

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        if any(isinstance(part, ToolResultPart) for message in request.messages for part in message.parts):
            raise ValueError("no content")
        async for event in super().stream(request):
            yield event


class Inventive(Edited):
    def edit(self, events):
        return [ToolCall(id="1", name="never-offered", arguments="{}"), *events[-2:]]


class Forgetful(Edited):
    """Counts its calls from the beginning in each answer."""

    def edit(self, events):
        return [ToolCall(id="call_0", name="weather", arguments="{}"), *events[-2:]]


class Guessing(Edited):
    def edit(self, events):
        odds = (TokenLogprob(token="other", logprob=-1),)
        return [e.model_copy(update={"logprobs": odds}) if isinstance(e, Text) else e for e in events]


class Credulous(ScriptedBackend):
    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        async for event in super().stream(request.model_copy(update={"model": "echo"})):
            yield event


class Tireless(ScriptedBackend):
    """Has one slot and holds it for a while after its reader has gone."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        self.slot = getattr(self, "slot", None) or asyncio.Lock()
        await self.slot.acquire()
        done = False
        try:
            async for event in super().stream(request):
                done = isinstance(event, Done)
                yield event
        finally:
            asyncio.get_running_loop().call_later(0 if done else 60, self.slot.release)


class Littering(ScriptedBackend):
    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        self.litter = asyncio.create_task(asyncio.sleep(60))
        async for event in super().stream(request):
            yield event


class Once(ScriptedBackend):
    async def aclose(self):
        if self.delay:
            raise RuntimeError("closed already")
        self.delay = 1


def made(kind: type[ScriptedBackend]) -> Callable[[], ScriptedBackend]:
    return lambda: kind("broken", Settings())


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (Renamed, Quick.test_model_ids_begin_with_the_backends_name),
        (Silent, Quick.test_what_is_not_available_says_why),
        (Blank, Quick.test_a_picture_is_made_or_refused),
        (Endless, Quick.test_an_answer_is_text_and_ends_with_one_done),
        (Doubled, Quick.test_an_answer_is_text_and_ends_with_one_done),
        (Complaining, Quick.test_an_answer_is_text_and_ends_with_one_done),
        (Padded, Quick.test_pieces_of_text_are_not_empty),
        (Unlimited, Quick.test_max_tokens_cuts_the_answer_and_says_so),
        (Uncounted, Quick.test_usage_counts_tokens),
        (Uncounted, Quick.test_two_answers_at_once_do_not_mix),
        (Garbled, Quick.test_any_unicode_is_taken_and_given),
        (Endless, Quick.test_a_long_conversation_is_answered),
        (Tireless, Quick.test_closing_an_answer_stops_the_model),
        (Littering, Quick.test_a_cancelled_answer_leaves_no_task_behind),
        (Credulous, Quick.test_an_unknown_model_is_refused),
        (Agreeable, Quick.test_json_of_a_schema_is_json_or_an_error),
        (Agreeable, Quick.test_a_schema_that_nothing_fits_is_an_error),
        (Boasting, Quick.test_a_grammar_is_kept_where_the_model_says_so),
        (Boasting, Quick.test_calls_and_results_of_the_past_are_read),
        (Inventive, Quick.test_a_required_tool_is_called_or_it_is_an_error),
        (Forgetful, Quick.test_a_required_tool_is_called_or_it_is_an_error),
        (Guessing, Quick.test_probabilities_come_or_it_is_told),
    ],
    ids=lambda value: value.__name__,
)
def test_a_broken_backend_is_found(kind, check):
    with (
        asyncio.Runner() as runner,
        pytest.raises((AssertionError, TimeoutError, ValueError, pytest.fail.Exception)),
    ):
        check(Quick(), made(kind)(), lambda work: runner.run(asyncio.wait_for(work, Quick.patience)))


def test_a_backend_that_closes_only_once_is_found():
    with asyncio.Runner() as runner, pytest.raises(RuntimeError):
        Quick().test_closing_twice_is_harmless(made(Once), runner.run)


def test_the_suite_runs_as_documented(tmp_path):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--pyargs",
        "rusoil_jupyter.testing",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    environ = os.environ | {"RUSOIL_BACKENDS": '{"mine": {"kind": "scripted", "delay": 0.001}}'}
    run = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert " passed" in run.stdout


def test_a_backend_that_can_not_be_made_fails_the_suite(tmp_path):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--pyargs",
        "rusoil_jupyter.testing",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    environ = os.environ | {"RUSOIL_BACKENDS": "no-such-kind"}
    run = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert run.returncode == 1
    assert "no-such-kind" in run.stdout
