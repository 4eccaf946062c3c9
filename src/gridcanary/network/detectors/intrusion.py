"""Machines that someone else uses: a school's server mines, and the school draws no more power than usual.

Jiangsu's inquiry of October 2021 found a fifth of all mining addresses at authorities, universities and companies whose
computers had been broken into. Such an owner is a victim to be warned and not a miner to be charged.
"""

from __future__ import annotations

from gridcanary.contracts.reasons import Reason
from gridcanary.network.endpoint_uses import INSTITUTIONS, EndpointUse, EndpointUses
from gridcanary.network.sessions import Session
from gridcanary.network.votes import WEAK, Vote
from gridcanary.network.work import Work, work_of

COMMON_KINDS = frozenset({"cpu", "gpu"})
"""Kinds of machines that stand in servers and offices anyway; a special machine was brought there to mine."""

LEAST_KW = 0.3
"""Below it a meter of a school or an office doesn't tell the work from the day's other business."""


class IntrusionDetector:
    """Names the hypothesis ``intrusion`` by the use of the client's address and the load that is or isn't there.

    Args:
        uses: who uses which address.
    """

    name = "intrusion"

    def __init__(self, uses: EndpointUses) -> None:
        self._uses = uses

    def vote(self, session: Session) -> Vote | None:
        """A vote of no weight with the hypothesis; None where the table or the session doesn't speak for it."""
        use = self._uses.of(session.client.address)
        work = work_of(session)
        if use is None or work is None or use.use not in INSTITUTIONS:
            return None
        reasons = _reasons(use, work)
        if not reasons:
            return None
        return Vote(
            self.name, WEAK, 0.0, tuple(reasons), (Reason("intrusion.insider"),), hypothesis="intrusion"
        )


def _reasons(use: EndpointUse, work: Work) -> list[Reason]:
    """What speaks for an intrusion; nothing where special machines work, or where the load of mining is there."""
    power = work.power
    if power is not None and power.kind not in COMMON_KINDS:
        return []
    if power is None and (use.role != "server" or work.machines > 1):
        return []
    reasons = [Reason(f"intrusion.place.{use.use}")]
    if use.role == "server":
        reasons.append(Reason("intrusion.server"))
    if use.unexplained_kw is None or power is None or power.kw_mid < LEAST_KW:
        return reasons
    if use.unexplained_kw >= power.kw_low:
        return []
    told = {"kw": float(f"{power.kw_mid:.3g}"), "unexplained_kw": use.unexplained_kw}
    return [*reasons, Reason("intrusion.no_load", told)]
