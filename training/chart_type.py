"""Trains the chart-type classifier on charts rendered by several libraries, and measures it on others.

``album.render`` draws the charts; each is then seen in a few ways (cut, squeezed, inverted, blurred, badly
compressed) and kept as the network's features, which are small. The network is convolutions and pooling.
"""

from __future__ import annotations

import io
import random
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from rusoil_jupyter.figures.pixels.chart_type import SIDE, TYPES, features
from training.charts import album, others
from training.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# Drawn for training, and held out: these no training ever sees.
TRAINED_ON = {"matplotlib": 100, "vega": 100, "plotly": 100, "bokeh": 40}
HELD_OUT = {"echarts": 40, "gnuplot": 40, "chartjs": 40}
OTHERS = 600
WAYS = 4  # in which each picture of the training is seen


def render(folder: Path, javascript: Path | None) -> None:
    """Draws all the charts that are not in the folder yet. About an hour on one core."""
    progress = Progress(0)
    for library, each in (TRAINED_ON | HELD_OUT).items():
        progress.say(library=library, new=album.render(folder, library, each, javascript=javascript))
    place = folder / "others" / "other"
    place.mkdir(parents=True, exist_ok=True)
    for seed in range(OTHERS):
        if not (place / f"{seed}.png").exists():
            (place / f"{seed}.png").write_bytes(others.picture(seed))


def worn(image: Image.Image, draw: random.Random) -> Image.Image:
    """The picture as somebody else may have it: cut out differently, scaled, inverted, compressed."""
    width, height = image.size
    if draw.random() < 0.6:
        cut = [draw.uniform(-0.08, 0.05) for _ in range(4)]
        box = (cut[0] * width, cut[1] * height, width * (1 - cut[2]), height * (1 - cut[3]))
        paper = image.getpixel((1, 1))
        frame = Image.new("RGB", (max(8, round(box[2] - box[0])), max(8, round(box[3] - box[1]))), paper)
        frame.paste(image, (-round(box[0]), -round(box[1])))
        image = frame
    if draw.random() < 0.4:
        factor = draw.uniform(0.4, 1.3)
        image = image.resize((max(60, round(image.width * factor)), max(60, round(image.height * factor))))
    if draw.random() < 0.15:
        image = ImageOps.invert(image)
    if draw.random() < 0.1:
        image = image.convert("L").convert("RGB")
    if draw.random() < 0.1:
        image = image.filter(ImageFilter.GaussianBlur(draw.uniform(0.3, 1.2)))
    if draw.random() < 0.05:
        image = image.rotate(draw.uniform(-2, 2), fillcolor=image.getpixel((1, 1)))
    if draw.random() < 0.15:
        data = io.BytesIO()
        image.save(data, "JPEG", quality=draw.randint(30, 90))
        image = Image.open(data).convert("RGB")
    return image


def seen(
    folder: Path, libraries: list[str], ways: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    """Features ``(n, 3, SIDE, SIDE)`` in 0..255, types, and the files they come from; ``ways`` 0: as they
    are."""
    pictures, types, names = [], [], []
    for path in sorted(p for library in libraries for p in (folder / library).glob("*/*.png")):
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        draw = random.Random(str(path.relative_to(folder)))  # noqa: S311 - not a secret
        for way in range(max(1, ways)):
            found = features(worn(image, draw) if way else image)
            if found is not None:
                pictures.append((found * 255).astype(np.uint8))
                types.append(TYPES.index(path.parent.name))
                names.append(str(path.relative_to(folder)))
    return np.stack(pictures), np.array(types), names


def network() -> Any:
    """The network, untrained: features to logits, 190,000 parameters."""
    from torch import nn

    def conv(inner: int, outer: int, kernel: int = 3, stride: int = 1) -> list[Any]:
        return [
            nn.Conv2d(inner, outer, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(inplace=True),
        ]

    return nn.Sequential(
        *conv(3, 24, 5, 2),  # 64
        *conv(24, 40, 3, 2),  # 32
        *conv(40, 56),
        nn.MaxPool2d(2),  # 16
        *conv(56, 80),
        nn.MaxPool2d(2),  # 8
        *conv(80, 112),
        nn.MaxPool2d(2),  # 4: what is where still matters a little
        *conv(112, 128),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.4),
        nn.Linear(512, len(TYPES)),
    )


def train(
    out: Path,
    minutes: float,
    *,
    folder: Path,
    seed: int = 1,
    start: Path | None = None,
    rate: float = 2e-3,
    batch: int = 32,
) -> None:
    """Trains for so many minutes of the clock, saves ``chart_type.pt`` and ``chart_type.onnx`` in ``out``.

    ``start`` continues from saved weights.
    """
    import torch
    from torch import nn

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "chart_type_features.npz"
    if kept.exists():
        with np.load(kept) as saved:
            pictures, types = saved["pictures"], saved["types"]
    else:
        pictures, types, _ = seen(folder, [*TRAINED_ON, "others"], WAYS)
        np.savez(kept, pictures=pictures, types=types)
    model = network()
    if start is not None:
        model.load_state_dict(torch.load(start, weights_only=True))
    model.to(memory_format=torch.channels_last)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.02)
    weights = 1 / np.maximum(1, np.bincount(types, minlength=len(TYPES)))
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    rng = np.random.default_rng(seed)
    chances = weights[types] / weights[types].sum()
    progress, started = Progress(), time.monotonic()
    steps, losses = 0, []
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1 or steps == 0:
        for group in optimizer.param_groups:
            group["lr"] = (
                rate * min(1, (steps + 1) / 100) * (0.5 + 0.5 * np.cos(np.pi * min(1.0, done))) + 1e-5
            )
        chosen = rng.choice(len(types), batch, p=chances)
        some = _moved(pictures[chosen].astype(np.float32) / 255, rng)
        given = torch.from_numpy(some).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(given)
        loss = loss_of(logits.float(), torch.from_numpy(types[chosen]))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
        steps += 1
        progress.say(share=done, images=steps * batch, loss=float(np.mean(losses[-100:])))
    torch.save(model.state_dict(), out / "chart_type.pt")
    export(out / "chart_type.pt", out / "chart_type.onnx")


def _moved(pictures: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Each shifted and zoomed a little, some mirrored, the contrast changed, some without their colours."""
    for i in range(len(pictures)):
        rows, columns = (
            (np.arange(SIDE) - SIDE / 2) * rng.uniform(0.85, 1.12) + SIDE / 2 + rng.uniform(-8, 8)
            for _ in range(2)
        )
        if rng.random() < 0.3:
            columns = columns[::-1]
        rows, columns = (np.clip(places, 0, SIDE - 1).astype(int) for places in (rows, columns))
        pictures[i] = pictures[i][:, rows[:, None], columns[None]]
        pictures[i, :2] = pictures[i, :2] ** rng.uniform(0.7, 1.4)
        pictures[i, 2] *= rng.uniform(0, 1.2) if rng.random() < 0.5 else 1
    return pictures


def export(weights: Path, onnx: Path) -> None:
    """The trained network as ONNX, probabilities out."""
    import torch
    from torch import nn

    model = network()
    model.load_state_dict(torch.load(weights, weights_only=True))
    torch.onnx.export(
        nn.Sequential(model, nn.Softmax(1)).eval(),
        (torch.zeros(1, 3, SIDE, SIDE),),
        str(onnx),
        input_names=["features"],
        output_names=["probabilities"],
        dynamic_axes={"features": {0: "n"}, "probabilities": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
