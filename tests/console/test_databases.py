"""The address of a database: what it may say, and what is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from gridcanary.console.databases import POOL_SIZE, database
from gridcanary.contracts.errors import InputError

HOME = Path("workspace")


def test_without_an_address_it_is_a_file_in_the_workspace() -> None:
    entry = database("", HOME)
    assert entry["ENGINE"] == "django.db.backends.sqlite3"
    assert entry["NAME"] == HOME / "gridcanary.sqlite3"


def test_a_whole_address() -> None:
    entry = database("postgresql://li%40na:p%2Fw%3A1@db.example.org:6432/mines?sslmode=verify-full", HOME)
    assert {key: entry[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "li@na",
        "PASSWORD": "p/w:1",
        "HOST": "db.example.org",
        "PORT": "6432",
        "NAME": "mines",
    }
    assert entry["OPTIONS"]["sslmode"] == "verify-full"
    assert entry["OPTIONS"]["pool"]["max_size"] == POOL_SIZE


def test_a_socket_and_no_pool() -> None:
    entry = database("postgres:///mines?host=/run/postgresql&pool=0", HOME)
    assert (entry["HOST"], entry["USER"], entry["PORT"]) == ("/run/postgresql", "", "")
    assert "pool" not in entry["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("mysql://u@h/name", "found mysql", id="another database"),
        pytest.param("db.example.org/name", "no scheme", id="no scheme"),
        pytest.param("postgresql://u@h", "names no database", id="no name"),
        pytest.param("postgresql://u@h/a/b", "names no database", id="two names"),
        pytest.param(
            "postgresql://u@h/a?sslmod=require", "unknown parameter sslmod", id="misspelt parameter"
        ),
        pytest.param("postgresql://u@h/a?pool=many", "pool=many", id="pool is no number"),
        pytest.param("postgresql://u@h/a?pool=9999", "pool=9999", id="pool too large"),
    ],
)
def test_what_cannot_be_meant_is_refused_without_showing_the_password(url: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        database(url.replace("u@", "u:hidden@"), HOME)
    assert "hidden" not in str(caught.value)


@pytest.mark.postgres
@pytest.mark.django_db
def test_connections_come_from_a_pool() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        assert cursor.fetchone() == ("UTF8",)
    assert connection.pool.max_size == POOL_SIZE
