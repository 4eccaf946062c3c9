"""The list of a week, kept beside the meters' records, so that nobody is judged twice on the same week.

    week-2024-03-03-5f0c....parquet    rows of the meters described

The name holds the Sunday and a digest of all that the list was made from: the days folded up to then, the
kernels, the model, prior, threshold, archive and weather. If any of them changes, the name does, and the week is
judged again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary import __version__
from gridcanary.contracts.errors import LakeError
from gridcanary.contracts.findings import FINDINGS
from gridcanary.power.findings_table import unranked
from gridcanary.power.lake import written_whole
from gridcanary.power.state_files import kernel_digest


@dataclass(frozen=True, slots=True)
class WeekList:
    """Where the list of one week is kept.

    Args:
        path: its file, which may be missing.
    """

    path: Path

    @classmethod
    def of(
        cls,
        state: Path,
        sunday: dt.date,
        folded: Mapping[dt.date, str],
        files: Iterable[Path | None],
        numbers: Iterable[float],
    ) -> WeekList:
        """The list that is made from these.

        Args:
            state: the state folder.
            sunday: end of the week.
            folded: per day folded, the digest of its files; later days do not matter.
            files: model, archive and weather; None where there is none.
            numbers: prior and threshold.
        """
        days = {day.isoformat(): digest for day, digest in sorted(folded.items()) if day <= sunday}
        made_from = [__version__, kernel_digest(), days, [_told(file) for file in files], list(numbers)]
        digest = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]
        return cls(state / f"week-{sunday.isoformat()}-{digest}.parquet")

    def read(self, as_of: dt.date) -> list[dict[str, Any]] | None:
        """Rows of the list, told as of a day; None where the week was not judged yet.

        Raises:
            LakeError: the file is damaged.
        """
        if not self.path.exists():
            return None
        try:
            stored = pq.read_table(self.path, partitioning=None).cast(FINDINGS)
        except (OSError, pa.ArrowInvalid, ValueError) as error:
            raise LakeError(self.path, f"cannot be read ({error}); delete it and scan again") from error
        return [{**row, "as_of": as_of} for row in stored.to_pylist()]

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep the list; those of other weeks go."""
        with written_whole(self.path) as partial:
            pq.write_table(unranked(list(rows)), partial, compression="zstd")
        for other in self.path.parent.glob("week-*.parquet"):
            if other != self.path:
                other.unlink()


def _told(file: Path | None) -> list[Any] | None:
    """Tells whether a file is that of before: size, time of change and place on the disk."""
    if file is None:
        return None
    now = file.stat()
    return [str(file), now.st_size, now.st_mtime_ns, now.st_ino]
