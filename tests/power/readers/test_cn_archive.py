import datetime as dt
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.power.readers.base import ReadOptions, Rejects
from gridcanary.power.readers.cn_archive import CnArchive
from gridcanary.power.readers.text import read_head

HEADER = (
    "CONS_NO,CONS_NAME,ELEC_ADDR,CONS_SORT_CODE,TRADE_CODE,ELEC_TYPE_CODE,"
    "CONTRACT_CAP,RUN_CAP,VOLT_CODE,PS_DATE,LAST_CHK_DATE"
)
GOOD = "1001,张记养殖场,东街1号,02,0391,301,80.000,80,AC00038,2015-06-01 00:00:00,"


def read(
    tmp_path: Path, text: str, options: ReadOptions | None = None, rejects: Rejects | None = None
) -> list[dict]:
    path = tmp_path / "c.csv"
    path.write_bytes(text.encode("gbk"))
    batches = CnArchive().read(path, options or ReadOptions(), rejects or Rejects(strict=True))
    return [row for batch in batches for row in batch.to_pylist()]


def test_c_cons_becomes_customers(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"{HEADER}\n{GOOD}\n")
    assert CnArchive().sniff(tmp_path / "c.csv", read_head(tmp_path / "c.csv")) == 0.9
    assert {name: value for name, value in row.items() if value is not None} == {
        "premises_id": "1001",
        "meter_id": "1001",
        "name": "张记养殖场",
        "address": "东街1号",
        "trade_code": "0391",
        "tariff_class": "agricultural",
        "contract_kva": 80.0,
        "running_kva": 80.0,
        "volt_class": "380V",
        "connected_on": dt.date(2015, 6, 1),
    }


def test_premises_are_mapped_to_meters(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"{HEADER}\n{GOOD}\n", ReadOptions(meters={"1001": "m1"}))
    assert (row["premises_id"], row["meter_id"]) == ("1001", "m1")


def test_a_plain_table_of_customers(tmp_path: Path) -> None:
    text = "meter_id,tariff_class,contract_kva,transformer_id\nm1,data_centre,500,T1\n"
    (row,) = read(tmp_path, text)
    assert (row["premises_id"], row["tariff_class"], row["transformer_id"]) == ("m1", "data_centre", "T1")


def test_a_class_is_left_open_where_no_code_tells_it(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "meter_id,name,contract_kva\nm1,甲,5\n")
    assert row["tariff_class"] is None


def test_columns_are_mapped(tmp_path: Path) -> None:
    options = ReadOptions(columns={"admin_code": "区县", "premises_id": "编号"})
    (row,) = read(tmp_path, "编号,区县\n1,320106\n", options)
    assert (row["premises_id"], row["admin_code"]) == ("1", "320106")


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        pytest.param(GOOD.replace("80.000", "eighty"), "CONTRACT_CAP", id="text in a number"),
        pytest.param(GOOD.replace("80.000", "-5"), "CONTRACT_CAP", id="negative capacity"),
        pytest.param(GOOD.replace("2015-06-01", "2015-06-31"), "PS_DATE", id="no such day"),
        pytest.param(GOOD.replace("2015", "2999"), "PS_DATE", id="connected in the future"),
        pytest.param(GOOD.replace("1001", ""), "CONS_NO", id="no number"),
        pytest.param("1001,甲", None, id="short row"),
    ],
)
def test_a_bad_row_is_refused_where_it_is_bad(tmp_path: Path, bad: str, column: str | None) -> None:
    rejects = Rejects()
    rows = read(tmp_path, f"{HEADER}\n{bad}\n{GOOD}\n", None, rejects)
    assert len(rows) == 1
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 2, column)
    with pytest.raises(InputError, match="row 2"):
        read(tmp_path, f"{HEADER}\n{bad}\n{GOOD}\n")


def test_a_second_row_of_a_meter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 3: a second row for the same meter"):
        read(tmp_path, f"{HEADER}\n{GOOD}\n{GOOD}\n")


def test_a_class_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column tariff_class: no class of tariff: 'castle'"):
        read(tmp_path, "meter_id,tariff_class\nm1,castle\n")


def test_an_archive_without_premises_or_meter_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch, match="no column for premises_id"):
        read(tmp_path, "CONS_NAME,CONTRACT_CAP\n甲,5\n")
