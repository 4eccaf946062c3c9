"""How much an entry is still worth on the day of an observation.

Addresses change hands in weeks (clouds, CDNs, rented servers), names stay with a pool for years. Half-lives are set
by that reasoning, not fitted: no dated record of pools' addresses over time is public.
"""

from __future__ import annotations

from datetime import date

from gridcanary.network.pools.entry import REPORTED, PoolEntry

ADDRESS_HALF_LIFE_DAYS = 30.0
REPORTED_HALF_LIFE_DAYS = 365.0
NAME_HALF_LIFE_DAYS = 3 * 365.0
BEFORE = 1 / 3
LEAST_WEIGHT = 1 / 64
"""An entry that lost six half-lives tells nothing any more; it stays in the list and is not met."""


def weight_at(entry: PoolEntry, day: date) -> float:
    """What is left of an entry's worth.

    Args:
        entry: the row; an address is dated by the report it stems from where the list cites one, for such a list is
            changed daily while its old rows are never looked at again.
        day: of the observation (UTC). One before the entry's date ages it too, for what is a pool today need not have
            been one then; a name by BEFORE of the time only, since lists keep names for years.

    Returns:
        0 to 1; 0 below LEAST_WEIGHT.
    """
    told = entry.seen if entry.is_address and entry.seen else entry.source_date
    days = (day - told).days
    if days < 0:
        days = -days if entry.is_address else round(-days * BEFORE)
    weight: float = 0.5 ** (days / half_life_days(entry))
    return weight if weight >= LEAST_WEIGHT else 0.0


def half_life_days(entry: PoolEntry) -> float:
    """Days after which an entry is worth half."""
    if entry.is_address:
        return ADDRESS_HALF_LIFE_DAYS
    return REPORTED_HALF_LIFE_DAYS if entry.role == REPORTED else NAME_HALF_LIFE_DAYS
