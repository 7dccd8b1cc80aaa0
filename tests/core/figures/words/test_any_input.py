"""Whatever is asked of whatever figure: an answer, a refusal or nothing, in bounded time."""

from __future__ import annotations

import contextlib
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rusoil_jupyter.figures.finding import Op, Query
from rusoil_jupyter.figures.query import CannotAnswer, answer
from rusoil_jupyter.figures.words import say, understand, verify
from tests.core.figures.words.questions import CASES
from tests.core.figures.words.samples import SAMPLES
from tests.growth import growth

READINGS = {name: build() for name, build in SAMPLES.items()}
WORDS = st.sampled_from(sorted({word for _name, question, _query in CASES for word in question.split()}))
PLACES = st.one_of(
    st.none(),
    st.floats(-1e6, 1e6),
    st.sampled_from(["2022", "2022-03", "April", "Sat", "x", "", "2022-01-01"]),
)


def ids(name):
    description = READINGS[name].description
    return ["", *(series.id for panel in description.panels for series in panel.series), "nowhere"]


@given(st.data())
@settings(max_examples=400)
def test_any_query_is_answered_or_refused(data):
    name = data.draw(st.sampled_from(sorted(READINGS)))
    query = Query(
        op=data.draw(st.sampled_from(get_args(Op))),
        series=data.draw(st.sampled_from(ids(name))),
        other=data.draw(st.sampled_from(["", "", *ids(name)])),
        column=data.draw(
            st.sampled_from(["", "", "total", "median", "x", "y", "ratio", "above", "mean", "iqr"])
        ),
        axis=data.draw(st.sampled_from([None, None, "x", "y", "y2", "color"])),
        at=data.draw(PLACES),
        until=data.draw(PLACES),
        level=data.draw(st.one_of(st.none(), st.floats(-100, 100))),
        model=data.draw(st.sampled_from(["linear", "polynomial", "exponential", "power", "logarithmic"])),
        degree=data.draw(st.integers(1, 9)),
        node=data.draw(st.sampled_from(["", "w", "Насос", "?"])),
        to=data.draw(st.sampled_from(["", "t", "x"])),
    )
    reading = READINGS[name]
    try:
        finding = answer(reading, query)
    except CannotAnswer as refused:
        assert refused.message
        return
    for language in ("en", "ru"):
        assert say([finding], reading.description, language)


@given(st.sampled_from(sorted(READINGS)), st.lists(WORDS, max_size=14).map(" ".join))
@settings(max_examples=300)
def test_any_heap_of_words_is_a_query_that_can_be_asked_or_nothing(name, question):
    query = understand(question, READINGS[name].description)
    if query is not None:
        with contextlib.suppress(CannotAnswer):
            answer(READINGS[name], query)


@given(st.sampled_from(sorted(READINGS)), st.text(max_size=120))
@settings(max_examples=150)
def test_any_text_is_read_without_harm(name, text):
    understand(text, READINGS[name].description)
    verify(text, READINGS[name])


@pytest.mark.parametrize(
    "piece", ["a ", "the ", "how many ", "5 ", "и ", "<s0> ", "between 1 and ", "-", "1,", "second "]
)
def test_a_question_that_is_four_times_as_long_takes_about_four_times_as_long(piece):
    for name in ("production", "scheme"):
        assert growth(lambda size, name=name: understand(piece * size, READINGS[name].description), 1250) < 9
