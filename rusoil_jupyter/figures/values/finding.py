"""What was found in a figure. Values only: no numbers are computed here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rusoil_jupyter.figures.values.description import Cell, Name, ShortText
from rusoil_jupyter.figures.values.flat import Flat, is_flat
from rusoil_jupyter.figures.values.queries import Single
from rusoil_jupyter.messages import Value

Badge = Literal["exact", "stored", "estimated", "model"]


class Point(Value):
    """A place on the independent axis and the value there."""

    at: Cell = None
    value: Cell = None
    label: ShortText = ""


def _as_today(stored: Any) -> Any:
    """Old sessions hold queries in their first form."""
    return Flat.model_validate(stored).query() if is_flat(stored) else stored


class Finding(Value):
    """An answer that can be checked.

    ``name`` and ``quantity`` are there where an expert found something that no ``query`` names: ``qi``, and
    in the reader's words "initial rate".

    ``value`` in ``unit``, at the place ``at`` in ``at_unit``; ``points`` where there are several. ``error``
    is the half-width within which the value is certain, in its own unit: known for what was read from pixels
    or interpolated in a sample. ``items`` are names (series, categories, nodes). ``details`` are further
    numbers by name (the coefficients of a fit, R²). ``method`` says in a few words how it was computed,
    ``source`` where a formula comes from, ``warnings`` what makes it doubtful.
    """

    query: Annotated[Single, BeforeValidator(_as_today)]
    badge: Badge
    name: Name = ""
    quantity: ShortText = ""
    series: ShortText = ""
    value: Cell = None
    unit: Annotated[str, Field(max_length=100)] = ""
    at: Cell = None
    at_unit: Annotated[str, Field(max_length=100)] = ""
    points: tuple[Point, ...] = ()
    items: tuple[ShortText, ...] = ()
    details: dict[str, Cell] = Field(default_factory=dict)
    error: float | None = None
    method: str = ""
    source: str = ""
    warnings: tuple[str, ...] = ()
