"""What tests of core leave behind: nothing that runs."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from rusoil_jupyter.figures.readers.vega_runtime import runtime


@pytest.fixture(scope="module", autouse=True)
def no_process_is_left() -> Iterator[None]:
    """Other tests count processes: one left by an earlier file would be found far from where it began."""
    yield
    runtime.close()  # of the whole process, kept for the next chart
    assert psutil.Process().children() == []
