"""Reads of the inspections; each begins with what the person may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from gridcanary.accounts.models import Membership, Unit, User
from gridcanary.accounts.queries import members_of
from gridcanary.casework.models import Campaign, Case, CaseShare, CaseSite
from gridcanary.casework.sharing import ACTING, acting_membership
from gridcanary.custody.models import EvidenceItem
from gridcanary.fieldwork import access
from gridcanary.fieldwork.models import InspectionPlan, PlanState, Visit, VisitPhoto, VisitState


@dataclass(frozen=True, slots=True)
class PlansByTime:
    """The plans that a person sees, by what is to be done about them."""

    unfinished: list[InspectionPlan]
    today: list[InspectionPlan]
    coming: list[InspectionPlan]
    over: list[InspectionPlan]


def plans_by_time(user: User, newest: int = 50) -> PlansByTime:
    """Plans of a person: overdue or begun ones, today's, those to come, and the last ones that are over."""
    today = timezone.localdate()
    visible = InspectionPlan.objects.visible_to(user).select_related("unit").annotate(stops=Count("visits"))
    still = list(visible.filter(state__in=(PlanState.PLANNED, PlanState.UNDERWAY)).order_by("day", "id"))
    over = visible.exclude(state__in=(PlanState.PLANNED, PlanState.UNDERWAY)).order_by("-day", "-id")
    return PlansByTime(
        [plan for plan in still if plan.day < today],
        [plan for plan in still if plan.day == today],
        [plan for plan in still if plan.day > today],
        list(over[:newest]),
    )


def sites_to_plan(user: User, *, case: Case | None, campaign: Campaign | None) -> list[CaseSite]:
    """Places that a person may plan visits to.

    Args:
        user: who plans.
        case: only this case's; None for all.
        campaign: only the cases of this campaign; None for all.

    Returns:
        Places of open cases in which the person acts, by area and address.
    """
    cases = Case.objects.visible_to(user).open()
    if case is not None:
        cases = cases.filter(pk=case.pk)
    if campaign is not None:
        cases = cases.filter(campaign=campaign)
    mine = [one for one in cases if acting_membership(user, one, *access.PLANNING)]
    sites = CaseSite.objects.filter(case__in=mine).select_related("case")
    return list(sites.order_by("admin_code", "address", "id"))


def officers_for(sites: list[CaseSite], day: dt.date) -> list[Membership]:
    """Posts of those who may go: officers with a valid certificate, of departments that work on a case of the list."""
    shares = CaseShare.objects.filter(
        case__in={site.case_id for site in sites}, ended_at__isnull=True, level__in=ACTING
    )
    units = Unit.objects.filter(pk__in=shares.values("unit_id")).order_by("path")
    posts = [post for unit in units for post in members_of(unit, *access.PLANNING)]
    certified = [post for post in posts if post.is_certified(day)]
    # Somebody who is officer and approver of one department is one person who goes.
    return list({(post.user_id, post.unit_id): post for post in reversed(certified)}.values())[::-1]


def visits_of(user: User, case: Case) -> QuerySet[Visit]:
    """Visits of a case that a person sees, the newest first."""
    return (
        Visit.objects.visible_to(user)
        .filter(case=case)
        .select_related("plan", "site")
        .order_by("-plan__day", "-id")
    )


def photos_by_ref(case: Case) -> dict[str, VisitPhoto]:
    """Photographs of a case by their reference in custody."""
    return {photo.evidence_ref: photo for photo in VisitPhoto.objects.filter(case=case)}


def shown_copy(photo: VisitPhoto) -> EvidenceItem | None:
    """What pages show of a photograph: the copy without hidden data."""
    return EvidenceItem.objects.filter(ref=photo.copy_ref).first() if photo.copy_ref else None


def still_to_visit(plan: InspectionPlan) -> Visit | None:
    """The next place of a plan."""
    return (
        plan.visits.filter(state__in=(VisitState.ON_SITE, VisitState.TO_DO))
        .order_by("position")
        .select_related("site")
        .first()
    )
