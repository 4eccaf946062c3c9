"""What is remembered of every meter of a lake, kept up to date by reading only days that are new or changed.

The law: whatever days were folded in one run and whatever days in another, with snapshots between, and
whatever day came late or was corrected, the records are those that one run over the whole lake gives, byte
for byte.

A day within the fourteen that a record keeps in detail is simply folded again. A row that is older, or that a
record cannot take back, has its meter's whole history read again, only that meter's. An older day that had
been folded and has changed since does not tell which of its rows changed, so then everything is folded
afresh.

Meters are worked on in blocks of neighbouring ids, all days of one block before the next, so that memory holds
the records of one block and no more.
"""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import LakeError
from gridcanary.engines.local import RowGroup, map_groups, row_groups
from gridcanary.power import lake as stored
from gridcanary.power import state as st
from gridcanary.power.features import feature_matrix
from gridcanary.power.fold import empty_records, fold
from gridcanary.power.remembered import BLOCK_METERS, History, Remembered, Span
from gridcanary.power.shelf import NO_METERS, Shelf, rows_of

Progress = Callable[[int, int], None]
"""Takes the row groups read so far, and all that will be read."""

_EPOCH = dt.date(1970, 1, 1)


def recall(
    lake: Path,
    *,
    snapshot: Remembered | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> History:
    """The records of a lake's meters.

    Args:
        lake: the lake.
        snapshot: an earlier answer, which stays as it is; only days that it lacks, or that have changed
        since,
            are read.
        first: leave out earlier days; None takes all.
        last: leave out later days; None takes all.
        threads: how many; None is one a processor.
        progress: called as reading goes on.

    Returns:
        The same, whatever the snapshot held. Days that were folded and have since been deleted from the lake
        stay remembered.

    Raises:
        LakeError: it is no lake, or has no readings in the days asked for.
    """
    work = plan(lake, snapshot=snapshot, first=first, last=last)
    if isinstance(snapshot, History) and work.snapshot is snapshot and not work.unread:
        return snapshot
    return work.recall(Span(), threads, Gauge.of(work, [Span()], progress))


def recall_blocks(
    work: Plan, *, threads: int | None = None, progress: Progress | None = None
) -> Iterator[History]:
    """The same block by block: neighbouring meters together, in the order of their ids.

    Args:
        work: what :func:`plan` gave.
        threads, progress: as for :func:`recall`.

    Returns:
        Histories that do not overlap and together are the whole.
    """
    spans = work.spans()
    gauge = Gauge.of(work, spans, progress)
    for span in spans:
        yield work.recall(span, threads, gauge)


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be read to bring a history up to date.

    Args:
        lake: the lake.
        snapshot: the earlier history that is continued; None starts afresh.
        wanted: the digest of every day asked for.
        unread: days that have to be read, ascending.
        groups: their row groups.
    """

    lake: Path
    snapshot: Remembered | None
    wanted: Mapping[dt.date, str]
    unread: Sequence[dt.date]
    groups: Mapping[dt.date, Sequence[RowGroup]]

    @property
    def folded(self) -> dict[dt.date, str]:
        """The digests of the days that will have been folded."""
        return dict(self.wanted if self.snapshot is None else {**self.snapshot.folded, **self.wanted})

    def spans(self) -> list[Span]:
        """Blocks of meters: those of the snapshot, or else row groups of the day that has most."""
        edges = [] if self.snapshot is None else self.snapshot.starts()
        if not edges and self.groups:
            rows = 0
            for group in max(self.groups.values(), key=lambda day: sum(one.rows for one in day)):
                bounds = group.bounds("meter_id")
                if rows >= BLOCK_METERS and bounds is not None:
                    edges.append(bounds[0])
                    rows = 0
                rows += group.rows
        return [Span(low, high) for low, high in zip([None, *edges], [*edges, None], strict=True)]

    def recall(self, span: Span, threads: int | None, gauge: Gauge) -> History:
        """The records of a span's meters."""
        shelf = Shelf(NO_METERS, empty_records(0))
        before: Mapping[dt.date, str] = {}
        if self.snapshot is not None:
            shelf = Shelf(*self.snapshot.between(span))
            before = self.snapshot.folded
        for day in self.unread:
            groups = [group for group in self.groups[day] if span.overlaps(group)]
            _fold_day(shelf, groups, day, span, corrected=day in before, threads=threads, gauge=gauge)
        if shelf.again:
            _fold_again(shelf, self.lake, sorted(self.wanted), threads, gauge)
        folded = self.folded
        return History(shelf.meter_ids, shelf.records, max(folded), len(folded), shelf.readings, folded)


def plan(
    lake: Path,
    *,
    snapshot: Remembered | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> Plan:
    """What has to be read; arguments and errors are those of :func:`recall`."""
    wanted = {
        day: _digest(stored.day_parts(lake, day))
        for day in stored.days(lake)
        if (first is None or day >= first) and (last is None or day <= last)
    }
    if not wanted:
        raise LakeError(lake, "has no readings in the days asked for")
    if snapshot is not None and _must_start_over(snapshot, wanted, first, last):
        snapshot = None
    before = {} if snapshot is None else snapshot.folded
    unread = [day for day, digest in wanted.items() if before.get(day) != digest]
    groups = {day: list(row_groups(stored.day_parts(lake, day))) for day in unread}
    return Plan(lake, snapshot, wanted, unread, groups)


def _must_start_over(
    snapshot: Remembered, wanted: Mapping[dt.date, str], first: dt.date | None, last: dt.date | None
) -> bool:
    """Whether a snapshot holds days that were not asked for, or an old day that has changed since."""
    if any((first and day < first) or (last and day > last) for day in snapshot.folded):
        return True
    kept = snapshot.as_of - dt.timedelta(days=st.DAYS - 1)
    kept += dt.timedelta(days=-kept.weekday() % 7)
    return any(day < kept and snapshot.folded.get(day, digest) != digest for day, digest in wanted.items())


@dataclass(slots=True)
class Gauge:
    """Row groups read, of those that have to be."""

    progress: Progress | None
    total: int
    done: int = 0

    @classmethod
    def of(cls, work: Plan, spans: Iterable[Span], progress: Progress | None) -> Gauge:
        """One that counts each row group as often as it will be read."""
        every = [group for day in work.unread for group in work.groups[day]]
        return cls(progress, sum(span.overlaps(group) for span in spans for group in every))

    def add(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)


def _fold_day(
    shelf: Shelf,
    groups: Sequence[RowGroup],
    day: dt.date,
    span: Span,
    *,
    corrected: bool,
    threads: int | None,
    gauge: Gauge,
) -> None:
    """Fold one day of a span's meters; row groups with new meters wait until there is room for these."""
    if not len(shelf.meter_ids):
        ids = map_groups(
            groups, lambda _, batch: span.within(batch).column(0), columns=["meter_id"], threads=1
        )
        shelf.admit(ids)
    present = np.zeros(len(shelf.meter_ids), np.bool_) if corrected else None
    job = _DayJob(shelf, (day - _EPOCH).days, span, groups[0].first_row if groups else 0, present)
    waiting = job.run(groups, threads, gauge)
    if present is not None:
        absent = _seen_on(shelf.records, job.day) & ~present
        shelf.again.append(shelf.meter_ids.filter(pa.array(absent)))
        job.present = None
    shelf.admit(strangers for _, strangers in waiting)
    job.run([group for group, _ in waiting], threads, gauge)


@dataclass(frozen=True, slots=True)
class _Folded:
    """What came of a row group: meters without a record (then nothing was folded), meters to read again."""

    strangers: pa.StringArray
    again: pa.StringArray
    readings: int


@dataclass(slots=True)
class _DayJob:
    """Folding of one day.

    Args:
        shelf: the records.
        day: days since 1970-01-01.
        span: the meters that are worked on.
        first_row: of the first row group, so that a guess where meters stand mostly holds.
        present: bool [meters], set for meters that the day has; None where nobody asks.
    """

    shelf: Shelf
    day: int
    span: Span
    first_row: int
    present: NDArray[np.bool_] | None

    def run(
        self, groups: Sequence[RowGroup], threads: int | None, gauge: Gauge
    ) -> list[tuple[RowGroup, pa.StringArray]]:
        """Fold row groups; gives those that have meters without a record, with these meters."""
        waiting = []
        done = map_groups(groups, self._fold, columns=["meter_id", "load_w"], threads=threads)
        for group, folded in zip(groups, done, strict=True):
            if len(folded.strangers):
                waiting.append((group, folded.strangers))
                continue
            self.shelf.readings += folded.readings
            if len(folded.again):
                self.shelf.again.append(folded.again)
            gauge.add()
        return waiting

    def _fold(self, group: RowGroup, batch: pa.RecordBatch) -> _Folded:
        meter_ids, load_w = self.span.within(batch).columns
        rows = rows_of(self.shelf.meter_ids, meter_ids, max(0, group.first_row - self.first_row))
        strangers = NO_METERS
        if not isinstance(rows, slice):
            unknown = rows < 0
            strangers = meter_ids.filter(pa.array(unknown))
            rows = rows[~unknown] if len(strangers) else rows
        if self.present is not None:
            self.present[rows] = True
        if len(strangers):
            return _Folded(strangers, NO_METERS, 0)
        too_late = _fold_rows(self.shelf.records, rows, self.day, load_w)
        readings = len(load_w.flatten())
        return _Folded(NO_METERS, meter_ids.filter(pa.array(too_late)), readings)


def _fold_rows(
    records: NDArray[np.uint8], rows: NDArray[np.int64] | slice, day: int, load_w: pa.ListArray
) -> NDArray[np.bool_]:
    """Fold curves into some rows of the records; gives those whose history has to be read again."""
    matrix = feature_matrix(load_w)
    slots = pc.list_value_length(load_w).to_numpy(zero_copy_only=False).astype(np.int32)
    days = np.full(len(slots), day, np.int32)
    worked = records[rows]
    # The number of slots is that of the last day seen, so a day in between must not change it.
    odd = (_i32(worked, st.AS_OF) > day) & (
        worked[:, st.SLOTS : st.SLOTS + 2].copy().view("<u2")[:, 0] != slots
    )
    too_late = fold(worked, days, matrix, slots)
    if not isinstance(rows, slice):
        records[rows] = worked
    return too_late | odd


def _i32(records: NDArray[np.uint8], at: int) -> NDArray[np.int32]:
    return records[:, at : at + 4].copy().view("<i4")[:, 0]


def _seen_on(records: NDArray[np.uint8], day: int) -> NDArray[np.bool_]:
    """Whether a day that is kept in detail is among those that a record has seen."""
    quality = records[:, st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES + st.DAY_QUALITY]
    known = (_i32(records, st.FIRST) <= day) & (_i32(records, st.AS_OF) >= day)
    return known & (_i32(records, st.OUTLINED) <= day) & (quality & 1).astype(np.bool_)


def _fold_again(shelf: Shelf, lake: Path, days: Iterable[dt.date], threads: int | None, gauge: Gauge) -> None:
    """Replace the records of some meters by what the whole lake says of them."""
    again = pc.unique(pa.chunked_array([NO_METERS, *shelf.again]))
    again = again.take(pc.sort_indices(again))
    records = empty_records(len(again))
    ordered = again.to_pylist()
    for day in days:
        files = stored.day_parts(lake, day)
        groups = [group for group in row_groups(files) if _may_hold(group, ordered)]
        gauge.total += len(groups)

        def work(_group: RowGroup, batch: pa.RecordBatch, day: dt.date = day) -> None:
            wanted = batch.filter(pc.is_in(batch.column(0), again))
            if wanted.num_rows:
                rows = pc.index_in(wanted.column(0), again).to_numpy(zero_copy_only=False).astype(np.int64)
                _fold_rows(records, rows, (day - _EPOCH).days, wanted.column(1))

        done = map_groups(groups, work, columns=["meter_id", "load_w"], threads=threads)
        for _ in done:
            gauge.add()
    at = pc.index_in(again, shelf.meter_ids).to_numpy(zero_copy_only=False)
    shelf.records[at] = records
    shelf.forget_unseen()


def _may_hold(group: RowGroup, meter_ids: Sequence[str]) -> bool:
    bounds = group.bounds("meter_id")
    if bounds is None:
        return True
    at = bisect.bisect_left(meter_ids, bounds[0])
    return at < len(meter_ids) and meter_ids[at] <= bounds[1]


def _digest(files: Iterable[Path]) -> str:
    """Tells whether a day's files are those of before: name, size, time of change, and the place on the disk."""
    told = [(f.name, (now := f.stat()).st_size, now.st_mtime_ns, now.st_ino) for f in files]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
