"""The measurements as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from pathlib import Path


def _boxes(axes: Any, columns: dict[str, list[float]], title: str, unit: str) -> None:
    axes.boxplot(list(columns.values()), tick_labels=list(columns), widths=0.5)
    axes.set_title(title)
    axes.set_ylabel(unit)
    axes.grid(axis="y", alpha=0.3)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def start(result: dict[str, Any], path: Path) -> None:
    """Start time and memory with and without the extension."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 4))
    samples = result["samples"]
    _boxes(axes[0], {k: [r[0] for r in v] for k, v in samples.items()}, "Start of jupyter lab", "seconds")
    _boxes(axes[1], {k: [r[2] for r in v] for k, v in samples.items()}, "Memory when ready", "MB")
    _save(figure, path)


def streaming(result: dict[str, Any], path: Path) -> None:
    """First token and speed for each way."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 4))
    samples = result["samples"]
    first = {k: [1000 * r[0] for r in v] for k, v in samples.items()}
    _boxes(axes[0], first, "First token of a warm model", "milliseconds")
    _boxes(axes[1], {k: [r[1] for r in v] for k, v in samples.items()}, "Speed of the engine", "tokens/s")
    _save(figure, path)
