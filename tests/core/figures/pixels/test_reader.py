"""Charts read back from pixels, against the arrays they were drawn from. The words are given, not read."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.pixels import ocr
from rusoil_jupyter.figures.pixels.lettering import TextLine
from rusoil_jupyter.figures.pixels.reader import read_picture
from rusoil_jupyter.figures.tasks import found, has_content

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.reading import Reading


def drawn(draw: Callable[[Any], None]) -> tuple[Image.Image, list[ocr.Text]]:
    """A chart of matplotlib and its texts with the boxes that matplotlib itself gives them."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.text import Text

    figure, axes = plt.subplots(figsize=(6.4, 4.8), dpi=100)
    draw(axes)
    figure.canvas.draw()
    height = figure.bbox.height
    texts = []
    for text in figure.findobj(Text):
        said = (
            text.get_text().replace("$\\mathdefault{", "").replace("}$", "").replace("{", "").replace("}", "")
        )
        box = text.get_window_extent()
        if not said or not text.get_visible() or box.x1 < 0 or box.width < 1:
            continue
        place = (box.x0, height - box.y1, box.x1, height - box.y0)
        line = TextLine(place, 90 if text.get_rotation() == 90 else 0, (place,))
        shown = said.replace("\N{MINUS SIGN}", "-")
        words = tuple(ocr.Word(word, place, 0.99) for word in shown.split())
        texts.append(ocr.Text(line, words))
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    plt.close(figure)
    return Image.open(file).convert("RGB"), texts


def read(draw: Callable[[Any], None]) -> Reading:
    image, texts = drawn(draw)
    return read_picture(image, hint="line", texts=texts)


def test_two_lines_are_read_within_half_a_per_cent_and_named_by_the_legend() -> None:
    x = np.linspace(0, 50, 40)

    def draw(axes: Any) -> None:
        axes.plot(x, 800 * np.exp(-x / 20), label="Скв-1")
        axes.plot(x, 100 + 8 * x, "--", label="Скв-2")
        axes.set(xlabel="Время, сут", ylabel="Дебит, м3/сут", title="Добыча")
        axes.legend()

    reading = read(draw)
    (panel,) = reading.description.panels
    assert reading.badge == "estimated" and reading.description.library == "pixels"
    assert panel.title == "Добыча" and panel.axes["x"].unit == "сут"
    truth = {"Скв-1": 800 * np.exp(-x / 20), "Скв-2": 100 + 8 * x}
    assert {series.label for series in panel.series} == set(truth)
    for series in panel.series:
        columns = reading.arrays[series.id]
        off = np.abs(np.interp(x, columns["x"], columns["y"]) - truth[series.label])
        assert np.median(off) < 0.005 * 800
        assert 0 < reading.error[series.id]["y"] < 8


def test_the_stated_error_covers_most_of_the_values() -> None:
    x = np.linspace(0, 10, 200)
    reading = read(lambda axes: axes.plot(x, np.sin(x)))
    (series,) = reading.description.panels[0].series
    columns = reading.arrays[series.id]
    off = np.abs(np.interp(x, columns["x"], columns["y"]) - np.sin(x))
    slope = np.abs(np.cos(x)) * reading.error[series.id]["x"]
    assert np.mean(off <= reading.error[series.id]["y"] + slope) > 0.9


def test_an_inverted_depth_axis_is_noticed() -> None:
    depth = np.linspace(1000, 1500, 100)

    def draw(axes: Any) -> None:
        axes.plot(50 + (depth - 1000) / 10, depth)
        axes.invert_yaxis()

    (panel,) = read(draw).description.panels
    assert panel.axes["y"].inverted and not panel.axes["x"].inverted


def test_a_logarithmic_axis_is_read_as_one() -> None:
    x = np.linspace(1, 100, 60)

    def draw(axes: Any) -> None:
        axes.plot(x, 1000 * np.exp(-x / 15))
        axes.set_yscale("log")

    reading = read(draw)
    (panel,) = reading.description.panels
    assert panel.axes["y"].scale == "log"
    columns = reading.arrays[panel.series[0].id]
    got = np.interp(50, columns["x"], columns["y"])
    assert got == pytest.approx(1000 * np.exp(-50 / 15), rel=0.05)


def test_a_series_in_the_colour_of_the_right_axis_belongs_to_it() -> None:
    x = np.arange(12)

    def draw(axes: Any) -> None:
        axes.plot(x, 100 - 3 * x, "tab:blue")
        second = axes.twinx()
        second.plot(x, 8 * x, "tab:red")
        second.tick_params(axis="y", labelcolor="tab:red")
        second.set_ylabel("Water cut, %", color="tab:red")

    reading = read(draw)
    (panel,) = reading.description.panels
    assert panel.axes["y2"].unit == "%"
    ends = {series.y: reading.arrays[series.id]["y"][-1] for series in panel.series}
    assert ends == pytest.approx({"y": 67, "y2": 88}, abs=0.6)
    assert any("two vertical axes" in sentence for sentence in reading.description.omitted)


def test_grouped_bars_are_read_by_category() -> None:
    def draw(axes: Any) -> None:
        axes.bar(np.arange(3) - 0.2, [30, 50, 20], 0.4, label="oil")
        axes.bar(np.arange(3) + 0.2, [10, 25, 45], 0.4, label="gas")
        axes.set_xticks(range(3), ["W-1", "W-2", "W-3"])
        axes.set_ylim(0, 80)
        axes.legend()

    reading = read(draw)
    (panel,) = reading.description.panels
    assert panel.axes["x"].categories == ("W-1", "W-2", "W-3")
    found = {series.label: reading.arrays[series.id]["y"] for series in panel.series}
    np.testing.assert_allclose(found["oil"], [30, 50, 20], atol=0.5)
    np.testing.assert_allclose(found["gas"], [10, 25, 45], atol=0.5)


def test_stacked_bars_stand_on_each_other() -> None:
    def draw(axes: Any) -> None:
        axes.bar(["a", "b", "c"], [3, 4, 5])
        axes.bar(["a", "b", "c"], [2, 1, 3], bottom=[3, 4, 5])

    reading = read(draw)
    columns = [reading.arrays[series.id] for series in reading.description.panels[0].series]
    upper = next(column for column in columns if "base" in column)
    np.testing.assert_allclose(upper["y"], [2, 1, 3], atol=0.06)
    np.testing.assert_allclose(upper["base"], [3, 4, 5], atol=0.06)


def test_lying_bars_run_along_y() -> None:
    reading = read(lambda axes: axes.barh(["A", "B", "C"], [12.5, 30, 7]))
    (panel,) = reading.description.panels
    (series,) = panel.series
    assert series.along == "y"
    columns = reading.arrays[series.id]
    by_name = {
        panel.axes["y"].categories[int(place)]: value
        for place, value in zip(columns["y"], columns["x"], strict=True)
    }
    assert by_name == pytest.approx({"A": 12.5, "B": 30, "C": 7}, abs=0.3)


def test_points_are_found_where_they_are() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0, 100, 15), rng.uniform(0, 50, 15)
    reading = read(lambda axes: axes.scatter(x, y, s=30))
    (series,) = reading.description.panels[0].series
    assert series.kind == "scatter"
    columns = reading.arrays[series.id]
    for a, b in zip(x, y, strict=True):
        assert np.hypot((columns["x"] - a) / 100, (columns["y"] - b) / 50).min() < 0.01


def test_points_that_are_read_as_letters_are_points_still() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 100, 12), rng.uniform(0, 50, 12)
    image, texts = drawn(lambda axes: axes.scatter(x, y, s=60))
    blue = np.asarray(image)[..., 2] > np.asarray(image)[..., 0].astype(int) + 60
    for rows, columns in ndimage.find_objects(ndimage.label(blue)[0])[:3]:
        box = (columns.start, rows.start, columns.stop, rows.stop)
        texts.append(ocr.Text(TextLine(box, 0, (box,)), (ocr.Word("hy", box, 0.7),)))
    reading = read_picture(image, hint="scatter", texts=texts)
    (panel,) = reading.description.panels
    assert [series.kind for series in panel.series] == ["scatter"] and not panel.has_legend
    assert panel.series[0].n == 12 and "hy" not in {note.text for note in panel.notes}


def test_points_over_each_other_are_read_and_not_counted() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(0, 10, 150)
    image, texts = drawn(lambda axes: axes.scatter(x, x + rng.normal(0, 1, 150), s=60))
    reading = read_picture(image, hint="scatter", texts=texts)
    (series,) = reading.description.panels[0].series
    assert series.kind == "scatter" and not reading.doubts
    with pytest.raises(InvalidRequest, match="counted"):
        found("How many points are there?", None, reading)
    (finding,) = found("What is the maximum?", None, reading)
    assert finding.badge == "estimated"


def test_stacked_areas_are_read_each_from_the_one_below() -> None:
    x = np.linspace(0, 10, 50)

    def draw(axes: Any) -> None:
        axes.stackplot(x, 3 + np.sin(x), 2 + np.cos(x), labels=["oil", "gas"])
        axes.legend(loc="upper right")
        axes.set_ylim(0, 10)

    image, texts = drawn(draw)
    reading = read_picture(image, hint="area", texts=texts)
    (panel,) = reading.description.panels
    truth = {"oil": 3 + np.sin(x), "gas": 2 + np.cos(x)}
    assert {series.label for series in panel.series} == set(truth) and not reading.doubts
    for series in panel.series:
        columns = reading.arrays[series.id]
        off = np.abs(np.interp(x, columns["x"], columns["y"]) - truth[series.label])
        assert np.median(off) < 0.06


def test_a_line_across_the_area_is_a_reference() -> None:
    def draw(axes: Any) -> None:
        axes.plot(range(10), [3, 5, 2, 7, 8, 3, 4, 6, 5, 4])
        axes.axhline(5, color="tab:red")

    (panel,) = read(draw).description.panels
    assert len(panel.series) == 1
    (line,) = panel.references
    assert line.axis == "y" and line.value == pytest.approx(5, abs=0.05)


def test_numbers_on_bars_cut_nothing() -> None:
    def draw(axes: Any) -> None:
        bars = axes.bar(["a", "b", "c"], [30, 50, 20])
        axes.bar_label(bars, label_type="center", color="white")

    image, texts = drawn(draw)
    reading = read_picture(image, hint="bar", texts=texts)
    (series,) = reading.description.panels[0].series
    assert not reading.doubts
    np.testing.assert_allclose(reading.arrays[series.id]["y"], [30, 50, 20], atol=0.5)


def test_months_along_an_axis_are_dates() -> None:
    days = np.arange("2022-10-01", "2023-06-01", dtype="datetime64[D]")
    image, texts = drawn(lambda axes: axes.plot(days, np.arange(days.size)))
    names = {"2022-10": "October", "2022-11": "November", "2022-12": "December", "2023-01": "2023"}
    names |= {"2023-02": "February", "2023-03": "March", "2023-04": "April", "2023-05": "May"}
    renamed = [replace(text, words=tuple(_renamed(word, names) for word in text.words)) for text in texts]
    reading = read_picture(image, hint="line", texts=renamed)
    (panel,) = reading.description.panels
    assert panel.axes["x"].kind == "date"
    ends = reading.arrays[panel.series[0].id]["x"][[0, -1]]
    wanted = days[[0, -1]].astype("datetime64[s]").astype(float)
    np.testing.assert_allclose(ends, wanted, atol=2 * 86400)


def _renamed(word: ocr.Word, names: dict[str, str]) -> ocr.Word:
    return replace(word, text=names.get(word.text, word.text))


def _of(change: Callable[[ocr.Text], bool], draw: Callable[[Any], None], hint: str) -> Reading:
    """A picture without the texts that are chosen."""
    image, texts = drawn(draw)
    return read_picture(image, hint=hint, texts=[text for text in texts if not change(text)])


def _cloud(axes: Any) -> None:
    rng = np.random.default_rng(6)
    axes.scatter(rng.uniform(0, 10, 60), rng.uniform(0, 10, 60), s=40, color="tab:blue", alpha=0.7)
    axes.plot([0, 10], [2, 8], color="tab:blue")


def _twins(axes: Any) -> None:
    axes.plot([1, 2, 3], [1, 4, 9], "tab:blue")
    axes.twinx().plot([1, 2, 3], [500, 300, 200], "tab:red")


def _black(axes: Any) -> None:
    axes.plot(range(10), range(10), "tab:blue")
    axes.plot(range(10), range(10, 0, -1), "k", linewidth=3)


@pytest.mark.parametrize(
    ("draw", "hint", "reason"),
    [
        (lambda axes: axes.imshow([[1, 2], [3, 4]]), "heatmap", "not read from pixels"),
        (lambda axes: axes.boxplot([[1, 2, 3, 9], [2, 4, 5, 7]]), "box", "not read from pixels"),
        (_cloud, "line", "followed"),
        (_twins, "line", "two vertical axes"),
        (_black, "line", "More is drawn"),
    ],
)
def test_what_is_not_sure_is_described_and_not_asked(
    draw: Callable[[Any], object], hint: str, reason: str
) -> None:
    def titled(axes: Any) -> None:
        draw(axes)
        axes.set_title("A title")

    image, texts = drawn(titled)
    reading = read_picture(image, hint=hint, texts=texts)
    with pytest.raises(InvalidRequest, match=reason) as refused:
        found("What is the maximum?", None, reading)
    assert "model" in refused.value.next_step
    (finding,) = found("What is the title?", None, reading)
    assert finding.value == "A title" or "A title" in finding.items
    assert has_content(reading)


@pytest.mark.parametrize("kept", [1, 2])
def test_an_axis_of_few_labels_gives_no_numbers(kept: int) -> None:
    seen: list[str] = []

    def lost(text: ocr.Text) -> bool:
        if text.line.box[2] > 80 or ocr.as_number(text.text) is None:
            return False
        seen.append(text.text)
        return len(seen) > kept

    reading = _of(lost, lambda axes: axes.plot(range(10), range(10)), "line")
    assert reading.doubts
    with pytest.raises(InvalidRequest):
        found("What is the maximum?", None, reading)


def test_a_name_that_was_not_read_is_no_name_and_the_others_are_asked_still() -> None:
    def draw(axes: Any) -> None:
        axes.plot(range(10), range(10), label="water")
        axes.plot(range(10), range(10, 0, -1), label="steam")
        axes.legend()

    image, texts = drawn(draw)
    unsure = [
        replace(text, words=(replace(text.words[0], text="sfeum", confidence=0.3),))
        if text.text == "steam"
        else text
        for text in texts
    ]
    reading = read_picture(image, hint="line", texts=unsure)
    (finding,) = found("What is the maximum of water?", None, reading)
    assert finding.value == pytest.approx(9, abs=0.1)
    with pytest.raises(InvalidRequest, match="name"):
        found("Which series has the highest maximum?", None, reading)


def test_a_pie_is_read_in_per_cent() -> None:
    image, texts = drawn(lambda axes: axes.pie([10, 20, 30, 40], labels=["oil", "gas", "water", "rest"]))
    reading = read_picture(image, hint="pie", texts=texts)
    (series,) = reading.description.panels[0].series
    found = dict(zip(series.names, reading.arrays[series.id]["y"], strict=True))
    assert found == pytest.approx({"oil": 10, "gas": 20, "water": 30, "rest": 40}, abs=0.5)


def test_without_labels_it_is_said_that_there_are_no_values() -> None:
    image, _texts = drawn(lambda axes: axes.plot([1, 2, 3], [1, 4, 9]))
    reading = read_picture(image, hint="line", texts=[])
    assert not reading.arrays
    assert any("values" in sentence for sentence in reading.description.omitted)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_picture_of_nothing_gives_an_empty_reading(shade: int) -> None:
    reading = read_picture(Image.new("RGB", (300, 200), (shade, shade, shade)), hint="line", texts=[])
    assert not reading.arrays and reading.description.omitted


def test_noise_and_a_photograph_in_grey_break_nothing() -> None:
    noise = np.random.default_rng(2).integers(0, 255, (240, 320), dtype=np.uint8)
    reading = read_picture(Image.fromarray(noise).convert("RGB"), hint="line", texts=[])
    assert reading.description.omitted


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (9, 9)])
def test_tiny_pictures_break_nothing(size: tuple[int, int]) -> None:
    assert not read_picture(Image.new("RGB", size, "red"), texts=[]).arrays


def test_a_picture_full_of_specks_is_read_in_bounded_memory() -> None:
    script = (
        "import io, resource, sys\n"
        "import numpy as np\n"
        "from PIL import Image\n"
        "from rusoil_jupyter.figures.pixels import read\n"
        "specks = np.where(np.random.default_rng(1).random((1600, 1600)) < 0.05, 0, 255).astype(np.uint8)\n"
        "file = io.BytesIO()\n"
        "Image.fromarray(specks).save(file, 'PNG')\n"
        "reading = read(file.getvalue(), 'image/png', hint='line')\n"
        "print(len(reading.arrays), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=150)
    series, kilobytes = (int(number) for number in done.stdout.split())
    assert series == 0
    assert kilobytes < 900_000
