"""From a finding to a case: the finding's premises, and those that start and stop with it, are taken up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.actions.cases import OPENERS, open_case
from gridcanary.casework.case_queries import cases_at
from gridcanary.casework.models import CaseQuerySet
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import person
from gridcanary.console.findings import METER, find
from gridcanary.console.taking_up import taken_up, together


def cases_context(user: User, kind: str, subject_id: str) -> dict[str, Any]:
    """What the decision panel shows of cases about a subject."""
    return {
        "cases_here": _cases_about(user, kind, subject_id),
        "may_open_case": _unit_of(user) is not None,
    }


def _cases_about(user: User, kind: str, subject_id: str) -> CaseQuerySet:
    return cases_at(user, meter_id=subject_id) if kind == METER else cases_at(user, transformer_id=subject_id)


def _unit_of(user: User) -> Unit | None:
    return next((post.unit for post in user.memberships_now() if post.role in OPENERS), None)


@require_POST
def open_from_finding(request: HttpRequest, kind: str, subject_id: str) -> HttpResponse:
    """Open a case about a finding; goes to the one that is open already where there is one."""
    user, finding = person(request), find(kind, subject_id)
    if finding is None or not user.sees_area(finding.admin_code):
        raise Http404
    already = _cases_about(user, kind, subject_id).open().first()
    if already is not None:
        messages.info(request, _("There is an open case about these premises already."))
        return redirect("casework:case", number=already.number)
    unit = _unit_of(user)
    if unit is None:
        messages.error(request, _("You can open cases only for a department in which you work."))
        return redirect("console:subject", kind=kind, subject_id=subject_id)
    try:
        case = open_case(user, unit, finding.title, sites=[taken_up(one) for one in together(finding, user)])
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("console:subject", kind=kind, subject_id=subject_id)
    return redirect("casework:case", number=case.number)
