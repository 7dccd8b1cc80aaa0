"""SVG pictures: texts and marks with exact coordinates, read without fetching or running anything.

The XML is parsed with entities and external references refused. Scripts, foreign content, linked pictures and
style sheets are not looked at, ``use`` is not expanded, so that no file grows while it is read. Where the
axes can be calibrated from the texts, the values are as exact as the coordinates; else the picture is
cleaned, drawn and read like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.pixels.image import MAX_BYTES, MAX_PIXELS, decode, extra_missing
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from numpy.typing import NDArray
    from PIL.Image import Image

    Numbers = NDArray[np.float64]

MOST_ELEMENTS = 100_000
MOST_DEPTH = 150
MOST_POINTS = 200_000
NAMESPACE = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PATH = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|(" + _NUMBER.pattern + ")")
_ENDS = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7, "Z": 0}
# What may be drawn; everything else is dropped with what is in it.
_DRAWN = {
    "svg",
    "g",
    "defs",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "use",
    "clipPath",
    "linearGradient",
    "radialGradient",
    "stop",
    "title",
    "desc",
    "symbol",
}


@dataclass(frozen=True)
class Label:
    """A text: where it begins, is centred or ends (``anchor``), its size, and its turn in degrees."""

    text: str
    x: float
    y: float
    size: float
    anchor: str
    angle: float
    within: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """A drawn shape: its corners (n, 2), whether it is closed, its colours; ``within`` are ids.

    Classes of its groups.
    """

    kind: str
    points: Numbers
    closed: bool
    fill: str
    stroke: str
    within: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """What an SVG shows: its size in its own units, texts and marks in drawing order."""

    width: float
    height: float
    labels: tuple[Label, ...]
    marks: tuple[Mark, ...]


def parse(data: bytes | str) -> Element:
    """The tree of an SVG, comments kept.

    Raises:
        PayloadTooLarge: over 20 MB or 100,000 elements.
        InvalidRequest: no SVG, or one with entities, or nested too deeply.
    """
    from xml.etree.ElementTree import ParseError, TreeBuilder

    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        raise PayloadTooLarge(
            _("The SVG has more than {limit} MB.").format(limit=MAX_BYTES // 1_000_000),
            _("Save it as PNG, or draw fewer points."),
            field="image",
        )
    parser = DefusedXMLParser(target=TreeBuilder(insert_comments=True), forbid_dtd=False)
    try:
        for start in range(0, len(raw), 65536):
            parser.feed(raw[start : start + 65536])
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise InvalidRequest(
            _("The SVG contains entities or references to other files; it was not read."),
            _("Export the picture again as plain SVG, or save it as PNG."),
            field="image",
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise InvalidRequest(
            _("The file is no SVG that can be read."),
            _("Export the picture again as SVG, or save it as PNG."),
            field="image",
        ) from error
    if _name(root) != "svg":
        raise InvalidRequest(
            _("The file is no SVG that can be read."),
            _("Export the picture again as SVG, or save it as PNG."),
            field="image",
        )
    _check_tree(root)
    return root


def drawing(root: Element) -> Drawing:
    """Texts and marks of a tree with all transformations applied."""
    width, height = _size(root)
    labels: list[Label] = []
    marks: list[Mark] = []
    budget = MOST_POINTS
    for element, matrix, style, within in _walk(root):
        name = _name(element)
        if name == "text":
            labels += _texts(element, matrix, style, within)
            continue
        points, closed = _points(element, name)
        if points.shape[0] and budget > 0:
            budget -= points.shape[0]
            placed = points @ matrix[:, :2].T + matrix[:, 2]
            fill, stroke = style.get("fill", "black"), style.get("stroke", "none")
            marks.append(Mark(name, placed, closed, fill, stroke, within))
        elif name == "g":
            labels += _commented(element, matrix, within)
    return Drawing(width, height, tuple(labels), tuple(marks))


def rasterised(root: Element, *, side: int = 1600) -> Image:
    """The SVG drawn, without all that could run or be fetched.

    Raises:
        InvalidRequest: it can't be drawn, or the extra is missing.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise extra_missing() from error
    from xml.etree import ElementTree

    width, height = _size(root)
    scale = min(2.0, side / max(width, height, 1.0))
    if width * height * scale**2 > MAX_PIXELS:
        raise InvalidRequest(_("The SVG can't be drawn."), _("Export the picture as PNG."), field="image")
    clean = _cleaned(root)
    _check_uses(clean)
    if not clean.get("width", "").replace(".", "", 1).rstrip("px").isdigit():
        clean.set("width", f"{width:g}")
        clean.set("height", f"{height:g}")
    try:
        png = vl_convert.svg_to_png(ElementTree.tostring(clean, encoding="unicode"), scale=scale)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in the renderer is no Exception, and the file is at fault
        raise InvalidRequest(
            _("The SVG can't be drawn."), _("Export the picture as PNG."), field="image"
        ) from error
    return decode(bytes(png), "image/png")


def _check_tree(root: Element) -> None:
    count, level = 0, [root]
    depth = 0
    while level:
        depth += 1
        count += len(level)
        if count > MOST_ELEMENTS:
            raise PayloadTooLarge(
                _("The SVG has more than {limit} elements.").format(limit=MOST_ELEMENTS),
                _("Save it as PNG, or draw fewer points."),
                field="image",
            )
        if depth > MOST_DEPTH:
            raise InvalidRequest(
                _("The SVG is nested too deeply."), _("Save the picture as PNG."), field="image"
            )
        level = [child for element in level for child in element]


def _check_uses(root: Element) -> None:
    """``use`` repeats what it names when it is drawn: never within each other, and not too much in all.

    Raises:
        InvalidRequest: a ``use`` names something that holds another.
        PayloadTooLarge: over MOST_ELEMENTS would be drawn.
    """
    sizes: dict[str, int] = {}
    for element in root.iter():
        if name := element.get("id"):
            held = [_name(inner) for inner in element.iter()]
            sizes[name] = -1 if "use" in held[1:] else len(held)
    total = 0
    for use in root.iter(f"{{{NAMESPACE}}}use"):
        size = sizes.get(use.get("href", "")[1:], 0)
        total += size
        if size < 0:
            raise InvalidRequest(
                _("The SVG is nested too deeply."), _("Save the picture as PNG."), field="image"
            )
        if total > MOST_ELEMENTS:
            raise PayloadTooLarge(
                _("The SVG has more than {limit} elements.").format(limit=MOST_ELEMENTS),
                _("Save it as PNG, or draw fewer points."),
                field="image",
            )


def _name(element: Element) -> str:
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""  # a comment's tag is a function


def _size(root: Element) -> tuple[float, float]:
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))[:4]]
    if len(box) == 4 and 0 < box[2] < 1e6 and 0 < box[3] < 1e6:
        return box[2], box[3]
    sides = []
    for name in ("width", "height"):
        found = _NUMBER.match(root.get(name, ""))
        sides.append(min(max(float(found[0]), 1.0), 1e5) if found else 400.0)
    return sides[0], sides[1]


def _walk(root: Element) -> Iterator[tuple[Element, Numbers, dict[str, str], tuple[str, ...]]]:
    """All drawn elements with their matrix (2, 3), inherited style and the names of their groups."""
    start = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    pending: list[tuple[Element, Numbers, dict[str, str], tuple[str, ...]]] = [(root, start, {}, ())]
    while pending:
        element, matrix, style, within = pending.pop()
        name = _name(element)
        if name not in _DRAWN or name in {"defs", "clipPath", "symbol"}:
            continue
        own = _style(element)
        if own.get("display") == "none" or own.get("visibility") == "hidden" or own.get("opacity") == "0":
            continue
        matrix = _times(matrix, _matrix(element.get("transform", "")))
        inherited = {key: value for key, value in {**style, **own}.items() if key != "opacity"}
        names = " ".join((element.get("id", ""), element.get("class", ""))).split()
        within = (*within, *names)[-40:]
        yield element, matrix, inherited, within
        if name != "text":
            pending += [(child, matrix, inherited, within) for child in reversed(list(element))]


def _style(element: Element) -> dict[str, str]:
    keys = ("fill", "stroke", "display", "visibility", "opacity", "font-size", "text-anchor", "stroke-width")
    style = {key: value for key in keys if (value := element.get(key)) is not None}
    for part in element.get("style", "")[:4000].split(";"):
        key, _sign, value = part.partition(":")
        if key.strip() in (*keys, "font"):
            style[key.strip()] = value.strip()
    return style


def _matrix(text: str) -> Numbers:
    """A ``transform`` attribute as a matrix (2, 3)."""
    matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    for name, inside in re.findall(r"(\w+)\s*\(([^()]{0,200})\)", text[:2000]):
        numbers = [float(number) for number in _NUMBER.findall(inside)]
        step = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
        if name == "translate" and numbers:
            step[:, 2] = numbers[0], numbers[1] if len(numbers) > 1 else 0.0
        elif name == "scale" and numbers:
            step[0, 0], step[1, 1] = numbers[0], numbers[1] if len(numbers) > 1 else numbers[0]
        elif name == "rotate" and numbers:
            turn = np.deg2rad(numbers[0])
            step[:, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
            if len(numbers) >= 3:
                centre = np.array(numbers[1:3])
                step[:, 2] = centre - step[:, :2] @ centre
        elif name == "matrix" and len(numbers) == 6:
            step = np.array([[numbers[0], numbers[2], numbers[4]], [numbers[1], numbers[3], numbers[5]]])
        matrix = _times(matrix, step)
    return matrix


def _times(first: Numbers, second: Numbers) -> Numbers:
    product = np.empty((2, 3))
    product[:, :2] = first[:, :2] @ second[:, :2]
    product[:, 2] = first[:, :2] @ second[:, 2] + first[:, 2]
    return np.nan_to_num(product, nan=0.0, posinf=1e9, neginf=-1e9)


def _texts(element: Element, matrix: Numbers, style: dict[str, str], within: tuple[str, ...]) -> list[Label]:
    text = " ".join("".join(element.itertext()).split())[:500]
    if not text:
        return []
    x, y = _number(element.get("x")), _number(element.get("y"))
    inner = next((child for child in element if _name(child) == "tspan" and child.get("x")), None)
    if inner is not None and element.get("x") is None:
        x, y = _number(inner.get("x")), _number(inner.get("y"))
    size = _number(style.get("font-size") or (re.findall(r"([\d.]+)px", style.get("font", "")) or ["10"])[0])
    place = matrix[:, :2] @ np.array([x, y]) + matrix[:, 2]
    angle = float(np.degrees(np.arctan2(-matrix[1, 0], matrix[0, 0])))
    anchor = style.get("text-anchor", "start")
    return [Label(text, float(place[0]), float(place[1]), size or 10.0, anchor, angle, within)]


def _commented(element: Element, matrix: Numbers, within: tuple[str, ...]) -> list[Label]:
    """matplotlib draws letters as paths and writes the text into a comment before them."""
    children = list(element)
    if len(children) < 2 or _name(children[0]) or not children[0].text:
        return []
    inner = _times(matrix, _matrix(children[1].get("transform", "")))
    angle = float(np.degrees(np.arctan2(-inner[1, 0], inner[0, 0])))
    text = " ".join(children[0].text.split())[:500]
    size = float(abs(np.hypot(inner[0, 0], inner[1, 0]))) * 100
    return [Label(text, float(inner[0, 2]), float(inner[1, 2]), size or 10.0, "start", angle, within)]


def _points(element: Element, name: str) -> tuple[Numbers, bool]:
    """The corners of a shape in its own coordinates, and whether it is closed."""
    get = element.get
    if name == "path":
        return _path(get("d", ""))
    if name in {"polyline", "polygon"}:
        numbers = [float(number) for number in _NUMBER.findall(get("points", ""))]
        return np.array(numbers[: len(numbers) // 2 * 2]).reshape(-1, 2), name == "polygon"
    if name == "rect":
        x, y, wide, tall = (_number(get(key)) for key in ("x", "y", "width", "height"))
        return np.array([[x, y], [x + wide, y], [x + wide, y + tall], [x, y + tall]]), True
    if name == "line":
        return np.array([[_number(get(f"x{i}")), _number(get(f"y{i}"))] for i in (1, 2)]), False
    if name in {"circle", "ellipse"}:
        return np.array([[_number(get("cx")), _number(get("cy"))]]), True
    if name == "use":
        return np.array([[_number(get("x")), _number(get("y"))]]), True
    return np.empty((0, 2)), False


def _path(text: str) -> tuple[Numbers, bool]:
    """The ends of a path's segments; of curves the end points alone."""
    command = ""
    numbers: list[float] = []
    found: list[tuple[float, float]] = []
    x = y = begin_x = begin_y = 0.0
    closed = False
    for letter, number in _PATH.findall(text):
        if letter:
            command, numbers = letter, []
            if letter in "Zz":
                x, y, closed = begin_x, begin_y, True
            continue
        numbers.append(float(number))
        need = _ENDS.get(command.upper(), 2)
        if not command or need == 0 or len(numbers) < need:
            continue
        relative = command.islower()
        if command.upper() == "H":
            x = numbers[0] + (x if relative else 0)
        elif command.upper() == "V":
            y = numbers[0] + (y if relative else 0)
        else:
            x, y = numbers[-2] + (x if relative else 0), numbers[-1] + (y if relative else 0)
        if command.upper() == "M":
            begin_x, begin_y = x, y
            command = "l" if relative else "L"
        found.append((x, y))
        numbers = []
        if len(found) >= MOST_POINTS:
            break
    points = np.nan_to_num(np.array(found, dtype=np.float64).reshape(-1, 2), posinf=1e9, neginf=-1e9)
    return points, closed


def _number(text: str | None) -> float:
    found = _NUMBER.match(text.strip()) if text else None
    return float(np.clip(float(found[0]), -1e9, 1e9)) if found else 0.0


def _cleaned(element: Element) -> Element:
    """A copy with drawn elements alone, and no attribute that runs or refers to anything outside."""
    from xml.etree.ElementTree import Element as New

    copy = New(f"{{{NAMESPACE}}}{_name(element)}")
    copy.text, copy.tail = element.text, element.tail
    for key, value in element.attrib.items():
        plain = key.rpartition("}")[2].lower()
        if plain.startswith("on") or plain == "base":
            continue
        if plain == "href":
            if value.startswith("#"):
                copy.set("href", value)
            continue
        outside = any(
            not target.strip(" '\"").startswith("#") for target in re.findall(r"url\(([^)]*)", value)
        )
        if not outside and "@import" not in value:
            copy.set(key if not key.startswith("{") else plain, value)
    for child in element:
        if _name(child) in _DRAWN:
            copy.append(_cleaned(child))
    return copy
