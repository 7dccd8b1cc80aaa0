"""Which server answers this notebook's questions. The order:

1. ``--server URL``, then the environment: ``RUSOIL_SERVER_URL`` with ``RUSOIL_SERVER_TOKEN``.
2. The server that started this kernel: its process is ``JPY_PARENT_PID`` and it left a runtime
   file; on a Hub, where that file may be elsewhere, ``JUPYTERHUB_SERVICE_URL``.
3. Any other server of this user on this computer: the one whose root folder holds the working
   directory (the deepest first), then the most recent.

A server found by 2 or 3 is asked for ``rusoil/api/status`` first; one without the extension, or one
that doesn't let the kernel in, is passed over and its reason is kept for the final sentence.

Tokens: ``?token=`` of a given address; ``RUSOIL_SERVER_TOKEN`` for the address in the environment
and for the server that started this kernel, nobody else; the runtime file's own; on a Hub
``JUPYTERHUB_API_TOKEN`` for the user's own server.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from rusoil_jupyter.i18n import _
from rusoil_jupyter.servers import Runtime
from rusoil_jupyter_kernel.errors import MagicError, NoAssistant, NotLetIn, ServerAway
from rusoil_jupyter_kernel.runtime import parent_pid, runtimes


@dataclass(frozen=True)
class Server:
    """Where to ask and with which credential. ``url`` ends with a slash and holds no token."""

    url: str
    token: str = field(default="", repr=False)
    socket: str = ""
    verify: bool = True

    @property
    def headers(self) -> dict[str, str]:
        """What identifies the kernel to the server; empty where there is no token."""
        return {"Authorization": f"token {self.token}"} if self.token else {}


Probe = Callable[[Server], None]


def find_server(probe: Probe, given: str | None = None) -> Server:
    """The server to ask, by the order above. ``probe`` raises if a server found can't be used.

    Raises:
        ServerAway: no server runs.
        NoAssistant, NotLetIn: servers run but none of them can be used; the sentence says why.
        MagicError: the given address is not one.
    """
    if explicit := _explicit(given):
        return explicit
    refused: list[MagicError] = []
    for server in _candidates():
        try:
            probe(server)
        except (NoAssistant, NotLetIn, ServerAway) as error:
            refused.append(error)
        else:
            return server
    raise _why_none(refused)


def _why_none(refused: list[MagicError]) -> MagicError:
    for kind in (NotLetIn, NoAssistant):
        for error in refused:
            if isinstance(error, kind):
                return error
    return ServerAway(
        _("No Jupyter server with the assistant is running on this computer."),
        _("Start one with “jupyter lab”, or set RUSOIL_SERVER_URL and RUSOIL_SERVER_TOKEN."),
    )


def _explicit(given: str | None) -> Server | None:
    environment = os.environ.get("RUSOIL_SERVER_URL", "")
    address = given or environment
    if not address:
        return None
    server = parse_address(address)
    if server.token:
        return server
    if environment and parse_address(environment).url == server.url:
        named = parse_address(environment).token or os.environ.get("RUSOIL_SERVER_TOKEN", "")
        if named:
            return Server(server.url, named, server.socket)
    return next((one for one in _candidates() if _same(one, server)), server)


def _same(one: Server, other: Server) -> bool:
    return (_local(one.url), one.socket) == (_local(other.url), other.socket)


def _local(url: str) -> str:
    return url.replace("//localhost:", "//127.0.0.1:").replace("//[::1]:", "//127.0.0.1:")


def parse_address(address: str) -> Server:
    """A server from what a user typed or pasted, ``?token=…`` and ``/lab`` included.

    Raises:
        MagicError: it is not an http, https or http+unix address.
    """
    try:
        parts = urlsplit(address.strip())
        _checked = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https", "http+unix"} or not parts.netloc:
        raise MagicError(
            _("“{address}” is not a server's address.").format(address=address.split("?")[0]),
            _("Give it like http://localhost:8888/."),
        )
    token = (parse_qs(parts.query).get("token") or [""])[0]
    path = parts.path.rstrip("/")
    for page in ("/lab", "/tree", "/login"):
        path = path.removesuffix(page)
    if parts.scheme == "http+unix":
        return Server("http://localhost" + path + "/", token, unquote(parts.netloc))
    return Server(urlunsplit((parts.scheme, parts.netloc, path + "/", "", "")), token)


def _candidates() -> Iterator[Server]:
    """The servers that may be meant, the most likely first."""
    parent, running = parent_pid(), runtimes()
    own = [one for one in running if one.pid == parent]
    for runtime in own:
        yield _server(runtime, os.environ.get("RUSOIL_SERVER_TOKEN", ""))
    if not own and (hub := _hub_server()):
        yield hub
    folder = Path.cwd()
    others = [one for one in running if one.pid != parent]  # the latest first; the sort is stable
    for runtime in sorted(others, key=lambda one: one.holds(folder), reverse=True):
        yield _server(runtime)


def _server(runtime: Runtime, handed: str = "") -> Server:
    token = handed or runtime.token
    if not token and runtime.base_url == os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
        token = os.environ.get("JUPYTERHUB_API_TOKEN", "")
    # A runtime file is the user's own, so its server is too: a self-signed certificate is expected.
    return Server(runtime.url, token, runtime.socket, verify=not runtime.secure)


def _hub_server() -> Server | None:
    """The user's own server on a Hub, from the environment that the Hub's spawner set."""
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "")
    address = os.environ.get("JUPYTERHUB_SERVICE_URL", "")
    if not prefix or not address:
        return None
    parts = urlsplit(address)
    host = f"127.0.0.1:{parts.port}" if parts.port else "127.0.0.1"
    url = urlunsplit((parts.scheme or "http", host, "/" + prefix.strip("/") + "/", "", ""))
    token = os.environ.get("RUSOIL_SERVER_TOKEN") or os.environ.get("JUPYTERHUB_API_TOKEN", "")
    return Server(url, token, verify=parts.scheme != "https")
