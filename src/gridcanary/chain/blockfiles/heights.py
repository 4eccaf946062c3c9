"""The height that a miner writes into the coinbase (BIP34), for blocks that no chain from the genesis places."""

from __future__ import annotations

_SMALL, _SMALLEST, _LARGEST = 0x51, 1, 16
"""Heights up to 16 are pushed by an opcode of their own."""

_LONGEST_PUSH = 4


def height_told(version: int, script: bytes, merged: bool) -> int | None:
    """The height at the beginning of a coinbase's script, None where the block needn't tell one.

    Source: BIP34; the rule holds for blocks of version 2 and later, which all are since height 227,931 of Bitcoin.

    Args:
        version: of the block.
        script: the coinbase's scriptSig.
        merged: whether the network keeps the version proper in its lowest byte (AuxPoW).
    """
    if (version & 0xFF if merged else version) in (0, 1) or not script:
        return None
    first = script[0]
    if _SMALL <= first < _SMALL + _LARGEST:
        return first - _SMALL + _SMALLEST
    if first == 0:
        return 0
    pushed = script[1 : 1 + first]
    if first > _LONGEST_PUSH or len(pushed) < first or pushed[-1] & 0x80:
        return None
    return int.from_bytes(pushed, "little")
