"""Campaigns: the list, a new one, and one with the cases that the person sees."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.casework import law
from gridcanary.casework.actions import campaigns as acts
from gridcanary.casework.case_queries import campaigns_of
from gridcanary.casework.forms import CampaignForm
from gridcanary.casework.models import Campaign, Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import answer, person, seen_case


def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns, and a form for a new one."""
    user = person(request)
    form = CampaignForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = acts.begin(
                user, said["unit"], said["name"], said["begins_on"], ends_on=said["ends_on"],
                purpose=said["purpose"], target_premises=said["target_premises"],
            )  # fmt: skip
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("casework:campaign", campaign=made.pk)
    seen = Case.objects.visible_to(user).values("pk")
    counted = campaigns_of(user).annotate(
        all_cases=Count("cases", filter=Q(cases__in=seen)),
        open_cases=Count("cases", filter=Q(cases__in=seen, cases__closed_at__isnull=True)),
    )
    return render(request, "casework/campaign_list.html", {"campaigns": counted, "form": form})


@require_GET
def campaign(request: HttpRequest, campaign: int) -> HttpResponse:
    """One campaign with the cases that the person sees."""
    user = person(request)
    one = _campaign(request, campaign)
    cases = (
        Case.objects.visible_to(user)
        .filter(campaign=one)
        .select_related("owner_unit", "pack_version")
        .defer("pack_version__frozen")
    )
    by_stage = {row["stage"]: row["n"] for row in cases.order_by().values("stage").annotate(n=Count("pk"))}
    pack = law.pack_for_new_cases()
    context = {
        "campaign": one,
        "cases": [{"case": case, "stage": law.stage_name(case)} for case in cases[:200]],
        "funnel": [
            (stage.name.of(law.language()), by_stage.get(code, 0)) for code, stage in pack.stages.items()
        ],
    }
    return render(request, "casework/campaign.html", context)


def _campaign(request: HttpRequest, key: int) -> Campaign:
    found = campaigns_of(person(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@require_POST
def put_into(request: HttpRequest, number: str) -> HttpResponse:
    """Put a case into a campaign, or take it out."""
    case, key = seen_case(request, number), request.POST.get("campaign", "")
    chosen = _campaign(request, int(key)) if key.isdecimal() else None
    return answer(
        request,
        lambda: acts.put_into(person(request), case, chosen),
        _("Saved."),
        "casework:case",
        number=number,
    )
