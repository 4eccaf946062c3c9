from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from btclib.block import proof_of_work
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.headers import grow_tree
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.targets import PERIOD, UNJUDGED, expected_bits, next_bits, target_faults
from gridcanary.chain.transactions import sha256d
from gridcanary.chain.work import bits_of, target_of
from tests.chain.mining import GENESIS, REGTEST, mined, stacked
from tests.chain.real_data import real_folder

EASIEST = 0x1D00FFFF
HARD = 0x1C00FFFF
STEP = 600


def judged(bits: list[int], network: str, times: list[int] | None = None, first: int = 0) -> list[int]:
    heights = np.arange(first, first + len(bits))
    clocks = np.array(times if times is not None else range(0, STEP * len(bits), STEP), np.int64)
    return expected_bits(heights, clocks, np.array(bits, np.uint32), NETWORKS[network]).tolist()


@given(st.integers(0x17000001, 0x1D00FFFF), st.integers(0, 10**7), st.integers(0, 2 * 10**7))
def test_a_period_moves_as_btclib_moves_it(bits: int, first: int, last: int) -> None:
    if not target_of(bits) or target_of(bits) > target_of(EASIEST):
        return
    clock = [dt.datetime.fromtimestamp(one, dt.UTC) for one in (first, last)]
    theirs = proof_of_work.next_bits(bits_of(target_of(bits)).to_bytes(4, "big"), *clock)
    assert next_bits(bits, first, last, NETWORKS["bitcoin"]) == int.from_bytes(theirs, "big")


def test_within_a_period_the_target_stays() -> None:
    bits = [HARD] * 5 + [EASIEST] + [HARD] * 4
    told = judged(bits, "bitcoin")
    assert told[:1] == [UNJUDGED]
    assert told[1:6] == [HARD] * 5
    assert told[6] == EASIEST, (
        "after a wrong one the wrong one is the rule, so that one fault is told once or twice"
    )


def test_at_the_end_of_a_period_it_moves_by_its_time() -> None:
    times = [300 * at for at in range(PERIOD + 1)]
    told = judged([HARD] * (PERIOD + 1), "bitcoin", times)
    assert told[PERIOD] == next_bits(HARD, 0, 300 * (PERIOD - 1), NETWORKS["bitcoin"])
    assert target_of(told[PERIOD]) == pytest.approx(target_of(HARD) / 2, rel=0.01)


def test_a_period_that_begins_in_a_gap_is_not_judged() -> None:
    told = judged([HARD] * (PERIOD + 10), "bitcoin", first=5)
    assert told[PERIOD - 5] == UNJUDGED
    assert told[PERIOD - 4] == HARD


def test_on_testnet_a_slow_block_may_be_easy_and_the_next_is_not() -> None:
    times = [0, 600, 600 + 1201, 600 + 1201 + 5, 600 + 1201 + 10]
    assert judged([HARD, HARD, EASIEST, HARD, HARD], "testnet3", times)[1:] == [HARD, EASIEST, HARD, HARD]
    assert judged([HARD, HARD, HARD], "testnet3", times[:3])[2] == EASIEST
    assert judged([HARD, HARD, EASIEST], "bitcoin", times[:3])[2] == HARD


@pytest.mark.parametrize(("network", "base"), [("testnet3", EASIEST), ("testnet4", HARD)])
def test_testnet4_moves_from_the_first_block_of_a_period(network: str, base: int) -> None:
    bits = [HARD] * (PERIOD - 1) + [EASIEST, HARD]
    times = [STEP * at for at in range(PERIOD - 1)]
    times += [times[-1] + 1300, times[-1] + 1900]
    told = judged(bits, network, times)
    assert told[PERIOD - 1] == EASIEST
    assert told[PERIOD] == next_bits(base, 0, times[PERIOD - 1], NETWORKS[network])


@pytest.mark.parametrize("network", ["litecoin", "dogecoin", "bitcoin-cash"])
def test_other_rules_are_not_judged(network: str) -> None:
    assert set(judged([HARD, EASIEST] * 5, network)) == {UNJUDGED}


def test_a_harder_block_than_regtest_has_is_told() -> None:
    one = mined(sha256d(GENESIS), time=1)
    other = mined(sha256d(one), time=2, bits=0x203FFFFF)
    headers = stacked([other, GENESIS, one])
    tree = grow_tree(headers, REGTEST)
    assert target_faults(tree, headers, REGTEST) == {0: 0x207FFFFF}
    assert target_faults(grow_tree(headers[:0], REGTEST), headers[:0], REGTEST) == {}


@pytest.mark.data
def test_the_first_blocks_of_bitcoin_have_the_targets_of_the_rule() -> None:
    history = FileHistory(NETWORKS["bitcoin"], [real_folder("blocks")])
    assert target_faults(history.tree, history.survey.headers, history.network) == {}
