"""How a text model chooses a query: the choices of one figure as a JSON schema, and its choice checked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.finding import FitModel, Op, Query
from rusoil_jupyter.figures.words.forms import clean
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.description import FigureDescription

MOST_CHOICES = 100
_OF_DIAGRAMS = ("nodes", "edges", "neighbours", "path", "title", "describe")
_MEASURED = (
    "difference",
    "ratio",
    "percent",
    "above",
    "below",
    "total",
    "iqr",
    "mean",
    "sum",
    "maximum",
    "minimum",
)


def query_schema(description: FigureDescription) -> dict[str, Any]:
    """The JSON schema of a query to this figure: its panels, series and boxes are the only choices.

    Within what grammars can promise (``rusoil_jupyter.backends.json_grammar``).
    """
    panels = [panel.id for panel in description.panels][:MOST_CHOICES]
    series = [one.id for panel in description.panels for one in panel.series][:MOST_CHOICES]
    columns = {
        name for panel in description.panels for one in panel.series for name in (one.values or one.stats)
    }
    axes = {name for panel in description.panels for name in panel.axes}
    if description.diagram is not None and not panels:
        nodes = [node.id for node in description.diagram.nodes][:MOST_CHOICES]
        fields: dict[str, Any] = {"op": {"enum": list(_OF_DIAGRAMS)}}
        if nodes:
            fields |= {"node": {"enum": nodes}, "to": {"enum": nodes}}
    else:
        ops = [op for op in get_args(Op) if op not in {"nodes", "edges", "neighbours", "path"}]
        fields = {"op": {"enum": ops}}
        if len(panels) > 1:
            fields["panel"] = {"enum": panels}
        if series:
            fields |= {"series": {"enum": series}, "other": {"enum": series}}
        fields["column"] = {"enum": sorted({*columns, *_MEASURED, "x"})}
        if axes:
            fields["axis"] = {"enum": sorted(axes)}
        place = {"anyOf": [{"type": "number"}, {"type": "string", "maxLength": 100}]}
        fields |= {
            "at": place,
            "until": place,
            "level": {"type": "number"},
            "model": {"enum": list(get_args(FitModel))},
            "degree": {"type": "integer", "minimum": 1, "maximum": 9},
        }
    return {"type": "object", "properties": fields, "required": ["op"], "additionalProperties": False}


def menu(description: FigureDescription) -> str:
    """What the ids of the schema stand for, one a line, the figure's own words as JSON strings: data, not
    orders."""
    lines = []
    for panel in description.panels[:MOST_CHOICES]:
        axes = ", ".join(f"{name} ({axis.kind}): {_cited(axis.label)}" for name, axis in panel.axes.items())
        lines.append(f"panel {panel.id}: {_cited(panel.title)}; {axes}")
        for one in panel.series[:MOST_CHOICES]:
            lines.append(f"  series {one.id} ({one.kind}, {one.n} points): {_cited(one.label)}")
    if description.diagram is not None:
        for node in description.diagram.nodes[:MOST_CHOICES]:
            lines.append(f"node {_cited(node.id)}: {_cited(node.label)}")
    return "\n".join(lines)


def _cited(label: str) -> str:
    return json.dumps(clean(label), ensure_ascii=False)


def from_model(text: str, description: FigureDescription) -> Query:
    """A model's choice as a query.

    Args:
        text: JSON, as :func:`query_schema` asks for; a code fence around it is taken off.
        description: of the figure that the query is about.

    Raises:
        InvalidRequest: it is no such JSON, or names what the figure does not have; the field is named.
    """
    text = re.sub(r"^\s*```(?:json)?\s*|\s*```\s*$", "", text[:20_000])
    try:
        chosen = json.loads(text)
    except (ValueError, RecursionError):
        chosen = None
    if not isinstance(chosen, dict):
        raise InvalidRequest(
            _("The model's choice is no JSON object."), _("Ask again in other words."), field="query"
        )
    chosen = {name: value for name, value in chosen.items() if value is not None}
    try:
        query = Query.model_validate(chosen)
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from error
    known = {
        "panel": {panel.id for panel in description.panels},
        "series": {one.id for panel in description.panels for one in panel.series},
        "node": {node.id for node in description.diagram.nodes} if description.diagram is not None else set(),
    }
    for field, kind in (
        ("panel", "panel"),
        ("series", "series"),
        ("other", "series"),
        ("node", "node"),
        ("to", "node"),
    ):
        value = getattr(query, field)
        if value and value not in known[kind]:
            raise InvalidRequest(
                _("The model chose “{value}” for “{field}”, which this figure does not have.").format(
                    value=clean(value), field=field
                ),
                _("Ask again in other words."),
                field=field,
            )
    return query
