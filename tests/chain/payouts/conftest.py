from __future__ import annotations

from collections import Counter

import pytest

from gridcanary.chain.history import Confirmed, MemoryHistory
from gridcanary.chain.payouts import PoolLedger, PoolsOf, follow_pools


@pytest.fixture(scope="session")
def pools_of(truth: dict) -> PoolsOf:
    """Who found a recorded block, by the script that took its reward."""
    pools = {bytes.fromhex(script): name for name, script in truth["pools"].items()}

    def found_by(coinbase: Confirmed) -> list[str]:
        return [pools[output.script] for output in coinbase.transaction.outputs if output.script in pools]

    return found_by


@pytest.fixture(scope="session")
def recorded_ledger(regtest: MemoryHistory, pools_of: PoolsOf) -> PoolLedger:
    """The recorded chain's pools, followed with all rules."""
    return follow_pools(regtest, pools_of)


@pytest.fixture(scope="session")
def paid_by_txid(truth: dict) -> dict[bytes, Counter[int]]:
    """What the recording's ledger says that each payout paid: how often which amount [satoshi]."""
    paid: dict[bytes, Counter[int]] = {}
    for _day, _pool, _miner, coins, shown_id in truth["ledger"]:
        paid.setdefault(bytes.fromhex(shown_id)[::-1], Counter())[round(coins * 10**8)] += 1
    return paid
