"""A case's endpoints: whose lines they are, and asking to see who."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.encryption import PersonalText
from gridcanary.accounts.views.personal_data import unmask_address
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.endpoints.actions.lines import record_answers, record_line
from gridcanary.endpoints.forms import AnswersForm, LineForm
from gridcanary.endpoints.models import Endpoint, EndpointAccount, PremisesLink
from gridcanary.endpoints.models.premises import PERSONAL_FIELDS
from gridcanary.endpoints.uploaded import as_file
from gridcanary.endpoints.views.asked import case_context, person, seen_case
from gridcanary.endpoints.words import HYPOTHESES_SHORT, said, said_basis


@require_GET
def case_endpoints(request: HttpRequest, number: str) -> HttpResponse:
    """The tab of a case."""
    case = seen_case(request, number)
    endpoints = Endpoint.objects.filter(taken_up__case=case).order_by("taken_up__id")
    context = case_context(request, case, "network") | {
        "rows": [_row(case, one) for one in endpoints],
        "answers": AnswersForm(),
    }
    return render(request, "endpoints/case.html", context)


def _row(case: Case, endpoint: Endpoint) -> dict[str, Any]:
    best = endpoint.days.order_by("-llr", "-day").first()
    return {
        "endpoint": endpoint,
        "best": best,
        "hypothesis": said(HYPOTHESES_SHORT, best.hypothesis) if best else "",
        "accounts": [_masked(one, "account") for one in EndpointAccount.objects.filter(endpoint=endpoint)],
        "links": [_link(one) for one in PremisesLink.objects.filter(case=case, endpoint=endpoint)],
    }


def _link(link: PremisesLink) -> dict[str, Any]:
    held = [_masked(link, name) for name in PERSONAL_FIELDS if getattr(link, name)]
    return {"link": link, "personal": held, "basis": said_basis(link.basis)}


def _masked(record: PremisesLink | EndpointAccount, field: str) -> dict[str, Any]:
    """A field that is shown masked, with the address where its clear text is asked for."""
    value: PersonalText = getattr(record, field)
    name = record._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    return {"name": name, "shown": str(value), "ask": unmask_address(record, field)}


def line(request: HttpRequest, number: str, endpoint: int) -> HttpResponse:
    """Record the carrier's answer about an endpoint of the case."""
    case = seen_case(request, number)
    one = Endpoint.objects.filter(pk=endpoint, taken_up__case=case).first()
    if one is None:
        raise Http404
    form = LineForm(request.POST or None, initial={"seen_at": one.last_seen})
    if request.method == "POST" and form.is_valid():
        try:
            record_line(person(request), one, case, form.facts())
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("endpoints:case", number=number)
    context = case_context(request, case, "network") | {
        "form": form,
        "heading": _("Whose line is %(endpoint)s?") % {"endpoint": one.short},
    }
    return render(request, "casework/case_form.html", context)


@require_POST
def answers(request: HttpRequest, number: str) -> HttpResponse:
    """Record a file of answers."""
    case = seen_case(request, number)
    form = AnswersForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for one in form.errors["answers"]))
        return redirect("endpoints:case", number=number)
    try:
        with as_file(form.cleaned_data["answers"]) as path:
            new = record_answers(person(request), case, path)
    except CaseRefused as refused:
        messages.error(request, str(refused))
    else:
        told = ngettext("%(n)s answer recorded.", "%(n)s answers recorded.", new)
        messages.success(request, told % {"n": new})
    return redirect("endpoints:case", number=number)
