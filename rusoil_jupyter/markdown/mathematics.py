r"""Mathematics in markdown: what opens and closes it, and what of it a typesetter may see.

``$…$`` by Pandoc's rule, so that prices stay prices; ``$$…$$``, ``\(…\)``, ``\[…\]`` and environments. A
formula is typeset only if it is short and flat enough and all its commands are known; other ones are shown as
they were written. A bracket of ``C:\[a]`` that opens nothing keeps its backslash.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_DATA = json.loads(files(__package__).joinpath("mathematics.json").read_text("utf-8"))
LENGTH, DEPTH, FORMULAS = (_DATA["limits"][name] for name in ("length", "depth", "formulas"))
_COMMANDS = frozenset(" ".join(_DATA["commands"]).split())
_SYMBOLS = frozenset(_DATA["symbols"])
_DISPLAY = "|".join(_DATA["display"].split())
_ENVIRONMENTS = frozenset((_DATA["environments"] + " " + _DATA["display"]).split())

_ENVIRONMENT = rf"\{{(?:{_DISPLAY})\*?\}}"
_OPENER = re.compile(rf"\$\$?(?!\$)|\\[(\[]|\\begin{_ENVIRONMENT}")
_MARK = re.compile(rf"\\(?:begin|end){_ENVIRONMENT}|\\[\s\S]|\$+|`|\n[ \t]*\n")
_BRACKETS = frozenset(["\\(", "\\)", "\\[", "\\]"])
_CLOSER = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_WITH_WORD = "begin|end|" + "|".join(_DATA["colours"].split())
_TOKEN = re.compile(
    rf"\\({_WITH_WORD})(?![A-Za-z])[ \t\n]*\{{([^{{}}]*)\}}|\\([A-Za-z]+)|\\([^A-Za-z])|[{{}}\\]"
)
_PERCENT = re.compile(r"(\\[\s\S])|%")
_TEX = re.compile(r"[\\^_={}]")
_PRICE = re.compile(r"\$[0-9]")
_WORD = re.compile(r" [(«\"]?[^\W\d_]{2}")
_COLOUR = re.compile(r"[A-Za-z]{1,20}|#[0-9A-Fa-f]{3,6}")


def _search(source: str, start: int, opener: str, end: int | None = None) -> tuple[int, bool]:
    """The position behind the mark that closes ``opener``, or -1; and whether it is known to be none.

    It ends at the first mark that can't be inside, so that many openers cost no more than one.
    """
    environment = opener.startswith("\\begin")
    closer = opener.replace("begin", "end", 1) if environment else _CLOSER[opener]
    for mark in _MARK.finditer(source, start, len(source) if end is None else end):
        if mark[0] == closer:
            return mark.end(), False
        if _stops(mark[0], environment):
            return -1, True
    return -1, False


def _stops(mark: str, environment: bool) -> bool:
    if mark[0] == "\\":
        return mark in _BRACKETS or (environment and len(mark) > 2)
    return True


def typeset(source: str) -> str:
    """The formula as a typesetter gets it, in ``\\(…\\)`` or ``\\[…\\]``; empty if it is to stay as it is."""
    opener = _OPENER.match(source)
    if opener is None or len(source) > LENGTH:
        return ""
    environment = opener[0].startswith("\\begin")
    tex = source if environment else source[len(opener[0]) : -len(opener[0])]
    tex = _PERCENT.sub(lambda match: match[1] or "\\%", tex.strip(" \t\n"))
    if not _is_known(tex):
        return ""
    return f"\\({tex}\\)" if opener[0] in ("$", "\\(") else f"\\[{tex}\\]"


def _is_known(tex: str) -> bool:
    """Whether all commands are known, all that opens is closed, and nothing nests too deep."""
    opened: list[str] = []
    for token in _TOKEN.finditer(tex):
        if not _take(token, opened) or len(opened) > DEPTH:
            return False
    return not opened


def _take(token: re.Match[str], opened: list[str]) -> bool:
    """Take one brace or command; False if it is unknown or closes what was not opened last."""
    word, argument, name, symbol = token.groups()
    if word in ("begin", "end"):
        known = argument.removesuffix("*") in _ENVIRONMENTS
        return known and _nest(word == "begin", argument, opened)
    if word:
        return _COLOUR.fullmatch(argument) is not None
    if name in ("left", "right"):
        return _nest(name == "left", "left", opened)
    if name:
        return name in _COMMANDS
    if symbol:
        return symbol in _SYMBOLS
    return token[0] != "\\" and _nest(token[0] == "{", "{", opened)


def _nest(opens: bool, what: str, opened: list[str]) -> bool:
    if opens:
        opened.append(what)
    return opens or (bool(opened) and opened.pop() == what)


def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule of markdown-it: lines that are one displayed formula. It may follow a paragraph's line."""
    opener = None if state.is_code_block(start) else _OPENER.match(_line(state, start))
    if opener is None or opener[0] in ("$", "\\("):
        return False
    lines = [_line(state, start)]
    begin = len(opener[0])
    while (found := _closed(lines, begin, opener[0])) == 0:
        line = start + len(lines)
        if line >= end or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        lines.append(_line(state, line))
        begin = 0
    if found < 0:
        return False
    if not silent:
        state.line = start + len(lines)
        token = state.push("mathematics_block", "", 0)
        token.map = [start, state.line]
        token.block = True
        token.content = "\n".join(lines).rstrip(" \t")
        token.info = typeset(token.content)
    return True


def _closed(lines: list[str], begin: int, opener: str) -> int:
    """1 if the formula ends with the last line, 0 if it goes on, -1 if it is none."""
    end, stopped = _search(lines[-1], begin, opener)
    if stopped:
        return -1
    if end < 0:
        return 0
    return 1 if not lines[-1][end:].strip(" \t") else -1


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def inline(state: StateInline, silent: bool) -> bool:
    """A rule of markdown-it: a formula between words, or a bracket with its backslash."""
    opener = _OPENER.match(state.src, state.pos, state.posMax)
    if opener and _may_open(state.src, opener):
        end, _ = _search(state.src, opener.end(), opener[0], state.posMax)
        source = state.src[state.pos : end] if end > 0 else ""
        if source and _is_formula(source, opener[0], state.src[end : end + 1]):
            if not silent:
                token = state.push("mathematics", "", 0)
                token.content = source
                token.info = typeset(source)
            state.pos = end
            return True
    if state.src[state.pos : state.pos + 2] not in _BRACKETS or state.pos + 1 >= state.posMax:
        return False
    if not silent:
        state.pending += state.src[state.pos : state.pos + 2]
    state.pos += 2
    return True


def _may_open(source: str, opener: re.Match[str]) -> bool:
    before = source[opener.start() - 1 : opener.start()] if opener.start() else ""
    if opener[0].startswith("$"):
        after = source[opener.end() : opener.end() + 1]
        return before != "$" and (opener[0] == "$$" or after not in ("", " ", "\t", "\n"))
    return not (before.isalnum() or (before and before in "_:\\"))


def _is_formula(source: str, opener: str, after: str) -> bool:
    """Whether what stands between the marks may be a formula: by Pandoc's rule where they are dollars."""
    if opener == "$":
        is_open = source[-2] in " \t\n" or (after.isascii() and after.isdigit())
        return not is_open and not _is_price(source)
    return opener.startswith("\\b") or source[len(opener) : -len(opener)].strip(" \t\n") != ""


def _is_price(source: str) -> bool:
    """Whether it is a price and its sentence up to another one: ``$5 (about 450 roubles) or 5$``."""
    return bool(_PRICE.match(source) and _WORD.search(source)) and not _TEX.search(source)
