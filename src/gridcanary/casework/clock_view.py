"""Clocks as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridcanary.casework import law
from gridcanary.casework.clock_runs import run_of
from gridcanary.casework.models import CaseClock, ClockState
from gridcanary.packs.clock import ClockStatus, status


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock for a list.

    Args:
        clock: the stored clock.
        title: what has to happen in time.
        effect: what follows when it runs out.
        cited: where the law says so, unverified articles marked.
        status: as the engine has it.
        left: how much is left, in words.
        urgency: ``late``, ``soon``, ``calm``, ``suspended`` or ``ended``.
        reasons: codes and names of the reasons for which it may be suspended.
        extension_role: role that may extend it; empty where it can't be extended.
    """

    clock: CaseClock
    title: str
    effect: str
    cited: str
    status: ClockStatus
    left: str
    urgency: str
    reasons: list[tuple[str, str]]
    extension_role: str

    @property
    def is_going(self) -> bool:
        """Whether it runs or is suspended."""
        return self.clock.state in (ClockState.RUNNING, ClockState.SUSPENDED)


def clock_rows(clocks: Iterable[CaseClock]) -> list[ClockRow]:
    """Clocks in the order given, as pages show them."""
    now = timezone.now()
    return [_row(clock, now) for clock in clocks]


def _row(clock: CaseClock, now: dt.datetime) -> ClockRow:
    pack, lang = law.pack_of(clock.case), law.language()
    rule = pack.clock(clock.code)
    stands = status(run_of(clock), pack.calendar, now)
    extendable = rule.extension is not None and not clock.extended
    return ClockRow(
        clock=clock,
        title=rule.title.of(lang),
        effect=rule.effect.of(lang),
        cited=pack.cite(rule, lang),
        status=stands,
        left=_left(clock, stands),
        urgency=_urgency(clock, stands),
        reasons=[(code, pack.content.suspensions[code].title.of(lang)) for code in rule.suspend_reasons],
        extension_role=law.role_name(pack, rule.extension.approver) if extendable and rule.extension else "",
    )


def _urgency(clock: CaseClock, stands: ClockStatus) -> str:
    if clock.state == ClockState.CANCELLED:
        return "ended"
    if stands.state == "done":
        return "late" if stands.done_late else "ended"
    if stands.state in ("late", "suspended"):
        return stands.state
    return "soon" if stands.soon else "calm"


def _left(clock: CaseClock, stands: ClockStatus) -> str:
    if clock.state == ClockState.CANCELLED:
        return _("no longer applies")
    if stands.state == "done":
        return _("met too late") if stands.done_late else _("met in time")
    if stands.state == "suspended":
        return _("suspended")
    if stands.left_days is None:
        hours = int(abs(stands.left).total_seconds() // 3600)
        words = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    elif stands.state == "late":
        days = max(1, (timezone.localdate() - timezone.localdate(stands.due.at)).days)
        words = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    elif clock_in_working_days(clock):
        words = ngettext("%(n)d working day", "%(n)d working days", stands.left_days) % {
            "n": stands.left_days
        }
    else:
        words = ngettext("%(n)d day", "%(n)d days", stands.left_days) % {"n": stands.left_days}
    return (_("late by %(time)s") if stands.state == "late" else _("%(time)s left")) % {"time": words}


def clock_in_working_days(clock: CaseClock) -> bool:
    """Whether a clock counts working days."""
    return law.pack_of(clock.case).clock(clock.code).limit.unit == "working_days"
