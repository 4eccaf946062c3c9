"""A world of lines, pools and services, and the tap that watches them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from gridcanary.network.ends import End
from gridcanary.simulator.mining_wire.coins import COINS, Coin
from gridcanary.simulator.mining_wire.conversation import Conversation, Line, Tap
from gridcanary.simulator.mining_wire.dialects import Account, Dialect, dialect_of
from gridcanary.simulator.mining_wire.frames import CaptureTap
from gridcanary.simulator.mining_wire.links import Link
from gridcanary.simulator.mining_wire.miners import Miner
from gridcanary.simulator.mining_wire.pools import BlockTimes, Pool, PoolHabits
from gridcanary.simulator.mining_wire.relays import RelayClient, RelayServer
from gridcanary.simulator.mining_wire.sealing import LengthsEnd, TlsEnd, contexts
from gridcanary.simulator.mining_wire.stratum_v2 import NoiseEnd, StratumV2
from gridcanary.simulator.mining_wire.truth import DISGUISES, WireTruth, write_truth
from gridcanary.simulator.mining_wire.virtual_time import SECOND_NS, VirtualTime
from gridcanary.simulator.mining_wire.websocket import WebSocketEnd

START_NS = 1_790_000_000 * SECOND_NS
"""2026-09-21, 14:13:20 UTC."""

AGENTS = {"BTC": "bmminer/2.0.0", "LTC": "cgminer/4.12.1", "XMR": "XMRig/6.22.2"}
PORTS = {"plain": 3333, "tls": 443, "wss": 443, "sv2": 34254, "relay": 443}


@dataclass(frozen=True, slots=True)
class Site:
    """A pool's site.

    Args:
        pool: what serves there.
        server: its address; the port goes by the disguise.
        name: its host name, which a miner's hello tells unless it hides it.
    """

    pool: Pool
    server: str
    name: str


@dataclass(slots=True)
class Mining:
    """How one line mines.

    Args:
        disguise: one of DISGUISES.
        machines: how many share the session.
        named: whether the hello names the server.
        line: what lies between the miner and what it talks to.
        begin_s: when it begins, after the world's beginning [s].
        relay_delay_s: one way between a relay and the pool [s].
    """

    disguise: str = "plain"
    machines: int = 1
    named: bool = True
    line: Line = field(default_factory=Line)
    begin_s: float = 1.0
    relay_delay_s: float = 0.04


class WireWorld:
    """Lines that mine and lines that don't, until a time.

    Args:
        seed: the same seed gives the same times and lengths; the bytes of TLS differ, as its keys are real.
        hours: how long the world lasts.
        tap: sees all packets; a capture by default.
        sealed: real TLS; without it only its lengths, for large samples.
    """

    def __init__(self, seed: int, hours: float, tap: Tap | None = None, *, sealed: bool = True) -> None:
        self.chance = random.Random(f"mining wire {seed}")  # noqa: S311 - not for secrets
        self.time = VirtualTime(START_NS)
        self.stop_ns = START_NS + int(hours * 3600 * SECOND_NS)
        self.tap: Tap = CaptureTap() if tap is None else tap
        self.truth: list[WireTruth] = []
        self._sealed, self._blocks = sealed, dict[str, BlockTimes]()
        self._miners: list[tuple[WireTruth, Miner]] = []
        self._lines = self._servers = self._conversations = 0

    def site(self, coin: str, name: str, habits: PoolHabits | None = None) -> Site:
        """A pool with a server of its own; all pools of a coin see the same blocks."""
        blocks = self.blocks(coin)
        pool = Pool(self.time, self.stream(), COINS[coin], blocks, habits or PoolHabits())
        return Site(pool, self.server_address(), name)

    def blocks(self, coin: str) -> BlockTimes:
        """When a coin's blocks are found in this world."""
        if coin not in self._blocks:
            self._blocks[coin] = BlockTimes.drawn(COINS[coin], self.stream(), self.time.now_ns, self.stop_ns)
        return self._blocks[coin]

    def mine(self, site: Site, mining: Mining) -> WireTruth:
        """Let one more line mine.

        Raises:
            ValueError: the disguise is none of DISGUISES.
        """
        if mining.disguise not in DISGUISES:
            raise ValueError(f"disguise {mining.disguise!r} is none of {', '.join(DISGUISES)}")
        coin, chance = site.pool.coin, self.stream()
        account = _account(coin, chance, mining.machines)
        server = self.server_address() if mining.disguise == "relay" else site.server
        name = _name_shown(site, mining)
        client, far, truth = self.connect(
            End(server, PORTS[mining.disguise]), mining.line, mining.begin_s, mining.disguise, name
        )
        mine_end, pool_end = self._disguised(client, far, mining, name, chance)
        rate_hs = sum(chance.uniform(*coin.rate_hs) for _ in range(mining.machines))
        own, pools = self._dialects(coin, chance, mining.disguise)
        site.pool.serve(pool_end, pools, difficulty=_first_difficulty(coin, rate_hs, chance))
        miner = Miner(self.time, chance, coin, mine_end, own, account, rate_hs)
        truth.mining, truth.group, truth.coin, truth.user = True, site.name, coin.name, account.user
        truth.workers, truth.rate_hs = mining.machines, rate_hs
        truth.power_w = sum(chance.uniform(*coin.power_w) for _ in range(mining.machines))
        self._miners.append((truth, miner))
        return truth

    def connect(
        self, server: End, line: Line, begin_s: float, kind: str, name: str = "", client: str | None = None
    ) -> tuple[Link, Link, WireTruth]:
        """A new TCP conversation of a new line, which begins later: both ends and what is true of it."""
        self._conversations += 1
        address = self.line_address() if client is None else client
        near = End(address, 32_768 + self._conversations * 7919 % 28_000)
        talk = Conversation(self.time, self.stream(), self.tap, self._conversations, near, server, line)
        self.time.after(begin_s, talk.begin)
        truth = WireTruth(
            near, server, False, kind, name, begin_ns=self.time.now_ns + int(begin_s * SECOND_NS)
        )
        self.truth.append(truth)
        return talk.client, talk.server, truth

    def seal(self, client: Link, server: Link, name: str) -> tuple[Link, Link]:
        """TLS on both ends; an empty name is not told."""
        if not self._sealed:
            return LengthsEnd(client, server=False), LengthsEnd(server, server=True)
        for_client, for_server = contexts(("service.example",))
        near = TlsEnd(client, for_client, server=False, name=name or None)
        return near, TlsEnd(server, for_server, server=True)

    def _disguised(
        self, client: Link, server: Link, mining: Mining, name: str, chance: random.Random
    ) -> tuple[Link, Link]:
        if mining.disguise == "plain":
            return client, server
        if mining.disguise == "sv2":
            secret = chance.randbytes(16)
            return NoiseEnd(client, secret, server=False), NoiseEnd(server, secret, server=True)
        near, far = self.seal(client, server, name)
        if mining.disguise == "wss":
            return WebSocketEnd(near, chance, server=False, host=name), WebSocketEnd(far, chance, server=True)
        if mining.disguise == "relay":
            return RelayClient(near, chance), RelayServer(far, self.time, mining.relay_delay_s)
        return near, far

    @staticmethod
    def _dialects(coin: Coin, chance: random.Random, disguise: str) -> tuple[Dialect, Dialect]:
        if disguise == "sv2":
            return StratumV2(coin, chance), StratumV2(coin, chance)
        return dialect_of(coin, chance), dialect_of(coin, chance)

    def run(self) -> None:
        """Let all of it happen."""
        self.time.run(self.stop_ns)
        for truth, miner in self._miners:
            truth.shares, truth.hashes = miner.shares, miner.hashes

    def write(self, folder: Path) -> None:
        """Write ``capture.pcap`` and ``truth.csv``.

        Raises:
            TypeError: the world was watched by a tap that keeps no frames.
        """
        if not isinstance(self.tap, CaptureTap):
            raise TypeError("only a world with a CaptureTap can be written as a capture")
        folder.mkdir(parents=True, exist_ok=True)
        self.tap.write(folder / "capture.pcap")
        write_truth(self.truth, folder / "truth.csv")

    def line_address(self) -> str:
        """The next customer's address, behind a carrier's NAT (RFC 6598)."""
        self._lines += 1
        return f"100.{64 + self._lines // 62_500}.{self._lines // 250 % 250}.{self._lines % 250 + 1}"

    def server_address(self) -> str:
        """The next server's address, out of the range for benchmarks (RFC 2544)."""
        self._servers += 1
        return f"198.{18 + self._servers // 62_500}.{self._servers // 250 % 250}.{self._servers % 250 + 1}"

    def stream(self) -> random.Random:
        """Chance of its own for one part of the world."""
        return random.Random(self.chance.getrandbits(64))  # noqa: S311 - not for secrets


def _name_shown(site: Site, mining: Mining) -> str:
    if not mining.named or mining.disguise in {"plain", "sv2"}:
        return ""
    return "cloud.example" if mining.disguise == "relay" else site.name


def _account(coin: Coin, chance: random.Random, machines: int) -> Account:
    """An account with rack positions as workers, or a Monero wallet by its form (of no known owner)."""
    if coin.name == "XMR":
        alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
        wallet = "4" + "".join(chance.choices(alphabet, k=94))
        return Account(wallet, tuple(f"rig{number}" for number in range(machines)), AGENTS[coin.name])
    shelf = chance.randint(1, 40)
    workers = tuple(f"10x{shelf}x{at // 24 + 1}x{at % 24 + 1}" for at in range(machines))
    return Account(f"farm{chance.randint(100, 999)}", workers, AGENTS[coin.name])


def _first_difficulty(coin: Coin, rate_hs: float, chance: random.Random) -> float:
    """Off by up to four times either way, which the pool then corrects."""
    return float(f"{rate_hs * 12 / coin.hashes * 4 ** chance.uniform(-1, 1):.6g}")
