"""Words for all the time that a figure shows, or for what each of its marks is: they leave nothing out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import dates, lexicon, numbers
from rusoil_jupyter.figures.words.grammar.places import is_step, shows

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

_PERIODS = ("day", "week", "month", "quarter", "half-year", "year")
_COUNT = r"(?:(?P<count>\d+|[^\W\d_]+)\s+)?"
_BEHIND = (
    rf"(?!\s*(?:\d|(?:{dates.MONTH}|i{{1,3}}|iv|до|после|before|after|with|when|where)(?!\w)|с\s|когда|где))"
)
_OVER = re.compile(
    r"(?<!\w)(?:(?:за|в течение|на протяжении)\s+(?:(?:вс\w{1,2}|весь|цел\w{2}|эт\w{1,2})\s+)*"
    r"|в\s+(?=году)"
    r"|(?:over|during|throughout|for|in|across)\s+(?:(?:all|the|these|this|of|whole|entire|full)\s+)+)"
    rf"{_COUNT}(?P<word>[^\W\d_]+(?:-[^\W\d_]+)?){_BEHIND}(?!\w)"
)
_OVER_YEAR = re.compile(r"(?<!\w)over\s+(?P<year>(?:19|20)\d\d)(?![\w.,]*\d)")  # a level, or all the year
_EACH = re.compile(rf"(?<!\w)(?:за|в|на|per|a|an|each|every)\s+(?P<word>[^\W\d_]+){_BEHIND}(?!\w)")
_TAKEN = ("mean", "median", "maximum", "minimum", "never")


def without_spans(text: str, scene: Scene) -> str:
    """A plain text without "over the year" where the figure shows one, and without "a month" of what each
    month has, where a mean or an extreme of them is asked."""
    lines = scene.lines

    def over(match: re.Match[str]) -> str:
        count = _counted(match["count"])
        period = _period_of(match["word"])
        shown = period and count and all(shows(line, count, period) for line in lines)
        return " whole " if shown else match[0]

    def of_year(match: re.Match[str]) -> str:
        year = match["year"]
        held = all(line.span[0] and line.span[0][:4] <= year <= line.span[1][:4] for line in lines)
        return f"in {year}" if held and not any(_reaches(line, float(year)) for line in lines) else match[0]

    def each(match: re.Match[str]) -> str:
        period = _period_of(match["word"])
        return " " if period and all(is_step(line, period) for line in lines) else match[0]

    text = _OVER_YEAR.sub(of_year, _OVER.sub(over, text))
    return (
        _EACH.sub(each, text) if any(lexicon.pattern(one, "grammar").search(text) for one in _TAKEN) else text
    )


def _reaches(line: Line, level: float) -> bool:
    """Whether a number may be one of a series' values."""
    column = "y" if line.series.along == "x" else "x"
    stats = line.series.stats.get(column)
    known = (stats.max,) if stats is not None else line.series.values.get(column, ())
    return any(isinstance(one, int | float) and one >= level / 2 for one in known)


def _counted(word: str | None) -> int:
    """How many; 0 for no number."""
    if not word:
        return 1
    return int(word) if word.isdigit() else numbers.cardinal_of(word)


def _period_of(word: str) -> str:
    return next((one for one in _PERIODS if lexicon.pattern(one, "grammar").fullmatch(word)), "")
