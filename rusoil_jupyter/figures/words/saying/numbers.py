"""Sentences about numbers of a series: values, extremes, statistics, shares, an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.saying.names import marks_count, measure_name
from rusoil_jupyter.figures.words.saying.teller import MOST_LISTED
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.saying.teller import Teller


def number(tell: Teller, query: q.Single) -> str:
    """One number by its name, and those it is taken of."""
    finding = tell.finding
    if finding.value is None:
        return tell.points(finding.points) or _("nothing was found")
    name = measure_name(getattr(query, "name", query.op))
    text = _("{name} is {value}").format(name=name, value=tell.value())
    if bins := tell.bin():
        return text + bins
    if finding.points and finding.details.get("series"):  # of groups, and each of them
        return f"{text} ({tell.points(finding.points)})"
    return text


def value_at(tell: Teller, _query: q.ValueAt) -> str:
    """A value with its place."""
    details = tell.finding.details
    text = tell.with_place(_("the value is {value}").format(value=tell.value())) + tell.bin()
    if tell.detail_count("count") > 1 and tell.about.column != "total":
        text += " " + _("(the mean of {count} values)").format(count=tell.detail_count("count"))
    if "low" in details and "high" in details and "q1" not in details:
        low, high = (tell.quantity(details[name], tell.finding.unit) for name in ("low", "high"))
        text += ", " + _("from {low} to {high}").format(low=low, high=high)
    return text


# --- extremes ----------------------------------------------------------------------------------------


def extreme_of(tell: Teller, query: q.Extreme) -> str:
    """The largest or smallest value."""
    return _maximum(tell, query) if query.which == "maximum" else _minimum(tell, query)


def _maximum(tell: Teller, query: q.Extreme | q.Statistic) -> str:
    return _extreme(tell, query, _("the maximum is {value}"), _("the maxima are: {points}"))


def _minimum(tell: Teller, query: q.Extreme | q.Statistic) -> str:
    return _extreme(tell, query, _("the minimum is {value}"), _("the minima are: {points}"))


def _extreme(tell: Teller, query: q.Extreme | q.Statistic, one: str, several: str) -> str:
    if tell.finding.value is None:
        return several.format(points=tell.points(tell.finding.points))
    if isinstance(query, q.Extreme) and query.rank > 1:
        return _position(tell)
    told = _asked_first(tell, query, one.format(value=tell.value()))
    return told + tell.bin() + _also_there(tell) + _also_in(tell)


def _asked_first(tell: Teller, query: q.Extreme | q.Statistic, told: str) -> str:
    """An extreme with its place, or its series: that before the number which was asked for."""
    finding = tell.finding
    placed = tell.with_place(told)
    if query.asks == "series" and finding.series:
        return f"{tell.quoted(tell.without_unit(finding.series))}: {placed}"
    if query.asks == "cross" and finding.details.get("y") is not None:
        return f"{tell.bare(finding.details['y'])}: {placed}"
    if query.asks == "place" and finding.at is not None and "y" not in finding.details:
        return f"{tell.place(finding.at)} ({told})"
    return placed


def _also_there(tell: Teller) -> str:
    times = tell.detail_count("times")
    if times < 2:
        return ""
    text = ngettext("(the first of {count} such place)", "(the first of {count} such places)", times)
    return " " + text.format(count=times)


def _also_in(tell: Teller) -> str:
    """The series with the same extreme; or the name of the mark."""
    finding = tell.finding
    if not finding.items:
        return ""
    names = tell.names(finding.items)
    if len(finding.points) > 1 and len(finding.items) > 1:
        return " " + _("(the same in {series})").format(series=names)
    return f" ({names})"


def _position(tell: Teller) -> str:
    """Which is the largest, or the second from the smallest."""
    position = tell.detail_count("position")
    from_smallest = "minimum" in {getattr(tell.query, "which", ""), getattr(tell.query, "over", "")}
    if position == 1 and from_smallest:
        sentence = _("the smallest is {name} with {value}")
    elif position == 1:
        sentence = _("the largest is {name} with {value}")
    elif from_smallest:
        sentence = _("number {position} from the smallest is {name} with {value}")
    else:
        sentence = _("number {position} from the largest is {name} with {value}")
    value = tell.quantity(tell.finding.value, tell.finding.unit)
    return sentence.format(position=position, name=_one(tell), value=value)


def _one(tell: Teller) -> str:
    return tell.called(tell.finding.at, tell.finding.series)


# --- statistics --------------------------------------------------------------------------------------


def statistic(tell: Teller, query: q.Statistic) -> str:
    """One number for a series, or for each group."""
    if query.each:
        return _of_groups(tell, query)
    match query.name:
        case "count":
            return _count_of_marks(tell)
        case "first":
            return _end(tell, _("the first value is {value}"))
        case "last":
            return _end(tell, _("the last value is {value}"))
        case "maximum":
            return _maximum(tell, query)
        case "minimum":
            return _minimum(tell, query)
    return number(tell, query)


def _of_groups(tell: Teller, query: q.Statistic) -> str:
    """A statistic of each group: all of them, the utmost one, or one number over them."""
    if query.over in {"maximum", "minimum"}:
        return _position(tell)
    told = f"{measure_name(query.name)}: {tell.groups()}"
    if tell.finding.value is None:
        return told
    over = measure_name(query.over or "mean")
    return _("{name} is {value}").format(name=over, value=tell.value()) + f" ({told})"


def _end(tell: Teller, sentence: str) -> str:
    if tell.finding.value is None:
        return tell.points(tell.finding.points)
    return tell.with_place(sentence.format(value=tell.value()))


def _count_of_marks(tell: Teller) -> str:
    finding, count = tell.finding, tell.count()
    if not tell.about.where:
        kinds = {series.kind for _panel, series in tell.shown}
        return marks_count(kinds.pop() if len(kinds) == 1 else "", count, tell.language)
    if any(point.label for point in finding.points):
        return tell.points(finding.points)
    if "of" in finding.details:
        text = ngettext("{count} of {all} mark", "{count} of {all} marks", tell.detail_count("of"))
    else:
        text = ngettext("{count} mark", "{count} marks", count)
    text = text.format(count=tell.number(count), all=tell.detail("of"))
    return f"{text} ({tell.places()})" if 0 < len(finding.points) <= MOST_LISTED else text


# --- shares and an order -------------------------------------------------------------------------------


def share(tell: Teller, _query: q.Share) -> str:
    """A part of a whole, or all parts of it."""
    if tell.finding.value is None:
        return _("the shares are: {points}").format(points=tell.groups())
    text = _("the share is {value} ({part} of {whole})").format(
        value=tell.value(), part=tell.detail("part"), whole=tell.detail("whole")
    )
    return tell.with_place(text)


def order(tell: Teller, query: q.Order) -> str:
    """All of them in order, or which place one has."""
    if not query.standing:
        return _("in order: {points}").format(points=tell.groups())
    sentence = (
        _("{name} is number {position} of {all} from the smallest, with {value}")
        if query.first == "smallest"
        else _("{name} is number {position} of {all} from the largest, with {value}")
    )
    return sentence.format(
        name=_one(tell),
        position=tell.detail("position"),
        all=tell.detail("of"),
        value=tell.quantity(tell.finding.details.get("value"), tell.value_unit()),
    )
