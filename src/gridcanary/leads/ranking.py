"""What an inspection budget is expected to bring: hits, hit rate and energy recovered.

The scores are calibrated probabilities, so their sum over the premises visited is the expected number of
mines found. The figures are expectations over many lists, not a promise for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

HOURS_PER_MONTH = 730.0
"""8,760 hours a year divided by 12."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """One premises as ranking sees it.

    Args:
        score: calibrated probability that a mine is there, 0 to 1.
        kw_mid: the mine's estimated power if it is there [kW]; None where it is not known.
    """

    score: float
    kw_mid: float | None

    @property
    def expected_kwh_per_month(self) -> float:
        """Energy that an inspection is expected to recover [kWh a month]; 0 where the power is unknown."""
        return self.score * (self.kw_mid or 0.0) * HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class BudgetYield:
    """What inspecting the first premises of a list is expected to bring.

    Args:
        inspections: premises visited.
        expected_hits: mines expected among them.
        expected_kwh_per_month: energy expected to be recovered [kWh a month].
    """

    inspections: int
    expected_hits: float
    expected_kwh_per_month: float

    @property
    def expected_hit_rate(self) -> float:
        """Expected share of the visits that find a mine, 0 to 1; 0 where nothing is visited."""
        return self.expected_hits / self.inspections if self.inspections else 0.0


def budget_yields(prospects: Sequence[Prospect]) -> list[BudgetYield]:
    """Yield of every budget from none to the whole list.

    Args:
        prospects: in the order of inspection, the most worth inspecting first.

    Returns:
        One BudgetYield per budget: item N is the yield of the first N, item 0 that of none.
    """
    hits = accumulate((prospect.score for prospect in prospects), initial=0.0)
    energy = accumulate((prospect.expected_kwh_per_month for prospect in prospects), initial=0.0)
    return [BudgetYield(count, hit, kwh) for count, (hit, kwh) in enumerate(zip(hits, energy, strict=True))]


def budget_yield(prospects: Sequence[Prospect], inspections: int) -> BudgetYield:
    """Yield of one budget.

    Args:
        prospects: in the order of inspection.
        inspections: premises that can be visited; more than the list holds counts as the whole list.

    Returns:
        The expected yield.

    Raises:
        ValueError: inspections is negative.

    >>> plan = budget_yield([Prospect(0.8, 100.0), Prospect(0.5, 20.0), Prospect(0.1, 9.0)], 2)
    >>> plan.expected_hit_rate, plan.expected_kwh_per_month
    (0.65, 65700.0)
    """
    if inspections < 0:
        raise ValueError(f"inspections must not be negative, got {inspections}")
    return budget_yields(prospects[:inspections])[-1]
