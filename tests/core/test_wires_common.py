"""What the wires share: the list of models, conversations made of pieces."""

from __future__ import annotations

import pytest

from rusoil_jupyter.errors import ModelUnavailable, UnknownModel
from rusoil_jupyter.protocol import ModelInfo
from rusoil_jupyter.wires.common import Conversation, effort, model_list, model_row

MODELS = [
    ModelInfo(id="b/m", name="M", backend="b", context_length=100),
    ModelInfo(id="b/x", name="X", backend="b", available=False, reason="Away.", next_step="Wait."),
]
PICTURE = {"type": "image", "media_type": "image/png", "data": "AAAA"}


def said(text):
    return {"type": "text", "text": text}


def test_only_models_that_can_answer_are_listed():
    listed = model_list(MODELS)
    assert [row["id"] for row in listed["data"]] == ["b/m"]
    assert (listed["first_id"], listed["last_id"]) == ("b/m", "b/m")
    assert model_list([])["first_id"] is None


def test_the_clients_of_both_vendors_read_a_model():
    from anthropic.types import ModelInfo as AnthropicModel
    from openai.types import Model

    row = model_row(MODELS, "b/m")
    assert Model.model_validate(row).owned_by == "b"
    assert AnthropicModel.model_validate(row).max_input_tokens == 100


@pytest.mark.parametrize(("wanted", "error"), [("b/y", UnknownModel), ("b/x", ModelUnavailable)])
def test_a_model_that_can_not_answer_is_a_sentence(wanted, error):
    with pytest.raises(error):
        model_row(MODELS, wanted)


def test_what_an_assistant_says_in_pieces_is_one_message():
    conversation = Conversation()
    for text in ("a", "b"):
        conversation.say("assistant", [said(text)])
    conversation.say("user", [said("c")])
    assert [(m["role"], len(m["parts"])) for m in conversation.messages()] == [("assistant", 2), ("user", 1)]


@pytest.mark.parametrize("goes_on", [False, True])
def test_pictures_of_results_are_shown_after_all_results(goes_on):
    conversation = Conversation()
    conversation.result("1", [said("one"), PICTURE])
    conversation.result("2", [said("two")])
    if goes_on:
        conversation.say("user", [said("What?")])
    messages = conversation.messages()
    assert [message["role"] for message in messages] == ["tool", "tool", "user"]
    assert messages[-1]["parts"] == [PICTURE, *([said("What?")] if goes_on else [])]


def test_levels_of_others_mean_the_nearest_of_ours():
    assert [effort(level) for level in ("minimal", "low", "max", None, 3)] == ["low", "low", "high", None, 3]
