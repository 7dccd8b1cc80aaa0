"""A drawn Vega scene as panels and marks: what every mark told (:mod:`vega_probe`), sorted into its panel.

::

    arranged(drawn, probed) -> Scene(title, panels: [Cell(marks, scales, facet, box)], labels, headers)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rusoil_jupyter.figures.readers.vega_probe import PROBE, Cell, Date, MarkPlan, Probed, channels_told, told
from rusoil_jupyter.figures.readers.vega_worker import Drawing, Item, Marks

Values = dict[str, Cell]
PIXELS = Item._fields[:6]  # the places and sizes, which come first


@dataclass
class Mark:
    """One item of the scene: what its channels stand for, its pixels, colours and text."""

    values: Values
    pixels: dict[str, float]
    fill: str = ""
    stroke: str = ""
    text: str = ""
    facet: tuple[Cell, ...] = ()  # of the groups within the panel: the line it belongs to


@dataclass(frozen=True)
class Path:
    """What the groups between a panel and its marks told: values of facets, and positions to inherit."""

    facet: tuple[Cell, ...] = ()
    values: Values = field(default_factory=dict)


@dataclass
class Extent:
    """A scale in a panel: the ends of its domain and of its range, or its categories in order."""

    domain: tuple[float, float] | None = None
    pixels: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()


@dataclass
class Panel:
    """One coordinate system that was drawn."""

    size: tuple[float, float]
    box: tuple[float, float, float, float]
    facet: tuple[Cell, ...] = ()
    title: str = ""
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    extents: dict[str, Extent] = field(default_factory=dict)


@dataclass
class Scene:
    """All of it. ``labels`` are what axes and legends write for a value of a scale, ``headers`` facets."""

    size: tuple[float, float]
    title: str = ""
    panels: list[Panel] = field(default_factory=list)
    labels: dict[str, dict[Cell, str]] = field(default_factory=dict)
    headers: dict[Cell, str] = field(default_factory=dict)
    drawn_titles: list[str] = field(default_factory=list)


def arranged(drawn: Drawing, probed: Probed) -> Scene:
    """The scene's panels, those with marks alone."""
    scene = Scene((float(drawn.width or 1), float(drawn.height or 1)))
    root = drawn.root.items[0] if drawn.root and drawn.root.items else Item()
    place = (float(drawn.origin[0]) + _float(root.x), float(drawn.origin[1]) + _float(root.y))
    panel = _panel(root, place, scene, ())
    scene.panels.append(panel)
    scene.title = _title(root)
    _walk(root, panel, place, Path(), scene, probed)
    scene.panels = [panel for panel in scene.panels if any(panel.marks.values())]
    return scene


def _panel(group: Item, place: tuple[float, float], scene: Scene, facet: tuple[Cell, ...]) -> Panel:
    width, height = _float(group.width), _float(group.height)
    whole, tall = scene.size
    box = (place[0] / whole, place[1] / tall, (place[0] + width) / whole, (place[1] + height) / tall)
    return Panel((width, height), box, facet)


def _walk(
    group: Item,
    panel: Panel,
    place: tuple[float, float],
    path: Path,
    scene: Scene,
    probed: Probed,
) -> None:
    for mark in group.marks:
        if mark.type == "group":
            for item in mark.items:
                _walk_item(item, panel, place, path, scene, probed)
        elif mark.name == PROBE:
            for item in mark.items:
                panel.extents.update(_extents(_described(item)))
        elif mark.role in {"axis-label", "legend-label"}:
            _labels(mark, scene)
        elif mark.role in {"mark", "", "scope"}:
            for item in mark.items:
                _item(item, panel, path, probed)


def _walk_item(
    item: Item,
    panel: Panel,
    place: tuple[float, float],
    path: Path,
    scene: Scene,
    probed: Probed,
) -> None:
    there = (place[0] + _float(item.x), place[1] + _float(item.y))
    name, values = told(_described(item))
    plan = probed.groups.get(name)
    if plan is None:
        _walk(item, panel, there, path, scene, probed)  # an axis, a legend: for their labels
        return
    if plan.role:
        title = _title(item)
        if "header" in plan.role and len(values) == 1 and title:
            scene.headers.setdefault(values[0], title)
        if plan.role.endswith("-title") and title:
            scene.drawn_titles.append(title)
    inner = panel
    if plan.cell:
        inner = _panel(item, there, scene, (*panel.facet, *values))
        inner.title = _title(item)
        scene.panels.append(inner)
        path = Path()
    else:
        told_positions = channels_told(_described(item), len(plan.fields))
        positions = {name.lstrip("#"): cell for name, cell in told_positions.items()}
        path = Path((*path.facet, *values[: len(plan.fields)]), {**path.values, **positions})
    _walk(item, inner, there, path, scene, probed)


def _item(item: Item, panel: Panel, path: Path, probed: Probed) -> None:
    name, _cells = told(_described(item))
    plan = probed.marks.get(name)
    if plan is None or plan.hidden or item.opacity == 0:
        return
    pixels = {
        name: float(pixel)
        for name, pixel in zip(PIXELS, item, strict=False)
        if isinstance(pixel, int | float)
    }
    mark = Mark(
        values={**path.values, **channels_told(_described(item))},
        pixels=pixels,
        fill=_colour(item.fill),
        stroke=_colour(item.stroke),
        text=_text(item.text),
        facet=path.facet,
    )
    panel.marks.setdefault(name, []).append(mark)


def _extents(description: str) -> Iterator[tuple[str, Extent]]:
    name, cells = told(description)
    if name != "S":
        return
    for i in range(0, len(cells) - 4, 5):
        scale, low, high, start, end = cells[i : i + 5]
        if isinstance(low, str):
            yield str(scale), Extent(categories=tuple(low.split("\x1e")) if low else ())
        elif all(isinstance(cell, float) for cell in (low, high, start, end)):
            yield (
                str(scale),
                Extent((float(low or 0), float(high or 0)), (float(start or 0), float(end or 0))),
            )


def _labels(mark: Marks, scene: Scene) -> None:
    for item in mark.items:
        name, cells = told(_described(item))
        text = _text(item.text)
        if name.startswith("A") and cells and text:
            scene.labels.setdefault(name[1:], {})[cells[0]] = text


def _title(group: Item) -> str:
    for mark in group.marks:
        if mark.type == "group" and mark.role == "title":
            texts = [
                _text(item.text)
                for inner in mark.items
                for part in inner.marks
                if part.role in {"title-text", "title-subtitle"}
                for item in part.items
            ]
            return ". ".join(text for text in texts if text)
    return ""


def label_of(cell: Cell, labels: dict[Cell, str]) -> str:
    """What is written for a value: its text; for dates and renamed numbers what the axis or legend writes."""
    if cell is None:
        return "null"
    if isinstance(cell, str):
        return cell
    drawn = labels.get(cell, "")
    if drawn and list(labels.values()).count(drawn) > 1:
        drawn = ""
    if isinstance(cell, Date):
        return drawn or date_text(cell)
    plain = str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.6g}"
    if drawn:
        try:
            float(drawn.replace(",", "").replace("−", "-"))
        except ValueError:
            return drawn
    return plain


def date_text(seconds: float) -> str:
    """ISO 8601, the day alone at midnight."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):
        return ""
    return moment.date().isoformat() if moment.time() == moment.min.time() else moment.isoformat()


def colour_of(mark: Mark, plan: MarkPlan) -> str:
    """The colour that stands in a legend: of the line, or of the face."""
    return mark.stroke or mark.fill if plan.type in {"line", "rule", "trail"} else mark.fill or mark.stroke


def _described(item: Item) -> str:
    """What a mark was made to tell, where a screen reader looks for words."""
    return "" if item.description is None else str(item.description)


def _colour(value: Any) -> str:
    return value if isinstance(value, str) and value not in {"transparent", "none"} else ""


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(str(line) for line in value)
    return "" if value is None else str(value)


def _float(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
