"""Along a borehole and a well test: tracks over depth, a derivative on two logarithmic axes."""

import matplotlib.pyplot as plt
import numpy as np

from tests.bench.figures.truth import (
    Figure,
    at,
    averages,
    count,
    crossings,
    en,
    extent,
    no_en,
    no_ru,
    num,
    nums,
    parts,
    ratio,
    ru,
    within,
)

# --- two tracks over depth ---------------------------------------------------------------------------------

DEPTH = np.linspace(1850, 1950, 201)
GAMMA = 8 + 4 * np.sin(DEPTH / 5.5) + 1.2 * np.cos(DEPTH / 1.7)
POROSITY = 18 - 6 * np.sin(DEPTH / 5.5) + 1.5 * np.sin(DEPTH / 2.1 + 1)


def tracks():
    figure, (left, right) = plt.subplots(1, 2, sharey=True, figsize=(6, 8))
    left.plot(GAMMA, DEPTH, "g", label="ГК")
    left.set(xlabel="ГК, мкР/ч", ylabel="Глубина, м", title="ГК")
    right.plot(POROSITY, DEPTH, "b", label="Пористость")
    right.set(xlabel="Пористость, %", title="Пористость")
    left.invert_yaxis()
    return figure


OUTSIDE = (DEPTH < 1865) | (DEPTH > 1885)
SHALLOW = DEPTH <= 1900
TRACKS_ASKED = [
    ru(
        "interval",
        "каким в среднем было ГК на участке от 1880 до 1900 м",
        nums(averages(DEPTH, GAMMA, 1880, 1900)),
    ),
    ru(
        "interval",
        "минимум пористости глубже 1925 м",
        nums([POROSITY[m].min() for m in within(DEPTH, 1925, 1950)]),
    ),
    ru(
        "argument",
        "на какой глубине пористость минимальна выше отметки 1900 м",
        at(DEPTH[SHALLOW][POROSITY[SHALLOW].argmin()], tol=0.3),
    ),
    ru("filter", "средняя пористость там, где ГК меньше 6 мкР/ч", num(POROSITY[GAMMA < 6].mean())),
    ru(
        "filter",
        "суммарная толщина интервалов с ГК ниже 5 мкР/ч",
        nums(extent(DEPTH, GAMMA, 5, above=False), tol=0.05),
    ),
    ru(
        "exclusion",
        "средняя пористость без интервала 1865–1885 м",
        nums([POROSITY[OUTSIDE].mean(), *[POROSITY[~m].mean() for m in within(DEPTH, 1865, 1885)]]),
    ),
    ru(
        "units", "на какой глубине в футах ГК максимально", at(DEPTH[GAMMA.argmax()] / 0.3048, 1.0, unit="ft")
    ),
    ru(
        "counting",
        "сколько раз ГК переходит через 8 мкР/ч глубже 1900 м",
        count(crossings(GAMMA[DEPTH >= 1900], 8)),
    ),
    ru("compound", "какие ГК и пористость на глубине 1900 м", parts(GAMMA[100], POROSITY[100])),
    no_ru("чему равно удельное сопротивление на 1900 м"),
]

# --- a derivative ------------------------------------------------------------------------------------------

HOURS = np.logspace(-2, 2, 81)
DERIVATIVE = (
    30
    + 55 * np.exp(-((np.log10(HOURS) + 0.8) ** 2) / 0.25)
    - 12 * np.exp(-((np.log10(HOURS) - 1.2) ** 2) / 0.1)
)
RISE = 40 + 62 * np.log10(HOURS / 0.01) + 25 * np.log10(HOURS / 0.01) ** 2


def derivative():
    figure, axes = plt.subplots()
    axes.loglog(HOURS, RISE, "o", ms=3, label="Pressure change")
    axes.loglog(HOURS, DERIVATIVE, "^", ms=3, label="Derivative")
    axes.set(xlabel="Elapsed time, h", ylabel="Pressure change and derivative, psi", title="Build-up")
    axes.legend()
    return figure


LATE = HOURS > 5
DERIVATIVE_ASKED = [
    en("interval", "largest derivative after 5 hours", num(DERIVATIVE[LATE].max())),
    en("argument", "at what elapsed time does the derivative peak", at(HOURS[DERIVATIVE.argmax()], tol=0.01)),
    en("units", "pressure change at 10 h in bar", num(RISE[60] / 14.50377, "bar")),
    en("arithmetic", "ratio of pressure change to derivative at 1 hour", ratio(RISE[40] / DERIVATIVE[40])),
    en(
        "filter",
        "largest pressure change among points with a derivative above 60 psi",
        num(RISE[DERIVATIVE > 60].max()),
    ),
    en("counting", "how many points of the derivative are above 50 psi", count((DERIVATIVE > 50).sum())),
    en("typos", "maxmum of the derivativ", num(DERIVATIVE.max())),
    no_en("what was the flow rate at 1 hour"),
]

FIGURES = [
    Figure("tracks", tracks, TRACKS_ASKED),
    Figure("derivative", derivative, DERIVATIVE_ASKED),
]
