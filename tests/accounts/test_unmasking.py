"""Four eyes: a reason, a second person, an end; and every reading on a record that nobody can change."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from gridcanary.accounts.demo import build_people
from gridcanary.accounts.models import PersonalDataRead, Role, UnmaskRequest, UnmaskState, User
from gridcanary.accounts.personal_data import ReadsAreKept
from gridcanary.accounts.unit_actions import add_membership
from gridcanary.accounts.unmask_actions import (
    UnmaskRefused,
    approve_unmask,
    may_decide,
    open_for_document,
    refuse_unmask,
    request_unmask,
    reveal,
    withdraw_unmask,
)

pytestmark = pytest.mark.django_db
PHONE = "13812341234"
REASON = "通知当事人到场"


@pytest.fixture
def people() -> dict[str, User]:
    return build_people(User.objects.create(username="demo"))


@pytest.fixture
def subject(people: dict[str, User]) -> User:
    return colleague(people)


def colleague(people: dict[str, User]) -> User:
    """Somebody whose record the county sees."""
    made = User.objects.create(username="subject", phone=PHONE)
    for name in ("demo.energy", "demo.police"):
        add_membership(made, people[name].memberships_now()[0].unit, Role.CLERK)
    return made


def test_reason_approval_reading_record(people: dict[str, User], subject: User) -> None:
    officer, approver = people["demo.energy"], people["demo.energy.approver"]
    request = request_unmask(officer, subject, "phone", REASON)
    with pytest.raises(UnmaskRefused):
        reveal(officer, subject, "phone")
    approve_unmask(approver, request, "可以")
    assert reveal(officer, subject, "phone") == PHONE
    read = PersonalDataRead.objects.get()
    assert (read.user, read.model, read.object_id, read.field, read.reason) == (
        officer,
        "accounts.user",
        str(subject.pk),
        "phone",
        REASON,
    )
    assert read.request == request
    assert PHONE not in str(vars(read))
    assert read.unit_path == "demo/demo-city/demo-county/demo-county-energy/"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("demo.energy", id="the one who asked"),
        pytest.param("demo.police.approver", id="approver of another department"),
        pytest.param("demo.police", id="officer of another department"),
    ],
)
def test_who_may_not_approve(people: dict[str, User], subject: User, name: str) -> None:
    request = request_unmask(people["demo.energy"], subject, "phone", REASON)
    assert not may_decide(people[name], request)
    with pytest.raises(UnmaskRefused):
        approve_unmask(people[name], request)
    request.refresh_from_db()
    assert request.state == UnmaskState.ASKED


def test_an_approver_cannot_approve_what_they_asked_themselves(
    people: dict[str, User], subject: User
) -> None:
    approver = people["demo.energy.approver"]
    request = request_unmask(approver, subject, "phone", REASON)
    with pytest.raises(UnmaskRefused, match=r"Somebody else|由他人"):
        approve_unmask(approver, request)
    approve_unmask(people["demo"], request)  # supervisor of the county
    assert reveal(approver, subject, "phone") == PHONE


def test_the_database_too_wants_a_second_person(people: dict[str, User], subject: User) -> None:
    request = request_unmask(people["demo.energy"], subject, "phone", REASON)
    request.state, request.decided_by = UnmaskState.APPROVED, people["demo.energy"]
    request.expires_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save()


def test_an_approval_runs_out(people: dict[str, User], subject: User, settings: Settings) -> None:
    settings.GRIDCANARY_UNMASK_MINUTES = 5
    officer = people["demo.energy"]
    request = approve_unmask(
        people["demo.energy.approver"], request_unmask(officer, subject, "phone", REASON)
    )
    assert request.expires_at is not None
    assert request.is_open(request.expires_at - dt.timedelta(seconds=1))
    assert not request.is_open(request.expires_at)
    UnmaskRequest.objects.update(expires_at=timezone.now())
    with pytest.raises(UnmaskRefused):
        reveal(officer, subject, "phone")
    assert request_unmask(officer, subject, "phone", REASON) != request


def test_an_approval_is_for_one_person_one_record_and_one_field(
    people: dict[str, User], subject: User
) -> None:
    officer, approver = people["demo.energy"], people["demo.energy.approver"]
    approve_unmask(approver, request_unmask(officer, subject, "phone", REASON))
    other = User.objects.create(username="other", phone="13900000000")
    for user, obj in ((approver, subject), (people["demo"], subject), (officer, other)):
        with pytest.raises(UnmaskRefused):
            reveal(user, obj, "phone")
    assert not PersonalDataRead.objects.exists()


def test_a_refused_or_withdrawn_request_opens_nothing(people: dict[str, User], subject: User) -> None:
    officer, approver = people["demo.energy"], people["demo.energy.approver"]
    refuse_unmask(approver, request_unmask(officer, subject, "phone", REASON), "无必要")
    again = request_unmask(officer, subject, "phone", REASON)
    approve_unmask(approver, again)
    with pytest.raises(UnmaskRefused):
        withdraw_unmask(approver, again)
    withdraw_unmask(officer, again)
    with pytest.raises(UnmaskRefused):
        reveal(officer, subject, "phone")
    with pytest.raises(UnmaskRefused):
        approve_unmask(approver, again)


def test_asking_twice_is_one_request(people: dict[str, User], subject: User) -> None:
    first = request_unmask(people["demo.energy"], subject, "phone", REASON)
    assert request_unmask(people["demo.energy"], subject, "phone", "又问一次又问一次") == first


@pytest.mark.parametrize("reason", ["", "   ", "要看"])
def test_a_reason_must_say_something(people: dict[str, User], subject: User, reason: str) -> None:
    with pytest.raises(UnmaskRefused):
        request_unmask(people["demo.energy"], subject, "phone", reason)


def test_nobody_without_a_unit_can_ask(subject: User) -> None:
    with pytest.raises(UnmaskRefused):
        request_unmask(User.objects.create(username="stray"), subject, "phone", REASON)


def test_only_encrypted_fields_can_be_asked_for(people: dict[str, User], subject: User) -> None:
    with pytest.raises(FieldError):
        request_unmask(people["demo.energy"], subject, "password", REASON)


def test_a_document_reads_without_a_second_person_but_on_record(
    people: dict[str, User], subject: User
) -> None:
    assert open_for_document(people["demo.energy"], subject, "phone", "现场检查通知书") == PHONE
    assert PersonalDataRead.objects.get().reason == "现场检查通知书"
    empty = subject
    User.objects.filter(pk=empty.pk).update(phone="")
    empty.refresh_from_db()
    assert open_for_document(people["demo.energy"], empty, "phone", "现场检查通知书") == ""
    assert PersonalDataRead.objects.count() == 1


def test_supervisors_see_the_readings_of_their_units(people: dict[str, User], subject: User) -> None:
    open_for_document(people["demo.energy"], subject, "phone", "现场检查通知书")
    assert PersonalDataRead.objects.visible_to(people["demo"]).count() == 1
    assert not PersonalDataRead.objects.visible_to(people["demo.energy"]).exists()
    assert not PersonalDataRead.objects.visible_to(people["demo.supervision.approver"]).exists()


def test_requests_are_visible_to_who_asked_and_who_may_decide(people: dict[str, User], subject: User) -> None:
    request_unmask(people["demo.energy"], subject, "phone", REASON)
    seen = {name for name, user in people.items() if UnmaskRequest.objects.visible_to(user).exists()}
    assert seen == {"demo", "demo.energy", "demo.energy.approver", "demo.local_government.approver"}


def test_the_program_refuses_to_change_a_record(people: dict[str, User], subject: User) -> None:
    open_for_document(people["demo.energy"], subject, "phone", "现场检查通知书")
    read = PersonalDataRead.objects.get()
    for attempt in (
        read.save,
        read.delete,
        PersonalDataRead.objects.all().delete,
        lambda: PersonalDataRead.objects.update(reason="x"),
    ):
        with pytest.raises(ReadsAreKept):
            attempt()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_personaldataread SET reason = 'x'", "DELETE FROM accounts_personaldataread"],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_change_a_record(
    people: dict[str, User], subject: User, statement: str
) -> None:
    open_for_document(people["demo.energy"], subject, "phone", "现场检查通知书")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert PersonalDataRead.objects.get().reason == "现场检查通知书"


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_table() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE accounts_personaldataread")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_tests_that_commit_leave_no_record_and_keep_the_triggers(time: str) -> None:
    person = User.objects.create(username="subject", phone=PHONE)
    assert not PersonalDataRead.objects.exists()
    open_for_document(person, person, "phone", time)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_personaldataread")
