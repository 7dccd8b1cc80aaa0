"""Pressure build-up. The truth is the infinite-acting solution, written in each system's field units."""

from __future__ import annotations

import numpy as np
import pytest

from rusoil_jupyter.figures.conversion import Quantity
from rusoil_jupyter.figures.experts import answer
from rusoil_jupyter.figures.experts.build_up import BuildUp
from rusoil_jupyter.figures.experts.derivative import LogLog, bourdet
from rusoil_jupyter.figures.experts.expert import thinned
from tests.core.figures.experts.drawing import axis, figure

HORNER = "(tp+Δt)/Δt"
METRIC = (
    "q = 60 м³/сут; B = 1,25; μ = 1,8 мПа·с; h = 9 м; φ = 0,18; ct = 1,6e-3 1/МПа; rw = 0,1 м; tp = 120 ч; "
)


def named(findings):
    return {finding.name: finding for finding in reversed(findings)}


def log_axis(label, values):
    return axis(label, values, scale="log")


def metric(skin, k=45.0):
    """Shut-in times (h), pressures (MPa), pressure before shut-in."""
    dt = np.logspace(-2, 2, 60)
    perm = k * 9.869233e-16
    m = 0.1832338 * (60 / 86400) * 1.25 * 1.8e-3 / (perm * 9) / 1e6
    reach = perm * 120 * 3600 / (0.18 * 1.8e-3 * 1.6e-9 * 0.01)
    pwf = 22 - m * (np.log10(2.245839 * reach) + 0.868589 * skin)
    return dt, 22 - m * np.log10((120 + dt) / dt), pwf, m


@pytest.mark.parametrize("skin", [-2.0, 0.0, 7.5])
def test_horner_in_russian_field_units(skin):
    dt, p, pwf, m = metric(skin)
    x = (120 + dt) / dt
    reading = figure(
        log_axis(HORNER, x), "Давление, МПа", {"": (x, p)}, notes=[METRIC + f"pwf = {pwf:.6f} МПа"]
    )
    found = named(BuildUp().read(reading))
    assert found["slope"].value == pytest.approx(m, rel=1e-3)
    assert found["p_star"].value == pytest.approx(22.0, rel=1e-4)
    assert found["k"].value == pytest.approx(45.0, rel=1e-3)
    assert found["kh"].unit == "mD·m"
    assert found["skin"].value == pytest.approx(skin, abs=0.02)
    assert "Horner" in found["slope"].source


def test_horner_in_us_field_units_is_162_6_q_b_mu_over_m():
    dt = np.logspace(-2, 1.5, 50)
    x = (300 + dt) / dt
    note = "q = 400 STB/d, B = 1.2, mu = 0.8 cP, h = 30 ft, tp = 300 h"
    reading = figure(
        log_axis("Horner time", x), "Pressure, psi", {"": (x, 3000 - 40 * np.log10(x))}, notes=[note]
    )
    found = named(BuildUp().read(reading))
    assert found["kh"].value == pytest.approx(162.6 * 400 * 1.2 * 0.8 / 40, rel=1e-3)
    assert found["k"].value == pytest.approx(162.6 * 400 * 1.2 * 0.8 / 40 / 30, rel=1e-3)


def test_wellbore_storage_is_not_on_the_line():
    dt, p, pwf, m = metric(3.0)
    p = p - (p - pwf) * np.exp(-dt / 0.1)
    x = (120 + dt) / dt
    found = named(BuildUp().read(figure(log_axis(HORNER, x), "Давление, МПа", {"": (x, p)})))
    assert found["slope"].value == pytest.approx(m, rel=0.01)
    assert found["slope"].details["to"] < (120 + 0.3) / 0.3
    assert "Straight between" in found["slope"].method


def test_noise_widens_the_error_and_keeps_the_slope():
    dt, p, _pwf, m = metric(3.0)
    p = p + 0.002 * np.random.default_rng(5).normal(size=len(p))
    x = (120 + dt) / dt
    found = named(BuildUp().read(figure(log_axis(HORNER, x), "Давление, МПа", {"": (x, p)})))
    assert abs(found["slope"].value - m) <= 2 * found["slope"].error
    assert found["slope"].error < 0.1 * m


def test_what_is_missing_for_kh_and_skin_is_named():
    dt, p, _pwf, _m = metric(0.0)
    x = (120 + dt) / dt
    reading = figure(log_axis(HORNER, x), "Давление, МПа", {"": (x, p)})
    assert "q, mu, B" in " ".join(named(BuildUp().read(reading))["kh"].warnings)
    partly = answer(reading, "Какой скин-фактор, если q = 60 м³/сут, B = 1,25, μ = 1,8 мПа·с, h = 9 м?")
    assert "phi, ct, rw, pwf, tp" in " ".join(partly[0].warnings)


def test_pressure_over_log_time_is_read_without_a_production_time():
    dt, p, _pwf, m = metric(0.0)
    early = dt < 5
    reading = figure(log_axis("Время Δt, ч", dt), "Давление, МПа", {"": (dt[early], p[early])})
    found = named(BuildUp().read(reading))
    assert found["slope"].value == pytest.approx(m, rel=0.02)
    assert "tp is not given" in " ".join(found["slope"].warnings)


def test_times_without_a_logarithm_are_left_out_and_told():
    dt, p, _pwf, _m = metric(0.0)
    x = np.concatenate([[0.5], (120 + dt) / dt])
    reading = figure(axis("Время Хорнера", x), "Давление, МПа", {"": (x, np.concatenate([[1.0], p]))})
    assert BuildUp().recognise(reading) is None or BuildUp().read(reading)[0].warnings


def test_bourdet_of_a_logarithm_is_its_slope():
    t = np.logspace(-2, 2, 200)
    derivative = bourdet(t, 5 + 0.7 * np.log(t))
    assert np.nanmax(np.abs(derivative - 0.7)) < 1e-9
    assert np.isnan(derivative[[0, -1]]).all()


@pytest.mark.parametrize(("power", "regime"), [(1.0, "storage"), (0.5, "linear"), (0.25, "bilinear")])
def test_a_power_law_is_its_flow_regime(power, regime):
    t = np.logspace(-2, 2, 80)
    p = 3 * t**power
    found = LogLog().read(figure(log_axis("Время, ч", t), log_axis("Δp, МПа", p), {"": (t, p)}))
    assert found[0].name == "regimes"
    assert [point.label for point in found[0].points] == [regime]
    assert found[0].details[f"slope_{regime}"] == pytest.approx(power, abs=0.01)


def storage_then_radial():
    t = np.logspace(-3, 2, 150)
    return t, 0.12 / (1 + (0.12 / (6.0 * t)) ** 4) ** 0.25


def test_regimes_follow_in_time_and_radial_flow_gives_kh():
    t, derivative = storage_then_radial()
    axes = (log_axis("Время, ч", t), log_axis("Δp', МПа", derivative))
    reading = figure(
        *axes, {"Производная": (t, derivative)}, notes=["q = 60 м³/сут; B = 1,25; μ = 1,8 мПа·с"]
    )
    found = named(LogLog().read(reading))
    assert [point.label for point in found["regimes"].points][:: len(found["regimes"].points) - 1] == [
        "storage",
        "radial",
    ]
    kh = 60 / 86400 * 1.25 * 1.8e-3 / (4 * np.pi * 0.12e6) / 9.869233e-16
    assert found["kh"].value == pytest.approx(kh, rel=0.01)
    assert found["storage"].value == pytest.approx(60 / 24 * 1.25 / 6.0, rel=0.03)


def test_a_late_unit_slope_after_radial_flow_is_a_boundary():
    t = np.logspace(-2, 5, 200)
    derivative = 0.1 + 2e-4 * t
    axes = (log_axis("Time, h", t), log_axis("Pressure derivative, MPa", derivative))
    found = named(LogLog().read(figure(*axes, {"derivative": (t, derivative)})))
    assert [point.label for point in found["regimes"].points] == ["radial", "boundary"]


def test_zeros_on_the_logarithmic_axis_are_warned_of():
    t, derivative = storage_then_radial()
    derivative[3] = 0.0
    axes = (log_axis("Время, ч", t), log_axis("Δp', МПа", derivative[derivative > 0]))
    found = named(LogLog().read(figure(*axes, {"Производная": (t, derivative)})))
    assert "no logarithm" in " ".join(found["regimes"].warnings)


@pytest.mark.parametrize("stated", [{}, {"tp": Quantity(5.0, "ч")}])
def test_a_build_up_without_a_usable_point_is_a_sentence(stated):
    """All its times are before the shut-in: none has a logarithm."""
    t = -np.linspace(3, 1, 5)
    reading = figure(log_axis("Время, ч", t), "Давление, МПа", {"": (t, t + 20)})
    [finding] = BuildUp().findings(reading, stated)
    assert (finding.name, finding.value) == ("slope", None)
    assert "No straight line" in finding.warnings[0]


def test_any_number_of_points_is_thinned_evenly_to_the_most_that_are_looked_at():
    for count in (0, 1, 4, 5, 6, 11):
        (kept,) = thinned(5, np.arange(count, dtype=float))
        assert len(kept) <= 5
        assert len(set(np.diff(kept))) <= 1
        assert bool(count) == bool(len(kept))
