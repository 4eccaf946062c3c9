"""Parties: encrypted, masked, found again only where one may look."""

from __future__ import annotations

import pytest
from django.db import connection

from gridcanary.accounts.encryption import blind_index
from gridcanary.accounts.models import PersonalDataRead, Role, Unit
from gridcanary.accounts.unmask_actions import approve_unmask, request_unmask
from gridcanary.casework.models import Case, CaseShare
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.models import Event
from gridcanary.enforcement.actions.parties import PartyFacts, add_party, change_party, end_part, give_part
from gridcanary.enforcement.models import Part, Party, PartyKind, PartyRole
from gridcanary.enforcement.queries import same_parties
from tests.casework.conftest import browser, person
from tests.enforcement.conftest import MINER, World, opened

pytestmark = pytest.mark.django_db
SECRETS = (MINER.name, MINER.id_number, MINER.phone, "13812345678", MINER.address)


def everything_stored() -> str:
    """All that stands in the database, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


def test_no_personal_data_of_a_party_stands_in_the_database(party: Party) -> None:
    stored = everything_stored()
    assert blind_index(Party, "name", MINER.name) in stored
    for secret in SECRETS:
        assert secret not in stored


def test_the_log_names_a_party_by_its_number(party: Party) -> None:
    event = Event.objects.filter(kind="party.added").get()
    assert event.body["party"] == party.number == 1
    assert not any(secret in event.entry for secret in SECRETS)


def test_a_person_is_masked_and_a_company_is_not(world: World, case: Case, party: Party) -> None:
    company = PartyFacts(kind=PartyKind.COMPANY, name="兖州某数据有限公司", id_number="91370812MA3C00000X")
    firm = add_party(world.officer, case, company, [Part.LANDLORD, Part.PARK])
    assert (party.shown_name, firm.shown_name) == ("王**", "兖州某数据有限公司")
    assert str(party.phone) == "138*****5678" or "1234" not in str(party.phone)
    assert {role.role for role in firm.roles.all()} == {Part.LANDLORD, Part.PARK}


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        pytest.param(PartyFacts(), [Part.OWNER], id="no name"),
        pytest.param(MINER, [], id="no part"),
        pytest.param(MINER, ["king"], id="unknown part"),
        pytest.param(PartyFacts(kind="robot", name="x"), [Part.OWNER], id="unknown kind"),
    ],
)
def test_incomplete_parties_are_refused(
    world: World, case: Case, facts: PartyFacts, parts: list[str]
) -> None:
    with pytest.raises(CaseRefused):
        add_party(world.officer, case, facts, parts)
    assert not Party.objects.exists()


def test_who_does_not_work_on_the_case_adds_nobody(world: World, case: Case) -> None:
    with pytest.raises(CaseRefused):
        add_party(world.stranger, case, MINER, [Part.OWNER])


def test_premises_of_another_case_are_refused(world: World, case: Case, foreign_case: Case) -> None:
    with pytest.raises(CaseRefused):
        add_party(world.officer, case, MINER, [Part.OWNER], site=foreign_case.sites.get())


def test_a_correction_changes_only_what_is_given(world: World, party: Party) -> None:
    changed = change_party(world.second, party, PartyFacts(phone="13900000000", note="moved"))
    party.refresh_from_db()
    assert changed == ["phone", "note"]
    assert party.name.in_clear() == MINER.name
    assert party.phone_index == blind_index(Party, "phone", "13900000000")
    assert Event.objects.filter(kind="party.changed").get().body["fields"] == ["note", "phone"]


def test_nobody_is_unmasked_by_being_called_a_company(world: World, case: Case, party: Party) -> None:
    with pytest.raises(CaseRefused):
        change_party(world.officer, party, PartyFacts(kind=PartyKind.COMPANY))
    address = f"/cases/{case.number}/parties/{party.pk}/"
    page = browser(world.officer).post(address, {"kind": "company"}).content.decode()
    assert MINER.name not in page
    change_party(world.officer, party, PartyFacts(kind=PartyKind.COMPANY, name="兖州某公司"))
    party.refresh_from_db()
    assert party.shown_name == "兖州某公司"


def test_a_correction_without_a_difference_leaves_no_event(world: World, party: Party) -> None:
    assert change_party(world.second, party, PartyFacts(name=MINER.name)) == []
    assert not Event.objects.filter(kind="party.changed").exists()


def test_parts_begin_and_end_but_stay(world: World, party: Party) -> None:
    role = give_part(world.officer, party, Part.WITNESS)
    with pytest.raises(CaseRefused):
        give_part(world.officer, party, Part.WITNESS)
    end_part(world.officer, role)
    with pytest.raises(CaseRefused):
        end_part(world.officer, role)
    assert PartyRole.objects.filter(party=party, role=Part.WITNESS, ended_at__isnull=False).count() == 1


class TestTheSamePartyElsewhere:
    """Blind indexes tie records together, but only in front of eyes that may see both."""

    def test_another_case_of_ones_own_is_found_by_the_number(self, world: World, party: Party) -> None:
        second = opened(world)
        again = add_party(
            world.officer, second, PartyFacts(name="王某", id_number="370812 19900101 1234"), [Part.OWNER]
        )
        (found,) = same_parties(world.officer, again)
        assert (found.party, found.by) == (party, "id_index")

    def test_a_name_alone_counts_least(self, world: World, party: Party) -> None:
        again = add_party(world.officer, opened(world), PartyFacts(name=MINER.name), [Part.OWNER])
        assert [one.by for one in same_parties(world.officer, again)] == ["name_index"]

    def test_a_case_of_another_city_is_never_hinted_at(
        self, world: World, party: Party, foreign_case: Case
    ) -> None:
        other = add_party(world.stranger, foreign_case, MINER, [Part.OPERATOR])
        assert same_parties(world.officer, party) == []
        assert same_parties(world.stranger, other) == []
        for user, one in ((world.officer, party), (world.stranger, other)):
            page = browser(user).get(f"/cases/{one.case.number}/parties/")
            unseen = foreign_case if one == party else party.case
            assert unseen.number not in page.content.decode()

    def test_empty_fields_make_nobody_alike(self, world: World, case: Case) -> None:
        first = add_party(world.officer, case, PartyFacts(name="甲"), [Part.OWNER])
        add_party(world.officer, opened(world), PartyFacts(name="乙"), [Part.OWNER])
        assert same_parties(world.officer, first) == []


class TestPages:
    """What people see and do in the tab."""

    def test_the_list_shows_masked_names(self, world: World, case: Case, party: Party) -> None:
        page = browser(world.policeman).get(f"/cases/{case.number}/parties/").content.decode()
        assert "王**" in page
        assert "Operator of the mine" in page
        assert not any(secret in page for secret in SECRETS)

    def test_a_party_is_added_with_its_parts(self, world: World, case: Case) -> None:
        form = {"kind": "person", "name": "李四", "parts": ["landlord", "witness"]}
        answer = browser(world.officer).post(f"/cases/{case.number}/parties/new/", form)
        party = Party.objects.get(case=case)
        assert answer.status_code == 302
        assert party.name.in_clear() == "李四"

    def test_a_form_without_a_name_comes_back(self, world: World, case: Case) -> None:
        answer = browser(world.officer).post(f"/cases/{case.number}/parties/new/", {"kind": "person"})
        assert answer.status_code == 400
        assert not Party.objects.exists()

    def test_who_only_reads_can_not_add(self, world: World, case: Case) -> None:
        CaseShare.objects.filter(case=case, unit=world.police).update(level="read")
        form = {"kind": "person", "name": "李四", "parts": ["landlord"]}
        browser(world.policeman).post(f"/cases/{case.number}/parties/new/", form)
        assert not Party.objects.exists()

    def test_clear_text_needs_a_second_person_and_is_recorded(
        self, world: World, case: Case, party: Party
    ) -> None:
        client, url = browser(world.officer), f"/cases/{case.number}/parties/{party.pk}/"
        refused = client.post(f"{url}reveal/phone/", follow=True).content.decode()
        assert MINER.phone not in refused
        client.post(f"{url}unmask/", {"field": "phone", "reason": "核实户主身份信息"})
        waiting = request_unmask(world.officer, party, "phone", "核实户主身份信息")
        assert MINER.phone not in client.post(f"{url}reveal/phone/", follow=True).content.decode()
        approve_unmask(world.head, waiting)
        shown = client.post(f"{url}reveal/phone/")
        assert MINER.phone in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert PersonalDataRead.objects.filter(user=world.officer, field="phone").count() == 1
        assert MINER.phone not in client.get(url).content.decode()

    def test_nothing_but_the_personal_fields_is_revealed(
        self, world: World, case: Case, party: Party
    ) -> None:
        url = f"/cases/{case.number}/parties/{party.pk}/reveal/note/"
        assert browser(world.officer).post(url).status_code == 404

    def test_a_clerk_may_enter_parties(self, world: World, case: Case) -> None:
        clerk = person("clerk", Unit.objects.get(pk=world.energy.pk), Role.CLERK)
        assert add_party(clerk, case, MINER, [Part.WITNESS]).number == 1
