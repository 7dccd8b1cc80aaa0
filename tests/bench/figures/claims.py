"""Numbers in generated texts, against the arrays that were drawn: how many are said, how many are false."""

from __future__ import annotations

import re
from typing import Any

from rusoil_jupyter.figures.words import alt_text, caption, describe
from tests.core.figures.words.test_no_false_number import (
    NUMBER,
    Maker,
    false_extremes,
    false_numbers,
    value_of,
)

FIGURES = 600


def measure() -> dict[str, Any]:
    """Descriptions and alternative texts of random figures, in both languages."""
    told, numbers, false = 0, 0, []
    for seed in range(FIGURES):
        maker = Maker(100_000 + seed)  # not those of the tests
        reading = maker.reading()
        for language in ("en", "ru"):
            for text in (describe(reading, language), alt_text(reading, language)):
                told += 1
                numbers += len(NUMBER.findall(text))
                wrong = [
                    one
                    for one in false_numbers(text, maker.truth, language)
                    if not _is_rounded(one, maker.truth.numbers)
                ]
                false += [(text, one) for one in wrong + false_extremes(text, maker.truth, language)]
            caption(reading, language)
    return {"texts": told, "numbers": numbers, "false": false}


def _is_rounded(said: str, truths: Any) -> bool:
    """Whether a number with decimals is a true one, rounded to the digits that are written."""
    decimals = re.search(r"[.,](\d+)$", said)
    if decimals is None:
        return False
    half = 0.5 * 10 ** -len(decimals[1]) * (1 + 1e-9)
    return any(abs(value_of(said) - true) <= half for true in truths)


def report(result: dict[str, Any]) -> str:
    """The counts."""
    return (
        f"{result['texts']} generated descriptions with {result['numbers']} numbers: "
        f"{len(result['false'])} false (goal 0)"
    )
