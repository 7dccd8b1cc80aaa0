"""Messages between the server and the processes that read: eight bytes of length, then JSON.

Both sides write and read them here.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any, TypeVar

from pydantic_core import PydanticSerializationError, to_json

from rusoil_jupyter.errors import ErrorDetail
from rusoil_jupyter.messages import Value

Kind = TypeVar("Kind", bound=Value)
_HEAD = struct.Struct(">Q")


class Question(Value):
    """An errand by its name, the language of whoever asks, and what it needs."""

    errand: str
    reader: str
    given: Any


class Answer(Value):
    """What was brought; or the error for a person, and its cause for the log."""

    brought: Any = None
    error: ErrorDetail | None = None
    cause: str = ""


def write_frame(pipe: IO[bytes], message: Value) -> None:
    """Send one message.

    Raises:
        OSError: the other side is gone.
    """
    data = _written(message)
    pipe.write(_HEAD.pack(len(data)) + data)
    pipe.flush()


def read_frame(pipe: IO[bytes], most: int) -> bytes:
    """One message.

    Raises:
        EOFError: the other side is gone.
        ValueError: it is longer than ``most`` bytes.
    """
    (size,) = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if size > most:
        raise ValueError(size)
    return _exactly(pipe, size)


def opened(message: bytes, kind: type[Kind]) -> Kind:
    """A message as the value that it is.

    Raises:
        ValueError: it is none.
    """
    return kind.model_validate(json.loads(message))


def _written(message: Value) -> bytes:
    """As JSON; by what writes a large figure in a fifth of a second, in which no other thread runs."""
    try:
        return to_json(message, inf_nan_mode="constants")
    except PydanticSerializationError:  # half a character somewhere
        return json.dumps(message.model_dump()).encode(errors="surrogatepass")


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
