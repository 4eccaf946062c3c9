"""What a request asks for: a plan, a visit, a device that the person may see."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gridcanary.casework.views.asked import person
from gridcanary.fieldwork.models import Device, Disconnection, InspectionPlan, Visit


def seen_plan(request: HttpRequest, plan_id: int) -> InspectionPlan:
    """A plan that the person may know of; any other is as absent as one that doesn't exist."""
    plans = InspectionPlan.objects.visible_to(person(request)).select_related("unit", "campaign", "made_by")
    return get_object_or_404(plans, pk=plan_id)


def seen_visit(request: HttpRequest, visit_id: int) -> Visit:
    """A visit that the person may know of."""
    visits = (
        Visit.objects.visible_to(person(request))
        .select_related("plan", "plan__unit", "case", "case__pack_version", "site")
        .defer("case__pack_version__frozen")
    )
    return get_object_or_404(visits, pk=visit_id)


def seen_device(request: HttpRequest, tag: str) -> Device:
    """A device of a case that the person sees, by its tag."""
    devices = (
        Device.objects.visible_to(person(request))
        .select_related("case", "case__pack_version", "site", "visit")
        .defer("case__pack_version__frozen")
    )
    return get_object_or_404(devices, tag=tag)


def seen_cut(request: HttpRequest, number: str, cut_id: int) -> Disconnection:
    """A disconnection of a case that the person sees."""
    cuts = (
        Disconnection.objects.visible_to(person(request))
        .select_related("case", "case__pack_version", "site", "ordered_unit", "executed_unit")
        .defer("case__pack_version__frozen")
    )
    cut = get_object_or_404(cuts, pk=cut_id)
    if cut.case.number != number:
        raise Http404
    return cut
