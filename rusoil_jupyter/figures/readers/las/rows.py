"""The data of a LAS file as columns: one value for each curve in each row, or a refusal.

Values are never shifted from one curve to another: a row that doesn't fit its curves is told, not mended.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray


BLOCK = 5000  # rows that are text at a time
LOOKED_AT = 50  # rows by which the separator is told
# Numbers that stand for "not measured", whatever the header says, and what programs write for one they lost.
NULLS = (-999.25, -999.0, -9999.0, -9999.25, -99999.0, -32768.0, -2147483648.0)
LARGEST = 1e20  # beyond is no measurement: 1e30 and the largest number of a machine are "nothing", too
_MISSING = re.compile(
    r"[*\-_.?#]+|\(?null\)?|none|nan|n/?a|na|err(or)?|#?(value|ref|div/0|num)!?|-?1\.#\w+|[-+]?inf(inity)?|"
    r"нет|пропуск|",
    re.IGNORECASE,
)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
_RUN_ON = re.compile(r"-?\d+\.\d+(?:-\d+\.\d+)+")  # columns of a fixed width that have grown together
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_DATE_FORMS = ("%d.%m.%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
_SEPARATORS = {"COMMA": ",", "TAB": "\t", "SPACE": None}


@dataclass(frozen=True)
class Layout:
    """How rows are written: the declared separator (``None`` for blanks or unknown), over several lines or
    not, and what stands for "not measured".
    """

    separator: str | None = None
    wrapped: bool = False
    null: float | None = None


@dataclass
class Column:
    """A curve's values, NaN where nothing was measured. ``texts``: what else stood there, and how often."""

    blocks: list[NDArray[np.float64]] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)

    @property
    def numbers(self) -> NDArray[np.float64]:
        """All values so far."""
        return np.concatenate(self.blocks) if self.blocks else np.empty(0)

    def take(self, cells: Sequence[str]) -> None:
        """Add cells: at once where all are numbers, one by one otherwise."""
        try:
            self.blocks.append(np.array(cells, dtype=np.float64))
        except ValueError:
            self.blocks.append(np.array([self._number(cell) for cell in cells]))

    def _number(self, cell: str) -> float:
        try:
            return float(cell)
        except ValueError:
            if not _MISSING.fullmatch(cell):
                self.texts[cell[:40]] += 1
            return float("nan")


@dataclass
class IndexColumn(Column):
    """The first column, which may hold moments: as seconds since 1970 (UTC). ``moments`` counts them."""

    moments: int = 0

    def _number(self, cell: str) -> float:
        moment = _moment(cell)
        if moment is None:
            return super()._number(cell)
        self.moments += 1
        return moment


def _moment(cell: str) -> float | None:
    if not _DATE.match(cell):
        return None
    for form in (None, *_DATE_FORMS):
        try:
            moment = datetime.fromisoformat(cell) if form is None else datetime.strptime(cell, form)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None


def declared_separator(word: str) -> str | None:
    """What ``DLM`` in the header means."""
    return _SEPARATORS.get(word.strip().upper())


def read_columns(text: str, names: Sequence[str], layout: Layout) -> tuple[IndexColumn, list[Column]]:
    """The first column, which the file runs along, and one for each of the other curves in their order.

    Raises:
        InvalidRequest: rows don't fit the curves; it says which one.
    """
    index, columns = IndexColumn(), [Column() for _name in names[1:]]
    rows = _wrapped(text, names) if layout.wrapped else _rows(text, names, layout)
    while block := list(islice(rows, BLOCK)):
        for column, cells in zip([index, *columns], zip(*block, strict=True), strict=True):
            column.take(cells)
    return index, columns


def without_nulls(values: NDArray[np.float64], null: float | None) -> NDArray[np.float64]:
    """The values with NaN for what stands for "not measured"."""
    nulls = [*NULLS, *([] if null is None else [null])]
    lost = np.isin(np.round(values, 4), np.round(nulls, 4)) | (np.abs(values) >= LARGEST)
    return np.where(lost, np.nan, values)


def _lines(text: str) -> Iterator[str]:
    """The rows as they are written, without comments; another section ends them."""
    for line in re.split(r"[\r\n]+", text):
        stripped = line.strip()
        if stripped.startswith("~"):
            return
        if stripped and not stripped.startswith("#"):
            yield line


def _wrapped(text: str, names: Sequence[str]) -> Iterator[list[str]]:
    """Rows of values that are written over several lines, cut anywhere."""
    row: list[str] = []
    number = 0
    for line in _lines(text):
        row += line.split()
        while len(row) >= len(names):
            number += 1
            yield row[: len(names)]
            row = row[len(names) :]
    if row:
        raise _misfit(number + 1, len(row), names)


def _rows(text: str, names: Sequence[str], layout: Layout) -> Iterator[list[str]]:
    split = _Splitter(len(names), _separator(text, len(names), layout))
    comma = split.has_decimal_commas(islice(_lines(text), LOOKED_AT))
    for number, line in enumerate(_lines(text), 1):
        row = split(line)
        if len(row) != len(names):
            raise _misfit(number, len(row), names)
        yield [cell.replace(",", ".", 1) for cell in row] if comma else row


class _Splitter:
    """Cuts a line into cells; ``None`` separates by blanks."""

    def __init__(self, count: int, separator: str | None) -> None:
        self._count = count
        self._separator = separator

    def __call__(self, line: str) -> list[str]:
        if self._separator is None:
            return self._by_blanks(line)
        return [cell.strip() for cell in next(csv.reader([line], delimiter=self._separator))]

    def _by_blanks(self, line: str) -> list[str]:
        if '"' in line:
            return next(csv.reader([" ".join(line.split())], delimiter=" "))
        cells = line.split()
        if len(cells) >= self._count:
            return cells
        parted = [part for cell in cells for part in _part_run_on(cell)]
        return parted if len(parted) == self._count else cells

    def fits(self, lines: Iterable[str]) -> bool:
        """Whether each line has as many cells as there are curves, none with a separator left in it."""
        return all(
            len(row) == self._count and not any(cell.endswith((",", ";")) for cell in row)
            for row in map(self, lines)
        )

    def has_decimal_commas(self, lines: Iterable[str]) -> bool:
        """Whether numbers are written like 12,5."""
        return self._separator != "," and any(
            _DECIMAL_COMMA.fullmatch(cell) for line in lines for cell in self(line)
        )


def _part_run_on(cell: str) -> list[str]:
    if not _RUN_ON.fullmatch(cell):
        return [cell]
    return re.findall(r"-?\d+\.\d+", cell)


def _separator(text: str, count: int, layout: Layout) -> str | None:
    """The declared separator, or the first that gives each of the first rows a cell for each curve."""
    if layout.separator is not None:
        return layout.separator
    looked_at = list(islice(_lines(text), LOOKED_AT))
    return next((one for one in (None, ";", "\t", ",") if _Splitter(count, one).fits(looked_at)), None)


def _misfit(number: int, cells: int, names: Sequence[str]) -> InvalidRequest:
    return InvalidRequest(
        _("Row {row} of the LAS file has {cells} values for {curves} curves ({names}).").format(
            row=number, cells=cells, curves=len(names), names=", ".join(names)[:200]
        ),
        _("Each curve of the section ~C needs its own column in ~A; correct the file and open it again."),
        field="file",
    )
