"""The order of captures in time: which continue one another, as the files of a ring do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gridcanary.network.captures.frames import frames_of

OVERLAP_NS = 2_000_000_000
"""Files of a ring may overlap so much, since packets of several processors are written out of order."""


def in_order_of_time(paths: Sequence[str | Path]) -> list[tuple[int, str | Path]]:
    """Captures by the time of their first packet [ns since 1970]; those without packets come first, with 0.

    Raises:
        InputError: a file is no capture.
        OSError: a file can't be opened.
    """
    return sorted(((_first_ns(path), path) for path in paths), key=lambda pair: pair[0])


def _first_ns(path: str | Path) -> int:
    batch = next(frames_of(path, []), None)
    return int(batch.columns["time_ns"][0]) if batch is not None else 0
