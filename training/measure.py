"""How good the shipped weights are, on what no training has seen. The model card's figures come from here."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from PIL import Image

from rusoil_jupyter.figures.pixels.chart_type import TYPES, chart_type
from rusoil_jupyter.figures.pixels.recogniser import recognise
from training.lines import Printer
from training.vocabulary import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINES = 500


def report(model: str, charts: Path) -> None:
    """Prints the figures of one model as JSON."""
    if model == "recogniser":
        figures: Any = {
            "clean": lines(clean=True),
            "worn": lines(clean=False),
            "charts_fonts": lines(clean=True, families=("DejaVu Sans", "Liberation Sans")),
            "ms_a_line": speed(),
        }
    elif model == "chart-type":
        figures = types(charts)
    else:
        from training.detector import measure

        figures = measure(range(9_000_000, 9_000_100))
    print(json.dumps(figures, ensure_ascii=False, indent=1))  # noqa: T201 - its result


def lines(*, clean: bool, count: int = LINES, families: tuple[str, ...] = ()) -> dict[str, float]:
    """The share of words and numbers read right to the letter, in fonts that training never saw.

    ``families``: in these instead, which training has seen, upright ones at the sizes of labels and ticks.
    Words come from the charts' vocabulary and from a part of the dictionaries kept out of training;
    ``*_any_case`` does not count a large letter taken for a small one. A minus may be any dash.
    """
    writer = Writer(20_261_127, tests=True)
    printer = Printer(20_261_127, held_out=not families, clean=clean)
    if families:
        printer.families = [[f for f in one if "Bold" not in f.path] for one in printer.families]
        printer.families = [one for one in printer.families if one and one[0].family in families]
        printer.weights = [1] * len(printer.families)
    sorts: dict[str, Callable[[], str]] = {
        "russian": lambda: writer.word("ru"),
        "english": lambda: writer.word("en"),
        "numbers": lambda: writer.number(),
    }
    shares = {}
    for name, text in sorts.items():
        wanted = [text() for _ in range(count)]
        read = [_minus(found) for found, _sure in recognise([printer.line(one) for one in wanted])]
        pairs = [(_minus(one), found) for one, found in zip(wanted, read, strict=True)]
        shares[name] = sum(a == b for a, b in pairs) / count
        shares[f"{name}_any_case"] = sum(a.lower() == b.lower() for a, b in pairs) / count
    return shares


def _minus(text: str) -> str:
    return text.replace("−", "-")


def speed() -> float:
    """Milliseconds for a line of 15 letters, the best of many; one at a time."""
    printer, writer = Printer(3, held_out=True, clean=True), Writer(3)
    line = printer.line(f"{writer.word('ru')} {writer.number()}")
    best = 1e9
    for _ in range(50):
        started = time.perf_counter()
        recognise([line])
        best = min(best, time.perf_counter() - started)
    return best * 1000


def types(charts: Path) -> dict[str, Any]:
    """The share of types told right, for each library that training never saw, and what was taken for
    what."""
    from training.chart_type import HELD_OUT

    figures: dict[str, Any] = {}
    table: Counter[tuple[str, str]] = Counter()
    for library in HELD_OUT:
        right = total = 0
        for path in sorted((charts / library).glob("*/*.png")):
            with Image.open(path) as image:
                found = chart_type(image)[0][0]
            table[path.parent.name, found] += 1
            right += found == path.parent.name
            total += 1
        figures[library] = {"right": right, "of": total, "share": right / max(1, total)}
    right = sum(n for (wanted, found), n in table.items() if wanted == found)
    figures["all"] = {"right": right, "of": table.total(), "share": right / max(1, table.total())}
    figures["taken_for"] = {
        wanted: {found: table[wanted, found] for found in TYPES if table[wanted, found]} for wanted in TYPES
    }
    return figures
