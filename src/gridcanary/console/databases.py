"""Which database holds users, cases and the log: SQLite in the workspace, or a PostgreSQL server."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gridcanary.contracts.errors import InputError, MissingExtra

VARIABLE = "GRIDCANARY_DATABASE_URL"
SQLITE_FILE = "gridcanary.sqlite3"
POOL_SIZE = 10
"""Connections a process keeps; the console's threads are fewer, its jobs need one each."""

PASSED_ON = {
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "options",
    "target_session_attrs",
}
"""Connection parameters of libpq that an address may carry after the question mark."""


def database(url: str, home: Path) -> dict[str, Any]:
    """Django's settings of the one database.

    Args:
        url: ``postgresql://user:password@host:5432/name?sslmode=verify-full``, special characters in per-cent
            form; ``pool=0`` among the parameters switches the pool off. Empty for SQLite.
        home: workspace folder, where the SQLite file lies.

    Returns:
        One entry of ``DATABASES``.

    Raises:
        InputError: the address is of another kind or names no database.
        MissingExtra: psycopg is not installed.
    """
    if not url:
        return _sqlite(home)
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise InputError(
            VARIABLE,
            f"expected postgresql://user:password@host/name, found {parts.scheme or 'no scheme'}",
            remedy="leave it empty for SQLite",
        )
    name = unquote(parts.path.lstrip("/"))
    if not name or "/" in name:
        raise InputError(VARIABLE, "it names no database", remedy="end it with /name")
    if importlib.util.find_spec("psycopg") is None:
        raise MissingExtra("psycopg", "postgres")
    given = dict(parse_qsl(parts.query))
    unknown = sorted(set(given) - PASSED_ON - {"host", "pool"})
    if unknown:
        raise InputError(
            VARIABLE, f"unknown parameter {unknown[0]}", remedy=f"known: {', '.join(sorted(PASSED_ON))}"
        )
    options: dict[str, Any] = {key: value for key, value in given.items() if key in PASSED_ON}
    size = _pool_size(given.get("pool", str(POOL_SIZE)))
    if size:
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 20}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or given.get("host", ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def _pool_size(text: str) -> int:
    if not text.isdecimal() or int(text) > 200:
        raise InputError(VARIABLE, f"pool={text} is no number from 0 to 200")
    return int(text)


def _sqlite(home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / SQLITE_FILE,
        "OPTIONS": {
            # WAL lets people read while one writes; IMMEDIATE takes the write lock at the start of a
            # transaction, so that two writers wait instead of failing half-way.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
