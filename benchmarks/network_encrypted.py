"""How much encrypted mining is found, and how often a service that sends to many is accused: simulated lines, real bytes.

    python benchmarks/network_encrypted.py                    50 worlds a setting, the first 5 as captures of real TLS
    python benchmarks/network_encrypted.py --worlds 2         fewer, for a smoke test
    python benchmarks/network_encrypted.py --captures DIR     real benign captures with a manifest.json besides
    python benchmarks/network_encrypted.py --benign 600       so many worlds in which nobody mines, and nothing else

A world lasts two hours: two pools (BTC, XMR), each with one to four lines that mine, and every kind of service in
simulator/mining_wire/services.py with one to four lines. Habits of pools, delays, jitter and loss are drawn. Settings:
``named`` (the hello names a host of the shipped list), ``hidden`` (no name, TLS, WebSocket or Stratum V2), ``relay``
(each line through a rented server of its own), ``relay+open`` (the same, and one more line mines in the open). Worlds
that are not captures have the same conversations with the lengths of TLS instead of its bytes, which a test holds
against the capture reader. The rules were chosen by reasoning and tried on seeds 1, 21 to 24 and 1,000; those reported begin
at 5,000. The simulated services were made by the same hands as the rules, which no seed undoes.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gridcanary.network.detectors import Given, detectors_for, group_detectors_for
from gridcanary.network.detectors.synchrony import PAIR_LLR
from gridcanary.network.inputs import input_files
from gridcanary.network.judging import Judging
from gridcanary.network.logs import Wanted
from gridcanary.network.reading import Reading
from gridcanary.network.sessions import Names, Session
from gridcanary.network.synchrony import synchrony
from gridcanary.network.votes import Judged
from gridcanary.simulator.mining_wire import (
    SERVICES,
    Mining,
    ServiceHost,
    SessionTap,
    WireTruth,
    WireWorld,
)
from gridcanary.simulator.mining_wire.conversation import Line
from gridcanary.simulator.mining_wire.pools import PoolHabits

FIRST_SEED, FIRST_BENIGN_SEED, HOURS = 5_000, 20_000, 2.0
SETTINGS = {
    "named": ("tls", "wss"),
    "hidden": ("tls", "wss", "sv2"),
    "relay": ("relay",),
    "relay+open": ("relay",),
}
LISTED = {"BTC": "ss.antpool.com", "XMR": "pool.hashvault.pro"}
"""Hosts of the shipped list; the lines never leave this machine."""


@dataclass
class Tally:
    """Counts of one setting."""

    mining: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    benign: Counter = field(default_factory=Counter)
    accused: Counter = field(default_factory=Counter)


def line_of(chance: random.Random) -> Line:
    """A line somewhere: near or on another continent, calm or shaken."""
    return Line(
        chance.uniform(0.002, 0.02),
        chance.uniform(0.005, 0.13),
        chance.uniform(0.0003, 0.015),
        chance.choice([0.0, 0.0, 0.002, 0.01, 0.02]),
    )


def world_of(setting: str, seed: int, *, sealed: bool) -> tuple[WireWorld, Counter]:
    """A world that has run, and how many hidden lines each pool has."""
    world = WireWorld(seed, HOURS, None if sealed else SessionTap(), sealed=sealed)
    chance, lines = world.stream(), Counter()
    for coin, name in LISTED.items():
        habits = PoolHabits(
            share_s=chance.uniform(5, 30),
            spread_s=chance.uniform(0.05, 0.6),
            own_timer=chance.uniform(0, 0.4),
        )
        site = world.site(coin, name, habits)
        lines[name] = chance.randint(1, 4)
        for _ in range(lines[name]):
            begin_s, delay_s = chance.uniform(1, 1800), chance.uniform(0.01, 0.15)
            disguise = chance.choice(SETTINGS[setting])
            named = setting == "named"
            world.mine(
                site, Mining(disguise, chance.choice([1, 1, 8, 40]), named, line_of(chance), begin_s, delay_s)
            )
        if setting == "relay+open":
            world.mine(site, Mining("plain", line=line_of(chance), begin_s=chance.uniform(1, 1800)))
    join_services(world, chance)
    world.run()
    return world, lines


def join_services(world: WireWorld, chance: random.Random) -> None:
    """Every kind of service, each with one to four lines."""
    for kind in SERVICES:
        host = ServiceHost(world, kind, world.stream())
        for _ in range(chance.randint(1, 4)):
            host.join(line_of(chance), chance.uniform(1, 1800))


def sessions_of(world: WireWorld) -> Iterable[Session]:
    """What the product reads of it: the capture, or the tap's lengths with the hellos' names and open words added."""
    if not isinstance(world.tap, SessionTap):
        with tempfile.TemporaryDirectory() as folder:
            world.write(Path(folder))
            files = input_files([Path(folder, "capture.pcap")])
            return list(Reading(files, Wanted(everything=True)).sessions())
    sessions = world.tap.sessions()
    by_client = {row.client: row for row in world.truth}
    for session in sessions:
        row = by_client[session.client]
        if row.kind not in ("plain", "sv2", "telecontrol"):
            session.names = Names(tls=row.name or None)
    return sessions


def judged_of(sessions: Iterable[Session]) -> list[Judged]:
    """Past all detectors."""
    given = Given()
    return list(Judging(detectors_for(given), group_detectors_for(given)).judge(sessions))


def count(tally: Tally, truth: list[WireTruth], lines: Counter, judged: list[Judged]) -> None:
    """Add one world."""
    listed = {one.session.client for one in judged if one.listed}
    for row in truth:
        if row.mining and row.kind != "plain":
            partners = "several lines" if lines[row.group] > 1 else "single line"
            tally.mining[partners] += 1
            tally.found[partners] += row.client in listed
        elif not row.mining:
            tally.benign[row.kind] += 1
            tally.accused[row.kind] += row.client in listed


def benign_only(worlds: int) -> None:
    """False alarms where nobody mines: every service with one to four lines, by lengths."""
    tally = Tally()
    for seed in range(FIRST_BENIGN_SEED, FIRST_BENIGN_SEED + worlds):
        world = WireWorld(seed, HOURS, SessionTap(), sealed=False)
        join_services(world, world.stream())
        world.run()
        count(tally, world.truth, Counter(), judged_of(sessions_of(world)))
    for kind in sorted(tally.benign):
        print(f"{kind:20} {of(tally, [kind])}")
    report("nobody mines", tally)


def upper(hits: int, trials: int) -> float:
    """Upper end of the one-sided 95 % interval of a share (Wilson's score; three by three where there was no hit)."""
    if hits == 0:
        return min(1.0, 3 / max(trials, 1))
    z, share = 1.645, hits / trials
    middle = share + z * z / (2 * trials)
    return (middle + z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))) / (
        1 + z * z / trials
    )


def of(tally: Tally, kinds: Iterable[str]) -> str:
    """False alarms of some kinds as a line's end."""
    kinds = list(kinds)
    accused, benign = sum(tally.accused[kind] for kind in kinds), sum(tally.benign[kind] for kind in kinds)
    rate, most = 1e6 * accused / benign, 1e6 * upper(accused, benign)
    return f"{accused} of {benign} ({rate:,.0f} per million; at most {most:,.0f} by 95 %)"


def report(setting: str, tally: Tally) -> None:
    """Print a setting."""
    for partners in sorted(tally.mining):
        found, mining = tally.found[partners], tally.mining[partners]
        print(f"{setting:11} recall, {partners:13}: {found}/{mining} = {100 * found / mining:.1f} %")
    print(f"{setting:11} false alarms, order_robot (made to be alike): {of(tally, ['order_robot'])}")
    print(f"{setting:11} false alarms, all other services: {of(tally, set(SERVICES) - {'order_robot'})}")
    print(f"{setting:11} accused: {dict(+tally.accused)}", flush=True)


def pairs(worlds: int) -> None:
    """Synchrony on pairs of benign lines, of one service and of different ones."""
    seen, step = Counter(), Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + worlds):
        world, _ = world_of("hidden", seed, sealed=False)
        kinds = {row.client: (row.kind, row.group) for row in world.truth if not row.mining}
        told = [one for one in world.tap.sessions() if one.client in kinds]  # type: ignore[attr-defined]
        for at, one in enumerate(told):
            for other in told[:at]:
                same = kinds[one.client][1] == kinds[other.client][1]
                found = synchrony(one.timing.pushes_ns, other.timing.pushes_ns)
                if found is not None:
                    kind = kinds[one.client][0] if same else "different services"
                    seen[kind] += 1
                    step[kind] += found.llr >= PAIR_LLR
    for kind in sorted(seen):
        print(f"pairs of {kind:20} in step: {step[kind]} of {seen[kind]}")


def unrelated(count_: int) -> None:
    """Pairs of independent lines of many rates and rhythms."""
    chance, found = np.random.default_rng(FIRST_SEED), []
    for _ in range(count_):
        length_ns = chance.uniform(0.4, 4) * 3600e9

        def line(length_ns: float = length_ns) -> np.ndarray:
            mean_s = chance.uniform(5, 150)
            gaps = chance.gamma(chance.choice([0.3, 1, 4, 30]), 1, int(length_ns / 1e9 / mean_s) + 20)
            times = np.cumsum(gaps) / gaps.sum() * length_ns
            return times.astype(np.int64)

        told = synchrony(line(), line())
        if told is not None:
            found.append(told.llr)
    above = sum(llr >= PAIR_LLR for llr in found)
    print(
        f"pairs of independent lines in step: {above} of {len(found)}; largest llr {max(found):.2f} of {PAIR_LLR:.2f}"
    )


def real(folder: Path) -> None:
    """Real benign captures of a manifest."""
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    flows, strengths = 0, defaultdict(int)
    for told in entries:
        path = folder / told["file"]
        if told["label"] != "benign" or path.suffix == ".csv" or not path.is_file():
            continue
        for one in judged_of(Reading(input_files([path]), Wanted(everything=True)).sessions()):
            flows += 1
            strengths["listed"] += one.listed
            for vote in one.votes:
                if vote.detector in ("synchrony", "shape", "stratum_v2"):
                    strengths[f"{vote.detector} {vote.strength}"] += 1
    most = 1e6 * upper(strengths["listed"], flows)
    print(
        f"real benign captures: {flows} flows, {dict(strengths)}; listed at most {most:,.0f} per million by 95 %"
    )


def main() -> None:
    """Run all settings."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--worlds", type=int, default=50)
    options.add_argument("--sealed", type=int, default=5, help="worlds that are captures of real TLS")
    options.add_argument("--captures", type=Path)
    options.add_argument("--only", choices=SETTINGS, action="append")
    options.add_argument("--benign", type=int, default=0, metavar="N")
    asked = options.parse_args()
    if asked.benign:
        benign_only(asked.benign)
        return
    for setting in asked.only or SETTINGS:
        begin, tallies = time.perf_counter(), {"bytes": Tally(), "lengths": Tally()}
        for number in range(asked.worlds):
            sealed = number < asked.sealed
            world, lines = world_of(setting, FIRST_SEED + number, sealed=sealed)
            count(
                tallies["bytes" if sealed else "lengths"], world.truth, lines, judged_of(sessions_of(world))
            )
        for kind, tally in tallies.items():
            if tally.benign:
                print(f"--- {setting}: worlds as {kind}")
                report(setting, tally)
        print(f"{setting}: {asked.worlds} worlds in {time.perf_counter() - begin:.0f} s", flush=True)
    pairs(max(1, asked.worlds // 10))
    unrelated(200 * asked.worlds)
    if asked.captures is not None:
        real(asked.captures)


if __name__ == "__main__":
    main()
