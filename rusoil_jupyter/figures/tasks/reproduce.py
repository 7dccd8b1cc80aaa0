"""A figure as matplotlib code that draws it again from its numbers.

Every text of the figure is untrusted: it goes into the code as a Python literal (``repr``) and nowhere else,
and a dollar sign is escaped, so that nothing becomes mathematics that was not. The only names in the code are
those written here: of a series, the columns that a description is said to have, and no other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.reading import axis_of, number_of
from rusoil_jupyter.figures.values.description import COLUMNS
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, AxisName, Cell, Panel, Reference, Series

    Array = NDArray[np.float64]

MOST_POINTS = 2000  # of one series that are written into the code
MOST_NUMBERS = 60_000  # of all of them
_WIDTH = 100


def code(reading: Reading) -> str:
    """Python code that draws the figure: labels, units, scales, limits, several panels, dates and categories.

    Series of more than ``MOST_POINTS`` points are thinned, and a comment says so.

    Raises:
        InvalidRequest: the figure has no panels with numbers (a diagram, a picture alone).
    """
    panels = reading.description.panels
    if not any(panel.series or panel.references for panel in panels):
        raise InvalidRequest(
            _("There are no numbers to draw this figure from."),
            _("Ask for the code of a figure with axes and data."),
            field="task",
        )
    writer = _Writer(reading)
    body = writer.figure()
    imports = ["import matplotlib.pyplot as plt", "import numpy as np"]
    if "nan" in writer.needs:
        imports += ["", 'nan = float("nan")']
    return "\n".join([*imports, "", *body, "plt.show()", ""])


def text(words: str) -> str:
    """A text of a figure as a literal."""
    return repr(words.replace("$", "\\$"))


class _Writer:
    """The lines of one figure."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.needs: set[str] = set()
        self.left = MOST_NUMBERS

    def figure(self) -> list[str]:
        description = self.reading.description
        panels = description.panels
        places = [(panel.row, panel.column) for panel in panels]
        if len(set(places)) < len(places) or min(min(place) for place in places) < 1:
            places = [(number + 1, 1) for number in range(len(panels))]
        rows, columns = (max(place[axis] for place in places) for axis in (0, 1))
        if rows * columns > 400:
            rows, columns = len(panels), 1
            places = [(number + 1, 1) for number in range(len(panels))]
        width, height = description.size or (640 * min(columns, 4), 480 * min(rows, 4))
        size = f"({max(1.0, min(width, 4000) / 100):g}, {max(1.0, min(height, 4000) / 100):g})"
        lines = [f"fig = plt.figure(figsize={size})"]
        for panel, (row, column) in zip(panels, places, strict=True):
            deep = any(series.kind == "surface" for series in panel.series)
            extra = ', projection="3d"' if deep else ""
            lines += ["", f"ax = fig.add_subplot({rows}, {columns}, {(row - 1) * columns + column}{extra})"]
            lines += self._panel(panel)
        if description.title:
            lines += ["", f"fig.suptitle({text(description.title)})"]
        return [*lines, "fig.tight_layout()"]

    def _panel(self, panel: Panel) -> list[str]:
        lines: list[str] = []
        names: dict[tuple[AxisName, AxisName], str] = {("x", "y"): "ax"}
        made = {
            ("x", "y2"): ("right_axes", "ax.twinx()"),
            ("x2", "y"): ("top_axes", "ax.twiny()"),
            ("x2", "y2"): ("other_axes", "ax.twinx().twiny()"),
        }
        for series in panel.series:
            pair = (series.x, series.y)
            if pair not in names and pair in made:
                name, how = made[pair]
                names[pair] = name
                lines.append(f"{name} = {how}")
        for series in panel.series:
            lines += self._series(panel, series, names.get((series.x, series.y), "ax"))
        for reference in panel.references:
            lines += self._reference(panel, reference)
        lines += self._notes(panel)
        lines += self._axes(panel, names)
        if panel.title:
            lines.append(f"ax.set_title({text(panel.title)})")
        if panel.has_legend:
            title = f"title={text(panel.legend_title)}" if panel.legend_title else ""
            for name in names.values():
                lines += [f"if {name}.get_legend_handles_labels()[0]:", f"    {name}.legend({title})"]
        return lines

    def _axes(self, panel: Panel, names: dict[tuple[AxisName, AxisName], str]) -> list[str]:
        lines = []
        where: dict[AxisName, str] = {"x": "ax", "y": "ax"}
        for (x, y), name in names.items():
            where.setdefault(x, name)
            where.setdefault(y, name)
        for axis_name, axis in panel.axes.items():
            if axis_name not in where:
                if (
                    axis_name == "z"
                    and any(series.kind == "surface" for series in panel.series)
                    and axis.label
                ):
                    lines.append(f"ax.set_zlabel({text(axis.label)})")
                continue
            if not (axis.label or axis.range or axis.categories or axis.scale != "linear" or axis.inverted):
                continue
            lines += self._axis(where[axis_name], axis_name[0], axis)
        return lines

    def _axis(self, name: str, letter: str, axis: Axis) -> list[str]:
        lines = []
        if axis.label:
            lines.append(f"{name}.set_{letter}label({text(axis.label)})")
        if axis.scale in {"log", "symlog", "logit"}:
            lines.append(f'{name}.set_{letter}scale("{axis.scale}")')
        elif axis.scale == "sqrt":
            forward = "lambda v: np.sqrt(np.maximum(v, 0)), lambda v: np.asarray(v) ** 2"
            lines.append(f'{name}.set_{letter}scale("function", functions=({forward}))')
        if axis.kind == "category" and axis.categories:
            labels = ", ".join(text(category) for category in axis.categories)
            ticks = f"range({len(axis.categories)})"
            lines.append(f"{name}.set_{letter}ticks({ticks}, [{labels}])")
        if axis.range is not None:
            ends = [self._value(cell, axis) for cell in axis.range]
            if None not in ends and ends[0] != ends[1]:
                low, high = ends[::-1] if axis.inverted else ends
                lines.append(f"{name}.set_{letter}lim({low}, {high})")
                return lines
        if axis.inverted:
            lines.append(f"{name}.invert_{letter}axis()")
        return lines

    def _value(self, cell: Cell, axis: Axis | None) -> str | None:
        number = number_of(cell, axis)
        if not math.isfinite(number):
            return None
        if axis is not None and axis.kind == "date":
            moment = _moment(number)
            return None if moment == "NaT" else f'np.datetime64("{moment}")'
        return _number(number)

    def _array(self, values: Array, axis: Axis | None) -> str:
        if axis is not None and axis.kind == "date":
            cells = [f'"{_moment(v)}"' for v in values.tolist()]
            return _wrapped(cells, "np.array([", '], dtype="datetime64[ms]")')
        cells = [_number(v) for v in values.tolist()]
        if "nan" in cells:
            self.needs.add("nan")
        return _wrapped(cells, "np.array([", "])")

    def _series(self, panel: Panel, series: Series, name: str) -> list[str]:
        table = self.reading.table(series.id).columns
        columns = {key: column for key, column in table.items() if key in COLUMNS}
        length = max((len(column) for column in columns.values()), default=0)
        draw = _KINDS.get(series.kind)
        if not length or draw is None or not _needed(series) <= set(columns):
            return [f"# {series.kind}: there are no numbers to draw it from"]
        lines = []
        grid = series.kind in {"heatmap", "contour", "surface"}
        most = min(MOST_NUMBERS if grid else MOST_POINTS, max(2, self.left // max(len(columns), 1)))
        if length > most:
            kept = np.unique(np.linspace(0, length - 1, most).round().astype(int))
            columns = {key: column[kept] for key, column in columns.items() if len(column) == length}
            lines.append(f"# {most} of {length} points")
        elif series.sampled and series.id not in self.reading.arrays:
            lines.append(f"# {length} of {series.n} points, as they were saved")
        self.left -= sum(len(column) for column in columns.values())
        for key, column in columns.items():
            lines.append(f"{key} = {self._array(column, axis_of(panel, series, key))}")
        return lines + draw(series, name, set(columns))

    def _reference(self, panel: Panel, reference: Reference) -> list[str]:
        axis = panel.axes.get(reference.axis)
        letter = reference.axis[0]
        if letter not in {"x", "y"}:
            return []
        value = self._value(reference.value, axis)
        end = self._value(reference.end, axis) if reference.end is not None else None
        if value is None:
            return []
        label = f", label={text(reference.label)}" if reference.label else ""
        across = "axv" if letter == "x" else "axh"
        if end is not None:
            return [f"ax.{across}span({value}, {end}, alpha=0.2{label})"]
        return [f'ax.{across}line({value}, color="0.4", linestyle="--"{label})']

    def _notes(self, panel: Panel) -> list[str]:
        lines = []
        for place, note in enumerate(panel.notes):
            x, y = self._value(note.x, panel.axes.get("x")), self._value(note.y, panel.axes.get("y"))
            if x is not None and y is not None:
                lines.append(f"ax.annotate({text(note.text)}, ({x}, {y}))")
            else:
                top = max(0.02, 0.95 - 0.06 * place)
                lines.append(f"ax.text(0.03, {top:g}, {text(note.text)}, transform=ax.transAxes)")
        return lines


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "nan"
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment(seconds: float) -> str:
    """A date as NumPy writes it; ``NaT`` outside the years 1 to 9999, which matplotlib can't draw."""
    if not -62_135_596_800 <= seconds < 253_402_300_800:  # NaN, too
        return "NaT"
    return str(np.datetime64(round(seconds * 1000), "ms"))


def _wrapped(cells: list[str], begin: str, end: str) -> str:
    one = begin + ", ".join(cells) + end
    if len(one) <= _WIDTH:
        return one
    lines, line = [begin], "   "
    for cell in cells:
        if len(line) + len(cell) + 2 > _WIDTH:
            lines.append(line)
            line = "   "
        line += f" {cell},"
    return "\n".join([*lines, line, end])


def _look(series: Series, *, word: str = "color") -> str:
    look = f", label={text(series.label)}" if series.label else ""
    return f", {word}={text(series.colour)}{look}" if _is_colour(series.colour) else look


def _is_colour(colour: str) -> bool:
    return (
        len(colour) in {7, 9} and colour[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    )


def _line(series: Series, ax: str, _have: set[str]) -> list[str]:
    return [f"{ax}.plot(x, y{_look(series)})"]


def _step(series: Series, ax: str, _have: set[str]) -> list[str]:
    return [f'{ax}.step(x, y, where="post"{_look(series)})']


def _scatter(series: Series, ax: str, have: set[str]) -> list[str]:
    size = ", s=size" if "size" in have else ""
    if "z" in have:
        label = f", label={text(series.label)}" if series.label else ""
        return [f"points = {ax}.scatter(x, y, c=z{size}{label})", "fig.colorbar(points, ax=ax)"]
    return [f"{ax}.scatter(x, y{size}{_look(series)})"]


def _stem(series: Series, ax: str, _have: set[str]) -> list[str]:
    label = f", label={text(series.label)}" if series.label else ""
    if series.along == "y":
        return [f'{ax}.stem(y, x, orientation="horizontal"{label})']
    return [f"{ax}.stem(x, y{label})"]


def _area(series: Series, ax: str, _have: set[str]) -> list[str]:
    if series.along == "y":
        return [f"{ax}.fill_betweenx(y, x, alpha=0.5{_look(series)})"]
    return [f"{ax}.fill_between(x, y, alpha=0.5{_look(series)})"]


def _band(series: Series, ax: str, _have: set[str]) -> list[str]:
    along = "y" if series.along == "y" else "x"
    return [f"{ax}.fill_between{'x' if along == 'y' else ''}({along}, low, high, alpha=0.3{_look(series)})"]


def _bar(series: Series, ax: str, have: set[str]) -> list[str]:
    width = "width" if "width" in have else "0.8"
    if series.along == "y":
        base = ", left=base" if "base" in have else ""
        return [f"{ax}.barh(y, x, height={width}{base}{_look(series)})"]
    base = ", bottom=base" if "base" in have else ""
    return [f"{ax}.bar(x, y, width={width}{base}{_look(series)})"]


def _histogram(series: Series, ax: str, _have: set[str]) -> list[str]:
    if series.along == "y":
        return [f'{ax}.barh(left, x, height=right - left, align="edge"{_look(series)})']
    return [f'{ax}.bar(left, y, width=right - left, align="edge"{_look(series)})']


def _errorbar(series: Series, ax: str, have: set[str]) -> list[str]:
    if not {"low", "high"} <= have:
        return _line(series, ax, have)
    if series.along == "y":
        return [f'{ax}.errorbar(x, y, xerr=[x - low, high - x], fmt="o"{_look(series)})']
    return [f'{ax}.errorbar(x, y, yerr=[y - low, high - y], fmt="o"{_look(series)})']


def _box(series: Series, ax: str, have: set[str]) -> list[str]:
    place = series.along if series.along in have else "range(1, len(median) + 1)"
    pairs = [
        ("med", "median"),
        ("q1", "q1"),
        ("q3", "q3"),
        ("whislo", "low"),
        ("whishi", "high"),
        ("mean", "mean"),
    ]
    known = [(key, column) for key, column in pairs if column in have]
    if not {"median", "q1", "q3", "low", "high"} <= have:
        if not {"low", "high"} <= have or place not in have:
            return ["# box: its quartiles are not known"]
        lines = "hlines" if series.along == "y" else "vlines"
        return [f"{ax}.{lines}({place}, low, high)"]
    stats = ", ".join(f'"{key}": {column}[i]' for key, column in known)
    side = "horizontal" if series.along == "y" else "vertical"
    return [
        f'boxes = [{{{stats}, "fliers": []}} for i in range(len(median))]',
        f'{ax}.bxp(boxes, positions={place}, orientation="{side}", manage_ticks=False)',
    ]


def _pie(series: Series, ax: str, _have: set[str]) -> list[str]:
    names = ", ".join(text(name) for name in series.names)
    labels = f", labels=[{names}]" if series.names else ""
    return [f"{ax}.pie(y{labels})"]


def _grid(draw: str, scattered: str) -> Callable[[Series, str, set[str]], list[str]]:
    def lines(_series: Series, ax: str, have: set[str]) -> list[str]:
        if not {"x", "y", "z"} <= have:
            return ["# there are no numbers to draw it from"]
        return [
            "columns, rows = np.unique(x), np.unique(y)",
            "if len(columns) * len(rows) == len(z):",
            "    grid = z[np.lexsort((x, y))].reshape(len(rows), len(columns))",
            f"    cells = {ax}.{draw}",
            "else:",
            f"    cells = {ax}.{scattered}",
            "fig.colorbar(cells, ax=ax)",
        ]

    return lines


def _hexbin(_series: Series, ax: str, have: set[str]) -> list[str]:
    if not {"x", "y", "z"} <= have:
        return ["# hexbin: there are no numbers to draw it from"]
    return [f'cells = {ax}.scatter(x, y, c=z, marker="h")', "fig.colorbar(cells, ax=ax)"]


def _surface(_series: Series, ax: str, have: set[str]) -> list[str]:
    return [f"{ax}.scatter(x, y, z, c=z)"] if {"x", "y", "z"} <= have else ["# surface: no numbers"]


def _vector(series: Series, ax: str, have: set[str]) -> list[str]:
    return [f"{ax}.quiver(x, y, u, v)"] if {"x", "y", "u", "v"} <= have else _scatter(series, ax, have)


_NEEDED: dict[str, tuple[str, ...]] = {
    "band": ("low", "high"),
    "histogram": ("left", "right"),
    "pie": ("y",),
} | dict.fromkeys(("line", "step", "scatter", "stem", "area", "bar", "errorbar", "vector"), ("x", "y"))


def _needed(series: Series) -> set[str]:
    """The columns that its code names whatever there is; the other kinds look for themselves."""
    across = "x" if series.along == "y" else "y"
    own = {"band": series.along, "histogram": across}.get(series.kind)
    return {*_NEEDED.get(series.kind, ()), *([own] if own else [])}


_KINDS: dict[str, Callable[[Series, str, set[str]], list[str]]] = {
    "line": _line,
    "step": _step,
    "scatter": _scatter,
    "stem": _stem,
    "area": _area,
    "bar": _bar,
    "histogram": _histogram,
    "band": _band,
    "errorbar": _errorbar,
    "box": _box,
    "violin": _box,
    "pie": _pie,
    "heatmap": _grid('pcolormesh(columns, rows, grid, shading="nearest")', 'scatter(x, y, c=z, marker="s")'),
    "contour": _grid("contourf(columns, rows, grid)", "tricontourf(x, y, z)"),
    "hexbin": _hexbin,
    "surface": _surface,
    "vector": _vector,
}
