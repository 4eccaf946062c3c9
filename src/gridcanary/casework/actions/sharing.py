"""Bringing departments into a case, receipts, leaving, and handing the lead over."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, CaseShare, Handover, ShareLevel, TaskState
from gridcanary.casework.sharing import CaseRefused, require_owner, running_shares

DECIDERS = (Role.OFFICER, Role.APPROVER)
RECEIVERS = (Role.OFFICER, Role.APPROVER, Role.CLERK, Role.LEGAL_REVIEWER, Role.ANALYST)


@transaction.atomic
def share(user: User, case: Case, unit: Unit, level: str, purpose: str) -> CaseShare:
    """Bring a department into a case.

    Args:
        user: an officer or approver of the leading department.
        case: the case.
        unit: who is brought in.
        level: ``work`` or ``read``.
        purpose: what for; shown to the department and kept.

    Returns:
        The share; the unit sees the case from now on and confirms with a receipt.

    Raises:
        CaseRefused: the person may not decide it, the unit takes part already, or there is no purpose.
    """
    post = require_owner(user, case, *DECIDERS)
    return give_share(user, post.unit, case, unit, level, purpose)


def give_share(user: User, giver: Unit, case: Case, unit: Unit, level: str, purpose: str) -> CaseShare:
    """Share for another action that has checked who may; call it in that action's transaction.

    Raises:
        CaseRefused: as share.
    """
    if level not in (ShareLevel.WORK, ShareLevel.READ):
        raise CaseRefused(_("Choose whether the department works on the case or reads it."))
    if not purpose.strip():
        raise CaseRefused(_("Say what the department is brought in for."))
    if not unit.active:
        raise CaseRefused(_("This department is no longer active."))
    running = running_shares().filter(case=case, unit=unit).first()
    if running is not None:
        if running.level in (ShareLevel.OWN, level) or level == ShareLevel.READ:
            raise CaseRefused(_("This department takes part already."))
        _end(running)
    stored = CaseShare.objects.create(
        case=case, unit=unit, level=level, purpose=purpose.strip()[:300], given_by=user
    )
    note(case, "share.given", user=user, unit=giver, to=unit.code, level=level, purpose=stored.purpose)
    return stored


@transaction.atomic
def confirm_receipt(user: User, case: Case, unit: Unit) -> CaseShare:
    """Confirm that a department received the case.

    Raises:
        CaseRefused: the person isn't of the unit, or there is nothing to confirm.
    """
    _post_in(user, unit)
    stored = running_shares().filter(case=case, unit=unit, received_at__isnull=True).first()
    if stored is None:
        raise CaseRefused(_("There is nothing to confirm."))
    stored.received_by, stored.received_at = user, timezone.now()
    stored.save(update_fields=["received_by", "received_at"])
    note(case, "share.received", user=user, unit=unit)
    return stored


@transaction.atomic
def end_share(user: User, case: Case, unit: Unit, reason: str) -> None:
    """Let a department leave a case.

    Raises:
        CaseRefused: it leads the case, has open tasks, doesn't take part, or no reason is given.
    """
    post = require_owner(user, case, *DECIDERS)
    running = running_shares().filter(case=case, unit=unit).first()
    if running is None:
        raise CaseRefused(_("This department doesn't take part."))
    if running.level == ShareLevel.OWN:
        raise CaseRefused(_("Hand the lead over first."))
    if case.tasks.filter(unit=unit, state=TaskState.OPEN).exists():
        raise CaseRefused(_("This department still has tasks in the case."))
    if not reason.strip():
        raise CaseRefused(_("Say why the department leaves the case."))
    _end(running)
    note(case, "share.ended", user=user, unit=post.unit, of=unit.code, reason=reason.strip())


@transaction.atomic
def hand_over(user: User, case: Case, to_unit: Unit, what: str) -> Handover:
    """Offer the lead of a case to another department; it moves when that accepts.

    Raises:
        CaseRefused: an offer is open already, it is the same department, or the person may not.
    """
    post = require_owner(user, case, *DECIDERS)
    if to_unit.pk == case.owner_unit_id:
        raise CaseRefused(_("This department leads the case already."))
    if case.handovers.filter(answered_at__isnull=True).exists():
        raise CaseRefused(_("A handover waits for its answer already."))
    if not what.strip():
        raise CaseRefused(_("Say what is handed over and where things stand."))
    if not running_shares().filter(case=case, unit=to_unit, level=ShareLevel.WORK).exists():
        give_share(user, post.unit, case, to_unit, ShareLevel.WORK, _("Handover of the lead"))
    offer = Handover.objects.create(
        case=case, from_unit=case.owner_unit, to_unit=to_unit, note=what.strip(), sent_by=user
    )
    note(case, "handover.sent", user=user, unit=post.unit, to=to_unit.code, handover=offer.pk)
    return offer


@transaction.atomic
def answer_handover(user: User, offer: Handover, *, accept: bool, answer: str = "") -> None:
    """Accept the lead of a case with a receipt, or refuse with a reason.

    Raises:
        CaseRefused: answered already, not for this department, or refused without a reason.
    """
    post = _post_in(user, offer.to_unit)
    if offer.answered_at is not None:
        raise CaseRefused(_("The handover was answered already."))
    if not accept and not answer.strip():
        raise CaseRefused(_("Say why the handover is refused."))
    case = offer.case
    offer.answered_by, offer.answered_at = user, timezone.now()
    offer.accepted, offer.answer = accept, answer.strip()
    offer.save(update_fields=["answered_by", "answered_at", "accepted", "answer"])
    if accept:
        _swap_owner(user, case, offer.to_unit)
    note(case, "handover.accepted" if accept else "handover.refused", user=user, unit=post.unit,
         sender=offer.from_unit.code, handover=offer.pk, answer=offer.answer)  # fmt: skip


def _swap_owner(user: User, case: Case, to_unit: Unit) -> None:
    now = timezone.now()
    before = case.owner_unit
    for running in running_shares().filter(case=case, unit__in=(before, to_unit)):
        _end(running)
    CaseShare.objects.create(
        case=case, unit=before, level=ShareLevel.WORK, given_by=user, purpose=_("Led the case before")
    )
    CaseShare.objects.create(
        case=case, unit=to_unit, level=ShareLevel.OWN, given_by=user, received_by=user, received_at=now
    )
    case.owner_unit = to_unit
    case.save(update_fields=["owner_unit"])


def _end(running: CaseShare) -> None:
    running.ended_at = timezone.now()
    running.save(update_fields=["ended_at"])


def _post_in(user: User, unit: Unit) -> Membership:
    for post in user.memberships_now():
        if post.unit_id == unit.pk and post.role in RECEIVERS:
            return post
    raise CaseRefused(_("Only somebody of the receiving department can do this."))
