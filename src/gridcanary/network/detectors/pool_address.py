"""A session with an address that a list names: always weak, for addresses change hands within weeks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network.pools.pool_list import PoolList
from gridcanary.network.server_names import is_answered, is_lookup
from gridcanary.network.sessions import Session
from gridcanary.network.votes import WEAK, Vote

NAME = "pool_address"
SAME_PORT, OTHER_PORT, UNANSWERED = 10.0, 2.0, 1.5
"""How much likelier than innocent, before the entry's age."""


@dataclass(frozen=True, slots=True)
class PoolAddress:
    """Votes by the server's address; a name that DNS tied to it at that time speaks through pool_name.

    Args:
        pools: the list.
    """

    pools: PoolList
    name: str = NAME

    def vote(self, session: Session) -> Vote | None:
        """A weak word where the list has the server's address and the entry is fresh enough."""
        if is_lookup(session):
            return None
        match = self.pools.by_address(session.server.address, session.server.port, session.first_ns)
        if match is None:
            return None
        odds = SAME_PORT if match.port_agrees else OTHER_PORT
        odds = 1 + ((odds if is_answered(session) else UNANSWERED) - 1) * match.weight
        entry = match.entry
        reason = Reason(
            "pool.address",
            {
                "address": entry.host,
                "port": session.server.port,
                "listed_on": (entry.seen or entry.source_date).isoformat(),
                "source": entry.source,
            },
        )
        innocent = (Reason("pool.innocent.moved_address"),)
        return Vote(NAME, WEAK, math.log(odds), (reason,), innocent, pool_entry=match.index)
