"""LAS files: encodings, NULL, wrapped lines, and files that want to do harm."""

from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.experts import answer, las, recognised

ROWS = [
    (1000 + 0.5 * i, 50 + 30 * np.sin(i / 10), -999.25 if i % 50 == 0 else 5.0 + i % 7) for i in range(200)
]
HEADER = """~Version
 VERS. 2.0 : CWLS LOG ASCII STANDARD
 WRAP. {wrap} :
~Well
 STRT.M 1000.0 :
 STOP.M 1099.5 :
 STEP.M 0.5 :
 NULL. -999.25 :
 WELL. Скважина 12 : Скважина
~Curve
 DEPT.M : Глубина
 ГК.мкР/ч : Гамма-каротаж
 УЭС.Ом.м : Удельное электрическое сопротивление
~A
"""


def plain():
    return HEADER.format(wrap="NO") + "".join(f"{d:.1f} {g:.4f} {r:.2f}\n" for d, g, r in ROWS)


def wrapped():
    return HEADER.format(wrap="YES") + "".join(f"{d:.1f}\n{g:.4f} {r:.2f}\n" for d, g, r in ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866"])
def test_russian_names_survive_every_encoding(encoding):
    description = las.read(plain().encode(encoding)).description
    assert description.title == "Скважина 12"
    assert [panel.series[0].label for panel in description.panels] == ["ГК", "УЭС"]
    assert description.library == "las"


@pytest.mark.parametrize("text", [plain(), wrapped()], ids=["plain", "wrapped"])
def test_numbers_units_and_depth_are_read(text):
    reading = las.read(text.encode())
    table = reading.table("c1")
    assert table.badge == "exact"
    assert table["y"] == pytest.approx([row[0] for row in ROWS])
    assert table["x"] == pytest.approx([row[1] for row in ROWS], abs=1e-4)
    axes = reading.description.panels[1].axes
    assert (axes["x"].unit, axes["x"].scale, axes["y"].unit, axes["y"].inverted) == ("Ом.м", "log", "м", True)


def test_null_is_missing_and_not_a_number():
    values = las.read(plain().encode()).table("c2")["x"]
    assert np.count_nonzero(np.isnan(values)) == 4
    assert np.nanmin(values) >= 5


def test_an_expert_reads_what_was_read():
    reading = las.read(plain().encode("cp1251"))
    assert recognised(reading)[0][0].name == "well_log"
    assert answer(reading, "УЭС на глубине 1010,5 м?")[0].value == 5.0


@pytest.mark.parametrize("unit", ["F", "FT", "ft"])
def test_feet_are_feet(unit):
    text = plain().replace("DEPT.M", f"DEPT.{unit}")
    assert las.read(text.encode()).description.panels[0].axes["y"].unit == "ft"


class Endless(io.RawIOBase):
    """A file without an end that counts what was taken from it."""

    def __init__(self, begin: bytes, line: bytes) -> None:
        self.begin, self.line, self.taken = begin, line, 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "all of an endless file was asked for"
        self.taken += size
        data = self.begin + self.line * (size // len(self.line) + 1)
        self.begin = b""
        return data[:size]


@pytest.mark.parametrize("line", [b"# a comment\n", b"X.M 1 : a parameter that does not end\n", b"x"])
def test_a_header_without_an_end_is_refused_after_its_first_megabyte(line):
    endless = Endless(b"~V\n", line)
    tracemalloc.start()
    with pytest.raises(PayloadTooLarge) as refused:
        las.read(endless)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert endless.taken <= 2 * las.MOST_HEADER
    assert peak < 20 * las.MOST_HEADER
    assert refused.value.next_step


def test_data_without_an_end_are_refused_at_the_limit(monkeypatch):
    monkeypatch.setattr(las, "MOST_BYTES", 4 << 20)
    endless = Endless(plain().encode(), b"1000.0 50.0 5.0\n")
    with pytest.raises(PayloadTooLarge):
        las.read(endless)
    assert endless.taken <= (4 << 20) + 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"~A\n",
        b"~V\n~A\n",
        b"~C\nDEPT.M :\nGR.API :\n~A\nx y\nz w\n",
        plain().encode() + b"1 2\n1 2 3 4 5\n",
        b"~V\n~A\n" + b"9" * 50_000,
        b"~V\n" + b"X" * 5000 + b"\n~A\n1 2\n",
    ],
)
def test_what_is_no_log_is_refused_with_a_next_step(data):
    with pytest.raises(InvalidRequest) as refused:
        las.read(data)
    assert refused.value.next_step


def test_a_path_is_read_too(tmp_path):
    path = tmp_path / "скв.las"
    path.write_bytes(plain().encode("cp1251"))
    assert len(las.read(path).description.panels) == 2


@settings(max_examples=60)
@forall(st.binary(max_size=400), st.integers(0, 1500))
def test_no_damage_to_a_file_gives_anything_but_a_reading_or_a_refusal(junk, place):
    data = plain().encode()
    try:
        las.read(data[:place] + junk + data[place:6000])
    except InvalidRequest as refused:
        assert refused.message
