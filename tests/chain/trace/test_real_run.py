"""Real consecutive blocks: traces held against a plain search through every transaction, and against labels."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.trace.flow import by_end
from gridcanary.chain.trace.limits import Limits
from gridcanary.chain.trace.seeds import Seed, receipts
from gridcanary.chain.trace.services import MappingBook, Service
from gridcanary.chain.trace.tracing import Trace, trace
from gridcanary.chain.transactions import Outpoint
from gridcanary.chain.whole_blocks import parse_block
from tests.chain.real_data import CHAIN

BITCOIN = NETWORKS["bitcoin"]
EVERYWHERE = Limits(
    hops=200, most_outputs=100_000, most_transactions=1_000_000, examinations=0, through_coinjoins=True
)
PAYERS = 150

pytestmark = pytest.mark.data


def runs() -> list[Path]:
    """Folders whose blocks follow each other."""
    return sorted(folder for folder in (CHAIN / "blocks").glob("run_*") if folder.is_dir())


def plain_history(folder: Path) -> MemoryHistory:
    """The same blocks by the plain reader, in the order of their parents."""
    blocks = {}
    for path in folder.iterdir():
        if path.suffix in {".bin", ".raw"}:
            block = parse_block(path.read_bytes(), BITCOIN).block
            blocks[block.header.hash] = block
    first = next(one for one in blocks.values() if one.header.previous not in blocks)
    ordered = [first]
    children = {one.header.previous: one for one in blocks.values()}
    while (child := children.get(ordered[-1].header.hash)) is not None:
        ordered.append(child)
    return MemoryHistory(
        BITCOIN,
        [
            Confirmed(Place(height, at, block.header.hash, block.header.time), one)
            for height, block in enumerate(ordered)
            for at, one in enumerate(block.transactions)
        ],
    )


@pytest.fixture(scope="module", params=runs() or [None], ids=lambda folder: folder.name if folder else "none")
def run(request: pytest.FixtureRequest) -> tuple[FileHistory, MemoryHistory]:
    if request.param is None:
        pytest.skip(f"no folder run_* of consecutive blocks is at {CHAIN / 'blocks'}; set GRIDCANARY_DATA")
    return FileHistory(BITCOIN, [request.param]), plain_history(request.param)


def first_receipts(history: MemoryHistory) -> list[Seed]:
    """What the first payments of the first block pay."""
    payments = [one for one in history if not one.transaction.is_coinbase][:PAYERS]
    return [
        Seed(Outpoint(one.transaction.txid, at), output, 0, one.place)
        for one in payments
        for at, output in enumerate(one.transaction.outputs)
        if output.value
    ]


def reached(history: MemoryHistory, seeds: list[Seed]) -> set[Outpoint]:
    """Every output that a plain search in the order of the chain reaches."""
    found = {seed.outpoint for seed in seeds}
    for one in history:
        claims = one.transaction.inputs
        held = [claim for claim in claims if claim.previous in found and _can_go(history, claim.previous)]
        unknown = [claim for claim in claims if claim.spent is None]
        rest = sum(output.value for output in one.transaction.outputs)
        rest -= sum(claim.spent.value for claim in claims if claim.spent)
        if held and (not unknown or (len(unknown) == 1 and rest > 0)):
            found |= {Outpoint(one.transaction.txid, at) for at in range(len(one.transaction.outputs))}
    return found


def _can_go(history: MemoryHistory, outpoint: Outpoint) -> bool:
    return history.outputs([outpoint])[outpoint].script[:1] != b"\x6a"


def test_block_files_and_a_plain_search_reach_the_same_outputs(
    run: tuple[FileHistory, MemoryHistory],
) -> None:
    files, plain = run
    seeds = first_receipts(plain)
    found = trace(files, seeds, MappingBook({}), EVERYWHERE)
    assert len(found.collection.steps) > 20
    assert set(found.collection.outputs) == reached(plain, seeds)
    received = sum(seed.output.value for seed in seeds)
    for rule in ("haircut", "fifo", "lifo"):
        assert sum(by_end(found.collection, found.flows[rule]).values()) == received


def test_coins_end_where_a_label_stands(run: tuple[FileHistory, MemoryHistory]) -> None:
    """The scripts that are paid most often in the run are labelled, as exchanges' and pools' are."""
    files, plain = run
    seeds = first_receipts(plain)
    wallets = {seed.output.script for seed in seeds}
    often = Counter(output.script for one in plain for output in one.transaction.outputs if output.value)
    labelled = [script for script, _ in often.most_common(400) if script not in wallets]
    book = MappingBook({script: Service(f"service {at}", "exchange") for at, script in enumerate(labelled)})
    found: Trace = trace(files, seeds, book)
    for outpoint, ended in found.collection.ended.items():
        output = found.collection.outputs[outpoint]
        if book.service_of(output.script) is not None:
            assert ended.service == book.service_of(output.script)
    for one, other in pairwise(found.collection.in_order()):
        assert one.one.place < other.one.place


def test_receipts_of_real_wallets_are_those_of_the_plain_reader(
    run: tuple[FileHistory, MemoryHistory],
) -> None:
    files, plain = run
    sources = {seed.output.script: 0 for seed in first_receipts(plain)}
    assert [seed.outpoint for seed in receipts(files, sources)] == [
        seed.outpoint for seed in receipts(plain, sources)
    ]
