"""A history on disk: a folder of Arrow files, one a run, of which the newest is read and a few older are
kept.

    history-2024-03-01-00017.arrow    meter_id, record (1,024 bytes), uncompressed, a batch a block of meters

The file's metadata tells what the records hold and which kernels made them. A file is written beside its
place and put there in one step.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import LakeError
from gridcanary.power import state as st
from gridcanary.power.features import WIDTH, day_features
from gridcanary.power.fold import empty_records, fold
from gridcanary.power.lake import written_whole
from gridcanary.power.remembered import BLOCK_METERS, History, Span

FORMAT = 1
"""Version of the file's layout and metadata."""

KEPT = 3
"""Snapshots that stay, the newest included: enough to go back before a bad import."""

_NAME = re.compile(r"history-(\d{4}-\d{2}-\d{2})-(\d{5})\.arrow")
_KEY = b"gridcanary.history"
_PROBE_DAYS = 120


class SnapshotError(LakeError):
    """A stored history that this version cannot continue."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            path, f"{problem}; delete the folder and scan again, which reads every day once more"
        )


@functools.cache
def kernel_digest() -> str:
    """Digest of what the kernels do, taken from what they make of a fixed probe; changes exactly if they
    change."""
    random = np.random.Generator(np.random.PCG64(20240301))
    records = empty_records(4)
    for day in range(_PROBE_DAYS):
        curves = (random.integers(0, 5000, (4, 24)) * (day % 9 > 0)).astype(np.int32)
        valid = random.random(curves.size) < (0.6 if day % 5 == 0 else 1.1)
        matrix = np.empty((4, WIDTH), np.int32)
        starts, lengths = np.arange(4, dtype=np.int64) * 24, np.full(4, 24, np.int64)
        day_features(curves.ravel(), valid, starts, lengths, matrix)
        fold(records, np.full(4, 19000 + day, np.int32), matrix, lengths.astype(np.int32))
    return hashlib.sha256(records.tobytes()).hexdigest()[:16]


def write(path: Path, history: History, *, keep: int = KEPT) -> Path:
    """Store a history as the newest one.

    Args:
        path: the folder; made where it is missing.
        history: what to store.
        keep: how many to leave, this one included.

    Returns:
        The file written.
    """
    with writing(path, history.as_of, history.folded, keep=keep) as (target, store):
        for first in range(0, len(history.meter_ids), BLOCK_METERS):
            last = first + BLOCK_METERS
            ids, records = history.meter_ids[first:last], history.records[first:last]
            store(replace(history, meter_ids=ids, records=records))
    return target


@contextlib.contextmanager
def writing(
    path: Path, as_of: dt.date, folded: Mapping[dt.date, str], *, keep: int = KEPT
) -> Iterator[tuple[Path, Callable[[History], None]]]:
    """Store a history block by block; it becomes the newest one when all is written, or not at all.

    Args:
        path: the folder; made where it is missing.
        as_of, folded: of the whole history.
        keep: how many to leave, this one included.

    Returns:
        The file, and what stores a block; blocks come in the order of their meters.
    """
    path = Path(path)
    stored = _stored(path)
    number = int(_NAME.fullmatch(stored[-1].name)[2]) + 1 if stored else 0  # type: ignore[index]
    target = path / f"history-{as_of.isoformat()}-{number:05d}.arrow"
    schema = _SCHEMA.with_metadata({_KEY: json.dumps(_told(as_of, folded)).encode()})
    with written_whole(target) as partial, pa.ipc.new_file(str(partial), schema) as writer:

        def store(block: History) -> None:
            if not len(block.meter_ids):
                return
            rows = pa.py_buffer(np.ascontiguousarray(block.records))
            record = pa.FixedSizeBinaryArray.from_buffers(
                _SCHEMA.field(1).type, len(block.meter_ids), [None, rows]
            )
            writer.write_batch(pa.RecordBatch.from_arrays([block.meter_ids, record], schema=schema))

        yield target, store
    for old in [*stored, target][:-keep]:
        old.unlink()


_SCHEMA = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("record", pa.binary(st.RECORD_BYTES), nullable=False),
    ]
)


def _told(as_of: dt.date, folded: Mapping[dt.date, str]) -> dict[str, object]:
    return {
        "format": FORMAT,
        "kernels": kernel_digest(),
        "as_of": as_of.isoformat(),
        "folded": {day.isoformat(): digest for day, digest in sorted(folded.items())},
    }


def _stored(path: Path) -> list[Path]:
    """Snapshots of a folder, by the number in their names."""
    if not path.is_dir():
        return []
    named = [(int(match[2]), item) for item in path.iterdir() if (match := _NAME.fullmatch(item.name))]
    return [item for _, item in sorted(named)]


def exists(path: Path) -> bool:
    """Whether a folder holds a history."""
    return bool(_stored(Path(path)))


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """A history on disk, of which one block is read at a time.

    Args:
        path: the file.
        as_of, folded: as in :class:`gridcanary.power.remembered.History`.
        first_meters: first meter of every block, the first one included.
    """

    path: Path
    as_of: dt.date
    folded: Mapping[dt.date, str]
    first_meters: tuple[str, ...]

    def starts(self) -> list[str]:
        """First meter of every block but the first."""
        return list(self.first_meters[1:])

    def between(self, span: Span) -> tuple[pa.StringArray, NDArray[np.uint8]]:
        """Meters of a span and their records, read into memory."""
        ends = [*self.first_meters[1:], None]
        wanted = [
            i
            for i, (first, end) in enumerate(zip(self.first_meters, ends, strict=True))
            if (span.high is None or first < span.high)
            and (span.low is None or end is None or end > span.low)
        ]
        try:
            with pa.OSFile(str(self.path)) as source:
                stored = pa.ipc.open_file(source)
                batches = [stored.get_batch(i) for i in wanted]
        except (OSError, pa.ArrowInvalid) as error:
            raise LakeError(self.path, f"is no history or a damaged one ({error})") from error
        parts = [_parts(batch.column(0), batch.column(1)) for batch in batches]
        if len(parts) == 1 and self._fits(wanted[0], span):
            meter_ids, records = parts[0]
            return meter_ids, records if records.flags.writeable else records.copy()
        whole = History(
            pa.concat_arrays([ids for ids, _ in parts]) if parts else pa.array([], pa.string()),
            np.concatenate([records for _, records in parts]) if parts else empty_records(0),
            self.as_of,
            len(self.folded),
            0,
        )
        return whole.between(span)

    def _fits(self, block: int, span: Span) -> bool:
        """Whether a block lies within a span."""
        end = self.first_meters[block + 1] if block + 1 < len(self.first_meters) else None
        begins = span.low is None or self.first_meters[block] >= span.low
        return begins and (span.high is None or (end is not None and end <= span.high))


def open_stored(path: Path) -> StoredHistory:
    """The newest history of a folder, of which nothing is read yet; arguments and errors as :func:`read`."""
    path = _newest(Path(path))
    table, told = _mapped(path)
    first_meters = tuple(chunk[0].as_py() for chunk in table.column(0).chunks if len(chunk))
    return StoredHistory(path, dt.date.fromisoformat(str(told["as_of"])), _folded(told), first_meters)


def read(path: Path) -> History:
    """The newest history of a folder; records that were stored as one block are mapped, not loaded.

    Args:
        path: the folder, or one of the files in it.

    Raises:
        LakeError: there is none, or it is damaged.
        SnapshotError: another version of the kernels or of the layout wrote it.
    """
    table, told = _mapped(_newest(Path(path)))
    meter_ids, records = _parts(*(_one(table.column(name)) for name in _SCHEMA.names))
    folded = _folded(told)
    return History(meter_ids, records, dt.date.fromisoformat(str(told["as_of"])), len(folded), 0, folded)


def _newest(path: Path) -> Path:
    if not path.is_dir():
        return path
    if not (stored := _stored(path)):
        raise LakeError(path, "holds no history")
    return stored[-1]


def _mapped(path: Path) -> tuple[pa.Table, dict[str, Any]]:
    """A stored history's batches, mapped into memory, and what it tells of itself."""
    try:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
        told = json.loads(table.schema.metadata[_KEY])
    except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
        raise LakeError(path, f"is no history or a damaged one ({error})") from error
    _check(path, told)
    return table, told


def _folded(told: Mapping[str, Any]) -> dict[dt.date, str]:
    return {dt.date.fromisoformat(day): digest for day, digest in told["folded"].items()}


def _parts(meter_ids: pa.StringArray, record: pa.Array) -> tuple[pa.StringArray, NDArray[np.uint8]]:
    whole = np.frombuffer(record.buffers()[1] or b"", np.uint8)
    start = record.offset * st.RECORD_BYTES
    records = whole[start : start + len(record) * st.RECORD_BYTES].reshape(-1, st.RECORD_BYTES)
    return meter_ids, records


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _check(path: Path, told: dict[str, object]) -> None:
    if told.get("format") != FORMAT:
        raise SnapshotError(path, f"has format {told.get('format')}, this version reads {FORMAT}")
    if told.get("kernels") != kernel_digest():
        raise SnapshotError(
            path,
            f"was made by other kernels ({told.get('kernels')}) than this version has ({kernel_digest()})",
        )
