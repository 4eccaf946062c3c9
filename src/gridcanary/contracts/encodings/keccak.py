"""Keccak-256 as Monero and Ethereum use it: the permutation of SHA-3 with the padding from before the standard.

After Bertoni, Daemen, Peeters and Van Assche, "The Keccak reference" 3.0 (2011), section 1.2; hashlib only has the
standard's padding (FIPS 202), which gives other digests.
"""

from __future__ import annotations

_RATE = 136
_LANES = 25
_MASK = (1 << 64) - 1
_KECCAK_PADDING, SHA3_PADDING = 0x01, 0x06


def _round_constants() -> tuple[int, ...]:
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << (1 << power) - 1
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        constants.append(constant)
    return tuple(constants)


def _offsets() -> tuple[int, ...]:
    offsets, x, y = [0] * _LANES, 1, 0
    for step in range(24):
        offsets[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(offsets)


_ROUNDS = _round_constants()
_OFFSETS = _offsets()
_MOVES = tuple((y + 5 * ((2 * x + 3 * y) % 5), x + 5 * y) for y in range(5) for x in range(5))


def _turned(lane: int, bits: int) -> int:
    return (lane << bits | lane >> 64 - bits) & _MASK


def _permuted(lanes: list[int]) -> list[int]:
    for constant in _ROUNDS:
        column = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        mixed = [column[x - 1] ^ _turned(column[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * _LANES
        for target, origin in _MOVES:
            moved[target] = _turned(lanes[origin] ^ mixed[origin % 5], _OFFSETS[origin])
        lanes = [
            moved[at] ^ (~moved[at - at % 5 + (at + 1) % 5] & moved[at - at % 5 + (at + 2) % 5])
            for at in range(_LANES)
        ]
        lanes[0] ^= constant
    return lanes


def keccak_256(data: bytes, padding: int = _KECCAK_PADDING) -> bytes:
    """The digest, 32 bytes.

    Args:
        data: of any length; about 4 MB/s are hashed, so this is for addresses.
        padding: first byte behind the data; ``SHA3_PADDING`` gives SHA3-256.

    >>> keccak_256(b"").hex()[:16]
    'c5d2460186f7233c'
    """
    padded = bytearray(data) + bytes([padding]) + bytes(-(len(data) + 1) % _RATE)
    padded[-1] |= 0x80
    lanes = [0] * _LANES
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + 8 * lane
            lanes[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
