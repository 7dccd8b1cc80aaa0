"""Sentences about places: where a level is reached, where two meet, how far something holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.saying.teller import MOST_LISTED, cut
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values import queries as q
    from rusoil_jupyter.figures.words.saying.teller import Teller

_MOST_DECIDING = 3
_DIRECTIONS = frozenset({"rising", "falling", "touching"})


def crossing(tell: Teller, query: q.Crossing) -> str:
    """Where a level is reached, or how often."""
    finding = tell.finding
    level = tell.quantity(query.level, query.unit or finding.unit or tell.named_unit())
    if not finding.points:
        return _not_reached(tell, level)
    if finding.value is None:
        return _("{level} is reached: {points}").format(level=level, points=tell.points(finding.points))
    if query.asks == "count":
        count = int(float(finding.value))
        text = ngettext("{level} is reached {count} time", "{level} is reached {count} times", count)
        text = text.format(level=level, count=tell.number(float(finding.value)))
        return f"{text}: {tell.places()}"
    if finding.at is None:  # other directions only
        return _("{level} is passed only the other way: {places}").format(level=level, places=tell.places())
    if any(point.label in _DIRECTIONS for point in finding.points):
        return _first_crossing(tell, query, level)
    sentence = {
        "up": _("above {level}: {places}"),
        "down": _("below {level}: {places}"),
    }.get(query.way, _("{level} is reached: {places}"))
    return sentence.format(level=level, places=tell.places())


def _first_crossing(tell: Teller, query: q.Crossing, level: str) -> str:
    sentence = {
        "up": _("{level} is exceeded from {place} on"),
        "down": _("the value falls below {level} at {place}"),
    }.get(query.way, _("{level} is reached at {place}"))
    text = sentence.format(level=level, place=tell.bare(tell.finding.at))
    count = len(tell.finding.points)
    if count < 2:
        return text
    return f"{text}; " + _("all {count} crossings: {places}").format(count=count, places=tell.places())


def _not_reached(tell: Teller, level: str) -> str:
    if tell.finding.details.get("minimum") is None:
        return _("{level} is reached nowhere").format(level=level)
    return _("{level} is reached nowhere; the values are from {low} to {high}").format(
        level=level, low=tell.detail("minimum"), high=tell.detail("maximum")
    )


def intersection(tell: Teller, _query: q.Intersection) -> str:
    """Where two series meet."""
    finding = tell.finding
    pair = tell.names(finding.items)
    if not finding.points and pair:
        return _("{series} do not meet in this figure").format(series=pair)
    if not finding.points:
        return _("no two series meet in this figure")
    told = tell.points(finding.points, labels=not finding.items)
    return _("{series} meet: {points}").format(series=pair, points=told) if pair else told


def extent(tell: Teller, _query: q.Extent) -> str:
    """How long, or how thick, all of the places are, and from where to where."""
    if "stretches" not in tell.finding.details:
        count = tell.detail_count("count")
        text = ngettext("{count} mark, {length} in all", "{count} marks, {length} in all", count)
        return text.format(count=tell.number(count), length=tell.value())
    text = _("{length} in all").format(length=tell.value())
    shown = tell.finding.points[:MOST_LISTED]
    ends = "; ".join(f"{tell.bare(point.at)} – {tell.bare(point.value)}" for point in shown)
    return f"{text} ({ends})" if ends else text


def which(tell: Teller, query: q.Which) -> str:
    """The names, or places, for which something holds; or whether there are any."""
    finding = tell.finding
    if finding.value in {"yes", "no"}:
        return _verdict(tell, query)
    names = [tell.bare(point.at) for point in finding.points] or list(map(tell.quoted, finding.items))
    if not names:
        return _("none")
    return f"{tell.number(tell.detail_count('count'))}: {cut(names, ', ')}"


def _verdict(tell: Teller, query: q.Which) -> str:
    """Yes or no; and the marks that decide it."""
    points = tell.finding.points
    text = _("yes") if tell.finding.value == "yes" else _("no")
    if not points:
        return text
    told = tell.points(points[:_MOST_DECIDING], labels=not tell.finding.series)
    told += "…" if len(points) > _MOST_DECIDING else ""
    against = _("against it")
    return f"{text} ({told})" if query.holds == "ever" else f"{text} ({against}: {told})"
