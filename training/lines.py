"""Pictures of lines of text, as charts, scans and photographs of them have them."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = Path("/usr/share/fonts")
# Never seen in training: what the model card's figures are measured with.
HELD_OUT = ("PT ", "Carlito", "Linux ", "Go", "Inter", "Open Sans", "Nimbus Sans")
_OFTEN = {
    "DejaVu Sans": 6,
    "Liberation Sans": 5,
    "Arimo": 2,
    "Roboto": 2,
    "Noto Sans": 2,
    "Liberation Serif": 3,
}
_STRANGE = (
    "Z003",
    "Smallcaps",
    "Thin",
    "Hairline",
    "ExtraLight",
    "Extra Light",
    "Black",
    "Math",
    "Unslanted",
    "Unicase",
    "Classical",
    "Upright Italic",
    "Initials",
    "Outline",
    "Shadow",
)
# Where a slanted face is a face of its own: in Russian it has other letters (т like m, д like g), and
# charts don't.
_SERIFS = (
    "Serif",
    "Roman",
    "Tinos",
    "Times",
    "Gentium",
    "Charis",
    "Doulos",
    "Garamond",
    "Libertine",
    "STIX",
    "Vollkorn",
    "C059",
    "P052",
    "Bookman",
    "Standard",
    "Concrete",
    "Slab",
    "Typewriter",
    "Carlito",
    "Andika",
    "Lato",
    "PT ",
    "Biolinum",
)
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))


@dataclass(frozen=True)
class Face:
    """A font's file, its family, and the characters it can draw."""

    path: str
    family: str
    characters: frozenset[str]


@lru_cache(maxsize=1)
def faces() -> tuple[Face, ...]:
    """The fonts of this machine that have Latin and Russian letters."""
    import matplotlib as mpl
    from fontTools.ttLib import TTFont

    folders = FONTS, Path(mpl.get_data_path()) / "fonts" / "ttf"  # DejaVu comes with matplotlib
    files = sorted(p for f in folders for p in f.rglob("*") if p.suffix in {".ttf", ".otf"})
    found = []
    for path in files:
        family, style = ImageFont.truetype(str(path), 12).getname()
        name = f"{family} {style} {path.stem}"
        if any(word in name for word in _STRANGE):
            continue
        if any(word in name for word in ("Italic", "Oblique")) and any(word in name for word in _SERIFS):
            continue
        with TTFont(path, lazy=True) as font:
            characters = frozenset(map(chr, font.getBestCmap() or ()))
        if {"я", "Ж", "a", "7"} <= characters:
            found.append(Face(str(path), family or path.stem, characters))
    return tuple(found)


@lru_cache(maxsize=4096)
def _sized(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


class Printer:
    """Renders texts, the same for the same seed. ``held_out`` takes the fonts that training never sees.

    ``clean`` leaves out what scanners and cameras do.
    """

    def __init__(self, seed: int, *, held_out: bool = False, clean: bool = False) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not a secret
        self.clean, self.held_out = clean, held_out
        families: dict[str, list[Face]] = {}
        for face in faces():
            if face.family.startswith(HELD_OUT) == held_out:
                families.setdefault(face.family, []).append(face)
        if not families:
            raise RuntimeError("No fonts with Russian letters here: install some (see models/MODEL_CARD.md).")
        self.families = list(families.values())
        self.weights = [_OFTEN.get(family, 1) for family in families]

    def line(self, text: str) -> Image.Image:
        """A picture of the text on its own, with a margin from none to generous."""
        draw = self.random
        size = round(9 * 4 ** draw.random()) if draw.random() < 0.7 else draw.randint(9, 18)
        fine = 1 if draw.random() < 0.5 or size > 26 else draw.choice((2, 3))
        for _ in range(20):
            face = draw.choice(draw.choices(self.families, self.weights)[0])
            if all(c in face.characters or c == " " or c in _RAISED or c in _LOWERED for c in text):
                break
        else:
            face = next(f for f in faces() if f.family == "DejaVu Sans")
        ink, paper = self._colours()
        picture = self._written(text, face, size * fine, ink, paper)
        if not self.clean and draw.random() < 0.08:
            picture = picture.rotate(
                draw.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, expand=True, fillcolor=paper
            )
        if fine > 1:
            picture = picture.resize(
                (max(1, round(picture.width / fine)), max(1, round(picture.height / fine))),
                draw.choice((Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.LANCZOS)),
            )
        if not self.held_out and draw.random() < 0.25:  # narrower and wider faces than there are here
            wide = max(1, round(picture.width * draw.uniform(0.72, 1.2)))
            picture = picture.resize((wide, picture.height), Image.Resampling.BICUBIC)
        return picture if self.clean else self._worn(picture)

    def _written(
        self, text: str, face: Face, size: int, ink: tuple[int, int, int], paper: tuple[int, int, int]
    ) -> Image.Image:
        draw = self.random
        normal, small = (
            _sized(face.path, size),
            _sized(face.path, max(5, round(size * draw.uniform(0.6, 0.72)))),
        )
        by_hand = draw.random() < 0.7
        spread = draw.uniform(-0.02, 0.12) * size if draw.random() < 0.12 else 0.0
        pieces: list[tuple[str, str]] = []
        for letter in text:
            shift = "up" if letter in _RAISED else "down" if letter in _LOWERED else ""
            if shift and (by_hand or letter not in face.characters):
                letter = (_RAISED | _LOWERED)[letter]
                if letter not in face.characters:
                    letter = "-"
            else:
                shift = ""
            if pieces and pieces[-1][0] == shift and not spread:
                pieces[-1] = (shift, pieces[-1][1] + letter)
            else:
                pieces.append((shift, letter))
        width = sum((small if s else normal).getlength(t) + spread for s, t in pieces)
        canvas = Image.new("RGB", (int(width) + 3 * size, 4 * size), paper)
        pen = ImageDraw.Draw(canvas)
        x, base = float(size), 2.4 * size
        for shift, piece in pieces:
            level = base - {"": 0.0, "up": 0.38, "down": -0.16}[shift] * size
            pen.text((x, level), piece, font=small if shift else normal, fill=ink, anchor="ls")
            x += (small if shift else normal).getlength(piece) + spread
        box = pen.textbbox((size, base), "Ёg", font=normal, anchor="ls")
        seen = _ink_box(canvas, paper) or (0, 0, *canvas.size)
        tight = draw.random() < 0.45
        top = seen[1] if tight else min(seen[1], box[1])
        bottom = seen[3] if tight else max(seen[3], box[3])
        if tight and bottom - top < 0.3 * size:  # a dash alone: nobody cuts it out without its line's height
            top, bottom = min(top, round(base - 0.72 * size)), max(bottom, round(base + 0.05 * size))
        room = [draw.choice((0.0, draw.uniform(0, 0.15), draw.uniform(0, 0.5))) * size for _ in range(4)]
        return canvas.crop(
            (
                round(seen[0] - room[0]),
                max(0, round(top - room[1] * 0.7)),
                round(seen[2] + room[2]),
                round(bottom + room[3] * 0.7),
            )
        )

    def _colours(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        draw = self.random

        def shade(low: int, high: int) -> tuple[int, int, int]:
            return draw.randint(low, high), draw.randint(low, high), draw.randint(low, high)

        kind = draw.random()
        if kind < 0.45:
            grey = draw.choice((0, 0, 38, 51, 77, 100, 120))
            return (grey, grey, grey), draw.choice(
                ((255, 255, 255), (255, 255, 255), (234, 234, 242), (235,) * 3)
            )
        if kind < 0.7:
            return shade(0, 130), shade(225, 255)
        if kind < 0.85:
            return shade(170, 255), shade(0, 60)
        dark, light = shade(0, 110), shade(165, 255)
        return (dark, light) if draw.random() < 0.6 else (light, dark)

    def _worn(self, picture: Image.Image) -> Image.Image:
        draw = self.random
        if draw.random() < 0.1:
            factor = draw.uniform(0.7, 0.95) if picture.height > 18 else draw.uniform(1.2, 2.5)
            picture = picture.resize(
                (max(4, round(picture.width * factor)), max(6, round(picture.height * factor))),
                Image.Resampling.BILINEAR,
            )
        if draw.random() < 0.1:
            most = 0.04 * picture.height
            picture = picture.filter(ImageFilter.GaussianBlur(draw.uniform(0.2, min(1.2, max(0.4, most)))))
        if draw.random() < 0.07:
            level = draw.uniform(2, 22)
            # Pillow's own noise can't be seeded.
            rng = np.random.default_rng(draw.getrandbits(64))
            grain = rng.normal(128, level, (picture.height, picture.width)).clip(0, 255).astype(np.uint8)
            noise = Image.fromarray(grain).convert("RGB")
            picture = Image.blend(picture, noise, draw.uniform(0.03, 0.18))
        if draw.random() < 0.05:  # a line of the grid or the axis touches the text's box
            pen = ImageDraw.Draw(picture)
            shade = draw.randint(0, 220)
            y = draw.choice((0, picture.height - 1))
            pen.line((0, y, picture.width, y), fill=(shade, shade, shade))
        if draw.random() < 0.12:
            data = io.BytesIO()
            picture.save(data, "JPEG", quality=draw.randint(40, 92))
            picture = Image.open(data)
            picture.load()
        return picture


def _ink_box(picture: Image.Image, paper: tuple[int, int, int]) -> tuple[int, int, int, int] | None:
    from PIL import ImageChops

    return ImageChops.difference(picture, Image.new("RGB", picture.size, paper)).getbbox()
