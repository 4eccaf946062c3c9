"""Which meter-days a file has already had, in eight bytes each."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_FIRST_MERGE = 65_536


class SeenDays:
    """Finds second rows of one meter and day within a file.

    A key is 64 bits of a hash, so that 50 million meter-days take 400 MB at most; that two different ones
    collide has a chance below one in ten thousand at that size.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.uint64]] = []

    def again(self, meter_ids: pa.Array, days: NDArray[np.int64], channel: str = "") -> NDArray[np.bool_]:
        """Where a row repeats an earlier one of this or a former call.

        Args:
            meter_ids: one a row.
            days: days since 1970, one a row.
            channel: curves of one meter and day that are kept apart.
        """
        encoded = meter_ids.dictionary_encode()
        meters = np.array(
            [_hash(f"{channel}\n{name}") for name in encoded.dictionary.to_pylist()], dtype=np.uint64
        )
        places = encoded.indices.to_numpy(zero_copy_only=False)
        if not places.size:
            return np.zeros(0, dtype=np.bool_)
        # An odd multiplier maps days one to one; the exclusive or keeps every meter's days apart from each
        # other.
        keys = meters[places] ^ (days.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
        unique, first = np.unique(keys, return_index=True)
        repeated = np.ones(keys.size, dtype=np.bool_)
        repeated[first] = False
        for run in self._runs:
            place = np.minimum(np.searchsorted(run, keys), run.size - 1)
            repeated |= run[place] == keys
        self._remember(unique)
        return repeated

    def _remember(self, keys: NDArray[np.uint64]) -> None:
        """Runs are merged in doubling sizes, so that there are few of them and each key moves seldom."""
        self._runs.append(keys)
        while len(self._runs) > 1 and self._runs[-2].size <= max(self._runs[-1].size, _FIRST_MERGE):
            last = self._runs.pop()
            self._runs[-1] = np.union1d(self._runs[-1], last)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
