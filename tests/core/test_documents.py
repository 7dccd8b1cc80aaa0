"""The documents tell the truth: every option is in the table, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rusoil_jupyter_server.extension import RusoilExtension

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]


def test_every_trait_is_in_the_table_with_its_variable():
    table = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    for name, trait in RusoilExtension.class_own_traits(config=True).items():
        variable = re.search(r"RUSOIL_\w+", trait.help)
        assert variable, f"{name} names no environment variable"
        assert f"| `{name}` | `{variable[0]}` |" in table


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document):
    for link in re.findall(r"\]\(([^)#:\s]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link
