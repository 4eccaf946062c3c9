"""Making, reordering and cancelling plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Unit, User
from gridcanary.casework.models import Campaign, Case, CaseSite
from gridcanary.casework.sharing import CaseRefused, require_acting, takes_part
from gridcanary.custody.actions import record
from gridcanary.fieldwork import access, rules
from gridcanary.fieldwork.models import InspectionPlan, PlanOfficer, PlanState, Visit, VisitState
from gridcanary.fieldwork.route import Stop, length_km, ordered

NOTE_LIMIT = 300


@transaction.atomic
def make_plan(
    user: User,
    *,
    title: str,
    day: dt.date,
    sites: Sequence[CaseSite],
    officers: Sequence[Membership],
    campaign: Campaign | None = None,
    meeting_time: dt.time | None = None,
    meeting_point: str = "",
    equipment: str = "",
) -> InspectionPlan:
    """Plan a round of visits. The event names no case, so that nobody reads of it in a case's history.

    Args:
        user: who plans; must work on each of the cases.
        title: what the round is called.
        day: when.
        sites: where; of one or several cases.
        officers: posts of those who go; the first one leads.
        campaign: the drive it belongs to.
        meeting_time: when the officers meet.
        meeting_point: where they meet.
        equipment: what to take.

    Returns:
        The plan with its visits in the order of the way.

    Raises:
        CaseRefused: no place, a day that is over, too few certified officers, or a department that isn't in the case.
    """
    if not sites:
        raise CaseRefused(_("Choose at least one place."))
    if day < timezone.localdate():
        raise CaseRefused(_("The day is over already."))
    cases = list({site.case_id: site.case for site in sites}.values())
    posts = [require_acting(user, case, *access.PLANNING) for case in cases]
    unit = posts[0].unit
    _check_officers(officers, cases, day)
    plan = InspectionPlan.objects.create(
        title=title.strip() or _("Inspection"),
        campaign=campaign,
        unit=unit,
        day=day,
        meeting_time=meeting_time,
        meeting_point=meeting_point.strip(),
        equipment=equipment.strip(),
        made_by=user,
    )
    for place, post in enumerate(officers):
        PlanOfficer.objects.create(
            plan=plan, membership=post, certificate_no=post.certificate_no, leads=place == 0
        )
    _lay_out(plan, {site.pk: site for site in sites})
    _tell(plan, "inspection.planned", user, unit)
    return plan


def _check_officers(officers: Sequence[Membership], cases: Sequence[Case], day: dt.date) -> None:
    """Enough officers with a certificate for that day, all from departments that work on each case."""
    needed = max(rules.officers_needed(case) for case in cases)
    for post in officers:
        if not post.is_certified(day):
            raise CaseRefused(
                _("%(person)s has no certificate that is valid on the day.") % {"person": post.user}
            )
        outside = [case for case in cases if not takes_part(case, post.unit)]
        if outside:
            raise CaseRefused(
                _("%(unit)s doesn't work on case %(number)s; share the case with it first.")
                % {"unit": post.unit, "number": outside[0].number}
            )
    for case in cases:
        forbidden = rules.inspection_refusal(case, {post.unit for post in officers}, day)
        if forbidden:
            raise CaseRefused(f"{case.number}: {forbidden}")
    if len({post.user_id for post in officers}) < needed:
        raise CaseRefused(
            _("An inspection needs at least %(needed)d officers with a valid certificate; %(chosen)d chosen.")
            % {"needed": needed, "chosen": len({post.user_id for post in officers})}
        )


def _lay_out(plan: InspectionPlan, sites: dict[int, CaseSite]) -> None:
    stops = [Stop(pk, site.lat, site.lon, site.admin_code, site.address) for pk, site in sites.items()]
    way = ordered(stops)
    for position, stop in enumerate(way, 1):
        site = sites[stop.key]
        Visit.objects.create(plan=plan, case_id=site.case_id, site=site, position=position)
    places = [stop.place for stop in way if stop.place is not None]
    plan.route_km = round(length_km(places), 1) if len(places) > 1 else None
    plan.save(update_fields=["route_km"])


def _tell(plan: InspectionPlan, kind: str, user: User, unit: Unit) -> None:
    record(
        kind,
        actor=user,
        unit_code=unit.code,
        body={"plan": plan.pk, "day": plan.day.isoformat(), "visits": plan.visits.count()},
    )


@transaction.atomic
def move_visit(user: User, visit: Visit, steps: int) -> Visit:
    """Visit a place earlier (-1) or later (1).

    Raises:
        CaseRefused: the plan is over, or the person doesn't take part.
    """
    post = access.require_taking_part(user, visit)
    plan = InspectionPlan.objects.select_for_update().get(pk=visit.plan_id)
    if not plan.is_open:
        raise CaseRefused(_("The plan is finished."))
    visits = list(plan.visits.order_by("position"))
    here = next(place for place, one in enumerate(visits) if one.pk == visit.pk)
    there = min(max(here + steps, 0), len(visits) - 1)
    visits.insert(there, visits.pop(here))
    for position, one in enumerate(visits, 1):
        Visit.objects.filter(pk=one.pk).update(position=position)
    _tell(plan, "inspection.reordered", user, post.unit)
    return Visit.objects.get(pk=visit.pk)


@transaction.atomic
def cancel_plan(user: User, plan: InspectionPlan, reason: str) -> InspectionPlan:
    """Call a plan off before anybody arrived anywhere.

    Raises:
        CaseRefused: no reason, a visit has begun, or the person doesn't take part.
    """
    plan = InspectionPlan.objects.select_for_update().get(pk=plan.pk)
    post = access.require_taking_part(user, plan.visits.select_related("plan", "case")[0])
    if plan.state != PlanState.PLANNED:
        raise CaseRefused(_("Only a plan that hasn't begun can be cancelled."))
    if not reason.strip():
        raise CaseRefused(_("Say why it is cancelled."))
    plan.state, plan.cancelled_reason = PlanState.CANCELLED, reason.strip()[:NOTE_LIMIT]
    plan.save(update_fields=["state", "cancelled_reason"])
    plan.visits.update(state=VisitState.NOT_DONE, not_done_reason=plan.cancelled_reason)
    _tell(plan, "inspection.cancelled", user, post.unit)
    return plan
