import datetime as dt

import pyarrow as pa
import pytest

from gridcanary.contracts.tables import CUSTOMERS, WEATHER
from gridcanary.power.archive import merge_customers, merge_weather

DAY = dt.date(2024, 3, 1)


def customers(*rows: dict[str, object]) -> pa.Table:
    full = [dict.fromkeys(CUSTOMERS.names) | row for row in rows]
    return pa.Table.from_pylist(full, schema=CUSTOMERS)


PREMISES = {"premises_id": "1001", "meter_id": "1001", "name": "甲", "contract_kva": 8.0}
RELATION = {"premises_id": "1001", "meter_id": "m1", "transformer_id": "T7"}
WHOLE = {"premises_id": "1001", "meter_id": "m1", "name": "甲", "contract_kva": 8.0, "transformer_id": "T7"}


def told(table: pa.Table) -> list[dict[str, object]]:
    return [{name: value for name, value in row.items() if value is not None} for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(PREMISES, RELATION, id="archive before topology"),
        pytest.param(RELATION, PREMISES, id="topology before archive"),
    ],
)
def test_archive_and_topology_meet_in_any_order(first: dict[str, object], second: dict[str, object]) -> None:
    stored = merge_customers(customers(), customers(first)).table
    assert told(merge_customers(stored, customers(second)).table) == [WHOLE]
    assert told(merge_customers(customers(), customers(first, second)).table) == [WHOLE]


def test_premises_with_two_meters_tell_both() -> None:
    other = RELATION | {"meter_id": "m2", "transformer_id": "T8"}
    merged = merge_customers(customers(PREMISES), customers(RELATION, other)).table
    assert told(merged) == [WHOLE, WHOLE | {"meter_id": "m2", "transformer_id": "T8"}]


def test_an_import_wins_field_by_field_and_is_counted() -> None:
    stored = customers(WHOLE, {"premises_id": "2", "meter_id": "m9", "name": "乙"})
    merged = merge_customers(
        stored,
        customers(
            {"premises_id": "m1", "meter_id": "m1", "contract_kva": 16.0},
            {"premises_id": "x", "meter_id": "x"},
        ),
    )
    assert told(merged.table)[0] == WHOLE | {"contract_kva": 16.0}
    assert (merged.added, merged.changed) == (1, 1)
    again = merge_customers(
        merged.table, customers({"premises_id": "m1", "meter_id": "m1", "contract_kva": 16.0})
    )
    assert (again.added, again.changed) == (0, 0)


def test_weather_is_joined_hour_by_hour() -> None:
    def weather(day: dt.date, hours: list[int | None]) -> pa.Table:
        return pa.Table.from_pylist([{"day": day, "temp_centi_c": hours}], schema=WEATHER)

    stored = weather(DAY, [1] * 24)
    merged = merge_weather(stored, weather(DAY, [None] * 12 + [2] * 12))
    assert merged.table["temp_centi_c"].to_pylist() == [[1] * 12 + [2] * 12]
    assert (merged.added, merged.changed) == (0, 1)
    merged = merge_weather(stored, weather(DAY - dt.timedelta(days=1), [3] * 24))
    assert merged.table["day"].to_pylist() == [DAY - dt.timedelta(days=1), DAY]
    assert (merged.added, merged.changed) == (1, 0)
