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

from rusoil_jupyter.figures.description import FIGURE_TYPE, FigureDescription
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


def test_what_is_far_too_large_is_sent_at_once(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_CHARS", 1000)
    assert FIGURE_TYPE not in publisher.send(plotly(go.Scatter(y=np.arange(1000.0))))
    assert FIGURE_TYPE not in publisher.send(bokeh())
