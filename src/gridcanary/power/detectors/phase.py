"""Mode B from the meter's own channels: currents, voltages and power factors that contradict its power.

name: phase · inputs: READINGS with amp_*, volt_*, power_factor_permille · page: docs/lenses/power-balance.md
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.contracts.findings import Finding
from gridcanary.contracts.reasons import Parameter, Reason
from gridcanary.power.phase_signs import SIGNS, find_signs
from gridcanary.power.topology import EPOCH

NAME = "phase"
TITLE = {"en": "Phase currents and voltages", "zh": "相电流与电压异常"}

MIN_SLOT_SHARE = 0.5
"""A day has a sign where at least half of its loaded slots show it."""
MIN_SLOTS = 4
MIN_DAYS = 3
HONEST_DAY_SHARE = 0.05
"""Share of days on which an honest meter shows a sign; high on purpose, since such days come in runs."""
GUILTY_DAY_SHARE = 0.8
MEMORY_DAYS = 5.0
"""Days of a sign in a row count as a fifth each: what causes them lasts."""
MIN_LLR = 3.0
CAPS = {"short": 8.0, "lost_voltage": 7.0, "neutral": 6.0, "idle_phase": 4.0}
"""What each sign may reach. A phase without use is often just unused; a lost voltage is a fault as often as
theft."""


@dataclass(frozen=True, slots=True)
class _SignRun:
    name: str
    llr: float
    onset: int
    days: int
    lost_w: float
    share: float


def detect(readings: pa.Table | Iterable[pa.RecordBatch], customers: pa.Table | None = None) -> list[Finding]:
    """Findings of mode B for meters whose channels contradict each other, the strongest first.

    Args:
        readings: READINGS with channels, any row order; batches are taken one at a time.
        customers: unused so far; taken so that all detectors are called alike.

    Returns:
        At most one finding a meter.
    """
    batches = readings.to_batches() if isinstance(readings, pa.Table) else readings
    signs = [find_signs(batch) for batch in batches]
    return findings_of(pa.Table.from_batches(signs, schema=SIGNS))


def findings_of(signs: pa.Table) -> list[Finding]:
    """Findings from the daily signs of any number of meters (SIGNS schema), any row order."""
    if signs.num_rows == 0:
        return []
    ordered = signs.sort_by([("meter_id", "ascending"), ("day", "ascending")]).combine_chunks()
    meters = ordered.column("meter_id").combine_chunks()
    edges = pc.not_equal(meters.slice(1), meters.slice(0, len(meters) - 1)).to_numpy(zero_copy_only=False)
    starts = np.r_[0, np.flatnonzero(edges) + 1]
    day = ordered.column("day").cast(pa.int32()).to_numpy()
    counts = {name: ordered.column(name).to_numpy() for name in SIGNS.names[2:]}
    found = []
    for start, stop in zip(starts, np.r_[starts[1:], len(day)], strict=True):
        rows = slice(int(start), int(stop))
        finding = _meter(meters[int(start)].as_py(), day[rows], {n: v[rows] for n, v in counts.items()})
        if finding is not None:
            found.append(finding)
    return sorted(found, key=lambda finding: (-finding.llr, finding.subject_id))


def _meter(meter: str, day: np.ndarray, counts: dict[str, np.ndarray]) -> Finding | None:
    runs = [run for name in CAPS if (run := _run(name, day, counts)) is not None]
    # Signs of one cause come together; the strongest counts whole, the others half.
    runs.sort(key=lambda run: -run.llr)
    llr = sum(run.llr * (1.0 if place == 0 else 0.5) for place, run in enumerate(runs))
    if not runs or llr < MIN_LLR:
        return None
    lost_kw = max(run.lost_w for run in runs) / 1000.0
    onset = min(run.onset for run in runs)
    reasons = [_reason(run) for run in runs]
    odd = int(counts["power_factor_slots"].sum())
    if odd >= MIN_SLOTS and odd >= MIN_SLOT_SHARE * counts["slots"].sum():
        reasons.append(
            Reason("phase.power_factor", {"hours_pct": round(100.0 * odd / counts["slots"].sum())})
        )
    kw = (round(0.5 * lost_kw, 2), round(lost_kw, 2), round(1.5 * lost_kw, 2))
    began = None if onset == day[0] else EPOCH + dt.timedelta(days=int(onset))
    return Finding(
        "meter", meter, "B", round(min(llr, 10.0), 3), began, kw, tuple(reasons), _innocent(runs), NAME
    )


def _run(name: str, day: np.ndarray, counts: dict[str, np.ndarray]) -> _SignRun | None:
    """The last stretch of days with a sign: since when, how sure, how much."""
    slots, seen = counts["slots"], counts[f"{name}_slots"]
    judged = slots >= MIN_SLOTS
    if judged.sum() < MIN_DAYS:
        return None
    shows = seen[judged] >= MIN_SLOT_SHARE * slots[judged]
    # Log odds of a guilty against an honest day, summed from each possible onset to the end.
    yes = math.log(GUILTY_DAY_SHARE / HONEST_DAY_SHARE)
    no = math.log((1.0 - GUILTY_DAY_SHARE) / (1.0 - HONEST_DAY_SHARE))
    tail = np.cumsum(np.where(shows, yes, no)[::-1])[::-1]
    first = int(np.argmax(tail))
    days = int(shows[first:].sum())
    llr = min(CAPS[name], float(tail[first]) / MEMORY_DAYS - math.log(max(2, len(shows))) / 2.0)
    if llr <= 0 or days < MIN_DAYS:
        return None
    lost = counts[f"{name}_w"][judged][first:][shows[first:]]
    share = float(seen[judged][first:].sum() / slots[judged][first:].sum())
    return _SignRun(name, llr, int(day[judged][first]), days, float(np.median(lost)), share)


def _reason(run: _SignRun) -> Reason:
    params: dict[str, Parameter] = {
        "days": run.days,
        "lost_kw": round(run.lost_w / 1000.0, 2),
        "share_pct": round(100.0 * run.share),
        "onset": (EPOCH + dt.timedelta(days=run.onset)).isoformat(),
    }
    return Reason(f"phase.{run.name}", params)


def _innocent(runs: list[_SignRun]) -> tuple[Reason, ...]:
    codes = ["phase.wiring_fault"]
    names = {run.name for run in runs}
    if "idle_phase" in names:
        codes.insert(0, "phase.unused_phase")
    if "neutral" in names:
        codes.insert(0, "phase.shared_neutral")
    if "short" in names:
        codes.append("phase.wrong_ratio")
    return tuple(Reason(code, {}) for code in codes)
