"""Sentences about what is written on a figure, and about all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.forms import clean
from rusoil_jupyter.figures.words.saying.names import axis_name, colour_name, kind_name
from rusoil_jupyter.figures.words.saying.teller import MOST_LISTED
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values import queries as q
    from rusoil_jupyter.figures.values.finding import Point
    from rusoil_jupyter.figures.words.saying.teller import Teller


def title(tell: Teller, _query: q.Written) -> str:
    """What the figure, or its panels, are called."""
    finding = tell.finding
    if finding.value is not None:
        return _("the title is {title}").format(title=tell.quoted(str(finding.value)))
    if not finding.items:
        return _("the figure has no title")
    return _("the panels are called: {names}").format(names=tell.names(finding.items))


def axis(tell: Teller, _query: q.Written) -> str:
    """What an axis shows, from where to where, and how; or what each of several shows."""
    finding = tell.finding
    if finding.points:
        return "; ".join(_shows(str(one.at), one.label, str(one.value or ""), tell) for one in finding.points)
    shows = _shows(str(finding.details.get("axis", "")), str(finding.value or ""), finding.unit, tell)
    inverted = _("running the other way") if finding.details.get("inverted") else ""
    return ", ".join(filter(None, (shows, _range(tell), _scale(tell), inverted, _categories(tell))))


def _shows(name: str, label: str, unit: str, tell: Teller) -> str:
    called = axis_name(name)
    if not label:
        return _("{axis} has no label").format(axis=called)
    text = _("{axis} shows {label}").format(axis=called, label=tell.quoted(label))
    return text + (", " + _("in {unit}").format(unit=clean(unit, 30)) if unit else "")


def _range(tell: Teller) -> str:
    details = tell.finding.details
    ends = [details.get("from"), details.get("to")]
    if None in ends:
        return ""
    is_date = details.get("kind") == "date"
    low, high = (tell.moment(str(e)) if is_date else tell.quantity(e, tell.finding.unit) for e in ends)
    return _("from {low} to {high}").format(low=low, high=high)


def _scale(tell: Teller) -> str:
    details = tell.finding.details
    if details.get("scale") == "log":
        return _("on a logarithmic scale")
    is_plain = details.get("scale") == "linear" and details.get("kind") == "number"
    return _("on a linear scale") if is_plain else ""


def _categories(tell: Teller) -> str:
    if not tell.finding.items:
        return ""
    count = tell.detail_count("count")
    text = ngettext("{count} category: {names}", "{count} categories: {names}", count)
    return text.format(count=count, names=tell.names(tell.finding.items))


def categories(tell: Teller, _query: q.Written) -> str:
    """The categories of an axis."""
    items = tell.finding.items
    count = tell.count() if isinstance(tell.finding.value, int | float) else len(items)
    text = ngettext("{count} category: {names}", "{count} categories: {names}", count)
    return text.format(count=tell.number(count), names=tell.names(items))


def series(tell: Teller, query: q.Written) -> str:
    """Which series there are; or of what kind and colour one is."""
    if query.series and tell.finding.points:
        return _one_series(tell, tell.finding.points[0])
    count = tell.count()
    text = ngettext("there is {count} series", "there are {count} series", count)
    return _with_names(tell, text.format(count=count)) + _legend_title(tell)


def _one_series(tell: Teller, point: Point) -> str:
    text = f"{tell.quoted(point.label)} – {kind_name(str(point.at))}"
    return text + (", " + colour_name(str(point.value)) if point.value else "")


def legend(tell: Teller, _query: q.Written) -> str:
    """The entries of the legend."""
    count = tell.count()
    text = ngettext("the legend has {count} entry", "the legend has {count} entries", count)
    return f"{text.format(count=count)}: {tell.names(tell.finding.items)}" + _legend_title(tell)


def _legend_title(tell: Teller) -> str:
    called = tell.finding.details.get("legend title")
    if not called:
        return ""
    return "; " + _("the legend is called {title}").format(title=tell.quoted(str(called)))


def kind(tell: Teller, _query: q.Written) -> str:
    """What kind of figure it is."""
    first, others = tell.finding.value, tell.finding.items[1:4]
    text = _("this is a {kind}").format(kind=kind_name(str(first)))
    if first == "diagram" or not others:
        return text
    also = _("also: {kinds}").format(kinds=", ".join(map(kind_name, others)))
    return f"{text} ({also})"


def panels(tell: Teller, _query: q.Written) -> str:
    """How many panels there are, and what they are called."""
    count = tell.count()
    text = ngettext("there is {count} panel", "there are {count} panels", count)
    return _with_names(tell, text.format(count=count))


def _with_names(tell: Teller, text: str) -> str:
    return f"{text}: {tell.names(tell.finding.items)}" if tell.finding.items else text


def references(tell: Teller, _query: q.Written) -> str:
    """Lines of reference."""
    if not tell.finding.points:
        return _("there are no reference lines")
    lines = "; ".join(_reference(tell, point) for point in tell.finding.points[:MOST_LISTED])
    return _("reference lines: {lines}").format(lines=lines)


def _reference(tell: Teller, point: Point) -> str:
    start = "" if point.at is None else f"{tell.quantity(point.at, '')} – "
    return f"{tell.quoted(point.label)}: {start}{tell.quantity(point.value, tell.finding.unit)}"


def notes(tell: Teller, _query: q.Written) -> str:
    """What is written beside the marks."""
    if not tell.finding.items:
        return _("nothing is annotated")
    return _("annotations: {notes}").format(notes=tell.names(tell.finding.items))


def everything(tell: Teller, _query: q.Everything) -> str:
    """All of a figure, counted."""
    if "nodes" in tell.finding.details:
        return _("a diagram: boxes – {nodes}, connections – {edges}").format(
            nodes=tell.detail_count("nodes"), edges=tell.detail_count("edges")
        )
    text = _("panels – {panels}, series – {series}").format(
        panels=tell.detail_count("panels"), series=tell.detail_count("series")
    )
    return _with_names(tell, text)
