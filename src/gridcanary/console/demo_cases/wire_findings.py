"""What a scan of the wire would have found of the demonstration: lines over the last days, with their sessions."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.contracts.reasons import Reason, dump_reasons
from gridcanary.network.explain import sentences

DAYS = 6
AGENT = "bmminer/2.0.0"
LISTED_ON = "2026-08-16"
LIST = "演示名单"


@dataclass(frozen=True, slots=True)
class DemoLine:
    """How one line of the demonstration mines.

    Args:
        name: what its pseudonym is made of.
        pool: host, which the pool list has; empty where no name is told.
        method: dialect or disguise.
        rate_hs: hash rate [hashes/s]; 0 where it can't be measured.
        kw: low, middle, high [kW].
        hours: from and to, of each day (UTC).
        llr: natural log of the likelihood ratio.
        wallet, account: who logs in.
        worker: first name of its workers.
        workers: how many.
        hypothesis: mining, proxy or intrusion.
        group: lines of one group hear from their pool at the same moments.
        days: on how many of the last days it was seen.
    """

    name: str
    pool: str
    method: str
    rate_hs: float = 0.0
    kw: tuple[float, float, float] | None = None
    hours: tuple[float, float] = (0.0, 23.9)
    llr: float = 14.0
    wallet: str = ""
    account: str = ""
    worker: str = ""
    workers: int = 1
    hypothesis: str = "mining"
    group: str = ""
    days: int = DAYS

    @property
    def algorithm(self) -> str:
        """By its hash rate, as in this demonstration only processors are slow."""
        return "randomx" if self.method == "cryptonote" else "sha256d"


def demo_lines(wallet: str) -> tuple[DemoLine, ...]:
    """The lines.

    Args:
        wallet: of the case whose chain dossier the demonstration has.
    """
    pool, other = "stratum.pool-a.example", "xmr.pool-b.example"
    return (
        DemoLine("workshop", pool, "stratum_v1", 3.1e15, (78, 92, 121), wallet=wallet, worker="10x23x1x4",
                 workers=28, group="a", hypothesis="proxy", llr=21.0),
        DemoLine("workshop-2", pool, "stratum_v1", 1.1e14, (2.6, 3.2, 4.1), wallet=wallet, worker="10x23x2x1",
                 group="a", llr=18.5),
        DemoLine("farm", pool, "stratum_v1", 2.2e14, (5.2, 6.5, 8.3), (10.0, 22.5), account="farm-0537",
                 worker="s19-01", workers=2, group="a", llr=17.0),
        DemoLine("hidden", "", "stratum_v2", llr=8.2, group="a"),
        DemoLine("named", "btcssl.pool-a.example", "pool_name", llr=7.4, hours=(14.0, 23.9)),
        DemoLine("school", other, "cryptonote", 7.4e3, (0.1, 0.2, 0.4), (12.0, 23.9), worker="srv-lab",
                 account="4-lab", hypothesis="intrusion", llr=13.2, days=4),
        DemoLine("office", other, "cryptonote", 1.6e4, (0.2, 0.4, 0.7), (0.0, 9.0), worker="x", llr=12.1,
                 hypothesis="intrusion", days=3),
        DemoLine("home", pool, "stratum_v1", 9.8e13, (2.4, 3.0, 3.9), (13.0, 23.0), account="zhang.san@example.com",
                 worker="home1", llr=15.6),
        DemoLine("shop", pool, "stratum_v1", 2.0e14, (4.9, 6.1, 7.8), account="dian-77", worker="a1", workers=2,
                 llr=15.1, days=2),
        DemoLine("listed-address", "", "pool_address", llr=5.1, hours=(3.0, 9.5), days=1),
    )  # fmt: skip


def pseudonym(name: str) -> str:
    """Of the form that a scan gives; made of the name, for there is no key here."""
    digest = hashlib.sha256(f"demonstration {name}".encode()).digest()[:16]
    return "e:" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def findings_table(lines: Sequence[DemoLine], today: dt.date) -> pa.Table:
    """Sessions of the lines on the days before a day, as a table of contracts.network.NETWORK_FINDINGS."""
    chance = random.Random(5)  # noqa: S311  # the demonstration is the same for everybody
    rows = [row for line in lines for row in _sessions(line, lines, today, chance)]
    rows.sort(key=lambda row: -row["llr"])
    return pa.Table.from_pylist([{**row, "rank": at} for at, row in enumerate(rows, 1)], NETWORK_FINDINGS)


def _sessions(
    line: DemoLine, lines: Sequence[DemoLine], today: dt.date, chance: random.Random
) -> Iterator[dict[str, Any]]:
    """A few sessions a day, with breaks, as pools and lines cut them."""
    for back in range(line.days, 0, -1):
        midnight = dt.datetime.combine(today - dt.timedelta(days=back), dt.time(), dt.UTC)
        at, end = line.hours
        while end - at > 0.5:
            length = min(chance.uniform(4.0, 12.0), end - at)
            begin = midnight + dt.timedelta(hours=at + chance.uniform(0, 0.1))
            yield _row(line, lines, begin, begin + dt.timedelta(hours=length - 0.1), chance)
            at += length + chance.uniform(0.02, 0.6)


def _row(
    line: DemoLine, lines: Sequence[DemoLine], first: dt.datetime, last: dt.datetime, chance: random.Random
) -> dict[str, Any]:
    hours = (last - first) / dt.timedelta(hours=1)
    shares = round(hours * 240) if line.rate_hs else None
    rate = line.rate_hs * chance.gauss(1.0, 0.03) or None
    spread = 1.96 / (shares or 1) ** 0.5
    low, high = (rate * (1 - spread), rate * (1 + spread)) if rate else (None, None)
    kw = dict(zip(("kw_low", "kw_mid", "kw_high"), line.kw, strict=True)) if line.kw and rate else {}
    told = {
        "session_id": hashlib.sha256(f"{line.name} {first}".encode()).hexdigest()[:24],
        "listed": True, "first_seen": first, "last_seen": last, "client": pseudonym(line.name),
        "client_port": chance.randrange(30_000, 60_000), "server": pseudonym(f"pool {line.pool or line.group}"),
        "server_port": 443 if line.method in ("pool_name", "pool_address") else 3333, "protocol": "tcp",
        "method": line.method, "transport": "tls" if line.method == "pool_name" else "plain",
        "tls_name": line.pool if line.method == "pool_name" else None,
        "pool": line.pool.partition(".")[2] or None, "pool_entry": f"{line.pool}:3333" if line.pool else None,
        "pool_entry_date": dt.date.fromisoformat(LISTED_ON) if line.pool else None,
        "pool_entry_source": LIST if line.pool else None, "wallet": line.wallet or None,
        "wallet_network": "regtest" if line.wallet else None, "account": line.account or None,
        "worker": line.worker or None, "workers": line.workers if line.worker else None,
        "rack_position": line.worker.replace("x", ".") if line.worker.startswith("10x") else None,
        "agent": ("XMRig/6.22.2" if line.method == "cryptonote" else AGENT) if rate else None,
        "algorithm": line.algorithm if rate else None, "shares": shares, "hashrate_hs": rate,
        "hashrate_low_hs": low, "hashrate_high_hs": high, "machine_class": _kind(line) if rate else None,
        "hypothesis": line.hypothesis, "llr": line.llr + chance.uniform(-0.4, 0.4),
        "packets": round(hours * 900), "bytes": round(hours * 130_000), "votes": "[]", "source": "demo.pcap",
        "source_kind": "capture", "quality": "",
        "synchronous_with": json.dumps(sorted(pseudonym(name) for name in _partners(line, lines))),
    }  # fmt: skip
    return {**told, **kw, **_texts(line, told)}


def _kind(line: DemoLine) -> str:
    return "cpu" if line.method == "cryptonote" else "asic"


def _partners(line: DemoLine, lines: Sequence[DemoLine]) -> list[str]:
    return [one.name for one in lines if line.group and one.group == line.group and one is not line]


def _texts(line: DemoLine, told: dict[str, Any]) -> dict[str, str]:
    reasons, innocent = list(_reasons(line, told)), list(_innocent(line))
    return {
        **{f"reasons_{lang}": sentences(reasons, lang) for lang in ("zh", "en")},
        **{f"innocent_{lang}": sentences(innocent, lang) for lang in ("zh", "en")},
        "reasons": dump_reasons(reasons),
        "innocent": dump_reasons(innocent),
    }


def _reasons(line: DemoLine, told: dict[str, Any]) -> Iterator[Reason]:
    port, shares = told["server_port"], told["shares"]
    if line.method == "stratum_v2":
        yield Reason("sv2.handshake", {"up": 64, "down": 234, "port": port})
        return
    if line.method == "pool_address":
        facts = {"address": told["server"], "port": port, "source": LIST, "listed_on": LISTED_ON}
        yield Reason("pool.address", facts)
        return
    if shares:
        jobs = round(shares / 4)
        facts = {
            "dialect": line.method,
            "messages": 2 * shares + jobs,
            "jobs": jobs,
            "shares": shares,
            "accepted": shares,
        }
        yield Reason("messages.said", facts)
    if line.wallet:
        yield Reason("messages.wallet", {"wallet": line.wallet, "network": "regtest", "worker": line.worker})
    elif line.account:
        yield Reason("messages.account", {"account": line.account, "worker": line.worker})
    how = "pool.work.tls" if line.method == "pool_name" else "pool.work.dns"
    yield Reason(
        how, {"name": line.pool, "pool": told["pool"], "source": LIST, "listed_on": LISTED_ON, "port": port}
    )
    if line.workers > 4:
        yield Reason("proxy.workers", {"workers": line.workers, "racks": 4})
    if line.name == "school":
        yield Reason("intrusion.place.school", {})
    if line.name == "office":
        yield Reason("intrusion.place.office", {})


def _innocent(line: DemoLine) -> Iterator[Reason]:
    if line.hypothesis == "intrusion":
        yield Reason("messages.innocent.intruder", {})
        yield Reason("intrusion.insider", {})
    if line.method == "stratum_v2":
        yield Reason("sv2.innocent.template", {})
    if line.method == "pool_address":
        yield Reason("pool.innocent.moved_address", {})
    yield Reason("end.shared", {})
    yield Reason("end.elsewhere", {})
