"""A variable as text for a model: its shape and a sample, and a statement of what was left out.

pandas, numpy and matplotlib are never imported: a value can only be theirs if the notebook imported them.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice
from pprint import pformat
from typing import Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.figures import variables

HEAD = 5
MAX_ITEMS = 50
MAX_COLUMNS = 50
MAX_CHARS = 8000
MAX_ITEM_CHARS = 1000
MAX_KEY_CHARS = 200
_WIDTH = 100


def describe(value: object) -> str:
    """The value as text. A string is itself, whole; everything else is capped and says so.

    Raises:
        Exception: whatever the value's own ``repr`` or methods raise.
    """
    if isinstance(value, str):
        return value
    if variables.is_figure(value) and (reading := variables.reading_of(value)) is not None:
        from rusoil_jupyter_kernel.figures.compact import compact

        return compact(reading.description)
    for module, kind, text in (
        ("pandas", "DataFrame", _frame),
        ("pandas", "Series", _series),
        ("numpy", "ndarray", _array),
    ):
        if _is(value, module, kind):
            return text(value)
    if isinstance(value, Mapping):
        return _collection(value, "{}", (f"{_key(key)}: {_item(item)}" for key, item in value.items()))
    if isinstance(value, list | tuple | Set):
        ends = "[]" if isinstance(value, list) else "()" if isinstance(value, tuple) else "{}"
        return _collection(value, ends, map(_item, value))
    if inspect.isroutine(value) or inspect.isclass(value):
        return _source(value)
    return cap(pformat(value, width=_WIDTH), MAX_CHARS)


def cap(text: str, limit: int) -> str:
    """The text, or its first ``limit`` characters and a count of the others."""
    if len(text) <= limit:
        return text
    rest = len(text) - limit
    return text[:limit] + " " + _("… {count} more characters not shown").format(count=rest)


def _is(value: object, module: str, kind: str) -> bool:
    cls = getattr(sys.modules.get(module), kind, None)
    return isinstance(cls, type) and isinstance(value, cls)


def _item(value: object) -> str:
    return cap(pformat(value, width=_WIDTH, sort_dicts=False, depth=6), MAX_ITEM_CHARS)


def _key(key: object) -> str:
    return cap(repr(key), MAX_KEY_CHARS)


def _collection(value: Any, ends: str, items: Iterable[str]) -> str:
    if len(value) <= MAX_ITEMS:
        whole = pformat(value, width=_WIDTH, sort_dicts=False)
        if len(whole) <= MAX_CHARS:
            return whole
    lines: list[str] = []
    for line in islice(items, MAX_ITEMS):
        if lines and sum(map(len, lines)) + len(line) > MAX_CHARS:
            break
        lines.append(line)
    body = [f" {line}," for line in lines] + _rest(len(value) - len(lines), _("items"))
    title = _("{kind} of {count} items:").format(kind=type(value).__name__, count=len(value))
    return "\n".join([title, ends[0], *body, ends[1]])


def _rest(count: int, noun: str) -> list[str]:
    text = _("… {count} more {noun} not shown").format(count=count, noun=noun)
    return [text] if count > 0 else []


def _frame(frame: Any) -> str:
    rows, width = frame.shape
    shown = frame.iloc[:, :MAX_COLUMNS]
    missing = shown.isna().sum()
    columns = [
        f"- {name!s}: {kind}, " + _("{count} missing").format(count=int(lost))
        for name, kind, lost in zip(shown.columns, shown.dtypes, missing, strict=True)
    ]
    return "\n".join(
        [
            _("DataFrame of {rows} rows and {columns} columns").format(rows=rows, columns=width),
            _("Columns:"),
            *columns,
            *_rest(width - MAX_COLUMNS, _("columns")),
            _("First rows:"),
            _table(shown.head(HEAD)),
            *_rest(rows - HEAD, _("rows")),
        ]
    )


def _table(head: Any) -> str:
    text = head.to_string(max_colwidth=80, max_cols=MAX_COLUMNS)
    return cap(str(text), MAX_CHARS)


def _series(series: Any) -> str:
    title = _("Series {name!r} of {count} values, dtype {dtype}, {missing} missing").format(
        name=series.name,
        count=len(series),
        dtype=series.dtype,
        missing=int(series.isna().sum()),
    )
    head = cap(str(series.head(HEAD).to_string()), MAX_CHARS)
    rest = _rest(len(series) - HEAD, _("values"))
    return "\n".join([title, *_numbers(series.to_numpy()), _("First values:"), head, *rest])


def _array(array: Any) -> str:
    title = _("numpy array of shape {shape}, dtype {dtype}").format(shape=array.shape, dtype=array.dtype)
    first = _plain(array.reshape(-1)[: HEAD * 2] if array.size <= HEAD * 2 else _first(array))
    rest = _rest(array.size - HEAD * 2, _("values"))
    return "\n".join([title, *_numbers(array), _("First values:"), str(first), *rest])


def _first(array: Any) -> Any:
    return array.flat[: HEAD * 2]


def _plain(values: Any) -> Sequence[Any]:
    return [_Cut(cap(repr(item), 80)) for item in values.tolist()]


class _Cut(str):
    """A text that prints as it is inside a list."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _numbers(values: Any) -> list[str]:
    """Minimum, maximum and mean of what is a finite number; nothing for other kinds."""
    numpy = sys.modules["numpy"]
    if getattr(values.dtype, "kind", "O") not in "iuf":
        return []
    finite = values[numpy.isfinite(values)]
    if not finite.size:
        return [_("No finite numbers")]
    low, high, mean = finite.min(), finite.max(), finite.mean()
    stats = _("min {low:.6g}, max {high:.6g}, mean {mean:.6g}")
    return [stats.format(low=low, high=high, mean=mean)]


def _source(value: Any) -> str:
    try:
        return cap(inspect.getsource(value), MAX_CHARS)
    except (OSError, TypeError):
        return cap(repr(value), MAX_CHARS)
