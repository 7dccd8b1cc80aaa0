"""An answer stands for every word of its question: a known question with an intruder is never answered as
it was.
"""

from __future__ import annotations

from functools import cache

import pytest

from rusoil_jupyter.figures.values.flat import Flat
from rusoil_jupyter.figures.words import lexicon, understood
from tests.core.figures.words.intruders import INTRUDERS, put_into
from tests.core.figures.words.more_questions import MORE
from tests.core.figures.words.more_samples import MORE_SAMPLES
from tests.core.figures.words.questions import CASES
from tests.core.figures.words.samples import SAMPLES

KNOWN = [
    *CASES,
    *((name, *case) for name, cases in MORE.items() for case in cases),
]
# What is written on a figure has no part that a condition could leave out; the others are asked with
# every intruder.
OF_NUMBERS = [case for case in KNOWN if case[2] is not None and case[2]["op"] != "describe"]


@cache
def description(name):
    return SAMPLES[name]().description if name in SAMPLES else MORE_SAMPLES[name]()


@pytest.mark.parametrize("intruder", INTRUDERS)
def test_a_known_question_with_an_intruder_does_not_get_its_own_answer(intruder):
    answered = [
        asked
        for name, question, expected in OF_NUMBERS
        if understood(asked := put_into(question, INTRUDERS[intruder]), description(name)).query
        == Flat(**expected).query(description(name))
    ]
    assert answered == []


def test_the_words_that_were_not_understood_are_told_as_they_were_written():
    made = understood("Максимум дебита нефти, кроме Зюкс", description("production"))
    assert made.query is None and made.left == ("кроме", "Зюкс")


@pytest.mark.parametrize("name", lexicon.names("ideas"))
def test_every_idea_is_found_by_each_of_its_plain_forms(name):
    for form in lexicon.forms("ideas", name):
        if form.replace("_", "").replace("*", "").isalpha():
            assert lexicon.pattern(name).search(form.replace("_", " ").replace("*", "")), form


@pytest.mark.parametrize("name", lexicon.names("fillers"))
@pytest.mark.parametrize(
    "word",
    [
        *(
            "not",
            "no",
            "never",
            "without",
            "except",
            "excluding",
            "if",
            "unless",
            "would",
            "why",
            "draw",
            "remove",
        ),
        *("add", "forecast", "half", "second", "other", "only", "until", "before", "after", "per"),
        *("не", "нет", "без", "кроме", "исключая", "если", "почему", "убери", "добавь", "построй", "прогноз"),
        *("половина", "второй", "другой", "только", "вне", "до", "после", "бы"),
    ],
)
def test_what_changes_a_question_is_no_filler(name, word):
    assert not lexicon.pattern(name, "fillers").fullmatch(word)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("production", "Какой дебит нефти в парсеках"),
        ("sales", "What was the temperature in May?"),
        ("sales", "May except April"),
        ("pie", "Какую долю занимает ветер?"),
        ("histogram", "How many of them are not above the mean?"),
        ("stacked", "Total of all but the first well in 2023"),
        ("fields", "Сколько добыто на Приобском за второе полугодие?"),
    ],
)
def test_what_the_figure_does_not_show_is_not_understood(name, question):
    assert understood(question, description(name)).query is None
