"""Verbs and adverbs that no lexicon has: what happened is told by the number behind them, not by them.

Only by their endings, and only where they can't be anything else: in front of a name a participle chooses
("treated wells"), with "by" or "to" a verb may be a movement, and what was planned or missed was not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.checking.lexis import idea_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.words.grammar.item import Item

_VERB = re.compile(
    r"[a-z]{3,}ed|[a-z]{4,}ly"
    r"|[а-я]{2,}[аеиоуыяю](?:л|ла|ло|ли|лась|лось|лись|лся)|[а-я]{3,}(?:ет|ют|ит|ят|ут|ат)ся|[а-я]{3,}(?:ает|яет|ует|ают|яют|уют)"
    r"|[а-я]{3,}(?:ано|ено|яно)|[а-я]{4,}(?:но|мо)"
)
_COMPARED = re.compile(r"больше|меньше|выше|ниже|more|less|fewer|higher|lower")
_FINITE = re.compile(r"[а-я]{2,}[аеиоуыяю](?:л|ла|ло|ли|лась|лось|лись|лся)")
_THIRD_PERSON = re.compile(r"[a-z]{3,}[^s\W\d]s")
_NOT_SO = re.compile(
    r"expect|plan|project|budget|target|weight|adjust|correct|normali|treat|forecast|predict|estimat|aim|intend|suppos|alleg"
    r"|fail|stop|ceas|miss|lack|avoid|refus|need|hard|bare|scarce|most|part|possib|potential|previous|former|original|ear"
    r"|separat|individual|hypothe|nominal|norm|usual|typical|month|year|dai|week|hour|quarter|cumul|accumul|combin|limit|restrict"
    r"|exclud|includ|without|unless|ожида|планир|прогноз|предпола|могл|могут|долж|хоте|обеща|предска|намер|переста|прекрат|останов|отказ"
    r"|избеж|недо|обычн|возможн|условн|раздельн|отдельн|частичн|зерно|волокно|материал|сигнал|канал|персонал|шкал|начал|капитал"
    r"|филиал|потенциал|минерал|журнал|терминал|ожидаем|давно|исключ|считa|счита|учит|накоп|вдвое|никогда|равно"
)
_MOVING = frozenset(
    [
        "by",
        "to",
        "from",
        "into",
        "away",
        "up",
        "down",
        "behind",
        "off",
        "out",
        "below",
        "above",
        "over",
        "под",
        "на",
        "до",
        "с",
        "со",
        "от",
        "за",
        "выше",
        "ниже",
    ]
)


def without_predicates(items: Sequence[Item]) -> list[Item]:
    """The items without verbs and adverbs that are not known."""
    return [one for row, one in enumerate(items) if one.known or not _is_predicate(items, row)]


def is_not_so(word: str) -> bool:
    """Whether a word says that something was only planned, missed, adjusted: it can't be left out."""
    return _NOT_SO.match(word) is not None


def _is_predicate(items: Sequence[Item], row: int) -> bool:
    word = items[row].text
    behind = list(items[row + 1 :])
    moves = (
        bool(behind)
        and behind[0].text in _MOVING
        and not any(_COMPARED.fullmatch(one.text) for one in behind)
    )
    if is_not_so(word) or moves:
        return False
    if not (_VERB.fullmatch(word) or (_THIRD_PERSON.fullmatch(word) and _follows_name(items, row))):
        return False
    following = next((one for one in behind if not one.soft), None)
    if following is not None and _FINITE.fullmatch(word) and not word.endswith("ли"):
        return True  # no participle: it chooses no name
    return following is None or (
        (following.known or idea_of(following.text) != "") and not following.names and not following.classes
    )


def _follows_name(items: Sequence[Item], row: int) -> bool:
    return row > 0 and any(called.role != "axis" for called in items[row - 1].names)
