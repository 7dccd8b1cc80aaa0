"""The table of settings in ``docs/configuration.md``: ``python -m tests.configuration`` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, get_args, get_origin

from rusoil_jupyter.settings import Settings
from rusoil_jupyter_server.options import name_trait

DOCUMENT = Path(__file__).parents[1] / "docs/configuration.md"
TABLE = re.compile(r"(?<=<!-- settings, made by `make generate` -->\n).*?(?=<!-- end of settings -->)", re.S)


def make_table() -> str:
    """A row for each setting: its trait, its variable, what it means."""
    rows = [("trait", "environment", "meaning"), ("---",) * 3]
    for setting in Settings.describe():
        choices = get_args(setting.type) if get_origin(setting.type) is Literal else ()
        one_of = f" One of: {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
        how = f" In the environment: {setting.notation.words}." if setting.notation.words else ""
        rows.append((f"`{name_trait(setting)}`", f"`{setting.variable}`", setting.meaning + one_of + how))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def renew(text: str) -> str:
    """The document with its table as it should be.

    Raises:
        ValueError: it has no place for the table, or more than one.
    """
    [before, *after] = TABLE.split(text)
    if len(after) != 1:
        raise ValueError("one place for the table of settings is needed")
    return before + make_table() + after[0]


if __name__ == "__main__":
    DOCUMENT.write_text(renew(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
