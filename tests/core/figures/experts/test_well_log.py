"""Well logs: intervals, thickness, shale volume, and how they are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from rusoil_jupyter.figures.experts import answer, shale
from rusoil_jupyter.figures.experts.well_log import WellLog, both, intervals, kind_of
from tests.core.figures.experts.drawing import axis, figure


def named(findings):
    return {finding.name: finding for finding in reversed(findings)}


def log(values, depth, name="ГК, мкР/ч", inverted=True, depth_label="Глубина, м", **more):
    down = axis(depth_label, depth, inverted=inverted)
    return figure(axis(name, values, **more), down, {"": (values, depth)}, along="y")


DEPTH = np.arange(1500.0, 1600.01, 0.1)
GAMMA = np.where((DEPTH > 1519.95) & (DEPTH < 1530.05), 40.0, 90.0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ГК, мкР/ч", "gr"),
        ("GR (API)", "gr"),
        ("НГК", "neutron"),
        ("ПС, мВ", "sp"),
        ("АК", "sonic"),
        ("ГГК-п", "density"),
        ("RHOB", "density"),
        ("УЭС, Ом·м", "resistivity"),
        ("LLD", "resistivity"),
        ("ДС", "caliper"),
        ("Дебит", ""),
    ],
)
def test_mnemonics_of_both_languages_are_known(name, kind):
    assert kind_of(name) == kind


def test_net_thickness_by_a_cutoff_is_exact_between_samples():
    depth = np.arange(1000.0, 1100.01, 0.5)
    ramp = 100 - np.abs(depth - 1050.2)  # below 60 nearer to the ends than 10.2 and 9.8 m
    found = answer(log(ramp, depth), "Эффективная толщина, где ГК > 60?")
    assert found[0].name == "net_thickness"
    assert found[0].value == pytest.approx(80.0, abs=1e-6)
    assert found[0].unit == "м"


def test_what_is_counted_of_all_samples_is_exact_and_what_a_cutoff_says_is_not():
    found = named(WellLog().read(log(GAMMA, DEPTH)))
    assert (found["mean"].badge, found["logged_interval"].badge) == ("exact", "exact")
    assert found["net_thickness"].badge == "estimated"


def test_intervals_have_tops_and_bottoms():
    found = named(answer(log(GAMMA, DEPTH), "В каких интервалах ГК < 65?"))
    (point,) = found["intervals"].points
    assert point.at == pytest.approx(1519.95, abs=0.1)
    assert point.value == pytest.approx(1530.05, abs=0.1)


def test_a_line_drawn_in_the_track_is_the_cutoff():
    from rusoil_jupyter.figures.values.description import Reference

    reading = figure(
        axis("ГК, мкР/ч", GAMMA),
        axis("Глубина, м", DEPTH, inverted=True),
        {"": (GAMMA, DEPTH)},
        along="y",
        references=[Reference(axis="x", value=60)],
    )
    found = named(WellLog().read(reading))
    assert "< 60" in found["net_thickness"].quantity
    assert not found["net_thickness"].warnings


def test_without_a_cutoff_half_of_the_index_is_taken_and_told():
    found = named(WellLog().read(log(GAMMA, DEPTH)))
    assert "No cutoff is given" in " ".join(found["net_thickness"].warnings)


def test_gaps_are_not_counted():
    depth = np.concatenate([np.arange(0, 10.01, 0.5), np.arange(50, 60.01, 0.5)])
    assert intervals(depth, np.full(len(depth), 1.0), 5.0, below=True) == [(0.0, 10.0), (50.0, 60.0)]


def test_conditions_on_two_curves_meet():
    assert both([(0, 10), (20, 30)], [(5, 25)]) == [(5, 10), (20, 25)]


@pytest.mark.parametrize(
    ("formula", "index", "expected"),
    [
        # By hand, from the published formulas.
        ("linear", 0.5, 0.5),
        ("larionov_young", 0.5, 0.083 * (3.605001850443321 - 1)),
        ("larionov_old", 0.5, 0.33),
        ("clavier", 0.5, 1.7 - 1.3928388277184118),
        ("steiber", 0.5, 0.25),
        ("larionov_young", 1.0, 0.9956712),
        ("larionov_old", 1.0, 0.99),
        ("steiber", 1.0, 1.0),
    ],
)
def test_shale_volumes_by_the_published_formulas(formula, index, expected):
    assert float(shale.volume(np.array([index]), formula)[0]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("formula", shale.FORMULAS)
def test_a_shale_volume_stays_between_nothing_and_everything(formula):
    values = shale.volume(np.linspace(0, 1, 101), formula)
    assert values.min() >= 0 and values.max() <= 1
    assert (np.diff(values) >= 0).all()


def test_shale_volume_at_a_depth_states_its_source():
    found = answer(
        log(GAMMA, DEPTH),
        "Глинистость по Ларионову (древние породы) на глубине 1550 м, ГКmin = 40, ГКmax = 140",
    )
    assert found[0].name == "vsh_larionov_old"
    assert found[0].value == pytest.approx(0.33, rel=1e-4)
    assert "Larionov" in found[0].source


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (log(GAMMA, DEPTH, inverted=False), "not inverted"),
        (log(np.where(GAMMA < 50, -999.25, GAMMA), DEPTH), "not measured"),
        (log(np.where(GAMMA < 50, 0.0, GAMMA), DEPTH, "УЭС, Ом·м", scale="log"), "logarithmic axis"),
    ],
)
def test_what_makes_a_log_doubtful_is_warned_of(reading, words):
    assert words in " ".join(WellLog().read(reading)[0].warnings)


def test_null_values_do_not_count_as_clean_rock():
    found = named(WellLog().read(log(np.where(GAMMA < 50, -999.25, GAMMA), DEPTH)))
    assert found["mean"].details["min"] == 90.0


def test_feet_beside_metres_are_warned_of():
    metres = log(GAMMA, DEPTH)
    feet = log(GAMMA, DEPTH / 0.3048, depth_label="Depth, ft")
    second = feet.description.panels[0].model_copy(update={"id": "p2", "column": 2})
    second = second.model_copy(update={"series": (second.series[0].model_copy(update={"id": "o"}),)})
    both_panels = metres.description.model_copy(update={"panels": (*metres.description.panels, second)})
    warnings = WellLog().read(type(metres)(both_panels))[0].warnings
    assert "metres and feet" in " ".join(warnings)


def test_a_value_at_a_depth_in_feet_is_found_on_a_log_in_metres():
    depth = np.arange(1000.0, 1100.0, 1.0)
    found = answer(log(depth / 10, depth, "GR, API"), "GR at a depth of 3440 ft?")
    assert found[0].value == pytest.approx(3440 * 0.3048 / 10, rel=1e-5)
