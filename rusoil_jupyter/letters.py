"""Words that are no markdown: which of their characters are shown at all, and how a page gets them."""

from __future__ import annotations

import re

PAGE = "rusoil-words tex2jax_ignore mathjax_ignore"  # a typesetter finds no formula in here but ours
# What moves a terminal's cursor or turns the direction of reading around: it is obeyed and not seen.
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_NEW_LINE = re.compile(r"\r\n?")
_BROKEN = re.compile("[\x00\ud800-\udfff]")


def clean(source: str) -> str:
    """The letters, new lines and tabs of the source; what is half a character becomes U+FFFD."""
    return plain(_NEW_LINE.sub("\n", source))


def plain(words: str) -> str:
    """The words for a terminal. Each character is judged alone, so that a stream may be cut anywhere."""
    return _COMMANDS.sub("", _BROKEN.sub("\ufffd", words))


def one_line(words: str) -> str:
    """The words without their new lines: a notice, a title, a reason."""
    return " ".join(clean(words).split())


def escape(words: str) -> str:
    """The words as text of HTML, or as the value of an attribute in double quotes."""
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return words.replace(">", "&gt;").replace('"', "&quot;")


def text(words: str) -> str:
    """HTML of words that are no markdown: of a figure, a file, a variable, a model's name."""
    return escape(clean(words))


def page(html: str) -> str:
    """HTML in the element that keeps typesetters away from its dollars."""
    return f'<div class="{PAGE}">\n{html}</div>\n'


def lines(words: str) -> str:
    """A paragraph of words that are no markdown, their lines kept."""
    return "<p>{}</p>\n".format(text(words).replace("\n", "<br>\n"))


def fenced(text: str, media_type: str = "text/plain") -> str:
    """Text in a fence that nothing inside it can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = media_type.rpartition("/")[2].removeprefix("x-") if media_type != "text/plain" else ""
    if not re.fullmatch(r"[\w.+-]*", language):  # what follows the fence must not open or close another
        language = ""
    return f"{fence}{language}\n{text}\n{fence}"
