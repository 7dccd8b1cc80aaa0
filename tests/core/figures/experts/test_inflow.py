"""Inflow and lift: laws written here, operating points by bisection."""

from __future__ import annotations

import numpy as np
import pytest

from rusoil_jupyter.figures.experts import answer
from rusoil_jupyter.figures.experts.inflow import InflowPerformance
from tests.core.figures.experts.drawing import figure

RATE, PRESSURE = "Дебит, м³/сут", "Забойное давление, МПа"
PR = 25.0


def vogel(p, qmax=150.0, pr=PR):
    return qmax * (1 - 0.2 * p / pr - 0.8 * (p / pr) ** 2)


def composite(p, index=6.0, pb=12.0):
    below = index * (PR - pb) + index * pb / 1.8 * (1 - 0.2 * p / pb - 0.8 * (p / pb) ** 2)
    return np.where(p > pb, index * (PR - p), below)


LAWS = {
    "straight": (lambda p: 8 * (PR - p), 200.0, 8.0),
    "Vogel": (vogel, 150.0, 1.8 * 150 / PR),
    "Fetkovich": (lambda p: 0.4 * (PR**2 - p**2) ** 0.85, 0.4 * PR**1.7, None),
    "composite": (composite, 6.0 * 13 + 40, 6.0),
}


def named(findings):
    return {finding.name: finding for finding in reversed(findings)}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("p", [np.linspace(0, 25, 40), np.array([22.0, 19, 16, 13, 10, 7])])
def test_each_law_is_recognised_with_its_open_flow_and_index(law, p):
    rate, open_flow, index = LAWS[law]
    found = named(InflowPerformance().read(figure(RATE, PRESSURE, {"IPR": (rate(p), p)})))
    assert law in found["law"].value
    assert found["qmax"].value == pytest.approx(open_flow, rel=1e-3)
    assert found["pr"].value == pytest.approx(PR, rel=1e-3)
    if index is not None:
        assert found["pi"].value == pytest.approx(index, rel=1e-3)


def test_units_stand_with_the_numbers():
    p = np.linspace(0, 25, 20)
    found = named(InflowPerformance().read(figure(RATE, PRESSURE, {"IPR": (vogel(p), p)})))
    assert found["qmax"].unit == "м³/сут"
    assert found["pi"].unit == "м³/(сут·МПа)"
    assert "Vogel" in found["qmax"].source


def test_noise_is_told_as_an_error():
    p = np.linspace(2, 24, 30)
    q = vogel(p) * (1 + 0.02 * np.random.default_rng(1).normal(size=30))
    found = named(InflowPerformance().read(figure(RATE, PRESSURE, {"": (q, p)})))
    assert abs(found["qmax"].value - 150) <= 3 * found["qmax"].error
    assert found["qmax"].error < 10


def test_points_far_from_zero_pressure_are_warned_of():
    p = np.linspace(18, 24, 8)
    found = named(InflowPerformance().read(figure(RATE, PRESSURE, {"": (vogel(p), p)})))
    assert "Extrapolated" in " ".join(found["qmax"].warnings)


def lift(q):
    return 6 + 0.04 * q + 0.0004 * q**2


def meeting():
    low, high = 0.0, 150.0
    for _step in range(100):
        q = (low + high) / 2
        low, high = (q, high) if vogel(lift(q)) > q else (low, q)
    return low


def test_the_operating_point_is_where_inflow_meets_lift():
    p, q = np.linspace(0, 25, 40), np.linspace(0, 140, 30)
    reading = figure(RATE, PRESSURE, {"IPR": (vogel(p), p), "VLP": (q, lift(q))})
    found = answer(reading, "Найди рабочую точку скважины")
    assert found[0].name == "operating_rate"
    assert found[0].value == pytest.approx(meeting(), rel=2e-3)
    assert found[0].at == pytest.approx(lift(meeting()), rel=2e-3)


def test_a_lift_curve_in_other_units_is_converted():
    p, q = np.linspace(0, 25, 40), np.linspace(0, 140, 30)
    same = figure(RATE, PRESSURE, {"IPR": (vogel(p), p)}).description.panels[0]
    other = figure("Дебит, м³/сут", "Давление, атм", {"НКТ": (q, lift(q) / 0.101325)})
    second = other.description.panels[0].model_copy(update={"id": "p2", "column": 2})
    second = second.model_copy(update={"series": (second.series[0].model_copy(update={"id": "other"}),)})
    reading = other.__class__(other.description.model_copy(update={"panels": (same, second)}))
    found = named(InflowPerformance().read(reading))
    assert found["operating_rate"].value == pytest.approx(meeting(), rel=5e-3)
    assert "different units" in " ".join(found["operating_rate"].warnings)


def test_of_two_meetings_the_stable_one_is_given():
    p, q = np.linspace(0, 25, 60), np.linspace(0.5, 140, 200)
    hook = 10 + 60 / (q + 3) + 0.0004 * q**2
    reading = figure(RATE, PRESSURE, {"IPR": (vogel(p), p), "VLP": (q, hook + 4)})
    found = named(InflowPerformance().read(reading))
    assert len(found["operating_rate"].points) == 2
    assert found["operating_rate"].value == max(point.at for point in found["operating_rate"].points)


def test_curves_that_do_not_meet_are_said_not_to():
    p, q = np.linspace(0, 25, 40), np.linspace(10, 140, 30)
    reading = figure(RATE, PRESSURE, {"IPR": (vogel(p), p), "VLP": (q, lift(q) + 30)})
    found = named(InflowPerformance().read(reading))
    assert found["operating_rate"].value is None
    assert "do not meet" in " ".join(found["operating_rate"].warnings)


def test_two_points_are_too_few():
    reading = figure(RATE, PRESSURE, {"": ([0.0, 10.0], [25.0, 20.0])})
    assert InflowPerformance().recognise(reading) is None


def test_a_decline_over_pressure_units_is_not_inflow():
    reading = figure("Время, сут", PRESSURE, {"": (np.arange(9.0), np.linspace(9, 1, 9))})
    assert InflowPerformance().recognise(reading) is None


@pytest.mark.parametrize("b", [0.0, 2e-3])
def test_a_russian_indicator_diagram_is_read_over_drawdown(b):
    q = np.linspace(10, 60, 8)
    reading = figure("Депрессия, МПа", "Дебит, м³/сут", {"": (q / 12 + b * q**2, q)})
    found = answer(reading, "Определи коэффициент продуктивности")
    assert found[0].value == pytest.approx(12.0, rel=1e-3)
    assert found[0].unit == "м³/(сут·МПа)"
