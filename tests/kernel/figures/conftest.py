"""matplotlib without a screen, its calls recorded, its figures closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import _axes

from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.values.description import FigureDescription, Series
from rusoil_jupyter.i18n import use_language
from rusoil_jupyter_kernel.figures import cache, recording
from rusoil_jupyter_kernel.figures.mpl import read


@pytest.fixture(autouse=True)
def figures() -> Iterator[None]:
    """Calls are recorded; no figure of another test is there, nor the language it was asked in."""
    assert _axes
    use_language("en")
    recording.switch(True)
    recording.start()
    plt.close("all")
    yield
    plt.close("all")
    cache.figures.clear()


@pytest.fixture
def reading() -> Callable[..., Reading]:
    """A function that reads the current figure, drawn by the given function or just so."""

    def of(draw: Callable[[], Any] | None = None) -> Reading:
        if draw is not None:
            draw()
        return read(plt.gcf())

    return of


def all_series(description: FigureDescription) -> list[Series]:
    """The series of all panels."""
    return [one for panel in description.panels for one in panel.series]


@pytest.fixture
def only(reading: Callable[..., Reading]) -> Callable[..., Series]:
    """A function that reads the current figure's only series."""

    def of(draw: Callable[[], Any] | None = None) -> Series:
        (found,) = all_series(reading(draw).description)
        return found

    return of
