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
from typing import Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.describe import describe
from rusoil_jupyter_kernel.errors import MagicError

_STEP = r"""\.[^\W\d]\w*|\[-?\d{1,12}\]|\["[^"\\\n]*"\]|\['[^'\\\n]*'\]"""
_FORMULA = r"(?:(?!\n\s*\n)[\s\S]){0,2000}?"  # a formula holds no empty line
_SCANNER = re.compile(
    rf"""
      (?P<fstring>\b(?:[fF][rR]?|[rR][fF])(?:
          \"\"\"[\s\S]{{0,9999}}?\"\"\" | '''[\s\S]{{0,9999}}?'''
          | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'))
    | (?P<math>\$\${_FORMULA}\$\$ | \\\({_FORMULA}\\\) | \\\[{_FORMULA}\\\]
          | \$(?=[^\s$])(?=[^$\n]*(?:[_^]\{{|\\[A-Za-z]))[^$\n]*(?<=[^\s$])\$(?!\d))
    | (?P<command>\\[A-Za-z]+\*?(?=[\[{{]))
    | (?P<left>\{{+)(?P<path>[^\W\d]\w*(?:{_STEP})*)(?P<right>\}}+)
    """,
    re.VERBOSE,
)
_STEPS = re.compile(_STEP)


def interpolate(prompt: str, namespace: Mapping[str, Any]) -> str:
    """The prompt with every placeholder replaced by the text of its variable.

    Raises:
        MagicError: a name, attribute or item does not exist, or its value can't be shown as text.
    """
    return _scan(prompt, lambda path: _text_of(path, namespace), lambda run: run[1:])


def escape(text: str) -> str:
    """Text that :func:`interpolate` turns back into ``text``, whatever it holds."""
    return _scan(text, lambda path: "{{" + path + "}}", lambda run: run + run[0])


def _scan(text: str, value: Callable[[str], str], braces: Callable[[str], str]) -> str:
    """Rewrite the placeholders: single braces by ``value``, doubled ones by ``braces``."""
    out: list[str] = []
    position = 0
    while match := _SCANNER.search(text, position):
        out.append(text[position : match.start()])
        position = match.end()
        if match["command"]:
            position = _end_of_arguments(text, position)
        if not match["path"] or keyword.iskeyword(_name(match["path"])):
            out.append(text[match.start() : position])
            continue
        left, right = match["left"], match["right"]
        if len(left) > 1 and len(right) > 1:
            out.append(braces(left) + match["path"] + braces(right))
        else:
            out.append(left[1:] + value(match["path"]) + right[1:])
    return "".join(out) + text[position:]


def _end_of_arguments(text: str, start: int) -> int:
    """Where the balanced ``[…]`` and ``{…}`` after a LaTeX command end, if they do."""
    position = start
    while position < len(text) and text[position] in "[{":
        end = _closing(text, position)
        if end is None:
            break
        position = end
    return position


def _closing(text: str, start: int) -> int | None:
    opening, closing = ("[", "]") if text[start] == "[" else ("{", "}")
    depth = 0
    for position in range(start, min(len(text), start + 2000)):
        depth += (text[position] == opening) - (text[position] == closing)
        if depth == 0:
            return position + 1
    return None


def _name(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _text_of(path: str, namespace: Mapping[str, Any]) -> str:
    value = _lookup(path, namespace)
    try:
        return describe(value)
    except Exception as error:  # the value's own repr may raise anything
        raise MagicError(
            _("“{path}” can't be shown as text: {reason}.").format(path=path, reason=error),
            _("Put what you want to ask about into a string and name that."),
        ) from error


def _lookup(path: str, namespace: Mapping[str, Any]) -> Any:
    name = _name(path)
    literal = _("Define it first, or write {braces} if you mean the braces themselves.").format(
        braces="{{" + path + "}}"
    )
    if name not in namespace:
        raise MagicError(_("There is no variable “{name}”.").format(name=name), literal)
    value = namespace[name]
    for step in _STEPS.findall(path[len(name) :]):
        try:
            value = _take(value, step)
        except Exception as error:  # a property or __getitem__ may raise anything
            raise MagicError(
                _("“{path}” can't be read: {reason}.").format(path=path, reason=_reason(error)),
                literal,
            ) from error
    return value


def _take(value: Any, step: str) -> Any:
    return getattr(value, step[1:]) if step[0] == "." else value[ast.literal_eval(step[1:-1])]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__} {error}"
