"""A model's words about a figure: true statements are let through, false ones are found."""

import random

import numpy as np
import pytest

from rusoil_jupyter.figures.values.description import Axis
from rusoil_jupyter.figures.words import verify
from tests.core.figures.query.charts import DATES, bars, chart, stamp
from tests.growth import growth

MONTHS_2023 = [stamp(2023, month, 1) for month in range(1, 13)]
OIL = [120, 118, 117, 111, 109, 104, 140, 136, 131, 127, 122, 119.0]
WATER = [30, 31, 33, 36, 38, 41, 40, 43, 47, 50, 52, 56.0]
RATES = chart(
    ("Oil", "line", {"x": MONTHS_2023, "y": OIL}),
    ("Water", "line", {"x": MONTHS_2023, "y": WATER}),
    x=DATES,
    y=Axis(label="Rate", unit="t/d"),
)
FIELDS = bars(["Arlan", "Tuymazy", "Shkapovo", "Manchar"], [64.0, 38.0, 22.0, 12.0], label="reserves")
SATURATION = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
CURVES = chart(
    ("krw", "line", {"x": SATURATION, "y": [0.0, 0.02, 0.06, 0.13, 0.24, 0.38]}),
    ("kro", "line", {"x": SATURATION, "y": [0.8, 0.52, 0.31, 0.15, 0.05, 0.0]}),
    x=Axis(label="Водонасыщенность"),
    y=Axis(label="Относительная проницаемость"),
)
WELL = chart(
    ("Давление", "line", {"x": [2000, 2100, 2200, 2300, 2400], "y": [20.0, 21.5, 23.0, 22.0, 24.8]}),
    x=Axis(label="Глубина", unit="м"),
    y=Axis(label="Давление", unit="МПа"),
)

MASTS = chart(
    ("Dust", "bar", {"x": np.arange(4), "y": [42.0, 95.0, 25.0, 44.0]}, {"label": ""}),
    x=Axis(label="Mast", kind="category", categories=("Gate", "Flare", "Village", "Port")),
    y=Axis(label="PM10", unit="µg/m³"),
)
BATH = chart(
    ("Reactor", "line", {"x": [0, 2, 4, 6, 8, 10], "y": [20.0, 31.0, 48.0, 63.0, 71.0, 66.0]}),
    ("Jacket", "line", {"x": [0, 2, 4, 6, 8, 10], "y": [20.0, 23.0, 30.0, 38.0, 45.0, 48.0]}),
    x=Axis(label="Time", unit="h"),
    y=Axis(label="Temperature", unit="°C"),
)
PLUGS = chart(
    ("Sand", "scatter", {"x": [14.0, 17.0, 21.0, 24.0], "y": [35.0, 88.0, 340.0, 610.0]}),
    ("Silt", "scatter", {"x": [8.0, 10.0, 13.0], "y": [1.2, 4.1, 9.5]}),
    x=Axis(label="Porosity", unit="%"),
    y=Axis(label="Permeability", unit="mD", scale="log"),
)
CREWS = chart(
    ("2022", "bar", {"x": np.arange(3), "y": [24.0, 85.0, 40.0]}),
    ("2023", "bar", {"x": np.arange(3), "y": [30.0, 78.0, 44.0]}),
    x=Axis(label="Отдел", kind="category", categories=("Геологи", "Буровики", "Механики")),
    y=Axis(label="Численность", unit="чел."),
)
PLANS = chart(
    ("План", "bar", {"x": np.arange(4), "y": [40.0, 75.0, 60.0, 20.0]}),
    ("Факт", "bar", {"x": np.arange(4), "y": [46.0, 69.0, 66.0, 25.0]}),
    x=Axis(label="Бригада", kind="category", categories=("Бригада А", "Бригада Б", "Бригада В", "Бригада Г")),
    y=Axis(label="Метраж", unit="м"),
)
SALES = chart(
    ("Sales", "bar", {"x": np.arange(3), "y": [250.0, 120.0, 40.0]}, {"label": ""}),
    x=Axis(label="Fuel", kind="category", categories=("Oil", "Gas", "Coal")),
    y=Axis(label="Sales, USD million"),
)
FLOOD = chart(
    ("Injectivity", "line", {"x": [4, 6, 8, 10, 12, 14], "y": [2.0, 11.0, 19.0, 26.0, 31.0, 30.0]}),
    x=Axis(label="Pressure", unit="MPa"),
    y=Axis(label="Injectivity", unit="m³/d"),
)
_YEARS = ("2021", "2022", "2023", "2024")
WELLS = chart(
    ("W-1", "bar", {"x": np.arange(4), "y": [12.0, 15.0, 9.0, 11.0]}),
    ("W-2", "bar", {"x": np.arange(4), "y": [20.0, 22.0, 18.0, 25.0]}),
    ("W-3", "bar", {"x": np.arange(4), "y": [7.0, 6.0, 8.0, 5.0]}),
    ("W-4", "bar", {"x": np.arange(4), "y": [30.0, 28.0, 31.0, 33.0]}),
    x=Axis(label="Year", kind="category", categories=_YEARS),
    y=Axis(label="Oil, kt"),
)

STATEMENTS = [
    # values, extremes and their places
    (RATES, "Oil peaked in July at 140 t/d.", True),
    (RATES, "Oil peaked in August at 140 t/d.", False),
    (RATES, "In March oil was 117 t/d, while water was 33 t/d.", True),
    (RATES, "In March oil was 117 t/d, while water was 53 t/d.", False),
    (RATES, "Oil reaches 200 t/d.", False),
    (RATES, "Без июля наибольший дебит нефти – 136 т/сут.".replace("нефти", "Oil"), True),
    (FIELDS, "Tuymazy is the largest.", False),
    (FIELDS, "Arlan is the largest with 64 t.", True),
    (FIELDS, "Shkapovo ranks third.", True),
    (FIELDS, "Shkapovo ranks second.", False),
    (WELL, "Максимальное давление, 24,8 МПа, отмечено на глубине 2400 м.", True),
    (WELL, "Максимальное давление отмечено на глубине 2200 м.", False),
    (WELL, "На глубине 2100 м давление равно 215 бар.", True),
    (WELL, "На глубине 2100 м давление равно 21,5 бар.", False),
    # statistics, sums, shares, exclusions
    (FIELDS, "Together the four fields hold 136 t.", True),
    (FIELDS, "Without Arlan the average is 24 t.", True),
    (FIELDS, "Without Arlan the average is 34 t.", False),
    (FIELDS, "Arlan accounts for about 47 % of the total.", True),
    (FIELDS, "Arlan accounts for two thirds of the total.", False),
    (RATES, "The mean oil rate is about 121 t/d.", True),
    (RATES, "The mean oil rate is about 140 t/d.", False),
    # comparisons
    (FIELDS, "Arlan has more than twice as much as Shkapovo.", True),
    (FIELDS, "Tuymazy has three times as much as Shkapovo.", False),
    (FIELDS, "Tuymazy has 16 t more than Shkapovo.", True),
    (FIELDS, "Manchar has more than Shkapovo.", False),
    (RATES, "В июле Oil почти в 3,5 раза больше Water.", True),
    (CURVES, "При водонасыщенности 0,6 kro больше krw.", False),
    (CURVES, "При водонасыщенности 0,3 kro больше krw.", True),
    # directions
    (RATES, "From January to June oil fell steadily, by 13 %.", True),
    (RATES, "From January to June oil fell by 30 %.", False),
    (RATES, "Water grew every month.", False),
    (RATES, "After July oil kept growing.", False),
    (CURVES, "С ростом водонасыщенности kro падает, а krw растёт.", True),
    (CURVES, "С ростом водонасыщенности kro увеличивается.", False),
    (CURVES, "krw растёт от 0 до 0,38.", True),
    (CURVES, "krw растёт от 0 до 0,8.", False),
    # conditions, counts, crossings, ranges
    (RATES, "Oil exceeded 130 t/d in three months.", True),
    (RATES, "Oil exceeded 130 t/d in five months.", False),
    (RATES, "Water stays below 60 t/d throughout the year.", True),
    (RATES, "Water never exceeds 50 t/d.", False),
    (FIELDS, "Half of the fields have more than 30 t.", True),
    (CURVES, "Кривые пересекаются при водонасыщенности около 0,51.", True),
    (CURVES, "Кривые пересекаются при водонасыщенности около 0,35.", False),
    (FIELDS, "Reserves range from 12 to 64 t.", True),
    (FIELDS, "Reserves range from 22 to 64 t.", False),
    # in other words than the figure's: units, quantities, names in brackets, adjectives
    (MASTS, "Факел (Flare) дал 95 мкг/м³.", True),
    (MASTS, "Факел (Flare) дал 75 мкг/м³.", False),
    (MASTS, "Port was dustier than Gate.", True),
    (MASTS, "Village was dustier than Gate.", False),
    (MASTS, "Средняя запылённость равна 51,5 мкг/м³.", True),
    (MASTS, "Средняя запылённость равна 61,5 мкг/м³.", False),
    (PLUGS, "The most permeable Sand plug has 610 mD.", True),
    (PLUGS, "The most permeable Sand plug has 510 mD.", False),
    (PLUGS, "Porosity of Silt ranges from 8 to 13 %.", True),
    (PLUGS, "Porosity of Silt ranges from 8 to 17 %.", False),
    (CREWS, "В 2023 году буровиков было 78.", True),
    (CREWS, "В 2023 году буровиков было 88.", False),
    (CREWS, "В 2022 году механиков было меньше, чем буровиков.", True),
    (CREWS, "В 2022 году механиков было больше, чем буровиков.", False),
    # how far apart, where most; for most of the way
    (RATES, "The gap between oil and water is widest in July, 100 t/d.", True),
    (RATES, "The gap between oil and water is widest in March.", False),
    (RATES, "The smallest gap between the two, 63 t/d, is in December.", True),
    (RATES, "The smallest gap between the two, 63 t/d, is in January.", False),
    (RATES, "Water lags behind oil all the time.", True),
    (RATES, "Oil lags behind water all the time.", False),
    (CURVES, "Наибольшая разница между кривыми – 0,8 – при водонасыщенности 0,2.", True),
    (CURVES, "Наибольшая разница между кривыми – 0,8 – при водонасыщенности 0,6.", False),
    (BATH, "For most of the time Reactor is hotter than Jacket.", True),
    (BATH, "For most of the time Jacket is hotter than Reactor.", False),
    # steps, and where something first holds
    (RATES, "Самый заметный прирост Oil произошёл в июле.", True),
    (RATES, "Самый заметный прирост Oil произошёл в марте.", False),
    (RATES, "The steepest drop of oil came in October.", False),
    (RATES, "Oil first exceeded 130 t/d in July.", True),
    (RATES, "Oil first exceeded 130 t/d in September.", False),
    (WELL, "Давление впервые превысило 22 МПа на 2200 м.", True),
    (WELL, "Давление впервые превысило 22 МПа на 2400 м.", False),
    # the ends, places after a verb of reaching, changes "by" and "to"
    (BATH, "К концу опыта Reactor остыл до 66 °C.", True),
    (BATH, "К концу опыта Reactor остыл до 46 °C.", False),
    (BATH, "Reactor reaches its maximum of 71 °C after 8 hours.", True),
    (BATH, "Reactor reaches its maximum of 71 °C after 6 hours.", False),
    (BATH, "After 8 h Reactor cools by 5 °C.", True),
    (BATH, "After 8 h Reactor cools by 15 °C.", False),
    (BATH, "За первые 4 часа Reactor нагрелся на 28 °C.", True),
    (BATH, "За первые 4 часа Reactor нагрелся на 48 °C.", False),
    (BATH, "Reactor passes 50 °C between 4 and 6 h.", True),
    (WELL, "В интервале 2100–2300 м давление не превышает 23 МПа.", True),
    (WELL, "В интервале 2100–2300 м давление не превышает 21,7 МПа.", False),
    (RATES, "В июне Oil минимален: 104 t/d.", True),
    (RATES, "В мае Oil минимален: 104 t/d.", False),
    # a fall with a sign; means of changes; amounts of what was said before
    (
        RATES,
        "Самое заметное снижение Oil произошло с марта на апрель: минус 6 т/сут.".replace("т/сут", "t/d"),
        True,
    ),
    (RATES, "From January to June oil fell by −16 t/d.", True),
    (RATES, "From January to June oil fell by −46 t/d.", False),
    (RATES, "From January to June oil fell every month, on average by 3.2 t/d a month.", True),
    (RATES, "С января по июнь Oil падала, в среднем на 3,2 t/d в месяц.", True),
    (RATES, "From January to June oil lost 16 t/d; by July it had regained all 16 t/d of that.", True),
    (RATES, "К декабрю Water выросла на 26 t/d.", True),
    # what follows, and names that are added to others
    (FIELDS, "Arlan has 64 t, and together with Manchar 76 t.", True),
    (FIELDS, "У Arlan 64 т, у Manchar 12 т, вместе — 76 т.", True),
    (FIELDS, "Together the four fields hold 136 t, so Arlan has 47 % of it.", True),
    (FIELDS, "The mean of the four fields is 34 t, and two fields have more than 30 t.", True),
    # a longer time behind what was reached says among which
    (RATES, "In June oil hit 104 t/d, its lowest of the first half.", True),
    (RATES, "In June oil hit 134 t/d, its lowest of the first half.", False),
    (RATES, "В марте Oil достигла 117 t/d — минимума первого квартала.", True),
    # what is good is not known of every quantity
    (MASTS, "Flare is the worst mast with 95 µg/m³.", True),
    (FIELDS, "Arlan is less than half of the total.", True),
    (FIELDS, "Arlan is more than half of the total.", False),
    # as language models write: emphasis, lists, brackets with numbers and places
    (RATES, "In March oil stood at **117 t/d**.", True),
    (RATES, "In March oil stood at **127 t/d**.", False),
    (FIELDS, "- **Tuymazy**: 38 t", True),
    (FIELDS, "- **Tuymazy**: 48 t", False),
    (FIELDS, "Arlan has the largest reserves (64 t).", True),
    (FIELDS, "Arlan has the largest reserves (74 t).", False),
    (RATES, "The highest oil rate was 140 t/d (July 2023).", True),
    (RATES, "The highest oil rate was 140 t/d (May 2023).", False),
    # money, however it is written
    (SALES, "Oil brought $250 million.", True),
    (SALES, "Oil brought $290 million.", False),
    (SALES, "Gas sold for USD 120 million.", True),
    (SALES, "Gas sold for 150 million USD.", False),
    (SALES, "Coal: $40M.", True),
    # what only repeats what is drawn: all wells, each month, the whole time
    (RATES, "The highest monthly water value was 56 t/d.", True),
    (RATES, "The highest monthly water value was 66 t/d.", False),
    (FIELDS, "Manchar has the least of all fields.", True),
    (FIELDS, "Shkapovo has the least of all fields.", False),
    (BATH, "За 10 часов Jacket нагрелся на 28 °C.", True),
    (BATH, "За 10 часов Jacket нагрелся на 38 °C.", False),
    (RATES, "In 3 of the 12 months oil was above 130 t/d.", True),
    (RATES, "In 5 of the 12 months oil was above 130 t/d.", False),
    # risen against something, by what precedes it; ends of courses
    (RATES, "In July oil was up 35 % on June.", True),
    (RATES, "In July oil was up 55 % on June.", False),
    (RATES, "В июле Oil выросла на 36 t/d по сравнению с июнем.", True),
    (RATES, "В июле Oil выросла на 56 t/d по сравнению с июнем.", False),
    (RATES, "By December oil had fallen 15 % from its July peak.", True),
    (RATES, "By December oil had fallen 35 % from its July peak.", False),
    (RATES, "After July oil begins to rise.", False),
    (RATES, "From June to July oil added 36 t/d.", True),
    (RATES, "The minimum of oil falls in June.", True),
    (RATES, "The minimum of oil falls in May.", False),
    (FIELDS, "If Arlan is left out, the mean falls to 24 t.", True),
    (FIELDS, "If Arlan is left out, the mean falls to 34 t.", False),
    (RATES, "The gap between oil and water shrinks from 90 to 63 t/d.", True),
    (RATES, "The gap between oil and water shrinks from 90 to 33 t/d.", False),
    # from one year to the next, of series that are years
    (CREWS, "Численность геологов увеличилась на 25 %.", True),
    (CREWS, "Численность геологов увеличилась на 45 %.", False),
    (CREWS, "Численность буровиков снизилась с 85 до 78 чел.", True),
    (CREWS, "Численность буровиков снизилась с 85 до 68 чел.", False),
    (CREWS, "Рост численности отмечен у двух отделов.", True),
    (CREWS, "Рост численности отмечен у трёх отделов.", False),
    (CREWS, "У одного отдела численность в 2023 году ниже, чем в 2022.", True),
    (CREWS, "У трёх отделов численность в 2023 году ниже, чем в 2022.", False),
    # one of two series against the other, also where only one is named
    (PLANS, "Ниже плана сработала только одна бригада.", True),
    (PLANS, "Ниже плана сработали три бригады.", False),
    (PLANS, "Бригада А перевыполнила план на 15 %.", True),
    (PLANS, "Бригада А перевыполнила план на 25 %.", False),
    (PLANS, "Бригада Б недовыполнила план на 8 %.", True),
    (PLANS, "Бригада Б недовыполнила план на 18 %.", False),
    (PLANS, "Все бригады, кроме бригады Б, выше плана.", True),
    (PLANS, "Все бригады, кроме бригады А, выше плана.", False),
    # lists in order, the so many largest, the largest against the smallest
    (FIELDS, "The ranking is Arlan, Tuymazy, Shkapovo, Manchar.", True),
    (FIELDS, "The ranking is Arlan, Shkapovo, Tuymazy, Manchar.", False),
    (FIELDS, "In ascending order: Manchar, Shkapovo, Tuymazy.", True),
    (FIELDS, "In ascending order: Manchar, Tuymazy, Shkapovo.", False),
    (FIELDS, "Тройка лидеров: Arlan, Tuymazy, Shkapovo.", True),
    (FIELDS, "Тройка лидеров: Arlan, Tuymazy, Manchar.", False),
    (FIELDS, "The two smallest fields together hold 34 t.", True),
    (FIELDS, "The two smallest fields together hold 54 t.", False),
    (WELL, "Наибольшее давление превышает наименьшее на 4,8 МПа.", True),
    (WELL, "Наибольшее давление превышает наименьшее на 7,8 МПа.", False),
    (MASTS, "The highest dust is 3.8 times the lowest.", True),
    (MASTS, "The highest dust is 5 times the lowest.", False),
    (FIELDS, "Shkapovo comes in third place.", True),
    (FIELDS, "Shkapovo comes in second place.", False),
    # the more, the more; correlations
    (WELL, "Чем больше глубина, тем выше давление.", True),
    (WELL, "Чем больше глубина, тем ниже давление.", False),
    (CURVES, "Чем больше водонасыщенность, тем ниже kro.", True),
    (WELL, "Между глубиной и давлением прямая зависимость.", True),
    # both of them; by when, since when is not said; none of them
    (BATH, "Reactor is above 45 °C by hour 4.", True),
    (RATES, "By June oil had lost 16 t/d.", True),
    (FIELDS, "No field has more than 70 t.", True),
    (FIELDS, "Without Arlan the other fields hold 72 t.", True),
    (RATES, "Самый заметный прирост Oil произошёл с июня на июль.", True),
    (RATES, "Самый заметный прирост Oil произошёл с июля на август.", False),
    # what is told of a time may be what changed in it; ranges of a value
    (RATES, "In July oil was about 138–142 t/d.", True),
    (RATES, "In July oil was about 118–122 t/d.", False),
    # how many are drawn, and rounded places, are no claims in brackets
    (RATES, "Oil (12 points): maximum 140 t/d, minimum 104 t/d.", True),
    # all series together, by their number and kind
    (WELLS, "In 2023 all four wells together gave 66 kt, less than in any other year.", True),
    (WELLS, "In 2022 all four wells together gave 71 kt, less than in any other year.", False),
    (WELLS, "В 2024 году четыре скважины вместе дали 74 kt – больше, чем в любой другой год.", True),
    (WELLS, "В 2022 году четыре скважины вместе дали больше, чем в любой другой год.", False),
    # "then" begins at the place that was just named
    (FLOOD, "Injectivity peaks at 31 m³/d at a pressure of 12 MPa and then drops a little.", True),
    (FLOOD, "Injectivity peaks at 31 m³/d at a pressure of 12 MPa and then climbs a little.", False),
    (FLOOD, "Injectivity максимальна при 12 МПа, а затем снижается.", True),
    (RATES, "Oil peaked in July at 140 t/d and afterwards declined.", True),
    (RATES, "В июле Oil достигла максимума 140 t/d, а потом росла.", False),
    (RATES, "Oil fell until June, after that it rose.", True),
    # from the first mark to a place told with its unit before the number
    (BATH, "From the beginning to hour 6 Reactor gains 43 °C.", True),
    (BATH, "From the beginning to hour 6 Reactor gains 33 °C.", False),
    (BATH, "From the start of the test until hour 8 Jacket warms by 25 °C.", True),
    (BATH, "С начала опыта до 6 ч Jacket нагрелся на 18 °C.", True),
    (BATH, "С начала опыта до 6 ч Jacket нагрелся на 28 °C.", False),
    (RATES, "From the start to June oil lost 16 t/d.", True),
    (PLUGS, "From the start to 13 % Silt gains 8.3 mD.", True),
    # what is not understood whole is not judged
    (RATES, "Half of the oil was lifted within 3 days.", True),
    (MASTS, "The planned dust at Port is 20 µg/m³.", True),
    (RATES, "The planned oil rate for July is 200 t/d.", True),
    (RATES, "If two wells are added, oil will peak at 200 t/d.", True),
    (RATES, "The gas rate was 500 t/d in July.", True),
    (RATES, "Oil may have been higher than 200 t/d before.", True),
    (RATES, "“The maximum of oil is 5 t/d” was written there.", True),
    (FIELDS, "Northern fields average 90 t.", True),
]


@pytest.mark.parametrize(
    ("reading", "text", "true"), STATEMENTS, ids=[text for _reading, text, _true in STATEMENTS]
)
def test_a_statement_is_a_contradiction_where_it_is_false_only(reading, text, true):
    assert (verify(text, reading) == ()) == true


@pytest.mark.parametrize(
    ("text", "said", "true"),
    [
        ("Oil peaked in August.", "august", "July"),
        ("Минимальное давление отмечено на глубине 2300 м.", "2300", "2000"),
        ("Oil exceeded 130 t/d in five months.", "5", "3"),
    ],
)
def test_a_contradiction_tells_what_the_figure_says(text, said, true):
    (sentence,) = verify(text, WELL if "давление" in text else RATES)
    assert said in sentence and true in sentence


def test_one_sentence_tells_every_contradiction_in_it():
    assert len(verify("В марте Oil 150 т/сут, а Water 90 т/сут.".replace("т/сут", "t/d"), RATES)) == 2


# --- generated ----------------------------------------------------------------------------------------

NAMES = ["Arlan", "Tuymazy", "Shkapovo", "Manchar", "Yugomash", "Belebey"]


def generated(seed: int) -> tuple[object, list[tuple[str, float]]]:
    """A bar chart, and sentences with their true numbers: the number is put in where the braces are."""
    rng = random.Random(seed)
    values = np.array(rng.sample(range(100, 999), len(NAMES)), dtype=float)
    best, least = NAMES[int(values.argmax())], NAMES[int(values.argmin())]
    one, other = rng.sample(range(len(NAMES)), 2)
    if values[one] < values[other]:
        one, other = other, one
    level = float(np.sort(values)[3]) - 0.5
    said = [
        (f"{NAMES[one]} has {{}} t.", values[one]),
        (f"{best} is the largest with {{}} t.", values.max()),
        (f"Наименьшее значение у {least}: {{}} т.", values.min()),
        ("The total is {} t.", values.sum()),
        ("В сумме получается {} т.", values.sum()),
        ("The mean is {} t.", round(float(values.mean()), 1)),
        ("Медиана равна {} т.", float(np.median(values))),
        (f"{NAMES[one]} has {{}} t more than {NAMES[other]}.", values[one] - values[other]),
        (f"Without {best} the total is {{}} t.", values.sum() - values.max()),
        (f"{NAMES[one]} accounts for {{}} % of the total.", round(100 * values[one] / values.sum(), 1)),
        (f"{{}} bars are above {level} t.", float((values > level).sum())),
    ]
    return bars(NAMES, values), said


def written(number: float, text: str) -> str:
    digits = f"{number:.1f}".removesuffix(".0")
    return text.format(digits.replace(".", ",") if any("а" <= letter <= "я" for letter in text) else digits)


@pytest.mark.parametrize("seed", range(12))
def test_what_follows_from_the_numbers_is_never_contradicted(seed):
    reading, said = generated(seed)
    for text, number in said:
        assert verify(written(number, text), reading) == (), text


@pytest.mark.parametrize("seed", range(12))
def test_a_number_that_is_moved_by_more_than_rounding_is_found(seed):
    reading, said = generated(seed)
    for text, number in said:
        moved = number + (1 if "bars" in text else max(5.0, round(0.2 * number)))
        assert verify(written(moved, text), reading), text


def test_a_text_of_twice_the_clauses_takes_about_twice_as_long():
    def judge(size: int) -> None:
        verify(
            " ".join(f"In March oil was {number} t/d, while water was 33 t/d." for number in range(size)),
            RATES,
        )

    assert growth(judge, 12) < 9
