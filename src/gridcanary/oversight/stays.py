"""How long cases stayed in their stages, reckoned by the database: a province has half a million entries.

An entry's stay ends with the next entry of its case. Of the finished stays the median is the mean of the one or two in
the middle, in order of length.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from gridcanary.casework.models import CaseQuerySet, StageEntry
from gridcanary.oversight.period import Period

DAY_S = 86_400.0

_STAYS = """
WITH stays AS (
  SELECT entered, unit_id, moved_at, LEAD(moved_at) OVER (PARTITION BY case_id ORDER BY id) AS left_at
  FROM {entries} WHERE case_id IN ({cases})
), finished AS (
  SELECT entered, unit_id, {days} AS days FROM stays WHERE left_at >= %s AND left_at < %s
), placed AS (
  SELECT entered, unit_id, days, COUNT(*) OVER (PARTITION BY entered, unit_id) AS stays,
    ROW_NUMBER() OVER (PARTITION BY entered, unit_id ORDER BY days) AS place
  FROM finished
)
SELECT entered, unit_id, MAX(stays) AS stays,
  AVG(CASE WHEN place IN ((stays + 1) / 2, (stays + 2) / 2) THEN days END) AS median_days,
  MAX(days) AS longest_days, NULL AS since
FROM placed GROUP BY entered, unit_id
UNION ALL
SELECT entered, unit_id, COUNT(*), NULL, NULL, MIN(moved_at) FROM stays WHERE left_at IS NULL GROUP BY entered, unit_id
"""

_DAYS = {
    "postgresql": "EXTRACT(EPOCH FROM left_at - moved_at)::double precision / 86400",
    "sqlite": "julianday(left_at) - julianday(moved_at)",
}


@dataclass(frozen=True, slots=True)
class Stays:
    """The stays in a stage, of cases that a department moved into it.

    Args:
        stage: code.
        unit_id: the department.
        finished: stays that ended in the period.
        median_days, longest_days: of these [days]; None without any.
        waiting: stays that last.
        waiting_longest_days: the longest of these so far [days]; None without any.
    """

    stage: str
    unit_id: int
    finished: int = 0
    median_days: float | None = None
    longest_days: float | None = None
    waiting: int = 0
    waiting_longest_days: float | None = None


def stays(cases: CaseQuerySet, period: Period, now: dt.datetime | None = None) -> list[Stays]:
    """Finished stays that ended in the period, and those that last, by stage and department.

    Args:
        cases: what may be counted.
        period: of the finished ones.
        now: until when those that last are counted.
    """
    now = now or timezone.now()
    found: dict[tuple[str, int], dict[str, float | int | None]] = {}
    for stage, unit_id, count, median_days, longest_days, since in _rows(cases, period):
        told = found.setdefault((stage, unit_id), {})
        if since is None:
            told |= {"finished": count, "median_days": median_days, "longest_days": longest_days}
        else:
            days = (now - _moment(since)).total_seconds() / DAY_S
            told |= {"waiting": count, "waiting_longest_days": days}
    return [Stays(stage, unit_id, **told) for (stage, unit_id), told in found.items()]  # type: ignore[arg-type]


def _rows(cases: CaseQuerySet, period: Period) -> Sequence[tuple[Any, ...]]:
    inner, given = (
        cases.order_by().values("pk").query.get_compiler(connection=connection, elide_empty=False).as_sql()
    )
    statement = _STAYS.format(
        entries=connection.ops.quote_name(StageEntry._meta.db_table),
        cases=inner,
        days=_DAYS[connection.vendor],
    )
    limits = [connection.ops.adapt_datetimefield_value(at) for at in (period.begins_at, period.ends_at)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, *limits])
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _moment(stored: dt.datetime | str) -> dt.datetime:
    """A moment as SQLite keeps it, a text in UTC, or as PostgreSQL gives it."""
    if isinstance(stored, dt.datetime):
        return stored
    return dt.datetime.fromisoformat(stored).replace(tzinfo=dt.UTC)
