"""What the tests of several folders share: the model file, a scripted assistant, one way to wait."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import hypothesis
import pytest

from rusoil_jupyter import catalogue
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings

pytest.register_assert_rewrite("rusoil_jupyter.testing.backend")
# Properties are tried with the same examples in every run, and with new ones by `make test-random`.
# A busy machine is slow, not wrong.
for profile, repeats in (("repeats", True), ("random", False)):
    hypothesis.settings.register_profile(
        profile, deadline=None, database=None, derandomize=repeats, print_blob=True
    )
hypothesis.settings.load_profile(os.environ.get("RUSOIL_PROPERTIES", "repeats"))

# A picture of one white pixel, as base64.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
# A well log of three depths.
LOG = """~Version
VERS. 2.0 : CWLS
WRAP. NO : one line per depth
~Well
STRT.M 1000.0 : first
STOP.M 1002.0 : last
STEP.M 1.0 : step
NULL. -999.25 : missing
WELL. 12 : well
~Curve
DEPT.M : depth
GR.API : gamma ray
~ASCII
1000.0 45.5
1001.0 91.25
1002.0 60.0
"""
MODEL = catalogue.SMOLLM2.id
CACHE = Path(os.environ.get("RUSOIL_CACHE", "~/.cache/rusoil-jupyter")).expanduser()


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """A folder with the small real model, downloaded once for all runs."""
    given = os.environ.get("RUSOIL_MODEL_DIR", "").split(os.pathsep)[0]
    folder = Path(given) if given else CACHE / "models"
    asyncio.run(catalogue.pull(catalogue.SMOLLM2, [folder], lambda done, total: None))
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with nothing but the scripted backend."""
    return Settings(data_dir=tmp_path / "data", backends={"scripted": {"kind": "scripted"}})


@pytest.fixture
async def assistant(settings: Settings) -> AsyncIterator[Assistant]:
    """The assistant of that installation."""
    assistant = Assistant(settings)
    yield assistant
    await assistant.aclose()


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for the world outside this process; fails when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture(name="wait_until")
def _wait_until() -> Callable[..., None]:
    return wait_until
