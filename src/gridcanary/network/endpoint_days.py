"""Findings gathered by client end and UTC day: what a desk works with, tens of rows where sessions are thousands."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.contracts.network import ENDPOINT_DAYS
from gridcanary.contracts.reasons import Reason, dump_reasons, load_reasons
from gridcanary.network.finding_rows import HYPOTHESES

DAY = dt.timedelta(days=1)
COLUMNS = (
    "client", "listed", "first_seen", "last_seen", "pool", "tls_name", "wallet", "account", "worker", "workers",
    "method", "algorithm", "hashrate_hs", "kw_low", "kw_mid", "kw_high", "hypothesis", "llr", "synchronous_with",
    "reasons", "innocent",
)  # fmt: skip
MOST_REASONS = 12
"""Different reasons told of a day, those of the likeliest sessions first."""


@dataclass(frozen=True, slots=True)
class Part:
    """What lies of one session in one UTC day.

    Args:
        row: the session's row.
        start, stop: UTC.
    """

    row: dict[str, Any]
    start: dt.datetime
    stop: dt.datetime

    @property
    def hours(self) -> float:
        """Length [h]."""
        return (self.stop - self.start) / dt.timedelta(hours=1)


def endpoint_days(findings: pa.Table) -> pa.Table:
    """A row per client end and day with any listed session, the most suspicious first.

    Args:
        findings: with the columns of contracts.network.NETWORK_FINDINGS; rows that aren't listed are passed over.
    """
    listed = findings.filter(pc.field("listed")).select(COLUMNS)
    parts: dict[tuple[str, dt.date], list[Part]] = defaultdict(list)
    for row in itertools.chain.from_iterable(batch.to_pylist() for batch in listed.to_batches()):
        for part in parts_by_day(row):
            parts[row["client"], part.start.date()].append(part)
    rows = sorted((_row(end, day, group) for (end, day), group in parts.items()), key=_suspicion)
    return pa.Table.from_pylist([{**row, "rank": at} for at, row in enumerate(rows, 1)], schema=ENDPOINT_DAYS)


def parts_by_day(row: dict[str, Any]) -> Iterator[Part]:
    """A session cut at UTC midnights; one without length still lies in its day."""
    start, end = row["first_seen"], row["last_seen"]
    while True:
        midnight = dt.datetime.combine(start.date(), dt.time(), dt.UTC) + DAY
        yield Part(row, start, min(end, midnight))
        if end <= midnight:
            return
        start = midnight


def covered_hours(parts: Iterable[Part]) -> float:
    """Time with any session [h]; overlapping ones count once."""
    hours, reached = 0.0, None
    for part in sorted(parts, key=lambda part: part.start):
        start = part.start if reached is None else max(part.start, reached)
        hours += max(0.0, (part.stop - start) / dt.timedelta(hours=1))
        reached = part.stop if reached is None else max(part.stop, reached)
    return hours


def _row(endpoint: str, day: dt.date, parts: Sequence[Part]) -> dict[str, Any]:
    sessions = [part.row for part in sorted(parts, key=lambda part: (-part.row["llr"], part.start))]
    hours = covered_hours(parts)
    algorithm = main_algorithm(parts)
    same = [part for part in parts if part.row["algorithm"] == algorithm]
    return {
        "endpoint": endpoint,
        "day": day,
        "sessions": len(sessions),
        "hours": hours,
        "pools": _names(row["pool"] or row["tls_name"] for row in sessions),
        "wallets": _names(row["wallet"] for row in sessions),
        "methods": _names(row["method"] for row in sessions),
        "workers": _workers(sessions),
        "hashrate_hs": mean_rate(same, "hashrate_hs"),
        "algorithm": algorithm,
        **{name: mean_rate(parts, name) for name in ("kw_low", "kw_mid", "kw_high")},
        "hypothesis": next(one for one in HYPOTHESES if any(row["hypothesis"] == one for row in sessions)),
        "llr": sessions[0]["llr"],
        "synchronous_with": _names(
            itertools.chain.from_iterable(json.loads(row["synchronous_with"]) for row in sessions)
        ),
        "reasons": dump_reasons(_reasons(sessions, "reasons")),
        "innocent": dump_reasons(_reasons(sessions, "innocent")),
    }


def main_algorithm(parts: Sequence[Part]) -> str | None:
    """The algorithm that took most energy, or most time where no energy is known; rates of two can't be added."""
    spent: dict[str, tuple[float, float]] = {}
    for part in parts:
        if part.row["algorithm"]:
            energy, hours = spent.get(part.row["algorithm"], (0.0, 0.0))
            energy += (part.row["kw_mid"] or 0.0) * part.hours
            spent[part.row["algorithm"]] = energy, hours + part.hours
    return max(sorted(spent), key=lambda name: spent[name], default=None)


def mean_rate(parts: Sequence[Part], name: str) -> float | None:
    """A rate over the time covered by sessions that tell it: those side by side add up, those in turn don't.

    Args:
        parts: of one end and day.
        name: the column.
    """
    told = [part for part in parts if part.row[name] is not None]
    if not told:
        return None
    hours = covered_hours(told)
    if hours <= 0:
        return float(max(part.row[name] for part in told))
    return float(sum(part.row[name] * part.hours for part in told)) / hours


def _workers(sessions: Sequence[dict[str, Any]]) -> int | None:
    """Different workers of the day; a session that counted several by itself may count more."""
    names = {
        (row["wallet"] or row["account"], row["worker"])
        for row in sessions
        if row["worker"] or row["account"]
    }
    counted = max((row["workers"] or 0 for row in sessions), default=0)
    return max(len(names), counted) or None


def _names(names: Iterable[str | None]) -> str:
    return json.dumps(sorted({name for name in names if name}), ensure_ascii=False)


def _reasons(sessions: Sequence[dict[str, Any]], column: str) -> list[Reason]:
    """A reason of each code, as the likeliest session tells it: figures differ by session, what was seen doesn't."""
    found: dict[str, Reason] = {}
    for row in sessions:
        for reason in load_reasons(row[column]):
            found.setdefault(reason.code, reason)
    return list(found.values())[:MOST_REASONS]


def _suspicion(row: dict[str, Any]) -> tuple[float, float, float, str, dt.date]:
    return -row["llr"], -(row["kw_mid"] or 0.0), -row["hours"], row["endpoint"], row["day"]
