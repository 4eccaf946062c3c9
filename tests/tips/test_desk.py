"""The desk: places, leads, answers, cases; who may do what, and what stays unsaid."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from gridcanary.accounts.models import Role, User
from gridcanary.accounts.personal_data import PersonalDataRead
from gridcanary.casework.models import CaseLead, LeadSource
from gridcanary.custody.models import Event
from gridcanary.tips.actions import desk, settling
from gridcanary.tips.actions.sending import TipFacts, send_tip
from gridcanary.tips.independence import groups
from gridcanary.tips.models import Tip, TipLead, TipState
from gridcanary.tips.queries import conversation
from tests.casework.conftest import Departments, person

pytestmark = pytest.mark.django_db(transaction=True)

ROAR = TipFacts(
    cues=("fan_roar", "many_fans"), told="整夜风扇轰鸣，邻居王五都听见了", place="济宁市兖州区建设路88号"
)


@pytest.fixture
def officer(departments: Departments) -> User:
    return person("tips-officer", departments.energy, Role.OFFICER, Role.APPROVER)


def sent(departments: Departments, **changes: object) -> Tip:
    from dataclasses import replace

    facts = replace(ROAR, **changes)  # type: ignore[arg-type]
    return Tip.objects.get(pk=send_tip(facts, unit=departments.energy).tip.pk)


@pytest.fixture
def signed_in(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def test_a_tip_finds_its_county_and_makes_a_lead(departments: Departments) -> None:
    tip = sent(departments)
    assert (tip.admin_code, tip.place_state) == ("370812", "inferred") or tip.admin_code == "370812"
    assert tip.lead is not None
    assert tip.lead.llr > 0


def test_tips_of_one_number_are_one_lead_and_copies_add_nothing(departments: Departments) -> None:
    first = sent(departments)
    weight = TipLead.objects.get().llr
    second = sent(departments, place="兖州区建设路８８号")
    assert second.lead_id == first.lead_id
    assert TipLead.objects.get().llr == pytest.approx(weight)
    third = sent(departments, told="后墙两排大排风扇，冬天也往外吹热风，院里没有工人")
    assert third.lead_id == first.lead_id
    assert TipLead.objects.get().llr > weight


def test_an_ambiguous_place_is_left_open(departments: Departments) -> None:
    departments.energy.admin_code = ""
    departments.energy.save()
    tip = sent(departments, place="市中区经四路9号")
    assert (tip.admin_code, tip.place_state) == ("", "ambiguous")
    assert "370103" in tip.place_candidates


def test_nothing_that_is_stored_tells_the_time_of_day(departments: Departments) -> None:
    tip = sent(departments)
    assert tip.lead is not None
    from django.utils import timezone

    for moment in (tip.lead.opened_at, tip.lead.weighed_at):
        assert moment is not None
        assert timezone.localtime(moment).strftime("%H:%M:%S.%f") == "00:00:00.000000"


def test_reading_a_tip_is_recorded_and_contacts_stay_masked(
    departments: Departments,
    officer: User,
    signed_in: Client,
) -> None:
    tip = sent(departments, name="李四", phone="13812345678")
    page = signed_in.get(
        reverse("tips:tip", kwargs={"reference": tip.reference}), headers={"accept-language": "en"}
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "整夜风扇轰鸣" in text
    assert "13812345678" not in text
    assert "李四" not in text
    assert PersonalDataRead.objects.filter(user=officer, model="tips.tip").exists()


def test_others_dont_see_it(departments: Departments) -> None:
    tip = sent(departments)
    stranger = person("elsewhere", departments.other_energy, Role.OFFICER)
    client = Client()
    client.force_login(stranger)
    assert client.get(reverse("tips:tip", kwargs={"reference": tip.reference})).status_code == 404
    assert client.get(reverse("tips:lead", kwargs={"pk": tip.lead_id})).status_code == 404
    assert tip.reference not in client.get(reverse("tips:leads")).content.decode()
    with pytest.raises(desk.TipRefused):
        desk.reply(stranger, tip, "hello")


def test_an_end_needs_a_word_to_the_reporter_who_then_reads_it(
    departments: Departments, officer: User
) -> None:
    tip = sent(departments)
    with translation.override("en"), pytest.raises(desk.TipRefused, match="what became of it"):
        desk.decide(officer, tip, TipState.NOTHING, " ")
    desk.decide(officer, tip, TipState.NOTHING, "已现场核查，是冷库。")
    tip.refresh_from_db()
    assert tip.state == TipState.NOTHING
    assert [said.text for said in conversation(tip) if said.is_ours] == ["已现场核查，是冷库。"]
    with pytest.raises(desk.TipRefused):
        desk.decide(officer, tip, TipState.ACTED, "again")


def test_a_lead_becomes_a_case_without_a_word_of_the_reporter(
    departments: Departments, officer: User
) -> None:
    tip = sent(departments)
    assert tip.lead is not None
    case = desk.open_lead_case(officer, tip.lead, "兖州建设路疑似挖矿")
    lead = CaseLead.objects.get(case=case)
    assert lead.source == LeadSource.TIP
    assert lead.reasons["zh"]
    assert "王五" not in f"{lead.reasons}{lead.text}{case.summary}{case.title}"
    tip.refresh_from_db()
    assert tip.state == TipState.CHECKED
    with pytest.raises(desk.TipRefused):
        desk.open_lead_case(officer, TipLead.objects.get(), "twice")
    assert all("王五" not in event.entry for event in Event.objects.all())


def test_joining_moves_a_tip_and_an_empty_lead_goes(departments: Departments, officer: User) -> None:
    one, other = sent(departments), sent(departments, place="济宁市兖州区大安镇砖厂")
    assert one.lead is not None
    assert other.lead_id != one.lead_id
    desk.join(officer, other, one.lead)
    assert list(TipLead.objects.values_list("pk", flat=True)) == [one.lead_id]


def test_a_telephone_tip_is_an_equal_citizen(signed_in: Client, officer: User) -> None:
    asked = {
        "channel": "telephone",
        "cues": ["machines"],
        "place": "兖州区工业园永安路12号",
        "told": "电话里说有人运矿机进去",
    }
    page = signed_in.post(reverse("tips:telephone"), asked)
    tip = Tip.objects.get()
    assert (tip.channel, tip.entered_by, tip.admin_code) == ("telephone", officer, "370812")
    assert tip.reference in page.content.decode()
    assert tip.lead is not None
    assert tip.lead.llr > 0


@pytest.mark.parametrize("name", ["leads", "telephone"])
def test_pages_open(signed_in: Client, name: str, departments: Departments) -> None:
    sent(departments)
    assert signed_in.get(reverse(f"tips:{name}")).status_code == 200
    assert signed_in.get(reverse("tips:lead", kwargs={"pk": TipLead.objects.get().pk})).status_code == 200
    assert signed_in.get(reverse("tips:leads") + "?show=flagged").status_code == 200


def test_a_place_told_of_very_often_stays_quick_and_keeps_its_weight(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy = sent(departments, cues=("machines", "talk"), told="卸货时看见成箱的矿机搬进东边仓库")
    weight = TipLead.objects.get().llr
    monkeypatch.setattr(settling, "_MOST_WEIGHED", 5)
    compared: list[int] = []
    monkeypatch.setattr(settling, "groups", lambda voices: compared.append(len(voices)) or groups(voices))
    for number in range(12):
        sent(departments, cues=("other",), told=f"随便说说{number}")
    lead = TipLead.objects.get()
    assert lead.tips.count() == 13
    assert max(compared) == 5
    assert lead.llr == pytest.approx(weight)
    assert heavy.lead_id == lead.pk
