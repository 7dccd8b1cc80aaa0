"""Events: round trips, and nothing but a ValidationError for what is not one."""

from __future__ import annotations

import contextlib
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rusoil_jupyter import events
from rusoil_jupyter.errors import ErrorDetail
from rusoil_jupyter.events import parse_event
from rusoil_jupyter.figures.values.finding import Finding
from rusoil_jupyter.figures.values.queries import Selection, Statistic
from rusoil_jupyter.messages import Choice, ImagePart, Inquiry

from .wire_json import near, objects, texts

KINDS = get_args(get_args(events.AnyEvent)[0])
SAMPLES = (
    events.Queued(position=2, expected_seconds=1.5),
    events.Looking(session_id="s", message_id="m", answer_id="a"),
    events.Started(model="a/b", backend="a", session_id="s"),
    events.Progress(phase="reading", done=1, total=2),
    events.Reasoning(delta="hm"),
    events.Text(delta="Привет 👋"),
    events.ToolCall(id="1", name="f", arguments="{}"),
    events.ToolResult(id="1", text="It is."),
    events.Awaits(id="1", inquiry=Inquiry(kind="approval", text="?", choices=(Choice(id="y", label="Yes"),))),
    events.Replied(id="1", value="y"),
    events.QueueChanged(questions=(events.QueuedQuestion(id="q" * 8, prompt="Next?", attachments=1),)),
    events.Notice(code="c", message="m", suggested_models=("a/b",)),
    events.FigureRead(
        name="Out[1]",
        badge="stored",
        findings=(Finding(query=Statistic(name="mean", of=Selection()), badge="stored"),),
    ),
    events.Artifact(purpose="made", image=ImagePart(data="AAAA")),
    events.Usage(prompt_tokens=1, tokens_per_second=2.5),
    events.Done(finish_reason="length"),
    events.Failed(error=ErrorDetail(code="internal", message="m")),
)


def test_there_is_a_sample_of_every_kind():
    assert {type(event) for event in SAMPLES} == set(KINDS)


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.type)
def test_an_event_survives_its_json(event):
    stamped = event.model_copy(update={"request_id": "r" * 8, "seq": 3})
    assert parse_event(stamped.model_dump_json()) == stamped


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.type)
def test_an_unknown_field_is_refused(event):
    with pytest.raises(ValidationError):
        type(event).model_validate(event.model_dump() | {"surprise": 1})


@given(texts(objects("type", "seq", "delta"), *(near(event.model_dump(mode="json")) for event in SAMPLES)))
def test_parsing_raises_nothing_but_validation_error(text):
    with contextlib.suppress(ValidationError):
        assert isinstance(parse_event(text), events.Event)


@given(st.binary())
def test_parsing_bytes_raises_nothing_but_validation_error(data):
    with contextlib.suppress(ValidationError):
        parse_event(data)
