"""What an expert is: it recognises a figure, and reads findings from it with their sources and warnings."""

from __future__ import annotations

import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rusoil_jupyter.figures.conversion import Quantity
from rusoil_jupyter.figures.experts.given import of_notes
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.finding import Badge, Finding, Point
from rusoil_jupyter.figures.values.queries import Everything

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, Cell, Panel, Series

logger = logging.getLogger(__name__)

MOST_CURVES = 100
LARGEST = 1e30  # no quantity is larger: what is, or is smaller than one over it, is damage
_ROUNDING = 1e-5  # relative: six digits are saved, and a curve that is exact to them is exact
MOST_POINTS = 200_000  # of one curve, for anything that takes more than one pass
DRAWN = frozenset({"line", "step", "scatter", "stem", "area", "errorbar"})
Given = Mapping[str, Quantity]  # what the question or the figure's notes state: ``{"h": Quantity(12, "м")}``


@dataclass(frozen=True)
class Recognition:
    """Why an expert takes a figure for its own: ``confidence`` from 0 to 1, ``reason`` in the reader's
    words.
    """

    confidence: float
    reason: str


@dataclass(frozen=True)
class Curve:
    """A series with its numbers: ``x`` and ``y`` as in the picture, pairs with a gap left out.

    ``name`` is the label of the series or, where it has none, what stands on the axis of its values.
    """

    panel: Panel
    series: Series
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    x_axis: Axis
    y_axis: Axis
    badge: Badge
    missing: int = 0

    @property
    def name(self) -> str:
        """What the curve is called."""
        value_axis = self.y_axis if self.series.along == "x" else self.x_axis
        return self.series.label or value_axis.label or self.panel.title or self.series.id

    @property
    def words(self) -> str:
        """Everything that is written about this curve alone."""
        value_axis = self.y_axis if self.series.along == "x" else self.x_axis
        return f"{self.series.label} {value_axis.label}"

    def by_x(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``x`` and ``y`` in ascending order of ``x``; of points at one place, their mean."""
        return ascending(self.x, self.y)


class Expert(ABC):
    """One kind of petroleum figure.

    ``asks`` says which words of a question are about which findings: pairs of a finding's name, or of several
    with a space between, and a regular expression, matched without regard to case. ``also`` has what else a
    question may say of a finding without asking for more than it; whatever stands in neither makes the
    question another one.
    """

    name: ClassVar[str]
    asks: ClassVar[tuple[tuple[str, str], ...]] = ()
    also: ClassVar[Mapping[str, str]] = {}
    arithmetic: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def recognise(self, reading: Reading) -> Recognition | None:
        """Whether a figure is of this kind, and why."""

    def read(self, reading: Reading, given: Given | None = None) -> list[Finding]:
        """What the figure says, the most important first; what can't be read is left out or warned of.

        ``given`` counts before what is written on the figure. Never raises for a figure or for what is given.
        """
        stated = {**of_notes(reading.description), **(given or {})}
        usable = {name: quantity for name, quantity in stated.items() if abs(quantity.value) < LARGEST}
        try:
            with np.errstate(all="ignore"):
                return [self._as_sure_as_it_is(finding) for finding in self.findings(reading, usable)]
        except (ArithmeticError, ValueError):  # numbers that nobody thought of
            logger.exception("The expert “%s” could not read a figure", self.name)
            return []

    @abstractmethod
    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """As :meth:`read`, with all that is stated together."""

    def _as_sure_as_it_is(self, finding: Finding) -> Finding:
        if finding.name in self.arithmetic:
            return finding
        return finding.model_copy(update={"badge": worst([finding.badge, "estimated"])})


def curves(reading: Reading) -> list[Curve]:
    """The curves and clouds of points that have numbers on both axes.

    Those of more than ``MOST_POINTS`` points are thinned evenly; references and empty series are left out.
    """
    drawn: list[Curve] = []
    for panel in reading.description.panels:
        for series in panel.series:
            if series.kind not in DRAWN or len(drawn) >= MOST_CURVES:
                continue
            curve = _curve(reading, panel, series)
            if curve is not None:
                drawn.append(curve)
    return drawn


def _curve(reading: Reading, panel: Panel, series: Series) -> Curve | None:
    table = reading.table(series.id)
    x_axis, y_axis = panel.axes.get(series.x), panel.axes.get(series.y)
    if x_axis is None or y_axis is None or not {"x", "y"} <= set(table.columns):
        return None
    x, y = (np.asarray(table[column], dtype=np.float64) for column in ("x", "y"))
    if x.shape != y.shape or x.ndim != 1 or not len(x):
        return None
    x, y = thinned(MOST_POINTS, x, y)
    whole = (np.abs(x) < LARGEST) & (np.abs(y) < LARGEST)  # and no NaN
    if not whole.any():
        return None
    missing = int(np.count_nonzero(~whole))
    x, y = (np.where(np.abs(column[whole]) < 1 / LARGEST, 0.0, column[whole]) for column in (x, y))
    return Curve(panel, series, x, y, x_axis, y_axis, table.badge, missing)


def thinned(most: int, *columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Columns of one length at an even step, so that at most ``most`` places are left."""
    step = max(1, math.ceil(len(columns[0]) / most))
    return tuple(column[::step] for column in columns)


def ascending(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pairs in ascending order of ``x``; of several at one place, their mean."""
    places, where = np.unique(x, return_inverse=True)
    counts = np.bincount(where)
    return places, np.bincount(where, weights=y) / counts


def found(
    name: str,
    quantity: str,
    value: float | str | None,
    unit: str = "",
    *,
    badge: Badge,
    series: str = "",
    at: Cell = None,
    at_unit: str = "",
    error: float | None = None,
    details: Mapping[str, float | str | None] | None = None,
    points: Sequence[Point] = (),
    items: Iterable[str] = (),
    method: str = "",
    source: str = "",
    warnings: Iterable[str] = (),
) -> Finding:
    """A finding of an expert: ``name`` is stable, ``quantity`` says in the reader's words what the value
    is.
    """
    return Finding(
        query=Everything(),
        badge=badge,
        name=name,
        quantity=quantity[:500],
        series=series[:500],
        value=_cell(value),
        unit=unit[:100],
        at=at,
        at_unit=at_unit[:100],
        error=None if error is None or not np.isfinite(error) else float(f"{abs(error):.3g}"),
        details={key: _cell(cell) for key, cell in (details or {}).items()},
        points=tuple(points),
        items=tuple(item[:500] for item in items),
        method=method,
        source=source,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def worst(badges: Iterable[Badge]) -> Badge:
    """The least sure of several badges."""
    order: tuple[Badge, ...] = ("exact", "stored", "estimated", "model")
    return max(badges, key=order.index, default="exact")


@lru_cache(maxsize=256)
def student(freedom: int) -> float:
    """The half-width of a 95 % interval in standard errors, by Student's distribution."""
    from scipy.stats import t

    return float(t.ppf(0.975, freedom)) if freedom > 0 else float("inf")


def aicc(squares: float, n: int, parameters: int) -> float:
    """Akaike's criterion for few points: how well a law of so many parameters describes ``n`` points.

    Args:
        squares: the sum of squared residuals, as parts of the values.
        n: of points.
        parameters: those that were fitted; the variance is one more.
    """
    k = parameters + 1
    correction = 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else 1e6
    return n * math.log(squares / n + _ROUNDING**2) + 2 * k + correction


def _cell(value: float | str | None) -> Cell:
    return value if value is None or isinstance(value, str) else cell_of(float(value), None)
