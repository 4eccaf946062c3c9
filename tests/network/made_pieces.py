"""Pieces for tests of readers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from gridcanary.network.pieces import Pieces


def pieces_of(parts: Sequence[tuple[int, bool, bytes]], gaps: Sequence[int] = (), time_ns: int = 0) -> Pieces:
    """Pieces in the order given.

    Args:
        parts: flow, whether from the client, bytes.
        gaps: places of pieces before which bytes are missing.
        time_ns: of all of them.
    """
    sizes = [len(part) for _, _, part in parts]
    stops = np.cumsum(sizes, dtype=np.int64) if parts else np.zeros(0, np.int64)
    gap = np.zeros(len(parts), bool)
    gap[list(gaps)] = True
    return Pieces(
        data=np.frombuffer(b"".join(part for _, _, part in parts), np.uint8),
        flow=np.array([flow for flow, _, _ in parts], np.int64),
        up=np.array([up for _, up, _ in parts], bool),
        time_ns=np.full(len(parts), time_ns, np.int64),
        start=stops - np.array(sizes, np.int64),
        stop=stops,
        gap=gap,
        first=np.zeros(len(parts), bool),
    )


def split(data: bytes, at: Sequence[int]) -> list[bytes]:
    """Bytes cut at the places given."""
    places = [0, *sorted(place for place in at if 0 < place < len(data)), len(data)]
    return [data[one:two] for one, two in itertools.pairwise(places)]
