"""Plotly's cells: lists or typed arrays (``{"dtype": ..., "bdata": ...}``), numbers, dates and categories."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.readers.packed import from_base64
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_CELLS = 4_000_000
MOST_KEPT = 256
_TYPES = {
    **{name: f"<{name}" for name in ("i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")},
    "i1": "i1",
    "u1": "u1",
    "u1c": "u1",
    "int8": "i1",
    "uint8": "u1",
    "uint8c": "u1",
    "int16": "<i2",
    "uint16": "<u2",
    "int32": "<i4",
    "uint32": "<u4",
    "float32": "<f4",
    "float64": "<f8",
}
_DATE = re.compile(
    r"^-?\d{4}-\d\d?(?:-\d\d?(?:[ T]\d\d?(?::\d\d(?::\d\d(?:\.\d+)?)?)?)?)?(?:Z|[+-]\d\d:?\d\d)?$"
)
_ZONE = re.compile(r"(?<=:\d\d)(?:Z|[+-]\d\d:?\d\d)$|(?<=\.\d)(?:Z|[+-]\d\d:?\d\d)$|Z$")


def cells(value: Any) -> list[Any] | NDArray[Any]:
    """A column as it is in the figure or, a typed array, as an array; empty for anything else.

    It is not to be written into.

    Raises:
        InvalidRequest: a typed array that is broken or far too long.
    """
    if isinstance(value, dict):
        return _typed(value) if "bdata" in value else []
    if not isinstance(value, list | tuple):
        return []
    if len(value) > MOST_CELLS:
        raise _too_long()
    return value if isinstance(value, list) else list(value)


def _typed(value: dict[str, Any]) -> NDArray[Any]:
    kind, data = _TYPES.get(str(value.get("dtype"))), value.get("bdata")
    if kind is None or not isinstance(data, str):
        raise _broken()
    if len(data) > MOST_CELLS * 11:
        raise _too_long()
    try:
        array = _decoded(data, kind)
        shape = value.get("shape")
        if shape is not None:
            sizes = [int(size) for size in (shape.split(",") if isinstance(shape, str) else shape)]
            array = array.reshape(sizes[:3])
    except (ValueError, TypeError, OverflowError) as error:
        raise _broken() from error
    return array


_kept: dict[tuple[int, str], tuple[str, NDArray[Any]]] = {}


def _decoded(data: str, kind: str) -> NDArray[Any]:
    """Decoded once for the several looks a reader takes; :func:`forget` when it is done."""
    key = (id(data), kind)  # to hash ten megabytes takes as long as to decode them
    known = _kept.get(key)
    if known is not None and known[0] is data:
        return known[1]
    array = np.frombuffer(from_base64(data), dtype=np.dtype(kind))
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[key] = (data, array)
    return array


def forget() -> None:
    """Let go of the arrays that were decoded."""
    _kept.clear()


def _broken() -> InvalidRequest:
    return InvalidRequest(
        _("This plotly figure has an array that can't be read: its length or type is wrong."),
        _("Run the cell that makes the figure again."),
        field="mimebundle",
    )


def _too_long() -> PayloadTooLarge:
    return PayloadTooLarge(
        _("This plotly figure has too many points to be read."),
        _("Plot fewer points, or aggregate them before plotting."),
        field="mimebundle",
    )


def grid(value: Any) -> NDArray[np.float64]:
    """A table of numbers, rows first; NaN where there is none; rows of unequal length are filled up."""
    found = cells(value)
    if isinstance(found, np.ndarray):
        return np.atleast_2d(found).astype(np.float64)
    rows = [as_numbers(cells(row) if isinstance(row, list | tuple | dict) else []) for row in found]
    width = max((row.size for row in rows), default=0)
    if width * len(rows) > MOST_CELLS:
        raise _too_long()
    table = np.full((len(rows), width), np.nan)
    for index, row in enumerate(rows):
        table[index, : row.size] = row
    return table


def as_numbers(column: Sequence[Any] | NDArray[Any]) -> NDArray[np.float64]:
    """Numbers, also those written as texts; NaN for what is none."""
    if isinstance(column, np.ndarray):
        return column.astype(np.float64).ravel()
    try:
        return np.array(column, dtype=np.float64).ravel()
    except (ValueError, TypeError, OverflowError):
        return np.array([_number(cell) for cell in column], dtype=np.float64)


def _number(cell: Any) -> float:
    if isinstance(cell, bool) or cell is None:
        return float("nan")
    try:
        return float(cell)
    except (ValueError, TypeError, OverflowError):
        return float("nan")


def as_seconds(column: Sequence[Any] | NDArray[Any]) -> NDArray[np.float64]:
    """Dates as seconds since 1970: texts (a zone is ignored, as plotly does) or milliseconds."""
    if isinstance(column, np.ndarray):
        return column.astype(np.float64).ravel() / 1000
    if (whole := _without_zones(column)) is not None:
        return whole
    texts = [_ZONE.sub("", cell.strip()) if isinstance(cell, str) else "" for cell in column]
    try:
        if all(texts):
            return _parsed(texts)
    except ValueError:
        pass
    return np.array(
        [_seconds(cell, text) for cell, text in zip(column, texts, strict=True)], dtype=np.float64
    )


def _parsed(texts: Sequence[str]) -> NDArray[np.float64]:
    moments = np.array(texts, dtype="datetime64[ms]")
    seconds = moments.astype(np.float64) / 1000
    seconds[np.isnat(moments)] = np.nan
    return np.asarray(seconds, dtype=np.float64)


def _without_zones(column: Sequence[Any]) -> NDArray[np.float64] | None:
    """Texts without a zone, read at once; ``None`` where each needs a look of its own."""
    try:
        joined = "\n".join(column)
        if not joined or any(mark in joined for mark in "Zz+") or joined.count("-") > 2 * len(column):
            return None
        return _parsed(column)
    except (TypeError, ValueError):
        return None


def _seconds(cell: Any, text: str) -> float:
    if not text:
        return _number(cell) / 1000
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        try:
            return float(np.datetime64(text, "ms").astype(np.float64)) / 1000
        except ValueError:
            return float("nan")


def kind_of(columns: list[Sequence[Any] | NDArray[Any]], strict: bool) -> str:
    """What plotly makes of an axis that has no type: ``linear``, ``date`` or ``category``.

    ``strict`` is ``autotypenumbers``: numbers written as texts are categories.
    """
    dates = words = figures = 0
    for column in columns:
        if isinstance(column, np.ndarray):
            figures += column.size
            continue
        for cell in column[:: max(1, len(column) // 1000)]:
            if isinstance(cell, bool):
                words += 1
            elif isinstance(cell, int | float):
                figures += 1
            elif isinstance(cell, str) and cell:
                if _DATE.match(cell) and not cell.lstrip("-").isdigit():
                    dates += 1
                elif strict or np.isnan(_number(cell)):
                    words += 1
                else:
                    figures += 1
            elif isinstance(cell, list):
                words += 1
    if dates > figures and dates >= words:
        return "date"
    return "category" if words > figures * 2 or (words and not figures) else "linear"
