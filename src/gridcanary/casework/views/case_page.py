"""A case: what is known, what comes next, and the steps that move it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import User
from gridcanary.casework import law, loop
from gridcanary.casework.actions import cases, stages
from gridcanary.casework.actions.cases import SiteFacts
from gridcanary.casework.actions.sharing import DECIDERS
from gridcanary.casework.case_queries import events_of
from gridcanary.casework.clock_view import clock_rows
from gridcanary.casework.event_words import told_all
from gridcanary.casework.forms import DescribeForm, OutcomeForm, SiteForm, StatementForm
from gridcanary.casework.gates import OpenWay, gate_subject, ways
from gridcanary.casework.models import Approval, Case
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.packs.schema.flow import Approval as WantedApproval

NEWEST_EVENTS = 12
HISTORY_LIMIT = 500


@require_GET
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The overview: next steps, places, leads, clocks, what happened last."""
    case = seen_case(request, number)
    context = case_context(request, case, "overview")
    context |= {
        "ways": [_way(request, case, way) for way in ways(case)],
        "sites": case.sites.prefetch_related("leads"),
        "leads": case.leads.filter(site__isnull=True),
        "clocks": clock_rows(case.clocks.filter(state__in=("running", "suspended"))),
        "events": told_all(case, events_of(person(request), case, newest=NEWEST_EVENTS)),
        "returns": Case.objects.visible_to(person(request)).filter(returned_from=case),
        "open_items": list(loop.open_items(case)),
    }
    return render(request, "casework/case_page.html", context)


def _way(request: HttpRequest, case: Case, way: OpenWay) -> dict[str, object]:
    user, lang = person(request), law.language()
    pack = law.pack_of(case)
    given = Approval.objects.filter(case=case, subject=gate_subject(way.code)).order_by("id")
    return {
        "code": way.code,
        "title": way.transition.title.of(lang),
        "to": pack.stage(way.transition.to_stage).name.of(lang),
        "backward": way.transition.backward,
        "lacking": way.lacking,
        "is_open": way.is_open,
        "approvals": [
            {
                "role": one.role,
                "name": law.role_name(pack, one.role),
                "may": _may_approve(user, case, one),
                "given": [row for row in given if row.role == one.role],
            }
            for one in way.transition.gate.approvals
        ],
        "may_move": acting_membership(user, case, *DECIDERS) is not None,
    }


def _may_approve(user: User, case: Case, wanted: WantedApproval) -> bool:
    post = acting_membership(user, case, *law.ROLES.get(wanted.role, ()))
    return post is not None and wanted.department in (None, post.unit.kind)


@require_POST
def move(request: HttpRequest, number: str, way: str) -> HttpResponse:
    """Move the case along a way."""
    case = seen_case(request, number)
    return answer(
        request,
        lambda: stages.move(person(request), case, way, request.POST.get("remark", "")),
        _("The case has moved on."),
        "casework:case",
        number=number,
    )


@require_POST
def approve_way(request: HttpRequest, number: str, way: str) -> HttpResponse:
    """Give or withdraw an approval that a gate demands."""
    case, granted = seen_case(request, number), request.POST.get("granted") == "yes"
    return answer(
        request,
        lambda: stages.approve_way(
            person(request),
            case,
            way,
            request.POST.get("role", ""),
            granted=granted,
            remark=request.POST.get("remark", ""),
        ),
        _("Approved.") if granted else _("The approval is withdrawn."),
        "casework:case",
        number=number,
    )


def describe(request: HttpRequest, number: str) -> HttpResponse:
    """Change title, summary, existing or new."""
    case = seen_case(request, number)
    first = {"title": case.title, "summary": case.summary, "origin": case.origin}
    form = DescribeForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return answer(
            request,
            lambda: cases.describe(person(request), case, **said),
            _("Saved."),
            "casework:case",
            number=number,
        )
    context = case_context(request, case, "overview") | {"form": form, "heading": _("Describe the case")}
    return render(request, "casework/case_form.html", context)


def outcome(request: HttpRequest, number: str) -> HttpResponse:
    """Say what the case turned out to be."""
    case = seen_case(request, number)
    form = OutcomeForm(
        case, request.POST or None, initial={"outcome": case.outcome, "reason": case.outcome_note}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return answer(
            request,
            lambda: cases.set_outcome(person(request), case, said["outcome"], said["reason"]),
            _("The outcome is set."),
            "casework:case",
            number=number,
        )
    context = case_context(request, case, "overview") | {
        "form": form,
        "heading": _("What the case turned out to be"),
    }
    return render(request, "casework/case_form.html", context)


def state_condition(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """State that a condition holds."""
    case = seen_case(request, number)
    rule = law.pack_of(case).conditions.get(code)
    if rule is None:
        raise Http404
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return answer(
            request,
            lambda: stages.state_condition(person(request), case, code, form.cleaned_data["basis"]),
            _("Recorded."),
            "casework:case",
            number=number,
        )
    context = case_context(request, case, "overview") | {
        "form": form,
        "heading": rule.title.of(law.language()),
        "explanation": rule.missing.of(law.language()),
        "cited": law.pack_of(case).cite(rule, law.language()),
    }
    return render(request, "casework/case_form.html", context)


def add_site(request: HttpRequest, number: str) -> HttpResponse:
    """Add a place to the case."""
    case = seen_case(request, number)
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            cases.add_site(person(request), case, SiteFacts(**said))
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The place is added."))
            return redirect("casework:case", number=number)
    context = case_context(request, case, "overview") | {"form": form, "heading": _("Add a place")}
    return render(request, "casework/case_form.html", context)


@require_GET
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the log holds about the case."""
    case = seen_case(request, number)
    events = events_of(person(request), case)
    context = case_context(request, case, "history") | {
        "events": told_all(case, events[:HISTORY_LIMIT]),
        "more": max(0, events.count() - HISTORY_LIMIT),
    }
    return render(request, "casework/history.html", context)
