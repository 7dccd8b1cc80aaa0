"""The figure as the grammar sees it, where the grammar sees too much."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.words.checking.wording import money_of
from rusoil_jupyter.figures.words.grammar.names import is_soft
from rusoil_jupyter.figures.words.grammar.scene import Line, Scene, unit_of
from rusoil_jupyter.figures.words.grammar.units import scale_of
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, FigureDescription


class Figured(Scene):
    """A scene in which "mD" is no measured depth, and an axis may be called after its unit."""

    def __init__(self, description: FigureDescription, panels: tuple[str, ...]) -> None:
        super().__init__(description, panels)
        self.lines = [_Line(line.panel, line.series, line.shared, line.title) for line in self.lines]

    @cached_property
    def spelled(self) -> re.Pattern[str]:
        """Its names, as they are written."""
        labels = {plain(part) for one in self.called for part in (one.label, without_unit(one.label))}
        found = sorted((re.escape(label) for label in labels if len(label) > 1), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(found) or '(?!)'})(?!\w)")

    @cached_property
    def soft(self) -> tuple[str, ...]:
        """Series called by one word which else says nothing."""
        return tuple(word for word in self.words_of_series if is_soft(word))

    @cached_property
    def words_of_series(self) -> tuple[str, ...]:
        """Series called by one word."""
        labels = [words(without_unit(one.label)) for one in self.called if one.role == "series"]
        return tuple(label[0] for label in labels if len(label) == 1)

    @cached_property
    def categories(self) -> frozenset[str]:
        """The names of categories."""
        return frozenset(plain(one.label) for one in self.called if one.role == "category")


class Scenes:
    """The scenes of one figure, one for the panels that a clause is about."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._known: dict[tuple[str, ...], Figured] = {}

    @cached_property
    def whole(self) -> Figured:
        """The scene of all panels."""
        return self.of(tuple(panel.id for panel in self.reading.description.panels))

    def of(self, panels: tuple[str, ...]) -> Figured:
        """The scene of these panels."""
        if panels not in self._known:
            self._known[panels] = Figured(self.reading.description, panels)
        return self._known[panels]


class _Line(Line):
    @cached_property
    def values(self) -> Axis:
        """Where the label is nothing but a unit, it is the unit."""
        own = super().values
        money = money_of(own)
        if money:
            return own.model_copy(update={"unit": money})
        is_unit = not own.unit and (conversion.parse(own.label) is not None or scale_of(own.label) != 1.0)
        return own.model_copy(update={"unit": own.label}) if is_unit else own

    @cached_property
    def is_depth(self) -> bool:
        is_permeability = conversion.measures(unit_of(self.places), conversion.AREA)
        return not is_permeability and super().is_depth
