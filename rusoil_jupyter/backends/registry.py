"""From configuration to backends: entry points, where a broken plugin hurts only itself."""

from __future__ import annotations

import asyncio
import logging
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from rusoil_jupyter.backends.base import Backend, KeepsFiles
from rusoil_jupyter.backends.keys import refuse_literal_keys
from rusoil_jupyter.errors import InvalidRequest, RusoilError, UnknownModel
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import BackendStatus, PluginFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rusoil_jupyter.protocol import ModelInfo
    from rusoil_jupyter.settings import Settings

GROUP = "rusoil_jupyter.backends"
log = logging.getLogger(__name__)


def load_backend_class(kind: str) -> Callable[..., Backend]:
    """The class that the entry point ``kind`` names.

    Raises:
        LookupError: no installed distribution offers that kind.
    """
    for entry_point in entry_points(group=GROUP, name=kind):
        loaded: Callable[..., Backend] = entry_point.load()
        return loaded
    raise LookupError(f"no installed package offers a backend of the kind “{kind}”")


class BackendRegistry:
    """The configured backends, in order of preference, made at first use."""

    def __init__(
        self,
        settings: Settings,
        load: Callable[[str], Callable[..., Backend]] = load_backend_class,
    ) -> None:
        self._settings = settings
        self._load = load
        self._backends: dict[str, Backend] | None = None
        self.failures: list[PluginFailure] = []

    @property
    def backends(self) -> dict[str, Backend]:
        """Name to backend. Those that could not be made are in :attr:`failures`."""
        if self._backends is None:
            self._backends = {}
            for name, options in self._settings.backends.items():
                if backend := self._make(name, dict(options)):
                    self._backends[name] = backend
        return self._backends

    def _make(self, name: str, options: dict[str, object]) -> Backend | None:
        kind = str(options.pop("kind", name))
        try:
            refuse_literal_keys(options)
            return self._load(kind)(name, self._settings, **options)
        except RusoilError as error:
            log.error("backend %s (%s) could not be made: %s", name, kind, error)
            reason = f"{error.message} {error.next_step}".strip()
            self.failures.append(PluginFailure(group=GROUP, name=name, error=reason))
            return None
        # A plugin is somebody else's code: whatever it raises is reported and the rest works.
        except Exception as error:
            log.exception("backend %s (%s) could not be made", name, kind)
            reason = f"{type(error).__name__}: {error}"
            self.failures.append(PluginFailure(group=GROUP, name=name, error=reason))
            return None

    async def models(self) -> list[ModelInfo]:
        """The models of all backends, in order of preference."""
        lists = await asyncio.gather(*(self._models_of(b) for b in self.backends.values()))
        return [model for models in lists for model in models]

    async def _models_of(self, backend: Backend) -> Iterable[ModelInfo]:
        try:
            return await backend.models()
        except RusoilError as error:
            log.warning("backend %s lists no models: %s", backend.name, error)
        except Exception:  # somebody else's code, as in _make
            log.exception("backend %s lists no models", backend.name)
        return ()

    async def statuses(self) -> list[BackendStatus]:
        """Health of all backends, in order of preference; one that fails to tell is not ready."""
        return await asyncio.gather(*(self._status_of(b) for b in self.backends.values()))

    async def _status_of(self, backend: Backend) -> BackendStatus:
        try:
            return await backend.status()
        except Exception as error:  # somebody else's code, as in _make
            log.exception("backend %s does not tell its health", backend.name)
            return BackendStatus(
                name=backend.name,
                kind=str(self._settings.backends[backend.name].get("kind", backend.name)),
                ready=False,
                reason=_("This plugin is broken ({reason}).").format(
                    reason=f"{type(error).__name__}: {error}"
                ),
                next_step=_("Update it, or take it out of the configuration; the log has the details."),
            )

    def find(self, model_id: str) -> tuple[Backend, str]:
        """The backend of a model id and the model's name there.

        Raises:
            UnknownModel: the prefix names no backend.
        """
        name, _slash, model = model_id.partition("/")
        if not model or name not in self.backends:
            raise UnknownModel(
                _("There is no model called “{model}”.").format(model=model_id),
                _("Choose one from the list of models, or “auto”."),
                field="model",
            )
        return self.backends[name], model

    def keeper(self, model_id: str) -> tuple[KeepsFiles, str]:
        """Who keeps the files of a model, and the model's name there.

        Raises:
            UnknownModel: the prefix names no backend.
            InvalidRequest: that backend keeps no files.
        """
        backend, model = self.find(model_id)
        if isinstance(backend, KeepsFiles):
            return backend, model
        raise InvalidRequest(
            _("{backend} keeps no files of {model}.").format(backend=backend.name, model=model),
            _("Choose a model that runs on this computer."),
            field="model",
        )

    async def aclose(self) -> None:
        """Close every backend that was made."""
        backends = list((self._backends or {}).values())
        self._backends = {}
        results = await asyncio.gather(*(b.aclose() for b in backends), return_exceptions=True)
        for backend, result in zip(backends, results, strict=True):
            if isinstance(result, BaseException):
                log.error("backend %s did not close well: %r", backend.name, result)
