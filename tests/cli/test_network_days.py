from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.network.findings_files import write_table
from tests.network.test_findings_files import table


def test_findings_are_gathered_by_endpoint_and_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    write_table(table(), tmp_path / "f.parquet")
    told = CliRunner().invoke(
        app, ["network", "days", str(tmp_path / "f.parquet"), "--out", str(tmp_path / "d.parquet")]
    )
    assert told.exit_code == 0, told.output
    assert pq.read_table(tmp_path / "d.parquet").num_rows == 1
    assert "1" in told.output


def test_a_wrong_file_is_told_in_one_line(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        app, ["network", "days", str(tmp_path / "no.parquet"), "--out", str(tmp_path / "d.csv")]
    )
    assert told.exit_code == 2
    assert "no.parquet" in told.output
