"""The latest block: from the installation's own folder where it proves its work, else the one that is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from gridcanary.casework import law
from gridcanary.portal import chain_tip as room
from gridcanary.portal.chain_tip import LAST_KNOWN, Tip, chain_tip

HEADER = bytes.fromhex(
    "04c03a25324409f3c6f4854ec44ca6b4890235e8ffc9b2a8675c01000000000000000000c731dfc5a4e40187d893c75d"
    "bd6e5e75e5df1f15dea22270ac899bf9679311012f5c1a6a8f0602171a014f96"
)
"""Of Bitcoin's block 951,658."""
NAME = "0951658-00000000000000000001cbe4b4add61d60d9a470e0958f1b4024f202db9ca628.bin"
GENESIS = bytes.fromhex(
    "01000000"
    + "00" * 32
    + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
    + "29ab5f49ffff001d1dac2b7c"
)
GENESIS_NAME = "9999999-000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f.bin"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of blocks, and nothing known that is newer."""
    monkeypatch.setattr(room, "LAST_KNOWN", Tip(1, 0x1D00FFFF, 1_231_469_665))
    blocks = tmp_path / "blocks"
    blocks.mkdir()
    settings.GRIDCANARY_CHAIN_BLOCKS = str(blocks)
    return blocks


def test_the_known_block_is_the_one_with_this_header(folder: Path) -> None:
    (folder / NAME).write_bytes(HEADER + b"transactions")
    assert chain_tip() == LAST_KNOWN
    assert LAST_KNOWN.day.difficulty == 138_955_357_012_247
    assert str(LAST_KNOWN.day.on) == "2026-05-30"


def test_an_older_folder_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / GENESIS_NAME).write_bytes(GENESIS)
    settings.GRIDCANARY_CHAIN_BLOCKS = str(tmp_path)
    assert chain_tip() == LAST_KNOWN


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (NAME.replace("951658-0", "951659-1"), HEADER),
        (NAME, HEADER[:79]),
        (NAME, HEADER[:72] + b"\xff\xff\x00\x1d" + HEADER[76:]),
        (NAME, b""),
        (GENESIS_NAME, GENESIS),
        (NAME.replace(".bin", ".part"), HEADER),
    ],
    ids=["another name", "short", "easier than its hash", "empty", "far too easy", "unfinished"],
)
def test_what_proves_nothing_is_passed_over(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert chain_tip() == room.LAST_KNOWN


@pytest.mark.parametrize("named", ["", "nowhere"])
def test_without_a_folder_the_known_block_counts(settings: Settings, tmp_path: Path, named: str) -> None:
    settings.GRIDCANARY_CHAIN_BLOCKS = str(tmp_path / named) if named else ""
    assert chain_tip() == LAST_KNOWN


@pytest.mark.django_db
def test_one_bitcoin_is_reckoned_and_says_with_what() -> None:
    told = json.loads(Client().get("/en/open/figures/figures.json").content)
    bitcoin = next(one for one in told["equivalents"] if one["code"] == "bitcoin")
    content = law.pack_for_new_cases().content
    joules = content.factors["mining_machines"].value
    home = content.factors["household"].value
    by_hand = (
        float(LAST_KNOWN.day.difficulty) * 2**48 / 65535 / 1e12 * float(joules) / 3.6e6 / 3.125 / float(home)
    )
    assert int(bitcoin["value"]) == round(by_hand)
    assert "2026-05-30" in " ".join(bitcoin["method"])
    assert not bitcoin["verified"]
