"""A measure from the proposal to its end: approvals, officers, witness, clocks, loop."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from gridcanary.accounts.models import Membership, Role
from gridcanary.casework.loop import open_items
from gridcanary.casework.models import Approval, Case, CaseClock, ClockState
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.models import Event
from gridcanary.enforcement.actions.measures import (
    MeasureRefused,
    OnSite,
    Target,
    approve,
    finish,
    propose,
    refuse,
    take,
    withdraw,
)
from gridcanary.enforcement.models import Measure, MeasureOfficer, MeasureState, SubjectKind
from gridcanary.enforcement.queries import measures_waiting
from tests.casework.conftest import browser, person
from tests.enforcement.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(world: World, case: Case) -> Measure:
    target = Target(SubjectKind.DEVICES, text="20 miners in hall 3")
    return propose(world.officer, case, "register_preserve", "apl_56", world.energy, target, "seen on site")


def team(world: World) -> OnSite:
    return OnSite((world.post(world.officer), world.post(world.second)), witness="张证人")


@pytest.fixture
def in_force(world: World, proposed: Measure) -> Measure:
    return take(world.officer, approve(world.head, proposed), team(world))


def test_a_proposal_waits_for_the_role_of_the_pack(proposed: Measure) -> None:
    assert (proposed.state, proposed.track) == (MeasureState.PROPOSED, "administrative")
    event = Event.objects.get(kind="measure.proposed")
    assert (event.body["code"], event.body["basis"], event.body["by_unit"]) == (
        "register_preserve", "apl_56", "jn-energy",
    )  # fmt: skip


def test_the_head_approves_and_the_row_names_them(world: World, proposed: Measure) -> None:
    assert approve(world.head, proposed, "agreed").state == MeasureState.APPROVED
    row = Approval.objects.get(subject=proposed.subject)
    assert (row.role, row.given_by, row.unit, row.granted) == ("approver", world.head, world.energy, True)


@pytest.mark.parametrize(
    "name", ["officer", "second", "policeman", "police_head", "utility_head", "stranger"]
)
def test_nobody_else_approves(world: World, proposed: Measure, name: str) -> None:
    with pytest.raises(CaseRefused):
        approve(getattr(world, name), proposed)
    assert not Approval.objects.exists()


def test_whoever_proposed_does_not_decide(world: World, case: Case) -> None:
    target = Target(SubjectKind.DEVICES, text="20 miners")
    own = propose(world.head, case, "register_preserve", "apl_56", world.energy, target, "seen")
    with pytest.raises(MeasureRefused):
        approve(world.head, own)


def test_a_refusal_needs_a_reason_and_ends_it(world: World, proposed: Measure) -> None:
    with pytest.raises(MeasureRefused):
        refuse(world.head, proposed, "  ")
    assert refuse(world.head, proposed, "no danger of loss").state == MeasureState.REFUSED
    with pytest.raises(MeasureRefused):
        approve(world.head, proposed)


def test_it_is_withdrawn_before_it_begins_only(world: World, proposed: Measure) -> None:
    with pytest.raises(MeasureRefused):
        withdraw(world.policeman, proposed, "not mine")
    assert withdraw(world.officer, proposed, "wrong hall").state == MeasureState.WITHDRAWN
    with pytest.raises(MeasureRefused):
        withdraw(world.officer, proposed, "again")


class TestBeginning:
    """What must be there before a measure is in force."""

    def test_all_there(self, world: World, in_force: Measure) -> None:
        assert in_force.state == MeasureState.IN_FORCE
        named = MeasureOfficer.objects.filter(measure=in_force)
        assert {row.certificate_no for row in named} == {
            f"ZJ-{world.officer.pk}", f"ZJ-{world.second.pk}",
        }  # fmt: skip
        assert "张证人" not in Event.objects.get(kind="measure.started").entry
        assert str(in_force.witness) == "张**"

    def test_its_clock_runs_seven_working_days(self, in_force: Measure) -> None:
        clock = CaseClock.objects.get(subject=in_force.subject)
        assert (clock.code, clock.state) == ("preservation", ClockState.RUNNING)
        assert clock.due_at is not None
        assert in_force.started_at is not None
        assert (clock.due_at - in_force.started_at).days >= 8  # a week end lies between

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            pytest.param(
                lambda w: OnSite((w.post(w.officer),), witness="w"), "At least 2 officers", id="one officer"
            ),
            pytest.param(
                lambda w: OnSite((w.post(w.officer), w.post(w.officer)), witness="w"),
                "At least 2",
                id="the same twice",
            ),
            pytest.param(
                lambda w: OnSite((w.post(w.officer), w.post(w.policeman)), witness="w"),
                "doesn't belong",
                id="another department's",
            ),
            pytest.param(
                lambda w: OnSite((w.post(w.officer), w.post(w.second))),
                "Name a witness",
                id="no witness, no reason",
            ),
            pytest.param(
                lambda w: OnSite(
                    (w.post(w.officer), w.post(w.second)), timezone.now() + dt.timedelta(hours=1), witness="w"
                ),
                "future",
                id="in the future",
            ),
            pytest.param(
                lambda w: OnSite(
                    (w.post(w.officer), w.post(w.second)),
                    dt.datetime(2021, 1, 4, 8, tzinfo=dt.UTC),
                    witness="w",
                ),
                "not in force",
                id="before the law",
            ),
        ],
    )
    def test_what_is_missing_is_said(
        self, world: World, proposed: Measure, change: Callable[[World], OnSite], told: str
    ) -> None:
        approve(world.head, proposed)
        with override("en"), pytest.raises(MeasureRefused, match=told):
            take(world.officer, proposed, change(world))
        proposed.refresh_from_db()
        assert proposed.state == MeasureState.APPROVED
        assert not CaseClock.objects.filter(subject=proposed.subject).exists()

    def test_an_expired_certificate_does_not_count(self, world: World, proposed: Measure) -> None:
        approve(world.head, proposed)
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        Membership.objects.filter(user=world.second).update(certified_until=yesterday)
        with override("en"), pytest.raises(MeasureRefused, match="no valid certificate"):
            take(world.officer, proposed, team(world))

    def test_not_before_the_approval(self, world: World, proposed: Measure) -> None:
        with pytest.raises(MeasureRefused):
            take(world.officer, proposed, team(world))

    def test_only_the_department_that_takes_it(self, world: World, proposed: Measure) -> None:
        approve(world.head, proposed)
        with pytest.raises(MeasureRefused):
            take(world.policeman, proposed, team(world))

    def test_conditions_of_the_pack_come_first(self, world: World, case: Case) -> None:
        target = Target(SubjectKind.DEVICES, text="20 miners")
        measure = propose(
            world.officer, case, "confiscate_devices", "ecl_71_stop", world.energy, target, "decided"
        )
        approve(world.head, measure)
        with override("en"), pytest.raises(MeasureRefused, match="legal review"):
            take(world.officer, measure, team(world))

    def test_the_power_company_needs_no_certificates(self, world: World, case: Case) -> None:
        target = Target(SubjectKind.SUPPLY, text="account 7")
        measure = propose(
            world.officer, case, "stop_supply", "ndrc1283_stop", world.utility, target, "proven mining"
        )
        approve(world.utility_head, measure)
        crew = OnSite(
            (world.post(world.lineman), world.post(world.utility_head)), no_witness_reason="at the pole"
        )
        assert take(world.lineman, measure, crew).state == MeasureState.IN_FORCE

    def test_a_reason_stands_in_for_the_witness(self, world: World, proposed: Measure) -> None:
        approve(world.head, proposed)
        alone = OnSite(
            (world.post(world.officer), world.post(world.second)), no_witness_reason="night, nobody there"
        )
        assert take(world.officer, proposed, alone).no_witness_reason == "night, nobody there"


class TestEnd:
    """How a measure ends."""

    @pytest.mark.parametrize("state", [MeasureState.ENDED, MeasureState.LIFTED, MeasureState.CONVERTED])
    def test_it_ends_with_a_result_and_stops_its_clock(
        self, world: World, in_force: Measure, state: MeasureState
    ) -> None:
        ended = finish(world.second, in_force, state, "decided, paper 7")
        assert (ended.state, ended.result) == (state, "decided, paper 7")
        assert Event.objects.filter(kind=f"measure.{state}").exists()
        assert CaseClock.objects.get(subject=in_force.subject).state == ClockState.STOPPED

    def test_it_needs_a_result(self, world: World, in_force: Measure) -> None:
        with pytest.raises(MeasureRefused):
            finish(world.second, in_force, MeasureState.ENDED, " ")

    @pytest.mark.parametrize("state", ["proposed", "in_force", "nonsense"])
    def test_only_ends_are_ends(self, world: World, in_force: Measure, state: str) -> None:
        with pytest.raises(MeasureRefused):
            finish(world.second, in_force, state, "x")

    def test_not_before_it_began(self, world: World, in_force: Measure) -> None:
        before = timezone.now() - dt.timedelta(days=1)
        with pytest.raises(MeasureRefused):
            finish(world.second, in_force, MeasureState.ENDED, "x", at=before)

    def test_not_twice(self, world: World, in_force: Measure) -> None:
        finish(world.second, in_force, MeasureState.ENDED, "x")
        with pytest.raises(MeasureRefused):
            finish(world.second, in_force, MeasureState.LIFTED, "y")


def test_an_open_measure_keeps_the_loop_open(world: World, case: Case, proposed: Measure) -> None:
    def named() -> list[str]:
        return [one.ref for one in open_items(case) if one.kind == "measure"]

    assert named() == ["register_preserve"]
    measure = take(world.officer, approve(world.head, proposed), team(world))
    assert named() == ["register_preserve"]
    finish(world.officer, measure, MeasureState.CONVERTED, "seized by the police")
    assert named() == []


def test_work_waits_for_those_who_can_do_it(world: World, case: Case, proposed: Measure) -> None:
    def waiting() -> dict[str, list[str]]:
        people = ("officer", "head", "police_head", "lineman", "stranger")
        return {name: [one.text for one in measures_waiting(getattr(world, name))] for name in people}

    nothing: dict[str, list[str]] = {name: [] for name in ("police_head", "lineman", "stranger")}
    with override("en"):
        assert waiting() == {"officer": [], "head": ["Approve or refuse: Register and preserve"], **nothing}
        page = browser(world.head).get("/work/").content.decode()
        assert f"/cases/{case.number}/measures/{proposed.pk}/" in page
        approve(world.head, proposed)
        carry_out = ["Carry out: Register and preserve"]
        assert waiting() == {"officer": carry_out, "head": carry_out, **nothing}
        take(world.officer, proposed, team(world))
        assert waiting() == {"officer": [], "head": [], **nothing}


def test_an_approved_measure_is_asked_again_when_the_case_has_moved(
    world: World, case: Case, proposed: Measure
) -> None:
    approve(world.head, proposed)
    Case.objects.filter(pk=case.pk).update(stage="rectify")
    with override("en"), pytest.raises(MeasureRefused, match="can only be taken in"):
        take(world.officer, proposed, team(world))


def test_a_closed_case_takes_no_measures(world: World, case: Case, proposed: Measure) -> None:
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now(), outcome="cleared")
    with pytest.raises(CaseRefused):
        approve(world.head, proposed)


def test_measure_rows_say_when_they_are_in_force(proposed: Measure) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Measure.objects.filter(pk=proposed.pk).update(state=MeasureState.IN_FORCE)


FORM = {
    "measure": "register_preserve",
    "basis": "apl_56",
    "subject_kind": "devices",
    "subject_text": "20 miners",
    "grounds": "seen on site",
}


class TestPages:
    """What people see and do in the tab."""

    def test_the_form_saves_an_allowed_measure(self, world: World, case: Case) -> None:
        form = {**FORM, "unit": world.energy.pk}
        answer = browser(world.officer).post(f"/cases/{case.number}/measures/new/", form)
        assert answer.status_code == 302
        assert Measure.objects.get().state == MeasureState.PROPOSED

    def test_the_form_refuses_with_the_reason_and_keeps_what_was_typed(
        self, world: World, case: Case
    ) -> None:
        form = {**FORM, "unit": world.utility.pk}
        answer = browser(world.officer).post(f"/cases/{case.number}/measures/new/", form)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "equal parties" in page
        assert "20 miners" in page
        assert not Measure.objects.exists()

    def test_the_choices_narrow_down_without_scripts(self, world: World, case: Case) -> None:
        client, url = browser(world.officer), f"/cases/{case.number}/measures/new/"
        first = client.get(url).content.decode()
        assert "Choose the measure first." in first
        second = client.get(url, {"measure": "seize", "grounds": "typed before"}).content.decode()
        assert "typed before" in second
        assert "not verified in the source" in second
        third = client.get(url, {"measure": "seize", "basis": "security_seize"}).content.decode()
        assert "equal parties" in third
        assert f'value="{world.police.pk}" checked' in third

    def test_htmx_gets_the_choices_alone(self, world: World, case: Case) -> None:
        answer = browser(world.officer).get(
            f"/cases/{case.number}/measures/new/", {"measure": "seize"}, headers={"HX-Request": "true"}
        )
        page = answer.content.decode()
        assert page.lstrip().startswith('<div id="choices"')
        assert "<html" not in page

    def test_the_page_leads_from_step_to_step(self, world: World, case: Case, proposed: Measure) -> None:
        url = f"/cases/{case.number}/measures/{proposed.pk}/"
        assert (
            "You proposed it, so somebody else decides." in browser(world.officer).get(url).content.decode()
        )
        head = browser(world.head)
        assert "Approve" in head.get(url).content.decode()
        head.post(f"{url}approve/", {"remark": "agreed"})
        officer = browser(world.officer)
        assert "It has begun" in officer.get(url).content.decode()
        posts = [world.post(world.officer).pk, world.post(world.second).pk]
        at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        refused = officer.post(f"{url}take/", {"at": at, "officers": posts[:1], "witness": "张"})
        assert refused.status_code == 400
        assert "At least 2 officers" in refused.content.decode()
        officer.post(f"{url}take/", {"at": at, "officers": posts, "witness": "张"})
        assert "Record the end" in officer.get(url).content.decode()
        later = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        officer.post(f"{url}finish/", {"state": "lifted", "at": later, "result": "nothing found"})
        proposed.refresh_from_db()
        assert proposed.state == MeasureState.LIFTED
        assert "nothing found" in officer.get(url).content.decode()

    def test_unknown_verbs_are_absent(self, world: World, case: Case, proposed: Measure) -> None:
        url = f"/cases/{case.number}/measures/{proposed.pk}/explode/"
        assert browser(world.head).post(url).status_code == 404

    def test_tracks_are_shown_apart(self, world: World, case: Case, proposed: Measure) -> None:
        target = Target(SubjectKind.SUPPLY, text="account 7")
        propose(world.officer, case, "stop_supply", "ndrc1283_stop", world.utility, target, "mining")
        page = browser(world.policeman).get(f"/cases/{case.number}/measures/").content.decode()
        assert page.index("Administrative") < page.index("Civil (supply contract)")
        assert "Price policy" not in page


def test_validation_names_the_missing_subject(world: World, case: Case) -> None:
    measure = Measure(
        case=case, code="register_preserve", basis="apl_56", unit=world.energy, subject_kind="site",
        grounds="x", proposed_by=world.officer,
    )  # fmt: skip
    with pytest.raises(ValidationError) as error:
        measure.clean()
    assert "site" in error.value.message_dict


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["approve", "refuse"])
def test_of_decisions_at_once_only_one_counts(world: World, proposed: Measure, second: str) -> None:
    """Six people of the department decide in the same moment: one decision, one approval, one event."""
    deciders = [person(f"head{number}", world.energy, Role.APPROVER) for number in range(6)]
    start, outcomes = threading.Barrier(len(deciders)), []

    def decide(number: int) -> None:
        try:
            start.wait(20)
            if second == "refuse" and number % 2:
                outcomes.append(refuse(deciders[number], proposed, "not needed").state)
            else:
                outcomes.append(approve(deciders[number], proposed).state)
        except MeasureRefused:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(len(deciders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    (decided,) = [outcome for outcome in outcomes if outcome != "too late"]
    assert outcomes.count("too late") == len(deciders) - 1
    proposed.refresh_from_db()
    assert proposed.state == decided
    assert Approval.objects.filter(case=proposed.case, subject=proposed.subject).count() == 1
    assert Event.objects.filter(kind__in=("measure.approved", "measure.refused")).count() == 1
