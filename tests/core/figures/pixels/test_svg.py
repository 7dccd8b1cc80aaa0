"""SVG: nothing is fetched, nothing grows, and coordinates are read exactly."""

from __future__ import annotations

import io
import socket
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, RusoilError
from rusoil_jupyter.figures.pixels import read, svg

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="90" height="60">'
)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a"> %a;]>',
    ],
)
def test_entities_are_refused(head: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(f"{head}{SVG}<text>&a;</text></svg>".encode(), "image/svg+xml")
    assert "entities" in refused.value.message and refused.value.next_step


def test_nothing_outside_is_fetched_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        body = (
            f'<image href="http://127.0.0.1:{port}/a.png" width="9" height="9"/>'
            f'<image xlink:href="file:///etc/hostname" width="9" height="9"/>'
            f"<script>fetch('http://127.0.0.1:{port}/b')</script>"
            f'<style>@import url("http://127.0.0.1:{port}/c.css");</style>'
            f'<rect width="9" height="9" fill="url(http://127.0.0.1:{port}/d#e)" onload="alert(1)"/>'
            f'<use href="http://127.0.0.1:{port}/f.svg#g"/>'
            f'<foreignObject><iframe src="http://127.0.0.1:{port}/h"/></foreignObject>'
        )
        image = svg.rasterised(svg.parse(f"{SVG}{body}</svg>"))
        assert image.size[0] >= 90
        with pytest.raises(TimeoutError):
            listener.accept()


def test_what_is_drawn_has_no_script_and_no_reference() -> None:
    from xml.etree import ElementTree

    root = svg.parse(
        f'{SVG}<script>1</script><g onclick="x()"><a href="http://a/"><path d="M0,0"/></a>'
        f'<use href="#b"/><path style="fill:url(http://a/b)"/></g></svg>'
    )
    clean = ElementTree.tostring(svg._cleaned(root), encoding="unicode")
    assert "script" not in clean and "onclick" not in clean and "http://a/" not in clean
    assert 'href="#b"' in clean


def test_uses_within_uses_are_not_expanded() -> None:
    levels = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 12))
    drawing = svg.drawing(svg.parse(f'{SVG}<g id="g0"><path d="M0,0L1,1"/></g>{levels}</svg>'))
    assert len(drawing.marks) <= 111


def test_uses_within_uses_are_not_drawn() -> None:
    levels = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 12))
    bomb = f'{SVG}<g id="g0"><path d="M0,0L1,1"/></g>{levels}</svg>'
    with pytest.raises(InvalidRequest) as refused:
        read(bomb.encode(), "image/svg+xml")
    assert "nested" in refused.value.message


def test_uses_of_a_large_group_are_not_drawn() -> None:
    group = '<g id="a">' + '<path d="M0,0L1,1"/>' * 1000 + "</g>"
    uses = '<use href="#a"/>' * 200
    with pytest.raises(PayloadTooLarge):
        read(f"{SVG}<defs>{group}</defs>{uses}</svg>".encode(), "image/svg+xml")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        svg.parse(SVG + "<g>" * 5000 + "</g>" * 5000 + "</svg>")
    assert "nested" in refused.value.message


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(PayloadTooLarge):
        svg.parse(SVG + "<g/>" * (svg.MOST_ELEMENTS + 1) + "</svg>")


def test_what_is_no_svg_is_refused() -> None:
    for text in ("", "plain", "<html/>", "<svg>", "<svg xmlns='http://www.w3.org/2000/svg'"):
        with pytest.raises(InvalidRequest):
            svg.parse(text) if text != "<svg>" else svg.parse("<svg><g></svg>")


def test_transformations_are_applied() -> None:
    root = svg.parse(f'{SVG}<g transform="translate(10 20) scale(2)"><path d="m1,2 l3,0 v4 H0 z"/></g></svg>')
    (mark,) = svg.drawing(root).marks
    assert mark.points.tolist() == [[12, 24], [18, 24], [18, 32], [10, 32]]
    assert mark.closed


def drawn(**options: object) -> bytes:
    """A figure of matplotlib as SVG: two lines and a legend, the second axis logarithmic where asked."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots()
    x = np.linspace(0, 30, 16)
    axes.plot(x, 100 * np.exp(-x / 10), label="Скв-1")
    axes.plot(x, 20 + 3 * x, "k--", label="Скв-2")
    axes.set(xlabel="Время, сут", ylabel="Дебит, м³/сут", title="Добыча", **options)
    axes.legend()
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure.savefig(file, format="svg")
    plt.close(figure)
    return file.getvalue()


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_lines_of_matplotlib_are_read_to_a_thousandth(scale: str) -> None:
    reading = read(drawn(yscale=scale), "image/svg+xml")
    panel = reading.description.panels[0]
    assert reading.badge == "estimated" and reading.description.library == "svg"
    assert (panel.title, panel.axes["x"].unit, panel.axes["y"].unit) == ("Добыча", "сут", "м³/сут")
    assert panel.axes["y"].scale == scale
    first = reading.arrays[panel.series[0].id]
    assert panel.series[0].label == "Скв-1"
    x = np.linspace(0, 30, 16)
    np.testing.assert_allclose(first["x"], x, atol=0.01)
    np.testing.assert_allclose(first["y"], 100 * np.exp(-x / 10), rtol=2e-3, atol=0.02)
    error = reading.error[panel.series[0].id]
    assert 0 < error["x"] < 0.1


def test_bars_of_vega_are_read_with_their_names() -> None:
    import vl_convert

    values = [{"w": "W-1", "q": 12.5}, {"w": "W-2", "q": 30.0}, {"w": "W-3", "q": 7.25}]
    spec = {
        "data": {"values": values},
        "mark": "bar",
        "encoding": {"x": {"field": "w"}, "y": {"field": "q", "type": "quantitative", "title": "Rate"}},
    }
    reading = read(vl_convert.vegalite_to_svg(spec).encode(), "image/svg+xml")
    panel = reading.description.panels[0]
    assert panel.axes["x"].categories == ("W-1", "W-2", "W-3")
    np.testing.assert_allclose(reading.arrays[panel.series[0].id]["y"], [12.5, 30.0, 7.25], atol=0.1)


@settings(max_examples=150)
@given(st.data())
def test_damaged_svg_gives_a_drawing_or_an_error_of_ours(data: st.DataObject) -> None:
    raw = bytearray(
        f'{SVG}<g transform="scale(2)"><path d="M1 2C1 2 3 4 5 6Z"/><text x="1">12</text></g></svg>'.encode()
    )
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        drawing = svg.drawing(svg.parse(bytes(raw)))
        assert all(np.isfinite(mark.points).all() for mark in drawing.marks)
    except RusoilError as error:
        assert error.next_step
