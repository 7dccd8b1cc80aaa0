"""Whether a query stands for the whole question: the words that no part of it accounts for.

A word is accounted for where it is a filler, a form of an idea that the query's operation or selection
expresses, a mention that the query uses, a unit of the axis it belongs to, or a word of the labels the query
is about. All others (an exception, a condition, another unit, a name that the figure does not have, an
instruction) are left, and a question with words left is not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.words import asking as ask
from rusoil_jupyter.figures.words import dates, lexicon
from rusoil_jupyter.figures.words.measures import measured, same_unit, without_many
from rusoil_jupyter.figures.words.mentions import tokens_of, useful_series, without_unit
from rusoil_jupyter.figures.words.stems import alike, plain, words

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from rusoil_jupyter.figures.values.description import (
        Axis,
        AxisName,
        Cell,
        FigureDescription,
        Panel,
        Series,
    )
    from rusoil_jupyter.figures.values.flat import Flat
    from rusoil_jupyter.figures.words.mentions import Token, Tokens

# The ideas that each operation expresses by itself.
_EXPRESSED: dict[str, str] = {
    "value_at": "",
    "maximum": "maximum place period_noun more",
    "minimum": "minimum place period_noun less",
    "first": "first place period_noun",
    "last": "last place period_noun",
    "mean": "mean",
    "median": "median",
    "sum": "sum together",
    "std": "std",
    "count": "count categories",
    "spread": "spread together pair maximum minimum difference varies",
    "slope": "slope trend change trend_said",
    "area": "area area_said",
    "share": "share percent sum share_said",
    "crossing": "trend change exceeds belows meet place period_noun earliest ever trend_said",
    "intersection": "meet exceeds belows place either difference period_noun pair ever first",
    "outliers": "outliers count place",
    "trend": "trend explicit_trend change either flat period_noun trend_said",
    "compare": "difference change either exceeds belows share together points_of_percent",
    "correlation": "correlation together trend pair correlation_said trend_said",
    "rank": "order maximum minimum ordinal place period_noun either count more less",
    "fit": "fit exponential power logarithmic quadratic cubic polynomial slope linear",
    "title": "title written",
    "axis": "written title axis_x axis_y axis_y2 axis_colour axes units log inverted range_of_axis label "
    "covers",
    "series": "written count legend colour_of represents categories label title",
    "legend": "written count legend legend_entries categories",
    "type": "written kind label",
    "panels": "written count",
    "references": "references written axes place",
    "notes": "notes written",
    "nodes": "nodes count written",
    "edges": "edges count written",
    "neighbours": "neighbours written place",
    "path": "paths written place",
    "describe": "describe written",
}
_OF_COLUMN = {
    "total": "sum together",
    "high": "maximum box",
    "low": "minimum box",
    "iqr": "spread box",
    "q1": "box",
    "q3": "box",
    "ratio": "ratio times",
    "percent": "percent share share_said",
    "maximum": "maximum",
    "minimum": "minimum",
    "sum": "sum together",
    "mean": "mean",
    "median": "median",
    "first": "first",
    "last": "last",
    "std": "std",
    "spread": "spread",
    "count": "count",
}
_WITH_PLACE = frozenset(
    [
        "maximum",
        "minimum",
        "first",
        "last",
        "crossing",
        "intersection",
        "rank",
        "compare",
        "trend",
        "correlation",
        "fit",
        "axis",
        "slope",
        "share",
        "count",
        "area",
        "outliers",
        "describe",
        "type",
        "title",
        "series",
    ]
)
_WHICH = re.compile(r"(?<!\w)(?:which|what|whose|как\w{2,3}|чь\w)\s+$")
_SUFFIXES = frozenset(
    ["st", "nd", "rd", "th", "го", "й", "м", "я", "е", "ом", "ой", "ая", "ую", "ый"]
)  # of "24th", «36-й»
_COUNTING = frozenset(["count", "series", "legend", "panels", "nodes", "edges", "outliers", "sum"])
_PERIOD = re.compile(r"\d{4}(?:-\d{2})?")  # a year or a month: its mean is compared
_SPACING = 0.12  # of a step between marks: months differ, and a mark may be missing
_COUNTED = re.compile(r"(?:how\s+many|number\s+of|сколько|скольк\w+|число|количество)\s+(?:\w+\s+)?$")
_TIMES = re.compile(
    r"times?|раз\w*|points?|marks?|peaks?|bars?|columns?|lines?|точ[её]?к\w*|столб\w+|лини\w+|пик\w*"
)
_VALUE_OF = re.compile(r"(?:\s+(?:of|the|values?|по|величин\w*|значени\w*))*\s*[\"]?$")
_BESIDE_PLACE = re.compile(  # "when x is 5", «при котором глубина равна 5»
    r"(?<!\w)(?P<said>(?:when|where|if|for which|когда|где|если|при котор\w+)\s+(?:the\s+)?(?:x|<a\d+>)"
    r"(?:\s+(?:is|was|equals?|рав\w+))?)\s*=?\s*<[nc]"
)
_PLACES_BEYOND = re.compile(
    r"(?:(?:when|where|if|with|когда|где|если|при|с)\s+)?(?:x|<a\d+>|depth|глубин\w*)\s*(?:is\s+)?"
    r"(?:>|<(?![a-z])|above|below|under|over|(?:greater|more|less)\s+than|больше|меньше|выше|ниже|более|менее)\s*<n"
)
_WORD = re.compile(r"<(?P<name>[scavn]\d+)>|[^\W_]+(?:['’][^\W\d_]+)?|[%$€₽£><≥≤+/*×÷^]")
_JOINED_PLACE = re.compile(r"\s*(?:the\s+)?[\"]?<[nc]\d+>")
_ALONG = re.compile(
    r"(?:over|across|by|in|along|against|vs|versus|all|with|of|по|за|во|в|всех|всем|от|при)\s+(?:the\s+)?$"
)
_KINDS_OF_MARKS = (
    (re.compile(r"bars?|columns?|столб"), frozenset({"bar", "histogram"})),
    (re.compile(r"lines?|curves?|лини|крив"), frozenset({"line", "step", "area"})),
    (re.compile(r"dots?|markers?|маркер"), frozenset({"scatter", "line", "stem"})),
)


def unaccounted(text: str, tokens: Tokens, query: Flat, description: FigureDescription) -> tuple[str, ...]:
    """The words of a question that its query does not stand for, in their order; empty where it stands
    for all.

    Args:
        text: the question as the rules read it, with tokens in the place of mentions.
        tokens: the mentions.
        query: what the rules made of it.
        description: the figure.
    """
    return tuple(dict.fromkeys(_Account(text, tokens, query, description).left()))


def says_nothing(text: str, description: FigureDescription, *, places: bool) -> bool:
    """Whether a part of a sentence leaves the rest as it is: fillers, names of what is shown, perhaps a
    place.
    """
    tokens = tokens_of(text, description)
    if tokens.all("n") if not places else any(token.when is None for token in tokens.all("n")):
        return False
    if tokens.all("c") and not places:
        return False
    marked = _marked(tokens.text, _fillers())
    labels = [label for panel in description.panels for label in _labels(panel)]
    known = [word for label in labels for word in words(without_unit(label))]
    return all(
        match["name"] or marked[match.start()] or any(alike(match.group(0), word) >= 0.8 for word in known)
        for match in _WORD.finditer(tokens.text)
    )


@cache
def _covering(ideas: tuple[str, ...]) -> re.Pattern[str]:
    """Any form of any of these ideas, the longest first."""
    known = [form for idea in ideas for form in lexicon.forms("ideas", idea)]
    return lexicon.longest_first(known)


@cache
def _fillers() -> re.Pattern[str]:
    known = [
        form
        for kind in lexicon.names("fillers")
        if kind != "joints"
        for form in lexicon.forms("fillers", kind)
    ]
    return lexicon.longest_first(known)


def _marked(text: str, pattern: re.Pattern[str]) -> list[bool]:
    """For each letter whether it is part of a form; what stands in a gap of one is not."""
    marked = [False] * len(text)
    for match in pattern.finditer(text):
        marked[match.start() : match.end()] = [True] * (match.end() - match.start())
        for start, end in match.regs[1:]:
            if start >= 0:
                marked[start:end] = [False] * (end - start)
    return marked


@cache
def _joints() -> frozenset[str]:
    return frozenset(lexicon.forms("fillers", "joints"))


@dataclass(frozen=True)
class _Account:
    text: str
    tokens: Tokens
    query: Flat
    description: FigureDescription

    def left(self) -> Iterator[str]:
        covered = self._covered()
        until = 0  # what stands before is part of a unit
        for match in _WORD.finditer(self.text):
            if match.start() < until:
                continue
            if match["name"]:
                until = yield from self._of_mention(match)
            elif self._counts_something_else(match):
                yield self._as_asked(match.group(0))
            elif not covered[match.start()] and not self._is_known(match):
                until = self._unit_at(match.start())
                if not until:
                    yield self._as_asked(match.group(0))

    # --- words -----------------------------------------------------------------------------------------

    def _covered(self) -> list[bool]:
        """For each letter whether it is part of a filler, or of an idea that the query expresses."""
        covered = _marked(self.text, _covering(self._ideas()))
        for match in _BESIDE_PLACE.finditer(self.text) if self.query.at is not None else ():
            covered[match.start() : match.end("said")] = [True] * (match.end("said") - match.start())
        for match in _PLACES_BEYOND.finditer(self.text) if self.query.until is not None else ():
            covered[match.start() : match.end()] = [True] * (match.end() - match.start())
        filled = _marked(self.text, _fillers())
        return [idea or filler for idea, filler in zip(covered, filled, strict=True)]

    def _ideas(self) -> tuple[str, ...]:
        query = self.query
        ideas = _EXPRESSED[query.op].split()
        ideas += _OF_COLUMN.get(query.column, "").split()
        if query.until is not None or query.op == "compare":
            ideas.append("bounds")
        if query.op == "compare" and not query.column:
            ideas += ["sum", "first", "last", "period_noun"] if query.at is not None else ["mean"]
            ideas += ["mean"] if _PERIOD.fullmatch(str(query.at)) else []
        if not query.column and {series.kind for _panel, series in self._pairs} <= {"box", "violin"}:
            ideas.append("median")
        if query.op == "rank" and (query.level or 0) < 0:
            ideas.append("from_end")
        if self._has_level():
            ideas += {"below": ["below"], "above": ["above"]}.get(query.column, ["above", "below"])
            ideas += ["equal", "zero"]
        kinds = {series.kind for _panel, series in self._pairs}
        if kinds == {"histogram"}:
            ideas += ["bins", *(["count"] if query.op in {"sum", "count"} else [])]
        if kinds & {"bar", "histogram"}:
            ideas.append("bar_words")
        if self._says_how_often:
            ideas.append("times")
        if self.tokens.named_panel:
            ideas.append("panel_noun")
        return tuple(dict.fromkeys(ideas))

    @property
    def _says_how_often(self) -> bool:
        """Whether the places where a level is crossed are told with their number."""
        return self.query.op == "crossing" and not self.query.column

    def _has_level(self) -> bool:
        """Whether a value is to be reached; in a histogram that is an interval of its bins."""
        if self.query.level is not None and self.query.op in {"crossing", "count"}:
            return True
        kinds = {series.kind for _panel, series in self._pairs}
        return self.query.op == "sum" and kinds == {"histogram"} and self.query.until is not None

    def _is_known(self, match: re.Match[str]) -> bool:
        word = match.group(0)
        if word in _SUFFIXES and re.search(r"<n\d+>-?$", self.text[: match.start()]):
            return True
        if word in _joints():
            return not _JOINED_PLACE.match(self.text[match.end() :])
        if _is_form(word, "period_noun") and self._is_beside_category(match):
            return True
        if re.match(r"\s*\(\s*<[sc]\d+>\s*\)", self.text[match.end() :]) or self._is_class(match):
            return True
        return any(alike(word, known) >= 0.8 for known in self._label_words) and not word.isdigit()

    def _is_class(self, match: re.Match[str]) -> bool:
        """Whether a noun behind "which" says what the series are, where nothing in the figure says it."""
        several = len(self._pairs) > 1
        if self.query.op not in {"maximum", "minimum", "rank"} or not several:
            return False
        titles = [panel.legend_title for panel, _series in self._pairs]
        return not any(titles) and _WHICH.search(self.text[: match.start()]) is not None

    def _is_beside_category(self, match: re.Match[str]) -> bool:
        """«Q3 квартал», "the month of May"."""
        before, after = self.text[: match.start()], self.text[match.end() :]
        return bool(re.search(r"<[cn]\d+>\s*$", before) or re.match(r"\s+(?:of\s+)?<[cn]\d+>", after))

    def _unit_at(self, start: int) -> int:
        """Where the unit of what is answered ends, "in m³/d", «сколько метров»; 0 where none begins there."""
        written, size = measured(self.text[start:], self.tokens.asked, self._figures_units)
        if not written and (word := re.match(r"[^\W\d_]+", self.text[start:])):
            written, size = word[0], word.end()
        if self.query.op == "count":
            return start + size if written and self._is_spacing(written) else 0
        return start + size if written and any(same_unit(written, unit) for unit in self._units) else 0

    def _counts_something_else(self, match: re.Match[str]) -> bool:
        """Whether points, months or times are to be counted, and the query counts none, or others."""
        word = match.group(0)
        if (
            self.query.op == "compare"
            or self._says_how_often
            or not _COUNTED.search(self.text[: match.start()])
        ):
            return False
        if _is_form(word, "period_noun"):
            return self.query.op not in {"sum", "value_at"} and not self._is_spacing(word)
        return self.query.op not in _COUNTING and bool(_TIMES.fullmatch(word))

    def _is_spacing(self, word: str) -> bool:
        """Whether the marks that are counted stand one such unit of time apart."""
        unit = units.parse(word)
        steps = {step for panel, series in self._pairs if (step := _seconds_apart(panel, series))}
        if self.query.op != "count" or unit is None or unit.dimension != units.TIME or not steps:
            return False
        return all(abs(step / unit.factor - 1) < _SPACING for step in steps)

    def _as_asked(self, word: str) -> str:
        """The word with the capitals of the question."""
        at = self.tokens.asked.casefold().find(word)
        return self.tokens.asked[at : at + len(word)] if at >= 0 else word

    # --- mentions --------------------------------------------------------------------------------------

    def _of_mention(self, match: re.Match[str]) -> Generator[str, None, int]:
        """The mention where the query does not use it; and where it ends, its unit included."""
        token = self.tokens.found[match["name"]]
        used = {
            "s": self._uses_series,
            "c": self._uses_category,
            "a": self._uses_axis,
            "v": self._uses_node,
            "n": self._uses_number,
        }[token.kind](token, match)
        written, size = measured(self.text[match.end() :], self.tokens.asked, self._figures_units)
        end = match.end() + (size if written and token.kind == "n" else 0)
        if not used:
            behind = f" {written}" if end > match.end() and not token.text.endswith(written) else ""
            yield f"{token.text or self._label_of(token)}{behind}"
        return end

    def _label_of(self, token: Token) -> str:
        for panel in self.description.panels:
            for series in panel.series:
                if series.id in token.series:
                    return series.label
        return token.category or token.node

    def _uses_series(self, token: Token, _match: re.Match[str]) -> bool:
        asked = {self.query.series, self.query.other} - {""}
        if self.query.op in {"series", "axis", "describe"} or asked & set(token.series):
            return True
        named = {identity for one in self.tokens.all("s") for identity in one.series}
        return not asked and named >= {series.id for _panel, series in self._pairs}

    def _uses_category(self, token: Token, _match: re.Match[str]) -> bool:
        asked = {self.query.series, self.query.other} - {""}
        labels = {series.label for _panel, series in self._pairs if series.id in asked}
        return token.category in {self.query.at, self.query.until, *labels}

    def _uses_axis(self, token: Token, match: re.Match[str]) -> bool:
        if self.query.axis is not None:
            return True
        for panel, series in self._pairs:
            if token.panel not in {"", panel.id} and token.text not in _labels(panel):
                continue
            value, *places = axes_of(series)
            if token.axis == value or (token.axis in places and self._may_name_places(match)):
                return True
        return False

    def _may_name_places(self, match: re.Match[str]) -> bool:
        """Whether the independent axis may be named: a place is asked or given, or it is what is gone
        along.
        """
        query = self.query
        if query.op in {"rank", "maximum", "minimum"} and self._is_numbered and self._is_ordered(match):
            return query.column in {series.along for _panel, series in self._pairs}
        along = {series.along for _panel, series in self._pairs}
        return (
            self._is_per_place(match)
            or (query.op in _WITH_PLACE and not (query.op == "compare" and query.at is None))
            or query.at is not None
            or query.until is not None
            or query.column in along
            or _ALONG.search(self.text[: match.start()]) is not None
        )

    def _is_ordered(self, match: re.Match[str]) -> bool:
        """Whether it is the places that are to be the largest: "the second highest <temperature>"."""
        before = _VALUE_OF.sub("", self.text[: match.start()])
        last = re.search(r"[^\W_]+$", before)
        return last is not None and any(_is_form(last[0], idea) for idea in ("maximum", "minimum", "ordinal"))

    def _is_per_place(self, match: re.Match[str]) -> bool:
        """Of "average monthly sales" whether the places are months: the average is that of the places."""
        kinds = {axis.kind for axis in self._axes(places=True)}
        word = re.search(r"([^\W_]+)\s+$", self.text[: match.start()])
        return kinds <= {"category", "date"} and word is not None and _is_form(word[1], "mean")

    @cached_property
    def _is_numbered(self) -> bool:
        return all(axis.kind == "number" for axis in self._axes(places=True))

    def _uses_node(self, token: Token, _match: re.Match[str]) -> bool:
        return token.node in {self.query.node, self.query.to}

    def _uses_number(self, token: Token, match: re.Match[str]) -> bool:
        query, number = self.query, token.number
        if self._is_end_of_cells(match):
            return True
        is_open = query.until is not None
        if any(_is_place(token, cell, is_open=is_open) for cell in (query.at, query.until)):
            return self._has_unit_of(self._axes(places=True), token, match)
        if number is None or (token.when is not None and self._is_dated):
            return False
        if query.op in {"fit", "rank"}:
            return number.value == query.degree or number.value == abs(query.level or 0)
        if query.level not in {number.value, number.value / number.many}:
            return False
        return self._has_unit_of(self._axes(places=False), token, match)

    def _is_end_of_cells(self, match: re.Match[str]) -> bool:
        """Whether a number is an end of the row or column of cells that the query is about."""
        sides = {"x": self.query.at, "y": self.query.until}
        if {series.kind for _panel, series in self._pairs} - {"heatmap", "hexbin", "contour"}:
            return False
        return any(
            ends.start() <= match.start() < ends.end()
            and sides.get(str(self.tokens.found[ends[1]].axis)) is not None
            for ends in ask.RANGE_OF_CELLS.finditer(self.text)
        )

    def _has_unit_of(self, axes: list[Axis], token: Token, match: re.Match[str]) -> bool:
        """Whether a number is written in the unit of one of these axes, or without any."""
        number = token.number
        if number is not None and number.percent and axes and not any(map(_is_percent, axes)):
            return False
        written, _size = measured(self.text[match.end() :], self.tokens.asked, self._figures_units)
        if not written or not axes:
            return True
        many = number is not None and number.many != 1.0
        shortened = many and number is not None and self.query.level != number.value
        return any(
            same_unit(written, without_many(_unit(axis)) if shortened else _unit(axis), whole=True)
            for axis in axes
        )

    def _axes(self, *, places: bool) -> list[Axis]:
        return [
            axis
            for panel, series in self._pairs
            for name in (axes_of(series)[1:] if places else axes_of(series)[:1])
            if (axis := panel.axes.get(name)) is not None
        ]

    @cached_property
    def _is_dated(self) -> bool:
        return any(axis.kind == "date" for axis in self._axes(places=True))

    # --- what the query is about -----------------------------------------------------------------------

    @cached_property
    def _pairs(self) -> list[tuple[Panel, Series]]:
        query = self.query
        scope = [
            panel
            for panel in self.description.panels
            if query.panel in {"", panel.id} and panel.id in self.tokens.panels
        ]
        asked = {query.series, query.other} - {""}
        return [
            (panel, series)
            for panel in scope
            for series in (panel.series if asked else useful_series(panel))
            if not asked or series.id in asked
        ]

    @cached_property
    def _figures_units(self) -> list[str]:
        return [
            unit for panel in self.description.panels for axis in panel.axes.values() if (unit := _unit(axis))
        ]

    @cached_property
    def _units(self) -> list[str]:
        axes = self._axes(places=False)
        axes += self._axes(places=True) if self.query.op in _WITH_PLACE else []
        return [unit for axis in axes if (unit := _unit(axis))]

    @cached_property
    def _label_words(self) -> list[str]:
        """The words of the labels of what is answered: a label may be named twice, or in part."""
        labels: list[str] = []
        for panel, series in self._pairs:
            value, *places = axes_of(series)
            labels += [series.label, panel.legend_title]
            labels += [axis.label for name in [value, *places] if (axis := panel.axes.get(name)) is not None]
        titles = [self.description.title, *(panel.title for panel, _series in self._pairs)]
        if len(self._pairs) == 1 and not re.search(r"[,;/&]| and | и | vs", self.description.title):
            labels += titles
        else:  # a name in a title may be of something that the query is not about
            labels += [word for title in titles for word in re.findall(r"^\w+|(?<=\s)[^\W\dA-ZА-Я]+", title)]
        return list(
            dict.fromkeys(word for label in labels for word in words(without_unit(label)) if len(word) > 1)
        )


def axes_of(series: Series) -> tuple[AxisName, ...]:
    """The axis of a series' values, then those of its places."""
    if series.kind in {"heatmap", "hexbin", "contour", "surface"}:
        return ("color", "z", series.x, series.y)
    return (series.y, series.x) if series.along == "x" else (series.x, series.y)


def _is_form(word: str, idea: str) -> bool:
    return lexicon.pattern(idea).fullmatch(word) is not None


def _seconds_apart(panel: Panel, series: Series) -> float | None:
    """How far the marks of a series stand apart in time, on average; ``None`` where that is not known."""
    axis = panel.axes.get(axes_of(series)[1])
    stats = series.stats.get(series.along)
    known = series.values.get(series.along, ())
    ends = (stats.min, stats.max) if stats is not None else (known[0], known[-1]) if known else (None, None)
    low, high = map(_as_days if axis is not None and axis.kind == "date" else _as_number, ends)
    unit = units.parse("day" if axis is not None and axis.kind == "date" else axis.unit if axis else "")
    if unit is None or series.n < 2 or low is None or high is None:
        return None
    return abs(high - low) / (series.n - 1) * unit.factor


def _as_days(cell: Cell) -> float | None:
    try:
        return datetime.fromisoformat(str(cell)).replace(tzinfo=None).timestamp() / 86400
    except ValueError:
        return None


def _as_number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


def _unit(axis: Axis) -> str:
    """The unit of an axis; where none was recognised, what stands behind its label like one."""
    return axis.unit or axis.label[len(without_unit(axis.label)) :].strip(" ,()[]{}")


def _labels(panel: Panel) -> set[str]:
    return {axis.label for axis in panel.axes.values()}


def _is_percent(axis: Axis) -> bool:
    return bool(re.search(r"%|percent|процент", plain(f"{axis.unit} {axis.label}")))


def _is_place(token: Token, cell: object, *, is_open: bool = False) -> bool:
    """Whether a number or a date of the question is the place in a query, or its month, or the day beside
    it.
    """
    if cell is None:
        return False
    if isinstance(cell, int | float):
        return token.number is not None and float(cell) in {
            token.number.value,
            token.number.value / token.number.many,
        }
    written = {plain(token.text)}
    when = token.when
    if token.number is not None:
        written.add(f"{token.number.value:g}")
    if when is not None:
        written |= {when.start, when.end} - {""}
        if is_open:  # "after 2021" begins with 2022
            written |= {str(dates.next_period(when.start, step)) for step in (-1, 1)}
        if when.month and re.fullmatch(rf"\d{{4}}-{when.month:02d}", str(cell)):
            return True
    return plain(str(cell)) in {plain(one) for one in written}
