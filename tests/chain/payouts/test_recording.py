"""The recorded chain has a ledger of its own: what each rule finds of it, to the satoshi."""

from __future__ import annotations

from collections import Counter

import pytest

from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.payouts import Kind, PoolLedger, PoolsOf, Rule, RuleSet, follow_pools


def found_payments(ledger: PoolLedger) -> dict[bytes, Counter[int]]:
    paid: dict[bytes, Counter[int]] = {}
    for line in ledger.found():
        if line.kind is not Kind.FOUND_BLOCK:
            paid.setdefault(line.outpoint.txid, Counter())[line.satoshi] += 1
    return paid


def test_every_recorded_payout_is_found_to_the_satoshi_and_nothing_else(
    recorded_ledger: PoolLedger, paid_by_txid: dict[bytes, Counter[int]]
) -> None:
    assert found_payments(recorded_ledger) == paid_by_txid
    assert recorded_ledger.complete


def test_every_miner_gets_what_the_recording_says(recorded_ledger: PoolLedger, truth: dict) -> None:
    earned: Counter[str] = Counter()
    for _day, _pool, miner, coins, _txid in truth["ledger"]:
        earned[miner] += round(coins * 10**8)
    found: Counter[bytes] = Counter()
    for line in recorded_ledger.found():
        if line.kind is Kind.PAYOUT:
            found[line.script] += line.satoshi
    assert sorted(found.values()) == sorted(earned.values())
    assert len(found) == len(truth["miners"])


def test_each_payout_names_the_pool_that_paid_it(recorded_ledger: PoolLedger, truth: dict) -> None:
    payers = {bytes.fromhex(row[4])[::-1]: row[1] for row in truth["ledger"]}
    assert all(
        line.payer == payers[line.outpoint.txid]
        for line in recorded_ledger.found()
        if line.kind is Kind.PAYOUT
    )


@pytest.mark.parametrize(
    ("enabled", "found"),
    [
        pytest.param(frozenset(), 218, id="coinbase-scripts-alone-lose-every-payout-out-of-change"),
        pytest.param(frozenset({Rule.MULTI_INPUT}), 218, id="multi-input-adds-no-payout"),
        pytest.param(
            frozenset({Rule.MULTI_INPUT, Rule.ONE_TIME_CHANGE}), 270, id="one-time-change-finds-the-rest"
        ),
        pytest.param(frozenset({Rule.PAYS_ON}), 270, id="so-does-what-is-done-with-the-change"),
    ],
)
def test_what_each_rule_adds(
    regtest: MemoryHistory,
    pools_of: PoolsOf,
    paid_by_txid: dict[bytes, Counter[int]],
    enabled: frozenset[Rule],
    found: int,
) -> None:
    payments = found_payments(follow_pools(regtest, pools_of, rules=RuleSet(enabled)))
    assert payments.keys() <= paid_by_txid.keys()
    assert len(payments) == found


def test_each_line_leads_back_to_a_coinbase_of_its_pool(recorded_ledger: PoolLedger) -> None:
    for line in recorded_ledger.found():
        if line.kind is Kind.PAYOUT:
            path = recorded_ledger.path(line)
            assert path[-1].rule is Rule.COINBASE
            assert path[-1].pools == line.pools
            assert line.confidence <= min(edge.confidence for edge in path)


def test_nothing_is_paid_that_was_not_mined(recorded_ledger: PoolLedger) -> None:
    paid: Counter[str] = Counter()
    for line in recorded_ledger.found():
        if line.payer:
            paid[line.payer] += line.satoshi
    for pool, satoshi in paid.items():
        assert satoshi <= recorded_ledger.mined[pool]
