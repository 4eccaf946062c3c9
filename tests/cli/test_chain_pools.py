from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from tests.chain.conftest import plain_blocks

RUNNER = CliRunner()


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    folder = tmp_path / "blocks"
    folder.mkdir()
    (folder / "blk00000.dat").write_bytes(plain_blocks())
    return folder


def test_the_finders_of_the_recorded_chain(
    blocks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    out = tmp_path / "pools.json"
    told = RUNNER.invoke(
        app, ["chain", "pools", "--blocks", str(blocks), "--network", "regtest", "--out", str(out)]
    )
    assert told.exit_code == 0, told.output
    assert "Where address and tag both speak (0 blocks), 0 agree" in told.output
    rows = json.loads(out.read_text(encoding="utf-8"))["blocks"]
    assert [row["height"] for row in rows] == list(range(len(rows)))
    assert {row["pool"] for row in rows} >= {"ViaBTC", "F2Pool", "AntPool"}


def test_a_list_of_ones_own_and_the_best_chain_in_chinese(
    blocks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    own = tmp_path / "own.json"
    own.write_text(json.dumps([{"name": "另一矿池", "addresses": [], "tags": ["f2pool"]}]), encoding="utf-8")
    call = ["chain", "pools", "--blocks", str(blocks), "--network", "regtest", "--best-chain"]
    told = RUNNER.invoke(app, [*call, "--pools", str(own)])
    assert told.exit_code == 0, told.output
    assert "own.json" in told.output
    assert "标识指向 F2Pool / 另一矿池" in told.output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--out", "pools.doc"], "no known format"),
        (["--network", "nowhere"], "is not a known network"),
        (["--labels", "none.csv"], "can't be read"),
    ],
)
def test_wrong_options_are_refused(blocks: Path, options: list[str], says: str) -> None:
    told = RUNNER.invoke(app, ["chain", "pools", "--blocks", str(blocks), *options])
    assert told.exit_code == 2
    assert says in told.output


def test_the_lists_ship_with_their_licence() -> None:
    folder = resources.files("gridcanary.chain.pools") / "lists"
    assert "MIT License" in (folder / "pools-v2.LICENSE.txt").read_text(encoding="utf-8")
