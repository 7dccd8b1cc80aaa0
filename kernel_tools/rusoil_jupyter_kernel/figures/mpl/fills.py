"""Filled areas: under a curve, between two, stacked, and the bodies of violins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib import collections, lines

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter_kernel.figures import recording
from rusoil_jupyter_kernel.figures.mpl.legends import hexed
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FEWEST_OUTLINE = 20  # points of one side of a violin


def read_violins(sheet: Sheet) -> None:
    """Violins of matplotlib by their record, those of seaborn by their outline and the lines inside."""
    read: set[int] = set()
    outlines: list[tuple[Any, Mark]] = []
    for body in sheet.left(collections.PolyCollection):
        record = recording.of(body)
        if record is not None and record.kind == "violin":
            if id(record) not in read:
                read.add(id(record))
                sheet.marks.append(_recorded(sheet, record, body))
        elif mark := _outlined(sheet, body):
            outlines.append((body, mark))
    for body, mark in outlines:
        sheet.take(body)
        _read_inside(sheet, mark)
        mark.columns.pop("begin")
        mark.columns.pop("end")
        sheet.marks.append(mark)


def _recorded(sheet: Sheet, record: recording.Record, body: Any) -> Mark:
    for name in record.parts:
        sheet.take(*record.artists(name))
    data, colour = record.data, hexed(body.get_facecolor()[0])
    along: Literal["x", "y"] = "y" if data["horizontal"] else "x"
    columns = {along: data["positions"], "low": data["min"], "high": data["max"], "median": data["median"]}
    columns["mean"] = data["mean"]
    if all(len(one) in {2, 3} for one in data["quantiles"]):
        columns["q1"] = floats([one[0] for one in data["quantiles"]])
        columns["q3"] = floats([one[-1] for one in data["quantiles"]])
    columns = {name: column for name, column in columns.items() if not np.all(np.isnan(column))}
    return Mark("violin", columns, plain(sheet.label(body, colour)), colour, along)


def _outlined(sheet: Sheet, body: Any) -> Mark | None:
    """A body on an axis of categories, alike on both sides of its place or cut straight there."""
    sides = _sides(body)
    if len(sides) != 1:
        return None
    along, t, one, other = sides[0]
    places: Literal["x", "y"] = "y" if along == "x" else "x"
    if t.size < FEWEST_OUTLINE or sheet.ruler(places).axis.kind != "category":
        return None
    middle = (one + other) / 2
    if np.ptp(middle) <= 1e-6:
        centre = float(middle[0])
    elif np.ptp(one) <= 1e-9 or np.ptp(other) <= 1e-9:
        centre = float(one[0] if np.ptp(one) <= 1e-9 else other[0])
    else:
        return None
    colour = hexed(body.get_facecolor()[0]) if len(body.get_facecolor()) else ""
    begin, end = min(one.min(), other.min()), max(one.max(), other.max())
    columns = {places: floats([centre]), "low": floats([t.min()]), "high": floats([t.max()])}
    columns |= {"begin": floats([begin]), "end": floats([end])}
    return Mark("violin", columns, sheet.legend.name(colour), colour, places)


def _read_inside(sheet: Sheet, mark: Mark) -> None:
    """The quartiles that seaborn draws into a violin: a thick line and a dot, or three lines across."""
    begin, end = float(mark.columns["begin"][0]), float(mark.columns["end"][0])
    centre, support = float(mark.columns[mark.along][0]), (mark.columns["low"][0], mark.columns["high"][0])
    lengthwise: list[tuple[float, float, float]] = []
    crosswise: list[float] = []
    for line in list(sheet.left(lines.Line2D)):
        if not sheet.in_data(line) or not str(line.get_label()).startswith("_"):
            continue
        data = [floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))]
        place, value = data if mark.along == "x" else data[::-1]
        if place.size not in {1, 2} or not np.all((place >= begin - 1e-6) & (place <= end + 1e-6)):
            continue
        if np.any((value < support[0] - 1e-9) | (value > support[1] + 1e-9)):
            continue
        if place.size == 1 or value[0] == value[1]:
            crosswise.append(float(value[0]))
        elif np.all(np.abs(place - centre) < 1e-6):
            lengthwise.append((float(line.get_linewidth()), float(value.min()), float(value.max())))
        else:
            continue
        sheet.take(line)
    if len(lengthwise) == 2:
        thin, thick = sorted(lengthwise)
        _set(mark, low=thin[1], high=thin[2], q1=thick[1], q3=thick[2])
    if len(crosswise) == 3:
        low, middle, high = sorted(crosswise)
        _set(mark, q1=low, median=middle, q3=high)
    elif len(crosswise) == 1:
        _set(mark, median=crosswise[0])


def _set(mark: Mark, **values: float) -> None:
    for name, value in values.items():
        mark.columns[name] = floats([value])


def read_fills(sheet: Sheet) -> None:
    """``fill_between`` and ``stackplot``: areas where one side is zero or the layer below, else bands."""
    found: list[tuple[Mark, Numbers, Numbers]] = []
    for body in sheet.left(collections.PolyCollection):
        if body.get_array() is not None or not sheet.in_data(body):
            continue
        sides = _sides(body)
        if not sides:
            continue
        sheet.take(body)
        along = sides[0][0]
        t, one, other = (_with_gaps([side[place] for side in sides]) for place in (1, 2, 3))
        colour = hexed(body.get_facecolor()[0]) if len(body.get_facecolor()) else ""
        columns = {along: t, "low": np.fmin(one, other), "high": np.fmax(one, other)}
        mark = Mark("band", columns, plain(sheet.label(body, colour)), colour, along)
        found.append((mark, one, other))
    sheet.marks += _stacked(found)


def _with_gaps(pieces: list[Any]) -> Numbers:
    gap = floats([np.nan])
    parts = [part for piece in pieces for part in (piece, gap)][:-1]
    return np.concatenate(parts) if len(parts) > 1 else floats(parts[0])


def _stacked(found: list[tuple[Mark, Numbers, Numbers]]) -> list[Mark]:
    marks: list[Mark] = []
    below: tuple[Mark, Numbers] | None = None
    for mark, one, other in found:
        along, across = mark.along, mark.across
        t, low, high = mark.columns[along], mark.columns["low"], mark.columns["high"]
        on_top = below is not None and any(
            below[1].shape == edge.shape and np.allclose(below[1], edge, equal_nan=True)
            for edge in (one, other)
        )
        if on_top and below is not None:
            first = below[0]
            if first.kind == "band":  # the lowest layer of a stream: its thickness is its value
                first.kind = "area"
                first.columns = {
                    along: first.columns[along],
                    across: first.columns["high"] - first.columns["low"],
                }
            first.stack = first.stack or f"stack{len(marks)}"
            mark.kind, mark.stack, mark.columns = "area", first.stack, {along: t, across: high - low}
        elif np.all((low == 0) | np.isnan(low)):
            mark.kind, mark.columns = "area", {along: t, across: high}
        elif np.all((high == 0) | np.isnan(high)):
            mark.kind, mark.columns = "area", {along: t, across: low}
        elif _is_constant(low) and not _is_constant(high):
            mark.kind, mark.columns = "area", {along: t, across: high}
        mark.top = high
        marks.append(mark)
        below = (mark, high)
    return marks


def _is_constant(column: Numbers) -> bool:
    known = column[np.isfinite(column)]
    return bool(known.size > 1 and np.all(known == known[0]))


def _sides(body: Any) -> list[tuple[Literal["x", "y"], Numbers, Numbers, Numbers]]:
    """The places and the two sides of each piece of a ``fill_between``; nothing for another polygon.

    The outline begins on the second side, follows the first one, and comes back along the second.
    """
    sides: list[tuple[Literal["x", "y"], Numbers, Numbers, Numbers]] = []
    for path in body.get_paths():
        outline = floats(path.vertices)
        if len(outline) > 1 and np.array_equal(outline[0], outline[-1]):
            outline = outline[:-1]
        count, odd = divmod(len(outline) - 2, 2)
        if count < 1 or odd:
            return []
        there, back = outline[1 : count + 1], outline[count + 2 :][::-1]
        for along, place in (("x", 0), ("y", 1)):
            if np.array_equal(there[:, place], back[:, place]) and not (
                np.array_equal(there[:, 1 - place], back[:, 1 - place]) and count > 1
            ):
                value = 1 - place
                sides.append((along, there[:, place], there[:, value], back[:, value]))  # type: ignore[arg-type]
                break
        else:
            return []
    return sides if len({side[0] for side in sides}) == 1 else []
