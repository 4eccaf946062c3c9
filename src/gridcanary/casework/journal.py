"""What happens in a case goes into the event log, in the same transaction as the change itself."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models.case import Case
from gridcanary.custody.actions import record


def note(case: Case, kind: str, *, user: User | None, unit: Unit | None, **facts: Any) -> None:
    """Append an event about a case and mark the case as changed.

    Call it inside the transaction that makes the change: the two stand or fall together.

    Args:
        case: the case.
        kind: what happened, as ``case.opened`` or ``task.done``.
        user: who did it; None for the system.
        unit: for which unit.
        facts: what JSON can hold; personal data stay out, their ids go in.
    """
    record(
        kind,
        actor=user,
        unit_code=unit.code if unit else "",
        case_ref=case.number,
        body={"case": case.number, **facts},
    )
    case.updated_at = timezone.now()
    case.save(update_fields=["updated_at"])
