"""An answer stands for every word of its question: a known question with an intruder is never answered as
it was.
"""

from __future__ import annotations

from functools import cache

import pytest

from rusoil_jupyter.figures.flat import Flat
from rusoil_jupyter.figures.words import lexicon, understand, understood
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
INTRUDERS = {
    "an exception": ("{} except Zyx", "{} кроме Зюкс"),
    "an exclusion": ("{} without the first one", "{} не считая первого"),
    "a condition": ("{} if it rains", "{} если пойдёт дождь"),
    "a negation": ("{} not", "не {}"),
    "an instruction": ("Remove the grid and then {}", "Убери сетку и потом {}"),
    "drawing": ("Draw this: {}", "Построй линию: {}"),
    "a reason": ("Why {}", "Почему {}"),
    "a forecast": ("{} according to the forecast", "{} по прогнозу"),
    "another unit": ("{} in parsecs", "{} в парсеках"),
    "a stray noun": ("{} of giraffes", "{} жирафов"),
    "a stray number": ("{} 987654", "{} 987654"),
    "another year": ("{} in 1571", "{} в 1571 году"),
    "a comparison with nothing": ("{} squared", "{} в квадрате"),
}


@cache
def description(name):
    return SAMPLES[name]().description if name in SAMPLES else MORE_SAMPLES[name]()


def _is_russian(text):
    return any("а" <= letter.casefold() <= "я" for letter in text)


def _with(intruder, question):
    english, russian = INTRUDERS[intruder]
    return (russian if _is_russian(question) else english).format(question.rstrip("?. "))


@pytest.mark.parametrize("intruder", INTRUDERS)
def test_a_known_question_with_an_intruder_does_not_get_its_own_answer(intruder):
    answered = [
        asked
        for name, question, expected in OF_NUMBERS
        if understand(asked := _with(intruder, question), description(name))
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
    assert understand(question, description(name)) is None
