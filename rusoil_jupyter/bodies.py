"""Bodies of requests, whatever wire they come over: bounded, and read beside the event loop.

The parser is quick, but nobody else runs while it works. What it costs is told before by the marks of JSON's
structure: an object or a list takes as long as some numbers.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from rusoil_jupyter.aside import computed
from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BYTES = 64 * 2**20
SMALL_BYTES = 64 * 2**10  # sooner read than handed over
MAX_MARKS = 2_000_000  # a fifth of a second
_MARKS = {"{": 5, "[": 5, ",": 1}
_STEP = 2**20

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
B = TypeVar("B", bound=str | bytes)


async def read(kind: type[M], body: bytes) -> M:
    """A body as this value.

    Raises:
        InvalidRequest: it is not one; the field that is wrong is named.
        PayloadTooLarge: it is longer, or made of more parts, than any request.
    """
    return await parsed(lambda data: _validated(kind, data), body)


async def parsed(parse: Callable[[B], T], body: B) -> T:
    """What ``parse`` makes of a body. Raises as :func:`read`, and as ``parse`` itself."""
    if len(body) > MAX_BYTES:
        raise PayloadTooLarge(
            _("The request is larger than {limit} MB.").format(limit=MAX_BYTES >> 20),
            _("Attach less."),
            field="body",
        )
    if len(body) <= SMALL_BYTES:
        return parse(body)
    return await computed(_parsed, parse, body)


def _parsed(parse: Callable[[B], T], body: B) -> T:
    if _marks(body) > MAX_MARKS:
        raise PayloadTooLarge(
            _("The request is made of too many small parts."), _("Attach less."), field="body"
        )
    with _uncollected():
        return parse(body)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles: what is parsed has none, and each look would go through all of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _marks(body: str | bytes) -> int:
    """Counted step by step, between which others run."""
    steps = (body[at : at + _STEP] for at in range(0, len(body), _STEP))
    return sum(
        weight * (step.count(mark) if isinstance(step, str) else step.count(mark.encode()))
        for step in steps
        for mark, weight in _MARKS.items()
    )


def _validated(kind: type[M], body: bytes) -> M:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from error
