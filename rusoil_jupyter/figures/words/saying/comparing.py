"""Sentences about two numbers: a change from one place to another, or one thing beside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import restating
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.values import queries as q
    from rusoil_jupyter.figures.words.saying.teller import Teller


def comparison(tell: Teller, query: q.Comparison) -> str:
    """Both numbers and their difference; or which is larger, that one first."""
    finding, details = tell.finding, tell.finding.details
    if finding.value is None and not details.get("difference"):
        return tell.points(finding.points) or _("they can't be compared")
    if query.asks in {"larger", "smaller"} and len(finding.items) == 2:
        return _verdict(tell, query)
    if "from" not in details:
        names = _names_of_sides(tell, query)
        ends = (names[0], names[-1]) if names else ("", "")
        return _side_by_side(tell, query, ends, ("first", "second")) + _behind(tell)
    if _is_between_categories(tell):
        places = [tell.quoted(str(details[name])) for name in ("to at", "from at")]
        return _side_by_side(tell, query, places, ("to", "from"))
    return _change(tell, query)


def _change(tell: Teller, query: q.Comparison) -> str:
    details, unit = tell.finding.details, _unit(tell, query)
    text = _("{series}: from {before} ({start}) to {after} ({end}), a change of {difference}").format(
        series=tell.quoted(tell.without_unit(tell.finding.series)),
        before=tell.quantity(details["from"], unit),
        after=tell.quantity(details["to"], unit),
        start=tell.place(details.get("from at")),
        end=tell.place(details.get("to at")),
        difference=_difference(tell, query),
    )
    return text + _in_per_cent(tell)


def _side_by_side(tell: Teller, query: q.Comparison, names: Sequence[str], sides: tuple[str, str]) -> str:
    one, two = (tell.quantity(tell.finding.details.get(side), _unit(tell, query)) for side in sides)
    text = _("{first} – {one}, {second} – {two}; the difference is {difference}").format(
        first=names[0], second=names[1], one=one, two=two, difference=_difference(tell, query)
    )
    return text + _in_per_cent(tell)


def _verdict(tell: Teller, query: q.Comparison) -> str:
    """Which of two is higher or lower, that one first."""
    details = tell.finding.details
    sides = ("to", "from") if "from" in details else ("first", "second")
    if "from" in details and not _is_between_categories(tell):
        names = [tell.bare(details.get(f"{side} at")) for side in sides]
    else:
        names = _names_of_sides(tell, query)
    told = [tell.quantity(details.get(side), _unit(tell, query)) for side in sides]
    gap = float(details.get("difference") or 0.0)
    if gap and (gap < 0) == (query.asks == "larger"):  # the second is the one that was asked for
        told, names = told[::-1], names[::-1]
    text = _verdict_sentence(query, gap).format(
        first=names[0],
        second=names[1],
        one=told[0],
        two=told[1],
        difference=_difference(tell, query).lstrip("−"),
    )
    return text if "from" in details else text + _behind(tell)


def _verdict_sentence(query: q.Comparison, gap: float) -> str:
    if not gap:
        return _("{first} and {second} are equal: {one}")
    if query.asks == "smaller":
        return _("{first} is lower: {one} against {two} ({second}); the difference is {difference}")
    return _("{first} is higher: {one} against {two} ({second}); the difference is {difference}")


def _unit(tell: Teller, query: q.Comparison) -> str:
    """The unit of the two numbers that were compared."""
    if query.asks in {"ratio", "percent"}:
        return query.first.unit or tell.value_unit()
    return tell.finding.unit


def _difference(tell: Teller, query: q.Comparison) -> str:
    unit = _unit(tell, query)
    return tell.quantity(
        tell.finding.details.get("difference"), _("percentage points") if unit == "%" else unit
    )


def _in_per_cent(tell: Teller) -> str:
    if tell.finding.details.get("ratio") is None:
        return ""
    return " " + _("({percent} %, ratio {ratio})").format(
        percent=tell.detail("percent"), ratio=tell.detail("ratio")
    )


def _behind(tell: Teller) -> str:
    """Where two things were compared, or by what of them."""
    place = tell.place(tell.finding.at)
    if place:
        return f", {place}"
    return f" ({tell.finding.method})" if tell.finding.method else ""


def _names_of_sides(tell: Teller, query: q.Comparison) -> list[str]:
    """The two series; where they are one, what is taken of it."""
    items = tell.finding.items
    if len(set(items)) == 2 and all(items):
        return list(map(tell.quoted, items))
    return list(restating.sides(query, tell.description, tell.language))


def _is_between_categories(tell: Teller) -> bool:
    ends = (tell.finding.details.get("from at"), tell.finding.details.get("to at"))
    is_date = tell.place_axis is not None and tell.place_axis.kind == "date"
    return not is_date and all(isinstance(end, str) for end in ends)
