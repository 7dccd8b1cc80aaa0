"""Axes as rulers: how one is described, and how its raw numbers become seconds, places or themselves."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import category, dates, ticker
from matplotlib.projections.polar import ThetaFormatter

from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.ticks import factor_said, number_of_text
from rusoil_jupyter.figures.units import parted, plain
from rusoil_jupyter.figures.values.description import Axis, Cell
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Convert = Callable[[NDArray[np.float64]], NDArray[np.float64]]

DAY = 86400.0
HOUR = 3600.0
MOST_HOURS = 20_000  # of moments whose offset from UTC is looked up one by one
# Their ticks are the axis' own numbers.
_PLAIN_FORMATTERS = (ticker.ScalarFormatter, ticker.LogFormatter, ticker.FixedFormatter, ticker.NullFormatter)
MOST_CATEGORIES = 1000
_SCALES = {"linear", "log", "symlog", "logit"}
_LATEST = 1.5  # place of a first name: in the middle of bars that stand beside 0, or beside 1
_FREQUENCIES = {"MS": "M", "ME": "M", "QE": "Q", "QS": "Q", "YE": "Y", "YS": "Y", "BME": "M", "SME": "M"}


@dataclass(frozen=True)
class Ruler:
    """One axis. ``numbers`` turns raw numbers into those of a ``Table`` (module ``reading``)."""

    axis: Axis
    numbers: Convert

    def cell(self, value: float) -> Cell:
        """One raw number as it is saved."""
        return cell_of(float(self.numbers(np.array([value]))[0]), self.axis)

    def places(self, values: Numbers) -> Numbers:
        """Like ``numbers``; on an axis of categories, marks beside a category's place belong to it."""
        converted = self.numbers(values)
        if self.axis.kind != "category":
            return converted
        if (named := self._named(values)) is not None:
            return named
        rounded = np.round(converted)
        near = (np.abs(converted - rounded) < 0.5) & (rounded >= 0) & (rounded < len(self.axis.categories))
        return np.where(near, rounded, converted)

    def _named(self, values: Numbers) -> Numbers | None:
        """The places of categories that numbers name: a line over bars of pandas is drawn at 1, 2, 3, and the
        bars of 1, 2 and 3 stand at 0, 1, 2. ``None`` where the numbers may as well be places.
        """
        names = [number_of_text(name) for name in self.axis.categories]
        finite = values[np.isfinite(values)]
        are_places = np.isin(self.numbers(finite), np.arange(len(names))).all()
        if any(map(math.isnan, names)) or are_places or not np.isin(finite, names).all():
            return None
        order = np.argsort(names)
        found = order[
            np.searchsorted(np.array(names)[order], np.where(np.isfinite(values), values, names[0]))
        ]
        return np.where(np.isfinite(values), found.astype(np.float64), np.nan)


def _same(values: Numbers) -> Numbers:
    return values


def read_ruler(axis: Any) -> Ruler:
    """The ruler of a matplotlib ``Axis``."""
    label = plain(axis.get_label_text())
    scale = axis.get_scale()
    low, high = sorted(map(float, axis.get_view_interval()))
    known: dict[str, Any] = {
        "label": label[:500],
        "unit": parted(label)[1],
        "scale": scale if scale in _SCALES else "other",
        "inverted": bool(axis.get_inverted()),
    }
    if isinstance(axis.get_major_formatter(), ThetaFormatter):
        known |= {"label": label[:500] or _("Angle, °"), "unit": "°"}
    if _has_loose_labels(axis):
        known["quirk"] = "loose_labels"
    if scale == "function" and _is_root(axis):
        known["scale"] = "sqrt"
    if (named := _categories(axis)) is not None:
        names, start = named
        return Ruler(Axis(**known, kind="category", categories=names), lambda values: values - start)
    convert, kind = _converter(axis)
    if kind == "number" and scale == "linear" and (shown := _shown(axis, known["unit"])):
        convert, known["unit"] = shown
    described = Axis(**known, kind=kind)
    return Ruler(_ranged(described, convert(np.array([low, high]))), convert)


def _ranged(axis: Axis, ends: Numbers) -> Axis:
    cells = (cell_of(float(ends[0]), axis), cell_of(float(ends[1]), axis))
    return axis.model_copy(update={"range": cells})


def read_texts_as_numbers(axis: Any, ruler: Ruler) -> Ruler:
    """The ruler of an axis that values are measured on, where they were given as texts: matplotlib takes
    “9,5” and “100,5” for names, and draws them one step apart.
    """
    mapping = getattr(getattr(axis, "units", None), "_mapping", None)
    if not isinstance(getattr(axis, "units", None), category.UnitData) or not mapping:
        return ruler
    written = [number_of_text(str(name)) for name in sorted(mapping, key=mapping.__getitem__)]
    if any(math.isnan(number) for number in written):
        return ruler
    numbers = np.array(written)
    axis_read = ruler.axis.model_copy(
        update={"kind": "number", "categories": (), "quirk": "texts_as_numbers"}
    )
    return Ruler(_ranged(axis_read, np.sort(numbers)[[0, -1]]), lambda values: _at_places(numbers, values))


def _at_places(numbers: Numbers, places: Numbers) -> Numbers:
    whole = np.rint(places)
    known = np.isfinite(places) & (np.abs(places - whole) < 1e-9) & (whole >= 0) & (whole < numbers.size)
    found = numbers[np.where(known, whole, 0).astype(int)]
    return np.asarray(np.where(known, found, np.nan), dtype=np.float64)


def _shown(axis: Any, unit: str) -> tuple[Convert, str] | None:
    """Where the ticks say other numbers than the axis has: how to get theirs, and their unit."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, _PLAIN_FORMATTERS):
        return None
    try:
        places = [float(place) for place in axis.get_majorticklocs()]
        texts = [plain(str(text)) for text in formatter.format_ticks(places)]
    except Exception:  # somebody's own formatter
        return None
    said = factor_said(places, texts, unit)
    if said is None:
        return None
    factor, unit = said
    return (lambda values: values * factor), unit


def _has_loose_labels(axis: Any) -> bool:
    """Whether its texts were written without saying where: they stand at whatever ticks there are."""
    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    if not isinstance(formatter, ticker.FixedFormatter) or not any(map(str, formatter.seq)):
        return False
    return not isinstance(locator, ticker.FixedLocator | ticker.NullLocator)


def _is_root(axis: Any) -> bool:
    try:
        return bool(np.allclose(axis.get_transform().transform([4.0, 9.0]), [2.0, 3.0]))
    except Exception:  # somebody's own function
        return False


def _converter(axis: Any) -> tuple[Convert, Any]:
    units = axis.get_converter() if hasattr(axis, "get_converter") else axis.converter
    name = type(units).__name__
    frequency = getattr(axis, "freq", None) or getattr(axis.axes, "freq", None)
    if name == "PeriodConverter" and frequency is not None:
        return (lambda values: period_seconds(values, frequency)), "date"
    formatter = axis.get_major_formatter()
    by_date = isinstance(
        formatter, dates.DateFormatter | dates.AutoDateFormatter | dates.ConciseDateFormatter
    )
    if by_date or name in {
        "DatetimeConverter",
        "DateConverter",
        "ConciseDateConverter",
        "_SwitchableDateConverter",
    }:
        zone = getattr(formatter, "tz", None) or getattr(formatter, "_tz", None)
        return (lambda values: _in_zone(day_seconds(values), zone)), "date"
    if isinstance(formatter, ThetaFormatter):
        return np.degrees, "number"
    if isinstance(getattr(axis, "units", None), category.UnitData):  # more names than are told
        return (lambda values: np.full_like(values, np.nan)), "number"
    return _same, "number"


def _in_zone(seconds: Numbers, zone: tzinfo | None) -> Numbers:
    """Moments as the axis shows them: by the clock of its zone."""
    if zone is None or zone is UTC:
        return seconds
    usable = np.isfinite(seconds)
    hours = np.floor(np.where(usable, seconds, 0.0) / HOUR)
    if np.unique(hours).size > MOST_HOURS:  # a change of the clock is then up to a day off
        hours = np.floor(hours / 24) * 24
    known, places = np.unique(hours, return_inverse=True)
    offsets = [datetime.fromtimestamp(hour * HOUR, zone).utcoffset() for hour in known.tolist()]
    shifts = np.array([offset.total_seconds() if offset else 0.0 for offset in offsets])
    return np.asarray(seconds + shifts[places.reshape(hours.shape)], dtype=np.float64)


def day_seconds(values: Numbers) -> Numbers:
    """Days since matplotlib's epoch as seconds since 1970, on the millisecond."""
    get_epoch: Any = dates.get_epoch  # untyped
    epoch = float(np.datetime64(str(get_epoch()), "ms").astype(np.int64)) / 1000.0
    return np.asarray(np.round(np.asarray(values, dtype=np.float64) * DAY, 3) + epoch)


def period_seconds(values: Numbers, frequency: Any) -> Numbers:
    """Ordinals of pandas periods as seconds since 1970 of their beginnings.

    What lies between two ordinals (a limit of the axis) lies as far between the periods.
    """
    pandas: Any = sys.modules["pandas"]
    values = np.asarray(values, dtype=np.float64)
    usable = np.isfinite(values)
    whole = np.floor(np.where(usable, values, 0)).astype(np.int64)
    name = getattr(frequency, "freqstr", None) or str(frequency)
    head, _dash, tail = name.partition("-")
    name = _FREQUENCIES.get(head, head) + (f"-{tail}" if tail else "")
    begins, ends = (
        pandas.PeriodIndex.from_ordinals(ordinals, freq=name).to_timestamp().as_unit("ns").asi8 / 1e9
        for ordinals in (whole, whole + 1)
    )
    seconds = begins + (np.where(usable, values, 0) - whole) * (ends - begins)
    return np.asarray(np.where(usable, seconds, np.nan), dtype=np.float64)


def _categories(axis: Any) -> tuple[tuple[str, ...], float] | None:
    """The names of an axis of categories and the place of the first one; ``None`` for another axis."""
    mapping = getattr(getattr(axis, "units", None), "_mapping", None)
    if isinstance(getattr(axis, "units", None), category.UnitData) and mapping:
        if len(mapping) > MOST_CATEGORIES:
            return None
        return _unique([str(name) for name in sorted(mapping, key=mapping.__getitem__)]), 0.0
    return _written(axis)


def _written(axis: Any) -> tuple[tuple[str, ...], float] | None:
    """Names that were written to ticks one apart: bars of pandas, rows of a heat map, boxes."""
    locator: Any = axis.get_major_locator()
    formatter = axis.get_major_formatter()
    if not isinstance(axis.get_major_locator(), ticker.FixedLocator) or axis.get_scale() != "linear":
        return None
    places = np.asarray(locator.locs, dtype=np.float64)
    if not 1 <= places.size <= MOST_CATEGORIES:
        return None
    names = _tick_names(formatter, places)
    if names is None or not any(names) or _are_numbers(names, places):
        return None
    places, names = _sorted(places, names)
    start = places[0]
    steps = np.diff(places)
    step = round(float(steps.min())) if steps.size else 1
    if not 0 <= start < _LATEST or step < 1 or not np.allclose(steps, step, atol=1e-6):
        return None
    if step == 1:
        return _unique(names), float(start)
    if start not in {0.0, 0.5, 1.0}:
        return None
    count = int(places[-1] - start) + step  # only every n-th row is named: the others have their number
    low, high = sorted(axis.get_view_interval())
    if count > MOST_CATEGORIES or abs((high - low) - count) > step:
        return None
    known = dict(zip((places - start).astype(int).tolist(), names, strict=True))
    return _unique([known.get(row, str(row + 1)) for row in range(count)]), float(start)


def _sorted(places: Numbers, names: list[str]) -> tuple[Numbers, list[str]]:
    order = np.argsort(places, kind="stable")
    return places[order], [names[place] for place in order]


def _tick_names(formatter: Any, places: Numbers) -> list[str] | None:
    if isinstance(formatter, ticker.FixedFormatter):
        names = list(formatter.seq)[: places.size]
        return [plain(str(name)) for name in names] + [""] * (places.size - len(names))
    inner = getattr(getattr(formatter, "func", None), "func", None)  # what set_ticklabels leaves
    if isinstance(formatter, ticker.FuncFormatter) and getattr(inner, "__name__", "") == "_format_with_dict":
        return [plain(str(formatter(place, row))) for row, place in enumerate(places.tolist())]
    return None


def _are_numbers(names: list[str], places: Numbers) -> bool:
    """Whether the names are just the places."""
    try:
        values = [float(name.replace("\N{MINUS SIGN}", "-").replace(",", ".")) for name in names if name]
    except ValueError:
        return False
    kept = [place for name, place in zip(names, places.tolist(), strict=True) if name]
    return all(math.isclose(one, other, abs_tol=1e-9) for one, other in zip(values, kept, strict=True))


def _unique(names: list[str]) -> tuple[str, ...]:
    """Names that differ, so that each means one place."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        name = plain(name)[:500] or "–"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(result)
