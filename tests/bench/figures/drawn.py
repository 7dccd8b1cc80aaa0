"""Figures that are drawn once and then asked often: readings with all of their numbers."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rusoil_jupyter.figures.reading import Reading
    from tests.bench.figures.charts import Chart
    from tests.bench.figures.questions import Truth


class Drawn(NamedTuple):
    """A chart as one library drew it: what is known of it without reading, and what was read."""

    truth: Truth
    reading: Reading


def drawn(charts: Iterable[tuple[Chart, Truth]]) -> Iterator[Drawn]:
    """These charts by each library that has such a kind."""
    from tests.bench.figures.draw import LIBRARIES

    for chart, truth in charts:
        for library, draw in LIBRARIES.items():
            if (reading := reading_of(partial(draw, chart))) is not None:
                yield Drawn(replace(truth, library=library), reading)


def reading_of(draw: Callable[[], Any]) -> Reading | None:
    """What the kernel reads of a matplotlib figure, and the server of what another library publishes.

    ``None`` where nothing is drawn, or nothing read of it.
    """
    import matplotlib.pyplot as plt

    from rusoil_jupyter_kernel.figures import recording

    recording.start()  # as in a kernel, before anything is drawn
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = draw()
        reading = None if figure is None else _read(figure)
    plt.close("all")
    return reading


def _read(figure: Any) -> Reading | None:
    from rusoil_jupyter.figures import readers
    from rusoil_jupyter_kernel.figures.mpl import read
    from tests.bench.figures.answers import PUBLISHED

    library = type(figure).__module__.partition(".")[0]
    return read(figure) if library == "matplotlib" else readers.read(PUBLISHED[library](figure))


def figure_of(code: str) -> Any:
    """The figure that a snippet leaves under the name ``figure``."""
    made: dict[str, Any] = {}
    exec(compile(code, "<snippet>", "exec"), made)
    return made["figure"]
