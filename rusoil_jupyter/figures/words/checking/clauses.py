"""A text cut into sentences, and a sentence into the pieces that a clause may be made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\W_a-zа-я]|[«“\"\d~≈])|\n+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:approx|ca|vs|no|fig|e\.g|i\.e|тыс|млн|млрд|руб|скв|см|рис|т\.е|г|гг|сут|мес|кв|ед|барр|долл))\.$",
    re.I,
)
_EMPHASIS = re.compile(r"\*\*|__|`|(?<![\w*])\*(?=\S)|(?<=[^\s*])\*(?![\w*])")
_BULLET = re.compile(r"^\s*(?:[-*•>#]+|\d{1,2}[.)])\s+", re.MULTILINE)
_CITED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_BRACKETS = re.compile(r"(?<!/)\(([^()]*)\)")
_ASIDE = re.compile(
    r"=|^\s*(?:at|by|on|for|при|на|в|во|за|у|к)\s"
    r"|^\s*\d+\s+(?:points?|bars?|cells?|marks?|boxes|bins?|values?|точ\w+|столб\w+|ячее?к\w*|яче\w+|знач\w+|интервал\w*)\s*$",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"(?P<comma>[,;:]\s+)|(?<![\d])\s+[–—-]\s+|\s+[–—-]\s+(?!\d)|(?<=[^\W\d]{4}\s\d)\s+[–—]\s+"
    r"|(?<!\bof)\s+(?=(?:and|but|while|whereas|which|и|а|но|тогда как|при этом|причем|а также)\s)"
)
_MOST = 7
_ORDINAL = (
    r"(?:first|second|third|fourth|last|перв\w{2,3}|втор\w{2,3}|трет\w{2,4}|четверт\w{2,3}|последн\w{2,3})"
)
_PERIOD = (
    r"(?:half(?:-year)?|quarter|week|month|year|day"
    r"|полугоди\w+|квартал\w*|недел\w+|месяц\w*|год\w*|половин\w+)"
)
_ELLIPSIS = re.compile(
    rf"(?<!\w){_ORDINAL}\s+(?P<noun>{_PERIOD})(?!\w).*?\s(?P<bare>{_ORDINAL})(?P<one>\s+ones?)?(?=\s*[.,;!]|\s*$)",
    re.IGNORECASE,
)


_INFERS = re.compile(
    r"[\s,;:]*(?:(?:and|but|а|и|но)\s+)?(?:so(?!\s+(?:that|far|much))|which\s+(?:means|makes)|meaning|hence|thus|therefore"
    r"|consequently|поэтому|значит|следовательно|стало\s+быть|то\s+есть|т\.\s?е\.|так\s+что|отсюда)(?!\w)",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"[\s,;:]*(?:(?:and|but|so|while|а|и|но)\s+)?(?:(?:together|along|combined|taken)\s+with"
    r"|(?:вместе|в\s+сумме|совместно|вкупе)\s+со?)(?!\w)",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"[\s,;:]*(?:(?:and|but|а|и|но)\s+)?(?:then|thereafter|afterwards?|after\s+(?:that|this|which)|since\s+then"
    r"|затем|потом|далее|дальше|впоследствии|после\s+(?:этого|чего|того)|с\s+тех\s+пор)(?!\w)",
    re.IGNORECASE,
)
_ALTOGETHER = re.compile(
    r"[\s,;:]*(?:(?:and|а|и)\s+)?(?:(?:both\s+)?together|вместе|в\s+сумме)(?!\w)", re.IGNORECASE
)
_FROM_ON = re.compile(r"\bfrom\s+((?:\S+\s+){1,3})on(?=\s*[,;.]|\s*$)", re.IGNORECASE)


def sentences_of(text: str) -> list[str]:
    """The sentences and lines of a text."""
    found: list[str] = []
    for piece in _SENTENCE.split(_EMPHASIS.sub("", _BULLET.sub("", text))):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return [one.strip(" \t*-•>#") for one in found if one.strip()]


def completed(sentence: str) -> str:
    """A sentence with what an ordinal at its end leaves unsaid: "the second half had more than the first"."""
    sentence = _FROM_ON.sub(r"since \1", sentence)
    match = _ELLIPSIS.search(sentence)
    if not match:
        return sentence
    return f"{sentence[: match.end('bare')]} {match['noun']}{sentence[match.end() :]}"


def is_cited(sentence: str) -> bool:
    """Whether a sentence cites more than a name: what is cited is not said."""
    return any(len(one[0].split()) > 3 for one in _CITED.finditer(sentence))


def without_cited(sentence: str, titles: list[str]) -> str:
    """A sentence without the titles that it cites: a number in one is no claim."""
    known = {plain(title) for title in titles if title}
    return _CITED.sub(lambda cited: " " if plain(cited[0][1:-1]) in known else cited[0], sentence)


def pieces_of(sentence: str) -> list[str]:
    """The pieces between commas, dashes and joints, in order; each but the first begins with its joint."""
    cuts = [0]
    for match in _JOINT.finditer(sentence):
        if not _is_within(sentence, match.start()):
            cuts.append(match.start() if match["comma"] else match.end())
    pieces = [sentence[start:end] for start, end in zip(cuts, [*cuts[1:], len(sentence)], strict=True)]
    pieces = [_bare(one) for one in pieces if re.search(r"\w", one)]
    while len(pieces) > _MOST:
        pieces[-2:] = [" ".join(pieces[-2:])]
    return pieces


def adds(piece: str) -> bool:
    """Whether a piece adds a name to those before it: "and together with B"."""
    return _ADDS.match(piece) is not None


def infers(piece: str) -> bool:
    """Whether a piece says what follows from those before it: "so B holds a fifth"."""
    return _INFERS.match(piece) is not None


def follows(piece: str) -> bool:
    """Whether a piece says what comes after that before it: "and then falls"."""
    return _THEN.match(piece) is not None


def is_apart(piece: str, before: Iterable[str]) -> bool:
    """Whether a piece is no part of the clause before it: "so B holds a fifth", «а вместе с B – 77 %»."""
    is_told = any(re.search(r"\d", one) for one in before)
    return infers(piece) or (is_told and (adds(piece) or _ALTOGETHER.match(piece) is not None))


def with_brackets(sentence: str, names: re.Pattern[str]) -> str:
    """A sentence with what is claimed in brackets as pieces of it: "the largest (412 t)"; a name stays there.

    What only says how many are drawn, or where on an axis, is left out: places may be rounded. Of several
    brackets it is not sure to what each belongs: all of them are left out.
    """

    def said(found: re.Match[str]) -> str:
        if names.fullmatch(plain(found[1])):
            return found[0]
        is_claim = re.search(r"\w", found[1]) and not _ASIDE.search(found[1])
        return f", {found[1].strip()}, " if is_claim else " "

    claims = [found for found in _BRACKETS.finditer(sentence) if said(found).startswith(",")]
    return (
        without_brackets(sentence, names)
        if len(claims) > 1
        else _BRACKETS.sub(said, sentence).replace(", .", ".")
    )


def without_brackets(sentence: str, names: re.Pattern[str]) -> str:
    """A sentence without what stands in brackets; a name of the figure there stays."""
    return _BRACKETS.sub(lambda found: found[0] if names.fullmatch(plain(found[1])) else " ", sentence)


def _is_within(sentence: str, at: int) -> bool:
    """Whether a joint stands between two ends: "between A and B", «от 5 до 7 и»."""
    return re.search(
        r"(?:\bbetween|\bboth|между|\bс|\bfrom)\s+(?:\S+\s+){0,4}\S*$", sentence[:at], re.I
    ) is not None and bool(re.match(r"\s+(?:and|и)\s", sentence[at:]))


def _bare(piece: str) -> str:
    return re.sub(r"^\s*[–—-]\s+|\s+[–—-]\s*$", " ", piece).strip(" .!…")
