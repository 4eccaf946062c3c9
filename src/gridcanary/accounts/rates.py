"""How often something may happen; no Django here, because settings read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """How often.

    Args:
        burst: requests that may come at once.
        per_minute: how many more each minute brings.
    """

    burst: float
    per_minute: float

    def times(self, factor: float) -> Rate:
        """The same, more or less generous."""
        return Rate(max(1.0, self.burst * factor), self.per_minute * factor)
