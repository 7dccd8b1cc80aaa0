"""What a server's refusal means for the person at the notebook: mapped once, here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.errors import ConsentNeeded, MagicError, NoAssistant, NotLetIn, ServerAway

if TYPE_CHECKING:
    from rusoil_jupyter_kernel.server import Server


def refusal(server: Server, code: int, body: bytes) -> MagicError:
    """The error that a refused request means, in the server's own words where it has any."""
    from pydantic import ValidationError

    from rusoil_jupyter.errors import ErrorBody

    try:
        detail = ErrorBody.model_validate_json(body).error
    except ValidationError:
        return _refused_by_jupyter(server, code)
    if detail.code == "unauthenticated":
        return _refused_by_jupyter(server, code)
    if detail.consent is not None:
        agree = _("See above what would be sent. To agree, run “%rusoil consent {backend}”, then this again.")
        next_step = agree.format(backend=detail.consent.backend)
        return ConsentNeeded(detail.message, next_step, detail.consent)
    if detail.code == "forbidden":
        return NotLetIn(detail.message, detail.next_step)
    return MagicError(detail.message, detail.next_step)


def _refused_by_jupyter(server: Server, code: int) -> MagicError:
    where = {"url": server.url}
    if code == 404:
        return NoAssistant(
            _("The Jupyter server at {url} runs without the assistant.").format(**where),
            _("Install rusoil-jupyter in its environment and restart it."),
        )
    if code in {301, 302, 303, 307, 401, 403}:
        return NotLetIn(
            _("The Jupyter server at {url} doesn't let this kernel in.").format(**where),
            _how_to_get_in(),
        )
    return MagicError(
        _("The server at {url} answered with HTTP status {code}.").format(**where, code=code),
        _("Try again; if it stays so, look into the server's log."),
    )


def _how_to_get_in() -> str:
    return _(
        "If it is protected by a password, set RUSOIL_SERVER_URL and RUSOIL_SERVER_TOKEN "
        "before the kernel starts."
    )


def away(server: Server) -> ServerAway:
    """The error when no connection can be made, or it breaks."""
    return ServerAway(
        _("The connection to the server at {url} failed.").format(url=server.url),
        _("See that it runs, then run this cell again."),
    )


def not_understood() -> MagicError:
    """The error when what came is not the wire."""
    return MagicError(
        _("The server's answer could not be understood."),
        _("The versions of kernel and server may differ: update rusoil-jupyter in both."),
    )


def cut_off() -> MagicError:
    """The error when a stream ends before its turn."""
    return MagicError(
        _("The connection ended before the answer did."),
        _("Run the cell again."),
    )
