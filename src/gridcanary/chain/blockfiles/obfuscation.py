"""The key that a node since Bitcoin Core 28 hides its block files behind, ``xor.dat`` in the same folder.

It protects no secret: it keeps virus scanners from meddling with blocks that carry a known virus's bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.kernels.mask import mask_words
from gridcanary.contracts.errors import InputError

KEY_BYTES = 8
KEY_FILE = "xor.dat"
NO_KEY = bytes(KEY_BYTES)


def key_beside(file: Path) -> bytes:
    """The key of the folder that a file is in, zeros where the folder has none; InputError where it is no key."""
    path = file.parent / KEY_FILE
    if not path.is_file():
        return NO_KEY
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise InputError(
            path,
            f"the key has {len(key)} bytes, not {KEY_BYTES}",
            remedy="copy it again from the node's blocks folder",
        )
    return key


def unmask(data: NDArray[np.uint8], key: bytes, position: int) -> None:
    """Take the key off some bytes, in place.

    Args:
        data: a contiguous buffer, uint8 [bytes].
        key: eight bytes; zeros change nothing.
        position: where in the file the bytes begin: byte p of a file is hidden by byte p modulo 8 of the key.
    """
    if key == NO_KEY:
        return
    turned = np.roll(np.frombuffer(key, np.uint8), -(position % KEY_BYTES))
    words = data.size // KEY_BYTES
    mask_words(data[: words * KEY_BYTES].view(np.uint64), turned.view(np.uint64))
    data[words * KEY_BYTES :] ^= turned[: data.size - words * KEY_BYTES]
