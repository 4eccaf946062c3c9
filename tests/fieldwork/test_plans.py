"""Plans: who goes, who knows, and the way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework.case_queries import events_of
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.fieldwork.actions import plans, visits
from gridcanary.fieldwork.models import InspectionPlan, PlanState, Visit, VisitState
from tests.fieldwork.conftest import (
    Departments,
    events,
    make_plan,
    post_of,
    second_site,
)


def test_a_plan_has_its_officers_and_its_visits(plan: InspectionPlan, officer: User, shared: Case) -> None:
    first, second = plan.officers.all()
    assert first.leads
    assert not second.leads
    assert first.certificate_no == post_of(officer).certificate_no
    assert [visit.site for visit in plan.visits.all()] == list(shared.sites.all())


def test_one_officer_is_too_few(shared: Case, officer: User) -> None:
    with pytest.raises(CaseRefused, match="at least 2 officers"):
        make_plan(officer, shared)


def test_the_same_person_in_two_posts_is_one_officer(
    shared: Case, officer: User, departments: Departments
) -> None:
    post = Membership.objects.create(
        user=officer,
        unit=departments.police,
        role=Role.OFFICER,
        since=dt.date(2020, 1, 1),
        certificate_no="ZJ-2",
    )
    with pytest.raises(CaseRefused, match="at least 2 officers"):
        make_plan(officer, shared, officers=[post_of(officer), post])


def test_a_certificate_that_ends_before_the_day_is_refused(
    shared: Case, officer: User, policeman: User
) -> None:
    post = post_of(policeman)
    post.certified_until = timezone.localdate()
    post.save()
    make_plan(officer, shared, officers=[post_of(officer), post])
    with pytest.raises(CaseRefused, match="policeman has no certificate"):
        make_plan(
            officer,
            shared,
            officers=[post_of(officer), post],
            day=timezone.localdate() + dt.timedelta(days=1),
        )


@pytest.mark.parametrize(
    ("kwargs", "said"),
    [
        pytest.param({"sites": []}, "at least one place", id="no-place"),
        pytest.param({"day": dt.date(2020, 1, 1)}, "The day is over", id="past-day"),
    ],
)
def test_an_empty_or_late_plan_is_refused(
    shared: Case, officer: User, policeman: User, kwargs: dict[str, object], said: str
) -> None:
    with pytest.raises(CaseRefused, match=said):
        make_plan(officer, shared, policeman, **kwargs)


def test_an_officer_of_a_department_outside_the_case_is_refused(
    case: Case, officer: User, policeman: User
) -> None:
    with pytest.raises(CaseRefused, match="doesn't work on case"):
        make_plan(officer, case, policeman)


def test_a_department_that_only_reads_plans_nothing(
    shared: Case, reader: User, officer: User, policeman: User
) -> None:
    with pytest.raises(CaseRefused):
        make_plan(reader, shared, officers=[post_of(officer), post_of(policeman)])


def test_only_departments_that_take_part_know_of_it(
    plan: InspectionPlan,
    officer: User,
    policeman: User,
    lineman: User,
    reader: User,
    stranger: User,
    overseer: User,
) -> None:
    for user in (officer, policeman, overseer):
        assert list(InspectionPlan.objects.visible_to(user)) == [plan]
        assert Visit.objects.visible_to(user).count() == 1
    for user in (lineman, reader, stranger):
        assert not InspectionPlan.objects.visible_to(user)
        assert not Visit.objects.visible_to(user)


def test_the_case_history_says_nothing_before_the_officers_arrive(
    plan: InspectionPlan, visit: Visit, shared: Case, officer: User, lineman: User
) -> None:
    assert "inspection" not in " ".join(event.kind for event in events_of(lineman, shared))
    (made,) = events("inspection.planned")
    assert made.case_ref == ""
    assert shared.number not in made.entry
    visits.arrive(officer, visit, timezone.now())
    told = events_of(lineman, shared).first()
    assert told is not None
    assert told.kind == "visit.begun"
    assert list(Visit.objects.visible_to(lineman)) == [visit]


def test_the_route_goes_by_coordinates_and_area(shared: Case, officer: User, policeman: User) -> None:
    for number, lon in enumerate((117.3, 117.1, 117.2)):
        second_site(officer, shared, f"place {number}", lat=35.4, lon=lon, admin_code="370883")
    second_site(officer, shared, "a place without coordinates")
    made = make_plan(officer, shared, policeman)
    names = [str(visit.site) for visit in made.visits.order_by("position")]
    by_lon = ["place 1", "place 2", "place 0"]
    assert [name for name in names if name in by_lon] in (by_lon, by_lon[::-1])
    assert names.index("a place without coordinates") == 3
    assert made.route_km == pytest.approx(18.1, abs=0.3)


def test_a_visit_can_be_moved(shared: Case, officer: User, policeman: User) -> None:
    second_site(officer, shared)
    made = make_plan(officer, shared, policeman)
    first, second = made.visits.order_by("position")
    plans.move_visit(officer, second, -1)
    assert list(made.visits.order_by("position")) == [second, first]
    plans.move_visit(officer, second, -1)
    assert list(made.visits.order_by("position")) == [second, first]


def test_a_plan_is_cancelled_with_a_reason_and_only_before_it_begins(
    plan: InspectionPlan, visit: Visit, officer: User
) -> None:
    with pytest.raises(CaseRefused, match="why it is cancelled"):
        plans.cancel_plan(officer, plan, " ")
    cancelled = plans.cancel_plan(officer, plan, "车辆故障")
    assert cancelled.state == PlanState.CANCELLED
    visit.refresh_from_db()
    assert visit.state == VisitState.NOT_DONE
    with pytest.raises(CaseRefused, match="hasn't begun"):
        plans.cancel_plan(officer, plan, "again")
    with pytest.raises(CaseRefused, match="over"):
        visits.arrive(officer, visit, timezone.now())


def test_outsiders_can_neither_move_nor_cancel(plan: InspectionPlan, visit: Visit, lineman: User) -> None:
    with pytest.raises(CaseRefused, match="doesn't take part"):
        plans.cancel_plan(lineman, plan, "because")
    with pytest.raises(CaseRefused, match="doesn't take part"):
        plans.move_visit(lineman, visit, 1)
