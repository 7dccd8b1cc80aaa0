"""A question that this figure can't answer."""

from __future__ import annotations

from rusoil_jupyter.errors import InvalidRequest


class CannotAnswer(InvalidRequest):
    """The figure does not hold what was asked; the sentence says why, the next step what to ask instead."""
