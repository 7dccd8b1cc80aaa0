"""What ticks say where the axis has other numbers: 7 for 7,000, 60 % for 0.6. A person reads the ticks.

Only texts that are plainly numbers count, and one power of ten for all of them: a letter behind a number
("7k") says by itself what was divided.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PERCENT = re.compile(r"[~.,\d]*[%p]")  # d3's types of numbers that are written in per cent


def factor_said(places: Sequence[float], texts: Sequence[str], unit: str = "") -> tuple[float, str] | None:
    """By what the numbers of an axis are to be multiplied to be those of its ticks, and their unit.

    Args:
        places: of the ticks, as the axis has them.
        texts: what is written there.
        unit: of the axis' label.

    ``None`` where the ticks say the axis' own numbers, or are no numbers.
    """
    texts = [text.strip() for text in texts]
    percent = unit in {"", "%"} and bool(texts) and all(text.endswith("%") for text in texts)
    if percent:
        texts = [text.rstrip("% ") for text in texts]
    grouped = [text.replace(",", "") if _GROUPED.fullmatch(text) else text for text in texts]
    factors = [factor for said in (grouped, texts) if (factor := _factor(places, said)) is not None]
    if not factors or (1.0 in factors and not percent):
        return None
    return 1.0 if 1.0 in factors else factors[0], "%" if percent else unit


def is_percent(form: object) -> bool:
    """Whether a format of d3 multiplies by a hundred and writes a per cent sign."""
    return isinstance(form, str) and _PERCENT.fullmatch(form) is not None


def number_of_text(text: str) -> float:
    """A number as people write it; NaN for anything else."""
    try:
        return float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except ValueError:
        return math.nan


def _factor(places: Sequence[float], texts: Sequence[str]) -> float | None:
    """The power of ten by which every text is its place, as exactly as it is written."""
    said = [number_of_text(text) for text in texts]
    ratios = [number / place for number, place in zip(said, places, strict=True) if place and number > 0]
    if not ratios or any(map(math.isnan, said)) or min(ratios) <= 0:
        return None
    factor = 10.0 ** round(math.log10(sorted(ratios)[len(ratios) // 2]))
    for text, number, place in zip(texts, said, places, strict=True):
        digits = len(re.split("[.,]", text)[1]) if re.search("[.,]", text) else 0
        if abs(number - place * factor) > 0.5001 * 10.0**-digits:
            return None
    return factor
