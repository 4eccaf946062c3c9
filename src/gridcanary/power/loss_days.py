"""Losses day by day, kept beside the meters' records, so that a scan sums up only the days that are new.

    losses/2024-03-05.parquet            LOSSES of a day
    losses/levels-2024-03-05-9f....npy   the meters' usual levels after it, for the last days alone

A day's losses depend on the archive's topology and, by the usual levels of meters that are missing, on the days
before. So each file holds a digest of all that, a chain from the first day on. Where the chain breaks (an older
day came late or was corrected, a meter was moved) the days after it are summed up again, from the last levels that
still fit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gridcanary.contracts.errors import LakeError
from gridcanary.power import lake as lakes
from gridcanary.power.balance import LOSSES, day_losses, unknown_levels
from gridcanary.power.topology import Topology, read_topology

METHOD = 1
"""Raised when power.balance gives other losses for the same readings, so that what is kept is summed up again."""

LEVELS_KEPT = 8
"""Days whose levels are kept: a correction within a week costs that week alone."""

_KEY = b"gridcanary.losses"


def kept_losses(lake: Path, customers: pa.Table, folder: Path, digests: Mapping[dt.date, str]) -> pa.Table:
    """Losses of every transformer that the lake has a balance for, as :func:`balance.losses` gives them.

    Args:
        lake: folder of readings and balance.
        customers: the archive (CUSTOMERS), for which meter hangs where.
        folder: where days are kept; made where it is missing.
        digests: per day of readings, what tells that its files are those of before.

    Returns:
        A LOSSES table ordered by day, then by transformer.

    Raises:
        LakeError: a kept file is damaged.
    """
    topology = read_topology(customers)
    days = sorted(set(lakes.balance_days(lake)) & set(digests))
    links = list(_chain(lake, topology, [(day, digests[day]) for day in days]))
    found = [link.read(folder) for link in links]
    whole = next((i for i, table in enumerate(found) if table is None), len(found))
    # the levels before the first day that is missing, or of an earlier day from which to go on
    while 0 < whole < len(links) and not links[whole - 1].levels(folder).exists():
        whole -= 1
    tables = [table for table in found[:whole] if table is not None]
    if whole < len(links):
        usual_w = _levels(links[whole - 1].levels(folder)) if whole else unknown_levels(topology)
        for place, link in enumerate(links[whole:], whole):
            batches = lakes.read_day(lake, link.day, ["meter_id", "load_w"])
            table, usual_w = day_losses(
                link.day, batches, lakes.read_balance(lake, link.day), topology, usual_w
            )
            link.write(folder, table, usual_w if place >= len(links) - LEVELS_KEPT else None)
            tables.append(table)
        _forget_levels(folder, {link.levels(folder) for link in links[-LEVELS_KEPT:]})
    return pa.concat_tables(tables).combine_chunks() if tables else LOSSES.empty_table()


@dataclass(frozen=True, slots=True)
class _Link:
    """A day in the chain: its digest covers topology and all days up to it."""

    day: dt.date
    digest: str

    def file(self, folder: Path) -> Path:
        return folder / f"{self.day.isoformat()}.parquet"

    def levels(self, folder: Path) -> Path:
        return folder / f"levels-{self.day.isoformat()}-{self.digest}.npy"

    def read(self, folder: Path) -> pa.Table | None:
        """The day's losses; None where they are not kept or were made from something else."""
        path = self.file(folder)
        if not path.exists():
            return None
        try:
            stored = pq.ParquetFile(path)
            if stored.schema_arrow.metadata.get(_KEY) != self.digest.encode():
                return None
            return stored.read().cast(LOSSES)
        except (OSError, pa.ArrowInvalid, ValueError) as error:
            raise LakeError(path, f"cannot be read ({error}); delete it and scan again") from error

    def write(self, folder: Path, losses: pa.Table, usual_w: NDArray[np.int32] | None) -> None:
        """Keep the day, and the levels after it."""
        if usual_w is not None:
            with lakes.written_whole(self.levels(folder)) as partial, partial.open("wb") as out:
                np.save(out, usual_w)
        with lakes.written_whole(self.file(folder)) as partial:
            told = losses.replace_schema_metadata({_KEY: self.digest.encode()})
            pq.write_table(told, partial, compression="zstd")


def _chain(lake: Path, topology: Topology, days: Sequence[tuple[dt.date, str]]) -> Iterator[_Link]:
    digest = _topology_digest(topology)
    for day, readings in days:
        balance = hashlib.sha256((Path(lake) / "balance" / f"{day.isoformat()}.parquet").read_bytes())
        told = f"{digest} {day.isoformat()} {readings} {balance.hexdigest()}"
        digest = hashlib.sha256(told.encode()).hexdigest()[:16]
        yield _Link(day, digest)


def _topology_digest(topology: Topology) -> str:
    told = hashlib.sha256(str(METHOD).encode())
    for ids in (topology.meter_id, topology.point_id):
        told.update(str(len(ids)).encode())
        for start in range(0, len(ids), 1 << 16):
            told.update("\0".join(ids.slice(start, 1 << 16).to_pylist()).encode())
    for numbers in (topology.connected_on, topology.transformer, topology.feeder):
        told.update(np.ascontiguousarray(numbers).tobytes())
    return told.hexdigest()


def _levels(path: Path) -> NDArray[np.int32]:
    try:
        return np.load(path)
    except (OSError, ValueError, EOFError) as error:
        raise LakeError(path, f"cannot be read ({error}); delete it and scan again") from error


def _forget_levels(folder: Path, kept: set[Path]) -> None:
    for path in folder.glob("levels-*.npy"):
        if path not in kept:
            path.unlink()
