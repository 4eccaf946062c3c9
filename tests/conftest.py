"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import Settings

from gridcanary.console.catalogues import compile_rooms
from tests.chromium import chromium  # noqa: F401  # a fixture for every room

SOURCE = Path(__file__).resolve().parents[1] / "src" / "gridcanary"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_serialized_rollback"}


# How fast inputs are drawn is the machine's affair: a busy one fails nothing.
settings.register_profile("any machine", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("any machine")


def pytest_configure() -> None:
    """Pages speak Chinese in tests too, also where Django looked for the catalogues before they were compiled."""
    from django.core.signals import setting_changed

    if compile_rooms(SOURCE):
        setting_changed.send(sender=pytest_configure, setting="LOCALE_PATHS", value=None, enter=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the database, so that they can be run again on PostgreSQL."""
    on_postgres = os.environ.get("GRIDCANARY_DATABASE_URL", "").startswith("postgres")
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.db)
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="no PostgreSQL server: sh scripts/with_postgres.sh …"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the test database in a file, so that the threads of a live server have connections of their own.

    On PostgreSQL each worker has a database of its own.
    """
    from django.db import connections

    chosen = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        chosen["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        chosen["TEST"]["NAME"] = f"test_{chosen['NAME']}_{worker}"


@pytest.fixture(scope="session", autouse=True)
def _emptied_between_tests() -> Iterator[None]:
    """Let the rows of append-only tables go when a test that really commits is over."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "postgresql":
                flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            try:
                flush(self, sql_list)
            finally:
                for _name, sql in triggers:
                    cursor.execute(sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Settings) -> None:
    """Tests ask faster than people; those about limits set their own."""
    settings.GRIDCANARY_RATES = {}
