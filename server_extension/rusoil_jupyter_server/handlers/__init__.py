"""HTTP and WebSocket in and out. One file per kind of route; ``ROUTES`` is the whole table."""

from __future__ import annotations

from rusoil_jupyter_server.handlers.base import UnknownRouteHandler
from rusoil_jupyter_server.handlers.chat import ChatHandler, TurnEventsHandler, TurnsHandler
from rusoil_jupyter_server.handlers.consents import ConsentHandler, ConsentsHandler
from rusoil_jupyter_server.handlers.interpret import InterpretHandler
from rusoil_jupyter_server.handlers.models import (
    CancelPullHandler,
    ModelsHandler,
    PullHandler,
    RemoveHandler,
    VerifyHandler,
)
from rusoil_jupyter_server.handlers.page import ChatPageHandler
from rusoil_jupyter_server.handlers.sessions import (
    SessionExportHandler,
    SessionHandler,
    SessionsHandler,
)
from rusoil_jupyter_server.handlers.status import StatusHandler
from rusoil_jupyter_server.handlers.stream import StreamHandler
from rusoil_jupyter_server.handlers.uploads import UploadHandler, UploadsHandler
from rusoil_jupyter_server.handlers.wires import (
    ChatCompletionsHandler,
    CountTokensHandler,
    EmbeddingsHandler,
    InputTokensHandler,
    MessagesHandler,
    ResponsesHandler,
    WireModelHandler,
    WireModelsHandler,
)

_ID = r"([A-Za-z0-9_-]+)"

ROUTES = [
    (r"/rusoil/api/status", StatusHandler),
    (r"/rusoil/api/models", ModelsHandler),
    (r"/rusoil/api/models/pull", PullHandler),
    (r"/rusoil/api/models/cancel", CancelPullHandler),
    (r"/rusoil/api/models/verify", VerifyHandler),
    (r"/rusoil/api/models/remove", RemoveHandler),
    (r"/rusoil/api/chat", ChatHandler),
    (r"/rusoil/api/stream", StreamHandler),
    (r"/rusoil/api/turns", TurnsHandler),
    (rf"/rusoil/api/turns/{_ID}/events", TurnEventsHandler),
    (r"/rusoil/api/interpret", InterpretHandler),
    (r"/rusoil/api/uploads", UploadsHandler),
    (rf"/rusoil/api/uploads/{_ID}", UploadHandler),
    (r"/rusoil/api/sessions", SessionsHandler),
    (rf"/rusoil/api/sessions/{_ID}", SessionHandler),
    (rf"/rusoil/api/sessions/{_ID}/export", SessionExportHandler),
    (r"/rusoil/api/consents", ConsentsHandler),
    (r"/rusoil/api/consents/([^/]+)", ConsentHandler),
    (r"/rusoil/v1/models", WireModelsHandler),
    (r"/rusoil/v1/models/(.+)", WireModelHandler),
    (r"/rusoil/v1/chat/completions", ChatCompletionsHandler),
    (r"/rusoil/v1/responses", ResponsesHandler),
    (r"/rusoil/v1/responses/input_tokens", InputTokensHandler),
    (r"/rusoil/v1/messages", MessagesHandler),
    (r"/rusoil/v1/messages/count_tokens", CountTokensHandler),
    (r"/rusoil/v1/embeddings", EmbeddingsHandler),
    (r"/rusoil/chat(?:/(chat\.js|chat\.css))?", ChatPageHandler),
    (r"/rusoil(?:/.*)?", UnknownRouteHandler),
]
