"""A picture of a chart read back: what is written on it, its axes, its series, each number with its error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.pixels import ocr, tracing, written
from rusoil_jupyter.figures.pixels.frame import frame_of, headline, notes_of
from rusoil_jupyter.figures.pixels.photograph import is_photograph, straightened
from rusoil_jupyter.figures.pixels.plot_area import PlotArea, commonest, plot_areas
from rusoil_jupyter.figures.pixels.series import Found, read_pie, series_of
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.values.description import FigureDescription, Note, Panel
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL.Image import Image

    from rusoil_jupyter.figures.pixels.ocr import Text

MOST_SIDE = 2000  # a larger picture is read at this size


def read_picture(image: Image, *, hint: str | None = None, texts: Sequence[Text] | None = None) -> Reading:
    """What a decoded picture shows, as far as it can be read; ``omitted`` says what could not.

    Args:
        image: RGB.
        hint: the type of chart, where it is known.
        texts: what is written on it, where that has been read before; none of its sides is over MOST_SIDE
        then.
    """
    size = image.size
    shrink = min(1.0, MOST_SIDE / max(size))
    if shrink < 1:
        image = image.resize((max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))))
    found = Found()
    if texts is None and is_photograph(image):
        image = straightened(image)
        found.omitted.append(
            _("This is a photograph or a scan: light and tilt were corrected, a slanted view was not.")
        )
    rgb = np.asarray(image)
    texts = ocr.read_texts(image) if texts is None else texts
    if not texts:
        found.omitted.append(_no_text())
    kind = hint or _kind(image)
    page = commonest(np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]))
    pie = tracing.slices(rgb, page) if kind in {"", "pie", "other"} else None
    if pie:
        read_pie(pie, rgb, texts, found)
    else:
        _read_panels(rgb, texts, kind, found)
    description = FigureDescription(
        library="pixels",
        title=headline(texts, rgb.shape[0]) if len(found.panels) != 1 else found.panels[0].title,
        size=size,
        panels=tuple(found.panels),
        omitted=tuple(dict.fromkeys(found.omitted))[:50],
    )
    return Reading(
        description, found.arrays, "estimated", found.error, found.doubts, frozenset(found.uncounted)
    )


def _no_text() -> str:
    if not ocr.tesseract_there() and not ocr.recogniser_there():
        return _("No words were read: neither tesseract nor the bundled recogniser is there.")
    return _("No words were found in the picture.")


def _kind(image: Image) -> str:
    """The likeliest type of chart, where the classifier is there and sure; else empty."""
    try:
        from rusoil_jupyter.figures.pixels.chart_type import chart_type

        name, probability = chart_type(image)[0]
    except (ImportError, OSError):
        return ""
    return name if probability >= 0.6 else ""


def _read_panels(rgb: NDArray[np.uint8], texts: Sequence[Text], kind: str, found: Found) -> None:
    areas = plot_areas(rgb, written.mask(rgb.shape, texts))
    if not areas:
        found.doubt("p1", _("No coordinate system was found, so no values were read."))
        notes = [Note(text=text.text[:500]) for text in texts if text.confidence > 0.5]
        found.panels.append(Panel(id="p1", notes=tuple(notes[:200])))
        return
    for number, area in enumerate(areas, 1):
        mine = [text for text in texts if _nearest(text, areas) is area]
        frame = frame_of(rgb, area, mine)
        series, references = series_of(rgb, frame, kind, f"p{number}", found)
        height, width = rgb.shape[:2]
        found.panels.append(
            Panel(
                id=f"p{number}",
                title=frame.title[:500],
                row=1 + sum(1 for top in {a.top // 20 for a in areas} if top < area.top // 20),
                column=1 + sum(1 for left in {a.left // 20 for a in areas} if left < area.left // 20),
                box=(area.left / width, area.top / height, area.right / width, area.bottom / height),
                axes=frame.axes,
                series=tuple(series),
                references=tuple(references),
                notes=notes_of(frame),
                has_legend=bool(frame.entries),
            )
        )


def _nearest(text: Text, areas: Sequence[PlotArea]) -> PlotArea:
    left, top, right, bottom = text.line.box
    x, y = (left + right) / 2, (top + bottom) / 2

    def off(area: PlotArea) -> float:
        across = max(area.left - x, x - area.right, 0)
        down = max(area.top - y, y - area.bottom, 0)
        return float(np.hypot(across, down))

    return min(areas, key=off)
