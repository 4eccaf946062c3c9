"""Who may write in an inspection: people of the departments that take part in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, acting_membership, require_acting
from gridcanary.fieldwork.models import InspectionPlan, Visit

PLANNING = (Role.OFFICER, Role.APPROVER)
RECORDING = (Role.OFFICER, Role.APPROVER, Role.CLERK)


class ChangedMeanwhile(CaseRefused):
    """Somebody else wrote the same thing after the page was loaded; the message says what stands there now."""


def unit_ids(plan: InspectionPlan) -> set[int]:
    """Ids of the units that take part in a plan."""
    return {plan.unit_id, *plan.officers.values_list("membership__unit_id", flat=True)}


def require_taking_part(user: User, visit: Visit) -> Membership:
    """The post in which a person records a visit.

    Raises:
        CaseRefused: the person doesn't act in the case, or the department doesn't take part in this inspection.
    """
    post = require_acting(user, visit.case, *RECORDING)
    if post.unit_id not in unit_ids(visit.plan):
        raise CaseRefused(_("Your department doesn't take part in this inspection."))
    return post


def may_write(user: User, case: Case) -> bool:
    """Whether pages show a person the forms of a case."""
    return case.is_open and acting_membership(user, case, *RECORDING) is not None
