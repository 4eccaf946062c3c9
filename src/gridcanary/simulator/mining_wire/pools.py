"""A pool: jobs for all sessions with each block and as transactions change, difficulty that follows each miner."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gridcanary.simulator.mining_wire.coins import Coin
from gridcanary.simulator.mining_wire.dialects import Dialect
from gridcanary.simulator.mining_wire.links import Link
from gridcanary.simulator.mining_wire.virtual_time import SECOND_NS, VirtualTime

STALE_S = 0.6
"""Shares that come so soon after a new block are for the old one."""

RETARGET_SHARES, RETARGET_S = 24, 240.0
"""A pool looks at a miner's rate after so many shares or so long (ckpool looks after 72 shares or 240 s)."""

LEAST_OFF, MOST_OFF = 0.5, 1.33
"""Difficulty stays while the rate of shares lies between these multiples of the wanted one (ckpool's limits)."""


@dataclass(frozen=True, slots=True)
class PoolHabits:
    """What pools do differently.

    Args:
        share_s: wanted time between a session's shares [s].
        spread_s: a job reaches the first and the last session so far apart [s].
        own_timer: share of sessions that get refreshed jobs by a timer of their own, 0 to 1.
        block_delay_s: from a block's finding until the pool has work on it [s].
    """

    share_s: float = 12.0
    spread_s: float = 0.15
    own_timer: float = 0.0
    block_delay_s: float = 0.4


@dataclass(slots=True)
class BlockTimes:
    """When the blocks of a coin are found: a Poisson process that all its pools see.

    Args:
        found_ns: UTC [ns since 1970].
        height: of the first of them.
    """

    found_ns: list[int]
    height: int

    @classmethod
    def drawn(cls, coin: Coin, chance: random.Random, start_ns: int, stop_ns: int) -> BlockTimes:
        """Blocks between two times."""
        found, now = [], float(start_ns)
        while (now := now + chance.expovariate(1 / coin.block_s) * SECOND_NS) < stop_ns:
            found.append(int(now))
        return cls(found, chance.randint(800_000, 900_000))


class Pool:
    """Serves jobs to its sessions.

    Args:
        time: virtual time.
        chance: of delays.
        coin: what is mined.
        blocks: of the coin.
        habits: of the pool.
    """

    def __init__(
        self, time: VirtualTime, chance: random.Random, coin: Coin, blocks: BlockTimes, habits: PoolHabits
    ) -> None:
        self.time, self.chance, self.coin, self.habits = time, chance, coin, habits
        self.height, self.block_ns = blocks.height, 0
        self._sessions: list[PoolSession] = []
        for found_ns in blocks.found_ns:
            delay_ns = int(chance.expovariate(1 / habits.block_delay_s) * SECOND_NS)
            time.at(found_ns + delay_ns, self._block)
        self._refresh_later()

    def _block(self) -> None:
        self.height += 1
        self.block_ns = self.time.now_ns
        self._broadcast(clean=True)

    def _refresh_later(self) -> None:
        """A node's transactions change at no fixed time: about every ``job_s``."""
        pause_s = self.coin.job_s * self.chance.uniform(0.7, 1.3)
        self.time.after(pause_s, self._refresh)

    def _refresh(self) -> None:
        self._broadcast(clean=False)
        self._refresh_later()

    def _broadcast(self, *, clean: bool) -> None:
        for session in self._sessions:
            if clean or not session.own_timer:
                delay_s = self.chance.uniform(0, self.habits.spread_s)
                self.time.after(delay_s, partial(session.push, clean=clean))

    def serve(self, link: Link, dialect: Dialect, difficulty: float) -> None:
        """Take a miner's connection.

        Args:
            link: the server's end.
            dialect: its words.
            difficulty: of the first shares.
        """
        session = PoolSession(self, link, dialect, difficulty)
        self._sessions.append(session)
        link.closed = partial(self._sessions.remove, session)


@dataclass(slots=True)
class _Rate:
    """Shares since the last look at a session's difficulty."""

    since_ns: int
    shares: int = 0


@dataclass(eq=False, slots=True)
class PoolSession:
    """One connection of a pool."""

    pool: Pool
    link: Link
    dialect: Dialect
    difficulty: float
    own_timer: bool = False
    _ready: bool = False
    _pending: bytes = b""
    _rate: _Rate = field(default_factory=lambda: _Rate(0))

    def __post_init__(self) -> None:
        self.link.heard = self._heard
        self.own_timer = self.pool.chance.random() < self.pool.habits.own_timer

    def _heard(self, data: bytes) -> None:
        messages, self._pending = self.dialect.messages(self._pending + data)
        for message in messages:
            self._hear(message)

    def _hear(self, message: bytes) -> None:
        kind = self.dialect.kind(message)
        if kind == "greeting":
            self.link.send(self.dialect.answer(message))
            if not self._ready:
                self.pool.time.after(0.02, self._welcome)
        elif kind == "share":
            self._judge(message)

    def _welcome(self) -> None:
        """The first job after the last greeting, once."""
        if self._ready:
            return
        self._ready = True
        self._rate = _Rate(self.pool.time.now_ns)
        self._tell_target()
        self.push(clean=True)
        if self.own_timer:
            self._push_later()

    def _tell_target(self) -> None:
        if target := self.dialect.target(self.difficulty):
            self.link.send(target)

    def push(self, *, clean: bool) -> None:
        """Send a job, once the miner has been welcomed."""
        if self._ready:
            self.link.send(self.dialect.job(self.pool.height, self.difficulty, clean=clean))

    def _push_later(self) -> None:
        def push() -> None:
            self.push(clean=False)
            self._push_later()

        self.pool.time.after(self.pool.coin.job_s * self.pool.chance.uniform(0.7, 1.3), push)

    def _judge(self, share: bytes) -> None:
        now_ns = self.pool.time.now_ns
        late = now_ns - self.pool.block_ns < STALE_S * SECOND_NS
        accepted = not late and self.pool.chance.random() > 0.001
        pause_s = self.pool.chance.uniform(0.0005, 0.003)
        self.pool.time.after(pause_s, self._verdict(share, accepted))
        self._rate.shares += 1
        self._retarget((now_ns - self._rate.since_ns) / SECOND_NS)

    def _verdict(self, share: bytes, accepted: bool) -> Callable[[], None]:
        return lambda: self.link.send(self.dialect.verdict(share, accepted=accepted))

    def _retarget(self, seconds: float) -> None:
        """Let the difficulty follow the miner."""
        if self._rate.shares < RETARGET_SHARES and seconds < RETARGET_S:
            return
        ratio = self._rate.shares / max(seconds, 1.0) * self.pool.habits.share_s
        self._rate = _Rate(self.pool.time.now_ns)
        if LEAST_OFF < ratio < MOST_OFF:
            return
        self.difficulty = float(f"{self.difficulty * ratio:.6g}")
        self._tell_target()
        self.push(clean=False)
