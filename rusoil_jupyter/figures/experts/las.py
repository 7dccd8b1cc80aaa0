"""Well logs in LAS files as readings: units, NULL as NaN, depth as the index.

A file is untrusted: its size, the length of its header and of a line are bounded before anything is parsed,
and only so much is read. ``lasio`` then reads the text; older Russian programs write cp866 or cp1251, newer
ones UTF-8.
"""

from __future__ import annotations

import io
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from lasio import LASFile
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.description import AxisName
    from rusoil_jupyter.figures.reading import Reading

MOST_BYTES = 64 << 20
MOST_HEADER = 1 << 20  # bytes before the data
MOST_LINE = 20_000  # characters; wrapped or not, a line of a thousand curves is shorter
MOST_HEADER_LINE = 2000
MOST_CURVES = 100
# Upper case as LAS writes them; F is feet there.
_UNITS = {"M": "м", "F": "ft", "FT": "ft", "MTR": "м", "METER": "м", "METERS": "м"}
_NULLS = (-999.25, -999.0, -9999.0, -9999.25, -99999.0)
_COMMON = "оеаинтсрвл"  # the most frequent Russian letters


def read(source: bytes | Path | BinaryIO) -> Reading:
    """A LAS file (1.2 or 2.0, wrapped or not) with one panel for each curve, depth downwards.

    Raises:
        PayloadTooLarge: the file, its header or a line is over the limits; little of it was read.
        InvalidRequest: it is no LAS file, has no data, or the extra is missing.
    """
    text = decoded(_bounded(source))
    _check_lines(text)
    return _reading(_parsed(text))


def _bounded(source: bytes | Path | BinaryIO) -> bytes:
    """All bytes of a file that is small enough; a header that does not end is told from its first
    megabyte.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _bounded(file)
    stream = io.BytesIO(source) if isinstance(source, bytes | bytearray) else source
    head = stream.read(MOST_HEADER)
    if not _DATA.search(head):
        if len(head) < MOST_HEADER:
            raise InvalidRequest(
                _("This is not a LAS file: it has no section of data (~A)."),
                _("Choose a file in the format LAS 1.2 or 2.0."),
                field="file",
            )
        raise _too_large(
            _("The header of the LAS file does not end within its first {n} kB.").format(n=MOST_HEADER >> 10)
        )
    rest = stream.read(MOST_BYTES - len(head) + 1)
    if len(head) + len(rest) > MOST_BYTES:
        raise _too_large(_("The LAS file is larger than {n} MB.").format(n=MOST_BYTES >> 20))
    return head + rest


_DATA = re.compile(rb"(?:^|[\r\n])[ \t]*~[Aa]")


def _too_large(sentence: str) -> PayloadTooLarge:
    return PayloadTooLarge(
        sentence, _("Cut the file to the interval and the curves you need, and open it again."), field="file"
    )


def decoded(data: bytes) -> str:
    """The text of a LAS file: UTF-8 where it is that, else cp1251 or cp866, whichever reads more like
    Russian.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        head = data[:MOST_HEADER]
        best = max(("cp1251", "cp866"), key=lambda name: _russian(head.decode(name, errors="replace")))
        return data.decode(best, errors="replace")


def _russian(text: str) -> int:
    """How many letters look like Russian words: frequent ones, and none in a strange mixture of cases."""
    frequent = sum(text.casefold().count(letter) for letter in _COMMON)
    odd = len(re.findall(r"[а-яё][А-ЯЁ]|[─-╿]|[ЂЃѓЉЊЌЋЏђљњќћџ]", text))
    return frequent - 3 * odd


def _check_lines(text: str) -> None:
    """No line is so long that parsing it would take forever."""
    header, _mark, _data = text.partition("~A")
    longest = max(map(len, header.splitlines()), default=0)
    place, most = 0, 0
    for matched in re.finditer(r"[\r\n]|\Z", text):
        most = max(most, matched.start() - place)
        place = matched.end()
    if longest > MOST_HEADER_LINE or most > MOST_LINE:
        raise _too_large(_("A line of the LAS file is longer than {n} characters.").format(n=MOST_LINE))


def _parsed(text: str) -> LASFile:
    try:
        import lasio
    except ImportError as error:
        raise InvalidRequest(
            _("LAS files can't be read here: the package lasio is missing."),
            _('Install it: pip install "rusoil-jupyter[vision]".'),
            field="file",
        ) from error
    logger = logging.getLogger("lasio")
    before = logger.level
    logger.setLevel(logging.CRITICAL)  # what it complains about is told by us, once
    try:
        las = lasio.read(
            io.StringIO(text), ignore_header_errors=True, mnemonic_case="preserve", null_policy="strict"
        )
    except Exception as error:  # a parser of others, given anything
        raise InvalidRequest(
            _("The LAS file can't be read: {reason}").format(reason=str(error)[:200] or type(error).__name__),
            _(
                "Check that the sections ~V, ~W, ~C and ~A are there and that each row has a value "
                "for each curve."
            ),
            field="file",
        ) from error
    finally:
        logger.setLevel(before)
    if len(las.curves) < 2 or not len(las.index):
        raise InvalidRequest(
            _("The LAS file has no curves with data."),
            _("Check its sections ~C (curves) and ~A (data)."),
            field="file",
        )
    return las


def _reading(las: LASFile) -> Reading:

    from rusoil_jupyter.figures.budget import summarised
    from rusoil_jupyter.figures.reading import Reading

    index = las.curves[0]
    depth = _numbers(index.data)
    if depth is None:
        raise InvalidRequest(
            _("The first curve of the LAS file, its depth, is not numbers."),
            _("Check the first column of its section ~A (data)."),
            field="file",
        )
    depth_axis = Axis(
        label=_labelled(_("Depth"), _unit(index.unit)),
        unit=_unit(index.unit),
        inverted=True,
        range=_range(depth),
    )
    panels: list[Panel] = []
    arrays: dict[str, Mapping[str, NDArray[np.float64]]] = {}
    left_out = []
    for place, curve in enumerate(las.curves[1:]):
        values = _numbers(curve.data)
        if values is None or len(panels) >= MOST_CURVES:
            left_out.append(str(curve.mnemonic)[:60])
            continue
        name, unit = str(curve.mnemonic)[:200], _unit(curve.unit)
        x_axis = Axis(
            label=_labelled(name, unit), unit=unit, range=_range(values), scale=_scale(values, unit)
        )
        axes: dict[AxisName, Axis] = {"x": x_axis, "y": depth_axis}
        columns = {"x": values, "y": depth}
        series = Series(id=f"c{place + 1}", kind="line", label=name, along="y", n=len(depth))
        panels.append(
            Panel(
                id=f"p{place + 1}",
                title=str(curve.descr or "").strip()[:200],
                column=len(panels) + 1,
                axes=axes,
                series=(summarised(series, columns, axes),),
            )
        )
        arrays[series.id] = columns
    if not panels:
        raise InvalidRequest(
            _("The LAS file has no curves with numbers."), _("Check its section ~A (data)."), field="file"
        )
    omitted = [
        _("curves without numbers or beyond the limit: {names}").format(names=", ".join(left_out))[:500]
    ]
    description = FigureDescription(
        library="las", title=_title(las), panels=tuple(panels), omitted=tuple(omitted) if left_out else ()
    )
    return Reading(description, arrays)


def _numbers(data: object) -> NDArray[np.float64] | None:
    """A column as numbers, what stands for "not measured" as NaN; ``None`` for text."""
    import numpy as np

    try:
        values = np.array(data, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    values[np.isin(np.round(values, 4), _NULLS)] = np.nan
    return values


def _unit(written: object) -> str:
    text = str(written or "").strip()[:60]
    return _UNITS.get(text.upper(), text)


def _labelled(name: str, unit: str) -> str:
    return f"{name}, {unit}" if unit else name


def _range(values: NDArray[np.float64]) -> tuple[float, float] | None:
    import numpy as np

    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else None


def _scale(values: NDArray[np.float64], unit: str) -> Literal["linear", "log"]:
    """Resistivity is drawn on a logarithmic axis."""
    import numpy as np

    ohms = unit.casefold().replace("·", "").replace(".", "").replace("*", "") in {
        "ohmm",
        "омм",
        "ohm-m",
        "ом-м",
    }
    finite = values[np.isfinite(values)]
    return "log" if ohms and len(finite) and float(finite.min()) > 0 else "linear"


def _title(las: LASFile) -> str:
    try:
        return str(las.well["WELL"].value or "").strip()[:200]
    except KeyError:
        return ""
