from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.chain.addresses import address_of_script
from gridcanary.chain.blocks import read_block
from gridcanary.chain.follow.sources import shown
from gridcanary.chain.transactions import Cursor, sha256d
from gridcanary.cli.main import app
from tests.chain.conftest import REGTEST, plain_blocks
from tests.chain.follow.fake_server import FakeServer, serving, split_blocks


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """Twenty blocks of the recorded chain."""
    with serving(split_blocks(plain_blocks(), 20)) as fake:
        yield fake


def run(*words: object, environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Exit code and everything that was said by ``chain follow``."""
    told = CliRunner().invoke(
        app,
        ["chain", "follow", "--network", "regtest", "--once", *map(str, words)],
        env={"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8", **(environment or {})},
    )
    return told.exit_code, told.output


def test_a_node_by_rpc(server: FakeServer, tmp_path: Path) -> None:
    words = ("--node", server.url, "--out", tmp_path / "b", "--from", 0)
    code, said = run(
        *words, environment={"GRIDCANARY_NODE_USER": "watcher", "GRIDCANARY_NODE_PASSWORD": "word"}
    )
    assert code == 0
    assert "20 new blocks, tip at height 19" in said
    assert "from height 15 on have fewer than 6 confirmations" in said
    assert len(list((tmp_path / "b").glob("*.bin"))) == 20
    assert json.loads((tmp_path / "b" / "follow.json").read_text())["tip"]["height"] == 19


def test_nothing_new_says_nothing(server: FakeServer, tmp_path: Path) -> None:
    words = ("--node", f"{server.url}/rest", "--out", tmp_path / "b")
    assert "20 new blocks" in run(*words)[1]
    assert run(*words) == (0, "")


def test_esplora_is_asked_where_the_node_is_silent(server: FakeServer, tmp_path: Path) -> None:
    code, said = run(
        "--node", "http://127.0.0.1:9/rest", "--esplora", server.url, "--out", tmp_path / "b", "--from", 3
    )
    assert code == 0
    assert "asking 127.0.0.1" in said
    assert "sees who fetches which blocks" in said
    assert "17 new blocks" in said


def test_wallets_by_esplora_warn_and_find(server: FakeServer, tmp_path: Path) -> None:
    coinbase = read_block(Cursor(server.blocks[9])).transactions[0]
    wallets = tmp_path / "wallets.txt"
    wallets.write_text(f"{address_of_script(coinbase.outputs[0].script, REGTEST)}\n")
    code, said = run("--esplora", server.url, "--wallets", wallets, "--out", tmp_path / "b")
    assert code == 0
    assert "learns the 1 addresses of this case" in said
    assert "all of which hold" in said
    assert "not what is left out" in said
    assert (tmp_path / "b").joinpath(f"0000009-{shown(sha256d(server.blocks[9][:80]))}.bin").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no server is named"),
        (("--node", "http://127.0.0.1:9"), "a node wants to know who asks"),
        (("--node", "http://me:word@127.0.0.1:9/rest"), "must not hold a password"),
        (("--node", "http://127.0.0.1:9/rest", "--wallets", "w.txt"), "needs --esplora, and no --node"),
        (("--node", "http://127.0.0.1:9/rest"), "tried 4 times"),
        (("--node", "http://127.0.0.1:9/rest", "--first-hash", "ab"), "is no block hash"),
        (("--node", "http://127.0.0.1:9/rest", "--network", "dollar"), "not a known network"),
    ],
    ids=[
        "no server",
        "no password",
        "a password in the address",
        "wallets by a node",
        "silence",
        "a short hash",
        "no network",
    ],
)
def test_wrong_words_are_said_in_a_line(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridcanary.chain.follow.client.FIRST_WAIT_S", 0.0)
    code, told = run("--out", tmp_path / "b", *words)
    assert code == 2
    assert said in told
    assert told.count("\n") == 1
