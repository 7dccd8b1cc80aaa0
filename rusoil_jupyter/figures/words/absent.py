"""Names that a question asks for and the figure does not have: "pad 3" beside "pad 1" and "pad 2"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.stems import alike, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.description import FigureDescription

MOST_KNOWN = 6
_NUMBERED = re.compile(r"(?P<head>.*?[^\W\d_]+)[\s№#.-]*(?P<tail>\d+|[a-zа-я])")
_SPOKEN = re.compile(r"(?P<head>[^\W\d_]{2,})[\s№#.-]*(?P<tail>\d+|[a-zа-я](?![\w]))")


@dataclass(frozen=True)
class Absent:
    """What is not there, as it was asked for, and what is there of the kind."""

    name: str
    known: tuple[str, ...]


def absent_name(question: str, description: FigureDescription) -> Absent | None:
    """The first name of a question that is like the figure's own but for its number or letter."""
    groups: dict[str, dict[str, str]] = {}
    for label in _labels(description):
        match = _NUMBERED.fullmatch(plain(label))
        if match:
            head = re.findall(r"[^\W\d_]+", match["head"])[-1]
            groups.setdefault(head, {})[match["tail"]] = label
    text = plain(question)
    for match in _SPOKEN.finditer(text):
        for head, known in groups.items():
            if alike(match["head"], head) >= 0.85 and match["tail"] not in known:
                asked = question[match.start() : match.end()] if len(text) == len(question) else match[0]
                return Absent(asked, tuple(known.values())[:MOST_KNOWN])
    return None


def _labels(description: FigureDescription) -> Iterator[str]:
    for panel in description.panels:
        yield from (series.label for series in panel.series if series.label)
        yield from (name for series in panel.series for name in series.names)
        yield from (name for axis in panel.axes.values() for name in axis.categories)
