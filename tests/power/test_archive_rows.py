"""The archive by meter is the dict that it stands for."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gridcanary.contracts.tables import CUSTOMERS
from gridcanary.power.archive_rows import ArchiveRows


@given(meters=some.lists(some.text("ab甲", max_size=3), max_size=8), chunk=some.integers(1, 4))
def test_it_is_the_dict_of_its_rows(meters: list[str], chunk: int) -> None:
    rows = [{"premises_id": str(i), "meter_id": meter} for i, meter in enumerate(meters)]
    archive = pa.Table.from_pylist(rows, schema=CUSTOMERS)
    chunked = pa.Table.from_batches(archive.to_batches(max_chunksize=chunk), CUSTOMERS)
    assert dict(ArchiveRows(chunked)) == {row["meter_id"]: row for row in archive.to_pylist()}


def test_an_unknown_meter_is_none() -> None:
    rows = ArchiveRows(pa.Table.from_pylist([{"premises_id": "p", "meter_id": "m"}], schema=CUSTOMERS))
    assert rows.get("n") is None
    assert rows.get("a") is None
    assert "m" in rows
    with pytest.raises(KeyError):
        rows["z"]
