"""What follows from the movements of money: due, collected, open. Pure arithmetic, nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gridcanary.contracts.errors import GridcanaryError

ZERO = Decimal("0.00")


class Unbalanced(GridcanaryError):
    """A movement that the balance doesn't allow.

    Args:
        reason: ``due_below_zero``, ``above_outstanding`` or ``above_collected``.
        limit: the most that would be possible.
    """

    def __init__(self, reason: str, limit: Decimal) -> None:
        self.reason, self.limit = reason, limit
        super().__init__(f"{reason}: at most {limit}")


@dataclass(frozen=True, slots=True)
class Balance:
    """Where an item, or several together, stand.

    Args:
        due: assessed and adjusted, never below zero.
        received: all that was collected.
        refunded: what was paid back of it.
        waived: what was given up by decision.
        written_off: what can't be collected.
    """

    due: Decimal = ZERO
    received: Decimal = ZERO
    refunded: Decimal = ZERO
    waived: Decimal = ZERO
    written_off: Decimal = ZERO

    @property
    def collected(self) -> Decimal:
        """What was collected and kept."""
        return self.received - self.refunded

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; below zero where an adjustment left something to be paid back."""
        return self.due - self.waived - self.written_off - self.collected

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open in either direction."""
        return self.outstanding == ZERO

    def __add__(self, other: Balance) -> Balance:
        return Balance(
            self.due + other.due,
            self.received + other.received,
            self.refunded + other.refunded,
            self.waived + other.waived,
            self.written_off + other.written_off,
        )

    def after(self, kind: str, amount: Decimal) -> Balance:
        """The balance after one more movement.

        Args:
            kind: a value of EntryKind.
            amount: positive; of an adjustment also negative.

        Returns:
            The new balance.

        Raises:
            Unbalanced: more than is open would be collected, waived or written off, more than was collected
                would be paid back, or less than nothing would be due.
        """
        if kind in ("assessed", "adjusted"):
            if self.due + amount < ZERO:
                raise Unbalanced("due_below_zero", self.due)
            return self + Balance(due=amount)
        if kind == "refunded":
            if amount > self.collected:
                raise Unbalanced("above_collected", self.collected)
            return self + Balance(refunded=amount)
        if amount > self.outstanding:
            raise Unbalanced("above_outstanding", max(self.outstanding, ZERO))
        field = {"collected": "received", "waived": "waived", "written_off": "written_off"}[kind]
        return self + Balance(**{field: amount})


def balance(movements: Iterable[tuple[str, Decimal]]) -> Balance:
    """The balance of movements that were entered, each as kind and amount."""
    fields = {"assessed": "due", "adjusted": "due", "collected": "received"}
    total = Balance()
    for kind, amount in movements:
        total += Balance(**{fields.get(kind, kind): amount})
    return total
