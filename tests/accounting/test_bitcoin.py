"""One bitcoin in households, reckoned by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gridcanary.accounting import (
    CannotReckon,
    ChainDay,
    Efficiency,
    bitcoin_energy,
    bitcoin_in_households,
    block_subsidy,
)
from tests.accounting.rules import china, day

S19J = Efficiency("Antminer S19j Pro", Decimal("30.5"), day("2022-11-01"), "machines", True)


@pytest.mark.parametrize(
    ("height", "btc"),
    [
        (0, "50"),
        (209_999, "50"),
        (210_000, "25"),
        (840_000, "3.125"),
        (1_050_000, "1.5625"),
        (6_720_000, "0.00000001"),
        (6_930_000, "0"),
    ],
)
def test_subsidy_halves(height: int, btc: str) -> None:
    assert block_subsidy(height) == Decimal(btc)


def test_by_hand_at_a_difficulty_of_a_hundred_trillion() -> None:
    # 1e14 * 2**48 / 65535 = 4.29503e23 hashes = 429,503,283,... TH; times 30.5 J = 1.30998e13 J = 3,638,847 kWh.
    found = bitcoin_energy(ChainDay(day("2026-01-01"), Decimal(10**14), 880_000), S19J)
    assert found.value("bitcoin.work") == round(10**14 * 2**48 / 65535 / 10**12)
    assert found.value("bitcoin.block") == 3_638_847
    assert found.amount == 1_164_431
    homes = bitcoin_in_households(
        ChainDay(day("2026-01-01"), Decimal(10**14), 880_000), S19J, china().factors["household"]
    )
    assert (homes.amount, homes.unit) == (388, "households")
    assert len(homes.text("zh")) == 4


def test_fees_make_a_bitcoin_cheaper_and_worse_machines_dearer() -> None:
    plain = ChainDay(day("2026-01-01"), Decimal(10**14), 880_000)
    with_fees = ChainDay(plain.on, plain.difficulty, plain.height, Decimal("3.125"))
    assert bitcoin_energy(with_fees, S19J).amount == round(bitcoin_energy(plain, S19J).amount / 2)
    old = Efficiency("Antminer S9", Decimal(98), day("2022-11-01"), "machines", False)
    assert bitcoin_energy(plain, old).amount > bitcoin_energy(plain, S19J).amount
    assert not bitcoin_energy(plain, old).verified


@pytest.mark.parametrize(
    ("difficulty", "height"),
    [pytest.param(0, 0, id="no difficulty"), pytest.param(1, 6_930_000, id="no reward")],
)
def test_what_cannot_be_reckoned_is_refused(difficulty: int, height: int) -> None:
    with pytest.raises(CannotReckon, match="more than none"):
        bitcoin_energy(ChainDay(day("2026-01-01"), Decimal(difficulty), height), S19J)
