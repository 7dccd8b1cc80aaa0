"""A step or two of each training, on torch (``make test-training``); what it makes is opened as usual."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from torchvision import models

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.figures.pixels.chart_type import SIDE, TYPES
from rusoil_jupyter.figures.pixels.detection import ChartElements, detector
from rusoil_jupyter.figures.pixels.recogniser import ALPHABET, HEIGHT
from training import chart_type, recogniser
from training import detector as elements
from training.charts import album, others

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch's own, of its older exporter
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]


def test_the_recogniser_learns_a_step_and_is_exported(tmp_path: Path) -> None:
    recogniser.train(tmp_path, 0.001, batch=4, renderers=1)
    session = onnxruntime.InferenceSession(tmp_path / "recogniser.onnx")
    (chances,) = session.run(None, {"lines": np.zeros((3, 1, HEIGHT, 160), np.float32)})
    assert chances.shape == (3, 40, len(ALPHABET) + 1)
    assert chances.sum(axis=2) == pytest.approx(1, abs=1e-3)


def test_the_recogniser_goes_on_from_saved_weights(tmp_path: Path) -> None:
    torch.save(recogniser.network().state_dict(), tmp_path / "start.pt")
    recogniser.train(tmp_path, 0.001, start=tmp_path / "start.pt", batch=4, renderers=1)
    assert (tmp_path / "recogniser.onnx").exists()


def test_the_classifier_learns_a_step_and_is_exported(tmp_path: Path) -> None:
    album.render(tmp_path / "charts", "matplotlib", 1)
    (tmp_path / "charts" / "others" / "other").mkdir(parents=True)
    (tmp_path / "charts" / "others" / "other" / "0.png").write_bytes(others.picture(0))
    chart_type.train(tmp_path, 0.001, folder=tmp_path / "charts", batch=4)
    session = onnxruntime.InferenceSession(tmp_path / "chart_type.onnx")
    (chances,) = session.run(None, {"features": np.zeros((2, 3, SIDE, SIDE), np.float32)})
    assert chances.shape == (2, len(TYPES))


def test_the_detector_learns_a_step_and_is_exported(tmp_path: Path) -> None:
    elements.train(tmp_path, 0.001, charts=3, batch=2)
    session = onnxruntime.InferenceSession(tmp_path / "chart_elements.onnx")
    seen = np.zeros((1, 1, ChartElements.HEIGHT, ChartElements.WIDTH), np.float32)
    (grid,) = session.run(None, {"picture": seen})
    assert grid.shape == (1, len(ChartElements.LABELS) + 4, elements.ROWS, elements.COLUMNS)


@pytest.mark.parametrize("name", ["fasterrcnn_mobilenet_v3_large_320_fpn", "maskrcnn_resnet50_fpn"])
def test_a_detection_model_of_torchvision_is_served_from_a_file(tmp_path: Path, name: str) -> None:
    model = models.get_model(name, weights=None, weights_backbone=None, num_classes=3)
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    served = detector(
        "torchvision",
        weights=tmp_path / "weights.pt",
        architecture=name,
        labels=["none", "valve", "pump"],
        threshold=0,
    )
    for found in served.detect(Image.effect_noise((96, 64), 60)):
        assert found.label in {"valve", "pump"}
        assert (found.mask is not None) == name.startswith("mask")


def test_a_segmentation_model_of_torchvision_is_served_from_a_file(tmp_path: Path) -> None:
    name = "deeplabv3_mobilenet_v3_large"
    model = models.get_model(name, weights=None, weights_backbone=None, num_classes=2)
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    served = detector(
        "torchvision", weights=tmp_path / "weights.pt", architecture=name, labels=["none", "pore"]
    )
    for found in served.detect(Image.effect_noise((96, 64), 60)):
        assert found.mask is not None
        assert found.mask.shape == (64, 96)


def test_weights_with_code_in_them_are_refused(tmp_path: Path) -> None:
    import pickle

    class Payload:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("code ran",)

    (tmp_path / "weights.pt").write_bytes(pickle.dumps(Payload()))
    name = "fasterrcnn_mobilenet_v3_large_320_fpn"
    with pytest.raises(ModelUnavailable, match="can't be read"):
        detector("torchvision", weights=tmp_path / "weights.pt", architecture=name, labels=["none", "valve"])


def test_an_architecture_that_torchvision_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="no detection"):
        detector("torchvision", weights=tmp_path / "x.pt", architecture="resnet18", labels=["a"])
