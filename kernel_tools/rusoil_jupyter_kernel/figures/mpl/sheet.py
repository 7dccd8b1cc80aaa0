"""One coordinate system while it is read: what has been taken, and the marks found so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.values.description import Note, Reference, SeriesKind
    from rusoil_jupyter_kernel.figures.mpl.legends import Legend
    from rusoil_jupyter_kernel.figures.mpl.rulers import Ruler


@dataclass
class Mark:
    """A series in the axes' raw numbers, before marks are joined and converted.

    ``columns`` are named as in the description. ``width`` is a line's, in points.
    """

    kind: SeriesKind
    columns: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    label: str = ""
    colour: str = ""
    along: Literal["x", "y"] = "x"
    names: tuple[str, ...] = ()
    stack: str = ""
    width: float = 0.0
    whole: bool = True  # all points, not every n-th of a picture too large
    top: NDArray[np.float64] | None = None  # of a layer: where it ends

    @property
    def across(self) -> Literal["x", "y"]:
        """The axis that values are measured on."""
        return "y" if self.along == "x" else "x"


@dataclass
class Sheet:
    """An ``Axes`` with the rulers of its axes and its legend."""

    axes: Any
    x: Ruler
    y: Ruler
    legend: Legend
    marks: list[Mark] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    mappables: list[Any] = field(default_factory=list)
    _taken: set[int] = field(default_factory=set)

    def take(self, *artists: Any) -> None:
        """These are read: nobody else reads them."""
        self._taken.update(id(artist) for artist in artists if artist is not None)

    def left(self, *kinds: type) -> Iterator[Any]:
        """The visible artists of these kinds that nobody has taken, in the order they were drawn."""
        artists: list[Any] = self.axes.get_children()
        for artist in artists:
            wanted = (
                isinstance(artist, kinds) and artist is not self.axes.patch and id(artist) not in self._taken
            )
            if wanted and _is_visible(artist):
                yield artist

    def is_free(self, artist: Any) -> bool:
        """Whether nobody has taken it."""
        return id(artist) not in self._taken

    def in_data(self, artist: Any) -> bool:
        """Whether the artist's numbers are those of the axes."""
        transform = artist.get_transform()
        return bool(transform == self.axes.transData or transform.contains_branch(self.axes.transData))

    def ruler(self, axis: Literal["x", "y"]) -> Ruler:
        """The ruler of one axis."""
        return self.x if axis == "x" else self.y

    def label(self, artist: Any, colour: str, dashes: Any = None) -> str:
        """What the artist is called: by itself, or in the legend by its colour."""
        own = str(artist.get_label() or "")
        return own if own and not own.startswith("_") else self.legend.name(colour, dashes)


def _is_visible(artist: Any) -> bool:
    return bool(artist.get_visible())


def floats(values: Any) -> NDArray[np.float64]:
    """As float64, masked as NaN, without copying where there is no need."""
    array = np.ma.asarray(values) if np.ma.isMaskedArray(values) else np.asarray(values)
    if array.dtype.kind not in "fiub":
        array = array.astype(np.float64)
    if np.ma.isMaskedArray(array):
        return np.asarray(np.ma.filled(array.astype(np.float64), np.nan), dtype=np.float64)
    return np.asarray(array, dtype=np.float64)
