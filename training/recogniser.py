"""Trains the line recogniser: convolutions that halve the height, one recurrent layer, CTC.

Lines are rendered as training goes, in processes beside it, so that none is seen twice.
"""

from __future__ import annotations

import random
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.figures.pixels.recogniser import ALPHABET, HEIGHT, normalised
from training.lines import Printer
from training.progress import Progress
from training.vocabulary import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.queues import Queue

    from numpy.typing import NDArray

Batch = tuple["NDArray[np.float32]", list[str]]
POOL = 48  # batches that are rendered together and then sorted by width
WIDEST = 720  # pixels: longer lines are left out of training, where they would fill the memory
STEPS = 4  # pixels of width for one step of the output


def network(hidden: int = 96) -> Any:
    """The network, untrained: ``(n, 1, 32, w)`` to log-probabilities ``(n, w / 4, classes)``."""
    from torch import nn

    def conv(inner: int, outer: int, kernel: Any = 3, padding: Any = 1, stride: int = 1) -> list[Any]:
        return [
            nn.Conv2d(inner, outer, kernel, stride, padding, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(inplace=True),
        ]

    class Recogniser(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.seen = nn.Sequential(
                *conv(1, 32, 5, 2, stride=2),  # 16 high: the first layers are the dear ones
                *conv(32, 48, stride=2),  # 8 high, w / 4
                *conv(48, 80),
                nn.MaxPool2d((2, 1)),  # 4 high
                *conv(80, 112),
                nn.MaxPool2d((2, 1)),  # 2 high
                *conv(112, 2 * hidden, (2, 3), (0, 1)),
            )
            self.context = nn.LSTM(2 * hidden, hidden, bidirectional=True, batch_first=True)
            self.rest = nn.Dropout(0.05)
            self.letters = nn.Linear(2 * hidden, len(ALPHABET) + 1)

        def forward(self, x: Any) -> Any:
            x = self.seen(x).squeeze(2).transpose(1, 2)
            x, _ = self.context(x)
            return self.letters(self.rest(x)).float().log_softmax(2)

    return Recogniser()


def batches(seed: int, size: int, *, clean: bool = False) -> Iterator[Batch]:
    """Rendered lines without end: pictures of one batch padded to one width, and their texts."""
    writer, printer = Writer(seed), Printer(seed, clean=clean)
    draw = random.Random(seed)  # noqa: S311 - not a secret
    while True:
        pool: list[tuple[NDArray[np.float32], str]] = []
        while len(pool) < POOL * size:
            text = writer.text()
            line = normalised(printer.line(text))
            if line is None or line.shape[1] > WIDEST or line.shape[1] < STEPS * _steps_needed(text):
                continue
            pool.append((line, text))
        pool.sort(key=lambda pair: pair[0].shape[1])
        groups = [pool[i : i + size] for i in range(0, len(pool), size)]
        draw.shuffle(groups)
        for group in groups:
            widest = max(line.shape[1] for line, _ in group)
            pictures = np.zeros((len(group), 1, HEIGHT, widest), np.float32)
            for i, (line, _) in enumerate(group):
                pictures[i, 0, :, : line.shape[1]] = line
            yield pictures, [text for _, text in group]


def _steps_needed(text: str) -> int:
    return len(text) + sum(a == b for a, b in pairwise(text))


def _serve(queue: Queue[Batch], seed: int, size: int) -> None:
    for batch in batches(seed, size):
        queue.put(batch)


def train(
    out: Path,
    minutes: float,
    *,
    seed: int = 1,
    start: Path | None = None,
    rate: float = 2e-3,
    batch: int = 16,
    renderers: int = 1,
) -> None:
    """Trains for so many minutes of the clock, saves ``recogniser.pt`` and ``recogniser.onnx`` in ``out``.

    ``start`` continues from saved weights. The learning rate falls with the clock, so a busy machine gives
    less learning, never a broken run.
    """
    import multiprocessing

    import torch
    from torch import nn

    torch.manual_seed(seed)
    torch.set_num_threads(1)  # so small a network gains nothing from two, and the other one renders
    model = network()
    if start is not None:
        model.load_state_dict(torch.load(start, weights_only=True))
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-3)
    loss_of = nn.CTCLoss(blank=0, zero_infinity=True)
    place = {letter: i + 1 for i, letter in enumerate(ALPHABET)}
    context = multiprocessing.get_context("spawn")
    queue: Queue[Batch] = context.Queue(maxsize=40)
    workers = [
        context.Process(target=_serve, args=(queue, seed * 1000 + i, batch), daemon=True)
        for i in range(renderers)
    ]
    for worker in workers:
        worker.start()
    out.mkdir(parents=True, exist_ok=True)
    model.seen.to(memory_format=torch.channels_last)  # this and half precision: twice as fast on a CPU
    model.train()
    losses: list[float] = []
    started: float | None = None
    progress, saved = Progress(), time.monotonic()
    seen = steps = 0
    try:
        while True:
            pictures, texts = queue.get()
            started = started or time.monotonic()
            done = (time.monotonic() - started) / (60 * minutes)
            if done >= 1 and steps:
                break
            warm = min(1.0, (steps + 1) / 200)
            now_rate = rate * warm * (0.5 + 0.5 * np.cos(np.pi * min(1.0, done))) + 2e-5
            for group in optimizer.param_groups:
                group["lr"] = now_rate
            given = torch.from_numpy(pictures).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                scores = model(given)
            targets = torch.tensor([place[letter] for text in texts for letter in text])
            lengths = torch.tensor([len(text) for text in texts])
            inputs = torch.full((len(texts),), scores.shape[1])
            loss = loss_of(scores.transpose(0, 1), targets, inputs, lengths)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            seen += len(texts)
            steps += 1
            progress.say(share=done, lines=seen, loss=float(np.mean(losses[-100:])))
            now = time.monotonic()
            if now - saved > 90:
                saved = now
                torch.save(model.state_dict(), out / "recogniser.pt")
    finally:
        for worker in workers:
            worker.terminate()
    torch.save(model.state_dict(), out / "recogniser.pt")
    export(out / "recogniser.pt", out / "recogniser.onnx")


def export(weights: Path, onnx: Path) -> None:
    """The trained network as ONNX, probabilities out, any number of lines of any width in."""
    import torch
    from torch import nn

    model = network()
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()

    class Probabilities(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, x: Any) -> Any:
            return self.inner(x).exp()

    torch.onnx.export(
        Probabilities().eval(),
        (torch.zeros(2, 1, HEIGHT, 128),),
        str(onnx),
        input_names=["lines"],
        output_names=["probabilities"],
        dynamic_axes={"lines": {0: "n", 3: "width"}, "probabilities": {0: "n", 1: "steps"}},
        opset_version=17,
        dynamo=False,
    )
