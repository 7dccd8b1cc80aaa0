"""A matplotlib figure as a reading: everything that was drawn, from the artists that drew it.

seaborn and pandas draw with matplotlib and are read here too. Imported only when the first figure is shown:
this module and those beside it import matplotlib.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LogNorm, Normalize

from rusoil_jupyter.figures.budget import MOST_POINTS, summarised
from rusoil_jupyter.figures.readers.settling import runs_along_names
from rusoil_jupyter.figures.reading import Columns, Reading
from rusoil_jupyter.figures.units import parted, plain
from rusoil_jupyter.figures.values.description import Axis, AxisName, FigureDescription, Panel, Series
from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.figures.mpl import bars, boxes, fills, grids, joining, lines, points, solids, texts
from rusoil_jupyter_kernel.figures.mpl.legends import Legend, read_legend
from rusoil_jupyter_kernel.figures.mpl.rulers import read_ruler, read_texts_as_numbers
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_PANELS = 100
MOST_SERIES = 60  # of a panel
MOST_SECONDS = 0.12  # then the series that are left are only named
MOST_WHOLE = 160  # points that are saved without sampling where there is room
SHARED_POINTS = 3000  # of all marks together, about: more would not fit
FEWEST_POINTS = 12
_VALUE_COLUMNS = {"base", "low", "high", "q1", "q3", "median", "mean", "x", "y"}


def read(figure: Figure, crop: Any = None, axes: Any = None) -> Reading:
    """The figure's description, not yet cut to size, and the arrays of its series.

    Args:
        figure: drawn or not.
        crop: the part of it that is shown, as a ``Bbox`` in inches; the whole by default.
        axes: only these, with what shares their place; all by default.

    Raises:
        Exception: whatever somebody's own artists raise.
    """
    return _Reader(figure, crop, axes).reading()


class _Reader:
    """Reads one figure. Ids count up through the whole figure."""

    def __init__(self, figure: Any, crop: Any = None, axes: Any = None) -> None:
        self._figure = figure
        self._crop = crop
        self._axes = axes
        self._arrays: dict[str, Columns] = {}
        self._began = time.perf_counter()
        self._late = False
        self._whole, self._most = MOST_WHOLE, MOST_POINTS
        self._thinned = False
        self._count = 0

    def reading(self) -> Reading:
        figure = self._figure
        groups = list(_coordinate_systems(figure))
        if self._axes is not None:
            groups = [group for group in groups if any(axes is self._axes for axes in group)]
        marks = sum(_marks_in(axes) for group in groups for axes in group)
        self._whole = min(MOST_WHOLE, max(FEWEST_POINTS, SHARED_POINTS // max(marks, 1)))
        self._most = min(MOST_POINTS, self._whole)
        panels = [panel for group in groups[:MOST_PANELS] for panel in self._panels(group)]
        panels = self._whole_again(panels)
        panels = [panel.model_copy(update={"id": f"p{row}"}) for row, panel in enumerate(panels, start=1)]
        inches = figure.get_size_inches() if self._crop is None else np.array(self._crop.size)
        width, height = (inches * figure.dpi).round().astype(int).tolist()
        omitted = []
        if self._late:
            omitted.append(_("the numbers of some series: there was no time for so many"))
        if self._thinned:
            omitted.append(_("some rows and columns of large grids"))
        if len(groups) > MOST_PANELS:
            omitted.append(_("further panels"))
        description = FigureDescription(
            library="matplotlib",
            title=plain(_suptitle(figure))[:500],
            size=(width, height),
            panels=tuple(panels),
            omitted=tuple(omitted),
        )
        return Reading(description, self._arrays)

    def _whole_again(self, panels: list[Panel]) -> list[Panel]:
        """Panels that show parts of one axis of the same marks (a broken axis) as the one panel they are."""
        kept: list[Panel] = []
        for panel in panels:
            place = next((place for place, one in enumerate(kept) if self._is_part(one, panel)), None)
            if place is None:
                kept.append(panel)
            else:
                kept[place] = _joined(kept[place], panel)
        return kept

    def _is_part(self, one: Panel, other: Panel) -> bool:
        if not one.series or len(one.series) != len(other.series) or set(one.axes) != set(other.axes):
            return False
        return _is_cut(one, other) and all(map(self._is_same, one.series, other.series))

    def _is_same(self, one: Series, other: Series) -> bool:
        if (one.kind, one.label, one.colour, one.n) != (other.kind, other.label, other.colour, other.n):
            return False
        mine, others = self._arrays.get(one.id), self._arrays.get(other.id)
        return (
            mine is not None
            and others is not None
            and set(mine) == set(others)
            and all(np.array_equal(mine[name], others[name], equal_nan=True) for name in mine)
        )

    def _panels(self, group: list[Any]) -> Iterator[Panel]:
        """One panel for axes that share a place: twins have the names x2 and y2; a third pair is a panel."""
        first, *others = group
        twins: dict[str, Any] = {}
        rest: list[Any] = []
        for axes in others:
            if _shares(first, axes, "x") and "y2" not in twins:
                twins["y2"] = axes
            elif _shares(first, axes, "y") and "x2" not in twins:
                twins["x2"] = axes
            else:
                rest.append(axes)
        yield self._panel(first, twins)
        for axes in rest:
            yield self._panel(axes, {})

    def _panel(self, axes: Any, twins: dict[str, Any]) -> Panel:
        main = self._sheet(axes, "x", "y")
        sheets: list[tuple[Sheet, AxisName, AxisName]] = [(main, "x", "y")]
        if "y2" in twins:
            sheets.append((self._sheet(twins["y2"], "x", "y2"), "x", "y2"))
        if "x2" in twins:
            sheets.append((self._sheet(twins["x2"], "x2", "y"), "x2", "y"))
        named: dict[AxisName, Axis] = {}
        for sheet, x, y in sheets:
            named.setdefault(x, sheet.x.axis)
            named.setdefault(y, sheet.y.axis)
        named |= _shared_labels(axes.get_figure(), named)
        if any(mark.kind == "pie" for mark in main.marks) and len(main.marks) == 1:
            named = {}
        if hasattr(axes, "zaxis"):
            named["z"] = read_ruler(axes.zaxis).axis
        mappables = [one for sheet, _x, _y in sheets for one in sheet.mappables]
        if mappables:
            named["color"] = _colour_axis(mappables)
        series = [one for sheet, x, y in sheets for one in self._series(sheet, x, y, named)]
        row, column = _grid_place(axes)
        legends = [sheet.legend for sheet, _x, _y in sheets]
        return Panel(
            id="p",
            title=plain(_title(axes))[:500],
            row=row,
            column=column,
            box=_box(axes, self._crop),
            axes=named,
            series=tuple(series[:500]),
            references=tuple(one for sheet, _x, _y in sheets for one in sheet.references)[:200],
            notes=tuple(one for sheet, _x, _y in sheets for one in sheet.notes)[:200],
            legend_title=next((one.title for one in legends if one.title), "")[:500],
            has_legend=any(one.shown for one in legends),
            legend=_own_entries(legends, series),
        )

    def _sheet(self, axes: Any, x: AxisName, y: AxisName) -> Sheet:
        sheet = Sheet(axes, read_ruler(axes.xaxis), read_ruler(axes.yaxis), read_legend(axes))
        if hasattr(axes, "zaxis"):
            solids.read_solids(sheet)
            texts.read_notes(sheet)
            return sheet
        bars.read_pies(sheet)
        boxes.read_boxes(sheet)
        lines.read_stems(sheet)
        lines.read_error_bars(sheet)
        bars.read_bars(sheet)
        bars.read_stairs(sheet)
        bars.read_spans(sheet, x, y)
        lines.read_references(sheet, x, y)
        fills.read_violins(sheet)
        grids.read_contours(sheet)
        grids.read_pictures(sheet)
        grids.read_meshes(sheet)
        points.read_vectors(sheet)
        points.read_hexagons(sheet)
        points.read_points(sheet)
        grids.read_triangles(sheet)
        fills.read_fills(sheet)
        lines.read_lines(sheet)
        lines.read_segments(sheet)
        bars.read_loose(sheet)
        joining.join(sheet)
        texts.read_notes(sheet)
        _read_values_given_as_texts(sheet)
        for mark in sheet.marks:
            if runs_along_names(mark, sheet.x.axis.kind, sheet.y.axis.kind):
                mark.along = "y"
        return sheet

    def _series(
        self, sheet: Sheet, x: AxisName, y: AxisName, named: dict[AxisName, Axis]
    ) -> Iterator[Series]:
        for mark in sheet.marks[:MOST_SERIES]:
            self._count += 1
            known = Series(
                id=f"s{self._count}",
                kind=mark.kind,
                label=mark.label[:500],
                colour=mark.colour,
                x=x,
                y=y,
                along=mark.along,
                names=mark.names[:2000],
                stack=mark.stack,
            )
            if not mark.columns:
                yield known
                continue
            columns = _converted(sheet, mark)
            length = max(column.size for column in columns.values())
            self._thinned = self._thinned or not mark.whole
            if time.perf_counter() - self._began > MOST_SECONDS and length > 1000:
                self._late = True
                yield known.model_copy(update={"n": length, "sampled": True})
                continue
            if mark.whole:
                self._arrays[known.id] = columns
            yield summarised(known, columns, named, length if length <= self._whole else self._most)


def _own_entries(legends: list[Legend], series: list[Series]) -> tuple[str, ...]:
    """The entries of the legends where the labels of the series do not tell them."""
    entries = tuple(dict.fromkeys(entry[:500] for one in legends for entry in one.entries))[:200]
    return () if set(entries) == {one.label for one in series} else entries


def _is_cut(one: Panel, other: Panel) -> bool:
    """Whether they stand in one row or column and show different stretches of one axis, and the same of the
    other.
    """
    cut: Any = "y" if one.column == other.column else "x"
    along: Any = "x" if cut == "y" else "y"
    if not {"x", "y"} <= set(one.axes) or one.axes[along].range != other.axes[along].range:
        return False
    first, second = one.axes[cut].range, other.axes[cut].range
    if first is None or second is None or one.axes[cut].kind != "number":
        return False
    return max(first[0], second[0]) > min(first[1], second[1])  # type: ignore[type-var, operator]


def _joined(one: Panel, other: Panel) -> Panel:
    axes = dict(one.axes)
    for name in ("x", "y"):
        mine, others = one.axes[name], other.axes[name]
        if mine.range != others.range and mine.range is not None and others.range is not None:
            ends: Any = [*mine.range, *others.range]
            mine = mine.model_copy(update={"range": (min(ends), max(ends))})
        axes[name] = (
            mine if mine.label else mine.model_copy(update={"label": others.label, "unit": others.unit})
        )
    return one.model_copy(update={"axes": axes, "title": one.title or other.title})


def _read_values_given_as_texts(sheet: Sheet) -> None:
    """Numbers given as texts are numbers where values are measured; along the other axis they are names."""
    sides = {mark.across for mark in sheet.marks}
    if sides == {"y"}:
        sheet.y = read_texts_as_numbers(sheet.axes.yaxis, sheet.y)
    elif sides == {"x"}:
        sheet.x = read_texts_as_numbers(sheet.axes.xaxis, sheet.x)


def _converted(sheet: Sheet, mark: Mark) -> dict[str, Any]:
    """The mark's columns in the numbers of a table: seconds, places, or as they are."""
    columns = {}
    for name, column in mark.columns.items():
        if name in {"x", "y"}:
            axis = name
        elif name in {"left", "right"}:
            axis = mark.along
        elif name in _VALUE_COLUMNS:
            axis = mark.across
        else:
            columns[name] = column
            continue
        ruler = sheet.x if axis == "x" else sheet.y
        if mark.kind == "pie":
            columns[name] = column
        elif ruler.axis.kind == "category" and mark.kind not in {"line", "step", "area", "band"}:
            columns[name] = ruler.places(column)
        elif ruler.axis.kind == "category":
            snapped = ruler.places(column)
            alike = np.unique(snapped[np.isfinite(snapped)]).size == np.count_nonzero(np.isfinite(snapped))
            columns[name] = snapped if alike else ruler.numbers(column)
        elif ruler.axis.kind == "date" and name == mark.across and mark.kind in {"bar", "histogram"}:
            base = mark.columns.get("base", np.zeros_like(column))  # a length of time, not a moment
            columns[name] = ruler.numbers(base + column) - ruler.numbers(base)
        else:
            columns[name] = ruler.numbers(column)
    return columns


def _marks_in(axes: Any) -> int:
    """About how many series the axes have: pieces of boxes and error bars are lines of two points."""
    lines = sum(np.size(line.get_xdata(orig=False)) > 2 for line in axes.lines)
    return int(lines) + len(axes.collections) + len(axes.images) + len(axes.containers)


def _coordinate_systems(figure: Any) -> Iterator[list[Any]]:
    """Axes by place: twins together, the first one first; no colour bars, nothing that is not shown."""
    seen: set[int] = set()
    everything = [child for axes in figure.axes for child in (axes, *_insets(axes))]
    shown = [axes for axes in everything if axes.get_visible() and not _is_colour_bar(axes)]
    for axes in shown:
        if id(axes) in seen or (not axes.axison and not axes.get_children()):
            continue
        twins = [other for other in shown if other is axes or _are_twins(axes, other)]
        twins = [other for other in twins if id(other) not in seen]
        seen.update(map(id, twins))
        yield twins


def _insets(axes: Any) -> list[Any]:
    return [
        child
        for child in axes.child_axes
        if hasattr(child, "containers") and not hasattr(child, "_functions")
    ]


def _is_colour_bar(axes: Any) -> bool:
    return getattr(axes, "_colorbar", None) is not None or axes.get_label() == "<colorbar>"


def _are_twins(one: Any, other: Any) -> bool:
    twinned = getattr(one, "_twinned_axes", None)
    return twinned is not None and bool(twinned.joined(one, other))


def _shares(one: Any, other: Any, axis: str) -> bool:
    shared = one.get_shared_x_axes() if axis == "x" else one.get_shared_y_axes()
    return bool(shared.joined(one, other))


def _suptitle(figure: Any) -> str:
    title = figure.get_suptitle() if hasattr(figure, "get_suptitle") else ""
    if title:
        return str(title)
    for inner in getattr(figure, "subfigs", []):
        if text := _suptitle(inner):
            return text
    return ""


def _shared_labels(figure: Any, named: dict[AxisName, Axis]) -> dict[AxisName, Axis]:
    """Axes without a label of their own, with the figure's (``supxlabel``, ``supylabel``)."""
    labelled: dict[AxisName, Axis] = {}
    for name, label in (("x", figure.get_supxlabel()), ("y", figure.get_supylabel())):
        if label and name in named and not named[name].label:
            text = plain(label)[:500]
            labelled[name] = named[name].model_copy(update={"label": text, "unit": parted(text)[1]})
    return labelled


def _title(axes: Any) -> str:
    titles = (axes.get_title(loc) for loc in ("center", "left", "right"))
    return " ".join(filter(None, titles))


def _grid_place(axes: Any) -> tuple[int, int]:
    spec = axes.get_subplotspec() if hasattr(axes, "get_subplotspec") else None
    if spec is None:
        return 1, 1
    return int(spec.rowspan.start) + 1, int(spec.colspan.start) + 1


def _box(axes: Any, crop: Any) -> tuple[float, float, float, float]:
    """The panel's place in the picture, which may be cropped to what is drawn."""
    box = axes.get_position()
    if axes.get_axes_locator() is not None:  # an inset
        box = axes.get_window_extent().transformed(axes.figure.transFigure.inverted())
    width, height = axes.get_figure(root=True).get_size_inches()
    left, bottom, wide, tall = (0.0, 0.0, width, height) if crop is None else crop.bounds
    x0, x1 = ((one * width - left) / wide for one in (box.x0, box.x1))
    y0, y1 = ((one * height - bottom) / tall for one in (box.y0, box.y1))
    left, top, right, bottom = (round(min(max(float(one), 0.0), 1.0), 4) for one in (x0, 1 - y1, x1, 1 - y0))
    return left, top, right, bottom


def _colour_axis(mappables: list[Any]) -> Axis:
    """What colours mean: label and scale from the colour bar, of the first mappable that has one."""
    one = next((one for one in mappables if getattr(one, "colorbar", None) is not None), mappables[0])
    bar = getattr(one, "colorbar", None)
    label = ""
    if bar is not None:
        label = plain(bar.ax.get_ylabel() or bar.ax.get_xlabel() or bar.ax.get_title())
    norm = one.norm
    limits = None
    if isinstance(norm, Normalize) and norm.vmin is not None and norm.vmax is not None:
        low, high = float(f"{float(norm.vmin):.6g}"), float(f"{float(norm.vmax):.6g}")
        limits = (low, high) if np.isfinite([low, high]).all() else None
    scale: Any = "log" if isinstance(norm, LogNorm) else "linear"
    return Axis(label=label[:500], unit=parted(label)[1], scale=scale, range=limits)


def placing(figure: Any) -> Any:
    """A function from a panel, a series, its table and a row to shares of the picture, uncropped.

    It gives ``None`` where a point has no place: for pies, boxes and what stands in three dimensions.
    """
    groups = list(_coordinate_systems(figure))
    inverses: dict[int, Any] = {}

    def place(panel: Panel, series: Series, table: Any, row: int) -> tuple[float, float] | None:
        axes = _axes_of(groups, panel, series)
        columns = table.columns
        value = next((name for name in ("x", "y") if name != series.along and name in columns), "")
        if axes is None or not value or series.along not in columns or hasattr(axes, "zaxis"):
            return None
        numbers = {series.along: columns[series.along][row], value: columns[value][row]}
        if "base" in columns and series.kind in {"bar", "histogram"}:
            numbers[value] += columns["base"][row]
        if id(axes) not in inverses:
            inverses[id(axes)] = _inverse(axes.xaxis), _inverse(axes.yaxis)
        to_x, to_y = inverses[id(axes)]
        size = figure.get_size_inches() * figure.dpi
        x, y = axes.transData.transform((to_x(numbers["x"]), to_y(numbers["y"]))) / size
        if not np.isfinite([x, y]).all():
            return None
        return round(float(x), 5), round(1 - float(y), 5)

    return place


def _inverse(axis: Any) -> Any:
    """From a table's numbers back to raw ones, within what is visible."""
    ruler = read_ruler(axis)
    low, high = sorted(axis.get_view_interval())
    if ruler.axis.kind == "number":
        factor = float(ruler.numbers(np.ones(1))[0])
        return lambda number: number / factor
    raw = np.linspace(np.floor(low), np.ceil(high), 4001)
    numbers = ruler.numbers(raw)
    return lambda number: np.interp(number, numbers, raw, left=np.nan, right=np.nan)


def _axes_of(groups: list[list[Any]], panel: Panel, series: Series) -> Any:
    """The axes a series is drawn in, by the order in which panels are read."""
    row = int(panel.id.removeprefix("p")) - 1
    if len(groups) <= row or any(len(group) > 2 for group in groups[:row]):
        return None
    group = groups[row]
    return group[1] if len(group) > 1 and (series.x, series.y) != ("x", "y") else group[0]
