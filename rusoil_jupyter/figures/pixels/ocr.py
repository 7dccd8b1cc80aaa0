"""The words on a picture, with their places: tesseract where it is installed, the bundled recogniser
elsewhere.

The lines that :mod:`.lettering` finds are cut out, turned upright, brought to one size and laid on a sheet,
so that no engine meets a curve or a grid, and text along an axis costs nothing more. Short lines go on a
second sheet that is read as numbers only. Where both engines are there, the recogniser has a say in numbers,
and in what tesseract is unsure of.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.environment import for_child
from rusoil_jupyter.figures.pixels.lettering import Box, TextLine, text_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL.Image import Image

SECONDS = 20.0  # what one run of tesseract may take
LETTER = 24  # pixels of a letter on a sheet: what tesseract reads best
MARGIN = 20
SHORT = 9  # glyphs of the longest number on an axis
WIDEST = 3000
MOST_LINES = 400
UNSURE_NUMBER = 0.9
UNSURE = 0.6  # of tesseract's own confidence: below, the recogniser is asked too
NUMBER = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?%?")
_SAME_FORM = frozenset("вгжзийклмнопстхчшыэюяcosvwxz")  # without those that reach below the line
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBERED = re.compile(r"(\D{1,10})\d{1,4}")
_LOOKS = str.maketrans("ABCEHKMOPTXaceopxyk", "АВСЕНКМОРТХасеорхук")  # Latin letters that look Russian
# What digits are taken for, in a text that is a number otherwise.
TWINS = str.maketrans("OoОоQlI|іЗбBВSZ−–—‐", "000001111368852----")


@dataclass(frozen=True)
class Word:
    """A word: ``box`` in the picture, ``confidence`` 0..1, ``angle`` as in :class:`TextLine`."""

    text: str
    box: Box
    confidence: float
    angle: float = 0.0


@dataclass(frozen=True)
class Text:
    """What stands on one line, with its words in reading order."""

    line: TextLine
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """That of its least sure word."""
        return min((word.confidence for word in self.words), default=0.0)


@dataclass(frozen=True)
class _Row:
    """A crop on a sheet: where it lies, and how much it was enlarged."""

    line: int
    left: int
    top: int
    right: int
    bottom: int
    scale: float


@dataclass(frozen=True)
class _Found:
    """What tesseract found, in pixels of its sheet."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float


def read_texts(image: Image, *, engine: str = "") -> list[Text]:
    """All that can be read on an RGB picture.

    Args:
        image: the picture.
        engine: ``tesseract`` or ``recogniser``; empty for what is there.
    """
    grey = image.convert("L")
    lines = [line for line in text_lines(np.asarray(image)) if line.height >= 4][:MOST_LINES]
    if not lines:
        return []
    powers = {place: both for place, line in enumerate(lines) if (both := line.power()) is not None}
    pieces = [*lines, *(part for both in powers.values() for part in both)]
    crops = [line.crop(grey) for line in pieces]
    network = engine != "tesseract" and recogniser_there()
    read: dict[int, tuple[Word, ...]] = {}
    if engine != "recogniser" and tesseract_there():
        read = _by_tesseract(pieces, crops)
        read = _seconded(read, pieces, crops) if network else read
    elif network:
        read = _by_recogniser(pieces, crops)
    _raise_powers(read, powers, len(lines))
    texts = [Text(line, _spaced(_worth(read.get(place, ())), line)) for place, line in enumerate(lines)]
    return _like_siblings([text for text in texts if text.words])


def _raise_powers(
    read: dict[int, tuple[Word, ...]], powers: Mapping[int, tuple[TextLine, TextLine]], first: int
) -> None:
    """What was read in two pieces becomes ``10^3``, where the base is ten and the exponent a whole number."""
    for place, (line, (base, exponent)) in enumerate(powers.items()):
        low = "".join(word.text for word in read.get(first + 2 * place, ()))
        high = "".join(word.text for word in read.get(first + 2 * place + 1, ()))
        number = as_number(high.translate(TWINS))
        ten = re.fullmatch(r"(?:(\d(?:[.,]\d)?)\s*[xX×хХ*]\s*)?[1lI|][0OoОо]", low)
        if not ten:
            continue
        box = (base.box[0], exponent.box[1], exponent.box[2], base.box[3])
        known = number is not None and number == int(number)
        shown = f"{ten[1]}×" if ten[1] else ""
        # An exponent that was not read must not make 101 of ten to the first.
        read[line] = (Word(f"{shown}10^{int(number) if known and number is not None else '?'}", box, 0.8),)


def _like_siblings(texts: list[Text]) -> list[Text]:
    """Numbered names of one kind (W-1, W-2, ...) are spelled alike.

    The few that differ by a look-alike are mended.
    """
    words = [word for text in texts for word in text.words]
    families: dict[str, Counter[str]] = {}
    for word in words:
        if found := _NUMBERED.fullmatch(word.text):
            families.setdefault(_skeleton(found[1]), Counter())[found[1]] += 1
    if not families:
        return texts
    bones, stems = max(families.items(), key=lambda family: family[1].total())
    if stems.total() < 3:
        return texts
    russian = any(re.search("[бджзийлпфцчшщъыьэюя]", word.text.lower()) for word in words)
    usual = max(
        stems, key=lambda stem: (bool(re.search("[А-яЁё]", stem)) == russian, stems[stem], stem[:1].isupper())
    )

    def mended(word: Word) -> Word:
        found = re.fullmatch(r"(\D{1,10})(\d{1,4}|[lI|])", word.text)
        if found is None or (found[1] == usual and found[2].isdigit()) or found[1][-1] != usual[-1]:
            return word
        mine = _skeleton(found[1])
        off = sum(one != other for one, other in zip(mine, bones, strict=False))
        if off > 1 or len(mine) != len(bones):
            return word
        return replace(word, text=usual + found[2].translate(TWINS))

    return [Text(text.line, tuple(mended(word) for word in text.words)) for text in texts]


def _skeleton(stem: str) -> str:
    """A text without what look-alikes differ in: the script, the case, a letter seen twice."""
    return re.sub(r"(.)\1", r"\1", stem.translate(_LOOKS).lower())


def _worth(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Without the strokes of frames and ticks that were taken for words."""
    return tuple(word for word in words if any(sign.isalnum() for sign in word.text) or word.text in "%°&+=")


def _spaced(words: tuple[Word, ...], line: TextLine) -> tuple[Word, ...]:
    """A word in two where a gap as wide as a space was overlooked; each sign has its glyph then."""
    if len(words) != 1 or line.angle not in {0, 90} or len(words[0].text) != len(line.glyphs) < 24:
        return words
    ends = [(-g[3], -g[1]) if line.angle else (g[0], g[2]) for g in line.glyphs]
    gaps = [after[0] - before[1] for before, after in pairwise(ends)]
    if len(gaps) < 3 or max(gaps) < 0.3 * line.height or max(gaps) < 2.5 * max(sorted(gaps)[-2], 1.0):
        return words
    cut, text = gaps.index(max(gaps)) + 1, words[0].text
    share = (ends[cut][0] - ends[0][0]) / max(ends[-1][1] - ends[0][0], 1.0)
    pieces = ((text[:cut], 0.0, share), (text[cut:], share, 1.0))
    return tuple(replace(words[0], text=piece, box=_part(line, start, end)) for piece, start, end in pieces)


def as_number(text: str) -> float | None:
    """The number that a label shows: ``1,000``, ``0,5``, ``-3``, ``25 %``, ``1e5``; ``None`` for a word."""
    tidy = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").translate(TWINS).rstrip(".")
    tidy = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda found: "^" + found[0].translate(_LOWERED), tidy)
    if power := re.fullmatch(r"(-?)(?:(\d+(?:[.,]\d+)?)[×·xх*])?10\^(-?\d{1,3})", tidy):
        return float(f"{power[1]}{(power[2] or '1').replace(',', '.')}e{power[3]}")
    if (large := re.fullmatch(r"([+-]?\d+(?:[.,]\d+)?)([kкKКMМ])", tidy)) is not None:
        return float(large[1].replace(",", ".")) * (1e3 if large[2] in "kкKК" else 1e6)
    if not NUMBER.fullmatch(tidy) or not any(sign.isdigit() for sign in text):
        return None
    tidy = tidy.rstrip("%")
    tidy = tidy.replace(",", "") if re.search(r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.|$)", tidy) else tidy
    return float(tidy.replace(",", "."))


@lru_cache(maxsize=1)
def tesseract_there() -> str:
    """The languages to read with, as tesseract names them; empty where it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return ""
    try:
        listed = subprocess.run(  # noqa: S603
            [program, "--list-langs"], capture_output=True, timeout=SECONDS, check=True, env=for_child()
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    there = listed.stdout.decode(errors="replace").split()
    return "+".join(language for language in ("rus", "eng") if language in there)


@lru_cache(maxsize=1)
def recogniser_there() -> bool:
    """Whether the bundled recogniser can run: its weights are part of the package.

    Onnxruntime of an extra.
    """
    try:
        import onnxruntime  # type: ignore[import-untyped,unused-ignore]  # noqa: F401
    except ImportError:
        return False
    return resources.files("rusoil_jupyter.figures.pixels").joinpath("models", "recogniser.onnx").is_file()


def _by_tesseract(lines: Sequence[TextLine], crops: Sequence[Image]) -> dict[int, tuple[Word, ...]]:
    languages = tesseract_there()
    everything = list(range(len(lines)))
    short = [place for place in everything if len(lines[place].glyphs) <= SHORT and lines[place].angle == 0]
    sheet, rows = _sheet(lines, crops, everything)
    numbers, number_rows = _sheet(lines, crops, short, together=True)
    with ThreadPoolExecutor(2) as pool:
        words = pool.submit(_tesseract, sheet, languages, "6")
        digits = pool.submit(_tesseract, numbers, "eng", "6", "0123456789.,-+%eE") if short else None
        found = words.result()
        as_digits = _assigned(digits.result(), number_rows) if digits else {}
    if "eng" in languages and _latin_in_disguise(found):
        found = _tesseract(sheet, "eng", "6")
    by_line = _assigned(found, rows)
    missed = [place for place in everything if place not in by_line and len(lines[place].glyphs) >= 4]
    if missed:  # a line now and then is taken for a picture; beside others it is not
        again, again_rows = _sheet(lines, crops, missed)
        by_line |= _assigned(_tesseract(again, languages, "11"), again_rows)
    read = {}
    for place, line in enumerate(lines):
        told = _placed(by_line.get(place, []), line)
        number = _placed(as_digits.get(place, []), line)
        read[place] = _capitalised(line, _number_or_words(line, told, number))
    return read


def _number_or_words(line: TextLine, words: tuple[Word, ...], digits: tuple[Word, ...]) -> tuple[Word, ...]:
    """What was read as a number, where the words look like one (or were not read at all)."""
    if not digits:
        return words
    written = "".join(word.text for word in digits)
    if as_number(written) is None:
        return words
    looks = "".join(word.text for word in words)
    sure = min(word.confidence for word in digits)
    expected = as_number(looks)
    if expected is None and (looks or sure < 0.5):
        lone = len(looks) <= 2 and len(line.glyphs) <= 2 and sure > 0.8 and not looks.isalpha()
        if not lone:
            return words
    if expected is not None and expected != as_number(written) and len(looks) > len(written):
        return words
    if expected is not None and min(word.confidence for word in words) > sure:
        return tuple(replace(word, text=_tidied(word.text)) for word in words)
    return (Word(written, line.box, sure, line.angle),)


def _capitalised(line: TextLine, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """A first letter that looks the same in both cases is a capital where it is taller than those.

    After it.
    """
    if not words or line.angle not in {0, 90} or len(words[0].text) < 3 or words[0].text[0] not in _SAME_FORM:
        return words
    sides = [(g[2] - g[0]) if line.angle == 90 else (g[3] - g[1]) for g in line.glyphs[: len(words[0].text)]]
    usual = float(np.median(sides[1:])) if len(sides) >= 3 else 0.0
    if not usual or sides[0] < 1.22 * usual:
        return words
    return (replace(words[0], text=words[0].text[0].upper() + words[0].text[1:]), *words[1:])


def _latin_in_disguise(found: Sequence[_Found]) -> bool:
    """Whether some words came out Russian though no letter in them is only Russian: they are English.

    Or alone.
    """
    russian = [word for word in found if re.search("[а-яё]", word.text, re.IGNORECASE)]
    sure = re.compile("[бджзийлпфцчшщъыьэюя]", re.IGNORECASE)
    return bool(russian) and not any(
        len(sure.findall(word.text)) >= 1 and len(word.text) >= 4 and word.confidence > 0.5
        for word in russian
    )


def _tidied(number: str) -> str:
    return number.translate(TWINS)


def _by_recogniser(lines: Sequence[TextLine], crops: Sequence[Image]) -> dict[int, tuple[Word, ...]]:
    from rusoil_jupyter.figures.pixels.recogniser import recognise

    return {
        place: _split(text, lines[place], confidence)
        for place, (text, confidence) in enumerate(recognise(list(crops)))
    }


def _seconded(
    read: dict[int, tuple[Word, ...]], lines: Sequence[TextLine], crops: Sequence[Image]
) -> dict[int, tuple[Word, ...]]:
    """Tesseract's words; where it is unsure, or read nothing, those of the recogniser if that is surer."""
    unsure = [
        place
        for place in range(len(lines))
        if min((word.confidence for word in read.get(place, ())), default=0.0)
        < (UNSURE_NUMBER if as_number(_line_of(read.get(place, ()))) is not None else UNSURE)
    ]
    if not unsure:
        return read
    second = _by_recogniser([lines[place] for place in unsure], [crops[place] for place in unsure])
    for number, place in enumerate(unsure):
        mine, theirs = read.get(place, ()), second.get(number, ())
        sure = min((word.confidence for word in theirs), default=0.0)
        least = 0.9 if mine or as_number(_line_of(theirs)) is None else 0.75
        if (not mine or len(mine) == len(theirs)) and sure > max(
            least, *(word.confidence for word in mine), 0.0
        ):
            read[place] = theirs
    return read


def _line_of(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _split(text: str, line: TextLine, confidence: float) -> tuple[Word, ...]:
    """The words of a line whose text alone is known, placed by their share of its length."""
    words, position = [], 0
    for piece in text.split():
        start = text.index(piece, position)
        position = start + len(piece)
        words.append(
            Word(piece, _part(line, start / len(text), position / len(text)), confidence, line.angle)
        )
    return tuple(words)


def _part(line: TextLine, start: float, end: float) -> Box:
    """The box of a stretch of a line, 0..1 in the direction of reading."""
    left, top, right, bottom = line.box
    if line.angle == 90:
        return left, bottom - end * (bottom - top), right, bottom - start * (bottom - top)
    if line.angle:
        return line.box
    return left + start * (right - left), top, left + end * (right - left), bottom


def _sheet(
    lines: Sequence[TextLine], crops: Sequence[Image], chosen: Sequence[int], *, together: bool = False
) -> tuple[Image, list[_Row]]:
    """The chosen lines on white: one under the other, or ``together`` several in a row."""
    from PIL import Image as pillow

    rows: list[_Row] = []
    pieces: list[Any] = []
    x = y = MARGIN
    tall, widest = 0, 1
    for place in chosen:
        scale = min(LETTER / lines[place].height, WIDEST / crops[place].width)
        size = max(1, round(crops[place].width * scale)), max(1, round(crops[place].height * scale))
        if x > MARGIN and (not together or x + size[0] > 40 * LETTER):
            x, y, tall = MARGIN, y + tall + MARGIN, 0
        pieces.append(crops[place].resize(size, pillow.Resampling.BICUBIC))
        rows.append(_Row(place, x, y, x + size[0], y + size[1], scale))
        x, tall = x + size[0] + LETTER, max(tall, size[1])
        widest = max(widest, x)
    sheet = pillow.new("L", (widest + MARGIN, y + tall + MARGIN), 255)
    for row, piece in zip(rows, pieces, strict=True):
        sheet.paste(piece, (row.left, row.top))
    return sheet, rows


def _tesseract(sheet: Image, languages: str, layout: str, only: str = "") -> list[_Found]:
    """One run of the program. What it can't do in time is not read."""
    file = io.BytesIO()
    sheet.save(file, "PPM")
    command = [shutil.which("tesseract") or "tesseract", "stdin", "stdout", "-l", languages, "--psm", layout]
    command += ["--dpi", "200", *(["-c", f"tessedit_char_whitelist={only}"] if only else []), "tsv"]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=file.getvalue(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env=for_child() | {"OMP_THREAD_LIMIT": "1"},  # more threads make it slower
        )
    except (OSError, subprocess.SubprocessError):
        return []
    found = []
    for line in done.stdout.decode(errors="replace").splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, width, height = (int(cell) for cell in cells[6:10])
        found.append(_Found(cells[11].strip(), left, top, left + width, top + height, float(cells[10]) / 100))
    return found


def _assigned(found: Sequence[_Found], rows: Sequence[_Row]) -> dict[int, list[tuple[_Found, _Row]]]:
    """The words by the lines on whose crop they lie."""
    by_line: dict[int, list[tuple[_Found, _Row]]] = {}
    for word in found:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        for row in rows:
            if row.top - MARGIN / 2 <= y <= row.bottom + MARGIN / 2 and (
                row.left - LETTER / 2 <= x <= row.right + LETTER / 2
            ):
                by_line.setdefault(row.line, []).append((word, row))
                break
    return by_line


def _placed(found: Sequence[tuple[_Found, _Row]], line: TextLine) -> tuple[Word, ...]:
    """The words of one crop, in the picture's own pixels."""
    words = []
    for word, row in sorted(found, key=lambda one: one[0].left):
        span = max(row.right - row.left, 1)
        box = _part(line, (word.left - row.left) / span, (word.right - row.left) / span)
        words.append(Word(word.text, box, word.confidence, line.angle))
    return tuple(words)
