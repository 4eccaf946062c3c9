"""Measures from the proposal to the end. The pack says who may take one, on what, and what must be there first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework import law
from gridcanary.casework.actions.clocks import happened, start
from gridcanary.casework.journal import note
from gridcanary.casework.models import Approval, Case, CaseSite
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.enforcement import authority, readiness
from gridcanary.enforcement.models import Measure, MeasureOfficer, MeasureState, Party, SubjectKind

OFFICERS = (Role.OFFICER, Role.APPROVER)


class MeasureRefused(CaseRefused):
    """A measure that can't be taken; the message says why, in the words of the pack where it is the pack's."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure is directed at: premises, a party, or things and supply in words."""

    kind: str = SubjectKind.SITE
    site: CaseSite | None = None
    party: Party | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class OnSite:
    """How a measure was taken.

    Args:
        officers: posts of those who took part.
        at: when it began; now when None.
        witness: name of the witness, in clear.
        no_witness_reason: why there was none.
        warrant_no: number of the court's warrant, where the law asks for one.
    """

    officers: tuple[Membership, ...] = ()
    at: dt.datetime | None = None
    witness: str = ""
    no_witness_reason: str = ""
    warrant_no: str = ""


@transaction.atomic
def propose(
    user: User,
    case: Case,
    code: str,
    basis: str,
    unit: Unit,
    target: Target,
    grounds: str,
    *,
    follows: Measure | None = None,
) -> Measure:
    """Propose that a department takes a measure.

    Args:
        user: an officer or approver of a department that works on the case.
        case: the case.
        code: measure of the pack.
        basis: provision of the pack that it rests on.
        unit: department that takes it; leads or works on the case.
        target: what it is directed at.
        grounds: the facts it rests on.
        follows: the measure that it replaces, such as a preservation that becomes a seizure.

    Returns:
        The measure: proposed, or approved at once where the pack asks for no approval.

    Raises:
        MeasureRefused: the pack forbids it; nothing is stored.
        CaseRefused: the person may not.
    """
    post = require_acting(user, case, *OFFICERS)
    if unit not in authority.acting_units(case):
        raise MeasureRefused(_("This department doesn't work on the case. Bring it in first."))
    if not grounds.strip():
        raise MeasureRefused(_("Say which facts the measure rests on."))
    if follows is not None and follows.case_id != case.pk:
        raise MeasureRefused(_("The earlier measure belongs to another case."))
    measure = Measure(
        case=case,
        code=code,
        basis=basis,
        unit=unit,
        subject_kind=target.kind,
        site=target.site,
        party=target.party,
        subject_text=target.text.strip(),
        grounds=grounds.strip(),
        proposed_by=user,
        follows=follows,
    )
    try:
        measure.clean()
        if authority.rule(case, code).approval is None:
            measure.state = MeasureState.APPROVED
        measure.save()
    except ValidationError as error:
        raise MeasureRefused(" ".join(error.messages)) from error
    note(case, "measure.proposed", user=user, unit=post.unit, measure=measure.pk, code=code, basis=basis,
         track=measure.track, by_unit=unit.code, state=str(measure.state))  # fmt: skip
    return measure


@transaction.atomic
def approve(user: User, measure: Measure, remark: str = "") -> Measure:
    """Approve a proposed measure, in the role that the pack names, in the department that takes it.

    Raises:
        MeasureRefused: not the right person, the same one who proposed it, or it is decided already.
    """
    measure = _locked(measure, MeasureState.PROPOSED)
    post, role = _approver(user, measure)
    Approval.objects.create(
        case=measure.case, subject=measure.subject, role=role, unit=post.unit, given_by=user, granted=True,
        note=remark.strip(),
    )  # fmt: skip
    measure.state = MeasureState.APPROVED
    measure.save(update_fields=["state"])
    note(measure.case, "measure.approved", user=user, unit=post.unit, measure=measure.pk, role=role,
         state=str(measure.state), remark=remark.strip())  # fmt: skip
    return measure


@transaction.atomic
def refuse(user: User, measure: Measure, reason: str) -> Measure:
    """Refuse a proposed measure.

    Raises:
        MeasureRefused: as for approve, or no reason.
    """
    measure = _locked(measure, MeasureState.PROPOSED)
    post, role = _approver(user, measure)
    reason = _said(reason)
    Approval.objects.create(
        case=measure.case, subject=measure.subject, role=role, unit=post.unit, given_by=user, granted=False,
        note=reason,
    )  # fmt: skip
    return _close(user, post, measure, MeasureState.REFUSED, reason, "measure.refused")


@transaction.atomic
def withdraw(user: User, measure: Measure, reason: str) -> Measure:
    """Take back a measure that has not begun.

    Raises:
        MeasureRefused: it has begun or is over, no reason, or the person works for neither department.
    """
    measure = _locked(measure, MeasureState.PROPOSED, MeasureState.APPROVED)
    post = require_acting(user, measure.case, *OFFICERS)
    if user.pk != measure.proposed_by_id and _post_in(user, measure, *OFFICERS) is None:
        raise MeasureRefused(_("Only whoever proposed it or the department that takes it can withdraw it."))
    return _close(user, post, measure, MeasureState.WITHDRAWN, _said(reason), "measure.withdrawn")


@transaction.atomic
def take(user: User, measure: Measure, on_site: OnSite) -> Measure:
    """Put an approved measure into force; its clocks begin to run.

    Args:
        user: an officer or approver of the department that takes it.
        measure: the measure.
        on_site: officers, time, witness or the reason for none, warrant.

    Raises:
        MeasureRefused: something that the pack demands is missing; nothing has changed.
    """
    measure = _locked(measure, MeasureState.APPROVED)
    post = _post_in(user, measure, *OFFICERS)
    if post is None:
        raise MeasureRefused(_("Only officers of the department that takes the measure can do this."))
    at = on_site.at or timezone.now()
    if at > timezone.now():
        raise MeasureRefused(_("A measure can't have begun in the future."))
    missing = readiness.missing(measure, on_site.officers, at, warrant_no=on_site.warrant_no)
    if not (on_site.witness.strip() or on_site.no_witness_reason.strip()):
        missing.append(_("Name a witness, or say why there was none."))
    if missing:
        raise MeasureRefused(" ".join(missing))
    measure.state, measure.started_at = MeasureState.IN_FORCE, at
    measure.witness, measure.no_witness_reason = on_site.witness.strip(), on_site.no_witness_reason.strip()
    measure.warrant_no = on_site.warrant_no.strip()
    measure.save(update_fields=["state", "started_at", "witness", "no_witness_reason", "warrant_no"])
    for officer in on_site.officers:
        MeasureOfficer.objects.create(measure=measure, post=officer, certificate_no=officer.certificate_no)
    note(measure.case, "measure.started", user=user, unit=post.unit, measure=measure.pk, at=at.isoformat(),
         officers=[officer.user.get_username() for officer in on_site.officers],
         witnessed=bool(on_site.witness.strip()), warrant=measure.warrant_no)  # fmt: skip
    _start_clocks(user, measure, at)
    return measure


@transaction.atomic
def finish(
    user: User, measure: Measure, state: str, result: str, *, at: dt.datetime | None = None
) -> Measure:
    """End a measure in force.

    Args:
        user: an officer or approver of the department that took it.
        measure: the measure.
        state: ENDED, LIFTED (given back before its time) or CONVERTED (turned into a decision).
        result: what came of it, with the number of the paper.
        at: when; now when left out.

    Raises:
        MeasureRefused: not in force, no result, a time before its beginning, or not this person.
    """
    if state not in (MeasureState.ENDED, MeasureState.LIFTED, MeasureState.CONVERTED):
        raise MeasureRefused(_("Choose how the measure ended."))
    measure = _locked(measure, MeasureState.IN_FORCE)
    post = _post_in(user, measure, *OFFICERS)
    if post is None:
        raise MeasureRefused(_("Only officers of the department that takes the measure can do this."))
    at = at or timezone.now()
    if measure.started_at is None or at < measure.started_at or at > timezone.now():
        raise MeasureRefused(_("The end lies between the beginning and now."))
    measure.ended_at = at
    _close(user, post, measure, MeasureState(state), _said(result), f"measure.{state}")
    happened(measure.case, "measure_ended", user=user, unit=post.unit, at=at, subject=measure.subject)
    return measure


def _close(
    user: User, post: Membership, measure: Measure, state: MeasureState, result: str, kind: str
) -> Measure:
    measure.state, measure.result = state, result
    measure.save(update_fields=["state", "result", "ended_at"])
    note(measure.case, kind, user=user, unit=post.unit, measure=measure.pk, result=result,
         at=measure.ended_at.isoformat() if measure.ended_at else "")  # fmt: skip
    return measure


def _start_clocks(user: User, measure: Measure, at: dt.datetime) -> None:
    case, unit, subject = measure.case, measure.unit, measure.subject
    happened(case, "measure_started", user=user, unit=unit, at=at, subject=subject)
    for code in authority.rule(case, measure.code).clocks:
        start(case, code, user=user, unit=unit, at=at, subject=subject)


def _locked(measure: Measure, *states: str) -> Measure:
    found = Measure.objects.select_for_update(of=("self",)).select_related("case", "unit").get(pk=measure.pk)
    if found.state not in states:
        raise MeasureRefused(_("Somebody else has dealt with this measure meanwhile; look at it again."))
    return found


def _post_in(user: User, measure: Measure, *roles: str) -> Membership | None:
    """A post of the person in the department that takes the measure, while it works on the open case."""
    require_acting(user, measure.case)
    held: Iterable[Membership] = user.memberships_now()
    if measure.unit not in authority.acting_units(measure.case):
        return None
    return next((post for post in held if post.unit_id == measure.unit_id and post.role in roles), None)


def _approver(user: User, measure: Measure) -> tuple[Membership, str]:
    pack = law.pack_of(measure.case)
    role = pack.measure(measure.code).approval
    require_acting(user, measure.case)
    if role is None:
        raise MeasureRefused(_("The pack asks for no approval of this measure."))
    post = next(
        (
            post
            for post in user.memberships_now()
            if post.unit_id == measure.unit_id and law.may_act_as(post, role)
        ),
        None,
    )
    if post is None:
        raise MeasureRefused(
            _("This needs somebody of %(unit)s with the role: %(role)s.")
            % {"unit": measure.unit.name, "role": law.role_name(pack, role)}
        )
    if user.pk == measure.proposed_by_id:
        raise MeasureRefused(_("Whoever proposed a measure can't decide on it."))
    return post, role


def _said(text: str) -> str:
    if not text.strip():
        raise MeasureRefused(_("Say why, with the number of the paper where there is one."))
    return text.strip()
