"""What is said when a library fails on what it was given to read.

What is read was made by anybody: whatever a decoder raises on it, the figure is at fault and not the server.
The cause goes into the server's log.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath

from rusoil_jupyter.errors import InvalidRequest, RusoilError, Unavailable
from rusoil_jupyter.i18n import _


def as_error(error: Exception) -> tuple[RusoilError, str]:
    """The error for a person, and its cause for the log (empty where there is nothing to look into)."""
    if isinstance(error, RusoilError):
        return error, ""
    if isinstance(error, ImportError):
        missing = Unavailable(
            _("Reading figures needs packages that are not installed here."),
            _('Install them with: pip install "rusoil-jupyter[vision]"'),
        )
        return missing, str(error)
    if isinstance(error, MemoryError):
        large = InvalidRequest(
            _("Reading this needs more memory than there is for it."), _("Make it smaller and try again.")
        )
        return large, ""
    unreadable = InvalidRequest(
        _("This can't be read: it is damaged, or of a kind that is not known here."),
        _("Run the cell again, or save the picture in another format."),
    )
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{PurePath(where.filename).name}:{where.lineno}"
    return unreadable, f"{type(error).__name__} at {place}: {error}"[:500]
