"""What a model may say of a figure, true and false: true statements must never be called contradictions.

Written without a look at what the checker makes of them; the figures are those of ``whole_asked``.
"""

from __future__ import annotations

from typing import Any

from tests.bench.figures.whole_asked import ASKED

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
        "Over the first 6 hours the maximum of Pump A is 44.99 bar.",
        "Pump B never falls below 40 bar.",
    ),
    "flared": (
        "The maximum is 345 thousand m³, in December 2021.",
        "Excluding December 2021, the maximum is 340 thousand m³.",
        "The maximum of 2022 is 340 thousand m³.",
        "The mean of the last three months is 306.33 thousand m³.",
        "The maximum dropped by 5 thousand m³ from 2021 to 2022.",
        "The sum over 2021 is 3,595 thousand m³, which is 47 more than in 2022 (3,548).",
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


def measure() -> dict[str, Any]:
    """What the checker says to each statement."""
    import matplotlib.pyplot as plt

    from rusoil_jupyter.figures.words import verify
    from rusoil_jupyter_kernel.figures import recording
    from rusoil_jupyter_kernel.figures.mpl import read

    recording.start()
    called: list[str] = []
    missed: list[str] = []
    for asked in ASKED:
        reading = read(asked.draw())
        called += [said for said in TRUE[asked.name] if verify(said, reading)]
        missed += [said for said in FALSE[asked.name] if not verify(said, reading)]
        plt.close("all")
    return {"true": sum(map(len, TRUE.values())), "false": sum(map(len, FALSE.values()))} | {
        "called": called,
        "missed": missed,
    }


def report(result: dict[str, Any]) -> str:
    """The counts, and what was misjudged."""
    lines = [
        f"{result['true']} true statements: {len(result['called'])} called contradictions (goal 0); "
        f"{result['false']} false ones: {result['false'] - len(result['missed'])} found"
    ]
    lines += [f"  true, but called a contradiction: {said}" for said in result["called"]]
    lines += [f"  false, not found: {said}" for said in result["missed"]]
    return "\n".join(lines)
