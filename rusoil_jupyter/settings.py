"""What can be chosen, as plain values. Hosts fill these from their own configuration system."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import AUTO, HostedPolicy, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping


_TEXTS = (
    *("mode", "data_dir", "model_mirror", "default_model", "hosted"),
    *("grace_seconds", "upload_quota", "upload_seconds"),
)


def _data_dir() -> Path:
    return platformdirs.user_data_path("rusoil-jupyter", appauthor=False)


class Settings(BaseModel):
    """Choices of one installation.

    Attributes:
        mode: where this installation stands; reported in ``api/status``.
        data_dir: sessions and downloaded models of this user.
        model_dirs: where GGUF files are looked for, in order: folders, or single files.
        model_mirror: asked first for each file of a download: an address or folder that has them by name.
        backends: name to ``{"kind": ..., **options}``; their order is the order of preference.
        default_model: a model id, or ``auto`` for the best one that fits.
        fallback: who answers for ``auto``, in order: model ids, or names of backends for the best model of
            each. When one can't answer before its first word, the next one does. In mode ``hybrid`` it is
            the order of the backends unless given.
        hosted: what becomes of models that run elsewhere: ``ask`` each user once for each host,
            ``agreed`` for everybody by whoever runs this, or ``off``.
        turns_per_user: how many turns one user may have running.
        grace_seconds: how long a turn runs on, and is kept for ``resume``, when nobody reads it.
        upload_quota: bytes that one user's uploads may take together.
        upload_seconds: how long an upload is kept after it was last used.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "local"
    data_dir: Path = Field(default_factory=_data_dir)
    model_dirs: tuple[Path, ...] = ()
    model_mirror: str = ""
    backends: dict[str, dict[str, Any]] = Field(default_factory=lambda: {"llama-cpp": {"kind": "llama-cpp"}})
    default_model: str = AUTO
    fallback: tuple[str, ...] = ()
    hosted: HostedPolicy = "ask"
    turns_per_user: int = Field(default=16, ge=1)
    grace_seconds: float = Field(default=60, gt=0)
    upload_quota: int = Field(default=1_000_000_000, ge=0)
    upload_seconds: float = Field(default=24 * 3600, gt=0)

    @property
    def chain(self) -> tuple[str, ...]:
        """Who answers for ``auto``, in order; empty where nobody answers instead of another."""
        if self.fallback or self.mode != "hybrid":
            return self.fallback
        return (*(() if self.default_model == AUTO else (self.default_model,)), *self.backends)

    @property
    def database(self) -> Path:
        """The file of sessions and consents."""
        return self.data_dir / "sessions.db"

    @property
    def model_path(self) -> tuple[Path, ...]:
        """All folders searched for models, the user's own last."""
        return (*self.model_dirs, self.data_dir / "models")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Settings from ``RUSOIL_*`` variables; ``overrides`` win where they are not ``None``.

        ``RUSOIL_BACKENDS`` is JSON (as :attr:`backends`) or a comma-separated list of kinds.

        Raises:
            InvalidRequest: a variable has a value that is not allowed; the variable is named.
        """
        values: dict[str, Any] = {}
        for field in _TEXTS:
            if text := environ.get(f"RUSOIL_{field.upper()}"):
                values[field] = text
        if text := environ.get("RUSOIL_MODEL_DIR"):
            values["model_dirs"] = [part for part in text.split(os.pathsep) if part]
        if text := environ.get("RUSOIL_FALLBACK"):
            values["fallback"] = [part.strip() for part in text.split(",") if part.strip()]
        if text := environ.get("RUSOIL_BACKENDS"):
            values["backends"] = _parse_backends(text)
        values.update({key: value for key, value in overrides.items() if value is not None})
        try:
            return cls(**values)
        except ValidationError as error:
            raise InvalidRequest.from_validation(error) from error


def _parse_backends(text: str) -> dict[str, dict[str, Any]]:
    if not text.lstrip().startswith("{"):
        return {kind.strip(): {"kind": kind.strip()} for kind in text.split(",") if kind.strip()}
    try:
        backends: dict[str, dict[str, Any]] = json.loads(text)
    except ValueError as error:
        raise InvalidRequest(
            _("RUSOIL_BACKENDS is not valid JSON: {reason}.").format(reason=error),
            _("Write a JSON object, or a comma-separated list of kinds such as “llama-cpp”."),
            field="backends",
        ) from error
    return backends
