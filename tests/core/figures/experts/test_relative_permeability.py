"""Relative permeability and Welge's front; the front's truth comes from a fine grid."""

from __future__ import annotations

import numpy as np
import pytest

from rusoil_jupyter.figures.experts import answer
from rusoil_jupyter.figures.experts.relative_permeability import RelativePermeability
from tests.core.figures.experts.drawing import figure

SATURATION, KR = "Водонасыщенность, д.ед.", "ОФП, д.ед."


def curves(n=28, swc=0.22, sor=0.24, nw=2.6, no=2.1, percent=False):
    sw = np.linspace(swc, 1 - sor, n)
    share = (sw - swc) / (1 - swc - sor)
    x = 100 * sw if percent else sw
    return {"krw": (x, 0.28 * share**nw), "kro": (x, 0.85 * (1 - share) ** no)}


def named(findings):
    return {finding.name: finding for finding in reversed(findings)}


@pytest.mark.parametrize("percent", [False, True])
def test_end_points_and_corey_exponents(percent):
    label = "Water saturation, %" if percent else SATURATION
    found = named(RelativePermeability().read(figure(label, KR, curves(percent=percent))))
    assert found["swc"].value == pytest.approx(0.22, abs=1e-6)
    assert found["sor"].value == pytest.approx(0.24, abs=1e-6)
    assert found["krw_max"].value == pytest.approx(0.28)
    assert found["kro_max"].value == pytest.approx(0.85)
    assert found["nw"].value == pytest.approx(2.6, rel=1e-3)
    assert found["no"].value == pytest.approx(2.1, rel=1e-3)


def test_noise_is_told_as_an_error_of_the_exponents():
    drawn = curves(60)
    noise = 1 + 0.03 * np.random.default_rng(2).normal(size=60)
    drawn["krw"] = (drawn["krw"][0], drawn["krw"][1] * noise)
    found = named(RelativePermeability().read(figure(SATURATION, KR, drawn)))
    assert abs(found["nw"].value - 2.6) <= 3 * found["nw"].error


def test_the_crossing_hints_at_wettability():
    s = np.linspace(0, 1, 1_000_001)
    truth = 0.22 + 0.54 * s[np.argmin(np.abs(0.28 * s**2.6 - 0.85 * (1 - s) ** 2.1))]
    found = named(RelativePermeability().read(figure(SATURATION, KR, curves(60))))
    assert found["crossing"].value == pytest.approx(truth, rel=2e-3)
    assert found["wettability"].value == "water-wet"
    assert "Craig" in found["wettability"].source
    assert "hint" in " ".join(found["wettability"].warnings)


@pytest.mark.parametrize(("mu_w", "mu_o"), [(0.5, 4.0), (1.0, 1.0), (0.4, 40.0)])
def test_welges_tangent(mu_w, mu_o):
    s = np.linspace(0, 1, 1_000_001)[1:]
    sw = 0.22 + 0.54 * s
    water = 0.28 * s**2.6 / mu_w
    flow = water / (water + 0.85 * (1 - s) ** 2.1 / mu_o)
    slopes = flow / (sw - 0.22)
    question = f"Насыщенность на фронте, если μw = {mu_w} мПа·с, μo = {mu_o} мПа·с?"
    found = named(answer(figure(SATURATION, KR, curves()), question))
    assert found["front_saturation"].value == pytest.approx(sw[np.argmax(slopes)], rel=5e-3)
    assert "Welge" in found["front_saturation"].source


def test_a_fractional_flow_curve_alone_has_a_front():
    s = np.linspace(0, 1, 80)
    flow = s**2 / (s**2 + 0.25 * (1 - s) ** 2)
    reading = figure("Water saturation", "Fractional flow fw", {"fw": (0.2 + 0.6 * s, flow)})
    found = named(RelativePermeability().read(reading))
    fine = np.linspace(1e-6, 1, 1_000_000)
    slopes = fine**2 / (fine**2 + 0.25 * (1 - fine) ** 2) / (0.6 * fine)
    assert found["front_saturation"].value == pytest.approx(0.2 + 0.6 * fine[np.argmax(slopes)], rel=0.01)


def test_curves_that_stop_short_of_zero_are_warned_of():
    drawn = {label: (x[4:-4], y[4:-4]) for label, (x, y) in curves(40).items()}
    found = named(RelativePermeability().read(figure(SATURATION, KR, drawn)))
    assert "does not reach zero" in " ".join(found["swc"].warnings)


def test_without_viscosities_there_is_no_front():
    assert "front_saturation" not in named(RelativePermeability().read(figure(SATURATION, KR, curves())))
