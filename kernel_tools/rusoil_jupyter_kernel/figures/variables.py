"""A figure by the variable that holds it: of matplotlib and seaborn, plotly, altair, bokeh.

No library is imported for it: a value can only be theirs if the notebook imported them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rusoil_jupyter_kernel.figures import capture

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading

_PLOTLY = "application/vnd.plotly.v1+json"
_VEGA_LITE = "application/vnd.vegalite.v5+json"


def is_figure(value: Any) -> bool:
    """Whether :func:`reading_of` knows this kind of value."""
    try:
        if _is_axes(value) or _bundle_of(value) is not None:
            return True
        return any(capture.reader_of(one) is not None for one in _candidates(value))
    except KeyboardInterrupt:
        raise
    except BaseException:  # an object whose class answers with anything is none
        return False


def reading_of(value: Any) -> Reading | None:
    """The figure that a variable is, or a grid of seaborn belongs to; of axes, what is drawn in them alone.

    ``None`` for anything else.

    Raises:
        Exception: whatever the figure's own artists, or the reader of its library, raise.
    """
    with capture.quiet():
        if _is_axes(value):
            from rusoil_jupyter_kernel.figures import mpl

            found = mpl.read(value.get_figure(root=True), axes=value)
            return _named(found) if found.description.panels else None
        for one in _candidates(value):
            if (reader := capture.reader_of(one)) is not None:
                return _named(reader(one))
        if (bundle := _bundle_of(value)) is not None:
            from rusoil_jupyter.figures import read

            return _named(read(bundle()))
    return None


def _named(reading: Reading | None) -> Reading | None:
    return None if reading is None else capture.described(reading)[0]


def _candidates(value: Any) -> tuple[Any, ...]:
    """The value, and the figure of what draws into one. Nobody else's attributes are looked at."""
    if _library(value) in {"matplotlib", "mpl_toolkits", "seaborn"}:
        return (value, getattr(value, "figure", None))
    return (value,)


def _is_axes(value: Any) -> bool:
    axes = sys.modules.get("matplotlib.axes")
    return axes is not None and isinstance(value, axes.Axes) and value.get_figure() is not None


def _library(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def _bundle_of(value: Any) -> Callable[[], dict[str, Any]] | None:
    """How a figure of the web becomes the output that it is shown as."""
    match _library(value):
        case "plotly" if hasattr(value, "to_plotly_json"):
            return lambda: {_PLOTLY: value.to_plotly_json()}
        case "altair" if hasattr(value, "to_dict"):
            return lambda: {_VEGA_LITE: value.to_dict()}
        case "bokeh" if hasattr(value, "renderers"):
            return lambda: {"application/javascript": _script(value)}
    return None


def _script(figure: Any) -> str:
    from bokeh.embed.notebook import notebook_content

    script: str = notebook_content(figure)[0]
    return script
