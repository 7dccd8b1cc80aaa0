"""A unit is found in a label where there is one, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.figures.units import is_unit, parted, plain


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("Дебит нефти, м³/сут", "Дебит нефти", "м³/сут"),
        ("Дебит, тыс. т/сут", "Дебит", "тыс. т/сут"),
        ("Обводнённость, %", "Обводнённость", "%"),
        ("Давление, кгс/см²", "Давление", "кгс/см²"),
        ("Вязкость, мПа·с", "Вязкость", "мПа·с"),
        ("Проницаемость, мД", "Проницаемость", "мД"),
        ("УЭС, Ом·м", "УЭС", "Ом·м"),
        ("Время, мес", "Время", "мес"),
        ("Глубина, м", "Глубина", "м"),
        ("Pressure (MPa)", "Pressure", "MPa"),
        ("Depth [m]", "Depth", "m"),
        ("GR [API units]", "GR", "API units"),
        ("Oil rate, bbl/d", "Oil rate", "bbl/d"),
        ("Gas (Mscf/d)", "Gas", "Mscf/d"),
        ("Density (g/cm$^3$)", "Density", "g/cm³"),
        ("$q_o$, $\\mathrm{m^3/d}$", "q_o", "m³/d"),
        ("Temperature (°C)", "Temperature", "°C"),
        ("Weight (in kg)", "Weight", "kg"),
        ("Price ($)", "Price", "$"),
    ],
)
def test_a_unit_is_parted_from_its_name(label: str, name: str, unit: str) -> None:
    assert parted(label) == (name, unit)


@pytest.mark.parametrize(
    "label",
    [
        "Depth (TVD)",
        "Rate (log scale)",
        "Sales, by region",
        "Plane, a",
        "Дата",
        "",
        "Wells (new)",
        "2024, 2025",
    ],
)
def test_what_is_no_unit_stays_in_the_name(label: str) -> None:
    assert parted(label) == (label, "")


def test_a_power_of_ten_is_a_unit_only_with_one() -> None:
    assert is_unit("10^6 kg")
    assert not is_unit("10")


@given(st.text(max_size=100))
def test_any_label_can_be_read(label: str) -> None:
    name, unit = parted(label)
    assert len(unit) <= 24 and "\n" not in name
    assert plain(plain(label)) == plain(label) or "$" in label
