"""Who takes part in a case: bringing in, receipts, leaving, handing over."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import Unit
from gridcanary.casework.actions import sharing
from gridcanary.casework.case_queries import own_units, units_to_invite
from gridcanary.casework.forms import HandoverForm, ShareForm
from gridcanary.casework.models import Case, Handover
from gridcanary.casework.views.asked import answer, case_context, person, seen_case


@require_GET
def departments(request: HttpRequest, number: str) -> HttpResponse:
    """The departments of a case."""
    return _page(request, seen_case(request, number))


def _page(
    request: HttpRequest, case: Case, *, share: ShareForm | None = None, hand: HandoverForm | None = None
) -> HttpResponse:
    context = case_context(request, case, "departments") | {
        "shares": case.shares.select_related("unit", "given_by", "received_by").order_by("ended_at", "id"),
        "handovers": case.handovers.select_related("from_unit", "to_unit", "sent_by", "answered_by"),
        "own_units": own_units(person(request)),
        "share_form": share or ShareForm(units_to_invite(case), prefix="share"),
        "handover_form": hand or HandoverForm(case, prefix="hand"),
    }
    return render(request, "casework/departments.html", context)


@require_POST
def invite(request: HttpRequest, number: str) -> HttpResponse:
    """Bring a department in."""
    case = seen_case(request, number)
    form = ShareForm(units_to_invite(case), request.POST, prefix="share")
    if not form.is_valid():
        return _page(request, case, share=form)
    said = form.cleaned_data
    return answer(
        request,
        lambda: sharing.share(person(request), case, said["unit"], said["level"], said["purpose"]),
        _("%(unit)s now takes part.") % {"unit": said["unit"].name},
        "casework:departments",
        number=number,
    )


def _unit_in(case: Case, code: str) -> Unit:
    share = case.shares.filter(unit__code=code).select_related("unit").first()
    if share is None:
        raise Http404
    return share.unit


@require_POST
def confirm(request: HttpRequest, number: str, unit: str) -> HttpResponse:
    """Confirm the receipt of a case."""
    case = seen_case(request, number)
    return answer(
        request,
        lambda: sharing.confirm_receipt(person(request), case, _unit_in(case, unit)),
        _("Receipt confirmed."),
        "casework:case",
        number=number,
    )


@require_POST
def leave(request: HttpRequest, number: str, unit: str) -> HttpResponse:
    """Let a department leave."""
    case = seen_case(request, number)
    return answer(
        request,
        lambda: sharing.end_share(
            person(request), case, _unit_in(case, unit), request.POST.get("reason", "")
        ),
        _("The department has left the case."),
        "casework:departments",
        number=number,
    )


@require_POST
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Offer the lead to another department."""
    case = seen_case(request, number)
    form = HandoverForm(case, request.POST, prefix="hand")
    if not form.is_valid():
        return _page(request, case, hand=form)
    said = form.cleaned_data
    return answer(
        request,
        lambda: sharing.hand_over(person(request), case, said["unit"], said["note"]),
        _("The handover is sent; the lead moves when it is accepted."),
        "casework:departments",
        number=number,
    )


@require_POST
def answer_handover(request: HttpRequest, number: str, handover: int) -> HttpResponse:
    """Accept or refuse the lead."""
    case = seen_case(request, number)
    offer = (
        Handover.objects.filter(case=case, pk=handover).select_related("case", "from_unit", "to_unit").first()
    )
    if offer is None:
        raise Http404
    accept = request.POST.get("accept") == "yes"
    return answer(
        request,
        lambda: sharing.answer_handover(
            person(request), offer, accept=accept, answer=request.POST.get("answer", "")
        ),
        _("Your department now leads the case.") if accept else _("The handover is refused."),
        "casework:departments",
        number=number,
    )
