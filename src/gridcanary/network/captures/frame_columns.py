"""A frame's row: when it was seen and where in the window it stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME = np.dtype(
    [
        ("time_ns", np.int64),
        ("start", np.int32),
        ("stop", np.int32),
        ("wire_bytes", np.int32),
        ("link", np.int32),
    ],
    align=True,
)
"""time_ns: UTC [ns since 1970]. start, stop: slice of the window. wire_bytes: what it had on the wire. link: LINKTYPE
number of tcpdump.org."""

BATCH = 16384
"""Frames in a batch: their columns and the window stay within the processor's cache."""


def new_columns() -> NDArray[np.void]:
    """Room for a batch of frames."""
    return np.zeros(BATCH, FRAME)
