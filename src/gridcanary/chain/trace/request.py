"""What a trace was asked for, as a dossier keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gridcanary.chain.dossier.layout import hash_from
from gridcanary.chain.trace.drawing import outpoint_name
from gridcanary.chain.trace.limits import Limits
from gridcanary.chain.trace.taint import TAINT_RULES
from gridcanary.chain.transactions import Outpoint
from gridcanary.chain.wallets import Wallet
from gridcanary.contracts.errors import GridcanaryError


class UnknownRule(GridcanaryError):
    """A rule of taint that there is none of."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name!r} is no rule of taint (known: {', '.join(TAINT_RULES)}, all)")


@dataclass(frozen=True, slots=True)
class TracedWallet:
    """A script whose receipts are followed; its number is its place in the request.

    Args:
        script: the output script.
        name: what results call it.
        owner: whose it is said to be, empty where not said.
        source: where the case has it from, empty where not said.
    """

    script: bytes
    name: str
    owner: str = ""
    source: str = ""

    @classmethod
    def of(cls, wallet: Wallet) -> TracedWallet:
        """A line of a list of wallets."""
        return cls(wallet.script, wallet.name or wallet.shown, wallet.owner, wallet.source)


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """All that decides a trace beside the chain and the labels.

    Args:
        wallets: whose receipts are followed.
        receipts: only these; None: all of them.
        rules: names of the rules of taint.
        limits: where to stop.
    """

    wallets: tuple[TracedWallet, ...]
    receipts: tuple[Outpoint, ...] | None = None
    rules: tuple[str, ...] = tuple(TAINT_RULES)
    limits: Limits = field(default_factory=Limits)

    @property
    def sources(self) -> dict[bytes, int]:
        """The number of each wallet by its script."""
        return {wallet.script: number for number, wallet in enumerate(self.wallets)}

    def parameters(self) -> dict[str, Any]:
        """The request in JSON."""
        return {
            "wallets": [
                {"script": one.script.hex(), "name": one.name, "owner": one.owner, "source": one.source}
                for one in self.wallets
            ],
            "receipts": None
            if self.receipts is None
            else [outpoint_name(one) for one in sorted(self.receipts)],
            "rules": list(self.rules),
            "limits": asdict(self.limits),
        }

    @classmethod
    def from_parameters(cls, told: Mapping[str, Any]) -> TraceRequest:
        """The request that was written so; ValueError, KeyError, TypeError or UnknownRule where it is malformed."""
        wallets = tuple(
            TracedWallet(
                bytes.fromhex(one["script"]), *(str(one[name]) for name in ("name", "owner", "source"))
            )
            for one in told["wallets"]
        )
        receipts = told["receipts"]
        named = None if receipts is None else tuple(outpoint_named(text) for text in receipts)
        return cls(wallets, named, rules_named(told["rules"]), Limits(**told["limits"]))


def rules_named(names: Sequence[str]) -> tuple[str, ...]:
    """Rules of taint in the order in which results show them; UnknownRule where one is none."""
    for name in names:
        if name != "all" and name not in TAINT_RULES:
            raise UnknownRule(name)
    return tuple(name for name in TAINT_RULES if name in names or "all" in names)


def outpoint_named(text: str) -> Outpoint:
    """An output from ``txid:number`` as explorers write it; ValueError where it is none."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} names no output")
    txid, _, number = text.partition(":")
    return Outpoint(hash_from(txid), int(number))
