"""Independent random streams by name: a change to one part of the county leaves the others as they were."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator that depends on the county's seed and on the name of the part that draws from it.

    Args:
        seed: the county's seed.
        names: what the stream is for, e.g. ``"weather"`` or ``"load", "home", 3``.

    Returns:
        A generator of its own; the same arguments give the same numbers.
    """
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])
