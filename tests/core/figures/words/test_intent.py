"""What a text asks for: an instruction is never taken for a question that a reader may answer."""

from __future__ import annotations

import pytest

from rusoil_jupyter.figures.words.intent import intent
from tests.core.figures.words.more_questions import MORE
from tests.core.figures.words.questions import CASES

INSTRUCTIONS = [
    *("Draw a line at the mean", "plot the residuals", "Please, could you make the bars horizontal?"),
    *("What is the maximum? Mark it in red.", "Add a legend and then show the maximum", "Explain the peak"),
    *("Translate the labels into English", "Write a caption for a paper", "I want you to change the colours"),
    *("Highlight the largest bar", "remove well 3", "show the maximum in red", "How do I add a grid?"),
    *("Сделай вывод по графику", "добавь подписи", "Построй среднее", "а теперь нарисуй линию на уровне 50"),
    *("Переведи подписи на английский", "Найди максимум и отметь его", "Объясните, что случилось в мае"),
    *("Можешь убрать сетку?", "напиши код этого графика", "Поменяйте цвет линии", "Как добавить вторую ось?"),
    *("Нужно построить гистограмму", "Ещё удалите выбросы", "Спрогнозируй дебит на год"),
]
WHY = [
    "Why does it fall?",
    "why is May lower",
    "What caused the drop?",
    "почему упал дебит",
    "Из-за чего спад?",
]
QUESTIONS = [
    *("show the maximum", "find the minimum", "calculate the mean", "Compare A and B", "plot title?"),
    *("What does this plot show?", "What is the label of the x axis?", "change from May to June"),
    *("What is plotted?", "How do the wells rank?", "Export in 2020?", "Which point is highlighted?"),
    *("How much variance is explained by PC1?", "What is set 2's mean?", "tell me the maximum"),
    *("покажи максимум", "найди минимум", "посчитай среднее", "вычисли сумму", "переведи в баррели"),
    *("Сколько столбцов построено?", "Что изображено?", "опиши график", "сравни А и Б", "выведи медиану"),
]


@pytest.mark.parametrize("text", INSTRUCTIONS)
def test_an_instruction_is_known(text: str) -> None:
    assert intent(text) == "instruction"


@pytest.mark.parametrize("text", WHY)
def test_a_reason_is_known(text: str) -> None:
    assert intent(text) == "why"


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_stays_one(text: str) -> None:
    assert intent(text) == "question"


@pytest.mark.parametrize("text", ["", " \n"])
def test_without_words_a_description_is_asked_for(text: str) -> None:
    assert intent(text) == "description"


def test_no_question_that_a_reader_answers_is_taken_for_anything_else() -> None:
    known = [question for _name, question, query in CASES if query]
    known += [question for cases in MORE.values() for question, query in cases if query]
    assert [question for question in known if question and intent(question) != "question"] == []
