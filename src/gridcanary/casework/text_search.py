"""Search for a part of a text that stays fast with a hundred thousand cases.

Chinese is not written with spaces, and what people look for is often two characters long: too short for the trigrams
that PostgreSQL's own extension knows. So an index there holds every single character and every pair of neighbours of
a text, and a search first asks for the rows that have all pairs of what is searched for. SQLite reads all rows.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.lookups import IContains

FUNCTION = "casework_grams"
INDEXES = (
    ("case_number_grams", "casework_case", "number"),
    ("case_title_grams", "casework_case", "title"),
    ("site_address_grams", "casework_casesite", "address"),
)
"""Name of the index, table, column."""

# strict and immutable, and only functions of pg_catalog: an index may use it, and a restored dump finds it again.
_CREATE = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}(content text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{{}}')
    FROM generate_series(1, length(content)) place,
         LATERAL (VALUES (substr(content, place, 1)), (substr(content, place, 2))) found(gram)
$$
"""  # noqa: S608 nothing from outside


def grams(text: str) -> list[str]:
    """What a text must have to hold another: its pairs of neighbours, or itself when it is one character.

    >>> grams("挖矿机"), grams("矿")
    (['挖矿', '矿机'], ['矿'])
    """
    return [text[place : place + 2] for place in range(len(text) - 1)] or [text]


class Holds(IContains):
    """``title__holds="挖矿"``: as ``icontains``, by way of the index on PostgreSQL."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """Look at each row; operators are known by the name of Django's own lookup."""
        sql, params = IContains(self.lhs, self.rhs).as_sql(compiler, connection)
        return sql, tuple(params)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Ask the index for candidates, then look at each."""
        column, column_params = IContains(self.lhs, self.rhs).process_lhs(compiler, connection)
        pairs = list(dict.fromkeys(grams(str(self.rhs))))
        whole, whole_params = self.as_sql(compiler, connection)
        asked = ", ".join(["UPPER(%s)"] * len(pairs))
        sql = f"({FUNCTION}({column}) @> ARRAY[{asked}]::text[] AND {whole})"
        return sql, [*column_params, *pairs, *whole_params]


def make_indexes(editor: BaseDatabaseSchemaEditor) -> None:
    """Make function and indexes on PostgreSQL; nothing on other databases."""
    if editor.connection.vendor != "postgresql":
        return
    editor.execute(_CREATE)
    for name, table, column in INDEXES:
        editor.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({FUNCTION}(UPPER({column}::text))) "
            "WITH (fastupdate = off)"  # a search must not read a list of what isn't in the index yet
        )


def drop_indexes(editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away again."""
    if editor.connection.vendor != "postgresql":
        return
    for name, _table, _column in INDEXES:
        editor.execute(f"DROP INDEX IF EXISTS {name}")
    editor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}(text)")
