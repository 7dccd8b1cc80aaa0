"""Detectors: one seam, several kinds of models, weights only from files."""

from __future__ import annotations

import io
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.figures.pixels import detection
from rusoil_jupyter.figures.pixels.detection import (
    ChartElements,
    Detector,
    Found,
    OnnxDetector,
    Prompt,
    PromptedSegmenter,
    detector,
    distinct,
    shared,
)

MODELS = Path(detection.__file__).parent / "models"


class Given:
    """An input of a session."""

    def __init__(self, name: str, shape: list[object]) -> None:
        self.name, self.shape = name, shape


class Session:
    """A model as onnxruntime runs it, with an answer that is known."""

    def __init__(self, inputs: list[Given], answer: Any) -> None:
        self.inputs, self.answer = inputs, answer
        self.asked: list[dict[str, Any]] = []

    def get_inputs(self) -> list[Given]:
        return self.inputs

    def run(self, _names: object, given: dict[str, Any]) -> Any:
        self.asked.append(given)
        return self.answer


def chart() -> Image.Image:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.5), dpi=80)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([1, 3, 2, 5])
    axes.set(title="Oil production", xlabel="Month", ylabel="Rate")
    out = io.BytesIO()
    canvas.print_png(out)
    return Image.open(out).convert("RGB")


def test_the_shipped_model_finds_a_plot_area_about_where_it_is() -> None:
    found = detector("chart-elements").detect(chart())
    area = next(one for one in found if one.label == "plot area")
    assert shared(area.box, (60, 43, 432, 320)) > 0.5


def test_what_is_found_lies_in_the_picture_and_comes_surest_first() -> None:
    picture = chart()
    found = ChartElements().detect(picture)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        left, top, right, bottom = one.box
        assert 0 <= left < right <= picture.width
        assert 0 <= top < bottom <= picture.height
        assert 0 <= one.score <= 1


@pytest.mark.parametrize("size", [(1, 1), (5, 500), (300, 200)])
def test_a_blank_or_tiny_picture_has_nothing(size: tuple[int, int]) -> None:
    assert ChartElements().detect(Image.new("RGB", size, "white")) == []


def test_the_same_picture_gives_the_same() -> None:
    assert ChartElements().detect(chart()) == ChartElements().detect(chart())


def test_a_model_that_onnxruntime_opens_is_told_apart_by_its_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    masks = np.zeros((2, 1, 40, 60), dtype=np.float32)
    masks[0, 0, 10:20, 5:25] = 0.9
    answer = [
        np.array([[5, 10, 25, 20], [-3, 0, 90, 50]], dtype=np.float32),
        np.array([1, 2]),
        np.array([0.9, 0.6], dtype=np.float32),
        masks,
    ]
    monkeypatch.setattr(detection, "_onnx", lambda path: Session([Given("image", [3, "h", "w"])], answer))
    found = OnnxDetector("any.onnx", labels=("background", "valve", "pump")).detect(
        Image.new("RGB", (60, 40))
    )
    assert [(one.label, one.box) for one in found] == [
        ("valve", (5, 10, 25, 20)),
        ("pump", (0, 0, 60, 40)),  # cut to the picture
    ]
    assert found[0].mask is not None
    assert found[0].mask.sum() == 200


def test_what_is_under_the_threshold_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [np.array([[0, 0, 5, 5]], dtype=np.float32), np.array([0]), np.array([0.2], dtype=np.float32)]
    monkeypatch.setattr(detection, "_onnx", lambda path: Session([Given("image", [3, "h", "w"])], answer))
    assert OnnxDetector("any.onnx", threshold=0.3).detect(Image.new("RGB", (9, 9))) == []


def test_a_model_of_another_sort_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session([Given("x", [1, 3, 8, 8])], [np.zeros((1, 1000), dtype=np.float32)])
    monkeypatch.setattr(detection, "_onnx", lambda path: session)
    with pytest.raises(ModelUnavailable, match="outputs"):
        OnnxDetector("any.onnx").detect(Image.new("RGB", (8, 8)))


def segmenter(monkeypatch: pytest.MonkeyPatch) -> tuple[PromptedSegmenter, Session, Session]:
    masks = np.full((1, 2, 30, 60), -1.0, dtype=np.float32)
    masks[0, 1, 5:15, 20:40] = 3
    encoder = Session([Given("image", [1, 3, 64, 64])], [np.zeros((1, 8, 4, 4), dtype=np.float32)])
    decoder = Session([], [masks, np.array([[0.2, 0.8]], dtype=np.float32)])
    sessions = {"encoder.onnx": encoder, "decoder.onnx": decoder}
    monkeypatch.setattr(detection, "_onnx", lambda path: sessions[path.name])
    return PromptedSegmenter("encoder.onnx", "decoder.onnx", side=64, label="rock"), encoder, decoder


def test_a_point_gives_the_best_mask_and_its_box(monkeypatch: pytest.MonkeyPatch) -> None:
    model, _, _ = segmenter(monkeypatch)
    (found,) = model.detect(Image.new("RGB", (60, 30)), Prompt(points=((30, 10, True),)))
    assert (found.label, found.box) == ("rock", (20, 5, 40, 15))
    assert found.score == pytest.approx(0.8)
    assert found.mask is not None
    assert found.mask.shape == (30, 60)


def test_prompts_are_told_in_the_models_own_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    model, encoder, decoder = segmenter(monkeypatch)
    model.detect(Image.new("RGB", (32, 16)), Prompt(points=((8, 4, False),), box=(1, 2, 3, 4)))
    (asked,) = decoder.asked
    assert asked["point_coords"].tolist() == [[[16, 8], [2, 4], [6, 8]]]
    assert asked["point_labels"].tolist() == [[0, 2, 3]]
    assert asked["orig_im_size"].tolist() == [16, 32]
    assert encoder.asked[0]["image"].shape == (1, 3, 64, 64)


def test_a_prompted_model_says_that_it_needs_a_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    model, _, _ = segmenter(monkeypatch)
    with pytest.raises(InvalidRequest, match="where to look"):
        model.detect(Image.new("RGB", (60, 30)))


def test_missing_weights_are_a_sentence_and_nothing_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no weights") as refused:
        detector("onnx", weights=tmp_path / "none.onnx")
    assert "never downloaded" in refused.value.next_step


def test_a_file_that_is_no_model_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"\x00garbage" * 50)
    with pytest.raises(ModelUnavailable, match="can't be read"):
        detector("onnx", weights=tmp_path / "broken.onnx")


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(InvalidRequest, match="no detector") as refused:
        detector("crystal-ball")
    assert "chart-elements" in refused.value.next_step


def test_options_that_do_not_fit_are_the_callers_mistake() -> None:
    with pytest.raises(InvalidRequest, match="options"):
        detector("chart-elements", colour="red")


class Everything:
    """A plugin's detector."""

    def detect(self, image: Image.Image, prompt: Prompt | None = None) -> list[Found]:
        return [Found("picture", 1.0, (0, 0, image.width, image.height))]


def test_a_plugin_comes_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("everything", f"{__name__}:Everything", detection.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: Everything)
    monkeypatch.setattr(detection, "entry_points", lambda group, name="": [point])
    made = detector("everything")
    assert isinstance(made, Detector)
    assert made.detect(Image.new("RGB", (4, 3)))[0].box == (0, 0, 4, 3)


def test_a_broken_plugin_is_reported_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("broken", "no_such_module_of_ours:Nothing", detection.GROUP)
    monkeypatch.setattr(detection, "entry_points", lambda group, name="": [point])
    with pytest.raises(ModelUnavailable, match="broken"):
        detector("broken")


def test_torchvision_without_torch_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(ModelUnavailable, match="torch") as refused:
        detector(
            "torchvision", weights=tmp_path / "x.pt", architecture="fasterrcnn_resnet50_fpn", labels=["a"]
        )
    assert "pip install" in refused.value.next_step


def test_of_two_that_lie_on_each_other_the_surer_stays() -> None:
    one, other = Found("legend", 0.5, (0, 0, 10, 10)), Found("legend", 0.9, (1, 1, 10, 10))
    third = Found("title", 0.4, (0, 0, 10, 10))
    assert distinct([one, other, third]) == [other, third]


def test_shared_area_is_a_part_of_what_both_cover() -> None:
    assert shared((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert shared((0, 0, 1, 1), (2, 2, 3, 3)) == 0.0


def test_the_weights_stay_small() -> None:
    assert (MODELS / "chart_elements.onnx").stat().st_size <= 1_000_000
