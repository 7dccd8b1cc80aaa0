"""Figures that draw themselves in the browser: plotly, bokeh, altair.

Their libraries publish on their own, past IPython's formatters, so their outputs are read on the way out:
the kernel lets hooks see each message before it is sent. Ours adds one entry to a figure's data, or leaves
the message alone; no other entry is touched, and nothing is ever raised.

A plotly or bokeh figure is read whole and kept for questions. An altair chart is not: what it draws is known
only after its transforms, which takes longer than a plot may wait. Its entry says what it is about, and its
specification, which is in the same output anyway, is read when somebody asks.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from rusoil_jupyter_kernel.figures import capture

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from rusoil_jupyter.figures.description import FigureDescription

PLOTLY = "application/vnd.plotly.v1+json"
VEGA_LITE = "application/vnd.vegalite.v"
SCRIPT = "application/javascript"
PAGE = "text/html"
MOST_CHARS = 24_000_000  # of what is read at once: a million points, packed
MOST_PAGE_CHARS = 2_000_000  # of a page that may hold a chart
LIBRARIES = ("plotly", "bokeh", "altair")
MESSAGES = frozenset(("display_data", "update_display_data", "execute_result"))
Message = dict[str, Any]


class Hook:
    """Sees every output of a shell before it is sent."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    def __call__(self, message: Message | None) -> Message | None:
        """The message, with our entry where it shows a figure of the web. Never raises."""
        try:
            if message is not None and capture.is_on(self._shell):
                _add_entry(message)
        except KeyboardInterrupt:
            raise
        except Exception as error:  # whatever it is, the plot is shown without us
            global _failure
            _failure = f"{type(error).__name__}: {error}"
        return message


_failure: str = ""
_is_prepared = False


def last_failure() -> str:
    """Why the last figure of the web has no description, ``""`` where it has one. For whoever mends us."""
    return _failure


def register(shell: InteractiveShell) -> None:
    """Describe figures of the web in this shell from now on. Safe to call twice; nothing in other shells."""
    hooked = False
    publishers: tuple[Any, ...] = (getattr(shell, "display_pub", None), getattr(shell, "displayhook", None))
    for publisher in publishers:
        if not hasattr(publisher, "register_hook"):
            continue
        if not any(isinstance(hook, Hook) for hook in getattr(publisher, "_hooks", ())):
            publisher.register_hook(Hook(shell))
            hooked = True
    if hooked:
        events: Any = shell.events
        events.register("post_run_cell", _prepare)


def _prepare(_result: Any = None) -> None:
    """Import what reading needs once a cell has imported such a library: its figures don't wait then."""
    global _is_prepared
    if not _is_prepared and not sys.modules.keys().isdisjoint(LIBRARIES):
        _is_prepared = True
        _start(Thread(target=_warm_up, name="rusoil-web-figures", daemon=True))


def _start(thread: Thread) -> None:
    thread.start()


def _warm_up() -> None:
    with suppress(Exception):  # the first figure says what is wrong
        from rusoil_jupyter.figures.readers import bokeh, read

        reading = read({PLOTLY: {"data": [{"y": [1]}], "layout": {"title": bokeh.__name__}}})
        if reading is not None:
            capture.described(reading)


def _add_entry(message: Message) -> None:
    if message.get("msg_type", message.get("header", {}).get("msg_type")) not in MESSAGES:
        return
    data = message["content"]["data"]
    if capture.FIGURE_TYPE in data or not _may_hold_figure(data):
        return
    entry = entry_of(data)
    if entry is not None:
        data[capture.FIGURE_TYPE] = entry


def _may_hold_figure(data: Mapping[str, Any]) -> bool:
    """A look without reading, as most outputs are none: a text, a table."""
    if PLOTLY in data or any(name.startswith(VEGA_LITE) for name in data):
        return True
    script, page = data.get(SCRIPT), data.get(PAGE)
    if isinstance(script, str) and "docs_json" in script[:2000]:
        return True
    return (
        isinstance(page, str) and len(page) <= MOST_PAGE_CHARS and "vega.github.io/schema/vega-lite" in page
    )


def entry_of(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a bundle's figure says, as JSON values; ``None`` for none, or one too large to be read in time.

    Raises:
        Exception: whatever is wrong with it.
    """
    if PLOTLY in data or SCRIPT in data:
        return _whole_entry(data)
    for spec in _specs(data):
        return _bare_entry(spec)
    return None


def _whole_entry(data: Mapping[str, Any]) -> dict[str, Any] | None:
    if _size(data.get(PLOTLY)) + len(str(data.get(SCRIPT, ""))) > MOST_CHARS:
        return None
    with capture._quiet():
        from rusoil_jupyter.figures.readers import read
        from rusoil_jupyter_kernel.figures.cache import figures

        reading = read({name: data[name] for name in (PLOTLY, SCRIPT) if name in data})
        if reading is None:
            return None
        reading, entry = capture.described(reading)
        figures.keep(reading)
        return entry


def _size(value: Any) -> int:
    """About how many characters a figure's arrays take: its long texts and lists."""
    total, waiting = 0, [value]
    while waiting and total <= MOST_CHARS:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            if len(node) > 1000 and not isinstance(node[0], list | dict):
                total += 8 * len(node)
            else:
                waiting.extend(node)
        elif isinstance(node, str):
            total += len(node)
    return total


# Charts of altair


def _specs(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in data.items():
        if name.startswith(VEGA_LITE) and isinstance(value, dict):
            yield value
    page = data.get(PAGE)
    if isinstance(page, str):
        from rusoil_jupyter.figures.readers.pages import vega_spec

        spec = vega_spec(page)
        if spec is not None:
            yield spec


def _bare_entry(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart's title and what its axes are called: nothing that its transforms could change."""
    from rusoil_jupyter.figures.description import FigureDescription, Panel

    digest = hashlib.blake2b(json.dumps(spec, sort_keys=True).encode(), digest_size=6)
    axes = _axes(spec)
    description = FigureDescription(
        id=digest.hexdigest(),
        library="vega-lite",
        title=_text(spec.get("title")),
        panels=(Panel(id="p1", axes=axes),) if axes else (),
    )
    return _checked(description)


def _checked(description: FigureDescription) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(json.dumps(description.to_json(), ensure_ascii=False, allow_nan=False))
    type(description).model_validate(entry)
    return entry


def _axes(spec: dict[str, Any]) -> dict[Any, Any]:
    from rusoil_jupyter.figures.description import Axis

    encoding = spec.get("encoding")
    axes = {}
    for name in ("x", "y") if isinstance(encoding, dict) else ():
        channel = encoding.get(name) if isinstance(encoding, dict) else None
        if not isinstance(channel, dict):
            continue
        options = channel.get("axis")
        title = channel.get("title", options.get("title") if isinstance(options, dict) else None)
        axes[name] = Axis(label=_text(title) or _text(channel.get("field")))
    return axes


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("text")
    if isinstance(value, list):
        value = " ".join(part for part in value if isinstance(part, str))
    return value[:500] if isinstance(value, str) else ""
