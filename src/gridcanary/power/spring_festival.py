"""The day of the Chinese New Year, by year, and the week around it."""

from __future__ import annotations

import datetime as dt

_DAYS = (
    "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19", "2016-02-08",
    "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22",
    "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03",
)  # fmt: skip

NEW_YEAR = tuple(dt.date.fromisoformat(day) for day in _DAYS)
"""First day of the first lunar month (an astronomical fact that the public holiday follows)."""


def festival_weeks(first_monday: dt.date, weeks: int) -> list[int]:
    """Indices of the weeks (from ``first_monday``) that hold most of a Spring Festival holiday."""
    found = []
    for day in NEW_YEAR:
        middle = day + dt.timedelta(days=3)
        index = (middle - first_monday).days // 7
        if 0 <= index < weeks:
            found.append(index)
    return found
