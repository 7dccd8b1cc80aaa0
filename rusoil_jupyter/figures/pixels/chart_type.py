"""What kind of chart a picture shows: a small convolutional network that sees ink, not colours.

Trained by ``python -m training chart-type`` on charts of several libraries;
``models/MODEL_CARD.md`` has how often it is right on libraries it never saw.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.pixels.recogniser import session_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

# In the order of the network's outputs. ``other``: photographs, diagrams, tables, text, maps.
TYPES = (
    "line",
    "scatter",
    "bar",
    "histogram",
    "area",
    "pie",
    "box",
    "violin",
    "heatmap",
    "contour",
    "other",
)
SIDE = 128  # of the square that the network sees
FINER = 3  # how much finer the picture is looked at, so that thin lines are not lost


def chart_type(image: Image) -> list[tuple[str, float]]:
    """All types with their probabilities, the likeliest first; they add up to 1.

    A picture of one colour, and one under 8 pixels, is ``other``.
    """
    seen = features(image)
    if seen is None:
        return [("other", 1.0), *((name, 0.0) for name in TYPES if name != "other")]
    session = _session()
    (probabilities,) = session.run(None, {session.get_inputs()[0].name: seen[None]})
    found = zip(TYPES, (float(p) for p in probabilities[0]), strict=True)
    return sorted(found, key=lambda pair: -pair[1])


def features(image: Image) -> NDArray[np.float32] | None:
    """What the network sees, ``(3, SIDE, SIDE)`` in 0..1; ``None`` where there is nothing to see.

    The ink (how far a pixel is from the background), its strongest in each cell, so that a thin line is as
    clear as a thick one, and how colourful the cell is. Themes, dark or light, look alike in this.
    """
    import numpy as np
    from PIL import Image as images

    if min(image.size) < 8:
        return None
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        image = images.alpha_composite(images.new("RGBA", image.size, "white"), image)
    fine = SIDE * FINER
    if image.width > 4 * fine or image.height > 4 * fine:  # a picture of any size costs the same from here on
        image = image.reduce((max(1, image.width // (2 * fine)), max(1, image.height // (2 * fine))))
    small = image.convert("RGB").resize((fine, fine), images.Resampling.BILINEAR)
    red, green, blue = (np.asarray(channel) for channel in small.split())
    # 4,096 colours, of which the commonest is the background.
    codes = ((red >> 4).astype(np.int16) << 8) | ((green >> 4).astype(np.int16) << 4) | (blue >> 4)
    most = int(np.bincount(codes.ravel(), minlength=4096).argmax())
    grounds = (most >> 8) * 16 + 8, (most >> 4 & 15) * 16 + 8, (most & 15) * 16 + 8
    apart = [
        np.maximum(channel, ground) - np.minimum(channel, ground)
        for channel, ground in zip((red, green, blue), np.array(grounds, dtype=np.uint8), strict=True)
    ]
    strength = np.maximum(np.maximum(apart[0], apart[1]), apart[2])
    strongest = float(np.percentile(strength, 99.5)) - 8
    if strongest < 12:
        return None
    ink = np.clip((strength.astype(np.float32) - 8) / strongest, 0, 1)
    most_of, least_of = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    colour = (most_of - least_of).astype(np.float32) / 255
    return np.stack([_mean(ink), _strongest(ink), _mean(colour)])


# Slices, because numpy reduces over short axes ten times slower.
def _mean(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    total: NDArray[np.float32] = sum(
        (fine[i::FINER, j::FINER] for i in range(FINER) for j in range(FINER)), start=fine[:SIDE, :SIDE] * 0
    )
    mean: NDArray[np.float32] = (total / (FINER * FINER)).astype(total.dtype)
    return mean


def _strongest(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    found = fine[::FINER, ::FINER]
    for i in range(FINER):
        for j in range(FINER):
            found = np.maximum(found, fine[i::FINER, j::FINER])
    return found


@lru_cache(maxsize=1)
def _session() -> Any:
    return session_of("chart_type.onnx")
