"""Cases for everybody: after the decision is final, by two people, without a telling word, and gone when withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from gridcanary import packs
from gridcanary.accounts.models import Role, User
from gridcanary.casework import law
from gridcanary.casework.elsewhere import waiting_elsewhere
from gridcanary.casework.models import Case, CaseClock
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.models import Event
from gridcanary.enforcement.actions.parties import PartyFacts, add_party
from gridcanary.portal.actions.telling import Telling, marks_of, release, withdraw, write
from gridcanary.portal.finality import not_final
from gridcanary.portal.models import CaseState, TypicalCase
from tests.casework.conftest import Departments, browser, person

pytestmark = pytest.mark.django_db
TELLING = Telling(
    title_zh="废弃厂房内的“矿场”",
    title_en="A mine in a disused factory",
    text_zh="群众反映厂房昼夜有风扇声。现场查获矿机126台，责令停止并没收设备。",
    text_en="Neighbours heard fans day and night. 126 machines were found and confiscated.",
    area="370812",
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def final(case: Case) -> Case:
    """A closed case whose decision was served seven months ago and never attacked."""
    served = timezone.now() - dt.timedelta(days=230)
    Case.objects.filter(pk=case.pk).update(outcome="confirmed", stage="closed", closed_at=timezone.now())
    case.refresh_from_db()
    for code in law.pack_of(case).switches.remedy_clocks:
        CaseClock.objects.create(
            case=case,
            code=code,
            unit=case.owner_unit,
            started_at=served,
            due_at=served + dt.timedelta(days=184),
        )
    return case


def released(final: Case, officer: User, approver: User, telling: Telling = TELLING) -> TypicalCase:
    told = write(officer, final, telling)
    release(approver, told)
    return TypicalCase.objects.get(pk=told.pk)


def test_everybody_reads_it_after_a_second_person_released_it(
    final: Case,
    officer: User,
    approver: User,
) -> None:
    told = write(officer, final, TELLING)
    address = f"/zh/open/cases/{told.slug}/"
    assert Client().get(address).status_code == 404
    release(approver, told)
    page = Client().get(address)
    assert page.status_code == 200
    assert TELLING.text_zh in page.content.decode()
    assert final.number not in page.content.decode()
    assert TELLING.title_en in Client().get("/en/open/cases/").content.decode()
    kinds = list(
        Event.objects.filter(case_ref=final.number, kind__startswith="told.").values_list("kind", flat=True)
    )
    assert kinds == ["told.written", "told.released"]
    told.refresh_from_db()
    assert told.month == (timezone.localdate() - dt.timedelta(days=230)).replace(day=1)


def test_who_wrote_it_does_not_release_it(final: Case, approver: User) -> None:
    told = write(approver, final, TELLING)
    with pytest.raises(CaseRefused, match="Somebody else"):
        release(approver, told)
    with pytest.raises(IntegrityError), transaction.atomic():
        TypicalCase.objects.filter(pk=told.pk).update(released_by=approver)


def test_an_officer_does_not_release(final: Case, officer: User, departments: Departments) -> None:
    told = write(officer, final, TELLING)
    with pytest.raises(CaseRefused):
        release(person("second", departments.energy, Role.OFFICER), told)


@pytest.mark.parametrize("way", ["time", "remedy", "none served", "half served", "cleared"])
def test_nothing_is_released_before_the_decision_is_final(
    final: Case,
    officer: User,
    approver: User,
    way: str,
) -> None:
    clocks = CaseClock.objects.filter(case=final)
    if way == "time":
        clocks.filter(code="suit").update(due_at=timezone.now() + dt.timedelta(hours=1))
    elif way == "remedy":
        clocks.update(state="stopped")
    elif way == "none served":
        clocks.delete()
    elif way == "half served":
        clocks.filter(code="suit").delete()
    else:
        Case.objects.filter(pk=final.pk).update(outcome="cleared")
        final.refresh_from_db()
    told = write(officer, final, TELLING)
    assert not_final(final)
    with pytest.raises(CaseRefused):
        release(approver, told)
    assert TypicalCase.objects.get().state == CaseState.DRAFT


def test_a_word_that_tells_stops_the_release_and_is_shown_by_field(
    final: Case,
    officer: User,
    approver: User,
) -> None:
    Case.objects.filter(pk=final.pk).update(closed_at=None)
    final.refresh_from_db()
    add_party(officer, final, PartyFacts("person", "赵铁柱"), ["operator"])
    told = write(officer, final, replace(TELLING, text_en="赵铁柱 ran it.", title_zh="兖州区工业园3号厂房"))
    assert set(marks_of(told)) == {"text_en", "title_zh"}
    with pytest.raises(CaseRefused, match="tells who or where"):
        release(approver, told)
    page = browser(approver).get(reverse("portal:told", args=[final.number])).content.decode()
    assert "<mark>赵铁柱</mark>" in page


def test_withdrawn_is_gone_at_once_with_its_reason(final: Case, officer: User, approver: User) -> None:
    told = released(final, officer, approver)
    withdraw(officer, told, "处罚决定已被依法撤销。")
    page = Client().get(f"/zh/open/cases/{told.slug}/")
    assert page.status_code == 410
    assert "处罚决定已被依法撤销。" in page.content.decode()
    assert TELLING.text_zh not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert TELLING.title_zh not in Client().get("/zh/open/cases/").content.decode()
    assert Event.objects.filter(kind="told.withdrawn").count() == 1
    assert released(final, officer, approver).pk != told.pk, "and it can be told anew"


def test_a_withdrawal_needs_a_reason_that_tells_nobody(
    final: Case,
    officer: User,
    approver: User,
) -> None:
    told = released(final, officer, approver)
    for reason in (" ", "应13812341234要求撤回"):
        with pytest.raises(CaseRefused):
            withdraw(officer, told, reason)
    assert TypicalCase.objects.get().state == CaseState.RELEASED


def test_what_is_public_is_not_rewritten(final: Case, officer: User, approver: User) -> None:
    released(final, officer, approver)
    with pytest.raises(CaseRefused, match="withdraw it before"):
        write(officer, final, replace(TELLING, title_en="Another"))


@pytest.mark.parametrize(
    "change", [{"text_en": " "}, {"area": "000000"}, {"area": "370000"}, {"title_zh": ""}], ids=str
)
def test_what_is_incomplete_or_too_wide_is_refused(
    final: Case,
    officer: User,
    change: dict[str, str],
) -> None:
    with pytest.raises(CaseRefused):
        write(officer, final, replace(TELLING, **change))
    assert not TypicalCase.objects.exists()


def test_another_department_neither_writes_nor_releases(
    final: Case,
    officer: User,
    policeman: User,
    stranger: User,
) -> None:
    told = write(officer, final, TELLING)
    for outsider in (policeman, stranger):
        with pytest.raises(CaseRefused):
            write(outsider, final, TELLING)
        with pytest.raises(CaseRefused):
            release(outsider, told)
        with pytest.raises(CaseRefused):
            withdraw(outsider, told, "不公开。")


def test_the_desk_from_writing_to_release(final: Case, officer: User, approver: User) -> None:
    page = reverse("portal:told", args=[final.number])
    writer, releaser = browser(officer), browser(approver)
    given = {name: getattr(TELLING, name) for name in ("title_zh", "title_en", "text_zh", "text_en", "area")}
    assert writer.post(reverse("portal:write_told", args=[final.number]), given).status_code == 302
    assert "Release it" not in writer.get(page).content.decode()
    assert final.number in {one.case_number for one in waiting_elsewhere(approver)}
    assert "Release it" in releaser.get(page).content.decode()
    told = TypicalCase.objects.get()
    act = reverse("portal:told_act", args=[final.number, told.pk])
    releaser.post(act, {"what": "release"})
    assert TypicalCase.objects.get().state == CaseState.RELEASED
    assert releaser.post(act, {"what": "burn"}).status_code == 404


def test_a_pack_without_remedy_clocks_tells_nothing(final: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "pack_of", lambda _case: packs.load("kz"))
    assert "doesn't say" in not_final(final)
