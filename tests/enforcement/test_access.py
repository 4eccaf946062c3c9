"""Every address of the room, for two departments that must not see each other, and for readers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from gridcanary.accounts.models import Unit
from gridcanary.casework.models import Case, CaseShare
from gridcanary.custody.models import Event
from gridcanary.enforcement.actions.measures import Target, propose
from gridcanary.enforcement.actions.money import open_item
from gridcanary.enforcement.actions.parties import add_party
from gridcanary.enforcement.models import Measure, MoneyEntry, MoneyItem, Part, Party, SubjectKind
from gridcanary.enforcement.urls import urlpatterns
from tests.casework.conftest import browser
from tests.enforcement.conftest import MINER, World

pytestmark = pytest.mark.django_db
VERBS = ("approve", "refuse", "withdraw", "take", "finish")
NAMES = [pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)]


@pytest.fixture
def filled(world: World, case: Case) -> Case:
    """A case with one of each."""
    party = add_party(world.officer, case, MINER, [Part.OPERATOR])
    target = Target(SubjectKind.PARTY, party=party)
    propose(world.officer, case, "register_preserve", "apl_56", world.energy, target, "seen")
    open_item(world.officer, case, "surcharge", world.utility, Decimal("10.00"), reason="bill", party=party)
    return case


def addresses(number: str, case: Case) -> Iterator[str]:
    """Each address below a case number, with the ids of what lies in ``case``."""
    party, measure, item = Party.objects.get(case=case), case.measures.get(), case.money.get()
    part = party.roles.get()
    ids = {
        "party": {"pk": party.pk}, "give_part": {"pk": party.pk}, "end_part": {"pk": party.pk, "part": part.pk},
        "ask_to_unmask": {"pk": party.pk}, "reveal": {"pk": party.pk, "field": "name"}, "measure": {"pk": measure.pk},
        "new_money": {"kind": "surcharge"}, "money_item": {"pk": item.pk}, "enter_money": {"pk": item.pk},
        "claim_money": {"pk": item.pk},
    }  # fmt: skip
    for name in NAMES:
        if name == "measure_act":
            for verb in VERBS:
                kwargs = {"number": number, "pk": measure.pk, "verb": verb}
                yield reverse("enforcement:measure_act", kwargs=kwargs)
        else:
            yield reverse(f"enforcement:{name}", kwargs={"number": number, **ids.get(str(name), {})})


def stored() -> tuple[int, ...]:
    """How much there is of everything that the room writes."""
    return tuple(model.objects.count() for model in (Party, Measure, MoneyItem, MoneyEntry, Event))


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_another_city_does_is_absent_everywhere(world: World, filled: Case, method: str) -> None:
    client, before = browser(world.stranger), stored()
    for address in addresses(filled.number, filled):
        assert getattr(client, method)(address).status_code in (404, 405), address
    assert stored() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_ids_of_another_case_do_not_open_below_ones_own(
    world: World, filled: Case, foreign_case: Case, method: str
) -> None:
    """The stranger asks under the number of a case of their own for what lies in the other one."""
    client, before = browser(world.stranger), stored()
    party, measure, item = Party.objects.get(), filled.measures.get(), filled.money.get()
    here = f"/cases/{foreign_case.number}"
    inner = [
        f"{here}/parties/{party.pk}/", f"{here}/parties/{party.pk}/parts/", f"{here}/parties/{party.pk}/unmask/",
        f"{here}/parties/{party.pk}/reveal/name/", f"{here}/measures/{measure.pk}/",
        *(f"{here}/measures/{measure.pk}/{verb}/" for verb in VERBS),
        f"{here}/money/{item.pk}/", f"{here}/money/{item.pk}/entries/", f"{here}/money/{item.pk}/claim/",
    ]  # fmt: skip
    for address in inner:
        assert getattr(client, method)(address).status_code in (404, 405), address
    assert stored() == before


def test_nobody_comes_in_without_signing_in(filled: Case) -> None:
    for address in addresses(filled.number, filled):
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/accounts/login/")


def test_readers_read_and_change_nothing(world: World, filled: Case) -> None:
    """A department that only reads opens every page; whatever it posts changes nothing."""
    CaseShare.objects.filter(case=filled, unit=world.police).update(level="read")
    client, before = browser(world.policeman), stored()
    for address in addresses(filled.number, filled):
        assert client.get(address).status_code in (200, 405), address
        assert client.post(address, {"remark": "x", "part": "witness"}).status_code in (200, 302, 400), (
            address
        )
    assert stored() == before


def test_the_choices_do_not_tell_of_departments_outside_the_case(world: World, filled: Case) -> None:
    Unit.objects.filter(pk=world.other_energy.pk).update(name_en="Secret Bureau")
    address = f"/cases/{filled.number}/measures/new/?measure=register_preserve&basis=apl_56"
    page = browser(world.officer).get(address).content.decode()
    assert "Secret Bureau" not in page
    assert f'value="{world.energy.pk}"' in page


def test_a_form_can_not_name_what_lies_in_another_case(
    world: World, filled: Case, foreign_case: Case
) -> None:
    theirs = add_party(world.stranger, foreign_case, MINER, [Part.OWNER])
    form = {
        "measure": "register_preserve", "basis": "apl_56", "unit": world.energy.pk, "subject_kind": "party",
        "party": theirs.pk, "grounds": "x",
    }  # fmt: skip
    before = stored()
    answer = browser(world.officer).post(f"/cases/{filled.number}/measures/new/", form)
    assert answer.status_code == 400
    money = {"amount": "5", "reason": "x", "unit": world.utility.pk, "party": theirs.pk, "do": "save"}
    answer = browser(world.officer).post(f"/cases/{filled.number}/money/new/subsidy/?manual=yes", money)
    assert answer.status_code == 400
    assert stored() == before
