"""Triggers that make the database itself refuse to change or delete the rows of a table."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION gridcanary_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
"""
_POSTGRES = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION gridcanary_append_only();
"""
_VERBS = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}


def forbid_changes(table: str) -> migrations.RunPython:
    """A migration step after which rows of a table can only be added.

    Args:
        table: name in the database; an identifier from our own migrations, never from outside.

    Returns:
        The step, for SQLite and PostgreSQL; undoing the migration takes the triggers away.
    """

    def create(_apps: Any, editor: Any) -> None:
        vendor = editor.connection.vendor
        if vendor == "postgresql":
            editor.execute(_POSTGRES_FUNCTION, params=())
        template = _POSTGRES if vendor == "postgresql" else _SQLITE
        for verb in _VERBS[vendor]:
            editor.execute(template.format(table=table, verb=verb))

    def drop(_apps: Any, editor: Any) -> None:
        vendor = editor.connection.vendor
        on_table = f" ON {table}" if vendor == "postgresql" else ""
        for verb in _VERBS[vendor]:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on_table}")

    return migrations.RunPython(create, drop)
