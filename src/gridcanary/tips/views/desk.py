"""The desk: tips that came, leads they make, and what staff do with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import User
from gridcanary.accounts.views.personal_data import unmask_address
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import person
from gridcanary.contracts.reasons import load_reasons
from gridcanary.places.premises import PremisesMatch
from gridcanary.tips.actions import desk as acts
from gridcanary.tips.actions.sending import send_tip
from gridcanary.tips.actions.settling import CAMPAIGN, archive_match, perhaps_same, settle
from gridcanary.tips.clocks import running
from gridcanary.tips.desk_forms import CaseForm, DecisionForm, PlaceForm, TelephoneForm
from gridcanary.tips.models import ENDS, Cue, TimeOfDay, Tip, TipLead, TipState
from gridcanary.tips.premises import Told, told_of
from gridcanary.tips.queries import conversation, receiving_unit
from gridcanary.tips.receipts import grouped
from gridcanary.tips.words import sentence

ROWS = 50
PERSONAL = ("name", "phone", "contact")


@require_GET
def leads(request: HttpRequest) -> HttpResponse:
    """Leads by weight, those without an end first; above them tips whose comparing with others broke off."""
    user = person(request)
    found = (
        TipLead.objects.visible_to(user)
        .select_related("case")
        .prefetch_related("tips__reporter", "tips__lead")
    )
    wanted = request.GET.get("show", "open")
    if wanted == "open":
        found = found.exclude(pk__in=_ended(user))
    elif wanted == "flagged":
        found = found.exclude(flags=[])
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [_lead_row(lead) for lead in page]
    alone = Tip.objects.visible_to(user).filter(lead=None).exclude(state__in=ENDS).order_by("id")
    context = {"rows": rows, "page": page, "show": wanted, "alone": alone[:ROWS]}
    return render(request, "tips/desk/leads.html", context)


@require_GET
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead with its tips, its weight and what else explains it."""
    one = _seen_lead(request, pk)
    tips = list(one.tips.order_by("id"))
    context = _lead_row(one) | {
        "tips": tips,
        "innocent": [sentence(reason) for reason in load_reasons(one.reasons.get("innocent", "[]"))],
        "archive": told_of(PremisesMatch("matched", one.premises_id), person(request).area_prefix),
        "form": CaseForm(None, person(request)),
    }
    return render(request, "tips/desk/lead.html", context)


@require_POST
def lead_case(request: HttpRequest, pk: int) -> HttpResponse:
    """A case from a lead."""
    one = _seen_lead(request, pk)
    form = CaseForm(request.POST, person(request))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("tips:lead", pk=pk)
    given = form.cleaned_data
    try:
        case = (
            acts.add_to_case(person(request), one, given["case"])
            if given["case"]
            else acts.open_lead_case(person(request), one, given["title"])
        )
    except (acts.TipRefused, CaseRefused) as refused:
        messages.error(request, str(refused))
        return redirect("tips:lead", pk=pk)
    return redirect("casework:case", number=case.number)


@require_GET
def tip(request: HttpRequest, reference: str) -> HttpResponse:
    """A tip: its words (the reading is recorded), place, files, conversation."""
    one = _seen_tip(request, reference)
    user = person(request)
    try:
        words = acts.read(user, one)
    except acts.TipRefused:
        words = {"told": str(one.told), "place": str(one.place)}
    reporter = getattr(one, "reporter", None)
    held = [(reporter, name) for name in PERSONAL if reporter is not None and getattr(reporter, name)]
    context = {
        "tip": one,
        "words": words,
        "cues": [Cue(cue).label for cue in one.cues if cue in Cue.values],
        "hours": [TimeOfDay(hour).label for hour in one.hours.split(",") if hour in TimeOfDay.values],
        "files": one.attachments.select_related("item", "copy"),
        "personal": [
            {
                "name": one._meta.get_field(name).verbose_name,
                "shown": str(getattr(one, name)),
                "ask": unmask_address(one, name),
            }
            for one, name in held
        ],
        "messages_told": conversation(one),
        "perhaps": perhaps_same(one),
        "archive": _archive(one, user),
        "place_form": PlaceForm(initial={"admin_code": one.admin_code, "premises_id": one.premises_id}),
        "decision_form": DecisionForm(),
        "ended": one.state in ENDS,
        "clocks": running(one),
    }
    return render(request, "tips/desk/tip.html", context)


@require_POST
def act(request: HttpRequest, reference: str) -> HttpResponse:
    """What the page of a tip offers: place it, join it, answer, decide."""
    one, user = _seen_tip(request, reference), person(request)
    doing: dict[str, Callable[[], object]] = {
        "place": lambda: _place(request, one),
        "settle": lambda: _settle(user, one),
        "join": lambda: acts.join(user, one, _seen_lead(request, int(request.POST.get("lead") or 0))),
        "reply": lambda: acts.reply(user, one, request.POST.get("text", "")),
        "decide": lambda: acts.decide(
            user,
            one,
            request.POST.get("state", ""),
            request.POST.get("answer", ""),
            request.POST.get("passed_to", ""),
        ),
    }
    asked = doing.get(request.POST.get("what", ""))
    if asked is None:
        raise Http404
    try:
        asked()
    except acts.TipRefused as refused:
        messages.error(request, str(refused))
    return redirect("tips:tip", reference=reference)


def telephone(request: HttpRequest) -> HttpResponse:
    """A tip that somebody told an officer; it goes the same way as one from the page."""
    form = TelephoneForm(request.POST or None)
    unit = receiving_unit()
    if request.method == "POST" and form.is_valid() and unit is not None:
        sent = send_tip(
            form.facts("zh"), unit=unit, channel=form.cleaned_data["channel"], entered_by=person(request)
        )
        settle(sent.tip)
        context = {"reference": sent.tip.reference, "receipt": grouped(sent.receipt)}
        return render(request, "tips/desk/entered.html", context)
    return render(request, "tips/desk/telephone.html", {"form": form, "unit": unit})


def _settle(user: User, one: Tip) -> None:
    acts.post_for(user, one)
    settle(one)


def _place(request: HttpRequest, one: Tip) -> None:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise acts.TipRefused(_("An area code has six digits."))
    acts.set_place(person(request), one, form.cleaned_data["admin_code"], form.cleaned_data["premises_id"])


def _archive(one: Tip, user: User) -> list[Told]:
    """The premises that the tip has, or those that its place may mean, in the person's area."""
    match = PremisesMatch("matched", one.premises_id) if one.premises_id else archive_match(one)
    return told_of(match, user.area_prefix)


def _lead_row(one: TipLead) -> dict[str, Any]:
    tips = list(one.tips.all())
    return {
        "lead": one,
        "ratio": round(math.exp(one.llr), 1),
        "reasons": [sentence(reason) for reason in load_reasons(one.reasons.get("reasons", "[]"))],
        "count": len(tips),
        "independent": one.reasons.get("independent", len(tips)),
        "campaign": CAMPAIGN in one.flags,
        "clocks": sorted((clock for tip in tips for clock in running(tip)), key=lambda one: one.due)[:1],
        "last": max((tip.received_on for tip in tips), default=None),
        "states": sorted({str(TipState(tip.state).label) for tip in tips}),
    }


def _ended(user: Any) -> list[int]:
    """Leads of which every tip has ended."""
    seen = Tip.objects.visible_to(user)
    going = set(seen.exclude(state__in=ENDS).values_list("lead_id", flat=True))
    return [pk for pk in set(seen.values_list("lead_id", flat=True)) - going if pk is not None]


def _seen_tip(request: HttpRequest, reference: str) -> Tip:
    found: Tip | None = (
        Tip.objects.visible_to(person(request))
        .select_related("unit", "lead", "lead__case")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _seen_lead(request: HttpRequest, pk: int) -> TipLead:
    found: TipLead | None = (
        TipLead.objects.visible_to(person(request)).select_related("unit", "case").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found
