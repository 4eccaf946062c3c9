"""What the blocks themselves give: which coinbase outputs are the pool's own, and which pay miners directly.

Most pools take a block's reward whole. Eligius, P2Pool, OCEAN and solo pools pay their miners in the coinbase, so
that no transaction of the pool ever follows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gridcanary.chain.history import Confirmed
from gridcanary.chain.payouts.ledger import Edge, Kind, OwnedScript, PayoutLine, WalletTransaction
from gridcanary.chain.payouts.rules import Rule
from gridcanary.chain.transactions import Outpoint
from gridcanary.contracts.reasons import Reason

PoolsOf = Callable[[Confirmed], Sequence[str]]
"""Names of the pools that a coinbase may be of: none unknown, several where its tag and its address disagree."""

WHOLE_SHARE = 0.9
"""Share of a coinbase from which a script has taken the reward as a whole; pools' side outputs are far smaller."""

MANY_OUTPUTS = 5
"""Outputs from which a coinbase pays miners; a pool's own split has two to four."""

CERTAIN, LISTED, RECURRENT, PAYS_MANY, MAIN, DIRECT, SIDE = 99, 99, 90, 90, 70, 95, 45
MAY_BE_OWN = 45


@dataclass
class Rewards:
    """The blocks' own outputs, sorted.

    Args:
        edges: outputs that the pools keep.
        scripts: scripts that pools take rewards with.
        payouts: coinbases that pay miners, or whoever found the block where no pool is known; by txid.
        suspects: scripts that stand in most of a pool's split coinbases: the pool's own, or a large miner's.
        mined: satoshi of the coinbases by pool; a coinbase with several names counts under "A | B".
    """

    edges: dict[Outpoint, Edge] = field(default_factory=dict)
    scripts: dict[bytes, OwnedScript] = field(default_factory=dict)
    payouts: dict[bytes, WalletTransaction] = field(default_factory=dict)
    mined: Counter[str] = field(default_factory=Counter)
    suspects: set[bytes] = field(default_factory=set)


def sort_rewards(
    coinbases: Iterable[Confirmed],
    pools_of: PoolsOf,
    listed: Mapping[bytes, str],
    paying: Collection[bytes] = (),
) -> Rewards:
    """Sort every coinbase's outputs into the pool's own and payments.

    Args:
        coinbases: first transactions of blocks.
        pools_of: who may have found a block.
        listed: scripts that a list of pools gives, with the pool's name.
        paying: those of :attr:`Rewards.suspects` that were seen to pay many.
    """
    named = [(one, tuple(dict.fromkeys(pools_of(one))) or _listed_pools(one, listed)) for one in coinbases]
    habits = _Habits(named)
    rewards = Rewards()
    rewards.suspects = habits.suspects()
    for script, pool in listed.items():
        rewards.scripts[script] = OwnedScript(script, (pool,), Rule.LISTED, Reason("listed.script"), LISTED)
    for one, pools in named:
        rewards.mined[" | ".join(pools) or "?"] += sum(output.value for output in one.transaction.outputs)
        if pools:
            _sort(one, pools, habits, listed, paying, rewards)
        else:
            _pay(
                rewards, one, pools, _valued(one), Kind.FOUND_BLOCK, Reason("coinbase.finder_unknown"), DIRECT
            )
    return rewards


def _listed_pools(one: Confirmed, listed: Mapping[bytes, str]) -> tuple[str, ...]:
    """The pools whose listed scripts a coinbase pays: they found the block where nothing else names anybody."""
    pools = (listed.get(output.script) for output in one.transaction.outputs)
    return tuple(dict.fromkeys(pool for pool in pools if pool is not None))


def _valued(one: Confirmed) -> list[int]:
    outputs = one.transaction.outputs
    return [at for at, output in enumerate(outputs) if output.value and output.script[:1] != b"\x6a"]


class _Habits:
    """Which scripts each pool's coinbases pay, seen over all of them."""

    def __init__(self, named: Iterable[tuple[Confirmed, tuple[str, ...]]]) -> None:
        self._whole: dict[str, Counter[bytes]] = defaultdict(Counter)
        self._part: dict[str, Counter[bytes]] = defaultdict(Counter)
        self._split: Counter[str] = Counter()
        for one, pools in named:
            valued = _valued(one)
            total = sum(one.transaction.outputs[at].value for at in valued)
            for pool in pools:
                self._split[pool] += len(valued) > 1
                for at in valued:
                    output = one.transaction.outputs[at]
                    whole = output.value >= WHOLE_SHARE * total
                    (self._whole if whole else self._part)[pool][output.script] += 1

    def takes_whole(self, pools: Sequence[str], script: bytes) -> bool:
        """Whether the script took whole rewards of one of the pools, more than once."""
        return any(self._whole[pool][script] > 1 for pool in pools)

    def suspects(self) -> set[bytes]:
        """Scripts that stand in most of a pool's split coinbases."""
        return {
            script
            for pool, scripts in self._part.items()
            for script in scripts
            if self.takes_part([pool], script)
        }

    def takes_part(self, pools: Sequence[str], script: bytes) -> bool:
        """Whether the script stands in at least two thirds of the pool's split coinbases, three at least."""
        return any(
            self._part[pool][script] >= 3 and 3 * self._part[pool][script] >= 2 * self._split[pool]
            for pool in pools
        )


def _sort(
    one: Confirmed,
    pools: tuple[str, ...],
    habits: _Habits,
    listed: Mapping[bytes, str],
    paying: Collection[bytes],
    rewards: Rewards,
) -> None:
    outputs, valued = one.transaction.outputs, _valued(one)
    kept = {at: ("coinbase.listed", LISTED) for at in valued if outputs[at].script in listed}
    kept |= {
        at: ("coinbase.whole", CERTAIN) for at in valued if habits.takes_whole(pools, outputs[at].script)
    }
    many = [at for at in valued if outputs[at].script in paying]
    if len(many) == 1 and not kept:
        kept[many[0]] = ("coinbase.pays_many", PAYS_MANY)
    if len(valued) == 1:
        kept.setdefault(valued[0], ("coinbase.whole", CERTAIN))
    elif not kept and len(valued) < MANY_OUTPUTS:
        kept |= _kept_of_few(one, valued, pools, habits)
    for at, (code, confidence) in kept.items():
        _keep(rewards, one, at, pools, Reason(code), confidence)
    paid = [at for at in valued if at not in kept]
    if paid:
        sure = len(valued) >= MANY_OUTPUTS or all(code == "coinbase.recurrent" for code, _ in kept.values())
        reason = Reason("coinbase.direct", {"outputs": len(paid)})
        unsure = many if len(many) > 1 else []
        _pay(rewards, one, pools, paid, Kind.COINBASE_PAYOUT, reason, DIRECT if sure else SIDE, unsure)


def _kept_of_few(
    one: Confirmed, valued: list[int], pools: Sequence[str], habits: _Habits
) -> dict[int, tuple[str, int]]:
    """Of two to four outputs: those that recur as the pool's part, or else the main one."""
    outputs = one.transaction.outputs
    recurrent = [at for at in valued if habits.takes_part(pools, outputs[at].script)]
    if recurrent and len(recurrent) < len(valued):
        return dict.fromkeys(recurrent, ("coinbase.recurrent", RECURRENT))
    main = max(valued, key=lambda at: outputs[at].value)
    if 2 * outputs[main].value >= sum(outputs[at].value for at in valued):
        return {main: ("coinbase.main", MAIN)}
    return {}


def _keep(
    rewards: Rewards, one: Confirmed, at: int, pools: tuple[str, ...], reason: Reason, confidence: int
) -> None:
    output, outpoint = one.transaction.outputs[at], Outpoint(one.transaction.txid, at)
    rewards.edges[outpoint] = Edge(outpoint, output, pools, Rule.COINBASE, reason, confidence, confidence)
    before = rewards.scripts.get(output.script)
    known = before.pools if before else ()
    rewards.scripts[output.script] = OwnedScript(
        output.script,
        tuple(dict.fromkeys((*known, *pools))),
        Rule.COINBASE,
        reason,
        max(confidence, before.path_confidence if before else 0),
    )


def _pay(
    rewards: Rewards,
    one: Confirmed,
    pools: tuple[str, ...],
    paid: Sequence[int],
    kind: Kind,
    reason: Reason,
    confidence: int,
    unsure: Collection[int] = (),
) -> None:
    """Enter payments in a coinbase; the unsure ones may be the pool's own."""
    transaction = one.transaction
    may_be_own = Reason("coinbase.may_be_own", {"among": len(unsure)})
    lines = tuple(
        PayoutLine(
            one.place,
            Outpoint(transaction.txid, at),
            transaction.outputs[at].script,
            transaction.outputs[at].value,
            pools,
            kind,
            min(confidence, MAY_BE_OWN) if at in unsure else confidence,
            (reason, may_be_own) if at in unsure else (reason,),
        )
        for at in paid
    )
    rewards.payouts[transaction.txid] = WalletTransaction(one, pools, kind, reason, confidence, lines)
