"""The pieces of sentences about one finding: its values with their units, its places, what it lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import forms, restating
from rusoil_jupyter.figures.words.forms import Language, clean, exactly, where
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.saying.names import way_name
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.values.description import Axis, AxisName, Cell, FigureDescription, Series
    from rusoil_jupyter.figures.values.finding import Finding, Point

MOST_LISTED = 12
_WAYS = frozenset({"rising", "falling", "flat", "mixed"})


class Teller:
    """One finding on its way into a sentence.

    ``about`` is what its query is about, ``place_axis`` what its places are on.
    """

    def __init__(self, finding: Finding, description: FigureDescription, language: Language) -> None:
        self.finding = finding
        self.query = finding.query
        self.description = description
        self.language = language
        self.about = _selection(finding.query)
        self.shown = [
            (panel, series)
            for panel in description.panels
            if self.about.panel in {"", panel.id}
            for series in panel.series
            if not self.about.series or series.id in self.about.series
        ]
        self.place_axis = self._place_axis()

    def _place_axis(self) -> Axis | None:
        for panel, series in self.shown:
            turned = self.about.column == series.along and series.kind != "histogram"
            return panel.axes.get(_value_axis(series) if turned else _independent(series))
        return None

    # --- in the language of the sentence -----------------------------------------------------------

    def quoted(self, label: str) -> str:
        """A label, cited."""
        return forms.quoted(label, self.language)

    def number(self, value: float, *digits: int) -> str:
        """A number alone."""
        return forms.number(float(value), self.language, *digits)

    def quantity(self, value: Cell, unit: str) -> str:
        """A value with its unit."""
        return forms.quantity(value, unit, self.language)

    def moment(self, text: str) -> str:
        """A date."""
        return forms.moment(text, self.language)

    # --- values ------------------------------------------------------------------------------------

    def value(self) -> str:
        """The finding's value, with its error."""
        finding = self.finding
        text = self.quantity(finding.value, finding.unit)
        if finding.error and isinstance(finding.value, int | float):
            text += f" ± {self.number(finding.error, 2)}"
        return text

    def of_point(self, value: Cell) -> str:
        """The value of a point: a number with the finding's unit, or what a trend does."""
        if value in _WAYS:
            return way_name(str(value))
        return self.quantity(value, self.finding.unit) if value is not None else ""

    def count(self) -> int:
        """The finding's value where it counts something."""
        return _whole(self.finding.value)

    def detail(self, name: str) -> str:
        """A detail as it is."""
        cell = self.finding.details.get(name)
        if isinstance(cell, str):
            return clean(cell)
        return self.number(cell) if cell is not None else "–"

    def detail_count(self, name: str) -> int:
        """A detail that counts something."""
        return _whole(self.finding.details.get(name))

    def value_unit(self) -> str:
        """The unit of the values of what is asked about, by its axis."""
        for panel, series in self.shown:
            axis = panel.axes.get(_value_axis(series))
            return axis.unit if axis is not None else ""
        return ""

    def named_unit(self) -> str:
        """As :meth:`value_unit`, of a series that is named."""
        return self.value_unit() if self.about.series else ""

    def without_unit(self, label: str) -> str:
        """A series that is called like its axis needs no unit: the number has it."""
        return without_unit(label) if self.finding.unit and self.finding.unit in label else label

    # --- places ------------------------------------------------------------------------------------

    def place(self, at: Cell) -> str:
        """A place as a phrase."""
        return where(at, self.place_axis, self.finding.at_unit, self.language)

    def bare(self, at: Cell) -> str:
        """A place alone."""
        return exactly(at, self.finding.at_unit, self.language, self.place_axis)

    def with_place(self, text: str) -> str:
        """What is said, and the finding's place behind it."""
        place = self._cell() if "y" in self.finding.details else self.place(self.finding.at)
        return f"{text}, {place}" if place else text

    def _cell(self) -> str:
        """The place of a cell: both axes by their labels."""
        axes = self.description.panels[0].axes if self.description.panels else {}
        labels = {name: axis.label for name, axis in axes.items() if axis.label}
        return ", ".join(
            f"{self.quoted(without_unit(labels[name])) if name in labels else name} = "
            f"{exactly(at, '', self.language)}"
            for name, at in (("x", self.finding.at), ("y", self.finding.details["y"]))
            if at is not None
        )

    def bin(self) -> str:
        """The bins that the value is of, with a space before; empty where it is of none."""
        details = self.finding.details
        if "left" not in details or "right" not in details:
            return ""
        several = self.detail_count("count") > 1
        text = _("(the bins from {left} to {right})") if several else _("(the bin from {left} to {right})")
        return " " + text.format(left=self.bare(details["left"]), right=self.bare(details["right"]))

    # --- lists -------------------------------------------------------------------------------------

    def names(self, items: Sequence[str]) -> str:
        """Names, cited."""
        return cut([self.quoted(item) for item in items], ", ")

    def places(self) -> str:
        """The places of the finding's points."""
        return cut([self.bare(point.at) for point in self.finding.points], ", ")

    def points(self, points: Sequence[Point], *, labels: bool = True) -> str:
        """Each point as "label – value (place)"."""
        return cut([self._point(point, with_label=labels) for point in points], "; ")

    def _point(self, point: Point, *, with_label: bool) -> str:
        label = f"{self.quoted(point.label)} – " if with_label and point.label else ""
        value, place = self.of_point(point.value), self.place(point.at)
        return f"{label}{value} ({place})" if place and value else f"{label}{value}{place}"

    def groups(self) -> str:
        """Each point by its place, or else its name."""
        return cut(
            [f"{self.called(p.at, p.label)} – {self.of_point(p.value)}" for p in self.finding.points], "; "
        )

    def called(self, at: Cell, label: str) -> str:
        """One of several by its place, or else its name."""
        return self.bare(at) if at is not None else self.quoted(label)


def cut(told: Sequence[str], separator: str) -> str:
    """The first of a list."""
    return separator.join(told[:MOST_LISTED]) + ("…" if len(told) > MOST_LISTED else "")


def _selection(query: q.Single) -> q.Selection:
    """What a query is about: of a comparison, what its first number is about."""
    match query:
        case q.Comparison(first=first):
            return first.of
        case q.Written(panel=panel, series=series):
            return q.Selection(panel=panel, series=(series,) if series else ())
    return restating.selection_of(query) or q.Selection()


def _whole(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int | float) else 0


def _value_axis(series: Series) -> AxisName:
    return series.y if series.along == "x" else series.x


def _independent(series: Series) -> AxisName:
    return series.x if series.along == "x" else series.y
