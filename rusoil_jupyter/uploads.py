"""Large inputs, brought in pieces before they are asked about: pictures and clips.

An upload is two files in a folder of its owner: ``<id>.json`` says what it is, ``<id>.part`` (``<id>.whole``
once all is here) has the bytes; ``<id>.used`` lists the sessions that asked about it. Ids are made here and
folders are named by a digest, so nothing that a client says becomes part of a path. What nobody used for a
while is deleted by :meth:`Uploads.sweep`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock

from rusoil_jupyter import private
from rusoil_jupyter.errors import (
    Conflict,
    InvalidRequest,
    PayloadTooLarge,
    QuotaExceeded,
    Unavailable,
    UnknownUpload,
    UnsupportedModality,
)
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import NewUpload, UploadInfo, UploadLimits, UploadList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rusoil_jupyter.settings import Settings

PIECE_BYTES = 8 * 2**20
IMAGE_BYTES = 20_000_000
VIDEO_BYTES = 256_000_000
VIDEO_SECONDS = 600.0
VIDEO_PIXELS = 4096 * 2304  # of one frame
VIDEO_FRAMES = 12
MEDIA_TYPES = {
    "image/png": IMAGE_BYTES,
    "image/jpeg": IMAGE_BYTES,
    "image/webp": IMAGE_BYTES,
    "image/gif": VIDEO_BYTES,
    "video/mp4": VIDEO_BYTES,
    "video/webm": VIDEO_BYTES,
    "video/x-matroska": VIDEO_BYTES,
    "video/quicktime": VIDEO_BYTES,
}
MOST = 100  # uploads of one owner
DISK_RESERVE = 200_000_000  # bytes that stay free for everything else
_ID = re.compile(r"[0-9a-f]{32}")
_ENDS = ("json", "part", "whole", "used", "new")


class Uploads:
    """The uploads of all owners. Its methods wait for the disk: call them in a thread.

    Args:
        folder: where they are kept; made at the first upload.
        quota: bytes that the uploads of one owner may take together.
        kept_seconds: how long one stays after it was last used.
    """

    def __init__(self, folder: Path, quota: int, kept_seconds: float) -> None:
        self._folder = folder
        self._quota = quota
        self._kept_seconds = kept_seconds

    @classmethod
    def of(cls, settings: Settings) -> Uploads:
        """Those of an installation."""
        return cls(settings.data_dir / "uploads", settings.upload_quota, settings.upload_seconds)

    def list(self, owner: str) -> UploadList:
        """The limits, and what the owner has here."""
        uploads = tuple(self._all(owner))
        limits = UploadLimits(
            media_types=MEDIA_TYPES,
            piece_bytes=PIECE_BYTES,
            quota_bytes=self._quota,
            used_bytes=sum(upload.size for upload in uploads),
            kept_seconds=round(self._kept_seconds),
            video_seconds=VIDEO_SECONDS,
            video_pixels=VIDEO_PIXELS,
            video_frames=VIDEO_FRAMES,
        )
        return UploadList(limits=limits, uploads=uploads)

    def begin(self, owner: str, wanted: NewUpload) -> UploadInfo:
        """Room for something that is to come. What has expired goes first, everybody's.

        Raises:
            UnsupportedModality: nothing here reads that type.
            PayloadTooLarge: it is over the limit of its type.
            QuotaExceeded: the owner has too much here already.
            Forbidden: the data folder is somebody else's.
            Unavailable: the disk is full.
        """
        _check(wanted)
        self.sweep()
        folder = self._of(owner)
        for one in (self._folder.parent, self._folder, folder):
            private.make_folder(one)
        with self._lock(folder):
            self._check_quota(owner, wanted.size)
            if shutil.disk_usage(folder).free < wanted.size + DISK_RESERVE:
                raise _disk_full()
            name = secrets.token_hex(16)
            private.make_file(folder / f"{name}.part")
            _write(folder / f"{name}.json", wanted.model_dump_json())
        return self.info(owner, name)

    def append(self, owner: str, upload_id: str, offset: int, piece: bytes) -> UploadInfo:
        """Add what follows; ``offset`` says where it belongs, and has to be where the upload ends now.

        Raises:
            UnknownUpload: there is none of that id.
            PayloadTooLarge: the piece is over the limit, or longer than was said.
            Conflict: it belongs elsewhere; the sentence says where to go on.
            InvalidRequest: all is here and not what the digest says; the upload is gone then.
            Unavailable: the disk is full.
        """
        if len(piece) > PIECE_BYTES:
            raise PayloadTooLarge(
                _("A piece has at most {limit} MB.").format(limit=PIECE_BYTES >> 20),
                _("Send the upload in smaller pieces."),
                field="body",
            )
        folder = self._of(owner)
        info = self.info(owner, upload_id)
        with self._lock(folder):
            info = self.info(owner, upload_id)
            if info.complete or offset != info.received:
                raise Conflict(
                    _("{received} of {size} bytes of this upload are here.").format(
                        received=info.received, size=info.size
                    ),
                    _("Go on from there."),
                    field="offset",
                )
            if offset + len(piece) > info.size:
                raise PayloadTooLarge(
                    _("This upload was said to have {size} bytes, and more came.").format(size=info.size),
                    _("Begin a new upload with the right size."),
                    field="body",
                )
            part = folder / f"{upload_id}.part"
            _append(part, offset, piece)
            if offset + len(piece) == info.size:
                self._complete(folder, upload_id)
        return self.info(owner, upload_id)

    def info(self, owner: str, upload_id: str) -> UploadInfo:
        """How far an upload is.

        Raises:
            UnknownUpload: there is none of that id.
        """
        if not _ID.fullmatch(upload_id):
            raise _unknown()
        folder = self._of(owner)
        try:
            wanted = NewUpload.model_validate_json((folder / f"{upload_id}.json").read_bytes())
            complete = (folder / f"{upload_id}.whole").exists()
            state = (folder / f"{upload_id}.{'whole' if complete else 'part'}").stat()
            made = (folder / f"{upload_id}.json").stat().st_mtime
        except (OSError, ValueError) as error:
            raise _unknown() from error
        if state.st_mtime + self._kept_seconds < time.time():
            raise _unknown()
        return UploadInfo(
            id=upload_id,
            name=wanted.name,
            media_type=wanted.media_type,
            size=wanted.size,
            received=state.st_size,
            complete=complete,
            created_at=_time(made),
            expires_at=_time(state.st_mtime + self._kept_seconds),
        )

    def whole(self, owner: str, upload_id: str) -> tuple[UploadInfo, Path]:
        """A complete upload and its file; it is kept anew from now on.

        Raises:
            UnknownUpload: there is none of that id.
            Conflict: some of it is missing.
        """
        info = self.info(owner, upload_id)
        if not info.complete:
            raise Conflict(
                _("{received} of {size} bytes of this upload are here.").format(
                    received=info.received, size=info.size
                ),
                _("Upload the rest first."),
                field="upload",
            )
        path = self._of(owner) / f"{upload_id}.whole"
        with contextlib.suppress(OSError):
            os.utime(path)
        return info, path

    def delete(self, owner: str, upload_id: str) -> None:
        """Forget an upload.

        Raises:
            UnknownUpload: there is none of that id.
        """
        self.info(owner, upload_id)
        _remove(self._of(owner), upload_id)

    def note_use(self, owner: str, upload_ids: Iterable[str], session_id: str) -> None:
        """These were asked about in this session. What is gone already is passed over."""
        folder = self._of(owner)
        for upload_id in upload_ids:
            with contextlib.suppress(UnknownUpload, OSError):
                self.info(owner, upload_id)
                with self._lock(folder):
                    _write_users(folder, upload_id, {session_id, *_users(folder, upload_id)})

    def forget_session(self, owner: str, session_id: str) -> None:
        """Delete what was asked about in this session and in no other."""
        folder = self._of(owner)
        for path in folder.glob("*.used"):
            with self._lock(folder):
                if users := _users(folder, path.stem) - {session_id}:
                    _write_users(folder, path.stem, users)
                else:
                    _remove(folder, path.stem)

    def sweep(self) -> None:
        """Delete what is over its time, everybody's, whole or not, and what a crash has left of others."""
        oldest = time.time() - self._kept_seconds
        for folder in self._folder.glob("*/"):
            with contextlib.suppress(OSError), self._lock(folder, patience=0):
                _sweep(folder, oldest)

    def close(self) -> None:
        """Close what an earlier version left open to other users."""
        private.close([self._folder, *self._folder.glob("*"), *self._folder.glob("*/*")])

    # --- inside ----------------------------------------------------------------------------------

    def _of(self, owner: str) -> Path:
        return self._folder / hashlib.sha256(owner.encode(errors="surrogatepass")).hexdigest()[:32]

    @staticmethod
    def _lock(folder: Path, patience: float = 10) -> FileLock:
        """One writer at a time, also among several servers of one user."""
        return FileLock(folder / ".lock", timeout=patience, mode=private.FILE)

    def _all(self, owner: str) -> Iterator[UploadInfo]:
        for path in sorted(self._of(owner).glob("*.json")):
            with contextlib.suppress(UnknownUpload):
                yield self.info(owner, path.stem)

    def _check_quota(self, owner: str, size: int) -> None:
        uploads = list(self._all(owner))
        used = sum(upload.size for upload in uploads)
        if used + size > self._quota or len(uploads) >= MOST:
            raise QuotaExceeded(
                _("Your uploads take {used} of {quota} MB, in {count} of {most} files.").format(
                    used=used // 10**6, quota=self._quota // 10**6, count=len(uploads), most=MOST
                ),
                _("Delete some, or wait: an upload that nobody uses goes after {hours} hours.").format(
                    hours=max(1, round(self._kept_seconds / 3600))
                ),
                retry_after=self._kept_seconds,
                field="size",
            )

    def _complete(self, folder: Path, upload_id: str) -> None:
        part = folder / f"{upload_id}.part"
        wanted = NewUpload.model_validate_json((folder / f"{upload_id}.json").read_bytes())
        if wanted.sha256 is not None:
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != wanted.sha256:
                _remove(folder, upload_id)
                raise InvalidRequest(
                    _("What was uploaded is not what its digest says."), _("Upload it again."), field="sha256"
                )
        part.replace(folder / f"{upload_id}.whole")


def _check(wanted: NewUpload) -> None:
    if wanted.media_type not in MEDIA_TYPES:
        raise UnsupportedModality(
            _("Files of the type “{type}” can't be uploaded.").format(type=wanted.media_type[:60]),
            _("These can: {types}.").format(types=", ".join(MEDIA_TYPES)),
            field="media_type",
        )
    limit = MEDIA_TYPES[wanted.media_type]
    if wanted.size > limit:
        raise PayloadTooLarge(
            _("“{name}” has {size} MB; at most {limit} MB of {type} can be uploaded.").format(
                name=wanted.name[:100],
                size=wanted.size // 10**6,
                limit=limit // 10**6,
                type=wanted.media_type,
            ),
            _("Make it shorter or smaller."),
            field="size",
        )


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    new = path.with_suffix(".new")
    private.make_file(new)
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _users(folder: Path, upload_id: str) -> set[str]:
    """The sessions that asked about an upload."""
    with contextlib.suppress(OSError):
        return set((folder / f"{upload_id}.used").read_text(encoding="utf-8").split())
    return set()


def _write_users(folder: Path, upload_id: str, users: set[str]) -> None:
    _write(folder / f"{upload_id}.used", "\n".join(sorted(users)))


def _sweep(folder: Path, oldest: float) -> None:
    last_used: dict[str, float] = {}
    for path in folder.iterdir():
        if _ID.fullmatch(path.stem):  # the bytes tell how old it is; a description without them, nothing
            moment = path.stat().st_mtime if path.suffix in {".part", ".whole"} else 0
            last_used[path.stem] = max(moment, last_used.get(path.stem, 0))
    for upload_id, moment in last_used.items():
        if moment < oldest:
            _remove(folder, upload_id)


def _append(part: Path, offset: int, piece: bytes) -> None:
    try:
        with part.open("r+b") as file:
            file.seek(offset)
            file.write(piece)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.truncate(part, offset)
        raise _disk_full() from error


def _remove(folder: Path, upload_id: str) -> None:
    for end in _ENDS:
        (folder / f"{upload_id}.{end}").unlink(missing_ok=True)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _unknown() -> UnknownUpload:
    return UnknownUpload(_("This upload is no longer kept."), _("Upload the file again."), field="upload")


def _disk_full() -> Unavailable:
    return Unavailable(
        _("There is no room on the server's disk."), _("Delete something there, or ask for it.")
    )
