"""Merged mining (AuxPoW): a block that proves the work of a parent chain's block, such as Dogecoin Litecoin's.

Layout and rules as in Dogecoin Core's ``auxpow.cpp`` and the Bitcoin Wiki's "Merged mining specification". The
parent's coinbase comes along, and with it what the parent's miners were paid.
"""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.blocks import Header, read_header
from gridcanary.chain.merkle import root_above
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Cursor, MalformedTransaction, Transaction, read_transaction
from gridcanary.chain.work import easiest_target, target_of, work_hash

VERSION_FLAG = 0x100
"""Bit of a header's version that announces a proof of merged mining; the chain's number stands 16 bits higher."""

_MARK = bytes.fromhex("fabe6d6d")
_MOST_LEVELS = 30
_FIRST_BYTES_WITHOUT_MARK = 20


@dataclass(frozen=True, slots=True)
class MergedWork:
    """The parent block's part of a merged-mined block.

    Args:
        coinbase: the parent's first transaction, whose outputs pay the parent's reward.
        coinbase_branch: from the coinbase to the parent's Merkle root.
        coinbase_position: 0 in any valid proof.
        chain_branch: from our block's hash to the root that the coinbase names.
        chain_position: our chain's place in that tree.
        parent: the header whose work counts.
    """

    coinbase: Transaction
    coinbase_branch: tuple[bytes, ...]
    coinbase_position: int
    chain_branch: tuple[bytes, ...]
    chain_position: int
    parent: Header

    @property
    def payouts(self) -> list[tuple[bytes, int]]:
        """Script and satoshi of each output of the parent's coinbase, in the parent's coin."""
        return [(output.script, output.value) for output in self.coinbase.outputs]


def is_merged(header: Header) -> bool:
    """Whether the header announces a proof of merged mining."""
    return bool(header.version & VERSION_FLAG)


def read_merged_work(cursor: Cursor) -> MergedWork:
    """The proof behind a header that announces one; MalformedTransaction where there is none."""
    coinbase = read_transaction(cursor)
    cursor.take(32)  # hash of the parent, which its header gives anyway
    coinbase_branch, coinbase_position = _read_branch(cursor)
    chain_branch, chain_position = _read_branch(cursor)
    parent = read_header(cursor)
    return MergedWork(coinbase, coinbase_branch, coinbase_position, chain_branch, chain_position, parent)


def merged_work_faults(header: Header, merged: MergedWork, network: Network) -> list[str]:
    """What is wrong with a proof of merged mining.

    Args:
        header: of the merged-mined block.
        merged: its proof.
        network: of the merged-mined block; parents hash alike.

    Returns:
        A clause each, none where the proof holds.
    """
    faults = []
    target = target_of(header.bits)
    if not 0 < target <= easiest_target(network):
        faults.append("the target is easier than the network allows")
    elif int.from_bytes(work_hash(merged.parent.raw, network), "little") > target:
        faults.append("the parent's hash doesn't meet the target")
    if merged.parent.version >> 16 == header.version >> 16 and is_merged(merged.parent):
        faults.append("the parent is of the same chain")
    if merged.coinbase_position != 0:
        faults.append("the parent's transaction isn't its coinbase")
    if root_above(merged.coinbase.txid, merged.coinbase_branch, 0) != merged.parent.merkle_root:
        faults.append("the coinbase's branch doesn't lead to the parent's Merkle root")
    return faults + _commitment_faults(header, merged)


def _commitment_faults(header: Header, merged: MergedWork) -> list[str]:
    """Whether the parent's coinbase names our block, once, and at the place that belongs to our chain."""
    levels = len(merged.chain_branch)
    if levels > _MOST_LEVELS:
        return [f"{levels} levels of merged chains, more than {_MOST_LEVELS}"]
    root = root_above(header.hash, merged.chain_branch, merged.chain_position)[::-1]
    script = merged.coinbase.inputs[0].script if merged.coinbase.inputs else b""
    at, mark = script.find(root), script.find(_MARK)
    if at < 0:
        return ["the parent's coinbase doesn't name this block"]
    if mark >= 0 and (script.find(_MARK, mark + 1) >= 0 or mark + len(_MARK) != at):
        return ["the parent's coinbase marks merged mining elsewhere"]
    if mark < 0 and at > _FIRST_BYTES_WITHOUT_MARK:
        return ["the parent's coinbase names this block too far behind its start"]
    tail = script[at + 32 : at + 40]
    if len(tail) < 8:
        return ["the parent's coinbase lacks the size of the tree of merged chains"]
    if int.from_bytes(tail[:4], "little") != 1 << levels:
        return ["the tree of merged chains has another size than the parent's coinbase says"]
    expected = _expected_position(int.from_bytes(tail[4:], "little"), header.version >> 16, levels)
    return [] if merged.chain_position == expected else ["this block stands at another chain's place"]


def _expected_position(nonce: int, chain: int, levels: int) -> int:
    """A chain's place in the tree: drawn from a nonce, so that no block counts twice in one parent."""
    drawn = (nonce * 1103515245 + 12345) & 0xFFFFFFFF
    drawn = ((drawn + chain) * 1103515245 + 12345) & 0xFFFFFFFF
    return drawn % (1 << levels)


def _read_branch(cursor: Cursor) -> tuple[tuple[bytes, ...], int]:
    at, count = cursor.at, cursor.count()
    if count * 32 > len(cursor.data) - cursor.at:
        raise MalformedTransaction(at, f"a branch of {count} hashes, too many for what is left")
    return tuple(cursor.take(32) for _ in range(count)), cursor.number(4)
