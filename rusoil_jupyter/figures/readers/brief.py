"""A figure too large to be read while its plot waits: what it is about, without its numbers.

Long columns are cut short before the figure is read as any other, and what is then known of numbers is
dropped: nothing is said that the whole figure would not say too.
"""

from __future__ import annotations

import hashlib
import marshal
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.readers.packed import is_flat
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import FigureDescription, Panel, Series

LONG, SHORTEST = 40, 21  # cells: longer columns are cut, each length to one of its own
DEEPEST = 100
_UNREAD = frozenset(("customdata", "ids", "hovertext", "hovertemplate", "frames"))
_ONE_EACH = frozenset(("line", "scatter", "step", "area"))  # of plotly: all rows of a trace
# Milliseconds of a processor, measured by tests/bench/capture_web.py: what a series takes, a character of
# an array in base64 (with the statistics of its numbers), a number in a list, a text that is a date, that
# names a category, that is shown at a point.
_SERIES, _CHARACTER, _NUMBER, _DATE, _CATEGORY, _SHOWN = 0.6, 2e-6, 4e-5, 6e-5, 2e-3, 3e-3
_COLUMN_OF_TEXTS = 4e-4  # of bokeh, where few of them name categories
_TIMES = {  # as long, where numbers are sorted
    **dict.fromkeys(("histogram", "histogram2d", "histogram2dcontour"), 6),
    **dict.fromkeys(("box", "violin"), 2),
}
_UNPACKING = 4  # ... or whose array is packed, as bokeh's are


@dataclass
class Load:
    """What reading a figure costs."""

    ms: float = 0.0
    bytes: int = 0  # of memory that the figure takes as it is, about
    cells: int = 0


def load_of_plotly(figure: Any) -> Load:
    """Of a plotly figure as JSON values; anything else costs nothing, as it is refused at once."""
    load = Load()
    if not isinstance(figure, dict):
        return load
    for trace in figure.get("data") or () if isinstance(figure.get("data"), list) else ():
        if isinstance(trace, dict):
            one = Load()
            _weigh(one, {key: value for key, value in trace.items() if key not in _UNREAD and key != "text"})
            times = _TIMES.get(str(trace.get("type")), 1)
            texts = trace.get("text")
            shown = len(texts) if isinstance(texts, list) and "text" in str(trace.get("mode")) else 0
            load.ms += _SERIES + times * one.ms + shown * _SHOWN
            load.bytes += one.bytes
            load.cells += one.cells
    _weigh(load, figure.get("layout"))
    return load


def load_of_bokeh(documents: list[dict[str, Any]]) -> Load:
    """Of bokeh's documents, once they are JSON values."""
    load = Load()
    _weigh(load, documents, is_bokeh=True)
    return load


def _weigh(load: Load, value: Any, *, is_bokeh: bool = False) -> None:
    a_character = _CHARACTER * (_UNPACKING if is_bokeh else 1)
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            load.bytes += len(node)
            load.cells += len(node) // 11
            load.ms += len(node) * a_character
        elif isinstance(node, dict):
            load.ms += _SERIES * (node.get("name") == "GlyphRenderer")
            waiting += node.values()
        elif isinstance(node, list) and node:
            if len(node) <= LONG or isinstance(node[0], dict):
                waiting += node
            elif isinstance(node[0], list):
                _weigh_rows(load, node)
                load.ms += _SERIES * len(node) * is_bokeh  # each row a line
            else:
                load.bytes += 32 * len(node)
                load.cells += len(node)
                load.ms += len(node) * _cell(node, _COLUMN_OF_TEXTS if is_bokeh else _CATEGORY)


def _weigh_rows(load: Load, rows: list[Any]) -> None:
    """A table, or a line in each row; a few of them tell of all."""
    some = [row for row in rows[:: max(1, len(rows) // 20)] if isinstance(row, list)]
    cells = sum(map(len, some)) * len(rows) / max(len(some), 1)
    load.bytes += int(32 * cells)
    load.cells += int(cells)
    load.ms += cells * 4 * _NUMBER


def _cell(column: list[Any], category: float) -> float:
    some = [cell for cell in column[:: max(1, len(column) // 500)] if cell is not None]
    texts = [cell for cell in some if isinstance(cell, str)]
    if 2 * len(texts) <= len(some):
        return _NUMBER
    if all(text[:4].isdigit() and text[4:5] == "-" for text in texts[:20]):
        return _DATE
    return _DATE + category * (len(set(texts)) - 1) / len(texts)


def digest(source: Any) -> str:
    """A name for these JSON values, the same for the same ones: what is brief of two figures may be equal.

    Raises:
        ValueError: they are nested too deep.
    """
    # Version 2 writes no references, which depend on more than the values.
    return hashlib.blake2b(marshal.dumps(source, 2), digest_size=6).hexdigest()


def brief(source: Any, read: Callable[[Any], Reading | None]) -> FigureDescription | None:
    """What a figure says without its numbers; ``None`` where it says nothing.

    Args:
        source: of JSON values, as ``read`` takes it.
        read: the reader of its library.

    Raises:
        InvalidRequest: it is broken.
    """
    heads = _Heads()
    reading = read(heads.of(source))
    if reading is None:
        return None
    lengths = heads.lengths() if reading.description.library == "plotly" else {}
    description = reading.description
    return description.model_copy(
        update={
            "panels": tuple(_panel(panel, lengths) for panel in description.panels),
            "omitted": (*description.omitted, _("all numbers: they are read when somebody asks"))[:50],
        }
    )


def _panel(panel: Panel, lengths: dict[int, int]) -> Panel:
    axes = {}
    for name, axis in panel.axes.items():
        update: dict[str, Any] = {"range": None} if name in {"color", "z"} else {}
        axes[name] = axis.model_copy(update=update | ({"categories": ()} if axis.categories else {}))
    categorical = {name for name, axis in panel.axes.items() if axis.kind == "category"}
    return panel.model_copy(
        update={
            "axes": axes,
            "series": tuple(_series(one, lengths) for one in panel.series),
            "references": tuple(one for one in panel.references if one.axis not in categorical),
            "notes": () if categorical else panel.notes,
        }
    )


def _series(series: Series, lengths: dict[int, int]) -> Series:
    n = lengths.get(series.n, 0) if series.kind in _ONE_EACH else 0
    return series.model_copy(update={"n": n, "values": {}, "stats": {}, "names": (), "sampled": True})


@dataclass
class _Heads:
    """A figure with its long columns cut; it tells how long the whole ones are."""

    _sizes: dict[int, int] = field(default_factory=dict)
    _short: set[int] = field(default_factory=set)

    def of(self, node: Any, depth: int = 0) -> Any:
        """The same with its columns cut; what is not cut may be shared with it."""
        if depth > DEEPEST:
            return None
        if isinstance(node, dict):
            if "bdata" in node or (node.get("type") == "ndarray" and "array" in node):
                return self._array(node)
            return {key: self.of(one, depth + 1) for key, one in node.items() if key not in _UNREAD}
        if not isinstance(node, list):
            return node
        if not node or isinstance(node[0], dict):
            return [self.of(one, depth + 1) for one in node]
        if isinstance(node[0], list):
            is_table = is_flat(node[0])
            return [self.of(one, depth + 1) for one in (node[: self._size(len(node))] if is_table else node)]
        return node[: self._size(len(node))] if is_flat(node) else [self.of(one, depth + 1) for one in node]

    def lengths(self) -> dict[int, int]:
        """The length of a whole column by that of its head, where there is no doubt."""
        cut = list(self._sizes.values())
        return {
            head: whole
            for whole, head in self._sizes.items()
            if cut.count(head) == 1 and head not in self._short
        }

    def _size(self, length: int) -> int:
        if length <= LONG:
            self._short.add(length)
            return length
        return self._sizes.setdefault(length, max(LONG - len(self._sizes), SHORTEST))

    def _array(self, node: dict[str, Any]) -> dict[str, Any] | list[Any]:
        """Noughts instead of an array: it needn't be unpacked, and its numbers are dropped anyway."""
        given = node.get("shape")
        shape = [int(size) for size in (given.split(",") if isinstance(given, str) else given or ())]
        if not shape:
            data, kind = node.get("bdata", ""), str(node.get("dtype"))
            width = int("".join(filter(str.isdigit, kind)) or 8)
            shape = [len(data) * 3 // 4 // (width if width <= 8 and "int" not in kind else width // 8)]
        sizes = [self._size(size) for size in shape]
        if "bdata" not in node:
            return {**node, "array": [0.0] * math.prod(sizes), "shape": sizes}
        return [0.0] * sizes[0] if len(sizes) == 1 else [[0.0] * sizes[1]] * sizes[0]
