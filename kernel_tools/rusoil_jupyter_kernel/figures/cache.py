"""Figures that can still be asked about all of their points: the latest ones, within bounds.

What is kept are descriptions and arrays, never figures: those are closed and freed as before.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading

MOST_FIGURES = 64
MOST_BYTES = 256 * 1024 * 1024


class Cache:
    """Readings by the ids of their descriptions. The one asked for least recently goes first.

    Args:
        most: figures.
        most_bytes: of arrays; a figure larger than that alone is not kept.
    """

    def __init__(self, most: int = MOST_FIGURES, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[str, Reading] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        self._last = ""

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        return self._bytes

    @property
    def last(self) -> Reading | None:
        """The reading that was kept last, if it is still there."""
        return self.get(self._last)

    def keep(self, reading: Reading) -> None:
        """Remember the reading under its id."""
        key, size = reading.description.id, _size(reading)
        with self._lock:
            self._last = key
            self._drop(key)
            if size > self._most_bytes:
                return
            self._kept[key] = reading
            self._bytes += size
            while len(self._kept) > self._most or self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def get(self, key: str) -> Reading | None:
        """The reading, if it is still there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, key: str) -> None:
        reading = self._kept.pop(key, None)
        if reading is not None:
            self._bytes -= _size(reading)


def _size(reading: Reading) -> int:
    return sum(column.nbytes for columns in reading.arrays.values() for column in columns.values())


figures = Cache()
