"""Specifications in the pages that altair and plotly publish where a front end knows no other type."""

from __future__ import annotations

import json
import re
from typing import Any

MOST_TRIES = 40
_VEGA = re.compile(r"vega\.github\.io/schema/vega(?:-lite)?/")
_OPENING = re.compile(r"(?:[(=,]|\bspec\s*:)\s*(?=\{)")
_PLOTLY = re.compile(r"Plotly\.(?:newPlot|react|plot)\(\s*")


def vega_spec(page: str) -> dict[str, Any] | None:
    """The first Vega or Vega-Lite specification that a page's scripts hold; ``None`` where there is none."""
    if _VEGA.search(page) is None:
        return None
    decoder = json.JSONDecoder()
    tries = 0
    for opening in _OPENING.finditer(page):
        head = page[opening.end() : opening.end() + 400]
        if not re.match(r'\{\s*"', head):
            continue
        tries += 1
        if tries > MOST_TRIES:
            return None
        try:
            value, _end = decoder.raw_decode(page, opening.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and _VEGA.search(str(value.get("$schema", ""))):
            return value
    return None


def plotly_figure(page: str) -> dict[str, Any] | None:
    """The first figure that a page hands to plotly.js; ``None`` where there is none."""
    decoder = json.JSONDecoder()
    for call in list(_PLOTLY.finditer(page))[:MOST_TRIES]:
        place, parts = call.end(), []
        try:
            for _part in range(3):
                value, place = decoder.raw_decode(page, place)
                parts.append(value)
                separator = re.compile(r"\s*,\s*").match(page, place)
                if separator is None:
                    break
                place = separator.end()
        except (ValueError, RecursionError):
            continue
        if len(parts) >= 2 and isinstance(parts[1], list):
            return {"data": parts[1], "layout": parts[2] if len(parts) > 2 else {}}
    return None
