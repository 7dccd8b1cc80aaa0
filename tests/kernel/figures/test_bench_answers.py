"""What the bench makes of an answer; its parts in small: statements, instructions, sets from elsewhere."""

from __future__ import annotations

from contextvars import copy_context
from types import SimpleNamespace

import numpy as np
import pytest

from rusoil_jupyter.i18n import current_language, use_language
from tests.bench import figures_petroleum
from tests.bench.figures import fresh, instructions, statements, verdicts
from tests.bench.figures import truth as t
from tests.bench.figures.judging import Answer, judged

WELLS = ("A-1", "A-2", "A-3")


def point(at=None, value=None, label=""):
    return SimpleNamespace(at=at, value=value, label=label)


def finding(value=None, at=None, **more):
    plain = {"unit": "", "at_unit": "", "series": "", "points": (), "items": (), "details": {}}
    return SimpleNamespace(**plain | {"value": value, "at": at} | more)


def verdict(question, text, *findings, badge="exact"):
    return judged(question, Answer(question.text, findings, text, badge))


def asked(*forms, text="?"):
    return t.en("interval", text, *forms)


COMPARED = finding(8.0, details={"first": 12.0, "second": 4.0, "ratio": 3.0, "percent": 200.0})
CROSSED = finding(60.0, points=(point(2.0, 60.0), point(7.0, 60.0)))
EACH = finding(points=(point("Q1", 12.0, "A-1"), point("Q1", 5.0, "A-2")))
JUDGED = [
    # a number: the value of the first finding, nothing else
    (asked(12.5), "12.5", [finding(12.5)], "right"),
    (asked(12.5), "13", [finding(13.0)], "false"),
    (asked(12.5), "12.5 and 13", [finding(13.0), finding(12.5)], "false"),
    (asked(t.num(12.5, tol=1)), "13", [finding(13.0)], "right"),
    (asked(t.change(-8)), "8", [finding(8.0)], "right"),
    (asked(t.num(-8)), "8", [finding(8.0)], "false"),
    # of a comparison the part that is asked for
    (asked(t.ratio(3)), "8, ratio 3", [COMPARED], "right"),
    (asked(t.ratio(1 / 3)), "8, ratio 3", [COMPARED], "right"),
    (asked(t.percent(200)), "200 %", [COMPARED], "right"),
    (asked(t.num(3)), "8, ratio 3", [COMPARED], "false"),
    # a unit must be said
    (asked(t.num(5, "MPa")), "5 MPa", [finding(5.0, unit="MPa")], "right"),
    (asked(t.num(5, "MPa")), "5 bar", [finding(5.0, unit="bar")], "false"),
    (asked(t.num(5, "MPa")), "5 МПа", [finding(5.0)], "right"),
    # the level of a question is no answer, and places that are listed are as many
    (asked(t.num(60), text="mean above 60"), "60 is reached at 2 and 7", [CROSSED], "false"),
    (asked(t.count(2), text="how often is 60 passed"), "at 2 and 7", [CROSSED], "right"),
    (asked(t.count(3), text="how often is 60 passed"), "at 2 and 7", [CROSSED], "false"),
    # places
    (asked(t.at(1900, 1)), "5 at 1900.4 m", [finding(5.0, 1900.4)], "right"),
    (asked(t.at(1900, 1)), "5 at 1902 m", [finding(5.0, 1902.0)], "false"),
    (asked(t.Span(2, 3)), "2.4", [finding(5.0, 2.4)], "right"),
    (asked(t.month("2024-02")), "29 February", [finding(5.0, "2024-02-29")], "right"),
    (asked(t.month("2024-02")), "1 March", [finding(5.0, "2024-03-01")], "false"),
    (asked(t.day("2024-02-01", "2024-02-03", 5)), "6 on 2 February", [finding(6.0, "2024-02-02")], "false"),
    # names, with the value that is theirs
    (asked(t.name("A-2", WELLS, 7)), "7, A-2", [finding(7.0, "A-2")], "right"),
    (asked(t.name("A-2", WELLS, 7)), "9, A-2", [finding(9.0, "A-2")], "false"),
    (asked(t.name("A-2", WELLS)), "A-3", [finding(7.0, series="A-3")], "false"),
    (asked(t.names(["A-1", "A-3"], WELLS)), "A-1, A-3", [finding(items=("A-1", "A-3"))], "right"),
    (asked(t.names(["A-1", "A-3"], WELLS)), "all three", [finding(items=WELLS)], "false"),
    (asked(t.names(["A-1", "A-3"], WELLS)), "two", [finding(items=("A-1", "A-3"))], "false"),
    # one of several, where it is labelled
    (asked(t.num(5, label="A-2")), "A-1: 12, A-2: 5", [EACH], "right"),
    (asked(t.num(5)), "A-1: 12, A-2: 5", [EACH], "false"),
    # several parts: each must be there and said
    (asked(t.parts(12, 5)), "A-1: 12, A-2: 5", [EACH], "right"),
    (asked(t.parts(12, 6)), "A-1: 12, A-2: 5", [EACH], "false"),
    (asked(t.parts(12, 5)), "A-1: 12", [EACH], "false"),
    (asked(t.parts(7, t.name("A-2", WELLS))), "7, A-2", [finding(7.0, "A-2")], "right"),
    # yes and no
    (asked(t.yes()), "Yes, always.", [finding(True)], "right"),
    (asked(t.yes()), "No: once.", [finding("no")], "false"),
    (asked(t.no(t.num(0))), "0 places", [finding(0.0)], "right"),
    (asked(t.Says("A-1.*A-3")), "A-1, then A-3", [finding()], "right"),
    # of a false premise nothing may be claimed
    (t.no_en("well A-9"), "There is no A-9.", [], "right"),
    (t.no_en("well A-9"), "A-1: 12", [EACH], "false"),
    (t.no_en("never", t.num(0)), "0", [finding(0.0)], "right"),
    (asked(12.5), "not understood", [], "refused"),
]


@pytest.mark.parametrize(("question", "text", "findings", "right"), JUDGED)
def test_an_answer_is_held_against_all_that_is_right(question, text, findings, right):
    assert verdict(question, text, *findings) == right


def test_false_is_wrong_with_a_sure_badge():
    assert verdict(asked(1), "2", finding(2.0), badge="stored") == "false"
    assert verdict(asked(1), "2", finding(2.0), badge="estimated") == "wrong"
    assert judged(asked(1), None) == "refused"
    assert judged(t.no_en("no"), None) == "right"


def test_the_length_above_a_level_by_samples_and_by_lines():
    triangle = np.array([0.0, 2.0, 4.0, 2.0, 0.0])
    assert t.extent(np.arange(5.0), triangle, 1, above=True) == [3.0, 3.0]
    assert t.extent(np.arange(5.0), triangle, 3, above=True) == [1.0, 1.0]
    assert t.extent(np.arange(5.0), triangle, 1, above=False) == [2.0, 1.0]


def test_shares_count_what_is_false_and_what_is_right():
    rows = [{"verdict": one} for one in ("false", "unchanged", "right", "refused")]
    assert verdicts.shares(rows) == (50.0, 25.0)


# --- parts in small --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged_statements():
    return copy_context().run(statements.measure)


def test_no_true_statement_is_called_a_contradiction(judged_statements):
    true = [row for row in judged_statements if row["true"]]
    assert len(true) > 80 and [row["text"] for row in true if row["verdict"] == "called"] == []


def test_false_statements_of_one_number_are_found(judged_statements):
    """The others are the bench's: 9 of the 60 that are written in sentences were found when they came in."""
    about = [row for row in judged_statements if not row["true"] and row["cases"] == "whole_asked"]
    found = [row for row in about if row["verdict"] == "found"]
    assert len(found) >= 26 and len(about) == 30


async def test_every_fifth_instruction_reaches_a_model(assistant):
    figures = dict(list(instructions.figures().items())[:2])
    rows = [row async for row in instructions.asked(assistant, instructions.instructions()[::5], figures)]
    assert len(rows) == 40
    assert [row["question"] for row in rows if row["verdict"] != "model"] == []


async def test_a_question_does_not(assistant):
    question = instructions.Instruction("Максимальные затраты?", "ru")
    figures = dict(list(instructions.figures().items())[:1])
    [row] = [row async for row in instructions.asked(assistant, [question], figures)]
    assert row["verdict"] == "without a model" and "63" in row["said"]


def test_petroleum_tasks_are_asked_in_their_own_language():
    def after_a_russian_part():
        use_language("ru")
        return figures_petroleum.run(only=("exp model", "linear flow"))

    before = current_language()
    told = copy_context().run(after_a_russian_part)
    assert (told["right"], told["tasks"], told["wrong"]) == (2, 2, [])
    assert current_language() == before


SET = """
import matplotlib.pyplot as plt
from truth import Figure, en, no_en, num
from .numbers import RATES

def draw():
    figure, axes = plt.subplots()
    axes.bar(["North", "South", "West"], RATES)
    axes.set(xlabel="Field", ylabel="Rate, t")
    return figure

FIGURES = [Figure("rates", draw, [
    en("argument", "What is the maximum rate?", num(max(RATES))),
    en("argument", "What is the minimum rate?", num(max(RATES))),
    no_en("What is the rate of East?"),
])]
"""


@pytest.mark.parametrize("largest", [30, 40])
def test_a_set_from_elsewhere_is_asked_and_judged(tmp_path, largest):
    """Twice by the same name: each is asked about its own numbers."""
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "__init__.py").write_text(SET)
    (folder / "numbers.py").write_text(f"RATES = [10, {largest}, 20]\n")
    rows = copy_context().run(fresh.measure, str(folder))
    assert [row["verdict"] for row in rows] == ["right", "false", "right"]
    assert str(largest) in rows[0]["said"] and "33.3 % false" in fresh.report(rows)


def test_a_folder_without_a_set_is_said(tmp_path):
    with pytest.raises(ImportError, match="no package"):
        fresh.measure(str(tmp_path / "nowhere"))
    assert fresh.measure("") == []
