"""Reads of decisions: the state of a subject is whatever its last decision says."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Max

from gridcanary.accounts.models import User
from gridcanary.casework.models import DecisionQuerySet, Kind, TriageDecision

OPEN, MARKED, DISMISSED = "open", "marked", "dismissed"
STATES = (OPEN, MARKED, DISMISSED)

SubjectKey = tuple[str, str]
"""(subject_kind, subject_id)"""


def state_after(decision: TriageDecision | None) -> str:
    """The state that a last decision leaves: one of STATES."""
    if decision is None or decision.kind == Kind.UNDONE:
        return OPEN
    return str(decision.kind)


def latest_decision(subject_kind: str, subject_id: str) -> TriageDecision | None:
    """The last decision about a subject; None where nobody has decided."""
    return (
        TriageDecision.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
        .order_by("-id")
        .first()
    )


def history(user: User, subject_kind: str, subject_id: str) -> DecisionQuerySet:
    """All decisions about a subject that the person may see, newest first."""
    decisions = TriageDecision.objects.visible_to(user).filter(
        subject_kind=subject_kind, subject_id=subject_id
    )
    return decisions.select_related("decided_by").order_by("-id")


def states(user: User) -> Mapping[SubjectKey, str]:
    """State of every subject that somebody decided about; a subject that is not in it is open."""
    visible = TriageDecision.objects.visible_to(user)
    last_ids = visible.order_by().values("subject_kind", "subject_id").annotate(last=Max("id")).values("last")
    return {
        (decision.subject_kind, decision.subject_id): state_after(decision)
        for decision in TriageDecision.objects.filter(id__in=last_ids)
    }
