"""Questions of students and engineers become the queries they mean; what is not sure becomes none."""

from __future__ import annotations

from functools import cache

import pytest

from rusoil_jupyter.figures.finding import Query
from rusoil_jupyter.figures.words import understand
from tests.core.figures.words.more_questions import MORE
from tests.core.figures.words.more_samples import MORE_SAMPLES
from tests.core.figures.words.questions import CASES
from tests.core.figures.words.samples import SAMPLES


@cache
def description(name):
    return SAMPLES[name]().description


@pytest.mark.parametrize(("name", "question", "expected"), CASES)
def test_a_question_becomes_the_query_it_means(name, question, expected):
    query = understand(question, description(name))
    assert query == (None if expected is None else Query(**expected))


@pytest.mark.parametrize(
    ("name", "question", "expected"), [(name, *case) for name, cases in MORE.items() for case in cases]
)
def test_other_wording_on_other_charts_is_understood_too(name, question, expected):
    query = understand(question, MORE_SAMPLES[name]())
    assert query == (None if expected is None else Query(**expected))


def test_the_table_has_more_than_two_hundred_questions_in_both_languages():
    russian = [case for case in CASES if any("а" <= letter.lower() <= "я" for letter in case[1])]
    assert len(CASES) >= 200
    assert len(russian) >= 80 and len(CASES) - len(russian) >= 80
