"""A session with a host whose name the pool list knows as a place to work."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network import server_names
from gridcanary.network.pools.entry import POOL, WEBSITE
from gridcanary.network.pools.host_names import is_miners_domain, is_place, is_work
from gridcanary.network.pools.pool_list import NAMED, NEAR, NODES, SITE, WORK, Match, PoolList
from gridcanary.network.server_names import ServerName
from gridcanary.network.sessions import Session
from gridcanary.network.votes import STRONG, WEAK, Vote

NAME = "pool_name"
LISTED_PORT, OTHER_PORT, BARE_TLS = 10_000.0, 2_000.0, 400.0
"""How much likelier than innocent: a work host at its listed port; at a port no web site uses; at a web port with TLS
that offers no protocol of the web. Set by judgement: what else would talk to such a host there is the pool's own
staff, a scanner, or a monitor."""
APEX_AT_OTHER_PORT = 300.0
"""A pool's own domain at a port no web site uses: small pools let miners connect to it."""
PLACE_AT_OTHER_PORT = 200.0
"""A host named after a place or a coin (us1, btc) beneath the site of somebody who lives by mining, at a port no web
site uses."""
REPEATED_LOOKUP = 150.0
FAINT = 8.0
LEAST_LOOKUPS, LEAST_LOOKUP_SECONDS = 3, 3600.0
"""A miner asks again whenever an answer expires or a connection breaks; a person or a scanner asks once."""
SURE = 100.0
"""From here on the vote is strong."""


@dataclass(frozen=True, slots=True)
class PoolName:
    """Votes by TLS, HTTP, certificate and DNS names.

    Args:
        pools: the list.
    """

    pools: PoolList
    name: str = NAME

    def vote(self, session: Session) -> Vote | None:
        """The strongest word that any of the session's names allows."""
        votes = (self._of(told, session) for told in server_names.server_names(session))
        return max((vote for vote in votes if vote), key=lambda vote: vote.llr, default=None)

    def _of(self, told: ServerName, session: Session) -> Vote | None:
        lookup = told.told_by == server_names.LOOKUP
        port = None if lookup else session.server.port
        match = self.pools.by_name(told.name, port, session.first_ns)
        if match is None or match.use == NODES:
            return None
        odds = (lookup_odds if lookup else session_odds)(match, session, told)
        if odds <= 1:
            return None
        odds = 1 + (odds - 1) * match.weight
        return Vote(
            NAME,
            STRONG if odds >= SURE else WEAK,
            math.log(odds),
            (reason_of(told, match, session),),
            tuple(innocent_of(told, match, session)),
            method=method_of(session, match),
            pool_entry=match.index,
        )


def session_odds(match: Match, session: Session, told: ServerName) -> float:
    """How much likelier than innocent the name makes mining, before the entry's age; 1 says nothing."""
    port = session.server.port
    if match.use == SITE and (match.entry.role != POOL or port in server_names.WEB_PORTS or not port):
        return 1.0
    if not server_names.is_answered(session):
        return FAINT
    if match.use in (NEAR, NAMED):
        return PLACE_AT_OTHER_PORT if _is_place_at_other_port(match, port, told) else FAINT
    if match.use == SITE:
        return APEX_AT_OTHER_PORT
    if port not in server_names.WEB_PORTS:
        return LISTED_PORT if match.port_agrees else OTHER_PORT
    return _at_web_port(match, session, told)


def _is_place_at_other_port(match: Match, port: int, told: ServerName) -> bool:
    if (
        match.use != NEAR
        or port < 1024
        or port in server_names.WEB_PORTS
        or not is_miners_domain(match.entry.host)
    ):
        return False
    labels = told.name.lower().rstrip(".").removesuffix(match.entry.host).rstrip(".").split(".")
    return is_work(labels) or is_place(labels)


def _at_web_port(match: Match, session: Session, told: ServerName) -> float:
    """Hosts named after coins may be web sites too: there it counts how the client speaks."""
    if server_names.looks_like_browser(session) or told.told_by == server_names.HTTP:
        return FAINT
    if match.port_agrees:
        return LISTED_PORT
    if match.entry.role == WEBSITE:
        return FAINT
    if told.told_by == server_names.TLS and (not session.names.alpn or _is_socket_host(told.name)):
        return BARE_TLS
    return FAINT


def _is_socket_host(name: str) -> bool:
    """Whether the first label says that the host serves WebSockets (ws01, wss)."""
    return name.lower().partition(".")[0].rstrip("0123456789") in ("ws", "wss")


def lookup_odds(match: Match, session: Session, told: ServerName) -> float:
    """The same for a question to a resolver: strong only where it is asked again and again over an hour or more."""
    if match.use != WORK:
        return FAINT / 2 if match.use in (NEAR, NAMED) else 1.0
    again = session.records >= LEAST_LOOKUPS and session.seconds >= LEAST_LOOKUP_SECONDS
    return REPEATED_LOOKUP if again else FAINT


def reason_of(told: ServerName, match: Match, session: Session) -> Reason:
    """What was met, where, and how old the entry is."""
    listed = (match.entry.seen if match.entry.is_address else None) or match.entry.source_date
    params: dict[str, str | int | float] = {
        "name": told.name,
        "pool": match.entry.title,
        "listed_on": listed.isoformat(),
        "source": match.entry.source,
    }
    if told.told_by == server_names.LOOKUP:
        return Reason("pool.lookup", {**params, "times": session.records})
    if _is_place_at_other_port(match, session.server.port, told):
        return Reason("pool.place", {**params, "port": session.server.port})
    code = f"pool.{match.use}" if match.use in (WORK, NEAR, NAMED) else "pool.apex"
    return Reason(f"{code}.{told.told_by}", {**params, "port": session.server.port})


def innocent_of(told: ServerName, match: Match, session: Session) -> list[Reason]:
    """What else explains it."""
    if told.told_by == server_names.LOOKUP:
        return [Reason("pool.innocent.lookup")]
    found = []
    if not server_names.is_answered(session):
        found.append(Reason("pool.innocent.unanswered"))
    if match.use in (NEAR, NAMED) or session.server.port in server_names.WEB_PORTS:
        found.append(Reason("pool.innocent.site"))
    if told.told_by == server_names.DNS:
        found.append(Reason("pool.innocent.shared_address"))
    return found


def method_of(session: Session, match: Match) -> str | None:
    """How the session talks, as far as names tell."""
    if not session.names.tls and not (session.opening and session.opening.kind == "tls"):
        return "tls" if match.entry.tls and match.port_agrees else None
    return "websocket" if "http/1.1" in session.names.alpn else "tls"
