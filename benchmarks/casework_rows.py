"""Rows of the console's tables written by the hundred thousand: COPY on PostgreSQL, bulk inserts on SQLite.

Only benchmarks fill tables so. What they write has the form of what the actions write, but nothing is asked of the
rules on the way; whoever calls this answers for the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.utils import timezone

BATCH_ROWS = 2_000


def write(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows; fields that are not named take their defaults.

    Args:
        model: whose table.
        names: fields as attributes, foreign keys as ``case_id``.
        rows: values in that order; Decimal amounts as Decimal, JSON as Python has it.
    """
    if connection.vendor == "postgresql":
        _copy(model, names, rows)
        return
    batch: list[models.Model] = []
    for row in rows:
        batch.append(model(**dict(zip(names, row, strict=True))))
        if len(batch) == BATCH_ROWS:
            model._base_manager.bulk_create(batch)
            batch.clear()
    model._base_manager.bulk_create(batch)


def _copy(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    others = [
        field
        for name, field in fields.items()
        if name not in names and not isinstance(field, models.AutoField)
    ]
    now = timezone.now()
    added = tuple(
        now
        if getattr(field, "auto_now_add", False)
        else field.get_db_prep_save(field.get_default(), connection)
        for field in others
    )
    columns = [fields[name].column for name in names] + [field.column for field in others]
    changed = [
        (place, fields[name])
        for place, name in enumerate(names)
        if fields[name].get_internal_type() in {"JSONField", "BinaryField"}
        or hasattr(fields[name], "from_db_value")
    ]
    listed = ", ".join(f'"{column}"' for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN') as copying,
    ):
        for row in rows:
            values = list(row)
            for place, field in changed:
                values[place] = field.get_db_prep_save(values[place], connection)
            copying.write_row((*values, *added))


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Write lines in COPY's own text form; PostgreSQL only.

    Args:
        table: its name.
        columns: their names.
        lines: with tabs between values and a line feed at the end.
    """
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copying,
    ):
        batch: list[str] = []
        for line in lines:
            batch.append(line)
            if len(batch) == BATCH_ROWS:
                copying.write("".join(batch))
                batch.clear()
        copying.write("".join(batch))


@contextmanager
def without_triggers() -> Iterator[None]:
    """On PostgreSQL, in a transaction of its caller: no trigger runs, so that no row is looked up one by one.

    It needs a superuser, as ``scripts/with_postgres.sh`` gives; foreign keys are not checked meanwhile either.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def settle(tables: Iterable[type[models.Model]]) -> None:
    """Let the keys go on after the written ones, and let the database gather what it needs to plan queries.

    Args:
        tables: models whose rows were written with their keys.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            from django.core.management.color import no_style

            for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
                cursor.execute(statement)
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
