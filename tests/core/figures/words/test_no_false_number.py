"""No number in a description, an alternative text or a caption is false: 600 random figures, both languages.

The truth is computed here from the arrays that were drawn, the numbers are taken from the texts by an
expression of
this file: neither knows the product's.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest

from rusoil_jupyter.figures.budget import fitted, summarised
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Note, Panel, Reference, Series
from rusoil_jupyter.figures.words import alt_text, caption, describe, verify

SEEDS, EACH = 30, 20
DIGITS = 6e-5  # five significant digits
NUMBER = re.compile(r"(?<![\w.,])[-−]?\d+(?:\u202f\d{3})*(?:[.,]\d+)?(?:[×·]10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
UP = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "ru": [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
}
UNITS = ("", "m", "MPa", "м³/сут", "%", "bbl/d")
WORDS = {"max": {"en": "maximum", "ru": "максимум"}, "min": {"en": "minimum", "ru": "минимум"}}


@dataclass
class Truth:
    """What may be said of a figure: numbers, moments, and by label the extremes of a series."""

    numbers: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    extremes: dict[str, tuple[float, float]] = field(default_factory=dict)
    count: int = 0


class Maker:
    """A random figure with the truth about it."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.truth = Truth()
        self.arrays: dict[str, dict[str, np.ndarray]] = {}
        self.live = bool(self.random.random() < 0.5)

    def pick(self, *choices):
        return choices[int(self.random.integers(len(choices)))]

    def reading(self) -> Reading:
        panels = int(self.pick(1, 1, 1, 2, 3))
        made = tuple(self.panel(number) for number in range(panels))
        self.truth.numbers += [panels, *range(1, panels + 1)]
        description = FigureDescription(panels=made, title=self.pick("", "Title 77"), library="matplotlib")
        if self.pick(True, False):
            description = fitted(description)
        return Reading(description, self.arrays if self.live else {})

    def panel(self, number: int) -> Panel:
        make = self.pick(
            self.curves,
            self.curves,
            self.dated,
            self.bars,
            self.cloud,
            self.bins,
            self.pie,
            self.grid,
            self.boxes,
        )
        axes, series = make(number)
        references, notes = (), ()
        if self.pick(True, False) and axes.get("y", Axis()).kind == "number" and "y" in axes:
            value = float(f"{self.random.normal() * 50:.4g}")
            references = (Reference(axis="y", value=value, label="limit 5"),)
            self.truth.numbers.append(value)
        if self.pick(True, False):
            notes = (Note(text="note 12.5"),)
        filled = tuple(summarised(one, self.arrays[one.id], axes) for one in series)
        self.truth.count += len(series)
        self.truth.numbers += [len(series), self.truth.count]
        for one in series:
            self.truth.numbers += [one.n, max(column.size for column in self.arrays[one.id].values())]
        for axis in axes.values():
            self.truth.numbers.append(len(axis.categories))
        return Panel(
            id=f"p{number}",
            title=self.pick("", "panel"),
            row=1,
            column=number + 1,
            axes=axes,
            series=filled,
            references=references,
            notes=notes,
            has_legend=True,
        )

    # --- columns -----------------------------------------------------------------------------------

    def values(self, size: int, positive: bool = False) -> np.ndarray:
        scale = 10.0 ** self.random.uniform(-5, 8)
        shape = self.pick("walk", "noise", "decline", "whole", "flat")
        x = np.linspace(0, 1, size)
        if shape == "walk":
            y = np.cumsum(self.random.normal(size=size))
        elif shape == "noise":
            y = self.random.normal(size=size)
        elif shape == "decline":
            y = np.exp(-3 * x) + 0.01 * self.random.normal(size=size)
        elif shape == "whole":
            y, scale = self.random.integers(-40, 90, size).astype(float), 1.0
        else:
            y = np.full(size, float(self.random.integers(1, 9)))
        y = np.abs(y) + 1e-3 if positive else y
        y = y * scale
        if self.pick(True, False, False) and size > 8 and not positive:
            y[self.random.integers(1, size - 1, 3)] = np.nan
        return y

    def value_axis(self, columns: list[np.ndarray], scale: str = "linear") -> Axis:
        low = min(float(np.nanmin(column)) for column in columns)
        high = max(float(np.nanmax(column)) for column in columns)
        ends = (float(f"{low:.6g}"), float(f"{high:.6g}"))
        self.truth.numbers += ends
        unit = self.pick(*UNITS)
        label = self.pick("", "Rate 3", "Дебит")
        return Axis(label=f"{label}, {unit}" if label and unit else label, unit=unit, range=ends, scale=scale)

    def remember(
        self, label: str, places: np.ndarray, values: np.ndarray, *, log: bool = False, dated: bool = False
    ) -> None:
        known = np.isfinite(values) & np.isfinite(places)
        if log:
            known &= values > 0
        high, low = float(values[known].max()), float(values[known].min())
        self.truth.extremes[label] = (high, low)
        self.truth.numbers += [high, low]
        for extreme in (high, low):
            (self.truth.moments if dated else self.truth.numbers).append(
                float(places[known][values[known] == extreme][0])
            )

    def meetings(self, x: np.ndarray, first: np.ndarray, second: np.ndarray, *, dated: bool = False) -> None:
        places = self.truth.moments if dated else self.truth.numbers
        for row in range(x.size - 1):
            a, b = first[row] - second[row], first[row + 1] - second[row + 1]
            if not (math.isfinite(a) and math.isfinite(b)) or a * b > 0 or (a == 0 and b == 0):
                continue
            share = a / (a - b) if a != b else 0.0
            places.append(float(x[row] + share * (x[row + 1] - x[row])))
            flatter = (
                first
                if np.nanmax(first) - np.nanmin(first) <= np.nanmax(second) - np.nanmin(second)
                else second
            )
            self.truth.numbers.append(float(flatter[row] + share * (flatter[row + 1] - flatter[row])))
        for row in np.flatnonzero(first == second):
            places.append(float(x[row]))
            self.truth.numbers.append(float(first[row]))

    # --- kinds -------------------------------------------------------------------------------------

    def curves(self, number: int, dated: bool = False):
        size = int(self.pick(3, 12, 40, 64, 300, 3000))
        start, step = self.random.normal() * 100, 10.0 ** self.random.uniform(-3, 3)
        x = start + step * np.arange(size)
        if dated:
            x = datetime(2015, 1, 1, tzinfo=UTC).timestamp() + 86400.0 * np.arange(size) * int(
                self.pick(1, 7)
            )
        log = bool(self.pick(True, False, False))
        count = int(self.pick(1, 2, 3))
        columns = [self.values(size, positive=log) for _row in range(count)]
        axes = {"y": self.value_axis(columns, "log" if log else "linear")}
        if dated:
            ends = tuple(datetime.fromtimestamp(end, UTC).date().isoformat() for end in (x[0], x[-1]))
            axes["x"] = Axis(label="Date", kind="date", range=ends)
            self.truth.moments += [x[0], x[-1]]
        else:
            ends = (float(f"{x[0]:.6g}"), float(f"{x[-1]:.6g}"))
            axes["x"] = Axis(label=self.pick("", "Depth"), range=ends, inverted=bool(self.pick(True, False)))
            self.truth.numbers += ends
        series = []
        for row, y in enumerate(columns):
            identity = f"s{number}{row}"
            self.arrays[identity] = {"x": x, "y": y}
            series.append(
                Series(id=identity, kind=self.pick("line", "area", "line"), label=f"series {identity}")
            )
            self.remember(f"series {identity}", x, y, log=log, dated=dated)
        for row, first in enumerate(columns):
            for second in columns[row + 1 :]:
                if not log:
                    self.meetings(x, first, second, dated=dated)
                else:
                    self.logarithmic_meetings(x, first, second, dated)
        return axes, series

    def logarithmic_meetings(self, x, first, second, dated):
        before = len(self.truth.numbers)
        self.meetings(x, np.log(first), np.log(second), dated=dated)
        if dated:
            self.truth.numbers[before:] = [math.exp(number) for number in self.truth.numbers[before:]]
        else:
            added = self.truth.numbers[before:]
            self.truth.numbers[before:] = [*added[::2], *(math.exp(number) for number in added[1::2])]

    def dated(self, number: int):
        return self.curves(number, dated=True)

    def names(self, size: int) -> tuple[str, ...]:
        return tuple(f"item {row}" for row in range(size))

    def bars(self, number: int):
        size, count = int(self.pick(2, 5, 12)), int(self.pick(1, 2))
        columns = [self.values(size) for _row in range(count)]
        axes = {
            "x": Axis(label="Name", kind="category", categories=self.names(size)),
            "y": self.value_axis(columns),
        }
        series = []
        for row, y in enumerate(columns):
            identity = f"b{number}{row}"
            self.arrays[identity] = {"x": np.arange(float(size)), "y": y}
            series.append(Series(id=identity, kind="bar", label=f"bars {identity}"))
            self.remember(f"bars {identity}", np.arange(float(size)), y)
        return axes, series

    def cloud(self, number: int):
        size = int(self.pick(6, 30, 500))
        x, y = self.random.normal(size=size) * 40, self.values(size)
        axes = {"x": self.value_axis([x]), "y": self.value_axis([y])}
        identity = f"c{number}"
        self.arrays[identity] = {"x": x, "y": y}
        self.remember(f"cloud {identity}", x, y)
        known = np.isfinite(x) & np.isfinite(y)
        if np.ptp(y[known]) > 0:
            self.truth.numbers.append(float(np.corrcoef(x[known], y[known])[0, 1]))
        return axes, [Series(id=identity, kind="scatter", label=f"cloud {identity}")]

    def bins(self, number: int):
        size = int(self.pick(3, 10))
        edges = self.random.normal() * 10 + np.arange(size + 1.0) * float(self.pick(1, 2.5, 100))
        y = self.random.integers(1, 90, size).astype(float)
        axes = {"x": Axis(label="Age"), "y": Axis(label="Count", range=(0, 90))}
        identity = f"h{number}"
        self.arrays[identity] = {"left": edges[:-1], "right": edges[1:], "y": y}
        self.truth.numbers += [0, 90, *edges]
        self.truth.extremes[f"bins {identity}"] = (float(y.max()), float(y.min()))
        self.truth.numbers += [float(y.max()), float(y.min())]
        return axes, [Series(id=identity, kind="histogram", label=f"bins {identity}")]

    def pie(self, number: int):
        y = self.random.integers(1, 60, int(self.pick(2, 5, 9))).astype(float)
        identity = f"q{number}"
        self.arrays[identity] = {"y": y}
        self.truth.numbers += list(100 * y / y.sum())
        return {}, [Series(id=identity, kind="pie", names=self.names(y.size), label="parts")]

    def grid(self, number: int):
        x, y = np.meshgrid(np.arange(float(self.pick(2, 5, 12))), np.arange(float(self.pick(2, 4))))
        z = self.random.normal(size=x.size) * 30
        axes = {
            "x": Axis(label="col", range=(0, float(x.max()))),
            "y": Axis(label="row", range=(0, float(y.max()))),
            "color": Axis(label="Heat", unit=self.pick(*UNITS)),
        }
        identity = f"g{number}"
        self.arrays[identity] = {"x": x.ravel(), "y": y.ravel(), "z": z}
        high, low = int(np.argmax(z)), int(np.argmin(z))
        self.truth.numbers += [0, float(x.max()), float(y.max())]
        self.truth.numbers += [
            float(column[row]) for column in (x.ravel(), y.ravel(), z) for row in (high, low)
        ]
        return axes, [Series(id=identity, kind="heatmap", label="heat")]

    def boxes(self, number: int):
        size = int(self.pick(1, 4))
        five = np.sort(self.random.normal(size=(5, size)) * 20, axis=0)
        axes = {"x": Axis(kind="category", categories=self.names(size)), "y": self.value_axis([five])}
        identity = f"w{number}"
        names = ("low", "q1", "median", "q3", "high")
        self.arrays[identity] = {"x": np.arange(float(size)), **dict(zip(names, five, strict=True))}
        self.truth.numbers += list(five[2])
        return axes, [Series(id=identity, kind="box", label="boxes")]


def value_of(text: str) -> float:
    body, _sep, power = (
        text.replace("−", "-").replace("\u202f", "").replace(",", ".").replace("·10", "×10").partition("×10")
    )
    return float(f"{body}e{power.translate(UP)}") if power else float(body)


def moments_of(text: str, language: str) -> tuple[list[float], str]:
    """The dates of a text, and the text without them."""
    names = "|".join(MONTHS[language])
    found = []

    def taken(match: re.Match[str]) -> str:
        day = datetime(
            int(match[3]), MONTHS[language].index(match[2]) + 1, int(match[1]), tzinfo=UTC
        ).timestamp()
        clock = [int(part) for part in (match[4] or "0:0").split(":")]
        found.append(day + sum(part * size for part, size in zip(clock, (3600, 60, 1), strict=False)))
        return " "

    rest = re.sub(rf"(\d+) ({names}) (\d{{4}})(?: г\.)?(?:, (\d\d:\d\d(?::\d\d)?))?", taken, text)
    return found, rest


def false_numbers(text: str, truth: Truth, language: str) -> list[str]:
    moments, rest = moments_of(text, language)
    wrong = [
        str(moment) for moment in moments if not any(abs(moment - true) < 86400 for true in truth.moments)
    ]
    rest = re.sub(r"«[^»]*»|“[^”]*”", " ", rest)
    for number in NUMBER.findall(rest):
        value = value_of(number)
        if not any(
            abs(value - true) <= DIGITS * max(abs(true), abs(value)) + 1e-12 for true in truth.numbers
        ):
            wrong.append(number)
    return wrong


def false_extremes(text: str, truth: Truth, language: str) -> list[str]:
    """Maxima and minima that are said of one series and are not its own."""
    wrong = []
    for label, (high, low) in truth.extremes.items():
        for said in re.findall(rf"[«“]{label}[»”] \([^)]*\): ([^;]*?)(?=\.\s|\.$|[«“]series|$)", text):
            for kind, true in (("max", high), ("min", low)):
                for number in re.findall(rf"{WORDS[kind][language]} ({NUMBER.pattern})", said):
                    if abs(value_of(number) - true) > DIGITS * abs(true) + 1e-12:
                        wrong.append(f"{label}: {kind} {number}, not {true}")
    return wrong


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_number_in_words_about_a_random_figure_is_false(seed):
    for number in range(EACH):
        maker = Maker(seed * EACH + number)
        reading = maker.reading()
        for language in ("en", "ru"):
            texts = [describe(reading, language), alt_text(reading, language)]
            for text in texts:
                assert false_numbers(text, maker.truth, language) == [], text
                assert false_extremes(text, maker.truth, language) == [], text
            named = caption(reading, language, 77)
            assert {value_of(found) for found in NUMBER.findall(named)} <= {77.0, 3.0, 5.0}, named


def test_the_check_of_this_file_finds_a_false_number():
    maker = Maker(3)
    reading = maker.reading()
    text = describe(reading, "en") + " The maximum is 123454321."
    assert false_numbers(text, maker.truth, "en") == ["123454321"]


def test_there_are_numbers_to_be_checked():
    counts = []
    for seed in range(60):
        counts.append(len(NUMBER.findall(describe(Maker(seed).reading(), "en"))))
    assert sum(counts) / len(counts) > 8


@pytest.mark.parametrize("seed", range(6))
def test_what_is_said_of_a_random_figure_is_not_refuted_by_our_own_check(seed):
    for number in range(10):
        reading = Maker(seed * 10 + number).reading()
        for language in ("en", "ru"):
            text = alt_text(reading, language)
            assert verify(text, reading) == (), text
