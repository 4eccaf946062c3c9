"""Assessments and balance findings as one table of FINDINGS, ranked."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from gridcanary.contracts.findings import FINDINGS, Finding
from gridcanary.contracts.reasons import Reason, dump_reasons
from gridcanary.power.assessment import Assessment
from gridcanary.power.explain import sentences
from gridcanary.power.machine_classes import LEAST_KW, machines


def probability(llr: float, prior: float) -> float:
    """Probability from a log-likelihood ratio and a prior share of mines."""
    log_odds = math.log(prior / (1 - prior)) + max(-30.0, min(30.0, llr))
    return 1 / (1 + math.exp(-log_odds))


def row_of(one: Assessment, prior: float, as_of: dt.date) -> dict[str, Any]:
    """A row for an assessed meter."""
    return _row(
        one.meter_id,
        "meter",
        one.llr,
        prior,
        one.mode,
        one.pattern.onset,
        one.pattern.kw,
        one.reasons,
        one.innocent,
        as_of,
        group_id=one.group_id,
        faults=one.faults,
    )


def row_of_finding(finding: Finding, prior: float, as_of: dt.date) -> dict[str, Any]:
    """A row for a finding of the balance or the phases."""
    return _row(
        finding.subject_id,
        finding.subject_kind,
        finding.llr,
        prior,
        finding.mode,
        finding.onset,
        finding.kw,
        finding.reasons,
        finding.innocent,
        as_of,
    )


def row_unseen(
    meter_id: str, llr: float, prior: float, as_of: dt.date, weeks_seen: int | None = None
) -> dict[str, Any]:
    """A row for a meter of which there is nothing to tell.

    Args:
        meter_id: the meter.
        llr: natural-log likelihood ratio of a mine.
        prior: share of mines.
        as_of: last day of readings.
        weeks_seen: usable weeks where they are too few to judge; None where they suffice.
    """
    innocent = Reason("innocent.none_seen")
    faults = () if weeks_seen is None else ("short_history",)
    if weeks_seen is not None:
        innocent = Reason("innocent.too_short", {"weeks": weeks_seen})
    return _row(meter_id, "meter", llr, prior, "none", None, None, (), (innocent,), as_of, faults=faults)


def _row(
    subject: str,
    kind: str,
    llr: float,
    prior: float,
    mode: str,
    onset: dt.date | None,
    kw: tuple[float, float, float] | None,
    reasons: Sequence[Reason],
    innocent: Sequence[Reason],
    as_of: dt.date,
    *,
    group_id: str | None = None,
    faults: Sequence[str] = (),
) -> dict[str, Any]:
    low, mid, high = (round(one, 2) for one in kw) if kw is not None else (None, None, None)
    fewest, most = (
        machines(low, high) if low is not None and high is not None and high >= LEAST_KW else (None, None)
    )
    return {
        "meter_id": subject,
        "subject_kind": kind,
        "score": round(probability(llr, prior), 6),
        "mode": mode,
        "onset": onset,
        "kw_low": low,
        "kw_mid": mid,
        "kw_high": high,
        "machines_low": fewest,
        "machines_high": most,
        "reasons_zh": sentences(reasons, "zh"),
        "reasons_en": sentences(reasons, "en"),
        "innocent_zh": sentences(innocent, "zh"),
        "innocent_en": sentences(innocent, "en"),
        "llr": round(llr, 4),
        "group_id": group_id,
        "quality": ",".join(faults),
        "reasons": dump_reasons(reasons),
        "innocent": dump_reasons(innocent),
        "as_of": as_of,
    }


def ranked(rows: list[dict[str, Any]], threshold: float) -> pa.Table:
    """The rows as FINDINGS, the likeliest first; listed from ``threshold`` on.

    Rows with a mode come before rows without one of the same score, larger loads before smaller, then by id.
    """
    rows.sort(
        key=lambda row: (-row["score"], row["mode"] == "none", -(row["kw_mid"] or 0.0), row["meter_id"])
    )
    for place, row in enumerate(rows, start=1):
        row["rank"] = place
        row["listed"] = row["mode"] != "none" and row["score"] >= threshold
    return pa.Table.from_pylist(rows, schema=FINDINGS)
