"""Computing beside the event loop: one thing at a time, so that the loop always gets its turn.

For what is computed in Python alone and may take more than a few milliseconds. What waits (files, processes,
the network) belongs into ``asyncio.to_thread``: it would keep this thread from others.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import queue
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
_Job = tuple["asyncio.Future[Any]", "Callable[[], Any]"]


class _Aside:
    """A thread that nobody waits for at the end of the process, as one of a pool would be."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, job: _Job) -> None:
        self._jobs.put(job)
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="rusoil-aside", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            _do(*self._jobs.get())


def _do(future: asyncio.Future[Any], make: Callable[[], Any]) -> None:
    if future.cancelled():  # whoever asked is gone
        return
    try:
        made = make()
    except Exception as error:  # it is raised where it is awaited
        _tell(future, _fail, future, error)
        del future, make  # its traceback holds this frame: what was given would stay until a full collection
    else:
        _tell(future, _succeed, future, made)


def _tell(future: asyncio.Future[Any], *call: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended
        future.get_loop().call_soon_threadsafe(*call)


def _succeed(future: asyncio.Future[Any], made: object) -> None:
    if not future.done():
        future.set_result(made)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


_aside = _Aside()


async def computed(make: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """What ``make`` returns or raises for this, computed in a thread of its own and in this context."""
    return await _asked(partial(contextvars.copy_context().run, make, *given, **named))


async def _asked(make: Callable[[], T]) -> T:
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    _aside.add((future, make))
    try:
        return await future
    finally:
        del future, make  # as above
