"""What all handlers share: who asks, may they, which assistant, and one shape for every failure."""

from __future__ import annotations

import secrets
from contextlib import suppress
from functools import cached_property
from http.client import responses
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider
from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel
from tornado import web

from rusoil_jupyter import bodies
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import (
    ErrorBody,
    Forbidden,
    Internal,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    RusoilError,
    Unauthenticated,
    status_of,
)
from rusoil_jupyter.i18n import _, use_language

if TYPE_CHECKING:
    from rusoil_jupyter.errors import ErrorDetail
    from rusoil_jupyter.service import Assistant

AUTH_RESOURCE = "rusoil"
LOCAL_OWNER = "local"
_ACTIONS = {"GET": "read", "HEAD": "read", "OPTIONS": "read"}

T = TypeVar("T", bound=BaseModel)


class AssistantMixin:
    """Authentication, authorisation and errors, for HTTP and WebSocket handlers alike.

    Both checks are made in :meth:`prepare`, before any verb runs, so no handler can forget them.
    """

    auth_resource = AUTH_RESOURCE
    auth_action: str | None = None
    settings: dict[str, Any]
    request: Any
    current_user: Any
    log: Any
    set_status: Any
    set_header: Any
    finish: Any

    @cached_property
    def request_id(self) -> str:
        """Names this request in its error and in the log."""
        return secrets.token_hex(16)

    @property
    def visitor(self) -> Any:
        """Who asks; ``None`` for nobody, and while that is not known yet."""
        return getattr(self, "_jupyter_current_user", None)

    async def prepare(self, **options: Any) -> None:
        """Let only an authenticated and authorised user pass.

        Raises:
            Unauthenticated: nobody is logged in.
            Forbidden: the server's authorizer says no.
        """
        use_language(self.request.headers.get("Accept-Language", ""))
        await ensure_async(super().prepare(**options))  # type: ignore[misc]
        if self.request.method != "OPTIONS":  # a preflight carries no credentials, and gets no data
            await self._authorize()

    async def _authorize(self) -> None:
        if not self.current_user:
            raise _login_needed()
        action = self.auth_action or _ACTIONS.get(self.request.method, "write")
        authorizer = self.settings["authorizer"]
        allowed = authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(allowed):
            raise Forbidden(
                _("You may not {action} with the assistant on this server.").format(action=action),
                _("Ask whoever runs this server."),
            )

    @property
    def assistant(self) -> Assistant:
        """The one core object.

        Raises:
            InvalidRequest: the server's configuration of the assistant is wrong; it says where.
        """
        assistant: Assistant = self.settings["rusoil_assistant"]()
        return assistant

    @property
    def owner(self) -> str:
        """Whose sessions and turns these are.

        Jupyter's own login by token or password knows one person and gives each browser and each
        token request another random name, so there all of them are one owner. Any other identity
        provider (JupyterHub's, a university's) names real people.
        """
        provider = self.settings["identity_provider"]
        if type(provider) in {IdentityProvider, PasswordIdentityProvider}:
            return LOCAL_OWNER
        return str(self.current_user.username)

    @property
    def caller(self) -> Caller:
        """Who asks, as the road to a model knows them."""
        return Caller(self.owner)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Our own errors are answers, not accidents; everything else is logged with its request id."""
        if not isinstance(value, RusoilError | web.HTTPError):
            self.log.error("request %s failed", self.request_id, exc_info=(typ, value, tb))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Every failure, ours or tornado's, in the contract's shape."""
        cause = kwargs.get("exc_info", (None, None, None))[1]
        error = cause if isinstance(cause, RusoilError) else _translate(status_code, cause, self)
        self.refuse(error.detail(self.request_id))

    def refuse(self, error: ErrorDetail) -> None:
        """Answer with this error."""
        self.set_status(status_of(error.code))
        if error.retry_after is not None:
            self.set_header("Retry-After", str(max(1, round(error.retry_after))))
        self.set_header("Content-Type", "application/json")
        self.finish(self.error_body(ErrorBody(error=error)))

    def error_body(self, body: ErrorBody) -> str:
        """The body of a failed request."""
        return body.model_dump_json(exclude_none=True)


class AssistantHandler(AssistantMixin, APIHandler):
    """Base of every HTTP handler."""

    async def read(self, kind: type[T]) -> T:
        """The request's body as this value; the bytes themselves are forgotten.

        Raises:
            InvalidRequest: it is not one; the field that is wrong is named.
        """
        body, self.request.body = self.request.body, b""
        return await bodies.read(kind, body or b"{}")

    def update_api_activity(self) -> None:
        """As Jupyter's, which reads the query while it answers: a query it can't read ended no request."""
        with suppress(web.HTTPError):
            super().update_api_activity()

    def reply(self, value: BaseModel, status: int = 200) -> None:
        """Answer with this value as JSON."""
        self.set_status(status)
        self.finish(value.model_dump_json())


class UnknownRouteHandler(AssistantHandler):
    """Everything under ``rusoil/`` that is no route."""

    async def prepare(self, **options: Any) -> None:
        """Refuse whoever may not be here first, then everybody.

        Raises:
            NotFound: always.
        """
        await super().prepare(**options)
        raise NotFound(_("There is nothing at this address."), _("See the contract for the addresses."))


def _login_needed() -> Unauthenticated:
    return Unauthenticated(
        _("You are not logged in."), _("Log in to Jupyter, or send its token with the request.")
    )


def _wrong_method(method: str) -> MethodNotAllowed:
    return MethodNotAllowed(
        _("{method} is not possible here.").format(method=method),
        _("See the contract for what is."),
    )


def _reason(status: int, cause: object) -> str:
    if isinstance(cause, web.HTTPError) and cause.log_message:
        return (cause.log_message % cause.args).rstrip(".")
    return responses.get(status, str(status))


def _translate(status: int, cause: object, handler: AssistantMixin) -> RusoilError:
    """Tornado's and Jupyter's own refusals, as ours."""
    if status == 403 and not handler.visitor:
        return _login_needed()
    reason = _reason(status, cause)
    match status:
        case 403:
            return Forbidden(
                _("The request was refused: {reason}.").format(reason=reason),
                _("Reload the page and try again."),
            )
        case 404:
            return NotFound(_("There is nothing at this address."))
        case 405:
            return _wrong_method(handler.request.method)
        case _ if 400 <= status < 500:
            return InvalidRequest(_("The request is not valid: {reason}.").format(reason=reason))
        case _:
            return Internal.default()
