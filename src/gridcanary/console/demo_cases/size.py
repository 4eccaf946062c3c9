"""How big the mine of a case is: as the scan estimated it."""

from __future__ import annotations

from decimal import Decimal

from gridcanary.casework.models import Case

MACHINE_W = 3250
"""Rated power of one machine [W]."""

LEAST_KW = 1.0


def load_kw(case: Case) -> Decimal:
    """Load that the case is about, to a tenth [kW]."""
    estimated = sum(lead.kw_mid or 0.0 for lead in case.leads.all())
    return Decimal(str(round(max(estimated, LEAST_KW), 1)))


def machines(case: Case) -> int:
    """Machines that draw that load; one at least."""
    return max(1, round(load_kw(case) * 1000 / MACHINE_W))
