"""Tokens as HTML: a fixed set of elements and attributes, and every other letter escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.renderer import RendererHTML

from rusoil_jupyter.letters import clean, escape, lines
from rusoil_jupyter.markdown.parser import OPTIONS, language, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_FORMULA = "rusoil-math tex2jax_process mathjax_process"


def render(source: str) -> str:
    """The HTML of a markdown source. It runs nothing, fetches nothing, and loses no word.

    It is to stand in an element that keeps typesetters away: :func:`rusoil_jupyter.letters.page`.
    """
    return clean(_RENDERER.render(parse(source), OPTIONS, {}))


class _Renderer(RendererHTML):
    """markdown-it's own, with our elements where it knows none."""

    def words(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """Plain text, line by line. In a cell or a heading the element is there already."""
        html = lines(tokens[index].content)
        return html if tokens[index].tag else html.removeprefix("<p>").removesuffix("</p>\n")

    def mathematics(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """A formula, or its source."""
        formula = tokens[index].info
        if formula:
            return f'<span class="{_FORMULA}">{escape(formula)}</span>'
        return f"<code>{escape(tokens[index].content)}</code>"

    def mathematics_block(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """A displayed formula, or its source."""
        formula = tokens[index].info
        if formula:
            return f'<div class="{_FORMULA}">{escape(formula)}</div>\n'
        return f"<pre><code>{escape(tokens[index].content)}\n</code></pre>\n"

    def fence(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """A block of code, its language as a class."""
        name = language(tokens[index])
        kind = f' class="language-{name}"' if name else ""
        return f"<pre><code{kind}>{escape(tokens[index].content)}</code></pre>\n"

    def th_open(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        """A cell; its side is a class."""
        token = tokens[index]
        side = str(token.attrs.get("style", "")).removeprefix("text-align:")
        return f'<{token.tag} class="rusoil-{side}">' if side else f"<{token.tag}>"

    td_open = th_open


_RENDERER = _Renderer()
