"""A Vega specification made to tell what it draws: every mark says the data behind each of its channels.

A scene graph has pixels; the numbers behind them are gone. Vega keeps one text per mark for screen
readers (``description``), so that is where they are put: full-precision numbers, dates in milliseconds,
categories as they are. Nothing that is drawn changes.

::

    probed(vega) -> Probed(spec with descriptions, what each mark and group is)
    told(description) -> (id, values)      for an item of the scene graph
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SEPARATOR = "\x1f"
PROBE = "rusoil-probe"
CHANNELS = (
    *("x", "x2", "xc", "y", "y2", "yc", "fill", "stroke", "size", "shape", "strokeDash", "opacity"),
    *("startAngle", "endAngle", "innerRadius", "outerRadius"),
)
CONTINUOUS = frozenset(("linear", "log", "pow", "sqrt", "symlog", "time", "utc"))
DEEPEST = 30

Cell = float | str | None


class Date(float):
    """Seconds since 1970."""


@dataclass(frozen=True)
class Channel:
    """Where one channel of a mark comes from.

    ``told`` says that a description has its value; ``fields`` are the columns it is computed from.
    ``edge`` is a place of the panel instead of one on the scale; ``base`` a constant (the zero of a
    bar).
    """

    scale: str = ""
    told: bool = False
    fields: tuple[str, ...] = ()
    edge: bool = False
    base: bool = False


@dataclass(frozen=True)
class MarkPlan:
    """One mark of the specification. ``titles`` are words for its columns, as a screen reader has them."""

    id: str
    type: str
    name: str = ""
    styles: tuple[str, ...] = ()
    data: str = ""
    channels: dict[str, Channel] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    sort: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class GroupPlan:
    """A group: ``cell`` where it is a coordinate system; ``fields`` of the facet, told by each of its items.

    ``channels`` are positions that the marks in it inherit (the bars of a stack with round corners).
    """

    id: str
    cell: bool
    role: str
    fields: tuple[str, ...]
    channels: dict[str, Channel] = field(default_factory=dict)


class ScalePlan(NamedTuple):
    """What the specification says of a scale."""

    type: str
    exponent: float = 1.0


@dataclass
class Probed:
    """The specification that tells, and what it tells about."""

    spec: dict[str, Any]
    marks: dict[str, MarkPlan] = field(default_factory=dict)
    groups: dict[str, GroupPlan] = field(default_factory=dict)
    scales: dict[str, ScalePlan] = field(default_factory=dict)
    axis_titles: dict[str, str] = field(default_factory=dict)
    legend_titles: dict[str, str] = field(default_factory=dict)
    time_units: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unit_ends: set[str] = field(default_factory=set)
    bins: set[str] = field(default_factory=set)
    stacks: dict[str, str] = field(default_factory=dict)  # both ends of a piece -> the column it measures
    places: dict[str, str] = field(default_factory=dict)  # pixels of a projection -> degrees


def channels_told(description: str, skipped: int = 0) -> dict[str, Cell]:
    """The values of a mark by its channels, after ``skipped`` others."""
    parts = description.split(SEPARATOR)[1 + skipped :]
    return {name: _cell(cell) for name, cell in zip(parts[::2], parts[1::2], strict=False)}


def told(description: str) -> tuple[str, list[Cell]]:
    """The id and the values that a description holds; an empty id for one that is not ours."""
    if not description.startswith("@"):
        return "", []
    name, *cells = description[1:].split(SEPARATOR)
    return name, [_cell(cell) for cell in cells]


def _cell(text: str) -> Cell:
    kind, value = text[:1], text[1:]
    if kind in {"n", "d"}:
        try:
            return float(value) if kind == "n" else Date(float(value) / 1000)
        except ValueError:
            return None
    return value if kind == "s" else None


def probed(vega: dict[str, Any]) -> Probed:
    """A copy of the specification in which marks, groups, scales and labels tell their values."""
    probe = Probed(copy.deepcopy(vega))
    _learn(probe, probe.spec, 0)
    scales = {name: plan.type for name, plan in probe.scales.items()}
    _probe_group(probe, probe.spec, scales, {}, cell=True, depth=0)
    return probe


# What the data and the scales are


def _learn(probe: Probed, node: Any, depth: int) -> None:
    if depth > DEEPEST or not isinstance(node, dict):
        return
    for source in _dicts(node.get("data")):
        for transform in _dicts(source.get("transform")):
            _learn_transform(probe, transform)
    for scale in _dicts(node.get("scales")):
        exponent = scale.get("exponent")
        probe.scales[str(scale.get("name"))] = ScalePlan(
            str(scale.get("type", "linear")), float(exponent) if isinstance(exponent, int | float) else 1.0
        )
    for axis in _dicts(node.get("axes")):
        _learn_title(probe.axis_titles, str(axis.get("scale")), axis.get("title"))
    for legend in _dicts(node.get("legends")):
        for channel in ("fill", "stroke", "size", "shape", "strokeDash", "opacity"):
            if isinstance(legend.get(channel), str):
                _learn_title(probe.legend_titles, legend[channel], legend.get("title"))
    for mark in _dicts(node.get("marks")):
        _learn(probe, mark, depth + 1)


def _learn_transform(probe: Probed, transform: dict[str, Any]) -> None:
    names = [name for name in transform.get("as", ()) if isinstance(name, str)] if "as" in transform else []
    if transform.get("type") == "timeunit" and isinstance(transform.get("units"), list):
        probe.unit_ends.update(names[1:])
        for name in names:
            probe.time_units[name] = tuple(str(unit) for unit in transform["units"])
    elif transform.get("type") == "bin":
        probe.bins.update(names)
    elif transform.get("type") == "stack":
        probe.stacks.update(dict.fromkeys(names, str(transform.get("field", ""))))
    elif transform.get("type") == "geopoint":
        for pixel, degree in zip(names, transform.get("fields", ()), strict=False):
            if isinstance(degree, str):
                probe.places[pixel] = degree
            elif isinstance(degree, dict) and isinstance(degree.get("expr"), str):
                found = _DATUM.search(degree["expr"])
                probe.places[pixel] = _unquoted(found[1]) if found else ""


def _learn_title(titles: dict[str, str], scale: str, title: Any) -> None:
    if isinstance(title, list):
        title = " ".join(str(line) for line in title)
    if isinstance(title, str) and title and scale not in titles:
        titles[scale] = title


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


# What is made to tell


def _probe_group(
    probe: Probed,
    group: dict[str, Any],
    scales: dict[str, str],
    inherited: dict[str, Channel],
    *,
    cell: bool,
    depth: int,
) -> None:
    if depth > DEEPEST:
        return
    for axis in _dicts(group.get("axes")):
        labels = _update(axis, "labels")
        labels.setdefault(
            "description",
            {"signal": f"'@A' + {json.dumps(str(axis.get('scale')))} + {_SEP} + {_tagged('datum.value')}"},
        )
    for legend in _dicts(group.get("legends")):
        scale = next(
            (legend[c] for c in ("fill", "stroke", "shape", "strokeDash") if isinstance(legend.get(c), str)),
            "",
        )
        if scale and legend.get("type") != "gradient":
            labels = _update(legend, "labels")
            labels.setdefault(
                "description", {"signal": f"'@A' + {json.dumps(scale)} + {_SEP} + {_tagged('datum.value')}"}
            )
    for mark in _dicts(group.get("marks")):
        if mark.get("type") == "group":
            _probe_inner(probe, mark, scales, inherited, depth)
        else:
            _probe_mark(probe, mark, inherited)
    if cell and isinstance(group.get("marks"), list):
        used = sorted(set(_used_scales(group, scales)))
        if used:
            told = f" + {_SEP} + ".join(_scale_tells(name, scales[name]) for name in used)
            group["marks"].append(
                {
                    "type": "text",
                    "name": PROBE,
                    "encode": {"update": {"description": {"signal": f"'@S' + {_SEP} + {told}"}}},
                }
            )


def _probe_inner(
    probe: Probed, group: dict[str, Any], scales: dict[str, str], inherited: dict[str, Channel], depth: int
) -> None:
    facet = group.get("from", {}).get("facet", {}) if isinstance(group.get("from"), dict) else {}
    fields = facet.get("groupby", []) if isinstance(facet, dict) else []
    fields = [fields] if isinstance(fields, str) else [f for f in fields if isinstance(f, str)]
    fields += [f for f in _parents(group.get("title")) if f not in fields]
    name = f"G{len(probe.groups)}"
    cell = bool({"cell", "view"} & set(_styles(group))) or any(k in group for k in ("axes", "layout"))
    role = str(group.get("role", ""))
    channels = {} if cell else dict(inherited)
    tells = "".join(f" + {_SEP} + {_tagged(_accessor(f))}" for f in fields)
    for channel in () if cell else ("x", "y"):
        found, expression = _channel(probe, _encoding(group, "update").get(channel))
        if found.scale and expression:
            channels[channel] = found
            tells += f" + {_SEP} + {json.dumps('#' + channel)} + {_SEP} + {_tagged(expression)}"
    probe.groups[name] = GroupPlan(name, cell and not role, role, tuple(fields), channels)
    _update(group)["description"] = {"signal": f"'@{name}'{tells}"}
    inner = {
        **scales,
        **{str(s.get("name")): str(s.get("type", "linear")) for s in _dicts(group.get("scales"))},
    }
    _probe_group(probe, group, inner, channels, cell=cell and not role, depth=depth + 1)


def _probe_mark(probe: Probed, mark: dict[str, Any], inherited: dict[str, Channel]) -> None:
    name = f"M{len(probe.marks)}"
    update = _update(mark)
    update.pop("url", None)  # a picture's address: nothing is fetched
    encode = {**_encoding(mark, "enter"), **update}
    source = mark.get("from") if isinstance(mark.get("from"), dict) else {}
    channels: dict[str, Channel] = {}
    tells = ""
    for channel in CHANNELS:
        if channel not in encode:
            continue
        found, expression = _channel(probe, encode[channel])
        channels[channel] = found
        if expression:
            value = _tagged(expression, _scale_type(probe, found))
            tells += f" + {_SEP} + {json.dumps(channel)} + {_SEP} + {value}"
    for way in ("x", "y"):
        entry = next((e for e in (encode.get(way), encode.get(way + "c")) if isinstance(e, dict)), {})
        offset = entry.get("offset")
        if isinstance(offset, dict) and offset.get("scale"):
            found, expression = _channel(probe, offset)
            if expression:
                channels[way + "Offset"] = found
                tells += f" + {_SEP} + {json.dumps(way + 'Offset')} + {_SEP} + {_tagged(expression)}"
    for channel, found in inherited.items():
        if not any(channels.get(name, Channel()).scale for name in (channel, channel + "2", channel + "c")):
            channels[channel] = found
    words = encode.get("description", {})
    words = words.get("signal", "") if isinstance(words, dict) else ""
    sort = mark.get("sort", {}).get("field", ()) if isinstance(mark.get("sort"), dict) else ()
    data = str(source.get("data", "")) if isinstance(source, dict) else ""
    probe.marks[name] = MarkPlan(
        id=name,
        type=str(mark.get("type")),
        name=str(mark.get("name", "")),
        styles=tuple(_styles(mark)),
        data=data,
        channels=channels,
        titles=_titles(words if isinstance(words, str) else ""),
        sort=tuple(f for s in ([sort] if isinstance(sort, str) else sort) for f in _fields(str(s))),
        hidden="voronoi" in str(mark.get("name")) or bool(re.search(r"_brush(_bg)?$", str(mark.get("name")))),
    )
    update["description"] = {"signal": f"'@{name}'{tells}"}


def _scale_type(probe: Probed, channel: Channel) -> str:
    plan = probe.scales.get(channel.scale)
    return plan.type if plan else ""


def _channel(probe: Probed, entry: Any) -> tuple[Channel, str]:
    """Where a channel comes from, and the expression that tells its value (empty for none)."""
    if isinstance(entry, list):
        return _conditional(probe, [e for e in entry if isinstance(e, dict)])
    if not isinstance(entry, dict):
        return Channel(), ""
    scale = entry.get("scale")
    scale = scale if isinstance(scale, str) else ""
    column, signal = entry.get("field"), entry.get("signal")
    if isinstance(column, dict):
        if "group" in column:
            return Channel(edge=True), ""
        if isinstance(column.get("datum"), str):
            column = column["datum"]
        elif isinstance(column.get("parent"), str):
            accessor = _accessor(column["parent"]).replace("datum", "parent", 1)
            return Channel(scale, told=True, fields=(column["parent"],)), accessor
    if isinstance(column, str):
        name = _plain(column)
        moved = re.match(r"(.+)_offsetted_rect_(?:start|end)$", name)
        if moved:  # drawn around the middle of its unit, which means the unit
            return Channel(scale, told=True, fields=(moved[1],)), _accessor(moved[1], escaped=True)
        if not scale and name in probe.places:
            return Channel("geo", told=True, fields=(probe.places[name],)), _accessor(
                probe.places[name], escaped=True
            )
        return Channel(scale, told=True, fields=(name,)), _accessor(column)
    if isinstance(signal, str):
        return _from_signal(probe, scale, signal)
    if scale and "value" in entry:
        value = entry["value"]
        return Channel(scale, told=True, base=True), json.dumps(value) if not isinstance(
            value, list | dict
        ) else ""
    if scale and "band" in entry:
        return Channel(scale, edge=True), ""
    return Channel(edge="value" in entry and not scale), ""


def _from_signal(probe: Probed, scale: str, signal: str) -> tuple[Channel, str]:
    fields = tuple(_fields(signal))
    if not scale:
        called = re.match(r"scale\((['\"])(.+?)\1,\s*(.+)\)$", signal, re.DOTALL)
        if called is None:
            inside = re.search(r"scale\((['\"])(.+?)\1", signal)
            return Channel(inside[2] if inside else "", fields=fields, edge=inside is None), ""
        scale, signal = called[2], called[3]
        if not _balanced(signal):
            return Channel(scale, fields=fields), ""
    # The middle of a month is not a date that anybody has plotted: its beginning is.
    unit = next((f for f in fields if f in probe.time_units), None)
    return Channel(scale, told=True, fields=fields), _accessor(unit, escaped=True) if unit else f"({signal})"


def _conditional(probe: Probed, entries: list[dict[str, Any]]) -> tuple[Channel, str]:
    parts = [(entry.get("test"), *_channel(probe, entry)) for entry in entries]
    main = next((channel for _t, channel, _e in reversed(parts) if channel.scale), Channel())
    told = "null"
    for test, channel, expression in reversed(parts):
        value = expression if expression and channel.scale == main.scale else "null"
        told = f"(({test}) ? ({value}) : ({told}))" if isinstance(test, str) else value
    return (main, told) if main.told else (main, "")


def _used_scales(group: dict[str, Any], scales: dict[str, str]) -> Iterator[str]:
    """The scales of positions and numeric colours in a cell and the groups that are no cells."""
    for mark in _dicts(group.get("marks")):
        if mark.get("type") == "group":
            if not (
                {"cell", "view"} & set(_styles(mark))
                or "axes" in mark
                or "layout" in mark
                or mark.get("role")
            ):
                yield from _used_scales(mark, scales)
            continue
        encode = {**_encoding(mark, "enter"), **_encoding(mark, "update")}
        for channel, entry in encode.items():
            if channel in {"description", "tooltip"}:
                continue
            for name in re.findall(
                r"\"scale\": \"([^\"]+)\"|scale\(\\?['\"](.+?)\\?['\"],", json.dumps(entry)
            ):
                scale = name[0] or name[1]
                if scale in scales:
                    yield scale


_SEP = json.dumps(SEPARATOR)
_DATUM = re.compile(r"datum\[\"((?:[^\"\\]|\\.)*)\"\]|datum\['((?:[^'\\]|\\.)*)'\]|datum\.([A-Za-z_$][\w$]*)")


def _tagged(expression: str, scale: str = "") -> str:
    """An expression for the value of another one with a letter for its type before it.

    On a continuous scale the type is known; elsewhere the value is looked at several times.
    """
    e = f"({expression})"
    if scale in CONTINUOUS:
        return f"'{'d' if scale in {'time', 'utc'} else 'n'}' + toNumber{e}"
    return f"(isDate{e} ? 'd' + time{e} : isNumber{e} ? 'n' + {e} : isValid{e} ? 's' + {e} : 'u')"


def _scale_tells(name: str, kind: str) -> str:
    quoted = json.dumps(name)
    if kind in CONTINUOUS:
        ends = [f"toNumber(domain({quoted})[0])", f"toNumber(peek(domain({quoted})))"]
        ends += [f"toNumber(range({quoted})[0])", f"toNumber(peek(range({quoted})))"]
        return f"'s' + {quoted} + {_SEP} + " + f" + {_SEP} + ".join(f"'n' + {end}" for end in ends)
    categories = f"'s' + join(domain({quoted}), '\\u001e')"
    return f" + {_SEP} + ".join((f"'s' + {quoted}", categories, "'u'", "'u'", "'u'"))


def _update(node: dict[str, Any], part: str = "") -> dict[str, Any]:
    """The ``update`` of an encoding, made where there is none."""
    encode = node.get("encode")
    if not isinstance(encode, dict):
        encode = node["encode"] = {}
    for step in (part, "update") if part else ("update",):
        if not isinstance(encode.get(step), dict):
            encode[step] = {}
        encode = encode[step]
    return encode


def _encoding(mark: dict[str, Any], part: str) -> dict[str, Any]:
    encode = mark.get("encode")
    found = encode.get(part) if isinstance(encode, dict) else None
    return found if isinstance(found, dict) else {}


def _styles(mark: dict[str, Any]) -> list[str]:
    style = mark.get("style")
    return (
        [style]
        if isinstance(style, str)
        else [s for s in style if isinstance(s, str)]
        if isinstance(style, list)
        else []
    )


def _parents(title: Any) -> list[str]:
    text = title.get("text") if isinstance(title, dict) else None
    signal = text.get("signal") if isinstance(text, dict) else None
    if not isinstance(signal, str):
        return []
    return list(
        dict.fromkeys(_unquoted(name) for name in re.findall(r"parent\[\"((?:[^\"\\]|\\.)*)\"\]", signal))
    )


def _fields(expression: str) -> list[str]:
    return list(
        dict.fromkeys(
            _unquoted(next(filter(None, found))) for found in _DATUM.findall(expression) if any(found)
        )
    )


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _titles(words: str) -> dict[str, str]:
    """Column to title, from the expression of a screen reader's text: ``"Title: " + format(datum["a"])``."""
    titles: dict[str, str] = {}
    parts = re.split(r"(?:^|\+ )\"(?:; )?((?:[^\"\\]|\\.){1,300}): \" \+ ", words[:20_000])
    for title, rest in zip(parts[1::2], parts[2::2], strict=False):
        for name in _fields(rest):
            titles.setdefault(name, _unquoted(title))
    return titles


def _path(column: str) -> list[str]:
    """Vega's way to write a nested column (``a.b``, ``a[0]``, ``a\\.b``) as its steps."""
    steps, step, i = [], "", 0
    while i < len(column):
        char = column[i]
        if char == "\\" and i + 1 < len(column):
            i += 1
            step += column[i]
        elif char in ".[]":
            if step:
                steps.append(step)
            step = ""
        elif char in "'\"" and i and column[i - 1] == "[":
            end = column.find(char, i + 1)
            end = len(column) if end < 0 else end
            step, i = column[i + 1 : end], end
        else:
            step += char
        i += 1
    return [*steps, step] if step else steps


def _plain(column: str) -> str:
    return ".".join(_path(column))


def _accessor(column: str, *, escaped: bool = False) -> str:
    steps = [column] if escaped else _path(column)
    return "datum" + "".join(f"[{json.dumps(step)}]" for step in steps)


def _balanced(expression: str) -> bool:
    depth = 0
    for char in expression:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0
