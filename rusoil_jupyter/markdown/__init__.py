"""One way to show words: what a model, a file or a figure says is text, and commands no page and no terminal.

:func:`render` makes the HTML of an answer, :func:`safe_markdown` markdown that any renderer shows alike,
:func:`blocks` is its code; :func:`text` is HTML and :func:`literal` markdown of words that are no markdown,
:func:`plain` their letters for a terminal. The panel has the same renderer in TypeScript
(``labextension/src/markdown``); ``tests/words`` holds them equal.
"""

from rusoil_jupyter.letters import plain, text
from rusoil_jupyter.markdown.page import render
from rusoil_jupyter.markdown.parser import Block, blocks
from rusoil_jupyter.markdown.source import fenced, literal, parts, safe_markdown

__all__ = ["Block", "blocks", "fenced", "literal", "parts", "plain", "render", "safe_markdown", "text"]
