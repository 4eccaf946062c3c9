"""Headers and trees of headers that tests mine themselves, at regtest's lowest difficulty."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.work import work_holds

REGTEST = NETWORKS["regtest"]
EASIEST = 0x207FFFFF
GENESIS = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61"
    "7fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000"
)


def mined(
    previous: bytes, root: bytes = bytes(32), *, time: int = 0, bits: int = EASIEST, version: int = 2
) -> bytes:
    """A header with proof of work for regtest."""
    start = struct.pack("<i", version) + previous + root + struct.pack("<II", time, bits)
    for nonce in range(1 << 20):
        header = start + struct.pack("<I", nonce)
        if work_holds(header, REGTEST):
            return header
    raise AssertionError("no nonce does")


def stacked(headers: list[bytes]) -> npt.NDArray[np.uint8]:
    """Headers as rows of bytes, (n, 80)."""
    return np.frombuffer(b"".join(headers), dtype=np.uint8).reshape(-1, 80)
