"""Proof of work: targets in compact form, and whether a header's hash is low enough.

Rules as in Bitcoin Core's ``pow.cpp`` and ``arith_uint256.cpp``; the scrypt parameters are Litecoin's
(N 1,024, r 1, p 1, the header as both password and salt).
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import sha256d

_LIMIT_BITS = {
    "bitcoin": 0x1D00FFFF,
    "testnet3": 0x1D00FFFF,
    "testnet4": 0x1D00FFFF,
    "signet": 0x1E0377AE,
    "regtest": 0x207FFFFF,
    "bitcoin-cash": 0x1D00FFFF,
    "litecoin": 0x1E0FFFFF,
    "litecoin-regtest": 0x207FFFFF,
    "dogecoin": 0x1E0FFFFF,
}
"""The easiest target that each network allows, in compact form (``powLimit`` in its node's chain parameters)."""


def target_of(bits: int) -> int:
    """The target that compact bits stand for.

    Args:
        bits: 32 bits: the top byte counts bytes, the rest is the mantissa.

    Returns:
        The highest hash that is low enough; 0 where the bits are negative, zero or too large for 256 bits,
        which no hash can meet.
    """
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    if bits & 0x800000 and mantissa:
        return 0
    target = mantissa << 8 * (size - 3) if size >= 3 else mantissa >> 8 * (3 - size)
    return target if target.bit_length() <= 256 else 0


def bits_of(target: int) -> int:
    """The compact form of a target, which keeps its three highest bytes."""
    size = (target.bit_length() + 7) // 8
    mantissa = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if mantissa & 0x800000:
        mantissa >>= 8
        size += 1
    return size << 24 | mantissa


def work_of(bits: int) -> int:
    """Hashes that a header with these bits takes on average; 0 where no hash can meet them."""
    target = target_of(bits)
    return (1 << 256) // (target + 1) if target else 0


def easiest_target(network: Network) -> int:
    """The easiest target that the network allows."""
    return target_of(_LIMIT_BITS[network.name])


def work_hash(header: bytes, network: Network) -> bytes:
    """The hash that must be low, in the order of hashing; on scrypt networks it isn't the block's name.

    Args:
        header: the eighty bytes.
        network: whose rules count.
    """
    if network.work == "scrypt":
        return hashlib.scrypt(header, salt=header, n=1024, r=1, p=1, dklen=32)
    return sha256d(header)


def work_holds(header: bytes, network: Network) -> bool:
    """Whether the header's own hash meets its target, and the target the network's limit.

    A block that is mined together with a parent chain proves the parent's work instead
    (:mod:`gridcanary.chain.auxpow`).
    """
    target = target_of(int.from_bytes(header[72:76], "little"))
    if not 0 < target <= easiest_target(network):
        return False
    return int.from_bytes(work_hash(header, network), "little") <= target


def work_holds_all(
    hashes: npt.NDArray[np.uint8], bits: npt.NDArray[np.uint32], network: Network
) -> npt.NDArray[np.bool_]:
    """Which of many hashes are low enough.

    Args:
        hashes: work hashes in the order of hashing, shape (n, 32).
        bits: compact targets, shape (n,).
        network: whose limit counts.

    Returns:
        Shape (n,).
    """
    told, of = np.unique(bits, return_inverse=True)
    limit = easiest_target(network)
    targets = [target_of(int(one)) for one in told]
    allowed = np.array([0 < target <= limit for target in targets], dtype=np.bool_)
    limbs = np.frombuffer(b"".join(target.to_bytes(32, "little") for target in targets), dtype="<u8")
    theirs = limbs.reshape(-1, 4)[of]
    ours = np.ascontiguousarray(hashes).view("<u8").reshape(-1, 4)
    below = ours[:, 0] <= theirs[:, 0]
    for limb in (1, 2, 3):
        below = (ours[:, limb] < theirs[:, limb]) | ((ours[:, limb] == theirs[:, limb]) & below)
    return below & allowed[of]
