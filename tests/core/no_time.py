"""Tests of clocks on a loop whose clock jumps to what comes next: no pause takes time, no load changes it."""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class _Loop(asyncio.SelectorEventLoop):
    """Where it would sleep until a timer, it moves its own clock there instead."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._waits = self._selector.select
        self._selector.select = self._jump

    def time(self) -> float:
        return self._now

    def _jump(self, timeout: float | None = None) -> Any:
        if timeout is None:  # nothing but another thread could wake it
            return self._waits(None)
        self._now += timeout
        return self._waits(0)


def in_no_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a coroutine test on such a loop. It uses no thread, no socket and no fixture of another loop."""

    @wraps(test)
    def run(*args: Any, **options: Any) -> None:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(test(*args, **options))

    return run
