"""Waiting for what has no event of its own to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Returns when the condition holds; fails when it takes too long."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - another process, or a timer of the code under test
            await asyncio.sleep(0.005)
