"""Pictures that are no chart: pages of text, tables, diagrams, maps, photographs, formulas, plain shapes."""

from __future__ import annotations

import io
import math
import random
from functools import lru_cache
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from training.charts.plans import PALETTES
from training.lines import faces
from training.vocabulary import Writer


def picture(seed: int) -> bytes:
    """One of them as a PNG, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - not a secret
    size = draw.choice((320, 480, 640, 640, 800)), draw.choice((240, 360, 480, 480, 600))
    dark = draw.random() < 0.15
    paper = (draw.randint(10, 50),) * 3 if dark else (draw.choice((255, 255, 250, 240)),) * 3
    ink = (draw.randint(190, 255),) * 3 if dark else (draw.randint(0, 70),) * 3
    drawn = draw.choice(
        (_text, _table, _diagram, _diagram, _graph, _map, _photograph, _photograph, _scene, _screen)
    )
    made = drawn(Image.new("RGB", size, paper), draw, ink)
    out = io.BytesIO()
    made.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _font(draw: random.Random, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(draw.choice(faces()).path, size)


def _colour(draw: random.Random) -> str:
    return draw.choice(draw.choice(PALETTES))


def _text(made: Image.Image, draw: random.Random, ink: tuple[int, ...]) -> Image.Image:
    pen, writer = ImageDraw.Draw(made), Writer(draw.getrandbits(32))
    size = draw.choice((10, 12, 14, 18, 26))
    font, language = _font(draw, size), draw.choice(("ru", "en"))
    y = draw.randint(5, 60)
    while y < made.height - size - draw.randint(0, 60):
        words = " ".join(writer.word(language) for _ in range(draw.randint(1, 14)))
        pen.text((draw.choice((10, 20, 40)), y), words, font=font, fill=ink)
        y += round(size * draw.uniform(1.2, 1.9))
    return made


def _table(made: Image.Image, draw: random.Random, ink: tuple[int, ...]) -> Image.Image:
    pen, writer = ImageDraw.Draw(made), Writer(draw.getrandbits(32))
    columns, rows = draw.randint(2, 8), draw.randint(3, 16)
    wide, tall = (made.width - 20) // columns, min(40, (made.height - 20) // rows)
    font = _font(draw, max(8, min(14, tall - 6)))
    lines = draw.choice(("all", "rows", "none"))
    for i in range(rows):
        y = 10 + i * tall
        if i == 0 and draw.random() < 0.5:
            pen.rectangle((10, y, 10 + wide * columns, y + tall), fill=_colour(draw))
        elif i % 2 and lines == "none":
            pen.rectangle((10, y, 10 + wide * columns, y + tall), fill=(128, 128, 128))
        for j in range(columns):
            text = writer.word("ru") if i == 0 or j == 0 else writer.number()
            pen.text((14 + j * wide, y + 3), text[: max(3, wide // 8)], font=font, fill=ink)
            if lines == "all":
                pen.rectangle((10 + j * wide, y, 10 + (j + 1) * wide, y + tall), outline=ink)
        if lines == "rows":
            pen.line((10, y, 10 + wide * columns, y), fill=ink)
    return made


def _diagram(made: Image.Image, draw: random.Random, ink: tuple[int, ...]) -> Image.Image:
    pen, writer = ImageDraw.Draw(made), Writer(draw.getrandbits(32))
    font = _font(draw, draw.choice((10, 12, 14)))
    columns, rows = draw.randint(1, 5), draw.randint(2, 4)
    wide, tall = made.width / columns, made.height / rows
    filled, places = draw.random() < 0.5, []
    shape = draw.choice(("box", "round", "ellipse", "diamond", "any"))
    for i in range(rows):
        for j in range(columns):
            if draw.random() < 0.8:
                x = (j + 0.5) * wide + draw.uniform(-0.1, 0.1) * wide
                places.append((x, (i + 0.5) * tall + draw.uniform(-0.1, 0.1) * tall))
    for a, b in pairwise(places):
        if draw.random() < 0.5:
            pen.line((*a, b[0], a[1], *b), fill=ink, width=draw.choice((1, 2)))
        else:
            pen.line((*a, *b), fill=ink, width=draw.choice((1, 2)))
            angle = math.atan2(b[1] - a[1], b[0] - a[0])
            middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
            wings = [
                (middle[0] - 10 * math.cos(angle + s), middle[1] - 10 * math.sin(angle + s))
                for s in (0.4, -0.4)
            ]
            pen.polygon([middle, *wings], fill=ink)
    for x, y in places:
        w, h = min(wide, 150) * draw.uniform(0.3, 0.42), min(tall, 80) * draw.uniform(0.22, 0.35)
        fill = _colour(draw) if filled else made.getpixel((1, 1))
        box = (x - w, y - h, x + w, y + h)
        kind = draw.choice(("box", "round", "ellipse", "diamond")) if shape == "any" else shape
        if kind == "box":
            pen.rectangle(box, fill=fill, outline=ink)
        elif kind == "round":
            pen.rounded_rectangle(box, 10, fill=fill, outline=ink)
        elif kind == "ellipse":
            pen.ellipse(box, fill=fill, outline=ink)
        else:
            pen.polygon([(x, y - h), (x + w, y), (x, y + h), (x - w, y)], fill=fill, outline=ink)
        pen.text((x, y), writer.word("en")[: max(2, int(w // 4))], font=font, fill=ink, anchor="mm")
    return made


def _graph(made: Image.Image, draw: random.Random, ink: tuple[int, ...]) -> Image.Image:
    pen, n = ImageDraw.Draw(made), draw.randint(4, 18)
    if draw.random() < 0.5:
        places = [
            (
                made.width / 2 + made.width * 0.4 * math.cos(2 * math.pi * i / n),
                made.height / 2 + made.height * 0.4 * math.sin(2 * math.pi * i / n),
            )
            for i in range(n)
        ]
    else:
        places = [
            (draw.uniform(0.06, 0.94) * made.width, draw.uniform(0.06, 0.94) * made.height) for _ in range(n)
        ]
    for _ in range(draw.randint(n, 2 * n)):
        pen.line((*draw.choice(places), *draw.choice(places)), fill=ink, width=draw.choice((1, 1, 2)))
    size = draw.randint(6, 22)
    font, fill = _font(draw, 11), _colour(draw)
    for i, (x, y) in enumerate(places):
        pen.ellipse((x - size, y - size, x + size, y + size), fill=fill, outline=ink)
        pen.text((x, y), str(i), font=font, fill=ink, anchor="mm")
    return made


def _map(made: Image.Image, draw: random.Random, ink: tuple[int, ...]) -> Image.Image:
    pen = ImageDraw.Draw(made)
    for _ in range(draw.randint(3, 40)):
        x, y, size = draw.uniform(0, made.width), draw.uniform(0, made.height), draw.uniform(15, 130)
        phases = [draw.uniform(0, 6.3) for _ in range(4)]
        outline = []
        for k in range(60):
            angle = 2 * math.pi * k / 60
            bend = 1 + sum(0.35 / (i + 1) * math.sin((i + 2) * angle + p) for i, p in enumerate(phases))
            outline.append((x + size * bend * math.cos(angle), y + size * bend * math.sin(angle)))
        pen.polygon(outline, fill=_colour(draw), outline=ink)
    return made


@lru_cache(maxsize=1)
def _photographs() -> tuple[Image.Image, ...]:
    """The few photographs that come with Python packages."""
    from matplotlib import cbook

    found = [Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)).convert("RGB")]
    try:
        from skimage import data

        for name in ("astronaut", "coffee", "chelsea", "camera", "rocket", "moon", "page", "coins"):
            try:
                found.append(Image.fromarray(getattr(data, name)()).convert("RGB"))
            except (OSError, ConnectionError, ValueError, ModuleNotFoundError):
                continue  # not all of them are in the package itself
    except ImportError:
        pass
    return tuple(found)


def _photograph(made: Image.Image, draw: random.Random, _: tuple[int, ...]) -> Image.Image:
    whole = draw.choice(_photographs())
    side = draw.uniform(0.3, 1) * min(whole.size)
    x, y = draw.uniform(0, whole.width - side), draw.uniform(0, whole.height - side)
    part = whole.crop((round(x), round(y), round(x + side), round(y + side))).resize(made.size)
    if draw.random() < 0.5:
        part = part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if draw.random() < 0.3:
        part = part.convert("L").convert("RGB")
    turned = np.asarray(part)[..., draw.choice(([0, 1, 2], [0, 1, 2], [2, 1, 0], [1, 0, 2]))]
    return Image.fromarray(np.ascontiguousarray(turned))


def _scene(made: Image.Image, draw: random.Random, _: tuple[int, ...]) -> Image.Image:
    """A landscape of noise: a sky, hills, and something in front."""
    rng = np.random.default_rng(draw.getrandbits(32))
    total = np.zeros((made.height, made.width, 3))
    for octave in (4, 8, 16, 64):
        rough = rng.random((octave, octave, 3)) * 255
        layer = Image.fromarray(rough.astype(np.uint8)).resize(made.size, Image.Resampling.BICUBIC)
        total += np.asarray(layer) / octave
    total = (total - total.min()) / (total.max() - total.min()) * 255
    scene = Image.fromarray(total.astype(np.uint8))
    pen = ImageDraw.Draw(scene)
    for _i in range(draw.randint(0, 6)):
        x, y, size = draw.uniform(0, made.width), draw.uniform(0, made.height), draw.uniform(10, 150)
        box = (x, y, x + size, y + size * draw.uniform(0.5, 2))
        (pen.rectangle if draw.random() < 0.5 else pen.ellipse)(box, fill=_colour(draw))
    scene = scene.filter(ImageFilter.GaussianBlur(draw.uniform(0, 2)))
    grain = rng.normal(128, draw.uniform(5, 40), (made.height, made.width)).clip(0, 255).astype(np.uint8)
    return Image.blend(scene, Image.fromarray(grain).convert("RGB"), draw.uniform(0.05, 0.3))


def _screen(made: Image.Image, draw: random.Random, ink: tuple[int, ...]) -> Image.Image:
    """A window of a program: bars, buttons, a list, a field of text."""
    pen, writer = ImageDraw.Draw(made), Writer(draw.getrandbits(32))
    font = _font(draw, 12)
    pen.rectangle((0, 0, made.width, 28), fill=_colour(draw))
    pen.text((8, 6), writer.phrase("en")[:40], font=font, fill=ink)
    side = draw.choice((0, 120, 180))
    for i in range((made.height - 40) // 22):
        if side:
            pen.text((8, 36 + 22 * i), writer.word("ru"), font=font, fill=ink)
        if draw.random() < 0.7:
            text = " ".join(writer.word("en") for _ in range(draw.randint(1, 7)))
            pen.text(
                (side + 14 + 16 * draw.randint(0, 3), 36 + 22 * i),
                text,
                font=font,
                fill=draw.choice((ink, _colour(draw))),
            )
    for _ in range(draw.randint(1, 5)):
        x, y = draw.randint(side, made.width - 60), draw.randint(40, made.height - 40)
        pen.rounded_rectangle((x, y, x + draw.randint(40, 140), y + 24), 4, fill=_colour(draw), outline=ink)
    return made
