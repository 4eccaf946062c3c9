"""What is remembered of meters, whole or on disk, and the spans of neighbouring meters it is worked on in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.engines.local import RowGroup

BLOCK_METERS = 131_072
"""Meters whose records are held together: sixteen row groups, 134 MB."""


@dataclass(frozen=True, slots=True)
class History:
    """Records of meters, and which days of the lake they hold.

    Args:
        meter_ids: sorted, each once.
        records: uint8 [meters, 1024], as power.state lays them out.
        as_of: the last day folded.
        days: days folded, in all.
        readings: readings that were read to make this; 0 for one that was stored.
        folded: per day folded, the digest of the day's files then.
    """

    meter_ids: pa.StringArray
    records: NDArray[np.uint8]
    as_of: dt.date
    days: int
    readings: int
    folded: Mapping[dt.date, str] = field(default_factory=dict)

    def starts(self) -> list[str]:
        """First meter of every block but the first."""
        return [self.meter_ids[i].as_py() for i in range(BLOCK_METERS, len(self.meter_ids), BLOCK_METERS)]

    def between(self, span: Span) -> tuple[pa.StringArray, NDArray[np.uint8]]:
        """Meters of a span and a copy of their records."""
        first = first_not_before(self.meter_ids, span.low) if span.low is not None else 0
        end = len(self.meter_ids)
        if span.high is not None:
            end = first_not_before(self.meter_ids, span.high)
        return self.meter_ids.slice(first, end - first), self.records[first:end].copy()


class Remembered(Protocol):
    """What an earlier run left: a :class:`History`, or one on disk of which a block is read at a time."""

    @property
    def as_of(self) -> dt.date:
        """The last day folded."""

    @property
    def folded(self) -> Mapping[dt.date, str]:
        """Per day folded, the digest of the day's files then."""

    def starts(self) -> list[str]:
        """First meter of every block but the first."""

    def between(self, span: Span) -> tuple[pa.StringArray, NDArray[np.uint8]]:
        """Meters of a span and their records, which the caller may change."""


@dataclass(frozen=True, slots=True)
class Span:
    """Meters from ``low`` on and before ``high``; None is no limit."""

    low: str | None = None
    high: str | None = None

    def overlaps(self, group: RowGroup) -> bool:
        """Whether a row group may hold some of the meters."""
        if self.low is None and self.high is None:
            return True
        ends = group.bounds("meter_id")
        return ends is None or (
            (self.low is None or ends[1] >= self.low) and (self.high is None or ends[0] < self.high)
        )

    def within(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Rows of a batch, sorted by meter, that are in the span."""
        meter_ids = batch.column(0)
        first, end = 0, len(meter_ids)
        if self.low is not None and end and meter_ids[0].as_py() < self.low:
            first = first_not_before(meter_ids, self.low)
        if self.high is not None and end and meter_ids[-1].as_py() >= self.high:
            end = first_not_before(meter_ids, self.high)
        return batch if end - first == len(meter_ids) else batch.slice(first, max(0, end - first))


def first_not_before(meter_ids: pa.StringArray, meter_id: str) -> int:
    low, high = 0, len(meter_ids)
    while low < high:
        middle = (low + high) // 2
        if meter_ids[middle].as_py() < meter_id:
            low = middle + 1
        else:
            high = middle
    return low
