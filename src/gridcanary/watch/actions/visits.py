"""Planning the watch and recording what its visits found."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework import law
from gridcanary.casework.journal import note
from gridcanary.casework.models import Case, CaseShare
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.watch.actions.returns import notice
from gridcanary.watch.models import ReturnKind, WatchResult, WatchVisit


def plan_when_watched(case: Case, user: User, unit: Unit) -> None:
    """Plan the visits when a case has entered the stage in which its premises are watched."""
    pack = law.pack_of(case)
    if pack.stage(case.stage).watch:
        plan(case, user, unit, timezone.localdate(case.stage_since))


@transaction.atomic
def plan(case: Case, user: User, unit: Unit, from_day: dt.date) -> list[WatchVisit]:
    """Plan a visit for each of the pack's days after a day.

    Args:
        case: the case.
        user: whose action began the watch.
        unit: for which unit that person acted.
        from_day: the day on which the watch begins.

    Returns:
        The new visits; none that are planned already.
    """
    pack = law.pack_of(case)
    kind = pack.stage(case.stage).lead
    shares = CaseShare.objects.filter(case=case, ended_at__isnull=True, unit__kind=kind).exclude(level="read")
    share = shares.select_related("unit").first()
    made = []
    for days in pack.switches.watch_days:
        visit, is_new = WatchVisit.objects.get_or_create(
            case=case,
            after_days=days,
            due_on=from_day + dt.timedelta(days=days),
            defaults={"unit": share.unit if share else case.owner_unit},
        )
        if is_new:
            made.append(visit)
    if made:
        note(case, "watch.planned", user=user, unit=unit, days=[one.after_days for one in made])
    return made


@transaction.atomic
def record_visit(user: User, visit: WatchVisit, result: str, basis: str, done_on: dt.date) -> None:
    """Record what a visit found.

    Args:
        user: works on the case.
        visit: an open visit.
        result: one of WatchResult.
        basis: what was looked at: the load curve of which days, the rooms, who was there.
        done_on: the day; not in the future.

    Raises:
        CaseRefused: it was done before, nothing was looked at, the day can't be, or the person doesn't act here.
    """
    case = visit.case
    post = require_acting(user, case)
    if not visit.is_open:
        raise CaseRefused(_("This visit was recorded before."))
    if result not in WatchResult.values:
        raise CaseRefused(_("Choose what was found."))
    if not basis.strip():
        raise CaseRefused(_("Say what was looked at."))
    if done_on > timezone.localdate():
        raise CaseRefused(_("The day lies in the future."))
    visit.result, visit.basis, visit.done_on, visit.done_by = result, basis.strip(), done_on, user
    visit.save(update_fields=["result", "basis", "done_on", "done_by"])
    note(
        case,
        "watch.visited",
        user=user,
        unit=post.unit,
        visit=visit.pk,
        result=result,
        done_on=done_on.isoformat(),
    )
    if result == WatchResult.MINING:
        notice(case, ReturnKind.VISIT, f"visit:{visit.pk}", text=visit.basis, user=user, unit=post.unit)
    elif result == WatchResult.SUSPICIOUS:
        again = timezone.localdate() + dt.timedelta(days=law.pack_of(case).switches.watch_days[0])
        WatchVisit.objects.get_or_create(
            case=case, after_days=visit.after_days, due_on=again, defaults={"unit": visit.unit}
        )
