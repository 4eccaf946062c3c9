"""The meter-days of a lake that have phase currents: mostly few, so the rest is not even read.

Every check of the channels starts from a current, so that a meter-day without one shows no sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridcanary.contracts.errors import LakeError
from gridcanary.contracts.tables import CHANNELS, READINGS
from gridcanary.power import lake as lakes

CURRENTS = ("amp_a_ma", "amp_b_ma", "amp_c_ma")


def channel_rows(lake: Path) -> Iterator[pa.RecordBatch]:
    """Readings with channels, of meter-days that have a phase current, day by day.

    Args:
        lake: the lake.

    Raises:
        LakeError: a file cannot be read.
    """
    for day in lakes.days(lake):
        for part in lakes.day_parts(lake, day):
            try:
                with pq.ParquetFile(part) as stored:
                    yield from _of_file(stored)
            except (OSError, pa.ArrowInvalid) as error:
                raise LakeError(part, f"cannot be read ({error})") from error


def _of_file(stored: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    names = stored.schema_arrow.names
    currents = [name for name in CURRENTS if name in names]
    if not currents:
        return
    wanted = [name for name in (*READINGS.names, *CHANNELS) if name in names]
    for group in range(stored.num_row_groups):
        known = _known(stored.read_row_group(group, columns=currents, use_threads=False))
        if pc.any(known).as_py():
            rows = stored.read_row_group(group, columns=wanted, use_threads=False)
            yield from rows.filter(known).combine_chunks().to_batches()


def _known(currents: pa.Table) -> pa.ChunkedArray:
    """Rows where some phase has a list of currents."""
    known = currents.column(0).is_valid()
    for column in currents.columns[1:]:
        known = pc.or_(known, column.is_valid())
    return known
