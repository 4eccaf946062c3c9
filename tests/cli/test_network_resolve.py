from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.contracts.network import RESOLUTIONS
from gridcanary.network.pseudonyms import pseudonyms_from

RADIUS = (
    "Acct-Status-Type,Acct-Session-Id,User-Name,Framed-IP-Address,Event-Timestamp\n"
    "Start,s1,subscriber-one,203.0.113.9,2026-05-31T10:00:00Z\n"
    "Stop,s1,subscriber-one,203.0.113.9,2026-05-31T14:00:00Z\n"
)
ASKED = ["network", "resolve", "--address", "203.0.113.9", "--time", "2026-05-31T20:00:00+08:00"]


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    (tmp_path / "radius.csv").write_text(RADIUS)
    (tmp_path / "accounts.csv").write_text("account,premises_id\nsubscriber-one,P-17\n")
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.output + (str(result.exception) if result.exception else "")


def test_one_address(records: Path) -> None:
    code, told = run(*ASKED, "--radius", records / "radius.csv", "--accounts", records / "accounts.csv")
    assert code == 0
    assert "premises P-17, confidence 100%" in told
    assert "subscriber-one" not in told


def test_without_a_table_of_accounts_it_is_unplaced(records: Path) -> None:
    code, told = run(*ASKED, "--radius", records / "radius.csv")
    assert code == 0
    assert "--accounts" in told
    assert "subscriber-one" not in told


def test_many_at_once_under_pseudonyms(records: Path) -> None:
    (records / "seen.csv").write_text(
        "address,time,source_port\n203.0.113.9,2026-05-31T12:00:00Z,4000\n203.0.113.10,2026-05-31T12:00:00Z,\n"
    )
    out, key = records / "out.parquet", records / "key"
    code, told = run(
        "network", "resolve", "--observations", records / "seen.csv", "--radius", records / "radius.csv",
        "--accounts", records / "accounts.csv", "--key", key, "--out", out,
    )  # fmt: skip
    assert code == 0
    assert "1 resolved, 0 ambiguous, 0 unplaced, 1 unknown" in told
    table = pq.read_table(out)
    assert table.schema.equals(RESOLUTIONS)
    first, second = table.to_pylist()
    assert first["endpoint"] == pseudonyms_from(key).of("203.0.113.9")
    assert (first["premises_id"], second["state"]) == ("P-17", "unknown")
    assert "203.0.113" not in json.dumps(table.to_pylist(), default=str)
    assert "subscriber" not in json.dumps(table.to_pylist(), default=str)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["network", "resolve", "--port", "1"], "either one address or --observations"),
        ([*ASKED[:4]], "tell when it was seen"),
        ([*ASKED], "there are no records"),
        ([*ASKED[:-1], "2026-05-31T20:00:00", "--radius", "x"], "offset from UTC"),
        ([*ASKED, "--port", "70000"], "is no port"),
        ([*ASKED, "--out", "x.csv"], "needs the key"),
    ],
)
def test_what_is_missing_is_said(arguments: list[str], told: str) -> None:
    code, output = run(*arguments)
    assert code != 0
    assert told in output
