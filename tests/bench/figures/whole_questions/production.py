"""Production: pads by months, shares of methods, produced fluids, a decline, rigs."""

import matplotlib.pyplot as plt
import numpy as np

from tests.bench.figures.truth import (
    Figure,
    Says,
    at,
    averages,
    change,
    count,
    en,
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
)

# --- grouped bars ------------------------------------------------------------------------------------------

MONTHS = ("Янв", "Фев", "Мар", "Апр", "Май", "Июн", "Июл", "Авг", "Сен", "Окт", "Ноя", "Дек")
K4 = np.array([412, 398, 431, 405, 377, 366, 352, 340, 361, 388, 402, 419.0])
K5 = np.array([288, 301, 295, 312, 330, 341, 356, 349, 322, 305, 290, 276.0])
K6 = np.array([150, 162, 175, 171, 189, 204, 198, 221, 215, 230, 242, 257.0])
PADS = ("Куст 4", "Куст 5", "Куст 6")
ALL = K4 + K5 + K6


def pads():
    figure, axes = plt.subplots(figsize=(10, 4))
    x = np.arange(12)
    for row, (label, values) in enumerate(zip(PADS, (K4, K5, K6), strict=True)):
        axes.bar(x + 0.27 * (row - 1), values, 0.27, label=label)
    axes.set_xticks(x, MONTHS)
    axes.set(ylabel="Добыча нефти, т", title="Добыча по кустам, 2023")
    axes.legend()
    return figure


def months_where(mask):
    return names([m for m, hit in zip(MONTHS, mask, strict=True) if hit], MONTHS)


PADS_ASKED = [
    ru("interval", "сколько всего добыл куст 5 за третий квартал", num(K5[6:9].sum())),
    ru("exclusion", "средняя добыча куста 4 без учёта июля и августа", num(np.delete(K4, [6, 7]).mean())),
    ru("periods", "во сколько раз куст 6 в декабре дал больше, чем в январе", ratio(K6[11] / K6[0])),
    ru(
        "aggregate",
        "в каком месяце суммарная добыча трёх кустов была наибольшей",
        name(MONTHS[ALL.argmax()], MONTHS, ALL.max()),
    ),
    ru("ordinal", "второй по величине месяц у куста 4", name("Дек", MONTHS, K4[11])),
    ru(
        "negation",
        "в каких месяцах куст 6 не вырос к предыдущему месяцу",
        months_where(np.diff(K6, prepend=0) <= 0),
    ),
    no_ru("какой была майская добыча куста 9"),
    ru("inflection", "сколько дали кусты № 4 и № 6 вместе в мае", num(K4[4] + K6[4])),
    ru("typos", "дабыча куста 5 в авгусе какая была", num(K5[7])),
    ru("typos", "куст 6 в мрте сколько там тонн вышло", num(K6[2])),
    ru("synonyms", "на какой месяц пришёлся пик добычи куста 6", name("Дек", MONTHS, 257)),
    ru("compound", "когда куст 5 дал больше всего и сколько это было", parts(name("Июл", MONTHS), K5[6])),
    ru("compound", "сколько дал куст 4 в марте и сколько куст 6 в ноябре", parts(K4[2], K6[10])),
]

# --- 100 % stacked bars ------------------------------------------------------------------------------------

QUARTERS = ("I кв", "II кв", "III кв", "IV кв")
METHODS = {
    "ЭЦН": np.array([52, 55, 57, 60.0]),
    "ШГН": np.array([28, 25, 24, 21.0]),
    "Газлифт": np.array([11, 12, 9, 11.0]),
    "Фонтан": np.array([9, 8, 10, 8.0]),
}
ESP, ROD, LIFT, FLOW = METHODS.values()


def methods():
    figure, axes = plt.subplots()
    bottom = np.zeros(4)
    for label, values in METHODS.items():
        axes.bar(QUARTERS, values, bottom=bottom, label=label)
        bottom += values
    axes.set(ylabel="Доля фонда, %", title="Способы эксплуатации, 2024")
    axes.legend()
    return figure


METHODS_ASKED = [
    ru("exclusion", "сколько процентов приходится на всё, кроме ЭЦН, во II квартале", num(100 - ESP[1])),
    ru(
        "periods", "на сколько процентных пунктов выросла доля ЭЦН с I по IV квартал", change(ESP[3] - ESP[0])
    ),
    ru("arithmetic", "доля газлифта и фонтана вместе в третьем квартале", num(LIFT[2] + FLOW[2])),
    ru("inflection", "какая доля у газлифта была во II квартале", num(LIFT[1])),
    ru(
        "negation",
        "какие способы не прибавили от I к IV кварталу",
        names(["ШГН", "Газлифт", "Фонтан"], tuple(METHODS)),
    ),
    ru("ordinal", "какой способ третий по доле в IV квартале", name("Газлифт", tuple(METHODS), LIFT[3])),
    ru("dates", "средняя доля ШГН за второе полугодие", num(ROD[2:].mean())),
    no_ru("доля винтовых насосов в III квартале"),
]

# --- stacked bars ------------------------------------------------------------------------------------------

YEARS = ("2017", "2018", "2019", "2020", "2021", "2022", "2023")
OIL = np.array([142, 138, 131, 127, 119, 110, 104.0])
WATER = np.array([22, 31, 44, 58, 71, 89, 97.0])
LIQUIDS = np.array([12, 13, 11, 15, 16, 14, 18.0])
FLUIDS = ("Oil", "Water", "Gas liquids")
TOTAL = OIL + WATER + LIQUIDS


def fluids():
    figure, axes = plt.subplots()
    axes.bar(YEARS, OIL, label=FLUIDS[0])
    axes.bar(YEARS, WATER, bottom=OIL, label=FLUIDS[1])
    axes.bar(YEARS, LIQUIDS, bottom=OIL + WATER, label=FLUIDS[2])
    axes.set(xlabel="Year", ylabel="Volume, kt", title="Produced fluids of the field")
    axes.legend()
    return figure


FLUIDS_ASKED = [
    en("exclusion", "total volume in 2020 not counting water", num(OIL[3] + LIQUIDS[3])),
    en("exclusion", "average oil volume excluding 2017 and 2018", num(OIL[2:].mean())),
    en("arithmetic", "ratio of water to oil in 2022", ratio(WATER[5] / OIL[5])),
    en(
        "periods",
        "how much more water per year was produced in 2021-2023 than in 2017-2019",
        change(WATER[4:].mean() - WATER[:3].mean()),
    ),
    en("aggregate", "which year had the smallest total of all fluids", name("2017", YEARS, TOTAL.min())),
    en("aggregate", "average yearly total of the three fluids", num(TOTAL.mean())),
    en("ordinal", "third highest year for gas liquids", name("2020", YEARS, LIQUIDS[3])),
    en("counting", "in how many years was water above 50 kt", count((WATER > 50).sum())),
    en("units", "how many tonnes of oil were produced in 2019", num(OIL[2] * 1000, "t"), num(OIL[2] * 1000)),
    no_en("how much steam was injected in 2020"),
]

# --- decline on a logarithmic axis -------------------------------------------------------------------------

T = np.arange(48.0)
RATE = 860 / (1 + 0.7 * 0.06 * T) ** (1 / 0.7) * (1 + 0.004 * np.sin(3 * T))


def decline():
    figure, axes = plt.subplots()
    axes.semilogy(T, RATE, "o-", label="Скв. 215")
    axes.set(xlabel="Месяцы с пуска", ylabel="Дебит нефти, м³/сут", title="Падение добычи")
    axes.legend()
    return figure


HALF = int(np.argmax(RATE[0] / 2 >= RATE))
DECLINE_ASKED = [
    ru("interval", "средний дебит с 24-го по 36-й месяц", nums(averages(T, RATE, 24, 36))),
    ru("synonyms", "ср. дебит за первый год", nums([RATE[:12].mean(), *averages(T, RATE, 0, 12)])),
    ru(
        "periods",
        "насколько в процентах дебит потерял за второй год работы",
        [
            percent(100 * (1 - b / a))
            for a, b in ((RATE[12], RATE[24]), (RATE[12], RATE[23]), (RATE[11], RATE[23]))
        ],
    ),
    ru(
        "synonyms",
        "через сколько месяцев дебит просел вдвое",
        at(HALF),
        at(np.interp(-RATE[0] / 2, -RATE, T), tol=0.1),
        num(HALF),
        num(np.interp(-RATE[0] / 2, -RATE, T), tol=0.1),
    ),
    ru("units", "какой дебит на 10-й месяц в баррелях в сутки", num(RATE[10] * 6.28981, "bbl/d")),
    ru(
        "numbers",
        "сколько месяцев подряд от начала дебит держался выше 400м3/сут",
        count((RATE > 400).sum()),
        num((RATE > 400).sum() - 1),
        num(np.interp(-400, -RATE, T), tol=0.1),
    ),
    ru("numbers", "в каком месяце дебит опустился ниже 0,3 тыс. м³/сут", at(int(np.argmax(RATE < 300)), 1.0)),
    no_ru("какая обводнённость была на 20-й месяц"),
    no_ru("почему дебит снижается после 12-го месяца"),
    ru("compound", "каким дебит был в начале и каким стал в конце", parts(RATE[0], RATE[-1])),
]

# --- horizontal bars ---------------------------------------------------------------------------------------

RIGS = ("Rig 2", "Rig 5", "Rig 7", "Rig 8", "Rig 11", "Rig 14")
DAYS = np.array([41, 36, 52, 29, 33, 47.0])


def rigs():
    figure, axes = plt.subplots()
    axes.barh(RIGS, DAYS)
    axes.set(xlabel="Drilling time, days", title="Days per well by rig")
    return figure


RIGS_ASKED = [
    en("ordinal", "which rig has the second shortest drilling time", name("Rig 11", RIGS, 33)),
    en("exclusion", "average drilling time of all rigs except Rig 7", num(np.delete(DAYS, 2).mean())),
    en("arithmetic", "how many days longer did Rig 14 take than Rig 11", change(DAYS[5] - DAYS[4])),
    en("negation", "which rigs did not need more than 35 days", names(["Rig 8", "Rig 11"], RIGS)),
    en("synonyms", "avg drilling time over the six rigs", num(DAYS.mean())),
    en("typos", "wich rig is the slowst", name("Rig 7", RIGS, 52)),
    no_en("what did Rig 7 cost per day"),
    en(
        "ordinal",
        "what rank does Rig 2 hold by drilling time, longest first",
        num(3),
        Says("Rig 7.*Rig 14.*Rig 2.*Rig 5.*Rig 11.*Rig 8"),
    ),
]

FIGURES = [
    Figure("pads", pads, PADS_ASKED),
    Figure("methods", methods, METHODS_ASKED),
    Figure("fluids", fluids, FLUIDS_ASKED),
    Figure("decline", decline, DECLINE_ASKED),
    Figure("rigs", rigs, RIGS_ASKED),
]
