"""What our server extension adds to the start of ``jupyter lab``: time and memory, interleaved rounds."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from tests.lab import running_lab

SETTLE_SECONDS = 3


def measure(rounds: int = 10) -> dict[str, Any]:
    """Medians of both variants and their differences; each round measures both."""
    samples: dict[str, list[tuple[float, float, float]]] = {"without": [], "with": []}
    for number in range(rounds + 1):
        for variant in samples if number % 2 else reversed(samples):
            with running_lab(extension=variant == "with") as lab:
                time.sleep(SETTLE_SECONDS)
                if number:  # the first round warms the disk cache
                    samples[variant].append((lab.wall, lab.cpu, lab.rss / 1e6))
    names = ("start_seconds", "start_cpu_seconds", "memory_megabytes")
    medians = {
        variant: dict(zip(names, map(median, zip(*rows, strict=True)), strict=True))
        for variant, rows in samples.items()
    }
    added = {name: medians["with"][name] - medians["without"][name] for name in names}
    paired = [
        tuple(w - o for w, o in zip(with_, without, strict=True))
        for with_, without in zip(samples["with"], samples["without"], strict=True)
    ]
    added_paired = dict(zip(names, map(median, zip(*paired, strict=True)), strict=True))
    return {
        "rounds": rounds,
        "medians": medians,
        "added": added,
        "added_paired": added_paired,
        "samples": samples,
    }


def report(result: dict[str, Any]) -> str:
    """The figures in one paragraph."""
    added = result["added_paired"]
    without = result["medians"]["without"]
    return (
        f"start of jupyter lab: {without['start_seconds']:.2f} s without, "
        f"+{added['start_seconds'] * 1000:.0f} ms with the extension "
        f"(CPU +{added['start_cpu_seconds'] * 1000:.0f} ms; goal +300 ms)\n"
        f"memory: {without['memory_megabytes']:.0f} MB without, "
        f"+{added['memory_megabytes']:.1f} MB with (goal +40 MB)   [{result['rounds']} rounds]"
    )
