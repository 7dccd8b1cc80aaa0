"""Charts of the Vega-Lite gallery. The truth is what the Vega runtime's marks hold after all transforms.

Asked are single views whose marks have places and values in fields; the specifications lie outside the
project, in the folder that ``RUSOIL_VEGA_GALLERY`` names.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.figures.questions import Line, PlaceKind, Truth, moment
from tests.bench.figures.tables import packages

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUTH = Path(__file__).with_name("truth.mjs")
KINDS = {
    "line": "line",
    "trail": "line",
    "area": "area",
    "bar": "bar",
    "point": "scatter",
    "circle": "scatter",
    "square": "scatter",
}
MOST_SERIES = 12
# Frames of an animation; values that are no numbers, of which it can be argued what is drawn.
UNSURE = re.compile("animated|invalid")


def folder() -> Path | None:
    """Where the specifications are, if they are here."""
    named = os.environ.get("RUSOIL_VEGA_GALLERY")
    places = [Path(named)] if named else [Path("../shared/data/vega-lite-examples")]
    return next((place for place in places if place.is_dir()), None)


def specifications() -> dict[str, dict[str, Any]]:
    """The gallery's specifications by name."""
    place = folder()
    files = sorted(place.glob("*.vl.json")) if place else []
    return {file.name.removesuffix(".vl.json"): json.loads(file.read_text()) for file in files}


def truths(specs: dict[str, dict[str, Any]]) -> Iterator[Truth]:
    """What is known of each chart that can be asked."""
    lines = "\n".join(json.dumps({"name": name, "spec": spec}) for name, spec in specs.items())
    command = ["node", str(TRUTH), str(packages())]
    environ = os.environ | {"TZ": "UTC"}
    told = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, env=environ)
    for line in told.stdout.split("\n"):
        if line:
            drawn = json.loads(line)
            if truth := _truth(specs[drawn["name"]], drawn):
                yield truth


def _truth(spec: dict[str, Any], drawn: dict[str, Any]) -> Truth | None:
    unit = _unit(spec)
    if unit is None or "error" in drawn or UNSURE.search(drawn["name"]):
        return None
    mark, encoding, layer = unit
    fields = drawn.get("encodings", {}).get(layer, {}).get("channels", {})
    rows = [row for group in drawn["marks"] if group["name"] == layer for row in group["rows"]]
    colour = encoding.get("color", {})
    hue = colour.get("field") if _type(colour) in {"nominal", "ordinal"} else None
    if mark == "arc":
        return _pie(drawn["name"], rows, fields, hue, encoding)
    across = mark == "bar" and _type(encoding.get("x", {})) == "quantitative"
    across = across and _type(encoding.get("y", {})) in {"nominal", "ordinal"}
    place, value = ("y", "x") if across else ("x", "y")
    titles = drawn.get("titles", {})
    if mark not in KINDS or {place, value} - fields.keys() or {"x", "y"} - titles.keys():
        return None
    if encoding[value].get("bin") or _type(encoding[value]) != "quantitative":
        return None
    if "." in fields[place] + fields[value] + fields.get(value + "2", ""):
        return None  # a field within a field
    begin = fields.get(value + "2")
    if begin is not None and not (begin.endswith("_start") and fields[value].endswith("_end")):
        return None
    # A month without its year, or a bin, is a place that can be named in many ways: only values are asked.
    plain = not (encoding[place].get("timeUnit") or encoding[place].get("bin")) and place + "2" not in fields
    kind = KINDS[mark]
    if "detail" in encoding or (across and hue):
        return None  # series without a name; stacks that lie
    if begin is not None and hue:
        kind = "stacked"
    elif kind == "bar":
        kind = "grouped" if hue else "barh" if across else "bar"
    values = [
        (row, _number(row.get(fields[value])) - (_number(row.get(begin)) if begin else 0.0)) for row in rows
    ]
    read = _read(
        [(row, number) for row, number in values if number == number],
        fields[place],
        hue,
        _type(encoding[place]),
    )
    if read is None:
        return None
    lines, places = read
    return Truth(
        drawn["name"],
        "vega-lite",
        kind,
        "en",
        titles[place],
        titles[value],
        places,
        lines,
        numbers_everywhere=plain,
    )


def _unit(spec: dict[str, Any]) -> tuple[str, dict[str, Any], str] | None:
    """The mark, its encoding and its name in Vega in a single view or the first of like layers."""
    if "mark" in spec:
        chosen, layer = spec, "marks"
    elif spec.get("layer") and all("mark" in part for part in spec["layer"]):
        shared = spec.get("encoding", {})
        seen = {
            json.dumps({k: (shared | part.get("encoding", {})).get(k) for k in "xy"})
            for part in spec["layer"]
        }
        if len(seen) != 1 or "transform" in spec["layer"][0]:
            return None
        chosen = {"mark": spec["layer"][0]["mark"], "encoding": shared | spec["layer"][0].get("encoding", {})}
        layer = "layer_0_marks"
    else:
        return None
    mark, encoding = chosen["mark"], chosen.get("encoding", {})
    if not {"row", "column", "facet"}.isdisjoint(encoding):
        return None
    return (mark.get("type") if isinstance(mark, dict) else mark), encoding, layer


def _type(channel: dict[str, Any]) -> str:
    """The type of a channel; by Vega-Lite's own rule where it is not written."""
    if "type" in channel:
        return str(channel["type"])
    if channel.get("bin") or isinstance(channel.get("aggregate"), str):
        return "quantitative"
    return "temporal" if channel.get("timeUnit") else "nominal"


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _pie(
    name: str, rows: list[dict[str, Any]], fields: dict[str, str], hue: str | None, encoding: dict[str, Any]
) -> Truth | None:
    begin, end = fields.get("endAngle", ""), fields.get("startAngle", "")
    if hue is None or not (begin.endswith("_start") and end.endswith("_end")) or "radius" in encoding:
        return None
    parts = [(str(row.get(hue)), abs(_number(row.get(end)) - _number(row.get(begin)))) for row in rows]
    if len({label for label, _ in parts}) != len(parts):
        return None
    title = encoding["theta"].get("title") or encoding["theta"].get("field") or "value"
    line = Line("", [label for label, _ in parts], [value for _, value in parts])
    return Truth(name, "vega-lite", "pie", "en", hue, title, "category", [line])


def _read(
    rows: list[tuple[dict[str, Any], float]], x: str, hue: str | None, typed: str | None
) -> tuple[list[Line], PlaceKind] | None:
    groups: dict[str, list[tuple[Any, float]]] = {}
    for row, value in rows:
        if (at := row.get(x)) is not None:
            groups.setdefault(str(row.get(hue)) if hue else "", []).append((at, value))
    if not groups or len(groups) > MOST_SERIES or sum(map(len, groups.values())) < 2:
        return None
    lines = []
    for label, points in groups.items():
        xs = [
            moment(at) if typed == "temporal" else at if typed == "quantitative" else str(at)
            for at, _ in points
        ]
        if typed in {"temporal", "quantitative"} and any(isinstance(at, str) for at in xs):
            return None
        if typed not in {"temporal", "quantitative"} and any(len(at) > 9 and at.isdigit() for at in xs):
            return None  # moments as names: nobody asks for milliseconds
        lines.append(Line(label, xs, [value for _, value in points]))
    if typed == "temporal":
        return lines, "month" if all(at.day == 1 for line in lines for at in line.xs) else "date"
    return lines, "number" if typed == "quantitative" else "category"
