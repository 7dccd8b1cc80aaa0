"""From pixels to values: the scales of the axes, fitted to the labels of their ticks.

A scale is a straight line from the pixel to the value, to its decimal logarithm, or to seconds since 1970.
It is found by trying all pairs of labels and counting how many others agree (RANSAC), so that a label that
was misread does no harm; least squares over those that agree give the line, their scatter its error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ScaleKind = Literal["linear", "log", "date", "category"]
TOLERANCE = 2.5  # pixels by which a label may lie off
MOST_LABELS = 60
MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
    )
    for number, name in enumerate(names.split(), 1)
}


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


def fitted(labels: Sequence[Label], *, least: float = 0.33) -> Scale | None:
    """The scale that most labels agree with; ``None`` when no two do, or all are words.

    ``least`` is the smallest error that a fit can have, in pixels.
    """
    numbers = [label for label in labels if label.value is not None][:MOST_LABELS]
    dated = [
        Label(label.text, when, label.at) for label in labels if (when := as_date(label.text)) is not None
    ]
    if len(dated) >= 2 and len(dated) > len(numbers):
        return _line(dated, "date", least)
    powers = [label for label in numbers if re.search(r"10[\^⁰¹²³⁴⁵⁶⁷⁸⁹⁻]", label.text)]
    if len(powers) >= 2 and len(powers) == len(numbers):
        return _line(powers, "log", least)
    straight = _line(numbers, "linear", least)
    positive = [label for label in numbers if label.value is not None and label.value > 0]
    curved = _line(positive, "log", least) if len(positive) >= 3 else None
    if straight is None or curved is None:
        return straight or curved
    better = len(curved.labels) > len(straight.labels)
    return curved if better and len(curved.labels) >= 3 else straight


def categories(labels: Sequence[Label]) -> Scale | None:
    """A scale of names; ``None`` without any."""
    if not labels:
        return None
    ordered = tuple(sorted(labels, key=lambda label: label.at))
    return Scale("category", 1.0, 0.0, 0.5, ordered)


def as_date(text: str) -> float | None:
    """Seconds since 1970 that a label shows: ISO, dd.mm.yyyy, mm.yyyy, month and year in both languages."""
    tidy = text.strip().lower().replace("г.", "").strip(" .,")
    forms = (
        (r"(?P<y>\d{4})-(?P<m>\d{2})(?:-(?P<d>\d{2}))?", ""),
        (r"(?:(?P<d>\d{1,2})\.)?(?P<m>\d{2})\.(?P<y>\d{4})", ""),
        (r"(?:(?P<d>\d{1,2}) )?(?P<name>[a-zа-я]{3,9})\.?,? (?P<y>\d{4})", ""),
        (r"(?P<name>[a-zа-я]{3,9})\.? (?P<d>\d{1,2}), (?P<y>\d{4})", ""),
    )
    for form, _unused in forms:
        found = re.fullmatch(form, tidy)
        if found is None:
            continue
        parts = found.groupdict()
        month = MONTHS.get(parts["name"][:3]) if parts.get("name") else int(parts["m"])
        if month is None:
            continue
        try:
            moment = datetime(int(parts["y"]), month, int(parts.get("d") or 1), tzinfo=UTC)
        except ValueError:
            continue
        return moment.timestamp()
    return None


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
