"""Whether the decision of a case is final, so that the case may be told to everybody."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.casework.models.clock import ClockState


def not_final(case: Case) -> str:
    """Why the decision isn't final yet, in a sentence; empty where it is.

    It is where the times within which the party could attack it ran out: the clocks that the pack names in
    ``remedy_clocks``. Where the party did attack it, or a clock was called off, the system can't tell how that ended.
    """
    pack = law.pack_of(case)
    if not pack.switches.remedy_clocks:
        return _("The pack doesn't say when a decision is final.")
    sanctioned = pack.content.outcomes.get(case.outcome)
    if sanctioned is None or not sanctioned.sanctions:
        return _("The case hasn't ended with a decision against somebody.")
    clocks = list(case.clocks.filter(code__in=pack.switches.remedy_clocks))
    if {clock.code for clock in clocks} < set(pack.switches.remedy_clocks):
        return _("No decision was served whose time for remedies has begun.")
    if any(clock.state != ClockState.RUNNING for clock in clocks):
        return _("The party used a remedy, or its time was called off: the decision isn't known to be final.")
    latest = max((clock.due_at for clock in clocks if clock.due_at), default=None)
    if latest is None or latest > timezone.now():
        day = timezone.localtime(latest).date().isoformat() if latest else "?"
        return _("The party can still use a remedy until %(day)s.") % {"day": day}
    return ""


def decided_in(case: Case) -> dt.date:
    """First day of the month in which the time for remedies began, that is in which the decision was served."""
    began = case.clocks.filter(code__in=law.pack_of(case).switches.remedy_clocks).earliest("started_at")
    return timezone.localtime(began.started_at).date().replace(day=1)
