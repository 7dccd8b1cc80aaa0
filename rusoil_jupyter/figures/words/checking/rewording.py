"""Phrases that are read wrong in pieces, in other words that say the same."""

from __future__ import annotations

import re

_NUMERAL = r"(?:двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти|двенадцати|\d+)"
_NTH = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)"
_MONTHS = r"(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)(?:я|а)"
_LEFT_OUT = (
    r"(?:left\s+out|excluded|removed|ignored|disregarded|omitted|set\s+aside|taken\s+out"
    r"|not\s+(?:counted|considered|included))"
)
_REWRITTEN = (
    (
        re.compile(
            r"(?<!\w)of\s+(?:the\s+)?(?:whole\s+|entire\s+)?(?:record|series|dataset|data\s?set|data)(?=\s)"
        ),
        "",
    ),
    (re.compile(r"(?<!\w)(minimum|maximum)\s+of(?!\w)"), r"\1"),
    (re.compile(r"(?<=\d)-(?:fold|кратн\w+)(?!\w)"), " times"),
    (re.compile(rf"(?<!\w)в\s+({_NUMERAL}(?:\s*-\s*{_NUMERAL})?(?:[.,]\d+)?\s+раза?)(?!\w)"), r" … \1"),
    (re.compile(r"(?<!\w)(?:is|are|was|were|has|have|had|be|been|being)\s+not(?!\w)"), " not"),
    (re.compile(r"(?<=\d)\s*(?:-)\s*(?:го|му|ми|ти|й|я|м|е|х)(?!\w)"), ""),
    (re.compile(r"(?<!\w)((?:суммарн|общ)\w{2})\s+мощност\w+"), r"\1"),
    (re.compile(r"(?<!\w)единиц[уы](?=\W*$)"), "1"),
    (
        re.compile(
            r"(?<!\w)(the\s+[a-z-]+)\s+ones?(?=\s+(?:is|was|are|were|has|had|at|in|by|reads|reached)\b|\W*$)"
        ),
        r"\1",
    ),
    (
        re.compile(
            r"(?<=second|.third|fourth|.fifth)-(?=(?:best|largest|highest|lowest|smallest|biggest|worst))"
        ),
        " ",
    ),
    # signs and symbols
    (re.compile(r"(?<![\w\d]\s)(?<!\w)(?:плюс|plus)\s+(?=\d)"), ""),
    (re.compile(r"(?<!\d\s)(?<!\w)(?:минус|minus)\s+(?=\d)"), "-"),
    (re.compile(r"(?<!\w)(при|at|for|when)\s+[a-zа-я]\s*=\s*(?=-?\d)"), r"\1 "),
    # from a day to a day of one month
    (
        re.compile(rf"(?<!\w)с\s+(\d{{1,2}})\s+(?:на|по)\s+(\d{{1,2}})\s+({_MONTHS})(?!\w)"),
        r"с \1 \3 по \2 \3",
    ),
    # all but some
    (re.compile(rf"(?<!\w)if\s+(\S.{{0,40}}?\S)\s+(?:is|are|was|were)\s+{_LEFT_OUT}(?!\w)"), r"excluding \1"),
    # against what something rose or fell
    (re.compile(r"(?<=%)\s+on\s+(?=(?:the\s+)?\w)"), " than "),
    (
        re.compile(r"(?<=%)\s+(?:over|from)\s+(?=(?:19|20)\d\d(?!\d)(?!\s+(?:to|through|until|till)))"),
        " than ",
    ),
    (re.compile(r"(?<=%)\s+к\s+(?=(?:уровню\s+)?(?:19|20)\d\d(?!\d))"), " относительно "),
    (
        re.compile(r"(?<!\w)(?:с\s+)?(?:больш(?:им|ей|ую)|более\s+высок(?:им|ой|ую|ий|ая))(?=\s+\w+\s*$)"),
        "больше",
    ),
    (
        re.compile(r"(?<!\w)(?:с\s+)?(?:меньш(?:им|ей|ую)|более\s+низк(?:им|ой|ую|ий|ая))(?=\s+\w+\s*$)"),
        "меньше",
    ),
    # places in an order
    (
        re.compile(
            rf"(?<!\w)(?:comes?|came|is|was|sits|stands|ranks|finished)\s+in\s+({_NTH})\s+place(?!\w)"
        ),
        r"ranks \1",
    ),
    # levels that are passed, or not
    (
        re.compile(
            r"(?<!\w)отметк\w\s+(?:в\s+)?(\d[\d.,]*\s*\S+)\s+не\s+(?:преодол|достиг|перешл|превы|перешагн)\w+"
        ),
        r"ниже \1",
    ),
    (
        re.compile(r"(?<!\w)отметк\w\s+(?:в\s+)?(\d[\d.,]*\s*\S+)\s+(?:преодол|перешл|превы|перешагн)\w+"),
        r"выше \1",
    ),
    (re.compile(r"(?<!\w)не\s+(?:достиг\w*|дотя\w+\s+до|дош\w+\s+до)\s+(?=\d)"), "ниже "),
    (
        re.compile(
            r"(?<!\w)(?:(?:do|does|did)\s+not|don't|doesn't|didn't|fail(?:s|ed)?\s+to)\s+(?:reach|attain|hit|make\s+it\s+to)\s+(?=\d)"
        ),
        "below ",
    ),
    # plans that are exceeded, or missed
    (re.compile(r"(?<!\w)перевыполн\w+\s+план\s+на\s+(?=\d)"), "выше плана на "),
    (re.compile(r"(?<!\w)недовыполн\w+\s+план\s+на\s+(?=\d)"), "ниже плана на "),
    (
        re.compile(
            r"(?<!\w)(?:отметка|уровень|порог|граница|планка)\s+(?:в\s+)?(\d[\d.,]*\s*\S+)\s+(?:(?:был|была)\s+)?(?:превышен|преодолен|пройден)\w*"
        ),
        r"выше \1",
    ),
    (re.compile(r"(?<!\w)план\s+(?:был\s+)?(?:превышен|перевыполнен)\w*"), "выше плана"),
    (re.compile(r"(?<!\w)план\s+(?:был\s+)?(?:не\s+выполнен|недовыполнен)\w*"), "ниже плана"),
    # points of per cent
    (
        re.compile(
            r"(?<!\w)(by|loses?|lost|gains?|gained|drops?|dropped|fell|rose|climbed|added|shed)\s+(\d[\d.]*)\s+points?(?!\w)"
        ),
        r"\1 \2 percentage points",
    ),
    (
        re.compile(
            r"(?<=\d)\s+(?:points?|pts)(?=\s+(?:higher|lower|more|less|above|below|than|ahead|behind|up|down)\b)"
        ),
        " percentage points",
    ),
    (re.compile(r"(?<=\d\.\d)\s+(?:points?|pts)(?!\w)"), " percentage points"),
    # what only begins is so
    (
        re.compile(
            r"(?<!\w)(?<!the\s)(?<!very\s)(?<!from\s)(?:starts?|started|starting|begins?|began|beginning)\s+to\s+(?=[a-z])"
        ),
        "",
    ),
)


def reworded(text: str) -> str:
    """A plain text with such phrases in other words."""
    for found, said in _REWRITTEN:
        text = found.sub(said, text)
    return text
