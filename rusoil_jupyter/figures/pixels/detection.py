"""Objects found in a picture: one small seam for detection, segmentation and prompted segmentation models.

::

    Detector.detect(image, prompt=None) -> [Found(label, score, box, mask), ...]

    chart-elements   where title, plot area, legend and axis labels are: small, trained here, shipped
    onnx             a detection model as torchvision exports it, on onnxruntime
    torchvision      any of torchvision's detection or segmentation models (needs torch; weights from a file)
    segment-anything an encoder and a decoder as ONNX, asked with points or a box

Others come by the entry-point group ``rusoil_jupyter.detectors``: a class whose instances have ``detect``.
Weights are
files that somebody gives; nothing is ever fetched. Those of torch are read as tensors only, never as
pickled code.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.figures.pixels.recogniser import session_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Mask = NDArray[np.bool_]

GROUP = "rusoil_jupyter.detectors"
MOST = 100  # objects of one picture
Box = tuple[float, float, float, float]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prompt:
    """What a prompted model is asked about, in pixels of the picture.

    ``points`` are ``(x, y, wanted)``: a place on the object, or (``wanted`` false) one beside it.
    """

    points: tuple[tuple[float, float, bool], ...] = ()
    box: Box | None = None


@dataclass(frozen=True)
class Found:
    """An object: what it is, how sure the model is (0..1), and where.

    ``box`` is left, top, right, bottom in pixels of the picture; ``mask`` has the picture's height and
    width, from a
    model that segments.
    """

    label: str
    score: float
    box: Box
    mask: Mask | None = field(default=None, compare=False)


@runtime_checkable
class Detector(Protocol):
    """What every kind of model is here."""

    def detect(self, image: Image, prompt: Prompt | None = None) -> list[Found]:
        """The objects in the picture, the surest first, at most ``MOST``.

        A model that takes no prompt ignores one; one that needs a prompt raises ``InvalidRequest`` without.
        """


def detector(kind: str, **options: Any) -> Detector:
    """A detector of this kind, made with its own options (weights, labels, a threshold).

    Raises:
        InvalidRequest: there is no such kind, or its options don't fit.
        ModelUnavailable: its weights are missing or broken, or it needs a package that is not installed.
    """
    made: Any = BUILT_IN.get(kind)
    if made is None:
        found = list(entry_points(group=GROUP, name=kind))
        if not found:
            known = sorted({*BUILT_IN, *(one.name for one in entry_points(group=GROUP))})
            raise InvalidRequest(
                _("There is no detector of the kind “{kind}”.").format(kind=kind),
                _("Choose one of these: {kinds}.").format(kinds=", ".join(known)),
                field="kind",
            )
        try:
            made = found[0].load()
        # A plugin is somebody else's code: whatever it raises is reported and the rest works.
        except Exception as error:
            log.exception("detector %s could not be loaded", kind)
            raise ModelUnavailable(
                _("The detector “{kind}” is broken ({reason}).").format(
                    kind=kind, reason=f"{type(error).__name__}: {error}"
                ),
                _("Update it or remove it; the log has the details."),
            ) from error
    try:
        return made(**options)  # type: ignore[no-any-return]
    except TypeError as error:
        raise InvalidRequest(
            _("The detector “{kind}” does not take these options ({reason}).").format(
                kind=kind, reason=error
            ),
            _("Correct the options and try again."),
            field="options",
        ) from error


class ChartElements:
    """Where a chart has its plot area, title, legend and axis labels. Shipped; its quality is not claimed."""

    LABELS = ("plot area", "title", "x label", "y label", "legend")
    WIDTH, HEIGHT, STRIDE = 256, 192, 8

    def __init__(self, threshold: float = 0.3) -> None:
        self.threshold = threshold

    @cached_property
    def _session(self) -> Any:
        return session_of("chart_elements.onnx")

    def detect(self, image: Image, prompt: Prompt | None = None) -> list[Found]:  # noqa: ARG002
        """The elements of one chart; several plot areas or legends where there are several."""
        import numpy as np

        seen = self.features(image)
        if seen is None:
            return []
        (grid,) = self._session.run(None, {"picture": seen[None]})
        scores, sides = grid[0, : len(self.LABELS)], grid[0, len(self.LABELS) :]
        wide, tall = image.width / self.WIDTH, image.height / self.HEIGHT
        found: list[Found] = []
        for k, i, j in np.argwhere(scores > self.threshold):
            x, y = (j + 0.5) * self.STRIDE, (i + 0.5) * self.STRIDE
            left, top, right, bottom = (float(side) for side in sides[:, i, j] * self.STRIDE)
            box = ((x - left) * wide, (y - top) * tall, (x + right) * wide, (y + bottom) * tall)
            found.append(Found(self.LABELS[k], float(scores[k, i, j]), _inside(box, image)))
        return distinct(found)

    @classmethod
    def features(cls, image: Image) -> NDArray[np.float32] | None:
        """What the network sees, ``(1, HEIGHT, WIDTH)``: how far each pixel is from the background, 0..1."""
        import numpy as np
        from PIL import Image as images

        if min(image.size) < 8:
            return None
        if max(image.size) > 8 * cls.WIDTH:
            image = image.reduce(max(1, max(image.size) // (4 * cls.WIDTH)))
        fine = image.convert("L").resize((2 * cls.WIDTH, 2 * cls.HEIGHT), images.Resampling.BILINEAR)
        grey = np.asarray(fine, dtype=np.float32)
        ink = np.abs(grey - np.bincount(np.asarray(fine).ravel(), minlength=256).argmax())
        if ink.max() < 12:
            return None
        ink = ink.reshape(cls.HEIGHT, 2, cls.WIDTH, 2).max(axis=(1, 3)) / ink.max()
        seen: NDArray[np.float32] = ink[None].astype(np.float32)
        return seen


class OnnxDetector:
    """A detection model as torchvision exports it: ``(3, h, w)`` in 0..1 to boxes, labels, scores and
    perhaps masks.

    The outputs are known by their form: ``(n, 4)`` boxes in pixels, ``(n,)`` integers labels, ``(n,)`` floats
    scores, ``(n, 1, h, w)`` masks. ``labels`` names the classes from 0 on.
    """

    def __init__(self, weights: str | Path, labels: Sequence[str] = (), threshold: float = 0.5) -> None:
        self.labels, self.threshold = tuple(labels), threshold
        self._session = _onnx(Path(weights))

    def detect(self, image: Image, prompt: Prompt | None = None) -> list[Found]:  # noqa: ARG002
        """The objects above the threshold."""
        import numpy as np

        picture = np.asarray(image.convert("RGB"), dtype=np.float32).transpose(2, 0, 1) / 255
        given = self._session.get_inputs()[0]  # torchvision exports with or without a batch of one
        outputs = self._session.run(None, {given.name: picture[None] if len(given.shape) == 4 else picture})
        boxes = labels = scores = masks = None
        for output in outputs:
            if output.ndim == 2 and output.shape[1] == 4:
                boxes = output
            elif output.ndim == 1 and np.issubdtype(output.dtype, np.integer):
                labels = output
            elif output.ndim == 1:
                scores = output
            elif output.ndim == 4:
                masks = output[:, 0]
        if boxes is None or scores is None:
            raise ModelUnavailable(
                _("This model's outputs are not those of a detection model."),
                _("Export a detection model of torchvision: boxes, labels, scores."),
            )
        if labels is None:
            labels = np.zeros(len(scores), dtype=np.int64)
        return _listed(image, boxes, labels, scores, masks, self.labels, self.threshold)


class TorchvisionDetector:
    """One of torchvision's detection or segmentation models, with weights from a file.

    ``architecture`` is torchvision's name (``fasterrcnn_mobilenet_v3_large_320_fpn``,
    ``maskrcnn_resnet50_fpn``,
    ``deeplabv3_mobilenet_v3_large``, ...), ``labels`` the classes it was trained on, background first.
    ``weights`` is a
    state dict: ``.safetensors``, or ``.pt``/``.pth`` read with ``weights_only``.
    """

    def __init__(
        self, weights: str | Path, architecture: str, labels: Sequence[str], threshold: float = 0.5
    ) -> None:
        self.labels, self.threshold = tuple(labels), threshold
        try:
            import torch
            from torchvision import models
        except ImportError as error:
            raise ModelUnavailable(
                _("Models of torchvision need torch and torchvision, which are not installed."),
                _("Install them with “pip install torch torchvision”, or export the model to ONNX."),
            ) from error
        detects = models.list_models(module=models.detection)
        self._segments = architecture in models.list_models(module=models.segmentation)
        if architecture not in detects and not self._segments:
            raise InvalidRequest(
                _("torchvision has no detection or segmentation model called “{name}”.").format(
                    name=architecture
                ),
                _("Give one of the names that torchvision.models.list_models() prints."),
                field="architecture",
            )
        self._torch = torch
        self._model = models.get_model(
            architecture, weights=None, weights_backbone=None, num_classes=len(self.labels)
        )
        state = _tensors(Path(weights), torch)
        try:
            self._model.load_state_dict(state)
        except RuntimeError as error:
            raise ModelUnavailable(
                _("The weights don't fit {architecture} with {count} classes.").format(
                    architecture=architecture, count=len(self.labels)
                ),
                _("Give the architecture and the labels that the weights were trained with."),
            ) from error
        self._model.eval()

    def detect(self, image: Image, prompt: Prompt | None = None) -> list[Found]:  # noqa: ARG002
        """The objects above the threshold; of a segmentation model, one for each class that is there."""
        import numpy as np

        pixels = np.asarray(image.convert("RGB"), dtype=np.float32).transpose(2, 0, 1) / 255
        picture = self._torch.from_numpy(pixels)
        with self._torch.inference_mode():
            if self._segments:
                mean = self._torch.tensor([0.485, 0.456, 0.406])[:, None, None]  # ImageNet's, as torchvision
                spread = self._torch.tensor([0.229, 0.224, 0.225])[:, None, None]
                chances = self._model(((picture - mean) / spread)[None])["out"][0].softmax(0).numpy()
                return _segments(chances, self.labels)
            (found,) = self._model([picture])
        masks = found["masks"][:, 0].numpy() if "masks" in found else None
        boxes, labels, scores = (found[name].numpy() for name in ("boxes", "labels", "scores"))
        return _listed(image, boxes, labels, scores, masks, self.labels, self.threshold)


class PromptedSegmenter:
    """A model like Segment Anything, as ONNX: an encoder of the picture and a decoder of the prompt.

    Inputs and outputs as in that model's own export: ``image_embeddings``, ``point_coords``,
    ``point_labels``,
    ``mask_input``, ``has_mask_input``, ``orig_im_size`` to ``masks``, ``iou_predictions``; the encoder takes
    ``(1, 3, side, side)``. ``label`` names what is found.
    """

    MEAN, SPREAD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)  # ImageNet's, in 0..255

    def __init__(
        self, encoder: str | Path, decoder: str | Path, side: int = 1024, label: str = "object"
    ) -> None:
        self.side, self.label = side, label
        self._encoder, self._decoder = _onnx(Path(encoder)), _onnx(Path(decoder))

    def detect(self, image: Image, prompt: Prompt | None = None) -> list[Found]:
        """The object that the prompt points at, as a mask and its box."""
        import numpy as np

        if prompt is None or not (prompt.points or prompt.box):
            raise InvalidRequest(
                _("This model has to be told where to look."),
                _("Give a point on the object, or a box around it."),
                field="prompt",
            )
        scale = self.side / max(image.size)
        small = image.convert("RGB").resize(
            (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        )
        pixels = (np.asarray(small, dtype=np.float32) - self.MEAN) / self.SPREAD
        picture = np.zeros((1, 3, self.side, self.side), dtype=np.float32)
        picture[0, :, : small.height, : small.width] = pixels.transpose(2, 0, 1)
        (embedding,) = self._encoder.run(None, {self._encoder.get_inputs()[0].name: picture})[:1]
        coordinates = [(x, y) for x, y, _wanted in prompt.points]
        marks = [float(wanted) for _x, _y, wanted in prompt.points]
        if prompt.box is not None:
            left, top, right, bottom = prompt.box
            coordinates += [(left, top), (right, bottom)]
            marks += [2.0, 3.0]  # the corners of a box
        else:
            coordinates.append((0.0, 0.0))
            marks.append(-1.0)  # no box
        masks, scores = self._decoder.run(
            ["masks", "iou_predictions"],
            {
                "image_embeddings": embedding,
                "point_coords": np.array([coordinates], dtype=np.float32) * scale,
                "point_labels": np.array([marks], dtype=np.float32),
                "mask_input": np.zeros((1, 1, self.side // 4, self.side // 4), dtype=np.float32),
                "has_mask_input": np.zeros(1, dtype=np.float32),
                "orig_im_size": np.array([image.height, image.width], dtype=np.float32),
            },
        )
        best = int(scores[0].argmax())
        mask = masks[0, best] > 0
        if not mask.any():
            return []
        return [Found(self.label, float(np.clip(scores[0, best], 0, 1)), _around(mask), mask)]


BUILT_IN: dict[str, Any] = {
    "chart-elements": ChartElements,
    "onnx": OnnxDetector,
    "torchvision": TorchvisionDetector,
    "segment-anything": PromptedSegmenter,
}


def distinct(found: Sequence[Found], overlap: float = 0.4) -> list[Found]:
    """The surest of those that lie on each other: two of one label that share more than ``overlap`` are
    one."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: -f.score):
        if all(one.label != other.label or shared(one.box, other.box) <= overlap for other in kept):
            kept.append(one)
    return kept[:MOST]


def shared(one: Box, other: Box) -> float:
    """The area that two boxes share, as a part of what they cover together, 0..1."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * tall / (both - wide * tall)


def _listed(
    image: Image,
    boxes: NDArray[Any],
    labels: NDArray[Any],
    scores: NDArray[Any],
    masks: NDArray[Any] | None,
    names: Sequence[str],
    threshold: float,
) -> list[Found]:
    found = []
    for i in scores.argsort()[::-1][:MOST]:
        if scores[i] < threshold:
            break
        label = int(labels[i])
        name = names[label] if 0 <= label < len(names) else str(label)
        mask = None if masks is None else masks[i] > 0.5
        found.append(Found(name, float(scores[i]), _inside(tuple(map(float, boxes[i])), image), mask))
    return found


def _segments(chances: NDArray[Any], names: Sequence[str]) -> list[Found]:
    best = chances.argmax(axis=0)
    found = []
    for label, name in enumerate(names):
        mask = best == label
        if label and mask.any():
            found.append(Found(name, float(chances[label][mask].mean()), _around(mask), mask))
    return sorted(found, key=lambda f: -f.score)


def _around(mask: Mask) -> Box:
    import numpy as np

    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _inside(box: Sequence[float], image: Image) -> Box:
    left, top, right, bottom = box
    return max(0.0, left), max(0.0, top), min(float(image.width), right), min(float(image.height), bottom)


def _weights(path: Path) -> Path:
    if not path.is_file():
        raise ModelUnavailable(
            _("There are no weights at “{path}”.").format(path=path),
            _("Give the path of a file on this computer; weights are never downloaded."),
        )
    return path


def _broken(path: Path, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        _("The weights in “{path}” can't be read ({reason}).").format(
            path=path, reason=f"{type(error).__name__}: {str(error)[:200]}"
        ),
        _("Give a whole file: ONNX, safetensors, or a state dict that torch has saved."),
    )


def _onnx(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(_weights(path)), options, providers=["CPUExecutionProvider"])
    except RuntimeError as error:  # what onnxruntime raises derives from it
        raise _broken(path, error) from error
    except Exception as error:
        if type(error).__module__.startswith("onnxruntime"):
            raise _broken(path, error) from error
        raise


def _tensors(path: Path, torch: Any) -> Any:
    import pickle

    _weights(path)
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(str(path))
        return torch.load(path, map_location="cpu", weights_only=True)
    except ImportError as error:
        raise ModelUnavailable(
            _("Files of the kind safetensors need a package that is not installed."),
            _("Install it with “pip install safetensors”."),
        ) from error
    except (RuntimeError, ValueError, EOFError, pickle.UnpicklingError, OSError) as error:
        raise _broken(path, error) from error
