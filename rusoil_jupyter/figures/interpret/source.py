"""What is to be read: a cell output, a description alone, a picture. Runs in the child process."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.interpret.vision import Picture
from rusoil_jupyter.figures.values.description import FigureDescription
from rusoil_jupyter.figures.values.kinds import PIXELS
from rusoil_jupyter.i18n import _, current_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rusoil_jupyter.figures.reading import Reading

Region = tuple[float, float, float, float]
REMEMBERED = 8  # readings: whoever asks about a figure asks again
_readings: OrderedDict[str, Reading] = OrderedDict()


@dataclass(frozen=True)
class Source:
    """One figure, as far as it came; what counts most first."""

    mimebundle: Mapping[str, Any] | None = None
    description: FigureDescription | None = None
    file: Picture | None = None

    @property
    def picture(self) -> Picture | None:
        """Its picture, decoded from base64 only where nothing better can be read.

        Raises:
            InvalidRequest: the base64 is none.
        """
        return picture_of(self.mimebundle) if self.mimebundle is not None else self.file

    def read(self, region: Region | None = None) -> Reading | None:
        """The best reading there is; ``None`` where nothing here shows a figure.

        Raises:
            InvalidRequest: it is broken or hostile, or nothing lies in the region.
        """
        key = self._key(region)
        if key not in _readings:
            reading = self._read(region)
            if reading is None:
                return None
            _readings[key] = reading
            if len(_readings) > REMEMBERED:
                _readings.popitem(last=False)
        _readings.move_to_end(key)
        return _readings[key]

    def _read(self, region: Region | None) -> Reading | None:
        from rusoil_jupyter.figures.reading import Reading

        if self.description is not None:
            return _within(Reading(self.description, badge="stored"), region)
        reading = None
        if self.mimebundle is not None:
            from rusoil_jupyter.figures import readers

            reading = readers.read(self.mimebundle)
            if reading is None or region is None or reading.description.library != "pixels":
                return None if reading is None else _within(reading, region)
        picture = self.picture
        if picture is None:
            return reading
        from rusoil_jupyter.figures import pixels

        part = picture.cut(region)
        return pixels.read(part.data, part.media_type)

    def _key(self, region: Region | None) -> str:
        saved = self.description.to_json() if self.description else None
        # What could not be read is said in the reading, in the language of whoever asks.
        text = json.dumps([self.mimebundle, saved, region, current_language()], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode(errors="surrogatepass"))
        if self.file is not None:
            digest.update(self.file.data)
        return digest.hexdigest()


def picture_of(mimebundle: Mapping[str, Any]) -> Picture | None:
    """The picture in an output, PNG before JPEG.

    Raises:
        InvalidRequest: its base64 is none.
    """
    for name in PIXELS:
        if name in mimebundle:
            return Picture(decoded(_text(mimebundle[name])), name)
    return None


def decoded(text: str) -> bytes:
    """Bytes from base64; white space between is allowed.

    Raises:
        InvalidRequest: it is none.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest(
            _("The picture is not valid base64."), _("Run the cell again, or attach the file."), field="image"
        ) from error


def _text(value: object) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _within(reading: Reading, region: Region | None) -> Reading:
    """What lies in a part of the picture: the panels whose boxes meet it.

    A figure that does not say where its panels are, or has one alone, stays whole.
    """
    panels = reading.description.panels
    boxes = [panel.box for panel in panels if panel.box is not None]
    if region is None or len(panels) < 2 or len(boxes) < len(panels):
        return reading
    met = tuple(panel for panel, box in zip(panels, boxes, strict=True) if _meet(box, region))
    if not met:
        raise InvalidRequest(
            _("Nothing is drawn in this part of the figure."),
            _("Draw the rectangle over a plot."),
            field="region",
        )
    kept = {series.id for panel in met for series in panel.series}
    return replace(
        reading,
        description=reading.description.model_copy(update={"panels": met}),
        arrays={name: columns for name, columns in reading.arrays.items() if name in kept},
    )


def _meet(box: Region, region: Region) -> bool:
    left, top, right, bottom = box
    return left < region[2] and region[0] < right and top < region[3] and region[1] < bottom
