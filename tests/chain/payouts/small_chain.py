"""A chain of a few transactions, written out by a test: who spends which output, who is paid what."""

from __future__ import annotations

from collections.abc import Sequence

from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.payouts import PoolLedger, RuleSet, follow_pools
from gridcanary.chain.transactions import NULL_TXID, Input, Outpoint, Output
from gridcanary.simulator.chain_truth.serialising import height_push, transaction_of
from tests.chain.conftest import REGTEST

HOUR = 3_600


def script(name: str) -> bytes:
    """The P2WPKH script of somebody by name."""
    return b"\0\x14" + name.encode().ljust(20, b"\0")


def legacy(name: str) -> bytes:
    """The same as P2PKH, another type of script."""
    return b"\x76\xa9\x14" + name.encode().ljust(20, b"\0") + b"\x88\xac"


class SmallChain:
    """Transactions an hour apart; a coin is written as (transaction, number of the output)."""

    def __init__(self) -> None:
        self.confirmed: list[Confirmed] = []
        self.pools: dict[bytes, list[str]] = {}
        self.rewards: list[bytes] = []

    def _add(self, inputs: Sequence[Input], paid: Sequence[tuple[bytes | str, int]]) -> bytes:
        outputs = [Output(value, script(to) if isinstance(to, str) else to) for to, value in paid]
        made = transaction_of(2, inputs, outputs, 0)
        height = len(self.confirmed)
        self.confirmed.append(Confirmed(Place(height, 0, bytes(32), height * HOUR), made))
        return made.txid

    def mine(self, *pools: str, to: str, satoshi: int = 10**9) -> bytes:
        """A block whose whole reward goes to one script."""
        claim = Input(Outpoint(NULL_TXID, 0xFFFFFFFF), height_push(len(self.confirmed) + 1))
        txid = self._add([claim], [(to, satoshi)])
        self.pools[txid] = list(pools)
        return txid

    def pay(self, coins: Sequence[tuple[bytes, int]], *paid: tuple[bytes | str, int]) -> bytes:
        """A transaction that spends coins of this chain."""
        return self._add([Input(Outpoint(*coin), b"") for coin in coins], paid)

    def wait(self, hours: int) -> None:
        """Blocks of nobody known, one an hour."""
        for _ in range(hours):
            self.mine(to=f"nobody{len(self.confirmed)}")

    def follow(self, rules: RuleSet | None = None) -> PoolLedger:
        """The pools' wallets."""
        history = MemoryHistory(REGTEST, self.confirmed)
        return follow_pools(history, lambda one: self.pools[one.transaction.txid], rules=rules)
