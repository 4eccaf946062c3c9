"""Between the stored clock and the engine that reckons it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from gridcanary.casework import law
from gridcanary.casework.models.clock import CaseClock
from gridcanary.packs.clock import ClockRun, ClockStatus, Extended, Pause, due, status


def run_of(clock: CaseClock) -> ClockRun:
    """The clock as the engine reckons it."""
    rule = law.pack_of(clock.case).clock(clock.code)
    extended = None
    if clock.extended:
        role = rule.extension.approver if rule.extension else ""
        approver = clock.extension_approved_by.get_username() if clock.extension_approved_by else ""
        extended = Extended(clock.started_at, role, approver, clock.extension_reason)
    pauses = tuple(Pause(row.reason, row.from_at, row.until_at) for row in clock.pauses.all())
    return ClockRun(rule, clock.started_at, pauses, extended, clock.stopped_at)


def status_of(clock: CaseClock, now: dt.datetime | None = None) -> ClockStatus:
    """Where a clock stands now."""
    return status(run_of(clock), law.pack_of(clock.case).calendar, now or timezone.now())


def reckon(clock: CaseClock) -> None:
    """Work out anew when the clock ends, and keep it in the row; the caller saves."""
    ends = due(run_of(clock), law.pack_of(clock.case).calendar, timezone.now())
    clock.due_at, clock.provisional = ends.at, ends.provisional
