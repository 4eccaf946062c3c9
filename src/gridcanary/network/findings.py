"""What the network lens hands to leads: a finding an endpoint, over all its days.

An endpoint is a pseudonym. Leads ties it to a premises only through what a carrier's records resolved.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from gridcanary.contracts.findings import ENDPOINT, Finding
from gridcanary.contracts.reasons import Reason, load_reasons

DETECTOR = "network"


def endpoint_findings(days: pa.Table) -> list[Finding]:
    """One finding for each endpoint, in the order of names.

    Args:
        days: with the columns of contracts.network.ENDPOINT_DAYS.
    """
    rows = sorted(days.to_pylist(), key=lambda row: (row["endpoint"], row["day"]))
    return [
        _finding(end, list(group)) for end, group in itertools.groupby(rows, key=lambda row: row["endpoint"])
    ]


def _finding(endpoint: str, days: Sequence[dict[str, Any]]) -> Finding:
    """Kilowatts are those of the day that takes most: machines are there on the other days too."""
    likeliest = max(days, key=lambda row: row["llr"])
    most = max(days, key=lambda row: row["kw_mid"] or 0.0)
    return Finding(
        subject_kind=ENDPOINT,
        subject_id=endpoint,
        mode="none",
        llr=likeliest["llr"],
        onset=days[0]["day"],
        kw=(most["kw_low"] or 0.0, most["kw_mid"] or 0.0, most["kw_high"] or 0.0),
        reasons=_each_once(days, "reasons"),
        innocent=_each_once(days, "innocent"),
        detector=DETECTOR,
    )


def _each_once(days: Sequence[dict[str, Any]], column: str) -> tuple[Reason, ...]:
    found: dict[str, Reason] = {}
    for row in sorted(days, key=lambda row: -row["llr"]):
        for reason in load_reasons(row[column]):
            found.setdefault(reason.code, reason)
    return tuple(found.values())
