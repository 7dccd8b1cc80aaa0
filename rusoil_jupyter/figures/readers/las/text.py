"""The text of a LAS file: bounded before it is read, and decoded whatever program wrote it."""

from __future__ import annotations

import codecs
import io
import re
from pathlib import Path
from typing import BinaryIO

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.i18n import _

MOST_BYTES = 64 << 20
MOST_HEADER = 1 << 20  # bytes before the data
MOST_LINE = 20_000  # characters; wrapped or not, a line of a thousand curves is shorter
MOST_HEADER_LINE = 2000
# Programs of this trade wrote all of these, before UTF-8.
_CYRILLIC = ("cp1251", "cp866", "koi8-r")
_COMMON = "оеаинтсрвл"  # the most frequent Russian letters
_DATA = re.compile(r"(?:^|[\r\n])[ \t]*~[Aa][^\r\n]*")
_VERSION_3 = re.compile(r"^[ \t]*VERS[ \t]*\.[ \t]*3", re.IGNORECASE | re.MULTILINE)


def read_sections(source: bytes | Path | BinaryIO) -> tuple[str, str]:
    """The header and the rows of data of a LAS file, as text.

    Raises:
        PayloadTooLarge: the file, its header or a line is over the limits; little of it was read.
        InvalidRequest: it has no section of data that is known.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return read_sections(file)
    stream = io.BytesIO(source) if isinstance(source, bytes | bytearray) else source
    head = stream.read(MOST_HEADER)
    encoding = guess_encoding(head)
    if not _DATA.search(head.decode(encoding, errors="replace")):
        raise _no_data(head.decode(encoding, errors="replace"), whole=len(head) < MOST_HEADER)
    rest = stream.read(MOST_BYTES - len(head) + 1)
    if len(head) + len(rest) > MOST_BYTES:
        raise _too_large(_("The LAS file is larger than {n} MB.").format(n=MOST_BYTES >> 20))
    text = (head + rest).decode(encoding, errors="replace")
    start = _DATA.search(text)
    if start is None:  # the rest belonged to a letter that was cut
        raise _no_data(text, whole=True)
    header, rows = text[: start.start()], text[start.end() :]
    _check_lines(header, rows)
    return header, rows


def guess_encoding(head: bytes) -> str:
    """The encoding of a file that begins like this: by its mark, UTF-8 where it is that, else whichever
    reads most like Russian.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1:200:2].count(0) > 50:
        return "utf-16-le"
    if head[0:200:2].count(0) > 50:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # a letter may be cut at the end
    except UnicodeDecodeError:
        return max(_CYRILLIC, key=lambda name: _likeness(head.decode(name, errors="replace")))
    return "utf-8-sig"


def _likeness(text: str) -> int:
    """How many letters look like Russian words: frequent ones, and none in a strange mixture of cases."""
    frequent = sum(text.casefold().count(letter) for letter in _COMMON)
    odd = len(re.findall(r"[а-яё][А-ЯЁ]|[─-╿]|[ЂЃѓЉЊЌЋЏђљњќћџ]", text))
    return frequent - 3 * odd


def _check_lines(header: str, rows: str) -> None:
    """No line is so long that parsing it would take forever."""
    longest = max(map(len, header.splitlines()), default=0)
    place, most = 0, 0
    for end in re.finditer(r"[\r\n]|\Z", rows):
        most = max(most, end.start() - place)
        place = end.end()
    if longest > MOST_HEADER_LINE or most > MOST_LINE:
        raise _too_large(_("A line of the LAS file is longer than {n} characters.").format(n=MOST_LINE))


def _no_data(text: str, *, whole: bool) -> InvalidRequest:
    if not whole:
        return _too_large(
            _("The header of the LAS file does not end within its first {n} kB.").format(n=MOST_HEADER >> 10)
        )
    if _VERSION_3.search(text):
        return InvalidRequest(
            _("This is a LAS 3.0 file; LAS 1.2 and 2.0 are read."),
            _("Save it as LAS 2.0 and open it again."),
            field="file",
        )
    return InvalidRequest(
        _("This is not a LAS file: it has no section of data (~A)."),
        _("Choose a file in the format LAS 1.2 or 2.0."),
        field="file",
    )


def _too_large(sentence: str) -> PayloadTooLarge:
    return PayloadTooLarge(
        sentence, _("Cut the file to the interval and the curves you need, and open it again."), field="file"
    )
