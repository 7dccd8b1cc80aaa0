"""A file over HTTP: goes on where it stopped, tries again, gives up with a sentence."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rusoil_jupyter.addresses import is_direct
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import ClientResponse, ClientSession

    from rusoil_jupyter.catalogue.part import Part

log = logging.getLogger(__name__)
CHUNK = 2**20


@dataclass(frozen=True)
class Patience:
    """How long a download bears with a network.

    ``tries`` in a row that bring no new byte end it; the pauses between them double from ``pause`` to
    ``longest`` seconds; ``silence`` is how long a server may say nothing.
    """

    tries: int = 6
    pause: float = 0.5
    longest: float = 20
    silence: float = 60


PATIENCE = Patience()


class _TryAgain(Exception):
    """What went wrong may be better in a moment."""

    def __init__(self, reason: str, after: float = 0) -> None:
        super().__init__(reason)
        self.after = after


async def download(
    url: str,
    part: Part,
    *,
    known: bool,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Bring the file at this address; bytes of an earlier attempt are kept where they still fit.

    Args:
        url: ``http`` or ``https``. Proxies come from the environment.
        part: receives the bytes.
        known: whether the digest is known, so that bytes from elsewhere may be continued.
        headers: sent along, such as a token.

    Raises:
        ModelUnavailable: the server refused, too many tries in a row brought nothing, or the disk has no
            room.
    """
    import aiohttp  # 60 ms that only a download pays

    patience, silence = PATIENCE, PATIENCE.silence
    limits = aiohttp.ClientTimeout(total=None, sock_connect=silence, sock_read=silence)
    best, failures = part.size, 0
    # Nothing is unpacked: what is small on the way could fill the disk.
    async with aiohttp.ClientSession(
        trust_env=not is_direct(url), timeout=limits, headers=headers, auto_decompress=False
    ) as session:
        while True:
            try:
                return await _get(session, url, part, known=known)
            except ValueError as error:  # aiohttp's InvalidURL, or what the standard library says
                raise ModelUnavailable(
                    _("“{url}” is not a web address.").format(url=_shown(url)), _("Correct the address.")
                ) from error
            except (aiohttp.ClientError, TimeoutError, _TryAgain) as error:
                failures = 1 if part.size > best else failures + 1
                best = max(best, part.size)
                log.info("download of %s stopped at byte %d: %s", _shown(url), part.size, error)
                if failures >= patience.tries:
                    raise _given_up(url, error) from error
                pause = min(patience.pause * 2 ** (failures - 1), patience.longest)
                await asyncio.sleep(max(pause, min(getattr(error, "after", 0), patience.longest)))


async def _get(session: ClientSession, url: str, part: Part, *, known: bool) -> None:
    """One request, from where the part ends."""
    about = part.about
    address = hashlib.sha256(url.encode(errors="surrogatepass")).hexdigest()  # its query may be a secret
    same = about.get("address") == address
    version = about.get("version", "") if same else ""
    if part.size and not version and not known:
        part.restart()  # nobody could tell whether the rest belongs to these bytes
    headers = {"Accept-Encoding": "identity"}
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
        if version:
            headers["If-Range"] = version
    async with session.get(url, headers=headers) as response:
        if response.status == 416 and _length(response) == part.size:
            return  # nothing was missing but the end of the last attempt
        await _check(response, part)
        if response.status == 200:
            part.restart()
        part.note({"address": address, "version": _version(response)})
        if response.content_length is not None:
            part.expect(part.size + response.content_length)
        async for chunk in response.content.iter_chunked(CHUNK):
            await part.write(chunk)


async def _check(response: ClientResponse, part: Part) -> None:
    """Go on only with the bytes that were asked for."""
    status = response.status
    if status == 200 and response.content_type == "text/html":  # and the bytes so far stay
        raise ModelUnavailable(
            _("{server} gives a web page instead of the file.").format(server=response.url.host),
            _("Check the address, and whether your network wants you to log in first."),
        )
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if status in {200, 206} and packing not in {"", "identity"}:
        raise ModelUnavailable(
            _("{server} gives the file packed ({packing}), though it was asked for it as it is.").format(
                server=response.url.host, packing=packing[:40]
            ),
            _("Check the address, or ask whoever runs the server or the proxy to leave the file as it is."),
        )
    if status == 206 and _start(response) == part.size:
        return
    if status in {206, 416}:  # other bytes than those asked for, or the file has shrunk
        part.restart()
        raise _TryAgain(f"HTTP {status} with another range")
    if status in {408, 425, 429} or status >= 500:
        after = response.headers.get("Retry-After", "")
        raise _TryAgain(f"HTTP {status}", float(after) if after.isdecimal() else 0)
    if status != 200:
        raise ModelUnavailable(
            _("{server} does not give the file: {status} {reason}.").format(
                server=response.url.host, status=status, reason=response.reason
            ),
            _("Check the address, and whether this file needs a login (HF_TOKEN) or accepted terms."),
        )


def _range(response: ClientResponse) -> re.Match[str] | None:
    return re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", response.headers.get("Content-Range", "").strip())


def _start(response: ClientResponse) -> int | None:
    found = _range(response)
    return int(found[1]) if found and found[1] else None


def _length(response: ClientResponse) -> int | None:
    found = _range(response)
    return int(found[2]) if found and found[2] != "*" else None


def _version(response: ClientResponse) -> str:
    """What tells this file from a later one at the same address; a weak tag does not."""
    tag = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


def _given_up(url: str, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        _("The download from {server} failed: {reason}.").format(
            server=urlsplit(url).hostname, reason=str(error) or type(error).__name__
        ),
        _("Check the network or the proxy and try again: it goes on where it stopped."),
    )


def _shown(url: str) -> str:
    """The address without what may be secret: user, password and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
