"""One endpoint: its days, sessions, pools, wallets, the lines that beat with it, and what cases make of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import User
from gridcanary.casework.sharing import CaseRefused
from gridcanary.endpoints.actions import cases as case_actions
from gridcanary.endpoints.course import Course, course_of, days_of_course
from gridcanary.endpoints.forms import TakeUpForm
from gridcanary.endpoints.models import Endpoint, EndpointDay, EndpointSession
from gridcanary.endpoints.queries import cases_of, cases_to_choose, lines_of, partners_of, wallets_of
from gridcanary.endpoints.reasons import sentences
from gridcanary.endpoints.timeline import day_rows
from gridcanary.endpoints.views.asked import person, seen_endpoint
from gridcanary.endpoints.words import HYPOTHESES, MACHINES, METHODS, QUALITIES, TRANSPORTS, said

DAYS_SHOWN = 60
SESSION_ROWS = 10
LANES = 8
"""Lines in step that are drawn beside the endpoint; the list below names all."""


@require_GET
def endpoint(request: HttpRequest, endpoint: int) -> HttpResponse:
    """An endpoint's page."""
    one, user = seen_endpoint(request, endpoint), person(request)
    days = list(one.days.order_by("-day")[:DAYS_SHOWN])
    spans = one.sessions.only("first_seen", "last_seen")
    spans = spans.filter(last_seen__date__gte=days[-1].day) if days else spans
    choice = cases_to_choose(user, one)
    partners = partners_of(user, one)
    context = {
        "endpoint": one,
        "best": _best(one),
        "rows": day_rows(days, spans),
        **_course(one, days, partners),
        "more_days": max(0, one.days.count() - DAYS_SHOWN),
        "pools": _pools(one),
        "wallets": wallets_of(user, endpoint=one),
        "accounts": one.accounts.all(),
        "partners": partners,
        "cases": cases_of(user, [one.pk]).get(one.pk, []),
        "links": lines_of(user, one),
        "take_up": TakeUpForm(cases=choice) if choice else None,
        "may_decide": case_actions.may_decide(user, one),
        "tab": "desk",
        **_sessions(request, one),
    }
    return render(request, "endpoints/endpoint.html", context)


def _best(one: Endpoint) -> dict[str, Any] | None:
    """The strongest day in words."""
    best: EndpointDay | None = one.days.order_by("-llr", "-day").first()
    if best is None:
        return None
    strongest: EndpointSession | None = (
        one.sessions.filter(hashrate_low_hs__isnull=False).order_by("-shares", "-llr").first()
    )
    return {
        "day": best,
        "session": strongest,
        "machine": said(MACHINES, strongest.machine_class) if strongest else "",
        "hypothesis": said(HYPOTHESES, best.hypothesis),
        "methods": [said(METHODS, method) for method in best.methods],
        "reasons": sentences(best.reasons),
        "innocent": sentences(best.innocent),
    }


def _course(one: Endpoint, days: list[EndpointDay], partners: list[dict[str, Any]]) -> dict[str, Any]:
    """The course over the last days, and its lanes with the endpoints that they belong to."""
    if not days:
        return {"course": None}
    shown = days_of_course(days[0].day, days[-1].day)
    beside = [partner["endpoint"] for partner in partners if partner["endpoint"]][:LANES]
    sessions = EndpointSession.objects.filter(
        endpoint__in=[one, *beside], last_seen__date__gte=shown[0], first_seen__date__lte=shown[-1]
    )
    course: Course = course_of(shown, one.pk, sessions.order_by("first_seen"))
    lanes = {lane.name: lane for lane in course.lanes}
    return {
        "course": course,
        "own_lane": lanes[one.pk],
        "lanes": [(partner, lanes[partner.pk]) for partner in beside if partner.pk in lanes],
    }


def _pools(one: Endpoint) -> list[dict[str, Any]]:
    """Pools by the number of days on which they were talked to."""
    counted = Counter(pool for day in one.days.only("pools") for pool in day.pools)
    return [{"pool": pool, "days": days} for pool, days in counted.most_common()]


def _sessions(request: HttpRequest, one: Endpoint) -> dict[str, Any]:
    found = one.sessions.select_related("file", "account").order_by("-first_seen", "id")
    page = Paginator(found, SESSION_ROWS).get_page(request.GET.get("page", "1"))
    return {
        "page": page,
        "sessions": [
            {
                "session": session,
                "method": said(METHODS, session.method),
                "transport": said(TRANSPORTS, session.transport),
                "reasons": sentences(session.reasons),
                "qualities": [said(QUALITIES, code) for code in session.quality.split(",") if code],
            }
            for session in page.object_list
        ],
    }


@require_GET
def sessions(request: HttpRequest, endpoint: int) -> HttpResponse:
    """A page of sessions alone."""
    one = seen_endpoint(request, endpoint)
    if not request.headers.get("HX-Request"):
        return redirect("endpoints:endpoint", endpoint=one.pk)
    return render(request, "endpoints/_sessions.html", {"endpoint": one, **_sessions(request, one)})


@require_POST
def aside(request: HttpRequest, endpoint: int) -> HttpResponse:
    """Set an endpoint aside with a reason, or put it back."""
    one, user = seen_endpoint(request, endpoint), person(request)
    try:
        if request.POST.get("choice") == "back":
            case_actions.put_back(user, one)
        else:
            case_actions.set_aside(user, one, request.POST.get("reason", ""))
    except CaseRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your decision is recorded."))
    return redirect("endpoints:endpoint", endpoint=one.pk)


@require_POST
def take_up(request: HttpRequest, endpoint: int) -> HttpResponse:
    """Put an endpoint into a case."""
    one, user = seen_endpoint(request, endpoint), person(request)
    form = TakeUpForm(request.POST, cases=cases_to_choose(user, one))
    if not form.is_valid():
        messages.error(request, _("Choose a case in which your department works."))
        return redirect("endpoints:endpoint", endpoint=one.pk)
    case = form.cleaned_data["case"]
    return _into_case(request, user, one, case)


def _into_case(request: HttpRequest, user: User, one: Endpoint, case: Any) -> HttpResponse:
    try:
        case_actions.take_up(user, one, case)
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("endpoints:endpoint", endpoint=one.pk)
    messages.success(request, _("Taken up in the case. Ask the carrier there whose line it is."))
    return redirect("endpoints:case", number=case.number)
