"""Approvals, statements and moving a case from stage to stage."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework import law, loop
from gridcanary.casework.actions.clocks import happened
from gridcanary.casework.gates import condition_subject, gate_subject, lacking
from gridcanary.casework.journal import note
from gridcanary.casework.models import Approval, Case, StageEntry
from gridcanary.casework.sharing import CaseRefused, acting_membership, require_acting, require_owner

MOVERS = (Role.OFFICER, Role.APPROVER)


class GateClosed(CaseRefused):
    """The case can't move yet; ``missing`` says what it lacks, in the language of the page."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(_("Not yet: %(missing)s") % {"missing": "; ".join(missing)})


@transaction.atomic
def approve_way(user: User, case: Case, code: str, role: str, *, granted: bool, remark: str = "") -> Approval:
    """Approve, or withdraw the approval, that a gate demands.

    Args:
        user: holds a post with the role in a department that takes part.
        case: the case.
        code: of the transition.
        role: role of the pack in which the person approves.
        granted: False withdraws.
        remark: reason; required for a withdrawal.

    Raises:
        CaseRefused: the gate doesn't ask for it, or the person can't give it.
    """
    require_acting(user, case)
    pack = law.pack_of(case)
    way = pack.transitions_from(case.stage).get(code)
    wanted = [one for one in way.gate.approvals if one.role == role] if way else []
    if not wanted:
        raise CaseRefused(_("This step doesn't ask for such an approval."))
    kinds: set[str | None] = {one.department for one in wanted}
    return _append(user, case, gate_subject(code), role, kinds, granted=granted, remark=remark)


@transaction.atomic
def approve(
    user: User, case: Case, subject: str, role: str, *, granted: bool = True, remark: str = ""
) -> Approval:
    """Approve something else in a case, such as a measure or a referral.

    Args:
        subject: what, as ``measure:7``.
        role: role of the pack in which the person approves.

    Raises:
        CaseRefused: the person has no post with that role in a department that works on the case.
    """
    require_acting(user, case)
    return _append(user, case, subject, role, {None}, granted=granted, remark=remark)


def _append(
    user: User, case: Case, subject: str, role: str, kinds: set[str | None], *, granted: bool, remark: str
) -> Approval:
    post = acting_membership(user, case, *law.ROLES.get(role, ()))
    if post is None or not law.may_act_as(post, role) or not (None in kinds or post.unit.kind in kinds):
        raise CaseRefused(
            _("This needs somebody with the role: %(role)s.")
            % {"role": law.role_name(law.pack_of(case), role)}
        )
    if not granted and not remark.strip():
        raise CaseRefused(_("Say why the approval is withdrawn."))
    stored = Approval.objects.create(
        case=case,
        subject=subject,
        role=role,
        unit=post.unit,
        given_by=user,
        granted=granted,
        note=remark.strip(),
    )
    kind = "approval.given" if granted else "approval.withdrawn"
    note(case, kind, user=user, unit=post.unit, subject=subject, role=role, remark=remark.strip())
    return stored


@transaction.atomic
def state_condition(user: User, case: Case, code: str, basis: str, *, holds: bool = True) -> Approval:
    """State that a condition holds which nothing in the system can tell by itself.

    Args:
        user: an officer or approver who works on the case.
        case: the case.
        code: condition of the pack.
        basis: what the statement rests on: the number of a paper, what was done, when.
        holds: False takes an earlier statement back.

    Raises:
        CaseRefused: the system decides this condition itself, it isn't one of the pack's, or nothing is given.
    """
    post = require_acting(user, case, *MOVERS, Role.LEGAL_REVIEWER)
    if loop.condition(code) is not None or code not in law.pack_of(case).conditions:
        raise CaseRefused(_("This condition can't be stated by hand."))
    if not basis.strip():
        raise CaseRefused(_("Say what this rests on: the paper's number, what was done, and when."))
    stored = Approval.objects.create(
        case=case, subject=condition_subject(code), role=post.role, unit=post.unit, given_by=user,
        granted=holds, note=basis.strip(),
    )  # fmt: skip
    note(
        case, "condition.stated", user=user, unit=post.unit, condition=code, holds=holds, basis=basis.strip()
    )
    return stored


@transaction.atomic
def move(user: User, case: Case, code: str, remark: str = "") -> StageEntry:
    """Move a case along one of the ways out of its stage.

    Args:
        user: an officer or approver of the leading department.
        case: the case.
        code: of the transition.
        remark: why; required for a way back.

    Returns:
        The entry of the new stage.

    Raises:
        GateClosed: something is missing; nothing has changed.
        CaseRefused: no such way, or the person may not move it.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    pack = law.pack_of(case)
    way = pack.transitions_from(case.stage).get(code)
    if way is None:
        raise CaseRefused(_("The case is no longer in the stage from which this step begins."))
    reopening = not case.is_open
    if reopening:
        post = require_acting(user, case, *MOVERS, even_closed=way.backward)
    else:
        post = require_owner(user, case, *MOVERS)
    if way.backward and not remark.strip():
        raise CaseRefused(_("Say why the case goes back."))
    missing = [one.text for one in lacking(case, code, way)]
    if missing:
        raise GateClosed(missing)
    now, left = timezone.now(), case.stage
    case.stage, case.stage_since = way.to_stage, now
    closes = pack.stage(way.to_stage).terminal
    case.closed_at = now if closes else None
    case.save(update_fields=["stage", "stage_since", "closed_at"])
    entry = StageEntry.objects.create(
        case=case,
        left=left,
        entered=case.stage,
        unit=post.unit,
        moved_by=user,
        moved_at=now,
        note=remark.strip(),
    )
    note(
        case,
        "case.moved",
        user=user,
        unit=post.unit,
        way=code,
        left=left,
        entered=case.stage,
        remark=remark.strip(),
    )
    if closes:
        happened(case, "case_closed", user=user, unit=post.unit, at=now)
    elif reopening:
        happened(case, "case_reopened", user=user, unit=post.unit, at=now)
    loop.stage_entered(case, user, post.unit)
    return entry
