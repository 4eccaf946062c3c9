import datetime as dt
import gzip
import hashlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gridcanary.contracts.errors import InputError, LakeError
from gridcanary.contracts.tables import CUSTOMERS, READINGS
from gridcanary.power import file_import, importing, publication, staging
from gridcanary.power import lake as lakes
from gridcanary.power.readers.base import ReadOptions
from tests.power.readers.cn_tables import CURRENT, VOLTAGE, curve_row, header, write_table

DAY = dt.date(2024, 3, 1)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def contents(lake: Path) -> dict[str, str]:
    """Every file of the lake with its digest, the lock left out."""
    return {
        str(item.relative_to(lake)): hashlib.sha256(item.read_bytes()).hexdigest()
        for item in sorted(lake.rglob("*"))
        if item.is_file() and item.name != ".import.lock"
    }


def power(path: Path, meters: dict[str, object], day: str = "2024-03-01") -> Path:
    return write_table(path, [curve_row(meter, [kw] * 96, day=day) for meter, kw in meters.items()])


def loads(lake: Path, day: dt.date = DAY) -> dict[str, int]:
    return {
        row["meter_id"]: row["load_w"][0] for batch in lakes.read_day(lake, day) for row in batch.to_pylist()
    }


def test_the_same_file_twice_changes_nothing(lake: Path, tmp_path: Path) -> None:
    path = power(tmp_path / "p.csv", {"a": 1, "b": 2})
    report = importing.import_file(lake, path)
    assert (report.rows, report.added, report.changed, report.already) == (2, 2, 0, False)
    before = contents(lake)
    assert importing.import_file(lake, path).already
    renamed = path.rename(tmp_path / "other.csv")
    assert importing.import_file(lake, renamed).already
    assert contents(lake) == before


def test_other_options_are_another_import(lake: Path, tmp_path: Path) -> None:
    path = power(tmp_path / "p.csv", {"a": 1})
    importing.import_file(lake, path)
    report = importing.import_file(lake, path, options=ReadOptions(unit="w"))
    assert (report.already, report.changed) == (False, 1)


def test_a_corrected_day_replaces_the_older_and_is_reported(lake: Path, tmp_path: Path) -> None:
    first = power(tmp_path / "p.csv", {"a": 1, "b": 2})
    importing.import_file(lake, first)
    report = importing.import_file(lake, power(tmp_path / "q.csv", {"b": 3, "c": 4}))
    assert (report.added, report.changed, report.days_changed) == (1, 1, [DAY])
    assert loads(lake) == {"a": 1000, "b": 3000, "c": 4000}
    assert importing.import_file(lake, first).already, "an older file does not come back"


def test_channels_join_the_stored_day_whichever_comes_first(lake: Path, tmp_path: Path) -> None:
    volts = write_table(tmp_path / "u.csv", [curve_row("a", ["230.1"] * 96, kind="2")], header(VOLTAGE))
    amps = write_table(tmp_path / "i.csv", [curve_row("a", ["5"] * 96, kind="1")], header(CURRENT))
    reports = list(importing.import_files(lake, [volts, power(tmp_path / "p.csv", {"a": 1}), amps]))
    assert [(report.added, report.changed) for report in reports] == [(1, 0), (0, 1), (0, 1)]
    (batch,) = lakes.read_day(lake, DAY)
    (row,) = batch.to_pylist()
    assert {name: values[0] for name, values in row.items() if isinstance(values, list)} == {
        "load_w": 1000,
        "amp_a_ma": 5000,
        "volt_b_mv": 230_100,
    }


def test_a_day_of_voltages_alone_has_a_curve_without_a_value(lake: Path, tmp_path: Path) -> None:
    importing.import_file(
        lake, write_table(tmp_path / "u.csv", [curve_row("a", ["230"] * 96)], header(VOLTAGE))
    )
    (batch,) = lakes.read_day(lake, DAY)
    assert batch["load_w"].to_pylist() == [[None] * 96]


def test_a_duplicate_meter_day_is_rejected_with_its_row(lake: Path, tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.csv", [curve_row("a", [1] * 96), curve_row("a", [2] * 96)])
    report = importing.import_file(lake, path)
    assert (report.rejects, report.reasons) == (1, {"a second row for the same meter and day": 1})
    assert loads(lake) == {"a": 1000}
    assert report.rejects_file is not None
    lines = report.rejects_file.read_text("utf-8-sig").splitlines()
    assert lines == [
        "file,row,column,reason,original",
        f"{path},3,,a second row for the same meter and day,a",
    ]


def test_strict_leaves_the_lake_as_it_was(lake: Path, tmp_path: Path) -> None:
    importing.import_file(lake, power(tmp_path / "p.csv", {"a": 1}))
    before = contents(lake)
    twice = write_table(tmp_path / "q.csv", [curve_row("a", [5] * 96), curve_row("a", [2] * 96)])
    with pytest.raises(InputError, match=r"q\.csv, row 3: a second row"):
        importing.import_file(lake, twice, strict=True)
    assert contents(lake) == before


def test_a_file_without_one_good_row_is_an_error(lake: Path, tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.csv", [curve_row("a", ["x"] * 96)])
    with pytest.raises(InputError, match="row 2, column P1: text where a number should be"):
        importing.import_file(lake, path)
    with pytest.raises(InputError, match="no row of data"):
        importing.import_file(lake, write_table(tmp_path / "q.csv", []))
    assert set(contents(lake)) == {"lake.json"}


def test_a_truncated_gzip_leaves_nothing(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    importing.import_file(lake, power(tmp_path / "p.csv", {"a": 1}))
    before = contents(lake)
    # Small budgets, so that runs were already spilled when the end comes too soon.
    monkeypatch.setattr(staging.Staging.__init__, "__defaults__", (1000,))
    monkeypatch.setattr("gridcanary.power.readers.text.BLOCK_BYTES", 4096)
    rng = np.random.default_rng(1)
    rows = [curve_row(f"m{i}", rng.integers(0, 9999, 96).tolist()) for i in range(200)]
    whole = write_table(tmp_path / "q.csv.gz", rows)
    whole.write_bytes(whole.read_bytes()[:-300])
    with pytest.raises(InputError, match="cut short"):
        importing.import_file(lake, whole)
    assert contents(lake) == before
    assert not list(lake.glob(".staging*"))


def test_an_error_while_publishing_is_undone(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing.import_file(lake, power(tmp_path / "p.csv", {"a": 1}))
    before = contents(lake)
    days = [f"2024-03-0{n}" for n in (1, 2, 3)]
    path = write_table(tmp_path / "q.csv", [curve_row("a", [7] * 96, day=day) for day in days])
    put = publication.Publication._put

    def failing(self: publication.Publication, number: int, name: str) -> None:
        if number == 2:
            raise KeyboardInterrupt
        put(self, number, name)

    monkeypatch.setattr(publication.Publication, "_put", failing)
    with pytest.raises(KeyboardInterrupt):
        importing.import_file(lake, path)
    assert contents(lake) == before
    assert lakes.days(lake) == [DAY]


@pytest.mark.parametrize("when", ["_put", "_append_line", "_sync"])
def test_a_killed_import_is_undone_by_the_next(lake: Path, tmp_path: Path, when: str) -> None:
    importing.import_file(lake, power(tmp_path / "p.csv", {"a": 1}))
    before = contents(lake)
    days = [f"2024-03-0{n}" for n in (1, 2, 3)]
    path = write_table(tmp_path / "q.csv", [curve_row("a", [7] * 96, day=day) for day in days])
    script = f"""
        import os
        from pathlib import Path
        from gridcanary.power import importing, publication
        owner = publication if hasattr(publication, {when!r}) else publication.Publication
        real, calls = getattr(owner, {when!r}), []
        def killed(*args):
            if calls or {when!r} != "_put":
                os._exit(9)
            calls.append(1)
            return real(*args)
        setattr(owner, {when!r}, killed)
        importing.import_file(Path({str(lake)!r}), Path({str(path)!r}))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, timeout=120)
    assert done.returncode == 9
    assert list(lake.glob(".staging*")), "the killed import left its folder"
    other = power(tmp_path / "r.csv", {"z": 1}, day="2024-05-01")
    importing.import_file(lake, other)
    after = contents(lake)
    added = {"readings/2024-05-01/part-0.parquet", "imports.jsonl"}
    assert {name: digest for name, digest in after.items() if name not in added} == {
        name: digest for name, digest in before.items() if name not in added
    }
    assert len(publication.manifest_entries(lake)) == 2
    assert not list(lake.glob(".staging*"))


def test_two_imports_at_once_are_refused(lake: Path, tmp_path: Path) -> None:
    lakes.create_lake(lake)
    with publication.sole_import(lake), pytest.raises(LakeError, match="another import is at work"):
        importing.import_file(lake, power(tmp_path / "p.csv", {"a": 1}))


def test_spilling_and_ranges_give_the_same_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    rows = [
        curve_row(f"m{meter:03d}", rng.integers(0, 99, 24).tolist(), day=f"2024-03-{day:02d}", kind=kind)
        for kind in "15"
        for day in (1, 2, 3)
        for meter in rng.permutation(40)
    ]
    rows.append(rows[0])
    first = write_table(tmp_path / "p.csv", [rows[i] for i in rng.permutation(len(rows))], header(points=24))
    second = write_table(tmp_path / "q.csv", [curve_row("m020", [5] * 24)], header(points=24))
    plain = list(importing.import_files(tmp_path / "one", [first, second]))
    monkeypatch.setattr(staging.Staging.__init__, "__defaults__", (3000,))
    monkeypatch.setattr(staging, "ROW_GROUP_ROWS", 8)
    monkeypatch.setattr(lakes, "ROW_GROUP_ROWS", 8)
    monkeypatch.setattr(file_import, "RANGE_GROUPS", 2)
    monkeypatch.setattr("gridcanary.power.readers.text.BLOCK_BYTES", 2000)
    spilled = list(importing.import_files(tmp_path / "two", [first, second]))
    for one, two in zip(plain, spilled, strict=True):
        assert (one.rows, one.added, one.changed, one.reasons) == (
            two.rows,
            two.added,
            two.changed,
            two.reasons,
        )
    for day in lakes.days(tmp_path / "one"):
        tables = [
            pa.Table.from_batches(list(lakes.read_day(tmp_path / name, day))) for name in ("one", "two")
        ]
        assert tables[0].to_pylist() == tables[1].to_pylist()


def test_a_stored_day_in_several_parts_becomes_one(lake: Path, tmp_path: Path) -> None:
    importing.import_file(lake, power(tmp_path / "p.csv", {"b": 1}))
    part = lakes.day_parts(lake, DAY)[0]
    part.rename(part.with_name("part-1.parquet"))
    importing.import_file(lake, power(tmp_path / "q.csv", {"a": 2}))
    assert [item.name for item in lakes.day_parts(lake, DAY)] == ["part-0.parquet"]
    assert loads(lake) == {"a": 2000, "b": 1000}


def test_long_files_fill_a_day_slot_by_slot(lake: Path, tmp_path: Path) -> None:
    for name, hours in (("p.csv", range(12)), ("q.csv", range(12, 24))):
        lines = [f"a,2024-03-01 {hour:02d}:00:00,{hour}" for hour in hours]
        (tmp_path / name).write_text("\n".join(["meter_id,ts,kw", *lines]) + "\n")
    list(importing.import_files(lake, [tmp_path / "p.csv", tmp_path / "q.csv"]))
    (batch,) = lakes.read_day(lake, DAY)
    assert batch["load_w"].to_pylist() == [[1000 * hour for hour in range(24)]]


def test_values_that_fall_into_the_next_day_join_it(lake: Path, tmp_path: Path) -> None:
    rows = [curve_row("a", range(96 * n, 96 * n + 96), day=f"2024-03-0{n + 1}") for n in range(2)]
    options = ReadOptions(first_point="00:15", stamp="start")
    report = importing.import_file(lake, write_table(tmp_path / "p.csv", rows), options=options)
    assert report.rejects == 0
    (batch,) = lakes.read_day(lake, dt.date(2024, 3, 2))
    assert batch["load_w"].to_pylist() == [[1000 * value for value in range(95, 191)]]


def test_archive_topology_balance_and_weather_go_to_their_places(lake: Path, tmp_path: Path) -> None:
    texts = {
        "C_CONS.csv": "CONS_NO,CONS_NAME,ELEC_TYPE_CODE,CONTRACT_CAP,PS_DATE\n1001,甲,201,8,2015-06-01\n",
        "rela.csv": "CONS_NO,METER_ID,TG_NO,LINE_NO\n1001,m1,T7,L3\n",
        "balance.csv": "transformer_id,date,supplied_kwh,billed_kwh\nT7,2024-03-01,240,230\n",
        "long.csv": "transformer_id,ts,supplied_kwh\n"
        + "".join(f"T8,2024-03-01 {hour:02d}:00:00,2\n" for hour in range(24)),
        "E_MP_DAY_READ.csv": "ID,READTYPE,DATADATE,R,R1,R2\nm1,1,2024-03-01,100.5,40,60.5\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode("gbk"))
    reports = list(importing.import_files(lake, [tmp_path / name for name in texts]))
    tables = ["customers", "customers", "balance", "balance", "registers"]
    assert [report.table for report in reports] == tables
    (customer,) = lakes.read_customers(lake).to_pylist()
    wanted = (
        "premises_id",
        "meter_id",
        "name",
        "tariff_class",
        "contract_kva",
        "transformer_id",
        "feeder_id",
    )
    assert [customer[name] for name in wanted] == ["1001", "m1", "甲", "residential", 8.0, "T7", "L3"]
    balance = {row["transformer_id"]: row["supplied_w"] for row in lakes.read_balance(lake, DAY).to_pylist()}
    assert balance == {"T7": [10_000], "T8": [2000] * 24}
    (register,) = lakes.read_registers(lake, DAY).to_pylist()
    assert register["forward_wh"] == [100_500, 40_000, 60_500, None, None]


def test_stored_readings_pass_through(lake: Path, tmp_path: Path) -> None:
    rows = [{"meter_id": f"m{i}", "day": DAY, "load_w": [i] * 96} for i in range(5)]
    pq.write_table(pa.Table.from_pylist(rows, schema=READINGS), tmp_path / "r.parquet")
    report = importing.import_file(lake, tmp_path / "r.parquet")
    assert (report.format, report.added) == ("readings", 5)
    (batch,) = lakes.read_day(lake, DAY)
    assert batch.to_pylist() == rows


def test_as_lake_takes_a_lake_a_file_or_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    path = power(folder / "p.csv", {"a": 1})
    power(folder / "q.csv.gz", {"b": 1})
    one = importing.as_lake(path, tmp_path / "one")
    assert one == tmp_path / "one"
    assert importing.as_lake(one, tmp_path / "two") == one
    assert not (tmp_path / "two").exists()
    assert loads(importing.as_lake(folder, tmp_path / "three")) == {"a": 1000, "b": 1000}
    with pytest.raises(InputError, match="no such file or folder"):
        importing.as_lake(tmp_path / "missing", tmp_path / "four")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="no file to import"):
        importing.as_lake(empty, tmp_path / "five")


def test_read_table_gives_an_archive_without_a_lake(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("meter_id,tariff_class,contract_kva\nm1,residential,8\n")
    table = importing.read_table(path, "customers")
    assert table.schema.names == CUSTOMERS.names
    assert table["premises_id"].to_pylist() == ["m1"]
    with pytest.raises(InputError, match=r"holds customers .* where weather should be"):
        importing.read_table(path, "weather")


def test_a_file_of_no_known_format(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("colour,smell\nred,good\n")
    with pytest.raises(InputError, match=r"the format is not recognised .*--format"):
        importing.import_file(lake, path)
    with pytest.raises(InputError, match="no format 'xyz'"):
        importing.import_file(lake, path, format_name="xyz")
    with pytest.raises(InputError, match="cannot be opened"):
        importing.import_file(lake, tmp_path / "missing.csv")
    path.write_bytes(b"")
    with pytest.raises(InputError, match="empty"):
        importing.import_file(lake, path)
    assert not lake.exists()


def test_one_rejects_file_for_several_files(lake: Path, tmp_path: Path) -> None:
    paths = [
        write_table(tmp_path / name, [curve_row("a", [1] * 96), curve_row("b", ["x"] * 96)], header())
        for name in ("p.csv", "q.csv")
    ]
    paths[1].write_bytes(gzip.compress(paths[1].read_bytes() + b"\n"))
    target = tmp_path / "rejects.csv"
    target.write_text("from yesterday\n")
    list(importing.import_files(lake, paths, rejects_file=target))
    lines = target.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["file", *(str(path) for path in paths)]


def test_progress_is_told(lake: Path, tmp_path: Path) -> None:
    told: list[int] = []
    importing.import_file(
        lake, power(tmp_path / "p.csv", {"a": 1, "b": 2}), progress=lambda _, rows: told.append(rows)
    )
    assert told == [2]


@pytest.fixture
def real_data() -> Path:
    folder = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "power"
    if not folder.is_dir():
        pytest.skip(f"the real data is not at {folder}; set GRIDCANARY_DATA")
    return folder


@pytest.mark.data
@pytest.mark.slow
def test_real_buildings_come_in_whole(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "cambridge_hourly.parquet"
    lake = importing.as_lake(path, tmp_path / "lake")
    stored = sum(
        pq.read_metadata(part).num_rows for day in lakes.days(lake) for part in lakes.day_parts(lake, day)
    )
    assert stored * 24 == pq.read_metadata(path).num_rows
