"""The lake of a folder of blocks: planned here, written by an engine, described in one small file."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.headers import Standing
from gridcanary.chain.lake.plan import RANGE_HEIGHTS, plan_ranges
from gridcanary.chain.lake.ranges import RECEIPTS, write_json, write_ranges
from gridcanary.contracts.errors import LakeError
from gridcanary.engines import local

MapBatches = Callable[..., Iterator[pa.RecordBatch]]
"""``map_batches`` of an engine."""

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class LakeReport:
    """What a build did.

    Args:
        tip_height, tip_hash: the best chain's last block, the hash in the order of hashing.
        gaps: heights that the best chain lacks, (first, last) pairs.
        left_out: blocks that are not in the best chain, by why.
        ranges: how many there are.
        written: how many of them were written now.
        totals: sums of the receipts' numbers, by their names.
        damaged: heights of blocks that could not be read.
    """

    tip_height: int
    tip_hash: bytes
    gaps: list[tuple[int, int]]
    left_out: dict[Standing, int]
    ranges: int
    written: int
    totals: dict[str, int]
    damaged: list[int]


def build_lake(
    history: FileHistory,
    lake: Path,
    *,
    map_batches: MapBatches = local.map_batches,
    threads: int | None = None,
    range_heights: int = RANGE_HEIGHTS,
) -> LakeReport:
    """Write the best chain of some block files into a lake; what is there already stays.

    Args:
        history: of the block files.
        lake: the lake's folder.
        map_batches: of the engine that does the work.
        threads: None is one a processor.
        range_heights: heights of one range; a lake keeps what it was begun with.

    Raises:
        LakeError: the folder is a lake of another network or of other ranges, or has blocks that the files lack.
        InputError: a block file can't be read.
    """
    _begin(lake, history.network.name, range_heights)
    with tempfile.TemporaryDirectory(prefix=".plan-", dir=lake) as folder:
        plan = []
        for one in plan_ranges(history, range_heights):
            plan.append(Path(folder) / f"{one.first_height:07d}.parquet")
            pq.write_table(pa.Table.from_batches([one.as_batch()]), plan[-1])
        kernel = partial(write_ranges, lake=str(lake.resolve()))
        told = list(map_batches(plan, kernel, schema=RECEIPTS, threads=threads)) if plan else []
    receipts = [row for batch in told for row in batch.to_pylist()]
    report = _report(history, receipts)
    _describe(lake, report)
    return report


def _begin(lake: Path, network: str, range_heights: int) -> None:
    """Make the folder a lake, or see that it is the one that is meant."""
    about = lake / "lake.json"
    if about.is_file():
        told = json.loads(about.read_text("utf-8"))
        if told["network"] != network:
            raise LakeError(lake, f"it is a lake of {told['network']}, not of {network}")
        if told["format"] != _FORMAT or told["range_heights"] != range_heights:
            raise LakeError(lake, "it was written by another version, in other ranges; write a new one")
    elif lake.exists() and any(lake.iterdir()):
        raise LakeError(lake, "the folder is neither empty nor a lake of blocks")
    else:
        lake.mkdir(parents=True, exist_ok=True)
        write_json(about, {"format": _FORMAT, "network": network, "range_heights": range_heights})
    for left in lake.glob(".plan-*"):
        shutil.rmtree(left)
    for left in lake.glob("*/*/*.part"):
        left.unlink()


def _describe(lake: Path, report: LakeReport) -> None:
    about = lake / "lake.json"
    told: dict[str, Any] = json.loads(about.read_text("utf-8"))
    told["tip"] = {"height": report.tip_height, "hash": report.tip_hash[::-1].hex()}
    told["gaps"] = report.gaps
    write_json(about, told)


def _report(history: FileHistory, receipts: list[dict[str, Any]]) -> LakeReport:
    tree = history.tree
    counted = {one: len(tree.rows_with(one)) for one in Standing if one is not Standing.BEST}
    names = ("blocks", "transactions", "inputs", "outputs", "with_undo", "block_bytes")
    return LakeReport(
        int(tree.height[tree.best[-1]]) if tree.best.size else -1,
        tree.hashes[tree.best[-1]].tobytes() if tree.best.size else b"",
        tree.gaps,
        {one: count for one, count in counted.items() if count},
        len(receipts),
        sum(row["written"] for row in receipts),
        {name: sum(row[name] for row in receipts) for name in names},
        sorted(height for row in receipts for height in row["damaged"]),
    )
