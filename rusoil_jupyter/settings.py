"""What can be chosen, as plain values. Hosts fill these from their own configuration system.

A setting is one field of :class:`Settings`: its variable, its trait in Jupyter's configuration and its row in
the documentation are made from :meth:`Settings.describe`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import AUTO, HostedPolicy, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Notation:
    """How a value that is no single word is written in a variable: in words, and what reads it."""

    words: str
    read: Callable[[str], Any]


def _split_path(text: str) -> list[str]:
    return [part for part in text.split(os.pathsep) if part]


def _split_names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _parse_backends(text: str) -> dict[str, dict[str, Any]]:
    if not text.lstrip().startswith("{"):
        return {kind: {"kind": kind} for kind in _split_names(text)}
    try:
        backends: dict[str, dict[str, Any]] = json.loads(text)
    except ValueError as error:
        raise InvalidRequest(
            _("RUSOIL_BACKENDS is not valid JSON: {reason}.").format(reason=error),
            _("Write a JSON object, or a comma-separated list of kinds such as “llama-cpp”."),
            field="backends",
        ) from error
    return backends


_AS_IT_IS = Notation("", str)
Folders = Annotated[tuple[Path, ...], Notation("separated as in PATH", _split_path)]
Names = Annotated[tuple[str, ...], Notation("separated by commas", _split_names)]
Backends = Annotated[
    dict[str, dict[str, Any]], Notation("JSON, or kinds separated by commas", _parse_backends)
]
_VARIABLES = {"model_dirs": "RUSOIL_MODEL_DIR"}  # of one folder, as PATH is


@dataclass(frozen=True)
class Setting:
    """A field of :class:`Settings`, as hosts and documents tell of it."""

    name: str
    type: Any
    variable: str
    notation: Notation
    meaning: str

    @property
    def environment(self) -> str:
        """The variable, and how a value is written there."""
        return self.variable + (f" ({self.notation.words})" if self.notation.words else "")


def _describe(name: str, field: FieldInfo) -> Setting:
    [notation] = [one for one in field.metadata if isinstance(one, Notation)] or [_AS_IT_IS]
    number = f" By default {field.default:,}." if type(field.default) in {int, float} else ""
    return Setting(
        name,
        field.annotation,
        _VARIABLES.get(name, f"RUSOIL_{name.upper()}"),
        notation,
        f"{field.description}{number}",
    )


def _data_dir() -> Path:
    return platformdirs.user_data_path("rusoil-jupyter", appauthor=False)


class Settings(BaseModel):
    """Choices of one installation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Field(default="local", description="Where this server stands. Shown in api/status.")
    data_dir: Path = Field(
        default_factory=_data_dir, description="Folder for sessions and downloaded models."
    )
    model_dirs: Folders = Field(
        default=(),
        description="Folders searched for GGUF models (or single files), before assistant_dir/models.",
    )
    model_mirror: str = Field(
        default="",
        description="Address or folder that has the files of models by their names; asked before their own "
        "source.",
    )
    backends: Backends = Field(
        default_factory=lambda: {"llama-cpp": {"kind": "llama-cpp"}},
        description="Ways to reach models, in order of preference: name to {'kind': ..., options}. "
        "Kinds: llama-cpp, openai-compatible (base_url, api_key_env), openai, azure-openai, anthropic, "
        "google, mistral, ollama, vllm, scripted.",
    )
    default_model: str = Field(
        default=AUTO,
        description="The model that “auto” means; by default the best one that fits into the memory.",
    )
    fallback: Names = Field(
        default=(),
        description="Who answers for “auto”, in order: model ids, or names of backends. When one can't "
        "answer before its first word, the next one does, and the user is told. In mode hybrid the order of "
        "the backends unless given.",
    )
    hosted: HostedPolicy = Field(
        default="ask",
        description="Models that run elsewhere: ask each user before anything is sent (the default), agreed "
        "for everybody by you, or off.",
    )
    turns_per_user: int = Field(
        default=16, ge=1, description="How many answers one user may have under way; more are refused."
    )
    grace_seconds: float = Field(
        default=60,
        gt=0,
        description="How long an answer that nobody reads runs on, and can be resumed, after its connection "
        "was lost.",
    )
    upload_quota: int = Field(
        default=1_000_000_000, ge=0, description="Bytes that one user's uploads may take together."
    )
    upload_seconds: float = Field(
        default=24 * 3600, gt=0, description="How long an upload is kept after it was last used."
    )

    @classmethod
    def describe(cls) -> tuple[Setting, ...]:
        """Every setting with its variable and its meaning."""
        return tuple(_describe(name, field) for name, field in cls.model_fields.items())

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
        given = ((setting, environ.get(setting.variable)) for setting in cls.describe())
        values = {setting.name: setting.notation.read(text) for setting, text in given if text}
        values.update({key: value for key, value in overrides.items() if value is not None})
        try:
            return cls(**values)
        except ValidationError as error:
            raise InvalidRequest.from_validation(error) from error
