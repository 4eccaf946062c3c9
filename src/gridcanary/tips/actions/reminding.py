"""Reminders of tips whose clocks run out soon or have: once each, in the log and by mail where a server is set."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from gridcanary.accounts.models import Unit
from gridcanary.accounts.queries import members_of
from gridcanary.custody.actions import record
from gridcanary.tips.clocks import DESK_ROLES, LATE, TipClock, running, with_clocks
from gridcanary.tips.models import Tip


def remind_tips(today: dt.date | None = None) -> list[tuple[str, str, str]]:
    """Make the reminders that are due. Safe to run at any time.

    Args:
        today: the day; that of the call when left out.

    Returns:
        Reference, code of the clock and ``soon`` or ``late`` of each new one.
    """
    made = []
    for tip in with_clocks(Tip.objects.all()).iterator(chunk_size=200):
        made += [
            (tip.reference, clock.code, clock.state)
            for clock in running(tip, today)
            if clock.state and _remind(tip, clock)
        ]
    return made


@transaction.atomic
def _remind(tip: Tip, clock: TipClock) -> bool:
    mark = f"{clock.code}:{clock.state}"
    held = Tip.objects.select_for_update().get(pk=tip.pk)
    if mark in held.reminded:
        return False
    held.reminded = [*held.reminded, mark]
    held.save(update_fields=["reminded"])
    units = [tip.unit, *([tip.unit.parent] if clock.state == LATE and tip.unit.parent else [])]
    record(
        "tip.reminded",
        actor=None,
        unit_code=tip.unit.code,
        case_ref=tip.reference,
        body={
            "tip": tip.reference,
            "clock": clock.code,
            "why": clock.state,
            "units": [one.code for one in units],
        },
    )
    transaction.on_commit(lambda: _mail(tip.reference, clock, units))
    return True


def _mail(reference: str, clock: TipClock, units: list[Unit]) -> None:
    """A message that names the tip and the day, and nothing that it says."""
    if not settings.EMAIL_HOST:
        return
    posts = [post for unit in units for post in members_of(unit) if post.role in DESK_ROLES]
    line = f"{clock.words}: {reference}, {clock.due.isoformat()}"
    for address in sorted({post.user.email for post in posts if post.user.email}):
        send_mail(line, line, None, [address])
