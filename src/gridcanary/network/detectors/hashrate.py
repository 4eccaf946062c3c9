"""Shares of work, measured: whoever delivers them computes, and doesn't only talk of mining."""

from __future__ import annotations

import math

from gridcanary.contracts.reasons import Parameter, Reason
from gridcanary.network.sessions import Session
from gridcanary.network.votes import WEAK, Vote
from gridcanary.network.work import Work, work_of, written_rate

LLR = math.log(5)
"""Weak, since the messages themselves have their own detectors: this one tells how much work they prove."""


class HashrateDetector:
    """Tells the hash rate of a session with its interval, and the kilowatts that it takes."""

    name = "hashrate"

    def vote(self, session: Session) -> Vote | None:
        """A weak vote with the measured rate; None where no share was counted."""
        work = work_of(session)
        if work is None or work.rate is None or not work.rate.hashes:
            return None
        return Vote(self.name, WEAK, LLR, tuple(_reasons(work)))


def _reasons(work: Work) -> list[Reason]:
    rate = work.rate
    assert rate is not None
    low, high = (written_rate(bound, rate.algorithm) for bound in rate.interval_hs())
    reasons = [
        Reason(
            "work.rate",
            {
                "rate": written_rate(rate.rate_hs, rate.algorithm),
                "low": low,
                "high": high,
                "shares": rate.shares,
                "hours": round(rate.seconds / 3600, 2),
                "algorithm": rate.algorithm or "?",
            },
        )
    ]
    if work.power is not None:
        kilowatts = (work.power.kw_low, work.power.kw_mid, work.power.kw_high)
        low_kw, mid_kw, high_kw = (float(f"{kw:.3g}") for kw in kilowatts)
        told: dict[str, Parameter] = {
            "kind": work.power.kind,
            "low_kw": low_kw,
            "mid_kw": mid_kw,
            "high_kw": high_kw,
        }
        reasons.append(Reason(f"work.power.{work.power.kind}", told))
    if rate.pauses:
        reasons.append(
            Reason("work.pauses", {"pauses": rate.pauses, "hours": round(rate.paused_seconds / 3600, 2)})
        )
    if work.position is not None:
        reasons.append(Reason("work.position", {"position": work.position.written}))
    return reasons
