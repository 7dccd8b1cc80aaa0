"""The models that are on this computer: which, whole or damaged, and away with them."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import shutil
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rusoil_jupyter.catalogue.entries import CATALOGUE, WORKSPACE_BYTES, CatalogueEntry, find
from rusoil_jupyter.catalogue.names import is_name
from rusoil_jupyter.catalogue.part import BLOCK
from rusoil_jupyter.errors import Forbidden, ModelUnavailable, UnknownModel
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

MAGIC = b"GGUF"
DOWNLOADS = ".downloads"
"""The folder inside a model folder where files lie until they are whole."""


@dataclass(frozen=True)
class InstalledModel:
    """A GGUF file on this computer, with its catalogue entry when it is a known one.

    ``projector`` is the file that turns pictures into what the model reads (``mmproj``).
    """

    id: str
    path: Path
    entry: CatalogueEntry | None = None
    projector: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All its files."""
        return (self.path,) if self.projector is None else (self.path, self.projector)

    @property
    def size_bytes(self) -> int:
        """All its files together; what has just been taken away counts nothing."""
        return sum(map(_size, self.files))

    def memory_bytes(self, n_ctx: int) -> int:
        """Estimated need; for a file we do not know, its size and a fifth for the context."""
        if self.entry is not None:
            return self.entry.memory_bytes(n_ctx)
        return int(self.size_bytes * 1.2) + WORKSPACE_BYTES


def installed(folders: Sequence[Path]) -> list[InstalledModel]:
    """The models in these folders, known ones first; the first folder that has a file wins.

    A known model is here when all its files are; its weights alone are offered as a file we do not know.
    A folder's place may also be taken by a GGUF file. What is no regular file, or has a name that can't be
    shown, is no model: whatever lies in a folder, the others are listed.
    """
    files = {path.name: path for folder in reversed(folders) for path in _gguf_files(folder)}
    known = [model for entry in CATALOGUE if (model := _known(entry, files))]
    taken = {path for model in known for path in model.files}
    others = {name: path for name, path in files.items() if path not in taken}
    eyes = {name: others.pop(name) for name in list(others) if "mmproj" in name.lower()}
    unknown = [InstalledModel(path.stem, path) for _name, path in sorted(others.items())]
    return [
        model if model.projector else replace(model, projector=_eyes_of(model.path, eyes))
        for model in known + unknown
    ]


def _gguf_files(folder: Path) -> Iterable[Path]:
    files = [folder] if folder.suffix == ".gguf" else []
    with contextlib.suppress(OSError):  # it is away, no folder, or may not be read
        files = sorted(path for path in folder.iterdir() if path.suffix == ".gguf")
    return [path for path in files if is_name(path.name) and _is_file(path)]


def _is_file(path: Path) -> bool:
    """Whether it is a regular file, wherever it is linked to."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _known(entry: CatalogueEntry, files: dict[str, Path]) -> InstalledModel | None:
    weights, *eyes = [files.get(file.name) for file in entry.files]
    if weights is None or None in eyes:
        return None
    return InstalledModel(entry.id, weights, entry, eyes[0] if eyes else None)


def _eyes_of(path: Path, eyes: dict[str, Path]) -> Path | None:
    """By the customary names: ``mmproj-<model>.gguf``, ``<model>-mmproj.gguf``, ``<model>.mmproj.gguf``."""
    return next((eye for name, eye in eyes.items() if path.stem in name), None)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find(model: str, folders: Sequence[Path]) -> InstalledModel | None:
    return next((one for one in installed(folders) if one.id == model), None)


def here(model: str, folders: Sequence[Path]) -> InstalledModel:
    """The model of this id in these folders.

    Raises:
        UnknownModel: there is none.
    """
    if found := _find(model, folders):
        return found
    raise _not_here(model)


def _not_here(model: str) -> UnknownModel:
    return UnknownModel(
        _("The model “{model}” is not on this computer.").format(model=model),
        _("Download it, or choose another model."),
        field="model",
    )


def verify(model: str, folders: Sequence[Path], progress: Callable[[int, int], None]) -> dict[Path, str]:
    """Read a model's files and compare them with the catalogue; the digest of each.

    A file the catalogue does not know can only be looked at: that it is a GGUF file at all.

    Raises:
        UnknownModel: it is not on this computer.
        ModelUnavailable: a file is damaged, or can't be read.
    """
    known = here(model, folders)
    expected = {file.name: file.sha256 for file in known.entry.files} if known.entry else {}
    done, total, found = 0, known.size_bytes, {}
    for path in known.files:
        running, first = hashlib.sha256(), b""
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    first = first or block[:4]
                    running.update(block)
                    done += len(block)
                    progress(done, total)
        except OSError as error:
            raise ModelUnavailable(
                _("{path} can't be read: {reason}.").format(path=path, reason=error.strerror),
                _("Ask whoever owns the folder."),
            ) from error
        found[path] = running.hexdigest()
        if first != MAGIC or expected.get(path.name, found[path]) != found[path]:
            raise ModelUnavailable(
                _("{path} is damaged, or is another file than its name says.").format(path=path),
                _("Remove the model and download it again."),
            )
    return found


def remove(model: str, folders: Sequence[Path]) -> tuple[Path, ...]:
    """Delete a model's files from the model folders, and what unfinished downloads have left of them.

    Raises:
        UnknownModel: there is nothing of it on this computer.
        Forbidden: a file lies elsewhere, or may not be deleted.
    """
    found, known = _find(model, folders), find(model)
    files = found.files if found else ()
    parts = _parts(known, folders) if known else ()
    if not files and not parts:
        raise _not_here(model)
    for path in files:
        if path.parent not in folders:
            raise Forbidden(
                _("{path} is not in a model folder.").format(path=path), _("Delete the file yourself.")
            )
    for path in (*files, *parts):
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError as error:
            raise Forbidden(
                _("{path} could not be deleted: {reason}.").format(path=path, reason=error.strerror),
                _("Ask whoever owns the folder."),
            ) from error
    return files


def begun(entry: CatalogueEntry, folders: Sequence[Path]) -> int:
    """Bytes of this model that an unfinished download has left for the next attempt."""
    parts = [part for part in _parts(entry, folders) if part.suffix != ".json"]
    files = [file for part in parts for file in (part, *part.rglob("*")) if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _parts(entry: CatalogueEntry, folders: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(
        path
        for folder in folders
        for file in entry.files
        for path in (folder / DOWNLOADS).glob(f"{glob.escape(file.name)}.*")
        if path.suffix != ".lock"  # a lock that is deleted locks nobody out
    )
