"""The backend interface: the only thing the rest of core knows about models.

A plugin subclasses :class:`Backend`, names the class in the entry-point group
``rusoil_jupyter.backends`` and runs the conformance suite
(``pytest --pyargs rusoil_jupyter.testing``) on it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from pydantic import ConfigDict, Field

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _
from rusoil_jupyter.inbox import Inbox
from rusoil_jupyter.messages import ImagePart, Message
from rusoil_jupyter.protocol import Sampling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.protocol import BackendStatus, ModelInfo
    from rusoil_jupyter.settings import Settings


class ModelRequest(Sampling):
    """What a model is asked: resolved messages and how to answer, no identity.

    ``model`` is the backend's own name for it (without the ``backend/`` prefix of the wire).
    ``conversation`` is an opaque key: requests that share it continue one another, and a backend that
    schedules is fair between keys. ``inbox`` is the way to the person who asked in a session, ``None``
    where a program did: there is nobody then to put a question to.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: str
    messages: tuple[Message, ...]
    conversation: str = ""
    inbox: Inbox | None = Field(default=None, exclude=True, repr=False)


class Backend(ABC):
    """A way to reach models.

    Args:
        name: what the user's configuration calls it; the prefix of its models' ids.
        settings: the installation's choices.
        options: everything else the configuration says, as keyword arguments.

    Constructing one is cheap and does no I/O; connections and processes start at first use.
    """

    kind: ClassVar[str]

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings

    @abstractmethod
    async def models(self) -> Sequence[ModelInfo]:
        """The models reachable now or after an action; ids are ``<name>/<model>``. Never raises
        for a server that is away: it returns nothing then and :meth:`status` says why.
        """

    @abstractmethod
    async def status(self) -> BackendStatus:
        """Health in words. Cheap; never raises for an expected trouble."""

    @abstractmethod
    def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        """The answer as events: ``progress``, ``reasoning``, ``text``, ``tool_call``, ``notice``,
        ``usage``, and ``done`` as the last. Closing the iterator stops the model within one step.

        Raises:
            RusoilError: the model can't answer, or stopped in the middle.
        """

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:  # noqa: ARG002
        """A vector per text.

        Raises:
            InvalidRequest: the model can't embed.
        """
        raise InvalidRequest(
            _("The model {model} can't compute embeddings.").format(model=model),
            _("Choose an embedding model of another backend."),
            field="model",
        )

    async def count(self, request: ModelRequest) -> int:
        """The tokens that the model would read of this, as the ``usage`` of its answer says afterwards.

        Raises:
            InvalidRequest: they can't be counted before.
        """
        raise InvalidRequest(
            _("The tokens that {model} would read can't be counted before it answers.").format(
                model=request.model
            ),
            _("Ask it and read “usage”, or choose a model on this computer."),
            field="model",
        )

    async def generate_image(self, model: str, prompt: str) -> ImagePart:  # noqa: ARG002
        """A picture of what the prompt says, as the model made it.

        Raises:
            InvalidRequest: the model makes no pictures.
            RusoilError: it can't now.
        """
        raise InvalidRequest(
            _("The model {model} makes no pictures.").format(model=model),
            _("Choose a model that does, or ask this one in words."),
            field="model",
        )

    async def aclose(self) -> None:  # noqa: B027 - optional for backends that hold nothing open
        """Release connections and processes."""


@runtime_checkable
class KeepsFiles(Protocol):
    """What a backend offers beside answering where it keeps the files of its models.

    Each of these takes the backend's own name of a model.
    """

    async def pull(self, model: str) -> None:
        """Start to bring a model of the catalogue here; progress shows in :meth:`Backend.models`.

        Raises:
            InvalidRequest: that model can't be downloaded.
            ModelUnavailable: there is no room for it.
        """

    async def cancel_pull(self, model: str) -> None:
        """Stop a download; what has come is kept for the next. Nothing happens when none runs.

        Raises:
            InvalidRequest: that model can't be downloaded.
        """

    async def verify(self, model: str) -> None:
        """Start to compare a model's files with their digests; the outcome shows in :meth:`Backend.models`.

        Raises:
            InvalidRequest: there are no files of that model.
        """

    async def remove(self, model: str) -> None:
        """Delete a model's files.

        Raises:
            InvalidRequest: there are no files of that model.
            Conflict: the model is answering somebody.
        """
