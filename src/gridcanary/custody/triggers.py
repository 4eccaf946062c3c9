"""Triggers that make the database refuse to change or delete rows of the log, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

Uniques = tuple[tuple[str, ...], ...]

TABLES: Mapping[str, Uniques] = {
    "custody_event": (("seq",),),
    "custody_treenode": (("id",), ("level", "number")),
    "custody_checkpoint": (("id",), ("size",)),
    "custody_checkpointmark": (("id",),),
    "custody_evidenceitem": (("id",), ("ref",), ("event_id",)),
    "custody_custodyevent": (("id",), ("event_id",)),
}
"""The append-only tables, each with its unique columns: SQLite's INSERT OR REPLACE would delete by them."""

REFUSAL = "rows of the log are only added, never changed or deleted"
GAP = "events are numbered without gaps"

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
--
CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
--
CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_SQLITE_GAP = (
    "CREATE TRIGGER IF NOT EXISTS custody_event_no_gap BEFORE INSERT ON custody_event "
    "WHEN NEW.seq <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM custody_event) "
    "BEGIN SELECT RAISE(ABORT, '{gap}'); END"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
    "RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
    "END IF; RETURN NEW; END $$"
)
_POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_no_rows BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION custody_refuse()
--
CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION custody_refuse()
"""
_POSTGRES_GAP = (
    "CREATE OR REPLACE TRIGGER custody_event_no_gap BEFORE INSERT ON custody_event "
    "FOR EACH ROW EXECUTE FUNCTION custody_no_gap()"
)


def forbid_changes(connection: BaseDatabaseWrapper, tables: Mapping[str, Uniques] = TABLES) -> None:
    """Make the triggers that refuse UPDATE, DELETE and what amounts to them.

    Args:
        connection: to SQLite or PostgreSQL.
        tables: with their unique columns; a migration gives those of its time.
    """
    statements = _postgres(tables) if connection.vendor == "postgresql" else _sqlite(tables)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def allow_changes(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers; for taking a migration back, and for emptying a test database."""
    on_table = " ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name, table in trigger_names(connection.vendor):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + on_table.format(table=table))


def trigger_names(vendor: str) -> list[tuple[str, str]]:
    """Every trigger and its table.

    Args:
        vendor: ``sqlite`` or ``postgresql``.
    """
    kinds = ("rows", "truncate") if vendor == "postgresql" else ("update", "delete", "replace")
    names = [(f"{table}_no_{kind}", table) for table in TABLES for kind in kinds]
    return [*names, ("custody_event_no_gap", "custody_event")]


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that should be there and are not, or are switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name, _table in trigger_names(connection.vendor) if name not in present]


def _sqlite(tables: Mapping[str, Uniques]) -> list[str]:
    statements = []
    for table, uniques in tables.items():
        one = (" AND ".join(f"{column} = NEW.{column}" for column in columns) for columns in uniques)
        same = " OR ".join(f"({columns})" for columns in one)
        statements += _SQLITE.format(table=table, refusal=REFUSAL, same=same).split("--")
    return [*statements, _SQLITE_GAP.format(gap=GAP)]


def _postgres(tables: Mapping[str, Uniques]) -> list[str]:
    gap = "NEW.seq <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM custody_event)"
    return [
        _FUNCTION.format(name="custody_refuse", condition="true", message=REFUSAL),
        _FUNCTION.format(name="custody_no_gap", condition=gap, message=GAP),
        _POSTGRES_GAP,
        *(text.format(table=table) for table in tables for text in _POSTGRES.split("--")),
    ]
