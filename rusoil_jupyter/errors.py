"""The error tree: every failure a caller can meet, with its code, HTTP status and next step.

::

    RusoilError
    ├── InvalidRequest            400 invalid_request (names the field)
    │   ├── UnsupportedModality   400 unsupported_modality
    │   ├── ContextTooLong        400 context_too_long (with the counts)
    │   └── PayloadTooLarge       413 payload_too_large
    ├── Unauthenticated           401 unauthenticated
    ├── Forbidden                 403 forbidden
    │   └── ConsentRequired       403 consent_required (with what would be sent)
    ├── NotFound                  404 not_found
    │   ├── UnknownModel          404 unknown_model
    │   ├── UnknownSession        404 unknown_session
    │   ├── UnknownTurn           404 unknown_turn
    │   └── UnknownUpload         404 unknown_upload
    ├── MethodNotAllowed          405 method_not_allowed
    ├── Conflict                  409 conflict
    ├── RateLimited               429 rate_limited (with retry_after)
    │   └── QuotaExceeded         429 quota_exceeded (with retry_after)
    ├── Unavailable               503 overloaded (with retry_after)
    │   ├── ModelUnavailable      503 model_unavailable
    │   └── Interrupted           503 interrupted
    └── Internal                  500 internal (logged with the request id, never shown)

Core raises these; a host turns one into its wire shape with :meth:`RusoilError.body` and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator


class SentPart(BaseModel):
    """A piece of what would be sent: its whole text and its size in characters, of a picture in bytes.

    ``form`` is the form that the answer must take, ``options`` all else that is set, such as stop words.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    kind: Literal["system", "options", "form", "history", "question", "file", "image", "output", "tools"]
    name: str
    size: int
    text: str


class WouldSend(BaseModel):
    """What a question would send to whom, shown to the user before the first sending."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    destination: str
    backend: str
    model: str
    parts: tuple[SentPart, ...]


class ErrorDetail(BaseModel):
    """The one error shape on every wire (HTTP body, stream event, ``v1``).

    ``message`` is a sentence for a person, ``next_step`` what that person can do now;
    ``retry_after`` is in seconds. ``consent`` is there with ``consent_required`` alone.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    code: str
    message: str
    next_step: str = ""
    request_id: str = ""
    retry_after: float | None = None
    field: str | None = None
    consent: WouldSend | None = None


class ErrorBody(BaseModel):
    """``{"error": {...}}``, the whole body of a failed HTTP request."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    error: ErrorDetail


class RusoilError(Exception):
    """Base of everything core raises on purpose. ``str(error)`` is the sentence for a person."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(
        self,
        message: str,
        next_step: str = "",
        *,
        retry_after: float | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.retry_after = retry_after
        self.field = field

    def detail(self, request_id: str = "") -> ErrorDetail:
        """This error as a wire value."""
        return ErrorDetail(
            code=self.code,
            message=self.message,
            next_step=self.next_step,
            request_id=request_id,
            retry_after=self.retry_after,
            field=self.field,
        )

    @property
    def sentences(self) -> str:
        """What happened and what to do, as one text."""
        return f"{self.message} {self.next_step}".strip()

    def body(self, request_id: str = "") -> ErrorBody:
        """This error as the body of a failed HTTP request."""
        return ErrorBody(error=self.detail(request_id))


class InvalidRequest(RusoilError):
    """The request can't be understood; ``field`` names what is wrong with it."""

    code = "invalid_request"
    status = 400

    @classmethod
    def from_validation(cls, error: ValidationError) -> InvalidRequest:
        """The first problem pydantic found, as one sentence that names the field."""
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(step) for step in problem["loc"]) or "body"
        if problem["type"] in {"string_too_long", "too_long"}:
            return PayloadTooLarge(
                _("“{field}” is too large: {reason}.").format(field=field, reason=problem["msg"]),
                _("Send a shorter text or attach less."),
                field=field,
            )
        if problem["type"] == "extra_forbidden":
            return cls(
                _("There is no field “{field}” here, and nothing would heed it.").format(field=field),
                _("Leave it out and send the request again."),
                field=field,
            )
        return cls(
            _("“{field}” is not valid: {reason}.").format(field=field, reason=problem["msg"]),
            _("Correct this field and send the request again."),
            field=field,
        )


class UnsupportedModality(InvalidRequest):
    """The chosen model can't take this kind of input."""

    code = "unsupported_modality"


class ContextTooLong(InvalidRequest):
    """The conversation holds more tokens than the model can read: ``tokens``, and at most ``limit``."""

    code = "context_too_long"

    def __init__(
        self, message: str, next_step: str = "", *, tokens: int | None = None, limit: int | None = None
    ) -> None:
        super().__init__(message, next_step)
        self.tokens = tokens
        self.limit = limit


class PayloadTooLarge(InvalidRequest):
    """A field or the whole body is over the stated limit."""

    code = "payload_too_large"
    status = 413


class Unauthenticated(RusoilError):
    """Nobody is logged in."""

    code = "unauthenticated"
    status = 401


class Forbidden(RusoilError):
    """Somebody is logged in but may not do this."""

    code = "forbidden"
    status = 403


class ConsentRequired(Forbidden):
    """The model runs elsewhere and the user has not agreed yet that anything is sent there."""

    code = "consent_required"

    def __init__(self, would_send: WouldSend) -> None:
        super().__init__(
            _("Nothing was sent: you have not agreed yet to send anything to {destination}.").format(
                destination=would_send.destination
            ),
            _(
                "See what would be sent and agree: in the chat panel, by “%rusoil consent {backend}” in a "
                "notebook, or in “rusoil chat”. Or choose a model that runs here."
            ).format(backend=would_send.backend),
            field="model",
        )
        self.would_send = would_send

    def detail(self, request_id: str = "") -> ErrorDetail:
        """This error as a wire value, with what would be sent."""
        return super().detail(request_id).model_copy(update={"consent": self.would_send})


class NotFound(RusoilError):
    """There is nothing at this address."""

    code = "not_found"
    status = 404


class UnknownModel(NotFound):
    """No backend knows this model."""

    code = "unknown_model"


class UnknownSession(NotFound):
    """The session does not exist or belongs to somebody else."""

    code = "unknown_session"


class UnknownTurn(NotFound):
    """The turn has ended long ago, never was, or belongs to somebody else."""

    code = "unknown_turn"


class UnknownUpload(NotFound):
    """There is no such upload, it is no longer kept, or it belongs to somebody else."""

    code = "unknown_upload"


class MethodNotAllowed(RusoilError):
    """The address exists, but not for this HTTP method."""

    code = "method_not_allowed"
    status = 405


class Conflict(RusoilError):
    """The state on the server is not what the request assumes."""

    code = "conflict"
    status = 409


class RateLimited(RusoilError):
    """Too many requests of one user at once."""

    code = "rate_limited"
    status = 429


class QuotaExceeded(RateLimited):
    """A user has used up a quota; the sentence says which."""

    code = "quota_exceeded"


class Unavailable(RusoilError):
    """The service can't answer now but may later."""

    code = "overloaded"
    status = 503


class ModelUnavailable(Unavailable):
    """The model can't answer now: not installed, still loading, crashed, or its server is away."""

    code = "model_unavailable"


class Interrupted(Unavailable):
    """The server was stopped before an answer ended; what had come of it is kept."""

    code = "interrupted"

    @classmethod
    def default(cls) -> Interrupted:
        """The sentence for every answer that ends so."""
        return cls(
            _("The server was stopped before this answer ended."),
            _("What had come is kept; ask to go on from there."),
        )


class Internal(RusoilError):
    """Something broke that should not have. The cause is in the log under the request id."""

    code = "internal"

    @classmethod
    def default(cls) -> Internal:
        """The sentence shown for every unexpected failure."""
        return cls(
            _("Something went wrong inside the assistant."),
            _("Try again. If it happens again, report it with the request id; the log has the details."),
        )


def every_error() -> Iterator[type[RusoilError]]:
    """All classes with a code of their own, the root first.

    A package may refine one of them for itself; on the wire the refinement is what it refines.
    """
    pending = [RusoilError]
    while pending:
        kind = pending.pop(0)
        if "code" in vars(kind):
            yield kind
        pending.extend(kind.__subclasses__())


def status_of(code: str) -> int:
    """The HTTP status of an error code; 500 for one this tree does not have."""
    return next((kind.status for kind in every_error() if kind.code == code), 500)
