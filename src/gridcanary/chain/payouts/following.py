"""Follow pools' wallets from the blocks they found to the miners they paid."""

from __future__ import annotations

from collections.abc import Mapping

from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import History
from gridcanary.chain.payouts.custody import with_shared_custody
from gridcanary.chain.payouts.groups import with_closed_groups_apart
from gridcanary.chain.payouts.judging import Judge, Judgement, ServiceOf
from gridcanary.chain.payouts.ledger import PoolLedger
from gridcanary.chain.payouts.rewards import PoolsOf, Rewards, sort_rewards
from gridcanary.chain.payouts.rules import RuleSet
from gridcanary.chain.payouts.scene import Scene
from gridcanary.chain.transactions import Outpoint

MOST_SETTLING = 30
"""Judgements of the same scene before it is said that they don't settle; two or three are usual."""


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
    scene = Scene(history)
    rewards = _rewards(history, pools_of, listed or {}, scene, rules)
    scene.look(rewards.scripts.keys(), rewards.edges.keys())
    told: Judgement | None = None
    complete, settling = False, 0
    for _ in range(rules.most_rounds):
        before, told = told, Judge(scene, rewards, rules, service_of or _no_service, told).run()
        if scene.look(told.wanted_scripts, told.wanted_outpoints):
            settling = 0
            continue
        settling += 1
        complete = before is not None and _same(before, told)
        if complete or settling > MOST_SETTLING:
            break
    if told is None:
        raise ValueError("most_rounds must be at least 1")
    ordered = dict(sorted(told.transactions.items(), key=lambda item: item[1].confirmed.place))
    return PoolLedger(
        told.edges,
        told.scripts,
        with_closed_groups_apart(with_shared_custody(ordered, told.shared)),
        rules.least_confidence,
        scene.passes,
        complete,
        dict(rewards.mined),
    )


def _rewards(
    history: History, pools_of: PoolsOf, listed: Mapping[bytes, str], scene: Scene, rules: RuleSet
) -> Rewards:
    """The coinbases sorted; where a pool pays miners in them, its own script is the one whose coins pay many."""
    coinbases = list(history.coinbases())
    rewards = sort_rewards(coinbases, pools_of, listed)
    suspects = rewards.suspects - rewards.scripts.keys()
    if not suspects:
        return rewards
    outpoints = {
        Outpoint(one.transaction.txid, at): output.script
        for one in coinbases
        for at, output in enumerate(one.transaction.outputs)
        if output.script in suspects
    }
    scene.look((), outpoints.keys())
    paying = {script for script in suspects if _pays_many(script, outpoints, scene, rules)}
    return sort_rewards(coinbases, pools_of, listed, paying) if paying else rewards


def _pays_many(script: bytes, outpoints: Mapping[Outpoint, bytes], scene: Scene, rules: RuleSet) -> bool:
    """Whether the script's coins are spent twice or more, and mostly, in payments to many out of little else.

    A miner's deposit address at an exchange is spent with other customers' addresses, where it is spent for many.
    """
    spenders = {
        spender.transaction.txid: spender.transaction
        for outpoint, paid in outpoints.items()
        if paid == script and (spender := scene.spender(outpoint)) is not None
    }
    times = 0
    for one in spenders.values():
        own = sum(outpoints.get(claim.previous) == script for claim in one.inputs)
        many = len(one.outputs) > rules.least_recipients and coinjoin_of(one) is None
        times += many and 2 * own >= len(one.inputs)
    return times >= 2 and 2 * times >= len(spenders)


def _same(before: Judgement, told: Judgement) -> bool:
    return (
        before.edges.keys() == told.edges.keys()
        and before.scripts.keys() == told.scripts.keys()
        and before.learnt == told.learnt
    )


def _no_service(script: bytes) -> str | None:
    return None
