"""What goes into the lake and from where: a row a range of heights, so that each can be written on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.undo.files import undo_file_beside

RANGE_HEIGHTS = 1_000
"""Heights of one range: about a week of blocks, in 2026 some 1.7 GB of them."""

_FORMAT = "1"

PLAN = pa.schema(
    [
        pa.field("first_height", pa.int32(), nullable=False),
        pa.field("network", pa.string(), nullable=False),
        pa.field("content", pa.string(), nullable=False),
        pa.field("heights", pa.list_(pa.int32()), nullable=False),
        pa.field("files", pa.list_(pa.string()), nullable=False),
        pa.field("layouts", pa.list_(pa.string()), nullable=False),
        pa.field("keys", pa.list_(pa.binary()), nullable=False),
        pa.field("offsets", pa.list_(pa.int64()), nullable=False),
        pa.field("sizes", pa.list_(pa.int64()), nullable=False),
        pa.field("undo_files", pa.list_(pa.string()), nullable=False),
    ]
)
"""A row per range. content is a digest of which blocks and undo files it is made of. heights, files, layouts, keys,
offsets [bytes] and sizes [bytes] tell where each block is, one item a block in the order of the chain."""


@dataclass(frozen=True, slots=True)
class RangePlan:
    """A row of the plan."""

    first_height: int
    row: dict[str, object]

    def as_batch(self) -> pa.RecordBatch:
        """The row as a batch."""
        return pa.RecordBatch.from_pylist([self.row], schema=PLAN)


def plan_ranges(history: FileHistory, heights: int = RANGE_HEIGHTS) -> Iterator[RangePlan]:
    """The ranges of the best chain.

    Args:
        history: of the block files.
        heights: in one range.
    """
    rows = history.tree.best
    first = history.tree.height[rows] // heights * heights
    for part in np.split(rows, np.flatnonzero(np.diff(first)) + 1):
        if part.size:
            yield _range(history, part, int(history.tree.height[part[0]]) // heights * heights)


def _range(history: FileHistory, rows: np.ndarray, first: int) -> RangePlan:
    told = history.survey
    files = [told.files[int(one)] for one in told.file[rows]]
    beside = {one.path: undo_file_beside(one.path) for one in dict.fromkeys(files)}
    undo = [path for path in beside.values() if path is not None]
    digest = hashlib.sha256(f"{_FORMAT} {history.network.name} {first}".encode())
    digest.update(history.tree.hashes[rows].tobytes())
    for path in undo:
        state = path.stat()
        digest.update(f"{path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return RangePlan(
        first,
        {
            "first_height": first,
            "network": history.network.name,
            "content": digest.hexdigest(),
            "heights": history.tree.height[rows].tolist(),
            "files": [str(one.path.resolve()) for one in files],
            "layouts": [str(one.layout) for one in files],
            "keys": [one.key for one in files],
            "offsets": told.offset[rows].tolist(),
            "sizes": told.size[rows].tolist(),
            "undo_files": [str(path.resolve()) for path in undo],
        },
    )
