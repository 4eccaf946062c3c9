"""Is the hash rate that the wire tells the one that the miner told, and does its interval hold what it says?

    python benchmarks/network_hashrate.py                 the captures of GRIDCANARY_DATA; half a minute
    python benchmarks/network_hashrate.py --captures DIR  other captures of the same source (CJ-Sniffer), *.pcap

Three questions:
1. Each capture's rate, out of all its sessions by the product's own path (capture, flows, messages, shares), against the
   figure that the mining software showed for its last 15 minutes (its last minute where it ran shorter). The figures
   are those of the set's attributes.csv, kept in network_hashrate_labels.csv. A figure of 15 minutes is no truth of a
   session of 27 hours, so this ratio also holds how the machine's load wandered.
2. Do intervals hold the rate? On real shares: each quarter of an hour of a session must hold the session's rate in
   19 of 20 cases. No label is needed, and a wrong idea of how shares arrive would show.
3. The same on simulated shares, whose rate is known: few and many, rising and falling difficulty, ended by a share or
   by chance, with a pause. Seeds are drawn from --seed; nothing was chosen by them.
4. The whole way from a capture file, for SHA-256d, scrypt and RandomX: the simulator's miners and pools talk on a wire
   with delay and loss (gridcanary.simulator.mining_wire), one machine or a proxy of up to forty a session.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gridcanary.network.captured_sessions import PayloadReaders, sessions_of_captures
from gridcanary.network.dialogue import Dialogue, Shares
from gridcanary.network.hashrate import HashRate, hash_rate, pooled
from gridcanary.network.messages.reader import MessageReader
from gridcanary.network.sessions import Session
from gridcanary.simulator.mining_wire.coins import COINS
from gridcanary.simulator.mining_wire.conversation import Line
from gridcanary.simulator.mining_wire.world import Mining, WireWorld

LABELS = Path(__file__).with_name("network_hashrate_labels.csv")
QUARTER_NS = 900 * 10**9
FEWEST_SHARES = 200
"""Shares of a session whose own rate is sure enough to hold its quarters against."""
FEWEST_FOR_A_RATIO = 20
"""Shares from which on chance alone leaves a session within 30 % in four of five cases."""
RATE_HS = 1_000.0


@dataclass(frozen=True)
class Label:
    """What the mining software showed, in hashes a second, over its last 10 s, 60 s and 15 minutes."""

    figures_hs: tuple[float, ...]
    coin: str

    @property
    def settled_hs(self) -> float:
        """The figure of the longest time."""
        return self.figures_hs[-1]


@dataclass(frozen=True)
class Course:
    """A simulated session.

    Args:
        name: what it shows.
        seconds: its length.
        hashes: the first difficulty.
        adapting: the pool aims at six shares in 90 s.
        shares: it ends with this share instead.
        pause: begin and length [s].
    """

    name: str
    seconds: float
    hashes: float
    adapting: bool = False
    shares: int | None = None
    pause: tuple[float, float] | None = None


COURSES = (
    Course("2 shares expected", 200, 1e5),
    Course("5 shares expected", 500, 1e5),
    Course("30 shares expected", 3_000, 1e5),
    Course("300 shares expected", 30_000, 1e5),
    Course("ends with its 8th share", 0, 1e5, shares=8),
    Course("difficulty rises a hundredfold", 3_000, 1e2, adapting=True),
    Course("difficulty falls a hundredfold", 3_000, 1e6, adapting=True),
    Course("pauses for half of its time", 8_000, 1e5, pause=(2_000, 4_000)),
)


def labels() -> dict[str, Label]:
    """Labels by the capture's name."""
    with LABELS.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    columns = ("rate_10s_hs", "rate_60s_hs", "rate_15min_hs")
    return {
        row["capture"]: Label(tuple(float(row[name]) for name in columns if row[name]), row["coin"])
        for row in rows
    }


def mining_sessions(path: Path) -> list[Session]:
    """Sessions of a capture in which mining messages were read."""
    read = sessions_of_captures([path], PayloadReaders(messages=MessageReader()))
    return [session for session in read if session.dialogue is not None]


def rates_of(sessions: Sequence[Session]) -> Iterator[HashRate]:
    """Rates of those sessions that tell one."""
    for session in sessions:
        assert session.dialogue is not None
        rate = hash_rate(session.dialogue, session.first_ns, session.last_ns)
        if rate is not None:
            yield rate


def quarters(session: Session) -> Iterator[HashRate]:
    """Rates of the quarters of an hour of one session, each as if nothing else had been seen."""
    dialogue = session.dialogue
    assert dialogue is not None
    changed = np.array([time for time, _hashes in dialogue.target_changes], np.int64)
    for begin in range(session.first_ns + QUARTER_NS, session.last_ns - QUARTER_NS, QUARTER_NS):
        end, shares = begin + QUARTER_NS, dialogue.shares
        inside = (shares.time_ns >= begin) & (shares.time_ns < end)
        in_force = max(int(np.searchsorted(changed, begin, side="right")) - 1, 0)
        told = [(begin, dialogue.target_changes[in_force][1])] if len(changed) else []
        told += [change for change in dialogue.target_changes if begin < change[0] < end]
        part = replace(
            dialogue,
            begun=True,
            jobs_ns=np.array([begin], np.int64),
            target_changes=tuple(told),
            shares=Shares(
                shares.time_ns[inside],
                shares.hashes[inside],
                shares.worker[inside],
                shares.accepted[inside],
                shares.workers,
            ),
        )
        rate = hash_rate(part, begin, end)
        if rate is not None:
            yield rate


def simulated(course: Course, chance: np.random.Generator) -> tuple[Dialogue, float]:
    """Shares of a miner of RATE_HS, and when the session ended [s]."""
    now, aimed, hashes = 0.0, 0.0, course.hashes
    times: list[float] = []
    found: list[float] = []
    targets = [(0, hashes)]
    while course.shares is None or len(times) < course.shares:
        wait = chance.exponential(hashes / RATE_HS)
        if course.adapting and now + wait > aimed + 90:
            now = aimed = aimed + 90
            seen = sum(time > now - 90 for time in times)
            hashes *= float(np.clip(max(seen, 0.5) / 6, 0.25, 4))
            targets.append((int(now * 1e9), hashes))
            continue
        if course.pause and now < course.pause[0] <= now + wait:
            wait += course.pause[1]
        now += wait
        if course.shares is None and now > course.seconds:
            break
        times.append(now)
        found.append(hashes)
    shares = Shares(
        (np.array(times) * 1e9).astype(np.int64),
        np.array(found, float),
        np.full(len(times), -1, np.int32),
        np.ones(len(times), np.int8),
    )
    told = Dialogue(
        "cryptonote", {}, shares=shares, jobs_ns=np.zeros(1, np.int64), target_changes=tuple(targets)
    )
    return told, (course.seconds if course.shares is None else now)


def report_captures(captures: Sequence[Path]) -> None:
    """Question 1 and 2, with a line a capture."""
    known, inside, held, tried = labels(), 0, 0, 0
    ratios: list[float] = []
    single: list[float] = []
    print(
        "capture                coin   shares  hours  measured H/s   95 % interval             told H/s    ratio"
    )
    for path in captures:
        label, sessions = known.get(path.stem), mining_sessions(path)
        rate = pooled(rates_of(sessions))
        if label is None or rate is None or not rate.hashes:
            print(f"{path.stem:22} no {'label' if label is None else 'rate'}")
            continue
        low, high = rate.interval_hs()
        ratios.append(rate.rate_hs / label.settled_hs)
        inside += low <= label.settled_hs <= high
        print(
            f"{path.stem:22} {label.coin:4} {rate.shares:8} {rate.seconds / 3600:6.1f} {rate.rate_hs:12.4g}"
            f"   {low:10.4g} … {high:10.4g} {label.settled_hs:12.4g} {ratios[-1]:8.3f}"
        )
        for session in sessions:
            whole = next(rates_of([session]), None)
            if whole is not None and whole.shares >= FEWEST_FOR_A_RATIO:
                single.append(whole.rate_hs / label.settled_hs)
            if whole is None or whole.shares < FEWEST_SHARES or whole.pauses:
                continue
            bounds = [quarter.interval_hs() for quarter in quarters(session)]
            tried += len(bounds)
            held += sum(bound[0] <= whole.rate_hs <= bound[1] for bound in bounds)
    if not ratios:
        return
    off = np.abs(np.array(ratios) - 1)
    low, middle, high = np.percentile(ratios, [25, 50, 75])
    print(f"\ncaptures {len(ratios)}: median ratio {middle:.3f}, quartiles {low:.3f} and {high:.3f}")
    print(f"within 30 %: {(off < 0.3).sum()} of {len(off)}; within 10 %: {(off < 0.1).sum()}")
    alone = np.abs(np.array(single) - 1)
    print(
        f"single sessions of {FEWEST_FOR_A_RATIO} shares or more: {len(alone)}, median ratio {np.median(single):.3f},"
        f" within 30 %: {(alone < 0.3).sum()}"
    )
    print(f"the miner's figure inside the session's interval: {inside} of {len(off)}")
    if tried:
        print(
            f"quarters of an hour whose interval holds the session's rate: {held} of {tried} ({held / tried:.1%})"
        )


def report_simulated(seed: int, runs: int) -> None:
    """Question 3."""
    print(f"\nsimulated, {runs} runs each, seed {seed}        mean of rates   too high   too low   held")
    for course in COURSES:
        chance = np.random.default_rng([seed, len(course.name)])
        rates, above, below = [], 0, 0
        for _run in range(runs):
            dialogue, end = simulated(course, chance)
            rate = hash_rate(dialogue, 0, int(end * 1e9))
            if rate is None:
                continue
            low, high = rate.interval_hs()
            rates.append(rate.rate_hs / RATE_HS)
            above, below = above + (low > RATE_HS), below + (high < RATE_HS)
        missed = (above + below) / len(rates)
        print(
            f"  {course.name:36} {np.mean(rates):12.3f} {above / len(rates):12.1%} {below / len(rates):9.1%}"
            f" {1 - missed:8.1%}"
        )


def report_wire(seed: int, miners: int, hours: float) -> None:
    """Question 4."""
    print(
        f"\nsimulated captures of {hours:g} hours, {miners} sessions a coin: median ratio, within 10 %, interval holds"
    )
    for coin in COINS:
        world = WireWorld(seed, hours)
        site = world.site(coin, "pool.example")
        chance = np.random.default_rng([seed, len(coin), ord(coin[0])])
        for number in range(miners):
            machines = 1 if number % 2 else int(chance.integers(2, 41))
            world.mine(site, Mining(machines=machines, begin_s=1.0 + number, line=Line(loss=0.002)))
        world.run()
        with tempfile.TemporaryDirectory() as folder:
            world.write(Path(folder))
            sessions = mining_sessions(Path(folder) / "capture.pcap")
        told = {row.client: row for row in world.truth}
        ratios, held = [], 0
        for session in sessions:
            for rate in rates_of([session]):
                low, high = rate.interval_hs()
                true_hs = told[session.client].rate_hs
                ratios.append(rate.rate_hs / true_hs)
                held += low <= true_hs <= high
        within = int((np.abs(np.array(ratios) - 1) < 0.1).sum())
        print(
            f"  {coin} ({COINS[coin].algorithm}): {np.median(ratios):.3f}, {within} of {len(ratios)},"
            f" {held} of {len(ratios)}"
        )


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data"))
    parser.add_argument("--captures", type=Path, default=shared / "network" / "pcap" / "cj-sniffer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--miners", type=int, default=40, help="simulated sessions a coin")
    parser.add_argument("--hours", type=float, default=2.0, help="length of simulated captures")
    given = parser.parse_args()
    report_captures(sorted(given.captures.glob("*.pcap")))
    report_simulated(given.seed, given.runs)
    report_wire(given.seed, given.miners, given.hours)


if __name__ == "__main__":
    main()
