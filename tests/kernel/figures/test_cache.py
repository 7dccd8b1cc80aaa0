"""The cache holds the latest figures within its bounds."""

from __future__ import annotations

import numpy as np

from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.values.description import FigureDescription
from rusoil_jupyter_kernel.figures.cache import Cache


def reading(key: str, points: int = 10) -> Reading:
    return Reading(FigureDescription(id=key), {"s1": {"x": np.zeros(points)}})


def test_the_one_asked_for_least_recently_goes_first() -> None:
    cache = Cache(most=2)
    cache.keep(reading("a"))
    cache.keep(reading("b"))
    assert cache.get("a") is not None
    cache.keep(reading("c"))
    assert cache.get("b") is None
    assert cache.get("a") is not None


def test_bytes_are_bounded_and_counted() -> None:
    cache = Cache(most_bytes=1000)
    cache.keep(reading("a", 100))
    cache.keep(reading("b", 100))
    assert (len(cache), cache.bytes) == (1, 800)
    assert cache.get("a") is None


def test_the_same_figure_counts_once() -> None:
    cache = Cache()
    cache.keep(reading("a"))
    cache.keep(reading("a"))
    assert (len(cache), cache.bytes) == (1, 80)


def test_a_figure_larger_than_all_is_not_kept_and_pushes_nobody_out() -> None:
    cache = Cache(most_bytes=1000)
    cache.keep(reading("a"))
    cache.keep(reading("b", 1000))
    assert cache.get("a") is not None
    assert cache.get("b") is None
