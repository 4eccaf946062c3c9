"""The dialects, one a line; where messages of several are in one session, the one with the most proofs is meant."""

from __future__ import annotations

from gridcanary.network.messages import cryptonote, eth_proxy, getblocktemplate, getwork, stratum_v1

DIALECTS = (
    stratum_v1.DIALECT,
    cryptonote.DIALECT,
    eth_proxy.DIALECT,
    getwork.DIALECT,
    getblocktemplate.DIALECT,
)
LOGIN_METHODS: frozenset[str] = frozenset().union(*(dialect.logins for dialect in DIALECTS))
