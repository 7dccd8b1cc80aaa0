"""Three dimensions, coarsely: the points that lines, scatters and surfaces are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter_kernel.figures.mpl.legends import hexed
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_solids(sheet: Sheet) -> None:
    """Every artist of an ``Axes3D`` that knows its places, as ``x``, ``y``, ``z``."""
    for artist in list(sheet.left(object)):
        points = _points(artist)
        if points is None:
            continue
        sheet.take(artist)
        colour = _colour(artist)
        names = ("x", "y", "z")
        columns = {name: floats(one).ravel() for name, one in zip(names, points, strict=True)}
        if len({column.size for column in columns.values()}) == 1 and columns["x"].size:
            sheet.marks.append(Mark("surface", columns, plain(sheet.label(artist, colour)), colour))


def _points(artist: Any) -> Any:
    if hasattr(artist, "get_data_3d"):
        return artist.get_data_3d()
    if hasattr(artist, "_offsets3d"):
        return artist._offsets3d
    if hasattr(artist, "_vec"):  # faces
        return _unique(floats(artist._vec)[:3])
    if hasattr(artist, "_faces") and np.size(artist._faces):
        faces: Any = np.ma.filled(np.ma.asarray(artist._faces, dtype=float), np.nan)
        return _unique(faces.reshape(-1, 3).T)
    if hasattr(artist, "_segments3d"):
        segments = [floats(one) for one in artist._segments3d]
        return _unique(np.concatenate(segments).T) if segments else None
    return None


def _unique(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners that faces share, once; in the order of the first."""
    finite = points[:, np.isfinite(points).all(axis=0)]
    _corners, first = np.unique(finite, axis=1, return_index=True)
    return np.asarray(finite[:, np.sort(first)])


def _colour(artist: Any) -> str:
    for name in ("get_color", "get_facecolor"):
        if hasattr(artist, name):
            value = getattr(artist, name)()
            rows = np.atleast_2d(value) if not isinstance(value, str) else [value]
            return hexed(rows[0]) if len(rows) == 1 else ""
    return ""
