"""The list of cases, and opening a new one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridcanary.accounts.queries import units_below
from gridcanary.casework import law
from gridcanary.casework.actions.cases import OPENERS, SiteFacts, open_case
from gridcanary.casework.case_queries import (
    CaseSearch,
    campaigns_of,
    cases_at,
    find_cases,
    first_keys,
    with_next_due,
)
from gridcanary.casework.forms import OpenCaseForm
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import person

PAGE_SIZE = 50
LISTED = 1_000
"""Cases that a list leads to; whoever has more narrows the search."""
LONGEST_KEY = 19
"""Digits of a number that any database still takes."""


def search_of(request: HttpRequest) -> CaseSearch:
    """The search that an address asks for."""
    asked = request.GET
    campaign = asked.get("campaign", "")
    return CaseSearch(
        text=asked.get("q", "").strip()[:100],
        stage=asked.get("stage", "")[:40],
        state=asked.get("state", "")[:10],
        unit=asked.get("unit", "")[:64],
        campaign=int(campaign) if campaign.isdecimal() and len(campaign) < LONGEST_KEY else None,
        area=asked.get("area", "")[:6],
    )


def case_list(request: HttpRequest) -> HttpResponse:
    """Cases that the person sees."""
    user, search = person(request), search_of(request)
    keys = first_keys(find_cases(user, search), LISTED + 1)
    page = Paginator(keys[:LISTED], PAGE_SIZE).get_page(request.GET.get("page"))
    shown = with_next_due(find_cases(user, CaseSearch()).filter(pk__in=list(page))).in_bulk()
    pack = law.pack_for_new_cases()
    context = {
        "search": search,
        "page": page,
        "cases": [{"case": shown[key], "stage": law.stage_name(shown[key])} for key in page if key in shown],
        "more": len(keys) > LISTED,
        "stages": [(code, stage.name.of(law.language())) for code, stage in pack.stages.items()],
        "units": units_below(user),
        "campaigns": campaigns_of(user),
        "may_open": any(post.role in OPENERS for post in user.memberships_now()),
        "query": _query_without_page(request),
    }
    return render(request, "casework/case_list.html", context)


def _query_without_page(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()


def new_case(request: HttpRequest) -> HttpResponse:
    """Open a case by hand; the inspection list opens them with the finding filled in."""
    user = person(request)
    form = OpenCaseForm(user, request.POST or None)
    same = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        site = SiteFacts(
            **{name: said[name] for name in ("premises_id", "meter_id", "transformer_id", "kind", "address")},
            admin_code=said["admin_code"], lat=said["lat"], lon=said["lon"],
        )  # fmt: skip
        same = cases_at(
            user, premises_id=site.premises_id, meter_id=site.meter_id, transformer_id=site.transformer_id
        ).open()
        if request.POST.get("anyway") or not same.exists():
            try:
                case = open_case(
                    user, said["unit"], said["title"], sites=[(site, ())], summary=said["summary"],
                    campaign=said["campaign"],
                )  # fmt: skip
            except CaseRefused as refused:
                form.add_error(None, str(refused))
            else:
                return redirect("casework:case", number=case.number)
        else:
            form.add_error(None, _("There is an open case about this place already. Look at it first."))
    return render(request, "casework/new_case.html", {"form": form, "same": same})
