"""Where keys lie, and where they never appear."""

from __future__ import annotations

import logging
import os
import traceback

import pytest

from rusoil_jupyter.backends.keys import Key
from rusoil_jupyter.backends.registry import BackendRegistry
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, RusoilError
from rusoil_jupyter.settings import Settings

SECRET = "sk-very-secret-0123"


def test_a_key_is_read_from_the_variable(monkeypatch):
    monkeypatch.setenv("CAMPUS_KEY", f" {SECRET}\n")
    assert Key("CAMPUS_KEY", required=True).read() == SECRET


def test_a_key_in_a_file_is_read_again_when_it_changes(tmp_path):
    file = tmp_path / "key"
    file.write_text(SECRET + "\n")
    key = Key(file=file, required=True)
    assert key.read() == SECRET
    file.write_text("rotated")
    os.utime(file, ns=(1, 1))
    assert key.read() == "rotated"
    assert SECRET not in key.without(f"both {SECRET} and rotated")


@pytest.mark.parametrize("place", ["env", "file", "nothing there", "two words"])
def test_a_key_that_is_missing_or_none_is_a_sentence_with_a_next_step(place, tmp_path, monkeypatch):
    file = tmp_path / "key"
    if place in {"nothing there", "two words"}:
        file.write_text("" if place == "nothing there" else f"{SECRET} and more")
    monkeypatch.delenv("CAMPUS_KEY", raising=False)
    key = Key("CAMPUS_KEY" if place == "env" else None, None if place == "env" else file, required=True)
    with pytest.raises(ModelUnavailable) as caught:
        key.read()
    assert ("CAMPUS_KEY" if place == "env" else str(file)) in caught.value.message
    assert caught.value.next_step
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_no_key_is_needed_where_none_is(monkeypatch):
    monkeypatch.delenv("VLLM_API_KEY", raising=False)
    assert Key("VLLM_API_KEY", required=False).read() == ""
    assert Key(required=False).read() == ""


@pytest.mark.parametrize("value", [SECRET, "AIzaSyA", "0123456789abcdef"])
def test_a_key_in_place_of_its_variables_name_is_refused_and_not_repeated(value):
    with pytest.raises(InvalidRequest) as caught:
        Key(value, required=True)
    assert value not in caught.value.message + caught.value.next_step


@pytest.mark.parametrize(
    "options",
    [
        {"api_key": SECRET},
        {"token": SECRET},
        {"headers": {"Authorization": SECRET}},
        {"base_url": f"https://user:{SECRET}@campus.example/v1"},
        {"api_key_env": SECRET},
    ],
    ids=lambda options: next(iter(options)),
)
def test_a_literal_key_in_the_configuration_is_refused_in_words(options, caplog):
    caplog.set_level(logging.DEBUG)
    options = {"kind": "openai-compatible", "base_url": "https://campus.example/v1"} | options
    registry = BackendRegistry(Settings(backends={"campus": options}))
    assert registry.backends == {}
    [failure] = registry.failures
    assert "api_key_env" in failure.error
    assert SECRET not in failure.model_dump_json() + caplog.text


def test_an_error_loses_the_key_on_its_way_out(monkeypatch):
    monkeypatch.setenv("CAMPUS_KEY", SECRET)
    key = Key("CAMPUS_KEY", required=True)
    key.read()
    for error in (ModelUnavailable(f"bad key {SECRET}", f"not {SECRET}"), ValueError(SECRET)):
        with pytest.raises(RusoilError) as caught, key.hidden():
            try:
                raise RuntimeError(f"headers: {SECRET}")
            except RuntimeError as cause:
                raise error from cause
        shown = (
            "".join(traceback.format_exception(caught.value)) + caught.value.next_step + repr(caught.value)
        )
        assert SECRET not in shown
    with pytest.raises(ValueError, match="harmless"), key.hidden():
        raise ValueError("harmless")


def test_what_stands_for_a_key_shows_none(monkeypatch):
    monkeypatch.setenv("CAMPUS_KEY", SECRET)
    key = Key("CAMPUS_KEY", required=True)
    key.read()
    assert SECRET not in repr(key) + str(key)
