"""Settings from the environment: what is wrong is named, what is given wins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import Field
from traitlets import HasTraits

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.settings import Settings
from rusoil_jupyter_server.extension import RusoilExtension
from rusoil_jupyter_server.options import make_traits, name_trait


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


# --- written once ---------------------------------------------------------------------------------

VARIABLES = {
    "mode": ("RUSOIL_MODE", "campus", "campus"),
    "data_dir": ("RUSOIL_DATA_DIR", "/data", Path("/data")),
    "model_dirs": ("RUSOIL_MODEL_DIR", os.pathsep.join(["/a", "/b"]), (Path("/a"), Path("/b"))),
    "model_mirror": ("RUSOIL_MODEL_MIRROR", "https://models.example", "https://models.example"),
    "backends": ("RUSOIL_BACKENDS", "scripted", {"scripted": {"kind": "scripted"}}),
    "default_model": ("RUSOIL_DEFAULT_MODEL", "scripted/echo", "scripted/echo"),
    "fallback": ("RUSOIL_FALLBACK", "a/b, c", ("a/b", "c")),
    "hosted": ("RUSOIL_HOSTED", "off", "off"),
    "turns_per_user": ("RUSOIL_TURNS_PER_USER", "3", 3),
    "grace_seconds": ("RUSOIL_GRACE_SECONDS", "0.5", 0.5),
    "upload_quota": ("RUSOIL_UPLOAD_QUOTA", "5", 5),
    "upload_seconds": ("RUSOIL_UPLOAD_SECONDS", "7", 7.0),
}


@pytest.mark.parametrize("setting", Settings.describe(), ids=lambda setting: setting.name)
def test_each_setting_is_the_same_by_variable_and_by_trait(setting):
    variable, text, value = VARIABLES[setting.name]
    assert setting.variable == variable
    assert getattr(Settings.from_environ({variable: text}), setting.name) == value

    given = list(value) if isinstance(value, tuple) else value
    plain = [str(one) for one in given] if isinstance(given, list) else given
    extension = RusoilExtension()
    setattr(extension, name_trait(setting), str(plain) if isinstance(plain, Path) else plain)
    assert getattr(extension.choices, setting.name) == value


class More(Settings):
    """A setting more, of each type that is still unused."""

    colours: tuple[str, ...] = Field(default=("red",), description="What it is painted in.")
    shiny: bool = Field(default=False, description="Whether it shines.")


def test_a_new_setting_is_one_field():
    settings = More.from_environ({"RUSOIL_SHINY": "true"}, colours=["blue"])
    assert (settings.shiny, settings.colours) == (True, ("blue",))
    host = type("Host", (HasTraits,), make_traits(More))()
    assert (host.shiny, host.colours) == (None, None)
    assert host.traits()["shiny"].help == "Whether it shines. Environment: RUSOIL_SHINY."
