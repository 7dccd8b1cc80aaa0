"""What a page is made of: the elements and attributes that a piece of HTML holds, and its letters."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "br", "hr", "pre", "blockquote", "ul", "ol", "li", "div", "h1", "h2", "h3", "h4", "h5", "h6"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_ELEMENTS = _BLOCKS | _TABLES | {"em", "strong", "s", "del", "code", "a", "span"}
_HREF = re.compile(r"https?://[^/?#]|mailto:", re.IGNORECASE)
# Exactly what may stand between "<" and ">" in what `render` makes; every other bracket is escaped.
_OURS = re.compile(
    r"""</?(?:p|em|strong|s|code|pre|blockquote|ul|ol|li|h[1-6]|table|thead|tbody|tr|th|td)>|<(?:br|hr)>
      | <a\ href="(?i:https?://|mailto:)[^"<>\s]+"\ rel="noopener\ noreferrer"\ target="_blank">|</a>
      | <ol\ start="\d+">|<code\ class="language-[a-z0-9_+\#.-]+">
      | <t[hd]\ class="rusoil-(?:left|center|right)">
      | <(?:span|div)\ class="rusoil-math\ tex2jax_process\ mathjax_process">|</(?:span|div)>""",
    re.VERBOSE,
)


def strangers(html: str) -> list[str]:
    """What ``render`` must never let through: a bracket that is none of its own elements."""
    rest = _OURS.sub("", html)
    return [rest[max(0, at.start() - 40) : at.end() + 40] for at in re.finditer("[<>]", rest)]


class Page(HTMLParser):
    """A page that somebody else's renderer made: ``dangers`` may run or fetch, ``text`` is what is read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self._letters: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All letters, in their order."""
        return "".join(self._letters)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ELEMENTS:
            self.dangers.append(tag)
        for name, value in attrs:
            if not _harmless(tag, name, value or ""):
                self.dangers.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self._letters.append(data)

    def unknown_decl(self, data: str) -> None:
        self.dangers.append(data)

    handle_comment = handle_decl = handle_pi = unknown_decl


def _harmless(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return bool(_HREF.match(value)) or value.startswith("#")  # "#": nbconvert's anchors beside headings
    if name == "class":
        return "mermaid" not in value.lower()  # nbconvert's page would draw it
    if name == "style":
        return value in ("text-align:left", "text-align:center", "text-align:right")
    return (tag, name) == ("ol", "start") or (name == "id" and tag.startswith("h"))
