"""The recorded chain's exchanges: what traces say of deposit addresses, held against the recording's own books."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib import resources
from typing import Any

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.blocks import read_block
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.trace.custody import Role
from gridcanary.chain.trace.seeds import receipts
from gridcanary.chain.trace.services import MappingBook, Service
from gridcanary.chain.trace.tracing import Trace, trace
from gridcanary.chain.transactions import Cursor
from gridcanary.simulator.chain_truth.trace_scoring import AddressTally

REGTEST = NETWORKS["regtest"]

LABELLED = {
    "every": slice(None),
    "first": slice(0, 1),
    "middle": slice(4, 5),
    "last": slice(-1, None),
}
"""Which of the nine wallets that each exchange swept its deposits into, one after the other, have a label."""


@cache
def recorded_history() -> MemoryHistory:
    """The recorded chain; it was recorded without a fork."""
    folder = resources.files("gridcanary.simulator") / "recorded_chain"
    key = (folder / "xor.dat").read_bytes()
    hidden = gzip.decompress((folder / "blk00000.dat.gz").read_bytes())
    cursor, height, confirmed = (
        Cursor(bytes(byte ^ key[at % len(key)] for at, byte in enumerate(hidden))),
        0,
        [],
    )
    while cursor.data[cursor.at : cursor.at + 4] == REGTEST.magic:
        cursor.take(8)
        block = read_block(cursor)
        confirmed += [
            Confirmed(Place(height, position, block.header.hash, block.header.time), transaction)
            for position, transaction in enumerate(block.transactions)
        ]
        height += 1
    return MemoryHistory(REGTEST, confirmed)


@cache
def recorded_books() -> dict[str, Any]:
    """What the recording knows: pools' scripts, miners' and deposit addresses, the ledger of payouts."""
    folder = resources.files("gridcanary.simulator") / "recorded_chain"
    return dict(json.loads(gzip.decompress((folder / "truth.json.gz").read_bytes())))


def miners() -> dict[str, bytes]:
    """The script of each miner."""
    return {name: script_of_address(text, REGTEST) for name, text in recorded_books()["miners"].items()}


def deposits() -> dict[bytes, tuple[str, str]]:
    """Miner and exchange of each deposit address that was ever paid."""
    paid = {output.script for one in recorded_history() for output in one.transaction.outputs}
    scripts = {
        script_of_address(text, REGTEST): key.split("|") for key, text in recorded_books()["deposits"].items()
    }
    return {script: (miner, name) for script, (miner, name) in scripts.items() if script in paid}


def labels(which: slice) -> MappingBook:
    """Labels of some of the wallets that the exchanges swept deposits into."""
    owners, wallets = deposits(), dict[str, list[bytes]]()
    for one in recorded_history():
        spent = {claim.spent.script for claim in one.transaction.inputs if claim.spent}
        for name in {owners[script][1] for script in spent & owners.keys()}:
            wallets.setdefault(name, []).append(one.transaction.outputs[0].script)
    return MappingBook(
        {script: Service(name, "exchange") for name, scripts in wallets.items() for script in scripts[which]}
    )


def said_deposits(found: Trace) -> dict[bytes, str]:
    """Addresses with the case's coins that are held to be customers' addresses at a service."""
    owners = {
        output.script: found.custody.owner_of_script(output.script)
        for output in found.collection.outputs.values()
    }
    return {
        script: owner.service.name
        for script, owner in owners.items()
        if owner is not None and owner.role in (Role.DEPOSIT, Role.COSPENT)
    }


def recorded_tally(which: slice) -> AddressTally:
    """Each miner traced by himself, with the labels of these wallets."""
    book, told = labels(which), AddressTally()
    for name, script in miners().items():
        said = said_deposits(
            trace(recorded_history(), receipts(recorded_history(), {script: 0}), book)
        ).items()
        true = {at: exchange for at, (miner, exchange) in deposits().items() if miner == name}.items()
        right = len(said & true)
        told += AddressTally(len(true), right, len(said), right)
    return told
