"""A miner: greets, works on jobs, and finds shares as a Poisson process of its hash rate and the difficulty."""

from __future__ import annotations

import random

from gridcanary.simulator.mining_wire.coins import Coin
from gridcanary.simulator.mining_wire.dialects import Account, Dialect
from gridcanary.simulator.mining_wire.links import Link
from gridcanary.simulator.mining_wire.virtual_time import VirtualTime


class Miner:
    """Mines over a link until the world ends.

    Args:
        time: virtual time.
        chance: of shares.
        coin: what is mined.
        link: the client's end.
        dialect: its words.
        account: how it names itself.
        rate_hs: hash rate of all its workers together [hashes/s].
    """

    def __init__(
        self,
        time: VirtualTime,
        chance: random.Random,
        coin: Coin,
        link: Link,
        dialect: Dialect,
        account: Account,
        rate_hs: float,
    ) -> None:
        self._time, self._chance, self._coin = time, chance, coin
        self._link, self._dialect, self._account = link, dialect, account
        self.rate_hs, self.shares, self.hashes = rate_hs, 0, 0.0
        self._greetings = dialect.greetings(account)
        self._difficulty: float | None = None
        self._pending, self._hunt = b"", 0
        link.opened, link.heard = self._greet, self._heard

    def _greet(self) -> None:
        if self._greetings:
            self._link.send(self._greetings.pop(0))

    def _heard(self, data: bytes) -> None:
        messages, self._pending = self._dialect.messages(self._pending + data)
        for message in messages:
            kind = self._dialect.kind(message)
            if kind == "answer":
                self._greet()
            elif kind in {"job", "target"}:
                self._take_difficulty(message)

    def _take_difficulty(self, message: bytes) -> None:
        """A new difficulty begins a new hunt; luck has no memory, so a new job of the same one changes nothing."""
        told = self._dialect.difficulty(message)
        if told is not None and told != self._difficulty:
            self._difficulty = told
            self._hunt += 1
            self._hunt_on(self._hunt)

    def _hunt_on(self, hunt: int) -> None:
        assert self._difficulty is not None
        mean_s = self._difficulty * self._coin.hashes / self.rate_hs
        self._time.after(self._chance.expovariate(1 / mean_s), lambda: self._found(hunt))

    def _found(self, hunt: int) -> None:
        if hunt != self._hunt or self._difficulty is None:
            return
        self.shares += 1
        self.hashes += self._difficulty * self._coin.hashes
        worker = self._chance.choice(self._account.workers)
        self._link.send(self._dialect.share(f"{self._account.user}.{worker}"))
        self._hunt_on(hunt)
