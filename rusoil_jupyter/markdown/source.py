"""Tokens as markdown again, in a form that every renderer reads alike: Lab's, nbconvert's, a code host's.

Renderers differ in what they take for code, a formula or an element, so nothing here depends on that. Outside
of fences, which always stand at the left edge, there is no element but ``<code>``, no picture, no link but to
http, https and mailto, and no dollar that a typesetter could pair with another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rusoil_jupyter.letters import clean, escape, one_line
from rusoil_jupyter.markdown.parser import Block, block, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

# What Lab and nbconvert set as mathematics where it stands in a page's text, whatever markdown says of it.
_PRICE = r"(?:[0-9][0-9.,]*)?\$(?:[0-9.,$]*[0-9$])?"
_TYPESET = re.compile(rf"(?:{_PRICE}|\\(?:[()\[\]]|(?:begin|end|ref|eqref)(?![A-Za-z])))+")
_MARKUP = re.compile(
    r"[<&`|]|\\(?=[!-/:-@\[-`{-~]|\Z)|!\Z|#\Z|:(?=//)|[*~\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
)
_ENTITY = frozenset("<&`|\\!#:")
_LINE_START = re.compile(r"[#+=:>-]|[0-9]{1,9}(?=[.)])")
_NO_PLAIN_CODE = re.compile(r"[<`|\n]|\](?=[(\[:])|!\[|\$\$|\\(?:begin|end|[()\[\]])|^ | $|^\Z")
_NO_WORD = re.compile(r"[^\w .,:;/()=+'\"%?{}@-]|_|:(?=//)")
_AUTOLINK = re.compile(r"https?://[A-Za-z0-9./?#@%=+,;-]+")
_NEW_LINE = re.compile(r"[ \t]*\n[ \t]*")
_RUN = re.compile(r"`+")
_MARKS = {"em": "*", "strong": "**", "s": "~~"}
_SIDES = {"left": ":--", "center": ":-:", "right": "--:", "": "---"}


def safe_markdown(source: str) -> str:
    """The markdown of an answer, safe wherever it is opened."""
    written = (part if isinstance(part, str) else fenced(part.code, part.language) for part in parts(source))
    return "\n\n".join(written)


def parts(source: str) -> list[str | Block]:
    """Safe markdown, and the blocks of code between it, in their order."""
    written = _Writer(parse(source)).parts
    return [part if isinstance(part, Block) else clean("".join(part)) for part in written]


def literal(words: str) -> str:
    """Markdown of words that are none, on one line: a title, the name of a file."""
    return _text(one_line(words))


def fenced(code: str, language: str = "") -> str:
    """The code as a block whose fence is longer than any run of backticks inside."""
    code = clean(code)
    fence = "`" * max(3, 1 + max(map(len, _RUN.findall(code)), default=0))
    return f"{fence}{language}\n{code}\n{fence}" if code else f"{fence}{language}\n{fence}"


@dataclass
class _Container:
    """A list's item or a quotation that is open: what stands before its lines, and of which list it is."""

    first: str
    rest: str
    group: int = 0

    def take(self) -> str:
        """What stands before the next line."""
        first, self.first = self.first, self.rest
        return first


class _Writer:
    """Goes over the tokens once. Each paragraph is written with the marks of what it stands in."""

    def __init__(self, tokens: list[Token]) -> None:
        self.parts: list[list[str] | Block] = []
        self._open: list[_Container] = []
        self._around: list[_Container] = []
        self._number: list[int] = []
        self._group = 0
        self._tight = False
        self._tokens = iter(tokens)
        for token in self._tokens:
            self._take(token)

    def _take(self, token: Token) -> None:
        match token.type:
            case "fence" | "code_block":
                self._code(token)
            case "blockquote_open":
                self._open.append(_Container("> ", "> "))
            case "bullet_list_open" | "ordered_list_open":
                self._number.append(int(token.attrs.get("start", 1)))
                self._group += 1
            case "bullet_list_close" | "ordered_list_close":
                self._number.pop()
            case "list_item_open":
                self._item(token)
            case "blockquote_close" | "list_item_close":
                self._open.pop()
            case "table_open":
                self._lines(_table(self._until("table_close")))
            case "paragraph_open":
                self._lines(_paragraph(self._until("paragraph_close")), tight=token.hidden)
            case "heading_open":
                words = _NEW_LINE.sub(" ", _inline(next(self._tokens)))
                self._lines([f"{'#' * int(token.tag[1])} {words}"])
            case "hr":
                self._lines(["***"])
            case "words":
                self._lines(_words(token.content))
            case "mathematics_block":
                self._lines([_formula(token)])

    def _until(self, kind: str) -> Iterator[Token]:
        for token in self._tokens:
            if token.type == kind:
                return
            yield token

    def _item(self, token: Token) -> None:
        mark = token.markup if token.markup in "-+*" else f"{self._number[-1]}{token.markup}"
        self._number[-1] += 1
        group = self._group if len(self._number) == 1 else 0
        self._open.append(_Container(f"{mark} ", " " * (len(mark) + 1), group))

    def _code(self, token: Token) -> None:
        """Code is taken out of lists and quotations: renderers differ in where it ends inside."""
        fence = block(token) if token.type == "fence" else Block("", token.content.removesuffix("\n"))
        if fence.language == "mermaid":  # Lab and nbconvert draw it, and what its labels hold runs
            fence = replace(fence, language="")
        self.parts.append(fence)
        for container in self._open:
            if not container.rest.startswith(">"):
                container.first = container.rest = ""

    def _lines(self, lines: list[str], *, tight: bool = False) -> None:
        marked = ["".join(container.take() for container in self._open) + line for line in lines]
        match self.parts[-1:]:
            case [[*_] as written]:
                written.append(self._gap(tight))
            case _:
                self.parts.append(written := [])
        written.append("\n".join(marked))
        self._around, self._tight = list(self._open), tight

    def _gap(self, tight: bool) -> str:
        """What parts a paragraph from the one before: nothing in one tight list, else an empty line."""
        shared = [one for one, other in zip(self._open, self._around, strict=False) if one is other]
        groups = [containers[0].group if containers else -1 for containers in (self._open, self._around)]
        if tight and self._tight and groups[0] == groups[1]:
            return "\n"
        return "\n" + "".join(container.rest for container in shared).rstrip() + "\n"


# --- blocks ------------------------------------------------------------------------------------------


def _paragraph(tokens: Iterator[Token]) -> list[str]:
    return [_at_start(line) for token in tokens for line in _inline(token).split("\n")]


def _words(content: str) -> list[str]:
    """Plain text, its lines kept."""
    lines = [_at_start(_text(line.strip())) for line in content.split("\n")]
    return "  \n".join(line for line in lines if line).split("\n")


def _at_start(line: str) -> str:
    """The line so that its first character opens nothing."""
    line = line.lstrip(" \t")
    match = _LINE_START.match(line)
    if match is None:
        return line
    return f"{match[0]}\\{line[match.end() :]}" if match[0].isdigit() else f"\\{line}"


def _table(tokens: Iterator[Token]) -> list[str]:
    rows: list[list[str]] = []
    sides: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            sides.append(_SIDES[str(token.attrs.get("style", "")).removeprefix("text-align:")])
        elif token.type in ("inline", "words"):
            rows[-1].append(_cell(token))
    rows.insert(1, sides)
    return ["| " + " | ".join(row) + " |" for row in rows]


def _cell(token: Token) -> str:
    r"""A cell on one line. Only a formula may still hold ``|`` or ``\|``."""
    text = _NEW_LINE.sub(" ", _inline(token))
    return text.replace("\\|", "\\Vert ").replace("|", "\\vert ")


# --- what stands in a line ---------------------------------------------------------------------------


def _inline(token: Token) -> str:
    if token.type == "words":
        return "\n".join(_words(token.content))
    children = token.children or []
    alone = sum(child.content.count("$") for child in children) == 1
    written, start, link, href = "", 0, 0, ""
    for index, child in enumerate(children):
        if child.type == "link_open":
            start, link, href = index + 1, len(written), str(child.attrs["href"])
        if child.type == "link_close" and _is_bare(href, children[start:index]):
            written = f"{written[:link]}<{href}>"
            continue
        piece = _piece(child, href, alone)
        written += " " + piece if written.endswith("`") and piece.startswith("`") else piece
    return written


def _is_bare(href: str, label: list[Token]) -> bool:
    """Whether a link is an address that is written out and needs no escape."""
    return [token.content for token in label] == [href] and _AUTOLINK.fullmatch(href) is not None


def _piece(token: Token, href: str, alone: bool) -> str:
    match token.type:
        case "text":
            return _text(token.content, alone)
        case "code_inline":
            return (
                f"<code>{_code(token.content)}</code>"
                if _NO_PLAIN_CODE.search(token.content)
                else f"`{token.content}`"
            )
        case "mathematics":
            return _formula(token)
        case "link_open":
            return "["
        case "link_close":
            return f"]({_address(href)})"
        case "hardbreak":
            return "  \n"
        case "softbreak":
            return "\n"
    return _MARKS.get(token.tag, "")


def _text(words: str, alone: bool = False) -> str:
    """Words as text. A dollar that is ``alone`` in its paragraph needs less than one that finds a partner."""
    out, position = [], 0
    for found in _TYPESET.finditer(words):
        out.append(_MARKUP.sub(_escape, words[position : found.start()]))
        out.append(_untypeset(found[0], alone))
        position = found.end()
    return "".join([*out, _MARKUP.sub(_escape, words[position:])])


def _untypeset(marks: str, alone: bool) -> str:
    """Marks of mathematics, or a price, where no typesetter looks for them."""
    if "$$" in marks:
        return f"<code>{_code(marks)}</code>"
    return marks.replace("$", "\\$") if alone and "\\" not in marks else f"`{marks}`"


def _escape(match: re.Match[str]) -> str:
    return _entity(match) if match[0] in _ENTITY else f"\\{match[0]}"


def _entity(match: re.Match[str]) -> str:
    named = escape(match[0])
    return named if named != match[0] else f"&#{ord(match[0])};"


def _code(content: str) -> str:
    return _NO_WORD.sub(_entity, _NEW_LINE.sub(" ", content))


def _address(href: str) -> str:
    """An address in brackets, without a character that means something to markdown."""
    for character in "()*~!$'":
        href = href.replace(character, f"%{ord(character):02X}")
    return href.replace("&", "&amp;")


def _formula(token: Token) -> str:
    """A formula between dollars. A renderer that knows no mathematics finds no element and no link in it."""
    if not token.info:
        return f"<code>{_code(token.content)}</code>"
    tex = _NEW_LINE.sub(" ", token.info[2:-2])
    tex = re.sub(r"<(?=[A-Za-z/!?])", "< ", tex)
    tex = re.sub(r"\](?=[(\[:])", "] ", tex)
    tex = tex + "{}" if tex.endswith("$") else tex
    dollars = "$" if token.info.startswith("\\(") else "$$"
    return f"{dollars}{tex}{dollars}"
