"""The finders of blocks as a table, and its files."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
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
        pa.field("parent_text", pa.string(), nullable=False),
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
BATCH_ROWS = 20_000
ENDINGS = (".csv", ".parquet", ".json")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet program would run a text that begins so, and miners write what they like (OWASP, CSV injection)."""


def finder_batches(finders: Iterable[Finder]) -> Iterator[pa.RecordBatch]:
    """The table of :data:`SCHEMA` in batches, rows in the order given, so that a whole chain needs no memory."""
    rest = iter(finders)
    while rows := [_row(one) for one in itertools.islice(rest, BATCH_ROWS)]:
        yield pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


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
        "parent_text": one.parent_text,
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


def write_table(batches: Iterable[pa.RecordBatch], path: Path, files: Sequence[LabelFile]) -> None:
    """Write the table as CSV, Parquet or JSON, by the path's ending.

    Parquet carries the lists' names and digests in its metadata, JSON beside the rows.

    Args:
        batches: of :data:`SCHEMA`.
        path: is written anew.
        files: the lists and labels that were used.

    Raises:
        InputError: an unknown ending, or a place where nothing can be written.
    """
    check_ending(path)
    sources = [{"file": one.path.name, "sha256": one.sha256, "format": one.format} for one in files]
    write = {".parquet": _write_parquet, ".json": _write_json, ".csv": _write_csv}[path.suffix.lower()]
    try:
        write(batches, path, json.dumps(sources, ensure_ascii=False))
    except OSError as error:
        raise InputError(path, f"can't be written: {error.strerror or error}") from error


def _write_parquet(batches: Iterable[pa.RecordBatch], path: Path, sources: str) -> None:
    schema = SCHEMA.with_metadata({"gridcanary.lists": sources})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def _write_json(batches: Iterable[pa.RecordBatch], path: Path, sources: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(f'{{"lists": {sources},\n"blocks": [')
        between = "\n"
        for row in _printable_rows(batches):
            stream.write(between + json.dumps(row, ensure_ascii=False))
            between = ",\n"
        stream.write("\n]}\n")


def _write_csv(batches: Iterable[pa.RecordBatch], path: Path, _: str) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream)
        writer.writerow(SCHEMA.names)
        for row in _printable_rows(batches):
            writer.writerow([_unformed(value) for value in row.values()])


def _printable_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        for row in batch.to_pylist():
            yield {**row, "time": row["time"].strftime("%Y-%m-%dT%H:%M:%SZ")}


def _unformed(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_FORMULA) else value
