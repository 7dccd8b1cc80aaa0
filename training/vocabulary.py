"""What stands on charts: words, numbers in every form, units, dates, and strings without sense.

Dictionaries of hunspell, where the system has them, add words; a hash keeps one word in twenty out of
training
(:func:`kept_for_tests`).
"""

from __future__ import annotations

import random
import re
import zlib
from functools import lru_cache
from pathlib import Path

from rusoil_jupyter.figures.pixels.recogniser import ALPHABET, one_script

RUSSIAN = """
добыча нефти газа воды скважина скважины пласт пласта дебит жидкости давление забойное пластовое устьевое
обводнённость месторождение месторождения закачка приёмистость глубина пористость проницаемость насыщенность
водонасыщенность нефтенасыщенность вязкость плотность температура объём расход время месяц год сутки квартал
накопленная суточная средняя максимальная минимальная кривая падения темп коэффициент извлечения
продуктивности
газовый фактор депрессия восстановления индикаторная диаграмма каротаж гамма-каротаж сопротивление удельное
потенциал поляризации мощность толщина эффективная общая относительная фазовая капиллярное насыщения кривые
относительных проницаемостей фазовых график зависимость распределение гистограмма частота плотность
вероятности
доля количество число значение значения показатель индекс цена стоимость рубли тонны баррели скорость путь
напряжение сила ток ошибка погрешность измерение опыт модель прогноз факт план выборка обучение проверка
потери
точность полнота итерация эпоха признак класс категория группа регион город страна население возраст пол доход
расходы продажи прибыль выручка январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь
декабрь
весна лето осень зима понедельник вторник среда четверг пятница суббота воскресенье высота длина ширина масса
площадь угол радиус диаметр амплитуда фаза период сигнал шум спектр энергия мощности импульс координата ось
легенда
заголовок рисунок таблица схема карта разрез профиль корреляция регрессия остатки среднее медиана дисперсия
отклонение стандартное доверительный интервал верхняя нижняя граница исходные данные сглаженные аппроксимация
экспериментальные расчётные теоретическая критическая точка азот метан этан пропан бутан конденсат сепаратор
насос
штуцер труба обсадная колонна долото бурение проходка цемент раствор промывка перфорация гидроразрыв трещина
песчаник известняк глина аргиллит алевролит доломит коллектор покрышка залежь контакт водонефтяной
газонефтяной
Уфа Башкортостан Сибирь Волга Ромашкинское Самотлор Арлан Приобское УГНТУ кислород выход сырья бензин
керосин мазут
по от для при из без между и в на с до после над под за не или
""".split()  # noqa: SIM905 - read as a text
ENGLISH = """
oil gas water rate production well pressure depth porosity permeability saturation viscosity density
temperature
volume flow time month year day quarter cumulative daily average mean maximum minimum decline curve factor
recovery
productivity index ratio drawdown build-up inflow performance relationship gamma ray resistivity spontaneous
potential
thickness net pay relative capillary bubble point dew phase envelope distribution histogram frequency
probability
density share count number value values price cost revenue sales profit income population age weight height
length
width mass area angle radius amplitude phase period signal noise spectrum energy power velocity distance
voltage
current error measurement experiment model forecast actual plan sample training validation test loss
accuracy recall
precision iteration epoch step feature class category group region city country January February March April
May
June July August September October November December Monday Tuesday Wednesday Thursday Friday Saturday
Sunday spring
summer autumn winter title legend axis figure table map profile correlation regression residuals median
variance
deviation standard confidence interval upper lower bound raw data smoothed fitted observed predicted
theoretical
methane ethane propane butane condensate separator pump choke tubing casing drilling sandstone limestone shale
Horsepower Miles per Gallon Acceleration Displacement Cylinders Origin Europe Japan USA sepal petal species
setosa
versicolor virginica body flipper bill Adelie Gentoo Chinstrap tip total bill smoker stock symbol MSFT AMZN
IBM GOOG
AAPL unemployment rate yield variety site wheat barley precipitation wind weather sun fog drizzle rain snow
delay
the of in by for to and a with vs per at on from over
""".split()  # noqa: SIM905 - read as a text
UNITS = """
м³/сут т/сут тыс.м³/сут м³/т м³ м см мм км кг т г °C °F К МПа Па кПа атм ат бар кгс/см² мД Д мкм² мПа·с сП
сут мес ч мин
с мс лет год г/см³ кг/м³ Ом·м Ом мВ В А Вт кВт·ч Дж кДж/моль моль/л % доли ед. шт. руб. тыс.руб. млн млрд ₽
об/мин
API мкР/ч psi bar Pa kPa MPa bbl/d STB/d Mscf/d scf/STB md mD cp cP ft in ft³ bbl m m³ m³/d m/s m/s² km mm
cm kg g
g/cm³ kg/m³ s ms min h d °C °F K Hz kHz MHz dB V mV A mA W kW kWh J kJ/mol mol/L eV Ohm·m ohm.m gAPI us/ft
v/v pu
% $ USD € mg/L μm μs μg Ω·m N N·m rpm a.u. USD/bbl
""".split()  # noqa: SIM905 - read as a text
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MONTHS = """
янв фев мар апр май июн июл авг сен окт ноя дек Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
Янв Фев Мар Апр Май Июн Июл Авг Сен Окт Ноя Дек
""".split()  # noqa: SIM905 - read as a text
DICTIONARIES = Path("/usr/share/hunspell")
_KNOWN = set(ALPHABET)


def kept_for_tests(word: str) -> bool:
    """Whether a dictionary's word is one of the twentieth that training never sees."""
    return zlib.crc32(word.lower().encode()) % 20 == 0


@lru_cache(maxsize=4)
def dictionary(language: str) -> tuple[str, ...]:
    """The words of ``ru_RU`` or ``en_US``, 3 to 14 letters long; empty where there is no such dictionary."""
    path = DICTIONARIES / f"{language}.dic"
    if not path.exists():
        return ()
    words = (line.split("/")[0].strip() for line in path.read_text("utf-8", "replace").splitlines()[1:])
    fitting = re.compile(r"[А-Яа-яЁё-]{3,14}" if language == "ru_RU" else r"[A-Za-z-]{3,14}")
    return tuple(word for word in words if fitting.fullmatch(word))


class Writer:
    """Texts as charts have them, one after another, the same for the same seed.

    ``tests``: words from the part of the dictionaries that is kept out of training.
    """

    def __init__(self, seed: int, *, tests: bool = False) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not a secret
        self.tests = tests

    def text(self) -> str:
        """One line, of any sort, out of the alphabet."""
        sort = self.random.random()
        if sort < 0.27:
            text = self.number()
        elif sort < 0.61:
            text = self.phrase("ru")
        elif sort < 0.84:
            text = self.phrase("en")
        elif sort < 0.95:
            text = self.mixed()
        else:
            text = self.nonsense()
        text = re.sub(r"\s+", " ", "".join(letter for letter in text if letter in _KNOWN)).strip()[:70]
        text = text.replace("−", "-")  # one class: in half of the fonts nothing tells them apart
        return one_script(text) or self.number()

    def word(self, language: str) -> str:
        """One word: from the charts' vocabulary, from a dictionary, or letters that could be a word."""
        draw = self.random
        source = draw.random()
        listed = RUSSIAN if language == "ru" else ENGLISH
        if source < (0.5 if self.tests else 0.3):
            word = draw.choice(listed)
        elif source < 0.9 and (words := dictionary("ru_RU" if language == "ru" else "en_US")):
            word = draw.choice(words)
            while kept_for_tests(word) != self.tests:
                word = draw.choice(words)
        elif self.tests:
            word = draw.choice(listed)
        else:
            word = self._syllables(language)
        case = draw.random()
        if case < 0.35:
            return word[:1].upper() + word[1:]
        return word.upper() if case < 0.47 else word

    def phrase(self, language: str) -> str:
        """One to four words, as a title, a label with its unit, or an entry of a legend."""
        draw = self.random
        text = " ".join(self.word(language) for _ in range(draw.choice((1, 1, 1, 1, 2, 2, 3, 4))))
        form = draw.random()
        if form < 0.12:
            return f"{text}, {draw.choice(UNITS)}"
        if form < 0.24:
            left, right = draw.choice(("()", "()", "[]"))
            return f"{text} {left}{draw.choice(UNITS)}{right}"
        if form < 0.28:
            form_of = draw.choice(("«{}»", "№ {}", "№{}", "- {}", "– {}", "= {}", ": {}"))
            return f"{text} {form_of.format(draw.randint(1, 999))}"
        if form < 0.31:
            return f"«{text}»"
        if form < 0.35:
            return f"{text} {draw.randint(1, 50)}"
        if form < 0.38:
            return f"{text}: {self.number()}"
        if form < 0.40:
            return f"{text.replace(' ', '_')}"
        return text

    def number(self) -> str:
        """A number as axes, annotations and tables write it; a date or a time as well."""
        draw = self.random
        size = draw.choice((1, 1, 10, 10, 100, 100, 1000, 10_000, 1_000_000))
        value = draw.random() * size
        sign = draw.choice(("", "", "", "", "−", "-"))
        digits = draw.choice((0, 0, 1, 1, 2, 2, 3, 4))
        plain = sign + f"{value:.{digits}f}"
        form = draw.random()
        if form < 0.34:
            return plain
        if form < 0.42:
            return plain.replace(".", ",")
        if form < 0.48:
            return sign + f"{value * 1000:,.{draw.choice((0, 0, 2))}f}".replace(
                ",", draw.choice((",", " ", " "))
            )
        if form < 0.52:
            return plain + draw.choice(("%", " %", "°", "k", "M", "K", "°C", "×"))
        if form < 0.60:
            power = str(draw.randint(-12, 12)).translate(RAISED)
            return draw.choice(
                (
                    f"10{power}",
                    f"10{power}",
                    f"{value:.1f}×10{power}",
                    f"×10{power}",
                    f"{draw.randint(2, 9)}·10{power}",
                )
            )
        if form < 0.65:
            text = f"{value:.{digits}e}"
            return draw.choice((text, text.upper(), f"1e{draw.randint(-9, 12)}", f"1e−{draw.randint(1, 9)}"))
        if form < 0.72:
            year, month, day = draw.randint(1950, 2035), draw.randint(1, 12), draw.randint(1, 31)
            return draw.choice(
                (
                    f"{year}-{month:02}",
                    f"{year}-{month:02}-{day:02}",
                    f"{day:02}.{month:02}.{year}",
                    f"{month:02}/{day:02}/{year % 100:02}",
                    str(year),
                    f"{draw.choice(MONTHS)} {year}",
                    f"{draw.choice(MONTHS)} {day}",
                    draw.choice(MONTHS),
                    f"{draw.randint(0, 23):02}:{draw.randint(0, 59):02}",
                    f"{year} г.",
                    f"Q{draw.randint(1, 4)} {year}",
                )
            )
        if form < 0.78:
            return f"{plain} {draw.choice(UNITS)}"
        if form < 0.82:
            between = draw.choice(("–", "-", "—", "/", ":", " ± ", "±", "…", " – "))
            return f"{draw.randint(0, 99)}{between}{draw.randint(0, 999)}"
        if form < 0.86:
            return f"{draw.choice('<>≤≥≈=~+±')}{draw.choice(('', ' '))}{plain}"
        if form < 0.90:
            return (
                f"({plain}; {value / 2:.{digits}f})" if draw.random() < 0.5 else f"[{plain}, {value * 2:.1f}]"
            )
        return str(draw.randint(0, 10 ** draw.randint(1, 5)))

    def mixed(self) -> str:
        """Formulas, names of columns and wells, both scripts in one line."""
        draw = self.random
        number = draw.randint(0, 999)
        log = draw.choice("GR SP RHOB NPHI DT RT CALI ПС ГК БК ИК НГК ДС".split())  # noqa: SIM905
        formula = draw.choice("CO₂ H₂S H₂O N₂ CH₄ C₂H₆ O₂ C₃H₈ NaCl SiO₂ CaCO₃ pH".split())  # noqa: SIM905
        greek = draw.choice("αβγδεηθλμνπρστφψωΔΣΩ")
        letter = draw.choice("abcdefghknpqrstuvwxyzABCDEFGHKLMNPQRSTVWXYZ")
        low = str(draw.randint(0, 99)).translate(LOWERED)
        high = draw.choice(("²", "³", "⁻¹", "²", "⁴"))
        return draw.choice(
            (
                f"R² = {draw.random():.{draw.choice((2, 3, 4))}f}",
                f"y = {draw.random() * 10:.2f}x {draw.choice('+−-')} {draw.random() * 99:.1f}",
                f"{letter}{low}",
                f"{letter}{low}, {draw.choice(UNITS)}",
                f"{letter}{high}",
                formula,
                f"{greek}{draw.choice(('', '', f' = {draw.random():.2f}', low))}",
                f"{self.word('ru')} ({self.word('en')})",
                f"{self.word('en')} {self.word('ru')}",
                f"скв. {number}",
                f"скважина № {number}{draw.choice(('', 'Б', 'Г', 'А', 'бис'))}",
                f"{self.word('en').lower()}_{self.word('en').lower()}",
                f"{log}, {draw.choice(UNITS)}",
                f"{self.number()} {draw.choice(UNITS)}",
                draw.choice(UNITS),
                f"{letter}({draw.choice('txyzTP')})",
                f"n = {number}",
                f"P = {number} МПа, T = {draw.randint(0, 150)} °C",
                f"k{draw.choice(('rw', 'ro', ''))} = {draw.random():.2f}",
                f"√{letter}",
                f"e⁻{draw.choice('¹²³')}",
                f"log₁₀({letter})",
                f"{letter} ≤ {number}",
                f"Фаза {draw.choice(('I', 'II', 'III', 'IV'))}",
            )
        )

    def nonsense(self) -> str:
        """Letters, digits and signs in no order, so that what is read is what is there."""
        draw = self.random
        pool = draw.choice(
            (
                ALPHABET,
                ALPHABET[1:63],  # digits and Latin
                ALPHABET[63:129],  # Russian
                ALPHABET[1:11] + ALPHABET[129:],  # digits and signs
                ALPHABET[1:11] + ".,-%/ ",
            )
        )
        return "".join(draw.choice(pool) for _ in range(draw.randint(1, 12)))

    def _syllables(self, language: str) -> str:
        draw = self.random
        tails: tuple[str, ...]
        if language == "ru":
            hard, soft, tails = "бвгджзклмнпрстфхцчшщ", "аеёиоуыэюя", ("", "", "ь", "й", "ъем", "ции", "ость")
        else:
            hard, soft, tails = "bcdfghjklmnpqrstvwxz", "aeiouy", ("", "s", "ing", "ll", "tion")
        return "".join(
            draw.choice(hard) + draw.choice(soft) for _ in range(draw.randint(1, 4))
        ) + draw.choice(tails)
