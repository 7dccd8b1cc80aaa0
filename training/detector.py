"""Trains the small detector of a chart's elements, which proves the road; no quality is claimed.

matplotlib draws charts and tells where it put the title, the plot areas, the legends and the axis labels. The
network looks at a grid of cells: each says which element's middle it is, and how far that reaches.
"""

from __future__ import annotations

import io
import random
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from rusoil_jupyter.figures.pixels.detection import ChartElements, Found, shared
from training.charts.plans import plan
from training.charts.with_matplotlib import STYLES, drawn_on
from training.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LABELS = ChartElements.LABELS
ROWS, COLUMNS = ChartElements.HEIGHT // ChartElements.STRIDE, ChartElements.WIDTH // ChartElements.STRIDE
KINDS = ("line", "scatter", "bar", "histogram", "area", "box", "heatmap")


def chart(seed: int) -> tuple[Image.Image, list[Found]]:
    """A chart of one to four panels and where its elements are, the same for the same seed."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    draw = random.Random(seed)  # noqa: S311 - not a secret
    rows, columns = draw.choice(((1, 1), (1, 1), (1, 1), (1, 2), (2, 1), (2, 2)))
    with plt.style.context(draw.choice(STYLES)), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that a font lacks, labels that leave no room
        mpl.rcParams["font.size"] = draw.uniform(7, 11)
        size = draw.uniform(4, 8), draw.uniform(3, 6)
        figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, dpi=draw.choice((72, 100)))
        try:
            for axes in grid.flat:
                drawn_on(axes, plan(draw.choice(KINDS), draw.getrandbits(30)), draw)
            if draw.random() < 0.7:
                figure.tight_layout()
            out = io.BytesIO()
            figure.savefig(out, format="png", dpi=figure.dpi)
            image = Image.open(out).convert("RGB")
            found = [one for axes in grid.flat for one in _elements(axes, image)]
        finally:
            plt.close(figure)
    return image, found


def _elements(axes: Any, image: Image.Image) -> list[Found]:
    parts = [
        ("plot area", axes.patch),
        ("title", axes.title),
        ("x label", axes.xaxis.label),
        ("y label", axes.yaxis.label),
    ]
    if axes.get_legend() is not None:
        parts.append(("legend", axes.get_legend()))
    found = []
    for label, part in parts:
        box = part.get_window_extent()
        if box.width > 3 and box.height > 3:
            left, right = max(0.0, box.x0), min(float(image.width), box.x1)
            top, bottom = max(0.0, image.height - box.y1), min(float(image.height), image.height - box.y0)
            if right > left and bottom > top:
                found.append(Found(label, 1.0, (left, top, right, bottom)))
    return found


def target(image: Image.Image, elements: list[Found]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the grid should say: a hill at each middle ``(labels, rows, columns)``, and the sides there
    ``(4, ...)``."""
    hills = np.zeros((len(LABELS), ROWS, COLUMNS), np.float32)
    sides = np.zeros((4, ROWS, COLUMNS), np.float32)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS] + 0.5
    for one in sorted(elements, key=lambda f: -(f.box[2] - f.box[0]) * (f.box[3] - f.box[1])):
        left, right = (one.box[i] / image.width * COLUMNS for i in (0, 2))
        top, bottom = (one.box[i] / image.height * ROWS for i in (1, 3))
        wide, tall = max(0.7, (right - left) / 8), max(0.7, (bottom - top) / 8)
        i, j = min(ROWS - 1, int((top + bottom) / 2)), min(COLUMNS - 1, int((left + right) / 2))
        hill = np.exp(-(((x - j - 0.5) / wide) ** 2 + ((y - i - 0.5) / tall) ** 2) / 2)
        k = LABELS.index(one.label)
        hills[k] = np.maximum(hills[k], hill)
        near = hill > 0.5
        for n, side in enumerate((x - left, y - top, right - x, bottom - y)):
            sides[n][near] = side[near]
    return hills, sides


def network() -> Any:
    """The network, untrained: ``(n, 1, 192, 256)`` to logits and sides ``(n, labels + 4, 24, 32)``."""
    from torch import nn

    def conv(inner: int, outer: int, stride: int = 1, spread: int = 1) -> list[Any]:
        return [
            nn.Conv2d(inner, outer, 3, stride, spread, spread, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(inplace=True),
        ]

    return nn.Sequential(
        *conv(1, 16, 2),
        *conv(16, 32, 2),
        *conv(32, 48, 2),
        *conv(48, 64),
        *conv(64, 64, spread=2),  # each cell sees more and more of the picture
        *conv(64, 64, spread=4),
        *conv(64, 64, spread=8),
        *conv(64, 64),
        nn.Conv2d(64, len(LABELS) + 4, 1),
    )


def train(out: Path, minutes: float, *, seed: int = 1, batch: int = 16, charts: int = 500) -> None:
    """Trains for so many minutes of the clock, saves ``chart_elements.pt`` and ``chart_elements.onnx`` in
    ``out``."""
    import torch
    from torch.nn.functional import smooth_l1_loss, softplus

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    pictures, hills, sides = _album(seed, charts)
    model = network()
    model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    rng = np.random.default_rng(seed)
    progress, started = Progress(), time.monotonic()
    steps, losses = 0, []
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1 or steps == 0:
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * (0.5 + 0.5 * np.cos(np.pi * min(1.0, done))) + 1e-5
        chosen = rng.choice(len(pictures), batch)
        given = torch.from_numpy(pictures[chosen].astype(np.float32) / 255)
        wanted, reach = torch.from_numpy(hills[chosen]), torch.from_numpy(sides[chosen])
        with torch.autocast("cpu", torch.bfloat16):
            grid = model(given.contiguous(memory_format=torch.channels_last))
        grid = grid.float()
        logits, found = grid[:, : len(LABELS)], softplus(grid[:, len(LABELS) :])
        chance = logits.sigmoid()
        near = (wanted - chance).abs() ** 2  # what is right already counts little
        cross = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
        some = (reach.abs().sum(1, keepdim=True) > 0).float()
        loss = (near * cross).sum() / batch + 0.3 * (
            smooth_l1_loss(found, reach, reduction="none") * some
        ).sum() / batch / 10
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
        steps += 1
        progress.say(share=done, loss=float(np.mean(losses[-50:])))
    torch.save(model.state_dict(), out / "chart_elements.pt")
    export(out / "chart_elements.pt", out / "chart_elements.onnx")


def _album(seed: int, charts: int) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
    pictures, hills, sides = [], [], []
    for i in range(charts):
        image, elements = chart(seed * 100_000 + i)
        seen = ChartElements.features(image)
        if seen is not None:
            hill, side = target(image, elements)
            pictures.append((seen * 255).astype(np.uint8))
            hills.append(hill)
            sides.append(side)
    return np.stack(pictures), np.stack(hills), np.stack(sides)


def export(weights: Path, onnx: Path) -> None:
    """The trained network as ONNX: chances and sides (in cells) out."""
    import torch
    from torch import nn

    model = network()
    model.load_state_dict(torch.load(weights, weights_only=True))

    class Grid(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, x: Any) -> Any:
            grid = self.inner(x)
            return torch.cat(
                [grid[:, : len(LABELS)].sigmoid(), nn.functional.softplus(grid[:, len(LABELS) :])], 1
            )

    torch.onnx.export(
        Grid().eval(),
        (torch.zeros(1, 1, ChartElements.HEIGHT, ChartElements.WIDTH),),
        str(onnx),
        input_names=["picture"],
        output_names=["grid"],
        dynamic_axes={"picture": {0: "n"}, "grid": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )


def measure(seeds: range) -> dict[str, tuple[int, int, int]]:
    """Of fresh charts: for each element how many there are, how many were found (half shared), how many
    invented."""
    detector = ChartElements()
    counts = {label: [0, 0, 0] for label in LABELS}
    for seed in seeds:
        image, elements = chart(seed)
        found = detector.detect(image)
        for one in elements:
            counts[one.label][0] += 1
            hit = next((f for f in found if f.label == one.label and shared(f.box, one.box) > 0.5), None)
            if hit is not None:
                counts[one.label][1] += 1
                found.remove(hit)
        for one in found:
            counts[one.label][2] += 1
    return {label: (there, hits, invented) for label, (there, hits, invented) in counts.items()}
