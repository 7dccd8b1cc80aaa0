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


def engines(result: dict[str, Any], path: Path) -> None:
    """Speed of each way by the number of streams, and its ratio to the engine alone."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.2))
    for way in result["ways"]:
        rows = [row for row in result["summary"] if row["way"] == way]
        streams = [row["streams"] for row in rows]
        for axis, key in ((axes[0], "tokens_per_second"), (axes[1], "of_raw")):
            middle, low, high = zip(*(row[key] for row in rows), strict=True)
            spread = [
                [value - least for value, least in zip(middle, low, strict=True)],
                [most - value for value, most in zip(middle, high, strict=True)],
            ]
            axis.errorbar(streams, middle, spread, marker="o", capsize=3, label=way)
    axes[0].set_title("Speed of all streams together")
    axes[0].set_ylabel("tokens/s")
    axes[0].legend(fontsize=8)
    axes[1].set_title("Against xllamacpp alone")
    axes[1].set_ylabel("ratio")
    axes[1].axhline(0.97, color="gray", linewidth=0.8, linestyle="--")
    for axis in axes:
        axis.set_xlabel("streams at once")
        axis.set_xscale("log", base=2)
        axis.set_xticks([1, 2, 4, 8], ["1", "2", "4", "8"])
        axis.grid(alpha=0.3)
    _save(figure, path)


def sharing(result: dict[str, Any], path: Path) -> None:
    """First words beside background work, second turns against first ones, ends of cancelled turns."""
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2))
    samples = result["samples"]
    first = ("idle", "beside four", "behind a reading")
    _boxes(axes[0], {name: samples[name] for name in first}, "First token of an interactive request", "s")
    turns = {"first turn": samples["cold"], "second turn": samples["second"]}
    _boxes(axes[1], turns, "First token, 2,000-token session", "s")
    axes[1].set_yscale("log")
    ends = {"decoding": samples["cancel decoding"], "reading": samples["cancel reading"]}
    _boxes(axes[2], ends, "CPU used after a cancel", "s")
    _save(figure, path)


def figures(results: dict[str, Any], path: Path) -> None:
    """Accuracy by library and by what was asked, and what capture costs."""
    figure, axes = plt.subplots(1, 3, figsize=(14, 4.6))
    rows = results.get("questions", {}).get("questions", [])
    for axis, key in ((axes[0], "library"), (axes[1], "op")):
        names = sorted({row[key] for row in rows})
        for place, name in enumerate(names):
            part = [row["exact"] for row in rows if row[key] == name]
            axis.barh(place, 100 * sum(part) / len(part), color="#4c72b0")
            axis.text(1, place, f"{len(part)} questions", va="center", color="white", fontsize=7)
        axis.set_yticks(range(len(names)), names, fontsize=8)
        axis.axvline(95, color="black", linewidth=1, linestyle="--")
        axis.set(xlim=(0, 100), title=f"Right to four digits, by {key}", xlabel="per cent (goal 95)")
        axis.invert_yaxis()
    sizes = results.get("capture", {}).get("summary", {}).get("by_size_ms", {})
    kinds = sorted({kind for row in sizes.values() for kind in row})
    for kind in kinds:
        axes[2].plot([int(n) for n in sizes], [sizes[n][kind][0] for n in sizes], marker="o", label=kind)
    axes[2].set(xscale="log", yscale="log", title="What capture delays a plot", xlabel="points", ylabel="ms")
    axes[2].plot([1e2, 1e5, 1e5, 1e6], [50, 50, 250, 250], color="black", linestyle="--", label="limit")
    axes[2].legend(fontsize=8)
    _save(figure, path)
