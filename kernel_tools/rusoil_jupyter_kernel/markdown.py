"""A model's text made safe to show as markdown. What a model writes is data, never page structure.

Lab sanitises markdown, nbconvert's HTML export does not, and a picture from elsewhere tells its
server what the notebook holds. So outside code, tags lose their meaning and pictures become links.
"""

from __future__ import annotations

import re

_CODE = re.compile(
    r"(^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ ]{0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:[^\n]|\n(?!\s*\n))*?(?<!`)(?P=ticks)(?!`))",
    re.MULTILINE,
)
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!(?:https?://|mailto:)[^\s<>]*>)")
_PICTURE = re.compile(r"!(?=\[)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FENCED = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>[\s\S]*?)(?:^[ ]{0,3}(?P=fence)|\Z)",
    re.MULTILINE,
)


def safe(text: str) -> str:
    """The markdown without HTML and without pictures; code is left as it is."""
    out, position = [], 0
    for code in _CODE.finditer(text):
        out += [_defuse(text[position : code.start()]), code[0]]
        position = code.end()
    return "".join([*out, _defuse(text[position:])])


def plain(text: str) -> str:
    """The text without control characters, which could command a terminal."""
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """The text on one line, its markup defused."""
    return safe(plain(" ".join(text.split())))


def fenced(code: str, language: str = "") -> str:
    """The code as a block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def first_block(text: str) -> str | None:
    """The content of the first fenced block, or None."""
    match = _FENCED.search(text)
    return match["code"].rstrip("\n") if match else None


def _defuse(text: str) -> str:
    return _PICTURE.sub(r"\\!", _TAG.sub("< ", text))
