from __future__ import annotations

from pathlib import Path

import pytest

from gridcanary.chain.trace.income_receipts import counted_receipts
from gridcanary.chain.transactions import Outpoint
from gridcanary.contracts.errors import InputError

ONE = "01" + 30 * "00" + "0a"


def test_only_mining_income_is_traced() -> None:
    lines = "".join(f"{ONE},{at},{standing}\n" for at, standing in enumerate(
        ("pool", "unresolved", "block_reward", "unsure", "other", "own")
    ))  # fmt: skip
    found = counted_receipts(Path("receipts.csv"), f"txid,vout,standing\n{lines}".encode())
    assert found == tuple(Outpoint(bytes.fromhex(ONE)[::-1], at) for at in range(3))


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        pytest.param("txid,standing\nab,pool\n", "column vout: the column is missing", id="no vout"),
        pytest.param("txid,vout,standing\nab,0,pool\n", "row 2, column txid: names no output", id="no txid"),
        pytest.param(f"txid,vout,standing\n{ONE},x,pool\n", "row 2", id="no number"),
    ],
)
def test_a_malformed_table_is_named_by_row_and_column(table: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        counted_receipts(Path("receipts.csv"), table.encode())
