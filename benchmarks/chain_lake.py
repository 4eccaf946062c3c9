"""How fast one core checks blocks, puts headers into their tree and turns blocks into the rows of the lake.

    python benchmarks/chain_lake.py              the blocks with spent outputs of GRIDCANARY_DATA
    python benchmarks/chain_lake.py --quick      the recorded test chain, for a smoke test

The process keeps to one core. Rates are by processor time, the fastest of the rounds, so that others on a busy machine
count only through its caches. The real blocks come with their spent outputs in plain form; btclib squeezes them into
undo records first, which isn't timed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.chain.block_check import check_block
from gridcanary.chain.blockfiles.obfuscation import unmask
from gridcanary.chain.headers import grow_tree
from gridcanary.chain.lake.tables import LakeRows, PlacedBlock, lake_rows, no_undo
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.transactions import Output
from gridcanary.chain.undo.files import UndoShelf, undo_records
from gridcanary.chain.undo.records import read_plain_outputs
from gridcanary.chain.whole_blocks import parse_block

HEADERS = 960_000
"""About as many as Bitcoin has in 2026."""

UndoOf = Callable[[bytes, int, int], bytes | None]


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="the recorded chain, two rounds")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rounds = 2 if options.quick else options.rounds
    network, blocks, undo_of = recorded() if options.quick else real()
    size = sum(len(block.raw) for block in blocks)
    print(f"{len(blocks):,} blocks of {network.name}, {size / 1e6:.1f} MB, {rounds} rounds, one core")
    rows = lake_rows(blocks, network, undo_of)
    transactions = rows.tables["transactions"].num_rows
    stages: dict[str, Callable[[], object]] = {
        "check a block by itself": lambda: [check_block(block.raw, network) for block in blocks],
        "rows, spent outputs from undo data": lambda: lake_rows(blocks, network, undo_of),
        "rows, spent scripts as inputs show them": lambda: lake_rows(blocks, network, no_undo),
        "write the rows as Parquet": lambda: written(rows),
    }
    print("| stage | MB of blocks/s | transactions/s |\n|---|---|---|")
    for stage, run in stages.items():
        took = fastest(run, rounds)
        print(f"| {stage} | {size / took / 1e6:,.0f} | {transactions / took:,.0f} |")
    print(f"the rows take {written(rows) / size:.0%} of the blocks' bytes")
    count = HEADERS // 100 if options.quick else HEADERS
    headers, hashes = chain_of_headers(count)
    took = fastest(lambda: grow_tree(headers, network, lambda _row: 0, hashes=hashes, prove=False), 2)
    print(f"tree of {count:,} headers in any order: {took:.1f} s")


def fastest(run: Callable[[], object], rounds: int) -> float:
    """The least processor time of some rounds [s]."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)


def written(rows: LakeRows) -> int:
    """Bytes that the rows take as Parquet files."""
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        for table, batch in rows.tables.items():
            path = Path(folder) / f"{table}.parquet"
            pq.write_table(pa.Table.from_batches([batch]), path, compression="zstd")
            total += path.stat().st_size
    return total


def recorded() -> tuple[Network, list[PlacedBlock], UndoOf]:
    """The recorded test chain and its undo data."""
    folder = resources.files("gridcanary.simulator") / "recorded_chain"
    data = np.frombuffer(bytearray(gzip.decompress((folder / "blk00000.dat.gz").read_bytes())), np.uint8)
    unmask(data, (folder / "xor.dat").read_bytes(), 0)
    network, raw, at = NETWORKS["regtest"], data.tobytes(), 0
    blocks: list[PlacedBlock] = []
    while raw[at : at + 4] == network.magic:
        size = int.from_bytes(raw[at + 4 : at + 8], "little")
        blocks.append(PlacedBlock(len(blocks), raw[at + 8 : at + 8 + size]))
        at += 8 + size
    undo = gzip.decompress((folder / "rev00000.plain.gz").read_bytes())
    return network, blocks, UndoShelf(undo_records(undo, network.magic)).data_of


def real() -> tuple[Network, list[PlacedBlock], UndoOf]:
    """Real blocks with what they spend."""
    folder = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "chain" / "blocks" / "with_undo"
    network = NETWORKS["bitcoin"]
    blocks, undo = [], {}
    for beside in sorted(folder.glob("*-undo.raw")):
        raw = beside.with_name(beside.name.replace("-undo", "")).read_bytes()
        block = parse_block(raw, network).block
        counts = [len(one.inputs) for one in block.transactions[1:]]
        undo[block.header.previous] = squeezed(counts, read_plain_outputs(beside.read_bytes()))
        blocks.append(PlacedBlock(len(blocks), raw))
    return network, blocks, lambda parent, _transactions, _inputs: undo.get(parent)


def squeezed(counts: list[int], outputs: list[Output]) -> bytes:
    """An undo record as a node keeps it."""
    from btclib import compressor, var_int

    left = iter(outputs)
    told = [var_int.serialize(len(counts))]
    for count in counts:
        told.append(var_int.serialize(count))
        for output in (next(left) for _ in range(count)):
            told += [b"\x02\0", compressor.serialize_varint(compressor.compress_amount(output.value))]
            told.append(compressor.serialize_script(output.script))
    return b"".join(told)


def chain_of_headers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Headers that follow one another, shuffled, and their hashes, which are made up."""
    hashes = [bytes(32)]
    for at in range(count):
        hashes.append(hashlib.sha256(hashes[-1] + at.to_bytes(8, "little")).digest())
    every = np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)
    headers = np.zeros((count, 80), np.uint8)
    headers[:, 0], headers[:, 4:36] = 2, every[:-1]
    headers[:, 72:76] = np.frombuffer(b"\xff\xff\x00\x1d", np.uint8)
    order = np.random.default_rng(1).permutation(count)
    return headers[order], every[1:][order]


if __name__ == "__main__":
    main()
