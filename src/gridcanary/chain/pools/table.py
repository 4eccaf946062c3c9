"""The finders of blocks as a table, and its files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.chain.history import UNKNOWN_HEIGHT
from gridcanary.chain.labels.label import LabelFile
from gridcanary.chain.pools.finders import Finder
from gridcanary.contracts.errors import InputError

SCHEMA = pa.schema(
    [
        pa.field("height", pa.int64()),
        pa.field("hash", pa.string(), nullable=False),
        pa.field("time", pa.timestamp("ms", tz="UTC"), nullable=False),
        pa.field("pool_by_address", pa.string(), nullable=False),
        pa.field("pool_by_tag", pa.string(), nullable=False),
        pa.field("pool", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("declared", pa.string(), nullable=False),
        pa.field("coinbase_text", pa.string(), nullable=False),
        pa.field("value_sat", pa.int64(), nullable=False),
        pa.field("outputs", pa.int32(), nullable=False),
        pa.field("scripts_paid", pa.int32(), nullable=False),
        pa.field("pays_miners", pa.bool_(), nullable=False),
        pa.field("coinbase_txid", pa.string(), nullable=False),
    ]
)
"""A row a block. Several names in one cell are joined by `` | ``; empty where nothing speaks. ``height`` is null
where nothing tells it, ``value_sat`` is in satoshi, ``time`` is the block's own."""

BETWEEN = " | "
ENDINGS = (".csv", ".parquet", ".json")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet program would run a text that begins so, and miners write what they like (OWASP, CSV injection)."""


def finder_table(finders: Iterable[Finder]) -> pa.Table:
    """The table of :data:`SCHEMA`, rows in the order given."""
    return pa.Table.from_pylist([_row(one) for one in finders], schema=SCHEMA)


def _row(one: Finder) -> dict[str, Any]:
    return {
        "height": None if one.place.height == UNKNOWN_HEIGHT else one.place.height,
        "hash": one.place.block_hash[::-1].hex(),
        "time": datetime.fromtimestamp(one.place.time, UTC),
        "pool_by_address": BETWEEN.join(one.by_address),
        "pool_by_tag": BETWEEN.join(one.by_tag),
        "pool": one.pool or "",
        "status": one.status.value,
        "declared": BETWEEN.join(one.declared),
        "coinbase_text": one.text,
        "value_sat": one.value,
        "outputs": one.outputs,
        "scripts_paid": one.paid,
        "pays_miners": one.pays_miners,
        "coinbase_txid": one.txid[::-1].hex(),
    }


def check_ending(path: Path) -> None:
    """InputError where no table can be written under this name."""
    if path.suffix.lower() not in ENDINGS:
        raise InputError(path, "no known format", remedy=f"a name that ends in {', '.join(ENDINGS)}")


def write_table(table: pa.Table, path: Path, files: Sequence[LabelFile]) -> None:
    """Write the table as CSV, Parquet or JSON, by the path's ending.

    Parquet carries the lists' names and digests in its metadata, JSON beside the rows.
    """
    check_ending(path)
    sources = [{"file": one.path.name, "sha256": one.sha256, "format": one.format} for one in files]
    ending = path.suffix.lower()
    if ending == ".parquet":
        metadata = {"gridcanary.lists": json.dumps(sources, ensure_ascii=False)}
        pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd")
    elif ending == ".json":
        content = {"lists": sources, "blocks": list(_printable_rows(table))}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        with path.open("w", newline="", encoding="utf-8-sig") as stream:
            writer = csv.writer(stream)
            writer.writerow(table.column_names)
            for row in _printable_rows(table):
                writer.writerow([_unformed(value) for value in row.values()])


def _printable_rows(table: pa.Table) -> Iterable[dict[str, Any]]:
    for row in table.to_pylist():
        yield {**row, "time": row["time"].strftime("%Y-%m-%dT%H:%M:%SZ")}


def _unformed(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_FORMULA) else value
