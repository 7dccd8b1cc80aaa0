"""The session store on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from rusoil_jupyter.store.sessions import SessionStore

from .store_suite import SessionStoreSuite


class TestSqlite(SessionStoreSuite):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'new folder' / 'sessions.db'}"


def test_constructing_a_store_touches_nothing(tmp_path):
    SessionStore(f"sqlite:///{tmp_path / 'data' / 'sessions.db'}").close()
    assert list(tmp_path.iterdir()) == []
