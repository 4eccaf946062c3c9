"""Endpoints and power by area, where enough of them are there that nobody is told apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from gridcanary.accounts.models import User
from gridcanary.endpoints.models import Endpoint, EndpointDay
from gridcanary.network.area_counts import AreaCounts, area_counts

LEVELS = {"province": 2, "city": 4, "county": 6}
"""Digits of a GB/T 2260 code."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area with enough endpoints; ``kw_mid`` is the sum of each endpoint's strongest day."""

    area: str
    endpoints: int
    kw_mid: float


@dataclass(frozen=True, slots=True)
class AreaTable:
    """What may be published; ``suppressed`` areas have some endpoints, but their count is not told."""

    rows: tuple[AreaRow, ...]
    suppressed: tuple[str, ...]
    total: int | None
    least: int


def area_table(user: User, first: dt.date, last: dt.date, level: str) -> AreaTable:
    """Different endpoints by area, of those that the person may see and nobody set aside.

    The power is told only of areas whose count is.

    Args:
        user: who asks.
        first, last: UTC days, both counted.
        level: one of LEVELS.
    """
    digits = LEVELS[level]
    seen = Endpoint.objects.visible_to(user).filter(aside_reason="").exclude(admin_code="")
    days = EndpointDay.objects.filter(endpoint__in=seen, day__range=(first, last))
    area_of: dict[int, str] = {}
    most_kw: dict[int, float] = {}
    for key, code, kw in days.values_list("endpoint_id", "endpoint__admin_code", "kw_mid"):
        if len(code) >= digits:
            area_of[key] = code[:digits]
            most_kw[key] = max(most_kw.get(key, 0.0), kw or 0.0)
    counts = area_counts(
        ((area, str(key)) for key, area in area_of.items()), settings.GRIDCANARY_NETWORK_LEAST
    )
    return _table(counts, area_of, most_kw)


def _table(counts: AreaCounts, area_of: dict[int, str], most_kw: dict[int, float]) -> AreaTable:
    power = dict.fromkeys(counts.shown, 0.0)
    for key, area in area_of.items():
        if area in power:
            power[area] += most_kw[key]
    rows = [AreaRow(area, count, power[area]) for area, count in counts.shown.items()]
    rows.sort(key=lambda row: (-row.endpoints, row.area))
    return AreaTable(tuple(rows), counts.suppressed, counts.total, counts.least)
