"""What programs outside need to ask this user's Jupyter over the wires of others: address and key."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from rusoil_jupyter.errors import NotFound, Unauthenticated
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import AUTO
from rusoil_jupyter.servers import Runtime, runtimes


def variables(url: str, token: str) -> dict[str, str]:
    """What clients of OpenAI's and Anthropic's wires read from the environment, to ask this server.

    They name models of their vendor's unless they are told another; ``auto`` is ours for whoever can answer.
    """
    return {
        "OPENAI_BASE_URL": f"{url}rusoil/v1",
        "OPENAI_API_KEY": token,
        "ANTHROPIC_BASE_URL": f"{url}rusoil",
        "ANTHROPIC_API_KEY": token,
        "ANTHROPIC_MODEL": AUTO,
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": AUTO,
    }


async def address() -> tuple[str, str]:
    """The Jupyter server that is meant, and its token.

    The one that the environment names; else of those that run the one whose root holds the working
    directory, or the latest.

    Raises:
        NotFound: none runs that can be reached.
        Unauthenticated: it has no token.
    """
    if given := os.environ.get("RUSOIL_SERVER_URL"):
        parts = urlsplit(given)
        url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/lab')}/"
        token = (parse_qs(parts.query).get("token") or [os.environ.get("RUSOIL_SERVER_TOKEN", "")])[0]
    else:
        found = _nearest(runtimes(await _folder()))
        url, token = found.url, found.token
        if not token and found.base_url == os.environ.get("JUPYTERHUB_SERVICE_PREFIX"):
            token = os.environ.get("JUPYTERHUB_API_TOKEN", "")
    if not token:
        raise Unauthenticated(
            _("Jupyter at {url} has no token for programs.").format(url=url),
            _("Start it with one, or set RUSOIL_SERVER_URL and RUSOIL_SERVER_TOKEN."),
        )
    return url, token


def _nearest(running: list[Runtime]) -> Runtime:
    reachable = [one for one in running if not one.socket]  # other programs know no socket files
    if not reachable:
        raise NotFound(
            _("No Jupyter server of yours that listens on a port runs on this computer."),
            _("Start one with “jupyter lab”, or set RUSOIL_SERVER_URL and RUSOIL_SERVER_TOKEN."),
        )
    return max(reachable, key=lambda one: one.holds(Path.cwd()))  # of equals the first, which is the latest


async def _folder() -> Path:
    """Where Jupyter's servers leave their files, as Jupyter itself tells it.

    Raises:
        NotFound: there is no Jupyter beside this Python.
    """
    asking = (sys.executable, "-m", "jupyter", "--runtime-dir")
    process = await asyncio.create_subprocess_exec(*asking, stdout=PIPE, stderr=DEVNULL)
    told, _nothing = await process.communicate()
    if process.returncode:
        raise NotFound(
            _("Jupyter is not installed here, so its servers can't be found."),
            _("Run this where Jupyter is installed, or set RUSOIL_SERVER_URL and RUSOIL_SERVER_TOKEN."),
        )
    return Path(told.decode().strip())
