"""Decline curves. The truth is Arps' formula written here; the fit never sees its parameters."""

from __future__ import annotations

import math
import runpy
from datetime import UTC, datetime

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rusoil_jupyter.figures.experts import answer, recognised
from rusoil_jupyter.figures.experts.decline import DeclineCurve
from rusoil_jupyter.figures.values.description import Axis, Reference
from tests.cases import FOLDER
from tests.core.figures.experts.drawing import axis, figure

TIME, RATE = "Время, сут", "Дебит нефти, м³/сут"


def arps(t, qi, di, b):
    return qi * np.exp(-di * t) if b == 0 else qi * (1 + b * di * t) ** (-1 / b)


def named(findings):
    return {finding.name: finding for finding in reversed(findings)}


def read(t, q, x=TIME, y=RATE, given=None, **more):
    return named(DeclineCurve().read(figure(x, y, {"": (t, q)}, **more), given))


@pytest.mark.parametrize("b", [0.0, 0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize(("qi", "di"), [(120.0, 0.002), (9.5, 0.0104), (2300.0, 0.0006)])
def test_known_parameters_come_back_within_a_tenth_of_a_per_cent(b, qi, di):
    found = read(t := np.arange(0, 1500, 20.0), arps(t, qi, di, b))
    assert found["qi"].value == pytest.approx(qi, rel=1e-3)
    assert found["di"].value == pytest.approx(di, rel=1e-3)
    assert found["b"].value == pytest.approx(b, abs=2e-3)
    assert found["model"].value == {0.0: "exponential", 1.0: "harmonic"}.get(b, "hyperbolic")


@pytest.mark.parametrize("b", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_mild_noise_leaves_rate_and_decline_within_one_per_cent(b, seed):
    t = np.arange(0, 1500, 5.0)
    noise = 1 + 0.01 * np.random.default_rng(seed).normal(size=len(t))
    found = read(t, arps(t, 120, 0.002, b) * noise)
    assert found["qi"].value == pytest.approx(120, rel=0.01)
    assert found["di"].value == pytest.approx(0.002, rel=0.01)


def test_the_stated_errors_hold_nineteen_times_of_twenty():
    t, inside, times = np.arange(0, 1500, 15.0), 0, 40
    for seed in range(times):
        noise = 1 + 0.02 * np.random.default_rng(100 + seed).normal(size=len(t))
        found = read(t, arps(t, 120, 0.003, 0.5) * noise)
        inside += all(
            abs(found[name].value - true) <= found[name].error
            for name, true in (("qi", 120.0), ("di", 0.003), ("b", 0.5))
            if found[name].error
        )
    assert inside >= 0.8 * times  # three intervals at once


def test_wild_points_and_shut_ins_do_not_move_the_fit():
    t = np.arange(0, 1000, 10.0)
    q = arps(t, 100, 0.004, 0.4)
    q[[20, 21, 60]] = 0.0
    q[[10, 45, 80]] *= [3.0, 0.2, 2.5]
    q[33] = np.nan
    found = read(t, q)
    assert found["qi"].value == pytest.approx(100, rel=1e-3)
    warnings = " ".join(found["qi"].warnings)
    assert "4 points with no rate" in warnings
    assert "left out: 3." in warnings


TWO_STAGES = "There may be two stages"


def test_two_stages_are_told_and_the_first_is_not_dropped(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    runpy.run_path(str(FOLDER / "36-decline-two-stages" / "input.py"))
    (line,) = plt.gca().lines
    plt.close("all")
    found = read(*line.get_data(), "Time, months", "Gas rate, thousand m³/d")
    warnings = " ".join(found["qi"].warnings)
    assert TWO_STAGES in warnings and "left out" not in warnings


@pytest.mark.parametrize("side", ["beginning", "end"])
def test_neighbours_off_the_curve_at_an_end_are_not_dropped(side):
    t = np.arange(0, 1000, 10.0)
    q = arps(t, 100, 0.004, 0.4)
    q[slice(0, 4) if side == "beginning" else slice(-4, None)] *= 0.6
    assert "left out" not in " ".join(read(t, q)["qi"].warnings)


@pytest.mark.parametrize("b", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(20))
def test_scatter_makes_no_stages(b, seed):
    t = np.arange(0, 1500, 15.0)
    noise = 1 + 0.05 * np.random.default_rng(seed).normal(size=len(t))
    assert TWO_STAGES not in " ".join(read(t, arps(t, 120, 0.002, b) * noise)["qi"].warnings)


def test_the_nominal_decline_has_its_unit_and_the_effective_one_is_stated():
    found = read(t := np.arange(0, 1500, 20.0), arps(t, 120, 0.002, 0))
    assert found["di"].unit == "1/сут"
    assert found["di"].details["per_year"] == pytest.approx(0.002 * 365.25, rel=1e-4)
    assert found["di_effective"].value == pytest.approx(100 * (1 - math.exp(-0.002 * 365.25)), rel=1e-3)


def test_volumes_take_both_units_into_account():
    months = np.arange(0, 60.0)
    found = read(months, arps(months, 80, 0.05, 0), "Время, мес", "Дебит, т/сут", {})
    limited = named(
        answer(
            figure("Время, мес", "Дебит, т/сут", {"": (months, arps(months, 80, 0.05, 0))}),
            "Извлекаемые запасы до экономического предела 8 т/сут?",
        )
    )
    assert limited["eur"].value == pytest.approx((80 - 8) / 0.05 * 365.25 / 12, rel=1e-3)
    assert limited["eur"].unit == "т"
    assert found["produced"].value == pytest.approx(
        (80 - 80 * math.exp(-0.05 * 59)) / 0.05 * 365.25 / 12, rel=2e-3
    )


@pytest.mark.parametrize(
    ("b", "volume"),
    [
        (0.0, (100 - 10) / 0.003),
        (0.5, 100**0.5 / (0.5 * 0.003) * (100**0.5 - 10**0.5)),
        (1.0, 100 / 0.003 * math.log(10)),
    ],
)
def test_recoverable_volumes_are_those_of_the_formulas(b, volume):
    t = np.arange(0, 600, 10.0)
    limit = [Reference(axis="y", value=10.0, label="Экономический предел")]
    found = read(t, arps(t, 100, 0.003, b), references=limit)
    assert found["eur"].value == pytest.approx(volume, rel=2e-3)
    assert "Extrapolated" in " ".join(found["eur"].warnings)


def test_dates_are_time_and_the_limit_has_a_date():
    start = datetime(2022, 1, 1, tzinfo=UTC).timestamp()
    days = np.arange(0, 700, 7.0)
    limit = [Reference(axis="y", value=20.0, label="Economic limit")]
    found = read(
        start + days * 86400,
        arps(days, 100, 0.002, 0),
        axis("Дата", start + days * 86400, kind="date"),
        references=limit,
    )
    assert found["di"].value == pytest.approx(0.002, rel=1e-3)
    assert found["qi"].at == "2022-01-01"
    assert found["time_to_limit"].value == pytest.approx(math.log(5) / 0.002, rel=1e-3)
    assert str(found["time_to_limit"].details["date"]).startswith("2024-03-15")


def test_what_is_fitted_is_no_surer_than_estimated():
    found = read(t := np.arange(0, 1500, 20.0), arps(t, 120, 0.002, 0.5))
    assert {finding.badge for finding in found.values()} == {"estimated"}


def test_a_rise_before_the_decline_is_left_out_and_told():
    t = np.arange(0, 100.0)
    q = np.concatenate([np.linspace(20, 100, 20), arps(np.arange(80.0), 100, 0.03, 0)])
    found = read(t, q)
    assert found["di"].value == pytest.approx(0.03, rel=0.01)
    assert "from its peak" in " ".join(found["qi"].warnings)


def test_too_few_points_are_an_answer_with_a_warning_not_a_number():
    found = read(np.array([0.0, 1, 2, 3, 4, 5]), np.array([0.0, 0, 10, 8, 6, 0]))
    assert not found or found["model"].value is None


@pytest.mark.parametrize("kind", ["model", "qi", "di", "b"])
def test_every_finding_states_its_source(kind):
    found = read(t := np.arange(0, 1500, 20.0), arps(t, 120, 0.002, 0.5))
    assert "Arps" in found[kind].source


def test_what_was_saved_gives_nearly_the_same():
    t = np.arange(0, 1500, 2.0)
    found = read(t, arps(t, 120, 0.002, 0.5), saved=True)
    assert found["qi"].badge == "estimated"
    assert found["qi"].value == pytest.approx(120, rel=0.01)


@pytest.mark.parametrize(
    ("x", "y", "values"),
    [
        (TIME, "Давление, МПа", np.linspace(20, 10, 30)),
        (TIME, RATE, np.linspace(10, 20, 30)),
        ("Глубина, м", RATE, np.linspace(20, 10, 30)),
        (TIME, "Накопленная добыча, м³", np.linspace(20, 10, 30)),
    ],
)
def test_other_figures_are_not_taken_for_declines(x, y, values):
    reading = figure(x, y, {"": (np.arange(30.0), values)})
    assert DeclineCurve().recognise(reading) is None


def test_a_recognition_gives_its_reason():
    t = np.arange(0, 100.0)
    expert, why = recognised(figure(TIME, RATE, {"Скв. 1": (t, arps(t, 50, 0.02, 0))}))[0]
    assert expert.name == "decline"
    assert "Скв. 1" in why.reason
    assert 0 < why.confidence <= 1


def test_an_empty_figure_is_nobodys():
    assert recognised(figure(Axis(label=TIME), RATE, {"": ([np.nan], [1.0])})) == []


def test_an_axis_that_is_called_months_has_its_unit_and_a_forecast_is_computed():
    t = np.arange(0, 36.0)
    reading = figure("Месяцы", "Дебит нефти, т/сут", {"": (t, arps(t, 150, 0.05, 1))})
    found = answer(reading, "Какой дебит будет через 5 лет?")
    assert found[0].name == "rate_at"
    assert found[0].value == pytest.approx(150 / (1 + 0.05 * 60), rel=1e-3)
    assert "Extrapolated" in " ".join(found[0].warnings)
