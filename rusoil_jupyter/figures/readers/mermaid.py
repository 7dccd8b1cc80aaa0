"""Mermaid: its texts as diagrams, and its pies, plans and xy charts as series.

One small reader for each kind, line by line; what a line does not say in a way that is known here is
passed over, as mermaid has more decorations than facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.readers.diagrams import DiagramDraft
from rusoil_jupyter.figures.readers.drafting import Draft, PanelDraft, SeriesDraft, plain
from rusoil_jupyter.figures.readers.plotly_values import as_numbers
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading

MOST_CHARS = 500_000
LONGEST_LINE = 5000
_FENCE = re.compile(r"^(?:```|~~~)\s*mermaid\s*$(.*?)^(?:```|~~~)\s*$", re.MULTILINE | re.DOTALL)
_KINDS = re.compile(
    r"^(graph|flowchart|sequenceDiagram|classDiagram|stateDiagram|erDiagram|gantt|pie|mindmap|xychart)\b",
    re.MULTILINE,
)


def in_markdown(text: str) -> str:
    """The first mermaid block of a Markdown text; empty where there is none."""
    found = _FENCE.search(text[:MOST_CHARS])
    return found[1] if found else ""


def read_mermaid(text: str) -> Reading | None:
    """A mermaid text as a reading; ``None`` for a kind that is not read, or where it is empty.

    Raises:
        InvalidRequest: it is far too long.
    """
    if len(text) > MOST_CHARS:
        raise InvalidRequest(
            _("This mermaid text is too long to be read."), _("Split the diagram."), field="mimebundle"
        )
    title = re.match(
        r"\s*---\s*\n(?:.*\n)*?\s*title:\s*(.+)\n(?:.*\n)*?\s*---\s*$", text[:2000], re.MULTILINE
    )
    lines = _lines(text)
    found = _KINDS.match(lines[0].strip()) if lines else None
    if found is None:
        return None
    return _READERS[found[1]](lines, plain(title[1]) if title else "")


def _lines(text: str) -> list[str]:
    """Statements without comments, directives and front matter; indentation is kept."""
    text = re.sub(r"\A\s*---\s*\n.*?\n\s*---[ \t]*$", "", text, count=1, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"%%\{.*?\}%%", "", text, flags=re.DOTALL)
    lines = [line[:LONGEST_LINE].rstrip() for line in text.splitlines()]
    return [line for line in lines if line.strip() and not line.strip().startswith("%%")]


# Flowcharts

_NODE = re.compile(
    r"""\s*(?P<id>[\w\u0080-\uffff](?:[\w\u0080-\uffff.]|-(?![-.>]))*)
    (?:@\{[^}]{0,300}\})?
    (?P<body>\(\(\(.*?\)\)\)|\(\(.*?\)\)|\(\[.*?\]\)|\[\[.*?\]\]|\[\(.*?\)\]|\{\{.*?\}\}|\[/.*?[/\\]\]|\[\\.*?[/\\]\]
        |\["[^"]*"\]|\("[^"]*"\)|\{"[^"]*"\}|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|>[^\]]*\])?
    (?::::[\w-]+)?\s*""",
    re.VERBOSE,
)
_LINK = re.compile(
    r"""\s*(?P<left>[<xo](?=-|=))?
    (?:--\s*(?P<a>[^-|>.\s][^-|>]*?)\s*-{2,}(?P<enda>[>xo])? | ==\s+(?P<b>[^=|>]+?)\s+={2,}(?P<endb>[>xo])?
      | -\.\s+(?P<c>[^.|>]+?)\s+\.+-(?P<endc>[>xo])?
      | (?:-{2,}|={2,}|-\.+-)(?P<end>[>xo](?=[\s|]|$|[\w\u0080-\uffff"]))? | (?P<invisible>~{3,}))
    (?:\s*\|(?P<label>[^|]*)\|)?""",
    re.VERBOSE,
)
_SHAPES = (
    *(("(((", 3, "double circle"), ("((", 2, "circle"), ("([", 2, "stadium"), ("[[", 2, "subroutine")),
    *(("[(", 2, "cylinder"), ("{{", 2, "hexagon"), ("[/", 2, "parallelogram"), ("[\\", 2, "parallelogram")),
    *(("[", 1, "box"), ("(", 1, "rounded"), ("{", 1, "diamond"), (">", 1, "flag")),
)


def _flowchart(lines: list[str], title: str) -> Reading | None:
    draft = DiagramDraft("flowchart", title)
    groups: list[str] = []
    head = lines[0].strip().partition(";")[2]
    for line in [head, *lines[1:]]:
        for statement in _statements(line):
            _flow_statement(statement.strip(), draft, groups)
    return draft.reading("mermaid")


def _statements(line: str) -> list[str]:
    """The parts between semicolons that are outside of quotes and brackets."""
    parts, part, depth, quoted = [], "", 0, False
    for char in line:
        quoted ^= char == '"'
        depth += (char in "[({") - (char in "])}") if not quoted else 0
        if char == ";" and depth <= 0 and not quoted:
            parts.append(part)
            part = ""
        else:
            part += char
    return [*parts, part]


def _flow_statement(line: str, draft: DiagramDraft, groups: list[str]) -> None:
    word = line.partition(" ")[0]
    if (
        word in {"style", "classDef", "class", "linkStyle", "click", "direction", "accTitle", "accDescr"}
        or not line
    ):
        return
    if word == "subgraph":
        found = re.match(r"subgraph\s+(?:\"([^\"]*)\"|([^\[]+))\s*(?:\[\"?(.*?)\"?\])?\s*$", line)
        name = (found[1] or found[2]).strip() if found else line[8:].strip()
        draft.node(name, found[3] if found and found[3] else name, "cluster", groups[-1] if groups else "")
        groups.append(name)
        return
    if word == "end":
        if groups:
            groups.pop()
        return
    ends, place = _flow_nodes(line, 0, draft, groups)
    while ends and place < len(line):
        link = _LINK.match(line, place)
        if link is None or link.end() == place:
            return
        following, place = _flow_nodes(line, link.end(), draft, groups)
        label = next((link[key] for key in ("label", "a", "b", "c") if link[key]), "")
        arrow = next((link[key] for key in ("end", "enda", "endb", "endc") if link[key]), "") or link["left"]
        for source in ends if not link["invisible"] else []:
            for target in following:
                draft.edge(source, target, label.strip().strip('"'), directed=bool(arrow))
        ends = following


def _flow_nodes(line: str, place: int, draft: DiagramDraft, groups: list[str]) -> tuple[list[str], int]:
    """One node, or several that are joined by ``&``."""
    names: list[str] = []
    while True:
        found = _NODE.match(line, place)
        if found is None:
            return names, place
        label, shape = _body(found["body"])
        names.append(draft.node(found["id"], label, shape, groups[-1] if groups else ""))
        place = found.end()
        if not line.startswith("&", place):
            return names, place
        place += 1


def _body(body: str | None) -> tuple[str | None, str]:
    for opening, size, shape in _SHAPES if body else ():
        if body and body.startswith(opening):
            return body[size:-size].strip().strip('"').strip("`"), shape
    return None, ""


# Messages, states, classes, entities

_MESSAGE = re.compile(
    r"^(?P<a>[^:<>]+?)\s*(?P<arrow><<-->>|<<->>|-->>|->>|--x|-x|--\)|-\)|-->|->)\s*[+-]?(?P<b>[^:]+?)\s*(?::\s*(?P<text>.*))?$"
)


def _sequence(lines: list[str], title: str) -> Reading | None:
    draft = DiagramDraft("sequence", title)
    for line in map(str.strip, lines[1:]):
        person = re.match(r"(?:create\s+)?(participant|actor)\s+(.+?)(?:\s+as\s+(.+))?$", line)
        if person:
            draft.node(person[2], person[3] or person[2], person[1])
        elif line.startswith("title"):
            draft.title = plain(line[5:].lstrip(": "))
        elif not line.lower().startswith("note "):
            message = _MESSAGE.match(line)
            if message:
                draft.edge(message["a"].strip(), message["b"].strip(), message["text"] or "")
    return draft.reading("mermaid")


def _states(lines: list[str], title: str) -> Reading | None:
    draft = DiagramDraft("state", title)
    groups: list[str] = []
    for line in map(str.strip, lines[1:]):
        if line == "}":
            if groups:
                groups.pop()
            continue
        group = groups[-1] if groups else ""
        named = re.match(r"state\s+\"(.+?)\"\s+as\s+([^\s{]+)", line)
        inner = re.match(r"state\s+([^\s{<\"]+)\s*\{$", line)
        choice = re.match(r"state\s+(\S+)\s+<<(\w+)>>", line)
        moved = re.match(r"(.+?)\s*-->\s*([^:]+?)\s*(?::\s*(.*))?$", line)
        described = re.match(r"([^\s:]+)\s*:\s*(.+)$", line)
        if named:
            draft.node(named[2], named[1], "state", group)
            if line.endswith("{"):
                groups.append(named[2])
        elif inner:
            draft.node(inner[1], None, "cluster", group)
            groups.append(inner[1])
        elif choice:
            draft.node(choice[1], None, choice[2], group)
        elif moved:
            ends = [
                _state(moved[1].strip(), "start", draft, group),
                _state(moved[2].strip(), "end", draft, group),
            ]
            draft.edge(ends[0], ends[1], moved[3] or "")
        elif described and described[1] not in {"note", "direction"}:
            draft.node(described[1], described[2], "state", group)
        elif re.match(r"[\w\u0080-\uffff]+$", line):
            draft.node(line, None, "state", group)
    return draft.reading("mermaid")


def _state(name: str, end: str, draft: DiagramDraft, group: str) -> str:
    if name != "[*]":
        return draft.node(name, None, "", group)
    return draft.node(f"[*] {end}" + (f" {group}" if group else ""), "[*]", end, group)


_RELATION = re.compile(
    r"""^(?P<a>[\w\u0080-\uffff~`.]+)\s*(?:"[^"]*"\s*)?(?P<left><\||\*|o|<|\(\))?(?P<line>--|\.\.)(?P<right>\|>|\*|o|>|\(\))?
    \s*(?:"[^"]*"\s*)?(?P<b>[\w\u0080-\uffff~`.]+)\s*(?::\s*(?P<text>.*))?$""",
    re.VERBOSE,
)
_MEANS = {
    "<|": "inherits",
    "|>": "inherits",
    "*": "composition",
    "o": "aggregation",
    "<": "",
    ">": "",
    "()": "",
}


def _classes(lines: list[str], title: str) -> Reading | None:
    draft = DiagramDraft("class", title)
    inside = ""
    for line in map(str.strip, lines[1:]):
        if inside:
            inside = "" if line == "}" else inside
            continue
        declared = re.match(r"class\s+([\w\u0080-\uffff~`]+)(?:\[\"(.+?)\"\])?\s*(\{)?", line)
        related = _RELATION.match(line)
        if declared:
            draft.node(declared[1], declared[2] or declared[1], "class")
            inside = declared[1] if declared[3] and "}" not in line else ""
        elif related:
            # The arrow's head is what the other end is, holds or knows.
            head, text = related["left"] or related["right"] or "", related["text"] or ""
            label = text or _MEANS.get(head, "")
            ends = (
                (related["b"], related["a"])
                if related["left"] in {"<|", "<"}
                else (related["a"], related["b"])
            )
            draft.edge(*ends, label, directed=bool(head))
    return draft.reading("mermaid")


def _entities(lines: list[str], title: str) -> Reading | None:
    draft = DiagramDraft("er", title)
    inside = False
    for line in map(str.strip, lines[1:]):
        if inside:
            inside = line != "}"
            continue
        related = re.match(
            r'^("[^"]+"|[\w\u0080-\uffff-]+)\s*([|}][|o](?:--|\.\.)[|o][|{])\s*("[^"]+"|[\w\u0080-\uffff-]+)\s*(?::\s*(.*))?$',
            line,
        )
        named = re.match(r'^("[^"]+"|[\w\u0080-\uffff-]+)(?:\[(.+?)\])?\s*(\{)?$', line)
        if related:
            draft.edge(
                related[1].strip('"'), related[3].strip('"'), (related[4] or "").strip('"'), directed=False
            )
        elif named:
            draft.node(named[1].strip('"'), (named[2] or named[1]).strip('"'), "entity")
            inside = named[3] is not None
    return draft.reading("mermaid")


def _mindmap(lines: list[str], title: str) -> Reading | None:
    draft = DiagramDraft("mindmap", title)
    above: list[tuple[int, str]] = []
    for number, line in enumerate(lines[1:]):
        words = line.strip()
        if words.startswith(("::icon", ":::")):
            continue
        depth = len(line) - len(line.lstrip())
        found = re.match(
            r"[\w\u0080-\uffff]*(?:\(\((.*)\)\)|\[(.*)\]|\((.*)\)|\)\)(.*)\(\(|\)(.*)\(|\{\{(.*)\}\})$", words
        )
        label = next((part for part in found.groups() if part), words) if found else words
        while above and above[-1][0] >= depth:
            above.pop()
        name = draft.node(f"n{number}", label)
        if above:
            draft.edge(above[-1][1], name)
        above.append((depth, name))
    return draft.reading("mermaid")


# Charts


def _pie(lines: list[str], title: str) -> Reading | None:
    head = re.sub(r"^pie\s*(?:showData)?\s*", "", lines[0].strip())
    names, values = [], []
    for line in [head, *map(str.strip, lines[1:])]:
        if line.startswith("title"):
            title = plain(line[5:])
        found = re.match(r'"(.+?)"\s*:\s*(-?[\d.]+)\s*$', line)
        if found:
            names.append(found[1])
            values.append(found[2])
    series = SeriesDraft("pie", names=names, columns={"y": as_numbers(values)})
    return Draft("mermaid", title, panels=[PanelDraft(series=[series])]).reading() if names else None


def _chart(lines: list[str], title: str) -> Reading | None:
    panel = PanelDraft()
    lies = "horizontal" in lines[0]
    along, value = ("y", "x") if lies else ("x", "y")
    for line in map(str.strip, lines[1:]):
        if line.startswith("title"):
            title = plain(line[5:].strip().strip('"'))
        axis = re.match(
            r'([xy])-axis\s+(?:"(.*?)"|([^\[\d][^\[]*?))?\s*(?:\[(.*)\]|(-?[\d.]+)\s*-->\s*(-?[\d.]+))?\s*$',
            line,
        )
        drawn = re.match(r'(bar|line)\s+(?:"(.*?)"\s+)?\[(.*)\]', line)
        if axis:
            draft = panel.axis(along if axis[1] == "x" else value)  # type: ignore[arg-type]
            draft.label = plain(axis[2] or axis[3])
            if axis[4]:
                draft.kind = "category"
                for name in re.findall(r'"([^"]*)"|([^,\s][^,]*)', axis[4]):
                    draft.place((name[0] or name[1]).strip())
            elif axis[5]:
                draft.range = (float(as_numbers([axis[5]])[0]), float(as_numbers([axis[6]])[0]))
        elif drawn:
            numbers = as_numbers(drawn[3].split(","))
            series = SeriesDraft("bar" if drawn[1] == "bar" else "line", drawn[2] or "", along=along)  # type: ignore[arg-type]
            series.columns = {along: np.arange(numbers.size, dtype=np.float64), value: numbers}
            panel.series.append(series)
    for name in ("x", "y"):
        panel.axis(name)  # type: ignore[arg-type]
    _spread(panel, along)
    return Draft("mermaid", title, panels=[panel]).reading() if panel.series else None


def _spread(panel: PanelDraft, along: str) -> None:
    """Positions along an axis of numbers run over its whole range."""
    axis = panel.axes[along]  # type: ignore[index]
    for series in panel.series:
        size = series.columns[along].size
        if axis.kind == "number" and axis.range and size > 1:
            series.columns[along] = np.linspace(*axis.range, size)
        elif axis.kind == "category":
            kept = min(size, len(axis.categories))
            series.columns = {name: column[:kept] for name, column in series.columns.items()}


_LENGTH = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w|M|y)$")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2_629_800, "y": 31_557_600}
_FORMATS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "YY": "%y"}


def _gantt(lines: list[str], title: str) -> Reading | None:
    panel = PanelDraft()
    axis = panel.axis("x")
    tasks = panel.axis("y")
    axis.kind, tasks.kind = "date", "category"
    form, section, last = "%Y-%m-%d", "", 0.0
    ends: dict[str, float] = {}
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for line in map(str.strip, lines[1:]):
        word, _space, rest = line.partition(" ")
        if word == "title":
            title = plain(rest)
        elif word == "dateFormat":
            form = re.sub("|".join(_FORMATS), lambda found: _FORMATS[found[0]], rest.strip())
        elif word == "section":
            section = plain(rest)
        elif ":" in line:
            name, _colon, facts = line.rpartition(":") if line.count(":") == 1 else line.partition(":")
            timed = _timed([fact.strip() for fact in facts.split(",")], form, ends, last)
            if timed is not None:
                begin, last = timed
                rows.setdefault(section, []).append((tasks.place(name.strip()), begin, last))
    for name, marks in rows.items():
        table = np.array(marks, dtype=np.float64)
        columns = {"y": table[:, 0], "low": table[:, 1], "high": table[:, 2]}
        panel.series.append(SeriesDraft("band", name, along="y", columns=columns))
    return Draft("mermaid", title, panels=[panel]).reading() if panel.series else None


def _timed(facts: list[str], form: str, ends: dict[str, float], last: float) -> tuple[float, float] | None:
    """When a task begins and ends; its id is remembered for those that come ``after`` it."""
    facts = [fact for fact in facts if fact not in {"done", "active", "crit", "milestone", "vert"}]
    if not facts:
        return None
    name = (
        facts.pop(0) if len(facts) > 2 or (len(facts) == 2 and _moment(facts[0], form, ends) is None) else ""
    )
    begin = _moment(facts[0], form, ends) if len(facts) > 1 else last
    length = _LENGTH.match(facts[-1])
    end = (
        None
        if begin is None
        else begin + float(length[1]) * _SECONDS[length[2]]
        if length
        else _moment(facts[-1], form, ends)
    )
    if begin is None or end is None:
        return None
    if name:
        ends[name] = end
    return begin, end


def _moment(text: str, form: str, ends: dict[str, float]) -> float | None:
    if text.startswith("after "):
        known = [ends[name] for name in text[6:].split() if name in ends]
        return max(known) if known else None
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError, re.error):
        return None


_READERS: dict[str, Callable[[list[str], str], Reading | None]] = {
    **dict.fromkeys(("graph", "flowchart"), _flowchart),
    "sequenceDiagram": _sequence,
    "classDiagram": _classes,
    "stateDiagram": _states,
    "erDiagram": _entities,
    "gantt": _gantt,
    "pie": _pie,
    "mindmap": _mindmap,
    "xychart": _chart,
}
