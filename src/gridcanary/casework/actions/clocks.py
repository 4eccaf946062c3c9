"""Clocks: what happens starts and stops them; officers suspend, resume and extend them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework import law
from gridcanary.casework.clock_runs import reckon, run_of
from gridcanary.casework.clock_words import refusal_sentence, reportable
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, CaseClock, CaseShare, ClockPause, ClockState
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.packs.clock import end, extend, resume, suspend
from gridcanary.packs.clock_refused import ClockRefused
from gridcanary.packs.schema.clocks import Clock

GOING = (ClockState.RUNNING, ClockState.SUSPENDED)


@transaction.atomic
def happened(
    case: Case,
    event: str,
    *,
    user: User | None,
    unit: Unit | None,
    at: dt.datetime | None = None,
    subject: str = "",
) -> list[CaseClock]:
    """Say that something happened: stops the clocks that end with it, starts those that begin with it.

    Args:
        case: the case.
        event: one of ``gridcanary.packs.schema.vocabulary.Event``.
        user: who reports it; None for the system.
        unit: for which unit.
        at: when it happened; now when left out.
        subject: what about, as ``measure:7``; a clock with a subject stops only for the same one.

    Returns:
        The clocks that were started.
    """
    at = at or timezone.now()
    pack = law.pack_of(case)
    for clock in case.clocks.filter(state__in=GOING, subject__in={"", subject}).select_related("case"):
        if event in pack.clock(clock.code).ends_on:
            _stop(clock, at, event, user, unit)
    started = [
        start(case, code, user=user, unit=unit, at=at, subject=subject)
        for code in pack.clocks_started_by(event)
    ]
    return [clock for clock in started if clock is not None]


@transaction.atomic
def report(user: User, case: Case, event: str, *, at: dt.datetime, remark: str) -> list[CaseClock]:
    """Report by hand that something happened, such as a request for a hearing.

    Args:
        user: works on the case.
        case: the case.
        event: one that starts or ends a clock of the pack.
        at: when it happened; not in the future, not before the case.
        remark: what shows it: a paper's number, who said so.

    Raises:
        CaseRefused: not such an event, a time that can't be, no remark, or the person doesn't act in the case.
    """
    post = require_acting(user, case)
    if event not in dict(reportable(law.pack_of(case))):
        raise CaseRefused(_("Choose what happened."))
    if at > timezone.now():
        raise CaseRefused(_("The time lies in the future."))
    if not remark.strip():
        raise CaseRefused(_("Say what shows it: a paper's number, or who said so."))
    note(
        case,
        "event.reported",
        user=user,
        unit=post.unit,
        event=event,
        at=at.isoformat(),
        remark=remark.strip(),
    )
    return happened(case, event, user=user, unit=post.unit, at=at)


@transaction.atomic
def start(
    case: Case,
    code: str,
    *,
    user: User | None,
    unit: Unit | None,
    at: dt.datetime | None = None,
    subject: str = "",
) -> CaseClock | None:
    """Start a clock of the pack by name, as measures and referrals do.

    Returns:
        The clock; None where the same clock runs already for the same subject, or is no longer law.
    """
    at = at or timezone.now()
    pack = law.pack_of(case)
    rule = pack.clock(code)
    if not rule.in_force(timezone.localdate(at)):
        return None
    if case.clocks.filter(code=code, subject=subject, state__in=GOING).exists():
        return None
    clock = CaseClock(
        case=case, code=code, subject=subject, unit=_responsible(case, rule, unit), started_at=at
    )
    clock.save()
    reckon(clock)
    clock.save()
    note(case, "clock.started", user=user, unit=unit, clock=clock.pk, code=code, subject=subject,
         started_at=at.isoformat(), due_at=clock.due_at.isoformat() if clock.due_at else "")  # fmt: skip
    return clock


def _responsible(case: Case, rule: Clock, unit: Unit | None) -> Unit:
    """The unit that must act: the given one or one that takes part, if of the kind named; else the leading one."""
    if rule.responsible is not None:
        if unit is not None and unit.kind == rule.responsible:
            return unit
        share = (
            CaseShare.objects.filter(case=case, ended_at__isnull=True, unit__kind=rule.responsible)
            .select_related("unit")
            .first()
        )
        if share is not None:
            return share.unit
    return case.owner_unit


def _stop(clock: CaseClock, at: dt.datetime, why: str, user: User | None, unit: Unit | None) -> None:
    try:
        end(run_of(clock), at)
    except ClockRefused as refused:
        raise CaseRefused(refusal_sentence(refused)) from refused
    clock.pauses.filter(until_at__isnull=True).update(until_at=at)
    clock.state, clock.stopped_at, clock.stop_note = ClockState.STOPPED, at, why
    reckon(clock)
    clock.save()
    note(clock.case, "clock.stopped", user=user, unit=unit, clock=clock.pk, code=clock.code,
         at=at.isoformat(), why=why, late=clock.is_late)  # fmt: skip


@transaction.atomic
def meet(user: User, clock: CaseClock, *, at: dt.datetime | None = None, remark: str = "") -> None:
    """Say that what the clock waits for was done.

    Raises:
        CaseRefused: the person doesn't act in the case, or the clock has ended.
    """
    post = require_acting(user, clock.case)
    _stop(clock, at or timezone.now(), remark.strip() or _("reported by hand"), user, post.unit)


@transaction.atomic
def cancel(user: User, clock: CaseClock, reason: str) -> None:
    """Say that a clock doesn't apply, for example because the measure was void.

    Raises:
        CaseRefused: no reason, the clock has ended, or the person doesn't act in the case.
    """
    post = require_acting(user, clock.case)
    _must_go(clock)
    if not reason.strip():
        raise CaseRefused(_("Say why the clock doesn't apply."))
    clock.state, clock.stopped_at, clock.stop_note = ClockState.CANCELLED, timezone.now(), reason.strip()
    clock.save()
    note(
        clock.case,
        "clock.cancelled",
        user=user,
        unit=post.unit,
        clock=clock.pk,
        code=clock.code,
        reason=reason,
    )


@transaction.atomic
def pause(
    user: User, clock: CaseClock, reason: str, *, remark: str = "", at: dt.datetime | None = None
) -> None:
    """Suspend a clock for one of the reasons that the law gives.

    Raises:
        CaseRefused: the clock doesn't allow it, or the person doesn't act in the case.
    """
    post = require_acting(user, clock.case)
    at = at or timezone.now()
    try:
        suspend(run_of(clock), law.pack_of(clock.case).calendar, at, reason)
    except ClockRefused as refused:
        raise CaseRefused(refusal_sentence(refused)) from refused
    ClockPause.objects.create(clock=clock, reason=reason, note=remark.strip(), from_at=at, made_by=user)
    clock.state = ClockState.SUSPENDED
    reckon(clock)
    clock.save()
    note(
        clock.case,
        "clock.suspended",
        user=user,
        unit=post.unit,
        clock=clock.pk,
        code=clock.code,
        reason=reason,
    )


@transaction.atomic
def unpause(user: User, clock: CaseClock, *, at: dt.datetime | None = None) -> None:
    """Let a suspended clock go on.

    Raises:
        CaseRefused: it isn't suspended, or the person doesn't act in the case.
    """
    post = require_acting(user, clock.case)
    at = at or timezone.now()
    try:
        resume(run_of(clock), at)
    except ClockRefused as refused:
        raise CaseRefused(refusal_sentence(refused)) from refused
    clock.pauses.filter(until_at__isnull=True).update(until_at=at)
    clock.state = ClockState.RUNNING
    reckon(clock)
    clock.save()
    note(clock.case, "clock.resumed", user=user, unit=post.unit, clock=clock.pk, code=clock.code)


@transaction.atomic
def prolong(user: User, clock: CaseClock, reason: str) -> None:
    """Grant the one extension of a clock; whoever does it is its approver and is named in the log.

    Raises:
        CaseRefused: the clock can't be extended, or not by this person.
    """
    post = require_acting(user, clock.case)
    rule = law.pack_of(clock.case).clock(clock.code)
    role = rule.extension.approver if rule.extension else ""
    if role and not law.may_act_as(post, role):
        named = law.role_name(law.pack_of(clock.case), role)
        raise CaseRefused(_("The extension needs this role: %(role)s.") % {"role": named})
    try:
        extend(
            run_of(clock), law.pack_of(clock.case).calendar, timezone.now(),
            approver_role=role, approver=user.get_username(), reason=reason,
        )  # fmt: skip
    except ClockRefused as refused:
        raise CaseRefused(refusal_sentence(refused)) from refused
    clock.extended, clock.extension_reason, clock.extension_approved_by = True, reason.strip(), user
    reckon(clock)
    clock.save()
    note(clock.case, "clock.extended", user=user, unit=post.unit, clock=clock.pk, code=clock.code,
         reason=reason.strip(), due_at=clock.due_at.isoformat() if clock.due_at else "")  # fmt: skip


def _must_go(clock: CaseClock) -> None:
    if clock.state not in GOING:
        raise CaseRefused(_("The clock has ended."))
