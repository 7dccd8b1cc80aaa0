"""The rules: questions of students and engineers become the queries they mean; what is not sure, none."""

from __future__ import annotations

from functools import cache

import pytest

from rusoil_jupyter.figures.values.flat import Flat
from rusoil_jupyter.figures.words.understanding import by_rules
from tests.core.figures.words.more_questions import MORE
from tests.core.figures.words.more_samples import MORE_SAMPLES
from tests.core.figures.words.questions import CASES
from tests.core.figures.words.samples import SAMPLES


@cache
def description(name):
    return SAMPLES[name]().description


@pytest.mark.parametrize(("name", "question", "expected"), CASES)
def test_a_question_becomes_the_query_it_means(name, question, expected):
    shown = description(name)
    wanted = None if expected is None else Flat(**expected).query(shown)
    assert by_rules(question, shown).query == wanted


@pytest.mark.parametrize(
    ("name", "question", "expected"), [(name, *case) for name, cases in MORE.items() for case in cases]
)
def test_other_wording_on_other_charts_is_understood_too(name, question, expected):
    shown = MORE_SAMPLES[name]()
    wanted = None if expected is None else Flat(**expected).query(shown)
    assert by_rules(question, shown).query == wanted


def test_the_table_has_more_than_two_hundred_questions_in_both_languages():
    russian = [case for case in CASES if any("а" <= letter.lower() <= "я" for letter in case[1])]
    assert len(CASES) >= 200
    assert len(russian) >= 80 and len(CASES) - len(russian) >= 80
