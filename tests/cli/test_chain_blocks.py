from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.cli.chain_blocks import COLUMNS, TEXTS
from gridcanary.cli.main import app
from tests.chain.conftest import REGTEST, recorded
from tests.chain.test_auxpow import RAW as MERGED_BLOCK
from tests.chain.test_block_check import RECORDED


def run(*words: object, language: str = "en_US.UTF-8") -> tuple[int, str]:
    told = CliRunner().invoke(
        app, ["chain", "blocks", *map(str, words)], env={"LANG": language, "LC_ALL": language}
    )
    return told.exit_code, told.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    blocks = tmp_path / "blocks"
    blocks.mkdir()
    framed = b"".join(REGTEST.magic + len(raw).to_bytes(4, "little") + raw for raw in RECORDED)
    (blocks / "blk00000.dat").write_bytes(framed)
    (blocks / "rev00000.dat").write_bytes(recorded("rev00000.plain"))
    return blocks


def test_a_folder_is_checked_with_its_undo_data(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "checked.csv"
    code, said = run("--blocks", folder, "--network", "regtest", "--table", table)
    assert code == 0
    assert "regtest: 652 blocks, 652 hold; 651 with a witness commitment, 651 with spent outputs" in said
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["height"]) for row in rows] == list(range(652))
    assert {row["standing"] for row in rows} == {"best"}
    assert {row["faults"] for row in rows} == {""}


def test_a_block_that_does_not_hold_is_named_with_its_place(folder: Path) -> None:
    changed = bytearray((folder / "blk00000.dat").read_bytes())
    at = sum(len(raw) + 8 for raw in RECORDED[:400]) + 8
    changed[at + 200] ^= 1
    (folder / "blk00000.dat").write_bytes(changed)
    code, said = run("--blocks", folder, "--network", "regtest")
    assert code == 1
    assert f"byte {at}, block {'0' * 0}" in said
    assert "652 blocks, 651 hold" in said


def test_single_blocks_of_other_networks_are_checked_by_their_rules(folder: Path) -> None:
    (folder / "found.bin").write_bytes(MERGED_BLOCK)
    (folder / "picked.bin").write_bytes(RECORDED[5])
    code, said = run("--blocks", folder, "--network", "regtest")
    assert code == 0
    assert "dogecoin: 1 blocks, 1 hold" in said or "no block" in said


def test_a_lake_is_written_and_written_again_for_nothing(folder: Path, tmp_path: Path) -> None:
    words = ("--blocks", folder, "--network", "regtest", "--out", tmp_path / "lake", "--threads", 2)
    code, said = run(*words)
    assert code == 0
    assert "1 ranges of heights, 1 written now: 652 blocks, 1,186 transactions" in said
    assert "651 blocks with undo data" in said
    assert "height 651" in said
    assert "1 ranges of heights, 0 written now" in run(*words)[1]


def test_a_lake_says_what_it_left_out_in_both_languages(folder: Path, tmp_path: Path) -> None:
    gap = b"".join(
        REGTEST.magic + len(raw).to_bytes(4, "little") + raw for raw in RECORDED[:3] + RECORDED[9:]
    )
    (folder / "blk00000.dat").write_bytes(gap)
    (folder / "again.bin").write_bytes(RECORDED[2])
    words = ("--blocks", folder, "--network", "regtest", "--out")
    english, chinese = (
        run(*words, tmp_path / language, language=language)[1] for language in ("en_US.UTF-8", "zh_CN.UTF-8")
    )
    assert "lacks 1 ranges of heights, the first from 3 to 8" in english
    assert "Left out: 1 repeated" in english
    assert "缺 1 段高度，第一段为 3 至 8" in chinese
    assert "未计入：重复区块 1 个" in chinese


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    code, said = run("--blocks", tmp_path / "nowhere")
    assert code == 2
    assert said.startswith("gridcanary: ")


def test_both_languages_say_the_same_things() -> None:
    assert set(TEXTS["zh"]) == set(TEXTS["en"])
