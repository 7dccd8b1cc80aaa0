"""From pixels to values: the scales of the axes, fitted to the labels of their ticks.

A scale is a straight line from the pixel to the value, to its decimal logarithm, or to seconds since 1970.
It is found by trying all pairs of labels and counting how many others agree (RANSAC), so that a label that
was misread does no harm; least squares over those that agree give the line, their scatter its error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rusoil_jupyter.figures.pixels import dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ScaleKind = Literal["linear", "log", "date", "category"]
TOLERANCE = 2.5  # pixels by which a label may lie off
MOST_LABELS = 60


@dataclass(frozen=True)
class Label:
    """A tick's label: its text, the number it shows (if it is one) and where it stands along its axis."""

    text: str
    value: float | None
    at: float


@dataclass(frozen=True)
class Scale:
    """One axis: ``value = slope * pixel + offset``, of the logarithm where ``kind`` is ``log``.

    Args:
        kind: what the line gives.
        slope, offset: of the line; unused for categories.
        error: of the fit, in pixels: the scatter of the labels, at least a third of a pixel.
        labels: those that agree with it, in order along the axis.
        wrong: those that don't, with the value that belongs there.
    """

    kind: ScaleKind
    slope: float
    offset: float
    error: float
    labels: tuple[Label, ...]
    wrong: tuple[Label, ...] = ()

    def value(self, pixel: Numbers) -> Numbers:
        """The values at these pixels; of a category axis the place between the categories, from 0."""
        if self.kind == "category":
            at = np.array([label.at for label in self.labels])
            return _between(np.asarray(pixel, dtype=np.float64), at)
        line = self.slope * np.asarray(pixel, dtype=np.float64) + self.offset
        return 10.0**line if self.kind == "log" else line

    def pixel(self, value: float) -> float:
        """Where a value lies."""
        if self.kind == "category":
            at = [label.at for label in self.labels]
            return float(np.interp(value, range(len(at)), at))
        wanted = np.log10(value) if self.kind == "log" else value
        return float((wanted - self.offset) / self.slope)

    def spread(self, pixel: float, pixels: float) -> float:
        """How much the value changes over ``pixels`` at this place.

        Turns an error into the axis' own unit.
        """
        ends = self.value(np.array([pixel - pixels, pixel + pixels]))
        return float(abs(ends[1] - ends[0])) / 2


def fitted(labels: Sequence[Label], *, least: float = 0.33, below: Sequence[Label] = ()) -> Scale | None:
    """The scale that most labels agree with; ``None`` when no two do, or all are words.

    ``least`` is the smallest error that a fit can have, in pixels; ``below`` are years under the labels.
    """
    numbers = [label for label in labels if label.value is not None][:MOST_LABELS]
    dated = _dated(labels, below)
    if len(dated) >= 2 and len(dated) > len(numbers):
        return _line(dated, "date", least)
    powers = [label for label in numbers if re.search(r"10[\^⁰¹²³⁴⁵⁶⁷⁸⁹⁻]", label.text)]
    if len(powers) >= 2 and len(powers) == len(numbers):
        return _line(powers, "log", least)
    if decades := _decades(numbers):
        return _line(decades, "log", least)
    straight = _line(numbers, "linear", least)
    positive = [label for label in numbers if label.value is not None and label.value > 0]
    curved = _line(positive, "log", least) if len(positive) >= 3 else None
    if straight is None or curved is None:
        return straight or curved
    better = len(curved.labels) > len(straight.labels)
    return curved if better and len(curved.labels) >= 3 else straight


def _dated(labels: Sequence[Label], below: Sequence[Label]) -> list[Label]:
    """The labels that tell dates, with seconds since 1970 as their values."""
    ordered = sorted(labels, key=lambda label: label.at)
    years = [0] * len(ordered)
    for year in below:
        if ordered and year.value is not None:
            nearest = min(range(len(ordered)), key=lambda place: abs(ordered[place].at - year.at))
            years[nearest] = int(year.value)
    moments = dates.resolved([label.text for label in ordered], years)
    return [
        Label(label.text, when, label.at)
        for label, when in zip(ordered, moments, strict=True)
        if when is not None
    ]


def _decades(labels: Sequence[Label]) -> list[Label]:
    """Labels of a logarithmic axis that write 2 and 5 for 20 and 50, after the power of ten before them."""
    ordered = sorted(labels, key=lambda label: label.at)
    values = [label.value or 0.0 for label in ordered]
    powers = [
        place for place, value in enumerate(values) if value > 0 and float(np.log10(value)).is_integer()
    ]
    short = [place for place, value in enumerate(values) if value in {2, 5}]
    if len(powers) < 1 or len(short) < 2 or len(powers) + len(short) < len(values):
        return []
    if len(powers) > 1:
        rises = values[powers[-1]] > values[powers[0]]
    else:
        rises = short[-1] < powers[0] or values[short[0]] < values[short[1]]
    found = []
    for place, label in enumerate(ordered):
        power = _power_before(place, powers, values, rises=rises)
        value = values[place] if place in powers else values[place] * power
        found.append(Label(label.text, value, label.at))
    return found


def _power_before(place: int, powers: Sequence[int], values: Sequence[float], *, rises: bool) -> float:
    """The power of ten that a short label follows, in the direction in which the axis grows."""
    smaller = [power for power in powers if (power < place if rises else power > place)]
    if smaller:
        return values[smaller[-1] if rises else smaller[0]]
    return values[powers[0] if rises else powers[-1]] / 10


def categories(labels: Sequence[Label]) -> Scale | None:
    """A scale of names; ``None`` without any."""
    if not labels:
        return None
    ordered = tuple(sorted(labels, key=lambda label: label.at))
    return Scale("category", 1.0, 0.0, 0.5, ordered)


def snapped(labels: Sequence[Label], marks: Sequence[float], reach: float = 4.0) -> list[Label]:
    """The labels moved to the tick marks that they belong to, where there is one within ``reach`` pixels."""
    moved = []
    for label in labels:
        near = [mark for mark in marks if abs(mark - label.at) <= reach]
        at = min(near, key=lambda mark: abs(mark - label.at)) if near else label.at
        moved.append(Label(label.text, label.value, at))
    return moved


def _line(labels: Sequence[Label], kind: ScaleKind, least: float) -> Scale | None:
    if len(labels) < 2:
        return None
    at = np.array([label.at for label in labels])
    shown = np.array([label.value for label in labels], dtype=np.float64)
    value = np.log10(shown) if kind == "log" else shown
    rows, columns = np.triu_indices(at.size, 1)
    apart = (np.abs(at[rows] - at[columns]) > 3) & (value[rows] != value[columns])
    rows, columns = rows[apart], columns[apart]
    if not rows.size:
        return None
    slope = (value[columns] - value[rows]) / (at[columns] - at[rows])
    offset = value[rows] - slope * at[rows]
    # Off by so many pixels: the error in value, over the slope.
    off = np.abs((value - offset[:, None]) / slope[:, None] - at)
    agree = off <= TOLERANCE + 0.004 * np.ptp(at)
    votes = agree.sum(axis=1) - 0.01 * np.where(agree, off, 0).mean(axis=1)
    best = agree[int(np.argmax(votes))]
    if best.sum() < 2 or (best.sum() < 4 and 2 * best.sum() <= len(labels)):
        return None
    slope_fit, offset_fit = np.polyfit(at[best], value[best], 1)
    left = (value[best] - offset_fit) / slope_fit - at[best]
    scatter = float(np.sqrt((left**2).sum() / max(best.sum() - 2, 1)))
    # Two labels can't contradict each other: their own reading is all there is.
    error = 6 * least if best.sum() == 2 else max(least, scatter / np.sqrt(best.sum()))
    order = np.argsort(at)
    good = tuple(labels[i] for i in order if best[i])
    wrong = tuple(
        Label(labels[i].text, float(slope_fit * at[i] + offset_fit), labels[i].at)
        for i in order
        if not best[i]
    )
    return Scale(kind, float(slope_fit), float(offset_fit), error, good, wrong)


def _between(pixel: Numbers, at: Numbers) -> Numbers:
    if at.size < 2:
        return np.zeros_like(pixel)
    steps = np.arange(at.size, dtype=np.float64)
    inside: Numbers = np.interp(pixel, at, steps)
    step = float(np.median(np.diff(at)))
    inside = np.where(pixel < at[0], (pixel - at[0]) / step, inside)
    return np.where(pixel > at[-1], at.size - 1 + (pixel - at[-1]) / step, inside)
