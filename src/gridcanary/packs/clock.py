"""The clock engine: when a limit ends, and where a clock stands. Pure functions, nothing stored.

    run = ClockRun(pack.clock("preservation"), started=collected_at)
    status(run, pack.calendar, now)          # state, due, time left, due soon, provisional
    run = suspend(run, pack.calendar, at, "testing")
    run = resume(run, at)
    run = extend(run, pack.calendar, at, approver_role="approver", approver="...", reason="...")
    run = end(run, at)

Rules, each with a test: the day of the event does not count (where the clock says so); working days follow the
week, the holidays and the swapped weekends; a day touched by a suspension does not count, the day of resumption
does; a last day that is a holiday moves where the clock says so; hours run through nights and holidays; a limit in
days ends with the local day, one in hours to the second; where the holiday table ends the result is provisional.
"""

from __future__ import annotations

import calendar as months_of_the_year
import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from gridcanary.packs.calendar import ONE_DAY, WorkCalendar
from gridcanary.packs.clock_refused import ClockRefused
from gridcanary.packs.schema.clocks import Clock

State = Literal["running", "suspended", "done", "late"]

END_OF_DAY = dt.time(23, 59, 59, 999999)
"""The last moment of a local day, so that a due time shows the day that is meant."""

LONGEST_DAYS = 40_000
"""Longer than any limit; a guard against counting for ever."""


@dataclass(frozen=True)
class Pause:
    """A suspension; ``ended`` is None while it lasts."""

    reason: str
    began: dt.datetime
    ended: dt.datetime | None = None


@dataclass(frozen=True)
class Extended:
    """The one extension: when, by whom in which role, and why."""

    at: dt.datetime
    approver_role: str
    approver: str
    reason: str


@dataclass(frozen=True)
class ClockRun:
    """A clock that was started.

    Args:
        clock: its rule.
        started: moment of the event, with a zone.
        pauses: suspensions, in order.
        extended: the extension, if it was granted.
        ended: when what had to be done was done.
    """

    clock: Clock
    started: dt.datetime
    pauses: tuple[Pause, ...] = ()
    extended: Extended | None = None
    ended: dt.datetime | None = None

    def __post_init__(self) -> None:
        moments = [self.started, self.ended, *(p.began for p in self.pauses), *(p.ended for p in self.pauses)]
        if any(moment is not None and moment.tzinfo is None for moment in moments):
            raise ValueError("moments of a clock need a time zone")

    @property
    def paused(self) -> bool:
        """Whether it is suspended now."""
        return bool(self.pauses) and self.pauses[-1].ended is None

    @property
    def amount(self) -> int:
        """The limit with the extension, in the clock's unit."""
        longer = self.clock.extension.limit.amount if self.extended and self.clock.extension else 0
        return self.clock.limit.amount + longer


@dataclass(frozen=True)
class Due:
    """When a clock ends.

    Args:
        at: the last moment, in the pack's zone.
        provisional: whether it rests on days for which there is no holiday table.
        moved: whether the last day was moved because it is not worked.
    """

    at: dt.datetime
    provisional: bool
    moved: bool = False

    @property
    def day(self) -> dt.date:
        """The local day."""
        return self.at.date()


@dataclass(frozen=True)
class ClockStatus:
    """Where a clock stands.

    Args:
        state: running, suspended, done or late.
        due: when it ends.
        left: time to the end, negative once it is past; for a done clock what was left when it was done.
        left_days: calendar or working days to the end, in the unit of the clock; None for hours.
        soon: whether it is due soon (``warn_days`` of the clock, at most half of the limit).
        done_late: whether it was done after its end.
    """

    state: State
    due: Due
    left: dt.timedelta
    left_days: int | None
    soon: bool
    done_late: bool


def due(run: ClockRun, calendar: WorkCalendar, now: dt.datetime | None = None) -> Due:
    """When the clock ends.

    Args:
        run: the started clock.
        calendar: the pack's calendar.
        now: needed while it is suspended: the end as if it were resumed now.

    Raises:
        ValueError: it is suspended and ``now`` is not given.
    """
    pauses = [(pause.began, pause.ended or now) for pause in run.pauses]
    closed = [(began, max(began, ended)) for began, ended in pauses if ended is not None]
    if len(closed) < len(pauses):
        raise ValueError("the clock is suspended: say as of when")
    if run.clock.limit.unit == "hours":
        lost = sum((ended - began for began, ended in closed), dt.timedelta())
        moment = run.started.astimezone(dt.UTC) + dt.timedelta(hours=run.amount) + lost
        return Due(moment.astimezone(calendar.zone), provisional=False)
    return _due_day(run, calendar, closed)


def _due_day(run: ClockRun, calendar: WorkCalendar, pauses: list[tuple[dt.datetime, dt.datetime]]) -> Due:
    zone, boundary = calendar.zone, run.clock.boundary
    first = run.started.astimezone(zone).date()
    still = [(began.astimezone(zone).date(), ended.astimezone(zone).date()) for began, ended in pauses]
    by_work = run.clock.limit.unit == "working_days"
    left = _days_to_count(run, first)
    day = first - ONE_DAY if boundary.first_day == "included" else first
    for _ in range(LONGEST_DAYS):
        if left == 0:
            break
        day += ONE_DAY
        paused = any(began <= day < ended for began, ended in still)
        if not paused and (not by_work or calendar.is_working(day)):
            left -= 1
    else:
        raise ValueError(f"the clock would not end within {LONGEST_DAYS} days")
    last = day
    if boundary.last_day == "next_working_day":
        last = calendar.next_working(day)
    elif boundary.last_day == "previous_working_day":
        last = calendar.previous_working(day)
    span = range(min(first, last).year, max(first, last, day).year + 1) if by_work else {day.year, last.year}
    rests_on_calendar = by_work or boundary.last_day != "exact"
    unknown = rests_on_calendar and any(year not in calendar.years for year in span)
    return Due(dt.datetime.combine(last, END_OF_DAY, zone), provisional=unknown, moved=last != day)


def _days_to_count(run: ClockRun, first: dt.date) -> int:
    """The limit in days: months and years by the calendar from the first day."""
    unit = run.clock.limit.unit
    if unit in ("days", "working_days"):
        return run.amount
    months = run.amount * (12 if unit == "years" else 1)
    index = first.month - 1 + months
    year, month = first.year + index // 12, index % 12 + 1
    day = min(first.day, months_of_the_year.monthrange(year, month)[1])
    return (dt.date(year, month, day) - first).days


def status(run: ClockRun, calendar: WorkCalendar, now: dt.datetime) -> ClockStatus:
    """Where the clock stands at a moment.

    Args:
        run: the started clock.
        calendar: the pack's calendar.
        now: the moment, with a zone.
    """
    ends = due(run, calendar, now)
    moment = run.ended or now
    left = ends.at - moment
    late = left < dt.timedelta()
    if run.ended is not None:
        return ClockStatus("done", ends, left, _left_days(run, calendar, ends, moment), False, late)
    state: State = "suspended" if run.paused else "late" if late else "running"
    whole = ends.at - run.started
    soon = not late and left <= min(dt.timedelta(days=run.clock.warn_days), whole / 2)
    return ClockStatus(state, ends, left, _left_days(run, calendar, ends, moment), soon, False)


def _left_days(run: ClockRun, calendar: WorkCalendar, ends: Due, moment: dt.datetime) -> int | None:
    today = moment.astimezone(calendar.zone).date()
    if run.clock.limit.unit == "hours":
        return None
    if run.clock.limit.unit == "working_days":
        return calendar.working_days(today, ends.day)
    return (ends.day - today).days


def suspend(run: ClockRun, calendar: WorkCalendar, at: dt.datetime, reason: str) -> ClockRun:
    """Stop the clock for a reason that it allows.

    Raises:
        ClockRefused: it is not running at that moment, or the reason is not one of the clock's.
    """
    _must_be_running(run, calendar, at)
    if reason not in run.clock.suspend_reasons:
        raise ClockRefused("reason_not_allowed", ", ".join(run.clock.suspend_reasons))
    return replace(run, pauses=(*run.pauses, Pause(reason, at)))


def resume(run: ClockRun, at: dt.datetime) -> ClockRun:
    """Let the clock go on.

    Raises:
        ClockRefused: it is not suspended, or the moment lies before the suspension.
    """
    if not run.paused:
        raise ClockRefused("not_suspended")
    last = run.pauses[-1]
    if at < last.began:
        raise ClockRefused("out_of_order")
    return replace(run, pauses=(*run.pauses[:-1], replace(last, ended=at)))


def extend(
    run: ClockRun, calendar: WorkCalendar, at: dt.datetime, *, approver_role: str, approver: str, reason: str
) -> ClockRun:
    """Grant the one extension.

    Raises:
        ClockRefused: the clock has none, it was granted before, it is not running, the role may not grant it, or
            approver or reason are missing.
    """
    allowed = run.clock.extension
    if allowed is None:
        raise ClockRefused("no_extension")
    if run.extended is not None:
        raise ClockRefused("extended_before")
    if approver_role != allowed.approver:
        raise ClockRefused("wrong_approver", allowed.approver)
    if not approver.strip() or not reason.strip():
        raise ClockRefused("no_reason")
    _must_be_running(run, calendar, at)
    return replace(run, extended=Extended(at, approver_role, approver, reason))


def end(run: ClockRun, at: dt.datetime) -> ClockRun:
    """Record that what had to be done was done; a suspension ends with it.

    Raises:
        ClockRefused: it was recorded before, or the moment lies before the start.
    """
    if run.ended is not None:
        raise ClockRefused("ended_before")
    if at < run.started:
        raise ClockRefused("out_of_order")
    going = resume(run, at) if run.paused else run
    return replace(going, ended=at)


def _must_be_running(run: ClockRun, calendar: WorkCalendar, at: dt.datetime) -> None:
    if run.ended is not None:
        raise ClockRefused("ended_before")
    if run.paused:
        raise ClockRefused("suspended")
    earliest = max([run.started, *(pause.ended for pause in run.pauses if pause.ended)])
    if at < earliest:
        raise ClockRefused("out_of_order")
    if at > due(run, calendar, at).at:
        raise ClockRefused("expired")
