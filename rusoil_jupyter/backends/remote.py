"""What all backends share that reach models over the network: address, key, a list that never hangs."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import aiohttp
from yarl import URL

from rusoil_jupyter.addresses import is_direct
from rusoil_jupyter.backends.base import Backend
from rusoil_jupyter.backends.keys import Key
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, RusoilError, UnknownModel
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import BackendStatus, ModelInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

    from rusoil_jupyter.settings import Settings

    RunsOn = Literal["this-computer", "campus", "elsewhere"]

FRESH_SECONDS = 30.0
RETRY_SECONDS = 5.0  # a server that was away is asked again no sooner
PATIENCE_SECONDS = 2.0  # how long anybody waits for a list of models; an answer that comes later is kept
CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 600.0  # a model may think for minutes before its first word, but not for ever


class RemoteBackend(Backend):
    """A server known by its address.

    Args:
        base_url: where the API begins.
        api_key_env: name of the environment variable that holds the key. The key itself is never an
            option, so that it can't end up in a configuration listing.
        api_key_file: path of a file that holds the key, such as a mounted secret.
        models: the models to offer, where the server's own list is too long or there is none: names, or
            name to traits of :class:`ModelInfo` (``{"purpose": "image"}`` for one that makes pictures).
        runs_on: where the server stands. To one that stands elsewhere nothing is sent before the user agreed.
        languages: what its models speak, if the administrator knows.
        vision: whether its models accept images.
        tools: whether its models call tools.
    """

    default_url: ClassVar[str] = ""
    default_key_env: ClassVar[str | None] = None
    needs_key: ClassVar[bool] = False
    sees: ClassVar[bool] = False
    cost_class: ClassVar[Literal["free", "campus", "paid"]] = "free"

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        base_url: str = "",
        api_key_env: str | None = None,
        api_key_file: str | Path | None = None,
        models: Sequence[str] | Mapping[str, Mapping[str, Any]] = (),
        runs_on: RunsOn | None = None,
        languages: Sequence[str] = (),
        vision: bool | None = None,
        tools: bool = True,
    ) -> None:
        super().__init__(name, settings)
        self._base_url = (base_url or self.default_url).rstrip("/")
        url = URL(self._base_url)
        if url.scheme not in {"http", "https"} or not url.host:
            raise InvalidRequest(
                _("The backend {name} has no address.").format(name=name),
                _("Give it a “base_url” that begins with https:// or http://."),
                field="base_url",
            )
        self._origin = url.origin()
        self.key = Key(
            api_key_env or (None if api_key_file else self.default_key_env),
            api_key_file,
            required=self.needs_key or bool(api_key_env or api_key_file),
        )
        self._traits: dict[str, Any] = {
            "runs_on": runs_on or self._place(url),
            "languages": tuple(languages),
            "vision": self.sees if vision is None else vision,
            "tools": tools,
            "cost_class": self.cost_class,
        }
        chosen = models.items() if hasattr(models, "items") else [(model, {}) for model in models]
        self._chosen = tuple(self._info({"id": model, **traits}) for model, traits in chosen)
        self._session: aiohttp.ClientSession | None = None
        self._listed: tuple[ModelInfo, ...] = ()
        self._trouble: RusoilError | None = None
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    def _place(self, _url: URL) -> RunsOn:
        """Where the server stands if nobody says so; an address here may be a tunnel to elsewhere."""
        return "elsewhere"

    def _info(self, traits: dict[str, Any]) -> ModelInfo:
        model = traits.pop("id")
        values = {"name": model} | self._traits | traits
        values |= {"id": f"{self.name}/{model}", "backend": self.name}
        if values.get("purpose") == "image":  # it draws; what the others of its vendor can, it can't
            values |= {"vision": False, "tools": False}
        if values["runs_on"] == "elsewhere":
            values.setdefault("sends_to", self._origin.authority)
        return ModelInfo.model_validate(values)

    # --- the connection --------------------------------------------------------------------------

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS
                ),
                trust_env=not is_direct(self._base_url),
                middlewares=(self._sign,),
            )
        return self._session

    async def _sign(self, request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
        """Put the key on a request; a redirection gets neither it nor the question."""
        if request.url.origin() != self._origin:
            raise ModelUnavailable(
                _("The model server passes questions on to {host}.").format(host=request.url.host),
                _("Whoever runs this server puts the right address into its configuration."),
            )
        if key := self.key.read():
            request.headers.update(self._credentials(key))
        try:
            return await send(request)
        except aiohttp.ServerDisconnectedError:
            # The connection was kept from the last question and is closed just now: a new one tells more.
            return await send(request)

    def _credentials(self, key: str) -> dict[str, str]:
        """The headers that carry the key."""
        return {"Authorization": f"Bearer {key}"}

    # --- what there is ---------------------------------------------------------------------------

    @abstractmethod
    async def _list(self) -> Iterable[dict[str, Any]]:
        """The server's models as traits of :class:`ModelInfo`; ``id`` is the server's own name.

        Raises:
            RusoilError: the server is away or refuses.
        """

    def _check(self) -> None:
        """See that this side has what it needs; cheap, and asked every time.

        Raises:
            ModelUnavailable: it has not.
        """
        self.key.read()

    async def models(self) -> Sequence[ModelInfo]:
        """The chosen models, or the server's list: asked every 30 seconds, waited for 2 seconds.

        What the server listed before it went away stays listed, as unavailable and with the reason.
        """
        try:
            self._check()
        except RusoilError as error:
            return _unavailable(self._chosen or self._listed, error)
        if self._chosen:
            return self._chosen
        if self._asking is None and time.monotonic() - self._asked_at > self._lasts:
            self._asking = asyncio.create_task(self._ask())
        if (asking := self._asking) is not None:
            await asyncio.wait({asking}, timeout=PATIENCE_SECONDS)
            if asking.done() and not asking.cancelled():
                asking.result()  # a bug is not swallowed
        return _unavailable(self._listed, self._trouble) if self._trouble else self._listed

    @property
    def _lasts(self) -> float:
        return FRESH_SECONDS if self._trouble is None else RETRY_SECONDS

    async def _ask(self) -> None:
        try:
            with self.key.hidden():
                self._listed = tuple(self._info(dict(traits)) for traits in await self._list())
            self._trouble = None
        except UnknownModel:  # a 404: this server has no list
            self._trouble = ModelUnavailable(
                _("The server lists no models."),
                _("Whoever runs this server checks “base_url”, or names the models in “models”."),
            )
        except RusoilError as error:
            self._trouble = error
        finally:
            self._asked_at, self._asking = time.monotonic(), None

    async def status(self) -> BackendStatus:
        """Ready when the server lists a model."""
        models = await self.models()
        ready = any(model.available for model in models)
        reason, next_step = ("", "") if ready else self._why()
        return BackendStatus(name=self.name, kind=self.kind, ready=ready, reason=reason, next_step=next_step)

    def _why(self) -> tuple[str, str]:
        try:
            self._check()
        except RusoilError as error:
            return error.message, error.next_step
        if self._trouble:
            return self._trouble.message, self._trouble.next_step
        if self._asking:
            return _("The model server has not answered yet."), _("Look again in a moment.")
        return _("The server lists no models."), _("Load a model there.")

    async def aclose(self) -> None:
        """Close the connection pool."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})
        if self._session is not None:
            await self._session.close()


def _unavailable(models: Sequence[ModelInfo], why: RusoilError) -> tuple[ModelInfo, ...]:
    reason = {"available": False, "reason": why.message, "next_step": why.next_step}
    return tuple(model.model_copy(update=reason) for model in models)
