"""Assessments and balance findings as one table of FINDINGS, ranked."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.contracts.findings import FINDINGS, Finding
from gridcanary.contracts.reasons import Reason, dump_reasons
from gridcanary.power.assessment import Assessment
from gridcanary.power.explain import sentences
from gridcanary.power.machine_classes import LEAST_KW, machines

LEAST_WEEKS = 3
"""Usable weeks below which a meter cannot be judged."""


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


def unseen_table(
    meter_ids: pa.StringArray, llr: Sequence[float], weeks: Sequence[int], prior: float, as_of: dt.date
) -> pa.Table:
    """Rows for many meters of which there is nothing to tell, as :func:`row_unseen` gives them, unranked.

    Args:
        meter_ids: the meters.
        llr: natural-log likelihood ratio of a mine.
        weeks: usable weeks; fewer than LEAST_WEEKS are told as too few.
        prior: share of mines.
        as_of: last day of readings.
    """
    few = [min(int(n), LEAST_WEEKS) for n in weeks]
    told = [row_unseen("", 0.0, prior, as_of, n if n < LEAST_WEEKS else None) for n in range(LEAST_WEEKS + 1)]
    rows = unranked(told).take(pa.array(few, pa.int64()))
    columns = {
        "meter_id": meter_ids.cast(pa.string()),
        "score": pa.array([round(probability(one, prior), 6) for one in llr], pa.float64()),
        "llr": pa.array([round(one, 4) for one in llr], pa.float64()),
    }
    for name, column in columns.items():
        rows = rows.set_column(rows.schema.get_field_index(name), FINDINGS.field(name), column)
    return rows


def unranked(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as FINDINGS in the order given, of which none is listed yet."""
    return pa.Table.from_pylist([{**row, "rank": 0, "listed": False} for row in rows], schema=FINDINGS)


def ranked(rows: Sequence[Mapping[str, Any]], threshold: float, unseen: pa.Table | None = None) -> pa.Table:
    """The rows as FINDINGS, the likeliest first; listed from ``threshold`` on.

    Rows with a mode come before rows without one of the same score, larger loads before smaller, then by id.

    Args:
        rows: as the other functions give them.
        threshold: score from which a row is listed.
        unseen: more rows, as :func:`unseen_table` gives them.
    """
    whole = pa.concat_tables([unranked(rows), *([] if unseen is None else [unseen])])
    silent = pc.equal(whole["mode"], "none")
    keys = pa.table(
        {
            "score": whole["score"],
            "silent": silent.cast(pa.int8()),
            "kw": whole["kw_mid"].fill_null(0.0),
            "meter_id": whole["meter_id"],
        }
    )
    order = [
        ("score", "descending"),
        ("silent", "ascending"),
        ("kw", "descending"),
        ("meter_id", "ascending"),
    ]
    whole = whole.set_column(
        _LISTED,
        FINDINGS.field(_LISTED),
        pc.and_(pc.greater_equal(whole["score"], threshold), pc.invert(silent)),
    )
    whole = whole.take(pc.sort_indices(keys, order))
    return whole.set_column(_RANK, FINDINGS.field(_RANK), pa.array(range(1, len(whole) + 1), pa.int32()))


_RANK, _LISTED = (FINDINGS.get_field_index(name) for name in ("rank", "listed"))
