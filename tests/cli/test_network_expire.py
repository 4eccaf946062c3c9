from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.contracts.network import NETWORK_FINDINGS
from tests.network.test_retention import value


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    now = dt.datetime.now(dt.UTC)
    lasts = [now - dt.timedelta(days=age) for age in (1, 200, 400)]
    rows = [{column.name: value(column, last) for column in NETWORK_FINDINGS} for last in lasts]
    pq.write_table(pa.Table.from_pylist(rows, NETWORK_FINDINGS), tmp_path / "findings.parquet")
    return tmp_path / "findings.parquet"


def test_the_clocks_run(path: Path) -> None:
    first = CliRunner().invoke(app, ["network", "expire", str(path)])
    assert first.exit_code == 0, first.output
    assert "1 rows deleted" in first.output
    young, old = pq.read_table(path).to_pylist()
    assert (young["wallet"], old["wallet"], old["client"]) == ("miner-4711", None, "expired")
    again = CliRunner().invoke(app, ["network", "expire", str(path)])
    assert "0 rows deleted, 0 values" in again.output


def test_a_field_cannot_outlive_its_row(path: Path) -> None:
    before = path.read_bytes()
    result = CliRunner().invoke(
        app, ["network", "expire", str(path), "--row-days", "30", "--field-days", "60"]
    )
    assert result.exit_code != 0
    assert path.read_bytes() == before
