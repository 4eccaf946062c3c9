"""From a finding to a case: the finding's premises, and those that start and stop with it, are taken up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.actions.cases import OPENERS, LeadFacts, SiteFacts, open_case
from gridcanary.casework.case_queries import cases_at
from gridcanary.casework.models import CaseQuerySet, LeadSource, SiteKind
from gridcanary.casework.sharing import CaseRefused
from gridcanary.console.findings import METER, ListedFinding, find, open_book
from gridcanary.console.views.asked import signed_in

KIND_BY_CLASS = {
    "residential": SiteKind.HOME,
    "agricultural": SiteKind.FARM,
    "general_industrial": SiteKind.WORKSHOP,
    "large_industrial": SiteKind.WORKSHOP,
    "commercial": SiteKind.OFFICE,
    "data_centre": SiteKind.DATA_CENTRE,
}
"""A first guess from the tariff class; an officer corrects it."""


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
    user, finding = signed_in(request.user), find(kind, subject_id)
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
        case = open_case(
            user, unit, finding.title, sites=[_taken_up(one) for one in _together(finding, user)]
        )
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("console:subject", kind=kind, subject_id=subject_id)
    return redirect("casework:case", number=case.number)


def _together(finding: ListedFinding, user: User) -> list[ListedFinding]:
    book = open_book()
    group = book.group(finding.group_id) if book else []
    others = [one for one in group if one.key != finding.key and user.sees_area(one.admin_code)]
    return [finding, *others]


def _taken_up(finding: ListedFinding) -> tuple[SiteFacts, list[LeadFacts]]:
    customer = finding.customer
    is_meter = finding.subject_kind == METER
    site = SiteFacts(
        premises_id=customer.premises_id if customer else "",
        meter_id=finding.subject_id if is_meter else "",
        transformer_id=(customer.transformer_id or "" if customer else "")
        if is_meter
        else finding.subject_id,
        kind=KIND_BY_CLASS.get(finding.tariff_class, SiteKind.OTHER),
        address=(customer.address or "") if customer else "",
        admin_code=finding.admin_code or "",
    )
    lead = LeadFacts(
        source=LeadSource.POWER,
        subject_kind=finding.subject_kind,
        subject_id=finding.subject_id,
        score=finding.score,
        mode=finding.mode,
        as_of=finding.as_of,
        onset=finding.onset,
        kw_low=finding.kw_low,
        kw_mid=finding.kw_mid,
        kw_high=finding.kw_high,
        reasons={language: list(told) for language, told in finding.reasons.items()},
    )
    return site, [lead]
