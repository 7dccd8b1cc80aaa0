"""Questions of the tables whose query the flat form can't say, and those that are not understood."""

from __future__ import annotations

from typing import Any

LEFT = frozenset(
    [
        "Какова накопленная добыча нефти, то есть площадь под кривой нефти?",
        "Какова максимальная обводнённость?",
        "Когда обводненность превысит 50 %?",
        "At what saturation do the two curves cross?",
        "Какая кривая зелёная? Что показывает зеленая кривая?",
        "What are the values at 0.5?",
        "At which depth is the GR highest?",
        "Rank the months by sales",
        "Как связаны пористость и проницаемость, какова корреляция?",
        "What is the height of the Velvet bar?",
        "Какова корреляция между Horsepower и Miles_per_Gallon для USA?",
        "Which group has the most points?",
        "Какая связь между Horsepower и Miles_per_Gallon?",
        "Which line is the highest at the end of 2008?",
        "Какая линия выше всех в конце?",
        "Сравните AAPL и GOOG в июне 2007",
        "Which is larger in 2007, AAPL or GOOG?",
        "Compare GOOG and IBM",
        "Did unemployment increase from 2000 to 2005?",
        "First year when unemployment exceeded 8%?",
        "What is the unemployment rate in 2050?",
        "What is the y-value at x=2001?",
        "Какое значение принимает функция в точке 2003?",
        "what is the rate in the final year?",
        "Which sex has the greater total?",
        "В каком диапазоне изменяется дебит?",
    ]
)
OTHERWISE: dict[str, Any] = {
    "At what date does the oil rate fall below 500?": {
        "of": {"series": ["rate"]},
        "level": 500.0,
        "way": "down",
        "within": "day",
    },
    "На каких глубинах ГК больше 90?": {
        "of": {"series": ["s_gk"], "where": [{"relation": "above", "level": 90.0}]}
    },
    "Which months are below 50?": {"of": {"series": ["b"], "where": [{"relation": "below", "level": 50.0}]}},
    "In which months do sales exceed 60?": {
        "of": {"series": ["b"], "where": [{"relation": "above", "level": 60.0}]}
    },
    "What is the difference between the highest and the lowest bar?": {
        "first": {"which": "maximum", "of": {"series": ["b"]}},
        "second": {"which": "minimum", "of": {"series": ["b"]}},
    },
    "What was the total production in 2022?": {"name": "sum", "of": {"places": [{"places": ["2022"]}]}},
    "Which year had the highest total production?": {
        "name": "sum",
        "of": {},
        "each": "place",
        "over": "maximum",
        "asks": "group",
    },
    "What is the count at age 35?": {"name": "sum", "of": {"series": ["h"], "places": [{"places": [35.0]}]}},
    "What is the interquartile range of Sun?": {
        "first": {"of": {"series": ["b"], "column": "q3", "places": [{"places": ["Sun"]}]}},
        "second": {"of": {"series": ["b"], "column": "q1", "places": [{"places": ["Sun"]}]}},
    },
    "Which variety has the largest sum of yield?": {
        "which": "maximum",
        "of": {"series": ["s0"]},
        "asks": "place",
    },
    "Which variety has the lowest Sum of yield?": {
        "which": "minimum",
        "of": {"series": ["s0"]},
        "asks": "place",
    },
    "Какая категория имеет наибольшее значение?": {
        "which": "maximum",
        "of": {"series": ["s0"]},
        "asks": "place",
    },
    "Which bar is the shortest?": {"which": "minimum", "of": {"series": ["s0"]}, "asks": "place"},
    "Which varieties have a yield above 395?": {
        "of": {"series": ["s0"], "where": [{"relation": "above", "level": 395.0}]}
    },
    "Какой столбец самый длинный?": {"which": "maximum", "of": {"series": ["s0"]}, "asks": "place"},
    "What is the second largest value?": {"which": "maximum", "of": {"series": ["s0"]}, "rank": 2},
    "What is the difference between the largest and second largest?": {
        "first": {"which": "maximum", "of": {"series": ["s0"]}},
        "second": {"which": "maximum", "of": {"series": ["s0"]}, "rank": 2},
    },
    "Which origin has the highest Miles_per_Gallon?": {"which": "maximum", "of": {}, "asks": "series"},
    "When did AAPL reach its maximum?": {"which": "maximum", "of": {"series": ["s4"]}, "asks": "place"},
    "Which stock had the highest price?": {"which": "maximum", "of": {}, "asks": "series"},
    "Which company was the most expensive in June 2008?": {
        "which": "maximum",
        "of": {"places": [{"places": ["2008-06"]}]},
        "asks": "series",
    },
    "Когда цена AAPL была минимальной?": {"which": "minimum", "of": {"series": ["s4"]}, "asks": "place"},
    "У какой акции самая высокая цена?": {"which": "maximum", "of": {}, "asks": "series"},
    "How many times do MSFT and IBM cross?": {"of": {"series": ["s0"]}, "other": "s2", "asks": "count"},
    "In what year did GOOG peak?": {
        "which": "maximum",
        "of": {"series": ["s3"]},
        "asks": "place",
        "within": "year",
    },
    "Who has the highest value in January 2009?": {
        "which": "maximum",
        "of": {"places": [{"places": ["2009-01"]}]},
        "asks": "series",
    },
    "On which date did IBM reach 200?": {"of": {"series": ["s2"]}, "level": 200.0, "within": "day"},
    "What is the mean of each series?": {"name": "mean", "of": {}, "each": "series"},
    "Какая акция стоила дороже всех в мае 2008 года?": {
        "which": "maximum",
        "of": {"places": [{"places": ["2008-05"]}]},
        "asks": "series",
    },
    "Среднее значение каждой линии": {"name": "mean", "of": {}, "each": "series"},
    "In which year was unemployment highest?": {
        "which": "maximum",
        "of": {"series": ["s0"]},
        "asks": "place",
    },
    "When was the unemployment rate at its lowest?": {
        "which": "minimum",
        "of": {"series": ["s0"]},
        "asks": "place",
    },
    "By how many percentage points did the unemployment rate fall between 1992 and 2008?": {
        "first": {"of": {"series": ["s0"], "places": [{"places": [2008.0]}]}},
        "second": {"of": {"series": ["s0"], "places": [{"places": [1992.0]}]}},
        "claim": "fall",
    },
    "В каком году безработица была максимальной?": {
        "which": "maximum",
        "of": {"series": ["s0"]},
        "asks": "place",
    },
    "Is unemployment in 2010 higher than in 2000?": {
        "of": {
            "series": ["s0"],
            "places": [{"places": [2010.0]}],
            "where": [{"relation": "above", "at": 2000.0}],
        },
        "asks": "whether",
    },
    "At what x does the curve reach its peak?": {
        "which": "maximum",
        "of": {"series": ["s0"]},
        "asks": "place",
    },
    "What is the lowest point of the curve?": {"which": "minimum", "of": {"series": ["s0"]}, "asks": "place"},
    "В какой точке достигается минимум?": {"which": "minimum", "of": {"series": ["s0"]}, "asks": "place"},
    "Сколько раз кривая пересекает уровень 6?": {"of": {"series": ["s0"]}, "level": 6.0, "asks": "count"},
    "Какой прирост за период 2009-2015?": {
        "first": {"of": {"series": ["s0"], "places": [{"places": [2015.0]}]}},
        "second": {"of": {"series": ["s0"], "places": [{"places": [2009.0]}]}},
        "claim": "rise",
    },
    "Безработица растёт?": {"of": {"series": ["s0"]}, "claim": "rising"},
    "Когда был пик?": {"which": "maximum", "of": {"series": ["s0"]}, "asks": "place"},
    "Which age group has the largest female population?": {
        "which": "maximum",
        "of": {"series": ["f"]},
        "asks": "place",
    },
    "В какой возрастной группе больше всего женщин?": {
        "which": "maximum",
        "of": {"series": ["f"]},
        "asks": "place",
    },
    "Which rating bin has the most records?": {"which": "maximum", "of": {"series": ["h"]}, "asks": "place"},
    "В каком месяце в Москве теплее всего?": {"which": "maximum", "of": {"series": ["b"]}, "asks": "place"},
    "Когда в Уфе самая низкая температура?": {"which": "minimum", "of": {"series": ["a"]}, "asks": "place"},
    "На сколько градусов в Уфе теплее, чем в Москве, в июле?": {
        "first": {"of": {"series": ["a"], "places": [{"places": ["Jul"]}]}},
        "second": {"of": {"series": ["b"], "places": [{"places": ["Jul"]}]}},
    },
    "В каких месяцах температура в Уфе ниже 0?": {
        "of": {"series": ["a"], "where": [{"relation": "below", "level": 0.0}]}
    },
    "Где в июне теплее?": {"which": "maximum", "of": {"places": [{"places": ["Jun"]}]}, "asks": "series"},
    "Which city is warmer in April?": {
        "which": "maximum",
        "of": {"places": [{"places": ["Apr"]}]},
        "asks": "series",
    },
    "Какая разница между максимальной и минимальной температурой в Уфе?": {
        "first": {"which": "maximum", "of": {"series": ["a"]}},
        "second": {"which": "minimum", "of": {"series": ["a"]}},
    },
    "Сколько городов на графике?": {"what": "series"},
    "Which species has the highest female body mass?": {
        "which": "maximum",
        "of": {"series": ["f"]},
        "asks": "place",
    },
    "Which sex is heavier in Gentoo?": {
        "which": "maximum",
        "of": {"places": [{"places": ["Gentoo"]}]},
        "asks": "series",
    },
    "На сколько давление VLP меньше IPR при 50 м³/сут?": {
        "first": {"of": {"series": ["i"], "places": [{"places": [50.0]}]}},
        "second": {"of": {"series": ["v"], "places": [{"places": [50.0]}]}},
    },
    "Кривая VLP возрастает?": {"of": {"series": ["v"]}, "claim": "rising"},
}
