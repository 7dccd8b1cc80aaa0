"""Inputs that once went wrong, by the kind of mistake: each stands for its kind, and tests read them."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def read(name: str) -> str:
    """The text of a file, by its path below this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def cells(name: str) -> list[str]:
    """The cells of a notebook that is kept as one text: a new one begins at each comment ``# cell``."""
    found: list[list[str]] = [[]]
    for line in read(name).splitlines():
        if line.startswith("# cell"):
            found.append([])
        else:
            found[-1].append(line)
    return ["\n".join(lines).strip() for lines in found]
