"""Settings from the environment: what is wrong is named, what is given wins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.settings import Settings


def test_an_empty_environment_gives_a_local_installation_with_the_engine():
    settings = Settings.from_environ({})
    assert settings.mode == "local"
    assert settings.backends == {"llama-cpp": {"kind": "llama-cpp"}}


def test_model_folders_are_a_path_list_with_the_users_own_last():
    settings = Settings.from_environ(
        {"RUSOIL_MODEL_DIR": os.pathsep.join(["/a", "", "/b"]), "RUSOIL_DATA_DIR": "/data"}
    )
    assert settings.model_path == (Path("/a"), Path("/b"), Path("/data/models"))


@pytest.mark.parametrize(
    ("text", "backends"),
    [
        ("scripted", {"scripted": {"kind": "scripted"}}),
        ("a, b,", {"a": {"kind": "a"}, "b": {"kind": "b"}}),
        (' {"campus": {"kind": "openai-compatible"}}', {"campus": {"kind": "openai-compatible"}}),
    ],
)
def test_backends_are_a_list_or_json(text, backends):
    assert Settings.from_environ({"RUSOIL_BACKENDS": text}).backends == backends


@pytest.mark.parametrize(
    ("environ", "field"),
    [
        ({"RUSOIL_MODE": "moon"}, "mode"),
        ({"RUSOIL_BACKENDS": "{not json"}, "backends"),
        ({"RUSOIL_BACKENDS": '{"a": 1}'}, "backends.a"),
    ],
)
def test_a_wrong_variable_is_named(environ, field):
    with pytest.raises(InvalidRequest) as caught:
        Settings.from_environ(environ)
    assert caught.value.field == field


def test_what_the_host_says_wins_over_the_environment():
    assert Settings.from_environ({"RUSOIL_MODE": "campus"}, mode="hybrid").mode == "hybrid"


def test_what_the_host_leaves_out_comes_from_the_environment():
    assert Settings.from_environ({"RUSOIL_MODE": "campus"}, mode=None).mode == "campus"


def test_an_unknown_choice_is_refused():
    with pytest.raises(InvalidRequest):
        Settings.from_environ({}, colour="red")
