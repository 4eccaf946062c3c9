from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.contracts.findings import FINDINGS
from gridcanary.power import lake as lakes

SMALL = ["--no-serve", "--customers", "150", "--days", "45", "--lang", "en"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The workspace and the words of one demonstration."""
    home = tmp_path_factory.mktemp("demo") / "var"
    result = CliRunner().invoke(app, ["demo", "--home", str(home), *SMALL], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return home, result.stdout


def test_it_leaves_a_workspace_for_the_console(shown: tuple[Path, str]) -> None:
    home, _ = shown
    findings = pq.read_table(home / "findings.parquet")
    assert findings.schema.equals(FINDINGS)
    assert len(lakes.days(home / "lake")) == 45


def test_it_shows_the_list_and_says_that_the_truth_is_simulated(shown: tuple[Path, str]) -> None:
    _, words = shown
    for part in ("County ready: 150 customers", "Scan finished", "Worth inspecting first", "is simulated"):
        assert part in words


def test_a_second_demonstration_keeps_the_county(shown: tuple[Path, str]) -> None:
    home, _ = shown
    before = (home / "findings.parquet").stat().st_mtime_ns
    result = CliRunner().invoke(app, ["demo", "--home", str(home), *SMALL], catch_exceptions=False)
    assert "Using the county simulated earlier" in result.stdout
    assert (home / "findings.parquet").stat().st_mtime_ns == before


def test_somebodys_own_lake_is_refused_in_one_line(tmp_path: Path) -> None:
    lakes.create_lake(tmp_path / "lake")
    result = CliRunner().invoke(app, ["demo", "--home", str(tmp_path), *SMALL])
    assert result.exit_code == 2
    assert "no simulation wrote" in result.stderr
