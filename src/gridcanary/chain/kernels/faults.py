"""Why bytes are no block: the codes that kernels return, and what they say to people."""

from __future__ import annotations

from typing import NamedTuple

from gridcanary.contracts.errors import GridcanaryError

FINE, FULL, SHORT, COUNT, FLAGS_UNKNOWN, MIMBLEWIMBLE, LEFT_OVER, EMPTY, ROOT = range(9)
"""FULL says that the columns have no room left; it never leaves the kernels' package."""

_SENTENCES = {
    SHORT: "the block ends inside a field",
    COUNT: "more items are announced than the rest of the block can hold",
    FLAGS_UNKNOWN: "the transaction has unknown flags",
    MIMBLEWIMBLE: "a Mimblewimble transaction stands outside its extension block",
    LEFT_OVER: "bytes are left over behind the last transaction",
    EMPTY: "the block has no transaction",
    ROOT: "the transactions are not those that the header commits to",
}


class Fault(NamedTuple):
    """A block that can't be read.

    Args:
        block: its row among the blocks asked for.
        code: one of this module's codes.
        at: offset in the buffer of the byte where reading stopped.
    """

    block: int
    code: int
    at: int

    @property
    def problem(self) -> str:
        """What is wrong, a clause."""
        return _SENTENCES[self.code]


class MalformedBlock(GridcanaryError):
    """Bytes that are no block."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"byte {fault.at}: {fault.problem}")
