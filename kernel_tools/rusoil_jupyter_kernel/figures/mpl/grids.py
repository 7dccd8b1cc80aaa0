"""Values on a grid: pictures of numbers, meshes, heat maps, contours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import collections, contour, image

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter_kernel.figures import recording
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CELLS = 250_000  # of a picture or mesh; of a larger one every n-th row and column is read


def read_pictures(sheet: Sheet) -> None:
    """``imshow`` and ``matshow``: a heat map where the pixels are numbers, else a picture."""
    for one in sheet.left(image.AxesImage):
        sheet.take(one)
        pixels = one.get_array()
        if pixels is None or np.ndim(pixels) != 2:
            sheet.marks.append(Mark("image"))
            continue
        left, right, bottom, top = map(float, one.get_extent())
        rows, columns = pixels.shape
        x = _centres(left, right, columns)
        y = _centres(bottom, top, rows) if one.origin == "lower" else _centres(top, bottom, rows)
        sheet.mappables.append(one)
        sheet.marks.append(_grid(x[None, :], y[:, None], pixels, ""))


def _centres(begin: float, end: float, count: int) -> NDArray[np.float64]:
    step = (end - begin) / count
    return np.asarray(begin + step * (np.arange(count) + 0.5))


def read_meshes(sheet: Sheet) -> None:
    """``pcolormesh``, ``pcolor``, ``hist2d`` and seaborn's heat map."""
    poly = getattr(collections, "PolyQuadMesh", collections.QuadMesh)
    for one in sheet.left(collections.QuadMesh, poly):
        sheet.take(one)
        values = one.get_array()
        corners = floats(one.get_coordinates())
        if values is None or np.ndim(values) > 2:
            sheet.marks.append(Mark("image"))
            continue
        rows, columns = corners.shape[0] - 1, corners.shape[1] - 1
        if np.size(values) == corners.shape[0] * corners.shape[1]:  # shaded smoothly: values at the corners
            rows, columns, centres = rows + 1, columns + 1, corners
        elif np.size(values) == rows * columns:
            centres = (corners[:-1, :-1] + corners[1:, :-1] + corners[:-1, 1:] + corners[1:, 1:]) / 4
        else:
            sheet.marks.append(Mark("other"))
            continue
        sheet.mappables.append(one)
        grid = np.reshape(values, (rows, columns))
        sheet.marks.append(_grid(centres[:, :, 0], centres[:, :, 1], grid, plain(sheet.label(one, ""))))


def _grid(x: Any, y: Any, values: Any, label: str) -> Mark:
    step = int(np.ceil(np.sqrt(values.size / MOST_CELLS))) if values.size > MOST_CELLS else 1
    thin = values[::step, ::step]
    x = np.broadcast_to(x, values.shape)[::step, ::step]
    y = np.broadcast_to(y, values.shape)[::step, ::step]
    columns = {"x": floats(x).ravel(), "y": floats(y).ravel(), "z": floats(thin).ravel()}
    return Mark("heatmap", columns, label, whole=step == 1)


def read_contours(sheet: Sheet) -> None:
    """``contour`` and ``contourf``: the grid where the call was recorded, else points on the lines."""
    for one in sheet.left(contour.ContourSet):
        sheet.take(one, *getattr(one, "labelTexts", ()))
        sheet.mappables.append(one)
        record = recording.of(one)
        if record is not None and record.kind == "contour":
            sheet.marks.append(Mark("contour", dict(record.data), plain(sheet.label(one, ""))))
            continue
        levels = floats(one.levels)
        points = [floats(path.vertices) for path in one.get_paths()]
        points = [rows[:: max(1, len(rows) // 200)] for rows in points]
        z = [np.full(len(rows), level) for rows, level in zip(points, levels.tolist(), strict=False)]
        if any(len(rows) for rows in points):
            xy = np.concatenate(points[: len(z)])
            columns = {"x": xy[:, 0], "y": xy[:, 1], "z": np.concatenate(z)}
            sheet.marks.append(Mark("contour", columns, plain(sheet.label(one, "")), whole=False))


def read_triangles(sheet: Sheet) -> None:
    """``tripcolor``: values at the middles of the triangles."""
    for one in sheet.left(collections.PolyCollection):
        values = one.get_array()
        if values is None:
            continue
        paths = one.get_paths()
        if np.size(values) == len(paths) and len(paths) > 1 and len(paths) <= MOST_CELLS:
            sheet.take(one)
            sheet.mappables.append(one)
            middles = np.array([path.vertices[:-1].mean(axis=0) for path in paths])
            columns = {"x": middles[:, 0], "y": middles[:, 1], "z": floats(values).ravel()}
            sheet.marks.append(Mark("heatmap", columns, plain(sheet.label(one, ""))))
