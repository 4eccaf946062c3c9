"""The supply of a case's places: orders, the cut, its proof, and the way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gridcanary.accounts.models import Role
from gridcanary.casework.sharing import CaseRefused, acting_membership
from gridcanary.casework.views.asked import case_context, person, seen_case
from gridcanary.contracts.errors import LakeError
from gridcanary.fieldwork import access, meter_proof, rules
from gridcanary.fieldwork.actions import photos, supply
from gridcanary.fieldwork.forms import CutForm, OnSiteProofForm, OrderForm, ReasonForm, ReconnectForm
from gridcanary.fieldwork.models import Disconnection
from gridcanary.fieldwork.open_ends import is_proved, latest_proof
from gridcanary.fieldwork.proof_chart import ProofChart, proof_chart
from gridcanary.fieldwork.queries import photos_by_ref
from gridcanary.fieldwork.views.asked import seen_cut


def case_supply(request: HttpRequest, number: str) -> HttpResponse:
    """A case's tab: the disconnections, and the form for a new one."""
    case, user = seen_case(request, number), person(request)
    post = acting_membership(user, case, *access.PLANNING) if case.is_open else None
    today = timezone.localdate()
    pairs = list(rules.measures(case, post.unit, rules.SUPPLY_LOOP, today)) if post else []
    choices = [
        (f"{measure}|{basis}", f"{rules.measure_name(case, measure)} · {rules.basis_name(case, basis)}")
        for measure, basis in pairs
    ]
    form = OrderForm(case, choices, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        measure, _bar, basis = said["measure"].partition("|")
        try:
            cut = supply.order(
                user, said["site"], measure, basis, meter_id=said["meter_id"], reason=said["reason"]
            )
        except CaseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The order is recorded. Next: switch off, and record it here."))
            return redirect("fieldwork:supply", number=number, cut_id=cut.pk)
    cuts = Disconnection.objects.visible_to(user).filter(case=case).select_related("site")
    context = case_context(request, case, "supply") | {
        "cuts": [_row(cut) for cut in cuts],
        "form": form if choices else None,
        "acts": post is not None,
    }
    return render(request, "fieldwork/case_supply.html", context)


def _row(cut: Disconnection) -> dict[str, Any]:
    return {"cut": cut, "proved": is_proved(cut), "state": state_of(cut)}


def state_of(cut: Disconnection) -> str:
    """Where a disconnection stands, in the language of the page."""
    if cut.withdrawn_at:
        return _("Order withdrawn")
    if cut.reconnected_at:
        return _("Switched on again")
    if cut.executed_at is None:
        return _("Ordered, not switched off yet")
    return _("Off and proved") if is_proved(cut) else _("Off, not proved yet")


@require_GET
def supply_page(request: HttpRequest, number: str, cut_id: int) -> HttpResponse:
    """One disconnection: what was done, the proof, what comes next."""
    cut = seen_cut(request, number, cut_id)
    case, user = cut.case, person(request)
    now = timezone.localtime()
    proof = latest_proof(cut)
    refs = [*cut.evidence, *(proof.evidence if proof else [])]
    known = photos_by_ref(case)
    over = cut.withdrawn_at is not None or cut.reconnected_at is not None
    context = case_context(request, case, "supply") | {
        "cut": cut,
        "state": state_of(cut),
        "measure": rules.measure_name(case, cut.measure_code),
        "basis": rules.basis_name(case, cut.basis_code),
        "proof": proof,
        "proofs": cut.proofs.order_by("-id").select_related("made_by"),
        "photos": [known[ref] for ref in refs if ref in known],
        "chart": _chart(cut),
        "hours": meter_proof.PROOF_HOURS,
        "writes": access.may_write(user, case) and not over,
        "approves": not over and acting_membership(user, case, Role.APPROVER) is not None,
        "lacking": supply.lacking_to_reconnect(cut) if not over else [],
        "cut_form": CutForm(initial={"at": now}, auto_id="id_cut_%s"),
        "proof_form": OnSiteProofForm(initial={"at": now}, auto_id="id_proof_%s"),
        "reconnect_form": ReconnectForm(initial={"at": now}, auto_id="id_on_%s"),
        "withdraw_form": ReasonForm(auto_id="id_withdraw_%s"),
    }
    return render(request, "fieldwork/supply.html", context)


def _chart(cut: Disconnection) -> ProofChart | None:
    if cut.executed_at is None:
        return None
    try:
        readings = meter_proof.readings_around(supply.lake_folder(), cut.meter_id, cut.executed_at)
    except LakeError:
        return None  # the page works without the curve; "look into the readings" tells what is wrong
    return proof_chart(
        readings, cut.executed_at, cut.executed_at + dt.timedelta(hours=meter_proof.PROOF_HOURS)
    )


@require_POST
def act(request: HttpRequest, number: str, cut_id: int, step: str) -> HttpResponse:
    """Record a step of a disconnection."""
    cut = seen_cut(request, number, cut_id)
    back = redirect("fieldwork:supply", number=number, cut_id=cut_id)
    form_class = {
        "executed": CutForm, "read-again": OnSiteProofForm, "reconnected": ReconnectForm, "withdrawn": ReasonForm,
        "readings": None,
    }.get(step, ReasonForm)  # fmt: skip
    said: dict[str, Any] = {}
    if form_class is not None:
        form = form_class(request.POST, request.FILES)
        if not form.is_valid():
            problems = [f"{form[name].label}: {' '.join(map(str, one))}" for name, one in form.errors.items()]
            messages.error(request, " ".join(problems))
            return back
        said = dict(form.cleaned_data)
    try:
        messages.success(request, _taken(request, cut, step, said))
    except (CaseRefused, LakeError) as refused:
        messages.error(request, str(refused))
    return back


def _taken(request: HttpRequest, cut: Disconnection, step: str, said: dict[str, Any]) -> str:
    user = person(request)
    files = said.pop("photos", [])
    if files:
        said["evidence"] = photos.add_case_photos(
            user,
            cut.case,
            files,
            _("Meter %(meter)s") % {"meter": cut.meter_id},
            at=min(said["at"], timezone.now()),
            place=str(cut.site),
        )
    if step == "executed":
        supply.execute(user, cut, **said)
        return _("Recorded. Next: the proof at the meter.")
    if step == "readings":
        proof = supply.prove_from_readings(user, cut)
        return (
            _("The meter stayed without load: proved.")
            if proof.holds
            else _("Not proved: see the numbers below.")
        )
    if step == "read-again":
        proof = supply.prove_on_site(user, cut, **{"evidence": [], **said})
        return (
            _("The meter stayed without load: proved.")
            if proof.holds
            else _("Not proved: see the numbers below.")
        )
    if step == "reconnected":
        supply.reconnect(user, cut, **said)
        return _("Recorded: the supply is on again.")
    supply.withdraw(user, cut, said["reason"])
    return _("The order is withdrawn.")
