"""What may not be done to a clock."""

from __future__ import annotations

from typing import Literal

from gridcanary.contracts.errors import GridcanaryError

Why = Literal[
    "reason_not_allowed", "not_suspended", "suspended", "out_of_order", "no_extension", "extended_before",
    "wrong_approver", "no_reason", "ended_before", "expired",
]  # fmt: skip

SENTENCES: dict[Why, str] = {
    "reason_not_allowed": "the clock cannot be suspended for this reason",
    "not_suspended": "the clock is not suspended",
    "suspended": "the clock is suspended; resume it first",
    "out_of_order": "the moment lies before what was recorded last",
    "no_extension": "this limit cannot be extended",
    "extended_before": "the limit was extended before; it can be extended once",
    "wrong_approver": "the extension needs the approval of another role",
    "no_reason": "an extension needs the approver's name and a reason",
    "ended_before": "the clock has ended",
    "expired": "the limit has run out; it can no longer be suspended or extended",
}


class ClockRefused(GridcanaryError):
    """A clock cannot be suspended, resumed, extended or ended so; ``why`` is for translated messages.

    Args:
        why: the reason, as a code.
        allowed: what would be allowed, such as the role that approves.
    """

    def __init__(self, why: Why, allowed: str = "") -> None:
        self.why, self.allowed = why, allowed
        super().__init__(SENTENCES[why] + (f" (allowed: {allowed})" if allowed else ""))
