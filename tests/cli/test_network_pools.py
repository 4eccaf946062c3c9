"""``network pools``: what the list holds, what names meet in it, and bringing it up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.cli.network_pools import host_and_port
from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.csv_list import load_list
from gridcanary.network.pools.pool_list import shipped


def pools(*words: str) -> tuple[int, str]:
    told = CliRunner().invoke(app, ["network", "pools", *words])
    return told.exit_code, told.output


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


def test_show_counts_sources_and_roles() -> None:
    code, output = pools("show")
    assert code == 0
    assert "stamparm/maltrail" in output
    assert "MIT" in output
    assert "work hosts" in output


def test_show_tells_what_names_meet_and_on_which_day() -> None:
    code, output = pools("show", "ss.antpool.com:443", "www.f2pool.com", "example.org", "--on", "2026-11-23")
    assert code == 0
    lines = output.splitlines()
    assert "a host where miners work; AntPool, ss.antpool.com:443" in lines[0]
    assert lines[0].endswith("weight by age 1.00")
    assert "a web site, which proves no mining" in lines[1]
    assert "not on the list" in lines[2]
    assert "not on the list" in pools("show", "ss.antpool.com:443", "--on", "2060-01-01")[1]


def test_update_writes_a_list_that_knows_more(tmp_path: Path) -> None:
    trail, out = tmp_path / "trail.txt", tmp_path / "new" / "pools.csv"
    trail.write_text("# Reference: https://example.org\n\nxmr.pool.example:5555\n", encoding="utf-8")
    code, output = pools("update", "--from", str(trail), "--out", str(out), "--date", "2026-11-01")
    assert code == 0, output
    assert "1 new, 0 with a later date" in output
    entries = load_list(out)
    assert len(entries) == len(shipped()) + 1
    (new,) = (entry for entry in entries if entry.host == "xmr.pool.example")
    assert (new.port, new.role, new.source_date.isoformat()) == (5555, "stratum", "2026-11-01")
    code, output = pools(
        "update", "--from", str(trail), "--out", str(out), "--list", str(out), "--date", "2026-11-02"
    )
    assert "0 new, 1 with a later date" in output
    assert [path.name for path in out.parent.iterdir()] == ["pools.csv"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "holds no pool"), (b"\xff\xff", "not UTF-8"), (b"[1]", "no list of pools")],
)
def test_what_is_no_list_leaves_the_old_one(tmp_path: Path, content: bytes, problem: str) -> None:
    source, out = tmp_path / "x", tmp_path / "pools.csv"
    source.write_bytes(content)
    out.write_text("old", encoding="utf-8")
    told = CliRunner().invoke(app, ["network", "pools", "update", "--from", str(source), "--out", str(out)])
    assert told.exit_code != 0
    assert problem in f"{told.output}{told.exception}"
    assert out.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("text", ["pool.example:0", "pool.example:x", "[2001:db8::1]:99999"])
def test_a_port_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match="is no port"):
        host_and_port(text)
