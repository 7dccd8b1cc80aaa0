"""Which script a question is in, and whether the model reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.pipeline.language import foreign_script, language_notice
from rusoil_jupyter.protocol import ModelInfo


@pytest.mark.parametrize(
    ("text", "languages", "script"),
    [
        ("What is a tensor?", ("en",), None),
        ("Что такое тензор?", ("en",), "CYRILLIC"),
        ("Что такое тензор?", ("en", "ru"), None),
        ("Што гэта такое?", ("ru",), None),
        ("什么是张量？", ("en",), "CJK"),
        ("什么是张量？", ("en", "zh"), None),
        ("テンソルとは", ("en", "zh"), "KATAKANA"),
        ("ما هو الموتر", ("en", "ru"), "ARABIC"),
        ("df.groupby('x') падает, почему?", ("en",), "CYRILLIC"),
        ("What does the word «привет» mean in the sentence above?", ("en",), None),
        ("Что такое тензор?", (), None),
        ("", ("en",), None),
        ("123 + 456 = ?", ("en",), None),
        ("👋🎉", ("en",), None),
    ],
)
def test_the_foreign_script_of_a_text(text, languages, script):
    assert foreign_script(text, languages) == script


@given(st.text(), st.lists(st.sampled_from(["en", "ru", "zh", ""]), max_size=3))
def test_any_text_can_be_judged(text, languages):
    foreign_script(text, languages)


def model(name: str, *languages: str, available: bool = True) -> ModelInfo:
    return ModelInfo(id=f"b/{name}", name=name, backend="b", languages=languages, available=available)


def test_no_notice_when_the_model_reads_the_question():
    assert language_notice("Hello.", model("m", "en"), []) is None


def test_the_notice_suggests_available_models_that_read_it():
    others = [model("away", "ru", available=False), model("deaf", "en"), model("good", "ru"), model("any")]
    notice = language_notice("Привет.", model("m", "en"), others)
    assert notice.suggested_models == ("b/good", "b/any")
    assert "Ask a model" in notice.next_step


def test_without_a_better_model_the_notice_says_to_add_one():
    notice = language_notice("Привет.", model("m", "en"), [])
    assert notice.suggested_models == ()
    assert "add a model" in notice.next_step
