"""An answer in another unit than the figure's: by definitions; what has to be assumed is said, or refused."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.query.found import Measured, in_full
from rusoil_jupyter.figures.query.marks import weakest
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.units import scaled
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.values.finding import Finding

_MEASURED = frozenset(
    ["minimum", "maximum", "low", "q1", "median", "q3", "high", "mean", "sample", "part", "whole"]
)
_DIFFERENCES = frozenset(["spread", "std", "change"])
_MONTH = 28 * 86400.0  # seconds: what is longer has no fixed number of days
_WORD = re.compile(r"[^\W\d_]+\.?")


def in_unit(finding: Finding, unit: str) -> Finding:
    """A finding in the unit that was asked for.

    Raises:
        CannotAnswer: the units do not measure the same, or one of them is not known.
    """
    if not unit or unit == finding.unit:
        return finding
    if getattr(finding.query, "asks", "") == "place" and same_dimension(finding.at_unit, unit):
        return _placed_in(finding, unit)
    if not finding.unit:
        raise CannotAnswer(
            _("The figure says no unit, so nothing can be converted to {unit}.").format(unit=unit),
            _("Ask without a unit."),
            field="unit",
        )
    return _measured_in(finding, unit)


def _measured_in(finding: Finding, unit: str) -> Finding:
    """A finding whose values are told in the unit that was asked for."""
    is_difference = getattr(finding.query, "name", "") in _DIFFERENCES

    def turned(cell: Cell) -> Cell:
        return _turned(cell, finding.unit, unit, is_difference=is_difference)

    full = in_full(finding, None)
    value, _unit, by = converted(full, finding.unit, unit, is_difference=is_difference)
    is_known = finding.value is not None and not math.isnan(full)
    error = finding.error and converted(finding.error, finding.unit, unit, is_difference=True)[0]
    changed = finding.model_copy(
        update={
            "value": cell_of(value, None) if is_known else turned(finding.value),
            "unit": unit,
            "points": tuple(p.model_copy(update={"value": turned(p.value)}) for p in finding.points),
            "details": {k: turned(v) if k in _MEASURED else v for k, v in finding.details.items()},
            "error": error,
            "badge": weakest([finding.badge, "estimated"]) if by else finding.badge,
            "method": "; ".join(filter(None, (finding.method, by))),
        }
    )
    if isinstance(changed, Measured):
        changed._full = value
    return changed


def _turned(cell: Cell, unit: str, to: str, *, is_difference: bool = False) -> Cell:
    """A number in another unit; what is none stays."""
    if not isinstance(cell, int | float):
        return cell
    return cell_of(converted(float(cell), unit, to, is_difference=is_difference)[0], None)


def _placed_in(finding: Finding, unit: str) -> Finding:
    """A finding whose place is told in the unit that was asked for."""

    def turned(cell: Cell) -> Cell:
        return _turned(cell, finding.at_unit, unit)

    points = tuple(point.model_copy(update={"at": turned(point.at)}) for point in finding.points)
    return finding.model_copy(update={"at": turned(finding.at), "at_unit": unit, "points": points})


def converted(value: float, unit: str, to: str, *, is_difference: bool = False) -> tuple[float, str, str]:
    """A value in another unit, that unit, and what had to be assumed for it (empty: nothing).

    Raises:
        CannotAnswer: the units do not measure the same, or one of them is not known.
    """
    (many, own), (times, base) = scaled(unit), scaled(to)
    if own and own.rstrip(".") == base.rstrip("."):
        return value * many / times, to, ""
    source, target = conversion.parse(unit), conversion.parse(to)
    if source is None or target is None or not same_dimension(unit, to):
        raise CannotAnswer(
            _("{unit} can't be converted to {to} with what the figure says.").format(unit=unit, to=to),
            _("Ask in the unit of the axis."),
            field="unit",
        )
    offset = 0.0 if is_difference else source.offset - target.offset
    by = _("with a month of 30.4 days and a year of 365.25") if _of_months(unit) != _of_months(to) else ""
    return (value * source.factor + offset) / target.factor, to, by


def _of_months(unit: str) -> bool:
    """Whether a unit counts in months or years."""
    parts = [conversion.parse(word) for word in _WORD.findall(unit)]
    return any(
        part.dimension == conversion.TIME and part.factor > _MONTH for part in parts if part is not None
    )


def same_dimension(unit: str, to: str) -> bool:
    """Whether two units are known and measure the same."""
    source, target = conversion.parse(unit), conversion.parse(to)
    return source is not None and target is not None and source.dimension == target.dimension
