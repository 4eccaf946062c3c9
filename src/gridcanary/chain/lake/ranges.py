"""The kernel that writes the lake: plan rows in, receipts out; each row stands alone, on any engine.

A range's four files are written beside their places and moved there when all are whole; its receipt comes last. A
range whose receipt tells the same content is not written again.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.chain.blockfiles.batches import whole_file
from gridcanary.chain.blockfiles.finding import BlockFile, Layout
from gridcanary.chain.blockfiles.survey import read_plain
from gridcanary.chain.lake.tables import LakeRows, PlacedBlock, lake_rows
from gridcanary.chain.networks import network_named
from gridcanary.chain.undo.files import UndoShelf, read_undo_file
from gridcanary.contracts.chain import LAKE_TABLES
from gridcanary.contracts.errors import InputError, LakeError

BATCH_BYTES = 16 << 20
"""Blocks that are turned into rows at once [bytes]."""

RECEIPTS = pa.schema(
    [
        pa.field("first_height", pa.int32(), nullable=False),
        pa.field("content", pa.string(), nullable=False),
        pa.field("blocks", pa.int64(), nullable=False),
        pa.field("transactions", pa.int64(), nullable=False),
        pa.field("inputs", pa.int64(), nullable=False),
        pa.field("outputs", pa.int64(), nullable=False),
        pa.field("with_undo", pa.int64(), nullable=False),
        pa.field("block_bytes", pa.int64(), nullable=False),
        pa.field("damaged", pa.list_(pa.int32()), nullable=False),
        pa.field("written", pa.bool_(), nullable=False),
    ]
)
"""A row per range: rows of each table, blocks with undo data, bytes of the blocks, heights of blocks that could not be
read, and whether the range was written now or was there already."""

_PARQUET = {"compression": "zstd", "use_dictionary": ["spent_source", "spent_script", "script"]}


def table_file(lake: Path, table: str, first_height: int) -> Path:
    """Where the rows of one table and range are."""
    return lake / table / f"first_height={first_height:07d}" / "rows.parquet"


def receipt_file(lake: Path, first_height: int) -> Path:
    """Where a range's receipt is."""
    return lake / "receipts" / f"{first_height:07d}.json"


def write_ranges(plan: pa.RecordBatch, lake: str) -> pa.RecordBatch:
    """Write the ranges of some plan rows.

    Args:
        plan: rows of :data:`~gridcanary.chain.lake.plan.PLAN`.
        lake: the lake's folder, which every machine of the engine reaches by this name.

    Returns:
        Rows of :data:`RECEIPTS`.

    Raises:
        InputError: a block file can't be read.
        LakeError: a range in the lake has more blocks than the plan, or can't be written.
    """
    receipts = []
    for row in plan.to_pylist():
        try:
            receipts.append(_write_range(row, Path(lake)))
        except OSError as error:
            problem = f"heights from {row['first_height']:,} can't be written: {error.strerror}"
            raise LakeError(lake, problem) from error
    return pa.RecordBatch.from_pylist(receipts, schema=RECEIPTS)


def _write_range(row: dict[str, Any], lake: Path) -> dict[str, Any]:
    first = row["first_height"]
    before = read_receipt(lake, first)
    if before is not None and before["content"] == row["content"]:
        return {**before, "written": False}
    if before is not None and before["blocks"] > len(row["heights"]):
        raise LakeError(
            lake,
            f"heights from {first:,} have {before['blocks']:,} blocks here, but only {len(row['heights']):,} in the "
            "block files; name all folders of blocks, or another lake",
        )
    receipt: dict[str, Any] = {
        **dict.fromkeys(("transactions", "inputs", "outputs", "with_undo"), 0),
        **dict.fromkeys(LAKE_TABLES, 0),
        "first_height": first,
        "content": row["content"],
        "block_bytes": sum(row["sizes"]),
        "damaged": [],
        "written": True,
    }
    paths = {table: table_file(lake, table, first) for table in LAKE_TABLES}
    parts = {table: path.with_suffix(f".{os.getpid()}.part") for table, path in paths.items()}
    with ExitStack() as leaving:
        for part in parts.values():
            leaving.callback(part.unlink, missing_ok=True)
        _write_tables(row, parts, receipt)
        receipt_file(lake, first).unlink(missing_ok=True)  # it must never vouch for tables half replaced
        for table, path in paths.items():
            os.replace(parts[table], path)
    write_json(receipt_file(lake, first), receipt)
    return receipt


def _write_tables(row: dict[str, Any], parts: dict[str, Path], receipt: dict[str, Any]) -> None:
    """Write a range's rows, counted in its receipt."""
    network = network_named(row["network"])
    records = (read_undo_file(Path(path), network.magic) for path in row["undo_files"])
    shelf = UndoShelf(itertools.chain.from_iterable(records))
    with ExitStack() as closing:
        writers = {table: closing.enter_context(_writer(parts[table], LAKE_TABLES[table])) for table in parts}
        for blocks in _batches(row):
            rows = lake_rows(blocks, network, shelf.data_of)
            for table, batch in rows.tables.items():
                writers[table].write_batch(batch)
            _count(receipt, rows)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    path.parent.mkdir(parents=True, exist_ok=True)
    return pq.ParquetWriter(path, schema, **_PARQUET)


def _count(receipt: dict[str, Any], rows: LakeRows) -> None:
    for table, batch in rows.tables.items():
        receipt[table] += batch.num_rows
    fees = rows.tables["blocks"].column("fees_satoshi")
    receipt["with_undo"] += len(fees) - fees.null_count
    receipt["damaged"] += rows.damaged


def _batches(row: dict[str, Any]) -> Iterator[list[PlacedBlock]]:
    """A range's blocks, some megabytes at a time."""
    batch: list[PlacedBlock] = []
    told = zip(
        row["heights"], row["files"], row["layouts"], row["keys"], row["offsets"], row["sizes"], strict=True
    )
    for height, path, layout, key, offset, size in told:
        file = BlockFile(Path(path), Layout(layout), key)
        batch.append(PlacedBlock(height, _read(file, offset, size)))
        if sum(len(block.raw) for block in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(file: BlockFile, offset: int, size: int) -> bytes:
    try:
        if file.layout is Layout.HEX:
            return whole_file(file)[offset : offset + size]
        with file.path.open("rb", buffering=0) as stream:
            return read_plain(stream.fileno(), file, offset, size)
    except OSError as error:
        raise InputError(file.path, f"can't be read: {error.strerror}") from error


def read_receipt(lake: Path, first_height: int) -> dict[str, Any] | None:
    """A range's receipt, None where it was never written to its end or a file of it is gone."""
    path = receipt_file(lake, first_height)
    if not path.is_file() or not all(
        table_file(lake, table, first_height).is_file() for table in LAKE_TABLES
    ):
        return None
    return json.loads(path.read_text("utf-8"))


def write_json(path: Path, told: dict[str, Any]) -> None:
    """Write a small file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    os.replace(part, path)
