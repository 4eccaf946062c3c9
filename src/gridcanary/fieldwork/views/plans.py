"""Plans: the list, a new one, its page and its sheet for printing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.casework.case_queries import campaigns_of
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import answer, person
from gridcanary.fieldwork import access, rules
from gridcanary.fieldwork.actions import plans
from gridcanary.fieldwork.forms import PlanForm, ReasonForm
from gridcanary.fieldwork.models import InspectionPlan, PlanState
from gridcanary.fieldwork.queries import officers_for, plans_by_time, sites_to_plan, still_to_visit
from gridcanary.fieldwork.views.asked import seen_plan, seen_visit


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """The person's inspections."""
    user = person(request)
    return render(
        request,
        "fieldwork/plan_list.html",
        {"plans": plans_by_time(user), "may_plan": bool(sites_to_plan(user, case=None, campaign=None))},
    )


def new_plan(request: HttpRequest) -> HttpResponse:
    """Plan a round: for a case (``?case=``), a campaign (``?campaign=``), or all cases of the person."""
    user = person(request)
    case = campaign = None
    if request.GET.get("case"):
        case = get_object_or_404(Case.objects.visible_to(user), number=request.GET["case"])
    if request.GET.get("campaign", "").isdecimal():
        campaign = get_object_or_404(campaigns_of(user), pk=int(request.GET["campaign"]))
    sites = sites_to_plan(user, case=case, campaign=campaign)
    officers = officers_for(sites, timezone.localdate())
    first = {
        "title": _("Inspection %(what)s") % {"what": case.title if case else campaign or ""},
        "day": timezone.localdate(),
        "sites": [site.pk for site in sites] if case else [],
        "equipment": _(
            "Certificates, seals and tags, camera, clamp meter, laptop, spare battery, protective gear"
        ),
    }
    form = PlanForm(sites, officers, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = plans.make_plan(
                user,
                **{**said, "sites": list(said["sites"]), "campaign": campaign or (case and case.campaign)},
            )
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The plan is made. Only the departments that take part see it."))
            return redirect("fieldwork:plan", plan_id=made.pk)
    needed = max((rules.officers_needed(site.case) for site in sites), default=2)
    context = {"form": form, "case": case, "sites": sites, "officers": officers, "needed": needed}
    return render(request, "fieldwork/new_plan.html", context)


def _context(request: HttpRequest, plan: InspectionPlan) -> dict[str, Any]:
    user = person(request)
    visits = list(
        plan.visits.filter(case__in=Case.objects.visible_to(user))
        .select_related("site", "case")
        .order_by("position")
    )
    return {
        "plan": plan,
        "visits": visits,
        "officers": plan.officers.select_related("membership__user", "membership__unit"),
        "next": still_to_visit(plan) if plan.is_open else None,
        "acts": any(access.may_write(user, visit.case) for visit in visits),
        "may_cancel": plan.state == PlanState.PLANNED,
    }


@require_GET
def plan_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: who, when, the way."""
    context = _context(request, seen_plan(request, plan_id)) | {"cancel_form": ReasonForm()}
    return render(request, "fieldwork/plan.html", context)


@require_GET
def plan_sheet(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The plan on paper."""
    return render(request, "fieldwork/plan_sheet.html", _context(request, seen_plan(request, plan_id)))


@require_POST
def cancel(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Call a plan off."""
    plan = seen_plan(request, plan_id)
    reason = request.POST.get("reason", "")
    return answer(
        request,
        lambda: plans.cancel_plan(person(request), plan, reason),
        _("The plan is cancelled."),
        "fieldwork:plan",
        plan_id=plan_id,
    )


@require_POST
def move(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Visit a place earlier or later."""
    visit = seen_visit(request, visit_id)
    steps = -1 if request.POST.get("to") == "earlier" else 1
    return answer(
        request,
        lambda: plans.move_visit(person(request), visit, steps),
        _("The order is changed."),
        "fieldwork:plan",
        plan_id=visit.plan_id,
    )
