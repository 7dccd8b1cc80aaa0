"""Whatever is asked of whatever figure: an answer, a refusal or nothing, in bounded time."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rusoil_jupyter.figures.query import CannotAnswer, answers
from rusoil_jupyter.figures.values.finding import Finding
from rusoil_jupyter.figures.values.queries import query_type
from rusoil_jupyter.figures.words import restate, say, understood, verify
from tests.core.figures.query.any_query import flat_queries, queries
from tests.core.figures.words.questions import CASES
from tests.core.figures.words.samples import SAMPLES
from tests.growth import growth

READINGS = {name: build() for name, build in SAMPLES.items()}
WORDS = st.sampled_from(sorted({word for _name, question, _query in CASES for word in question.split()}))


def ids(name):
    description = READINGS[name].description
    return ["", *(series.id for panel in description.panels for series in panel.series), "nowhere"]


@given(st.data())
@settings(max_examples=600)
def test_any_query_is_answered_or_refused_and_said_in_both_languages(data):
    name = data.draw(st.sampled_from(sorted(READINGS)))
    query = data.draw(queries(ids(name)))
    reading = READINGS[name]
    assert query_type().validate_json(query_type().dump_json(query)) == query
    for language in ("en", "ru"):
        assert restate(query, reading.description, language)
    try:
        findings = answers(reading, query)
    except CannotAnswer as refused:
        assert refused.message
        return
    for language in ("en", "ru"):
        assert say(findings, reading.description, language)


@given(st.data())
@settings(max_examples=200)
def test_any_query_in_its_first_form_means_one_of_today(data):
    name = data.draw(st.sampled_from(sorted(READINGS)))
    flat = data.draw(flat_queries(ids(name)))
    reading = READINGS[name]
    stored = Finding.model_validate({"query": flat.model_dump(mode="json"), "badge": "stored"})
    assert stored.query == flat.query()
    with contextlib.suppress(CannotAnswer):
        answers(reading, flat.query(reading.description))


@given(st.sampled_from(sorted(READINGS)), st.lists(WORDS, max_size=14).map(" ".join))
@settings(max_examples=300)
def test_any_heap_of_words_is_a_query_that_can_be_asked_or_nothing(name, question):
    query = understood(question, READINGS[name].description).query
    if query is not None:
        with contextlib.suppress(CannotAnswer):
            answers(READINGS[name], query)


@given(st.sampled_from(sorted(READINGS)), st.text(max_size=120))
@settings(max_examples=150)
def test_any_text_is_read_without_harm(name, text):
    understood(text, READINGS[name].description)
    verify(text, READINGS[name])


@pytest.mark.parametrize(
    "piece", ["a ", "the ", "how many ", "5 ", "и ", "<s0> ", "between 1 and ", "-", "1,", "second "]
)
def test_a_question_that_is_four_times_as_long_takes_about_four_times_as_long(piece):
    for name in ("production", "scheme"):
        assert (
            growth(lambda size, name=name: understood(piece * size, READINGS[name].description).query, 1250)
            < 9
        )
