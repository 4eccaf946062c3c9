"""What must hold of bytes from a server before they are kept: work, link, Merkle root, witness commitment, height."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.blocks import Block, Header, merkle_root, read_block
from gridcanary.chain.follow.errors import SourceLied
from gridcanary.chain.follow.floors import difficulty_of
from gridcanary.chain.follow.sources import shown
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Cursor, MalformedTransaction, sha256d
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
        cursor = Cursor(raw)
        block = read_block(cursor)
    except MalformedTransaction as error:
        raise expected.lied(f"is broken at {error}") from error
    if cursor.at != len(raw):
        raise expected.lied(f"{len(raw) - cursor.at} bytes are left over")
    check_header(block.header, expected)
    _check_transactions(block, expected)
    _check_witness(block, expected)
    check_height(block, expected)
    return block.header


def check_header(header: Header, expected: Expected) -> None:
    """Hold a header against its hash, its own target, the least difficulty, and the target before.

    Raises:
        SourceLied: names what does not hold.
    """
    if header.hash != expected.hash:
        raise expected.lied(f"the bytes are those of {shown(header.hash)}")
    if not work_holds(header.raw, expected.network):
        raise expected.lied("its header's hash misses its own target")
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


def _check_transactions(block: Block, expected: Expected) -> None:
    txids = [one.txid for one in block.transactions]
    if not txids or not block.transactions[0].is_coinbase:
        raise expected.lied("its first transaction is no coinbase")
    if any(one.is_coinbase for one in block.transactions[1:]):
        raise expected.lied("it has more than one coinbase")
    if len(set(txids)) != len(txids):
        raise expected.lied("a transaction stands in it twice")
    if merkle_root(txids) != block.header.merkle_root:
        raise expected.lied("its transactions don't give the Merkle root of its header")


def _check_witness(block: Block, expected: Expected) -> None:
    """Witnesses are no part of txids; the coinbase commits to them by itself (BIP141)."""
    coinbase = block.transactions[0]
    told = [one.script for one in coinbase.outputs if one.script[:6] == b"\x6a\x24\xaa\x21\xa9\xed"]
    if not told:
        if any(claim.witness for one in block.transactions for claim in one.inputs):
            raise expected.lied("it has witnesses without a commitment to them")
        return
    reserved = coinbase.inputs[0].witness
    root = merkle_root([bytes(32), *(sha256d(one.raw) for one in block.transactions[1:])])
    if len(reserved) != 1 or sha256d(root + reserved[0]) != told[-1][6:38]:
        raise expected.lied("its witnesses don't give the commitment of its coinbase")


def check_height(block: Block, expected: Expected) -> None:
    """Hold the height in the coinbase against the height that was asked for, where the network wants one."""
    if expected.height < HEIGHT_TOLD_FROM[expected.network.name]:
        return
    script = block.transactions[0].inputs[0].script
    told = told_height(script)
    if told != expected.height:
        raise expected.lied(f"its coinbase tells height {told}, expected {expected.height}")


def told_height(script: bytes) -> int | None:
    """The height at the beginning of a coinbase's script (BIP34); None where there is none."""
    first = script[0] if script else 0xFF
    if 0x51 <= first <= 0x60:
        return first - 0x50
    if not 1 <= first <= 8 or len(script) <= first:
        return None
    return int.from_bytes(script[1 : first + 1], "little")
