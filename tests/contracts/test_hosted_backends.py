"""The hosted backends keep the contract, each against its vendor's emulated wire."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rusoil_jupyter.backends.base import Backend
from rusoil_jupyter.backends.registry import load_backend_class
from rusoil_jupyter.settings import Settings
from rusoil_jupyter.testing.backend import BackendContract
from tests.vendors import KEY, VENDORS, Vendor, running

VARIABLE = "RUSOIL_TEST_VENDOR_KEY"


@contextmanager
def beside(vendor: Vendor) -> Iterator[str]:
    """The vendor's server on an event loop of its own, as the one of the checks stands still between them."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = running(vendor)
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


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
