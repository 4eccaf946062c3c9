"""A history on disk: a folder of Arrow files, one a run, of which the newest is read and a few older are
kept.

    history-2024-03-01-00017.arrow    meter_id, record (1,024 bytes), uncompressed, one batch: memory-mapped

The file's metadata tells what the records hold and which kernels made them. A file is written beside its
place and put there in one step.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa

from gridcanary.contracts.errors import LakeError
from gridcanary.power import state as st
from gridcanary.power.features import WIDTH, day_features
from gridcanary.power.fold import empty_records, fold
from gridcanary.power.history import History
from gridcanary.power.lake import written_whole

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
    path = Path(path)
    stored = _stored(path)
    number = int(_NAME.fullmatch(stored[-1].name)[2]) + 1 if stored else 0  # type: ignore[index]
    target = path / f"history-{history.as_of.isoformat()}-{number:05d}.arrow"
    rows = pa.py_buffer(np.ascontiguousarray(history.records))
    record = pa.FixedSizeBinaryArray.from_buffers(_SCHEMA.field(1).type, len(history.meter_ids), [None, rows])
    schema = _SCHEMA.with_metadata({_KEY: json.dumps(_told(history)).encode()})
    batch = pa.RecordBatch.from_arrays([history.meter_ids, record], schema=schema)
    with written_whole(target) as partial, pa.ipc.new_file(str(partial), schema) as writer:
        writer.write_batch(batch)
    for old in [*stored, target][:-keep]:
        old.unlink()
    return target


_SCHEMA = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("record", pa.binary(st.RECORD_BYTES), nullable=False),
    ]
)


def _told(history: History) -> dict[str, object]:
    return {
        "format": FORMAT,
        "kernels": kernel_digest(),
        "as_of": history.as_of.isoformat(),
        "folded": {day.isoformat(): digest for day, digest in sorted(history.folded.items())},
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


def read(path: Path) -> History:
    """The newest history of a folder; its records are read-only and mapped, not loaded.

    Args:
        path: the folder, or one of the files in it.

    Raises:
        LakeError: there is none, or it is damaged.
        SnapshotError: another version of the kernels or of the layout wrote it.
    """
    path = Path(path)
    if path.is_dir():
        if not (stored := _stored(path)):
            raise LakeError(path, "holds no history")
        path = stored[-1]
    try:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
        told = json.loads(table.schema.metadata[_KEY])
    except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
        raise LakeError(path, f"is no history or a damaged one ({error})") from error
    _check(path, told)
    meter_ids, record = (_one(table.column(name)) for name in _SCHEMA.names)
    whole = np.frombuffer(record.buffers()[1] or b"", np.uint8)
    start = record.offset * st.RECORD_BYTES
    records = whole[start : start + len(record) * st.RECORD_BYTES].reshape(-1, st.RECORD_BYTES)
    folded = {dt.date.fromisoformat(day): digest for day, digest in told["folded"].items()}
    return History(meter_ids, records, dt.date.fromisoformat(told["as_of"]), len(folded), 0, folded)


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
