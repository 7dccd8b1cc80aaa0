"""Pictures of a step are kept apart: what is said in a session is read and written without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]
KEY = "picture"  # in place of a picture: its id
LEAST_CHARS = 2000  # smaller ones cost less where they are


def take_out(part: Json, keep: Callable[[str], str]) -> Json:
    """A part of a message, as JSON, with ids in place of its pictures.

    Args:
        part: the part; it stays as it is.
        keep: keeps a picture and returns its id.
    """
    if part["type"] == "image" and _is_large(part["data"]):
        return {**part, "data": "", KEY: keep(part["data"])}
    if part["type"] == "output":
        shown = {kind: _kept(kind, value, keep) for kind, value in part["mimebundle"].items()}
        return {**part, "mimebundle": shown}
    return part


def put_in(part: Json, pictures: Mapping[str, str]) -> Json:
    """The part as it was."""
    if KEY in part:
        return {name: value for name, value in part.items() if name != KEY} | {"data": pictures[part[KEY]]}
    if part["type"] == "output":
        shown = {kind: _put(kind, value, pictures) for kind, value in part["mimebundle"].items()}
        return {**part, "mimebundle": shown}
    return part


def _is_large(data: object) -> bool:
    return isinstance(data, str) and len(data) >= LEAST_CHARS


def _kept(kind: str, value: Any, keep: Callable[[str], str]) -> Any:
    return {KEY: keep(value)} if kind.startswith("image/") and _is_large(value) else value


def _put(kind: str, value: Any, pictures: Mapping[str, str]) -> Any:
    is_kept = kind.startswith("image/") and isinstance(value, dict) and value.keys() == {KEY}
    return pictures.get(value[KEY], value) if is_kept else value
