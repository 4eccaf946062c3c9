"""Services that are no mining and keep a connection for hours: what they send, when, and to how many at once."""

from __future__ import annotations

import random
from dataclasses import dataclass

EVEN, RANDOM, BURSTS = "even", "random", "bursts"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When something is said.

    Args:
        how: EVEN (a heartbeat), RANDOM (a Poisson process) or BURSTS (people).
        mean_s: mean time between two [s].
        least_bytes, most_bytes: size of each, drawn evenly.
    """

    how: str
    mean_s: float
    least_bytes: int
    most_bytes: int

    def gap_s(self, chance: random.Random) -> float:
        """Time until the next [s]."""
        if self.how == EVEN:
            return self.mean_s * chance.uniform(0.98, 1.02)
        if self.how == RANDOM:
            return chance.expovariate(1 / self.mean_s)
        return chance.expovariate(1 / (self.mean_s * (0.1 if chance.random() < 0.7 else 3.1)))

    def said(self, chance: random.Random) -> bytes:
        """Bytes of the drawn size."""
        return bytes(chance.randint(self.least_bytes, self.most_bytes))


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of service.

    Args:
        port: of the server.
        broadcast: what the server says to all its sessions at once.
        push: what the server says to one session.
        ask: what the client says.
        answer: size of the server's answer to it, from and to; None where there is none.
        blocks_of: coin whose new blocks are broadcast too (a wallet that follows them).
        tls: whether it is in TLS.
    """

    port: int
    broadcast: Rhythm | None = None
    push: Rhythm | None = None
    ask: Rhythm | None = None
    answer: tuple[int, int] | None = None
    blocks_of: str | None = None
    tls: bool = True


SERVICES = {
    "ticker": Service(443, Rhythm(RANDOM, 0.7, 90, 400), ask=Rhythm(EVEN, 20, 6, 6), answer=(6, 6)),
    "slow_ticker": Service(443, Rhythm(RANDOM, 9, 110, 130), ask=Rhythm(EVEN, 30, 6, 6), answer=(6, 6)),
    "trading": Service(443, Rhythm(RANDOM, 4, 80, 300), ask=Rhythm(BURSTS, 60, 150, 420), answer=(120, 300)),
    "order_robot": Service(
        443, Rhythm(RANDOM, 15, 90, 110), ask=Rhythm(RANDOM, 20, 160, 161), answer=(90, 92)
    ),
    "chat": Service(443, Rhythm(BURSTS, 40, 60, 700), ask=Rhythm(BURSTS, 180, 40, 500), answer=(24, 24)),
    "push_service": Service(
        5228, Rhythm(RANDOM, 500, 150, 900), Rhythm(RANDOM, 300, 100, 900), Rhythm(EVEN, 240, 2, 2), (2, 2)
    ),
    "news_stream": Service(443, Rhythm(RANDOM, 50, 200, 1200)),
    "sensor_mqtt": Service(8883, ask=Rhythm(EVEN, 30, 84, 86), answer=(4, 4)),
    "switch_mqtt": Service(8883, Rhythm(RANDOM, 90, 40, 60), ask=Rhythm(EVEN, 60, 2, 2), answer=(2, 2)),
    "event_reports": Service(
        443, push=Rhythm(RANDOM, 60, 60, 62), ask=Rhythm(RANDOM, 15, 180, 181), answer=(40, 40)
    ),
    "telecontrol": Service(
        2404, push=Rhythm(RANDOM, 25, 16, 24), ask=Rhythm(EVEN, 4, 16, 16), answer=(16, 22), tls=False
    ),
    "game_lobby": Service(443, Rhythm(EVEN, 10, 200, 260), ask=Rhythm(BURSTS, 15, 30, 90), answer=(20, 60)),
    "shared_text": Service(
        443, Rhythm(BURSTS, 12, 40, 300), ask=Rhythm(BURSTS, 20, 40, 300), answer=(30, 60)
    ),
    "mail_idle": Service(
        993, push=Rhythm(RANDOM, 700, 30, 60), ask=Rhythm(EVEN, 600, 14, 14), answer=(30, 40)
    ),
    "agent_polls": Service(443, ask=Rhythm(EVEN, 15, 300, 900), answer=(120, 160)),
    "wallet_blocks": Service(443, ask=Rhythm(EVEN, 30, 40, 44), answer=(60, 90), blocks_of="BTC"),
    "wallet_use": Service(
        443, Rhythm(RANDOM, 30, 500, 520), ask=Rhythm(BURSTS, 40, 90, 200), answer=(60, 900), blocks_of="BTC"
    ),
}
"""Made by judgement after what such services are known to do, some of them to be as like mining as innocent ones get:
``order_robot`` broadcasts at random to clients that order at random in one size, ``event_reports`` has a miner's rhythm
without a broadcast, and wallets hear of blocks when pools do."""
