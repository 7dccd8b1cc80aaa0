"""The same questions once more, worded without a look at the reader; never tuned on.

``python -m tests.bench.figures blind`` asks with these. Whoever mends the reader after seeing its misses here
writes a new set.
"""

from __future__ import annotations

from typing import Any

BLIND: dict[str, Any] = {
    "_EXTREME": {
        "maximum": {
            "en": (
                "Across the whole chart, what is the maximum {y}{of}?",
                "what's the biggest {y}{of} here",
                "What is the value of {y}{of} at its highest point?",
                "How large is {y}{of} at most?",
            ),
            "ru": (
                "Какого наибольшего значения достигает {y}{of}?",
                "Определите максимальное значение показателя «{y}»{of}.",
                "какое самое большое {y}{of} на графике",
                "Чему равно самое высокое значение {y}{of}?",
            ),
        },
        "minimum": {
            "en": (
                "Across the whole chart, what is the minimum {y}{of}?",
                "what's the smallest {y}{of} here",
                "What is the value of {y}{of} at its lowest point?",
                "How small is {y}{of} at the least?",
            ),
            "ru": (
                "Какого наименьшего значения достигает {y}{of}?",
                "Определите минимальное значение показателя «{y}»{of}.",
                "какое самое маленькое {y}{of} на графике",
                "Чему равно самое низкое значение {y}{of}?",
            ),
        },
    },
    "_WHERE": {
        "maximum": {
            "en": (
                "What {x} corresponds to the maximum {y}{of}?",
                "Find the {x} where {y}{of} is the largest.",
                "For what value of {x} is {y}{of} at its greatest?",
                "where on the chart is {y}{of} at its highest",
            ),
            "ru": (
                "Какому значению «{x}» соответствует максимум «{y}»{of}?",
                "Найди значение «{x}», при котором {y}{of} самое большое",
                "При каком «{x}» {y}{of} достигает наибольшего значения?",
                "где у {y}{of} самая высокая точка",
            ),
        },
        "minimum": {
            "en": (
                "What {x} corresponds to the minimum {y}{of}?",
                "Find the {x} where {y}{of} is the smallest.",
                "For what value of {x} is {y}{of} at its least?",
                "where on the chart is {y}{of} at its lowest",
            ),
            "ru": (
                "Какому значению «{x}» соответствует минимум «{y}»{of}?",
                "Найди значение «{x}», при котором {y}{of} самое маленькое",
                "При каком «{x}» {y}{of} достигает наименьшего значения?",
                "где у {y}{of} самая низкая точка",
            ),
        },
    },
    "_WHICH": {
        "maximum": {
            "en": (
                "Which {x} shows the maximum {y}{of}?",
                "What is the {x} with the biggest {y}{of}?",
                "Which {x} ranks first in terms of {y}{of}?",
                "which {x} has the most {y}{of}",
            ),
            "ru": (
                "Какой {x} имеет самое большое {y}{of}?",
                "Для какого значения «{x}» показатель «{y}»{of} максимален?",
                "Какой {x} на первом месте по {y}{of}?",
                "у кого больше всего {y}{of}",
            ),
        },
        "minimum": {
            "en": (
                "Which {x} shows the minimum {y}{of}?",
                "What is the {x} with the least {y}{of}?",
                "Which {x} ranks last in terms of {y}{of}?",
                "which {x} has the smallest value of {y}{of}",
            ),
            "ru": (
                "Какой {x} имеет самое маленькое {y}{of}?",
                "Для какого значения «{x}» показатель «{y}»{of} минимален?",
                "Какой {x} на последнем месте по {y}{of}?",
                "у кого меньше всего {y}{of}",
            ),
        },
    },
    "_VALUE": {
        "en": (
            "{at}, what is the value of {y}{of}?",
            "According to the chart, what is {y}{of} {at}?",
            "What value does {y}{of} have {at}?",
            "can you tell me {y}{of} {at}",
        ),
        "ru": (
            "Определите по графику значение «{y}»{of} {at}.",
            "Какова величина показателя «{y}»{of} {at}?",
            "{at} какое значение у «{y}»{of}?",
            "подскажи {y}{of} {at}",
        ),
    },
    "_MEAN": {
        "en": (
            "Calculate the arithmetic mean of {y}{of}.",
            "What is the mean value of {y}{of} across all data points?",
            "On average, what is {y}{of}?",
            "what's the average value of {y}{of}",
        ),
        "ru": (
            "Чему равно среднее арифметическое «{y}»{of}?",
            "Сколько в среднем составляет {y}{of}?",
            "Посчитай среднее значение «{y}»{of} по всем данным",
            "какое среднее у {y}{of}",
        ),
    },
    "_SUM": {
        "en": (
            "Calculate the sum of all {y} values{of}.",
            "What is the grand total of {y}{of}?",
            "What is {y}{of} altogether?",
            "what do you get if you sum up {y}{of} over the whole chart",
        ),
        "ru": (
            "Каково суммарное значение «{y}»{of}?",
            "Чему равна общая сумма {y}{of}?",
            "Посчитай сумму всех значений «{y}»{of}",
            "сколько будет {y}{of}, если всё сложить",
        ),
    },
    "_MEDIAN": {
        "en": (
            "According to the box plot, what is the median {y}{of}?",
            "What is the median value of {y}{of}?",
            "At what {y} is the median line of the box drawn{of}?",
            "tell me the median {y}{of}",
        ),
        "ru": (
            "Каково медианное значение «{y}»{of}?",
            "Определите медиану показателя «{y}»{of}.",
            "На каком уровне проходит медиана {y}{of}?",
            "какая медиана у {y}{of}",
        ),
    },
    "_DIFFERENCE": {
        "en": (
            "What is the absolute difference between {y}{of} for {a} and for {b}?",
            "By what amount do {a} and {b} differ in {y}{of}?",
            "What is the gap between {a} and {b} in terms of {y}{of}?",
            "how far apart are {a} and {b} in {y}{of}",
        ),
        "ru": (
            "Найдите разность значений «{y}»{of} между {a} и {b}.",
            "Насколько {a} отличается от {b} по показателю «{y}»{of}?",
            "Каков разрыв между {a} и {b} по {y}{of}?",
            "какая разница между {a} и {b} по {y}{of}",
        ),
    },
    "_CHANGE": {
        "en": (
            "By how much did {y}{of} rise or fall from {a} to {b}?",
            "By what amount did {y}{of} change over the period from {a} to {b}?",
            "What is the absolute change in {y}{of} from {a} to {b}?",
            "how much did {y}{of} change in {b} compared to {a}",
        ),
        "ru": (
            "На какую величину изменилось {y}{of} между {a} и {b} годами?",
            "Сколько составило изменение «{y}»{of} за период с {a} по {b} год?",
            "На сколько выросло или упало {y}{of} с {a} по {b} год?",
            "на сколько изменилось {y}{of} в {b} году по сравнению с {a}",
        ),
    },
    "_HIGHER": {
        "en": (
            "Between {a} and {b}, which has the greater {y} {at}?",
            "{at}, which one is larger, {a} or {b}?",
            "Does {a} or {b} have the higher {y} {at}?",
            "who has the bigger {y} {at}, {a} or {b}",
        ),
        "ru": (
            "Какой из двух рядов, {a} или {b}, имеет большее значение {at}?",
            "У кого {y} выше {at}: у {a} или у {b}?",
            "{at} какой показатель выше: {a} или {b}?",
            "{y} {at}: что больше, {a} или {b}",
        ),
    },
    "_TREND": {
        "en": (
            "Overall, is {y}{of} growing or declining?",
            "In which direction is {y}{of} heading overall?",
            "Does {y}{of} tend to go up or down as {x} increases?",
            "is {y}{of} going up or down",
        ),
        "ru": (
            "Наблюдается рост или снижение «{y}»{of}?",
            "В какую сторону в целом меняется {y}{of}?",
            "Что происходит с показателем «{y}»{of}: он растёт или снижается?",
            "{y}{of} идёт вверх или вниз",
        ),
    },
    "_SECOND": {
        "en": (
            "Which {x} ranks second in terms of {y}?",
            "What is the {x} with the second largest {y}?",
            "If sorted by {y} in descending order, which {x} comes second?",
            "which {x} has the 2nd biggest {y}",
        ),
        "ru": (
            "Какой {x} занимает второе место по {y}?",
            "Если расположить по убыванию «{y}», какой {x} будет вторым?",
            "Для какого значения «{x}» показатель «{y}» второй по величине?",
            "у кого второе по величине значение {y}",
        ),
    },
    "_SHARE": {
        "en": (
            "What percentage of the total does {a} make up?",
            "{a} accounts for what per cent of the total?",
            "What portion of the pie, in percent, belongs to {a}?",
            "what % is {a}",
        ),
        "ru": (
            "Какую часть от целого в процентах составляет {a}?",
            "{a} — это какой процент от общего количества?",
            "Какой процент от общего объёма занимает {a}?",
            "сколько % у {a}",
        ),
    },
    "_FIRST": {
        "en": (
            "At what {x} does {y}{of} first surpass {level}?",
            "What is the earliest {x} at which {y}{of} is above {level}?",
            "When does {y}{of} cross the {level} mark for the first time?",
            "when did {y}{of} first go over {level}",
        ),
        "ru": (
            "При каком «{x}» {y}{of} впервые превышает {level}?",
            "В какой момент {y}{of} впервые поднимается выше {level}?",
            "Когда {y}{of} в первый раз пересекает отметку {level}?",
            "когда {y}{of} впервые перевалило за {level}",
        ),
    },
    "_AXIS": {
        "en": (
            "What is the title of the {axis}-axis?",
            "Which quantity is represented on the {axis}-axis?",
            "What variable is shown along the {axis} axis?",
            "what's the {axis} axis about",
        ),
        "ru": (
            "Как называется ось {axis}?",
            "Какой показатель отложен на оси {axis}?",
            "Какое название у оси {axis}?",
            "что означает ось {axis}",
        ),
    },
    # The first and the third are asked of scatter charts too: no lines there.
    "_COUNT": {
        "en": (
            "How many different series can be seen in the chart?",
            "How many lines are represented in the graph?",
            "How many data series are compared in this figure?",
            "count the lines on this chart",
        ),
        "ru": (
            "Сколько разных серий данных представлено на графике?",
            "Сколько линий изображено на графике?",
            "Каково количество рядов данных на диаграмме?",
            "посчитай линии на графике",
        ),
    },
}
