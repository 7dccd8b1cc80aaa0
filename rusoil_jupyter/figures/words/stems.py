"""Words compared across case, declension, spelling, script and language: enough to find a label in a
question."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LEAST = 3  # letters that a stem keeps
_TYPO = 0.86

ENDINGS = sorted(
    [
        "иями",
        "ями",
        "ами",
        "иях",
        "ях",
        "ах",
        "ией",
        "ей",
        "ой",
        "ий",
        "ый",
        "ое",
        "ее",
        "ие",
        "ые",
        "ая",
        "яя",
        "ую",
        "юю",
        "ого",
        "его",
        "ому",
        "ему",
        "ыми",
        "ими",
        "ым",
        "им",
        "ом",
        "ем",
        "ых",
        "их",
        "ов",
        "ев",
        "иев",
        "ости",
        "остью",
        "ость",
        "остей",
        "ения",
        "ение",
        "ении",
        "ению",
        "ением",
        "ений",
        "ия",
        "ии",
        "ию",
        "ью",
        "ья",
        "ье",
        "ам",
        "ям",
        "а",
        "я",
        "о",
        "е",
        "и",
        "ы",
        "у",
        "ю",
        "ь",
        "й",
    ],
    key=len,
    reverse=True,
)
_EN = ("ations", "ation", "ings", "ing", "edly", "ies", "ed", "es", "ly", "s")
_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "sch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)

# Words of both languages for the same thing, as stems; a question in one finds labels in the other.
_SAME = """
oil нефт|water вод|gas газ|liquid fluid жидкост жидк|pressure press давлен|rate дебит расход
depth глубин md tvd|temperature temp температур|time врем|date дат|year год|month месяц|day ден дн сутк
hour час|minute минут|week недел|watercut обводненн wc|porosity пористост|permeability проницаем
saturation насыщенн водонасыщенн sw|resistivity сопротивлен|density плотност|viscosity вязкост
production produce produced добыч добыто добыл добыв
injection закачк|well скважин|sale продаж|price цен expensive costly дорог стоил|population населен
count количеств|number числ
height высот рост|weight mass масс вес|age aged возраст|speed velocity скорост|income доход|revenue выручк
profit прибыл|cost стоимост затрат|volume объем|length длин|width ширин|area площад|country стран
region регион|city город|name имя назван|category категор|group групп|species вид|type тип|sex gender пол
male мужск мужчин|female женск женщин women woman дам
origin происхожден|rain precipitation осадк|wind ветр ветер
distance расстоян|frequency частот|power мощност|energy энерг
current ток|voltage напряжен|signal сигнал
angle угол угл азимут azimuth bearing
sine sin синус|cosine cos косинус|level уровен уровн|rating рейтинг оценк|score балл|bill счет|tip чаев
size размер|share доля|percent процент|flow поток|gamma гамм|ray каротаж|field месторожден|reservoir пласт
horizon горизонт|stage стад|monday понедельник|tuesday вторник|wednesday сред|thursday четверг|friday пятниц
saturday суббот|sunday воскресен|summer лет|winter зим|spring весн|autumn fall осен|north север|south юг
west запад|east восток|horsepower лошадин|acceleration ускорен|cylinder цилиндр|car автомобил машин|mile мил
gallon галлон|displacement смещен|stock акци|yield урожай|variety сорт|unemployment безработиц
death смерт|life жизн|expectancy exp продолжительн
fertility рождаемост|budget бюджет|gross сбор|movie film фильм|genre жанр
passenger пассажир|flight рейс|carbon углерод|emission выброс|consumption потреблен|model модел
experiment эксперимент опыт|plan план проектн|fact actual reality факт|forecast прогноз|measured замер измерен
calculated расчет|red красн|green зелен|blue син голуб|error ошибк погрешност|loss потер|accuracy точност
plant завод|station станци|pump насос|tank резервуар|valve клапан|separator сепаратор|heater нагреватель
pipeline трубопровод|start начал|end конец|gk гк gr|sp пс|kro|krw|humidity влажност|value значен|amount сумм
degree степен|heavy тяжел|light легк|solar солнечн|nuclear atomic ядерн атомн|hydro hydropower гидро
coal уголь углем углю
drilling бурен|sandstone песчаник|siltstone алевролит|limestone известняк|dolomite доломит|shale аргиллит
turbine турбин|rig буровая|active активн|compressor компрессор|reactor реактор|diesel дизел
petrol gasoline бензин|kerosene керосин|bitumen битум|methane метан|ethane этан|propane пропан
butane бутан|hydrogen водород|nitrogen азот|oxygen кислород|strength прочност|concentration концентрац
absorbance поглощен|tariff тариф|noise шум|dust пыл|laboratory lab лаборатор|crew бригад|steel стал
electricity электричеств электроэнерг|sensor датчик|workshop цех|repair ремонт|transport транспорт
salary salaries зарплат|delay задержк|heat тепло|failure отказ|accident авари
incident инцидент происшеств|order заказ|tax налог|waste отход|recovery извлечен|dose доз|demand спрос
reserve запас|efficiency кпд|vibration вибрац|moisture влаг|brine рассол|acid кислот|catalyst катализатор
cement цемент|concrete бетон|hardness твердост|strain деформац|staff персонал|customer клиент
delivery доставк|thickness толщин|content содержан|fuel топлив|water-cut обводненн|equipment оборудован
material материал|chemical реагент химреагент
bottomhole забой забоя забою забое забоем
дневн днем daytime|ночн ночью nighttime
bicycle bike велосипед|walk walking foot пешком|book книг|fertiliser fertilizer удобрен
sulphur sulfur сер|export экспорт|import импорт|snow снег|bronze бронз|gold золот|silver серебр
gain amplification усилен|step шаг|epoch эпох|iteration итерац|shop store магазин|index индекс|duty пошлин
corrosion коррози|cell клетк клеток|tracer трассер|medal медал|letter букв|language язык|island остров
state штат|fruit фрукт|vegetable овощ|animal животн|patient пациент|class класс|flipper плавник
penguin пингвин|petal лепест|sepal чашелист|guest гост|hall зал|visit визит|advertising реклам|lunch обед
dinner ужин|breakfast завтрак|smoker курящ|survived выживш|fare проезд|deck палуб|continent континент
gdp ввп|carat карат|clarity чистот|unemployed безработн|wheat пшениц|rye рожь ржи|barley ячмен
oats oat овес овса овсом|buckwheat гречих|potato картоф|tomato помидор томат|cucumber огурец огурц
carrot морков|apple яблок|pear груш|plum слив|grape виноград|strawberry клубник|cherry вишн|banana банан
orange апельсин|lemon лимон|peach персик|berry berries ягод|butter масл|flour мук|sugar сахар|egg яйц яиц
milk молок|dog собак|cat кошк кошек|monkey обезьян|giraffe жираф|child children ребен дет|rent аренд
tooth зуб|bird птиц|tree дерев|magnitude магнитуд|earthquake землетрясен|salinity соленост
"""


def plain(text: str) -> str:
    """Lower case, one kind of quotes, dashes and spaces, no ``ё``: what questions and labels are compared
    in."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    text = re.sub(r"[«»“”„‟\"`]", '"', text)
    text = re.sub(r"[‐‑‒–—−]", "-", text)
    text = re.sub(r"(?<=\d)[\u2009\u202f\u00a0](?=\d)", " ", text)
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The words of a text, plain; ``snake_case`` and ``camelCase`` come apart."""
    text = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", text)
    return WORD.findall(plain(text.replace("_", " ")))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The part of a word that declension leaves: light, for comparing only."""
    word = word.replace("ё", "е")
    if re.search(r"[а-я]", word):
        word = word[:-2] if word.endswith("ся") and len(word) > 5 else word
        return word.removesuffix(_ending(word, ENDINGS))
    end = _ending(word, _EN)
    if end:
        return word.removesuffix(end) + ("y" if end == "ies" else "")
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _ending(word: str, ends: Sequence[str]) -> str:
    """The first of these with which a word ends that is long enough without it."""
    return next((end for end in ends if word.endswith(end) and len(word) - len(end) >= _LEAST), "")


@lru_cache(maxsize=1)
def _concepts() -> dict[str, int]:
    concepts: dict[str, int] = {}
    lines = [entry for entry in _SAME.replace("\n", "|").split("|") if entry.strip()]
    for number, entry in enumerate(lines):
        for word in entry.split():
            concepts.setdefault(stem(word), number)
            concepts.setdefault(word, number)
    return concepts


def concept(word: str) -> int | None:
    """The number of the thing that a word of either language names, where this table knows it."""
    known = _concepts()
    root = stem(word)
    if root in known:
        return known[root]
    if word in known:
        return known[word]
    return next((known[word[:size]] for size in range(len(word) - 1, 3, -1) if word[:size] in known), None)


@lru_cache(maxsize=4096)
def synonyms(word: str) -> tuple[str, ...]:
    """A word, and what else this table has for the thing that it names."""
    number = concept(word)
    return (word, *(other for other, one in _concepts().items() if one == number and number is not None))


@lru_cache(maxsize=20_000)
def latin(word: str) -> str:
    """A Cyrillic word in Latin letters."""
    return "".join(_LATIN.get(letter, letter) for letter in word)


@lru_cache(maxsize=50_000)
def alike(left: str, right: str) -> float:
    """How sure two words are the same: 1 for the same stem, less for another language, script or a typo;
    or 0."""
    if left == right:
        return 1.0
    if any(letter.isdigit() for letter in left + right):
        return 0.0
    if stem(left) == stem(right):
        return 1.0
    if ("-" in left) != ("-" in right):
        return _alike_but_for_hyphen(*sorted((left, right), key=lambda word: "-" in word))
    return next((sure for sure, are_so in _LIKENESS if are_so(left, right)), 0.0)


def _alike_but_for_hyphen(plain: str, joined: str) -> float:
    """ "Email" and "e-mail", «SCADA-ы»; what a hyphen adds besides makes another name: "MSFT-bis"."""
    head, _hyphen, tail = joined.partition("-")
    whole = joined.replace("-", "")
    if abs(len(whole) - len(plain)) <= 1:
        return alike(whole, plain)
    return alike(head, plain) if tail in ENDINGS else 0.0


def _are_spelled_alike(left: str, right: str) -> bool:
    a, b = stem(left), stem(right)
    return max(len(a), len(b)) > 1 and _same_letters(a) == _same_letters(b)


def _are_short_cases(left: str, right: str) -> bool:
    """«Уфа», «в Уфе»; «Обь», «Оби»."""
    return len(left) == len(right) == 3 and left[:2] == right[:2] and {left[2], right[2]} <= _SOFT_ENDS


def _are_cases(left: str, right: str) -> bool:
    """«режим», «режима»: the ending of one looks like a case."""
    short, long = sorted((left, right), key=len)
    return len(short) >= 4 and long.startswith(short) and long[len(short) :] in ENDINGS


def _begin_alike(left: str, right: str) -> bool:
    short, long = sorted((stem(left), stem(right)), key=len)
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 3


def _mean_the_same(left: str, right: str) -> bool:
    one = concept(left)
    return one is not None and one == concept(right)


def _are_a_typo_apart(left: str, right: str) -> bool:
    a, b = stem(left), stem(right)
    return min(len(a), len(b)) >= 5 and a[0] == b[0] and SequenceMatcher(None, a, b).ratio() >= _TYPO


_LIKENESS: tuple[tuple[float, Callable[[str, str], bool]], ...] = (
    (0.95, _are_spelled_alike),
    (0.95, _are_short_cases),
    (0.95, _are_cases),
    (0.9, _begin_alike),
    (0.85, _mean_the_same),
    (0.8, _are_a_typo_apart),
)
_SOFT_ENDS = frozenset("аеиоуыюяь")


def _same_letters(word: str) -> str:
    """Spelled alike in either script."""
    return re.sub(r"(.)\1", r"\1", latin(word).replace("c", "k").replace("j", "i").replace("y", "i"))
