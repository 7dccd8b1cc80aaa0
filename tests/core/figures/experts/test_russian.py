"""Experts and checks speak Russian: every sentence is translated, with the same fields."""

from __future__ import annotations

import io
import string
from gettext import GNUTranslations
from pathlib import Path

import numpy as np
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import rusoil_jupyter
from rusoil_jupyter import i18n
from rusoil_jupyter.figures.experts import answer
from rusoil_jupyter.figures.tasks.checks import check
from tests.core.figures.experts.drawing import figure

PACKAGE = Path(rusoil_jupyter.__file__).parent
ROOMS = ("experts", "checks.py", "reproduce.py", "tables.py")


@pytest.fixture(scope="module")
def catalog():
    with (PACKAGE / "locale/ru/LC_MESSAGES/experts.po").open("rb") as file:
        return read_po(file)


@pytest.fixture
def russian(catalog, monkeypatch):
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    monkeypatch.setattr(i18n, "_catalog", lambda language: translations)


def fields(text):
    return {name for _text, name, _spec, _how in string.Formatter().parse(text) if name}


def test_every_sentence_has_a_russian_one_with_the_same_fields(catalog):
    keywords = {"_": None, "ngettext": (1, 2)}
    found = extract_from_dir(PACKAGE / "figures", keywords=keywords)
    mine = [message for name, _line, message, *_rest in found if name.startswith(ROOMS)]
    assert len(mine) > 200
    for message in mine:
        entry = catalog.get(message[0] if isinstance(message, tuple) else message)
        assert entry is not None and entry.string, message
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        source = message[0] if isinstance(message, tuple) else message
        assert all(fields(form) == fields(source) for form in forms), message


@pytest.mark.usefixtures("russian")
def test_an_answer_is_in_russian():
    t = np.arange(0, 60.0)
    reading = figure("Время, мес", "Дебит, т/сут", {"": (t, 85 * np.exp(-0.045 * t))})
    (model,) = answer(reading, "Какая модель падения дебита?")
    assert (model.quantity, model.value) == ("тип падения дебита", "экспоненциальное")


@pytest.mark.usefixtures("russian")
def test_a_problem_is_in_russian():
    reading = figure("Время, сут", "Давление", {"": ([0.0, 1.0, 2.0], [3.0, 2.0, 1.0])}, title="t")
    (problem,) = check(reading, "ru")
    assert problem.message == "«Давление»: единица измерения не указана."
