"""Questions with the value that each is: the table in ``grammar_asked.txt``.

Under a chart's name in brackets each question has, in the line below it, its value as :func:`told` writes
it; or
``?`` and the words that stand for nothing; or ``!``, what kind of thing is absent, and something that is
there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.values.queries import Query


def told(query: Query) -> str:
    """A query in one line: its operation, and every field that is not as by default."""
    return " ".join([query.op, *_fields(query.model_dump(exclude_defaults=True), "")])


def _fields(value: object, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        for row, inner in enumerate(value):
            yield from _fields(inner, name if len(value) == 1 else f"{name}{row}")
    elif isinstance(value, list | tuple):
        yield f"{name}={'|'.join(map(str, value))}"
    else:
        yield f"{name}={value}"


def _rows() -> Iterator[tuple[str, str, str]]:
    chart = question = ""
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            chart = line.strip("[]")
        elif line.startswith("    "):
            yield chart, question, line.strip()
        elif line:
            question = line


ROWS = list(_rows())
ASKED = [row for row in ROWS if row[2][0] not in "?!"]
LEFT = [(chart, question, tuple(said[1:].split())) for chart, question, said in ROWS if said[0] == "?"]
ABSENT = [
    (chart, question, *map(str.strip, said[1:].split(":", 1)))
    for chart, question, said in ROWS
    if said[0] == "!"
]
