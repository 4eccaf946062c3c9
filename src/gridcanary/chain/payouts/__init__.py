"""Pools' wallets followed from the coinbase to the miners, with a rule, a reason and a confidence for each step."""

from gridcanary.chain.payouts.following import follow_pools
from gridcanary.chain.payouts.ledger import (
    PAYING,
    Edge,
    Kind,
    OwnedScript,
    PayoutLine,
    PoolLedger,
    WalletTransaction,
)
from gridcanary.chain.payouts.rewards import PoolsOf
from gridcanary.chain.payouts.rules import Rule, RuleSet

__all__ = [
    "PAYING",
    "Edge",
    "Kind",
    "OwnedScript",
    "PayoutLine",
    "PoolLedger",
    "PoolsOf",
    "Rule",
    "RuleSet",
    "WalletTransaction",
    "follow_pools",
]
