"""What is written on a figure and what it is made of: title, axes, series, kind, panels, lines, notes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.query.marks import dependent, label_of, panels_of
from rusoil_jupyter.figures.query.refusal import CannotAnswer, no_series
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, AxisName, Panel, Reference, Series, SeriesKind
    from rusoil_jupyter.figures.values.finding import Badge
    from rusoil_jupyter.figures.values.queries import Everything, Written

_MOST = 100
_HELPERS: tuple[SeriesKind, ...] = ("other", "errorbar", "band")


def badge_of(reading: Reading) -> Badge:
    """Of what is written: as sure as the description."""
    if reading.badge == "estimated":
        return "estimated"
    return "exact" if reading.arrays else "stored"


def title(reading: Reading, query: Written) -> Finding:
    """The title of a panel, or of the figure; all panels' titles in ``items``."""
    panels = panels_of(reading, query.panel)
    titles = [panel.title for panel in panels if panel.title]
    main = (
        titles[0]
        if query.panel and titles
        else reading.description.title or (titles[0] if len(titles) == 1 else "")
    )
    return Finding(
        query=query, badge=badge_of(reading), value=main or None, items=tuple(titles), method=_("as written")
    )


def axis(reading: Reading, query: Written) -> Finding:
    """Label, unit, scale, range and categories of an axis; without ``axis`` all of them, one point each."""
    panels = panels_of(reading, query.panel)
    name: AxisName | None = query.axis
    if query.series:
        panel, series = _named(reading, query)
        panels, name = [panel], name or _value_axis(series)
    named = [(key, value) for panel in panels for key, value in panel.axes.items() if name in {None, key}]
    if not named:
        raise CannotAnswer(_("The figure has no such axis."), _("Ask which axes there are."), field="axis")
    if name is None and len(named) > 1:
        return _axes(reading, query, named)
    return _axis(reading, query, *named[0], {value.label for _key, value in named})


def _value_axis(series: Series) -> AxisName:
    return {"x": series.x, "y": series.y}.get(dependent(series), "color")


def _axes(reading: Reading, query: Written, named: list[tuple[AxisName, Axis]]) -> Finding:
    return Finding(
        query=query,
        badge=badge_of(reading),
        points=tuple(
            Point(at=key, value=value.unit or None, label=value.label) for key, value in named[:_MOST]
        ),
        items=tuple(value.label for _key, value in named[:_MOST]),
        details={"count": float(len(named))},
        method=_("as written"),
    )


def _named(reading: Reading, query: Written) -> tuple[Panel, Series]:
    try:
        return reading.description.find(query.series)
    except KeyError as error:
        raise no_series() from error


def categories(reading: Reading, query: Written) -> Finding:
    """How many categories an axis has, and which.

    Raises:
        CannotAnswer: it has none.
    """
    written = axis(reading, query)
    if written.details.get("kind") != "category":
        raise CannotAnswer(_("This axis has no categories."), _("Ask for its range."), field="axis")
    changes: dict[str, object] = {"value": written.details["count"], "unit": "", "details": {}}
    return written.model_copy(update={"series": str(written.value or "")} | changes)


def _axis(reading: Reading, query: Written, name: str, axis: Axis, labels: set[str]) -> Finding:
    details: dict[str, float | str | None] = {"axis": name, "kind": axis.kind, "scale": axis.scale}
    if axis.range is not None and axis.kind != "category":
        details |= {"from": axis.range[0], "to": axis.range[1]}
    if axis.inverted:
        details["inverted"] = "yes"
    if axis.kind == "category":
        details["count"] = float(len(axis.categories))
    warnings = () if len(labels) < 2 else (_("The panels label this axis differently; this is the first."),)
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=axis.label or None,
        unit=axis.unit,
        items=axis.categories[:_MOST],
        details=details,
        method=_("as written"),
        warnings=warnings,
    )


def series(reading: Reading, query: Written) -> Finding:
    """Which series there are, with their colours and kinds; about one of them where it is named."""
    listed = _listed(reading, query)
    labels = list(dict.fromkeys(label_of(panel, one) for panel, one in listed))
    return Finding(
        query=query,
        badge=badge_of(reading),
        series=labels[0] if len(labels) == 1 else "",
        value=float(len(labels) if all(one.label for _p, one in listed) else len(listed)),
        points=tuple(
            Point(at=one.kind, value=one.colour or None, label=label_of(panel, one))
            for panel, one in listed[:_MOST]
        ),
        items=tuple(filter(None, labels[:_MOST])),
        details=_legend_title(listed),
        method=_("as drawn"),
    )


def _listed(reading: Reading, query: Written) -> list[tuple[Panel, Series]]:
    """The series that is named; or those of a legend; or those that can be counted."""
    every = [(panel, one) for panel in panels_of(reading, query.panel) for one in panel.series]
    if query.series:
        chosen = [(panel, one) for panel, one in every if one.id == query.series]
        if not chosen:
            raise no_series()
        return chosen
    labelled = [(panel, one) for panel, one in every if one.label]
    return labelled if labelled and _has_legend(reading, labelled) else _countable(every)


def legend(reading: Reading, query: Written) -> Finding:
    """How many entries the legends have, and which: names of series, or of the slices of a pie."""
    panels = [panel for panel in panels_of(reading, query.panel) if panel.has_legend or panel.legend]
    if not panels:
        raise CannotAnswer(_("The figure has no legend."), _("Ask which series there are."), field="panel")
    entries = list(dict.fromkeys(entry for panel in panels for entry in _entries(panel)))
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=float(len(entries)),
        items=tuple(entries[:_MOST]),
        details=_legend_title([(panel, one) for panel in panels for one in panel.series]),
        method=_("as written"),
    )


def _entries(panel: Panel) -> tuple[str, ...]:
    slices = tuple(name for one in panel.series if one.kind == "pie" for name in one.names)
    return panel.legend or slices or tuple(one.label for one in panel.series if one.label)


def _has_legend(reading: Reading, labelled: list[tuple[Panel, Series]]) -> bool:
    return len(labelled) > 1 or any(panel.has_legend for panel in reading.description.panels)


def _countable(listed: list[tuple[Panel, Series]]) -> list[tuple[Panel, Series]]:
    return [(panel, one) for panel, one in listed if one.kind not in _HELPERS] or listed


def _legend_title(listed: list[tuple[Panel, Series]]) -> dict[str, float | str | None]:
    titles = [panel.legend_title for panel, _one in listed if panel.legend_title]
    return {"legend title": titles[0]} if titles else {}


def kind(reading: Reading, query: Written) -> Finding:
    """What kind of figure it is: the commonest kind of its series; all kinds in ``items``."""
    description = reading.description
    if description.diagram is not None and not description.panels:
        return Finding(
            query=query, badge=badge_of(reading), value="diagram", items=(description.diagram.kind,)
        )
    kinds = Counter(one.kind for panel in panels_of(reading, query.panel) for one in panel.series)
    if not kinds:
        raise CannotAnswer(
            _("Nothing is drawn in it."), _("Run the cell that draws it again."), field="panel"
        )
    for helper in _HELPERS:
        if len(kinds) > 1:
            kinds.pop(helper, None)
    common = [name for name, _count in kinds.most_common()]
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=common[0],
        items=tuple(common),
        details={name: float(count) for name, count in kinds.items()},
        method=_("as drawn"),
    )


def panels(reading: Reading, query: Written) -> Finding:
    """How many panels there are, and their titles."""
    listed = reading.description.panels
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=float(len(listed)),
        items=tuple(panel.title for panel in listed[:_MOST] if panel.title),
        details={
            "rows": float(len({panel.row for panel in listed})),
            "columns": float(len({panel.column for panel in listed})),
        },
        method=_("as drawn"),
    )


def references(reading: Reading, query: Written) -> Finding:
    """Lines and spans across panels, with the axis each stands on."""
    listed = [
        (panel, reference)
        for panel in panels_of(reading, query.panel)
        for reference in panel.references
        if query.axis in {None, reference.axis}
    ]
    units = {panel.axes[reference.axis].unit for panel, reference in listed if reference.axis in panel.axes}
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=listed[0][1].value if len(listed) == 1 else None,
        unit=units.pop() if len(units) == 1 else "",
        points=tuple(_place_of(one) for _panel, one in listed[:_MOST]),
        items=tuple(one.label for _panel, one in listed[:_MOST] if one.label),
        details={"count": float(len(listed))},
        method=_("as drawn"),
    )


def _place_of(one: Reference) -> Point:
    """Of a span from where to where, of a line only where."""
    at, value = (None, one.value) if one.end is None else (one.value, one.end)
    return Point(at=at, value=value, label=one.label or one.axis)


def notes(reading: Reading, query: Written) -> Finding:
    """The texts written into the panels, with their places."""
    listed = [note for panel in panels_of(reading, query.panel) for note in panel.notes]
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=listed[0].text if len(listed) == 1 else None,
        points=tuple(Point(at=note.x, value=note.y, label=note.text) for note in listed[:_MOST]),
        items=tuple(note.text for note in listed[:_MOST]),
        details={"count": float(len(listed))},
        method=_("as written"),
    )


def describe(reading: Reading, query: Everything) -> Finding:
    """What there is at all: kinds, panels, series, size; the words for it are made elsewhere."""
    description = reading.description
    listed = [one for panel in panels_of(reading, query.panel) for one in panel.series]
    details: dict[str, float | str | None] = {
        "panels": float(len(description.panels)),
        "series": float(len(listed)),
    }
    if description.diagram is not None:
        details |= {
            "nodes": float(len(description.diagram.nodes)),
            "edges": float(len(description.diagram.edges)),
        }
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=description.title or None,
        items=tuple(one.label for one in listed[:_MOST] if one.label),
        details=details,
        method=_("as drawn"),
    )
