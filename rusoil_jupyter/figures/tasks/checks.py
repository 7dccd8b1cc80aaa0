"""What is wrong with a figure: missing labels and units, clipped or empty, a scale that hides, colours alike.

Every problem has a stable code, a sentence, and, where it is sure what mends it, lines of code for the
library the figure was drawn with, to be put after the code that draws it.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities
from rusoil_jupyter.figures.reading import axis_of, number_of
from rusoil_jupyter.figures.values.interpretation import FigureProblem
from rusoil_jupyter.i18n import _, ngettext, use_language

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, AxisName, FigureDescription, Panel, Series

    Array = NDArray[np.float64]

MOST_PROBLEMS = 60
MOST_LINES = 8  # in one panel
MOST_SLICES = 7
_PIXELS_A_LETTER = 6.2  # of a tick label at matplotlib's default size
_PHYSICAL = ("depth", "rate", "pressure", "temperature", "time", "cumulative")
_CURVES = frozenset({"line", "step", "scatter", "stem", "area", "errorbar", "bar", "histogram"})
_NO_AXES = frozenset({"pie", "image"})
# Eight colours that people with any colour vision tell apart: Okabe M., Ito K., Color Universal Design, 2008.
_PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9", "#E69F00", "#F0E442")
_ALIKE = 11.0  # a CIE 1976 colour difference below which lines are taken for one another


def check(reading: Reading, language: str = "en") -> tuple[FigureProblem, ...]:
    """The problems of a figure, panel by panel, in the reader's ``language`` (``en`` or ``ru``)."""

    def speak() -> tuple[FigureProblem, ...]:
        use_language(language)
        with np.errstate(all="ignore"):
            return tuple(_problems(reading))[:MOST_PROBLEMS]

    return contextvars.copy_context().run(speak)


def _problems(reading: Reading) -> Iterator[FigureProblem]:
    description = reading.description
    if description.diagram is not None and not description.panels:
        return
    fixes = _Fixes(description)
    for place, panel in enumerate(description.panels):
        where = _where(description, panel)
        if not (panel.series or panel.references or panel.notes):
            yield FigureProblem(
                code="empty_panel",
                message=_("The panel{where} is empty.").format(where=where),
                fix=fixes.removed(place),
            )
            continue
        for one in _EVERY:
            yield from one(reading, panel, place, where, fixes)
    yield from _no_title(description)
    yield from _mixed_units(description)


def _where(description: FigureDescription, panel: Panel) -> str:
    """Which panel is meant, for a sentence: nothing, where there is only one."""
    if len(description.panels) == 1:
        return ""
    if panel.title:
        return _(" “{title}”").format(title=panel.title[:60])
    return _(" in row {row}, column {column}").format(row=panel.row, column=panel.column)


class _Fixes:
    """Code that mends a panel, for the library that drew it; empty where that is not sure."""

    def __init__(self, description: FigureDescription) -> None:
        self.library = description.library
        self.panels = description.panels
        twin = [i for i, panel in enumerate(self.panels) if {"x2", "y2"} & set(panel.axes)]
        self.sure = (
            (twin[0] + 1) if twin else len(self.panels)
        )  # behind a twin axis, figure.axes count otherwise

    def matplotlib(self, place: int, *calls: str) -> str:
        """Calls on the axes of a panel."""
        if self.library != "matplotlib" or place >= self.sure:
            return ""
        return "\n".join(f"plt.gcf().axes[{place}].{call}" for call in calls)

    def removed(self, place: int) -> str:
        """The empty panel taken away."""
        return self.matplotlib(place, "remove()")

    def axis(self, place: int, name: AxisName, matplotlib: str, plotly: str = "") -> str:
        """A call on one axis: for matplotlib with ``{x}`` for its letter, for plotly what is updated."""
        if name not in {"x", "y"}:
            return ""
        if self.library == "plotly" and plotly and len(self.panels) == 1:
            return f"fig.update_{name}axes({plotly})"
        return self.matplotlib(place, matplotlib.replace("{x}", name, 1))


Check = Callable[["Reading", "Panel", int, str, _Fixes], Iterator[FigureProblem]]


def _values(reading: Reading, panel: Panel, name: AxisName) -> list[tuple[Series, Array]]:
    """What is drawn on an axis, by series."""
    drawn = []
    for series in panel.series:
        letter = name[0]
        if (series.x if letter == "x" else series.y) != name:
            continue
        columns = reading.table(series.id).columns
        parts = [
            column
            for key, column in columns.items()
            if key not in {"width", "size"} and axis_of(panel, series, key) is panel.axes.get(name)
        ]
        if parts:
            drawn.append((series, np.concatenate(parts)))
    return drawn


def _name(axis: Axis, name: str) -> str:
    return _("“{axis}”").format(axis=axis.label) if axis.label else name[0]


def _dependent(series: Series) -> AxisName:
    return series.y if series.along == "x" else series.x


def _labels(
    _reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes
) -> Iterator[FigureProblem]:
    if all(series.kind in _NO_AXES for series in panel.series):
        return
    for name, axis in panel.axes.items():
        if name not in {"x", "y", "x2", "y2"} or axis.kind == "category":
            continue
        if not axis.label:
            if _named_by_neighbour(fixes.panels, panel, name):
                continue
            fix = ""
            if axis.kind == "date":
                date = _("Date")
                fix = fixes.axis(place, name, f"set_{{x}}label({date!r})", f"title={date!r}")
            elif len(panel.series) == 1 and panel.series[0].label and _dependent(panel.series[0]) == name:
                label = panel.series[0].label
                fix = fixes.axis(place, name, f"set_{{x}}label({label!r})", f"title={label!r}")
            sentence = _("The {axis} axis{where} has no label.").format(axis=name[0], where=where)
            yield FigureProblem(code="no_axis_label", message=sentence, fix=fix)
        elif axis.kind == "number" and not axis.unit and _has_a_unit(axis):
            sentence = _("{axis}{where} is drawn without a unit.").format(axis=_name(axis, name), where=where)
            yield FigureProblem(code="no_unit", message=sentence)


def _named_by_neighbour(panels: tuple[Panel, ...], panel: Panel, name: AxisName) -> bool:
    """Whether another panel of the same row (for y) or column (for x) carries the label for all."""
    for other in panels:
        same = other.row == panel.row if name[0] == "y" else other.column == panel.column
        axis = other.axes.get(name)
        if other is not panel and same and axis is not None and axis.label:
            mine = panel.axes[name]
            return mine.range == axis.range
    return False


def _has_a_unit(axis: Axis) -> bool:
    """Whether what is measured can't be told without a unit: a pressure, a rate, a depth; not a year."""
    if units.parse(axis.label) is not None or quantities.says("horner", axis.label):
        return False
    return any(quantities.says(kind, axis.label) for kind in _PHYSICAL)


def _no_title(description: FigureDescription) -> Iterator[FigureProblem]:
    if description.panels and not description.title and not any(panel.title for panel in description.panels):
        yield FigureProblem(code="no_title", message=_("The figure has no title."))


_PLANE: tuple[AxisName, ...] = ("x", "y", "x2", "y2")
_PAIRS: tuple[tuple[AxisName, AxisName], ...] = (("x", "x2"), ("y", "y2"))


def _clipped(
    reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes
) -> Iterator[FigureProblem]:
    for name in _PLANE:
        axis = panel.axes.get(name)
        if axis is None or axis.range is None or axis.kind == "category":
            continue
        low, high = (number_of(end, axis) for end in axis.range)
        if not (np.isfinite(low) and np.isfinite(high) and high > low):
            continue
        slack = 1e-4 * (high - low)  # six digits are saved
        drawn = [values for series, values in _values(reading, panel, name) if series.kind in _CURVES]
        outside = sum(int(np.count_nonzero((v < low - slack) | (v > high + slack))) for v in drawn)
        if axis.scale == "log":
            outside -= sum(int(np.count_nonzero(v <= 0)) for v in drawn)
        if outside > 0:
            sentence = ngettext(
                "{n} value lies outside the visible part of the {axis} axis{where}.",
                "{n} values lie outside the visible part of the {axis} axis{where}.",
                outside,
            ).format(n=outside, axis=_name(axis, name), where=where)
            plotly = 'autorange="reversed"' if axis.inverted else "autorange=True"
            fix = fixes.axis(place, name, 'autoscale(axis="{x}")', plotly)
            yield FigureProblem(code="clipped", message=sentence, fix=fix)


def _quirks(
    _reading: Reading, panel: Panel, _place: int, where: str, _fixes: _Fixes
) -> Iterator[FigureProblem]:
    for name, axis in panel.axes.items():
        if axis.quirk == "texts_as_numbers":
            sentence = _(
                "The numbers along {axis}{where} were given as texts: they stand in the order they came, "
                "not by size."
            )
        elif axis.quirk == "loose_labels":
            sentence = _(
                "The texts along {axis}{where} are tied to no place: they stand at whatever ticks there are."
            )
        else:
            continue
        yield FigureProblem(code=axis.quirk, message=sentence.format(axis=_name(axis, name), where=where))


def _scale(reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes) -> Iterator[FigureProblem]:
    for name, axis in panel.axes.items():
        if name[0] not in {"x", "y"} or axis.kind != "number":
            continue
        drawn = [
            v[np.isfinite(v)] for s, v in _values(reading, panel, name) if s.kind in _CURVES - {"histogram"}
        ]
        values = np.concatenate(drawn) if drawn else np.zeros(0)
        if len(values) < 3:
            continue
        if axis.scale == "log" and (values <= 0).any():
            count = int(np.count_nonzero(values <= 0))
            sentence = ngettext(
                "{n} value of zero or less can't be shown on the logarithmic axis {axis}{where}.",
                "{n} values of zero or less can't be shown on the logarithmic axis {axis}{where}.",
                count,
            ).format(n=count, axis=_name(axis, name), where=where)
            fix = fixes.axis(place, name, 'set_{x}scale("symlog")', "") if (values < 0).any() else ""
            yield FigureProblem(code="log_of_zero", message=sentence, fix=fix)
        elif axis.scale == "linear" and not any(s.kind == "bar" for s in panel.series):
            if values.min() <= 0 or np.median(values) > 0.1 * values.max():
                continue
            decades = float(np.log10(values.max()) - np.log10(values.min()))
            if decades < 3 - 1e-9:
                continue
            sentence = _(
                "{axis}{where} covers {n} decades on a linear scale: most values lie near zero."
            ).format(axis=_name(axis, name), where=where, n=f"{decades:.0f}")
            yield FigureProblem(
                code="wrong_scale",
                message=sentence,
                fix=fixes.axis(place, name, 'set_{x}scale("log")', 'type="log"'),
            )


def _depth(_reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes) -> Iterator[FigureProblem]:
    axis = panel.axes.get("y")
    if axis is None or axis.inverted or axis.kind != "number" or not quantities.says("depth", axis.label):
        return
    if any(series.y == "y" and series.kind in _CURVES for series in panel.series):
        yield FigureProblem(
            code="depth_upwards",
            message=_("Depth{where} grows upwards; in a log it runs down.").format(where=where),
            fix=fixes.axis(place, "y", "invert_{x}axis()", 'autorange="reversed"'),
        )


def _ticks(reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes) -> Iterator[FigureProblem]:
    axis, size = panel.axes.get("x"), reading.description.size
    if axis is None or axis.kind != "category" or size is None or panel.box is None:
        return
    width = (panel.box[2] - panel.box[0]) * size[0]
    needed = (
        sum(len(category) + 1 for category in axis.categories) * _PIXELS_A_LETTER * max(size[0] / 640, 0.6)
    )
    if needed > 1.15 * width > 0 and len(axis.categories) > 1 and max(map(len, axis.categories)) > 3:
        yield FigureProblem(
            code="overlapping_ticks",
            message=_("The texts along the x axis{where} may overlap.").format(where=where),
            fix=fixes.axis(place, "x", 'tick_params(axis="x", labelrotation=45)', "tickangle=45"),
        )


def _legend(
    _reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes
) -> Iterator[FigureProblem]:
    drawn = [series for series in panel.series if series.kind in _CURVES | {"band"}]
    colours = {series.colour for series in drawn}
    lines = [series for series in drawn if series.kind in {"line", "step"}]
    if len(lines) > MOST_LINES:
        sentence = _("{n} lines in one panel{where} are hard to tell apart.").format(
            n=len(lines), where=where
        )
        yield FigureProblem(code="too_many_series", message=sentence)
    if len(drawn) < 2 or panel.has_legend or {"x2", "y2"} & set(panel.axes):
        return
    if len(colours - {""}) < 2 and not all(series.label for series in drawn):
        return  # one colour: points and the line through them
    labelled = sum(bool(series.label) for series in drawn) >= 2
    fix = fixes.matplotlib(place, "legend()") if labelled else ""
    if labelled and fixes.library == "plotly":
        fix = "fig.update_layout(showlegend=True)"
    sentence = _("{n} series{where} have no legend.").format(n=len(drawn), where=where)
    yield FigureProblem(code="no_legend", message=sentence, fix=fix)


def _bars(reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes) -> Iterator[FigureProblem]:
    seen = set()
    for series in panel.series:
        name = _dependent(series)
        axis = panel.axes.get(name)
        if series.kind not in {"bar", "histogram"} or axis is None or axis.range is None or name in seen:
            continue
        low, high = (number_of(end, axis) for end in axis.range)
        columns = reading.table(series.id).columns
        based = "base" in columns and bool(np.any(columns["base"] != 0))
        if axis.kind == "number" and axis.scale == "linear" and not based and (low > 0 or high < 0):
            seen.add(name)
            letter = name[0]
            edge = (
                ("left" if letter == "x" else "bottom") if low > 0 else ("right" if letter == "x" else "top")
            )
            if axis.inverted:
                edge = {"left": "right", "right": "left", "bottom": "top", "top": "bottom"}[edge]
            sentence = _("The bars{where} do not begin at zero: their lengths mislead.").format(where=where)
            fix = fixes.axis(place, name, f"set_{{x}}lim({edge}=0)", 'rangemode="tozero", autorange=True')
            yield FigureProblem(code="truncated_bars", message=sentence, fix=fix)


def _twins(
    reading: Reading, panel: Panel, _place: int, where: str, _fixes: _Fixes
) -> Iterator[FigureProblem]:
    for first, second in _PAIRS:
        one, two = panel.axes.get(first), panel.axes.get(second)
        if one is None or two is None or not _values(reading, panel, second):
            continue
        alike = (
            one.unit and units.parse(one.unit) == units.parse(two.unit) and units.parse(one.unit) is not None
        )
        if (alike or (one.unit and one.unit == two.unit)) and one.range != two.range:
            sentence = _(
                "Both {axis} axes{where} are in {unit} but run differently: curves can't be compared."
            ).format(axis=first, where=where, unit=one.unit)
            yield FigureProblem(code="dual_axes", message=sentence)
        elif not (one.label and two.label):
            sentence = _("There are two {axis} axes{where}, and not both have a label.").format(
                axis=first, where=where
            )
            yield FigureProblem(code="dual_axes", message=sentence)


def _pie(reading: Reading, panel: Panel, _place: int, where: str, _fixes: _Fixes) -> Iterator[FigureProblem]:
    for series in panel.series:
        if series.kind != "pie":
            continue
        values = reading.table(series.id).columns.get("y", np.zeros(0))
        if len(values) > MOST_SLICES:
            sentence = _("The pie{where} has {n} slices: bars would be easier to compare.").format(
                where=where, n=len(values)
            )
            yield FigureProblem(code="pie_slices", message=sentence)
        total = float(np.nansum(values))
        if (values < 0).any():
            sentence = _("A slice of the pie{where} is negative.").format(where=where)
            yield FigureProblem(code="pie_sum", message=sentence)
        elif 0.5 < abs(total - 100) <= 10 and values.max(initial=0.0) > 1:
            sentence = _("The slices of the pie{where} look like per cent and add up to {total}.").format(
                where=where, total=f"{total:.4g}"
            )
            yield FigureProblem(code="pie_sum", message=sentence)


def _data(reading: Reading, panel: Panel, _place: int, where: str, _fixes: _Fixes) -> Iterator[FigureProblem]:
    for series in panel.series:
        if series.kind not in _CURVES:
            continue
        columns = reading.table(series.id).columns
        value = columns.get("y" if series.along == "x" else "x")
        name = series.label or _("the series")
        if value is not None and series.kind != "histogram":
            known = value[np.isfinite(value)]
            if len(value) and not len(known):
                sentence = _("“{name}”{where} has no numbers: all are missing.").format(
                    name=name, where=where
                )
                yield FigureProblem(code="no_data", message=sentence)
            elif len(known) >= 3 and np.ptp(known) == 0:
                sentence = _("“{name}”{where} is the same everywhere.").format(name=name, where=where)
                yield FigureProblem(code="constant_data", message=sentence)
        along = columns.get(series.along)
        axis = axis_of(panel, series, series.along)
        if (
            along is not None
            and axis is not None
            and axis.kind == "number"
            and _looks_like_dates(along, axis)
        ):
            sentence = _("The dates along {axis}{where} are drawn as plain numbers.").format(
                axis=_name(axis, series.along), where=where
            )
            yield FigureProblem(code="dates_as_numbers", message=sentence)


def _looks_like_dates(values: Array, axis: Axis) -> bool:
    """20240131, seconds since 1970, or a spreadsheet's days on an axis that is called a date."""
    known = values[np.isfinite(values)]
    if len(known) < 3 or np.any(known != np.round(known)):
        return False
    low, high = float(known.min()), float(known.max())
    if low >= 19000101 and high <= 21001231:
        months, days = (known // 100) % 100, known % 100
        return bool(np.all((months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)))
    named = any(stem in axis.label.casefold() for stem in ("дат", "date"))
    timed = named or quantities.says("time", axis.label)
    return (timed and low >= 9e8 and high <= 4.2e9) or (named and low >= 20000 and high <= 75000)


def _colours(
    _reading: Reading, panel: Panel, place: int, where: str, fixes: _Fixes
) -> Iterator[FigureProblem]:
    drawn = [
        s for s in panel.series if s.kind in {"line", "step", "scatter", "bar", "area"} and _rgb(s.colour)
    ]
    drawn = [series for series in drawn if series.label][:30]
    pairs = [
        (one, two)
        for place_one, one in enumerate(drawn)
        for two in drawn[place_one + 1 :]
        if one.kind == two.kind and _apart(one.colour, two.colour) < _ALIKE
    ]
    if not pairs:
        return
    first, second = pairs[0]
    sentence = _("The colours of “{one}” and “{two}”{where} can hardly be told apart.").format(
        one=first.label, two=second.label, where=where
    )
    fix = ""
    lines = all(series.kind in {"line", "step"} for series in panel.series)
    if lines and len(panel.series) <= len(_PALETTE) and not panel.references and fixes.matplotlib(place, ""):
        colours = ", ".join(f'"{colour}"' for colour in _PALETTE[: len(panel.series)])
        fix = (
            f"for line, colour in zip(plt.gcf().axes[{place}].lines, [{colours}]):\n    "
            f"line.set_color(colour)"
        )
        if panel.has_legend:
            fix += "\n" + fixes.matplotlib(place, "legend()")
    yield FigureProblem(code="similar_colours", message=sentence, fix=fix)


def _rgb(colour: str) -> tuple[float, float, float] | None:
    if len(colour) not in {7, 9} or colour[0] != "#":
        return None
    try:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    except ValueError:
        return None
    return red, green, blue


def _apart(one: str, two: str) -> float:
    """How far two colours are apart (CIE 1976, L*a*b*), as everybody or as somebody with deuteranopia sees
    them.

    Source of the simulation: Viénot F., Brettel H., Mollon J.D., "Digital Video Colourmaps for Checking the
    Legibility of Displays by Dichromats", Color Research and Application 24 (1999).
    """
    first, second = _rgb(one), _rgb(two)
    if first is None or second is None:
        return float("inf")
    a, b = _linear(first), _linear(second)
    blind = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])
    seen = float(np.linalg.norm(_lab(a) - _lab(b)))
    dimmed = float(np.linalg.norm(_lab(blind @ a) - _lab(blind @ b)))
    return min(seen, 2.0 * dimmed)  # only what is nearly one colour to them counts


def _linear(rgb: tuple[float, float, float]) -> Array:
    values = np.asarray(rgb)
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _lab(linear: Array) -> Array:
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = np.maximum(matrix @ linear, 0.0) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _mixed_units(description: FigureDescription) -> Iterator[FigureProblem]:
    """One quantity in two units: depth in metres and feet, pressure in MPa and atmospheres."""
    for kind in ("depth", "pressure", "temperature", "rate"):
        written: dict[units.Unit, str] = {}
        for panel in description.panels:
            for axis in panel.axes.values():
                unit = units.parse(axis.unit) if axis.unit else None
                if unit is not None and axis.kind == "number" and quantities.measures(kind, axis):
                    written.setdefault(unit, axis.unit)
        same = {unit.dimension for unit in written}
        if len(written) > 1 and len(same) == 1:
            sentence = _("The same quantity is drawn in different units: {units}.").format(
                units=", ".join(written.values())
            )
            yield FigureProblem(code="mixed_units", message=sentence)


_EVERY: tuple[Check, ...] = (
    _labels,
    _quirks,
    _clipped,
    _scale,
    _depth,
    _ticks,
    _legend,
    _bars,
    _twins,
    _pie,
    _data,
    _colours,
)
