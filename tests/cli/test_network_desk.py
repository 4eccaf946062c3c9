"""``gridcanary network open`` and ``forget``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.endpoints.models import Endpoint, EndpointSession
from tests.casework.conftest import Departments, departments  # noqa: F401  # a fixture
from tests.endpoints.made import finding, written

pytestmark = pytest.mark.django_db

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in a workspace of its own, in English: exit code and what it said."""
    monkeypatch.setenv("GRIDCANARY_HOME", str(tmp_path / "home"))

    def run(*words: object) -> tuple[int, str]:
        told = CliRunner().invoke(app, ["network", *map(str, words)], env={"LC_ALL": "C", "LANG": "C"})
        return told.exit_code, told.output

    return run


@pytest.mark.usefixtures("departments")
def test_findings_come_to_the_desk_once(run: Run, tmp_path: Path) -> None:
    findings = written(tmp_path / "f.parquet", [finding("a"), finding("b"), finding("c", listed=False)])
    for words in (
        "f.parquet: 2 listed sessions, 2 of them new",
        "f.parquet: these findings were imported on",
    ):
        code, said = run("open", findings, "--unit", "jn-energy", "--area", "370812")
        assert code == 0, said
        assert words in said
    assert EndpointSession.objects.count() == 2
    assert set(Endpoint.objects.values_list("unit__code", "admin_code")) == {("jn-energy", "370812")}


@pytest.mark.usefixtures("departments")
@pytest.mark.parametrize(
    ("file", "unit", "wrong"),
    [("f.parquet", "nowhere", "no unit nowhere"), ("none.parquet", "jn-energy", "no such file")],
    ids=["unknown unit", "no file"],
)
def test_what_cannot_be_opened_is_named(run: Run, tmp_path: Path, file: str, unit: str, wrong: str) -> None:
    written(tmp_path / "f.parquet", [finding("a")])
    code, said = run("open", tmp_path / file, "--unit", unit)
    assert code == 2
    assert wrong in said
    assert not Endpoint.objects.exists()


@pytest.mark.usefixtures("departments")
def test_forgetting_tells_what_went(run: Run, tmp_path: Path) -> None:
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    row = finding("a", first_seen=long_ago, last_seen=long_ago + dt.timedelta(hours=1))
    assert run("open", written(tmp_path / "f.parquet", [row]), "--unit", "jn-energy")[0] == 0
    assert "Deleted: 1 sessions, 0 pool accounts, 1 endpoints" in run("forget")[1]
    assert "Deleted: 0 sessions" in run("forget")[1]
    assert not Endpoint.objects.exists()
