"""The output in front of the reader: every one that shows a figure passes here, described or not.

“The last figure” is the one that was shown last. Where nothing describes it, what was sent is kept, and
read when somebody asks: then it says what it shows, or that it can't be read. An older figure never answers
for it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE, GROUP, SHOWN, SVG
from rusoil_jupyter_kernel.figures import capture
from rusoil_jupyter_kernel.figures.cache import Later, figures

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading

WIDGET = "application/vnd.jupyter.widget-view+json"
MOST_CHARS = 64_000_000  # of an output that is kept for a question
LOOKED_AT = 4_000_000  # characters of a page: its libraries come first, and may be written out
# What shows a figure, whether it can be read or not.
_PICTURES = (*SHOWN, "image/", "video/", "application/geo+json", "application/vnd.holoviews_exec")
_LOADS = ("application/vnd.bokehjs_load", "application/vnd.holoviews_load")  # a library, before its figures
_DRAWN = re.compile(r"<(?:svg|img|canvas|iframe|video|embed|object)\b", re.IGNORECASE)
_DRAWS = re.compile(
    r"plotly|vega|bokeh|echarts|highcharts|mpld3|mpl\.figure|\bd3\b|leaflet|three\.|cytoscape|vis-network"
    r"|deck\.gl|<canvas|createElement|animat",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"class=[\"'](?:xr-wrap|sk-|dataframe)"
)  # of xarray, scikit-learn, pandas: words and icons
_IN_WORDS = re.compile(r"!\[[^\]\n]{0,500}\]\(|^ {0,3}(?:```|~~~) ?mermaid", re.MULTILINE)


def pass_by(data: Mapping[str, Any]) -> None:
    """Remember that these data were shown, if they show a figure."""
    entry = data.get(FIGURE_TYPE)
    known = str(entry.get("id", "")) if isinstance(entry, dict) else ""
    if WIDGET in data:
        _pass_widget(str(data[WIDGET].get("model_id", "")))
    elif known in figures:
        figures.point(known)
    elif entry is not None or shows_figure(data):
        figures.show(_later(data))


def shows_figure(data: Mapping[str, Any]) -> bool:
    """Whether a bundle shows a picture, a drawing or a chart: no table, no text, no formula."""
    if any(kind.startswith(_LOADS) for kind in data):
        return False
    if any(kind.startswith(_PICTURES) for kind in data):
        return True
    page, script, words = (
        value[:LOOKED_AT] if isinstance(value := data.get(kind), str) else ""
        for kind in ("text/html", "application/javascript", "text/markdown")
    )
    drawn = _DRAWN.search(page) or ("<script" in page and _DRAWS.search(page))
    if (drawn and not _TELLS.search(page)) or _DRAWS.search(script) or _IN_WORDS.search(words):
        return True
    return any(kind.startswith(_of_others()) for kind in data if kind.startswith("application/"))


@cache
def _of_others() -> tuple[str, ...]:
    """What the media types begin with that readers of other packages take."""
    if not entry_points(group=GROUP):
        return ()
    from rusoil_jupyter.figures import plugins

    return plugins().types


def _later(data: Mapping[str, Any]) -> Later:
    """How to read what was sent, when somebody asks. Pixels alone are not read: they would give estimates."""
    known = {kind: value for kind, value in data.items() if _says(kind, value)}
    size = sum(len(value) for value in known.values() if isinstance(value, str))

    def read() -> Reading | None:
        from rusoil_jupyter.figures import read as read_output

        with capture.quiet():
            found = read_output(known) if known and size <= MOST_CHARS else None
            return None if found is None else capture.described(found)[0]

    return Later(read, size)


def _says(kind: str, value: Any) -> bool:
    """Whether this entry may hold a figure's numbers or its source."""
    if kind == SVG:
        return isinstance(value, str) and ("graphviz" in value[:2000] or "mxfile" in value[:200_000])
    return not kind.startswith(("image/", "video/"))


# Widgets


def _pass_widget(model: str) -> None:
    """Remember the figure that a widget is or holds; it is read as it is when somebody asks."""
    from rusoil_jupyter_kernel.figures.variables import is_figure, reading_of

    for widget in _parts(_widget(model)):
        if widget is None or not type(widget).__module__.startswith("ipywidgets."):
            figures.show(Later(partial(reading_of, widget) if is_figure(widget) else _nothing, 0))
            return
        if type(widget).__name__ in {"Image", "Video"}:
            figures.show(Later(_nothing, 0))
            return
        for output in getattr(widget, "outputs", ()):
            pass_by(output.get("data", {}))


def _widget(model: str) -> Any:
    """The widget of this id; ``None`` for one that is not of ipywidgets."""
    module = sys.modules.get("ipywidgets.widgets.widget")
    return getattr(module, "_instances", {}).get(model)


def _parts(widget: Any) -> Iterator[Any]:
    """The widget and all that stand in it."""
    waiting, seen = [widget], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += list(getattr(one, "children", ()))


def _nothing() -> None:
    """Of what can't be read."""


# A figure that its own cell has not shown yet


def being_drawn() -> Any:
    """The figure that the cell which asks is drawing, to be shown when it has ended; ``None`` for none."""
    helpers, inline = (sys.modules.get(name) for name in ("matplotlib._pylab_helpers", _INLINE))
    pyplot = sys.modules.get("matplotlib.pyplot")
    if helpers is None or inline is None or pyplot is None or "inline" not in pyplot.get_backend():
        return None
    manager = helpers.Gcf.get_active()
    figure = manager.canvas.figure if manager is not None else None
    keeps = not sys.modules["matplotlib_inline.config"].InlineBackend.instance().close_figures
    return figure if figure is not None and figure.axes and not keeps else None


_INLINE = "matplotlib_inline.backend_inline"
