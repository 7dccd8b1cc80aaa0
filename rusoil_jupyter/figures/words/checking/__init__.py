"""What a text says about a figure, checked: a statement is a question with its answer given.

``clauses`` cuts a text, ``rewording`` and ``lexis`` take the words of telling out of a clause, the grammar
of questions reads the rest, ``elements`` joins numbers with their hedges, ``repeating`` and ``turning``
leave one way to say a thing. What is claimed of it (``extremes``, ``orders``, ``comparisons``, ``courses``,
``conditions``, ``meetings``, ``values``) leaves a question; the figure's answer to that is compared in
``quantities``.

A clause may be read in several ways. It is a contradiction where there is one, and the figure refutes all of
them: so what is not understood whole, and what is true in any reading, is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.checking.clauses import sentences_of
from rusoil_jupyter.figures.words.checking.scenes import Scenes
from rusoil_jupyter.figures.words.checking.sentences import Sentence
from rusoil_jupyter.figures.words.forms import in_language, language_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.reading import Reading

__all__ = ["verify"]

_MOST_CHARS = 20_000
_MOST_SENTENCES = 200


def verify(text: str, reading: Reading) -> tuple[str, ...]:
    """The contradictions between a text and a figure, each a sentence in the text's language.

    What is not understood whole is not judged; nor are cited words and instructions.

    Args:
        text: an answer, of a model for instance.
        reading: the figure it is about.
    """
    language = language_of(text)

    def contradictions() -> Iterator[str]:
        scenes = Scenes(reading)
        known: dict[str, tuple[str, ...]] = {}
        for sentence in sentences_of(text[:_MOST_CHARS])[:_MOST_SENTENCES]:
            if sentence not in known:
                known[sentence] = Sentence(sentence, scenes, language).contradictions()
            yield from known[sentence]

    return in_language(language, lambda: tuple(dict.fromkeys(contradictions())))
