"""The archive as tips look places up in it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridcanary.console.home import Stamp, file_stamp, workspace
from gridcanary.contracts.tables import CUSTOMERS
from gridcanary.tips.premises import COLUMNS

_FIELDS = pa.schema([CUSTOMERS.field(name) for name in COLUMNS])


def archive_of_premises() -> pa.Table:
    """Columns ``tips.premises.COLUMNS`` of the archive; no rows where there is none.

    Full-width letters and digits are made plain. Read again when the file changes.
    """
    return _table(file_stamp(workspace().customers))


@lru_cache(maxsize=1)
def _table(stamp: Stamp) -> pa.Table:
    file = Path(stamp[0][0])
    if stamp[0][1] < 0:
        return _FIELDS.empty_table()
    present = pq.read_schema(file).names
    table = pq.read_table(file, columns=[name for name in COLUMNS if name in present])
    for field in _FIELDS:
        if field.name not in present:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    table = table.select(list(COLUMNS)).cast(pa.schema([pa.field(one.name, one.type) for one in _FIELDS]))
    for name in ("name", "address"):
        plain = pc.utf8_normalize(table[name], "NFKC")
        table = table.set_column(table.schema.get_field_index(name), name, plain)
    return table
