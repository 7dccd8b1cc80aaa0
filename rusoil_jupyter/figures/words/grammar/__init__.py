"""A question as a whole: items, phrases, parts, and the query that they make; or why they make none.

Every word that says something is taken by a part, and every part by the query: what is left makes the
question not
understood. Nothing here knows a question; ``lexicon/grammar_en.toml`` and ``grammar_ru.toml`` have the words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar.absence import absent_of, absent_quantity
from rusoil_jupyter.figures.words.grammar.composing import composed
from rusoil_jupyter.figures.words.grammar.flow import asked_of_diagram
from rusoil_jupyter.figures.words.grammar.items import items_of
from rusoil_jupyter.figures.words.grammar.names import is_soft
from rusoil_jupyter.figures.words.grammar.outcome import (
    Absent,
    AbsentError,
    NotUnderstoodError,
    OpenError,
    Understood,
)
from rusoil_jupyter.figures.words.grammar.panels import panels_of
from rusoil_jupyter.figures.words.grammar.parts import Part, Spots, Unknown, of
from rusoil_jupyter.figures.words.grammar.phrases import parts_of
from rusoil_jupyter.figures.words.grammar.scene import Scene
from rusoil_jupyter.figures.words.grammar.selections import Frame
from rusoil_jupyter.figures.words.grammar.writing import written
from rusoil_jupyter.figures.words.stems import WORD, plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import FigureDescription
    from rusoil_jupyter.figures.values.queries import Query
    from rusoil_jupyter.figures.words.grammar.item import Item

__all__ = ["Absent", "Understood", "understood"]
MOST_CANDIDATES = 4
MOST_CHARS = 2000  # of a question; of a longer one the beginning is read


def understood(question: str, description: FigureDescription) -> Understood:
    """What a question in Russian or English asks of a figure, all of it; or what of it is not understood.

    Args:
        question: as it was asked.
        description: of the figure: its texts are compared, never followed.
    """
    question = question[:MOST_CHARS]
    text, panels = panels_of(plain(question), description)
    scene = Scene(description, panels)
    if _asks_for_everything(text):
        return Understood(q.Everything(panel=scene.named_panel))
    if description.diagram is not None:
        return asked_of_diagram(text, description.diagram)
    items = items_of(text, " ".join(question.split()), scene)
    return _of_numbers(items, question, scene) if scene.is_readable else _of_words(items, question, scene)


def _of_numbers(items: list[Item], question: str, scene: Scene) -> Understood:
    parts = parts_of(items)
    absent = absent_of(parts, scene)
    if absent is not None:
        return Understood(absent=absent)
    try:
        return Understood(composed(parts, scene))
    except AbsentError as error:
        return Understood(absent=error.absent)
    except OpenError as error:
        return Understood(left=_left(error, question), candidates=_of_each_year(parts, error.years, scene))
    except ValidationError:  # more than a query may hold: "the 5,000 largest"
        return Understood(left=tuple(item.text for item in items if item.number is not None))
    except NotUnderstoodError as error:
        quantity = absent_quantity([part.item.text for part in of(parts, Unknown)], scene)
        return Understood(left=() if quantity else _left(error, question), absent=quantity)


def _of_words(items: list[Item], question: str, scene: Scene) -> Understood:
    """Of a figure whose numbers are not known: what is written on it."""
    frame = Frame(scene, parts_of(items))
    try:
        made = written(frame)
        frame.ends()
    except NotUnderstoodError as error:
        return Understood(left=_left(error, question))
    return Understood(made)


def _asks_for_everything(text: str) -> bool:
    """Whether a figure is to be described, and nothing else is said."""
    asked = lexicon.pattern("describe").search(text)
    if asked is None:
        return False
    rest = WORD.findall(f"{text[: asked.start()]} {text[asked.end() :]}")
    return all(is_soft(word) or lexicon.pattern("asks", "flow").fullmatch(word) for word in rest)


def _left(error: NotUnderstoodError, question: str) -> tuple[str, ...]:
    """What is not understood, in the words of the question."""
    return tuple(_as_asked(word, question) for word in error.words)


def _as_asked(words: str, question: str) -> str:
    """Words of a plain text with the capitals of the question."""
    at = question.casefold().find(words)
    return question[at : at + len(words)] if at >= 0 else words


def _of_each_year(parts: list[Part], years: tuple[int, ...], scene: Scene) -> tuple[Query, ...]:
    """The readings of a time that several years have, one for each."""
    found: list[Query] = []
    for year in years[:MOST_CANDIDATES]:
        try:
            found.append(composed([_in_year(part, year) for part in parts], scene))
        except (NotUnderstoodError, AbsentError):
            continue
    return tuple(found)


def _in_year(part: Part, year: int) -> Part:
    if not isinstance(part, Spots):
        return part
    items = (
        replace(item, when=replace(item.when, year=item.when.year or year)) if item.when is not None else item
        for item in part.items
    )
    return Spots(tuple(items))
