"""What the grammar makes of questions: the value, all of it; or what is left, absent or open."""

from __future__ import annotations

import sys

import pytest

from rusoil_jupyter.figures.words.grammar import understood
from tests.core.figures.words.grammar_asked import ABSENT, ASKED, LEFT, told
from tests.core.figures.words.grammar_charts import CHARTS
from tests.core.figures.words.intruders import INTRUDERS, put_into


@pytest.mark.parametrize(("chart", "question", "expected"), ASKED)
def test_a_question_is_the_value_of_all_its_words(chart, question, expected):
    made = understood(question, CHARTS[chart]())
    assert (made.left, made.absent) == ((), None)
    assert made.query is not None
    assert told(made.query) == expected


@pytest.mark.parametrize(("chart", "question", "words"), LEFT)
def test_words_that_stand_for_nothing_are_told(chart, question, words):
    made = understood(question, CHARTS[chart]())
    assert made.query is None
    assert set(words) <= set(" ".join(made.left).casefold().split())


@pytest.mark.parametrize(("chart", "question", "code", "known"), ABSENT)
def test_what_the_figure_does_not_have_is_told_with_what_it_has(chart, question, code, known):
    absent = understood(question, CHARTS[chart]()).absent
    assert absent is not None
    assert (absent.code, known in absent.known) == (code, True)


@pytest.mark.parametrize(
    ("chart", "question", "places"),
    [
        ("twin", "oil rate in March", ("2022-03", "2023-03")),
        ("quarters", "revenue in Q2", ("Q2 2021", "Q2 2022", "Q2 2023")),
    ],
)
def test_a_time_that_several_years_have_is_open_and_each_of_them_is_offered(chart, question, places):
    made = understood(question, CHARTS[chart]())
    assert made.query is None
    assert [query.of.places[0].places for query in made.candidates] == [(place,) for place in places]


@pytest.mark.parametrize(
    "question", ["maximum oil rate in the first half", "средний oil rate за второе полугодие"]
)
def test_a_half_may_be_one_of_all_that_is_drawn_where_several_years_are(question):
    made = understood(question, CHARTS["twin"]())
    assert made.query is None
    assert len(made.candidates) == 2


def test_more_than_a_query_can_hold_is_not_understood():
    made = understood("the 5000 largest values of oil rate", CHARTS["twin"]())
    assert (made.query, made.left) == (None, ("5000",))


MORE = {  # which the rules do not all see
    "a condition on what is not there": ("{} when Zyx was above 3", "{} когда Зюкс был выше 3"),
    "a part": ("half of {}", "половина {}"),
    "a sum": ("{} plus 5", "{} плюс 5"),
    "a limit": ("only {}", "только {}"),
    "others": ("{} of the others", "{} остальных"),
    "each": ("{} of each giraffe", "{} каждого жирафа"),
    "the last ones": ("{} in the last 3", "{} за последние 3"),
    "a comparison": ("{} than before", "{} чем раньше"),
}
ALL = INTRUDERS | MORE


@pytest.mark.parametrize("intruder", ALL)
def test_an_intruder_changes_what_a_question_asks_or_makes_it_none(intruder):
    nth = list(ALL).index(intruder)
    asked = ASKED[nth % 4 :: 4]
    same = [
        question
        for chart, question, expected in asked
        if (query := understood(put_into(question, ALL[intruder]), CHARTS[chart]()).query) is not None
        and told(query) == expected
    ]
    assert asked and same == []


@pytest.mark.parametrize(
    "piece",
    [
        "mean of North and ",
        "above 5 ",
        "кроме Скв. 7 и ",
        "between 1 and ",
        "second highest ",
        "и ",
        "в каком месяце ",
    ],
)
@pytest.mark.parametrize("chart", ["sales", "repairs", "injection"])
def test_the_work_grows_as_the_question_does(chart, piece):
    short, long = (_calls_for((piece * size)[:size], CHARTS[chart]()) for size in (500, 2000))
    assert long < 6 * short


def _calls_for(question, description):
    """How many functions are called to understand a question."""
    count = 0

    def called(_frame, event, _argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        understood(question, description)
    finally:
        sys.setprofile(None)
    return count
