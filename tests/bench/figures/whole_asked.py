"""Whole questions to six figures: conditions, exceptions, other units, absent things, instructions.

Written without a look at how the reader does on such questions, and never tuned on. The truth is
computed with numpy
from what is drawn. A question's truth is one of:

a number     that the first finding must have as its value, its place, or a named part of a comparison
a name       that it must name
a tuple      of such, any of which is right
an empty one there is an answer, but not one that can be judged here: whatever is claimed counts as false
``None``     nothing may be claimed: what is asked about is not there, or it is an instruction
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.figures.truth import extent

if TYPE_CHECKING:
    from collections.abc import Callable

Truth = float | str | tuple[Any, ...] | None


@dataclass(frozen=True)
class Asked:
    """A figure and what is asked about it: pairs of a question and its truth."""

    name: str
    draw: Callable[[], Any]
    questions: tuple[tuple[str, Truth], ...]


# --- costs of workovers by field: bars -----------------------------------------------------------------

FIELDS = ("Восточное", "Западное", "Лесное", "Озёрное", "Центральное")
COSTS = np.array([42.0, 18.5, 27.0, 9.5, 63.0])


def _costs() -> Any:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.bar(FIELDS, COSTS)
    axes.set_xlabel("Месторождение")
    axes.set_ylabel("Затраты на ремонт, млн руб.")
    return figure


def _cost(*names: str) -> np.ndarray:
    return COSTS[[FIELDS.index(name) for name in names]]


_COSTS = Asked(
    "costs",
    _costs,
    (
        ("Какие затраты на Лесном месторождении?", 27.0),
        ("Среднее затрат без Центрального", float(COSTS[:4].mean())),
        ("Сумма затрат всех месторождений, кроме Озёрного", float(COSTS.sum() - 9.5)),
        ("Где затраты самые большие, не считая Центрального?", "Восточное"),
        ("На сколько Восточное дороже Западного?", 42.0 - 18.5),
        ("Во сколько раз затраты Центрального больше затрат Озёрного?", 63.0 / 9.5),
        ("Сколько потратили на Южном месторождении?", None),
        ("Затраты на ремонт на Северном и Лесном", None),
        ("Сколько месторождений потратили больше 20 млн руб.?", 3.0),
        ("Какая доля Западного в общих затратах?", (18.5 / COSTS.sum() * 100, 18.5 / COSTS.sum())),
        ("Сколько это в долларах для Лесного?", None),
        ("Затраты Западного в тыс. руб.", 18500.0),
        ("Почему на Центральном затраты самые большие?", None),
        ("Покрась столбец Лесного в красный", None),
        ("Добавь подписи значений над столбцами", None),
        ("Третье по затратам месторождение?", "Лесное"),
        ("Какое месторождение предпоследнее по затратам?", "Западное"),
        ("Сумма затрат Восточного и Западного", 60.5),
        ("Сколько добыли на Восточном?", None),
        ("Максимальные затраты?", 63.0),
        ("Каковы были бы затраты Лесного, если бы они выросли на 10 %?", (29.7,)),
        ("Медиана затрат", float(np.median(COSTS))),
    ),
)

# --- pressure of two pumps over a day: lines -----------------------------------------------------------

HOURS = np.arange(0.0, 25.0)
PUMP_A = np.round(40 + 0.5 * HOURS + 3 * np.sin(HOURS / 2.0), 2)
PUMP_B = np.round(58 - 0.6 * HOURS + 2 * np.cos(HOURS / 3.0), 2)


def _pumps() -> Any:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot(HOURS, PUMP_A, label="Pump A")
    axes.plot(HOURS, PUMP_B, label="Pump B")
    axes.set_xlabel("Time, h")
    axes.set_ylabel("Discharge pressure, bar")
    axes.legend()
    return figure


def _meeting() -> float:
    apart = PUMP_A - PUMP_B
    row = int(np.argmax(apart > 0))
    return float(HOURS[row - 1] - apart[row - 1] / (apart[row] - apart[row - 1]))


_FIRST_6, _LATE = HOURS <= 6, HOURS >= 18
_PUMPS = Asked(
    "pumps",
    _pumps,
    (
        ("What is the mean pressure of Pump A?", float(PUMP_A.mean())),
        ("Mean of Pump B during the last 7 hours", (float(PUMP_B[_LATE].mean()), float(PUMP_B[17:].mean()))),
        ("Maximum of Pump A in the first 6 hours", float(PUMP_A[_FIRST_6].max())),
        ("Minimum pressure of Pump B after 10 h", float(PUMP_B[HOURS >= 10].min())),
        ("What is the pressure of Pump C at 5 h?", None),
        ("Average pressure of all pumps except Pump B", float(PUMP_A.mean())),
        ("What was the temperature of Pump A at 12 h?", None),
        ("Pressure of Pump A at 30 h", None),
        ("Pressure of Pump A at 120 minutes", float(PUMP_A[2])),
        ("Maximum of Pump B in psi", float(PUMP_B.max() * 14.503774)),
        ("When is Pump A not above 45 bar?", float((PUMP_A <= 45).sum())),
        ("How long does Pump B stay above 55 bar?", tuple(extent(HOURS, PUMP_B, 55, above=True))),
        ("Mean of Pump A while Pump B is below 50 bar", float(PUMP_A[PUMP_B < 50].mean())),
        ("Draw a horizontal line at the mean of Pump A", None),
        ("Remove Pump B from the plot", None),
        ("Why does Pump B fall?", None),
        ("Predict Pump A at 48 h", None),
        ("When does Pump A meet Pump B?", _meeting()),
        ("How much does Pump A rise from 0 to 24 h?", float(PUMP_A[24] - PUMP_A[0])),
        ("Difference between Pump A and Pump B at 24 h", float(abs(PUMP_A[24] - PUMP_B[24]))),
        ("Is the last value of Pump A greater than its first one squared?", ()),
        ("Second highest value of Pump A", float(np.sort(PUMP_A)[-2])),
    ),
)

# --- gas flared by month over two years: one line over dates -------------------------------------------

MONTHS = np.arange("2021-01", "2023-01", dtype="M8[M]")
FLARED = np.array(
    [
        *(320, 310, 335, 290, 275, 260, 255, 270, 300, 305, 330, 345),
        *(340, 325, 318, 280, 262, 240, 238, 251, 277, 296, 301, 322),
    ],
    dtype=float,
)


def _flared() -> Any:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot(MONTHS.astype("M8[D]").astype("O"), FLARED, marker="o")
    axes.set_ylabel("Flared gas, thousand m³")
    return figure


_YEAR_2 = FLARED[12:]
_FLARED = Asked(
    "flared",
    _flared,
    (
        ("How much gas was flared in March 2021?", 335.0),
        ("Total flared gas in 2022", float(_YEAR_2.sum())),
        ("Mean of the second half of 2022", float(_YEAR_2[6:].mean())),
        ("Total without December 2021", float(FLARED.sum() - 345)),
        ("How much was flared in 2019?", None),
        ("How much was flared in May 2024?", None),
        ("How much oil was produced in May 2021?", None),
        ("Average of the summer months of 2021", float(FLARED[5:8].mean())),
        ("Which month of 2022 has the lowest value?", "2022-07"),
        ("In which months did it not fall?", float((np.diff(FLARED) >= 0).sum())),
        ("What is the maximum excluding winter?", 335.0),
        ("By how many per cent did it drop from January 2021 to January 2022?", 6.25),
        ("Sum of the last 3 months", float(FLARED[-3:].sum())),
        ("Сколько сожгли газа в третьем квартале 2021 года?", float(FLARED[6:9].sum())),
        ("Сколько сожгли газа в апреле 2022 года?", 280.0),
        ("Среднее за первое полугодие 2021 года", float(FLARED[:6].mean())),
        ("В каком месяце 2021 года было меньше всего?", "2021-07"),
        ("Сумма за 2021 год кроме июля", float(FLARED[:12].sum() - 255)),
        ("Если бы сжигали на 10 % меньше, сколько было бы в 2022 году?", float(_YEAR_2.sum() * 0.9)),
        ("Переведи максимум в кубические футы", float(345e3 * 35.3146667)),
        ("Сколько месяцев сжигали больше 300?", float((FLARED > 300).sum())),
    ),
)

# --- viscosity against temperature: a curve, in Russian ------------------------------------------------

DEGREES = np.array([10.0, 20, 30, 40, 50, 60, 70, 80])
VISCOSITY = np.array([86.0, 52.0, 33.5, 22.4, 15.6, 11.2, 8.3, 6.4])


def _viscosity() -> Any:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot(DEGREES, VISCOSITY, marker="s")
    axes.set_xlabel("Температура, °C")
    axes.set_ylabel("Вязкость нефти, мПа·с")
    axes.set_title("Вязкость дегазированной нефти")
    return figure


_VISCOSITY = Asked(
    "viscosity",
    _viscosity,
    (
        ("Какая вязкость при 40 °C?", 22.4),
        ("Вязкость при 122 °F", 15.6),
        ("Вязкость при 313,15 К", 22.4),
        ("Какая вязкость воды при 40 °C?", None),
        ("Какая плотность нефти при 20 °C?", None),
        ("При какой температуре вязкость опускается ниже 20 мПа·с?", (43.53,)),
        ("Во сколько раз вязкость при 10 °C больше, чем при 80 °C?", 86.0 / 6.4),
        ("Средняя вязкость от 30 до 60 °C", float(VISCOSITY[2:6].mean())),
        ("Средняя вязкость вне интервала 30–60 °C", float(np.delete(VISCOSITY, range(2, 6)).mean())),
        ("Минимальная вязкость в Па·с", 0.0064),
        ("Вязкость при 120 °C", None),
        ("Спрогнозируй вязкость при 100 °C", None),
        ("При какой температуре вязкость наименьшая?", 80.0),
        ("На сколько процентов падает вязкость от 20 до 40 °C?", (100 * (52.0 - 22.4) / 52.0,)),
        ("Вязкость не больше 10 при каких температурах?", (60 + 12 / 2.9, float((VISCOSITY <= 10).sum()))),
        ("Построй график в логарифмическом масштабе", None),
        ("Сделай линию толще и покажи максимум", None),
        ("Какая вязкость при второй по величине температуре?", 8.3),
        ("Вязкость второго образца при 30 °C", None),
        ("Сколько точек на графике?", 8.0),
    ),
)

# --- metres drilled by quarter: grouped bars -----------------------------------------------------------

QUARTERS = ("Q1", "Q2", "Q3", "Q4")
RIG_5 = np.array([2100.0, 2450.0, 1900.0, 2600.0])
RIG_7 = np.array([1800.0, 2050.0, 2300.0, 2250.0])


def _drilled() -> Any:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    at = np.arange(4)
    axes.bar(at - 0.2, RIG_5, 0.4, label="Rig 5")
    axes.bar(at + 0.2, RIG_7, 0.4, label="Rig 7")
    axes.set_xticks(at, QUARTERS)
    axes.set_ylabel("Drilled, m")
    axes.legend()
    return figure


_DRILLED = Asked(
    "drilled",
    _drilled,
    (
        ("How much did Rig 5 drill in Q3?", 1900.0),
        ("How much did Rig 6 drill in Q3?", None),
        ("Total of Rig 7", float(RIG_7.sum())),
        ("Total of Rig 7 without Q1", float(RIG_7[1:].sum())),
        ("What is the maximum of Rig 5 apart from Q4?", 2450.0),
        ("In which quarters did Rig 7 drill more than Rig 5?", "Q3"),
        ("How much did Rig 5 drill in Q5?", None),
        ("Total drilled by both rigs in the first half", float(RIG_5[:2].sum() + RIG_7[:2].sum())),
        ("Total of Rig 5 in feet", float(RIG_5.sum() / 0.3048)),
        ("Average of Rig 5 in Q1 and Q2", float(RIG_5[:2].mean())),
        ("Which quarter was the worst for Rig 5?", "Q3"),
        ("How much more did Rig 5 drill than Rig 7 in Q4?", 350.0),
        ("Сколько пробурил Rig 7 во втором квартале?", 2050.0),
        ("Сколько пробурил Rig 9 в Q2?", None),
        ("Сколько всего пробурил Rig 5?", float(RIG_5.sum())),
        ("Сколько пробурили оба станка в Q4?", 4850.0),
        ("Среднее Rig 5, исключая Q3", float(RIG_5[[0, 1, 3]].mean())),
        ("Сколько часов бурил Rig 5 в Q1?", None),
        ("Убери Rig 7 и перерисуй", None),
        ("Максимум Rig 5 ровно вдвое больше его минимума?", ()),
    ),
)

# --- a log over depth in feet --------------------------------------------------------------------------

DEPTH = np.arange(5000.0, 5101.0, 2.0)
GAMMA = np.round(60 + 35 * np.sin((DEPTH - 5000) / 9.0) + 0.1 * (DEPTH - 5000), 2)


def _gamma() -> Any:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot(GAMMA, DEPTH, label="GR")
    axes.invert_yaxis()
    axes.set_xlabel("GR, API")
    axes.set_ylabel("Depth, ft")
    return figure


_GAMMA = Asked(
    "gamma",
    _gamma,
    (
        ("What is GR at 5040 ft?", float(GAMMA[20])),
        ("What is GR at 1536.192 m?", float(GAMMA[20])),
        ("Maximum of SP?", None),
        ("What is RHOB at 5040 ft?", None),
        ("Mean GR between 5020 and 5060 ft", float(GAMMA[10:31].mean())),
        ("Mean GR below 5060 ft", (float(GAMMA[30:].mean()), float(GAMMA[31:].mean()))),
        ("Mean GR outside 5020-5060 ft", float(np.delete(GAMMA, range(10, 31)).mean())),
        ("What is GR at 6000 ft?", None),
        ("Average GR where it exceeds 80 API", float(GAMMA[GAMMA > 80].mean())),
        ("Maximum GR if the shale is ignored", None),
        ("Shade the interval 5020-5040 ft", None),
        ("GR на глубине 5040 футов", float(GAMMA[20])),
        ("Среднее ГК ниже 5080 футов", (float(GAMMA[40:].mean()), float(GAMMA[41:].mean()))),
        ("Максимум НГК?", None),
        ("Среднее сопротивление на глубине 5040 футов", None),
        ("Минимум GR", float(GAMMA.min())),
    ),
)

ASKED = (_COSTS, _PUMPS, _FLARED, _VISCOSITY, _DRILLED, _GAMMA)
