"""What a figure shows is what is answered: kinds of marks, panels, legends, units of time, per cent."""

from __future__ import annotations

import matplotlib.pyplot as plt
import plotly.express as px
import pytest

from rusoil_jupyter.figures.readers.vega_runtime import runtime
from rusoil_jupyter_kernel.figures.live import interpret
from tests.kernel.figures import figure_cases as drawn

pytestmark = pytest.mark.filterwarnings("ignore:vert")  # seaborn's call, not ours


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    runtime.close()


def answer(reading, question):
    said = interpret(reading, question)
    assert said is not None and said.badge == "exact", question
    finding = said.findings[0]
    return finding.value, finding.at


def value(reading, question):
    return answer(reading, question)[0]


# --- several marks of one category -------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["vega", "plotly", "seaborn", "matplotlib"])
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the highest rate of pump A?", (40, "A")),
        ("Lowest rate of B?", (22, "B")),
        ("Какой самый большой rate у A?", (40, "A")),
        ("What is the maximum?", (40, "A")),
    ],
)
def test_the_largest_of_several_marks_is_no_mean(library, question, expected):
    if library == "matplotlib":  # its axes have no labels here
        question = question.replace("rate", "value").replace("pump ", "")
    assert answer(drawn.pumps(library), question) == expected


@pytest.mark.parametrize("library", ["vega", "plotly", "seaborn", "strip"])
@pytest.mark.parametrize("question", ["Maximum of rate?", "What is the highest rate of A?"])
def test_points_beyond_the_whiskers_are_values(library, question):
    assert answer(drawn.boxes(library), question) == (40, "A")


@pytest.mark.parametrize("library", ["vega", "plotly", "seaborn"])
def test_boxes_keep_their_own_words(library):
    assert value(drawn.boxes(library), "Median of B?") == 21.5
    assert answer(drawn.boxes(library), "Minimum of rate?") == (10, "A")


# --- where marks stand -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["tick", "point", "bar", "line", "rule", "text"])
@pytest.mark.parametrize(
    ("unit", "place"), [("year", "2020-01-01"), ("yearmonth", "2020-05-01"), ("month", "May")]
)
def test_a_period_is_where_it_begins_for_every_mark(mark, unit, place):
    assert answer(drawn.visits(mark, unit), "When is the maximum?") == (9, place)


@pytest.mark.parametrize("question", ["How much was v in 2020?", "Сколько v в 2020 году?"])
def test_a_tick_is_found_by_its_year(question):
    assert value(drawn.visits("tick", "year"), question) == 9


def test_a_tick_over_a_bin_stands_in_its_middle():
    reading = drawn.vega("tick", drawn.TWO, x=drawn.q("h", bin={"step": 2}), y=drawn.q("k"))
    (series,) = reading.description.panels[0].series
    assert series.values["x"][:2] == (1, 3)


@pytest.mark.parametrize("library", ["vega", "plotly", "matplotlib"])
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much did Ufa score?", (42, "Ufa")),
        ("Сколько score у Ufa?", (42, "Ufa")),
        ("Which city scores most?", (55, "Kazan")),
        ("Highest score?", (55, "Kazan")),
    ],
)
def test_names_along_y_are_places(library, question, expected):
    assert answer(drawn.cities(library), question) == expected


def test_moments_along_y_are_places():
    assert answer(drawn.visits("point", "year", "y"), "When is the maximum?") == (9, "2020-01-01")


# --- a line and its points, a part of a bar ----------------------------------------------------------------


@pytest.mark.parametrize("library", ["vega", "point", "matplotlib"])
def test_a_line_and_its_points_are_one_series(library):
    reading = drawn.line_and_points(library)
    assert [(one.kind, one.label) for one in reading.description.panels[0].series] == [
        ("line", "W1"),
        ("line", "W2"),
    ]
    assert value(reading, "Maximum of W1?") == 8
    assert value(reading, "How high is W1 in February 2020?") == 8


def test_points_of_their_own_stay_beside_a_line():
    def draw(axes):
        axes.plot([1, 2, 3], [1, 4, 9], label="fit")
        axes.scatter([1, 2, 3], [1, 5, 8], label="data")
        axes.legend()

    (panel,) = drawn.matplotlib(draw).description.panels
    assert {one.label for one in panel.series} == {"fit", "data"}


def test_an_area_that_fills_what_is_below_a_line_is_that_line():
    def draw(axes):
        axes.fill_between([1, 2, 3], [4, 8, 6], alpha=0.3)
        axes.plot([1, 2, 3], [4, 8, 6], label="Output")

    reading = drawn.matplotlib(draw)
    assert [(one.kind, one.label) for one in reading.description.panels[0].series] == [("line", "Output")]
    assert answer(reading, "What is the output at 2?")[0] == 8


def test_an_area_of_its_own_stays():
    reading = drawn.matplotlib(lambda axes: (axes.fill_between([1, 2], [4, 8]), axes.plot([1, 2], [4, 9])))
    assert {one.kind for one in reading.description.panels[0].series} == {"area", "line"}


def test_a_point_of_another_name_stays_on_its_line():
    def draw(axes):
        axes.plot([1, 2, 3], [1, 9, 4], label="rate")
        axes.scatter([2], [9], label="peak", color="red")
        axes.legend()

    (panel,) = drawn.matplotlib(draw).description.panels
    assert {one.label for one in panel.series} == {"rate", "peak"}


@pytest.mark.parametrize("question", ["How much load had shift 1?", "What is the value for 1?"])
def test_a_part_of_a_bar_that_is_drawn_again_is_no_bar(question):
    assert value(drawn.part_drawn_again(), question) == 5
    assert value(drawn.part_drawn_again(), "How many bars are there?") == 3
    assert value(drawn.part_drawn_again(), "What is the value for 2?") == 30


def test_what_a_noun_says_is_meant():
    reading = drawn.joined_titles()
    for question in (
        "How high does the line get?",
        "Maximum of the line?",
        "До какого значения поднимается линия?",
    ):
        assert value(reading, question) == 8
    assert value(reading, "What is the maximum of the points?") == 15


def test_titles_that_were_joined_share_a_unit_or_have_none():
    assert drawn.joined_titles().description.panels[0].axes["y"].unit == ""
    data = drawn.table("d a b", (1, 2, 3), (2, 4, 5))
    encodings = [
        {"x": drawn.q("d"), "y": drawn.q(name, title=f"{title}, t")}
        for name, title in (("a", "Oil"), ("b", "Water"))
    ]
    reading = drawn.layers(data, *(("line", one) for one in encodings))
    (panel,) = reading.description.panels
    assert (panel.axes["y"].label, panel.axes["y"].unit) == ("Oil, t, Water, t", "t")


# --- per cent, and other numbers at the ticks --------------------------------------------------------------


def test_pieces_of_a_whole_are_per_cent():
    reading = drawn.products()
    assert value(reading, "What is gas in May?") == 70
    assert answer(reading, "Who has the largest % of total in May?")[0] == 70
    change = interpret(reading, "How much did gas, % of total, drop from May to June?")
    assert (change.findings[0].value, change.findings[0].unit) == (-45, "%")
    assert "−45\u00a0percentage points" in change.text
    assert "−45\u00a0п. п." in interpret(reading, "На сколько % от total снизился gas с May до June?").text


@pytest.mark.parametrize(
    ("axis", "expected", "unit"),
    [
        ({"format": ".0%"}, 52, "%"),
        ({"format": ".2p"}, 52, "%"),
        ({"format": ".2f"}, 0.52, ""),
        ({"labelExpr": "datum.value * 1000"}, 520, ""),
        ({"labelExpr": "datum.value * 100 + ' pts'"}, 0.52, ""),
    ],
)
def test_bars_are_as_tall_as_their_ticks_say(axis, expected, unit):
    finding = interpret(drawn.shares(**axis), "How much is ESP?").findings[0]
    assert (finding.value, finding.unit) == (pytest.approx(expected), unit)


# --- bins and cells by their ends or names -----------------------------------------------------------------


@pytest.mark.parametrize(
    "question", ["How tall is the bar from 10 to 20?", "Какой высоты столбец от 10 до 20?"]
)
def test_a_bar_between_its_ends_is_that_bar(question):
    assert value(drawn.bins_and_line(), question) == 50


@pytest.mark.parametrize(
    "question",
    [
        "How large is n where said is bad and truth is ok?",
        "Сколько n, если said bad, а truth ok?",
        "What is n where truth is ok and said is bad?",
    ],
)
def test_names_on_both_axes_are_told_apart(question):
    assert value(drawn.grid(), question) == 4


def test_a_cell_has_two_names():
    assert value(drawn.picture(), "What is the value of d2 u?") == 6
    assert value(drawn.picture(), "What is d1 at v?") == 8


def test_a_matrix_that_is_the_same_either_way_has_a_cell_of_two_names():
    names = ["GR", "RHOB", "NPHI"]
    rows = [[1, 0.82, -0.34], [0.82, 1, -0.51], [-0.34, -0.51, 1]]
    reading = drawn.plotly(px.imshow(rows, x=names, y=names, title="Correlation matrix"))
    assert value(reading, "correlation of RHOB and NPHI") == -0.51
    assert value(reading, "Чему равна корреляция GR и RHOB?") == 0.82
    rows[0][1] = 0.7  # now it is open which of the two cells is meant
    other = drawn.plotly(px.imshow(rows, x=names, y=names, title="Correlation matrix"))
    assert interpret(other, "correlation of GR and RHOB") is None


def test_a_row_of_cells_is_named_by_its_ends():
    question = "Of the cells with b between 0 and 10, where is the count largest?"
    assert answer(drawn.binned_grid(), question) == (3, 15)
    several = "Of the cells with b between 0 and 20, where is the count largest?"
    assert interpret(drawn.binned_grid(), several) is None


# --- legends -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["How many entries are in the legend?", "Сколько значений в легенде?", "Сколько записей в легенде?"],
)
@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (drawn.wells, 2),
        (drawn.lines_of_two_kinds, 2),
        (lambda: drawn.pie("plotly"), 3),
        (lambda: drawn.pie("vega"), 3),
        (lambda: drawn.line_and_points("matplotlib"), 2),
    ],
    ids=["colours", "colours of lines", "slices", "slices of Vega", "matplotlib"],
)
def test_entries_of_a_legend_are_counted(draw, expected, question):
    assert value(draw(), question) == expected


def test_lines_are_counted_as_lines():
    assert value(drawn.lines_of_two_kinds(), "How many lines are there?") == 5


@pytest.mark.parametrize(
    "question", ["Point with the highest q: which “a” is it?", "Какой «a» у самой высокой по q точки?"]
)
def test_the_title_of_a_legend_is_no_series(question):
    found = interpret(drawn.legend_called_like_a_series(), question).findings[0]
    assert (found.series, found.value) == ("B", 9)


@pytest.mark.parametrize(
    "question", ["Which site is best for rig y?", "У rig y какой site имеет наибольший speed?"]
)
def test_a_series_may_be_called_like_an_axis(question):
    assert answer(drawn.rigs(), question) == (8, "p")


def test_a_panel_is_all_that_is_asked_about():
    reading = drawn.facets("vega")
    assert value(reading, "What is the mean of w in panel I?") == 5
    assert value(reading, "What is the sum of w in panel II?") == 16


# --- panels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["vega", "plotly", "seaborn"])
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many points are there in panel I?", 2),
        ("Maximum of w in panel I?", 7),
        ("Максимум w на панели I?", 7),
        ("What is the maximum in panel II?", 11),
    ],
)
def test_a_panel_is_named_by_its_title_of_one_letter(library, question, expected):
    assert value(drawn.facets(library), question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Depth across, temp up: highest temp?",
        "По горизонтали depth, по вертикали temp. Какой максимум у temp?",
        "In the plot with temp on the vertical axis, what is the highest temp?",
    ],
)
def test_a_panel_is_named_by_how_it_lies(question):
    assert value(drawn.texts_beside(), question) == 4.5


@pytest.mark.parametrize(
    "question",
    [
        "With Porosity across and Permeability up, what is the maximum of Porosity?",
        "По горизонтали Porosity, по вертикали Permeability. Какой максимум у Porosity?",
    ],
)
def test_how_the_only_panel_lies_is_no_question(question):
    assert value(drawn.wells(), question) == 21


def test_a_panel_is_named_by_its_axes():
    assert value(drawn.texts_beside(), "In the plot of temp over depth, what is the highest temp?") == 4.5
    tallest = answer(drawn.two_histograms(), "In the histogram of k, how tall is the tallest bar?")
    assert tallest == (3, 35)
