from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.network.dialogue import Login
from gridcanary.network.finding_rows import finding_row
from gridcanary.network.findings_files import read_findings, write_table
from gridcanary.network.judging import judged
from gridcanary.network.pools.pool_list import shipped
from gridcanary.network.pseudonyms import Pseudonyms
from tests.network.made import NOON_NS, dialogue, session, vote


def table(worker: str = "rig7") -> pa.Table:
    one = session(dialogue=dialogue(logins=(Login(NOON_NS, "farm", worker=worker),)))
    return pa.Table.from_pylist(
        [finding_row(judged(one, [vote()]), Pseudonyms(None), shipped())], schema=NETWORK_FINDINGS
    )


def test_parquet_comes_back_as_it_was(tmp_path: Path) -> None:
    write_table(table(), tmp_path / "deep" / "f.parquet")
    assert read_findings(tmp_path / "deep" / "f.parquet").equals(table())
    assert [item.name for item in (tmp_path / "deep").iterdir()] == ["f.parquet"]


def test_json_holds_lists_instead_of_text(tmp_path: Path) -> None:
    write_table(table(), tmp_path / "f.json")
    rows = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert rows[0]["votes"][0][0] == "stratum_v1"
    assert rows[0]["first_seen"] == "2026-03-01T12:00:00+00:00"


def test_an_empty_json_is_a_list(tmp_path: Path) -> None:
    write_table(NETWORK_FINDINGS.empty_table(), tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("worker", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1"])
def test_no_cell_of_a_csv_begins_like_a_formula(tmp_path: Path, worker: str) -> None:
    write_table(table(worker), tmp_path / "f.csv")
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        (told,) = csv.DictReader(file)
    assert told["worker"] == f"'{worker}"


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.xlsx"):
        write_table(table(), tmp_path / "f.xlsx")


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(InputError, match="is no findings file"):
        read_findings(tmp_path / "f.parquet")


def test_a_table_without_a_column_is_refused_by_its_name(tmp_path: Path) -> None:
    pq.write_table(table().drop(["wallet"]), tmp_path / "f.parquet")
    with pytest.raises(SchemaMismatch, match="column wallet"):
        read_findings(tmp_path / "f.parquet")
