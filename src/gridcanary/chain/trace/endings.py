"""Why a coin is followed no further. Every coin of a trace has been spent on, or ends for exactly one of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gridcanary.chain.trace.services import Service
from gridcanary.contracts.reasons import Reason


class EndKind(StrEnum):
    """What a coin ended in; the values are what files and pages are keyed by."""

    SERVICE = "service"
    COINJOIN = "coinjoin"
    BURNED = "burned"
    FEE = "fee"
    UNSPENT = "unspent"
    UNKNOWN_INPUTS = "unknown_inputs"
    RECEIPT = "receipt"
    HOPS = "hop_limit"
    TIME = "time_limit"
    AMOUNT = "amount_limit"
    OUTPUTS = "output_limit"
    SIZE = "size_limit"


LIMITED = frozenset({EndKind.HOPS, EndKind.AMOUNT, EndKind.OUTPUTS, EndKind.SIZE})
"""Ends that are only a choice of the person who traces. A coin cut so is still counted as spent where its spending
transaction is in the trace through another coin."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one coin ended.

    Args:
        kind: in what.
        reason: what was seen, as a code with parameters.
        confidence: how sure it is that the coin ended there [per cent].
        txid: the transaction that it went into or that showed the end; None where the coin's own did.
        service: the keeper, where the kind is ``service``.
    """

    kind: EndKind
    reason: Reason
    confidence: int = 100
    txid: bytes | None = None
    service: Service | None = None
