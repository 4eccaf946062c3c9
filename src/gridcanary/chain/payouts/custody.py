"""Pools that share a wallet: from the first payment out of both, nobody can tell from the chain which one paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gridcanary.chain.history import Place
from gridcanary.chain.payouts.ledger import WalletTransaction
from gridcanary.contracts.reasons import Reason


def with_shared_custody(
    transactions: Mapping[bytes, WalletTransaction], shared: Iterable[tuple[Place, tuple[str, ...]]]
) -> dict[bytes, WalletTransaction]:
    """The transactions with every pool named that may have paid.

    A wallet that once spent two pools' coins together is one wallet, also where a payment happens to spend coins
    of one of them only. Before the first such payment the pools may have had wallets of their own, so those
    payments keep their name.

    Args:
        transactions: by txid, in the order of the chain.
        shared: places at which coins of several pools were spent together, and the pools.
    """
    joined = sorted(shared)
    told = {}
    for txid, one in transactions.items():
        partners = _partners(set(one.pools), one.confirmed.place, joined)
        more = sorted(partners - set(one.pools))
        told[txid] = _renamed(one, (*one.pools, *more)) if more and one.pools and one.sources else one
    return told


def _partners(pools: set[str], place: Place, joined: list[tuple[Place, tuple[str, ...]]]) -> set[str]:
    """All pools that shared a wallet with these until then, directly or through another."""
    known: set[str] = set()
    while known != pools:
        known = set(pools)
        for at, group in joined:
            if at <= place and known & set(group):
                pools = pools | set(group)
    return known


def _renamed(one: WalletTransaction, pools: tuple[str, ...]) -> WalletTransaction:
    reason = Reason("custody.shared", {"pools": ", ".join(pools)})
    lines = tuple(replace(line, pools=pools, reasons=(*line.reasons, reason)) for line in one.lines)
    return replace(one, pools=pools, lines=lines)
