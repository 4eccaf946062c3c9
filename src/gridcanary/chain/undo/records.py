"""The undo record of one block, and what its block becomes with it: inputs that know what they spend."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gridcanary.chain.blocks import Block
from gridcanary.chain.transactions import Cursor, MalformedTransaction, Output, Transaction
from gridcanary.chain.undo.compression import expanded_amount, read_script, read_varint
from gridcanary.contracts.errors import GridcanaryError


@dataclass(frozen=True, slots=True)
class Spent:
    """An output that a block spends.

    Args:
        output: its satoshi and script.
        height: of the block that created it; 0 where an old node didn't keep it.
        from_coinbase: whether a coinbase created it.
    """

    output: Output
    height: int = 0
    from_coinbase: bool = False


class UnfittingUndo(GridcanaryError):
    """Undo data of another block."""

    def __init__(self, block: bytes, problem: str) -> None:
        self.block, self.problem = block, problem
        super().__init__(f"undo data for block {block[::-1].hex()}: {problem}")


BlockUndo = tuple[tuple[Spent, ...], ...]
"""For each transaction but the coinbase, what its inputs spend, in their order."""


def read_undo(data: bytes) -> BlockUndo:
    """The record of one block, to the last byte; MalformedTransaction where it isn't one."""
    cursor = Cursor(data)
    undo = tuple(
        tuple(_read_spent(cursor) for _ in range(_count(cursor, 3))) for _ in range(_count(cursor, 1))
    )
    if cursor.at != len(data):
        raise MalformedTransaction(cursor.at, f"{len(data) - cursor.at} bytes are left over")
    return undo


def read_plain_outputs(data: bytes) -> list[Output]:
    """Spent outputs one after the other as transactions write them, without counts, as some node tests keep them."""
    cursor = Cursor(data)
    outputs = []
    while cursor.at < len(data):
        value = cursor.number(8)
        outputs.append(Output(value, cursor.take(cursor.count())))
    return outputs


def with_spent(block: Block, undo: BlockUndo) -> Block:
    """The block with ``Input.spent`` filled.

    Raises:
        UnfittingUndo: the record has other numbers of transactions or inputs.
    """
    theirs = [len(one) for one in undo]
    ours = [len(one.inputs) for one in block.transactions[1:]]
    if theirs != ours:
        raise UnfittingUndo(block.header.hash, "it counts other transactions or inputs than the block")
    told = (_filled(one, spent) for one, spent in zip(block.transactions[1:], undo, strict=True))
    return Block(block.header, (block.transactions[0], *told))


def with_spent_outputs(block: Block, outputs: list[Output]) -> Block:
    """The block with ``Input.spent`` filled from a plain list; UnfittingUndo where the number differs."""
    needed = [len(one.inputs) for one in block.transactions[1:]]
    if sum(needed) != len(outputs):
        problem = f"it has {len(outputs)} outputs, the block spends {sum(needed)}"
        raise UnfittingUndo(block.header.hash, problem)
    left = iter(outputs)
    undo = tuple(tuple(Spent(next(left)) for _ in range(count)) for count in needed)
    return with_spent(block, undo)


def _filled(transaction: Transaction, spent: tuple[Spent, ...]) -> Transaction:
    pairs = zip(transaction.inputs, spent, strict=True)
    return replace(transaction, inputs=tuple(replace(claim, spent=one.output) for claim, one in pairs))


def _count(cursor: Cursor, least_size: int) -> int:
    at, count = cursor.at, cursor.count()
    if count * least_size > len(cursor.data) - cursor.at:
        raise MalformedTransaction(at, f"{count} items are announced, too many for what is left")
    return count


def _read_spent(cursor: Cursor) -> Spent:
    code = read_varint(cursor)
    height = code >> 1
    if height:
        read_varint(cursor)  # the transaction's version in nodes before 0.15, 0 since
    value = expanded_amount(read_varint(cursor))
    return Spent(Output(value, read_script(cursor)), height, bool(code & 1))
