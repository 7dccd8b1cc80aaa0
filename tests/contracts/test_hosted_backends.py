"""The hosted backends keep the contract, each against its vendor's emulated wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rusoil_jupyter.backends.base import Backend
from rusoil_jupyter.backends.registry import load_backend_class
from rusoil_jupyter.settings import Settings
from rusoil_jupyter.testing.backend import BackendContract
from tests.vendors import KEY, VENDORS, beside

VARIABLE = "RUSOIL_TEST_VENDOR_KEY"


@pytest.mark.parametrize("make_backend", VENDORS, indirect=True, scope="class")
class TestHosted(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make_backend(cls, request: pytest.FixtureRequest) -> Iterator[Callable[[], Backend]]:
        kind: str = request.param
        make, path = VENDORS[kind]
        vendor = make()
        with beside(vendor) as address, pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, KEY)
            backend = load_backend_class(kind)
            options = {"base_url": address + path, "api_key_env": VARIABLE, "models": [vendor.name]}
            yield lambda: backend("far", Settings(), **options)
