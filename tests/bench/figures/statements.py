"""What a model may say of a figure, true and false: true statements must never be called contradictions.

Two sets, both without a look at what the checker makes of them: ``statements.toml`` with figures of its own,
and the statements here about the figures of ``whole_asked``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.figures.drawn import figure_of, reading_of
from tests.bench.figures.whole_asked import ASKED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rusoil_jupyter.figures.reading import Reading

WRITTEN = Path(__file__).with_name("statements.toml")
CASES = (
    "statements.toml, by somebody who had not read the code; the set “whole_asked” was written beside the "
    "guard of every word; numbers computed from the arrays that are drawn"
)
TRUE: dict[str, tuple[str, ...]] = {
    "costs": (
        "Максимальные затраты — 63 млн руб., на Центральном месторождении.",
        "Без Центрального максимальные затраты составляют 42 млн руб.",
        "Среднее затрат всех месторождений, кроме Центрального, равно 24,25 млн руб.",
        "Затраты Восточного на 23,5 млн руб. больше, чем Западного.",
        "Сумма затрат равна 160 млн руб.",
        "Если затраты Лесного вырастут на 10 %, они составят 29,7 млн руб.",
    ),
    "pumps": (
        "Pump A starts at 40 bar.",
        "The maximum of Pump B without the first hour is 59.29 bar.",
        "In psi, the first value of Pump A is 580.2.",
        "Over the first 6 hours the maximum of Pump A is 44.73 bar.",
        "Pump B never falls below 40 bar.",
    ),
    "flared": (
        "The maximum is 345 thousand m³, in December 2021.",
        "Excluding December 2021, the maximum is 340 thousand m³.",
        "The maximum of 2022 is 340 thousand m³.",
        "The mean of the last three months is 306.33 thousand m³.",
        "The maximum dropped by 5 thousand m³ from 2021 to 2022.",
        "The sum over 2021 is 3,595 thousand m³, which is 145 more than in 2022 (3,450).",
    ),
    "viscosity": (
        "При 40 °C вязкость равна 22,4 мПа·с.",
        "Максимальная вязкость — 0,086 Па·с.",
        "Вязкость при 10 °C в 13,4 раза больше, чем при 80 °C.",
        "Если не считать 10 °C, максимальная вязкость равна 52 мПа·с.",
        "Средняя вязкость от 30 до 60 °C составляет 20,675 мПа·с.",
        "Минимальная вязкость не меньше 6 мПа·с.",
    ),
    "drilled": (
        "Rig 5 drilled 2,600 m in Q4.",
        "The total of Rig 5 without Q4 is 6,450 m.",
        "Together both rigs drilled 4,850 m in Q4.",
        "В среднем Rig 7 бурил 2100 м в квартал.",
        "Сумма Rig 7, не считая Q1, составила 6600 м.",
    ),
    "gamma": (
        "The mean of GR above the depth of 5020 ft is 93.9 API or less.",
        "A shale cutoff of 75 API is a usual choice.",
        "Максимум GR равен 101,9 API.",
    ),
}
FALSE: dict[str, tuple[str, ...]] = {
    "costs": (
        "Максимальные затраты — 68 млн руб.",
        "Среднее затрат равно 40 млн руб.",
        "Сумма затрат равна 260 млн руб.",
        "Затраты Лесного составляют 35 млн руб.",
        "Минимум затрат равен 18,5 млн руб.",
        "Медиана затрат составляет 30 млн руб.",
    ),
    "pumps": (
        "The maximum of Pump A is 60 bar.",
        "The minimum of Pump B is 30 bar.",
        "The mean of Pump A is 52 bar.",
        "At 0 h the pressure of Pump A is 45 bar.",
        "The last value of Pump B is 50 bar.",
    ),
    "flared": (
        "The maximum is 400 thousand m³.",
        "The minimum is 200 thousand m³.",
        "In March 2021 it was 300 thousand m³.",
        "The mean is 350 thousand m³.",
        "Максимум равен 320 тыс. м³.",
        "Минимум составляет 220 тыс. м³.",
    ),
    "viscosity": (
        "При 40 °C вязкость равна 30 мПа·с.",
        "Максимальная вязкость — 96 мПа·с.",
        "Минимальная вязкость составляет 8 мПа·с.",
        "Средняя вязкость равна 20 мПа·с.",
        "Медиана вязкости равна 25 мПа·с.",
        "На графике 12 точек.",
    ),
    "drilled": (
        "Rig 5 drilled 2,100 m in Q4.",
        "The total of Rig 5 is 8,050 m.",
        "The maximum of Rig 7 is 2,600 m.",
        "Rig 7 пробурил 1900 м в Q1.",
    ),
    "gamma": (
        "The maximum of GR is 120 API.",
        "Минимум GR равен 10 API.",
        "The mean of GR is 80 API.",
    ),
}


class Statement(NamedTuple):
    """A sentence about a figure, and whether it is true."""

    cases: str
    figure: str
    text: str
    true: bool
    language: str


def measure() -> list[dict[str, Any]]:
    """What the checker says to each statement."""
    from rusoil_jupyter.figures.words import verify

    rows = []
    for reading, said in statements():
        called = verify(said.text, reading)
        verdict = ("called" if called else "let through") if said.true else ("found" if called else "missed")
        rows.append(said._asdict() | {"verdict": verdict, "said": " ".join(called)})
    return rows


def statements() -> Iterator[tuple[Reading, Statement]]:
    """Every statement with a reading of its figure."""
    yield from _written()
    yield from _about_whole()


def _written() -> Iterator[tuple[Reading, Statement]]:
    given = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))
    readings = {one["id"]: _read(partial(figure_of, one["code"])) for one in given["figure"]}
    for one in given["statement"]:
        said = Statement(WRITTEN.stem, one["figure"], one["text"], one["true"], one["language"])
        yield readings[one["figure"]], said


def _about_whole() -> Iterator[tuple[Reading, Statement]]:
    for asked in ASKED:
        reading = _read(asked.draw)
        for true, texts in ((True, TRUE[asked.name]), (False, FALSE[asked.name])):
            for text in texts:
                language = "ru" if re.search("[а-я]", text) else "en"
                yield reading, Statement("whole_asked", asked.name, text, true, language)


def _read(draw: Callable[[], Any]) -> Reading:
    reading = reading_of(draw)
    assert reading is not None
    return reading


def report(rows: list[dict[str, Any]]) -> str:
    """True statements called contradictions first, false ones found second; then each misjudged one."""
    lines = [
        _line(cases, language, [row for row in rows if row["cases"] == cases and language in row["language"]])
        for cases in dict.fromkeys(row["cases"] for row in rows)
        for language in ("en", "ru", "")
    ]
    for verdict, told in (("called", "true, but called a contradiction"), ("missed", "false, not found")):
        lines += [f"  {told}: {row['text']} {row['said']}" for row in rows if row["verdict"] == verdict]
    return "\n".join(lines)


def _line(cases: str, language: str, rows: list[dict[str, Any]]) -> str:
    counts = Counter(row["verdict"] for row in rows)
    true, false = counts["called"] + counts["let through"], counts["found"] + counts["missed"]
    return (
        f"{cases}, {language or 'both languages'}: {counts['called']} of {true} true statements called "
        f"contradictions (goal 0), {counts['found']} of {false} false ones found (goal 90 %)"
    )
