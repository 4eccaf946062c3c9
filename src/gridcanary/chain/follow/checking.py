"""What must hold of bytes from a server before they are kept: work, link, Merkle root, witness commitment, height."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.block_check import check_block as check_alone
from gridcanary.chain.blocks import Block, Header
from gridcanary.chain.coinbase import told_height
from gridcanary.chain.follow.errors import SourceLied
from gridcanary.chain.follow.floors import difficulty_of
from gridcanary.chain.follow.sources import shown
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import MalformedTransaction
from gridcanary.chain.whole_blocks import parse_block
from gridcanary.chain.work import target_of, work_holds

RETARGET_BLOCKS = 2016
LARGEST_STEP = 4.0
"""By how much Bitcoin's difficulty changes at most, and only every RETARGET_BLOCKS."""
ROUNDING = 1.001
"""Compact targets keep three bytes."""
HEIGHT_TOLD_FROM = {
    "bitcoin": 227_931,
    "bitcoin-cash": 227_931,
    "testnet3": 21_111,
    "testnet4": 1,
    "signet": 1,
    "regtest": 1,
    "litecoin": 710_000,
    "dogecoin": 1_034_383,
}
"""From these heights on a coinbase begins with its height (BIP34; chain parameters of the networks' nodes)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a block before its bytes are seen.

    Args:
        source: who gives them.
        network: its network.
        height: its height.
        hash: its hash, in the order of hashing.
        floor: the least difficulty.
        bits_before: compact target of the block before; None where that block is not known.
    """

    source: str
    network: Network
    height: int
    hash: bytes
    floor: float
    bits_before: int | None = None

    def lied(self, problem: str) -> SourceLied:
        """The error that names this block."""
        return SourceLied(self.source, f"block {shown(self.hash)}", problem)


def check_block(raw: bytes, expected: Expected) -> Header:
    """Hold the bytes of a whole block against all that can be known of it.

    Returns:
        Its header.

    Raises:
        SourceLied: names what does not hold.
    """
    try:
        block = parse_block(raw, expected.network).block
    except MalformedTransaction as error:
        raise expected.lied(f"is broken at {error}") from error
    check_name(block.header, expected)
    if faults := check_alone(raw, expected.network).faults:
        raise expected.lied("; ".join(faults))
    check_difficulty(block.header, expected)
    if any(one.is_coinbase for one in block.transactions[1:]):
        raise expected.lied("it has more than one coinbase")
    _check_height(block, expected)
    return block.header


def check_header(header: Header, expected: Expected) -> None:
    """Hold a header without its block against its hash, its work and the difficulty.

    Raises:
        SourceLied: names what does not hold.
    """
    check_name(header, expected)
    if not work_holds(header.raw, expected.network):
        raise expected.lied("the proof of work doesn't hold")
    check_difficulty(header, expected)


def check_name(header: Header, expected: Expected) -> None:
    """Hold a header against the hash that was asked for; SourceLied where it has another."""
    if header.hash != expected.hash:
        raise expected.lied(f"the bytes are those of {shown(header.hash)}")


def check_difficulty(header: Header, expected: Expected) -> None:
    """Hold a header's target against the least difficulty and against the target before; SourceLied otherwise."""
    difficulty = difficulty_of(target_of(header.bits))
    if difficulty < expected.floor:
        least = f"{expected.floor:.6g}, the least at height {expected.height}"
        raise expected.lied(f"its difficulty {difficulty:.6g} lies below {least}")
    if expected.network.name == "bitcoin" and expected.bits_before is not None:
        _check_step(header.bits, expected.bits_before, expected)


def _check_step(bits: int, before: int, expected: Expected) -> None:
    """On Bitcoin's main chain the target changes every 2,016 blocks only, and by a factor of four at most."""
    step = target_of(bits) / target_of(before)
    most = LARGEST_STEP * ROUNDING if expected.height % RETARGET_BLOCKS == 0 else 1.0
    if not 1 / most <= step <= most:
        raise expected.lied(f"its target is {step:.6g} times that of the block before")


def _check_height(block: Block, expected: Expected) -> None:
    """Hold the height in the coinbase against the height that was asked for, where the network wants one."""
    if expected.height < HEIGHT_TOLD_FROM.get(expected.network.name, expected.height + 1):
        return
    told = told_height(block.transactions[0].inputs[0].script)
    if told != expected.height:
        raise expected.lied(f"its coinbase tells height {told}, expected {expected.height}")
