import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gridcanary.contracts.errors import LakeError
from gridcanary.contracts.tables import CHANNELS, CUSTOMERS, READINGS, WEATHER
from gridcanary.power import lake as lakes

DAY = dt.date(2024, 3, 1)


def readings(meters: list[str], day: dt.date = DAY, slots: int = 24, **channels: list[int]) -> pa.Table:
    columns = {"meter_id": meters, "day": [day] * len(meters), "load_w": [list(range(slots))] * len(meters)}
    extra = [pa.field(name, pa.list_(pa.int32())) for name in channels]
    lists = {name: [values] * len(meters) for name, values in channels.items()}
    return pa.Table.from_pydict(columns | lists, schema=pa.schema([*READINGS, *extra]))


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    lakes.create_lake(tmp_path / "lake")
    return tmp_path / "lake"


def test_a_day_comes_back_sorted_in_row_groups(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lakes, "ROW_GROUP_ROWS", 2)
    lakes.write_day(lake, DAY, readings(["c", "a", "b"], volt_a_mv=[220_000] * 24))
    batches = list(lakes.read_day(lake, DAY))
    assert [batch["meter_id"].to_pylist() for batch in batches] == [["a", "b"], ["c"]]
    assert batches[0].schema.names == [*READINGS.names, "volt_a_mv"]
    assert lakes.days(lake) == [DAY]
    assert lakes.open_lake(lake).slots == (24,)


def test_columns_that_a_day_lacks_are_null(lake: Path) -> None:
    lakes.write_day(lake, DAY, readings(["a"]))
    (batch,) = lakes.read_day(lake, DAY, ["amp_a_ma", "meter_id"])
    assert batch.schema.names == ["amp_a_ma", "meter_id"]
    assert batch["amp_a_ma"].to_pylist() == [None]
    assert list(lakes.read_day(lake, DAY + dt.timedelta(days=1))) == []


def test_the_encoding_is_the_one_that_was_measured(lake: Path) -> None:
    part = lakes.write_day(lake, DAY, readings(["a", "b"], amp_a_ma=[1] * 24))
    group = pq.read_metadata(part).row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    for name in ("load_w", "amp_a_ma"):
        assert "DELTA_BINARY_PACKED" in columns[f"{name}.list.element"].encodings
    assert {column.compression for column in columns.values()} == {"ZSTD"}


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        pytest.param(readings(["a", "a"]), "twice", id="a meter twice"),
        pytest.param(readings(["a"], dt.date(2024, 3, 2)), "another day", id="another day"),
        pytest.param(
            readings(["a"]).rename_columns(["meter", "day", "load_w"]), "columns", id="other columns"
        ),
    ],
)
def test_a_day_that_is_none_is_refused_and_the_old_one_stays(
    lake: Path, table: pa.Table, problem: str
) -> None:
    lakes.write_day(lake, DAY, readings(["x"]))
    with pytest.raises(LakeError, match=problem):
        lakes.write_day(lake, DAY, table)
    (batch,) = lakes.read_day(lake, DAY)
    assert batch["meter_id"].to_pylist() == ["x"]


def test_replacing_a_day_takes_its_other_parts_away(lake: Path) -> None:
    part = lakes.write_day(lake, DAY, readings(["a"]))
    part.rename(part.with_name("part-7.parquet"))
    lakes.write_day(lake, DAY, readings(["b"]))
    assert [item.name for item in part.parent.iterdir()] == ["part-0.parquet"]


def test_an_error_while_writing_leaves_nothing(lake: Path) -> None:
    def fail() -> None:
        with lakes.written_whole(lake / "x") as partial:
            partial.write_text("half")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail()
    assert [item.name for item in lake.iterdir() if item.name.endswith(("x", ".partial"))] == []


def test_one_meter_over_days(lake: Path) -> None:
    for number in (3, 1, 2):
        channels = {"volt_a_mv": [1] * 24} if number == 2 else {}
        lakes.write_day(
            lake, dt.date(2024, 3, number), readings(["a", "b"], dt.date(2024, 3, number), **channels)
        )
    found = lakes.meter_readings(lake, "b", dt.date(2024, 3, 2), dt.date(2024, 3, 9))
    assert found["day"].to_pylist() == [dt.date(2024, 3, 2), dt.date(2024, 3, 3)]
    assert found["volt_a_mv"].to_pylist() == [[1] * 24, None]
    assert found.column_names == [*READINGS.names, *CHANNELS]
    assert lakes.meter_readings(lake, "z", DAY, DAY, ["load_w"]).num_rows == 0


def test_a_folder_that_is_no_lake(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="no such folder"):
        lakes.open_lake(tmp_path / "missing")
    with pytest.raises(LakeError, match="not a folder of readings"):
        lakes.open_lake(tmp_path)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(LakeError, match="not a folder of readings"):
        lakes.open_lake(tmp_path / "a.txt")
    with pytest.raises(LakeError, match="holds other files"):
        lakes.create_lake(tmp_path)
    (tmp_path / "lake.json").write_text("{")
    with pytest.raises(LakeError, match="cannot be read"):
        lakes.open_lake(tmp_path)


def test_a_lake_of_a_later_version_is_refused(lake: Path) -> None:
    told = json.loads((lake / "lake.json").read_text())
    (lake / "lake.json").write_text(json.dumps(told | {"format": lakes.FORMAT + 1}))
    with pytest.raises(LakeError, match="later version"):
        lakes.days(lake)


def test_a_damaged_day_is_named(lake: Path) -> None:
    part = lakes.write_day(lake, DAY, readings(["a"]))
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(LakeError, match=r"part-0\.parquet: cannot be read"):
        list(lakes.read_day(lake, DAY))


def test_what_lies_beside_the_readings(lake: Path) -> None:
    assert lakes.read_customers(lake).num_rows == lakes.read_weather(lake).num_rows == 0
    assert lakes.balance_days(lake) == []
    row = dict.fromkeys(CUSTOMERS.names) | {"premises_id": "p", "meter_id": "m"}
    lakes.write_customers(lake, pa.Table.from_pylist([row], schema=CUSTOMERS))
    lakes.write_weather(lake, pa.Table.from_pylist([{"day": DAY, "temp_centi_c": [1] * 24}], schema=WEATHER))
    balance = pa.table({"transformer_id": ["t"], "day": pa.array([DAY]), "supplied_w": pa.array([[5]])})
    lakes.write_balance(lake, DAY, balance)
    assert lakes.read_customers(lake).to_pylist() == [row]
    assert lakes.read_weather(lake)["day"].to_pylist() == [DAY]
    assert lakes.balance_days(lake) == [DAY]
    assert lakes.read_balance(lake, DAY)["supplied_w"].to_pylist() == [[5]]


def test_daily_energy_is_the_difference_of_two_registers(lake: Path) -> None:
    for number, totals in enumerate([{"a": 1000, "b": 9000, "c": 5}, {"a": 1500, "b": 10}]):
        day = DAY + dt.timedelta(days=number)
        rows = [{"meter_id": meter, "day": day, "forward_wh": [wh]} for meter, wh in totals.items()]
        path = lake / "registers" / f"{day.isoformat()}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=lakes.REGISTERS), path)
    assert lakes.daily_energy(lake, DAY + dt.timedelta(days=1)).to_pylist() == [
        {"meter_id": "a", "energy_wh": 500}
    ]
    assert lakes.daily_energy(lake, DAY).num_rows == 0
