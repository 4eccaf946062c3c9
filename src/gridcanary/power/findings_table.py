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
from gridcanary.power.machine_classes import machines

UNSEEN = (Reason("innocent.none_seen"),)


def probability(llr: float, prior: float) -> float:
    """Probability from a log-likelihood ratio and a prior share of mines."""
    odds = math.log(prior / (1 - prior)) + max(-30.0, min(30.0, llr))
    return 1 / (1 + math.exp(-odds))


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


def row_unseen(meter_id: str, llr: float, prior: float, as_of: dt.date) -> dict[str, Any]:
    """A row for a meter of which there is nothing to tell."""
    return _row(meter_id, "meter", llr, prior, "none", None, None, (), UNSEEN, as_of)


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
    low, mid, high = kw if kw is not None else (None, None, None)
    fewest, most = machines(low, high) if low is not None and high is not None else (None, None)
    return {
        "meter_id": subject,
        "subject_kind": kind,
        "score": probability(llr, prior),
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
        "llr": llr,
        "group_id": group_id,
        "quality": ",".join(faults),
        "reasons": dump_reasons(reasons),
        "innocent": dump_reasons(innocent),
        "as_of": as_of,
    }


def ranked(rows: list[dict[str, Any]], threshold: float) -> pa.Table:
    """The rows as FINDINGS, the likeliest first; listed from ``threshold`` on. Equal scores go by kW, then by id."""
    rows.sort(key=lambda row: (-row["score"], -(row["kw_mid"] or 0.0), row["meter_id"]))
    for place, row in enumerate(rows, start=1):
        row["rank"] = place
        row["listed"] = row["mode"] != "none" and row["score"] >= threshold
    return pa.Table.from_pylist(rows, schema=FINDINGS)
