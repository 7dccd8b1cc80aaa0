"""What a question or a note states."""

from __future__ import annotations

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from rusoil_jupyter.figures.conversion import Quantity
from rusoil_jupyter.figures.experts.given import given
from rusoil_jupyter.figures.experts.well_log import Cutoff, cutoffs


def test_symbols_with_decimal_commas_powers_and_units():
    text = "q = 80 м³/сут; B = 1,2; μ = 1.5 мПа·с; φ = 0,2; ct = 1,5·10⁻³ 1/МПа; tp = 72 ч; pwf = 12,5 МПа"
    assert given(text) == {
        "q": Quantity(80, "м³/сут"),
        "B": Quantity(1.2),
        "mu": Quantity(1.5, "мПа·с"),
        "phi": Quantity(0.2),
        "ct": Quantity(1.5e-3, "1/МПа"),
        "tp": Quantity(72, "ч"),
        "pwf": Quantity(12.5, "МПа"),
    }


@pytest.mark.parametrize(
    ("text", "name", "quantity"),
    [
        ("Какой дебит при забойном давлении 10 МПа?", "pwf", Quantity(10, "МПа")),
        ("Чему равно УЭС на глубине 1523,5 м?", "depth", Quantity(1523.5, "м")),
        ("When does the rate reach the economic limit of 10 bbl/d?", "limit", Quantity(10, "bbl/d")),
        ("дойдёт ли до предельного дебита 5 т/сут?", "limit", Quantity(5, "т/сут")),
        ("for a water viscosity of 0.5 mPa·s", "mu_w", Quantity(0.5, "mPa·s")),
        ("при температуре 80 °C", "T", Quantity(80, "°C")),
    ],
)
def test_words_before_a_number_name_it(text, name, quantity):
    assert given(text)[name] == quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("где ГК < 60", [Cutoff("ГК", True, 60)]),
        ("where GR is below 75 API and RT > 5", [Cutoff("GR", True, 75), Cutoff("RT", False, 5)]),
        ("УЭС больше 5,5 Ом·м", [Cutoff("УЭС", False, 5.5)]),
        ("без условий", []),
    ],
)
def test_cutoffs_are_read_in_both_languages(text, expected):
    assert cutoffs(text) == expected


@forall(st.text(max_size=300))
def test_no_question_breaks_it(text):
    given(text)
    cutoffs(text)
