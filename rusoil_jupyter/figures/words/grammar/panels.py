"""Which panels a question is about: by their place, or by a title that is no name of anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.mentions import named_panel, without_unit
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import FigureDescription, Panel


def panels_of(text: str, description: FigureDescription) -> tuple[str, tuple[str, ...]]:
    """A plain text without the words that say which panels, and their ids."""
    panels = description.panels
    every = tuple(panel.id for panel in panels)
    if len(panels) < 2:
        return text, every
    by_phrase = named_panel(text, panels)
    if by_phrase is not None:
        return by_phrase[0], by_phrase[1] or every
    named = [(title, panel.id) for panel in panels for title in _titles(panel) if _stands_in(title, text)]
    longest = max((len(title) for title, _id in named), default=0)
    ids = tuple(dict.fromkeys(one for title, one in named if len(title) == longest))
    if not ids or len(ids) == len(panels):
        return text, every
    title = next(title for title, _id in named if len(title) == longest)
    return re.sub(rf"(?<!\w){re.escape(title)}(?!\w)", " ", text, count=1), ids


def _titles(panel: Panel) -> list[str]:
    """What a panel may be called: its title, or the value in "site = Waseca"; nothing that is drawn in it."""
    parts = [panel.title, *re.split(r"[=:|]", panel.title)[1:]]
    labels = [series.label for series in panel.series] + [
        without_unit(axis.label) for axis in panel.axes.values()
    ]
    taken = [set(words(label)) for label in labels]
    titles = [plain(part) for part in parts]
    return [
        title for title in titles if len(title) > 1 and not any(set(words(title)) <= label for label in taken)
    ]


def _stands_in(title: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(title)}(?!\w)", text) is not None
