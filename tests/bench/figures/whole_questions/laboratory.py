"""Measured on samples: a histogram, two kinds of rock, boxes of layers, viscosity with errors."""

import matplotlib.pyplot as plt
import numpy as np

from tests.bench.figures.truth import (
    Figure,
    Span,
    at,
    change,
    count,
    en,
    name,
    names,
    no_en,
    no_ru,
    num,
    parts,
    ratio,
    ru,
    share,
)

# --- a histogram -------------------------------------------------------------------------------------------

EDGES = np.arange(4, 30, 2.0)
COUNTS = np.array([3, 7, 12, 19, 26, 34, 41, 30, 22, 13, 6, 2])
CORES = np.repeat(EDGES[:-1] + 1, COUNTS)


def porosity():
    figure, axes = plt.subplots()
    axes.hist(CORES, bins=EDGES, edgecolor="k")
    axes.set(xlabel="Porosity, %", ylabel="Number of samples", title="Porosity of the cores")
    return figure


POROSITY_ASKED = [
    en("interval", "how many samples have a porosity between 10 and 16 %", num(COUNTS[3:6].sum())),
    en("counting", "number of samples with porosity above 20 %", num(COUNTS[8:].sum())),
    en(
        "arithmetic",
        "what share of all samples has a porosity below 10 %",
        share(100 * COUNTS[:3].sum() / COUNTS.sum()),
    ),
    en("argument", "which porosity is the most frequent", Span(16, 18)),
    en("counting", "how many samples are there in the tallest bin", num(41)),
    no_en("what is the mean permeability of the samples"),
]

# --- a scatter of two rocks --------------------------------------------------------------------------------

RNG = np.random.default_rng(11)
SAND_POR = RNG.uniform(13, 27, 40)
SAND_PERM = 10 ** (SAND_POR / 7 - 1.2) * RNG.uniform(0.7, 1.4, 40)
SILT_POR = RNG.uniform(6, 17, 25)
SILT_PERM = 10 ** (SILT_POR / 7 - 1.7) * RNG.uniform(0.7, 1.4, 25)


def rocks():
    figure, axes = plt.subplots()
    axes.scatter(SAND_POR, SAND_PERM, label="Песчаник")
    axes.scatter(SILT_POR, SILT_PERM, label="Алевролит", marker="^")
    axes.set_yscale("log")
    axes.set(xlabel="Пористость, %", ylabel="Проницаемость, мД", title="Керн")
    axes.legend()
    return figure


ROCKS_ASKED = [
    ru(
        "filter",
        "средняя проницаемость песчаника при пористости больше 20 %",
        num(SAND_PERM[SAND_POR > 20].mean()),
    ),
    ru("counting", "сколько образцов алевролита имеют пористость меньше 10 %", count((SILT_POR < 10).sum())),
    ru(
        "filter",
        "наибольшая пористость у песчаников с проницаемостью ниже 50 мД",
        num(SAND_POR[SAND_PERM < 50].max()),
    ),
    ru(
        "arithmetic",
        "на сколько средняя пористость песчаника выше, чем у алевролита",
        change(SAND_POR.mean() - SILT_POR.mean()),
    ),
    ru(
        "argument",
        "при какой пористости проницаемость песчаника самая высокая",
        at(SAND_POR[SAND_PERM.argmax()]),
    ),
    ru("inflection", "медиана проницаемости у алевролитов", num(np.median(SILT_PERM))),
    ru(
        "units",
        "максимальная проницаемость песчаника в дарси",
        num(SAND_PERM.max() / 1000, "D"),
        num(SAND_PERM.max() / 1000),
    ),
    no_ru("средняя проницаемость известняка"),
]

# --- boxes -------------------------------------------------------------------------------------------------

BOX_RNG = np.random.default_rng(5)
LAYERS = ("Layer A", "Layer B", "Layer C", "Layer D")
SAMPLES = [
    np.round(BOX_RNG.normal(centre, wide, 41), 1)
    for centre, wide in ((120, 14), (95, 8), (142, 20), (78, 11))
]
MEDIANS = [float(np.median(one)) for one in SAMPLES]


def layers():
    figure, axes = plt.subplots()
    axes.boxplot(SAMPLES, tick_labels=list(LAYERS))
    axes.set(ylabel="Permeability, mD", title="Permeability by layer")
    return figure


IQR_B = float(np.subtract(*np.percentile(SAMPLES[1], [75, 25])))
LAYERS_ASKED = [
    en(
        "arithmetic", "difference between the medians of Layer A and Layer D", change(MEDIANS[0] - MEDIANS[3])
    ),
    en("ordinal", "layer with the second highest median", name("Layer A", LAYERS, MEDIANS[0])),
    en("negation", "which layers have a median not above 100 mD", names(["Layer B", "Layer D"], LAYERS)),
    en(
        "exclusion",
        "what is the lowest median apart from Layer D",
        num(MEDIANS[1]),
        name("Layer B", LAYERS, MEDIANS[1]),
    ),
    en("compound", "median and interquartile range of Layer B", parts(MEDIANS[1], IQR_B)),
    en("aggregate", "average of the four medians", num(np.mean(MEDIANS))),
    no_en("median porosity of Layer B"),
]

# --- points with error bars --------------------------------------------------------------------------------

CELSIUS = np.arange(20, 101, 10.0)
VISCOSITY = np.array([48, 33.5, 24.2, 18.1, 13.9, 11.0, 8.9, 7.4, 6.3])


def viscosity():
    figure, axes = plt.subplots()
    axes.errorbar(CELSIUS, VISCOSITY, yerr=0.04 * VISCOSITY, fmt="o-", capsize=3, label="Viscosity")
    axes.set(xlabel="Temperature, °C", ylabel="Viscosity, mPa·s", title="Oil sample 12")
    return figure


VISCOSITY_ASKED = [
    en(
        "arithmetic",
        "how many times lower is the viscosity at 80 °C than at 20 °C",
        ratio(VISCOSITY[0] / VISCOSITY[6]),
    ),
    en("filter", "lowest measured temperature at which viscosity is below 15", num(60), at(60)),
    en("units", "viscosity at 60 °C in Pa·s", num(0.0139, "Pa·s")),
    en("numbers", "viscosity at 60°C", num(VISCOSITY[4])),
    en("numbers", "at which temperature does the viscosity equal 18.1mPa·s", at(50)),
    en("negation", "how many measured points are not above 10 mPa·s", count((VISCOSITY <= 10).sum())),
    en("typos", "viscosty at 90 degres", num(VISCOSITY[7])),
    no_en("density of the oil at 50 °C"),
]

FIGURES = [
    Figure("porosity", porosity, POROSITY_ASKED),
    Figure("rocks", rocks, ROCKS_ASKED),
    Figure("layers", layers, LAYERS_ASKED),
    Figure("viscosity", viscosity, VISCOSITY_ASKED),
]
