"""What a question asks for and the figure does not have, said with what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.forms import quoted
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.forms import Language
    from rusoil_jupyter.figures.words.grammar import Absent


def say_absent(absent: Absent, language: Language) -> str:
    """A sentence: what is not there, and what there is of the kind."""
    known = ", ".join(quoted(name, language) for name in absent.known)
    asked = quoted(absent.asked, language)
    match absent.code:
        case "name":
            return _("There is no {name} here: there are {known}.").format(name=asked, known=known)
        case "period" | "place":
            return _("{place} is outside of what is drawn: from {start} to {end}.").format(
                place=asked, start=absent.known[0], end=absent.known[-1]
            )
        case "unit":
            return _("No axis that is asked about is measured in {unit}: there are {known}.").format(
                unit=asked, known=known
            )
        case _:
            return _("The figure does not show {quantity}: it shows {known}.").format(
                quantity=asked, known=known
            )
