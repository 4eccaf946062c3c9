"""Taking a case through a gate."""

from __future__ import annotations

from gridcanary.accounts.demo import GOVERNMENT
from gridcanary.casework import law
from gridcanary.casework.actions import stages
from gridcanary.casework.models import Case
from gridcanary.console.demo_cases.people import Cast, bring_in

REASONS = {GOVERNMENT: "落实属地责任，督促整改"}


def go(cast: Cast, case: Case, way: str) -> None:
    """Give the approvals that a way asks for and take it.

    Args:
        cast: who acts.
        case: the case.
        way: code of the transition.
    """
    own = case.owner_unit.kind
    for wanted in law.pack_of(case).transitions_from(case.stage)[way].gate.approvals:
        kind = wanted.department or own
        bring_in(cast, case, kind, REASONS.get(kind, "批准本环节事项"))
        stages.approve_way(cast.approver(kind), case, way, wanted.role, granted=True)
    stages.move(cast.officer(own), case, way)
    case.refresh_from_db()


def state(cast: Cast, case: Case, condition: str, basis: str) -> None:
    """State that a condition holds which only people can know."""
    stages.state_condition(cast.officer(case.owner_unit.kind), case, condition, basis)
