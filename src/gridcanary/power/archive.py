"""Merging what is known of customers and of the weather with what an import says of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from gridcanary.contracts.tables import CUSTOMERS, WEATHER


@dataclass(frozen=True, slots=True)
class MergedTable:
    """A table after an import, with the rows that are new and those that are different."""

    table: pa.Table
    added: int
    changed: int


def merge_customers(stored: pa.Table, imported: pa.Table) -> MergedTable:
    """Join archive rows by meter, field by field; what is imported goes before what is stored.

    An archive of premises knows no meters, and a topology knows little else: a row whose premises_id is also
    its meter_id stands for the premises alone, and gives what it tells to every meter known to be there.

    Args:
        stored: CUSTOMERS; may be empty.
        imported: CUSTOMERS; several rows of one meter complete each other, the first one leading.
    """
    fields = [name for name in CUSTOMERS.names if name not in ("premises_id", "meter_id")]
    chosen = ", ".join(f"arg_min({name}, place) AS {name}" for name in fields)
    with duckdb.connect() as connection:
        connection.register("stored", stored)
        connection.register("imported", imported)
        connection.execute("""
            CREATE TEMP TABLE told AS
            SELECT *, (row_number() OVER ()) AS place FROM imported
            UNION ALL SELECT *, 1e12 + (row_number() OVER ()) FROM stored""")
        connection.execute("""
            CREATE TEMP TABLE metered AS
            SELECT DISTINCT premises_id, meter_id AS real_meter FROM told WHERE premises_id <> meter_id""")
        merged = connection.sql(f"""
            WITH placed AS (
                SELECT told.* EXCLUDE (meter_id), coalesce(real_meter, meter_id) AS meter_id
                FROM told LEFT JOIN metered
                ON told.premises_id = metered.premises_id AND told.premises_id = told.meter_id)
            SELECT coalesce(arg_min(nullif(premises_id, meter_id), place), meter_id) AS premises_id,
                   meter_id, {chosen}
            FROM placed GROUP BY meter_id ORDER BY meter_id""").to_arrow_table()  # noqa: S608
        merged = merged.select(CUSTOMERS.names).cast(CUSTOMERS)
        connection.register("merged", merged)
        fresh = _number(connection, "SELECT count(*) FROM merged ANTI JOIN stored USING (meter_id)")
        differing = _number(connection, "SELECT count(*) FROM (FROM merged EXCEPT FROM stored)")
    return MergedTable(merged, fresh, differing - fresh)


def merge_weather(stored: pa.Table, imported: pa.Table) -> MergedTable:
    """Join weather by day, hour by hour; what is imported goes before what is stored."""
    before = _by_day(stored)
    after = dict(before)
    for day, hours in _rows(imported):
        known = after.get(day)
        if known and len(known) == len(hours):
            hours = [old if new is None else new for new, old in zip(hours, known, strict=True)]
        after[day] = hours
    changed = sum(1 for day, hours in before.items() if after[day] != hours)
    days = sorted(after)
    table = pa.Table.from_pydict({"day": days, "temp_centi_c": [after[day] for day in days]}, schema=WEATHER)
    return MergedTable(table, len(after) - len(before), changed)


def _by_day(weather: pa.Table) -> dict[dt.date, list[int | None]]:
    return dict(_rows(weather))


def _rows(weather: pa.Table) -> list[tuple[dt.date, list[int | None]]]:
    return list(zip(weather["day"].to_pylist(), weather["temp_centi_c"].to_pylist(), strict=True))


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0
