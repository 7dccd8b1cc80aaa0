"""How work grows with its size: what is measured instead of seconds, which a busy machine stretches."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST = 0.02  # seconds of the processor: less is not told apart


def growth(work: Callable[[int], object], size: int, times: int = 4) -> float:
    """How many times as much of the processor work takes that is ``times`` as large: 4 where it is linear."""
    small, large = (min(_seconds(work, s) for _ in range(3)) for s in (size, size * times))
    return large / max(small, LEAST)


def _seconds(work: Callable[[int], object], size: int) -> float:
    began = time.process_time()
    work(size)
    return time.process_time() - began
