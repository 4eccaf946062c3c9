"""How far a trace goes. Whatever is cut by one of these is told as such, coin by coin."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.contracts.errors import GridcanaryError


class BadLimit(GridcanaryError):
    """A limit that no trace can keep."""

    def __init__(self, name: str, value: int, least: int) -> None:
        self.name, self.value, self.least = name, value, least
        super().__init__(f"{name} must be {least} or more, not {value}")


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a trace stops beside services.

    Args:
        hops: payments in a row that are followed, each one pass over the chain.
        until: payments in blocks after this are not followed [s since 1970, UTC]; None: to the tip.
        least_satoshi: smaller outputs are not followed.
        most_outputs: outputs of a transaction with more are not followed: as a rule a service paying many people.
            Payouts of big pools have had 2,500.
        most_transactions: of the whole trace.
        examinations: passes over the chain beside the hops, for what suspected deposit addresses received and paid.
        through_coinjoins: follow every output of a CoinJoin; without, coins that enter one end there.
    """

    hops: int = 8
    until: int | None = None
    least_satoshi: int = 0
    most_outputs: int = 500
    most_transactions: int = 20_000
    examinations: int = 8
    through_coinjoins: bool = False

    def __post_init__(self) -> None:
        for name, least in (
            ("hops", 1),
            ("least_satoshi", 0),
            ("most_outputs", 1),
            ("examinations", 0),
            ("most_transactions", 1),
        ):
            if getattr(self, name) < least:
                raise BadLimit(name, getattr(self, name), least)
