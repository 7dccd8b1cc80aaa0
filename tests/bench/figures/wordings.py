"""The same questions in other words, written after the reader had been tuned on the first ones.

``python -m tests.bench.figures others`` asks with these; nobody may tune on them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.bench.figures import questions

if TYPE_CHECKING:
    from collections.abc import Iterator

Wordings = dict[str, tuple[str, ...]]
OTHERS: dict[str, Any] = {
    "_EXTREME": {
        "maximum": {
            "en": (
                "How high does {y}{of} get?",
                "Tell me the top {y}{of}",
                "max {y}{of}?",
                "What's the greatest {y}{of} on this plot?",
            ),
            "ru": (
                "До какого значения доходит {y}{of}?",
                "Скажи максимум: {y}{of}",
                "макс {y}{of}?",
                "Каков пик {y}{of}?",
            ),
        },
        "minimum": {
            "en": (
                "How low does {y}{of} get?",
                "Tell me the bottom {y}{of}",
                "min {y}{of}?",
                "What's the least {y}{of} shown?",
            ),
            "ru": (
                "До какого значения опускается {y}{of}?",
                "Скажи минимум: {y}{of}",
                "мин {y}{of}?",
                "Каково самое низкое {y}{of}?",
            ),
        },
    },
    "_WHERE": {
        "maximum": {
            "en": ("Where is the peak of {y}{of}?", "At what {x} does {y}{of} peak?"),
            "ru": ("Где пик {y}{of}?", "На каком месте максимум {y}{of}?"),
        },
        "minimum": {
            "en": ("Where is the lowest point of {y}{of}?", "At what {x} is {y}{of} at its minimum?"),
            "ru": ("Где минимум {y}{of}?", "В какой точке {y}{of} наименьшее?"),
        },
    },
    "_WHICH": {
        "maximum": {
            "en": ("What {x} leads in {y}{of}?", "Name the {x} with the largest {y}{of}"),
            "ru": ("Назови {x} с наибольшим значением {y}{of}", "Кто лидирует по {y}{of}?"),
        },
        "minimum": {
            "en": ("What {x} comes last in {y}{of}?", "Name the {x} with the smallest {y}{of}"),
            "ru": ("Назови {x} с наименьшим значением {y}{of}", "Кто на последнем месте по {y}{of}?"),
        },
    },
    "_VALUE": {
        "en": (
            "Give me {y}{of} {at}",
            "How much is {y}{of} {at}?",
            "Read off {y}{of} {at}.",
            "what's {y}{of} {at}",
        ),
        "ru": (
            "Назови {y}{of} {at}",
            "Сколько {y}{of} {at}?",
            "Прочитай значение {y}{of} {at}",
            "{y}{of} {at} — сколько?",
        ),
    },
    "_MEAN": {
        "en": ("Compute the average of {y}{of}", "avg {y}{of}?", "What does {y}{of} average?"),
        "ru": ("Вычисли среднее {y}{of}", "Какое {y}{of} в среднем?", "среднее {y}{of}?"),
    },
    "_SUM": {
        "en": ("Add up {y}{of}", "What do all values of {y}{of} add up to?"),
        "ru": ("Сложи все значения {y}{of}", "Сколько {y}{of} в общей сложности?"),
    },
    "_MEDIAN": {
        "en": ("Median {y}{of}?", "What's the middle value of {y}{of}?"),
        "ru": ("Медиана {y}{of}?", "Чему равна медиана {y}{of}?"),
    },
    "_DIFFERENCE": {
        "en": ("How much more or less {y}{of} does {a} have than {b}?", "{y} of {a} minus {y} of {b}?"),
        "ru": ("На сколько различаются {a} и {b}?", "Чему равна разница {y} у {a} и {b}?"),
    },
    "_CHANGE": {
        "en": (
            "What is the change in {y}{of} between {a} and {b}?",
            "From {a} to {b}, how did {y}{of} change?",
        ),
        "ru": ("Как изменилось {y}{of} с {a} до {b}?", "Насколько поменялось {y}{of} за период {a}–{b}?"),
    },
    "_HIGHER": {
        "en": ("{at}, is {a} above {b}?", "Compare {a} and {b} {at}"),
        "ru": ("Сравни {a} и {b} {at}", "Кто выше {at}, {a} или {b}?"),
    },
    "_TREND": {
        "en": ("Is there an upward or downward trend in {y}{of}?", "How does {y}{of} develop over time?"),
        "ru": ("Есть ли рост или спад {y}{of}?", "Какой тренд у {y}{of}?"),
    },
    "_SECOND": {
        "en": ("What is the runner-up {x} by {y}?", "Which {x} is number two in {y}?"),
        "ru": ("Кто второй по {y}?", "Какой {x} на второй позиции по {y}?"),
    },
    "_SHARE": {
        "en": ("What fraction in per cent is {a}?", "How big is the slice of {a} in percent?"),
        "ru": ("Сколько это в процентах: {a}?", "Какова доля {a} в процентах?"),
    },
    "_FIRST": {
        "en": ("When is {y}{of} first greater than {level}?", "When did {y}{of} pass {level}?"),
        "ru": ("Когда {y}{of} превысило {level}?", "С какого момента {y}{of} выше {level}?"),
    },
    "_AXIS": {
        "en": ("What is plotted along {axis}?", "What does {axis} stand for?"),
        "ru": ("Что по оси {axis}?", "Какая величина на оси {axis}?"),
    },
    "_COUNT": {
        "en": ("Number of lines?", "How many curves do you see?", "How many data series are plotted?"),
        "ru": ("Число линий?", "Сколько кривых ты видишь?", "Сколько рядов показано?"),
    },
}


@contextmanager
def asked_in(words: dict[str, Any]) -> Iterator[None]:
    """Questions are asked in these words inside."""
    kept = {name: getattr(questions, name) for name in words}
    try:
        for name, wordings in words.items():
            setattr(questions, name, wordings)
        yield
    finally:
        for name, wordings in kept.items():
            setattr(questions, name, wordings)
