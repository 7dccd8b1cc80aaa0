"""Figures that are broken on purpose: experts and checks say something or nothing, and never fail."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.conversion import Quantity
from rusoil_jupyter.figures.experts import EXPERTS, answer, build_up, recognised, semilog
from rusoil_jupyter.figures.experts.expert import MOST_POINTS, curves
from rusoil_jupyter.figures.experts.given import given as given_in
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.tasks import reproduce
from rusoil_jupyter.figures.tasks.checks import check
from rusoil_jupyter.figures.tasks.tables import tables
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Note, Panel, Reference, Series
from tests.core.figures.experts.drawing import axis, figure
from tests.growth import growth

LABELS = [
    "Время, сут",
    "Дебит, м³/сут",
    "Давление, МПа",
    "Забойное давление, psi",
    "Температура, °C",
    "Глубина, м",
    "ГК, мкР/ч",
    "УЭС, Ом·м",
    "Водонасыщенность, д.ед.",
    "ОФП",
    "fw",
    "Bo",
    "Rs, м³/м³",
    "(tp+Δt)/Δt",
    "Δp', МПа",
    "",
]
NAMES = [
    "",
    "IPR",
    "VLP",
    "krw",
    "kro",
    "Линия кипения",
    "Линия росы",
    "Критическая точка",
    "ГК",
    "Производная",
]
numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, 1.0, -1.0, 1e300, -1e300, 1e-300, -999.25]),
    st.floats(0.01, 100),
)
columns = st.lists(st.tuples(numbers, numbers), max_size=40)


@st.composite
def readings(draw):
    kinds = st.sampled_from(["number", "number", "number", "date", "category"])
    scales = st.sampled_from(["linear", "linear", "log", "other"])
    axes = {
        name: Axis(
            label=draw(st.sampled_from(LABELS)),
            unit=draw(st.sampled_from(["", "м", "ft", "МПа", "атм", "м³/сут", "ч", "%"])),
            kind=draw(kinds),
            scale=draw(scales),
            inverted=draw(st.booleans()),
            range=draw(st.sampled_from([None, (0.0, 1.0), ("x", None), (1, 1)])),
        )
        for name in ("x", "y", "y2")
    }
    arrays, series = {}, []
    for place in range(draw(st.integers(0, 3))):
        pairs = np.array(draw(columns), dtype=float).reshape(-1, 2)
        if draw(st.booleans()):  # nearer to what is drawn: positive, along the axis, rising or falling
            pairs = np.sort(np.abs(pairs), axis=0)
            pairs[:, 1] = pairs[:: draw(st.sampled_from([1, -1])), 1]
        arrays[f"s{place}"] = {"x": pairs[:, 0], "y": pairs[:, 1]}
        series.append(
            Series(
                id=f"s{place}",
                kind=draw(
                    st.sampled_from(["line", "scatter", "bar", "pie", "histogram", "errorbar", "step"])
                ),
                label=draw(st.sampled_from(NAMES)),
                colour=draw(st.sampled_from(["", "#12", "#zzzzzz", "#1f77b4"])),
                y=draw(st.sampled_from(["y", "y2"])),
                along=draw(st.sampled_from(["x", "y"])),
                n=len(pairs),
            )
        )
    panel = Panel(
        id="p",
        axes=axes,
        series=tuple(series),
        references=(Reference(axis="y", value=draw(st.sampled_from([1, 2.0, "x", None])), label="предел"),),
        notes=(Note(text=draw(st.sampled_from(["", "q = 1e999; h = 0 м; B=0; μ=0; tp = 0 ч", "критич"]))),),
    )
    return Reading(FigureDescription(panels=(panel,)), arrays)


QUESTION = (
    "ГК < 60, p = 1e300 МПа, T = -300 °C, глубина 5 м, предел 0, через 1e308 сут, q = 5 м, μw = 0, μo = 0"
)
STATED = {**given_in(QUESTION), "tp": Quantity(0.0), "h": Quantity(0.0), "depth": Quantity(-1, "ft")}
GIVEN = {"T": Quantity(1e300, "°C"), "p": Quantity(float("inf"), "МПа"), "pwf": Quantity(1, "м")}


@pytest.mark.filterwarnings("error")
@settings(max_examples=250)
@given(readings())
def test_nothing_that_is_drawn_breaks_an_expert(reading):
    recognised(reading)
    for expert in EXPERTS:
        expert.read(reading, GIVEN)
        with np.errstate(all="ignore"):
            expert.findings(reading, STATED)
    answer(reading, QUESTION)


@settings(max_examples=250)
@given(readings())
def test_nothing_that_is_drawn_breaks_checks_tables_and_code(reading):
    check(reading, "ru")
    tables(reading)
    try:
        compile(reproduce.code(reading), "figure", "exec")
    except InvalidRequest as refused:
        assert refused.next_step


def test_of_a_million_points_some_are_read():
    t = np.linspace(0, 5000, 1_000_000)
    reading = figure("Время, сут", "Дебит, м³/сут", {"": (t, 100 * np.exp(-t / 900))})
    (curve,) = curves(reading)
    assert len(curve.x) <= MOST_POINTS
    (qi, *_rest) = [one for one in EXPERTS[1].read(reading) if one.name == "qi"]
    assert qi.value == pytest.approx(100, rel=1e-3)


def test_a_horner_plot_of_a_million_points_is_read(monkeypatch):
    dt = np.logspace(-3, 2, 1_000_000)
    x = (100 + dt) / dt
    horner = axis("(tp+Δt)/Δt", x, scale="log")
    reading = figure(horner, "Давление, МПа", {"": (x, 20 - np.log10(x))})
    straight = Mock(wraps=semilog.straight)
    monkeypatch.setattr(semilog, "straight", straight)
    assert answer(reading, "уклон")[0].value == pytest.approx(1.0, rel=1e-3)
    assert all(len(call.args[0]) <= build_up.MOST for call in straight.call_args_list)


@pytest.mark.parametrize("piece", ["?", "q = ", "глинист ", "глинист ларионов ", "ГК <"])
def test_a_question_that_is_four_times_as_long_takes_about_four_times_as_long(piece):
    t = np.linspace(0, 50, 100)
    reading = figure("Время, сут", "Дебит, м³/сут", {"": (t, 100 * np.exp(-t / 9))})
    assert growth(lambda size: answer(reading, piece * size), 1000) < 9
