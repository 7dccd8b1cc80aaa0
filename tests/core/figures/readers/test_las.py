"""LAS files: encodings, separators, what is missing, wrapped lines, and files that want to do harm."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.experts import answer, recognised
from rusoil_jupyter.figures.readers import las
from rusoil_jupyter.figures.readers.las import text as las_text

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
    assert endless.taken <= 2 * las_text.MOST_HEADER
    assert peak < 20 * las_text.MOST_HEADER
    assert refused.value.next_step


def test_data_without_an_end_are_refused_at_the_limit(monkeypatch):
    monkeypatch.setattr(las_text, "MOST_BYTES", 4 << 20)
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


# --- files of the field: each stands for its kind ---------------------------------------------------------

CASES = Path(__file__).parents[3] / "cases"
OF_CURVES = """~Version
 VERS. 2.0 :
 WRAP. {wrap} :
{more}~Well
 STRT.M 1000 :
 NULL. -999.25 :
~Curve
{curves}~A
{rows}"""


def log(rows: str, curves: str = "DEPT.M GR.API RT.OHMM", wrap: str = "NO", more: str = "") -> bytes:
    """A small LAS file with these curves and rows."""
    lines = "".join(f" {curve} : {curve.partition('.')[0].lower()}\n" for curve in curves.split())
    return OF_CURVES.format(wrap=wrap, more=more, curves=lines, rows=rows).encode()


def columns_of(data: bytes | Path) -> dict[str, list[float]]:
    """The values of each curve, by its name."""
    reading = las.read(data)
    return {
        panel.series[0].label: reading.table(panel.series[0].id)[
            "x" if panel.series[0].along == "y" else "y"
        ].tolist()
        for panel in reading.description.panels
    }


def test_a_date_among_the_curves_shifts_no_values():
    reading = las.read(CASES / "01-las-dotted-dates" / "input.las")
    assert columns_of(CASES / "01-las-dotted-dates" / "input.las") == {
        "ROP": [11, 12, 13],
        "WOB": [70, 71, 72],
    }
    assert "DATE" in reading.description.omitted[0]


def test_rows_wrapped_evenly_are_put_together():
    assert columns_of(CASES / "05-las-wrapped-evenly" / "input.las") == {
        "K1": [1, 11, 21],
        "K2": [2, 12, 22],
        "K3": [3, 13, 23],
    }


@pytest.mark.parametrize("name", ["input", "input_undeclared", "input_semicolon"])
def test_commas_and_semicolons_separate(name):
    values = columns_of(CASES / "09-las-comma-delimited" / f"{name}.las")
    assert values == {"GR": [50.5, 70.5, 60.5], "RT": [10, 11, 12]}


def test_las_3_is_refused_by_its_name():
    with pytest.raises(InvalidRequest, match=r"LAS 3\.0"):
        las.read(CASES / "09-las-comma-delimited" / "input_v3.las")


@pytest.mark.parametrize(
    "rows",
    [
        "1000.0 50.5 10\n1000.5 70.5 11\n",
        "1000,0 50,5 10\n1000,5 70,5 11\n",
        "1000.0\t50.5\t10\n1000.5\t70.5\t11\n",
        "1000.0, 50.5, 10\n1000.5, 70.5, 11\n",
        "1000,0\t50,5\t10\r\n1000,5\t70,5\t11\r\n",
        "# a comment\n\n1000.0 50.5 10\n# another\n1000.5 70.5 11\n~Other\n nothing\n",
    ],
    ids=["blanks", "decimal commas", "tabs", "commas and blanks", "tabs, decimal commas, CRLF", "comments"],
)
def test_every_separator_gives_the_same_numbers(rows):
    assert columns_of(log(rows)) == {"GR": [50.5, 70.5], "RT": [10, 11]}


def test_numbers_that_have_grown_together_are_parted_where_they_fit():
    assert columns_of(log("1000.0 50.5-999.25\n1000.5-70.50-11.00\n"))["GR"] == [50.5, -70.5]


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ("1000 1 2\n1001 1\n", "2"),
        ("1000 1 2 3\n", "1"),
        ("1000 sand stone 2\n", "1"),
        ("1000,1,2\n1001,1\n", "1"),
    ],
)
def test_a_row_that_does_not_fit_its_curves_is_told(rows, row):
    with pytest.raises(InvalidRequest, match=f"Row {row} "):
        las.read(log(rows))


def test_fewer_columns_than_curves_are_refused():
    with pytest.raises(InvalidRequest, match="3 values for 4 curves"):
        las.read(CASES / "48-las-fewer-columns" / "input.las")


def test_curves_of_one_name_are_told_apart_by_what_they_are():
    values = columns_of(CASES / "48-las-fewer-columns" / "input_duplicates.las")
    assert values == {"GR (Run 1)": [50, 60, 70], "GR (Run 2)": [80, 90, 95]}


@pytest.mark.parametrize("wrapped_rows", ["1000 1 2 1000.5 3\n4 1001\n5 6\n", "1000\n1 2\n1000.5\n3 4\n"])
def test_wrapped_rows_may_be_cut_anywhere(wrapped_rows):
    assert columns_of(log(wrapped_rows, wrap="YES"))["GR"][:2] == [1, 3]


@pytest.mark.parametrize(
    "rows", ["1000\n1 2\n1000.5\n3\n1001\n5 6 7\n", "1000 1 2 1001 3\n", "5 1 2\n6 3 4\n"]
)
def test_wrapped_rows_that_do_not_follow_one_another_are_refused(rows):
    with pytest.raises(InvalidRequest):
        las.read(log(rows, wrap="YES"))


@pytest.mark.parametrize(
    "path", sorted((CASES / "15-las-text-for-missing").glob("*.las")), ids=lambda p: p.stem
)
def test_what_programs_write_for_nothing_is_nothing(path):
    assert columns_of(path)["RT"] == pytest.approx([10, np.nan, 12], nan_ok=True)


def test_an_odd_word_among_numbers_is_named():
    reading = las.read(log("1000 50 10\n1001 60 wet\n1002 70 12\n"))
    assert "“wet”" in reading.description.omitted[0]


def test_depths_are_never_missing_values():
    reading = las.read(CASES / "19-las-null-is-a-depth" / "input.las")
    assert reading.table("c1")["y"].tolist() == [-998.5, -999.0, -999.5]
    assert reading.table("c1")["x"].tolist() == [50, 80, 60]


def test_time_is_no_depth():
    panel = las.read(CASES / "13-las-time-index" / "input.las").description.panels[0]
    assert (panel.axes["x"].label, panel.axes["x"].unit, panel.series[0].along) == ("Time, s", "s", "x")


@pytest.mark.parametrize("first", ["05.06.2024", "2024-06-05", "2024/06/05"])
def test_dates_in_the_first_column_are_moments(first):
    rows = f"{first} 50 10\n{first.replace('05', '07')} 60 11\n"
    axis = las.read(log(rows, curves="DATE. GR.API RT.OHMM")).description.panels[0].axes["x"]
    assert axis.kind == "date"
    assert str(axis.range[0]).startswith("2024-06-05")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866", "koi8-r", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_is_told(encoding):
    description = las.read(plain().encode(encoding)).description
    assert (description.title, description.panels[0].title) == ("Скважина 12", "Гамма-каротаж")


@pytest.mark.parametrize("name", ["input_koi8r", "input_utf16"])
def test_encodings_of_the_field(name):
    assert next(iter(columns_of(CASES / "21-las-encodings" / f"{name}.las"))) == "ГК"


NUMBERS = st.floats(-900, 900).map(lambda value: round(value, 3))


@forall(
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=8),
    st.sampled_from([" ", "  ", "\t", ", ", ",", ";", " ; "]),
    st.booleans(),
)
def test_a_table_is_read_as_it_was_written_or_refused(rows, separator, comma):
    """Whatever separates, and whichever mark the decimals have, the numbers are those of the file."""
    comma = comma and "," not in separator
    text = "".join(
        separator.join(f"{value:.3f}".replace(".", "," if comma else ".") for value in (1000 + place, *row))
        + "\n"
        for place, row in enumerate(rows)
    )
    values = columns_of(log(text))
    assert values == {
        "GR": pytest.approx([row[0] for row in rows]),
        "RT": pytest.approx([row[1] for row in rows]),
    }


@forall(st.lists(st.integers(1, 6), min_size=1, max_size=9))
def test_rows_of_uneven_length_never_give_numbers_of_other_curves(lengths):
    text = "".join(
        " ".join(str(1000 * place + cell) for cell in range(length)) + "\n"
        for place, length in enumerate(lengths, 1)
    )
    try:
        values = columns_of(log(text))
    except InvalidRequest:
        assert set(lengths) != {3}
    else:
        assert set(lengths) == {3}
        assert values["GR"] == [1000 * place + 1 for place in range(1, len(lengths) + 1)]
