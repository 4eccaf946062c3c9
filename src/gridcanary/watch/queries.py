"""Reads of the watch."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridcanary.accounts.models import Role, User
from gridcanary.casework.case_queries import own_units
from gridcanary.casework.elsewhere import Waiting
from gridcanary.casework.models import Case, CaseShare
from gridcanary.watch.models import Return, ReturnState, WatchVisit

AT_MOST = 50
"""Signs that a person's page of work names at once."""


def visits_due(user: User, *, own: bool) -> QuerySet[WatchVisit]:
    """Visits still to be done in the cases that the person sees, the earliest first."""
    seen = Case.objects.visible_to(user).values("pk")
    visits = WatchVisit.objects.filter(case__in=seen, result="", dropped_because="").select_related(
        "case", "unit"
    )
    return visits.filter(unit__in=own_units(user)) if own else visits


def visits_late(user: User) -> QuerySet[WatchVisit]:
    """Visits whose day has passed."""
    return visits_due(user, own=False).filter(due_on__lt=timezone.localdate())


def open_returns(user: User) -> QuerySet[Return]:
    """Signs that nobody has decided about, of cases that the person sees."""
    seen = Case.objects.visible_to(user).values("pk")
    return Return.objects.filter(case__in=seen, state=ReturnState.OPEN).select_related("case")


def returns_waiting(user: User) -> Iterator[Waiting]:
    """Signs of return that the person may decide about, in the cases of the departments where the person acts."""
    deciding = [post.unit_id for post in user.memberships_now() if post.role in (Role.OFFICER, Role.APPROVER)]
    shares = CaseShare.objects.filter(unit__in=deciding, ended_at__isnull=True).exclude(level="read")
    found = Return.objects.filter(case__in=shares.values("case_id"), state=ReturnState.OPEN)
    for sign in found.select_related("case")[:AT_MOST]:
        words = _("Decide about a sign of return: %(kind)s") % {"kind": sign.get_kind_display()}
        yield Waiting(words, reverse("watch:case", kwargs={"number": sign.case.number}), sign.case.number)


def watch_incomplete(case: Case) -> str:
    """``watch_complete``: what is missing, or nothing."""

    visits = list(WatchVisit.objects.filter(case=case))
    if not visits:
        return _("No visits of the watch are planned.")
    undone = sum(visit.is_open for visit in visits)
    if undone:
        return ngettext(
            "%(n)d visit of the watch is to be done", "%(n)d visits of the watch are to be done", undone
        ) % {"n": undone}
    if Return.objects.filter(case=case, state=ReturnState.OPEN).exists():
        return _("A sign that the mine came back waits for a decision.")
    return ""


def no_return(case: Case) -> str:
    """``resurgence_found``: what is missing, or nothing."""

    found = Return.objects.filter(case=case).exclude(state=ReturnState.DISMISSED).exists()
    return "" if found else _("Nothing shows that the mine came back.")
