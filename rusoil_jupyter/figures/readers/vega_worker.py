"""The program that runs Vega: a child process, so that a hostile chart can end only itself.

It is started by path (``python -I``) and imports nothing of ours. A request is a line of JSON on its
standard input, ``{"do": "compile" | "draw", "spec": "..."}``; the answer is a line on its standard
output, ``{"ok": ...}`` or ``{"error": "..."}``. ``compile`` answers a Vega specification as text,
``draw`` the marks of one after all transforms, without what a reader has no use for.

It ends by itself when its parent is gone or has not asked for :data:`IDLE_S`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

IDLE_S = 180.0
MOST_MEMORY = 3 << 30
MOST_ITEMS = 250_000
KEPT = (
    "x",
    "y",
    "x2",
    "y2",
    "width",
    "height",
    "fill",
    "stroke",
    "text",
    "description",
    "interpolate",
    "opacity",
)
ROLES = frozenset(
    ("axis-label", "axis-title", "legend-label", "legend-title", "title-text", "title-subtitle")
)


class _TooMany(Exception):
    pass


def _compact(node: dict[str, Any], count: list[int]) -> dict[str, Any] | None:
    """A mark of the scene graph and what is in it, or ``None`` where nothing in it can be read."""
    kind = node.get("marktype")
    role = node.get("role", "")
    if kind != "group" and role not in ROLES and not (role == "mark" or role == "" or role == "scope"):
        return None
    items = []
    for item in node.get("items", ()):
        count[0] += 1
        if count[0] > MOST_ITEMS:
            raise _TooMany
        kept = {name: item[name] for name in KEPT if name in item}
        if kind == "group":
            kept["items"] = [
                c for c in (_compact(child, count) for child in item.get("items", ())) if c is not None
            ]
        items.append(kept)
    return {"type": kind, "role": role, "name": node.get("name", ""), "items": items}


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    import vl_convert

    if request["do"] == "compile":
        return {"ok": json.dumps(vl_convert.vegalite_to_vega(request["spec"]))}
    graph = vl_convert.vega_to_scenegraph(request["spec"], allowed_base_urls=[])
    scene = _compact(graph["scenegraph"], [0])
    return {
        "ok": {"width": graph["width"], "height": graph["height"], "origin": graph["origin"], "scene": scene}
    }


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
            answer = _answer(json.loads(line))
        except _TooMany:
            answer = {"error": "too many marks", "kind": "size"}
        # Whatever the engine says about a chart is the answer to the parent.
        except Exception as error:
            answer = {"error": f"{error}"[:2000]}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
