"""A transaction with what proves that it stands in a block: its Merkle branch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridcanary.chain.coinbase import told_height
from gridcanary.chain.dossier.header_runs import HeaderRuns
from gridcanary.chain.dossier.layout import hash_from, shown
from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.merkle import BadProof, check_branch
from gridcanary.chain.transactions import MalformedTransaction, Transaction, parse_transaction

FIELDS = ("height", "position", "block", "txid", "branch", "raw")


@dataclass(frozen=True, slots=True)
class Proven:
    """A transaction, where it stands, and its branch.

    Args:
        transaction: parsed from its bytes.
        block_hash: of its block, in the order of hashing.
        position: number in the block, 0 the coinbase.
        branch: hashes beside the way to the Merkle root, lowest first, in the order of hashing.
    """

    transaction: Transaction
    block_hash: bytes
    position: int
    branch: tuple[bytes, ...]

    @property
    def txid(self) -> bytes:
        """The transaction's id in the order of hashing."""
        return self.transaction.txid

    def confirmed(self, headers: HeaderRuns) -> Confirmed:
        """The transaction in its place; KeyError where its block's header is missing."""
        row = headers.row_of(self.block_hash)
        place = Place(headers.height_at(row), self.position, self.block_hash, headers.header(row).time)
        return Confirmed(place, self.transaction)

    def record(self, headers: HeaderRuns) -> dict[str, Any]:
        """The line of ``chain/transactions.jsonl``; hashes as people write them."""
        return {
            "height": headers.height_at(headers.row_of(self.block_hash)),
            "position": self.position,
            "block": shown(self.block_hash),
            "txid": shown(self.txid),
            "branch": [shown(one) for one in self.branch],
            "raw": self.transaction.raw.hex(),
        }


class BadRecord(Exception):
    """A line that is no record of a proven transaction: which field, and what is wrong."""

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


def proven_from(line: bytes, headers: HeaderRuns) -> Proven:
    """The transaction of a line, its txid, block and height checked; BadRecord names the field that is wrong."""
    record = _record(line)
    transaction = _transaction(record["raw"])
    if record["raw"] != transaction.raw.hex():
        raise BadRecord("raw", "is not written in small hex letters without spaces")
    if record["txid"] != transaction.shown_id:
        raise BadRecord("txid", f"the raw transaction hashes to {transaction.shown_id}")
    position = record["position"]
    if type(position) is not int or position < 0:
        raise BadRecord("position", "is no number from 0")
    if transaction.is_coinbase != (position == 0):
        raise BadRecord("position", "the first transaction of a block is the coinbase, and no other")
    block_hash = _hash("block", record["block"])
    branch = record["branch"]
    if not isinstance(branch, list):
        raise BadRecord("branch", "is no list")
    try:
        row = headers.row_of(block_hash)
    except KeyError:
        raise BadRecord("block", "no header of the dossier has this hash") from None
    if record["height"] != headers.height_at(row) or type(record["height"]) is not int:
        raise BadRecord("height", f"its header stands at {headers.height_at(row)}")
    _check_told_height(transaction, headers, row)
    return Proven(transaction, block_hash, position, tuple(_hash("branch", one) for one in branch))


def branch_faults(proven: Sequence[Proven], headers: HeaderRuns) -> Iterable[tuple[int, str]]:
    """Place in the sequence, and problem, of every transaction whose branch proves nothing.

    The depth of a block's tree is that of its coinbase's branch, so each block needs its coinbase.
    """
    depths = {one.block_hash: len(one.branch) for one in proven if one.position == 0}
    for at, one in enumerate(proven):
        if one.block_hash not in depths:
            yield at, "the coinbase of its block is missing, which shows how deep the block's tree is"
            continue
        root = headers.header(headers.row_of(one.block_hash)).merkle_root
        try:
            check_branch(one.transaction, one.position, one.branch, root, depth=depths[one.block_hash])
        except BadProof as error:
            yield at, error.problem


def _check_told_height(transaction: Transaction, headers: HeaderRuns, row: int) -> None:
    """That a coinbase tells the height of its header (BIP34), which blocks of version 1 needn't."""
    height, version = headers.height_at(row), headers.header(row).version
    if not transaction.is_coinbase or height < 0 or version <= 1:
        return
    told = told_height(transaction.inputs[0].script)
    if told is not None and told != height:
        raise BadRecord("height", f"the coinbase itself says {told}")


def _record(line: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRecord("", f"is no JSON: {error}") from None
    if not isinstance(record, dict) or tuple(record) != FIELDS:
        raise BadRecord("", f"has other fields than {', '.join(FIELDS)}")
    return record


def _transaction(text: Any) -> Transaction:
    try:
        return parse_transaction(bytes.fromhex(text))
    except (TypeError, ValueError):
        raise BadRecord("raw", "is no hex") from None
    except MalformedTransaction as error:
        raise BadRecord("raw", f"is no transaction: {error}") from None


def _hash(field: str, text: Any) -> bytes:
    try:
        return hash_from(text)
    except ValueError as error:
        raise BadRecord(field, str(error)) from None
