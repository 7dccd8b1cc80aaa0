"""What the figure answers to the question that a claim leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
from pydantic import ValidationError

from rusoil_jupyter.figures.query import CannotAnswer, answers
from rusoil_jupyter.figures.query.found import in_full
from rusoil_jupyter.figures.query.marks import number_cell
from rusoil_jupyter.figures.query.selecting import selected
from rusoil_jupyter.figures.reading import axis_of
from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.elements import question_of
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.composing import composed
from rusoil_jupyter.figures.words.grammar.outcome import AbsentError, NotUnderstoodError
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.selections import Frame, Selector, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.query.marks import Marks
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

_REFUSALS = (NotUnderstoodError, AbsentError, ValidationError, CannotAnswer)


class Answer:
    """A finding as numbers: one, or one for each series."""

    def __init__(self, query: q.Single, finding: Finding, line: Line) -> None:
        self.query = query
        self.finding = finding
        self.line = line
        value = in_full(finding, None)
        cells = [value] if np.isfinite(value) else [number_cell(one.value, None) for one in finding.points]
        self.numbers = [one for one in cells if np.isfinite(one)]

    @property
    def unit(self) -> str:
        """Of the numbers; where the figure wrote it no other way, what stands behind the axis' label."""
        plain = isinstance(self.query, q.Share) or getattr(self.query, "asks", "") in {"ratio", "percent"}
        counts = getattr(self.query, "name", "") == "count"
        if self.finding.unit or plain or counts:
            return self.finding.unit
        return unit_of(self.line.values)

    @property
    def label(self) -> str:
        """Of the axis of the values."""
        return self.line.values.label


Numbers = (
    q.ValueAt
    | q.Extreme
    | q.Statistic
    | q.Share
    | q.Comparison
    | q.Crossing
    | q.Intersection
    | q.Extent
    | q.Which
    | q.Order
)
_NUMBERS = get_args(Numbers)


class Asker:
    """Asks one figure."""

    def __init__(self, reading: Reading, scene: Scene) -> None:
        self.reading = reading
        self.scene = scene

    def query(self, elements: Sequence[Element], *more: p.Part) -> Numbers | None:
        """The query that elements make; ``None`` where they make none, or several."""
        parts = question_of(elements)
        if parts is None:
            return None
        try:
            found = composed([*more, *parts], self.scene)
        except _REFUSALS:
            return None
        return found if isinstance(found, _NUMBERS) else None

    def number(self, elements: Sequence[Element], *more: p.Part) -> Answer | None:
        """The number, or numbers, that elements ask for."""
        query = self.query(elements, *more)
        return self.answer(query) if query is not None else None

    def answer(self, query: Numbers) -> Answer | None:
        """What the figure says to a query, where that is a number."""
        finding = self.finding(query)
        if finding is None:
            return None
        found = Answer(query, finding, self._line(query))
        return found if found.numbers else None

    def finding(self, query: q.Single) -> Finding | None:
        """What the figure says to a query; ``None`` where it says nothing."""
        try:
            return answers(self.reading, query)[0]
        except _REFUSALS:
            return None

    def selection(self, elements: Sequence[Element]) -> tuple[Subject, q.Selection] | None:
        """The marks that elements are about, all of them."""
        parts = question_of(elements)
        if parts is None:
            return None
        frame = Frame(self.scene, parts)
        try:
            frame.skip("everything", "whole", "together")
            subject = Selector(frame).subject()
            made = Selector(frame).selection(subject)
            frame.ends()
        except _REFUSALS:
            return None
        return subject, made

    def marks(self, selection: q.Selection) -> list[Marks]:
        """The marks of a selection; none where there are none."""
        try:
            return selected(self.reading, selection)
        except _REFUSALS:
            return []

    def course(self, selection: q.Selection) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """The values of one series in the order of their places; one mark has the one before it with it."""
        every = self.marks(selection)
        if len(every) != 1:
            return None
        marks = every[0]
        known = marks.known()
        if int(known.sum()) == 1 and marks.full is not None:
            before = marks.full.known() & (marks.full.places < marks.places[known][0])
            if not before.any():
                return None
            last = int(np.flatnonzero(before)[np.argmax(marks.full.places[before])])
            places = np.array([marks.full.places[last], marks.places[known][0]])
            return places, np.array([marks.full.values[last], marks.values[known][0]])
        order = np.argsort(marks.places[known], kind="stable")
        return marks.places[known][order], marks.values[known][order]

    def _line(self, query: Numbers) -> Line:
        ids = (query.first if isinstance(query, q.Comparison) else query).of.series
        return next((line for line in self.scene.lines if line.id in ids), self.scene.lines[0])

    def shown(self, marks: Marks, place: float) -> str:
        """A place as the axis has it."""
        from rusoil_jupyter.figures.query.places import shown

        return str(shown(place, axis_of(marks.panel, marks.series, marks.series.along)))
