"""Figures that can still be asked about all of their points: the latest ones, within bounds.

What is kept are descriptions and arrays, never figures: those are closed and freed as before. What takes
long to read is kept as it was shown, and read when it is asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from rusoil_jupyter_kernel.guard import Harmless

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading

MOST_FIGURES = 64
MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Later:
    """A figure that is read when it is asked for; ``bytes``: what it takes until then."""

    read: Callable[[], Reading | None]
    bytes: int


class Cache:
    """Readings by the ids of their descriptions. The one asked for least recently goes first.

    Args:
        most: figures.
        most_bytes: of arrays; a figure larger than that alone is not kept.
    """

    def __init__(self, most: int = MOST_FIGURES, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[str, Reading | Later] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        self._last: str | Later | None = None

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        return self._bytes

    @property
    def has_shown(self) -> bool:
        """Whether any figure was shown, one that can't be read included."""
        return self._last is not None

    @property
    def last(self) -> Reading | None:
        """The figure that was shown last; ``None`` for none, or one that can't be read.

        Raises:
            Exception: whatever its reader, or its own parts, raise.
        """
        last = self._last
        return last.read() if isinstance(last, Later) else self.get(last or "")

    def show(self, later: Later) -> None:
        """A figure is shown that has no id here: ``later`` reads it when it is asked for, if it can."""
        self._last = later

    def point(self, key: str) -> None:
        """The figure of this id is shown."""
        self._last = key

    def keep(self, reading: Reading, *, is_shown: bool = True) -> None:
        """Remember the reading under its id, as the last one where it ``is_shown``."""
        self._put(reading.description.id, reading)
        if is_shown:
            self.point(reading.description.id)

    def put_off(self, key: str, read: Callable[[], Reading | None], size: int) -> None:
        """Remember under this id how to read a figure whose plot can't wait for it; ``size`` in bytes."""
        self._put(key, Later(read, size))
        self.point(key)

    def _put(self, key: str, kept: Reading | Later) -> None:
        size = _size(kept)
        with self._lock:
            self._drop(key)
            if size > self._most_bytes:
                return
            self._kept[key] = kept
            self._bytes += size
            while len(self._kept) > self._most or self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def get(self, key: str) -> Reading | None:
        """The reading, if it is still there; of a figure that was put off, once it could be read."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            found = self._kept.get(key)
        return self._read(key, found) if isinstance(found, Later) else found

    def _read(self, key: str, later: Later) -> Reading | None:
        reading = None
        with Harmless():  # a broken figure: it is as if it were no longer there
            reading = later.read()
        if reading is None:
            return None
        reading = replace(reading, description=reading.description.model_copy(update={"id": key}))
        with self._lock:
            if self._kept.get(key) is later:
                self._bytes += _size(reading) - later.bytes
                self._kept[key] = reading
        return reading

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0
            self._last = None

    def _drop(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= _size(kept)


def _size(kept: Reading | Later) -> int:
    if isinstance(kept, Later):
        return kept.bytes
    return sum(column.nbytes for columns in kept.arrays.values() for column in columns.values())


figures = Cache()
