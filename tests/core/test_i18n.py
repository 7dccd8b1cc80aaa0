"""The reader's language: chosen per task, harmless whatever the header says."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter import i18n
from rusoil_jupyter.i18n import _, ngettext, use_language

SENTENCE = "A sentence nobody has translated."


@pytest.fixture(autouse=True)
def back_to_default():
    token = i18n._language.set("")
    yield
    i18n._language.reset(token)


def test_an_untranslated_sentence_stays_as_written():
    use_language("ru-RU,ru;q=0.9")
    assert _(SENTENCE) == SENTENCE


def test_plural_follows_the_count():
    use_language("en")
    assert [ngettext("one", "many", n) for n in (1, 2)] == ["one", "many"]


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru_RU"),
        ("de;q=0.5", "de"),
        (" fr ", "fr"),
        ("", ""),
        ("Русский", ""),
        ("x" * 100, ""),
    ],
)
def test_the_first_language_of_the_header_is_taken(header, chosen):
    use_language(header)
    assert i18n._language.get() == chosen


@given(st.text())
def test_no_header_can_break_a_sentence(header):
    use_language(header)
    assert _(SENTENCE) == SENTENCE


@pytest.mark.parametrize("header", ["../../etc", "/etc/passwd", "..", "a\\b", "x\x00y"])
def test_a_header_can_not_name_a_path(header):
    use_language(header)
    assert _(SENTENCE) == SENTENCE


async def test_a_language_belongs_to_its_task():
    async def speak(language: str) -> str:
        use_language(language)
        await asyncio.sleep(0)
        return i18n._language.get()

    assert await asyncio.gather(speak("ru"), speak("en")) == ["ru", "en"]
