"""Figures that the kernel holds are answered from all of their points."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE
from rusoil_jupyter.protocol import Interpretation
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.figures import answer_json
from tests.conftest import LOG

Show = Callable[[], str]
MEAN = {"op": "statistic", "name": "mean", "of": {"series": ["s1"]}}


@pytest.fixture
def show(shell: InteractiveShell) -> Show:
    """A function that shows the current figure and returns its id."""

    def shown() -> str:
        data, _metadata = shell.display_formatter.format(plt.gcf())
        return str(data[FIGURE_TYPE]["id"])

    return shown


def decline() -> np.ndarray:
    """10,000 points of a decline with one point that a sample could miss."""
    x = np.linspace(0, 100, 10_000)
    y = 120 * np.exp(-x / 40)
    y[4321] = 121.23456
    plt.plot(x, y, label="q")
    plt.xlabel("Время, мес")
    plt.ylabel("Дебит, т/сут")
    return y


def ask(figure: str, **request: Any) -> dict[str, Any]:
    return answer_json(figure, json.dumps(request))


def test_a_query_is_answered_exactly_from_all_points(show: Show) -> None:
    y = decline()
    answer = Interpretation.model_validate(ask(show(), query=MEAN))
    assert answer.badge == "exact"
    assert answer.findings[0].value == pytest.approx(y.mean(), rel=1e-5)
    assert answer.findings[0].unit == "т/сут"


@pytest.mark.parametrize("question", ["Какой максимальный дебит?", "What is the maximum?"])
def test_a_question_in_words_is_answered_in_its_language(show: Show, question: str) -> None:
    decline()
    answer = Interpretation.model_validate(ask(show(), question=question))
    assert answer.badge == "exact"
    assert answer.language == ("ru" if "дебит" in question else "en")
    assert "121" in answer.text


@pytest.mark.parametrize("task", ["describe", "alt", "caption", "check", "code", "table"])
def test_every_task_is_done_from_the_kernel(show: Show, task: str) -> None:
    decline()
    answer = Interpretation.model_validate(ask(show(), task=task, language="en"))
    assert answer.text
    assert answer.badge == ("estimated" if task == "describe" else "exact")  # a decline is fitted
    assert bool(answer.code) == (task == "code")
    assert bool(answer.tables) == (task == "table")


def test_a_figure_that_is_gone_is_a_sentence_and_a_next_step() -> None:
    told = ask("0123456789ab", task="describe")
    assert told["error"]["message"] == "This kernel no longer holds the figure."
    assert told["error"]["next_step"]


def test_a_question_nobody_understands_is_said_to_be_so(show: Show) -> None:
    decline()
    answer = Interpretation.model_validate(ask(show(), question="qwerty uiop asdf"))
    assert "Not understood" in answer.text
    assert (answer.answerer, answer.badge, answer.findings) == ("nobody", None, ())


def test_what_can_be_asked_instead_is_answered_as_it_is_offered(show: Show) -> None:
    decline()
    figure = show()
    offers = Interpretation.model_validate(ask(figure, question="qwerty uiop asdf")).offers
    assert {"extreme", "statistic", "trend"} <= {offer.query.op for offer in offers}
    for offer in offers:
        answer = Interpretation.model_validate(ask(figure, query=offer.query.model_dump()))
        assert answer.answerer == "reader"
        counted = offer.query.op in {
            "extreme",
            "statistic",
        }  # others may hold what is fitted, or between marks
        assert answer.badge == "exact" or not counted


@pytest.mark.parametrize(
    "request_json", ["", "[]", "{", "[" * 100_000, '{"task": "destroy"}', '{"query": {"op": 1}}']
)
def test_a_broken_request_is_refused(show: Show, request_json: str) -> None:
    decline()
    assert answer_json(show(), request_json)["error"]["code"] == "invalid_request"


def test_a_missing_extra_is_named(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_args: Any) -> Any:
        raise ImportError("no scipy", name="scipy")

    decline()
    figure = show()
    monkeypatch.setattr("rusoil_jupyter.figures.query.answers", missing)
    told = ask(figure, query=MEAN)
    assert "scipy" in told["error"]["message"]
    assert "rusoil-jupyter[vision]" in told["error"]["next_step"]


# --- in a cell --------------------------------------------------------------------------------------


def test_the_magic_reads_the_last_figure(
    shell: InteractiveShell, show: Show, capsys: pytest.CaptureFixture[str]
) -> None:
    decline()
    show()
    plt.close("all")
    shell.run_line_magic("rusoil", "interpret What is the maximum of q?")
    said = capsys.readouterr().out
    assert "121.2" in said
    assert "exact" in said


def test_the_magic_reads_a_figure_by_its_name(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [5, 9, 7])
    shell.user_ns["fig"] = figure
    shell.run_line_magic("rusoil", "interpret fig maximum?")
    assert "9" in capsys.readouterr().out
    shell.run_line_magic("rusoil", "interpret fig")
    assert "exact" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["12.las", "my well.LAS"])
def test_the_magic_reads_a_log_in_a_file(
    shell: InteractiveShell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(LOG)
    named = f'"{name}"' if " " in name else name
    shell.run_line_magic("rusoil", f"interpret {named} maximum of GR?")
    said = capsys.readouterr().out
    assert "91.25" in said
    assert "exact" in said


def test_the_magic_reads_a_picture_in_a_file(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figure, axes = plt.subplots()
    axes.bar(["a", "b"], [3, 4])
    figure.savefig(tmp_path / "bars.png")
    shell.run_line_magic("rusoil", f"interpret {tmp_path}/bars.png")
    assert "estimated" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [("12.las", "nothing", "not a LAS file"), ("a.gv", "nothing", "shows no figure")],
)
def test_a_file_that_is_no_figure_is_said_to_be_none(
    shell: InteractiveShell, tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(MagicError, match=told):
        shell.run_line_magic("rusoil", f"interpret {tmp_path}/{name}")


def test_a_word_that_looks_like_a_home_is_a_word(shell: InteractiveShell, show: Show, wire: Any) -> None:
    decline()
    show()
    shell.run_line_magic("rusoil", "interpret ~nobodyhere qwerty")
    assert wire.requests[0]["prompt"].endswith("~nobodyhere qwerty")


def test_the_magic_says_when_there_is_no_figure(shell: InteractiveShell) -> None:
    with pytest.raises(MagicError, match="No figure has been shown yet"):
        shell.run_line_magic("rusoil", "interpret")


def test_what_the_rules_do_not_understand_goes_to_the_model_with_the_figure(
    shell: InteractiveShell, show: Show, wire: Any
) -> None:
    decline()
    plt.title("A {title} of {{braces}}")
    show()
    shell.run_line_magic("rusoil", "interpret qwerty uiop {asdf}?")
    prompt = wire.requests[0]["prompt"]
    assert prompt.startswith("Figure:")
    assert "line “q”, n=10000" in prompt
    assert "A {title} of {{braces}}" in prompt
    assert prompt.endswith("qwerty uiop {asdf}?")


def test_where_no_model_answers_the_cell_says_what_the_figure_can_be_asked(
    shell: InteractiveShell, show: Show, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    decline()
    show()
    monkeypatch.setenv("RUSOIL_SERVER_URL", "http://127.0.0.1:9/")  # nobody listens at this port
    monkeypatch.setenv("RUSOIL_SERVER_TOKEN", "t")
    with pytest.raises(MagicError):
        shell.run_line_magic("rusoil", "interpret Draw a line at the mean")
    told = capsys.readouterr().out
    assert "only a model can do it" in told
    assert "You can ask: Maximum; Minimum; Mean;" in told
    assert "exact" not in told


def test_what_a_figure_does_not_show_is_told_in_the_cell_and_no_model_is_asked(
    shell: InteractiveShell, wire: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    _figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [5, 9, 7], label="pad 1")
    axes.plot([1, 2, 3], [4, 2, 1], label="pad 2")
    shell.user_ns["fig"] = _figure
    shell.run_line_magic("rusoil", "interpret fig How much did pad 3 produce?")
    told = capsys.readouterr().out
    assert "“pad 3”" in told
    assert "You can ask:" in told
    assert not wire.requests


def test_a_figure_in_braces_becomes_its_description(shell: InteractiveShell, wire: Any) -> None:
    figure, axes = plt.subplots()
    axes.bar(["a", "b"], [3, 4])
    shell.user_ns["fig"] = figure
    shell.run_line_magic("rusoil", "Which bar of {fig} is tallest?")
    assert "bar: a: 3, b: 4" in wire.requests[0]["prompt"]


@pytest.mark.parametrize("line", ["interpretation of dreams", "interprets nothing"])
def test_a_question_that_only_begins_alike_is_a_question(
    shell: InteractiveShell, wire: Any, line: str
) -> None:
    shell.run_line_magic("rusoil", line)
    assert wire.requests[0]["prompt"] == line


def test_a_figure_of_plotly_or_altair_is_read_by_its_name(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    import altair
    import pandas
    import plotly.graph_objects as plotly

    shell.user_ns["p"] = plotly.Figure(plotly.Scatter(x=[1, 2, 3], y=[4, 17, 6], name="q"))
    shell.run_line_magic("rusoil", "interpret p What is the maximum?")
    assert "17" in capsys.readouterr().out
    table = pandas.DataFrame({"a": [1, 2, 3], "b": [4.0, 19.0, 6.0]})
    shell.user_ns["c"] = altair.Chart(table).mark_line().encode(x="a:Q", y="b:Q")
    shell.run_line_magic("rusoil", "interpret c What is the maximum?")
    assert "19" in capsys.readouterr().out
