"""Figures that publish themselves get one more entry in their output, and nothing else changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import altair
import numpy as np
import plotly.graph_objects as go
import pytest
from bokeh.embed.notebook import notebook_content
from bokeh.plotting import figure
from IPython.core.interactiveshell import InteractiveShell

from rusoil_jupyter.figures.values.description import FigureDescription
from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE
from rusoil_jupyter_kernel.figures import cache, capture, web

PLOTLY = "application/vnd.plotly.v1+json"


class Publisher:
    """What sends messages in a kernel, as far as hooks see it."""

    def __init__(self) -> None:
        self._hooks: list[Any] = []
        self.sent: list[dict[str, Any]] = []

    def register_hook(self, hook: Any) -> None:
        self._hooks.append(hook)

    def send(self, data: dict[str, Any], kind: str = "display_data") -> dict[str, Any]:
        message: Any = {"msg_type": kind, "content": {"data": data, "metadata": {}}}
        for hook in self._hooks:
            message = hook(message)
        sent: dict[str, Any] = message["content"]["data"]
        return sent


@pytest.fixture
def shell(bare_shell: InteractiveShell) -> Iterator[InteractiveShell]:
    bare_shell.display_pub = Publisher()  # type: ignore[assignment]
    capture.install(bare_shell)
    web.register(bare_shell)
    yield bare_shell
    cache.figures.clear()


@pytest.fixture
def publisher(shell: InteractiveShell) -> Publisher:
    found = shell.display_pub
    assert isinstance(found, Publisher)
    return found


def plotly(*traces: Any, **layout: Any) -> dict[str, Any]:
    return {PLOTLY: json.loads(go.Figure(list(traces), layout).to_json()), "text/plain": "Figure"}


def bokeh() -> dict[str, Any]:
    plot = figure(title="B")
    plot.line([1, 2], [3, 4])
    return {"application/javascript": notebook_content(plot)[0], "application/vnd.bokehjs_exec.v0+json": ""}


def test_a_plotly_figure_is_described_and_kept(publisher: Publisher) -> None:
    entry = publisher.send(plotly(go.Scatter(x=np.arange(3.0), y=np.array([4.0, 5.0, 6.123456789]))))[
        FIGURE_TYPE
    ]
    description = FigureDescription.model_validate(entry)
    assert description.library == "plotly"
    kept = cache.figures.get(description.id)
    assert kept is not None and kept.table("p1s1")["y"].tolist() == [4.0, 5.0, 6.123456789]


def test_a_bokeh_figure_is_described_and_kept(publisher: Publisher) -> None:
    entry = publisher.send(bokeh())[FIGURE_TYPE]
    assert entry["title"] == "B" and cache.figures.get(entry["id"]) is not None


def test_a_chart_of_altair_says_what_it_is_about_and_is_left_for_later(publisher: Publisher) -> None:
    values = altair.Data(values=[{"a": 1, "b": 2}])
    chart = altair.Chart(values, title="T").mark_point().encode(x=altair.X("a:Q", title="Oil, m³"), y="b:Q")
    page = chart._repr_mimebundle_()
    entry = publisher.send(dict(page[0] if isinstance(page, tuple) else page), "execute_result")[FIGURE_TYPE]
    description = FigureDescription.model_validate(entry)
    assert (description.title, description.panels[0].axes["x"].label) == ("T", "Oil, m³")
    assert description.id and cache.figures.get(description.id) is None
    assert publisher.send({"application/vnd.vegalite.v6.json": chart.to_dict()})[FIGURE_TYPE]["title"] == "T"


def test_a_chart_of_many_rows_has_an_id_of_its_own(publisher: Publisher) -> None:
    def sent(rows: int) -> str:
        spec = {"$schema": "x", "title": "T", "datasets": {"a": [{"b": k} for k in range(rows)]}}
        entry = publisher.send({"application/vnd.vegalite.v6+json": spec})[FIGURE_TYPE]
        return str(entry["id"])

    assert sent(5000) == sent(5000) != sent(5001)


@pytest.mark.parametrize("kind", ["display_data", "update_display_data", "execute_result"])
def test_every_other_entry_stays_as_it_is(publisher: Publisher, kind: str) -> None:
    for data in (plotly(go.Bar(x=["a"], y=[1])), bokeh(), {"text/plain": "1", "text/html": "<b>1</b>"}):
        before = copy.deepcopy(data)
        sent = publisher.send(data, kind)
        assert json.dumps({k: v for k, v in sent.items() if k != FIGURE_TYPE}) == json.dumps(before)


@pytest.mark.parametrize(
    "data",
    [
        {PLOTLY: None},
        {PLOTLY: {"data": [{"x": {"dtype": "f8", "bdata": "?"}}]}},
        {"application/javascript": "const docs_json = {broken"},
        {"application/javascript": 5},
        {"application/vnd.vegalite.v6+json": "x"},
        {"text/html": "vega.github.io/schema/vega-lite ({" * 100},
    ],
)
def test_a_broken_figure_is_sent_without_us(publisher: Publisher, data: dict[str, Any]) -> None:
    before = copy.deepcopy(data)
    assert publisher.send(data) == before


@pytest.mark.parametrize(
    "message", [None, {}, {"msg_type": "display_data"}, {"msg_type": "stream", "content": {}}]
)
def test_other_messages_pass(shell: InteractiveShell, message: Any) -> None:
    before = copy.deepcopy(message)
    assert web.Hook(shell)(message) == before


def test_nothing_is_added_where_capture_is_off(shell: InteractiveShell, publisher: Publisher) -> None:
    capture.switch(shell, False)
    assert FIGURE_TYPE not in publisher.send(plotly(go.Bar(y=[1])))


def test_an_entry_that_is_there_already_is_kept(publisher: Publisher) -> None:
    assert publisher.send({**plotly(go.Bar(y=[1])), FIGURE_TYPE: {"version": 1}})[FIGURE_TYPE] == {
        "version": 1
    }


def test_registering_twice_adds_one_hook(shell: InteractiveShell, publisher: Publisher) -> None:
    web.register(shell)
    assert len(publisher._hooks) == 1


def test_a_shell_without_hooks_is_left_alone(bare_shell: InteractiveShell) -> None:
    before = bare_shell.display_pub
    web.register(bare_shell)
    assert bare_shell.display_pub is before


def test_the_first_figure_does_not_wait_for_imports(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(web, "_is_prepared", False)
    monkeypatch.setattr(web, "Thread", lambda target, **_more: started.append(target) or target)
    monkeypatch.setattr(web, "_start", lambda thread: thread())
    shell.run_cell("1")
    shell.run_cell("2")
    assert started == [web._warm_up]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plot waits."""
    monkeypatch.setattr(web, "SHORT_MS", 0.0)
    monkeypatch.setattr(web, "MORE_MS", 0.0)


@pytest.mark.usefixtures("impatient")
def test_what_takes_too_long_says_what_it_is_about_and_is_read_when_asked(publisher: Publisher) -> None:
    y = np.arange(1000.0)
    data = plotly(go.Scatter(y=y, name="Oil", mode="lines"), title="T", xaxis_title="Days")
    before = copy.deepcopy(data)
    sent = publisher.send(data)
    description = FigureDescription.model_validate(sent.pop(FIGURE_TYPE))
    assert sent == before
    series = description.panels[0].series[0]
    assert (description.title, description.panels[0].axes["x"].label) == ("T", "Days")
    assert (series.label, series.n, series.values, series.stats) == ("Oil", 1000, {}, {})
    kept = cache.figures.get(description.id)
    assert kept is not None and kept.description.id == description.id
    assert kept.table("p1s1")["y"].tolist() == y.tolist() and kept.badge == "exact"
    assert cache.figures.get(description.id) is kept and cache.figures.bytes == 2 * y.nbytes


@pytest.mark.usefixtures("impatient")
def test_two_large_figures_that_look_alike_are_two(publisher: Publisher) -> None:
    one, other = (publisher.send(plotly(go.Scatter(y=np.arange(1000.0) + k)))[FIGURE_TYPE] for k in (0, 1))
    again = publisher.send(plotly(go.Scatter(y=np.arange(1000.0))))[FIGURE_TYPE]
    assert one == again and one["id"] != other["id"]


@pytest.mark.usefixtures("impatient")
def test_a_large_figure_of_bokeh_is_read_when_asked(publisher: Publisher) -> None:
    plot = figure(title="B", x_axis_label="Days")
    plot.line(np.arange(500.0), np.arange(500.0), legend_label="Oil")
    entry = publisher.send({"application/javascript": notebook_content(plot)[0]})[FIGURE_TYPE]
    assert entry["title"] == "B" and entry["panels"][0]["axes"]["x"]["label"] == "Days"
    series = entry["panels"][0]["series"][0]
    assert series["label"] == "Oil" and "values" not in series
    kept = cache.figures.get(entry["id"])
    assert kept is not None and kept.table("p1s1")["y"].size == 500


def test_a_script_of_many_numbers_is_not_even_looked_into(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MOST_COMMAS", 5)
    entry = publisher.send(bokeh())[FIGURE_TYPE]
    assert (entry["library"], entry.get("panels", [])) == ("bokeh", [])
    kept = cache.figures.get(entry["id"])
    assert kept is not None and kept.table("p1s1")["y"].tolist() == [3.0, 4.0]


@pytest.mark.usefixtures("impatient")
def test_a_large_figure_that_is_broken_is_not_there_when_asked(publisher: Publisher) -> None:
    data = {PLOTLY: {"data": [{"y": {"dtype": "f8", "bdata": "?" * 800}, "mode": "lines"}]}}
    entry = publisher.send(data)[FIGURE_TYPE]
    assert cache.figures.get(entry["id"]) is None


def test_what_is_far_too_large_is_sent_at_once(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_BYTES", 1000)
    assert FIGURE_TYPE not in publisher.send(plotly(go.Scatter(y=np.arange(1000.0))))
    assert FIGURE_TYPE not in publisher.send(bokeh())
