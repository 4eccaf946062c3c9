"""The tab of parties: who they are, what they are in the case, where else they are known."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gridcanary.accounts.models import UnmaskRequest, UnmaskState
from gridcanary.accounts.sessions import step_up_required
from gridcanary.accounts.unmask_actions import UnmaskRefused, request_unmask, reveal
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import answer, case_context, person, seen_case
from gridcanary.enforcement import queries
from gridcanary.enforcement.actions import parties as actions
from gridcanary.enforcement.forms import PartyForm, ReasonForm
from gridcanary.enforcement.models import Part, Party, PartyRole

FIELDS = actions.PERSONAL


def _party(request: HttpRequest, case: Case, pk: int) -> Party:
    return get_object_or_404(Party.objects.visible_to(person(request)), case=case, pk=pk)


def party_list(request: HttpRequest, number: str) -> HttpResponse:
    """Everybody in the case."""
    case = seen_case(request, number)
    user = person(request)
    rows = [
        {
            "party": party,
            "parts": [role for role in party.roles.all() if role.ended_at is None],
            "elsewhere": queries.same_parties(user, party),
        }
        for party in queries.parties_of(case)
    ]
    return render(
        request, "enforcement/parties.html", {**case_context(request, case, "parties"), "rows": rows}
    )


def new_party(request: HttpRequest, number: str) -> HttpResponse:
    """Add a party."""
    case = seen_case(request, number)
    form = PartyForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        held = form.cleaned_data
        try:
            party = actions.add_party(person(request), case, form.facts(), held["parts"], site=held["site"])
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Added."))
            return redirect("enforcement:party", number=case.number, pk=party.pk)
    context = {**case_context(request, case, "parties"), "form": form}
    return render(request, "enforcement/new_party.html", context, status=400 if form.errors else 200)


def party_page(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One party: what is known, masked; corrections; parts; the same party in other cases."""
    case = seen_case(request, number)
    party = _party(request, case, pk)
    initial = {"kind": party.kind, "note": party.note}
    form = PartyForm(request.POST or None, case=case, stored=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_party(person(request), party, form.facts())
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Corrected.") if changed else _("Nothing was changed."))
            return redirect("enforcement:party", number=case.number, pk=party.pk)
    context = _party_context(request, case, party)
    return render(
        request, "enforcement/party.html", {**context, "form": form}, status=400 if form.errors else 200
    )


def _party_context(request: HttpRequest, case: Case, party: Party) -> dict[str, Any]:
    user = person(request)
    asked = UnmaskRequest.objects.filter(
        asked_by=user, model=Party._meta.label_lower, object_id=str(party.pk)
    ).exclude(state__in=(UnmaskState.REFUSED, UnmaskState.WITHDRAWN))
    # The newest request for each field; an older one has run out.
    requests: dict[str, UnmaskRequest] = {}
    for one in asked.order_by("id"):
        if one.state == UnmaskState.ASKED or one.is_open():
            requests[one.field] = one
    running = party.roles.filter(ended_at__isnull=True)
    held = {role.role for role in running}
    return {
        **case_context(request, case, "parties"),
        "party": party,
        "facts": [_fact(party, name, requests) for name in FIELDS],
        "running": running.select_related("site"),
        "free_parts": [(part, part.label) for part in Part if part not in held],
        "elsewhere": queries.same_parties(user, party),
        "reason_form": ReasonForm(),
    }


def _fact(party: Party, name: str, requests: dict[str, UnmaskRequest]) -> dict[str, Any]:
    shown = party.shown_name if name == "name" else str(getattr(party, name) or "")
    return {
        "field": name,
        "label": Party._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
        "shown": shown,
        "request": requests.get(name),
        "open": name in requests and requests[name].is_open(),
    }


@require_POST
def give_part(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The party is something more in the case."""
    case = seen_case(request, number)
    party = _party(request, case, pk)
    part = request.POST.get("part", "")
    return answer(
        request, lambda: actions.give_part(person(request), party, part), _("Recorded."),
        "enforcement:party", number=case.number, pk=party.pk,
    )  # fmt: skip


@require_POST
def end_part(request: HttpRequest, number: str, pk: int, part: int) -> HttpResponse:
    """The party is not that any more."""
    case = seen_case(request, number)
    party = _party(request, case, pk)
    role = get_object_or_404(PartyRole, party=party, pk=part)
    return answer(
        request, lambda: actions.end_part(person(request), role), _("Recorded."),
        "enforcement:party", number=case.number, pk=party.pk,
    )  # fmt: skip


@require_POST
def ask_to_unmask(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask to see a field in clear."""
    case = seen_case(request, number)
    party = _party(request, case, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words what you need it for."))
    else:
        try:
            request_unmask(person(request), party, form.cleaned_data["field"], form.cleaned_data["reason"])
        except UnmaskRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Asked. A second person of your unit decides."))
    return redirect("enforcement:party", number=case.number, pk=party.pk)


@require_POST
@never_cache
@step_up_required
def reveal_field(request: HttpRequest, number: str, pk: int, field: str) -> HttpResponse:
    """Show a field in clear on an approved request. A post, because each reading is recorded."""
    case = seen_case(request, number)
    party = _party(request, case, pk)
    if field not in FIELDS:
        raise Http404
    try:
        plain = reveal(person(request), party, field)
    except UnmaskRefused as refused:
        messages.error(request, str(refused))
        return redirect("enforcement:party", number=case.number, pk=party.pk)
    context = {**_party_context(request, case, party), "revealed": field, "plain": plain}
    form = PartyForm(case=case, stored=True, initial={"kind": party.kind, "note": party.note})
    response = render(request, "enforcement/party.html", {**context, "form": form})
    response["Cache-Control"] = "no-store"
    return response
