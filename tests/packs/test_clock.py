"""The clock engine against a table of statute examples."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gridcanary import packs
from gridcanary.packs.clock import ClockRun, due, end, extend, resume, status, suspend
from gridcanary.packs.clock_refused import ClockRefused
from gridcanary.packs.pack import Pack
from gridcanary.packs.schema.clocks import Clock

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def cn() -> Pack:
    return packs.load("cn")


def at(text: str) -> dt.datetime:
    """A local moment; noon where only a day is given."""
    moment = dt.datetime.fromisoformat(text)
    if len(text) == 10:
        moment = moment.replace(hour=12)
    return moment.replace(tzinfo=CHINA)


def rule(**changes: Any) -> Clock:
    """A clock of its own for what no statute combines."""
    return Clock.model_validate(
        {
            "title": {"zh": "甲", "en": "a"},
            "effect": {"zh": "乙", "en": "b"},
            "starts_on": "measure_started",
            "ends_on": ["measure_ended"],
            "limit": {"days": 10},
            "escalate_to": "approver",
            "source": "acl",
            "article": "1",
            "valid_from": dt.date(2012, 1, 1),
            "verified": False,
            **changes,
        }
    )


EXAMPLES = [
    pytest.param("preservation", "2026-03-02", "2026-03-11", id="seven working days over one weekend"),
    pytest.param("preservation", "2026-09-23", "2026-10-10", id="over two holidays to a Saturday worked"),
    pytest.param("preservation", "2026-02-12", "2026-02-28", id="Spring Festival with both Saturdays worked"),
    pytest.param("preservation", "2025-01-24", "2025-02-10", id="Spring Festival 2025 with worked weekends"),
    pytest.param("preservation", "2024-02-08", "2024-02-23", id="Spring Festival 2024 with a Sunday worked"),
    pytest.param("hearing_request", "2026-04-03", "2026-04-13", id="five working days over Qingming"),
    pytest.param("publication_withdrawal", "2026-06-18", "2026-06-24", id="three over the Dragon Boat days"),
    pytest.param("decision_service", "2026-05-08", "2026-05-18", id="the Saturday after Labour Day counts"),
    pytest.param("seizure", "2026-03-01", "2026-03-31", id="thirty days are calendar days (art. 69)"),
    pytest.param("seizure", "2026-01-18", "2026-02-17", id="thirty days may end in Spring Festival"),
    pytest.param("penalty_decision", "2026-01-31", "2026-05-01", id="ninety calendar days"),
    pytest.param(
        "penalty_payment", "2026-09-16", "2026-10-08", id="fifteen days end on a holiday: next worked"
    ),
    pytest.param("penalty_payment", "2026-01-30", "2026-02-14", id="fifteen days end on a worked Saturday"),
    pytest.param("penalty_payment", "2026-08-13", "2026-08-28", id="fifteen days end on a working day"),
    pytest.param("referral_approval", "2026-02-14", "2026-02-17", id="three calendar days, holidays too"),
    pytest.param("tip_check", "2026-03-02", "2026-03-23", id="fifteen working days in words of the rule"),
    pytest.param("suit", "2026-02-28", "2026-08-28", id="six months"),
    pytest.param("suit", "2025-08-31", "2026-02-28", id="six months to a shorter month, a Saturday worked"),
    pytest.param("limitation", "2024-03-15", "2026-03-14", id="two years, the first day counted"),
]


@pytest.mark.parametrize(("code", "started", "ends"), EXAMPLES)
def test_statute_examples(cn: Pack, code: str, started: str, ends: str) -> None:
    found = due(ClockRun(cn.clock(code), at(started)), cn.calendar)
    assert (found.day.isoformat(), found.provisional) == (ends, False)
    assert found.at.isoformat() == f"{ends}T23:59:59.999999+08:00"


def test_hours_run_through_the_night_and_holidays_to_the_second(cn: Pack) -> None:
    run = ClockRun(cn.clock("referral_dispatch"), at("2026-02-14 16:30:15"))
    found = due(run, cn.calendar)
    assert found.at == at("2026-02-15 16:30:15")
    assert found.provisional is False


def test_the_event_day_is_the_local_day_whatever_zone_the_moment_is_in(cn: Pack) -> None:
    late_utc = dt.datetime(2026, 3, 1, 17, 0, tzinfo=dt.UTC)  # 01:00 on 2 March in China
    assert due(ClockRun(cn.clock("preservation"), late_utc), cn.calendar).day == dt.date(2026, 3, 11)


@pytest.mark.parametrize(
    ("code", "started", "provisional"),
    [
        pytest.param("preservation", "2026-12-21", False, id="ends within the table"),
        pytest.param("preservation", "2026-12-28", True, id="reaches into a year without a table"),
        pytest.param("preservation", "2027-03-01", True, id="wholly outside the table"),
        pytest.param("seizure", "2026-12-20", False, id="calendar days need no table"),
        pytest.param("penalty_payment", "2026-12-25", True, id="last day could be a holiday of 2027"),
        pytest.param("referral_dispatch", "2027-03-01", False, id="hours need no table"),
    ],
)
def test_a_missing_calendar_makes_the_result_provisional(
    cn: Pack, code: str, started: str, provisional: bool
) -> None:
    assert due(ClockRun(cn.clock(code), at(started)), cn.calendar).provisional is provisional


def test_testing_time_does_not_count(cn: Pack) -> None:
    run = ClockRun(cn.clock("seizure"), at("2026-03-01"))
    run = suspend(run, cn.calendar, at("2026-03-10"), "testing")
    assert status(run, cn.calendar, at("2026-04-20")).state == "suspended"
    run = resume(run, at("2026-03-20"))
    found = due(run, cn.calendar)
    assert found.day == dt.date(2026, 4, 10)  # ten days later than 31 March


def test_a_suspension_within_one_day_changes_nothing_and_one_of_hours_counts_hours(cn: Pack) -> None:
    days = suspend(ClockRun(cn.clock("seizure"), at("2026-03-01")), cn.calendar, at("2026-03-10"), "testing")
    assert due(resume(days, at("2026-03-10 18:00")), cn.calendar).day == dt.date(2026, 3, 31)
    hourly = rule(limit={"hours": 24}, suspend_reasons=["testing"])
    run = suspend(ClockRun(hourly, at("2026-03-01")), cn.calendar, at("2026-03-01 14:00"), "testing")
    assert due(resume(run, at("2026-03-01 16:30")), cn.calendar).at == at("2026-03-02 14:30")


def test_seizure_is_extended_once_with_approver_and_reason(cn: Pack) -> None:
    run = ClockRun(cn.clock("seizure"), at("2026-03-01"))
    granted = {"approver_role": "approver", "approver": "A", "reason": "complex"}
    run = extend(run, cn.calendar, at("2026-03-28"), **granted)
    assert due(run, cn.calendar).day == dt.date(2026, 4, 30)
    with pytest.raises(ClockRefused, match="it can be extended once"):
        extend(run, cn.calendar, at("2026-04-02"), **granted)


GRANTED = {"approver_role": "approver", "approver": "A", "reason": "complex"}

REFUSED = [
    pytest.param("preservation", "2026-03-03", GRANTED, "no_extension", id="a limit without extension"),
    pytest.param("seizure", "2026-04-01", GRANTED, "expired", id="after the limit"),
    pytest.param("seizure", "2026-02-28", GRANTED, "out_of_order", id="before the start"),
    pytest.param(
        "seizure", "2026-03-03", {**GRANTED, "approver_role": "officer"}, "wrong_approver", id="wrong role"
    ),
    pytest.param("seizure", "2026-03-03", {**GRANTED, "reason": " "}, "no_reason", id="no reason"),
    pytest.param("seizure", "2026-03-03", {**GRANTED, "approver": ""}, "no_reason", id="no approver"),
]


@pytest.mark.parametrize(("code", "moment", "granted", "why"), REFUSED)
def test_extensions_that_are_refused(
    cn: Pack, code: str, moment: str, granted: dict[str, str], why: str
) -> None:
    with pytest.raises(ClockRefused) as told:
        extend(ClockRun(cn.clock(code), at("2026-03-01")), cn.calendar, at(moment), **granted)
    assert told.value.why == why


def test_suspensions_that_are_refused(cn: Pack) -> None:
    run = ClockRun(cn.clock("seizure"), at("2026-03-01"))
    with pytest.raises(ClockRefused, match="allowed: testing"):
        suspend(run, cn.calendar, at("2026-03-02"), "hearing")
    with pytest.raises(ClockRefused, match="not suspended"):
        resume(run, at("2026-03-02"))
    paused = suspend(run, cn.calendar, at("2026-03-02"), "testing")
    with pytest.raises(ClockRefused, match="resume it first"):
        suspend(paused, cn.calendar, at("2026-03-03"), "testing")
    with pytest.raises(ClockRefused, match="resume it first"):
        extend(paused, cn.calendar, at("2026-03-03"), **GRANTED)
    with pytest.raises(ClockRefused, match="lies before"):
        resume(paused, at("2026-03-01"))
    with pytest.raises(ValueError, match="as of when"):
        due(paused, cn.calendar)


def test_what_has_ended_stays_ended(cn: Pack) -> None:
    run = end(ClockRun(cn.clock("seizure"), at("2026-03-01")), at("2026-03-05"))
    for refused in (
        lambda: end(run, at("2026-03-06")),
        lambda: suspend(run, cn.calendar, at("2026-03-06"), "testing"),
        lambda: extend(run, cn.calendar, at("2026-03-06"), **GRANTED),
    ):
        with pytest.raises(ClockRefused, match="has ended"):
            refused()
    with pytest.raises(ClockRefused, match="lies before"):
        end(ClockRun(cn.clock("seizure"), at("2026-03-01")), at("2026-02-01"))


STATES = [
    pytest.param("2026-03-02 12:00", "running", 7, False, id="at the start"),
    pytest.param("2026-03-09 12:00", "running", 2, True, id="within the days of warning"),
    pytest.param("2026-03-11 23:59", "running", 0, True, id="the last minute"),
    pytest.param("2026-03-12 00:00", "late", -1, False, id="the minute after"),
    pytest.param("2026-03-16 09:00", "late", -3, False, id="late by working days"),
]


@pytest.mark.parametrize(("now", "state", "left_days", "soon"), STATES)
def test_status(cn: Pack, now: str, state: str, left_days: int, soon: bool) -> None:
    found = status(ClockRun(cn.clock("preservation"), at("2026-03-02")), cn.calendar, at(now))
    assert (found.state, found.left_days, found.soon) == (state, left_days, soon)
    assert (found.left < dt.timedelta()) is (state == "late")


def test_done_in_time_and_done_late(cn: Pack) -> None:
    run = ClockRun(cn.clock("preservation"), at("2026-03-02"))
    in_time = status(end(run, at("2026-03-11")), cn.calendar, at("2026-05-01"))
    late = status(end(run, at("2026-03-13")), cn.calendar, at("2026-05-01"))
    assert (in_time.state, in_time.done_late, in_time.soon) == ("done", False, False)
    assert (late.state, late.done_late) == ("done", True)


def test_ending_a_suspended_clock_resumes_it(cn: Pack) -> None:
    run = suspend(ClockRun(cn.clock("seizure"), at("2026-03-01")), cn.calendar, at("2026-03-10"), "testing")
    done = end(run, at("2026-03-15"))
    assert not done.paused
    assert status(done, cn.calendar, at("2026-06-01")).due.day == dt.date(2026, 4, 5)


@pytest.mark.parametrize(
    ("boundary", "ends"),
    [
        pytest.param({}, "2026-02-21", id="exact"),
        pytest.param({"last_day": "next_working_day"}, "2026-02-24", id="next working day"),
        pytest.param({"last_day": "previous_working_day"}, "2026-02-14", id="previous working day"),
        pytest.param({"first_day": "included"}, "2026-02-20", id="first day counted"),
    ],
)
def test_boundaries(cn: Pack, boundary: dict[str, str], ends: str) -> None:
    found = due(ClockRun(rule(boundary=boundary), at("2026-02-11")), cn.calendar)
    assert found.day.isoformat() == ends
    assert found.moved is ("last_day" in boundary)


def test_moments_need_a_zone(cn: Pack) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ClockRun(cn.clock("seizure"), dt.datetime(2026, 3, 1))  # noqa: DTZ001 (what is refused)
