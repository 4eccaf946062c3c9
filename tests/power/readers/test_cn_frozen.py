import datetime as dt
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.power.readers.base import Factor, ReadOptions, Rejects
from gridcanary.power.readers.cn_frozen import CnFrozen
from gridcanary.power.readers.text import read_head

HEADER = "ID,READTYPE,DATADATE,COLLTIME,R,R1,R2,R3,R4,ORGNO"
GOOD = "m1,1,20240301,20240302 000000,100.25,10,20,30,40.25,32"
DAY = dt.date(2024, 3, 1)


def read(
    tmp_path: Path, text: str, options: ReadOptions | None = None, rejects: Rejects | None = None
) -> list[dict]:
    path = tmp_path / "r.csv"
    path.write_text(text)
    assert CnFrozen().sniff(path, read_head(path)) > 0.9
    batches = CnFrozen().read(path, options or ReadOptions(), rejects or Rejects(strict=True))
    return [row for batch in batches for row in batch.to_pylist()]


def test_a_row_per_register_kind(tmp_path: Path) -> None:
    rows = read(tmp_path, f"{HEADER}\n{GOOD}\n{GOOD.replace('m1,1', 'm1,5').replace('100.25', '')}\n")
    rates = [10_000, 20_000, 30_000, 40_250]
    assert rows == [
        {"meter_id": "m1", "day": DAY, "forward_wh": [100_250, *rates], "row": 2},
        {"meter_id": "m1", "day": DAY, "reverse_wh": [None, *rates], "row": 3},
    ]


def test_a_row_per_day(tmp_path: Path) -> None:
    rows = read(tmp_path, "ID,DATA_DATE,PAP_R,PAP_R1,RAP_R\nm1,2024-03-01,7,3,NULL\n")
    by_kind = {name: row[name] for row in rows for name in row if name.endswith("wh")}
    assert by_kind == {"forward_wh": [7000, 3000, None, None, None], "reverse_wh": [None] * 5}


def test_ratios_meters_and_the_stamp(tmp_path: Path) -> None:
    options = ReadOptions(factors={"m1": Factor(60)}, meters={"m1": "x"}, stamp="start")
    (row,) = read(tmp_path, f"{HEADER}\n{GOOD}\n", options)
    assert (row["meter_id"], row["day"], row["forward_wh"][0]) == ("x", dt.date(2024, 2, 29), 6_015_000)


def test_kinds_that_nothing_reads_are_skipped(tmp_path: Path) -> None:
    rejects = Rejects()
    assert read(tmp_path, f"{HEADER}\n{GOOD.replace('m1,1', 'm1,9')}\n", None, rejects) == []
    assert (rejects.count, rejects.skipped) == (0, {"READTYPE 9 is not used": 1})


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        pytest.param(GOOD.replace("100.25", "1OO"), "R", id="text in a number"),
        pytest.param(GOOD.replace("100.25", "-1"), "R", id="negative register"),
        pytest.param(GOOD.replace("30,", "1e12,"), "R3", id="absurd register"),
        pytest.param(GOOD.replace("20240301", "29990301"), "DATADATE", id="day in the future"),
        pytest.param(GOOD.replace("20240301", "20240231"), "DATADATE", id="no such day"),
        pytest.param(GOOD.replace("m1", ""), "ID", id="no meter"),
        pytest.param("m1,1", None, id="short row"),
    ],
)
def test_a_bad_row_is_refused_where_it_is_bad(tmp_path: Path, bad: str, column: str | None) -> None:
    rejects = Rejects()
    rows = read(tmp_path, f"{HEADER}\n{bad}\n{GOOD}\n", None, rejects)
    assert [row["row"] for row in rows] == [3]
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 2, column)
    with pytest.raises(InputError, match="row 2"):
        read(tmp_path, f"{HEADER}\n{bad}\n{GOOD}\n")


def test_a_file_without_a_register_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("ID,DATADATE\nm1,2024-03-01\n")
    with pytest.raises(SchemaMismatch, match="no register column"):
        list(CnFrozen().read(path, ReadOptions(), Rejects()))
