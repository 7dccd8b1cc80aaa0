"""The documents tell the truth: every option is in the table, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rusoil_jupyter.backends.registry import BackendRegistry
from rusoil_jupyter.settings import Settings
from rusoil_jupyter_server.extension import RusoilExtension
from tests import configuration

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]


def test_the_table_of_settings_is_as_it_would_be_made():
    text = configuration.DOCUMENT.read_text(encoding="utf-8")
    assert configuration.renew(text) == text, "run make generate"


def test_every_trait_is_in_the_table_with_the_variable_that_its_help_names():
    table = configuration.make_table()
    for name, trait in RusoilExtension.class_own_traits(config=True).items():
        variable = re.search(r"RUSOIL_\w+", trait.help)
        assert variable, f"{name} names no environment variable"
        assert f"| `{name}` | `{variable[0]}` |" in table


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document):
    for link in re.findall(r"\]\(([^)#:\s]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link


def test_every_hosted_example_makes_a_backend():
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| `(\"[^`]+)`.*\| `([A-Z_]+)`", text, re.M)
    kinds = {"openai", "azure-openai", "anthropic", "google", "mistral", "ollama", "vllm"}
    assert {kind for kind, _entry, _key in rows} == kinds
    for kind, entry, key in rows:
        registry = BackendRegistry(Settings.from_environ({"RUSOIL_BACKENDS": "{" + entry + "}"}))
        [backend] = registry.backends.values()
        assert (backend.kind, backend.default_key_env) == (kind, key)


def test_every_promise_of_safety_names_tests_that_are_there():
    """A file, or a test in the file that was named last in its row."""
    text = (ROOT / "docs/SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if "`tests/" in line or "`labextension/" in line]
    assert len(rows) > 20
    for row in rows:
        source = ""
        for path, name in re.findall(r"`((?:tests|labextension)/[^`:]+)?(?:::(\w+))?`", row):
            source = (ROOT / path).read_text(encoding="utf-8") if path else source
            assert not name or f"def {name}(" in source, row
