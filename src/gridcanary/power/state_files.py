"""The files of a state folder: how they are named, what each tells of itself, and which follows which.

    history-2024-03-04-00017.arrow    records of all meters, see power.snapshot
    days-2024-03-05-00018.arrow       the days that came after, see power.later_days

The number says in which order they were written. Every file tells the days that are known with it, and which
kernels made it.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from gridcanary.contracts.errors import LakeError
from gridcanary.power.features import WIDTH, day_features
from gridcanary.power.fold import empty_records, fold

FORMAT = 1
"""Version of the files' layout and metadata."""

HISTORY, DAYS = "history", "days"
"""Kinds of files."""

_NAME = re.compile(r"(history|days)-(\d{4}-\d{2}-\d{2})-(\d{5})\.arrow")
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


@dataclass(frozen=True, slots=True)
class StateFile:
    """A file by its name.

    Args:
        path: the file.
        kind: HISTORY or DAYS.
        number: place in the order of writing.
    """

    path: Path
    kind: str
    number: int


def stored(folder: Path) -> list[StateFile]:
    """Files of a folder in the order of writing."""
    if not folder.is_dir():
        return []
    named = [(match, item) for item in folder.iterdir() if (match := _NAME.fullmatch(item.name))]
    return sorted((StateFile(item, name[1], int(name[3])) for name, item in named), key=lambda f: f.number)


def next_path(folder: Path, kind: str, as_of: dt.date) -> Path:
    """Where the next file of a kind goes, which knows the days up to one."""
    files = stored(folder)
    number = files[-1].number + 1 if files else 0
    return folder / f"{kind}-{as_of.isoformat()}-{number:05d}.arrow"


@dataclass(frozen=True, slots=True)
class Told:
    """What a file tells of itself.

    Args:
        as_of: the last day folded.
        folded: per day folded, the digest of the day's files then.
        after: name of the file that it follows; None for one that stands alone.
    """

    as_of: dt.date
    folded: Mapping[dt.date, str]
    after: str | None = None

    def metadata(self) -> dict[bytes, bytes]:
        """For the schema of the file."""
        told = {
            "format": FORMAT,
            "kernels": kernel_digest(),
            "as_of": self.as_of.isoformat(),
            "folded": {day.isoformat(): digest for day, digest in sorted(self.folded.items())},
            "after": self.after,
        }
        return {_KEY: json.dumps(told).encode()}


def mapped(path: Path, schema: pa.Schema) -> tuple[list[pa.RecordBatch], Told]:
    """A file's batches, mapped into memory, and what it tells of itself.

    Raises:
        LakeError: it is damaged.
        SnapshotError: another version of the kernels or of the layout wrote it.
    """
    try:
        with pa.memory_map(str(path)) as source:
            file = pa.ipc.open_file(source)
            told: dict[str, Any] = json.loads(file.schema.metadata[_KEY])
            batches = [file.get_batch(i) for i in range(file.num_record_batches)]
        if not file.schema.equals(schema):
            raise ValueError("its columns are others")
    except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
        raise LakeError(path, f"is no history or a damaged one ({error})") from error
    _check(path, told)
    folded = {dt.date.fromisoformat(day): digest for day, digest in told["folded"].items()}
    return batches, Told(dt.date.fromisoformat(told["as_of"]), folded, told.get("after"))


def _check(path: Path, told: Mapping[str, Any]) -> None:
    if told.get("format") != FORMAT:
        raise SnapshotError(path, f"has format {told.get('format')}, this version reads {FORMAT}")
    if told.get("kernels") != kernel_digest():
        raise SnapshotError(
            path,
            f"was made by other kernels ({told.get('kernels')}) than this version has ({kernel_digest()})",
        )
