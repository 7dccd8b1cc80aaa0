"""Well logs in LAS files as readings: one panel for each curve, over depth or time.

A file is untrusted: ``text`` bounds it before anything is parsed. ``lasio`` reads the header; the data are
read here (``rows``), since a value that lands in another curve's column is worse than a file that is refused.
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal

import numpy as np

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.readers.las.rows import (
    Layout,
    declared_separator,
    read_columns,
    without_nulls,
)
from rusoil_jupyter.figures.readers.las.text import read_sections
from rusoil_jupyter.figures.reading import Reading, cell_of
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lasio import HeaderItem, LASFile
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.readers.las.rows import Column, IndexColumn
    from rusoil_jupyter.figures.values.description import AxisKind, AxisName, Cell

    Array = NDArray[np.float64]

MOST_CURVES = 100
# Upper case as LAS writes them; F is feet there.
_METRES = {"M", "MTR", "METER", "METERS"}
_FEET = {"F", "FT"}
_TIMES = {
    "S": "s",
    "SEC": "s",
    "MS": "ms",
    "MIN": "min",
    "H": "h",
    "HR": "h",
    "HOUR": "h",
    "D": "d",
    "DAY": "d",
}
_TIME_NAME = re.compile(r"e?time|etim|date|datetime|date_?time|время|дата", re.IGNORECASE)
_DEPTH_NAME = re.compile(r"dep|dept|depth|md|tvd(ss)?|tdep|глуб\w*", re.IGNORECASE)
_OHM_METRES = {"ohmm", "омм", "ohm-m", "ом-м"}


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve of the header with its values."""

    name: str
    unit: str
    about: str
    column: Column

    @property
    def is_text(self) -> bool:
        """Whether more of its values are words than numbers."""
        return self.column.texts.total() > int(np.count_nonzero(np.isfinite(self.column.numbers)))


@dataclass(frozen=True)
class Index:
    """What the curves are measured over: the first curve of the file."""

    axis: Axis
    values: Array
    along: Literal["x", "y"]


def read(source: bytes | Path | BinaryIO) -> Reading:
    """A LAS file (1.2 or 2.0, wrapped or not) with one panel for each curve, depth downwards.

    Raises:
        PayloadTooLarge: the file, its header or a line is over the limits; little of it was read.
        InvalidRequest: it is no LAS file, has no data, its rows don't fit its curves, or an extra is missing.
    """
    header, rows = read_sections(source)
    las = _header(header)
    names = _names(las.curves)
    if len(names) < 2:
        raise _no_curves()
    layout = _layout(las)
    first, columns = read_columns(rows, names, layout)
    if not len(first.numbers):
        raise _no_curves()
    lengths = _lengths(header)
    curves = [
        Curve(name, _unit(item, lengths), _said(item.descr, 200), column)
        for name, item, column in zip(names[1:], las.curves[1:], columns, strict=True)
    ]
    index = _index(names[0], _unit(las.curves[0], lengths), first)
    if layout.wrapped:
        _check_order(index.values, _number_in(las, "STRT"))
    return _reading(_word_in(las, "WELL"), index, curves, layout.null)


def _header(text: str) -> LASFile:
    try:
        import lasio  # an extra
    except ImportError as error:
        raise InvalidRequest(
            _("LAS files can't be read here: the package lasio is missing."),
            _('Install it: pip install "rusoil-jupyter[vision]".'),
            field="file",
        ) from error
    logger = logging.getLogger("lasio")
    before = logger.level
    logger.setLevel(logging.CRITICAL)  # what it complains about is told by us, once
    try:
        return lasio.read(
            io.StringIO(text), ignore_header_errors=True, ignore_data=True, mnemonic_case="preserve"
        )
    except Exception as error:  # a parser of others, given anything
        raise InvalidRequest(
            _("The LAS file can't be read: {reason}").format(reason=str(error)[:200] or type(error).__name__),
            _("Check that the sections ~V, ~W, ~C and ~A are there."),
            field="file",
        ) from error
    finally:
        logger.setLevel(before)


def _names(items: Sequence[HeaderItem]) -> list[str]:
    """What the curves are called; two of one name are told apart by their descriptions."""
    plain = [str(item.original_mnemonic or item.mnemonic)[:200] for item in items]
    told = [f"{name} ({str(item.descr).strip()[:100]})" for name, item in zip(plain, items, strict=True)]
    names = [
        full if plain.count(name) > 1 and item.descr else name
        for name, full, item in zip(plain, told, items, strict=True)
    ]
    return [name if names.count(name) == 1 else f"{name} [{place}]" for place, name in enumerate(names)]


def _lengths(header: str) -> Mapping[str, str]:
    """Units of length as people write them, in the letters of the file."""
    metre = "м" if re.search("[а-яё]", header, re.IGNORECASE) else "m"
    return dict.fromkeys(_METRES, metre) | dict.fromkeys(_FEET, "ft")


def _unit(item: HeaderItem, lengths: Mapping[str, str]) -> str:
    written = _said(item.unit, 60)
    return lengths.get(written.upper(), written)


def _said(words: object, most: int) -> str:
    return str(words or "").strip()[:most]


def _layout(las: LASFile) -> Layout:
    return Layout(
        separator=declared_separator(_word_in(las, "DLM", "version")),
        wrapped=_word_in(las, "WRAP", "version").upper().startswith("Y"),
        null=_number_in(las, "NULL"),
    )


def _word_in(las: LASFile, name: str, section: Literal["well", "version"] = "well") -> str:
    try:
        return _said(getattr(las, section)[name].value, 200)
    except KeyError:
        return ""


def _number_in(las: LASFile, name: str) -> float | None:
    try:
        return float(_word_in(las, name).replace(",", "."))
    except ValueError:
        return None


def _index(name: str, unit: str, column: IndexColumn) -> Index:
    """The axis that the file runs along: depth downwards, or time. Numbers that mean "nothing" in a curve are
    depths here.

    Raises:
        InvalidRequest: it is neither numbers nor moments.
    """
    is_date = column.moments > 0
    mixed = is_date and column.moments < column.numbers.size
    if column.texts or mixed or not np.isfinite(column.numbers).all():
        raise InvalidRequest(
            _("The first curve of the LAS file, its depth, is not numbers."),
            _("Check the first column of its section ~A (data)."),
            field="file",
        )
    kind: AxisKind = "date" if is_date else "number"
    if is_date or unit.upper() in _TIMES or _TIME_NAME.fullmatch(name):
        unit = "" if is_date else _TIMES.get(unit.upper(), unit)
        return _along("x", _("Time"), unit, column.numbers, kind)
    is_depth = unit in {"", "m", "м", "ft"} or _DEPTH_NAME.match(name)
    return _along("y", _("Depth") if is_depth else name, unit, column.numbers, kind)


def _along(along: Literal["x", "y"], label: str, unit: str, values: Array, kind: AxisKind) -> Index:
    axis = Axis(label=_labelled(label, unit), unit=unit, kind=kind, inverted=along == "y")
    return Index(axis.model_copy(update={"range": _range(values, axis)}), values, along)


def _check_order(values: Array, start: float | None) -> None:
    """The rows of a wrapped file were put together rightly: they begin where the header says, and go one way.

    Raises:
        InvalidRequest: they don't.
    """
    steps = np.diff(values)
    one_way = bool((steps > 0).all() or (steps < 0).all())
    if not one_way or (start is not None and not np.isclose(values[0], start, rtol=1e-6, atol=1e-3)):
        raise InvalidRequest(
            _("The wrapped rows of the LAS file don't fit its curves: the depths don't follow one another."),
            _("Save the file without wrapping (WRAP NO) and open it again."),
            field="file",
        )


def _reading(title: str, index: Index, curves: Sequence[Curve], null: float | None) -> Reading:
    readable = [curve for curve in curves if not curve.is_text and np.isfinite(curve.column.numbers).any()]
    if not readable:
        raise InvalidRequest(
            _("The LAS file has no curves with numbers."), _("Check its section ~A (data)."), field="file"
        )
    shown = readable[:MOST_CURVES]
    panels: list[Panel] = []
    arrays: dict[str, Mapping[str, Array]] = {}
    for place, curve in enumerate(shown, 1):
        panel, columns = _panel(place, index, curve, without_nulls(curve.column.numbers, null))
        panels.append(panel)
        arrays[f"c{place}"] = columns
    description = FigureDescription(
        library="las", title=title, panels=tuple(panels), omitted=tuple(_omitted(curves, shown))
    )
    return Reading(description, arrays)


def _panel(place: int, index: Index, curve: Curve, values: Array) -> tuple[Panel, Mapping[str, Array]]:
    across = Axis(label=_labelled(curve.name, curve.unit), unit=curve.unit, scale=_scale(values, curve.unit))
    across = across.model_copy(update={"range": _range(values, across)})
    axes: dict[AxisName, Axis]
    if index.along == "y":
        axes, columns = {"x": across, "y": index.axis}, {"x": values, "y": index.values}
    else:
        axes, columns = {"x": index.axis, "y": across}, {"x": index.values, "y": values}
    series = Series(id=f"c{place}", kind="line", label=curve.name, along=index.along, n=len(values))
    panel = Panel(
        id=f"p{place}",
        title=curve.about,
        column=place,
        axes=axes,
        series=(summarised(series, columns, axes),),
    )
    return panel, columns


def _omitted(curves: Sequence[Curve], shown: Sequence[Curve]) -> list[str]:
    """What of the file is not told, in sentences."""
    sentences = []
    if left_out := [curve.name[:60] for curve in curves if curve not in shown]:
        names = ", ".join(left_out)
        sentences.append(_("curves without numbers or beyond the limit: {names}").format(names=names)[:500])
    for curve in shown:
        if curve.column.texts:
            words = ", ".join(f"“{word}”" for word, _count in curve.column.texts.most_common(5))
            sentences.append(
                _("{curve}: {n} values that are no numbers ({words}) count as not measured").format(
                    curve=curve.name[:60], n=curve.column.texts.total(), words=words
                )[:500]
            )
    return sentences[:20]


def _no_curves() -> InvalidRequest:
    return InvalidRequest(
        _("The LAS file has no curves with data."),
        _("Check its sections ~C (curves) and ~A (data)."),
        field="file",
    )


def _labelled(name: str, unit: str) -> str:
    return f"{name}, {unit}" if unit else name


def _range(values: Array, axis: Axis) -> tuple[Cell, Cell] | None:
    finite = values[np.isfinite(values)]
    return (cell_of(finite.min(), axis), cell_of(finite.max(), axis)) if len(finite) else None


def _scale(values: Array, unit: str) -> Literal["linear", "log"]:
    """Resistivity is drawn on a logarithmic axis."""
    finite = values[np.isfinite(values)]
    is_resistivity = re.sub(r"[·.*]", "", unit.casefold()) in _OHM_METRES
    return "log" if is_resistivity and len(finite) and finite.min() > 0 else "linear"
