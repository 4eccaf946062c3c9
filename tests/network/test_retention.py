from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.network.retention import EXPIRED, NAMING_FIELDS, QUOTING_FIELDS, Retention, expired

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def value(column: pa.Field, last: dt.datetime) -> object:
    if pa.types.is_timestamp(column.type):
        return last
    if pa.types.is_date(column.type):
        return last.date()
    if pa.types.is_boolean(column.type):
        return True
    return "miner-4711" if pa.types.is_string(column.type) else 4711


def findings(*ages_days: int) -> pa.Table:
    lasts = [NOW - dt.timedelta(days=age) for age in ages_days]
    return pa.Table.from_pylist(
        [{column.name: value(column, last) for column in NETWORK_FINDINGS} for last in lasts],
        NETWORK_FINDINGS,
    )


def test_young_rows_stay_as_they_are() -> None:
    table = findings(0, 179)
    left = expired(table, Retention(), NOW)
    assert left.table.equals(table)
    assert (left.rows, left.cells) == (0, {})


def test_what_names_somebody_goes_first() -> None:
    left = expired(findings(10, 200), Retention(), NOW)
    young, old = left.table.to_pylist()
    assert young["wallet"] == "miner-4711"
    assert old["client"] == EXPIRED
    touched = {name: old[name] for name in (*NAMING_FIELDS, *QUOTING_FIELDS) if name in old}
    assert "miner-4711" not in touched.values()
    assert 4711 not in touched.values()
    assert old["hashrate_hs"] == 4711
    assert set(left.cells) == set(touched)
    assert set(left.cells.values()) == {1}


def test_rows_go_later() -> None:
    left = expired(findings(10, 400), Retention(), NOW)
    assert (left.table.num_rows, left.rows) == (1, 1)


def test_twice_is_once() -> None:
    once = expired(findings(10, 200, 400), Retention(), NOW)
    again = expired(once.table, Retention(), NOW)
    assert again.table.equals(once.table)
    assert (again.rows, again.cells) == (0, {})


def test_reasons_quote_names_and_go_with_the_first_of_them() -> None:
    left = expired(findings(40), Retention(field_days={"wallet": 30, "client": 90}), NOW)
    (row,) = left.table.to_pylist()
    assert row["wallet"] is None
    assert row["reasons"] == "[]"
    assert row["client"] == "miner-4711"


@pytest.mark.parametrize("policy", [{"row_days": 0}, {"row_days": 90}, {"field_days": {"wallet": 0}}])
def test_a_policy_that_makes_no_sense_is_refused(policy: dict) -> None:
    with pytest.raises(ValueError, match="days, expected"):
        Retention(**policy)
