from __future__ import annotations

import functools

import pytest

from gridcanary.chain.payouts import PoolLedger, Rule, RuleSet, follow_pools
from gridcanary.simulator.chain_truth import ChainTruth, simulate_chain
from gridcanary.simulator.chain_truth.scoring import rates, tallies, tally, total


@functools.cache
def followed(scenario: str) -> tuple[ChainTruth, PoolLedger]:
    truth = simulate_chain(scenario, seed=2, days=12)
    return truth, follow_pools(truth.history, truth.pools_of)


@pytest.mark.parametrize(
    "scenario", ["plain", "peeling", "indirect", "coinjoins", "custody_switch", "expenses"]
)
def test_ordinary_habits_are_followed_nearly_without_fault(scenario: str) -> None:
    told = tally(*followed(scenario))
    assert told.lines["right"] >= 0.99 * told.lines["true"]
    assert told.lines["right"] >= 0.99 * told.lines["found"]
    assert told.lines["misnamed"] == 0


def test_a_shared_wallet_s_payer_is_left_open_and_not_guessed() -> None:
    told = tally(*followed("shared_custody"))
    assert told.lines["unresolved"] > 0.9 * told.lines["right"]


def test_an_exchange_that_pays_miners_among_its_customers_is_no_pool() -> None:
    told = tally(*followed("by_exchange"))
    assert told.lines["found"] == 0
    assert told.lines["true"] > 0


def test_right_lines_are_split_among_the_payers() -> None:
    told = tally(*followed("everything"))
    assert told.lines["right"] == told.lines["named"] + told.lines["unresolved"] + told.lines["misnamed"]
    assert told.satoshi["right"] <= min(told.satoshi["true"], told.satoshi["found"])


def test_without_change_rules_payouts_are_lost() -> None:
    plain = total(tallies("plain", [2], 12, RuleSet(frozenset())))
    assert plain.lines["right"] < tally(*followed("plain")).lines["right"]
    assert not plain.wrong_edges


def test_rates_lie_in_their_intervals() -> None:
    told = tallies("half_fresh", [1, 2, 3], 10, RuleSet(frozenset({Rule.MULTI_INPUT})))
    for rate in rates(told).values():
        assert rate["value"] is None or rate["low"] <= rate["value"] <= rate["high"]
