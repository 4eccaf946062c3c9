"""Nothing is silently late: reminders come once, go up when it is too late, and are read by the department."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework.actions import clocks
from gridcanary.casework.actions.reminders import read, remind_all
from gridcanary.casework.case_queries import unread_reminders, waiting_count
from gridcanary.casework.models import Case, CaseClock, Reminder
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.models import Event
from tests.casework.conftest import Departments

DAY = dt.timedelta(days=1)


@pytest.fixture
def clock(case: Case, officer: User, departments: Departments) -> CaseClock:
    """Ninety days, warned of fifteen days before."""
    started = clocks.start(case, "penalty_decision", user=officer, unit=departments.energy)
    assert started is not None
    assert started.due_at is not None
    return started


def test_a_clock_far_from_its_end_reminds_nobody(clock: CaseClock) -> None:
    assert remind_all() == []


def test_each_reminder_is_made_once(clock: CaseClock, departments: Departments) -> None:
    assert clock.due_at is not None
    soon = remind_all(clock.due_at - 5 * DAY)
    assert [(one.kind, one.unit) for one in soon] == [("soon", departments.energy)]
    assert remind_all(clock.due_at - 4 * DAY) == []
    late = remind_all(clock.due_at + DAY)
    assert {(one.kind, one.unit) for one in late} == {
        ("late", departments.energy),
        ("late", departments.city),
    }
    assert remind_all(clock.due_at + 2 * DAY) == []
    assert Event.objects.filter(kind="clock.reminded").count() == 2


def test_a_met_clock_reminds_nobody(clock: CaseClock, officer: User) -> None:
    clocks.meet(officer, clock)
    assert clock.due_at is not None
    assert remind_all(clock.due_at + DAY) == []


def test_reminders_wait_for_the_department_until_somebody_reads_them(
    clock: CaseClock, officer: User, policeman: User
) -> None:
    assert clock.due_at is not None
    (reminder,) = remind_all(clock.due_at - DAY)
    assert list(unread_reminders(officer)) == [reminder]
    assert waiting_count(officer) == 1
    assert waiting_count(policeman) == 0
    with pytest.raises(CaseRefused):
        read(policeman, reminder)
    read(officer, reminder)
    assert waiting_count(officer) == 0


@override_settings(EMAIL_HOST="mail.invalid")
def test_mail_names_the_number_and_nothing_else_of_the_case(
    clock: CaseClock, officer: User, django_capture_on_commit_callbacks: object
) -> None:
    officer.email = "officer@example.org"
    officer.save()
    assert clock.due_at is not None
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        remind_all(clock.due_at - DAY)
    (sent,) = mail.outbox
    assert sent.to == ["officer@example.org"]
    assert clock.case.number in sent.subject
    assert clock.case.title not in sent.subject + sent.body


def test_the_command_says_how_many(clock: CaseClock, capsys: pytest.CaptureFixture[str]) -> None:
    CaseClock.objects.filter(pk=clock.pk).update(
        started_at=timezone.now() - 100 * DAY, due_at=timezone.now() - 10 * DAY
    )
    call_command("remind")
    assert capsys.readouterr().out.startswith("2 reminders")
    assert Reminder.objects.count() == 2
