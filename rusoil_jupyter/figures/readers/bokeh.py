"""Bokeh documents: the ``docs_json`` that is published for a plot, as panels and series.

A document is a tree of models with ids; a model that was written out once is referred to by its id
later. What a model leaves out is as by default.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.readers.drafting import (
    BROKEN,
    MOST_SERIES,
    WAYS,
    AxisDraft,
    Draft,
    PanelDraft,
    SeriesDraft,
    Way,
    coded,
    plain,
    text_of,
)
from rusoil_jupyter.figures.readers.packed import from_base64, is_flat, json_at
from rusoil_jupyter.figures.readers.plotly_values import as_numbers
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import AxisName, Cell, SeriesKind

    Numbers = NDArray[np.float64]

Model = dict[str, Any]
Cells: TypeAlias = "list[Any] | NDArray[Any]"
MOST_BYTES = 64 << 20
MOST_MODELS = 100_000
MOST_CELLS = 4_000_000
DEEPEST = 200
_TYPES = {
    "int8": "i1",
    "uint8": "u1",
    "bool": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "int64": "i8",
    "uint64": "u8",
    "float32": "f4",
    "float64": "f8",
}
_START = re.compile(r"docs_json\s*=\s*(?:JSON\.parse\(\s*)?")
_DATE_AXES = frozenset(("DatetimeAxis",))


def documents(script: str) -> list[dict[str, Any]]:
    """The documents in what bokeh publishes (JavaScript, or a page with it); none where there are none.

    Raises:
        InvalidRequest: they are broken or too large.
    """
    if len(script) > MOST_BYTES:
        raise _too_large()
    found = _START.search(script)
    if found is None:
        return []
    try:
        value = json_at(script, found.end())
        if isinstance(value, str):
            value = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise _broken() from error
    return (
        [document for document in value.values() if isinstance(document, dict)]
        if isinstance(value, dict)
        else []
    )


def read_bokeh(docs: list[dict[str, Any]]) -> Reading | None:
    """Bokeh documents as a reading; ``None`` where they draw nothing that can be read.

    Raises:
        InvalidRequest: a document is broken.
    """
    draft = Draft("bokeh")
    try:
        for document in docs:
            models = _Models(document)
            for root in _list(document.get("roots")):
                _layout(draft, models, models.resolve(root), 1, 1, 0)
        draft.panels = [panel for panel in draft.panels if panel.series or panel.references or panel.notes]
        if len(draft.panels) == 1:
            draft.title, draft.panels[0].title = draft.panels[0].title, ""
        return draft.reading() if draft.panels else None
    except BROKEN as error:
        raise _broken() from error


def _broken() -> InvalidRequest:
    return InvalidRequest(
        _("This bokeh document can't be read: it is broken."),
        _("Run the cell that makes the figure again."),
        field="mimebundle",
    )


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(
        _("This bokeh document is too large to be read."),
        _("Plot fewer points, or aggregate them before plotting."),
        field="mimebundle",
    )


class _Models:
    """All models of a document by their ids."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._by_id: dict[str, Model] = {}
        waiting: list[tuple[Any, int]] = [(document.get("roots"), 0)]
        while waiting:
            node, depth = waiting.pop()
            if depth > DEEPEST:
                raise _broken()
            if isinstance(node, dict):
                if "id" in node and "name" in node:
                    self._by_id[str(node["id"])] = node
                    if len(self._by_id) > MOST_MODELS:
                        raise _too_large()
                waiting += [(child, depth + 1) for child in node.values() if isinstance(child, dict | list)]
            elif isinstance(node, list) and not is_flat(node):
                waiting += [(child, depth + 1) for child in node if isinstance(child, dict | list)]

    def resolve(self, reference: Any) -> Model:
        """The model that is meant; an empty one for anything else."""
        if not isinstance(reference, dict):
            return {}
        return reference if "name" in reference else self._by_id.get(str(reference.get("id")), {})

    def all(self, references: Any) -> list[Model]:
        """The models of a list."""
        return [model for model in map(self.resolve, _list(references)) if model]


def _a(model: Model) -> dict[str, Any]:
    attributes = model.get("attributes")
    return attributes if isinstance(attributes, dict) else {}


def _name(model: Model) -> str:
    return str(model.get("name", "")).rpartition(".")[2]


def _layout(
    draft: Draft, models: _Models, model: Model, row: int, column: int, depth: int
) -> tuple[int, int]:
    """Read a figure or a layout of figures; how many rows and columns of the grid it takes."""
    if depth > 30:
        return 1, 1
    name, attributes = _name(model), _a(model)
    if name in {"Figure", "Plot", "GMap"}:
        panel = _Plot(models, model).read()
        panel.row, panel.column = row, column
        draft.panels.append(panel)
        return 1, 1
    if name in {"GridBox", "GridPlot"}:
        rows, columns = 0, 0
        for child in _list(attributes.get("children")):
            if (
                isinstance(child, list)
                and len(child) >= 3
                and all(isinstance(place, int) for place in child[1:3])
            ):
                _layout(draft, models, models.resolve(child[0]), row + child[1], column + child[2], depth + 1)
                rows, columns = max(rows, child[1] + 1), max(columns, child[2] + 1)
        return max(rows, 1), max(columns, 1)
    children = attributes.get("children", attributes.get("tabs", []))
    if name == "TabPanel":
        return _layout(draft, models, models.resolve(attributes.get("child")), row, column, depth + 1)
    if name == "GridPlot" or not children:
        return 1, 1
    downwards = name in {"Column", "Tabs"}
    taken = [0, 0]
    for child in models.all(children):
        at = (row + taken[0], column) if downwards else (row, column + taken[1])
        rows, columns = _layout(draft, models, child, *at, depth + 1)
        if downwards:
            taken = [taken[0] + rows, max(taken[1], columns)]
        else:
            taken = [max(taken[0], rows), taken[1] + columns]
    return max(taken[0], 1), max(taken[1], 1)


class _Plot:
    """One figure on its way to a panel."""

    def __init__(self, models: _Models, model: Model) -> None:
        self.models = models
        self.model = model
        self.attributes = _a(model)
        self.panel = PanelDraft(title=_title(models, self.attributes.get("title")))
        self.names: dict[tuple[Way, str], AxisName] = {}
        self.factors: dict[tuple[Way, str], bool] = {}
        self.legend = self._legend()

    def read(self) -> PanelDraft:
        """The panel with everything in it."""
        self._axes()
        for renderer in self.models.all(self.attributes.get("renderers")):
            if _name(renderer) == "GlyphRenderer" and _a(renderer).get("visible", True) is not False:
                self._renderer(renderer)
        for place in ("center", "left", "right", "above", "below", "renderers"):
            for model in self.models.all(self.attributes.get(place)):
                self._annotation(model)
        return self.panel

    # Axes

    def _axes(self) -> None:
        for way, places in zip(WAYS, (("below", "above"), ("left", "right")), strict=True):
            for place in places:
                for axis in self.models.all(self.attributes.get(place)):
                    if _name(axis).endswith("Axis"):
                        self._axis(way, axis)

    def _axis(self, way: Way, axis: Model) -> None:
        attributes = _a(axis)
        key = str(attributes.get(f"{way}_range_name", "default"))
        name = self._named(way, key)
        draft = self._draft(way, key, name)
        draft.label = draft.label or plain(attributes.get("axis_label"))
        if _name(axis) in _DATE_AXES and draft.kind == "number":
            draft.kind = "date"
            if draft.range:
                draft.range = (draft.range[0] / 1000, draft.range[1] / 1000)
        if _name(axis) == "LogAxis":
            draft.scale = "log"
        self._learn_ticks(draft, attributes)

    def _learn_ticks(self, draft: AxisDraft, attributes: dict[str, Any]) -> None:
        """What the ticks say, where that is not the axis' own numbers."""
        formatter = self.models.resolve(attributes.get("formatter"))
        form = str(_a(formatter).get("format", ""))
        if _name(formatter) == "NumeralTickFormatter" and form.endswith("%"):
            draft.says_percent(of_one=True)
        elif _name(formatter) == "PrintfTickFormatter" and form.endswith("%%"):
            draft.says_percent(of_one=False)
        written = _mapping(attributes.get("major_label_overrides"))
        if written and "type" not in written:
            draft.says([_number(place) for place in written], [plain(text) for text in written.values()])

    def _named(self, way: Way, key: str) -> AxisName:
        if (way, key) not in self.names:
            names: tuple[AxisName, AxisName] = ("x", "x2") if way == "x" else ("y", "y2")
            first = key == "default" or not any(other == way for other, _k in self.names)
            self.names[way, key] = names[0] if first else names[1]
        return self.names[way, key]

    def _draft(self, way: Way, key: str, name: AxisName) -> AxisDraft:
        if name in self.panel.axes:
            return self.panel.axes[name]
        draft = self.panel.axis(name)
        extra_ranges, extra_scales = (
            _mapping(self.attributes.get(f"extra_{way}_{what}")) for what in ("ranges", "scales")
        )
        extent = self.models.resolve(
            extra_ranges.get(key) if key != "default" else self.attributes.get(f"{way}_range")
        )
        scale = self.models.resolve(
            extra_scales.get(key) if key in extra_scales else self.attributes.get(f"{way}_scale")
        )
        if _name(scale) == "LogScale":
            draft.scale = "log"
        attributes = _a(extent)
        if _name(extent) == "FactorRange":
            draft.kind = "category"
            for factor in _list(attributes.get("factors")):
                draft.place(_factor(factor))
            return draft
        defaults = {"start": 0, "end": 1} if _name(extent) == "Range1d" else {}
        start, end = (_number(attributes.get(side, defaults.get(side))) for side in ("start", "end"))
        draft.inverted = attributes.get("flipped") is True or bool(start > end)
        if math.isfinite(start) and math.isfinite(end):
            draft.range = (min(start, end), max(start, end))
        return draft

    # Glyphs

    def _renderer(self, renderer: Model) -> None:
        attributes = _a(renderer)
        glyph = self.models.resolve(attributes.get("glyph"))
        source = _Source(self.models, attributes)
        keys: dict[Way, str] = {way: str(attributes.get(f"{way}_range_name", "default")) for way in WAYS}
        axes = {way: self._named(way, key) for way, key in keys.items()}
        for way, key in keys.items():
            self._draft(way, key, axes[way])
        reader = _Glyph(self, glyph, source, axes)
        if _name(glyph) in _GLYPHS["_wedges"]:
            said = self.legend.get(str(renderer.get("id")))
            reader.slices = source.raw(str(said.get("field"))) if isinstance(said, dict) else []
            reader.read("", None)
            return
        for label, rows in self._parts(renderer, source):
            reader.read(label, rows)

    def _parts(self, renderer: Model, source: _Source) -> list[tuple[str, NDArray[np.intp] | None]]:
        """The series that a legend makes of a renderer: one, or one for each value of a column."""
        value = self.legend.get(str(renderer.get("id")))
        if isinstance(value, list):
            value = {"field": source.column_with(value)}
        if value is None:
            return [(plain(_a(renderer).get("name")), None)]
        if isinstance(value, str):
            return [(value, None)]
        column = source.raw(str(value.get("field")))
        if not len(column) or len(column) != source.length:
            return [("", None)]
        numbers, names = coded(column if isinstance(column, list) else column.tolist())
        if len(names) > MOST_SERIES:
            return [("", None)]
        return [(name, np.flatnonzero(numbers == number)) for number, name in enumerate(names)]

    def _legend(self) -> dict[str, Any]:
        """What a legend says of a renderer: a text, ``{"field": column}``, or texts for some of its rows."""
        labels: dict[str, Any] = {}
        for place in ("center", "left", "right", "above", "below"):
            for legend in self.models.all(self.attributes.get(place)):
                if _name(legend) != "Legend":
                    continue
                self.panel.has_legend = True
                self.panel.legend_title = plain(_a(legend).get("title"))
                for item in self.models.all(_a(legend).get("items")):
                    label = _a(item).get("label")
                    value = label if isinstance(label, dict) else {"value": label}
                    means: Any = plain(value["value"]) if "value" in value else {"field": value.get("field")}
                    row = _a(item).get("index")
                    for renderer in self.models.all(_a(item).get("renderers")):
                        name = str(renderer.get("id"))
                        if isinstance(row, int) and isinstance(means, str):
                            if isinstance(rows := labels.setdefault(name, []), list):
                                rows.append((row, means))
                        else:
                            labels.setdefault(name, means)
        return labels

    # Annotations

    def _annotation(self, model: Model) -> None:
        name, attributes = _name(model), _a(model)
        if attributes.get("visible") is False:
            return
        if name == "Span":
            way: Way = "y" if attributes.get("dimension", "width") == "width" else "x"
            axis, cell = self._place(way, attributes, attributes.get("location"))
            self.panel.refer(axis, cell)
        elif name == "BoxAnnotation":
            ends: list[tuple[Way, str, str]] = [("x", "left", "right"), ("y", "bottom", "top")]
            for way, low, high in ends:
                axis, start = self._place(way, attributes, attributes.get(low))
                _axis, end = self._place(way, attributes, attributes.get(high))
                if start is not None or end is not None:
                    self.panel.refer(axis, end if start is None else start, None if start is None else end)
        elif name in {"Label", "LabelSet"}:
            self._labels(name, attributes)
        elif name == "Slope":
            gradient, offset = _number(attributes.get("gradient")), _number(attributes.get("y_intercept", 0))
            if gradient == 0 and math.isfinite(offset):
                self.panel.refer("y", cell_of(offset, None))
        elif name == "Title":
            self.panel.note(attributes.get("text"))
        elif name == "ColorBar":
            self._colour_bar(attributes)
        elif name in {"Whisker", "Band"}:
            self._whiskers(name, attributes)

    def _colour_bar(self, attributes: dict[str, Any]) -> None:
        axis = self.panel.axis("color")
        axis.label = axis.label or plain(attributes.get("title"))
        mapper = self.models.resolve(attributes.get("color_mapper"))
        low, high = _number(_a(mapper).get("low")), _number(_a(mapper).get("high"))
        if math.isfinite(low) and math.isfinite(high):
            axis.range = (low, high)
        if "Log" in _name(mapper):
            axis.scale = "log"

    def _place(self, way: Way, attributes: dict[str, Any], value: Any) -> tuple[AxisName, Cell]:
        key = str(attributes.get(f"{way}_range_name", "default"))
        name = self._named(way, key)
        draft = self._draft(way, key, name)
        if isinstance(value, dict):
            value = value.get("value")
        if value is None or attributes.get(f"{way}_units", "data") in {"screen", "canvas"}:
            return name, None
        if draft.kind == "category":
            return name, _factor(value) if isinstance(value, str | list) else None
        number = _number(value)
        return name, cell_of(number / 1000 if draft.kind == "date" else number, draft.finished())

    def _labels(self, name: str, attributes: dict[str, Any]) -> None:
        if name == "Label":
            x, y = (self._place(way, attributes, attributes.get(way))[1] for way in WAYS)
            self.panel.note(attributes.get("text"), x, y)
            return
        source = _Source(self.models, {"data_source": attributes.get("source")})
        texts = source.cells(attributes.get("text", {"field": "text"}))
        places = [source.cells(attributes.get(way, {"field": way})) for way in WAYS]
        for index, text in enumerate(texts[:1000]):
            cells = [column[index] if index < len(column) else None for column in places]
            x, y = (self._place(way, attributes, cell)[1] for way, cell in zip(WAYS, cells, strict=True))
            self.panel.note(text, x, y)

    def _whiskers(self, name: str, attributes: dict[str, Any]) -> None:
        source = _Source(self.models, {"data_source": attributes.get("source")})
        along: Way = "x" if attributes.get("dimension", "height") == "height" else "y"
        keys: dict[Way, str] = {way: str(attributes.get(f"{way}_range_name", "default")) for way in WAYS}
        axes = {way: self._named(way, key) for way, key in keys.items()}
        for way, key in keys.items():
            self._draft(way, key, axes[way])
        reader = _Glyph(self, {}, source, axes)
        columns: dict[str, Numbers] = {}
        for column, key in ((along, "base"), ("low", "lower"), ("high", "upper")):
            across: Way = "y" if along == "x" else "x"
            measured = along if key == "base" else across
            columns[column] = reader.numbers(measured, attributes.get(key, {"field": key}))
        series = SeriesDraft(
            "errorbar" if name == "Whisker" else "band", along=along, x=axes["x"], y=axes["y"]
        )
        size = min(column.size for column in columns.values())
        series.columns = {key: column[:size] for key, column in columns.items()}
        if size:
            self.panel.series.append(series)


class _Source:
    """The columns of a renderer, after its view's filters."""

    def __init__(self, models: _Models, attributes: dict[str, Any]) -> None:
        source = models.resolve(attributes.get("data_source"))
        self._columns = _mapping(_a(source).get("data"))
        self._models = models
        self._decoded: dict[str, Cells] = {}
        self._rows = self._filtered(models.resolve(attributes.get("view")))
        self.length = max((len(self.raw(name)) for name in self._columns), default=0)

    def raw(self, column: str) -> Cells:
        """The cells of a column; empty where there is none."""
        if column not in self._decoded:
            cells = decoded(self._columns.get(column))
            if self._rows is not None:
                cells = [cells[row] for row in self._rows if row < len(cells)]
            self._decoded[column] = cells
        return self._decoded[column]

    def column_with(self, labels: list[tuple[int, str]]) -> str:
        """The column that has these texts in these rows."""
        for name in self._columns:
            cells = self.raw(name)
            if all(0 <= row < len(cells) and text_of(cells[row]) == label for row, label in labels):
                return name
        return ""

    def cells(self, spec: Any) -> Cells:
        """What a property of a glyph is for every point: a column, a value, transformed or not."""
        if isinstance(spec, str):
            spec = {"field": spec} if spec in self._columns else {"value": spec}
        if not isinstance(spec, dict):
            return [spec] * self.length
        if "bdata" in spec or spec.get("type") == "ndarray":
            return decoded(spec)
        transform = self._models.resolve(spec.get("transform"))
        if "expr" in spec:
            return self._stack(self._models.resolve(spec["expr"]))
        found = self.raw(str(spec["field"])) if "field" in spec else [spec.get("value")] * self.length
        shift = _number(_a(transform).get("value", 0)) if _name(transform) == "Dodge" else 0.0
        return [[cell, shift] if isinstance(cell, str) else cell for cell in found] if shift else found

    def _stack(self, expression: Model) -> list[Any]:
        fields = [str(field) for field in _list(_a(expression).get("fields"))]
        columns = [as_numbers(self.raw(field)) for field in fields]
        size = min((column.size for column in columns), default=0)
        if not size:
            return [0.0] * self.length
        return list(np.sum([column[:size] for column in columns], axis=0).tolist())

    def _filtered(self, view: Model) -> list[int] | None:
        chosen = self._models.resolve(_a(view).get("filter"))
        name, attributes = _name(chosen), _a(chosen)
        if name == "IndexFilter":
            return [row for row in decoded(attributes.get("indices")) if isinstance(row, int) and row >= 0]
        if name == "BooleanFilter":
            return [row for row, kept in enumerate(decoded(attributes.get("booleans"))) if kept]
        if name == "GroupFilter":
            column = decoded(self._columns.get(str(attributes.get("column_name"))))
            return [row for row, cell in enumerate(column) if cell == attributes.get("group")]
        return None


class _Glyph:
    """A glyph and its columns, on the way to a series."""

    def __init__(self, plot: _Plot, glyph: Model, source: _Source, axes: dict[Way, AxisName]) -> None:
        self.plot = plot
        self.glyph = glyph
        self.attributes = _a(glyph)
        self.source = source
        self.axes = axes
        self.slices: Cells = []  # names of a pie's slices

    def numbers(self, way: Way, spec: Any) -> Numbers:
        """A property as numbers of an axis."""
        draft = self.plot.panel.axes[self.axes[way]]
        cells = self.source.cells(spec)
        if draft.kind == "category":
            if isinstance(cells, list) and set(map(type, cells)) == {str}:
                return draft.places(cells)
            return np.array([_place(draft, cell) for cell in cells], dtype=np.float64)
        numbers = as_numbers(cells)
        return numbers / 1000 if draft.kind == "date" else numbers

    def read(self, label: str, rows: NDArray[np.intp] | None) -> None:
        """Add what the glyph draws, for some of its rows."""
        name = _name(self.glyph)
        for reader, names in _GLYPHS.items():
            if name in names:
                made = list(getattr(self, reader)(name))
                break
        else:
            return
        for series in made:
            if rows is not None:
                series.columns = {
                    key: column[rows]
                    for key, column in series.columns.items()
                    if column.size > rows.max(initial=-1)
                }
                series.names = [series.names[row] for row in rows if row < len(series.names)]
            series.label = series.label or label
            self.plot.panel.series.append(series)

    def _series(
        self, kind: SeriesKind, along: Way = "x", columns: dict[str, Numbers] | None = None
    ) -> SeriesDraft:
        series = SeriesDraft(kind, colour=self._colour(kind), along=along, x=self.axes["x"], y=self.axes["y"])
        columns = columns or {}
        size = min((column.size for column in columns.values()), default=0)
        series.columns = {name: column[:size] for name, column in columns.items()}
        return series

    def _colour(self, kind: str) -> str:
        keys = (
            ("line_color", "fill_color")
            if kind in {"line", "step"}
            else ("fill_color", "line_color", "color")
        )
        for key in keys:
            value = self.attributes.get(key)
            value = value.get("value") if isinstance(value, dict) else value
            if isinstance(value, str):
                return value
        return ""

    def _get(self, name: str) -> Any:
        return self.attributes.get(name, {"field": name})

    def _line(self, name: str) -> Iterator[SeriesDraft]:
        kind: SeriesKind = "step" if name == "Step" else "line"
        yield self._series(
            kind, columns={"x": self.numbers("x", self._get("x")), "y": self.numbers("y", self._get("y"))}
        )

    def _points(self, name: str) -> Iterator[SeriesDraft]:
        series = self._series(
            "scatter",
            columns={"x": self.numbers("x", self._get("x")), "y": self.numbers("y", self._get("y"))},
        )
        self._mapped_colour(series)
        for key in ("size", "radius"):
            spec = self.attributes.get(key)
            if isinstance(spec, dict) and "field" in spec:
                series.columns["size"] = as_numbers(self.source.cells(spec))
                break
        if name == "Text":
            series.names = [text_of(cell) for cell in self.source.cells(self._get("text"))]
        size = min((column.size for column in series.columns.values()), default=0)
        series.columns = {key: column[:size] for key, column in series.columns.items()}
        yield series

    def _mapped_colour(self, series: SeriesDraft) -> None:
        for key in ("fill_color", "line_color"):
            spec = self.attributes.get(key)
            if not isinstance(spec, dict) or "field" not in spec or "transform" not in spec:
                continue
            mapper = self.plot.models.resolve(spec["transform"])
            if "Categorical" in _name(mapper):
                return
            values = as_numbers(self.source.raw(str(spec["field"])))
            if np.isfinite(values).any():
                series.columns["z"] = values
                axis = self.plot.panel.axis("color")
                low, high = (_number(_a(mapper).get(end)) for end in ("low", "high"))
                if math.isfinite(low) and math.isfinite(high):
                    axis.range = (low, high)
            return

    def _many_lines(self, name: str) -> Iterator[SeriesDraft]:
        columns = [self.source.cells(self._get(key)) for key in ("xs", "ys")]
        colours = self.source.cells(self.attributes.get("line_color"))
        for index, (xs, ys) in enumerate(zip(*columns, strict=False)):
            inner = _Glyph(self.plot, {}, self.source, self.axes)
            both: dict[str, Numbers] = {}
            for way, cells in zip(WAYS, (xs, ys), strict=True):
                draft = self.plot.panel.axes[self.axes[way]]
                listed = decoded(cells)
                both[way] = (
                    np.array([_place(draft, cell) for cell in listed], dtype=np.float64)
                    if draft.kind == "category"
                    else as_numbers(listed) / (1000 if draft.kind == "date" else 1)
                )
            series = inner._series("line" if name == "MultiLine" else "area", columns=both)
            colour = colours[index] if index < len(colours) else ""
            series.colour = colour if isinstance(colour, str) else ""
            yield series

    def _bars(self, name: str) -> Iterator[SeriesDraft]:
        along: Way = "x" if name == "VBar" else "y"
        value: Way = "y" if along == "x" else "x"
        end, start = ("top", "bottom") if along == "x" else ("right", "left")
        ends = self.numbers(value, self._get(end))
        begins = self.numbers(value, self.attributes.get(start, {"value": 0}))
        if not begins.size:
            begins = np.zeros_like(ends)
        dates = self.plot.panel.axes[self.axes[value]].kind == "date"
        places = self.numbers(along, self._get(along))
        if dates:
            yield self._series(
                "band", along, {along: places, "low": np.fmin(begins, ends), "high": np.fmax(begins, ends)}
            )
            return
        size = min(ends.size, begins.size)
        columns: dict[str, Numbers] = {along: places, value: ends[:size] - begins[:size]}
        stacked = isinstance(self.attributes.get(end), dict) and "expr" in self.attributes[end]
        if np.any(begins != 0):
            columns["base"] = begins[:size]
        series = self._series("bar", along, columns)
        self._mapped_colour(series)
        if stacked:
            series.stack = f"stack-{along}"
        yield series

    def _quads(self, _name: str) -> Iterator[SeriesDraft]:
        left, right = (self.numbers("x", self._get(side)) for side in ("left", "right"))
        bottom, top = (
            self.numbers("y", self.attributes.get(side, {"field": side})) for side in ("bottom", "top")
        )
        lies = left.size > 1 and bool(np.all(left == left[0])) and not bool(np.all(bottom == bottom[0]))
        if lies:
            columns = {"left": np.fmin(bottom, top), "right": np.fmax(bottom, top), "x": right - left}
            base = left
        else:
            columns = {"left": np.fmin(left, right), "right": np.fmax(left, right), "y": top - bottom}
            base = bottom
        if np.any(base != 0):
            columns["base"] = base
        yield self._series("histogram", "y" if lies else "x", columns)

    def _rects(self, _name: str) -> Iterator[SeriesDraft]:
        columns = {"x": self.numbers("x", self._get("x")), "y": self.numbers("y", self._get("y"))}
        series = self._series("heatmap", columns=columns)
        self._mapped_colour(series)
        if "z" not in series.columns:
            series.kind = "scatter"
        yield series

    def _areas(self, name: str) -> Iterator[SeriesDraft]:
        along: Way = "x" if name == "VArea" else "y"
        value: Way = "y" if along == "x" else "x"
        one, two = (self.numbers(value, self._get(f"{value}{end}")) for end in "12")
        size = min(one.size, two.size)
        one, two = one[:size], two[:size]
        places = self.numbers(along, self._get(along))
        stacked = any(
            "expr" in spec for end in "12" if isinstance(spec := self.attributes.get(f"{value}{end}"), dict)
        )
        if stacked or not np.any(one != 0):
            columns: dict[str, Numbers] = {along: places, value: two - one}
            if np.any(one != 0):
                columns["base"] = one
            series = self._series("area", along, columns)
            series.stack = f"stack-{along}" if stacked else ""
            yield series
        else:
            yield self._series(
                "band", along, {along: places, "low": np.fmin(one, two), "high": np.fmax(one, two)}
            )

    def _segments(self, _name: str) -> Iterator[SeriesDraft]:
        x0, x1 = (self.numbers("x", self._get(f"x{end}")) for end in "01")
        y0, y1 = (self.numbers("y", self._get(f"y{end}")) for end in "01")
        size = min(column.size for column in (x0, x1, y0, y1))
        x0, x1, y0, y1 = (column[:size] for column in (x0, x1, y0, y1))
        if size and np.array_equal(x0, x1):
            yield self._series("errorbar", "x", {"x": x0, "low": np.fmin(y0, y1), "high": np.fmax(y0, y1)})
        elif size and np.array_equal(y0, y1):
            yield self._series("errorbar", "y", {"y": y0, "low": np.fmin(x0, x1), "high": np.fmax(x0, x1)})
        else:
            yield self._series("vector", "x", {"x": x0, "y": y0, "u": x1 - x0, "v": y1 - y0})

    def _spans(self, name: str) -> Iterator[SeriesDraft]:
        way: Way = "x" if name.startswith("V") else "y"
        ends = ("left", "right") if name == "VStrip" else (("y0", "y1") if name == "HStrip" else (way, way))
        starts, stops = (
            self.numbers(way, self._get({"y0": "y0", "left": "x0", "right": "x1"}.get(end, end)))
            for end in ends
        )
        axis = self.plot.panel.axes[self.axes[way]].finished()
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=False):
            self.plot.panel.refer(
                self.axes[way], cell_of(start, axis), None if start == stop else cell_of(stop, axis)
            )
        yield from ()

    def _wedges(self, _name: str) -> Iterator[SeriesDraft]:
        series = SeriesDraft("pie")
        spec = self.attributes.get("end_angle", {"field": "end_angle"})
        start = self.attributes.get("start_angle", {"field": "start_angle"})
        field = None
        if isinstance(spec, dict) and "expr" in spec:
            field = _a(self.plot.models.resolve(spec["expr"])).get("field")
        if field is not None:
            values = as_numbers(self.source.raw(str(field)))
        else:
            values = as_numbers(self.source.cells(spec)) - as_numbers(self.source.cells(start))
        # A cumulated column is an angle: shares of a turn are what can be read of it.
        total = float(np.nansum(values))
        if total and abs(total - 2 * math.pi) < 1e-6:
            values = values / total * 100
        series.columns = {"y": values}
        series.names = [text_of(cell) for cell in self.slices]
        yield series

    def _images(self, name: str) -> Iterator[SeriesDraft]:
        if name != "Image":
            series = self._series("image")
            series.n = 1
            yield series
            return
        pictures = self.source.cells(self._get("image"))
        edges = {key: as_numbers(self.source.cells(self._get(key))) for key in ("x", "y", "dw", "dh")}
        for index, picture in enumerate(pictures[:20]):
            table = _table(picture)
            if table.size == 0 or any(column.size <= index for column in edges.values()):
                continue
            left, bottom, width, height = (float(edges[key][index]) for key in ("x", "y", "dw", "dh"))
            x = left + (np.arange(table.shape[1]) + 0.5) * width / table.shape[1]
            y = bottom + (np.arange(table.shape[0]) + 0.5) * height / table.shape[0]
            across, up = np.meshgrid(x, y)
            series = self._series(
                "heatmap", columns={"x": across.ravel(), "y": up.ravel(), "z": table.ravel()}
            )
            self.plot.panel.axis("color")
            yield series

    def _hexagons(self, _name: str) -> Iterator[SeriesDraft]:
        q, r = (as_numbers(self.source.cells(self._get(key))) for key in ("q", "r"))
        size = _number(self.attributes.get("size", 1))
        pointy = self.attributes.get("orientation", "pointytop") == "pointytop"
        long, half = size * math.sqrt(3), size * 1.5
        x = long * (q + r / 2) if pointy else half * q
        y = -half * r if pointy else -long * (r + q / 2)
        series = self._series("hexbin", columns={"x": x, "y": y})
        self._mapped_colour(series)
        yield series


_GLYPHS: dict[str, frozenset[str]] = {
    "_line": frozenset(("Line", "Step")),
    "_points": frozenset(
        (
            "Scatter",
            "Circle",
            "Square",
            "Text",
            "Triangle",
            "Diamond",
            "Cross",
            "X",
            "Asterisk",
            "Ellipse",
            "Dash",
            "Marker",
        )
    ),
    "_many_lines": frozenset(("MultiLine", "Patches")),
    "_bars": frozenset(("VBar", "HBar")),
    "_quads": frozenset(("Quad",)),
    "_rects": frozenset(("Rect", "Block")),
    "_areas": frozenset(("VArea", "HArea", "VAreaStep", "HAreaStep")),
    "_segments": frozenset(("Segment",)),
    "_spans": frozenset(("VSpan", "HSpan", "VStrip", "HStrip")),
    "_wedges": frozenset(("Wedge", "AnnularWedge")),
    "_images": frozenset(("Image", "ImageRGBA", "ImageURL")),
    "_hexagons": frozenset(("HexTile",)),
}


def decoded(value: Any) -> Cells:
    """A column: plain, an array in base64, or numbers that JSON has no word for.

    Raises:
        InvalidRequest: an array that is broken or far too long.
    """
    if isinstance(value, dict):
        if value.get("type") == "ndarray" or "dtype" in value:
            return _array(value).ravel()
        if "bytes" in value:
            return []
        return decoded(value.get("entries", value.get("array")))
    if not isinstance(value, list):
        return []
    if len(value) > MOST_CELLS:
        raise _too_large()
    if is_flat(value):
        return value
    return [
        _number(cell) if isinstance(cell, dict) and cell.get("type") == "number" else cell for cell in value
    ]


def _array(value: dict[str, Any]) -> NDArray[Any]:
    data, kind = value.get("array"), str(value.get("dtype"))
    shape = [int(size) for size in _list(value.get("shape")) if isinstance(size, int)]
    if isinstance(data, dict):
        data = data.get("data")
    if isinstance(data, list):
        array: NDArray[Any] = np.array(data[:MOST_CELLS], dtype=object)
    else:
        if not isinstance(data, str) or kind not in _TYPES:
            raise _broken()
        if len(data) > MOST_CELLS * 11:
            raise _too_large()
        order: Literal["<", ">"] = ">" if value.get("order") == "big" else "<"
        try:
            raw = _unpacked(from_base64(data))
            array = np.frombuffer(raw, dtype=np.dtype(_TYPES[kind]).newbyteorder(order))
        except (ValueError, zlib.error) as error:
            raise _broken() from error
    try:
        return array.reshape(shape) if shape else array
    except ValueError as error:
        raise _broken() from error


def _unpacked(data: bytes) -> bytes:
    """Bytes, gunzipped where they are packed, as bokeh packs them, up to the most that is read."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    found = unpacker.decompress(data, MOST_CELLS * 8)
    if unpacker.unconsumed_tail:
        raise _too_large()
    return found


def _table(value: Any) -> Numbers:
    """A picture of numbers: rows from below."""
    if isinstance(value, dict):
        array = _array(value)
        return np.atleast_2d(array).astype(np.float64) if array.ndim <= 2 else np.empty((0, 0))
    if isinstance(value, list) and value and isinstance(value[0], list):
        width = max(len(row) for row in value if isinstance(row, list))
        rows = [as_numbers(row) for row in value if isinstance(row, list) and len(row) == width]
        return np.array(rows, dtype=np.float64) if rows else np.empty((0, 0))
    return np.empty((0, 0))


def _place(draft: AxisDraft, cell: Any) -> float:
    """A factor's place; a list that ends in a number is a factor and an offset from it."""
    if cell is None:
        return math.nan
    if isinstance(cell, list) and cell and isinstance(cell[-1], int | float):
        cell = cell[:-1] if len(cell) > 2 else cell[0]
    return draft.place(_factor(cell))


def _factor(value: Any) -> str:
    return ", ".join(text_of(part) for part in value) if isinstance(value, list | tuple) else text_of(value)


def _mapping(value: Any) -> dict[str, Any]:
    """A map, as bokeh writes it."""
    if not isinstance(value, dict):
        return {}
    if value.get("type") == "map":
        entries = _list(value.get("entries"))
        return {str(pair[0]): pair[1] for pair in entries if isinstance(pair, list) and len(pair) == 2}
    return value


def _title(models: _Models, value: Any) -> str:
    if isinstance(value, str):
        return plain(value)
    return plain(_a(models.resolve(value)).get("text"))


def _number(value: Any) -> float:
    if isinstance(value, dict):
        text = value.get("value")
        value = {"nan": math.nan, "+inf": math.inf, "-inf": -math.inf}.get(str(text), text)
    if isinstance(value, bool) or value is None:
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
