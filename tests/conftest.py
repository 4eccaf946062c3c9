"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.console.catalogues import compile_rooms

SOURCE = Path(__file__).resolve().parents[1] / "src" / "gridcanary"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the test database in a file, so that the threads of a live server have connections of their own."""
    from django.db import connections

    folder = tmp_path_factory.mktemp("database")
    connections["default"].settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    """Pages speak Chinese in tests too, whatever was compiled before."""
    compile_rooms(SOURCE)
