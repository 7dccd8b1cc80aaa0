"""Messages and parts: immutable values that survive the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rusoil_jupyter.messages import (
    FilePart,
    ImagePart,
    Inquiry,
    InquiryPart,
    Message,
    OutputPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

text = st.text(max_size=40)
parts = st.one_of(
    st.builds(TextPart, text=text),
    st.builds(ImagePart, data=text, name=text),
    st.builds(FilePart, name=text, text=text, media_type=text),
    st.builds(OutputPart, name=text, mimebundle=st.dictionaries(text, text, max_size=3)),
    st.builds(ReasoningPart, text=text, signature=text),
    st.builds(ToolCallPart, id=text, name=text, arguments=text),
    st.builds(ToolResultPart, id=text, text=text),
    st.builds(
        InquiryPart,
        id=text,
        inquiry=st.builds(Inquiry, kind=st.just("question"), text=text, details=text),
        reply=st.none() | text,
    ),
)
messages = st.builds(
    Message, role=st.sampled_from(["system", "user", "assistant", "tool"]), parts=st.tuples(parts, parts)
)


@given(messages)
def test_a_message_survives_its_json(message):
    assert Message.model_validate_json(message.model_dump_json()) == message


def test_text_joins_text_parts_only():
    message = Message(
        role="user", parts=(TextPart(text="a"), FilePart(name="f", text="x"), TextPart(text="b"))
    )
    assert message.text == "ab"


def test_a_picture_needs_vision():
    assert Message(role="user", parts=(ImagePart(data="AAAA"),)).has_image
    assert not Message.of("user", "picture").has_image


def test_a_message_can_not_be_changed():
    with pytest.raises(ValidationError):
        Message.of("user", "x").role = "system"


@pytest.mark.parametrize(
    "part",
    [
        {"type": "text", "text": "x", "extra": 1},
        {"type": "nothing"},
        {"type": "image", "media_type": "image/svg+xml", "data": ""},
        {"text": "no type"},
    ],
)
def test_an_odd_part_is_refused(part):
    with pytest.raises(ValidationError):
        Message.model_validate({"role": "user", "parts": [part]})
