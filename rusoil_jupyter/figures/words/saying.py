"""Findings as short sentences: the numbers, their units and places. How sure they are is shown beside, not
said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import restating
from rusoil_jupyter.figures.words.forms import (
    Language,
    capital,
    clean,
    exactly,
    in_language,
    moment,
    number,
    quantity,
    quoted,
    where,
)
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rusoil_jupyter.figures.values.description import Axis, AxisName, Cell, FigureDescription, Series
    from rusoil_jupyter.figures.values.finding import Finding, Point

_MOST_LISTED = 12


def say(findings: Sequence[Finding], description: FigureDescription, language: Language) -> str:
    """Sentences for findings, in their order, with their warnings.

    Labels of the figure are cited in quotes, whatever they say.
    """
    return in_language(
        language, lambda: " ".join(_Speaker(f, description, language).sentence() for f in findings)
    )


def kind_name(kind: str) -> str:
    """A kind of series as it is called."""
    return {
        "line": _("line chart"),
        "step": _("step chart"),
        "scatter": _("scatter plot"),
        "stem": _("stem plot"),
        "area": _("area chart"),
        "bar": _("bar chart"),
        "histogram": _("histogram"),
        "band": _("filled band"),
        "errorbar": _("plot with error bars"),
        "box": _("box plot"),
        "violin": _("violin plot"),
        "pie": _("pie chart"),
        "heatmap": _("heat map"),
        "hexbin": _("map of hexagonal bins"),
        "contour": _("contour plot"),
        "surface": _("three-dimensional plot"),
        "vector": _("vector field"),
        "image": _("picture"),
        "diagram": _("diagram"),
    }.get(kind, _("figure"))


def marks_count(kind: str, count: int, language: Language) -> str:
    """How many marks a series has, called as they look: "6 bars", «36 точек»."""
    shown = number(float(count), language)
    if kind in {"bar", "histogram"}:
        return ngettext("{count} bar", "{count} bars", count).format(count=shown)
    if kind in {"box", "violin"}:
        return ngettext("{count} box", "{count} boxes", count).format(count=shown)
    if kind in {"heatmap", "hexbin", "contour", "surface"}:
        return ngettext("{count} cell", "{count} cells", count).format(count=shown)
    if kind == "pie":
        return ngettext("{count} slice", "{count} slices", count).format(count=shown)
    return ngettext("{count} point", "{count} points", count).format(count=shown)


class _Speaker:
    """One finding on its way into a sentence."""

    def __init__(self, finding: Finding, description: FigureDescription, language: Language) -> None:
        self.finding = finding
        self.query = finding.query
        self.description = description
        self.language = language
        self.about = _selection(finding.query)
        self.place_axis = self._place_axis()

    def _place_axis(self) -> Axis | None:
        for panel in self.description.panels:
            if self.about.panel and panel.id != self.about.panel:
                continue
            for series in panel.series:
                if not self.about.series or series.id in self.about.series:
                    turned = self.about.column == series.along and series.kind != "histogram"
                    return panel.axes.get(_value_axis(series) if turned else _independent(series))
        return None

    def sentence(self) -> str:
        told = self._told()
        subject = ", ".join(filter(None, (self._subject(), *self._limits())))
        text = f"{subject}: {told}" if subject else told
        text = capital(text)
        text = text if text.endswith((".", "!", "?", "…")) else text + "."
        return " ".join([text, *(clean(warning, 300) for warning in self.finding.warnings)])

    def _told(self) -> str:
        if isinstance(self.query, q.Written):
            return _WRITTEN[self.query.what](self, self.query)
        return _TOLD[type(self.query)](self, self.query)

    def _statistic(self, query: q.Statistic) -> str:
        if query.each:
            return self._of_groups(query)
        tell: dict[str, Callable[[q.Statistic], str]] = {
            "count": self._count_of_marks,
            "first": self._first,
            "last": self._last,
            "maximum": self._maximum,
            "minimum": self._minimum,
        }
        return tell.get(query.name, self._number)(query)

    def _subject(self) -> str:
        """The series that the sentence is about, where the sentence does not name it itself."""
        series = self.finding.series
        match self.query:
            case q.Intersection() | q.Comparison() | q.Order() | q.Everything() | q.Boxes() | q.Arrows():
                return ""
            case q.Neighbours() | q.Path() | q.Which(asks="series"):
                return ""
            case q.Written(what=what) if what != "categories":
                return ""
            case q.Correlation(other=other) if other:
                return ""
            case q.Extreme() if self._is_ranked() or self._asks_series():
                return ""
            case q.Statistic(each="series"):
                return ""
        return quoted(self._without_unit(series), self.language) if series else ""

    def _limits(self) -> list[str]:
        """What the question was narrowed down to: said before the answer, so that it can be seen."""
        told_with_it = self.finding.at is not None or isinstance(self.query, q.Comparison)
        return restating.limits(self.query, self.description, self.language, place=not told_with_it)

    def _is_ranked(self) -> bool:
        return isinstance(self.query, q.Extreme) and self.query.rank > 1

    def _asks_series(self) -> bool:
        return isinstance(self.query, q.Extreme) and self.query.asks == "series" and bool(self.finding.series)

    def _without_unit(self, label: str) -> str:
        """A series that is called like its axis needs no unit: the number has it."""
        return without_unit(label) if self.finding.unit and self.finding.unit in label else label

    # --- pieces ------------------------------------------------------------------------------------

    def _value(self, value: Cell = None, unit: str | None = None) -> str:
        finding = self.finding
        shown = finding.value if value is None else value
        text = quantity(shown, finding.unit if unit is None else unit, self.language)
        if finding.error and value is None and isinstance(shown, int | float):
            text += f" ± {number(finding.error, self.language, 2)}"
        return text

    def _place(self, at: Cell) -> str:
        return where(at, self.place_axis, self.finding.at_unit, self.language)

    def _with_place(self, text: str, at: Cell) -> str:
        place = self._cell() if "y" in self.finding.details else self._place(at)
        return f"{text}, {place}" if place else text

    def _cell(self) -> str:
        """The place of a cell: both axes by their labels."""
        finding = self.finding
        names: dict[str, str] = {
            name: axis.label for panel in self.description.panels[:1] for name, axis in panel.axes.items()
        }
        told = []
        for name, at in (("x", finding.at), ("y", finding.details["y"])):
            if at is not None:
                label = quoted(without_unit(names[name]), self.language) if names.get(name) else name
                told.append(f"{label} = {exactly(at, '', self.language)}")
        return ", ".join(told)

    def _detail(self, name: str) -> str:
        cell = self.finding.details.get(name)
        if isinstance(cell, str):
            return clean(cell)
        return number(float(cell), self.language) if cell is not None else "–"

    def _count(self, name: str) -> int:
        cell = self.finding.details.get(name)
        return int(cell) if isinstance(cell, int | float) else 0

    def _list(self, items: Sequence[str]) -> str:
        listed = ", ".join(quoted(item, self.language) for item in items[:_MOST_LISTED])
        return f"{listed}…" if len(items) > _MOST_LISTED else listed

    def _points(self, points: Sequence[Point], *, labels: bool = True) -> str:
        """Each point as "label – value (place)"."""
        told = []
        for point in points[:_MOST_LISTED]:
            label = f"{quoted(point.label, self.language)} – " if labels and point.label else ""
            value = self._spoken(point.value)
            place = self._place(point.at)
            told.append(f"{label}{value}" + (f" ({place})" if place and value else place))
        return "; ".join(told) + ("…" if len(points) > _MOST_LISTED else "")

    def _spoken(self, value: Cell) -> str:
        if value in {"rising", "falling", "flat", "mixed"}:
            return _way(str(value))
        return quantity(value, self.finding.unit, self.language) if value is not None else ""

    def _places(self, points: Sequence[Point]) -> str:
        told = [self._bare(point.at) for point in points[:_MOST_LISTED]]
        return ", ".join(told) + ("…" if len(points) > _MOST_LISTED else "")

    def _bare(self, at: Cell) -> str:
        return exactly(at, self.finding.at_unit, self.language, self.place_axis)

    # --- numbers of a series -----------------------------------------------------------------------

    def _number(self, query: q.Single) -> str:
        finding = self.finding
        if finding.value is None:
            return self._points(finding.points) or _("nothing was found")
        name = _measure_names()[getattr(query, "name", query.op)]
        text = _("{name} is {value}").format(name=name, value=self._value())
        if "left" in finding.details and "right" in finding.details:
            return f"{text} {self._bin()}"
        if finding.points and finding.details.get("series"):  # of groups, and each of them
            return f"{text} ({self._points(finding.points)})"
        return text

    def _value_at(self, _query: q.ValueAt) -> str:
        finding = self.finding
        if finding.value is None:
            return self._points(finding.points)
        text = self._with_place(_("the value is {value}").format(value=self._value()), finding.at)
        if "left" in finding.details and "right" in finding.details:
            text += " " + self._bin()
        if self._count("count") > 1 and self.about.column != "total":
            text += " " + _("(the mean of {count} values)").format(count=self._count("count"))
        if "low" in finding.details and "high" in finding.details and "q1" not in finding.details:
            low, high = (
                quantity(finding.details[name], finding.unit, self.language) for name in ("low", "high")
            )
            text += ", " + _("from {low} to {high}").format(low=low, high=high)
        return text

    def _bin(self) -> str:
        ends = [self._bare(self.finding.details[name]) for name in ("left", "right")]
        if self._count("count") > 1:
            return _("(the bins from {left} to {right})").format(left=ends[0], right=ends[1])
        return _("(the bin from {left} to {right})").format(left=ends[0], right=ends[1])

    def _extreme_of(self, query: q.Extreme) -> str:
        return self._maximum(query) if query.which == "maximum" else self._minimum(query)

    def _maximum(self, query: q.Extreme | q.Statistic) -> str:
        return self._extreme(query, _("the maximum is {value}"), _("the maxima are: {points}"))

    def _minimum(self, query: q.Extreme | q.Statistic) -> str:
        return self._extreme(query, _("the minimum is {value}"), _("the minima are: {points}"))

    def _extreme(self, query: q.Extreme | q.Statistic, one: str, several: str) -> str:
        finding = self.finding
        if finding.value is None:
            return several.format(points=self._points(finding.points))
        if self._is_ranked():
            return self._position()
        text = self._asked_first(query, one.format(value=self._value()))
        if "left" in finding.details and "right" in finding.details:
            text += " " + self._bin()
        times = self._count("times")
        if times > 1:
            text += " " + ngettext(
                "(the first of {count} such place)", "(the first of {count} such places)", times
            ).format(count=times)
        if finding.items and len(finding.points) > 1 and len(finding.items) > 1:
            text += " " + _("(the same in {series})").format(series=self._list(finding.items))
        elif finding.items:
            text += f" ({self._list(finding.items)})"
        return text

    def _asked_first(self, query: q.Extreme | q.Statistic, told: str) -> str:
        """An extreme with its place, or its series: that before the number which was asked for."""
        finding = self.finding
        asks = query.asks
        if asks == "series" and finding.series:
            name = quoted(self._without_unit(finding.series), self.language)
            return f"{name}: {self._with_place(told, finding.at)}"
        if asks == "cross" and finding.details.get("y") is not None:
            return f"{self._bare(finding.details['y'])}: {self._with_place(told, finding.at)}"
        if asks == "place" and finding.at is not None and "y" not in finding.details:
            return f"{self._place(finding.at)} ({told})"
        return self._with_place(told, finding.at)

    def _of_groups(self, query: q.Statistic) -> str:
        """A statistic of each group: all of them, the utmost one, or one number over them."""
        finding = self.finding
        name = _measure_names()[query.name]
        if query.over in {"maximum", "minimum"}:
            return self._position()
        told = "; ".join(
            f"{self._group(point)} – {self._spoken(point.value)}" for point in finding.points[:_MOST_LISTED]
        )
        told += "…" if len(finding.points) > _MOST_LISTED else ""
        if finding.value is None:
            return f"{name}: {told}"
        over = _measure_names()[query.over or "mean"]
        return _("{name} is {value}").format(name=over, value=self._value()) + f" ({name}: {told})"

    def _group(self, point: Point) -> str:
        return self._bare(point.at) if point.at is not None else quoted(point.label, self.language)

    def _first(self, _query: q.Statistic) -> str:
        if self.finding.value is None:
            return self._points(self.finding.points)
        return self._with_place(_("the first value is {value}").format(value=self._value()), self.finding.at)

    def _last(self, _query: q.Statistic) -> str:
        if self.finding.value is None:
            return self._points(self.finding.points)
        return self._with_place(_("the last value is {value}").format(value=self._value()), self.finding.at)

    def _count_of_marks(self, _query: q.Statistic) -> str:
        finding = self.finding
        count = int(finding.value) if isinstance(finding.value, int | float) else 0
        shown = number(float(count), self.language)
        if not self.about.where:
            return marks_count(self._kind(), count, self.language)
        if any(point.label for point in finding.points):
            return self._points(finding.points)
        if "of" in finding.details:
            text = ngettext("{count} of {all} mark", "{count} of {all} marks", self._count("of"))
            text = text.format(count=shown, all=self._detail("of"))
        else:
            text = ngettext("{count} mark", "{count} marks", count).format(count=shown)
        return f"{text} ({self._places(finding.points)})" if 0 < len(finding.points) <= _MOST_LISTED else text

    def _categories(self, _query: q.Written) -> str:
        items = self.finding.items
        count = int(self.finding.value) if isinstance(self.finding.value, int | float) else len(items)
        text = ngettext("{count} category: {names}", "{count} categories: {names}", count)
        return text.format(count=number(float(count), self.language), names=self._list(items))

    def _kind(self) -> str:
        wanted = self.about.series
        listed = [series for panel in self.description.panels for series in panel.series]
        kinds = {series.kind for series in listed if not wanted or series.id in wanted}
        return kinds.pop() if len(kinds) == 1 else ""

    def _extent(self, _query: q.Extent) -> str:
        finding = self.finding
        if finding.value is None:
            return self._points(finding.points)
        if "stretches" not in finding.details:
            count = self._count("count")
            text = ngettext("{count} mark, {length} in all", "{count} marks, {length} in all", count)
            return text.format(count=number(float(count), self.language), length=self._value())
        text = _("{length} in all").format(length=self._value())
        ends = [
            f"{self._bare(point.at)} – {self._bare(point.value)}" for point in finding.points[:_MOST_LISTED]
        ]
        return f"{text} ({'; '.join(ends)})" if ends else text

    def _which(self, query: q.Which) -> str:
        finding = self.finding
        if finding.value in {"yes", "no"}:
            return self._verdict_of_which(query)
        names = [self._bare(point.at) for point in finding.points] or [
            quoted(item, self.language) for item in finding.items
        ]
        if not names:
            return _("none")
        listed = ", ".join(names[:_MOST_LISTED]) + ("…" if len(names) > _MOST_LISTED else "")
        return f"{number(float(self._count('count')), self.language)}: {listed}"

    def _verdict_of_which(self, query: q.Which) -> str:
        """Yes or no; and the marks that decide it."""
        text = _("yes") if self.finding.value == "yes" else _("no")
        if not self.finding.points:
            return text
        told = self._points(self.finding.points[:3], labels=not self.finding.series)
        told += "…" if len(self.finding.points) > 3 else ""
        against = _("against it")
        return f"{text} ({told})" if query.holds == "ever" else f"{text} ({against}: {told})"

    def _share(self, _query: q.Share) -> str:
        finding = self.finding
        if finding.value is None:
            return _("the shares are: {points}").format(points=self._shares())
        part, whole = self._detail("part"), self._detail("whole")
        text = _("the share is {value} ({part} of {whole})").format(
            value=self._value(), part=part, whole=whole
        )
        return self._with_place(text, finding.at)

    def _shares(self) -> str:
        told = []
        for point in self.finding.points[:_MOST_LISTED]:
            name = self._bare(point.at) if point.at is not None else quoted(point.label, self.language)
            told.append(f"{name} – {quantity(point.value, '%', self.language)}")
        return "; ".join(told) + ("…" if len(self.finding.points) > _MOST_LISTED else "")

    def _slope(self, _query: q.Slope) -> str:
        if self.finding.value is None:
            return self._points(self.finding.points)
        return _("the rate of change is {value} (R² = {r2})").format(
            value=self._value(), r2=self._detail("r2")
        )

    def _trend(self, query: q.Trend) -> str:
        finding = self.finding
        if finding.value is None:
            return self._points(finding.points)
        way = self._claimed(query) + _way(str(finding.value))
        if finding.details.get("change") is None or len(finding.points) < 2:
            return way
        unit = self._trend_unit()
        start, end = finding.points[0], finding.points[-1]
        sentence = (
            _("{way} from {first} ({start}) to {last} ({end})")
            if finding.value in {"rising", "falling"}
            else _("{way}: from {first} ({start}) to {last} ({end})")
        )
        return sentence.format(
            way=way,
            first=quantity(start.value, unit, self.language),
            last=quantity(end.value, unit, self.language),
            start=self._place(start.at),
            end=self._place(end.at),
        )

    def _claimed(self, query: q.Trend) -> str:
        """Yes or no, where the question was whether it is so."""
        if not query.claim:
            return ""
        said = _("yes") if self.finding.value == query.claim else _("no")
        return f"{said}: "

    def _trend_unit(self) -> str:
        """The unit of the values of the only series that is asked about."""
        for panel in self.description.panels:
            for series in panel.series:
                if series.id in self.about.series:
                    axis = panel.axes.get(_value_axis(series))
                    return axis.unit if axis is not None else ""
        return ""

    # --- places ------------------------------------------------------------------------------------

    def _crossing(self, query: q.Crossing) -> str:
        finding = self.finding
        unit = query.unit or finding.unit or self._trend_unit()
        level = quantity(query.level, unit, self.language)
        if not finding.points:
            return self._not_reached(level)
        if query.asks == "count" and finding.value is not None:
            text = ngettext(
                "{level} is reached {count} time",
                "{level} is reached {count} times",
                int(float(finding.value)),
            )
            text = text.format(level=level, count=number(float(finding.value), self.language))
            return f"{text}: {self._places(finding.points)}"
        if finding.at is None and finding.value is not None:  # other directions only
            return _("{level} is passed only the other way: {places}").format(
                level=level, places=self._places(finding.points)
            )
        if finding.value is None:
            return _("{level} is reached: {points}").format(level=level, points=self._points(finding.points))
        if not any(point.label in {"rising", "falling", "touching"} for point in finding.points):
            sentence = {
                "up": _("above {level}: {places}"),
                "down": _("below {level}: {places}"),
            }.get(query.way, _("{level} is reached: {places}"))
            return sentence.format(level=level, places=self._places(finding.points))
        sentence = {
            "up": _("{level} is exceeded from {place} on"),
            "down": _("the value falls below {level} at {place}"),
        }.get(query.way, _("{level} is reached at {place}"))
        text = sentence.format(level=level, place=self._bare(finding.at))
        if len(finding.points) > 1:
            text += "; " + _("all {count} crossings: {places}").format(
                count=len(finding.points), places=self._places(finding.points)
            )
        return text

    def _not_reached(self, level: str) -> str:
        if self.finding.details.get("minimum") is None:
            return _("{level} is reached nowhere").format(level=level)
        low, high = self._detail("minimum"), self._detail("maximum")
        return _("{level} is reached nowhere; the values are from {low} to {high}").format(
            level=level, low=low, high=high
        )

    def _intersection(self, _query: q.Intersection) -> str:
        finding = self.finding
        pair = self._list(finding.items)
        if not finding.points:
            return (
                _("{series} do not meet in this figure").format(series=pair)
                if pair
                else _("no two series meet in this figure")
            )
        told = self._points(finding.points, labels=not finding.items)
        return _("{series} meet: {points}").format(series=pair, points=told) if pair else told

    def _outliers(self, _query: q.Outliers) -> str:
        count = int(self.finding.value) if isinstance(self.finding.value, int | float) else 0
        if not count:
            return _("no outliers were found")
        text = ngettext("{count} outlier: {points}", "{count} outliers: {points}", count)
        unit = self._trend_unit()
        told = "; ".join(
            f"{quantity(point.value, unit, self.language)} ({self._place(point.at)})"
            for point in self.finding.points[:_MOST_LISTED]
        )
        return text.format(count=count, points=told)

    # --- relations ---------------------------------------------------------------------------------

    def _comparison(self, query: q.Comparison) -> str:
        finding = self.finding
        details = finding.details
        if finding.value is None and not details.get("difference"):
            return self._points(finding.points) or _("they can't be compared")
        axis = self._value_unit()
        tail = ""
        if details.get("ratio") is not None:
            tail = " " + _("({percent} %, ratio {ratio})").format(
                percent=self._detail("percent"), ratio=self._detail("ratio")
            )
        apart = _("percentage points") if axis == "%" else axis
        difference = quantity(details.get("difference"), apart, self.language)
        if query.asks in {"larger", "smaller"} and len(finding.items) == 2:
            return self._verdict(query, difference, axis)
        if "from" in details and self._between_categories():
            return self._two_sided(tail, difference, axis)
        if "from" in details:
            text = _("{series}: from {before} ({start}) to {after} ({end}), a change of {difference}").format(
                series=quoted(self._without_unit(finding.series), self.language),
                before=quantity(details["from"], axis, self.language),
                after=quantity(details["to"], axis, self.language),
                start=self._place(details.get("from at")),
                end=self._place(details.get("to at")),
                difference=difference,
            )
            return text + tail
        names = self._names_of_sides(query)
        text = _("{first} – {one}, {second} – {two}; the difference is {difference}").format(
            first=names[0] if names else "",
            second=names[-1] if names else "",
            one=quantity(details.get("first"), axis, self.language),
            two=quantity(details.get("second"), axis, self.language),
            difference=difference,
        )
        return text + tail + self._behind()

    def _behind(self) -> str:
        """Where two things were compared, or by what of them."""
        place = self._place(self.finding.at)
        if place:
            return f", {place}"
        return f" ({self.finding.method})" if self.finding.method else ""

    def _names_of_sides(self, query: q.Comparison) -> list[str]:
        """The two series; where they are one, what is taken of it."""
        items = self.finding.items
        if len(set(items)) == 2 and all(items):
            return [quoted(item, self.language) for item in items]
        sides = restating.sides(query, self.description, self.language)
        return list(sides)

    def _verdict(self, query: q.Comparison, difference: str, unit: str) -> str:
        """Which of two is higher or lower, that one first."""
        details = self.finding.details
        winner, loser = ("to", "from") if "from" in details else ("first", "second")
        one, two = (quantity(details.get(name), unit, self.language) for name in (winner, loser))
        if "from" in details and not self._between_categories():
            sides = [self._bare(details.get(f"{name} at")) for name in (winner, loser)]
        else:
            sides = self._names_of_sides(query)
        gap = float(details.get("difference") or 0.0)
        if (gap < 0) == (query.asks == "larger") and gap:  # the second is the one that was asked for
            one, two, sides = two, one, sides[::-1]
        if not gap:
            sentence = _("{first} and {second} are equal: {one}")
        elif query.asks == "smaller":
            sentence = _("{first} is lower: {one} against {two} ({second}); the difference is {difference}")
        else:
            sentence = _("{first} is higher: {one} against {two} ({second}); the difference is {difference}")
        text = sentence.format(
            first=sides[0], second=sides[1], one=one, two=two, difference=difference.lstrip("−")
        )
        return text if "from" in details else text + self._behind()

    def _between_categories(self) -> bool:
        ends = (self.finding.details.get("from at"), self.finding.details.get("to at"))
        is_date = self.place_axis is not None and self.place_axis.kind == "date"
        return not is_date and all(isinstance(end, str) for end in ends)

    def _two_sided(self, tail: str, difference: str, unit: str) -> str:
        details = self.finding.details
        sides = [quoted(str(details[name]), self.language) for name in ("to at", "from at")]
        text = _("{first} – {one}, {second} – {two}; the difference is {difference}").format(
            first=sides[0],
            second=sides[1],
            one=quantity(details["to"], unit, self.language),
            two=quantity(details["from"], unit, self.language),
            difference=difference,
        )
        return text + tail

    def _value_unit(self) -> str:
        """The unit of the two numbers that were compared."""
        if isinstance(self.query, q.Comparison) and self.query.asks in {"ratio", "percent"}:
            return self.query.first.unit or self._unit_of_values()
        return self.finding.unit

    def _unit_of_values(self) -> str:
        wanted = self.about.series
        for panel in self.description.panels:
            for series in panel.series:
                if not wanted or series.id in wanted:
                    axis = panel.axes.get(_value_axis(series))
                    return axis.unit if axis is not None else ""
        return ""

    def _correlation(self, query: q.Correlation) -> str:
        finding = self.finding
        if finding.value is None:
            return self._points(finding.points)
        size = abs(float(finding.value)) if isinstance(finding.value, int | float) else 0.0
        strength = (
            _("a strong relation")
            if size >= 0.8
            else _("a clear relation")
            if size >= 0.5
            else _("a weak relation")
            if size >= 0.3
            else _("hardly any relation")
        )
        text = _("the correlation is r = {value} ({strength})").format(
            value=number(float(finding.value), self.language), strength=strength
        )
        if query.other:
            return f"{quoted(finding.series, self.language)}: {text}"
        return text

    def _order(self, query: q.Order) -> str:
        finding = self.finding
        if query.standing:
            return self._standing(query)
        listed = []
        for point in finding.points[:_MOST_LISTED]:
            listed.append(f"{self._group(point)} – {quantity(point.value, finding.unit, self.language)}")
        order = "; ".join(listed) + ("…" if len(finding.points) > _MOST_LISTED else "")
        return _("in order: {points}").format(points=order)

    def _standing(self, query: q.Order) -> str:
        """Which place one of them has."""
        sentence = (
            _("{name} is number {position} of {all} from the smallest, with {value}")
            if query.first == "smallest"
            else _("{name} is number {position} of {all} from the largest, with {value}")
        )
        return sentence.format(
            name=self._one(),
            position=self._detail("position"),
            all=self._detail("of"),
            value=quantity(self.finding.details.get("value"), self._unit_of_values(), self.language),
        )

    def _one(self) -> str:
        finding = self.finding
        return self._bare(finding.at) if finding.at is not None else quoted(finding.series, self.language)

    def _position(self) -> str:
        """Which is the largest, or the second from the smallest."""
        position = self._count("position")
        from_smallest = "minimum" in {getattr(self.query, "which", ""), getattr(self.query, "over", "")}
        value = quantity(self.finding.value, self.finding.unit, self.language)
        if position == 1:
            sentence = (
                _("the smallest is {name} with {value}")
                if from_smallest
                else _("the largest is {name} with {value}")
            )
        else:
            sentence = (
                _("number {position} from the smallest is {name} with {value}")
                if from_smallest
                else _("number {position} from the largest is {name} with {value}")
            )
        return sentence.format(position=position, name=self._one(), value=value)

    def _fit(self, _query: q.Fit) -> str:
        finding = self.finding
        if finding.value is None:
            return "; ".join(clean(item, 300) for item in finding.items)
        formula = self._formula(finding.items[0] if finding.items else "")
        text = _("{formula}, R² = {r2}").format(formula=formula, r2=self._detail("r2"))
        if "t from" in finding.details:
            text += ", " + _("t in {unit} from {date}").format(
                unit=finding.details["t in"], date=moment(str(finding.details["t from"]), self.language)
            )
        return text

    def _formula(self, text: str) -> str:
        return text.replace(".", ",") if self.language == "ru" else text

    # --- what is written ---------------------------------------------------------------------------

    def _title(self, _query: q.Written) -> str:
        finding = self.finding
        if finding.value is None and not finding.items:
            return _("the figure has no title")
        if finding.value is None:
            return _("the panels are called: {names}").format(names=self._list(finding.items))
        return _("the title is {title}").format(title=quoted(str(finding.value), self.language))

    def _axis(self, _query: q.Written) -> str:
        finding = self.finding
        if finding.points:
            return "; ".join(
                self._one_axis(str(point.at), point.label, str(point.value or "")) for point in finding.points
            )
        text = self._one_axis(str(finding.details.get("axis", "")), str(finding.value or ""), finding.unit)
        details = finding.details
        if details.get("from") is not None and details.get("to") is not None:
            kind = details.get("kind")
            ends = [
                moment(str(details[name]), self.language)
                if kind == "date"
                else quantity(details[name], finding.unit, self.language)
                for name in ("from", "to")
            ]
            text += ", " + _("from {low} to {high}").format(low=ends[0], high=ends[1])
        if details.get("scale") == "log":
            text += ", " + _("on a logarithmic scale")
        elif details.get("scale") == "linear" and details.get("kind") == "number":
            text += ", " + _("on a linear scale")
        if details.get("inverted"):
            text += ", " + _("running the other way")
        if finding.items:
            count = self._count("count")
            text += ", " + ngettext("{count} category: {names}", "{count} categories: {names}", count).format(
                count=count, names=self._list(finding.items)
            )
        return text

    def _one_axis(self, name: str, label: str, unit: str) -> str:
        axis = axis_name(name)
        if not label:
            return _("{axis} has no label").format(axis=axis)
        text = _("{axis} shows {label}").format(axis=axis, label=quoted(label, self.language))
        return text + (", " + _("in {unit}").format(unit=clean(unit, 30)) if unit else "")

    def _series(self, query: q.Written) -> str:
        finding = self.finding
        if query.series and finding.points:
            point = finding.points[0]
            text = f"{quoted(point.label, self.language)} – {kind_name(str(point.at))}"
            return text + (", " + colour_name(str(point.value)) if point.value else "")
        count = int(finding.value) if isinstance(finding.value, int | float) else 0
        text = ngettext("there is {count} series", "there are {count} series", count).format(count=count)
        text = f"{text}: {self._list(finding.items)}" if finding.items else text
        title = finding.details.get("legend title")
        if title:
            called = _("the legend is called {title}").format(title=quoted(str(title), self.language))
            text = f"{text}; {called}"
        return text

    def _legend(self, _query: q.Written) -> str:
        count = int(self.finding.value) if isinstance(self.finding.value, int | float) else 0
        text = ngettext("the legend has {count} entry", "the legend has {count} entries", count)
        text = f"{text.format(count=count)}: {self._list(self.finding.items)}"
        title = self.finding.details.get("legend title")
        if not title:
            return text
        return f"{text}; " + _("the legend is called {title}").format(title=quoted(str(title), self.language))

    def _type(self, _query: q.Written) -> str:
        name = kind_name(str(self.finding.value))
        others = (
            [kind_name(item) for item in self.finding.items[1:4]] if self.finding.value != "diagram" else []
        )
        text = _("this is a {kind}").format(kind=name)
        return text + (" (" + _("also: {kinds}").format(kinds=", ".join(others)) + ")" if others else "")

    def _panels(self, _query: q.Written) -> str:
        count = int(self.finding.value) if isinstance(self.finding.value, int | float) else 0
        text = ngettext("there is {count} panel", "there are {count} panels", count).format(count=count)
        return f"{text}: {self._list(self.finding.items)}" if self.finding.items else text

    def _references(self, _query: q.Written) -> str:
        if not self.finding.points:
            return _("there are no reference lines")
        told = []
        for point in self.finding.points[:_MOST_LISTED]:
            value = quantity(point.value, self.finding.unit, self.language)
            if point.at is not None:
                value = f"{quantity(point.at, '', self.language)} – {value}"
            told.append(f"{quoted(point.label, self.language)}: {value}")
        return _("reference lines: {lines}").format(lines="; ".join(told))

    def _notes(self, _query: q.Written) -> str:
        if not self.finding.items:
            return _("nothing is annotated")
        return _("annotations: {notes}").format(notes=self._list(self.finding.items))

    # --- diagrams ----------------------------------------------------------------------------------

    def _nodes(self, _query: q.Boxes) -> str:
        count = len(self.finding.items)
        text = ngettext("there is {count} box: {names}", "there are {count} boxes: {names}", count)
        told = text.format(count=count, names=self._list(self.finding.items))
        if self.finding.details.get("starts"):
            told += "; " + _("it starts with {names}").format(
                names=quoted(str(self.finding.details["starts"]), self.language)
            )
        if self.finding.details.get("ends"):
            told += "; " + _("it ends with {names}").format(
                names=quoted(str(self.finding.details["ends"]), self.language)
            )
        return told

    def _edges(self, _query: q.Arrows) -> str:
        count = int(self.finding.value) if isinstance(self.finding.value, int | float) else 0
        text = ngettext("there is {count} connection", "there are {count} connections", count).format(
            count=count
        )
        told = []
        for point in self.finding.points[:_MOST_LISTED]:
            label = f" ({quoted(point.label, self.language)})" if point.label else ""
            told.append(
                f"{quoted(str(point.at), self.language)} → {quoted(str(point.value), self.language)}{label}"
            )
        return f"{text}: {'; '.join(told)}" if told else text

    def _neighbours(self, query: q.Neighbours) -> str:
        finding = self.finding
        one = quoted(finding.series, self.language)
        if not finding.items:
            return _("nothing is connected to {name} there").format(name=one)
        if query.node and query.to:
            sentence = _("connected to {name}: {names}")
        else:
            sentence = _("after {name}: {names}") if query.node else _("before {name}: {names}")
        return sentence.format(name=one, names=self._list(finding.items))

    def _path(self, _query: q.Path) -> str:
        if not self.finding.items:
            return _("there is no such way")
        way = " → ".join(quoted(item, self.language) for item in self.finding.items[:40])
        return _("the way is {way}").format(way=way)

    def _describe(self, _query: q.Everything) -> str:
        series, panels = self._count("series"), self._count("panels")
        if "nodes" in self.finding.details:
            return _("a diagram: boxes – {nodes}, connections – {edges}").format(
                nodes=self._count("nodes"), edges=self._count("edges")
            )
        text = _("panels – {panels}, series – {series}").format(panels=panels, series=series)
        return f"{text}: {self._list(self.finding.items)}" if self.finding.items else text


# Each takes the class it stands beside: the type of a dictionary can't say so.
_TOLD: dict[type, Callable[[_Speaker, Any], str]] = {
    q.ValueAt: _Speaker._value_at,
    q.Extreme: _Speaker._extreme_of,
    q.Statistic: _Speaker._statistic,
    q.Share: _Speaker._share,
    q.Comparison: _Speaker._comparison,
    q.Crossing: _Speaker._crossing,
    q.Intersection: _Speaker._intersection,
    q.Extent: _Speaker._extent,
    q.Which: _Speaker._which,
    q.Order: _Speaker._order,
    q.Outliers: _Speaker._outliers,
    q.Trend: _Speaker._trend,
    q.Slope: _Speaker._slope,
    q.Area: _Speaker._number,
    q.Correlation: _Speaker._correlation,
    q.Fit: _Speaker._fit,
    q.Boxes: _Speaker._nodes,
    q.Arrows: _Speaker._edges,
    q.Neighbours: _Speaker._neighbours,
    q.Path: _Speaker._path,
    q.Everything: _Speaker._describe,
}
_WRITTEN: dict[str, Callable[[_Speaker, q.Written], str]] = {
    "title": _Speaker._title,
    "axis": _Speaker._axis,
    "categories": _Speaker._categories,
    "series": _Speaker._series,
    "legend": _Speaker._legend,
    "type": _Speaker._type,
    "panels": _Speaker._panels,
    "references": _Speaker._references,
    "notes": _Speaker._notes,
}


def _selection(query: q.Single) -> q.Selection:
    """What a query is about: of a comparison, what its first number is about."""
    match query:
        case q.Comparison(first=first):
            return first.of
        case q.Written(panel=panel, series=series):
            return q.Selection(panel=panel, series=(series,) if series else ())
    return restating.selection_of(query) or q.Selection()


def _value_axis(series: Series) -> AxisName:
    return series.y if series.along == "x" else series.x


def _independent(series: Series) -> AxisName:
    return series.x if series.along == "x" else series.y


def axis_name(name: str) -> str:
    """An axis as it is called in a sentence."""
    return {
        "x": _("the x axis"),
        "y": _("the y axis"),
        "x2": _("the second x axis"),
        "y2": _("the second y axis"),
        "z": _("the z axis"),
        "color": _("the colour scale"),
    }.get(name, _("the axis"))


def colour_name(colour: str) -> str:
    """A colour as it is called; its code where it has no common name."""
    from rusoil_jupyter.figures.words.colours import name_of

    names = {
        "red": _("red"),
        "green": _("green"),
        "blue": _("blue"),
        "light blue": _("light blue"),
        "cyan": _("cyan"),
        "orange": _("orange"),
        "yellow": _("yellow"),
        "purple": _("purple"),
        "pink": _("pink"),
        "brown": _("brown"),
        "grey": _("grey"),
        "black": _("black"),
        "white": _("white"),
    }
    return names.get(name_of(colour), clean(colour, 20))


def _way(way: str) -> str:
    return {
        "rising": _("rises"),
        "falling": _("falls"),
        "flat": _("hardly changes"),
        "mixed": _("has no steady trend"),
    }.get(way, clean(way))


def _measure_names() -> dict[str, str]:
    return {
        "mean": _("the mean"),
        "median": _("the median"),
        "sum": _("the sum"),
        "count": _("the count"),
        "maximum": _("the maximum"),
        "minimum": _("the minimum"),
        "first": _("the first value"),
        "last": _("the last value"),
        "change": _("the change"),
        "std": _("the standard deviation"),
        "spread": _("the spread"),
        "area": _("the area under the curve"),
    }
