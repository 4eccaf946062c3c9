"""Deciding about a finding: mark it for inspection, dismiss it with a reason, take that back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridcanary.accounts.models import User
from gridcanary.casework import actions
from gridcanary.casework.actions import DecidedSubject, DecisionRefused
from gridcanary.casework.models import DismissalReason
from gridcanary.casework.queries import OPEN, history, state_after
from gridcanary.casework.views.asked import person
from gridcanary.console.findings import admin_code_of, find
from gridcanary.console.views.cases import cases_context
from gridcanary.console.vocabulary import STATE_NAMES


def triage_context(user: User, kind: str, subject_id: str) -> dict[str, Any]:
    """What the decision panel shows."""
    decisions = list(history(user, kind, subject_id))
    last = decisions[0] if decisions else None
    state = state_after(last)
    return {
        "kind": kind,
        "subject_id": subject_id,
        "decisions": decisions,
        "last_decision": last,
        "state": state,
        "state_name": STATE_NAMES[state],
        "undecided": state == OPEN,
        "dismissal_reasons": DismissalReason.choices,
        **cases_context(user, kind, subject_id),
    }


@require_POST
def decide(request: HttpRequest, kind: str, subject_id: str) -> HttpResponse:
    """Record a decision; answers with the panel alone to htmx, else goes back to the page."""
    user, subject = person(request), _decided_subject(request, kind, subject_id)
    problem = ""
    try:
        _record(request, user, subject)
    except DecisionRefused as refusal:
        problem = str(refusal)
    if getattr(request, "htmx", None):
        context = {**triage_context(user, kind, subject_id), "problem": problem, "answered": not problem}
        return render(request, "console/_triage.html", context)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("Recorded."))
    return redirect("console:subject", kind=kind, subject_id=subject_id)


def _decided_subject(request: HttpRequest, kind: str, subject_id: str) -> DecidedSubject:
    area = admin_code_of(kind, subject_id)
    finding = find(kind, subject_id)
    if not person(request).sees_area(area) or (finding is None and area is None):
        raise Http404
    return finding.decided_subject() if finding else DecidedSubject(kind, subject_id, area)


def _record(request: HttpRequest, user: User, subject: DecidedSubject) -> None:
    choice, note = request.POST.get("choice", ""), request.POST.get("note", "")
    seen_text = request.POST.get("seen", "")
    seen = int(seen_text) if seen_text.isdecimal() else None
    if choice == "mark":
        actions.mark_for_inspection(user, subject, note=note, seen=seen)
    elif choice == "dismiss":
        actions.dismiss(user, subject, request.POST.get("reason", ""), note=note, seen=seen)
    elif choice == "undo":
        actions.undo(user, subject, note=note, seen=seen)
    else:
        raise DecisionRefused(_("Unknown decision."))
