"""Lines of text read from pixels: Russian, Latin, digits and the signs of charts.

A small network (convolutions, one recurrent layer, CTC) trained on rendered lines by
``python -m training recogniser``; ``models/MODEL_CARD.md`` has what it can do.
It runs on onnxruntime and needs nothing from the system. It reads one line that somebody has found, and finds
none itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

HEIGHT = 32  # of the picture that the network sees, in pixels
STEP = 16  # its width is a multiple of this
LONGEST = 1600  # pixels of width at that height: about 150 characters; what is longer is squeezed
BATCH_PIXELS = 32 * 1024  # width times lines of one run: bounds the memory, 30 MB at most
EDGE = 6  # white pixels left and right of the ink

# The network's classes in their order, after CTC's blank. An order once trained is never changed.
ALPHABET = (
    " 0123456789"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    "°±×·−–—«»№²³⁰¹⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉≤≥≈√∞‰…€₽•→"
    "αβγδεηθλμνπρστφψωΔΣΩ"
)
# Letters of one look in both scripts, Latin and Russian in the same places.
LATIN_TWINS = "ABCEHKMOPTXaceopxy"
RUSSIAN_TWINS = "АВСЕНКМОРТХасеорху"
ALIKE_IN_BOTH_CASES = frozenset("вгджзийклмнопстхцчшщъыьэюяcosvwxz")
_TO_RUSSIAN = str.maketrans(LATIN_TWINS, RUSSIAN_TWINS)
_TO_LATIN = str.maketrans(RUSSIAN_TWINS, LATIN_TWINS)


def recognise(lines: Sequence[Image]) -> list[tuple[str, float]]:
    """Each line's text and how sure the network is of it, 0..1 (the mean probability of its characters).

    A line is an upright picture of one line of text, dark on light or light on dark, in any mode and size; a
    margin around it does no harm. An empty picture, and one without ink, give ``("", 0.0)``. Lines of one
    width go through the network together, which changes nothing in what is read.
    """
    prepared = [normalised(line) for line in lines]
    texts: list[tuple[str, float]] = [("", 0.0)] * len(prepared)
    same_width: dict[int, list[int]] = {}
    for i, array in enumerate(prepared):
        if array is not None:
            same_width.setdefault(array.shape[1], []).append(i)
    for width, chosen in same_width.items():
        most = max(1, BATCH_PIXELS // width)
        for start in range(0, len(chosen), most):
            some = chosen[start : start + most]
            for i, text in zip(some, _read([prepared[i] for i in some]), strict=True):
                texts[i] = text
    return texts


def normalised(line: Image) -> NDArray[np.float32] | None:
    """The picture as the network wants it: ``(HEIGHT, width)``, 0 for the background and 1 for full ink.

    The width is a multiple of ``STEP``, so that lines can share a run of the network. ``None`` where there
    is nothing to read. Training uses the same function.
    """
    import numpy as np
    from PIL import Image as images

    if line.width < 1 or line.height < 1:
        return None
    if line.width * line.height > 4_000_000:  # nothing that is one line of text needs more
        scale = (4_000_000 / (line.width * line.height)) ** 0.5
        line = line.resize((max(1, int(line.width * scale)), max(1, int(line.height * scale))))
    if "A" in line.getbands() or "transparency" in line.info:
        line = line.convert("RGBA")
        white = images.new("RGBA", line.size, "white")
        line = images.alpha_composite(white, line)
    grey = np.asarray(line.convert("L"), dtype=np.float32)
    # The background is the commonest shade: flat, where smoothed letters have many. The edge would not do:
    # of a line that is cut tightly it is mostly ink.
    shade = float(np.bincount(grey.astype(np.uint8).ravel() >> 3, minlength=32).argmax() * 8 + 4)
    near = grey[np.abs(grey - shade) <= 8]
    ink = np.abs(grey - np.median(near))
    strongest = float(ink.max())
    if strongest < 12:
        return None
    ink = np.clip(ink / strongest, 0, 1)
    columns = np.flatnonzero(ink.max(axis=0) > 0.35)
    rows = np.flatnonzero(ink.max(axis=1) > 0.35)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    tall = bottom - top
    if (
        tall >= 7 and tall < 0.5 * ink.shape[0]
    ):  # a margin that is most of the height would make the text tiny
        margin = max(1, tall // 4)
        ink = ink[max(0, top - margin) : bottom + margin]
    ink = ink[:, columns[0] : columns[-1] + 1]
    width = round(ink.shape[1] * HEIGHT / ink.shape[0])
    width = max(1, min(width, LONGEST))
    scaled = images.fromarray((ink * 255).astype(np.uint8)).resize(
        (width, HEIGHT), images.Resampling.BILINEAR
    )
    right = EDGE + -(width + 2 * EDGE) % STEP
    return np.pad(np.asarray(scaled, dtype=np.float32) / 255, ((0, 0), (EDGE, right)))


def one_script(text: str) -> str:
    """The text with letters that look the same in both scripts put into the script of their word.

    A word with a letter of one script alone is of that script; a word of nothing but twins follows the rest
    of the line where that has letters of one script only, and else is Latin if any of it was read so.
    """
    russian = any(_is_russian_only(letter) for letter in text)
    latin = any(_is_latin_only(letter) for letter in text)
    words: list[str] = []
    for word in text.split(" "):
        mine, theirs = any(map(_is_russian_only, word)), any(map(_is_latin_only, word))
        if not mine and not theirs:
            mine, theirs = russian, latin or any(letter in LATIN_TWINS for letter in word)
        if mine and not theirs:
            word = word.translate(_TO_RUSSIAN)
        elif theirs and not mine:
            word = word.translate(_TO_LATIN)
        words.append(word)
    return " ".join(words)


def one_case(text: str) -> str:
    """The text with letters whose two cases look the same put into the case of their word.

    Only in words of five letters and more, of one script, whose letters after the first are plainly all small
    or all large where that can be seen (``погРЕшНость`` is ``ПОГРЕШНОСТЬ``, ``DataFrame`` stays).
    """
    return re.sub(r"[А-Яа-яЁё]{5,}|[A-Za-z]{5,}", lambda found: _one_case(found.group()), text)


def _one_case(word: str) -> str:
    alike = ALIKE_IN_BOTH_CASES
    plain = [letter.isupper() for letter in word[1:] if letter.lower() not in alike]
    if not plain:
        plain = [sum(letter.isupper() for letter in word[1:]) * 2 > len(word) - 1]
    if all(plain):
        return "".join(letter.upper() if letter.lower() in alike else letter for letter in word)
    if not any(plain):
        return word[0] + "".join(letter.lower() if letter.lower() in alike else letter for letter in word[1:])
    return word


def _is_russian_only(letter: str) -> bool:
    return ("А" <= letter <= "я" or letter in "Ёё") and letter not in RUSSIAN_TWINS


def _is_latin_only(letter: str) -> bool:
    return letter.isascii() and letter.isalpha() and letter not in LATIN_TWINS


def decoded(probabilities: NDArray[np.float32]) -> tuple[str, float]:
    """One line's text and confidence from ``(steps, classes)``: the best class of each step, repeats joined.

    A word in which letters of both scripts were seen is read again, once as a word of each script, and the
    likelier one counts; so is a word with a digit amid its small letters, without digits.
    """
    import numpy as np

    found = _signs(probabilities)
    text = "".join(sign for sign, _sure, _step in found)
    for run in re.finditer(r"[^\W_]{2,}", text):
        word = run.group()
        first = found[run.start() - 1][2] + 1 if run.start() else 0
        end = found[run.end()][2] if run.end() < len(found) else len(probabilities)
        forbidden: list[frozenset[str]] = []
        if any(map(_is_russian_only, word)) and any(map(_is_latin_only, word)):
            forbidden = [_RUSSIAN_ONLY, _LATIN_ONLY]
        if re.search(r"[^\W\d_][0-9₀-₉][^\W\d_A-ZА-ЯЁ]", word) and len(word) > 3:
            forbidden = [one | _DIGITS for one in forbidden or [frozenset()]]
        if forbidden:
            part = probabilities[first:end]
            masked = [np.where(_place_of(one), 0, part) for one in forbidden]
            best = max(masked, key=lambda one: float(np.log(one.max(axis=1) + 1e-9).sum()))
            probabilities = np.concatenate([probabilities[:first], best, probabilities[end:]])
    found = _signs(probabilities)
    text = "".join(sign for sign, _sure, _step in found).strip()
    if not text:
        return "", 0.0
    return one_case(one_script(text)), sum(sure for _sign, sure, _step in found) / len(found)


def _signs(probabilities: NDArray[np.float32]) -> list[tuple[str, float, int]]:
    """Each sign that is seen, its highest probability, and the last step at which it is seen."""
    found: list[tuple[str, float, int]] = []
    last = 0
    best, sure = probabilities.argmax(axis=1).tolist(), probabilities.max(axis=1).tolist()
    for step, (sign, probability) in enumerate(zip(best, sure, strict=True)):
        if sign != 0 and sign == last:
            found[-1] = (found[-1][0], max(found[-1][1], probability), step)
        elif sign != 0:
            found.append((ALPHABET[sign - 1], probability, step))
        last = sign
    return found


_DIGITS = frozenset("0123456789₀₁₂₃₄₅₆₇₈₉")
_RUSSIAN_ONLY = frozenset(filter(_is_russian_only, ALPHABET))
_LATIN_ONLY = frozenset(filter(_is_latin_only, ALPHABET))


@lru_cache(maxsize=8)
def _place_of(signs: frozenset[str]) -> NDArray[np.bool_]:
    """Which classes these signs are."""
    import numpy as np

    return np.array([False, *(letter in signs for letter in ALPHABET)])


def _read(arrays: Sequence[NDArray[np.float32] | None]) -> list[tuple[str, float]]:
    import numpy as np

    batch = np.stack([array for array in arrays if array is not None])[:, None]
    session = _session()
    (probabilities,) = session.run(None, {session.get_inputs()[0].name: batch})
    return [decoded(line) for line in probabilities]


@lru_cache(maxsize=1)
def _session() -> Any:
    return session_of("recogniser.onnx")


def session_of(name: str) -> Any:
    """An onnxruntime session on one of the models that are shipped, on at most two threads."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = resources.files("rusoil_jupyter.figures.pixels").joinpath("models", name).read_bytes()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
