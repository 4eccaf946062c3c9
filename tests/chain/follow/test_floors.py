from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from gridcanary.chain.follow.floors import difficulty_of, least_difficulty
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.work import easiest_target, target_of

DATA = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data"))
BITCOIN = NETWORKS["bitcoin"]


def test_difficulty_one_is_that_of_the_first_block() -> None:
    assert difficulty_of(target_of(0x1D00FFFF)) == 1.0


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_every_network_can_be_followed_from_its_first_block(network: Network) -> None:
    assert difficulty_of(easiest_target(network)) >= least_difficulty(network, 0)


def test_floors_only_rise() -> None:
    floors = [least_difficulty(BITCOIN, height) for height in range(0, 1_000_000, 500)]
    assert floors == sorted(floors)


@pytest.mark.data
def test_no_floor_lies_above_what_the_chain_ever_had() -> None:
    table = DATA / "chain" / "attribution" / "btc_difficulty_by_epoch.csv"
    if not table.exists():
        pytest.skip(f"the table of difficulties is not at {table}; set GRIDCANARY_DATA")
    with table.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            assert least_difficulty(BITCOIN, int(row["first_height"])) <= float(row["difficulty"]) * 1.001
