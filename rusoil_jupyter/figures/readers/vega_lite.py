"""Vega-Lite and Vega: what is drawn, after all transforms and aggregates, in full precision.

The chart is compiled and drawn once more, apart (:mod:`vega_runtime`), and its marks say the data behind
them (:mod:`vega_probe`). Data that lies elsewhere is not fetched: a sentence says so, unless a caller
gives the folders that it may be read from.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.readers.drafting import (
    BROKEN,
    WAYS,
    AxisDraft,
    Draft,
    PanelDraft,
    SeriesDraft,
    Way,
    text_of,
)
from rusoil_jupyter.figures.readers.vega_probe import (
    CONTINUOUS,
    Channel,
    Date,
    MarkPlan,
    Probed,
    ScalePlan,
    probed,
)
from rusoil_jupyter.figures.readers.vega_runtime import VegaRuntime, runtime
from rusoil_jupyter.figures.readers.vega_scene import (
    Extent,
    Mark,
    Panel,
    Scene,
    arranged,
    colour_of,
    date_text,
    label_of,
)
from rusoil_jupyter.figures.units import parted
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import AxisName, Scale, SeriesKind

Cell = float | str | None
MOST_DATA_BYTES = 16 << 20
MOST_TITLE = 500  # characters of a title that may be several
_SCALES: dict[str, Scale] = {"log": "log", "sqrt": "sqrt", "symlog": "symlog", "pow": "other"}
_TELLING_APART = ("fill", "stroke", "shape", "strokeDash", "opacity", "xOffset", "yOffset")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read_vega(
    spec: dict[str, Any], *, folders: Sequence[Path] = (), engine: VegaRuntime = runtime
) -> Reading | None:
    """A Vega-Lite or Vega specification as a reading; ``None`` where it draws nothing that can be read.

    Args:
        spec: the specification; its ``$schema`` tells which of both it is (Vega-Lite where it has none).
        folders: where files named by relative addresses may be read from. None by default.
        engine: the process that draws.

    Raises:
        InvalidRequest: it is no valid chart, needs data from elsewhere, is too large or takes too long.
        Unavailable: ``vl-convert-python`` is not installed.
    """
    try:
        text = json.dumps(spec)
        vega = json.loads(text) if "/vega/" in str(spec.get("$schema", "")) else engine.compile(text)
        _bring_data(vega, folders, 0)
        probe = probed(vega)
        drawn = engine.draw(json.dumps(probe.spec))
        scene = arranged(drawn, probe)
        draft = _Reader(scene, probe).draft()
        return draft.reading() if draft.panels else None
    except BROKEN as error:
        raise InvalidRequest(
            _("This is no valid Vega chart."),
            _("Run the cell that makes the chart again."),
            field="mimebundle",
        ) from error


def _bring_data(node: Any, folders: Sequence[Path], depth: int) -> None:
    """Put the files that data addresses name in their place; refuse what lies elsewhere."""
    if depth > 30 or not isinstance(node, dict):
        return
    for source in node.get("data") or ():
        if not isinstance(source, dict) or "url" not in source:
            continue
        url = source.pop("url")
        data = _local(url, folders) if isinstance(url, str) else None
        if data is None:
            raise InvalidRequest(
                _(
                    "This chart's data lies elsewhere ({address}), and nothing is fetched to read a figure."
                ).format(address=text_of(url, 200)),
                _("Load the data in the notebook and give the chart the table itself."),
                field="mimebundle",
            )
        form = source.get("format")
        form = dict(form) if isinstance(form, dict) else {}
        ending = str(url).rpartition(".")[2].lower()
        form.setdefault("type", ending if ending in {"csv", "tsv"} else "json")
        source["format"] = form
        source["values"] = data if form["type"] in {"csv", "tsv", "dsv"} else json.loads(data)
    for mark in node.get("marks") or ():
        _bring_data(mark, folders, depth + 1)


def _local(url: str, folders: Sequence[Path]) -> str | None:
    if "://" in url or url.startswith(("/", "\\")):
        return None
    for folder in folders:
        path = (folder / url).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            if path.stat().st_size > MOST_DATA_BYTES:
                raise PayloadTooLarge(
                    _("The file {name} is larger than {most} MB.").format(
                        name=path.name, most=MOST_DATA_BYTES >> 20
                    ),
                    _("Plot fewer points, or aggregate them before plotting."),
                    field="mimebundle",
                )
            return path.read_text("utf-8-sig", errors="replace")
    return None


class _Reader:
    """The scene of one chart, turned into a draft."""

    def __init__(self, scene: Scene, probe: Probed) -> None:
        self.scene = scene
        self.probe = probe

    def draft(self) -> Draft:
        size = (max(1, round(self.scene.size[0])), max(1, round(self.scene.size[1])))
        draft = Draft("vega-lite", self.scene.title, size)
        rows = _ranks([panel.box[1] for panel in self.scene.panels])
        columns = _ranks([panel.box[0] for panel in self.scene.panels])
        for panel, row, column in zip(self.scene.panels, rows, columns, strict=True):
            made = _PanelReader(panel, self).panel()
            made.row, made.column = row, column
            draft.panels.append(made)
        if len(draft.panels) == 1 and draft.panels[0].title == draft.title:
            draft.panels[0].title = ""
        return draft

    def label(self, scale: str, cell: Cell) -> str:
        return label_of(cell, self.scene.labels.get(scale, {}))


class _PanelReader:
    def __init__(self, panel: Panel, whole: _Reader) -> None:
        self.drawn = panel
        self.whole = whole
        self.probe = whole.probe
        self.made = PanelDraft(box=panel.box)
        self.named: dict[tuple[Way, str], AxisName] = {}
        self.plans = [self.probe.marks[name] for name in panel.marks]

    def panel(self) -> PanelDraft:
        headers = self.whole.scene.headers
        facet = [headers.get(cell) or label_of(cell, {}) for cell in self.drawn.facet if cell is not None]
        self.made.title = self.drawn.title or ", ".join(facet)
        boxes = [plan for plan in self.plans if _style(plan, "boxplot-")]
        others = [plan for plan in self.plans if plan not in boxes]
        data = [plan for plan in others if plan.type != "text"]
        if boxes:
            self._box_plot(boxes)
        for plan in data:
            self._marks(plan, self.drawn.marks[plan.id])
        for plan in others:
            if plan.type == "text":
                self._texts(plan, self.drawn.marks[plan.id], alone=not data and not boxes)
        self._drop_repeated()
        self._join_errors()
        self._legend()
        return self.made

    # Axes

    def axis(self, way: Way, channel: Channel) -> tuple[AxisName, AxisDraft]:
        """The axis that a channel is measured on."""
        key = (way, channel.scale)
        if key not in self.named:
            names: tuple[AxisName, AxisName] = ("x", "x2") if way == "x" else ("y", "y2")
            taken = [name for name in names if name in self.named.values()]
            self.named[key] = names[min(len(taken), 1)]
            self.made.axes.setdefault(self.named[key], self._axis(way, channel))
        name = self.named[key]
        axis = self.made.axes[name]
        self._unit_without_year(axis, channel)
        return name, axis

    def _axis(self, way: Way, channel: Channel) -> AxisDraft:
        title = self.probe.axis_titles.get(channel.scale, "")
        if channel.scale == "geo":
            return AxisDraft(label=channel.fields[0] if channel.fields else "")
        plan = self.probe.scales.get(channel.scale)
        extent = self.drawn.extents.get(channel.scale, Extent())
        if plan is None or plan.type not in CONTINUOUS:
            axis = AxisDraft(title, "category" if plan else "number")
            for cell in self.whole.scene.labels.get(channel.scale, {}):
                axis.place(self.whole.label(channel.scale, cell))
            if not axis.categories:
                for text in extent.categories:
                    axis.place(_from_javascript(text))
            return axis
        axis = AxisDraft(
            title, "date" if plan.type in {"time", "utc"} else "number", _SCALES.get(plan.type, "linear")
        )
        if extent.domain and extent.pixels:
            factor = 0.001 if axis.kind == "date" else 1.0
            axis.range = (extent.domain[0] * factor, extent.domain[1] * factor)
            rising = (extent.domain[1] > extent.domain[0]) == (extent.pixels[1] > extent.pixels[0])
            axis.inverted = rising == (way == "y")
        self._learn_unit(axis, channel.scale)
        return axis

    def _learn_unit(self, axis: AxisDraft, scale: str) -> None:
        """The unit of several titles joined is the one that they share; the ticks may tell another."""
        known = {title for plan in self.plans for title in plan.titles.values()}
        known |= {name for plan in self.plans for one in plan.channels.values() for name in one.fields}
        joined = _parts_of(axis.label[:MOST_TITLE], known)
        if len(joined) > 1:
            units = {parted(title)[1] for title in joined}
            axis.unit = units.pop() if len(units) == 1 else ""
        drawn = self.whole.scene.labels.get(scale, {})
        ticks = {cell: text for cell, text in drawn.items() if isinstance(cell, float)}
        axis.says(list(ticks), list(ticks.values()))

    def _title(self, plan: MarkPlan, column: str) -> str:
        """What a screen reader calls a column; the ends of a piece of a stack are called like the piece."""
        return plan.titles.get(column) or plan.titles.get(self.probe.stacks.get(column, ""), "")

    def _unit_without_year(self, axis: AxisDraft, channel: Channel) -> None:
        """A month or a weekday alone is a category, though it is drawn as a date of an arbitrary year."""
        units = next((self.probe.time_units[f] for f in channel.fields if f in self.probe.time_units), ())
        if not units or "year" in units or axis.kind != "date":
            return
        axis.kind, axis.range = "category", None
        labels = self.whole.scene.labels.get(channel.scale, {})
        values = {
            cell
            for name, marks in self.drawn.marks.items()
            for key, other in self.probe.marks[name].channels.items()
            if other.scale == channel.scale
            and set(other.fields) & self.probe.time_units.keys() - self.probe.unit_ends
            for mark in marks
            if isinstance(cell := mark.values.get(key), Date)
        }
        for value in sorted(values):
            axis.place(_unit_text(value, units, labels))

    def cell(self, way: Way, channel: Channel, cell: Cell) -> float:
        """A value as a number of its axis."""
        _name, axis = self.axis(way, channel)
        if cell is None:
            return math.nan
        if axis.kind == "category":
            units = next((self.probe.time_units[f] for f in channel.fields if f in self.probe.time_units), ())
            if isinstance(cell, float) and units and "year" not in units:
                return axis.place(_unit_text(cell, units, self.whole.scene.labels.get(channel.scale, {})))
            return axis.place(self.whole.label(channel.scale, cell))
        if isinstance(cell, str):
            try:
                return float(cell)
            except ValueError:
                return math.nan
        if axis.kind == "date" and not isinstance(cell, Date):
            return cell / 1000
        return float(cell)

    def value(self, way: Way, name: str, plan: MarkPlan, mark: Mark) -> float:
        """What a mark's channel stands for, from what it tells or else from where it is drawn."""
        channel = plan.channels.get(name)
        if channel is None or not channel.scale:
            return math.nan
        if name in mark.values:
            return self.cell(way, channel, mark.values[name])
        return self.cell(way, channel, self._inverse(channel, mark.pixels.get(name)))

    def _inverse(self, channel: Channel, pixel: float | None) -> Cell:
        plan, extent = self.probe.scales.get(channel.scale), self.drawn.extents.get(channel.scale)
        if pixel is None or plan is None or extent is None or not extent.domain or not extent.pixels:
            return None
        (low, high), (start, end) = extent.domain, extent.pixels
        if start == end:
            return None
        share = (pixel - start) / (end - start)
        if plan.type == "log" and low * high > 0:
            return math.copysign(abs(low) ** (1 - share) * abs(high) ** share, low)
        if plan.type in {"sqrt", "pow"} and low >= 0 and high >= 0:
            power = 0.5 if plan.type == "sqrt" else plan.exponent
            return float((low**power + share * (high**power - low**power)) ** (1 / power)) if power else None
        if plan.type in {"time", "utc"}:
            return Date((low + share * (high - low)) / 1000)
        return low + share * (high - low) if plan.type == "linear" else None

    # Marks

    def _marks(self, plan: MarkPlan, marks: list[Mark]) -> None:
        if plan.type == "arc":
            self._pie(plan, marks)
        elif plan.type in {"shape", "path"}:
            self._regions(plan, marks)
        elif plan.type == "image":
            self._grouped("scatter", plan, marks)
        elif plan.type == "rule":
            self._rules(plan, marks)
        elif plan.type == "area":
            self._area(plan, marks)
        elif plan.type == "rect":
            self._rects(plan, marks)
        elif plan.type in {"line", "trail"}:
            self._grouped("line", plan, marks, along="y" if self._runs_down(plan) else "x")
        elif plan.type == "symbol":
            self._grouped("scatter", plan, marks)

    def _runs_down(self, plan: MarkPlan) -> bool:
        y = plan.channels.get("y", Channel())
        x = plan.channels.get("x", Channel())
        return bool(set(plan.sort) & set(y.fields)) and not set(plan.sort) & set(x.fields)

    def _groups(self, plan: MarkPlan, marks: list[Mark]) -> dict[tuple[Cell, ...], list[Mark]]:
        """The marks by what tells them apart: the line they belong to, their category of colour or shape."""
        keys = [name for name in _TELLING_APART if self._is_discrete(plan.channels.get(name))]
        fields: set[tuple[str, ...]] = set()
        kept = []
        for key in keys:
            if plan.channels[key].fields not in fields:
                fields.add(plan.channels[key].fields)
                kept.append(key)
        groups: dict[tuple[Cell, ...], list[Mark]] = {}
        for mark in marks:
            labels: list[Cell] = [
                None
                if mark.values[key] is None
                else self.whole.label(plan.channels[key].scale, mark.values[key])
                for key in kept
                if key in mark.values
            ]
            if plan.type in {"line", "trail", "area"}:
                labels += [label for cell in mark.facet if (label := label_of(cell, {})) not in labels]
            groups.setdefault(tuple(labels), []).append(mark)
        return groups

    def _is_discrete(self, channel: Channel | None) -> bool:
        if channel is None or not channel.told or not channel.scale:
            return False
        plan = self.probe.scales.get(channel.scale)
        return plan is not None and plan.type in {"ordinal", "band", "point"}

    def _numeric(self, plan: MarkPlan, *names: str) -> tuple[str, Channel] | None:
        for name in names:
            channel = plan.channels.get(name)
            if channel and channel.told and channel.scale and not self._is_discrete(channel):
                return name, channel
        return None

    def _series(
        self, kind: SeriesKind, plan: MarkPlan, key: tuple[Cell, ...], marks: list[Mark], along: Way
    ) -> SeriesDraft:
        x, y = (plan.channels.get(_place(plan, way), Channel()) for way in WAYS)
        label = ", ".join(str(part) for part in key if part not in {None, ""})
        if not label and sum(not _style(other, "boxplot-") for other in self.plans) > 1:
            measured = y if along == "x" else x
            label = next(filter(None, (self._title(plan, column) for column in measured.fields)), "")
        series = SeriesDraft(kind, label, colour_of(marks[0], plan), along=along)
        if x.scale:
            series.x = self.axis("x", x)[0]
        if y.scale:
            series.y = self.axis("y", y)[0]
        self.made.series.append(series)
        return series

    def _column(self, way: Way, name: str, plan: MarkPlan, marks: list[Mark]) -> NDArray[np.float64]:
        return np.array([self.value(way, name, plan, mark) for mark in marks], dtype=np.float64)

    def _grouped(self, kind: SeriesKind, plan: MarkPlan, marks: list[Mark], along: Way = "x") -> None:
        colour, size = self._numeric(plan, "fill", "stroke"), self._numeric(plan, "size")
        for key, group in self._groups(plan, marks).items():
            series = self._series(kind, plan, key, group, along)
            for way in WAYS:
                if plan.channels.get(_place(plan, way), Channel()).scale:
                    series.columns[way] = self._centres(way, plan, group)
            if colour and kind == "scatter":
                series.colour = ""  # each point has its own
                series.columns["z"] = self._colour_column(colour, group)
            if size and kind == "scatter":
                series.columns["size"] = np.array([_plain_number(m.values.get(size[0])) for m in group])
            if not series.columns:
                series.n = len(group)

    def _centres(self, way: Way, plan: MarkPlan, marks: list[Mark]) -> NDArray[np.float64]:
        """Where marks are: of one that is drawn over a bin its middle, over a time its first moment."""
        one = self._column(way, self._beginning(plan, way), plan, marks)
        if plan.type != "rect" or not self._is_ranged(plan, way):
            return one
        _name, axis = self.axis(way, plan.channels[way])
        two = self._column(way, way + "2", plan, marks)
        return (one + two) / 2 if axis.kind == "number" else np.fmin(one, two)

    def _colour_column(self, colour: tuple[str, Channel], marks: list[Mark]) -> NDArray[np.float64]:
        name, channel = colour
        axis = self.made.axis("color")
        axis.label = axis.label or self.probe.legend_titles.get(channel.scale, "")
        extent = self.drawn.extents.get(channel.scale)
        scale = self.probe.scales.get(channel.scale)
        if scale and scale.type in {"time", "utc"}:
            axis.kind = "date"
        if axis.range is None and extent and extent.domain:
            factor = 0.001 if axis.kind == "date" else 1.0
            axis.range = (extent.domain[0] * factor, extent.domain[1] * factor)
        return np.array([_plain_number(mark.values.get(name)) for mark in marks], dtype=np.float64)

    def _area(self, plan: MarkPlan, marks: list[Mark]) -> None:
        along: Way = "y" if "x2" in plan.channels and "y2" not in plan.channels else "x"
        value: Way = "y" if along == "x" else "x"
        second = plan.channels.get(value + "2", Channel())
        stacked = self._is_stacked(plan, value)
        if not stacked and second.told and not second.base:
            for key, group in self._groups(plan, marks).items():
                self._ends(self._series("band", plan, key, group, along), plan, group, along)
            return
        stacked = stacked and self._stands_on_others(plan, marks, value)
        for key, group in self._groups(plan, marks).items():
            series = self._series("area", plan, key, group, along)
            self._independent(series, plan, group, along)
            self._value_over_base(series, plan, group, along, stacked)

    def _ends(self, series: SeriesDraft, plan: MarkPlan, marks: list[Mark], along: Way) -> None:
        value: Way = "y" if along == "x" else "x"
        one, two = self._column(value, value, plan, marks), self._column(value, value + "2", plan, marks)
        self._independent(series, plan, marks, along)
        series.columns["low"], series.columns["high"] = np.fmin(one, two), np.fmax(one, two)

    def _independent(self, series: SeriesDraft, plan: MarkPlan, marks: list[Mark], along: Way) -> None:
        if plan.channels.get(_place(plan, along), Channel()).scale:
            series.columns[along] = self._column(along, _place(plan, along), plan, marks)

    def _is_stacked(self, plan: MarkPlan, value: Way) -> bool:
        ends = (plan.channels.get(value, Channel()).fields, plan.channels.get(value + "2", Channel()).fields)
        return all(set(fields) & self.probe.stacks.keys() for fields in ends)

    def _stands_on_others(self, plan: MarkPlan, marks: list[Mark], value: Way) -> bool:
        return bool(np.any(self._column(value, value + "2", plan, marks) != 0))

    def _value_over_base(
        self, series: SeriesDraft, plan: MarkPlan, marks: list[Mark], along: Way, stacked: bool
    ) -> None:
        value: Way = "y" if along == "x" else "x"
        end = self._column(value, value, plan, marks)
        second = plan.channels.get(value + "2", Channel())
        base = self._column(value, value + "2", plan, marks) if second.told else np.zeros(len(marks))
        if second.base:
            base = np.zeros(len(marks))
        series.columns[value] = end - base
        if np.any(base != 0):
            series.columns["base"] = base
        if stacked:
            series.stack = f"stack{plan.id[1:]}"

    # Rectangles

    def _rects(self, plan: MarkPlan, marks: list[Mark]) -> None:
        spans = {way: self._spans_panel(plan, way) for way in WAYS}
        if spans["x"] != spans["y"] and _style(plan, "rect"):
            self._bands_across("x" if spans["y"] else "y", plan, marks)
            return
        ranged: list[Way] = [way for way in WAYS if self._is_ranged(plan, way)]
        if _style(plan, "tick"):
            self._grouped("scatter", plan, marks)
        elif _style(plan, "rect") and (not ranged or self._is_grid(plan, ranged)):
            self._heat_map(plan, marks)
        elif not ranged:
            self._grouped("scatter", plan, marks)
        else:
            value = self._measured(plan, ranged)
            along: Way = "y" if value == "x" else "x"
            self._bars(plan, marks, along, intervals=along in ranged)

    def _spans_panel(self, plan: MarkPlan, way: Way) -> bool:
        names = (way, way + "2", way + "c")
        return not any(plan.channels[name].scale for name in names if name in plan.channels)

    def _is_ranged(self, plan: MarkPlan, way: Way) -> bool:
        one, two = plan.channels.get(way), plan.channels.get(way + "2")
        return one is not None and two is not None and bool(one.scale and two.scale)

    def _beginning(self, plan: MarkPlan, way: Way) -> str:
        """The name of the channel where a mark begins: of an interval of time its first moment."""
        place = _place(plan, way)
        ends = set(plan.channels.get(place, Channel()).fields) & self.probe.unit_ends
        return way + "2" if ends and self._is_ranged(plan, way) else place

    def _is_binned(self, plan: MarkPlan, way: Way) -> bool:
        fields = {*plan.channels.get(way, Channel()).fields, *plan.channels.get(way + "2", Channel()).fields}
        units = {field for field in fields if field in self.probe.time_units}
        return bool(fields & self.probe.bins) or bool(units)

    def _is_grid(self, plan: MarkPlan, ranged: list[Way]) -> bool:
        return all(self._is_binned(plan, way) for way in ranged) and bool(
            self._numeric(plan, "fill", "stroke", "opacity")
        )

    def _measured(self, plan: MarkPlan, ranged: list[Way]) -> Way:
        """Of the ways a bar extends in, the one that means its value."""
        for way in ranged:
            if plan.channels[way + "2"].base or self._is_stacked(plan, way):
                return way
        unbinned = [way for way in ranged if not self._is_binned(plan, way)]
        return (unbinned or ranged)[-1]

    def _bars(self, plan: MarkPlan, marks: list[Mark], along: Way, *, intervals: bool) -> None:
        value: Way = "y" if along == "x" else "x"
        _name, axis = self.axis(value, plan.channels[value])
        dates = axis.kind == "date" and not plan.channels[value + "2"].base
        stacked = self._is_stacked(plan, value) and self._stands_on_others(plan, marks, value)
        for key, group in self._groups(plan, marks).items():
            if dates:
                self._ends(self._series("band", plan, key, group, along), plan, group, along)
                continue
            stand = plan.channels.get(_place(plan, along), Channel())
            one = self._column(along, self._beginning(plan, along), plan, group)
            two = self._column(along, along + "2", plan, group) if intervals else one
            independent = self.axis(along, stand)[1] if stand.scale else AxisDraft()
            bins = intervals and independent.kind == "number"
            series = self._series("histogram" if bins else "bar", plan, key, group, along)
            if bins:
                series.columns["left"], series.columns["right"] = np.fmin(one, two), np.fmax(one, two)
            elif stand.scale:
                series.columns[along] = np.fmin(one, two) if independent.kind == "date" else one
            second = plan.channels[value + "2"]
            if self._is_stacked(plan, value) or second.base:
                self._value_over_base(series, plan, group, along, stacked)
            else:
                start, end = (
                    self._column(value, value, plan, group),
                    self._column(value, value + "2", plan, group),
                )
                series.columns[value] = np.abs(end - start)
                series.columns["base"] = np.fmin(start, end)
            colour = self._numeric(plan, "fill", "stroke")
            if colour:
                series.columns["z"] = self._colour_column(colour, group)

    def _heat_map(self, plan: MarkPlan, marks: list[Mark]) -> None:
        series = self._series("heatmap", plan, (), marks, "x")
        for way in WAYS:
            if plan.channels.get(_place(plan, way), Channel()).scale:
                series.columns[way] = self._centres(way, plan, marks)
        colour = self._numeric(plan, "fill", "stroke", "opacity")
        if colour:
            series.columns["z"] = self._colour_column(colour, marks)
        elif self._is_discrete(plan.channels.get("fill")):
            channel = plan.channels["fill"]
            axis = self.made.axis("color")
            axis.kind, axis.label = "category", self.probe.legend_titles.get(channel.scale, "")
            labels = [self.whole.label(channel.scale, mark.values.get("fill")) for mark in marks]
            series.columns["z"] = np.array([axis.place(label) for label in labels])
        else:
            series.kind = "scatter"

    def _bands_across(self, way: Way, plan: MarkPlan, marks: list[Mark]) -> None:
        channel = plan.channels.get(way, Channel())
        if not channel.scale:
            return
        name, axis = self.axis(way, channel)
        labels = self._groups(plan, marks)
        for key, group in labels.items():
            for mark in group:
                ends = sorted(self.value(way, end, plan, mark) for end in (way, way + "2"))
                low, high = (self._shown(end, axis) for end in ends)
                self.made.refer(name, low, high, ", ".join(str(part) for part in key if part))

    def _shown(self, number: float, axis: AxisDraft) -> Cell:
        from rusoil_jupyter.figures.reading import cell_of

        return cell_of(number, axis.finished())

    # Rules, texts, the rest

    def _rules(self, plan: MarkPlan, marks: list[Mark]) -> None:
        on_x, on_y = (plan.channels.get(way, Channel()) for way in WAYS)
        ranged: list[Way] = [way for way in WAYS if self._is_ranged(plan, way)]
        if len(ranged) == 2:
            series = self._series("vector", plan, (), marks, "x")
            for side, name in zip(WAYS, "uv", strict=True):
                series.columns[side] = self._column(side, side, plan, marks)
                series.columns[name] = self._column(side, side + "2", plan, marks) - series.columns[side]
        elif ranged:
            value = ranged[0]
            along: Way = "y" if value == "x" else "x"
            if plan.channels[value + "2"].base:
                self._stems(plan, marks, along)
                return
            for key, group in self._groups(plan, marks).items():
                series = self._series("errorbar", plan, key, group, along)
                self._ends(series, plan, group, along)
        elif on_x.scale and on_y.scale:
            self._grouped("scatter", plan, marks)
        else:
            way: Way = "x" if on_x.scale else "y"
            channel = plan.channels.get(way, Channel())
            if channel.scale:
                name, axis = self.axis(way, channel)
                for key, group in self._groups(plan, marks).items():
                    for mark in group:
                        shown = self._shown(self.value(way, way, plan, mark), axis)
                        label = next((plan.titles[f] for f in channel.fields if f in plan.titles), "")
                        self.made.refer(
                            name, shown, label=", ".join(str(part) for part in key if part) or label
                        )

    def _stems(self, plan: MarkPlan, marks: list[Mark], along: Way) -> None:
        for key, group in self._groups(plan, marks).items():
            series = self._series("stem", plan, key, group, along)
            self._independent(series, plan, group, along)
            self._value_over_base(series, plan, group, along, stacked=False)

    def _texts(self, plan: MarkPlan, marks: list[Mark], *, alone: bool) -> None:
        on_x, on_y = (plan.channels.get(way, Channel()) for way in WAYS)
        if alone and (on_x.scale or on_y.scale):
            self._grouped("scatter", plan, marks)
            for series, group in zip(
                self.made.series[-len(self._groups(plan, marks)) :],
                self._groups(plan, marks).values(),
                strict=False,
            ):
                series.names = [mark.text for mark in group]
            return
        for mark in marks[:1000]:
            place: dict[str, Cell] = {}
            for way, channel in zip(WAYS, (on_x, on_y), strict=True):
                if channel.scale:
                    _name, axis = self.axis(way, channel)
                    place[way] = self._shown(self.value(way, way, plan, mark), axis)
            self.made.note(mark.text, place.get("x"), place.get("y"))

    def _pie(self, plan: MarkPlan, marks: list[Mark]) -> None:
        values = []
        for mark in marks:
            start, end = (_plain_number(mark.values.get(name)) for name in ("startAngle", "endAngle"))
            values.append(abs(end - start))
        column = np.array(values, dtype=np.float64)
        radius = self._numeric(plan, "outerRadius")
        if radius and (not np.isfinite(column).any() or np.ptp(column[np.isfinite(column)]) == 0):
            column = np.array([_plain_number(mark.values.get(radius[0])) for mark in marks], dtype=np.float64)
        channel = plan.channels.get("fill", Channel())
        series = SeriesDraft("pie", colour="")
        if channel.told:
            series.names = [self.whole.label(channel.scale, mark.values.get("fill")) for mark in marks]
        series.columns["y"] = column
        self.made.series.append(series)

    def _regions(self, plan: MarkPlan, marks: list[Mark]) -> None:
        series = SeriesDraft("other", colour=colour_of(marks[0], plan), n=len(marks))
        colour = self._numeric(plan, "fill", "stroke")
        if colour:
            series.columns["z"] = self._colour_column(colour, marks)
        elif self._is_discrete(plan.channels.get("fill")):
            channel = plan.channels["fill"]
            series.names = [self.whole.label(channel.scale, mark.values.get("fill")) for mark in marks]
        self.made.series.append(series)

    def _box_plot(self, plans: list[MarkPlan]) -> None:
        """The parts of box plots (box, median, whiskers), joined where they stand."""
        box = next((plan for plan in plans if _style(plan, "boxplot-box")), None)
        if box is None:
            return
        value: Way = "x" if self._is_ranged(box, "x") else "y"
        along: Way = "y" if value == "x" else "x"
        parts: dict[tuple[Cell, ...], dict[float, dict[str, float]]] = {}
        colours: dict[tuple[Cell, ...], tuple[MarkPlan, list[Mark]]] = {}
        for plan in plans:
            if plan.type == "symbol":
                continue
            for key, group in self._groups(plan, self.drawn.marks[plan.id]).items():
                if _style(plan, "boxplot-box"):
                    colours[key] = (plan, group)
                for mark in group:
                    at = self.value(along, _place(plan, along), plan, mark)
                    row = parts.setdefault(key, {}).setdefault(0.0 if math.isnan(at) else at, {"at": at})
                    self._box_part(row, plan, mark, value)
        # Whiskers and medians have no colour of their own where the boxes have.
        for key in [key for key in parts if key not in colours]:
            loose = parts.pop(key)
            for at, row in loose.items():
                for rows in parts.values():
                    if at in rows:
                        rows[at] = {**row, **rows[at]}
        for key, rows in parts.items():
            plan, group = colours[key]
            series = self._series("box", plan, key, group, along)
            if plan.channels.get(_place(plan, along), Channel()).scale:
                series.columns[along] = np.array([row["at"] for row in rows.values()])
            for name in ("low", "q1", "median", "q3", "high"):
                series.columns[name] = np.array([row.get(name, math.nan) for row in rows.values()])

        for plan in plans:  # after the boxes: they are what the chart is about
            if plan.type == "symbol":
                already = len(self.made.series)
                self._grouped("scatter", plan, self.drawn.marks[plan.id])
                for series, key in zip(
                    self.made.series[already:], self._groups(plan, self.drawn.marks[plan.id]), strict=True
                ):
                    series.label = ", ".join([*(str(part) for part in key if part), _("outliers")])

    def _box_part(self, row: dict[str, float], plan: MarkPlan, mark: Mark, value: Way) -> None:
        one, two = (self.value(value, end, plan, mark) for end in (_place(plan, value), value + "2"))
        if _style(plan, "boxplot-box"):
            row["q1"], row["q3"] = min(one, two), max(one, two)
        elif _style(plan, "boxplot-median"):
            row["median"] = one
        elif _style(plan, "boxplot-rule"):
            row["low"] = min(one, two, row.get("low", math.inf))
            row["high"] = max(one, two, row.get("high", -math.inf))

    def _drop_repeated(self) -> None:
        """A layer that waits over another one for a selection shows the same as that, and is read once."""
        kept: list[SeriesDraft] = []
        for series in self.made.series:
            if not any(_is_same(series, other) for other in kept):
                kept.append(series)
        self.made.series = kept

    def _join_errors(self) -> None:
        """Give error bars the value that a point beside them shows."""
        points = [s for s in self.made.series if s.kind in {"scatter", "line", "bar"}]
        for bars in self.made.series:
            if bars.kind != "errorbar" or bars.along not in bars.columns:
                continue
            value = "y" if bars.along == "x" else "x"
            for series in points:
                places, values = series.columns.get(bars.along), series.columns.get(value)
                if (
                    places is None
                    or values is None
                    or (bars.label and series.label and bars.label != series.label and ", " in bars.label)
                ):
                    continue
                known = dict(zip(places.tolist(), values.tolist(), strict=True))
                if len(known) == places.size and all(
                    place in known for place in bars.columns[bars.along].tolist()
                ):
                    joined = np.array([known[place] for place in bars.columns[bars.along].tolist()])
                    inside = (joined >= bars.columns["low"]) & (joined <= bars.columns["high"])
                    if inside.all():
                        bars.columns = {
                            bars.along: bars.columns[bars.along],
                            value: joined,
                            **{k: bars.columns[k] for k in ("low", "high")},
                        }
                        break

    def _legend(self) -> None:
        scales = [
            c.scale
            for plan in self.plans
            for n, c in plan.channels.items()
            if n in {"fill", "stroke", "shape", "strokeDash", "size"}
        ]
        titles = [
            self.probe.legend_titles[scale]
            for scale in dict.fromkeys(scales)
            if scale in self.probe.legend_titles
        ]
        self.made.legend_title = titles[0] if titles else ""
        entries = (
            [self.whole.label(scale, cell) for cell in self.whole.scene.labels.get(scale, {})]
            for scale in dict.fromkeys(scales)
            if self.probe.scales.get(scale, ScalePlan("")).type not in {"", *CONTINUOUS}
        )
        self.made.legend = next(filter(None, entries), [])
        self.made.has_legend = bool(titles) or any(scale in self.whole.scene.labels for scale in scales)


def _parts_of(title: str, known: set[str]) -> list[str]:
    """The titles that were joined to one, as few as may be; empty where it is not made of known ones."""
    reached: dict[int, list[str]] = {0: []}  # where a title may begin, and those before it
    waiting = [0]
    for start in waiting:
        for name in known:
            end = start + len(name)
            if not name or not title.startswith(name, start):
                continue
            if end == len(title):
                return [*reached[start], name]
            if title.startswith(", ", end) and end + 2 not in reached:
                reached[end + 2] = [*reached[start], name]
                waiting.append(end + 2)
    return []


def _place(plan: MarkPlan, way: Way) -> str:
    """The name of the channel of a position: of its edge, or of its centre."""
    edge = plan.channels.get(way)
    return way + "c" if (edge is None or not edge.scale) and way + "c" in plan.channels else way


def _is_same(one: SeriesDraft, other: SeriesDraft) -> bool:
    kind = (one.kind, one.label, one.x, one.y, one.along, list(one.names))
    if kind != (other.kind, other.label, other.x, other.y, other.along, list(other.names)):
        return False
    return (
        bool(one.columns)
        and one.columns.keys() == other.columns.keys()
        and all(np.array_equal(one.columns[n], other.columns[n], equal_nan=True) for n in one.columns)
    )


def _style(plan: MarkPlan, name: str) -> bool:
    return any(style.startswith(name) for style in plan.styles)


def _plain_number(cell: Cell) -> float:
    if isinstance(cell, str):
        try:
            return float(cell)
        except ValueError:
            return math.nan
    return math.nan if cell is None else float(cell)


def _unit_text(seconds: float, units: tuple[str, ...], labels: dict[Cell, str]) -> str:
    """A month, a weekday, a time of day as a word."""
    from datetime import UTC, datetime

    drawn = labels.get(seconds, "")
    if drawn and list(labels.values()).count(drawn) == 1:
        return drawn
    moment = datetime.fromtimestamp(seconds, UTC)
    words = {
        "quarter": f"Q{(moment.month - 1) // 3 + 1}",
        "month": _MONTHS[moment.month - 1],
        "date": str(moment.day),
        "day": _DAYS[moment.weekday()],
        "dayofyear": str(moment.timetuple().tm_yday),
        "week": f"W{int(moment.strftime('%U')):02d}",
    }
    clock = moment.strftime("%H:%M:%S" if "seconds" in units else "%H:%M")
    said = [words[unit] for unit in units if unit in words]
    return " ".join([*said, *([clock] if set(units) & {"hours", "minutes", "seconds"} else [])])


def _from_javascript(text: str) -> str:
    """A date as JavaScript writes it (``Wed Jan 01 2020 00:00:00 GMT``) as ISO; other texts as they are."""
    from datetime import UTC, datetime

    try:
        moment = datetime.strptime(text[:24], "%a %b %d %Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return text
    return date_text(moment.timestamp())


def _ranks(edges: list[float]) -> list[int]:
    """The place of each edge among the different ones, from 1; nearly equal edges share a place."""
    rank, ranks, last = 0, [0] * len(edges), -math.inf
    for index in sorted(range(len(edges)), key=edges.__getitem__):
        if edges[index] - last > 0.02 or rank == 0:
            rank += 1
            last = edges[index]
        ranks[index] = rank
    return ranks
