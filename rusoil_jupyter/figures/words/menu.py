"""How a text model chooses a query: the choices of one figure as a JSON schema, and its choice checked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.values.queries import query_type
from rusoil_jupyter.figures.words.forms import clean
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rusoil_jupyter.figures.values.description import FigureDescription
    from rusoil_jupyter.figures.values.queries import Query

MOST_CHOICES = 100
_OF_DIAGRAMS = ("nodes", "edges", "neighbours", "path", "written", "describe")
# Fields that hold ids of the figure, and which: nothing else may be chosen there.
_IDS = {
    "panel": "panel",
    "series": "series",
    "other": "series",
    "than": "series",
    "node": "node",
    "to": "node",
}
_LEFT_OUT = frozenset({"title", "description", "default", "discriminator"})


def query_schema(description: FigureDescription) -> dict[str, Any]:
    """The JSON schema of a query to this figure: its panels, series and boxes are the only choices.

    It is that of :data:`rusoil_jupyter.figures.values.queries.Query`, within what grammars can promise
    (``rusoil_jupyter.backends.json_grammar``).
    """
    schema = query_type().json_schema()
    ops = [
        name
        for name, form in schema["$defs"].items()
        if _fits(form["properties"].get("op", {}).get("const", ""), description)
    ]
    known = {kind: ids[:MOST_CHOICES] for kind, ids in _ids_of(description).items()}
    forms = {
        name: _limited(form, known) for name, form in schema["$defs"].items() if name in ops or name in _PARTS
    }
    forms |= {f"{kind}_id": {"enum": ids} for kind, ids in known.items() if ids}
    query = {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in ops]}
    return {  # an object, because services want one
        "type": "object",
        "properties": {"query": query},
        "required": ["query"],
        "additionalProperties": False,
        "$defs": _reached(forms, ops),
    }


def _fits(op: str, description: FigureDescription) -> bool:
    """Whether an operation can be asked of this figure at all; of several parts each is asked for itself."""
    if op in {"", "several"}:
        return False
    if op in _OF_DIAGRAMS:
        return description.diagram is not None or op in {"written", "describe"}
    return bool(description.panels) or description.diagram is None


_PARTS = ("Selection", "Where", "Interval", "Listed", "Ends", "Months")


def _ids_of(description: FigureDescription) -> dict[str, list[str]]:
    """The ids of the figure by kind."""
    nodes = description.diagram.nodes if description.diagram is not None else ()
    return {
        "panel": [panel.id for panel in description.panels],
        "series": [one.id for panel in description.panels for one in panel.series],
        "node": [node.id for node in nodes],
    }


def _limited(form: Any, known: dict[str, list[str]]) -> Any:
    """A schema without what grammars do not read, its fields of ids limited to those there are."""
    if isinstance(form, list):
        return [_limited(one, known) for one in form]
    if not isinstance(form, dict):
        return form
    if "oneOf" in form:
        form = {**form, "anyOf": form["oneOf"]}
        form.pop("oneOf")
    kept = {name: _limited(part, known) for name, part in form.items() if name not in _LEFT_OUT}
    if "properties" in form:
        kept["properties"] = _fields(form["properties"], known)
        tags = [name for name in ("op", "kind") if "const" in form["properties"].get(name, {})]
        kept["required"] = [*tags, *form.get("required", [])]
    return kept


def _fields(properties: dict[str, Any], known: dict[str, list[str]]) -> dict[str, Any]:
    """The fields of a form; one of ids is left out where the figure has none."""
    fields: dict[str, Any] = {}
    for name, form in properties.items():
        ids = {"$ref": f"#/$defs/{_IDS[name]}_id"} if name in _IDS else None
        if ids is None:
            fields[name] = _limited(form, known)
        elif known[_IDS[name]]:
            fields[name] = {"type": "array", "items": ids} if form.get("type") == "array" else ids
    return fields


def _reached(forms: dict[str, Any], roots: Iterable[str]) -> dict[str, Any]:
    """The forms that are meant, directly or by others."""
    wanted = list(roots)
    for name in wanted:
        meant = _MEANT.findall(json.dumps(forms[name]))
        wanted += [one for one in dict.fromkeys(meant) if one not in wanted]
    return {name: forms[name] for name in wanted}


_MEANT = re.compile(r"#/\$defs/(\w+)")


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
    if chosen.keys() == {"query"}:
        chosen = chosen["query"]
    try:
        query: Query = query_type().validate_python(_without_nothing(chosen))
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from error
    every = {kind: set(ids) for kind, ids in _ids_of(description).items()}
    for field, value in _ids_in(query):
        if value not in every[_IDS[field]]:
            raise InvalidRequest(
                _("The model chose “{value}” for “{field}”, which this figure does not have.").format(
                    value=clean(value), field=field
                ),
                _("Ask again in other words."),
                field=field,
            )
    return query


def _without_nothing(chosen: Any) -> Any:
    """Without fields that are null: models write those they do not mean."""
    if isinstance(chosen, list):
        return [_without_nothing(one) for one in chosen]
    if isinstance(chosen, dict):
        return {name: _without_nothing(one) for name, one in chosen.items() if one is not None}
    return chosen


def _ids_in(value: Value) -> Iterator[tuple[str, str]]:
    """The ids that a query names, each with its field."""
    for name in type(value).model_fields:
        held = getattr(value, name)
        for one in held if isinstance(held, tuple) else (held,):
            if isinstance(one, Value):
                yield from _ids_in(one)
            elif name in _IDS and isinstance(one, str) and one:
                yield name, one
