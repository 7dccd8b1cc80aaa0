"""A whole figure in words: a paragraph, an alternative text, a caption. Every number in them comes from a
finding.

Numbers of a sample are left out where they might be false for all points; numbers read from pixels are given
with
their error, or not at all.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.forms import (
    Language,
    capital,
    clean,
    in_language,
    moment,
    number,
    quantity,
    quoted,
    where,
)
from rusoil_jupyter.figures.words.labels import useful_series, without_unit
from rusoil_jupyter.figures.words.saying import say
from rusoil_jupyter.figures.words.saying.names import axis_name, kind_name, marks_count
from rusoil_jupyter.figures.words.stems import alike, words
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, AxisName, Panel, Series
    from rusoil_jupyter.figures.values.finding import Finding, Point

FIRST_SENTENCE = 250
MOST_PANELS = 4
MOST_SERIES = 3
MOST_OF_PANEL = 1  # series of each panel, where there are several
_PLAIN = 4  # significant digits: ends of axes with more are what is left by margins, and not said
_DAYS_SHOWN = 2  # from which on the ends of an axis are said without a time of day
MOST_BOXES = 12
_RELATED = 0.3  # |r| from which on a correlation is told
_CURVES = frozenset({"line", "step", "area", "stem"})
_ORDERED = frozenset({"line", "step", "area", "stem", "bar"})
_BOTH_ENDS: tuple[Literal["maximum", "minimum"], ...] = ("maximum", "minimum")
_GRIDS = frozenset({"heatmap", "hexbin", "contour", "surface"})


def describe(reading: Reading, language: Language) -> str:
    """A paragraph: kind, axes with units and ranges, each series with extremes and trend, crossings,
    outliers."""
    return in_language(language, lambda: _Describer(reading, language).paragraph())


def alt_text(reading: Reading, language: Language) -> str:
    """For those who don't see it: first what is drawn, in at most 250 characters, then what it says."""
    return in_language(language, lambda: _Describer(reading, language).alternative())


def caption(reading: Reading, language: Language, number: int | None = None) -> str:
    """A caption as papers have it: «Рисунок 1 — Динамика дебита нефти, м³/сут» (GOST), "Figure 1. ..."."""
    return in_language(language, lambda: _Describer(reading, language).caption(number))


def _all_of(panel: Panel, series: Series, column: str = "") -> q.Selection:
    return q.Selection(panel=panel.id, series=(series.id,), column=column)


class _Describer:
    def __init__(self, reading: Reading, language: Language) -> None:
        self.reading = reading
        self.description = reading.description
        self.language = language
        self.panels = [panel for panel in self.description.panels if panel.series or panel.axes]

    # --- the three texts ---------------------------------------------------------------------------

    def paragraph(self) -> str:
        if self.description.diagram is not None and not self.panels:
            return self._diagram()
        tell = self._alone if len(self.panels) == 1 else self._among_others
        sentences = [self._opening(), *(text for panel in self.panels[:MOST_PANELS] for text in tell(panel))]
        left = len(self.panels) - MOST_PANELS
        if left > 0:
            text = ngettext(
                "{count} more panel is not described.", "{count} more panels are not described.", left
            )
            sentences.append(text.format(count=left))
        if self.description.omitted:
            sentences.append(_("Not everything of the figure was saved."))
        return " ".join(filter(None, sentences))

    def _alone(self, panel: Panel) -> list[str]:
        together, marked = self._together(panel), self._marked(panel)
        return [*self._axes(panel), *self._series(panel, MOST_SERIES), *together[:1], *marked[:1]]

    def _among_others(self, panel: Panel) -> list[str]:
        return [self._panel_heading(panel), *self._series(panel, MOST_OF_PANEL)]

    def alternative(self) -> str:
        if self.description.diagram is not None and not self.panels:
            return self._diagram(short=True)
        first = self._first_sentence()
        message = self._message()
        return " ".join(part for part in (first, message) if part)

    def caption(self, counter: int | None) -> str:
        text = self._caption_text()
        if self.language == "ru":
            return f"Рисунок {counter} — {text}" if counter is not None else text
        text = text if text.endswith((".", "?", "!")) else text + "."
        return f"Figure {counter}. {text}" if counter is not None else text

    # --- what it is --------------------------------------------------------------------------------

    def _opening(self) -> str:
        title = self._title()
        kind = self._kind()
        count = sum(len(useful_series(panel)) for panel in self.panels)
        named = f" {quoted(title, self.language)}" if title else ""
        if len(self.panels) > 1:
            total = len(self.panels)
            text = ngettext("{kind}{title}, {count} panel", "{kind}{title}, {count} panels", total)
            return capital(text.format(kind=kind, title=named, count=total)) + "."
        if count == 1:
            return capital(f"{kind}{named}") + "."
        text = ngettext("{kind}{title}, {count} series", "{kind}{title}, {count} series", count)
        return capital(text.format(kind=kind, title=named, count=count)) + "."

    def _kind(self, panel: Panel | None = None) -> str:
        panels = self.panels if panel is None else [panel]
        kinds = Counter(series.kind for one in panels for series in useful_series(one))
        if not kinds:
            return kind_name("")
        if len(kinds) > 1 and len(self.panels) > 1 and panel is None:
            return _("figure")
        common = [name for name, _count in kinds.most_common(2)]
        if len(common) == 2 and set(common) == {"scatter", "line"}:
            return _("scatter plot with lines")
        return kind_name(common[0])

    def _title(self) -> str:
        if self.description.title:
            return self.description.title
        titles = [panel.title for panel in self.panels if panel.title]
        return titles[0] if len(self.panels) == 1 and titles else ""

    def _panel_heading(self, panel: Panel) -> str:
        name = quoted(panel.title, self.language) if panel.title else ""
        place = _("Panel in row {row}, column {column}").format(row=panel.row, column=panel.column)
        told = [self._kind(panel), *(self._axis_of_panel(key, axis) for key, axis in panel.axes.items())]
        text = ", ".join(part for part in told if part)
        return f"{place}, {name}: {text}." if name else f"{place}: {text}."

    def _axis_of_panel(self, name: AxisName, axis: Axis) -> str:
        return f"{axis_name(name)} – {quoted(_short(axis.label), self.language)}" if axis.label else ""

    # --- axes --------------------------------------------------------------------------------------

    def _axes(self, panel: Panel) -> list[str]:
        told = [self._axis(name, axis) for name, axis in panel.axes.items()]
        told = [text for text in told if text]
        return [capital("; ".join(told)) + "."] if told else []

    def _axis(self, name: AxisName, axis: Axis) -> str:
        label = without_unit(axis.label) if axis.unit else axis.label
        if not label and not axis.unit and axis.scale != "log":
            return ""
        called = axis_name(name)
        shows = _("{axis} shows {label}").format(axis=called, label=quoted(label, self.language))
        told = (
            shows if label else called,
            _("in {unit}").format(unit=clean(axis.unit, 30)) if axis.unit else "",
            self._extent(axis),
            _("on a logarithmic scale") if axis.scale == "log" else "",
            _direction(name) if axis.inverted else "",
        )
        return ", ".join(filter(None, told))

    def _extent(self, axis: Axis) -> str:
        """How many categories it has, or from where to where it runs."""
        count = len(axis.categories)
        if axis.kind == "category":
            text = ngettext("{count} category", "{count} categories", count)
            return text.format(count=count) if count else ""
        if axis.range is None or not self._is_plain(axis):
            return ""
        low, high = (self._end(end, axis) for end in axis.range)
        return _("from {low} to {high}").format(low=low, high=high)

    @staticmethod
    def _is_plain(axis: Axis) -> bool:
        """Whether the ends of what is visible are worth saying."""
        ends = axis.range or (None, None)
        if axis.kind == "date":
            return all(isinstance(end, str) for end in ends)
        return all(isinstance(end, int | float) and float(f"{end:.{_PLAIN}g}") == end for end in ends)

    def _end(self, end: object, axis: Axis) -> str:
        if isinstance(end, str):
            end = _day_of(end, axis)
            return moment(end, self.language) if axis.kind == "date" else quoted(end, self.language)
        return number(float(end), self.language) if isinstance(end, int | float) else "–"

    # --- series ------------------------------------------------------------------------------------

    def _series(self, panel: Panel, most: int) -> list[str]:
        listed = useful_series(panel)
        told = [self._one(panel, series) for series in listed[:most]]
        return [*filter(None, told), *self._others(listed[most:])]

    def _others(self, left: list[Series]) -> list[str]:
        """Series of which no more is said than their names, or their number."""
        names = [quoted(_short(series.label), self.language) for series in left if series.label]
        if not left:
            return []
        if len(names) == len(left):
            return [capital(_("there are also {names}").format(names=_first_of(names, 8))) + "."]
        count = len(left)
        text = ngettext(
            "{count} more series is not described.", "{count} more series are not described.", count
        )
        return [text.format(count=count)]

    def _one(self, panel: Panel, series: Series) -> str:
        if series.kind == "pie":
            return self._pie(panel, series)
        if series.kind in {"box", "violin"}:
            return self._boxes(panel, series)
        axis = panel.axes.get(series.x if series.along == "x" else series.y)
        of = _all_of(panel, series)
        is_ordered = series.kind in _ORDERED and self._is_ordered(axis) and series.n > 2
        trend = self._found(q.Trend(of=of)) if is_ordered else None
        passed = "" if trend is None else self._passed(trend, of)
        pieces = [passed] if passed else [self._way(trend), *self._extremes(of, axis)]
        told = ", ".join(filter(None, pieces))
        return capital(f"{self._named(series)}: {told}.") if told else ""

    def _named(self, series: Series) -> str:
        if not series.label:
            return self._points(series)
        points = f" ({self._points(series)})" if series.n else ""
        return quoted(series.label, self.language) + points

    def _extremes(self, of: q.Selection, axis: Axis | None) -> list[str]:
        maximum, minimum = (self._found(q.Extreme(which=which, of=of)) for which in _BOTH_ENDS)
        pieces = []
        if maximum is not None:
            pieces.append(self._extreme(_("maximum {value}"), maximum, axis))
        if minimum is not None and (maximum is None or minimum.value != maximum.value):
            pieces.append(self._extreme(_("minimum {value}"), minimum, axis))
        return pieces

    def _passed(self, trend: Finding, of: q.Selection) -> str:
        """A rise or a fall from one extreme to the other, which then need no words of their own."""
        if trend.value not in {"rising", "falling"} or trend.badge == "estimated" or len(trend.points) < 2:
            return ""
        falls = trend.value == "falling"
        ends = [self._found(q.Extreme(which=which, of=of)) for which in _BOTH_ENDS]
        start, end = ends if falls else ends[::-1]
        if (
            start is None
            or end is None
            or not _lies_at(start, trend.points[0])
            or not _lies_at(end, trend.points[-1])
        ):
            return ""
        axis = self._axis_of(places=True) if len(self.panels) == 1 else None
        first, last = (
            f"{quantity(one.value, one.unit, self.language)} "
            f"({where(one.at, axis, one.at_unit, self.language)})"
            for one in (start, end)
        )
        sentence = _("it falls from {first} to {last}") if falls else _("it rises from {first} to {last}")
        return sentence.format(first=first, last=last)

    def _points(self, series: Series) -> str:
        return marks_count(series.kind, series.n, self.language)

    def _boxes(self, panel: Panel, series: Series) -> str:
        column = "median" if "median" in (series.values or series.stats) else "mean"
        ordered = self._found(q.Order(of=_all_of(panel, series, column)))
        if ordered is None or series.n > MOST_BOXES:
            return ""
        told = []
        for point in ordered.points:
            name = quantity(point.at, ordered.at_unit, self.language)
            told.append(f"{name} – {quantity(point.value, ordered.unit, self.language)}")
        sentence = (
            _("medians from the largest: {values}")
            if column == "median"
            else _("means from the largest: {values}")
        )
        return capital(sentence.format(values="; ".join(told))) + "."

    def _pie(self, panel: Panel, series: Series) -> str:
        shares = self._found(q.Share(of=_all_of(panel, series), whole=_all_of(panel, series)))
        if shares is None or not shares.points:
            return ""
        told = [
            f"{quoted(str(point.at), self.language)} – {quantity(point.value, '%', self.language)}"
            for point in shares.points[:8]
        ]
        text = ", ".join(told)
        return capital(_("shares: {shares}").format(shares=text)) + ("…" if len(shares.points) > 8 else ".")

    @staticmethod
    def _is_ordered(axis: Axis | None) -> bool:
        return axis is None or axis.kind != "category"

    def _way(self, trend: Finding | None) -> str:
        words = {"rising": _("it rises"), "falling": _("it falls"), "flat": _("it hardly changes")}
        return "" if trend is None else words.get(str(trend.value), "")

    def _extreme(self, sentence: str, finding: Finding, axis: Axis | None) -> str:
        if finding.value is None:
            return ""
        value = quantity(finding.value, finding.unit, self.language)
        if finding.error:
            value += f" ± {number(finding.error, self.language, 2)}"
        place = self._place(finding, axis)
        return sentence.format(value=value) + (f" {place}" if place else "")

    def _place(self, finding: Finding, axis: Axis | None) -> str:
        """Where an extreme is, in brackets; not where that is not sure, or one of several places."""
        details, unit = finding.details, finding.at_unit
        if "y" in details:
            x, y = (quantity(at, "", self.language) for at in (finding.at, details["y"]))
            return f"(x = {x}, y = {y})"
        if "left" in details:
            left, right = (quantity(details[name], unit, self.language) for name in ("left", "right"))
            return _("(the bin from {left} to {right})").format(left=left, right=right)
        times = details.get("times")
        if finding.badge == "estimated" or (isinstance(times, float) and times > 1):
            return ""
        place = where(finding.at, axis, unit, self.language)
        return f"({place})" if place else ""

    def _is_whole(self, *series: Series) -> bool:
        """Whether all points of these series are known: what lies between them is then as it is drawn."""
        return all(self.reading.table(one.id).badge != "estimated" for one in series)

    def _found(self, query: q.Single) -> Finding | None:
        """A finding whose numbers are sure: of all points, or with an error that is known."""
        from rusoil_jupyter.figures.query import CannotAnswer, answer

        try:
            finding = answer(self.reading, query)
        except CannotAnswer:
            return None
        if finding.badge in {"exact", "stored"} or finding.error is not None:
            return finding
        # A trend is a word, not a number; where two curves meet lies between points that are drawn.
        return finding if isinstance(query, q.Trend | q.Intersection) else None

    # --- what several series do together -------------------------------------------------------------

    def _together(self, panel: Panel) -> list[str]:
        curves = [s for s in useful_series(panel) if s.kind in _CURVES and s.n > 2]
        are_few = 2 <= len(curves) <= 3 and len({(s.x, s.y, s.along) for s in curves}) == 1
        meetings = [self._meeting(panel, *pair) for pair in combinations(curves, 2)] if are_few else []
        clouds = [s for s in useful_series(panel) if s.kind == "scatter" and s.n > 4]
        related = [self._relation(panel, series) for series in clouds]
        return list(filter(None, [*meetings, *related]))[:4]

    def _meeting(self, panel: Panel, first: Series, second: Series) -> str:
        """Where two curves meet, without what they are there."""
        finding = self._found(q.Intersection(of=_all_of(panel, first), other=second.id))
        if finding is None or not self._is_whole(first, second) or not 0 < len(finding.points) <= 3:
            return ""
        places = tuple(point.model_copy(update={"value": None}) for point in finding.points)
        return say([finding.model_copy(update={"points": places})], self.description, self.language)

    def _relation(self, panel: Panel, series: Series) -> str:
        finding = self._found(q.Correlation(of=_all_of(panel, series)))
        if finding is None or finding.badge == "estimated" or not _is_related(finding):
            return ""
        return say([finding], self.description, self.language)

    def _marked(self, panel: Panel) -> list[str]:
        told = []
        if panel.references:
            finding = self._found(q.Written(what="references", panel=panel.id))
            if finding is not None and len(panel.references) <= 5:
                told.append(say([finding], self.description, self.language))
        if panel.notes:
            finding = self._found(q.Written(what="notes", panel=panel.id))
            if finding is not None and len(panel.notes) <= 5:
                told.append(say([finding], self.description, self.language))
        return told

    # --- the alternative text ------------------------------------------------------------------------

    def _first_sentence(self) -> str:
        """Kind, title, axes and series, as many as fit."""
        head = self._opening()[:-1]
        text = head
        for part in self._first_parts():
            if len(text) + len(part) + 3 > FIRST_SENTENCE:
                break
            text += ("; " if text != head else ": ") + part
        return (text if len(text) < FIRST_SENTENCE else clean(text, FIRST_SENTENCE - 1)) + "."

    def _first_parts(self) -> list[str]:
        """The names of the series and of the axes; of several panels their titles."""
        only = self.panels[0] if len(self.panels) == 1 else None
        labels = (
            [one.label for one in useful_series(only)] if only else [panel.title for panel in self.panels]
        )
        names = _first_of([quoted(_short(label), self.language) for label in labels if label], 6)
        axes = [self._axis_of_panel(name, axis) for name, axis in only.axes.items()] if only else []
        return list(filter(None, [names, *axes]))

    def _message(self) -> str:
        """The chief things that it says: of the first series of each panel, at most three sentences."""
        told: list[str] = []
        for panel in self.panels[:3]:
            for series in useful_series(panel)[: 3 if len(self.panels) == 1 else 1]:
                told.append(self._one(panel, series))
            if len(self.panels) == 1:
                told += self._together(panel)[:1]
        return " ".join([text for text in told if text][:4])

    # --- captions ------------------------------------------------------------------------------------

    def _caption_text(self) -> str:
        title = clean(self._title(), 200)
        if title:
            unit = self._unit()
            return f"{title}, {unit}" if unit and unit not in title and self._names_value(title) else title
        if self.description.diagram is not None and not self.panels:
            return _("Diagram")
        titles = [clean(panel.title, 60) for panel in self.panels if panel.title]
        return "; ".join(titles[:6]) or self._plotted()

    def _plotted(self) -> str:
        """The values, or else the series, and what they are plotted against."""
        value, place = self._value_axis(), self._place_axis()
        label = clean(without_unit(value.label), 80) if value is not None else ""
        if not label:
            labels = [clean(s.label, 60) for panel in self.panels for s in useful_series(panel) if s.label]
            label = ", ".join(labels[:4]) or capital(self._kind())
        text = ", ".join(filter(None, (label, self._unit())))
        if place is None or not place.label:
            return text
        name = clean(without_unit(place.label), 80)
        return _("{value} against “{place}”").format(value=text, place=name)

    def _unit(self) -> str:
        value = self._value_axis()
        return clean(value.unit, 30) if value is not None else ""

    def _names_value(self, title: str) -> bool:
        """Whether a title speaks of the values, so that their unit belongs behind it."""
        value = self._value_axis()
        if value is None or len(self.panels) != 1 or "y2" in self.panels[0].axes:
            return False
        spoken = [word for word in words(without_unit(value.label)) if len(word) > 2]
        return any(alike(word, other) >= 0.9 for word in spoken for other in words(title))

    def _value_axis(self) -> Axis | None:
        return self._axis_of(places=False)

    def _place_axis(self) -> Axis | None:
        return self._axis_of(places=True)

    def _axis_of(self, *, places: bool) -> Axis | None:
        for panel in self.panels:
            for series in useful_series(panel):
                if series.kind in _GRIDS:
                    return panel.axes.get(series.x if places else "color")
                along = series.x if series.along == "x" else series.y
                other = series.y if series.along == "x" else series.x
                return panel.axes.get(along if places else other)
        return None

    # --- diagrams ------------------------------------------------------------------------------------

    def _diagram(self, *, short: bool = False) -> str:
        diagram = self.description.diagram
        if diagram is None:
            return ""
        boxes, links = len(diagram.nodes), len(diagram.edges)
        title = f" {quoted(self.description.title, self.language)}" if self.description.title else ""
        count = ngettext("{count} box", "{count} boxes", boxes).format(count=boxes)
        arrows = ngettext("{count} connection", "{count} connections", links).format(count=links)
        first = capital(_("diagram{title}: {boxes}, {links}.").format(title=title, boxes=count, links=arrows))
        if short:
            names = ", ".join(
                quoted(_short(node.label or node.id), self.language) for node in diagram.nodes[:10]
            )
            return f"{first} {names}{'…' if boxes > 10 else '.'}"
        findings = [self._found(query) for query in (q.Boxes(), q.Arrows())]
        known = [finding for finding in findings if finding is not None]
        return f"{first} {say(known, self.description, self.language)}"


def _short(label: str) -> str:
    return clean(label, 40)


def _first_of(told: list[str], most: int) -> str:
    return ", ".join(told[:most]) + ("…" if len(told) > most else "")


def _direction(name: AxisName) -> str:
    """Of an axis that runs the other way."""
    return _("running downwards") if name in {"y", "y2"} else _("running to the left")


def _lies_at(extreme: Finding, end: Point) -> bool:
    """Whether an extreme is the end of a trend, for sure and alone."""
    is_sure = extreme.error is None and "times" not in extreme.details
    return is_sure and (extreme.value, extreme.at) == (end.value, end.at)


def _is_related(finding: Finding) -> bool:
    """Whether a correlation is worth a sentence."""
    return isinstance(finding.value, int | float) and abs(finding.value) >= _RELATED


def _day_of(end: str, axis: Axis) -> str:
    """The end of a date axis without a time of day, where the axis shows days."""
    ends = axis.range or (None, None)
    try:
        low, high = (datetime.fromisoformat(str(one)) for one in ends)
        shown = (high - low).total_seconds() / 86400
    except (ValueError, TypeError):
        return end
    return end[:10] if shown >= _DAYS_SHOWN else end
