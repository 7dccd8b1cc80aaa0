"""Fields and wells: reserves, costs, a map of water cuts."""

import matplotlib.pyplot as plt
import numpy as np

from tests.bench.figures.truth import (
    Figure,
    Says,
    change,
    count,
    en,
    name,
    names,
    no_en,
    no_ru,
    num,
    parts,
    ru,
    share,
    yes,
)

# --- bars --------------------------------------------------------------------------------------------------

FIELDS = ("Северное", "Восточное", "Лысая Гора", "Озёрное", "Каменка", "Луговое")
RESERVES = np.array([48.2, 31.7, 22.4, 57.9, 12.6, 39.3])


def reserves():
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.bar(FIELDS, RESERVES)
    axes.set(xlabel="Месторождение", ylabel="Запасы, млн т", title="Извлекаемые запасы")
    return figure


RESERVES_ASKED = [
    ru("inflection", "запасы Лысой Горы", num(22.4)),
    ru(
        "inflection",
        "сколько запасов у Каменки и у Озёрного",
        parts(num(12.6, label="Каменка"), num(57.9, label="Озёрное")),
    ),
    ru("exclusion", "суммарные запасы всех месторождений, кроме Озёрного", num(RESERVES.sum() - 57.9)),
    ru("ordinal", "третье с конца месторождение по запасам", name("Восточное", FIELDS, 31.7)),
    ru(
        "ordinal",
        "какое место занимает Луговое по величине запасов",
        num(3),
        Says("Озёрное.*Северное.*Луговое.*Восточное.*Лысая Гора.*Каменка"),
    ),
    ru("counting", "у скольких месторождений запасы больше 30 млн т", count(4)),
    ru(
        "numbers",
        "у каких месторождений запасы больше 39,2 млн т",
        names(["Северное", "Озёрное", "Луговое"], FIELDS),
    ),
    ru("typos", "запосы Восточного скока", num(31.7)),
    ru("compound", "наибольшие запасы и где они", parts(57.9, name("Озёрное", FIELDS))),
    ru("synonyms", "у какого месторождения запасов меньше всех", name("Каменка", FIELDS, 12.6)),
    ru(
        "negation",
        "правда ли, что ни у одного месторождения запасы не превышают 60 млн т",
        yes(num(0), Says("нигде не достига|не превыша")),
    ),
    ru("units", "запасы Восточного в тоннах", num(31.7e6, "t"), num(31.7e6)),
    no_ru("добыча Северного за прошлый год"),
]

# --- a pie -------------------------------------------------------------------------------------------------

ITEMS = ("Drilling", "Completion", "Infrastructure", "Chemicals", "Workover")
COST = np.array([152, 88, 68, 36, 56.0])


def costs():
    figure, axes = plt.subplots()
    axes.pie(COST, labels=ITEMS, autopct="%.0f%%")
    axes.set_title("Capital costs, mln $")
    return figure


COSTS_ASKED = [
    en(
        "exclusion",
        "share of everything except drilling and completion",
        share(100 * COST[2:].sum() / COST.sum()),
    ),
    en(
        "arithmetic",
        "combined share of workover and chemicals",
        share(100 * (COST[3] + COST[4]) / COST.sum()),
    ),
    en("ordinal", "second smallest cost item", name("Workover", ITEMS, 56, 14, 0.14)),
    en("negation", "what percentage is not infrastructure", share(100 * (1 - COST[2] / COST.sum()))),
    en("synonyms", "the biggest slice of the costs", name("Drilling", ITEMS, 152, 38, 0.38)),
    en(
        "compound",
        "which cost item is the largest and which one is the smallest",
        parts(name("Drilling", ITEMS), name("Chemicals", ITEMS)),
    ),
    no_en("share of taxes"),
    no_en("share of drilling in 2021"),
]

# --- a heat map --------------------------------------------------------------------------------------------

WELLS = ("Скв. 301", "Скв. 302", "Скв. 303", "Скв. 304", "Скв. 305", "Скв. 306")
HALF_YEAR = ("Янв", "Фев", "Мар", "Апр", "Май", "Июн")
CUTS = np.array(
    [
        [22, 24, 27, 29, 33, 36],
        [41, 43, 42, 47, 49, 52],
        [15, 14, 18, 21, 19, 23],
        [67, 66, 69, 71, 74, 73],
        [55, 58, 61, 63, 62, 68],
        [34, 32, 31, 35, 39, 38],
    ],
    dtype=float,
)


def cuts():
    figure, axes = plt.subplots()
    shown = axes.imshow(CUTS, aspect="auto")
    axes.set_xticks(range(6), HALF_YEAR)
    axes.set_yticks(range(6), WELLS)
    axes.set(title="Обводнённость по скважинам")
    figure.colorbar(shown, label="Обводнённость, %")
    return figure


CUTS_ASKED = [
    ru("inflection", "обводнённость скважины 303 в апреле", num(21)),
    ru(
        "aggregate",
        "у какой скважины средняя обводнённость самая высокая",
        name("Скв. 304", WELLS, CUTS[3].mean()),
    ),
    ru(
        "aggregate",
        "в каком месяце средняя по скважинам обводнённость была наименьшей",
        name("Янв", HALF_YEAR, CUTS[:, 0].mean()),
    ),
    ru(
        "exclusion",
        "средняя обводнённость в мае по всем скважинам, кроме 305",
        num(np.delete(CUTS[:, 4], 4).mean()),
    ),
    ru("counting", "у скольких скважин обводнённость в июне выше 50 %", count((CUTS[:, 5] > 50).sum())),
    ru(
        "periods",
        "на сколько выросла обводнённость скважины 302 с января по июнь",
        change(CUTS[1, 5] - CUTS[1, 0]),
    ),
    ru(
        "negation",
        "у каких скважин обводнённость ни разу не поднималась выше 40 %",
        names(["Скв. 301", "Скв. 303", "Скв. 306"], WELLS),
    ),
    no_ru("обводнённость скважины 310 в марте"),
]

FIGURES = [
    Figure("reserves", reserves, RESERVES_ASKED),
    Figure("costs", costs, COSTS_ASKED),
    Figure("cuts", cuts, CUTS_ASKED),
]
