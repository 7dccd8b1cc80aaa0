"""The backend contract, run on every backend that ``RUSOIL_BACKENDS`` configures (else ``scripted``)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from rusoil_jupyter.backends.registry import BackendRegistry
from rusoil_jupyter.settings import Settings

pytest.register_assert_rewrite("rusoil_jupyter.testing.backend")
from rusoil_jupyter.testing.backend import BackendContract  # noqa: E402 - after the line above

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.backends.base import Backend

SETTINGS = Settings.from_environ({"RUSOIL_BACKENDS": "scripted"} | dict(os.environ))


@pytest.mark.parametrize("make_backend", list(SETTINGS.backends), indirect=True, scope="class")
class TestConfiguredBackend(BackendContract):
    """What a plugin author runs."""

    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls, request: pytest.FixtureRequest) -> Callable[[], Backend]:
        """The configured backend of the parameter's name, made as the product makes it."""
        name: str = request.param
        chosen = SETTINGS.model_copy(update={"backends": {name: SETTINGS.backends[name]}})

        def make() -> Backend:
            registry = BackendRegistry(chosen)
            assert registry.backends, registry.failures
            return registry.backends[name]

        return make
