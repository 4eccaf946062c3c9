"""One connection for many machines: proxies of farms, told by their names, their workers and their hash rate."""

from __future__ import annotations

from gridcanary.contracts.reasons import Reason
from gridcanary.network.sessions import Session
from gridcanary.network.votes import WEAK, Vote
from gridcanary.network.work import Work, work_of, written_rate

FEWEST_WORKERS = 3
"""Different workers in one session. Two occur when a machine is renamed in a running session."""
FEWEST_MACHINES = 3
"""Machines of the largest size; two could be one overclocked or newer than the list."""
PROXY_AGENTS = ("proxy", "translator", "aggregator", "nhmp")
"""Words in the names of proxies: xmrig-proxy, stratum-proxy, Braiins Farm Proxy, Stratum V2's translator, NiceHash."""


class ProxyDetector:
    """Tells a session that carries the work of many machines."""

    name = "proxy"

    def vote(self, session: Session) -> Vote | None:
        """A vote of no weight that names the hypothesis ``proxy``; None for sessions of one machine."""
        work = work_of(session)
        reasons = _reasons(work) if work is not None else []
        if not reasons:
            return None
        return Vote(self.name, WEAK, 0.0, tuple(reasons), (Reason("proxy.rented"),), hypothesis="proxy")


def _reasons(work: Work) -> list[Reason]:
    reasons = []
    if work.workers.names >= FEWEST_WORKERS:
        counts = {"workers": work.workers.names, "racks": work.workers.racks}
        reasons.append(Reason("proxy.workers", counts))
    if work.power is not None and work.rate is not None and work.power.machines >= FEWEST_MACHINES:
        rate = written_rate(work.rate.rate_hs, work.rate.algorithm)
        counts = {"machines": work.power.machines, "usual_machines": work.power.usual_machines}
        reasons.append(Reason("proxy.rate", {"rate": rate, **counts}))
    if work.agent and any(word in work.agent.lower() for word in PROXY_AGENTS):
        reasons.append(Reason("proxy.agent", {"agent": work.agent[:60]}))
    return reasons
