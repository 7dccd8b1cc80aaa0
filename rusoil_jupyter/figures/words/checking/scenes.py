"""The figure as the grammar sees it, where the grammar sees too much."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.words.grammar.scene import Line, Scene, unit_of

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import FigureDescription


class Figured(Scene):
    """A scene in which "mD" is no measured depth."""

    def __init__(self, description: FigureDescription, panels: tuple[str, ...]) -> None:
        super().__init__(description, panels)
        self.lines = [_Line(line.panel, line.series, line.shared, line.title) for line in self.lines]


class _Line(Line):
    @cached_property
    def is_depth(self) -> bool:
        is_permeability = conversion.measures(unit_of(self.places), conversion.AREA)
        return not is_permeability and super().is_depth
