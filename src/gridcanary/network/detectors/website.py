"""A visit to a pool's web site: told, because it explains a name that people look for, and never proof of mining."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network.pools.entry import POOL
from gridcanary.network.pools.pool_list import SITE, PoolList
from gridcanary.network.server_names import WEB_PORTS, is_lookup, server_names
from gridcanary.network.sessions import Session
from gridcanary.network.votes import WEAK, Vote

NAME = "website"
VISIT_LLR = 0.2
"""Miners visit their pool's site, and so do students, journalists and officials."""


@dataclass(frozen=True, slots=True)
class Website:
    """Says that a session is one with a pool's site.

    Args:
        pools: the list.
    """

    pools: PoolList
    name: str = NAME

    def vote(self, session: Session) -> Vote | None:
        """A faint word where a name is that of a site, at a port of the web or in a lookup."""
        lookup = is_lookup(session)
        for told in server_names(session):
            match = self.pools.by_name(told.name, None if lookup else session.server.port, session.first_ns)
            if match is None or match.use != SITE:
                continue
            if match.entry.role == POOL and not lookup and session.server.port not in WEB_PORTS:
                continue
            reason = Reason("pool.site", {"name": told.name, "pool": match.entry.title})
            innocent = (Reason("pool.innocent.site"),)
            return Vote(NAME, WEAK, VISIT_LLR, (reason,), innocent, pool_entry=match.index)
        return None
