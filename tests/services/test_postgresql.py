"""The session store on PostgreSQL: what it promises on SQLite, it keeps here."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from tests.core.store_suite import SessionStoreSuite

pytestmark = pytest.mark.services


class TestPostgresql(SessionStoreSuite):
    @pytest.fixture
    def url(self, postgres: str) -> str:
        name = f"sessions_{uuid4().hex}"
        with psycopg.connect(f"host={postgres} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://postgres@/{name}?host={postgres}"
