"""Points and arrows: scatters with sizes and colours that are numbers, hexagons, fields of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import collections, quiver

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter_kernel.figures.mpl.legends import hexed
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_points(sheet: Sheet) -> None:
    """What ``Axes.scatter`` drew. Points whose colours the legend names become a series a colour."""
    for many in sheet.left(collections.PathCollection, collections.RegularPolyCollection):
        if hasattr(many, "_offsets3d") or type(many).__name__ == "QuadContourSet":
            continue
        sheet.take(many)
        offsets = floats(many.get_offsets())
        if not len(offsets):
            continue
        columns = {"x": offsets[:, 0], "y": offsets[:, 1]}
        _add_sizes(columns, many)
        values = many.get_array()
        if values is not None and floats(values).size == len(offsets):
            columns["z"] = floats(values).ravel()
            sheet.mappables.append(many)
            sheet.marks.append(Mark("scatter", columns, plain(sheet.label(many, ""))))
        else:
            _by_colour(sheet, many, columns)


def _add_sizes(columns: dict[str, NDArray[np.float64]], many: Any) -> None:
    sizes = floats(many.get_sizes())
    if sizes.size == columns["x"].size and sizes.size > 1 and np.any(sizes != sizes[0]):
        columns["size"] = sizes


def _by_colour(sheet: Sheet, many: Any, columns: dict[str, NDArray[np.float64]]) -> None:
    faces = floats(many.get_facecolor())
    if not len(faces):  # only outlines
        faces = floats(many.get_edgecolor())
    count = columns["x"].size
    if len(faces) != count or count < 2 or np.all(faces == faces[0]):
        colour = hexed(faces[0]) if len(faces) else ""
        sheet.marks.append(Mark("scatter", columns, plain(sheet.label(many, colour)), colour))
        return
    rounded = (faces * 255).round().astype(np.int64)
    keys = (rounded[:, 0] << 16) | (rounded[:, 1] << 8) | rounded[:, 2]
    own = str(many.get_label() or "")
    unique, first = np.unique(keys, return_index=True)
    unique = unique[np.argsort(first)]
    names = {int(key): sheet.legend.name(f"#{key:06x}") for key in unique[:50].tolist()}
    if len(unique) > 50 or list(names.values()).count("") > 1 or not any(names.values()):
        # No colour means a name, or colours run on between those that the legend shows.
        label = "" if own.startswith("_") else own
        sheet.marks.append(
            Mark("scatter", columns, plain(label), hexed(faces[0]) if len(unique) == 1 else "")
        )
        return
    for key, name in names.items():
        chosen = keys == key
        part = {column: values[chosen] for column, values in columns.items()}
        sheet.marks.append(Mark("scatter", part, plain(name), f"#{key:06x}"))


def read_hexagons(sheet: Sheet) -> None:
    """What ``Axes.hexbin`` drew."""
    for many in sheet.left(collections.PolyCollection):
        values = many.get_array()
        offsets = floats(many.get_offsets())
        if values is None or len(offsets) < 2 or floats(values).size != len(offsets):
            continue
        sheet.take(many)
        sheet.mappables.append(many)
        columns = {"x": offsets[:, 0], "y": offsets[:, 1], "z": floats(values).ravel()}
        sheet.marks.append(Mark("hexbin", columns, plain(sheet.label(many, ""))))


def read_vectors(sheet: Sheet) -> None:
    """``quiver`` and ``barbs``."""
    for arrows in sheet.left(quiver.Quiver, quiver.Barbs):
        sheet.take(arrows)
        if isinstance(arrows, quiver.Quiver):
            raw: tuple[Any, ...] = (arrows.X, arrows.Y, arrows.U, arrows.V)
        else:
            raw = (arrows.x, arrows.y, arrows.u, arrows.v)
        names = ("x", "y", "u", "v")
        columns = {name: floats(one).ravel() for name, one in zip(names, raw, strict=True)}
        if len({column.size for column in columns.values()}) == 1:
            sheet.marks.append(Mark("vector", columns, plain(sheet.label(arrows, ""))))
