"""What people ask about a chart, in Russian and English, and what would be right.

A question is asked with the words that stand on the chart, as a person reads them: "maximum price", not
the name of a column. What can't be answered in one way (a tie, a place that occurs twice) is not asked.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Slot = Literal["value", "at", "text"]
PlaceKind = Literal["number", "date", "month", "category"]


@dataclass(frozen=True)
class Line:
    """One series: places and values. Places are numbers, datetimes (UTC) or texts."""

    label: str
    xs: Sequence[Any]
    ys: Sequence[float]


@dataclass(frozen=True)
class Truth:
    """All that is known about a chart without reading it."""

    chart: str
    library: str
    kind: str
    language: Literal["en", "ru"]
    x: str
    y: str
    places: PlaceKind
    lines: Sequence[Line]
    edges: Sequence[float] = ()
    colour: str = ""
    numbers_everywhere: bool = True  # False where a place stands for many (no year in a month)


@dataclass(frozen=True)
class Question:
    """``right`` is a number, a text, or a datetime; ``slot`` says where in a finding it belongs.

    For ``text`` it is a pattern that the sentence must match.
    """

    chart: str
    library: str
    language: str
    op: str
    text: str
    right: Any
    slot: Slot
    wrong: tuple[str, ...] = field(default=())


def questions(truth: Truth, most: int = 6) -> list[Question]:
    """At most ``most`` questions, always the same for one chart."""
    rng = random.Random(f"{truth.chart}/{truth.library}")
    found = [made for ask in ASKED if (made := ask(truth, rng)) is not None]
    rng.shuffle(found)
    return found[:most]


# --- words ---------------------------------------------------------------------------------------------


def name_of(label: str) -> str:
    """A label without its unit: "Price, USD" and "Price (USD)" are the price."""
    return re.sub(r"\s*(,\s*[^,()]{1,20}|\([^()]{1,20}\)|\[[^\[\]]{1,20}\])$", "", label).strip()


def _low(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


_EN = "January February March April May June July August September October November December"
_RU = "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре"
MONTHS = {"en": _EN.split(" "), "ru": _RU.split(" ")}


def _place(truth: Truth, at: Any) -> str:
    """The place in words that follow "Price" or «Цена»."""
    ru = truth.language == "ru"
    match truth.places:
        case "month":
            word = MONTHS[truth.language][at.month - 1]
            return f"в {word} {at.year} года" if ru else f"in {word} {at.year}"
        case "date":
            return f"{at:%d.%m.%Y}" if ru else f"on {at:%Y-%m-%d}"
        case "number":
            axis, number = name_of(truth.x), f"{at:g}"
            if axis.casefold() in {"year", "год"} and at == int(at):
                return f"в {number} году" if ru else f"in {number}"
            return f"при {_low(axis)} = {number}" if ru else f"at {_low(axis)} = {number}"
        case _:
            return f"для {at}" if ru else f"for {at}"


def _pick(rng: random.Random, truth: Truth, wordings: dict[str, tuple[str, ...]], **words: str) -> str:
    text = rng.choice(wordings[truth.language]).format(**words)
    return text[:1].upper() + text[1:]


def _named(truth: Truth, line: Line) -> str:
    """What follows the value's name to name a series."""
    if not line.label:
        return ""
    return f" для {line.label}" if truth.language == "ru" else f" of {line.label}"


def _line(truth: Truth, rng: random.Random) -> Line:
    return rng.choice(list(truth.lines))


def _unique(values: np.ndarray, best: float) -> bool:
    return int((np.abs(values - best) <= abs(best) * 1e-9 + 1e-12).sum()) == 1


def _make(truth: Truth, op: str, text: str, right: Any, slot: Slot, wrong: tuple[str, ...] = ()) -> Question:
    return Question(truth.chart, truth.library, truth.language, op, text, right, slot, wrong)


# --- one value -----------------------------------------------------------------------------------------

_EXTREME = {
    "maximum": {
        "en": (
            "What is the maximum {y}{of}?",
            "What is the highest {y}{of}?",
            "What is the largest value of {y}{of}?",
            "Find the peak {y}{of}.",
        ),
        "ru": (
            "Какое максимальное значение «{y}»{of}?",
            "Чему равен максимум «{y}»{of}?",
            "Найди наибольшее значение: {y}{of}",
            "Какова самая большая величина {y}{of}?",
        ),
    },
    "minimum": {
        "en": (
            "What is the minimum {y}{of}?",
            "What is the lowest {y}{of}?",
            "What is the smallest value of {y}{of}?",
        ),
        "ru": (
            "Какое минимальное значение «{y}»{of}?",
            "Чему равен минимум «{y}»{of}?",
            "Найди наименьшее значение: {y}{of}",
        ),
    },
}
_WHERE = {
    "maximum": {
        "en": (
            "At which {x} is {y}{of} the highest?",
            "Where does {y}{of} reach its maximum?",
            "Which {x} has the highest {y}{of}?",
        ),
        "ru": (
            "При каком значении «{x}» {y}{of} максимально?",
            "Где {y}{of} достигает максимума?",
            "Какой {x} соответствует наибольшему значению {y}{of}?",
        ),
    },
    "minimum": {
        "en": (
            "At which {x} is {y}{of} the lowest?",
            "Where does {y}{of} reach its minimum?",
            "Which {x} has the lowest {y}{of}?",
        ),
        "ru": (
            "При каком значении «{x}» {y}{of} минимально?",
            "Где {y}{of} достигает минимума?",
            "Какой {x} соответствует наименьшему значению {y}{of}?",
        ),
    },
}
_WHICH = {
    "maximum": {
        "en": (
            "Which {x} has the highest {y}{of}?",
            "Which {x} is the largest{of}?",
            "For which {x} is {y}{of} greatest?",
        ),
        "ru": (
            "У какого значения «{x}» самое большое {y}{of}?",
            "Какой столбец самый высокий{of}?",
            "Где {y}{of} больше всего?",
        ),
    },
    "minimum": {
        "en": (
            "Which {x} has the lowest {y}{of}?",
            "Which {x} is the smallest{of}?",
            "For which {x} is {y}{of} least?",
        ),
        "ru": (
            "У какого значения «{x}» самое маленькое {y}{of}?",
            "Какой столбец самый низкий{of}?",
            "Где {y}{of} меньше всего?",
        ),
    },
}
_POINTS = {"line", "area", "scatter", "bar", "barh", "grouped", "pie", "hist"}


def _words(truth: Truth, line: Line) -> dict[str, str]:
    return {"y": _low(name_of(truth.y)), "x": _low(name_of(truth.x)), "of": _named(truth, line)}


def _extreme(op: str) -> Callable[[Truth, random.Random], Question | None]:
    def ask(truth: Truth, rng: random.Random) -> Question | None:
        if truth.kind not in _POINTS | {"heatmap"}:
            return None
        line = _line(truth, rng) if truth.kind != "heatmap" else truth.lines[0]
        if truth.kind == "heatmap":
            values = np.concatenate([np.asarray(each.ys, float) for each in truth.lines])
            words = _words(truth, Line("", (), ())) | {"y": _low(name_of(truth.colour))}
        else:
            values, words = np.asarray(line.ys, float), _words(truth, line)
        best = float(values.max() if op == "maximum" else values.min())
        return _make(truth, op, _pick(rng, truth, _EXTREME[op], **words), best, "value")

    return ask


def _where(op: str) -> Callable[[Truth, random.Random], Question | None]:
    def ask(truth: Truth, rng: random.Random) -> Question | None:
        if truth.kind not in _POINTS - {"hist"} or not truth.numbers_everywhere:
            return None
        line = _line(truth, rng)
        values = np.asarray(line.ys, float)
        best = values.max() if op == "maximum" else values.min()
        if not _unique(values, best):
            return None
        bars = truth.kind in {"bar", "barh", "grouped", "pie"}
        if bars and truth.language == "ru" and truth.kind == "pie":
            return None
        wordings = (_WHICH if bars else _WHERE)[op]
        at = line.xs[int(values.argmax() if op == "maximum" else values.argmin())]
        return _make(truth, f"{op} where", _pick(rng, truth, wordings, **_words(truth, line)), at, "at")

    return ask


_VALUE = {
    "en": ("What is {y}{of} {at}?", "How large is {y}{of} {at}?", "{y}{of} {at}?", "What was {y}{of} {at}?"),
    "ru": (
        "Какое значение «{y}»{of} {at}?",
        "Чему равно {y}{of} {at}?",
        "{y}{of} {at}?",
        "Сколько составляет {y}{of} {at}?",
    ),
}


def _value(truth: Truth, rng: random.Random) -> Question | None:
    if (
        truth.kind not in {"line", "area", "bar", "barh", "grouped", "stacked", "pie"}
        or not truth.numbers_everywhere
    ):
        return None
    line = _line(truth, rng)
    place = rng.randrange(len(line.xs))
    at = line.xs[place]
    if list(line.xs).count(at) != 1:
        return None
    words = _words(truth, line)
    if truth.places == "category" and line.label:
        words["of"] = f" {line.label}" if truth.language == "ru" else f" of {line.label}"
    text = _pick(rng, truth, _VALUE, **words, at=_place(truth, at))
    return _make(truth, "value at", text, float(line.ys[place]), "value")


_MEAN = {
    "en": ("What is the average {y}{of}?", "What is the mean {y}{of}?", "How large is {y}{of} on average?"),
    "ru": ("Каково среднее значение «{y}»{of}?", "Чему равно в среднем {y}{of}?", "Найди среднее: {y}{of}"),
}
_SUM = {
    "en": ("What is the total {y}{of}?", "What is the sum of {y}{of}?", "How much is {y}{of} in total?"),
    "ru": ("Какова сумма «{y}»{of}?", "Чему равно {y}{of} в сумме?", "Сколько всего {y}{of}?"),
}
_MEDIAN = {
    "en": ("What is the median {y}{of}?", "Give the median of {y}{of}."),
    "ru": ("Какова медиана «{y}»{of}?", "Найди медиану: {y}{of}"),
}


def _mean(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind not in {"line", "scatter", "bar", "barh", "grouped"}:
        return None
    line = _line(truth, rng)
    text = _pick(rng, truth, _MEAN, **_words(truth, line))
    return _make(truth, "mean", text, float(np.mean(np.asarray(line.ys, float))), "value")


def _sum(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind not in {"bar", "barh", "grouped", "pie", "hist"}:
        return None
    line = _line(truth, rng)
    text = _pick(rng, truth, _SUM, **_words(truth, line))
    return _make(truth, "sum", text, float(np.sum(np.asarray(line.ys, float))), "value")


def _box_median(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind != "box":
        return None
    line = _line(truth, rng)
    text = _pick(rng, truth, _MEDIAN, **_words(truth, line))
    return _make(truth, "median", text, float(np.median(np.asarray(line.ys, float))), "value")


def _bin(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind != "hist":
        return None
    values, edges = np.asarray(truth.lines[0].ys, float), truth.edges
    place = rng.randrange(len(values))
    wordings = {
        "en": ("How many are between {a:g} and {b:g}?", "What is {y} between {a:g} and {b:g}?"),
        "ru": ("Сколько значений от {a:g} до {b:g}?", "Чему равно {y} от {a:g} до {b:g}?"),
    }
    text = rng.choice(wordings[truth.language]).format(
        a=edges[place], b=edges[place + 1], y=_low(name_of(truth.y))
    )
    return _make(truth, "bin", text, float(values[place]), "value")


# --- relations -------------------------------------------------------------------------------------------

_DIFFERENCE = {
    "en": (
        "What is the difference in {y}{of} between {a} and {b}?",
        "By how much does {y}{of} differ between {a} and {b}?",
    ),
    "ru": ("Какова разница «{y}»{of} между {a} и {b}?", "На сколько отличается {y}{of}: {a} и {b}?"),
}


def _difference(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind not in {"bar", "barh"} or len(truth.lines[0].xs) < 2:
        return None
    line = truth.lines[0]
    a, b = rng.sample(range(len(line.xs)), 2)
    if not isinstance(line.xs[a], str):
        return None
    right = abs(float(line.ys[a]) - float(line.ys[b]))
    text = _pick(rng, truth, _DIFFERENCE, **_words(truth, line), a=line.xs[a], b=line.xs[b])
    return _make(truth, "difference", text, right, "value")


_CHANGE = {
    "en": (
        "How much did {y}{of} change from {a} to {b}?",
        "By how much did {y}{of} change between {a} and {b}?",
    ),
    "ru": ("На сколько изменилось {y}{of} с {a} по {b}?", "Каково изменение «{y}»{of} между {a} и {b}?"),
}


def _change(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind != "line" or truth.places not in {"number", "month"} or not truth.numbers_everywhere:
        return None
    if truth.places == "month":
        return None
    if name_of(truth.x).casefold() not in {"year", "год"}:
        return None
    line = _line(truth, rng)
    if len(set(line.xs)) != len(line.xs) or len(line.xs) < 4:
        return None
    a, b = sorted(rng.sample(range(len(line.xs)), 2), key=lambda place: line.xs[place])
    right = abs(float(line.ys[b]) - float(line.ys[a]))
    text = _pick(rng, truth, _CHANGE, **_words(truth, line), a=f"{line.xs[a]:g}", b=f"{line.xs[b]:g}")
    return _make(truth, "change", text, right, "value")


_HIGHER = {
    "en": ("Which is higher {at}: {a} or {b}?", "Is {y} of {a} or of {b} larger {at}?"),
    "ru": ("Что больше {at}: {a} или {b}?", "{a} или {b}: где {y} больше {at}?"),
}


def _higher(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind not in {"line", "grouped"} or len(truth.lines) < 2 or not truth.numbers_everywhere:
        return None
    one, two = rng.sample(list(truth.lines), 2)
    common = [at for at in one.xs if list(two.xs).count(at) == 1 and list(one.xs).count(at) == 1]
    if not common:
        return None
    at = rng.choice(common)
    first, second = (float(line.ys[list(line.xs).index(at)]) for line in (one, two))
    if abs(first - second) <= 0.02 * max(abs(first), abs(second)):
        return None
    right, wrong = (one.label, two.label) if first > second else (two.label, one.label)
    text = _pick(
        rng, truth, _HIGHER, **_words(truth, Line("", (), ())), a=one.label, b=two.label, at=_place(truth, at)
    )
    return _make(truth, "higher", text, right, "text", (wrong,))


_TREND = {
    "en": (
        "Is {y}{of} rising or falling?",
        "What is the trend of {y}{of}?",
        "Does {y}{of} increase or decrease overall?",
    ),
    "ru": (
        "{y}{of} растёт или падает?",
        "Какова тенденция «{y}»{of}?",
        "Увеличивается или уменьшается {y}{of} в целом?",
    ),
}
UP, DOWN = "▲", "▼"


def _trend(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind != "line" or truth.places == "category":
        return None
    line = _line(truth, rng)
    values = np.asarray(line.ys, float)
    order = np.argsort(
        np.asarray([at.timestamp() if isinstance(at, datetime) else at for at in line.xs]), kind="stable"
    )
    ranks = np.argsort(np.argsort(values[order]))
    if len(values) < 8:
        return None
    rho = float(np.corrcoef(ranks, np.arange(len(values)))[0, 1])
    if abs(rho) < 0.85:
        return None
    return _make(
        truth, "trend", _pick(rng, truth, _TREND, **_words(truth, line)), UP if rho > 0 else DOWN, "text"
    )


_SECOND = {
    "en": ("Which {x} has the second highest {y}?", "Which {x} is second by {y}?"),
    "ru": ("Что на втором месте по величине {y}?", "У какого значения «{x}» второе по величине {y}?"),
}


def _second(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind not in {"bar", "barh"} or len(truth.lines) != 1 or len(truth.lines[0].xs) < 3:
        return None
    line = truth.lines[0]
    values = np.asarray(line.ys, float)
    second = float(np.sort(values)[-2])
    if not _unique(values, second) or not isinstance(line.xs[0], str):
        return None
    at = line.xs[int(np.flatnonzero(values == second)[0])]
    return _make(truth, "second", _pick(rng, truth, _SECOND, **_words(truth, line)), at, "at")


_SHARE = {
    "en": ("What share does {a} have?", "What percentage is {a}?", "How many per cent is {a} of the whole?"),
    "ru": (
        "Какую долю занимает {a}?",
        "Сколько процентов составляет {a}?",
        "Какой процент приходится на {a}?",
    ),
}


def _share(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind != "pie":
        return None
    line = truth.lines[0]
    place = rng.randrange(len(line.xs))
    right = 100 * float(line.ys[place]) / float(np.sum(np.asarray(line.ys, float)))
    return _make(truth, "share", _pick(rng, truth, _SHARE, a=str(line.xs[place])), right, "value")


_FIRST = {
    "en": (
        "When does {y}{of} first exceed {level}?",
        "When does {y}{of} rise above {level} for the first time?",
    ),
    "ru": ("Когда {y}{of} впервые превышает {level}?", "Когда {y}{of} впервые становится больше {level}?"),
}


def _crossing(truth: Truth, rng: random.Random) -> Question | None:
    """The place is between two points: either, and all between them, is right."""
    if truth.kind != "line" or truth.places == "category" or not truth.numbers_everywhere:
        return None
    line = _line(truth, rng)
    xs = [at.timestamp() if isinstance(at, datetime) else float(at) for at in line.xs]
    order = np.argsort(np.asarray(xs), kind="stable")
    values = np.asarray(line.ys, float)[order]
    low, high = float(values[0]), float(values.max())
    if high <= low * 1.05 or len(set(xs)) != len(xs):
        return None
    level = float(f"{low + 0.6 * (high - low):.3g}")
    after = int(np.argmax(values > level))
    if after == 0:
        return None
    around = (line.xs[int(order[after - 1])], line.xs[int(order[after])])
    return _make(
        truth, "crossing", _pick(rng, truth, _FIRST, **_words(truth, line), level=f"{level:g}"), around, "at"
    )


# --- what is written on it -------------------------------------------------------------------------------

_AXIS = {
    "en": (
        "What does the {axis} axis show?",
        "What is on the {axis} axis?",
        "What is the label of the {axis} axis?",
    ),
    "ru": ("Что показывает ось {axis}?", "Что отложено по оси {axis}?", "Как подписана ось {axis}?"),
}
_COUNT = {
    "en": (
        "How many series does the chart show?",
        "How many lines are there?",
        "How many series are in the legend?",
    ),
    "ru": ("Сколько рядов данных на графике?", "Сколько линий на графике?", "Сколько рядов в легенде?"),
}


def _axis(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind == "pie":
        return None
    axis, label = rng.choice([("x", truth.x), ("y", truth.y)])
    if truth.kind == "barh":
        label = truth.y if axis == "x" else truth.x
    if not label:
        return None
    return _make(truth, "axis", _pick(rng, truth, _AXIS, axis=axis), name_of(label), "text")


def _count(truth: Truth, rng: random.Random) -> Question | None:
    if truth.kind not in {"line", "scatter"} or len(truth.lines) < 2:
        return None
    wordings = (
        _COUNT if truth.kind == "line" else {name: (texts[0], texts[2]) for name, texts in _COUNT.items()}
    )
    return _make(truth, "count", _pick(rng, truth, wordings), float(len(truth.lines)), "value")


ASKED: tuple[Callable[[Truth, random.Random], Question | None], ...] = (
    _extreme("maximum"),
    _extreme("minimum"),
    _where("maximum"),
    _where("minimum"),
    _value,
    _value,
    _mean,
    _sum,
    _box_median,
    _box_median,
    _box_median,
    _bin,
    _bin,
    _difference,
    _change,
    _higher,
    _trend,
    _second,
    _share,
    _share,
    _crossing,
    _axis,
    _count,
)


def moment(value: Any) -> datetime:
    """A pandas or epoch time (milliseconds) as a datetime in UTC."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000, UTC)
    return value.to_pydatetime().replace(tzinfo=UTC) if hasattr(value, "to_pydatetime") else value


def truths_of_charts() -> Iterator[tuple[Any, Truth]]:
    """Every chart of :mod:`charts` with its truth (without a library)."""
    from tests.bench.figures.charts import CHARTS

    for chart in CHARTS:
        yield chart, truth_of(chart)


def truth_of(chart: Any) -> Truth:
    """What is known of a chart, without a library."""
    lines = []
    edges: Sequence[float] = ()
    if chart.kind == "hist":
        counts, _ = np.histogram(chart.rows()["x"], bins=np.asarray(chart.bins))
        edges = chart.bins
        lines.append(Line("", list(edges[:-1]), counts.tolist()))
    elif chart.kind == "box":
        for label, part in chart.rows().groupby("x", sort=False):
            lines.append(Line(str(label), [str(label)] * len(part), part["y"].tolist()))
    else:
        for label, part in chart.series():
            lines.append(Line(label, [_plain(chart, x) for x in part["x"]], part["y"].astype(float).tolist()))
    first = lines[0].xs[0]
    places: PlaceKind = "category" if isinstance(first, str) else "number"
    if isinstance(first, datetime):
        places = "month" if all(at.day == 1 for line in lines for at in line.xs) else "date"
    return Truth(
        chart.name, "", chart.kind, chart.language, chart.x, chart.y, places, lines, edges, chart.title
    )


def _plain(chart: Any, value: Any) -> Any:
    if hasattr(value, "to_pydatetime"):
        return moment(value)
    if chart.kind in {"bar", "barh", "grouped", "pie", "heatmap"} or isinstance(value, str):
        return str(value)
    if chart.kind == "stacked":
        return str(value)
    return float(value)
