"""Deterministic answers: :func:`answer` takes a reading and a query and returns a finding with its units.

A query is an operation over a selection (:mod:`.values.queries`): the marks are selected once (``selecting``,
``holding``), every operation is arithmetic on what was selected.

Nothing here guesses. Arithmetic on live arrays is ``exact``, on a whole stored series ``stored``, on a sample
of it ``estimated``, except where the stored statistics hold for all points. What is fitted, taken between
marks or converted with an assumed factor is ``estimated``, and the method says by what.

Where a selection names no series, it is about all of its panel: an extreme is then the extreme of all; other
operations give one point a series, labelled.
"""

from __future__ import annotations

from rusoil_jupyter.figures.query.answering import answer, answers
from rusoil_jupyter.figures.query.refusal import CannotAnswer

__all__ = ["CannotAnswer", "answer", "answers"]
