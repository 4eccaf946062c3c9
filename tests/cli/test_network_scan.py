from __future__ import annotations

import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from tests.network.test_scan import MINER, TALK, capture


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.delenv("GRIDCANARY_NETWORK_KEY", raising=False)
    capture(tmp_path / "a.pcap", *TALK)
    return tmp_path


def scan(files: Path, *options: str) -> tuple[int, str, Path]:
    out = files / "f.parquet"
    words = [
        "network",
        "scan",
        str(files / "a.pcap"),
        "--out",
        str(out),
        "--home",
        str(files / "var"),
        "--all",
    ]
    told = CliRunner().invoke(app, [*words, *options])
    return told.exit_code, told.output, out


def test_ends_are_pseudonyms_under_a_key_that_only_its_owner_reads(files: Path) -> None:
    code, output, out = scan(files)
    assert code == 0, output
    first = pq.read_table(out)["client"].to_pylist()
    assert first[0].startswith("e:")
    assert stat.S_IMODE((files / "var" / "network-ends.key").stat().st_mode) == 0o600
    scan(files)
    assert pq.read_table(out)["client"].to_pylist() == first
    scan(files, "--key", str(files / "another.key"))
    assert pq.read_table(out)["client"].to_pylist() != first


def test_plain_ends_are_said_to_be_so(files: Path) -> None:
    code, output, out = scan(files, "--plain-ends", "--days", str(files / "d.csv"))
    assert code == 0, output
    assert pq.read_table(out)["client"].to_pylist() == [MINER]
    assert "plain addresses" in output
    assert (files / "d.csv").is_file()
    assert not (files / "var").exists()


@pytest.mark.parametrize(
    ("options", "problem"),
    [(("--plain-ends", "--key", "k"), "makes no sense with --key"), (("--days", "d.xlsx"), "ends in .xlsx")],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(
    files: Path, options: tuple[str, ...], problem: str
) -> None:
    code, output, out = scan(files, *options)
    assert code == 2
    assert problem in output
    assert not out.exists()
