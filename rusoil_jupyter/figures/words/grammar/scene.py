"""What of a figure the grammar needs to know: its series on their axes, their names, and when its places
are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.units import is_unit, parted, scaled
from rusoil_jupyter.figures.values.description import Axis
from rusoil_jupyter.figures.words import dates
from rusoil_jupyter.figures.words.labels import useful_series, without_unit
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.values.description import AxisName, FigureDescription, Panel, Series

Role = Literal["series", "category", "axis"]
GRIDS = frozenset({"heatmap", "hexbin", "contour", "surface"})
BOXES = frozenset({"box", "violin"})
CURVES = frozenset({"line", "step", "area"})
_UNREAD = frozenset({"surface", "vector", "image", "other", "contour", "hexbin"})
_DEPTHS = re.compile(r"глубин|depth|tvd|\bmd\b|отметк")
_TIMES = re.compile(
    r"^(?:(?:номер|number of|no\.|№)\s+)?"
    r"(?:(?P<hour>hours?|час)|(?P<day>days?|дни|дней|сут)|(?P<week>weeks?|недел)|"
    r"(?P<month>months?|месяц)|(?P<year>years?|год[ыа]?(?!\w)|лет)|(?P<minute>minutes?|минут))"
)


@dataclass(frozen=True)
class Called:
    """Something of the figure by a name of it: series, a category of an axis, an axis."""

    role: Role
    label: str
    series: tuple[str, ...] = ()
    axis: AxisName = "x"
    panel: str = ""

    @property
    def kind(self) -> str:
        """``series``, or what it is with the name of its axis."""
        return "series" if self.role == "series" else f"{self.role} {self.axis}"


@dataclass(frozen=True)
class Line:
    """A series on its axes."""

    panel: Panel
    series: Series
    shared: Axis | None = None  # the labelled axis of another panel that has the same places
    title: str = ""  # of the figure

    @property
    def id(self) -> str:
        """Of the series."""
        return self.series.id

    @cached_property
    def value_key(self) -> AxisName:
        """The name of the axis of its values."""
        if self.series.kind in GRIDS:
            return "color" if "color" in self.panel.axes else "z"
        return self.series.y if self.series.along == "x" else self.series.x

    @cached_property
    def place_key(self) -> AxisName:
        """The name of the axis of its places."""
        return self.series.x if self.series.along == "x" else self.series.y

    @cached_property
    def cross_key(self) -> AxisName | None:
        """The second axis of places, of a grid."""
        return self.series.y if self.series.kind in GRIDS else None

    @cached_property
    def values(self) -> Axis:
        """The axis of its values; one without a label where it has none."""
        own = self.panel.axes.get(self.value_key, Axis())
        if self.series.kind == "pie" and not own.label:
            label, unit = parted(self.panel.title or self.title)
            return Axis(label=label, unit=unit)
        return own

    @cached_property
    def places(self) -> Axis:
        """The axis of its places; a pie's are its names."""
        if self.series.kind == "pie":
            return Axis(kind="category", categories=self.series.names)
        own = self.panel.axes.get(self.place_key, Axis())
        return own if own.label or self.shared is None else self.shared

    @cached_property
    def crossed(self) -> Axis:
        """The second axis of places."""
        return self.panel.axes.get(self.cross_key, Axis()) if self.cross_key else Axis()

    @cached_property
    def is_depth(self) -> bool:
        """Whether its places lie below each other."""
        return bool(_DEPTHS.search(plain(self.places.label)))

    @cached_property
    def values_are_depth(self) -> bool:
        """Whether its values are depths."""
        return bool(_DEPTHS.search(plain(self.values.label)))

    @cached_property
    def time_of_places(self) -> str:
        """The unit of time that numbers on the axis of places count; empty where they count none."""
        axis = self.places
        if axis.kind != "number":
            return ""
        for text in (axis.unit, axis.label, without_unit(axis.label)):
            match = _TIMES.match(plain(text)) if text else None
            if match:
                return str(match.lastgroup)
        return {
            "h": "hour",
            "ч": "hour",
            "d": "day",
            "сут": "day",
            "мес": "month",
            "min": "minute",
            "мин": "minute",
        }.get(plain(axis.unit).strip("."), "")

    @cached_property
    def spacing(self) -> float:
        """Days between marks on a dated axis, on average; 0 where that is not known."""
        axis, cells = self.places, self.series.values.get(self.series.along, ())
        stats = self.series.stats.get(self.series.along)
        ends = (
            (stats.min, stats.max) if stats is not None else (cells[0], cells[-1]) if cells else (None, None)
        )
        low, high = (days_of(str(one)) for one in ends)
        if axis.kind != "date" or self.series.n < 2 or low is None or high is None:
            return 0.0
        return abs(high - low) / (self.series.n - 1)

    @cached_property
    def extent(self) -> tuple[float, float] | None:
        """The first and the last place of a numeric axis that have marks; ``None`` where that is not
        known."""
        known = self.series.values.get(self.series.along, ())
        stats = self.series.stats.get(self.series.along)
        cells = (stats.min, stats.max) if stats is not None else known
        numbers = [float(cell) for cell in cells if isinstance(cell, int | float)]
        return (min(numbers), max(numbers)) if numbers and self.places.kind == "number" else None

    @cached_property
    def span(self) -> tuple[str, str]:
        """The first and the last day of a dated axis that have marks; empty where that is not known."""
        stats = self.series.stats.get(self.series.along)
        cells = [str(cell) for cell in self.series.values.get(self.series.along, ()) if cell is not None]
        ends = [str(stats.min), str(stats.max)] if stats is not None else cells
        return (min(ends)[:10], max(ends)[:10]) if ends and self.places.kind == "date" else ("", "")


def days_of(text: str) -> float | None:
    """Days of an ISO date, from any beginning."""
    from datetime import date

    try:
        return float(date.fromisoformat(text[:10]).toordinal())
    except ValueError:
        return None


def unit_of(axis: Axis) -> str:
    """The unit of an axis; where none was recognised, what stands behind its label like one."""
    behind = axis.label[len(without_unit(axis.label)) :].strip(" ,()[]{}")
    whole = axis.label if scaled(axis.label)[0] != 1.0 and is_unit(axis.label) else ""  # "mln $"
    return axis.unit or behind or whole


def calendar_of(name: str) -> dates.Calendar | None:
    """What a category says of the calendar, all of it: "Jan", "Q2 2023", "2021"."""
    text = plain(name)
    found = dates.parts_of_calendar(text)
    if (
        len(found) != 1
        or found[0][2].clock
        or text[: found[0][0]].strip(" .,'")
        or text[found[0][1] :].strip(" .,'г")
    ):
        return None
    return found[0][2]


def are_weekdays(names: Sequence[str]) -> bool:
    """Whether categories are days of the week."""
    return len(names) > 1 and all(dates.weekday_of(name) for name in names)


class Scene:
    """A figure as the grammar sees it; ``panels`` are those that a question is about."""

    def __init__(self, description: FigureDescription, panels: tuple[str, ...]) -> None:
        self.description = description
        self.named_panel = panels[0] if len(panels) == 1 < len(description.panels) else ""
        self.lines = [
            Line(panel, series, _shared_axis(description, panel, series), description.title)
            for panel in description.panels
            if panel.id in panels
            for series in useful_series(panel)
        ]

    @cached_property
    def is_readable(self) -> bool:
        """Whether the grammar knows such a figure: nothing in three dimensions."""
        return bool(self.lines) and not any(line.series.kind in _UNREAD for line in self.lines)

    @cached_property
    def panel(self) -> str:
        """The one of several panels that a question is about; empty where it is about all, or some."""
        ids = {line.panel.id for line in self.lines}
        return ids.pop() if len(ids) == 1 and len(self.description.panels) > 1 else ""

    @cached_property
    def is_whole(self) -> bool:
        """Whether its series are all of a panel, or of the figure."""
        drawn = {panel.id for panel in self.description.panels if useful_series(panel)}
        return bool(self.panel) or {line.panel.id for line in self.lines} == drawn

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of its series."""
        return frozenset(line.series.kind for line in self.lines)

    @cached_property
    def value_labels(self) -> frozenset[str]:
        """The labels of the axes of values."""
        return frozenset(line.values.label for line in self.lines)

    @cached_property
    def place_labels(self) -> frozenset[str]:
        """The labels of the axes of places."""
        return frozenset(line.places.label for line in self.lines)

    @cached_property
    def called(self) -> list[Called]:
        """Everything with a name."""
        found: dict[tuple[Role, str, str], Called] = {}
        for line in self.lines:
            for one in _called(line):
                key = (one.role, one.label, one.axis if one.role != "series" else "")
                if key in found and one.role == "series":
                    ids = tuple(dict.fromkeys((*found[key].series, *one.series)))
                    one = Called("series", one.label, ids)
                found[key] = one
        return list(found.values())

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The words of titles, and of the legend's title."""
        texts = [self.description.title]
        for line in self.lines:
            texts += [line.panel.title, line.panel.legend_title]
        return frozenset(word for text in texts for word in words(without_unit(text)) if len(word) > 1)

    @cached_property
    def titled_years(self) -> frozenset[int]:
        """The years that a title names."""
        return frozenset(int(word) for word in self.title_words if re.fullmatch(r"(?:19|20)\d\d", word))

    def of_ids(self, ids: tuple[str, ...]) -> list[Line]:
        """The series with these ids."""
        return [line for line in self.lines if line.id in ids]


def _shared_axis(description: FigureDescription, panel: Panel, series: Series) -> Axis | None:
    """Of panels that share an axis only one may have its label."""
    key = series.x if series.along == "x" else series.y
    own = panel.axes.get(key)
    if own is None or own.label:
        return None
    axes = (other.axes[key] for other in description.panels if key in other.axes)
    alike = (axis for axis in axes if (axis.kind, axis.range) == (own.kind, own.range))
    return next((axis for axis in alike if axis.label), None)


def _called(line: Line) -> list[Called]:
    panel, series = line.panel, line.series
    found = [Called("series", series.label, (series.id,))] if series.label else []
    if series.kind == "pie":
        found += [Called("category", name, axis="x", panel=panel.id) for name in series.names]
    for key in {line.place_key, line.value_key, line.cross_key}:
        if key is not None and (axis := panel.axes.get(key)) is not None:
            found += [Called("category", name, axis=key, panel=panel.id) for name in axis.categories]
            found += [Called("axis", label, axis=key, panel=panel.id) for label in (axis.label,) if label]
    return found
