"""Questions of students and engineers become queries that find what they mean; what is not sure, none."""

from __future__ import annotations

from functools import cache

import pytest

from rusoil_jupyter.figures.query import answers
from rusoil_jupyter.figures.values.flat import Flat
from rusoil_jupyter.figures.words import understood
from tests.core.figures.words.more_questions import MORE
from tests.core.figures.words.more_samples import MORE_SAMPLES
from tests.core.figures.words.otherwise import LEFT, OTHERWISE
from tests.core.figures.words.questions import CASES
from tests.core.figures.words.samples import SAMPLES

ALL = [*CASES, *((name, *case) for name, cases in MORE.items() for case in cases)]


@cache
def shown(name):
    """A sample: a reading, or only the description of a figure."""
    return (SAMPLES.get(name) or MORE_SAMPLES[name])()


def found(reading, query):
    """What tells answers apart: values, places, series, points; not how they were asked."""
    return [
        (
            one.value,
            one.at,
            one.series,
            one.items,
            [(p.at, p.value, p.label) for p in one.points],
            one.details,
        )
        for one in answers(reading, query)
    ]


@pytest.mark.parametrize(("name", "question", "expected"), ALL)
def test_a_question_becomes_a_query_that_finds_what_it_means(name, question, expected):
    reading = shown(name)
    description = getattr(reading, "description", reading)
    query = understood(question, description).query
    if question in LEFT or (expected is None and question not in OTHERWISE):
        assert query is None
    elif question in OTHERWISE:
        assert (
            query is not None and query.model_dump(mode="json", exclude_defaults=True) == OTHERWISE[question]
        )
    else:
        wanted = Flat(**expected).query(description)
        assert query == wanted or (query is not None and found(reading, query) == found(reading, wanted))


def test_the_table_has_more_than_two_hundred_questions_in_both_languages():
    russian = [case for case in CASES if any("а" <= letter.lower() <= "я" for letter in case[1])]
    assert len(CASES) >= 200
    assert len(russian) >= 80 and len(CASES) - len(russian) >= 80


def test_few_of_them_are_left_without_an_answer():
    assert len(LEFT) / len(ALL) <= 0.08
