"""Pictures of charts read back: words, ticks, kinds and values against what they were drawn from.

Every truth is taken from the source arrays and from the texts that were handed to the drawing library,
never from our own readers. The charts' seeds, phrases and styles are not those that the recognisers were
trained on. ``python -m tests.bench pixels`` prints the report.
"""

from __future__ import annotations

import io
import re
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading

SEED = 20261127
PHRASES = {
    "ru": [
        "Дебит нефти",
        "Пластовое давление",
        "Обводнённость продукции",
        "Накопленная добыча",
        "Глубина скважины",
        "Вязкость нефти",
        "Плотность раствора",
        "Температура",
        "Забойное давление",
        "Коэффициент извлечения",
        "Газовый фактор",
        "Проницаемость пласта",
        "Куст 12",
        "Расход воды",
        "Месторождение Южное",
        "Закачка воды",
        "Фонд скважин",
        "Время работы",
        "Насыщенность",
        "Кривая восстановления",
    ],
    "en": [
        "Oil rate",
        "Reservoir pressure",
        "Water cut",
        "Cumulative production",
        "Well depth",
        "Viscosity of oil",
        "Mud density",
        "Temperature",
        "Bottomhole pressure",
        "Recovery factor",
        "Gas ratio",
        "Permeability",
        "Pad 12",
        "Water flow",
        "Southern field",
        "Injection of water",
        "Number of wells",
        "Time on stream",
        "Saturation",
        "Build-up curve",
    ],
}
CATEGORIES = {
    "ru": ["Скв-1", "Скв-2", "Скв-3", "Скв-4", "Скв-5", "Скв-6", "Скв-7"],
    "en": ["W-1", "W-2", "W-3", "W-4", "W-5", "W-6", "W-7"],
}
STYLES = [
    "default",
    "ggplot",
    "seaborn-v0_8-whitegrid",
    "bmh",
    "fivethirtyeight",
    "seaborn-v0_8-darkgrid",
    "fast",
]
FONTS = ["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "STIXGeneral"]


@dataclass
class Chart:
    """A picture and what it was drawn from.

    ``words`` are written across, ``rotated`` along the vertical axis. ``series`` are label, x and y.
    """

    png: bytes
    library: str
    language: str
    kind: str
    words: list[str]
    rotated: list[str]
    ticks: list[str]
    series: list[tuple[str, NDArray[Any], NDArray[Any]]]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    name: str = field(default="")


def charts(count: int, seed: int = SEED) -> Iterator[Chart]:
    """``count`` charts of matplotlib and half as many of Vega-Lite, in turn Russian and English."""
    rng = np.random.default_rng(seed)
    for index in range(count):
        yield matplotlib_chart(rng, "ru" if index % 2 else "en", ["line", "bar", "scatter"][index % 3], index)
    for index in range(count // 2):
        yield vega_chart(rng, "ru" if index % 2 else "en", ["line", "bar", "scatter"][index % 3], index)


def curves(rng: Generator, kind: str) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """The numbers of a chart: a few series of one size."""
    scale = 10.0 ** rng.integers(-1, 5)
    count = int(rng.integers(1, 4))
    if kind == "bar":
        size = int(rng.integers(3, 8))
        return [(np.arange(size), rng.uniform(0.15, 1, size) * scale) for _ in range(count)]
    if kind == "scatter":
        size = int(rng.integers(8, 30))
        return [(rng.uniform(0, 50, size), rng.uniform(0.1, 1, size) * scale) for _ in range(count)]
    x = np.linspace(0, float(rng.choice([10, 24, 60, 365])), int(rng.integers(12, 80)))
    found = []
    for place in range(count):
        shape = int(rng.integers(0, 3))
        t = x / x[-1]
        if shape == 0:
            y = np.exp(-t * rng.uniform(0.8, 3)) * rng.uniform(0.5, 1)
        elif shape == 1:
            y = 0.5 + 0.3 * np.sin(t * rng.uniform(4, 12) + place)
        else:
            y = 0.2 + 0.6 * t + rng.normal(0, 0.02, x.size)
        found.append((x, y * scale))
    return found


def matplotlib_chart(rng: Generator, language: str, kind: str, index: int) -> Chart:
    """One chart of matplotlib: style, font, size and resolution at random."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    texts = [str(text) for text in rng.choice(PHRASES[language], 6, replace=False)]
    style, font = str(rng.choice(STYLES)), str(rng.choice(FONTS))
    with plt.style.context(style), mpl.rc_context({"font.family": font}):
        figure, axes = plt.subplots(
            figsize=(rng.uniform(5.5, 8), rng.uniform(3.6, 5)), dpi=int(rng.choice([72, 100, 100, 150]))
        )
        numbers = curves(rng, kind)
        labels = texts[3 : 3 + len(numbers)]
        names = CATEGORIES[language]
        for place, ((x, y), label) in enumerate(zip(numbers, labels, strict=True)):
            if kind == "bar":
                width = 0.8 / len(numbers)
                axes.bar(x + place * width - 0.4 + width / 2, y, width, label=label)
            elif kind == "scatter":
                axes.scatter(x, y, s=float(rng.uniform(16, 40)), label=label)
            else:
                axes.plot(x, y, linestyle=str(rng.choice(["-", "-", "--"])), label=label)
        words = [texts[0], texts[1]]
        if kind == "bar":
            axes.set_xticks(numbers[0][0], names[: len(numbers[0][0])])
            words += names[: len(numbers[0][0])]
        axes.set_title(texts[0])
        axes.set_xlabel(texts[1])
        axes.set_ylabel(texts[2])
        if len(numbers) > 1:
            axes.legend()
            words += labels
        if rng.random() < 0.4:
            axes.grid(True)
        figure.tight_layout()
        figure.canvas.draw()
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=figure.dpi)
        ticks = []
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            if kind == "bar" and axis is axes.xaxis:
                continue
            low, high = sorted(limits)
            ticks += [
                text.get_text()
                for place, text in zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
                if low <= place <= high
            ]
        chart = Chart(
            file.getvalue(),
            "matplotlib",
            language,
            kind,
            words,
            [texts[2]],
            [tick.replace("\N{MINUS SIGN}", "-") for tick in ticks],
            [(label, x, y) for (x, y), label in zip(numbers, labels, strict=True)],
            axes.get_xlim(),
            axes.get_ylim(),
            f"mpl-{index}-{style}-{font}",
        )
        plt.close(figure)
    return chart


def vega_chart(rng: Generator, language: str, kind: str, index: int) -> Chart:
    """One chart of Vega-Lite, drawn by its own runtime; the ticks are the texts of its SVG."""
    import vl_convert

    texts = [str(text) for text in rng.choice(PHRASES[language], 6, replace=False)]
    numbers = curves(rng, kind)
    labels = texts[3 : 3 + len(numbers)]
    if kind == "bar":
        numbers, labels = numbers[:1], labels[:1]
    names = CATEGORIES[language]
    rows = [
        {"x": names[int(a)] if kind == "bar" else float(a), "y": float(b), "s": label}
        for (x, y), label in zip(numbers, labels, strict=True)
        for a, b in zip(x, y, strict=True)
    ]
    encoding: dict[str, Any] = {
        "x": {"field": "x", "type": "nominal" if kind == "bar" else "quantitative", "title": texts[1]},
        "y": {"field": "y", "type": "quantitative", "title": texts[2]},
    }
    if kind == "bar":
        encoding["x"]["sort"] = None
        encoding["x"]["axis"] = {"labelAngle": 0}
    if len(numbers) > 1:
        encoding["color"] = {"field": "s", "type": "nominal", "title": None, "sort": None}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": texts[0],
        "width": int(rng.integers(300, 500)),
        "height": int(rng.integers(220, 350)),
        "background": "white",
        "data": {"values": rows},
        "mark": {"line": "line", "bar": "bar", "scatter": "circle"}[kind],
        "encoding": encoding,
    }
    png = vl_convert.vegalite_to_png(spec, scale=float(rng.choice([1.0, 1.5, 2.0])))
    svg = vl_convert.vegalite_to_svg(spec)
    ticks = []
    for group in re.findall(r'role-axis-label"[^>]*>(.*?)</g>', svg):
        ticks += re.findall(r"<text[^>]*opacity=\"1\"[^>]*>([^<]*)</text>", group) or re.findall(
            r"<text(?![^>]*opacity=\"0\")[^>]*>([^<]*)</text>", group
        )
    words = [texts[0], texts[1]] + (labels if len(numbers) > 1 else [])
    if kind == "bar":
        words += names[: len(numbers[0][0])]
    numeric = [tick.replace("\N{MINUS SIGN}", "-") for tick in ticks if tick not in names]
    return Chart(
        png,
        "vega-lite",
        language,
        kind,
        words,
        [texts[2]],
        numeric,
        [(label, x, y) for (x, y), label in zip(numbers, labels, strict=True)],
        span([n for t in numbers for n in t[0]]),
        span([0.0, *[n for t in numbers for n in t[1]]]),
        f"vega-{index}",
    )


def span(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest."""
    return min(values), max(values)


def measure(count: int = 60) -> dict[str, Any]:
    """Reads every chart and compares: see :func:`report`. Samples go with it, by chart."""
    from PIL import Image

    from rusoil_jupyter.figures.pixels import ocr
    from rusoil_jupyter.figures.pixels.reader import read_picture

    samples: list[dict[str, Any]] = []
    for chart in charts(count):
        image = Image.open(io.BytesIO(chart.png)).convert("RGB")
        started, spent = time.monotonic(), processor_seconds()
        texts = ocr.read_texts(image)
        seen, seconds_cpu = time.monotonic() - started, processor_seconds() - spent
        reading = read_picture(image, texts=texts)
        have = Counter(word.text for text in texts for word in text.words)
        sample: dict[str, Any] = {
            "name": chart.name,
            "library": chart.library,
            "kind": chart.kind,
            "language": chart.language,
            "seconds": seen,
            "cpu_seconds": seconds_cpu,
            "errors": errors_of(chart, reading),
            "type": type_of(image),
            "omitted": list(reading.description.omitted),
        }
        for name, wanted in (
            ("words", [word for phrase in chart.words for word in phrase.split()]),
            ("rotated", [word for phrase in chart.rotated for word in phrase.split()]),
            ("ticks", chart.ticks),
        ):
            missed = []
            for word in wanted:
                if have[word] > 0:
                    have[word] -= 1
                else:
                    missed.append(word)
            sample[name] = {"wanted": len(wanted), "missed": missed}
        samples.append(sample)
    engine = "tesseract" if ocr.tesseract_there() else "recogniser"
    return {"engine": engine, "recogniser": ocr.recogniser_there(), "samples": samples}


def processor_seconds() -> float:
    """What this process and its finished children used of the processor.

    Other tenants of a machine don't count.
    """
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def errors_of(chart: Chart, reading: Reading) -> list[float | None]:
    """For each series the median error of its values in shares of the axis' range; ``None`` where it was
    not found.

    A series is the one with its label; one whose label was not read counts as found when its values are
    there.
    """
    panel = reading.description.panels[0] if reading.description.panels else None
    found = [series for series in panel.series] if panel else []
    high = chart.y_range[1] - chart.y_range[0]
    result: list[float | None] = []
    for label, x, y in chart.series:
        named = [series for series in found if series.label == label]
        errors = []
        for series in named or found:
            columns = reading.arrays[series.id]
            if "x" not in columns or "y" not in columns or series.along != "x":
                continue
            if chart.kind == "scatter":
                wide = chart.x_range[1] - chart.x_range[0]
                off = [
                    float(np.hypot((columns["x"] - a) / wide, (columns["y"] - b) / high).min())
                    for a, b in zip(x, y, strict=True)
                ]
            elif chart.kind == "bar":
                bars = dict(zip(np.round(columns["x"]).tolist(), columns["y"].tolist(), strict=True))
                off = [abs(bars.get(float(a), 0.0) - b) / high for a, b in zip(x, y, strict=True)]
            else:
                off = (np.abs(np.interp(x, columns["x"], columns["y"]) - y) / high).tolist()
            errors.append(float(median(off)))
        result.append(min(errors) if errors else None)
    return result


def type_of(image: Any) -> str:
    """The likeliest type of chart, where the classifier's weights are there."""
    try:
        from rusoil_jupyter.figures.pixels.chart_type import chart_type

        return str(chart_type(image)[0][0])
    except (ImportError, OSError):
        return ""


def report(result: dict[str, Any]) -> str:
    """The figures that the goals are stated in, with the counts behind them."""
    samples = result["samples"]
    lines = [f"pixels: {len(samples)} charts, {result['engine']}, recogniser: {result['recogniser']}"]

    def share(title: str, name: str, chosen: list[dict[str, Any]], goal: float) -> None:
        wanted = sum(sample[name]["wanted"] for sample in chosen)
        missed = sum(len(sample[name]["missed"]) for sample in chosen)
        got = 100 * (wanted - missed) / max(wanted, 1)
        lines.append(f"  {title:<16} {got:5.1f} %  ({wanted - missed} of {wanted}; goal {goal:.0f} %)")

    share("words, Russian", "words", [s for s in samples if s["language"] == "ru"], 97)
    share("words, English", "words", [s for s in samples if s["language"] == "en"], 98)
    share("rotated", "rotated", samples, 93)
    share("ticks", "ticks", samples, 95)
    typed = [sample for sample in samples if sample["type"]]
    if typed:
        right = sum(sample["type"] == sample["kind"] for sample in typed)
        lines.append(f"  {'chart type':<16} {100 * right / len(typed):5.1f} %  ({right} of {len(typed)})")
    for kind in ("line", "bar", "scatter"):
        errors = [error for s in samples if s["kind"] == kind for error in s["errors"]]
        known = sorted(1.0 if error is None else error for error in errors)
        if known:
            good = sum(error <= 0.02 for error in known)
            lines.append(
                f"  {'values, ' + kind:<16} median error {100 * median(known):.2f} % of the axis; "
                f"within 2 %: {good} of {len(known)} series"
            )
    seconds, spent = [s["seconds"] for s in samples], [s["cpu_seconds"] for s in samples]
    lines.append(
        f"  {'reading words':<16} median {median(seconds):.2f} s (processor {median(spent):.2f} s), "
        f"longest {max(seconds):.2f} s; goal 1.2 s"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(measure()))
