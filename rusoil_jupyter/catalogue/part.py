"""A file on its way: bytes so far, beside their digest, kept for the next attempt."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from rusoil_jupyter.catalogue.machine import free_disk
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    Progress = Callable[[int, int], None]

BLOCK = 2**20


class Part:
    """An unfinished file, open for more. Its bytes are hashed as they come, those of earlier attempts first.

    Args:
        path: where it lies; beside it a small file says whose bytes they are.
        total: how many bytes there will be; 0 where that is not known. No more are taken.
        progress: called with bytes done and bytes in all.
        check: called with the size as soon as a source states it; raises if the file is not wanted then.
    """

    def __init__(
        self, path: Path, total: int, progress: Progress, check: Callable[[int], None] | None = None
    ) -> None:
        self.path = path
        self.size = 0
        self.total = total
        self._most = total or math.inf
        self._about = path.with_suffix(".json")
        self._progress = progress
        self._check = check
        self._sum = hashlib.sha256()

    async def __aenter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab+")
        try:
            await self._sum_up()
        except BaseException:
            self._file.close()
            raise
        self._tell()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    async def _sum_up(self) -> None:
        """Size and digest of what is there."""
        self._sum, self.size = hashlib.sha256(), 0
        self._file.seek(0)
        while await asyncio.to_thread(self._read):  # in steps, so that it can be stopped between them
            pass

    def _read(self) -> bool:
        for _step in range(64):
            if not (block := self._file.read(BLOCK)):
                return False
            self._sum.update(block)
            self.size += len(block)
        return True

    def _tell(self) -> None:
        self.report(self.size, self.total)

    def report(self, done: int, total: int) -> None:
        """Show how far it is; for a source whose bytes do not come through :meth:`write`."""
        self._progress(done, max(total, done))

    def begins_with(self, first: bytes) -> bool:
        """Whether these are its first bytes."""
        self._file.seek(0)
        return self._file.read(len(first)) == first

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes so far, in hexadecimal."""
        return self._sum.hexdigest()

    @property
    def about(self) -> dict[str, str]:
        """What a source noted about these bytes (their address, their version)."""
        with suppress(OSError, ValueError):
            noted = json.loads(self._about.read_text())
            if isinstance(noted, dict):
                return noted
        return {}

    def note(self, about: dict[str, str]) -> None:
        """Keep this for the next attempt."""
        self._about.write_text(json.dumps(about))

    def expect(self, total: int) -> None:
        """There will be this many bytes in all.

        Raises:
            ModelUnavailable: the disk or the memory has no room for them.
        """
        self.total = total
        if self._check is not None:
            self._check(total)
        check_room(self.path.parent, total - self.size)
        self._tell()

    async def write(self, data: bytes) -> None:
        """Add bytes.

        Raises:
            ModelUnavailable: they are more than the file has.
        """
        if self.size + len(data) > self._most:
            self.restart()
            raise ModelUnavailable(
                _("More came than the file has bytes; it was thrown away."),
                _("Try again; if it stays so, tell whoever runs the mirror or the proxy."),
            )
        await asyncio.to_thread(self._write, data)
        self._tell()

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._sum.update(data)
        self.size += len(data)

    def restart(self) -> None:
        """Throw away all bytes so far."""
        self._file.truncate(0)
        self._about.unlink(missing_ok=True)
        self._sum = hashlib.sha256()
        self.size = 0
        self._tell()

    async def adopt(self, path: Path) -> None:
        """Take over a whole file that another program has brought here, and leave nothing there."""
        self._file.close()
        await asyncio.to_thread(path.replace, self.path)
        self._file = self.path.open("ab+")
        await self._sum_up()
        self._tell()

    def finish(self, target: Path) -> None:
        """Make it the finished file, in one step."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()  # Windows renames no open file
        self.path.replace(target)
        self._about.unlink(missing_ok=True)


def check_room(folder: Path, size: int) -> None:
    """That this many bytes more can be written to the folder.

    Raises:
        ModelUnavailable: the disk is too full.
    """
    free = free_disk(folder)
    if free is not None and size > free:
        raise ModelUnavailable(
            _("The download needs {size} GB, and the disk of {folder} has {free} GB left.").format(
                size=gigabytes(size), folder=folder.parent, free=gigabytes(free)
            ),
            _("Make room on the disk, or set RUSOIL_MODEL_DIR to a folder on another one."),
        )


def gigabytes(size: int) -> str:
    """A number of bytes for a person, in gigabytes with one decimal."""
    return f"{size / 1e9:.1f}"
