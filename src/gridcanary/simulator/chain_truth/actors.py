"""Who lives on the simulated chain beside the pools: miners, exchanges with their customers, people who mix."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from gridcanary.chain.transactions import Transaction
from gridcanary.simulator.chain_truth.making import ChainMaker
from gridcanary.simulator.chain_truth.wallets import BATCHER, CORE, FORMS, PHONE, Coin, Wallet

LEAST_PAYOUT = 2_000_000
"""Satoshi that a pool owes a miner before it pays him."""


class Exchange:
    """Takes deposits at an address per customer, sweeps them daily, and pays withdrawals in batches."""

    def __init__(self, maker: ChainMaker, name: str, customers: int) -> None:
        chance = maker.chance
        self._maker = maker
        self.deposits = Wallet(name, chance.choice(FORMS[:3]), BATCHER)
        self.hot = Wallet(name, "p2wpkh", chance.choice((CORE, BATCHER)))
        self.hot_script = maker.script(self.hot)
        self.customers = [
            Wallet(f"{name}-customer{at}", chance.choice(FORMS), PHONE) for at in range(customers)
        ]
        self._payouts = [maker.script(one) for one in self.customers]
        self._pays_from_deposits = chance.random() < 0.3
        self.orders: list[tuple[bytes, int]] = []

    def deposit_script(self) -> bytes:
        """A new deposit address of the exchange."""
        return self._maker.script(self.deposits)

    def sweep(self) -> None:
        """Bring all deposits into the hot wallet; some exchanges pay withdrawals out of deposits instead."""
        if self._pays_from_deposits:
            return
        coins = self._maker.spendable(self.deposits)
        if len(coins) > 1:
            self._maker.send([(self.deposits, coin) for coin in coins], [], [self.hot_script])

    def withdraw(self) -> Transaction | None:
        """Pay what customers ordered, and some at random, in one batch; None where there is nothing to pay with."""
        maker, chance = self._maker, self._maker.chance
        wallets = (self.hot, self.deposits) if self._pays_from_deposits else (self.hot,)
        coins = [(wallet, coin) for wallet in wallets for coin in maker.spendable(wallet)]
        budget = sum(coin.output.value for _, coin in coins) * 6 // 10
        orders, self.orders = self.orders, []
        for at in chance.sample(range(len(self.customers)), min(len(self.customers), chance.randint(3, 12))):
            script = self._payouts[at] if chance.random() < 0.5 else maker.script(self.customers[at])
            orders.append((script, chance.randint(100_000, 30_000_000)))
        paid = []
        for script, satoshi in orders:
            if satoshi <= budget:
                budget -= satoshi
                paid.append((script, satoshi))
        if not paid:
            return None
        change = self.hot_script if chance.random() < 0.7 else maker.script(self.hot)
        return maker.send(coins, paid, [change])

    def customers_deposit(self) -> None:
        """A few customers bring coins back to new deposit addresses."""
        for wallet in self._maker.chance.sample(self.customers, min(4, len(self.customers))):
            coins = self._maker.spendable(wallet)
            if coins and sum(coin.output.value for coin in coins) > 50_000:
                self._maker.send([(wallet, coin) for coin in coins], [], [self.deposit_script()])


@dataclass
class Miner:
    """Somebody with an account at a pool.

    Args:
        name: as in the pool's books.
        weight: his share of the pool's hash rate, relative.
        wallet: his own coins; unused where he is paid at an exchange.
        script: where he is paid now.
        fresh: whether he gives a new address for each payout.
        exchange: where he sells; deposit: his address there.
        owed: satoshi that the pool owes him.
    """

    name: str
    weight: float
    wallet: Wallet
    script: bytes
    fresh: bool
    exchange: Exchange
    deposit: bytes
    owed: int = 0

    def next_script(self, maker: ChainMaker) -> bytes:
        """Where the next payout goes."""
        if self.fresh:
            self.script = maker.script(self.wallet)
        return self.script

    def spend(self, maker: ChainMaker) -> None:
        """Sell most of what he has, with change to himself, or move it all."""
        coins = maker.spendable(self.wallet)[:40]
        total = sum(coin.output.value for coin in coins)
        if total < 1_000_000:
            return
        claims = [(self.wallet, coin) for coin in coins]
        sold = int(total * maker.chance.uniform(0.3, 0.9))
        maker.send(claims, [(self.deposit, sold)], [maker.script(self.wallet)])


def new_miner(
    maker: ChainMaker, name: str, exchange: Exchange, deposit_share: float, fresh_share: float
) -> Miner:
    """A miner with a heavy-tailed share: few have most of the hash rate (Romiti et al. 2019)."""
    chance = maker.chance
    wallet = Wallet(name, chance.choice(FORMS), chance.choice((CORE, PHONE)))
    deposit = exchange.deposit_script()
    at_exchange = chance.random() < deposit_share
    fresh = not at_exchange and chance.random() < fresh_share
    script = deposit if at_exchange else maker.script(wallet)
    return Miner(name, math.exp(chance.gauss(0, 1.2)), wallet, script, fresh, exchange, deposit)


def mix(maker: ChainMaker, wallets: list[Wallet]) -> None:
    """A CoinJoin of five or more, each with a coin that is large enough, in JoinMarket's form."""
    chance: random.Random = maker.chance
    claims: list[tuple[Wallet, Coin]] = []
    for wallet in wallets:
        coins = [coin for coin in maker.spendable(wallet) if coin.output.value > 1_500_000]
        if coins:
            claims.append((wallet, chance.choice(coins)))
    chance.shuffle(claims)
    claims = claims[: chance.randint(5, 9)]
    if len(claims) < 5:
        return
    equal = min(coin.output.value for _, coin in claims) - 100_000
    recipients = [(maker.script(wallet), equal) for wallet, _ in claims]
    fee = 4_000
    recipients += [
        (maker.script(wallet), coin.output.value - equal - fee)
        for wallet, coin in claims
        if coin.output.value - equal - fee > 10_000
    ]
    maker.coinjoins.add(maker.send(claims, recipients).txid)


def pay_jointly(maker: ChainMaker, payer: Wallet, payee: Wallet) -> None:
    """A PayJoin (BIP 78): the payee adds a coin of his own, so that nothing shows who paid whom, or that two did."""
    paid_from, added = maker.spendable(payer), maker.spendable(payee)
    if not paid_from or not added or payer is payee:
        return
    spent, own = max(paid_from, key=lambda coin: coin.output.value), maker.chance.choice(added)
    if spent.output.value < 2_000_000:
        return
    payment = int(spent.output.value * maker.chance.uniform(0.1, 0.8))
    recipients = [(maker.script(payee), own.output.value + payment)]
    made = maker.send([(payer, spent), (payee, own)], recipients, [maker.script(payer)])
    maker.coinjoins.add(made.txid)
