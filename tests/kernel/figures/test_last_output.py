"""The last figure is the one in front of the reader, whether it could be described or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from rusoil_jupyter.figures import readers
from rusoil_jupyter_kernel.figures import outputs
from rusoil_jupyter_kernel.figures.outputs import shows_figure
from tests import cases

CASE = cases.cells("10-fig-stale-last-figure/input.ipy")
OLD = """
%load_ext rusoil_jupyter_kernel
import matplotlib.pyplot as plt
from IPython.display import HTML, SVG, IFrame, Image, Javascript, Markdown, Video, display
plt.close("all")
plt.plot([1, 2], [5, 888])
plt.show()
"""
ASK = "%rusoil interpret What is the maximum"
UNREAD = "The last figure that was shown can't be read"
Run = Callable[[str], str]
PNG = """
import io
picture = io.BytesIO()
figure, axes = plt.subplots(); axes.bar(["a"], [6.5])
figure.savefig(picture, format="png"); plt.close(figure)
png = picture.getvalue()
"""


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A function that runs code in a real kernel and returns all that it said."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(extra_arguments=["--HistoryManager.enabled=False"])
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)

    def ran(code: str) -> str:
        said: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            content = message["content"]
            said.append(content.get("data", {}).get("text/plain", ""))
            said.extend(content.get("traceback", [content.get("text", "")]))

        client.execute_interactive(code, output_hook=keep, timeout=60, allow_stdin=False)
        return "\n".join(said)

    yield ran
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_case_is_answered_from_the_chart_in_front(run: Run) -> None:
    for cell in CASE[:-1]:
        run(cell)
    said = run(CASE[-1])
    assert "6.5" in said and "888" not in said


READ = {
    "altair as its type": (
        "import altair as alt, pandas as pd\nalt.renderers.enable('mimetype')\n"
        "alt.Chart(pd.DataFrame({'w': ['P'], 'q': [6.5]})).mark_bar().encode(x='w', y='q')",
        "6.5",
    ),
    "plotly": ("import plotly.graph_objects as go\ndisplay(go.Figure(go.Bar(x=['a'], y=[6.5])))", "6.5"),
    "a page of plotly": ("display(HTML(go.Figure(go.Bar(x=['a'], y=[6.5])).to_html()))", "6.5"),
    "a figure widget that changed": (
        "w = go.FigureWidget(go.Bar(x=['a'], y=[5.5])); display(w); w.data[0].y = [6.5]",
        "6.5",
    ),
    "a widget in a box": (
        "import ipywidgets as w\ndisplay(w.VBox([w.Label('a'), go.FigureWidget(go.Bar(y=[6.5]))]))",
        "6.5",
    ),
    "matplotlib": ("plt.plot([1, 6.5]); plt.show()", "6.5"),
    "matplotlib in the same cell": ("plt.plot([1, 6.5])\n" + ASK, "6.5"),
    "a source of graphviz": ("display({'text/vnd.graphviz': 'digraph {a -> b}'}, raw=True)", ""),
}


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_answers_for_itself(run: Run, name: str) -> None:
    run(OLD)
    run("import plotly.graph_objects as go")
    code, number = READ[name]
    said = run(code) if code.endswith(ASK) else run(code) and run(ASK)
    assert number in said and "888" not in said


NOT_READ = {
    "a picture": "display(Image(png))",
    "a picture as a result": "Image(png)",
    "a jpeg": "display({'image/jpeg': 'AAAA', 'text/plain': 'x'}, raw=True)",
    "a picture of an address": "display(Image(url='http://127.0.0.1:9/a.png'))",
    "a drawing": 'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0 1 1"/></svg>\'))',
    "an object like plotnine's": (
        "class Plot:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'image/png': png, 'text/plain': 'plot'}, {}\nPlot()"
    ),
    "an object that displays itself": "class P:\n    def _ipython_display_(self): display(Image(png))\nP()",
    "altair as a picture": (
        "import altair as alt, pandas as pd\nalt.renderers.enable('png')\n"
        "display(alt.Chart(pd.DataFrame({'q': [6.5]})).mark_bar().encode(y='q'))\n"
        "alt.renderers.enable('default')"
    ),
    "plotly in a frame": "display(IFrame('figure_0.html', 100, 100))",
    "an animation": "display(HTML('<video controls><source src=\"data:video/mp4;base64,AA\"></video>'))",
    "an animation of scripts": "display(HTML('<img><script>class Animation {}</script>'))",
    "a clip": "display(Video('http://127.0.0.1:9/a.mp4'))",
    "a canvas of a script": "display(Javascript('element.append(document.createElement(\"canvas\"))'))",
    "a library of charts": "display(HTML('<div id=a></div><script>echarts.init(a)</script>'))",
    "a picture in a text": "display(Markdown('![rates](a.png)'))",
    "a widget of pictures": "import ipywidgets\ndisplay(ipywidgets.HBox([ipywidgets.Image(value=png)]))",
    "a widget of somebody else": (
        "import anywidget\nclass Own(anywidget.AnyWidget): _esm = 'export default {}'\ndisplay(Own())"
    ),
    "a picture in place of another": "h = display(1, display_id=True); h.update(Image(png))",
    "an artist that raises": (
        "from matplotlib.lines import Line2D\nclass Loud(Line2D):\n    def get_label(self):\n"
        "        import sys\n        if sys._getframe(1).f_code.co_name == 'label': raise SystemExit\n"
        "        return 'x'\n"
        "fig, ax = plt.subplots(); ax.add_line(Loud([1, 2], [1, 2]))\ndisplay(fig); plt.close()"
    ),
    "a figure while capture is off": (
        "%rusoil capture off\nplt.plot([1, 6.5]); plt.show()\n%rusoil capture on"
    ),
    "a chart that is broken": "display({'application/vnd.plotly.v1+json': {'data': 5}}, raw=True)",
    "a map": "display({'application/geo+json': {}}, raw=True)",
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_can_not_be_read_is_said_to_be_so(run: Run, name: str) -> None:
    run(OLD)
    run(PNG)
    run(NOT_READ[name])
    said = run(ASK)
    assert UNREAD in said and "Name the variable or the file" in said
    assert "888" not in said


NO_FIGURES = {
    "a text": "'hello'",
    "a table": "import pandas as pd\npd.DataFrame({'a': [1]})",
    "a styled table": "HTML('<style>td {}</style><table></table>')",
    "a number": "1",
    "a formula": "from IPython.display import Latex\nLatex('$x$')",
    "words": "display(Markdown('**so**'))",
    "a bar of progress": "import ipywidgets as w\nw.HBox([w.IntProgress(), w.Label('3')])",
    "our own answer": "%rusoil help",
    "a figure that is collected": "%%capture\nplt.plot([1, 6.5]); plt.show()",
    "an error": "1 / 0",
    "the loading of a library": (
        "display({'application/javascript': 'Bokeh', 'application/vnd.bokehjs_load.v0+json': ''}, raw=True)"
    ),
    "an array of xarray": "display(HTML('<div><svg></svg><div class=\"xr-wrap\"></div></div>'))",
}


@pytest.mark.parametrize("name", NO_FIGURES)
def test_what_is_no_figure_leaves_the_last_one(run: Run, name: str) -> None:
    run(OLD)
    run("import pandas as pd")
    run(NO_FIGURES[name])
    assert "888" in run(ASK)


def test_what_was_collected_is_the_last_once_it_is_shown(run: Run) -> None:
    run(OLD)
    run("%%capture collected\nplt.plot([1, 6.5]); plt.show()")
    run("collected.show()")
    assert "6.5" in run(ASK)


def test_a_cell_that_runs_in_another_thread_shows_figures_too(run: Run) -> None:
    run(OLD + PNG)
    run(
        "import threading\n"
        "shows = lambda: get_ipython().run_cell('display(Image(png))')\n"
        "thread = threading.Thread(target=shows); thread.start(); thread.join()"
    )
    assert UNREAD in run(ASK)


def test_the_case_of_unknown_names_is_refused_or_right(run: Run) -> None:
    setting, lines = cases.cells("53-magic-unknown-target/input.ipy")
    run(setting)
    wel, first, fgi, drive = map(run, lines.splitlines())
    assert "There is no file “wel.las”" in wel and "There is no figure “fgi”" in fgi
    assert "There is no file “D:/x/Well 17.las”" in drive and "500" in first
    assert not any("maximum is 9" in said for said in (wel, first, fgi, drive))


def test_exploring_the_last_figure_says_that_it_can_not_be_read(run: Run) -> None:
    run(OLD + PNG + "display(Image(png))")
    assert UNREAD in run("from rusoil_jupyter_kernel.figures import explore\nexplore()")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/html": "<TABLE></TABLE>"}, False),
        ({"text/html": "<SVG>"}, True),
        ({"text/html": "<b>svg</b> and <images>"}, False),
        ({"text/html": "<script>alert(1)</script>"}, False),
        ({"text/html": ["<img>"]}, False),
        ({"text/plain": "<img>"}, False),
        ({"image/png": None}, True),
        ({}, False),
    ],
)
def test_what_shows_a_figure(data: dict[str, Any], shown: bool) -> None:
    assert shows_figure(data) == shown


def test_what_a_reader_of_another_package_takes_is_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    drill = readers.Reader("drill", ("application/x-drill",), lambda _media_type, _value: None)
    plugins = readers.Plugins((drill,))
    monkeypatch.setattr(outputs, "entry_points", lambda group: ["drill"])
    monkeypatch.setattr(readers, "_plugins", plugins)
    outputs._of_others.cache_clear()
    assert shows_figure({"application/x-drill.v2": {}})
    outputs._of_others.cache_clear()
