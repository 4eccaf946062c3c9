"""Reminding departments of clocks that run out, and escalating those that have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Unit, User
from gridcanary.accounts.queries import members_of
from gridcanary.casework import law
from gridcanary.casework.clock_runs import status_of
from gridcanary.casework.journal import note
from gridcanary.casework.models import CaseClock, ClockState, Reminder, ReminderKind
from gridcanary.casework.sharing import CaseRefused

LONGEST_WARNING = dt.timedelta(days=60)
"""No clock warns earlier than this before its end; later ones need no look yet."""


def remind_all(now: dt.datetime | None = None) -> list[Reminder]:
    """Make the reminders that are due: one when a clock runs out soon, one when it has. Safe to run at any time.

    Args:
        now: the moment; that of the call when left out.

    Returns:
        The new reminders.
    """
    now = now or timezone.now()
    near = (
        CaseClock.objects.filter(
            state=ClockState.RUNNING, due_at__lt=now + LONGEST_WARNING, case__closed_at__isnull=True
        )
        .select_related("case", "case__pack_version", "case__owner_unit", "unit")
        .defer("case__pack_version__frozen")
    )
    made: list[Reminder] = []
    for clock in near.iterator():
        stands = status_of(clock, now)
        if stands.state == "late":
            made += remind(clock, ReminderKind.LATE)
        elif stands.soon:
            made += remind(clock, ReminderKind.SOON)
    return made


@transaction.atomic
def remind(clock: CaseClock, kind: str) -> list[Reminder]:
    """Remind the responsible department; of what ran out, the leading one and those above it too."""
    made = []
    for unit in _told(clock, kind):
        reminder, is_new = Reminder.objects.get_or_create(clock=clock, kind=kind, unit=unit)
        if is_new:
            made.append(reminder)
    if made:
        CaseClock.objects.filter(pk=clock.pk).update(reminded_at=timezone.now())
        note(clock.case, "clock.reminded", user=None, unit=None, clock=clock.pk, code=clock.code, why=kind,
             units=[one.unit.code for one in made])  # fmt: skip
        transaction.on_commit(lambda: _mail(clock, kind, [one.unit for one in made]))
    return made


def _told(clock: CaseClock, kind: str) -> list[Unit]:
    units = [clock.unit]
    if kind == ReminderKind.LATE:
        units.append(clock.case.owner_unit)
        if clock.unit.parent is not None:
            units.append(clock.unit.parent)
    return list(dict.fromkeys(units))


def _mail(clock: CaseClock, kind: str, units: Iterable[Unit]) -> None:
    """Tell by e-mail too where a mail server is set; the message names the case's number and nothing else of it."""
    if not settings.EMAIL_HOST:
        return
    title = law.pack_of(clock.case).clock(clock.code).title.of(law.language())
    words = _("Ran out") if kind == ReminderKind.LATE else _("Runs out soon")
    addresses = {post.user.email for unit in units for post in members_of(unit) if post.user.email}
    for address in sorted(addresses):
        send_mail(f"{words}: {clock.case.number}", f"{clock.case.number}\n{title}\n{words}", None, [address])


@transaction.atomic
def read(user: User, reminder: Reminder) -> None:
    """Say that somebody of the department has read a reminder.

    Raises:
        CaseRefused: it is another department's.
    """
    if not any(post.unit_id == reminder.unit_id for post in user.memberships_now()):
        raise CaseRefused(_("This reminder is another department's."))
    if reminder.read_at is None:
        reminder.read_by, reminder.read_at = user, timezone.now()
        reminder.save(update_fields=["read_by", "read_at"])
