"""Settings of the core as traits of Jupyter's configuration: the same names, types and meanings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from traitlets import Bool, Dict, Enum, Float, Int, List, TraitType, Unicode

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.settings import Setting, Settings

_RENAMED = {"data_dir": "assistant_dir"}  # Jupyter's applications have a data_dir of their own
_TRAITS: dict[Any, Callable[[Any], TraitType[Any, Any]]] = {
    Literal: lambda type_: Enum(get_args(type_), default_value=None, allow_none=True),
    tuple: lambda _type: List(Unicode(), default_value=None, allow_none=True),
    dict: lambda _type: Dict(default_value=None, allow_none=True),
    str: lambda _type: Unicode(None, allow_none=True),
    Path: lambda _type: Unicode(None, allow_none=True),
    bool: lambda _type: Bool(None, allow_none=True),
    int: lambda _type: Int(None, allow_none=True),
    float: lambda _type: Float(None, allow_none=True),
}


def name_trait(setting: Setting) -> str:
    """What a setting is called in Jupyter's configuration."""
    return _RENAMED.get(setting.name, setting.name)


def make_traits(settings: type[Settings]) -> dict[str, TraitType[Any, Any]]:
    """A trait for each setting; where it is ``None``, the environment says.

    Raises:
        KeyError: there is no trait for the type of a setting.
    """
    return {name_trait(setting): _make_trait(setting) for setting in settings.describe()}


def _make_trait(setting: Setting) -> TraitType[Any, Any]:
    trait = _TRAITS[get_origin(setting.type) or setting.type](setting.type)
    trait.help = f"{setting.meaning} Environment: {setting.environment}."
    return trait.tag(config=True)
