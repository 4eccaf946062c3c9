"""The statutory clocks: decided in time, told in time, reminded once; and tips that aren't ours."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from gridcanary.accounts.models import Role, Unit, User
from gridcanary.casework.elsewhere import waiting_elsewhere
from gridcanary.custody.models import Event
from gridcanary.tips.actions import desk
from gridcanary.tips.actions.reminding import remind_tips
from gridcanary.tips.actions.sending import TipFacts, send_tip
from gridcanary.tips.clocks import CHECK_CLOCK, FEEDBACK_CLOCK, clock_end, latest_answer, running
from gridcanary.tips.models import Reporter, Tip, TipState
from tests.casework.conftest import Departments, person

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "济宁市兖州区建设路88号"


@pytest.fixture
def officer(departments: Departments) -> User:
    made = person("tips-officer", departments.energy, Role.OFFICER, Role.APPROVER)
    User.objects.filter(pk=made.pk).update(email="officer@example.org")
    return made


def sent(unit: Unit, **more: str) -> Tip:
    facts = TipFacts(cues=("fan_roar",), told="整夜轰鸣", place=PLACE, **more)  # type: ignore[arg-type]
    return Tip.objects.get(pk=send_tip(facts, unit=unit).tip.pk)


def again(tip: Tip) -> Tip:
    return Tip.objects.select_related("lead", "reporter").get(pk=tip.pk)


@pytest.mark.parametrize(
    ("began", "ends"),
    [
        (dt.date(2026, 3, 2), dt.date(2026, 3, 23)),
        (
            dt.date(2025, 9, 26),
            dt.date(2025, 10, 23),
        ),
    ],
)
def test_fifteen_working_days_counted_by_hand(began: dt.date, ends: dt.date) -> None:
    # In 2025, 1 to 8 October were free; Sunday 28 September and Saturday 11 October were not.
    assert clock_end(CHECK_CLOCK, began) == ends


def test_an_anonymous_tip_has_the_clock_of_the_decision_alone(departments: Departments) -> None:
    tip = sent(departments.energy)
    assert [one.code for one in running(again(tip))] == [CHECK_CLOCK]
    assert not Reporter.objects.exists()


def test_a_named_reporter_is_told_by_a_day_that_follows_the_decision(
    departments: Departments, officer: User
) -> None:
    tip = again(sent(departments.energy, phone="13900000000"))
    assert tip.reporter.answer_due == latest_answer(tip.received_on)
    assert tip.lead is not None
    desk.open_lead_case(officer, tip.lead, "兖州建设路")
    tip = again(tip)
    assert tip.reporter.answer_due == clock_end(FEEDBACK_CLOCK, timezone.localdate())
    assert tip.reporter.answered_on is None
    assert [one.code for one in running(tip)] == [FEEDBACK_CLOCK]
    desk.reply(officer, tip, "已立案。")
    tip = again(tip)
    assert tip.reporter.answered_on == timezone.localdate()
    assert running(tip) == []


def test_a_question_before_the_decision_is_no_answer(departments: Departments, officer: User) -> None:
    tip = again(sent(departments.energy, phone="13900000000"))
    desk.reply(officer, tip, "请问是哪一天？")
    assert again(tip).reporter.answered_on is None


def test_reminders_come_soon_and_late_and_once_each(
    departments: Departments, officer: User, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tip = again(sent(departments.energy, phone="13900000000"))
    ends = clock_end(CHECK_CLOCK, tip.received_on)
    assert ends is not None
    assert remind_tips() == []
    assert remind_tips(ends) == [(tip.reference, CHECK_CLOCK, "soon")]
    assert remind_tips(ends) == []
    assert remind_tips(ends + dt.timedelta(days=1)) == [(tip.reference, CHECK_CLOCK, "late")]
    assert remind_tips(ends + dt.timedelta(days=9)) == []
    assert Event.objects.filter(kind="tip.reminded").count() == 2
    assert {tuple(one.to) for one in mail.outbox} == {("officer@example.org",)}
    assert not any(
        "13900000000" in one.body or "轰鸣" in one.body or PLACE in one.body for one in mail.outbox
    )


def test_what_waits_names_tips_of_the_own_department(departments: Departments, officer: User) -> None:
    tip = sent(departments.energy)
    Tip.objects.filter(pk=tip.pk).update(received_on=timezone.localdate() - dt.timedelta(days=90))
    assert tip.reference in {one.case_number for one in waiting_elsewhere(officer)}
    stranger = person("stranger", departments.other_energy, Role.OFFICER)
    assert tip.reference not in {one.case_number for one in waiting_elsewhere(stranger)}
    client = Client()
    client.force_login(officer)
    for page in (reverse("tips:leads"), reverse("tips:tip", args=[tip.reference])):
        assert "clock-late" in client.get(page).content.decode()


def test_a_tip_that_is_not_ours_is_passed_on_to_a_named_office(
    departments: Departments, officer: User
) -> None:
    tip = sent(departments.energy)
    client = Client()
    client.force_login(officer)
    given = {"what": "decide", "state": "not_ours", "answer": "已转有关部门。", "passed_to": "兖州区公安分局"}
    client.post(reverse("tips:act", args=[tip.reference]), given)
    tip = again(tip)
    assert (tip.state, tip.passed_to) == (TipState.NOT_OURS, "兖州区公安分局")
    event = Event.objects.get(kind="tip.passed_on")
    assert "兖州区公安分局" in str(event.body)


def test_only_what_is_not_ours_is_passed_on(departments: Departments, officer: User) -> None:
    tip = sent(departments.energy)
    with pytest.raises(desk.TipRefused):
        desk.decide(officer, tip, TipState.NOTHING, "未发现。", "兖州区公安分局")
    assert again(tip).state == TipState.RECEIVED
