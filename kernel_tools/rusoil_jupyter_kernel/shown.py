"""What a cell shows: HTML for a page, and the same letters for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rusoil_jupyter import letters


@dataclass(frozen=True)
class Shown:
    """One thing in two forms. Words of others are text in both; only an answer is letters."""

    html: str
    plain: str

    def bundle(self) -> dict[str, str]:
        """The output of a cell."""
        return {"text/html": letters.page(self.html), "text/plain": letters.plain(self.plain)}


def answer(source: str, plain: str | None = None) -> Shown:
    """What a model said, as markdown."""
    from rusoil_jupyter.markdown import render  # its parser waits for the first answer

    return Shown(render(source), source if plain is None else plain)


def words(text: str) -> Shown:
    """A paragraph of words, its lines kept."""
    return Shown(letters.lines(text), text)


def remark(text: str) -> Shown:
    """Words beside an answer: its badge, what happens, why it ends."""
    return Shown(f"<p><em>{letters.text(text)}</em></p>\n", text)


def notice(text: str) -> Shown:
    """A warning above an answer, on one line."""
    line = letters.one_line(text)
    return Shown(f"<blockquote>\n{remark(line).html}</blockquote>\n", line)


def code(text: str) -> Shown:
    """Lines as they stand."""
    return Shown(f"<pre><code>{letters.text(text)}\n</code></pre>\n", text)


def listed(items: Iterable[tuple[str, str]]) -> Shown:
    """A list: a name each, and what is said about it."""
    pairs = [(letters.one_line(name), letters.one_line(about)) for name, about in items]
    html = "".join(
        f"<li><code>{letters.text(name)}</code>{letters.text(f': {about}' if about else '')}</li>\n"
        for name, about in pairs
    )
    plain = "\n".join(f"- {name}: {about}" if about else f"- {name}" for name, about in pairs)
    return Shown(f"<ul>\n{html}</ul>\n", plain)


def stacked(parts: Iterable[Shown]) -> Shown:
    """One below the other."""
    kept = [part for part in parts if part.plain or part.html]
    plain = "\n\n".join(part.plain for part in kept if part.plain)
    return Shown("".join(part.html for part in kept), plain)
