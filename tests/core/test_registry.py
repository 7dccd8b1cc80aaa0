"""The registry: a broken plugin is reported and hurts only itself."""

from __future__ import annotations

import logging

import pytest

from rusoil_jupyter.backends.registry import BackendRegistry, load_backend_class
from rusoil_jupyter.backends.scripted import ScriptedBackend
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import UnknownModel
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings


class Broken(ScriptedBackend):
    """A plugin that loads and fails at every call, each time with an exception of its own."""

    async def models(self):
        raise ZeroDivisionError("models")

    async def status(self):
        raise KeyError("status")

    async def aclose(self):
        raise OSError("aclose")


class Clumsy(ScriptedBackend):
    def __init__(self, name, settings):
        raise ValueError("no licence file")


KINDS = {"scripted": ScriptedBackend, "broken": Broken, "clumsy": Clumsy}


def registry(**backends: dict[str, object]) -> BackendRegistry:
    return BackendRegistry(Settings(backends=backends), load=KINDS.__getitem__)


GOOD = {"kind": "scripted"}


@pytest.mark.parametrize("kind", ["scripted", "llama-cpp", "openai-compatible"])
def test_our_own_kinds_are_installed(kind):
    assert load_backend_class(kind).kind == kind


def test_the_order_of_the_configuration_is_kept():
    assert list(registry(b=GOOD, a=GOOD).backends) == ["b", "a"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"kind": "clumsy"}, "ValueError: no licence file"),
        ({"kind": "missing"}, "KeyError: 'missing'"),
        ({"kind": "scripted", "speed": 3}, "TypeError"),
    ],
)
async def test_a_plugin_that_can_not_be_made_is_reported_and_the_rest_works(options, reason):
    made = registry(bad=options, good=GOOD)
    assert [model.backend for model in await made.models()] == ["good", "good"]
    [failure] = made.failures
    assert failure.name == "bad"
    assert reason in failure.error


def test_a_kind_nobody_offers_is_named_in_the_failure():
    made = BackendRegistry(Settings(backends={"x": {"kind": "no-such-kind"}}))
    assert made.backends == {}
    assert "no-such-kind" in made.failures[0].error


@pytest.fixture
async def half_broken(tmp_path):
    settings = Settings(data_dir=tmp_path, backends={"bad": {"kind": "broken"}, "good": GOOD})
    assistant = Assistant(settings, BackendRegistry(settings, load=KINDS.__getitem__))
    yield assistant
    await assistant.aclose()


async def test_a_plugin_that_fails_to_list_its_models_leaves_the_others(half_broken):
    assert (await half_broken.models()).default == "good/echo"


async def test_a_plugin_that_fails_to_tell_its_health_is_reported(half_broken):
    status = await half_broken.status()
    bad, good = status.backends
    assert good.ready
    assert not bad.ready
    assert "KeyError" in bad.reason
    assert bad.next_step


async def test_a_broken_plugin_does_not_stop_an_answer(half_broken):
    turn = await half_broken.start_turn(ChatRequest(prompt="Hello."), Caller("me"))
    assert (await turn.result())[-1].type == "done"


async def test_a_plugin_that_fails_to_close_is_logged(caplog):
    made = registry(bad={"kind": "broken"}, good=GOOD)
    assert len(made.backends) == 2
    with caplog.at_level(logging.ERROR):
        await made.aclose()
    assert "did not close well" in caplog.text


@pytest.mark.parametrize("model_id", ["good", "good/", "other/echo", "", "/", "/echo"])
def test_an_id_without_a_known_prefix_is_an_unknown_model(model_id):
    with pytest.raises(UnknownModel) as caught:
        registry(good=GOOD).find(model_id)
    assert caught.value.field == "model"


def test_a_models_own_name_may_contain_slashes():
    backend, model = registry(good=GOOD).find("good/org/model")
    assert (backend.name, model) == ("good", "org/model")
