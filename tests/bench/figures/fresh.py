"""A set of questions that lies outside the repository: ``fresh=FOLDER``.

The folder is a package with ``FIGURES`` as :mod:`truth` has them, which its modules import as ``truth`` (and
each other relatively). It is held out as long as nobody who mends the reader has read it.
"""

from __future__ import annotations

import itertools
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.figures import truth, verdicts
from tests.bench.figures.drawn import reading_of
from tests.bench.figures.judging import Answer, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.reading import Reading

CASES = "a folder outside the repository; who has seen it, its author says"
_numbers = itertools.count()
KEYS = ("library", "language", "kind", "premise")


def measure(folder: str) -> list[dict[str, Any]]:
    """Every question of a folder, or of several with a comma between; none without a folder."""
    return [row for one in folder.split(",") if one for row in asked(load(Path(one)))]


def load(folder: Path) -> Sequence[truth.Figure]:
    """The figures of a package.

    Raises:
        ImportError: there is no package in this folder.
    """
    name = f"fresh_{next(_numbers)}"  # two folders may be called the same
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None or not (folder / "__init__.py").is_file():
        raise ImportError(f"no package in {folder}")
    sys.modules["truth"] = truth  # by this name its modules know the values
    package = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(package)
    return list(package.FIGURES)


def asked(figures: Sequence[truth.Figure]) -> Iterator[dict[str, Any]]:
    """Each question, what was said to it, and what that is worth."""
    for figure in figures:
        reading = reading_of(figure.draw)
        for question in figure.questions:
            yield {
                "figure": figure.name,
                "library": figure.library,
                "language": question.language,
                "kind": question.kind,
                "premise": question.premise,
                "question": question.text,
                "right": _shown(question),
            } | _asked(reading, question)


def _asked(reading: Reading | None, question: truth.Question) -> dict[str, Any]:
    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter_kernel.errors import MagicError
    from rusoil_jupyter_kernel.figures.live import interpret

    if reading is None:
        return {"verdict": judged(question, None), "badge": "", "said": "not read"}
    try:
        told = interpret(reading, question.text)
    except (RusoilError, MagicError) as error:
        return {"verdict": judged(question, None), "badge": "", "said": f"refused: {error}"}
    if told is None:
        return {"verdict": judged(question, None), "badge": "", "said": "not understood"}
    answer = Answer(question.text, told.findings, told.text, told.badge or "")
    return {"verdict": judged(question, answer), "badge": answer.badge, "said": told.text}


def _shown(question: truth.Question) -> str:
    if question.premise == "false":
        return "nothing: the figure does not hold it"
    return re.sub(r", \w+=(?:''|\(\)|False|0\.001|0\.0)", "", " or ".join(map(repr, question.forms)))[:300]


def report(rows: list[dict[str, Any]]) -> str:
    """False with a badge first, accuracy second; then what was false."""
    if not rows:
        return "none: fresh=FOLDER names a set"
    false, right = verdicts.shares(rows)
    named = [row for row in rows if row["verdict"] == "false"]
    lines = [
        f"{len(rows)} questions: {false:.1f} % false with a sure badge, {right:.1f} % right",
        verdicts.table(rows, KEYS),
        *(f"  false: {row['question']} -> {row['said'][:100]} (right: {row['right'][:60]})" for row in named),
    ]
    return "\n".join(lines)
