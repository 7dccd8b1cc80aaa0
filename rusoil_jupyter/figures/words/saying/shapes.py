"""Sentences about the shape of a series: its trend, slope and fit, what stands apart, what it goes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.forms import clean
from rusoil_jupyter.figures.words.saying.names import way_name
from rusoil_jupyter.figures.words.saying.teller import MOST_LISTED
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values import queries as q
    from rusoil_jupyter.figures.words.saying.teller import Teller


def trend(tell: Teller, query: q.Trend) -> str:
    """What the values do, from the first to the last."""
    finding = tell.finding
    way = _claimed(tell, query) + way_name(str(finding.value))
    if finding.details.get("change") is None or len(finding.points) < 2:
        return way
    sentence = (
        _("{way} from {first} ({start}) to {last} ({end})")
        if finding.value in {"rising", "falling"}
        else _("{way}: from {first} ({start}) to {last} ({end})")
    )
    start, end = finding.points[0], finding.points[-1]
    return sentence.format(
        way=way,
        first=tell.quantity(start.value, tell.named_unit()),
        last=tell.quantity(end.value, tell.named_unit()),
        start=tell.place(start.at),
        end=tell.place(end.at),
    )


def _claimed(tell: Teller, query: q.Trend) -> str:
    """Yes or no, where the question was whether it is so."""
    if not query.claim:
        return ""
    said = _("yes") if tell.finding.value == query.claim else _("no")
    return f"{said}: "


def slope(tell: Teller, _query: q.Slope) -> str:
    """A rate of change."""
    return _("the rate of change is {value} (R² = {r2})").format(value=tell.value(), r2=tell.detail("r2"))


def outliers(tell: Teller, _query: q.Outliers) -> str:
    """What stands apart."""
    count = tell.count()
    if not count:
        return _("no outliers were found")
    told = "; ".join(
        f"{tell.quantity(point.value, tell.named_unit())} ({tell.place(point.at)})"
        for point in tell.finding.points[:MOST_LISTED]
    )
    text = ngettext("{count} outlier: {points}", "{count} outliers: {points}", count)
    return text.format(count=count, points=told)


def correlation(tell: Teller, query: q.Correlation) -> str:
    """How strongly two go together."""
    finding = tell.finding
    size = abs(float(finding.value)) if isinstance(finding.value, int | float) else 0.0
    strengths = ((0.8, _("a strong relation")), (0.5, _("a clear relation")), (0.3, _("a weak relation")))
    strength = next((name for least, name in strengths if size >= least), _("hardly any relation"))
    text = _("the correlation is r = {value} ({strength})").format(
        value=tell.number(float(finding.value or 0.0)), strength=strength
    )
    return f"{tell.quoted(finding.series)}: {text}" if query.other else text


def fit(tell: Teller, _query: q.Fit) -> str:
    """A formula."""
    finding = tell.finding
    if finding.value is None:
        return "; ".join(clean(item, 300) for item in finding.items)
    formula = next(iter(finding.items), "")
    text = _("{formula}, R² = {r2}").format(
        formula=formula.replace(".", ",") if tell.language == "ru" else formula, r2=tell.detail("r2")
    )
    if "t from" not in finding.details:
        return text
    date = tell.moment(str(finding.details["t from"]))
    return f"{text}, " + _("t in {unit} from {date}").format(unit=finding.details["t in"], date=date)
