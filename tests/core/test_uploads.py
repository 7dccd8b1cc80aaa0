"""Uploads: in pieces, within limits told in advance, each for its owner alone, and gone in time."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rusoil_jupyter import uploads
from rusoil_jupyter.errors import (
    Conflict,
    InvalidRequest,
    PayloadTooLarge,
    QuotaExceeded,
    Unavailable,
    UnknownUpload,
    UnsupportedModality,
)
from rusoil_jupyter.protocol import NewUpload, UploadInfo
from rusoil_jupyter.uploads import MEDIA_TYPES, PIECE_BYTES, Uploads

CLIP = b"0123456789"


@pytest.fixture
def kept(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", quota=1000, kept_seconds=3600)


def wanted(size: int = len(CLIP), **more: object) -> NewUpload:
    return NewUpload.model_validate({"name": "a.mp4", "media_type": "video/mp4", "size": size} | more)


def brought(kept: Uploads, owner: str = "me", data: bytes = CLIP) -> UploadInfo:
    return kept.append(owner, kept.begin(owner, wanted(len(data))).id, 0, data)


def test_an_upload_comes_in_pieces_and_is_whole_then(kept: Uploads) -> None:
    info = kept.begin("me", wanted())
    assert (info.received, info.complete) == (0, False)
    info = kept.append("me", info.id, 0, CLIP[:4])
    assert (info.received, info.complete) == (4, False)
    info = kept.append("me", info.id, info.received, CLIP[4:])
    assert (info.received, info.complete) == (10, True)
    assert kept.whole("me", info.id)[1].read_bytes() == CLIP


def test_a_lost_answer_is_mended_by_asking_where_to_go_on(kept: Uploads) -> None:
    info = kept.begin("me", wanted())
    kept.append("me", info.id, 0, CLIP[:4])
    with pytest.raises(Conflict) as refused:
        kept.append("me", info.id, 0, CLIP[:4])  # sent again: its answer was lost
    assert "4 of 10" in refused.value.message
    kept.append("me", info.id, kept.info("me", info.id).received, CLIP[4:])
    assert kept.whole("me", info.id)[1].read_bytes() == CLIP


def test_one_that_is_not_whole_can_not_be_used(kept: Uploads) -> None:
    info = kept.begin("me", wanted())
    with pytest.raises(Conflict):
        kept.whole("me", info.id)


def test_limits_are_told_and_kept(kept: Uploads) -> None:
    limits = kept.list("me").limits
    assert limits.media_types == MEDIA_TYPES
    assert (limits.quota_bytes, limits.used_bytes, limits.piece_bytes) == (1000, 0, PIECE_BYTES)
    for media_type, limit in limits.media_types.items():
        with pytest.raises(PayloadTooLarge) as refused:
            kept.begin("me", wanted(limit + 1, media_type=media_type))
        assert refused.value.field == "size"


@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/zip", "", "../x"])
def test_only_what_is_read_here_can_be_uploaded(kept: Uploads, media_type: str) -> None:
    with pytest.raises(UnsupportedModality):
        kept.begin("me", wanted(media_type=media_type))


def test_more_than_was_said_is_refused_and_nothing_of_it_is_kept(kept: Uploads) -> None:
    info = kept.begin("me", wanted())
    with pytest.raises(PayloadTooLarge):
        kept.append("me", info.id, 0, CLIP + b"!")
    assert kept.info("me", info.id).received == 0


def test_a_piece_over_the_limit_is_refused(kept: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PIECE_BYTES", 3)
    info = kept.begin("me", wanted())
    with pytest.raises(PayloadTooLarge):
        kept.append("me", info.id, 0, CLIP[:4])


def test_each_owner_has_a_quota(kept: Uploads) -> None:
    kept.begin("me", wanted(900))
    with pytest.raises(QuotaExceeded) as refused:
        kept.begin("me", wanted(101))
    assert refused.value.retry_after
    kept.begin("you", wanted(900))
    assert kept.list("me").limits.used_bytes == 900


def test_many_small_files_are_a_quota_too(kept: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 2)
    kept.begin("me", wanted(1))
    kept.begin("me", wanted(1))
    with pytest.raises(QuotaExceeded):
        kept.begin("me", wanted(1))


def test_a_full_disk_is_told_before_anything_comes(kept: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "DISK_RESERVE", 2**62)
    with pytest.raises(Unavailable):
        kept.begin("me", wanted())
    assert kept.list("me").uploads == ()


Act = Callable[[Uploads, str], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda kept, name: kept.info("you", name),
        lambda kept, name: kept.append("you", name, 0, CLIP),
        lambda kept, name: kept.whole("you", name),
        lambda kept, name: kept.delete("you", name),
    ],
    ids=["info", "append", "whole", "delete"],
)
def test_nobody_reaches_what_is_another_ones(kept: Uploads, act: Act) -> None:
    info = brought(kept, "me")
    with pytest.raises(UnknownUpload):
        act(kept, info.id)
    assert kept.list("you").uploads == ()
    assert kept.whole("me", info.id)[1].read_bytes() == CLIP


@pytest.mark.parametrize("name", ["", "..", "../" + "0" * 29, "0" * 31, "A" * 32, "0" * 32, "0" * 32 + "\n"])
def test_an_id_never_becomes_another_path(kept: Uploads, name: str) -> None:
    brought(kept)
    with pytest.raises(UnknownUpload):
        kept.info("me", name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/root/x", "..\\x", "a\0b", "x" * 1000])
def test_a_name_is_for_people_and_no_path(kept: Uploads, tmp_path: Path, name: str) -> None:
    info = kept.begin("../../me", wanted(name=name))
    assert kept.info("../../me", info.id).name == name
    files = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parts[0] for path in files} == {"uploads"}
    assert {path.stem for path in files} <= {info.id, ".lock"}


def test_what_nobody_used_for_a_while_is_gone(kept: Uploads, tmp_path: Path) -> None:
    info = brought(kept)
    _path = kept.whole("me", info.id)[1]
    os.utime(_path, (time.time() - 3601,) * 2)
    with pytest.raises(UnknownUpload):
        kept.info("me", info.id)
    assert kept.list("me").limits.used_bytes == 0
    kept.begin("you", wanted())  # whoever comes next sweeps
    assert list(tmp_path.rglob(f"{info.id}.*")) == []


def test_to_use_one_keeps_it_longer(kept: Uploads) -> None:
    info = brought(kept)
    path = kept.whole("me", info.id)[1]
    os.utime(path, (time.time() - 3000,) * 2)
    kept.whole("me", info.id)
    assert time.time() - path.stat().st_mtime < 100


def test_what_is_not_what_its_digest_says_is_refused_and_gone(kept: Uploads) -> None:
    good = kept.begin("me", wanted(sha256=hashlib.sha256(CLIP).hexdigest()))
    assert kept.append("me", good.id, 0, CLIP).complete
    bad = kept.begin("me", wanted(sha256="0" * 64))
    with pytest.raises(InvalidRequest) as refused:
        kept.append("me", bad.id, 0, CLIP)
    assert refused.value.field == "sha256"
    with pytest.raises(UnknownUpload):
        kept.info("me", bad.id)


def test_a_deleted_one_is_gone_with_its_files(kept: Uploads, tmp_path: Path) -> None:
    info = brought(kept)
    kept.delete("me", info.id)
    with pytest.raises(UnknownUpload):
        kept.delete("me", info.id)
    assert list(tmp_path.rglob(f"{info.id}.*")) == []


def test_only_the_owner_of_the_process_can_read_the_folder(kept: Uploads, tmp_path: Path) -> None:
    brought(kept)
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.joinpath("uploads").rglob("*/"))
