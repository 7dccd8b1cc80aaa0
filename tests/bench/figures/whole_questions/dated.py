"""Over time: daily rates, monthly sales, quarters, chokes, two panels, two axes."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from tests.bench.figures.truth import (
    Figure,
    averages,
    change,
    count,
    crossings,
    day,
    en,
    extent,
    first_below,
    month,
    name,
    names,
    no_en,
    no_ru,
    num,
    nums,
    parts,
    percent,
    ratio,
    ru,
    under,
)

# --- lines over days ---------------------------------------------------------------------------------------

DAYS = pd.date_range("2023-01-01", "2023-12-31")
K = np.arange(len(DAYS))
P1 = 180 - 0.18 * K + 6 * np.sin(K / 17)
P2 = 120 + 25 * np.sin(K / 58)
P3 = 88 + 0.12 * K + 4 * np.cos(K / 11)
WELLS = ("Well P-1", "Well P-2", "Well P-3")


def wells():
    figure, axes = plt.subplots()
    for label, rate in zip(WELLS, (P1, P2, P3), strict=True):
        axes.plot(DAYS, rate, label=label)
    axes.set(xlabel="Date", ylabel="Oil rate, m³/d", title="Daily oil rates")
    axes.legend()
    return figure


def in_month(values, number):
    return values[DAYS.month == number]


SECOND = (np.datetime64("2023-04-01"), np.datetime64("2023-07-01"))
WELLS_ASKED = [
    en("interval", "mean oil rate of Well P-2 in the second quarter", nums(averages(DAYS, P2, *SECOND))),
    en(
        "interval",
        "maximum of Well P-1 after 1 August",
        num(P1[DAYS >= "2023-08-01"].max()),
        num(P1[DAYS > "2023-08-01"].max()),
    ),
    en(
        "filter",
        "mean oil rate of Well P-1 on the days when Well P-2 was below 100",
        num(P1[P2 < 100].mean()),
    ),
    en(
        "filter",
        "for how many days was Well P-3 above 110 m³/d",
        nums(extent(DAYS, P3, 110, above=True), tol=0.51),
    ),
    en("arithmetic", "by how much did Well P-1 exceed Well P-3 on 15 March 2023", change(P1[73] - P3[73])),
    en("dates", "oil rate of Well P-1 on March 15th", num(P1[73])),
    en("dates", "what did Well P-3 produce on 5 Oct", num(P3[277])),
    en(
        "periods",
        "difference between the July and the January average of Well P-2",
        change(in_month(P2, 7).mean() - in_month(P2, 1).mean()),
    ),
    en("argument", "when did Well P-2 first drop below 100 m³/d", day(*first_below(DAYS, P2, 100))),
    en("units", "oil rate of Well P-1 on 1 June 2023 in barrels per day", num(P1[151] * 6.28981, "bbl/d")),
    en(
        "aggregate",
        "average of the monthly maxima of Well P-1",
        num(pd.Series(P1, DAYS).groupby(DAYS.month).max().mean()),
    ),
    en(
        "negation",
        "which wells never fell below 100 m³/d",
        names([w for w, p in zip(WELLS, (P1, P2, P3), strict=True) if p.min() >= 100], WELLS),
    ),
    en(
        "compound",
        "what was the highest rate of Well P-2 and the lowest of Well P-3",
        parts(P2.max(), P3.min()),
    ),
    no_en("water cut of Well P-1 in May"),
    no_en("oil rate of Well P-4 on 3 March 2023"),
    en("synonyms", "what was the trough of Well P-2", num(P2.min())),
]

# --- a line over months, two years -------------------------------------------------------------------------

GAS_MONTHS = pd.date_range("2022-01-01", periods=24, freq="MS")
GAS = np.array(
    [61, 58, 55, 49, 44, 40, 38, 39, 45, 52, 57, 63, 66, 60, 57, 50, 47, 43, 37, 42, 48, 54, 61, 69.0]
)


def gas():
    figure, axes = plt.subplots()
    axes.plot(GAS_MONTHS, GAS, "s-", label="Gas sales")
    axes.set(xlabel="Month", ylabel="Gas sales, mln m³", title="Monthly gas sales")
    return figure


WINTER = GAS[11:14]
GAS_ASKED = [
    en(
        "periods",
        "by how much did gas sales of the whole of 2023 exceed those of 2022",
        change(GAS[12:].sum() - GAS[:12].sum()),
        change(GAS[12:].mean() - GAS[:12].mean()),
    ),
    en(
        "periods",
        "per cent change of gas sales from June 2022 to June 2023",
        percent(100 * (GAS[17] / GAS[5] - 1)),
    ),
    en(
        "interval",
        "average gas sales over the winter from December 2022 to February 2023",
        num(WINTER.mean()),
    ),
    en("dates", "total gas sales in the second half of 2023", num(GAS[18:].sum())),
    en("dates", "total gas sales for Q3 2022", num(GAS[6:9].sum())),
    en("argument", "in which month of 2022 were gas sales lowest", month("2022-07", GAS[6])),
    en("counting", "in how many months of 2023 did gas sales exceed 55", count((GAS[12:] > 55).sum())),
    en("exclusion", "mean gas sales in 2023 leaving out July", num(np.delete(GAS[12:], 6).mean())),
    no_en("what price was the gas sold at in March 2023"),
    en("synonyms", "peak monthly gas sales of 2022", num(GAS[:12].max())),
    en("numbers", "in how many months were gas sales over 60mln m³", count((GAS > 60).sum())),
    en("typos", "total gas slaes in 2022", num(GAS[:12].sum())),
    no_en("what will gas sales be in May 2026"),
]

# --- bars over quarters ------------------------------------------------------------------------------------

QUARTERS = tuple(f"{quarter} кв. {year}" for year in (2022, 2023) for quarter in (1, 2, 3, 4))
REVENUE = np.array([610, 655, 640, 772, 598, 671, 702, 769.0])


def revenue():
    figure, axes = plt.subplots(figsize=(9, 4))
    axes.bar(QUARTERS, REVENUE)
    axes.set(ylabel="Выручка, млн руб.", title="Выручка по кварталам")
    return figure


REVENUE_ASKED = [
    ru(
        "periods",
        "на сколько млн выручка в III квартале 2023 больше, чем в III квартале 2022",
        change(REVENUE[6] - REVENUE[2]),
    ),
    ru("interval", "суммарная выручка за 2022 год", num(REVENUE[:4].sum())),
    ru("dates", "выручка за вторую половину 2023", num(REVENUE[6:].sum())),
    ru("dates", "какая выручка была в Q2 2023", num(REVENUE[5])),
    ru("aggregate", "в каком году годовая выручка больше", name("2023", ("2022", "2023"), REVENUE[4:].sum())),
    ru("ordinal", "предпоследний по величине выручки квартал", name("1 кв. 2022", QUARTERS, REVENUE[0])),
    ru("exclusion", "средняя выручка без учёта четвёртых кварталов", num(np.delete(REVENUE, [3, 7]).mean())),
    ru(
        "negation",
        "в каких кварталах выручка не выросла по сравнению с предыдущим",
        names([q for q, d in zip(QUARTERS[1:], np.diff(REVENUE), strict=True) if d <= 0], QUARTERS),
    ),
    ru(
        "units",
        "выручка за 2 кв. 2022 в миллиардах рублей",
        num(REVENUE[1] / 1000, "bln"),
        num(REVENUE[1] / 1000),
    ),
    ru("numbers", "в скольких кварталах выручка была больше 650,5 млн", count((REVENUE > 650.5).sum())),
    no_ru("чистая прибыль в 3 кв. 2023"),
]

# --- steps -------------------------------------------------------------------------------------------------

CHANGED = pd.to_datetime(
    [
        "2024-01-10",
        "2024-02-14",
        "2024-03-20",
        "2024-05-05",
        "2024-06-18",
        "2024-08-02",
        "2024-09-15",
        "2024-11-01",
        "2024-12-20",
    ]
)
CHOKE = np.array([6, 8, 10, 8, 12, 10, 14, 12, 12.0])


def choke():
    figure, axes = plt.subplots()
    axes.step(CHANGED, CHOKE, where="post", label="Штуцер")
    axes.set(xlabel="Дата", ylabel="Диаметр штуцера, мм", title="Режим скважины")
    return figure


STAYED = np.diff(CHANGED) / np.timedelta64(1, "D")
CHOKE_ASKED = [
    ru("dates", "какой диаметр штуцера был 1 апреля", num(10)),
    ru("dates", "диаметр штуцера на 15.07.2024", num(12)),
    ru("counting", "сколько раз меняли диаметр штуцера", count(7)),
    ru("argument", "когда впервые поставили штуцер 12 мм", day("2024-06-18")),
    ru("interval", "наибольший диаметр штуцера за первое полугодие", num(12)),
    ru(
        "filter",
        "сколько дней диаметр штуцера был больше 10 мм",
        num(STAYED[CHOKE[:-1] > 10].sum(), tol=1.01),
    ),
    ru("units", "диаметр штуцера 20 февраля в сантиметрах", num(0.8, "cm"), num(0.8)),
]

# --- two panels over the same days -------------------------------------------------------------------------

SPRING = pd.date_range("2024-03-01", periods=61)
D = np.arange(61)
PRESSURE = 64 - 0.15 * D + 3 * np.sin(D / 5)
HEAT = 38 + 0.2 * D + 2 * np.cos(D / 6)


def panels():
    figure, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(7, 6))
    top.plot(SPRING, PRESSURE, label="Tubing pressure")
    top.set(ylabel="Tubing pressure, bar", title="Pressure")
    bottom.plot(SPRING, HEAT, color="tab:red", label="Wellhead temperature")
    bottom.set(ylabel="Wellhead temperature, °C", title="Temperature", xlabel="Date")
    return figure


PANELS_ASKED = [
    en(
        "interval",
        "mean tubing pressure over the first 10 days",
        nums([PRESSURE[:10].mean(), under(D, PRESSURE, 0, 9), under(D, PRESSURE, 0, 10)]),
    ),
    en(
        "filter",
        "mean tubing pressure on days with a wellhead temperature above 45 °C",
        num(PRESSURE[HEAT > 45].mean()),
    ),
    en("units", "tubing pressure on 15 March 2024 in MPa", num(PRESSURE[14] / 10, "MPa")),
    en(
        "units",
        "what is the highest wellhead temperature in degrees Fahrenheit",
        num(HEAT.max() * 1.8 + 32, "F"),
    ),
    en("compound", "tubing pressure and wellhead temperature on 1 April 2024", parts(PRESSURE[31], HEAT[31])),
    en(
        "argument",
        "on what date was the tubing pressure lowest",
        day(SPRING[PRESSURE.argmin()], None, PRESSURE.min()),
    ),
    en("counting", "how many times does the tubing pressure pass 60 bar", count(crossings(PRESSURE, 60))),
    no_en("annulus pressure on 15 March 2024"),
    en(
        "numbers",
        "on how many days was the tubing pressure above 60.5bar",
        count((PRESSURE > 60.5).sum()),
        nums(extent(SPRING, PRESSURE, 60.5, above=True), tol=0.51),
    ),
    no_en("why did the tubing pressure drop at the end of March"),
]

# --- two axes ----------------------------------------------------------------------------------------------

MONTHS_23 = pd.date_range("2023-01-01", periods=12, freq="MS")
LIQUID = np.array([95, 97, 101, 104, 108, 110, 109, 113, 118, 116, 121, 124.0])
CUT = np.array([22, 24, 25, 29, 31, 34, 37, 36, 41, 44, 46, 49.0])


def dual():
    figure, axes = plt.subplots()
    axes.plot(MONTHS_23, LIQUID, "o-", label="Дебит жидкости")
    axes.set(xlabel="Месяц", ylabel="Дебит жидкости, м³/сут", title="Скважина 87")
    other = axes.twinx()
    other.plot(MONTHS_23, CUT, "s--", color="tab:red", label="Обводнённость")
    other.set(ylabel="Обводнённость, %")
    return figure


DUAL_ASKED = [
    ru(
        "filter",
        "средний дебит жидкости в месяцы, когда обводнённость была выше 40 %",
        num(LIQUID[CUT > 40].mean()),
    ),
    ru("arithmetic", "во сколько раз обводнённость в декабре больше, чем в январе", ratio(CUT[11] / CUT[0])),
    ru(
        "dates",
        "средняя обводнённость за II квартал 2023",
        nums([CUT[3:6].mean(), under(MONTHS_23, CUT, MONTHS_23[3], MONTHS_23[6])]),
    ),
    ru("compound", "какими были дебит жидкости и обводнённость в сентябре 2023", parts(LIQUID[8], CUT[8])),
    ru(
        "argument",
        "в каком месяце обводнённость впервые превысила 35 %",
        month("2023-07"),
        day("2023-06-01", "2023-07-01"),
    ),
    ru("periods", "на сколько вырос дебит жидкости от января к июлю 2023", change(LIQUID[6] - LIQUID[0])),
    ru("typos", "обводненость в октебре 2023 скока", num(CUT[9])),
    no_ru("какой был газовый фактор в июле 2023"),
]

FIGURES = [
    Figure("wells", wells, WELLS_ASKED),
    Figure("gas", gas, GAS_ASKED),
    Figure("revenue", revenue, REVENUE_ASKED),
    Figure("choke", choke, CHOKE_ASKED),
    Figure("panels", panels, PANELS_ASKED),
    Figure("dual", dual, DUAL_ASKED),
]
