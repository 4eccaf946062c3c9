"""The list as CSV: read back as written, and faults named by row and column."""

from __future__ import annotations

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.csv_list import read_list, write_list
from gridcanary.network.pools.pool_list import shipped

HEADER = "host,port,tls,pool,coin,role,source,source_date,licence,seen\n"


def test_shipped_list_is_read_back_as_written() -> None:
    entries = list(shipped().entries)
    assert read_list(write_list(entries), "x.csv") == entries
    assert entries == sorted(entries, key=lambda entry: entry.order)


def test_columns_may_stand_in_any_order_and_only_some_are_needed() -> None:
    text = "licence,role,source_date,host,source,note\nMIT,stratum,2026-01-02,Pool.Example.,me,x\n"
    (entry,) = read_list(text, "x.csv")
    assert (entry.host, entry.port, entry.tls, entry.seen) == ("pool.example", None, None, None)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("pool.example,0,,,,stratum,s,2026-01-01,MIT,", "port", id="port 0"),
        pytest.param("pool.example,70000,,,,stratum,s,2026-01-01,MIT,", "port", id="port too large"),
        pytest.param("pool.example,1,maybe,,,stratum,s,2026-01-01,MIT,", "tls", id="tls"),
        pytest.param("pool.example,1,,,,miner,s,2026-01-01,MIT,", "role", id="unknown role"),
        pytest.param("pool.example,1,,,,stratum,s,1.1.2026,MIT,", "source_date", id="date"),
        pytest.param("pool.example,1,,,,stratum,s,2026-01-01,MIT,soon", "seen", id="seen"),
        pytest.param("pool.example,1,,,,stratum,s,2026-01-01,,", "licence", id="no licence"),
        pytest.param("https://pool.example/,1,,,,stratum,s,2026-01-01,MIT,", "host", id="url"),
        pytest.param("localhost,1,,,,stratum,s,2026-01-01,MIT,", "host", id="no domain"),
    ],
)
def test_faults_name_row_and_column(row: str, column: str) -> None:
    with pytest.raises(InputError) as fault:
        read_list(HEADER + "good.example,1,,,,stratum,s,2026-01-01,MIT,\n" + row + "\n", "pools.csv")
    assert (fault.value.file, fault.value.row, fault.value.column) == ("pools.csv", 3, column)


def test_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="lacks the column licence"):
        read_list("host,role,source,source_date\n", "pools.csv")
