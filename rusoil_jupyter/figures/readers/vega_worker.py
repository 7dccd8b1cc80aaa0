"""The program that runs Vega: a child process, so that a hostile chart can end only itself.

It is started by path (``python -I``) and imports nothing of ours; the reader imports its values. A
:class:`Question` is a line of JSON on its standard input, an :class:`Answer` a line on its standard output.
What is asked is to compile Vega-Lite to Vega, or to draw Vega: the marks after all transforms, without what a
reader has no use for.

It ends by itself when its parent is gone or has not asked for :data:`IDLE_S`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, Literal, NamedTuple

IDLE_S = 180.0
MOST_MEMORY = 3 << 30
MOST_ITEMS = 250_000
ROLES = frozenset(
    ("axis-label", "axis-title", "legend-label", "legend-title", "title-text", "title-subtitle")
)


class Question(NamedTuple):
    """A specification, and what is to be done with it."""

    do: Literal["compile", "draw"]
    spec: str


class Item(NamedTuple):
    """An item of a mark as Vega drew it; what it does not say is ``None``. ``marks`` are those of a group."""

    x: Any = None
    y: Any = None
    x2: Any = None
    y2: Any = None
    width: Any = None
    height: Any = None
    fill: Any = None
    stroke: Any = None
    opacity: Any = None
    text: Any = None
    description: Any = None
    marks: tuple[Marks, ...] = ()


class Marks(NamedTuple):
    """A mark of the scene graph with its items."""

    type: str
    role: str
    name: str
    items: tuple[Item, ...]


class Drawing(NamedTuple):
    """A drawn chart: its size and origin in pixels, and the mark that all others are in."""

    width: float
    height: float
    origin: tuple[float, float]
    root: Marks | None


class Answer(NamedTuple):
    """What was asked for, or the engine's own words why not."""

    compiled: str = ""
    drawing: Drawing | None = None
    error: str = ""
    is_too_large: bool = False


def written(message: Question | Answer) -> bytes:
    """A line of JSON, in which every value is a list."""
    return json.dumps(message).encode() + b"\n"


def question_of(line: bytes) -> Question:
    """The inverse of :func:`written`."""
    return Question(*json.loads(line))


def answer_of(line: bytes) -> Answer:
    """The inverse of :func:`written`."""
    compiled, drawing, error, is_too_large = json.loads(line)
    return Answer(compiled, drawing and _drawing_of(*drawing), error, is_too_large)


def _drawing_of(width: float, height: float, origin: tuple[float, float], root: Any) -> Drawing:
    return Drawing(width, height, origin, root and _marks_of(root))


def _marks_of(row: list[Any]) -> Marks:
    *said, items = row
    return Marks._make([*said, tuple(map(_item_of, items))])


def _item_of(row: list[Any]) -> Item:
    *said, marks = row
    return Item._make([*said, tuple(map(_marks_of, marks))])


class _TooMany(Exception):
    pass


def _compact(node: dict[str, Any], count: list[int]) -> Marks | None:
    """A mark of the scene graph and what is in it, or ``None`` where nothing in it can be read."""
    kind = node.get("marktype")
    role = node.get("role", "")
    if kind != "group" and role not in ROLES and role not in {"mark", "", "scope"}:
        return None
    items = []
    for item in node.get("items", ()):
        count[0] += 1
        if count[0] > MOST_ITEMS:
            raise _TooMany
        inside = (_compact(child, count) for child in item.get("items", ())) if kind == "group" else ()
        said = (item.get(name) for name in Item._fields[:-1])
        items.append(Item._make([*said, tuple(marks for marks in inside if marks is not None)]))
    return Marks(str(kind), role, node.get("name", ""), tuple(items))


def _answer(question: Question) -> Answer:
    import vl_convert

    if question.do == "compile":
        return Answer(compiled=json.dumps(vl_convert.vegalite_to_vega(question.spec)))
    graph = vl_convert.vega_to_scenegraph(question.spec, allowed_base_urls=[])
    root = _compact(graph["scenegraph"], [0])
    origin = graph["origin"] or (0, 0)
    return Answer(drawing=Drawing(graph["width"], graph["height"], (origin[0], origin[1]), root))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit alone holds
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def main() -> None:
    """Answer until the parent closes the pipe or falls silent."""
    _limit_memory()
    while True:
        watchdog = threading.Timer(IDLE_S, os._exit, (0,))
        watchdog.daemon = True
        watchdog.start()
        line = sys.stdin.buffer.readline()
        watchdog.cancel()
        if not line:
            return
        try:
            answer = _answer(question_of(line))
        except _TooMany:
            answer = Answer(error="too many marks", is_too_large=True)
        # Whatever the engine says about a chart is the answer to the parent.
        except Exception as error:
            answer = Answer(error=f"{error}"[:2000] or type(error).__name__)
        sys.stdout.buffer.write(written(answer))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
