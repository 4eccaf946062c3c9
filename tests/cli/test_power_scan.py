from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from gridcanary.cli.main import app
from gridcanary.contracts.findings import FINDINGS
from gridcanary.contracts.reasons import load_reasons
from gridcanary.simulator import CountyTruth, simulate_county


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyTruth:
    """80 customers over 45 days; tests read it and never write to it."""
    return simulate_county(tmp_path_factory.mktemp("county"), customers=80, days=45)


def run(county: CountyTruth, out: Path, *more: str, lang: str = "en_US.UTF-8") -> Result:
    tables = [
        "--customers",
        str(county.lake / "customers.parquet"),
        "--balance",
        str(county.lake / "balance"),
    ]
    given = ["power", "scan", "--readings", str(county.lake), "--out", str(out), *tables, *more]
    return CliRunner().invoke(app, given, env={"LANG": lang, "LC_ALL": lang})


def test_parquet_is_the_findings_table(county: CountyTruth, tmp_path: Path) -> None:
    result = run(county, tmp_path / "new" / "list.parquet", "--threshold", "0.05")
    assert result.exit_code == 0, result.output
    table = pq.read_table(tmp_path / "new" / "list.parquet")
    assert table.schema.equals(FINDINGS)
    assert table.num_rows > 0
    assert all(table["listed"].to_pylist())
    assert f"{table.num_rows:,} on the list" in " ".join(result.stderr.split())


def test_all_three_endings_say_the_same(county: CountyTruth, tmp_path: Path) -> None:
    for ending in ("parquet", "csv", "json"):
        assert run(county, tmp_path / f"list.{ending}", "--all").exit_code == 0
    rows = pq.read_table(tmp_path / "list.parquet").to_pylist()
    told = json.loads((tmp_path / "list.json").read_text("utf-8"))
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(rows) == len(told) == len(lines) >= 80
    for row, one, line in zip(rows, told, lines, strict=True):
        assert row["meter_id"] == one["meter_id"] == line["meter_id"]
        assert row["score"] == one["score"] == pytest.approx(float(line["score"]))
        assert row["reasons_zh"] == one["reasons_zh"] == line["reasons_zh"]
        assert [r.code for r in load_reasons(row["reasons"])] == [r["code"] for r in one["reasons"]]
        assert (row["onset"].isoformat() if row["onset"] else None) == one["onset"] == (line["onset"] or None)


def test_all_adds_the_meters_that_are_not_listed(county: CountyTruth, tmp_path: Path) -> None:
    run(county, tmp_path / "list.parquet")
    run(county, tmp_path / "all.parquet", "--all")
    some, every = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("list", "all"))
    assert some.num_rows < every.num_rows
    assert every.filter(every["listed"]).equals(some)


def test_an_empty_list_is_a_table_and_no_failure(county: CountyTruth, tmp_path: Path) -> None:
    for ending in ("parquet", "csv", "json"):
        out = tmp_path / f"list.{ending}"
        given = [
            "power",
            "scan",
            "--readings",
            str(county.lake),
            "--out",
            str(out),
            "--threshold",
            "0.9999999",
        ]
        assert CliRunner().invoke(app, given).exit_code == 0
    assert json.loads((tmp_path / "list.json").read_text()) == []
    assert pq.read_table(tmp_path / "list.parquet").num_rows == 0
    assert (tmp_path / "list.csv").read_text().startswith('"meter_id"')


def test_it_speaks_chinese(county: CountyTruth, tmp_path: Path) -> None:
    assert "列入清单" in run(county, tmp_path / "list.csv", lang="zh_CN.UTF-8").stderr


def test_a_state_folder_is_made_and_used(county: CountyTruth, tmp_path: Path) -> None:
    first = run(county, tmp_path / "one.parquet", "--all", "--state", str(tmp_path / "state"))
    again = run(county, tmp_path / "two.parquet", "--all", "--state", str(tmp_path / "state"))
    assert first.exit_code == again.exit_code == 0
    assert any((tmp_path / "state").iterdir())
    assert pq.read_table(tmp_path / "one.parquet").equals(pq.read_table(tmp_path / "two.parquet"))


@pytest.mark.parametrize(
    ("out", "more", "told"),
    [
        pytest.param("list.xlsx", (), "ends in .xlsx", id="other ending"),
        pytest.param("list", (), "ends in nothing", id="no ending"),
        pytest.param("list.csv", ("--threshold", "1.5"), "--threshold: is 1.5", id="threshold above one"),
        pytest.param("list.csv", ("--threshold", "nan"), "--threshold: is nan", id="threshold no number"),
        pytest.param("list.csv", ("--prior", "0"), "--prior: is 0.0", id="no mines at all"),
        pytest.param("list.csv", ("--weather", "gone.csv"), "gone.csv", id="no such weather"),
        pytest.param("list.csv", ("--model", "gone.npz"), "gone.npz", id="no such model"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    county: CountyTruth, tmp_path: Path, out: str, more: tuple[str, ...], told: str
) -> None:
    result = run(county, tmp_path / out, *more)
    assert result.exit_code == 2
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("gridcanary:")]
    assert told in line
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_balance_needs_an_archive(county: CountyTruth, tmp_path: Path) -> None:
    given = [
        "--readings",
        str(county.lake),
        "--out",
        str(tmp_path / "a.csv"),
        "--balance",
        str(county.lake / "balance"),
    ]
    result = CliRunner().invoke(app, ["power", "scan", *given])
    assert result.exit_code == 2
    assert "customers" in result.stderr
