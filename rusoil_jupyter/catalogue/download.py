"""Bringing a model here: whole and checked, once, or not at all."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from rusoil_jupyter.catalogue.entries import CatalogueEntry, ModelFile
from rusoil_jupyter.catalogue.folders import DOWNLOADS, MAGIC
from rusoil_jupyter.catalogue.machine import memory
from rusoil_jupyter.catalogue.names import is_name
from rusoil_jupyter.catalogue.part import Part, check_room, gigabytes
from rusoil_jupyter.catalogue.sources import mirrored, parse
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from rusoil_jupyter.catalogue.part import Progress
    from rusoil_jupyter.catalogue.sources import Source

log = logging.getLogger(__name__)
SMALLEST_CONTEXT = 2048
SHOWN = 200  # characters of an address
WAIT = 0.2
"""Seconds between two looks at a download that another process makes."""


class Wanted(Protocol):
    """What can be pulled: a name for people, and files."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def files(self) -> tuple[ModelFile, ...]:
        """The weights first."""


@dataclass(frozen=True)
class Address:
    """A file that is not in the catalogue."""

    name: str
    files: tuple[ModelFile, ...]


def address_of(text: str) -> Address | None:
    """What ``hf:owner/repo/file.gguf``, a web address or the path of a GGUF file means; else ``None``.

    ``#sha256=…`` at its end is the digest that the file must have.

    Raises:
        InvalidRequest: it is an address, but not one of a GGUF file, or the digest is none.
    """
    place, _mark, sha256 = text.partition("#sha256=")
    found = parse(place)
    if found is None:
        return None
    name, source = found
    if not name.endswith(".gguf") or not is_name(name):
        raise InvalidRequest(
            _("“{address}” is not the address of a GGUF file.").format(address=_shortened(place)),
            _("Give the address of one file whose name ends in “.gguf” and is one that a file can have."),
            field="model",
        )
    if sha256 and (len(sha256) != 64 or not set(sha256.lower()) <= set("0123456789abcdef")):
        raise InvalidRequest(
            _("“{digest}” is not a SHA-256 digest.").format(digest=sha256),
            _("It has 64 hexadecimal digits."),
            field="model",
        )
    return Address(name, (ModelFile(name, sha256.lower(), 0, source),))


def _shortened(text: str) -> str:
    """For a sentence: in printable characters, its middle left out where it is long."""
    plain = "".join(char if char.isprintable() else "�" for char in text)
    return plain if len(plain) <= SHOWN else f"{plain[: SHOWN // 2]}…{plain[-SHOWN // 2 :]}"


async def pull(
    wanted: Wanted, folders: Sequence[Path], progress: Progress, *, mirror: str = "", anyway: bool = False
) -> Path:
    """Bring a model here; a file appears whole and checked, or not at all.

    What has come is kept for the next attempt when the network fails or this task is cancelled. Several
    processes may ask for the same model at once: one downloads, the others wait for it.

    Args:
        wanted: the model.
        folders: where models are looked for; the last one that can be written gets the files.
        progress: called with bytes done and bytes in all.
        mirror: an address or folder that is asked for each file first (``<mirror>/<file name>``).
        anyway: also a model that this computer has not the memory for.

    Returns:
        The file with the weights.

    Raises:
        ModelUnavailable: there is no room, the download failed, or the digest is wrong.
    """
    check = None if anyway else partial(check_memory, wanted.name)
    if check is not None and isinstance(wanted, CatalogueEntry):
        check(wanted.memory_bytes(SMALLEST_CONTEXT))
    missing = [file for file in wanted.files if _find(file, folders) is None]
    if missing:
        target = _writable(folders)
        room = sum(file.size_bytes for file in missing) - _already(missing, target)
        check_room(target / DOWNLOADS, room)
        total = sum(file.size_bytes for file in wanted.files)
        before = total - sum(file.size_bytes for file in missing)
        for file in reversed(missing):  # the weights last: without its eyes a model would show half
            step = _Step(progress, before, total)
            await _bring(wanted.name, file, folders, target, step, mirror, check)
            before += file.size_bytes
    found = _find(wanted.files[0], folders)
    assert found is not None  # noqa: S101 - it was there, or was brought
    return found


@dataclass
class _Step:
    """The progress of one file as a part of the whole model's."""

    progress: Progress
    before: int
    total: int

    def __call__(self, done: int, total: int) -> None:
        self.progress(self.before + done, max(self.total, self.before + total))


def check_memory(name: str, needed: int) -> None:
    """That this computer can hold a model at all.

    Raises:
        ModelUnavailable: it can't.
    """
    total = memory()
    if total is not None and needed > total:
        raise ModelUnavailable(
            _("{name} needs {needed} GB of memory, and there are {total} GB.").format(
                name=name, needed=gigabytes(needed), total=gigabytes(total)
            ),
            _("Choose a smaller model."),
        )


def _find(file: ModelFile, folders: Sequence[Path]) -> Path | None:
    return next((folder / file.name for folder in folders if (folder / file.name).is_file()), None)


def _already(files: Sequence[ModelFile], folder: Path) -> int:
    return sum(_size(folder / DOWNLOADS / f"{file.name}.part") for file in files)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


async def _bring(
    name: str,
    file: ModelFile,
    folders: Sequence[Path],
    folder: Path,
    progress: Progress,
    mirror: str,
    check: Callable[[int], None] | None,
) -> None:
    path = folder / DOWNLOADS / f"{file.name}.part"
    try:
        async with _alone(path, progress, file.size_bytes):
            if _find(file, folders):
                return  # somebody else has brought it while we waited
            async with Part(path, file.size_bytes, progress, check) as part:
                await _fetch(file, part, mirror)
                _check(name, file, part)
                part.finish(folder / file.name)
    except OSError as error:
        raise ModelUnavailable(
            _("{model} could not be written to {folder}: {reason}").format(
                model=name, folder=folder, reason=error.strerror or str(error)
            ),
            _("Make room on the disk, or set RUSOIL_MODEL_DIR to another folder."),
        ) from error


@asynccontextmanager
async def _alone(part: Path, progress: Progress, total: int) -> AsyncGenerator[None]:
    """Hold the lock of a download. The system frees it when its holder dies, however that happens."""
    from filelock import FileLock, Timeout

    part.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(part.with_suffix(".lock"))
    while True:
        try:
            lock.acquire(blocking=False)
            break
        except Timeout:
            done = _size(part)
            progress(done, max(total, done))
            await asyncio.sleep(WAIT)
    try:
        yield
    finally:
        lock.release()


async def _fetch(file: ModelFile, part: Part, mirror: str) -> None:
    sources: list[Source] = [file.source]
    if mirror:
        sources.insert(0, mirrored(mirror, file.name))
    for source in sources:
        try:
            return await source.fetch(part, known=bool(file.sha256))
        except ModelUnavailable as error:
            if source is sources[-1]:
                raise
            log.warning("the mirror has no %s: %s", file.name, error)


def _check(name: str, file: ModelFile, part: Part) -> None:
    """The right bytes, or none."""
    if (file.sha256 and part.digest == file.sha256) or (not file.sha256 and part.begins_with(MAGIC)):
        return
    part.restart()
    if file.sha256:
        raise ModelUnavailable(
            _("The downloaded file of {model} is not the expected one; it was thrown away.").format(
                model=name
            ),
            _("Try again; if it stays so, tell whoever runs the mirror or the proxy."),
        )
    raise ModelUnavailable(
        _("What the address of {model} gave is not a GGUF file; it was thrown away.").format(model=name),
        _("Check the address: it may be that of a web page about the file."),
    )


def _writable(folders: Sequence[Path]) -> Path:
    for folder in reversed(folders):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise ModelUnavailable(
        _("No model folder can be written: {folders}.").format(folders=", ".join(map(str, folders))),
        _("Set RUSOIL_MODEL_DIR to a folder you may write to."),
    )
