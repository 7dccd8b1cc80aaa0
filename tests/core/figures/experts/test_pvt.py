"""PVT curves and phase envelopes."""

from __future__ import annotations

import numpy as np
import pytest

from rusoil_jupyter.figures.conversion import Quantity
from rusoil_jupyter.figures.experts import answer
from rusoil_jupyter.figures.experts.phase_envelope import PhaseEnvelope
from rusoil_jupyter.figures.experts.pvt import Pvt
from tests.core.figures.experts.drawing import figure

PRESSURE = "Давление, МПа"
BO = "Объёмный коэффициент нефти, д.ед."


def volume(p, pb):
    return np.where(p < pb, 1.05 + 0.25 * (p / pb) ** 1.2, 1.3 * np.exp(-1.5e-3 * (p - pb)))


def named(findings):
    return {finding.name: finding for finding in reversed(findings)}


@pytest.mark.parametrize("pb", [9.0, 18.37, 22.6])
@pytest.mark.parametrize("n", [15, 40, 200])
def test_the_bubble_point_is_the_kink_of_the_volume_factor(pb, n):
    p = np.linspace(1, 40, n)
    found = named(Pvt().read(figure(PRESSURE, BO, {"Bo": (p, volume(p, pb))})))
    assert found["pb"].value == pytest.approx(pb, rel=0.012)
    assert abs(found["pb"].value - pb) <= found["pb"].error
    assert found["bo_pb"].value == pytest.approx(1.3, rel=1e-3)


def test_the_compressibility_above_it_comes_with_its_unit():
    p = np.linspace(1, 40, 80)
    found = named(Pvt().read(figure(PRESSURE, BO, {"Bo": (p, volume(p, 18.37))})))
    assert found["compressibility"].value == pytest.approx(1.5e-3, rel=0.01)
    assert found["compressibility"].unit == "1/МПа"


def test_solution_gas_tells_the_bubble_point_by_its_plateau():
    p = np.linspace(200, 5000, 33)
    gas = np.minimum(620 * (p / 2450) ** 1.2, 620)
    found = named(Pvt().read(figure("Pressure, psia", "Rs, scf/STB", {"Rs": (p, gas)})))
    assert found["pb"].value == pytest.approx(2450, rel=0.005)
    assert found["rs_pb"].value == pytest.approx(620, rel=1e-3)


def test_a_curve_without_a_kink_has_no_bubble_point():
    p = np.linspace(1, 40, 40)
    found = named(Pvt().read(figure(PRESSURE, BO, {"Bo": (p, 1.3 + 0.001 * p)})))
    assert found["pb"].value is None
    assert found["pb"].warnings


def test_a_value_at_a_pressure_in_other_units_is_interpolated():
    p = np.linspace(1, 40, 79)
    reading = figure(PRESSURE, BO, {"Bo": (p, volume(p, 18.0))})
    found = answer(reading, "Каков объёмный коэффициент при давлении 100 атм?")
    assert found[0].name == "value_at"
    assert found[0].value == pytest.approx(float(volume(np.array([10.1325]), 18.0)[0]), rel=1e-3)


def loop(n=120):
    """A tilted half ellipse, closed at the bottom, as temperatures and pressures."""
    angle = np.linspace(0, np.pi, n)
    return 60 - 110 * np.cos(angle) + 45 * np.sin(angle), 0.5 + 21.5 * np.sin(angle)


AXES = ("Температура, °C", PRESSURE)


@pytest.mark.parametrize("n", [15, 60, 400])
def test_the_extremes_of_an_envelope(n):
    found = named(PhaseEnvelope().read(figure(*AXES, {"Огибающая": loop(n)})))
    assert found["cricondenbar"].value == pytest.approx(22.0, rel=2e-3)
    assert found["cricondentherm"].value == pytest.approx(60 + np.hypot(110, 45), rel=2e-3)


def test_bubble_and_dew_curves_are_joined_and_meet_at_the_critical_point():
    t, p = loop(121)
    reading = figure(*AXES, {"Линия кипения": (t[:50], p[:50]), "Линия росы": (t[49:][::-1], p[49:][::-1])})
    found = named(PhaseEnvelope().read(reading))
    assert found["critical"].value == pytest.approx(p[49], rel=1e-4)
    assert found["critical"].at == pytest.approx(t[49], rel=1e-4)


@pytest.mark.parametrize(
    ("t", "p", "expected"),
    [
        (80.0, 10.0, "two phases"),
        (40.0, 25.0, "liquid"),
        (200.0, 5.0, "gas"),
        (120.0, 25.0, "dense fluid"),
    ],
)
def test_the_state_at_a_pressure_and_a_temperature(t, p, expected):
    ts, ps = loop(121)
    reading = figure(*AXES, {"Огибающая": (ts, ps), "Критическая точка": ([ts[55]], [ps[55]])})
    given = {"T": Quantity(t, "°C"), "p": Quantity(p, "МПа")}
    found = named(PhaseEnvelope().read(reading, given))
    assert expected in found["state"].value


def test_kelvins_in_a_question_are_converted():
    reading = figure(*AXES, {"Огибающая": loop()})
    inside = answer(reading, "Какое состояние при p = 100 бар и T = 353,15 K?")
    assert "two phases" in inside[0].value


def test_a_straight_isotherm_is_no_envelope():
    reading = figure(*AXES, {"": (np.linspace(0, 100, 30), np.linspace(1, 20, 30))})
    assert PhaseEnvelope().recognise(reading) is None
