"""The measurements as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from tests.bench.figures import verdicts

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


def figures(parts: dict[str, list[dict[str, Any]]], capture: dict[str, Any], path: Path) -> None:
    """What is false with a sure badge and what is right, by part and by library; what capture costs."""
    figure, axes = plt.subplots(1, 4, figsize=(18, 4.6))
    by_library: dict[str, list[dict[str, Any]]] = {}
    for part in parts.values():
        for row in part:
            by_library.setdefault(row["library"], []).append(row)
    false = {name: verdicts.shares(rows)[0] for name, rows in parts.items()}
    right = {name: verdicts.shares(rows)[1] for name, rows in parts.items() if name != "metamorphic"}
    libraries = {name: verdicts.shares(rows)[0] for name, rows in sorted(by_library.items())}
    _shares(axes[0], false, "False with a sure badge, by part", "#c44e52")
    _shares(axes[1], libraries, "False with a sure badge, by library", "#c44e52")
    _shares(axes[2], right, "Right, by part", "#4c72b0")
    sizes = capture.get("summary", {}).get("by_size_ms", {})
    kinds = sorted({kind for row in sizes.values() for kind in row})
    for kind in kinds:
        axes[3].plot([int(n) for n in sizes], [sizes[n][kind][0] for n in sizes], marker="o", label=kind)
    axes[3].set(xscale="log", yscale="log", title="What capture delays a plot", xlabel="points", ylabel="ms")
    axes[3].plot([1e2, 1e5, 1e5, 1e6], [50, 50, 250, 250], color="black", linestyle="--", label="limit")
    axes[3].legend(fontsize=8)
    _save(figure, path)


def _shares(axes: Any, shares: dict[str, float], title: str, color: str) -> None:
    for place, share in enumerate(shares.values()):
        axes.barh(place, share, color=color)
        axes.text(share, place, f" {share:.2f} %", va="center", fontsize=8)
    axes.set_yticks(range(len(shares)), list(shares), fontsize=8)
    axes.set(title=title, xlabel="per cent of the questions")
    axes.margins(x=0.25)
    axes.invert_yaxis()
