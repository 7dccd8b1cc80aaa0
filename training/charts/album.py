"""A folder of rendered charts: ``<library>/<type>/<seed>.png``."""

from __future__ import annotations

import importlib
import io
import subprocess
from typing import TYPE_CHECKING

from PIL import Image

from rusoil_jupyter.figures.pixels.chart_type import TYPES
from training.charts.plans import plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = 40  # charts that one page of a browser draws before it is thrown away


def render(folder: Path, library: str, each: int, first: int = 0, javascript: Path | None = None) -> int:
    """Draws so many charts of each type that the library can draw; those that lie there already are kept.

    Returns how many are new. A chart that a library fails to draw is left out.
    """
    module = importlib.import_module(f"training.charts.with_{library}")
    kinds = getattr(module, "KINDS", [kind for kind in TYPES if kind != "other"])
    wanted = [(kind, seed) for seed in range(first, first + each) for kind in kinds]
    missing = [(k, s) for k, s in wanted if not (folder / library / k / f"{s}.png").exists()]
    made = 0
    for start in range(0, len(missing), PAGE):
        some = missing[start : start + PAGE]
        for (kind, seed), picture in zip(some, _pictures(module, some, javascript), strict=True):
            if picture is not None:
                place = folder / library / kind
                place.mkdir(parents=True, exist_ok=True)
                part = place / f"{seed}.part"  # what is stopped half-way leaves no broken picture
                Image.open(io.BytesIO(picture)).convert("RGB").save(part, "PNG", compress_level=1)
                part.rename(place / f"{seed}.png")
                made += 1
    return made


def _pictures(
    module: object, wanted: list[tuple[str, int]], javascript: Path | None
) -> Iterator[bytes | None]:
    library = module.__name__.rpartition("with_")[2]  # type: ignore[attr-defined]
    plans = [(plan(kind, _seed(library, seed)), seed) for kind, seed in wanted]
    if hasattr(module, "pictures"):
        yield from module.pictures(plans, javascript)
        return
    for one, seed in plans:
        try:
            yield module.picture(one, seed)  # type: ignore[attr-defined]
        except (ValueError, RuntimeError, TypeError, KeyError, subprocess.SubprocessError):
            yield None


def _seed(library: str, seed: int) -> int:
    """No two libraries draw the same charts."""
    return seed + 1_000_000 * sum(map(ord, library))
