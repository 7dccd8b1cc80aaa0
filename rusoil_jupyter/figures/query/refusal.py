"""A question that this figure can't answer."""

from __future__ import annotations

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _


class CannotAnswer(InvalidRequest):
    """The figure does not hold what was asked; the sentence says why, the next step what to ask instead."""


def no_panel() -> CannotAnswer:
    """The refusal of a panel that is not there."""
    return CannotAnswer(_("The figure has no such panel."), _("Ask which panels there are."), field="panel")


def no_series() -> CannotAnswer:
    """The refusal of a series that is not there."""
    return CannotAnswer(_("The figure has no such series."), _("Ask which series there are."), field="series")
