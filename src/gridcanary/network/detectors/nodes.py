"""Nodes of coins' networks talking to each other: they keep and pass on blocks, which is not mining."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network.pools.pool_list import NODES, PoolList
from gridcanary.network.server_names import server_names
from gridcanary.network.sessions import TCP, Session
from gridcanary.network.votes import WEAK, Vote

NAME = "nodes"
MAGIC = {"bitcoin": "Bitcoin", "monero": "Monero"}
"""Openings that begin with the magic bytes of a network's nodes."""
PORTS = {
    8333: "Bitcoin",
    18333: "Bitcoin",
    9333: "Litecoin",
    22556: "Dogecoin",
    18080: "Monero",
    30303: "Ethereum",
}
"""Ports that nodes listen at by default; pools and other programs use some of them too, so a port alone says little."""
MAGIC_LLR, SEED_LLR, PORT_LLR = -6.0, -2.0, -0.7
RLPX_AUTH = range(200, 800)
"""Payload bytes of the first flight of Ethereum's encrypted transport: 307 and more, with random padding."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Speaks against mining where nodes talk.

    Args:
        pools: the list, which names seeds too.
    """

    pools: PoolList
    name: str = NAME

    def vote(self, session: Session) -> Vote | None:
        """What kind of node it is, by magic bytes, by a seed's name, by port and first flight."""
        opening = session.opening
        if opening is not None and opening.kind in MAGIC:
            return _against(MAGIC_LLR, Reason("node.magic", {"network": MAGIC[opening.kind]}), knows=True)
        for told in server_names(session):
            match = self.pools.by_name(told.name, None, session.first_ns)
            if match is not None and match.use == NODES:
                return _against(SEED_LLR, Reason("node.seed", {"name": told.name}), knows=True)
        network = PORTS.get(session.server.port)
        if network is None or session.protocol != TCP or session.dialogue is not None:
            return None
        if network == "Ethereum" and opening is not None and _is_rlpx(session):
            return _against(MAGIC_LLR, Reason("node.rlpx", {"port": session.server.port}), knows=True)
        if opening is not None and opening.kind != "unknown":
            return None
        return _against(
            PORT_LLR, Reason("node.port", {"network": network, "port": session.server.port}), knows=False
        )


def _is_rlpx(session: Session) -> bool:
    """Both sides open with one long flight of bytes that look random."""
    opening = session.opening
    if (
        opening is None
        or not opening.complete
        or len(opening.flights) < 2
        or opening.kind not in ("unknown", "binary")
    ):
        return False
    return opening.flights[0] in RLPX_AUTH and -opening.flights[1] in RLPX_AUTH


def _against(llr: float, reason: Reason, *, knows: bool) -> Vote:
    return Vote(NAME, WEAK, llr, (reason,), (Reason("node.innocent"),), not_mining=knows)
