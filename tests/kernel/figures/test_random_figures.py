"""Whatever is drawn: reading never raises, what is saved comes back the same, and it stays small."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rusoil_jupyter.figures.budget import HARD_BYTES
from rusoil_jupyter.figures.values.description import FigureDescription
from rusoil_jupyter_kernel.figures import capture

numbers = st.floats(allow_nan=True, allow_infinity=True, width=64) | st.sampled_from([0.0, 1e300, -1e-300])
columns = st.lists(numbers, min_size=0, max_size=30)
texts = st.text(max_size=30).filter(lambda text: "$" not in text)
scales = st.sampled_from(["linear", "log", "symlog"])


def _line(values: list[float], label: str) -> None:
    plt.plot(values, label=label)


def _scatter(values: list[float], label: str) -> None:
    plt.scatter(range(len(values)), values, c=values or None, label=label)


def _bars(values: list[float], label: str) -> None:
    plt.bar([str(row) for row in range(len(values))], values, label=label)


def _histogram(values: list[float], label: str) -> None:
    plt.hist([value for value in values if abs(value) < 1e100], label=label)


def _error_bars(values: list[float], label: str) -> None:
    plt.errorbar(range(len(values)), values, yerr=1.0, label=label)


def _area(values: list[float], label: str) -> None:
    plt.fill_between(range(len(values)), values, label=label)


def _boxes(values: list[float], label: str) -> None:
    plt.boxplot(values, tick_labels=[label or "x"])


def _heat_map(values: list[float], _label: str) -> None:
    plt.imshow(np.resize(values or [0.0], (4, 5)))


def _pie(values: list[float], label: str) -> None:
    sizes = [abs(value) for value in values if np.isfinite(value) and abs(value) < 1e30]
    plt.pie(sizes or [1.0], labels=[label] * len(sizes or [1.0]))


def _depth(values: list[float], label: str) -> None:
    plt.plot(values, range(len(values)), label=label)
    plt.ylabel("Глубина, м")
    plt.gca().invert_yaxis()


def _reference(values: list[float], label: str) -> None:
    for value in values[:3]:
        plt.axhline(value, label=label)


def _note(values: list[float], label: str) -> None:
    plt.annotate(label, (values[0] if values else 0.0, 1.0))


DRAWN: list[Callable[[list[float], str], None]] = [
    *(_line, _scatter, _bars, _histogram, _error_bars, _area),
    *(_boxes, _heat_map, _pie, _depth, _reference, _note),
]
drawings = st.lists(st.tuples(st.sampled_from(DRAWN), columns, texts), max_size=4)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawings, scales, texts, st.booleans())
def test_any_figure_is_read_saved_and_read_again(
    drawn: list[tuple[Any, list[float], str]], scale: str, title: str, legend: bool
) -> None:
    plt.close("all")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        plt.gca()
        for draw, values, label in drawn:
            try:
                draw(values, label)
            except Exception:  # what matplotlib refuses is not drawn
                continue
        try:
            plt.title(title)
            plt.yscale(scale)
            if legend:
                plt.legend()
        except Exception:
            return
    capture._failure = ""
    entry = capture._captured(plt.gcf(), capture._read_figure)
    assert capture.last_failure() == ""
    assert entry is not None
    saved = json.dumps(entry, allow_nan=False, ensure_ascii=False)
    again = FigureDescription.model_validate_json(saved)
    assert FigureDescription.model_validate(again.to_json()) == again
    assert len(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()) <= HARD_BYTES
