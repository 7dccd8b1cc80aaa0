"""A source read into the tokens of markdown-it, by the rules that the panel's parser has, too.

Raw HTML is off. What costs more to read than its length, or nests without end, is plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mdurl
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rusoil_jupyter.letters import clean
from rusoil_jupyter.markdown import mathematics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

ANSWER = 400_000  # characters that are read as markdown; more are plain text whole
PARAGRAPH = 20_000  # the same for what stands together: a paragraph, a cell of a table
DELIMITERS = 500  # runs of characters that may be markup, in a paragraph; a bracket weighs as two
FORMULA = 50  # what a formula weighs beside its letters; all together have a limit
DEPTH = 16  # tokens that are open at once: a list and its item are two

_DELIMITER = re.compile(r"([*_~`!$\\<&:])\1*")
_ALLOWED = re.compile(r"https?://[^/?#]|mailto:[^/?#]", re.IGNORECASE)
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9.+-])(https?)$", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(
    "://[A-Za-z0-9\u00c0-\u1fff\u2c00-\u2fef\u3040-\ud7ff]"
    "[A-Za-z0-9._~:/?#@!$&'()*+,;=%\u00c0-\u1fff\u2c00-\u2fef\u3040-\ud7ff-]*"
)
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:https?://|www\.)|[^ /]+\.(?:com|org|net|ru|su|рф|edu|gov|info)(?:[/:?#]|$)", re.IGNORECASE
)
_HOST = re.compile(r"(?:https?://|mailto:)?(?:www\.)?([^/?#]*)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[ \t]*\{?[ \t]*\.?([A-Za-z0-9][A-Za-z0-9_+#.-]{0,31})(?=[ \t{},:;=]|$)")
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([^`\n]*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block of an answer: its language in small letters, and exactly its characters.

    ``whole`` is False where the answer ended before the block did.
    """

    language: str
    code: str
    whole: bool = True


def parse(source: str) -> list[Token]:
    """The tokens of a source. Beside markdown-it's own there are ``words`` and ``mathematics``."""
    source = clean(source)
    if len(source) > ANSWER:
        return [Token("words", "p", 0, content=source, block=True)]
    return _PARSER.parse(source)


def blocks(source: str) -> list[Block]:
    """The fenced blocks of an answer, in their order."""
    return [block(token) for token in parse(source) if token.type == "fence"]


def block(fence: Token) -> Block:
    """What a fence holds."""
    begin, end = fence.map or (0, 0)
    lines = fence.content.removesuffix("\n").count("\n") + bool(fence.content)
    return Block(language(fence), fence.content.removesuffix("\n"), end - begin == lines + 2)


def language(fence: Token) -> str:
    """The language of a fence, or nothing."""
    match = _LANGUAGE.match(fence.info)
    return match[1].lower() if match else ""


def said(tokens: list[Token] | None) -> str:
    """The letters of inline tokens, without their markup."""
    return "".join(_letters(token) for token in tokens or [])


def _letters(token: Token) -> str:
    if token.type == "image":
        return said(token.children)
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content


# --- rules of blocks ---------------------------------------------------------------------------------


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """What nests deeper than anybody writes is words; the library would leave it out."""
    if state.level < DEPTH or silent:
        return False
    line = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    state.line = line
    token = state.push("words", "p", 0)
    token.block = True
    token.map = [start, line]
    token.content = state.getLines(start, line, state.blkIndent, False).strip("\n")
    return True


def _document(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A fence of markdown: one with a language inside opens a nested one, and only its own end closes it."""
    match = None if state.is_code_block(start) else _FENCE.match(_line(state, start))
    if match is None or not re.match(r"(?:markdown|md)(?![\w-])", match[2], re.IGNORECASE):
        return False
    if silent:
        return True
    last = _end_of_document(state, start, end, match[1])
    state.line = min(last + 1, end)
    token = state.push("fence", "code", 0)
    token.info = match[2]
    token.markup = match[1]
    token.map = [start, state.line]
    token.content = state.getLines(start + 1, last, state.sCount[start], True)
    return True


def _end_of_document(state: StateBlock, start: int, end: int, fence: str) -> int:
    """The line that closes a fence of markdown, or the one after its container's last."""
    opened = [fence]
    for line in range(start + 1, end):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line
        match = None if state.is_code_block(line) else _FENCE.match(_line(state, line))
        if match is None or match[1][0] != fence[0] or len(match[1]) < len(fence):
            continue
        if match[2].strip(" \t"):
            opened.append(match[1])
        elif len(match[1]) >= len(opened[-1]):
            opened.pop()
        if not opened:
            return line
    return end


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


# --- rules of what stands in a line ------------------------------------------------------------------


def _address(state: StateInline, silent: bool) -> bool:
    """An address that is written out is a link."""
    address = _ADDRESS.match(state.src, state.pos, state.posMax)
    scheme = _SCHEME.search(state.pending[-6:]) if address and not silent and not state.linkLevel else None
    if address is None or scheme is None:
        return False
    rest = _without_punctuation(address[0])
    href = state.md.normalizeLink(scheme[1] + rest)
    if not state.md.validateLink(href):
        return False
    state.pending = state.pending[: -len(scheme[1])]
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = scheme[1] + rest
    state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _without_punctuation(address: str) -> str:
    """The address without what ends a sentence, and without a bracket that opens outside."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while address[end - 1] in ".,:;!?'*_~" or (surplus > 0 and address[end - 1] == ")"):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end]


# --- rules over the whole ----------------------------------------------------------------------------


def _bound(state: StateCore) -> None:
    """Text that costs too much to be read stays text."""
    for token in state.tokens:
        if token.type == "inline" and _is_too_much(token.content):
            token.type = "words"


def _is_too_much(content: str) -> bool:
    if len(content) > PARAGRAPH:
        return True
    if len(content) <= DELIMITERS // 2:
        return False
    return sum(1 for _ in _DELIMITER.finditer(content)) + 2 * content.count("[") > DELIMITERS


def _link(state: StateCore) -> None:
    """Pictures become links, and a link that looks like another address shows its own."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = list(_linked(token.children or []))


def _linked(children: list[Token]) -> Iterator[Token]:
    depth, href, label = 0, "", ""
    for token in _without_pictures(children):
        depth += token.nesting * (token.type in ("link_open", "link_close"))
        if token.type == "link_open":
            if depth == 1:
                href, label = str(token.attrs["href"]), ""
                token.attrs = {"href": href, "rel": "noopener noreferrer", "target": "_blank"}
                if href:
                    yield token
        elif token.type == "link_close":
            if depth == 0 and href:
                yield token
                if _hides(label, href):
                    yield Token("text", "", 0, content=f" ({href})")
        else:
            label += said([token])
            yield token


def _without_pictures(children: list[Token]) -> Iterator[Token]:
    for token in children:
        if token.type != "image":
            yield token
            continue
        address = str(token.attrs["src"])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=said(token.children) or address)
        yield Token("link_close", "a", -1)


def _hides(label: str, href: str) -> bool:
    """Whether the label looks like an address of another host than the link's."""
    label = label.strip(" \n")
    if not _LOOKS_LIKE_ADDRESS.match(label):
        return False
    shown, meant = _host(label), _host(href).rpartition("@")[2]
    return shown != meant and not (href.startswith("mailto:") and shown.rpartition("@")[2] == meant)


def _host(address: str) -> str:
    """The host, and whom it is told before it; without ``www.``, in small letters."""
    match = _HOST.match(address)
    return match[1].lower() if match else ""


def _count(state: StateCore) -> None:
    """Formulas beyond a sum are shown as they are written: each costs the page much."""
    weight = 0
    for token in state.tokens:
        for child in token.children or [token]:
            if child.info and child.type.startswith("mathematics"):
                weight += FORMULA + len(child.content)
                child.info = child.info if weight <= mathematics.FORMULAS else ""


# --- the parser --------------------------------------------------------------------------------------


class _Parser(MarkdownIt):
    def normalizeLink(self, url: str) -> str:
        return mdurl.encode(url)

    def normalizeLinkText(self, link: str) -> str:
        return link

    def validateLink(self, url: str) -> bool:
        return _ALLOWED.match(url) is not None


def _parser() -> MarkdownIt:
    parser = _Parser("js-default", {"maxNesting": DEPTH + 4})
    parser.disable(["html_block", "html_inline", "linkify", "replacements", "smartquotes"])
    before_paragraph: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("table", "too_deep", _too_deep)
    parser.block.ruler.before("fence", "document", _document, before_paragraph)
    parser.block.ruler.before("fence", "mathematics", mathematics.block, before_paragraph)
    parser.inline.ruler.before("escape", "mathematics", mathematics.inline)
    parser.inline.ruler.before("escape", "address", _address)
    parser.core.ruler.before("inline", "bound", _bound)
    parser.core.ruler.push("link", _link)
    parser.core.ruler.push("count", _count)
    return parser


_PARSER = _parser()
OPTIONS = _PARSER.options
