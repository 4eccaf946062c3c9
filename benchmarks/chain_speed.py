"""How fast one core reads blocks: parsing, txids, looking for a case's scripts; beside a memory read and other parsers.

    python benchmarks/chain_speed.py                       the blocks of GRIDCANARY_DATA; a minute, with peers some more
    python benchmarks/chain_speed.py --quick               the recorded test chain, for a smoke test
    python benchmarks/chain_speed.py --blocks DIR          other blocks
    python benchmarks/chain_speed.py --peer PYTHON         an interpreter that has python-bitcoinlib or
                                                           blockchain-parser; repeat. They need different ones:
                                                           blockchain-parser asks for an old python-bitcoinlib.

The process keeps to one core. Rates are bytes of blocks per second of that core: the processor time, so that others
on a busy machine count only through its caches. Every round measures every stage once on the same blocks; the table
shows medians over the rounds and the fastest round. Peers read the same blocks from the same file, each in a process
of its own that times itself, without its start.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import llvmlite.binding
import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.blockfiles.batches import WINDOW_BYTES
from gridcanary.chain.blockfiles.finding import look_at
from gridcanary.chain.blockfiles.remarks import Remark
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.kernels.parse import Parser
from gridcanary.chain.kernels.sha256.instructions import has_sha_instructions
from gridcanary.chain.kernels.sha256.ways import Portable, WithInstructions
from gridcanary.chain.kernels.txids import txids
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.scan import Parsed, Watch, parse_file
from gridcanary.chain.transactions import Outpoint

SCRIPTS, OUTPOINTS = 100_000, 1_000_000
KEY = bytes.fromhex("ac67b2b8f993db05")
CHAIN_BYTES = 802e9
"""Bitcoin's blocks in July 2026, as electrs's documentation gives them (958,594 blocks)."""

DISKS = {"NVMe, 3 GB/s": 3e9, "SATA SSD, 0.5 GB/s": 0.5e9, "disk, 0.15 GB/s": 0.15e9}
MACHINES = ((1, 1), (1, 4), (4, 4), (16, 4))
"""Machines, each with its own disk and part of the files, and the cores that read on each."""

PEERS = {
    "python-bitcoinlib": """
import sys, time, importlib.metadata
from bitcoin.core import CBlock
data = open(sys.argv[1], "rb").read()
def read(with_txids):
    at = count = 0
    begin = time.process_time()
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        for one in CBlock.deserialize(data[at + 8 : at + 8 + size]).vtx:
            count += 1
            with_txids and one.GetTxid()
        at += 8 + size
    return count, time.process_time() - begin
count, _ = read(False)
print(importlib.metadata.version("python-bitcoinlib"), count, read(False)[1], read(True)[1])
""",
    "blockchain-parser": """
import sys, time, importlib.metadata
from blockchain_parser.blockchain import get_blocks
from blockchain_parser.block import Block
def read(with_txids):
    count, begin = 0, time.process_time()
    for raw in get_blocks(sys.argv[1]):
        for one in Block(raw).transactions:
            count += 1
            one.inputs, one.outputs, with_txids and one.txid
    return count, time.process_time() - begin
count, _ = read(False)
print(importlib.metadata.version("blockchain-parser"), count, read(False)[1], read(True)[1])
""",
}
"""What each peer does, after a round to warm up: every block with all its inputs and outputs, and that with txids."""


class Corpus:
    """Blocks in memory and the same blocks in files."""

    def __init__(self, blocks: list[bytes], network: Network, folder: Path) -> None:
        self.network = network
        self.data = np.frombuffer(bytearray(b"".join(blocks)), np.uint8)
        self.sizes = np.array([len(one) for one in blocks], np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes
        framed = b"".join(network.magic + len(one).to_bytes(4, "little") + one for one in blocks)
        self.plain = folder / "plain" / "blk00000.dat"
        self.hidden = folder / "hidden" / "blk00000.dat"
        for file in (self.plain, self.hidden):
            file.parent.mkdir()
        self.plain.write_bytes(framed)
        mask = np.resize(np.frombuffer(KEY, np.uint8), len(framed))
        self.hidden.write_bytes((np.frombuffer(framed, np.uint8) ^ mask).tobytes())
        (self.hidden.parent / "xor.dat").write_bytes(KEY)
        self.pieces = self._pieces()

    def _pieces(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Places of blocks, some megabytes at a time, as the reader hands them on."""
        numbers = (self.starts + self.sizes) // WINDOW_BYTES
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        return list(zip(np.split(self.starts, cuts), np.split(self.sizes, cuts), strict=True))


def a_case(random: np.random.Generator) -> Watch:
    """Scripts of the usual kinds and outpoints that no block here holds: what is looked for is rare."""
    kinds = (
        (b"\x76\xa9\x14", 20, b"\x88\xac"),
        (b"\xa9\x14", 20, b"\x87"),
        (b"\0\x14", 20, b""),
        (b"\x51\x20", 32, b""),
    )
    scripts = [
        before + random.bytes(size) + after
        for before, size, after in kinds
        for _ in range(SCRIPTS // len(kinds))
    ]
    return Watch(scripts, [Outpoint(random.bytes(32), number % 4) for number in range(OUTPOINTS)])


def stages(corpus: Corpus, watch: Watch) -> dict[str, Callable[[], object]]:
    """What is measured, each over all blocks."""
    parser = Parser(corpus.network.merged)
    words = corpus.data[: corpus.data.size // 8 * 8].view(np.uint64)
    told: list[Remark] = []
    file_at = look_at(corpus.plain)

    def parsed(use: Callable[[Parsed], object]) -> None:
        for starts, sizes in corpus.pieces:
            columns, fault = parser.read(corpus.data, starts, sizes)
            assert fault is None
            use(Parsed(file_at, corpus.data, starts, columns))

    def scan(file: Path) -> None:
        for one in parse_file(look_at(file), corpus.network, told.append, lambda offset: True):
            watch.touched(one)

    found: dict[str, Callable[[], object]] = {
        "memory read (numpy sum)": lambda: words.sum(),
        "parse, no hashing": lambda: parsed(lambda one: None),
        "parse and txids, portable": lambda: parsed(lambda one: txids(one.data, one.columns, Portable())),
        "scan in memory": lambda: parsed(watch.touched),
        "scan from a file": lambda: scan(corpus.plain),
        "scan from a file under a key": lambda: scan(corpus.hidden),
    }
    if has_sha_instructions():
        found["parse and txids, SHA instructions"] = lambda: parsed(
            lambda one: txids(one.data, one.columns, WithInstructions())
        )
    return found


def measure(stage: Callable[[], object]) -> float:
    """Seconds of processor time that a stage takes once."""
    begin = time.process_time()
    stage()
    return time.process_time() - begin


def ask_peer(interpreter: str, name: str, file: Path) -> tuple[str, int, float, float] | None:
    """Version, transactions and the seconds of a peer without and with txids; None where it isn't there."""
    run = subprocess.run([interpreter, "-c", PEERS[name], str(file)], capture_output=True, text=True)
    if run.returncode:
        return None
    version, count, parsed, hashed = run.stdout.split()
    return version, int(count), float(parsed), float(hashed)


def print_machine(corpus: Corpus) -> None:
    """What ran, on what, over what."""
    transactions = inputs = outputs = 0
    parser = Parser(corpus.network.merged)
    for starts, sizes in corpus.pieces:
        columns, _ = parser.read(corpus.data, starts, sizes)
        transactions += columns.transactions.start.size
        inputs += columns.inputs.previous_at.size
        outputs += columns.outputs.value.size
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    print(f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {model}, {llvmlite.binding.get_host_cpu_name()}, one core, "
          f"load average {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")  # fmt: skip
    print(f"{corpus.sizes.size:,} blocks of {corpus.network.name}, {corpus.data.size / 1e6:.1f} MB, "
          f"{transactions:,} transactions, {inputs:,} inputs, {outputs:,} outputs")  # fmt: skip


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def print_rates(seconds: dict[str, list[float]], size: int) -> dict[str, float]:
    """The table of rates; the medians in bytes a second."""
    print("\n| stage | MB a core-second, median | fastest round |\n| --- | --- | --- |")
    medians = {}
    for name, taken in seconds.items():
        medians[name] = size / statistics.median(taken)
        print(f"| {name} | {medians[name] / 1e6:,.0f} | {size / min(taken) / 1e6:,.0f} |")
    return medians


def print_chain(medians: dict[str, float]) -> None:
    """What the rates mean for the whole chain, reading and reckoning at the same time."""
    works = {
        "one hop": medians["scan from a file under a key"],
        "outputs by txid": medians.get(
            "parse and txids, SHA instructions", medians["parse and txids, portable"]
        ),
    }
    heads = [f"{machines} x {cores} core{'s' * (cores > 1)}" for machines, cores in MACHINES]
    print(f"\n| one pass over {CHAIN_BYTES / 1e9:,.0f} GB, minutes | {' | '.join(heads)} |")
    print("| --- " * (len(MACHINES) + 1) + "|")
    for work, rate in works.items():
        for disk, speed in DISKS.items():
            told = [CHAIN_BYTES / machines / min(speed, cores * rate) / 60 for machines, cores in MACHINES]
            print(f"| {work}, {disk} | " + " | ".join(f"{minutes:,.1f}" for minutes in told) + " |")


def read_blocks(paths: list[Path], network: Network) -> list[bytes]:
    """Every block of the network once, in the order of the chain and the loose ones before."""
    history = FileHistory(network, paths, loose=True)
    return [history.survey.read(row, 0, int(history.survey.size[row])) for row in history.rows.tolist()]


def recording(folder: Path) -> Path:
    """The recorded test chain, as its node left it."""
    kept = resources.files("gridcanary.simulator") / "recorded_chain"
    (folder / "blk00000.dat").write_bytes(gzip.decompress((kept / "blk00000.dat.gz").read_bytes()))
    (folder / "xor.dat").write_bytes((kept / "xor.dat").read_bytes())
    return folder / "blk00000.dat"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--blocks", type=Path, action="append", help="folder or file of blocks; repeat")
    parser.add_argument("--network", default="bitcoin")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--cores", type=int, default=4, help="of each machine in the reckoning for the whole chain"
    )
    parser.add_argument("--peer", action="append", default=[], help="interpreter that has a peer; repeat")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = NETWORKS["regtest" if chosen.quick else chosen.network]
        if chosen.quick:
            paths = [recording(folder)]
        else:
            data = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "chain" / "blocks"
            paths = chosen.blocks or [data]
        corpus = Corpus(read_blocks(paths, network), network, folder)
        report(corpus, 2 if chosen.quick else chosen.rounds, chosen.peer)


def report(corpus: Corpus, rounds: int, peers: list[str]) -> None:
    """Measure everything so many times and print the tables."""
    print_machine(corpus)
    told = stages(corpus, a_case(np.random.default_rng(1)))
    seconds: dict[str, list[float]] = {name: [] for name in told}
    for stage in told.values():
        stage()  # compiled now
    for number in range(rounds):
        for name, stage in told.items():
            seconds[name].append(measure(stage))
        for interpreter in peers if number < 3 else ():
            for name in PEERS:
                answer = ask_peer(interpreter, name, corpus.plain)
                if answer is not None:
                    seconds.setdefault(f"{name} {answer[0]}, no hashing", []).append(answer[2])
                    seconds.setdefault(f"{name} {answer[0]} with txids", []).append(answer[3])
    medians = print_rates(seconds, corpus.data.size)
    print_chain(medians)


if __name__ == "__main__":
    main()
