r"""Variables in a prompt: ``{name}``, ``{name.attribute}``, ``{name[0]}``, ``{name["key"]}``.

The rule, exactly:

1. A *placeholder* is ``{``, a name that is not a Python keyword, any number of ``.name``,
   ``[integer]`` or ``["text"]``, and ``}``, with no space in it. It becomes the variable's text.
   Nothing is called and nothing is evaluated.
2. Doubled braces around a placeholder are literal: ``{{name}}`` becomes ``{name}``,
   ``{{{name}}}`` becomes ``{{name}}``.
3. Any other brace is itself, so JSON, dict literals and code blocks go out as they are written.
4. Braces that belong to another language are never touched: f-strings (``f"{x}"``), LaTeX commands
   (``\frac{a}{b}``) and formulas (``$x_{i}$``, ``$$…$$``, ``\(…\)``, ``\[…\]``).

Only names of the notebook count; builtins don't.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.describe import describe
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.guard import OneSentence

_STEP = r"""\.[^\W\d]\w*+|\[-?\d{1,12}\]|\["[^"\\\n]*+"\]|\['[^'\\\n]*+'\]"""
# What begins where: nothing here looks further than its own word or line, and no run of equal characters is
# begun anew at each of them. Where a string or a formula ends is found by :class:`_Ends`.
PATH = rf"[^\W\d]\w*+(?:{_STEP})*+"
_SCANNER = re.compile(
    rf"""
      (?P<fstring>\b(?:[fF][rR]?|[rR][fF])(?P<quote>\"\"\"|\'\'\'|"|'))
    | (?P<formula>\$\$|\\\(|\\\[)
    | (?P<math>\$(?=[^\s$])(?=[^$\n]*(?:[_^]\{{|\\[A-Za-z]))[^$\n]*+(?<=[^\s$])\$(?!\d))
    | (?P<command>\\[A-Za-z]++\*?(?=[\[{{]))
    | (?P<left>(?<!\{{)\{{++)(?P<path>{PATH})(?P<right>\}}++)
    """,
    re.VERBOSE,
)
_STEPS = re.compile(_STEP)
_LONGEST_STRING = 9999  # of three quotes
_LONGEST_FORMULA = 2000
_LONGEST_ARGUMENT = 2000
_CLOSINGS = {"$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_LINES = {quote: re.compile(rf"(?:[^{quote}\\\n]|\\.)*+{quote}") for quote in "\"'"}
_GOES_ON = re.compile(r"[\w(]")
_PRIMED = re.compile(r"[\s,.;:=]|\([^(){}]{0,40}\)")  # behind f': no string begins so
_LETTER = re.compile(r"(?<!\w)[^\W\d_]\Z")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*+\n")
_BRACKETS = re.compile(r"[\[\]{}]")


def interpolate(prompt: str, namespace: Mapping[str, Any]) -> str:
    """The prompt with every placeholder replaced by the text of its variable.

    Raises:
        MagicError: a name, attribute or item does not exist, or its value can't be shown as text.
    """
    return _scan(prompt, cache(lambda path: _text_of(path, namespace)), lambda run: run[1:])


def escape(text: str) -> str:
    """Text that :func:`interpolate` turns back into ``text``, whatever it holds."""
    return _scan(text, lambda path: "{{" + path + "}}", lambda run: run + run[0])


def _scan(text: str, value: Callable[[str], str], braces: Callable[[str], str]) -> str:
    """Rewrite the placeholders: single braces by ``value``, doubled ones by ``braces``."""
    out: list[str] = []
    ends = _Ends(text)
    done = position = 0
    while match := _SCANNER.search(text, position):
        position = ends.of(match) or match.start() + 1
        if not match["path"] or keyword.iskeyword(_name(match["path"])):
            continue
        out += (text[done : match.start()], _replaced(match, value, braces))
        done = position
    return "".join(out) + text[done:]


def _replaced(match: re.Match[str], value: Callable[[str], str], braces: Callable[[str], str]) -> str:
    left, path, right = match.group("left", "path", "right")
    if len(left) > 1 and len(right) > 1:
        return braces(left) + path + braces(right)
    return left[1:] + value(path) + right[1:]


class _Ends:
    """Where what begins in a text ends. What is asked for goes forward, so each part is gone over once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ahead: dict[str, int] = {}

    def of(self, match: re.Match[str]) -> int | None:
        """Where the part that this match begins ends; ``None`` where it begins nothing after all."""
        if match["fstring"]:
            return self._of_string(match.end(), match["quote"])
        if match["formula"]:
            return self._of_formula(match.end(), _CLOSINGS[match["formula"]])
        return self._of_arguments(match.end()) if match["command"] else match.end()

    def _of_string(self, start: int, quote: str) -> int | None:
        if len(quote) == 1:
            line = _LINES[quote].match(self._text, start)
            return line.end() if line and not self._are_primes(start, line.end()) else None
        end = self._text.find(quote, start, start + _LONGEST_STRING + len(quote))
        return start - 1 if end < 0 else end + len(quote)  # else two of the quotes are an empty string

    def _are_primes(self, start: int, end: int) -> bool:
        """Whether the quotes mark derivatives, "f'(x) and g'(x)", or the second one an apostrophe or another
        string: nothing that is code goes on with a letter or a bracket behind a string.
        """
        if _GOES_ON.match(self._text, end):
            return True
        return (
            _PRIMED.match(self._text, start) is not None
            and _LETTER.search(self._text, start, end - 1) is not None
        )

    def _of_formula(self, start: int, closing: str) -> int | None:
        end = self._next(closing, start)
        whole = end - start <= _LONGEST_FORMULA and self._next("", start) >= end  # it holds no empty line
        return end + len(closing) if whole else None

    def _next(self, sought: str, start: int) -> int:
        """The next place of the text, or of an empty line for none; beyond the end where there is none."""
        known = self._ahead.get(sought, -1)
        if known < start:
            if sought:
                known = self._text.find(sought, start)
            else:
                line = _EMPTY_LINE.search(self._text, start)
                known = line.start() if line else -1
            self._ahead[sought] = known = known if known >= 0 else len(self._text) + _LONGEST_FORMULA + 1
        return known

    def _of_arguments(self, start: int) -> int:
        """Where the balanced ``[…]`` and ``{…}`` after a LaTeX command end, if they do."""
        position = start
        while self._text[position : position + 1] in ("[", "{"):
            end = self._partners.get(position, len(self._text) + _LONGEST_ARGUMENT)
            if end - position >= _LONGEST_ARGUMENT:
                break
            position = end + 1
        return position

    @cached_property
    def _partners(self) -> dict[int, int]:
        """For each opening bracket where its own closing one is. Each kind is counted for itself."""
        found: dict[int, int] = {}
        waiting: dict[str, list[int]] = {"]": [], "}": []}
        for match in _BRACKETS.finditer(self._text):
            bracket = match[0]
            if bracket in "[{":
                waiting["]" if bracket == "[" else "}"].append(match.start())
            elif waiting[bracket]:
                found[waiting[bracket].pop()] = match.start()
        return found


def _name(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _text_of(path: str, namespace: Mapping[str, Any]) -> str:
    value = lookup(path, namespace)
    sentence = _("“{path}” can't be shown as text: {reason}.").replace("{path}", path)
    with OneSentence(sentence, _("Put what you want to ask about into a string and name that.")):
        return describe(value)  # the value's own repr may raise anything


def lookup(path: str, namespace: Mapping[str, Any]) -> Any:
    """The value that a name, its attributes and items lead to.

    Raises:
        MagicError: there is none.
    """
    name = _name(path)
    literal = _("Define it first, or write {braces} if you mean the braces themselves.").format(
        braces="{{" + path + "}}"
    )
    if name not in namespace:
        raise MagicError(_("There is no variable “{name}”.").format(name=name), literal)
    value = namespace[name]
    sentence = _("“{path}” can't be read: {reason}.").replace("{path}", path)
    with OneSentence(sentence, literal, with_class=True):  # a property or __getitem__ may raise anything
        for step in _STEPS.findall(path[len(name) :]):
            value = _take(value, step)
    return value


def _take(value: Any, step: str) -> Any:
    return getattr(value, step[1:]) if step[0] == "." else value[ast.literal_eval(step[1:-1])]
