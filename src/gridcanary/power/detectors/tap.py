"""Mode C: an unmetered tap, seen as a flat rise of a transformer's or feeder's loss that no customer
explains.

name: tap · inputs: LOSSES (gridcanary.power.balance), CUSTOMERS for the topology · page:
docs/lenses/power-balance.md
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from gridcanary.contracts.findings import Finding
from gridcanary.contracts.reasons import Parameter, Reason
from gridcanary.power.loss_excess import LossExcess
from gridcanary.power.loss_step import WINDOWS
from gridcanary.power.loss_suspects import Suspect, find_suspects

NAME = "tap"
TITLE = {"en": "Unmetered tap", "zh": "无表接线"}

MIN_LLR = 4.6
"""A finding is a hundred times likelier with a mine than without (ln 100)."""
MIN_LEVEL_LLR = 2.0
"""An excess as old as the data is shown from here on: no method gets more out of it, and the reasons say
so."""
MAX_LLR = 15.0
LIT_WINDOWS = ("night", "off_office")
LAMPS_W, LAMPS_PENALTY = 5000.0, 2.0
"""Fifty lamps of 100 W are a usual circuit [W]; below that, seven times as many night loads are lamps as
mines."""
NETWORK_SHARE = 0.05
"""What the mine's own current adds to the network's loss, and what a model of it may take too much: either
way."""


def detect(losses: pa.Table, customers: pa.Table) -> list[Finding]:
    """Findings of mode C, the strongest first.

    Args:
        losses: LOSSES rows of any number of transformers and days.
        customers: the archive (CUSTOMERS).

    Returns:
        At most one finding a transformer or feeder.
    """
    return findings_of(find_suspects(losses, customers))


def findings_of(suspects: Iterable[Suspect]) -> list[Finding]:
    """The suspects whose excess is sure enough and flat enough for an unmetered mine."""
    findings = []
    for suspect in suspects:
        weight = weigh(suspect)
        least = MIN_LLR if suspect.excess.step is not None else MIN_LEVEL_LLR
        if weight >= least and not suspect.excess.by_share:
            findings.append(_finding(suspect, weight))
    return sorted(findings, key=lambda finding: (-finding.llr, finding.subject_id))


def weigh(suspect: Suspect) -> float:
    """Natural-log likelihood ratio of a flat unmetered load against all innocent stories together, capped.

    The innocent stories add up: that nothing rose (the step's or level's llr), and that something rose
    which is not flat (the shape's llr), so the weaker of the two decides. Lit hours are the hours of lamps
    as well.
    """
    excess = suspect.excess
    weight = -float(np.logaddexp(-suspect.llr, -excess.shape_llr))
    if excess.window in LIT_WINDOWS and excess.excess_w < LAMPS_W:
        weight -= LAMPS_PENALTY
    return min(MAX_LLR, weight)


def kilowatts(excess: LossExcess) -> tuple[float, float, float]:
    """Low, mid and high estimate of the load behind an excess [kW], two standard errors and NETWORK_SHARE
    either way."""
    mid = excess.excess_w / 1000.0
    spread = 2.0 * excess.error_w / 1000.0
    low = max(0.0, mid * (1.0 - NETWORK_SHARE) - spread)
    # An old excess may hide below the technical bound as well.
    hidden = excess.model.constant_w / 1000.0 if excess.step is None else 0.0
    high = mid * (1.0 + NETWORK_SHARE) + spread + hidden
    return round(float(low), 2), round(float(mid), 2), round(float(high), 2)


def _finding(suspect: Suspect, weight: float) -> Finding:
    excess = suspect.excess
    onset = None if excess.step is None else excess.history.date(excess.step.row)
    always = [Reason("balance.unmetered_lawful", {}), Reason("balance.wrong_topology", {})]
    if excess.step is not None:
        always.append(Reason("balance.master_ct", {}))
    told = {reason.code for reason in suspect.innocent}
    innocent = (*suspect.innocent, *(reason for reason in always if reason.code not in told))
    return Finding(
        "transformer",
        suspect.transformer_id,
        "C",
        round(weight, 3),
        onset,
        kilowatts(excess),
        tuple(reasons_of(suspect)),
        innocent,
        NAME,
    )


def reasons_of(suspect: Suspect) -> list[Reason]:
    """What the losses of a suspect show, as reasons."""
    excess = suspect.excess
    _, kw, _ = kilowatts(excess)
    params: dict[str, Parameter] = {
        "transformer": suspect.transformer_id,
        "excess_kw": kw,
        "share_pct": round(excess.share_pct, 1),
        "meters": suspect.meters,
    }
    reasons = []
    if excess.by_share:
        reasons.append(Reason("balance.share_since_start", {**params, "peers": excess.peers}))
    elif excess.step is None:
        code = "balance.excess_since_start" if excess.peers else "balance.excess_physics_only"
        reasons.append(Reason(code, {**params, "peers": excess.peers}))
    elif excess.step.ramp_days == 1:
        day = excess.history.date(excess.step.row).isoformat()
        reasons.append(Reason("balance.loss_step", {**params, "onset": day}))
    else:
        day = excess.history.date(excess.step.row).isoformat()
        reasons.append(Reason("balance.loss_ramp", {**params, "onset": day, "days": excess.step.ramp_days}))
    if excess.shape_llr > 1.0:
        hours = int(WINDOWS[excess.window].sum())
        reasons.append(Reason(f"balance.flat_{excess.window}", {"hours": hours, "excess_kw": kw}))
    return reasons
