"""Deterministic answers: :func:`answer` takes a reading and a query and returns a finding with its units.

Nothing here guesses. Live arrays give ``exact``, a whole stored series ``stored``, a sample of it
``estimated``, except where the stored statistics hold for all points. What a query's fields mean where
:mod:`rusoil_jupyter.figures.finding` leaves it open:

* ``series`` empty: all series of the panel. Extremes are then the extreme of all; other operations give one
  point a series, labelled.
* ``at`` alone is a place; a date may be cut short ("2024", "2024-03") and then means that period. ``at`` with
  ``until`` is an interval, ``until`` alone means "up to". Of a heat map, ``at`` is x and ``until`` is y.
* ``column``: a column of the series; also ``iqr`` of a box, ``total`` of what is stacked, ``difference``,
  ``ratio`` or ``percent`` of ``compare``, ``above`` or ``below`` of ``crossing`` and of ``count`` with a
  ``level``. Whole series are compared and ranked by ``mean``, ``sum``, ``maximum``, ``minimum``, ``median``,
  ``std``, ``first``, ``last``, ``spread``.
* ``compare`` of two series is the first minus the second; of two places (``at``, ``until``) the change from
  the first to the second. With a ``level`` the higher (1) or the lower (-1) comes first, in ``items`` too.
* ``level`` of ``rank``: 2 for the second largest, -2 for the second smallest.
* ``neighbours``: ``node`` asks what follows it, ``to`` what leads to it, both the same asks for either.
"""

from __future__ import annotations

from rusoil_jupyter.figures.query.answering import answer
from rusoil_jupyter.figures.query.refusal import CannotAnswer

__all__ = ["CannotAnswer", "answer"]
