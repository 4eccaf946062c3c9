"""Follow pools' wallets from the blocks they found to the miners they paid."""

from __future__ import annotations

from collections.abc import Mapping

from gridcanary.chain.history import History
from gridcanary.chain.payouts.judging import Judge, Judgement, ServiceOf
from gridcanary.chain.payouts.ledger import PoolLedger
from gridcanary.chain.payouts.rewards import PoolsOf, sort_rewards
from gridcanary.chain.payouts.rules import RuleSet
from gridcanary.chain.payouts.scene import Scene


def follow_pools(
    history: History,
    pools_of: PoolsOf,
    *,
    listed: Mapping[bytes, str] | None = None,
    service_of: ServiceOf | None = None,
    rules: RuleSet | None = None,
) -> PoolLedger:
    """Follow every named pool's coins hop by hop, and collect what it paid to whom.

    Each round asks the history once for what the last judgement wants to see, and judges everything anew, until a
    judgement wants nothing more and repeats the one before: rules lean on each other (a change shows that a script
    is the pool's, which shows more payments), so only the fixed point counts.

    Args:
        history: the best chain.
        pools_of: names of the pools that a coinbase may be of.
        listed: scripts that a list of pools gives, with the pool's name.
        service_of: the service that labels give for a script; following stops at one.
        rules: which rules run, with their numbers; all of them by default.

    Returns:
        The ledger; its lines carry a confidence, and unsure ones are kept beside the sure.
    """
    rules = rules or RuleSet()
    rewards = sort_rewards(history.coinbases(), pools_of, listed or {})
    scene = Scene(history)
    scene.look(rewards.scripts.keys(), rewards.edges.keys())
    told: Judgement | None = None
    complete = False
    for _ in range(rules.most_rounds):
        before, told = told, Judge(scene, rewards, rules, service_of or _no_service, told).run()
        more = scene.look(told.wanted_scripts, told.wanted_outpoints)
        if not more and before is not None and _same(before, told):
            complete = True
            break
    if told is None:
        raise ValueError("most_rounds must be at least 1")
    ordered = sorted(told.transactions.items(), key=lambda item: item[1].confirmed.place)
    return PoolLedger(
        told.edges,
        told.scripts,
        dict(ordered),
        rules.least_confidence,
        scene.passes,
        complete,
        dict(rewards.mined),
    )


def _same(before: Judgement, told: Judgement) -> bool:
    return (
        before.edges.keys() == told.edges.keys()
        and before.scripts.keys() == told.scripts.keys()
        and before.payees == told.payees
    )


def _no_service(script: bytes) -> str | None:
    return None
