"""A whole chain of one scenario and seed, day by day."""

from __future__ import annotations

import random
from collections.abc import Callable

from gridcanary.simulator.chain_truth.actors import Exchange, mix, pay_jointly
from gridcanary.simulator.chain_truth.making import MATURITY, ChainMaker, ChainTruth
from gridcanary.simulator.chain_truth.pooling import Pool, Treasury
from gridcanary.simulator.chain_truth.scenarios import SCENARIOS, Scenario

BLOCKS_A_DAY = 12
MOST_DAYS = 120
"""Of regtest's halvings ten happen until then, and later rewards are dust."""

SHARES = (0.6, 0.4)
"""The two pools' shares of the hash rate."""


def simulate_chain(scenario: str, seed: int, days: int = 40) -> ChainTruth:
    """A regtest chain whose every owner and payout is known.

    Args:
        scenario: a name in :data:`SCENARIOS`.
        seed: same seed, same bytes; it also draws the number of miners, the wallets' programs and script types.
        days: of twelve blocks each, after the hundred blocks that the first coins need to mature.

    Raises:
        ValueError: more days than :data:`MOST_DAYS`.
    """
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(
            f"days must lie between 0 and {MOST_DAYS}: the blocks' reward halves every 150 blocks"
        )
    return _Days(SCENARIOS[scenario], random.Random(f"{scenario}/{seed}")).run(days)  # noqa: S311 - not for secrets


class _Days:
    def __init__(self, scenario: Scenario, chance: random.Random) -> None:
        self._scenario, self._chance = scenario, chance
        self._maker = maker = ChainMaker(chance, 86_400 // BLOCKS_A_DAY)
        self._exchange = Exchange(maker, "exchange", chance.randint(15, 40))
        first = Treasury(maker, "PoolA" if not scenario.shared_custody else "Custodian", scenario)
        second = first if scenario.shared_custody else Treasury(maker, "PoolB", scenario)
        self._pools = [
            Pool(maker, name, treasury, self._exchange, chance.randint(10, 35))
            for name, treasury in (("PoolA", first), ("PoolB", second))
        ]

    def run(self, days: int) -> ChainTruth:
        """Mine until coins are mature, then live the days."""
        for _ in range(MATURITY):
            self._block()
        for day in range(days):
            if day == days // 2 and self._scenario.switches_custody:
                self._switch(self._pools[0])
            self._day(day)
        return self._maker.truth()

    def _block(self) -> None:
        self._chance.choices(self._pools, SHARES)[0].find_block()

    def _day(self, day: int) -> None:
        """Each actor acts at an hour of his own, blocks in between."""
        actions = [self._pool_acts(pool, day) for pool in self._pools]
        for at in range(BLOCKS_A_DAY):
            for number, pool in enumerate(self._pools):
                if at == 1 and day % 3 == number:
                    pool.treasury.gather()
                if at == 2 + 4 * number:
                    pool.pay_miners()
                for act in actions[number].get(at, ()):
                    act()
            if at == 9:
                self._people()
            if at == 10:
                self._exchange.sweep()
            if at == 11:
                self._withdraw()
            self._block()

    def _pool_acts(self, pool: Pool, day: int) -> dict[int, list[Callable[[], None]]]:
        """What the pool does today beside paying its miners, by the block before which it does it."""
        acts: dict[int, list[Callable[[], None]]] = {}
        if self._scenario.trades:
            acts.setdefault(8, []).append(pool.trade)
        if self._scenario.staff and day % 30 == 10:
            acts.setdefault(4, []).append(pool.pay_staff)
        if self._scenario.expenses and self._chance.random() < 0.3:
            acts.setdefault(5, []).append(pool.pay_supplier)
        return acts

    def _people(self) -> None:
        """Miners sell now and then, some mix, customers bring coins to the exchange, accounts come and go."""
        miners = [miner for pool in self._pools for miner in pool.miners]
        if self._scenario.coinjoins and self._chance.random() < 0.6:
            wallets = [miner.wallet for miner in miners] + self._exchange.customers
            mix(self._maker, wallets)
            pay_jointly(self._maker, *self._chance.sample(wallets, 2))
        for miner in miners:
            if self._chance.random() < 0.15:
                miner.spend(self._maker)
        self._exchange.customers_deposit()
        for pool in self._pools:
            pool.turn_over()

    def _withdraw(self) -> None:
        made = self._exchange.withdraw()
        for pool in self._pools:
            if made is not None and pool.ordered:
                self._maker.book(made, pool.name, pool.ordered)
                pool.ordered = {}

    def _switch(self, pool: Pool) -> None:
        """Another wallet from today on: old coins are moved there, new rewards go to a new script."""
        old, new = pool.treasury, Treasury(self._maker, pool.name, self._scenario)
        old.move_to(self._maker.script(new.hot))
        pool.treasury = new
        pool.reward_script = self._maker.script(new.rewards)
