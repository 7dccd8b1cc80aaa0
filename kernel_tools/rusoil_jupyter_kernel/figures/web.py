"""Figures that draw themselves in the browser: plotly, bokeh, altair.

Their libraries publish on their own, past IPython's formatters, so their outputs are read on the way out:
the kernel lets hooks see each message before it is sent. Ours adds one entry to a figure's data, or leaves
the message alone; no other entry is touched, and nothing is ever raised.

A plotly or bokeh figure is read whole and kept for questions, unless that takes longer than a plot may wait:
then its entry says what it is about, and it is read when somebody asks. An altair chart is always left for
later: what it draws is known only after its transforms. Its specification is in the same output anyway.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE, LIBRARIES
from rusoil_jupyter_kernel.figures import capture, outputs
from rusoil_jupyter_kernel.guard import Harmless

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from rusoil_jupyter.figures.readers.brief import Load
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import FigureDescription

PLOTLY = "application/vnd.plotly.v1+json"
VEGA_LITE = "application/vnd.vegalite.v"
SCRIPT = "application/javascript"
PAGE = "text/html"
MOST_BYTES = 256_000_000  # of memory, of what is looked at: what the cache would not keep is sent at once
# Milliseconds of a processor, about, that a plot waits for: for any, more for each number, and at most.
# That is about half of what it may, as others need the processor too.
SHORT_MS, MORE_MS, MOST_MS = 30.0, 1.1e-4, 150.0
MOST_ROWS = 1000  # of a chart's table, to name the chart by
MOST_COMMAS = 1_000_000  # of a script: numbers and texts written out take as long to be found as to be read
MOST_PAGE_CHARS = 2_000_000  # of a page that may hold a chart
MESSAGES = frozenset(("display_data", "update_display_data", "execute_result"))
Message = dict[str, Any]


class Hook:
    """Sees every output of a shell before it is sent."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    def __call__(self, message: Message | None) -> Message | None:
        """The message, with our entry where it shows a figure of the web. Never raises."""
        if message is None:
            return None
        with Harmless(_note):  # whatever it is, the plot is shown without us
            if capture.is_on(self._shell):
                _add_entry(message)
        with Harmless():
            if _kind(message) in MESSAGES:
                outputs.pass_by(message["content"]["data"])
        return message


_failure: str = ""
_is_prepared = False


def last_failure() -> str:
    """Why the last figure of the web has no description, ``""`` where it has one. For whoever mends us."""
    return _failure


def _note(failure: str) -> None:
    global _failure
    _failure = failure


def register(shell: InteractiveShell) -> None:
    """Describe figures of the web in this shell from now on. Safe to call twice; nothing in other shells."""
    if _hook(shell):
        events: Any = shell.events
        events.register("pre_run_cell", _hook_here)
        events.register("post_run_cell", _prepare)


def unregister(shell: InteractiveShell) -> None:
    """Leave figures of the web in this shell alone."""
    hooks = [(publisher, hook) for publisher in _publishers(shell) for hook in _hooks(publisher)]
    for publisher, hook in hooks:
        publisher.unregister_hook(hook)
    if hooks:
        events: Any = shell.events
        events.unregister("pre_run_cell", _hook_here)
        events.unregister("post_run_cell", _prepare)


def _hook(shell: InteractiveShell) -> bool:
    """Hook in where that is not done yet; whether anything was."""
    bare = [publisher for publisher in _publishers(shell) if not _hooks(publisher)]
    for publisher in bare:
        publisher.register_hook(Hook(shell))
    return bool(bare)


def _hook_here(_info: Any = None) -> None:
    """Hooks are a thread's own: one that runs a cell besides the main one (a subshell) needs its own, too."""
    from IPython.core.getipython import get_ipython

    if (shell := get_ipython()) is not None:
        _hook(shell)


def _publishers(shell: InteractiveShell) -> list[Any]:
    """What lets others see messages before they are sent; nothing of that kind in a terminal."""
    candidates = (getattr(shell, "display_pub", None), getattr(shell, "displayhook", None))
    return [one for one in candidates if hasattr(one, "register_hook")]


def _hooks(publisher: Any) -> list[Any]:
    return [hook for hook in getattr(publisher, "_hooks", ()) if isinstance(hook, Hook)]


def _prepare(_result: Any = None) -> None:
    """Import what reading needs once a cell has imported such a library: its figures don't wait then."""
    global _is_prepared
    if not _is_prepared and not sys.modules.keys().isdisjoint(LIBRARIES):
        _is_prepared = True
        _start(Thread(target=_warm_up, name="rusoil-web-figures", daemon=True))


def _start(thread: Thread) -> None:
    thread.start()


def _warm_up() -> None:
    with Harmless():  # the first figure says what is wrong
        from rusoil_jupyter.figures.readers import bokeh, brief, plotly

        title = f"{bokeh.__name__} {brief.__name__}"
        reading = plotly.read_plotly({"data": [{"y": [1]}], "layout": {"title": title}})
        if reading is not None:
            capture.described(reading)


def _add_entry(message: Message) -> None:
    if _kind(message) not in MESSAGES:
        return
    data = message["content"]["data"]
    if FIGURE_TYPE in data or not _may_hold_figure(data):
        return
    entry = entry_of(data)
    if entry is not None:
        data[FIGURE_TYPE] = entry


def _kind(message: Message) -> Any:
    return message.get("msg_type", message.get("header", {}).get("msg_type"))


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
    from rusoil_jupyter.figures.readers.brief import load_of_bokeh, load_of_plotly
    from rusoil_jupyter.figures.readers.plotly import read_plotly

    if PLOTLY in data:
        source = data[PLOTLY]
        load, read = load_of_plotly(source), read_plotly
        return None if load.bytes > MOST_BYTES else _entry(source, load, read)
    script = data[SCRIPT]
    if not isinstance(script, str) or "docs_json" not in script or len(script) > MOST_BYTES:
        return None
    from rusoil_jupyter.figures.readers.bokeh import documents, read_bokeh

    if script.count(",") > MOST_COMMAS:
        from rusoil_jupyter.figures.values.description import FigureDescription

        bare = FigureDescription(library="bokeh")
        return _put_off(bare, script, lambda text: read_bokeh(documents(text)), len(script))
    source = documents(script)
    return _entry(source, load_of_bokeh(source), read_bokeh)


def _entry(source: Any, load: Load, read: Callable[[Any], Reading | None]) -> dict[str, Any] | None:
    """The whole figure's entry, kept for questions; of too large a one what is brief, and how to read it."""
    from rusoil_jupyter_kernel.figures.cache import figures

    with capture.quiet():
        if load.ms <= min(MOST_MS, SHORT_MS + load.cells * MORE_MS):
            whole = read(source)
            if whole is None:
                return None
            reading, entry = capture.described(whole)
            figures.keep(reading)
            return entry
        from rusoil_jupyter.figures.readers.brief import brief

        found = brief(source, read)
        if found is None:
            return None
        return _put_off(found, source, read, load.bytes)


def _put_off(
    found: FigureDescription, source: Any, read: Callable[[Any], Reading | None], size: int
) -> dict[str, Any]:
    """The entry of a figure that is read when somebody asks; ``size``: bytes that it takes until then."""
    from rusoil_jupyter.figures.readers.brief import digest
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter_kernel.figures.cache import figures

    _reading, entry = capture.described(Reading(found))
    entry["id"] = digest(source)
    figures.put_off(entry["id"], lambda: _quietly(read, source), size)
    return entry


def _quietly(read: Callable[[Any], Reading | None], source: Any) -> Reading | None:
    with capture.quiet():
        found = read(source)
        return None if found is None else capture.described(found)[0]


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
    from rusoil_jupyter.figures.values.description import FigureDescription, Panel

    digest = hashlib.blake2b(json.dumps(_with_few_rows(spec), sort_keys=True).encode(), digest_size=6)
    axes = _axes(spec)
    description = FigureDescription(
        id=digest.hexdigest(),
        library="vega-lite",
        title=_text(spec.get("title")),
        panels=(Panel(id="p1", axes=axes),) if axes else (),
    )
    return _checked(description)


def _with_few_rows(node: Any) -> Any:
    """The same with some of the rows of its tables, and how many there are: to write all takes seconds."""
    if isinstance(node, dict):
        return {key: _with_few_rows(value) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    some = node if len(node) <= MOST_ROWS else [len(node), *node[:: len(node) // MOST_ROWS], node[-1]]
    return [_with_few_rows(one) for one in some]


def _checked(description: FigureDescription) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(json.dumps(description.to_json(), ensure_ascii=False, allow_nan=False))
    type(description).model_validate(entry)
    return entry


def _axes(spec: dict[str, Any]) -> dict[Any, Any]:
    from rusoil_jupyter.figures.values.description import Axis

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
