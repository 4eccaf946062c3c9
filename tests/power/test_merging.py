import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.tables import BALANCE, READINGS
from gridcanary.power.merging import BALANCE_TABLE, READINGS_TABLE, Merged, merge_day
from tests.power import naive_merging

DAY = dt.date(2024, 3, 1)
NAMES = ("load_w", "volt_a_mv", "amp_a_ma")
SLOTS = 3
CURVE = st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=SLOTS, max_size=SLOTS)
METER = st.sampled_from("abcd")
STAGED = st.lists(st.tuples(METER, st.sampled_from(NAMES), CURVE), min_size=1, max_size=10)
STORED = st.dictionaries(
    METER,
    st.dictionaries(st.sampled_from(NAMES[1:]), CURVE, max_size=2).flatmap(
        lambda extra: CURVE.map(lambda load: {"load_w": load, **extra})
    ),
    max_size=4,
)


def stored_table(rows: dict[str, dict[str, list[int | None]]]) -> pa.Table:
    schema = pa.schema([*READINGS, *(pa.field(name, pa.list_(pa.int32())) for name in NAMES[1:])])
    return pa.Table.from_pylist(
        [{"meter_id": meter, "day": DAY, **row} for meter, row in sorted(rows.items())], schema
    )


def staged_table(rows: list[tuple[str, str, list[int | None]]], names: tuple[str, ...] = NAMES) -> pa.Table:
    fields = [
        ("meter_id", pa.string()),
        ("day", pa.date32()),
        *((name, pa.list_(pa.int32())) for name in names),
    ]
    schema = pa.schema([*fields, ("row", pa.int64())])
    told = [
        {"meter_id": m, "day": DAY, name: values, "row": i + 2} for i, (m, name, values) in enumerate(rows)
    ]
    return pa.Table.from_pylist(sorted(told, key=lambda item: item["meter_id"]), schema)


def merge(
    stored: pa.Table, staged: pa.Table, *, whole_days: bool = True
) -> tuple[Merged, list[tuple[int | None, str, str]]]:
    refused: list[tuple[int | None, str, str]] = []
    merged = merge_day(
        stored, staged, READINGS_TABLE, whole_days=whole_days, refuse=lambda *told: refused.append(told)
    )
    return merged, refused


def rows_of(table: pa.Table) -> dict[str, dict[str, list[int | None]]]:
    return {
        row["meter_id"]: {name: row[name] for name in NAMES if row.get(name) is not None}
        for row in table.to_pylist()
    }


@settings(deadline=None)
@given(STORED, STAGED, st.booleans())
def test_merging_equals_its_obvious_twin(
    stored: dict[str, dict[str, list[int | None]]],
    staged: list[tuple[str, str, list[int | None]]],
    whole_days: bool,
) -> None:
    merged, _ = merge(stored_table(stored), staged_table(staged), whole_days=whole_days)
    expected = naive_merging.merge(stored, staged, whole_days)
    assert rows_of(merged.table) == expected
    assert merged.table["meter_id"].to_pylist() == sorted(expected)
    assert merged.added == len(expected.keys() - stored.keys())
    assert merged.changed == sum(expected[meter] != row for meter, row in stored.items())


@settings(deadline=None)
@given(STORED, STAGED, st.booleans())
def test_merging_the_same_again_changes_nothing(
    stored: dict[str, dict[str, list[int | None]]],
    staged: list[tuple[str, str, list[int | None]]],
    whole_days: bool,
) -> None:
    once, _ = merge(stored_table(stored), staged_table(staged), whole_days=whole_days)
    twice, _ = merge(once.table, staged_table(staged), whole_days=whole_days)
    assert (twice.added, twice.changed) == (0, 0)
    assert twice.table.equals(once.table)


def test_the_second_row_of_a_meter_is_refused_with_its_row() -> None:
    staged = staged_table([("a", "load_w", [1] * 3), ("b", "load_w", [2] * 3), ("a", "load_w", [9] * 3)])
    merged, refused = merge(stored_table({}), staged)
    assert rows_of(merged.table)["a"] == {"load_w": [1] * 3}
    assert refused == [(4, "a", "a second row for the same meter and day")]


def test_hours_that_come_in_pieces_are_joined_and_a_second_value_is_refused() -> None:
    pieces = [
        ("a", "load_w", [1, None, None]),
        ("a", "load_w", [None, 2, None]),
        ("a", "load_w", [7, None, 3]),
    ]
    merged, refused = merge(stored_table({}), staged_table(pieces), whole_days=False)
    assert rows_of(merged.table) == {"a": {"load_w": [1, 2, 3]}}
    assert refused == [(4, "a", "a second value for the same time")]


def phases(rows: list[tuple[str, str, list[int | None]]]) -> pa.Table:
    return staged_table(rows, ("load_w", "load_a_w", "load_b_w", "load_c_w"))


def test_three_phases_make_a_total_where_there_is_none() -> None:
    parts = [("a", f"load_{phase}_w", [1, 10, None if phase == "b" else 5]) for phase in "abc"]
    merged, refused = merge(stored_table({}), phases(parts))
    assert rows_of(merged.table) == {"a": {"load_w": [3, 30, None]}}
    merged, refused = merge(stored_table({}), phases([*parts, ("a", "load_w", [4, 31, 16])]))
    assert rows_of(merged.table) == {"a": {"load_w": [4, 31, 16]}}
    assert refused == []


def test_single_phases_alone_are_refused() -> None:
    merged, refused = merge(stored_table({}), phases([("a", "load_a_w", [1] * 3), ("b", "load_w", [1] * 3)]))
    assert list(rows_of(merged.table)) == ["b"]
    assert refused == [(2, "a", "single phases without the others and without a total")]


def test_a_channel_of_another_length_is_refused() -> None:
    stored = stored_table({"a": {"load_w": [1, 2, 3]}})
    merged, refused = merge(stored, staged_table([("a", "volt_a_mv", [220] * 4)]))
    assert rows_of(merged.table) == {"a": {"load_w": [1, 2, 3]}}
    assert (merged.changed, refused) == (0, [(2, "a", "4 values of volt_a_mv beside 3 of the day")])


def test_a_day_total_does_not_replace_the_hours_of_a_balance() -> None:
    def day(values: list[int]) -> pa.Table:
        return pa.Table.from_pylist([{"transformer_id": "t", "day": DAY, "supplied_w": values}], BALANCE)

    fine, coarse = day([1] * 24), day([5])
    merged = merge_day(fine, coarse, BALANCE_TABLE, whole_days=True, refuse=lambda *_: pytest.fail("refused"))
    assert (merged.table["supplied_w"].to_pylist(), merged.changed) == ([[1] * 24], 0)
    merged = merge_day(coarse, fine, BALANCE_TABLE, whole_days=True, refuse=lambda *_: pytest.fail("refused"))
    assert (merged.table["supplied_w"].to_pylist(), merged.changed) == ([[1] * 24], 1)
