"""The only writers of decisions. Each appends one row in a transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.casework.models import DismissalReason, Kind, TriageDecision
from gridcanary.casework.queries import latest_decision
from gridcanary.contracts.errors import GridcanaryError

NOTE_LIMIT = 2000


class DecisionRefused(GridcanaryError):
    """A decision that cannot be recorded; the message is for the person who made it."""


@dataclass(frozen=True, slots=True)
class DecidedSubject:
    """What a decision is about, with the finding that the person saw.

    Args:
        kind: ``meter`` or ``transformer``.
        subject_id: meter_id or transformer_id.
        admin_code: GB/T 2260 code of the premises; None where unknown.
        score: the finding's score, 0 to 1; None where there was no finding.
        mode: the finding's mode.
        as_of: last day of readings that the finding rests on.
    """

    kind: str
    subject_id: str
    admin_code: str | None = None
    score: float | None = None
    mode: str = ""
    as_of: dt.date | None = None


def mark_for_inspection(
    user: User, subject: DecidedSubject, *, note: str = "", seen: int | None = None
) -> TriageDecision:
    """Record that the premises are to be inspected.

    Args:
        user: who decides.
        subject: what about.
        note: free text for the inspector.
        seen: id of the last decision that the person's page showed; None where it showed none.

    Returns:
        The decision as stored.

    Raises:
        DecisionRefused: outside the person's area, overtaken by another decision, or already marked.
    """
    return _append(user, subject, Kind.MARKED, note=note, seen=seen)


def dismiss(
    user: User, subject: DecidedSubject, reason: str, *, note: str = "", seen: int | None = None
) -> TriageDecision:
    """Record that the finding needs no inspection, and why.

    Args:
        user: who decides.
        subject: what about.
        reason: one of DismissalReason.
        note: free text, required with DismissalReason.OTHER.
        seen: as for mark_for_inspection.

    Returns:
        The decision as stored.

    Raises:
        DecisionRefused: no reason, an unknown one, or "other" without a note; and as for mark_for_inspection.
    """
    if reason not in DismissalReason.values:
        raise DecisionRefused(_("Choose a reason for dismissing."))
    if reason == DismissalReason.OTHER and not note.strip():
        raise DecisionRefused(_("Explain the reason in the note."))
    return _append(user, subject, Kind.DISMISSED, dismissal_reason=reason, note=note, seen=seen)


def undo(user: User, subject: DecidedSubject, *, note: str = "", seen: int | None = None) -> TriageDecision:
    """Take the last decision back; both stay in the history.

    Args:
        user: who takes it back.
        subject: what about.
        note: why.
        seen: as for mark_for_inspection.

    Returns:
        The undo as stored.

    Raises:
        DecisionRefused: there is nothing to undo; and as for mark_for_inspection.
    """
    last = latest_decision(subject.kind, subject.subject_id)
    if last is None or last.kind == Kind.UNDONE:
        raise DecisionRefused(_("There is no decision to undo."))
    return _append(user, subject, Kind.UNDONE, undoes=last, note=note, seen=seen)


@transaction.atomic
def _append(
    user: User,
    subject: DecidedSubject,
    kind: Kind,
    *,
    note: str,
    seen: int | None,
    dismissal_reason: str = "",
    undoes: TriageDecision | None = None,
) -> TriageDecision:
    if not user.is_active or not user.sees_area(subject.admin_code):
        raise DecisionRefused(_("These premises are outside your area."))
    last = latest_decision(subject.kind, subject.subject_id)
    if (last.pk if last else None) != seen:
        raise DecisionRefused(
            _("Somebody else decided in the meantime. Look at the history and decide again.")
        )
    if last is not None and last.kind == kind:
        raise DecisionRefused(_("This decision stands already."))
    return TriageDecision.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.subject_id,
        admin_code=subject.admin_code or "",
        kind=kind,
        dismissal_reason=dismissal_reason,
        note=note.strip()[:NOTE_LIMIT],
        undoes=undoes,
        finding_score=subject.score,
        finding_mode=subject.mode,
        finding_as_of=subject.as_of,
        decided_by=user,
    )
