"""The process that reads: whatever happens in it, the server goes on, and nothing of it is left."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, RateLimited, Unavailable
from rusoil_jupyter.figures.interpret import process
from rusoil_jupyter.figures.interpret.errands import PICTURE, Made
from rusoil_jupyter.figures.interpret.process import Readers
from tests.core.figures.interpret.odd_reader import Thing, errand
from tests.core.waiting import until

ODD = (sys.executable, str(Path(__file__).with_name("odd_reader.py")))


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    readers = Readers(command=ODD)
    yield readers
    await readers.aclose()


async def call(
    readers: Readers, name: str, given: object = None, seconds: float = 20, reader: str = ""
) -> Any:
    return (await readers.send(errand(name), Thing(value=given), seconds, reader)).value


async def test_what_is_given_comes_back_whatever_its_letters(readers):
    given = {"text": "Дебит 🛢 \ud800", "size": [1, 2.5, None], "long": "x" * 3_000_000}
    assert await call(readers, "echo", given) == given


async def test_one_process_serves_one_question_after_the_other(readers):
    assert await call(readers, "pid") == await call(readers, "pid")


async def test_two_questions_are_read_at_once_and_no_more(readers):
    pids = await asyncio.gather(*(call(readers, "pid") for _ in range(6)))
    assert len(set(pids)) <= process.CHILDREN


async def test_one_that_hangs_is_ended_at_its_deadline(readers):
    pid = await call(readers, "pid")
    with pytest.raises(InvalidRequest) as stopped:
        await call(readers, "hang", seconds=0.5)
    assert stopped.value.next_step
    await until(lambda: not psutil.pid_exists(pid))
    assert await call(readers, "pid") != pid


async def test_what_it_started_ends_with_it(readers):
    grandchild = await call(readers, "spawn")
    with pytest.raises(InvalidRequest):
        await call(readers, "hang", seconds=0.5)
    await until(lambda: not _runs(grandchild))


async def test_one_that_dies_is_a_sentence_and_the_next_is_a_new_one(readers):
    with pytest.raises(InvalidRequest) as died:
        await call(readers, "die")
    assert died.value.next_step
    assert await call(readers, "echo", {"a": 1}) == {"a": 1}


async def test_one_that_takes_too_much_memory_is_refused_it(readers):
    pid = await call(readers, "pid")
    with pytest.raises(InvalidRequest) as refused:
        await call(readers, "grow")
    assert "memory" in refused.value.message
    assert await call(readers, "pid") == pid


async def test_what_libraries_print_is_no_answer(readers):
    assert await call(readers, "noise") == "quiet"
    assert await call(readers, "echo", {"a": 1}) == {"a": 1}


async def test_an_error_of_ours_crosses_as_it_is(readers):
    with pytest.raises(PayloadTooLarge) as refused:
        await call(readers, "refuse")
    error = refused.value
    assert (error.message, error.next_step, error.field) == ("Too large.", "Make it smaller.", "image")


async def test_any_other_failure_is_a_sentence_and_its_cause_is_logged(readers, caplog):
    with pytest.raises(InvalidRequest) as failed:
        await call(readers, "fail")
    assert "secret" not in failed.value.message
    assert "KeyError at odd_reader.py" in caplog.text


async def test_a_missing_extra_says_how_to_install_it(readers):
    with pytest.raises(Unavailable) as missing:
        await call(readers, "missing")
    assert "rusoil-jupyter[vision]" in missing.value.next_step


async def test_whoever_gives_up_leaves_nothing_running(readers):
    pid = await call(readers, "pid")
    waiting = asyncio.create_task(call(readers, "hang"))
    await asyncio.sleep(0)
    await until(lambda: psutil.Process(pid).status() == psutil.STATUS_SLEEPING)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await until(lambda: not psutil.pid_exists(pid))


async def test_one_that_nobody_asks_ends():
    readers = Readers(command=ODD, idle_seconds=0.2)
    pid = await call(readers, "pid")
    await until(lambda: not psutil.pid_exists(pid))
    assert await call(readers, "pid") != pid
    await readers.aclose()


async def test_they_end_with_the_server():
    readers = Readers(command=ODD)
    pid = await call(readers, "pid")
    await readers.aclose()
    assert not psutil.pid_exists(pid)


async def test_too_many_that_wait_are_told_to_come_again(readers, monkeypatch):
    monkeypatch.setattr(process, "MOST_WAITING", 2)
    answers = await asyncio.gather(*(call(readers, "pid") for _ in range(5)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, RateLimited)]
    assert len(refused) == 3
    assert all(error.retry_after for error in refused)


async def test_the_reader_s_language_is_the_child_s(readers):
    await call(readers, "spoken", reader="ru")
    assert await call(readers, "spoken", reader="en") == "en"


async def test_a_folder_of_notebooks_imports_nothing(tmp_path, monkeypatch):
    """The child runs where the server was started: a file of a user there is not a module of ours."""
    (tmp_path / "pydantic.py").write_text("raise SystemExit(3)")
    (tmp_path / "tasks.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    readers = Readers()
    with pytest.raises(InvalidRequest) as refused:
        await readers.send(PICTURE, Made(data="@@", media_type="image/png"), 30)
    assert refused.value.field == "image"
    await readers.aclose()


def _runs(pid: object) -> bool:
    try:
        return bool(psutil.Process(int(str(pid))).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
