"""The authority matrix in a case: what each pack allows and forbids, and in which words."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from gridcanary import packs
from gridcanary.accounts.models import Unit
from gridcanary.casework.models import Case
from gridcanary.enforcement import authority
from gridcanary.enforcement.actions.measures import MeasureRefused, Target, propose
from gridcanary.enforcement.models import Measure, MeasureState, SubjectKind
from tests.enforcement.conftest import World, opened

pytestmark = pytest.mark.django_db
PACKS = [found.id for found in packs.available()]
MATRIX = [
    pytest.param("seize", "security_seize", "police", "", id="police seizes in public security cases"),
    pytest.param("seize", "unlicensed_seize", "samr", "", id="market supervision seizes unlicensed goods"),
    pytest.param("seize", "security_seize", "energy", "does not empower", id="energy may not seize"),
    pytest.param("seize", "apl_56", "energy", "is no basis for", id="preservation is no basis for seizing"),
    pytest.param("seize", "security_seize", "utility", "equal parties", id="the power company is no authority"),
    pytest.param("register_preserve", "apl_56", "energy", "", id="energy registers and preserves"),
    pytest.param("register_preserve", "apl_56", "utility", "equal parties", id="the power company preserves nothing"),
    pytest.param("order_stop_use", "ecl_71_stop", "energy", "", id="energy orders devices out of use"),
    pytest.param("order_stop_use", "ecl_71_stop", "police", "does not empower", id="police order nothing of it"),
    pytest.param("confiscate_devices", "ecl_71_stop", "energy", "", id="energy confiscates"),
    pytest.param("stop_supply", "ndrc1283_stop", "utility", "", id="the power company disconnects"),
    pytest.param("stop_supply", "ndrc1283_stop", "energy", "may not take", id="energy does not disconnect"),
    pytest.param("fine_theft", "epl_71", "energy", "", id="energy fines theft"),
    pytest.param("fine_theft", "epl_71", "utility", "equal parties", id="the power company fines nobody"),
    pytest.param("charge_surcharge", "ndrc1283_collect", "utility", "", id="the power company collects"),
    pytest.param("list_surcharge", "ndrc1283_list", "utility", "does not empower", id="but does not list"),
    pytest.param("criminal_search", "cpl_search", "police", "", id="police search"),
    pytest.param("criminal_search", "cpl_search", "energy", "may not take", id="energy never searches"),
    pytest.param("nonsense", "apl_56", "energy", "has no measure", id="unknown measure"),
    pytest.param("seize", "nonsense", "police", "has no legal basis", id="unknown basis"),
    pytest.param("seize", "security_seize", "navy", "has no department", id="unknown department"),
]  # fmt: skip


def unit_of(kind: str) -> Unit:
    code = f"x-{kind.replace('_', '-')}"
    return Unit.objects.create(code=code, name_zh=kind, kind=kind, path=f"{code}/")


def draft(case: Case, code: str, basis: str, unit: Unit) -> Measure:
    return Measure(
        case=case, code=code, basis=basis, unit=unit, subject_kind=SubjectKind.SUPPLY,
        subject_text="account 7", grounds="load", proposed_by=case.opened_by,
    )  # fmt: skip


@pytest.mark.parametrize(("code", "basis", "kind", "reason"), MATRIX)
def test_what_the_pack_forbids_is_not_saved(
    world: World, code: str, basis: str, kind: str, reason: str
) -> None:
    case, unit = opened(world), unit_of(kind)
    measure = draft(case, code, basis, unit)
    with override("en"):
        refused = authority.refusal(case, code, basis, unit)
        if not reason:
            assert refused == ""
            measure.save()
            assert Measure.objects.get().track == authority.track(case, code)
            return
        assert reason in refused
        with pytest.raises(ValidationError, match=r".+"):
            measure.full_clean()
        with pytest.raises(ValidationError) as error:
            measure.save()
    assert refused in error.value.messages
    assert not Measure.objects.exists()


def test_the_reason_is_told_in_chinese_too(world: World, case: Case) -> None:
    with override("zh-hans"):
        assert "民事主体" in authority.refusal(case, "seize", "security_seize", world.utility)


def test_the_wrong_stage_is_a_reason(world: World) -> None:
    case = opened(world, stage="discover")
    with override("en"):
        assert "can only be taken in" in authority.refusal(case, "seize", "security_seize", world.police)


@pytest.mark.parametrize("name", PACKS)
def test_every_pack_allows_only_what_its_provisions_say(world: World, name: str) -> None:
    """All measures x bases x departments of a pack against the plain reading of its lists."""
    pack, today = packs.load(name), timezone.localdate()
    allowed = 0
    for code, basis, kind in product(pack.measures, pack.bases, pack.departments):
        rule, provision = pack.measures[code], pack.bases[basis]
        expected = (
            basis in rule.bases
            and kind in provision.departments
            and rule.track in pack.departments[kind].tracks
            and provision.in_force(today)
        )
        found = pack.refusal(code, basis, kind, on=today)
        assert (found is None) == expected, (code, basis, kind)
        assert found is None or (found.text.zh and found.text.en)
        allowed += expected
    assert allowed >= len(pack.measures) // 2


@pytest.mark.parametrize("name", PACKS)
def test_the_case_asks_its_own_pack(world: World, name: str) -> None:
    """A measure of each track that the pack knows can be saved by the department that it names."""
    pack, today = packs.load(name), timezone.localdate()
    case = opened(world, stage=pack.switches.first_stage, pack=name)
    seen: set[str] = set()
    for code, rule in pack.measures.items():
        if rule.track in seen:
            continue
        Case.objects.filter(pk=case.pk).update(stage=rule.stages[0])
        case.refresh_from_db()
        for kind in pack.departments:
            bases = pack.measures_for(kind, rule.stages[0], today).get(code)
            if bases and rule.track not in seen:
                unit = Unit.objects.filter(kind=kind).first() or unit_of(kind)
                draft(case, code, bases[0], unit).save()
                seen.add(rule.track)
    assert seen == {rule.track for rule in pack.measures.values()}


def test_no_side_door_saves_what_was_not_asked(world: World, case: Case) -> None:
    measure = draft(case, "seize", "security_seize", world.police)
    with pytest.raises(ValidationError):
        Measure.objects.bulk_create([draft(case, "seize", "security_seize", world.utility)])
    measure.save()
    with pytest.raises(ValidationError):
        Measure.objects.filter(pk=measure.pk).update(unit=world.utility)
    measure.unit = world.utility
    with pytest.raises(ValidationError):
        measure.save()
    measure.refresh_from_db()
    assert measure.unit == world.police


def test_proposing_refuses_with_the_words_of_the_pack(world: World, case: Case) -> None:
    with override("en"), pytest.raises(MeasureRefused, match="equal parties"):
        propose(
            world.officer, case, "seize", "security_seize", world.utility,
            Target(SubjectKind.DEVICES, text="20 miners"), "seen on site",
        )  # fmt: skip
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(Target(SubjectKind.SITE), id="no premises"),
        pytest.param(Target(SubjectKind.PARTY), id="no party"),
        pytest.param(Target(SubjectKind.DEVICES, text="  "), id="no words"),
    ],
)
def test_a_measure_is_directed_at_something(world: World, case: Case, target: Target) -> None:
    with pytest.raises(MeasureRefused):
        propose(world.officer, case, "register_preserve", "apl_56", world.energy, target, "seen")


def test_premises_of_another_case_are_no_target(world: World, case: Case, foreign_case: Case) -> None:
    target = Target(SubjectKind.SITE, site=foreign_case.sites.get())
    with pytest.raises(MeasureRefused):
        propose(world.officer, case, "register_preserve", "apl_56", world.energy, target, "seen")


def test_a_department_outside_the_case_takes_no_measure(world: World, case: Case) -> None:
    outside = unit_of("samr")
    target = Target(SubjectKind.SITE, site=case.sites.get())
    with pytest.raises(MeasureRefused):
        propose(world.officer, case, "seize", "unlicensed_seize", outside, target, "seen")


def test_a_basis_that_is_no_longer_law_is_refused(world: World, case: Case) -> None:
    long_ago = dt.date(2001, 1, 1)
    with override("en"):
        told = authority.refusal(case, "register_preserve", "apl_56", world.energy, long_ago)
    assert "not in force" in told


class TestOptions:
    """What the three lists show."""

    def test_what_no_department_of_the_case_may_take_says_who_may(self, world: World, case: Case) -> None:
        with override("en"):
            options = {one.value: one for one in authority.measure_options(case)}
        assert options["stop_supply"].refusal == ""
        assert "Fire" in options["fire_order"].refusal
        assert "can only be taken in" in options["official_interview"].refusal

    def test_bases_carry_article_and_mark(self, case: Case) -> None:
        with override("en"):
            options = {one.value: one for one in authority.basis_options(case, "seize")}
        assert not options["security_seize"].verified
        assert "[unverified]" in options["security_seize"].cited

    def test_departments_say_why_not(self, world: World, case: Case) -> None:
        with override("en"):
            options = {
                one.text: one.refusal for one in authority.unit_options(case, "seize", "security_seize")
            }
        assert options[world.police.name_en] == ""
        assert "equal parties" in options[world.utility.name_en]


def test_without_an_approval_in_the_pack_a_measure_is_approved_at_once(world: World, case: Case) -> None:
    target = Target(SubjectKind.SUPPLY, text="account 7")
    measure = propose(world.lineman, case, "back_bill_theft", "supply_theft", world.utility, target, "bypass")
    assert measure.state == MeasureState.APPROVED
