"""The statutory clocks of tips: by when it is decided if a case is opened, and by when a named reporter is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework import law
from gridcanary.casework.elsewhere import Waiting
from gridcanary.packs.clock import ClockRun, due
from gridcanary.tips.models import ENDS, Reporter, Tip
from gridcanary.tips.models.tip import TipQuerySet

CHECK_CLOCK, FEEDBACK_CLOCK = "tip_check", "tip_feedback"
"""Codes in the pack."""
SOON, LATE = "soon", "late"
DESK_ROLES = (Role.OFFICER, Role.APPROVER, Role.CLERK, Role.ANALYST)
AT_MOST = 50
"""Tips that a person's page of work names at once."""


@dataclass(frozen=True, slots=True)
class TipClock:
    """A clock that runs on a tip.

    Args:
        code: CHECK_CLOCK or FEEDBACK_CLOCK.
        due: the last day.
        state: SOON, LATE or empty.
    """

    code: str
    due: dt.date
    state: str

    @property
    def words(self) -> str:
        """What is to be done, for staff."""
        return _("Decide whether to open a case") if self.code == CHECK_CLOCK else _("Tell the reporter")


def clock_end(code: str, began: dt.date) -> dt.date | None:
    """The last day of a clock of the pack that began on a day; None where the pack has no such clock."""
    pack = law.pack_for_new_cases()
    if code not in pack.content.clocks:
        return None
    started = timezone.make_aware(dt.datetime.combine(began, dt.time(12)))
    return due(ClockRun(pack.clock(code), started), pack.calendar, timezone.now()).day


def latest_answer(received: dt.date) -> dt.date | None:
    """The day by which a named reporter is told at the latest: the decision's last day, and the time for telling."""
    decided = clock_end(CHECK_CLOCK, received)
    return clock_end(FEEDBACK_CLOCK, decided or received)


def is_decided(tip: Tip) -> bool:
    """Whether it is decided if a case is opened."""
    return tip.state in ENDS or (tip.lead is not None and tip.lead.case_id is not None)


def running(tip: Tip, today: dt.date | None = None) -> list[TipClock]:
    """The clocks that run on a tip."""
    day = today or timezone.localdate()
    found = []
    if not is_decided(tip) and (ends := clock_end(CHECK_CLOCK, tip.received_on)):
        found.append(_clock(CHECK_CLOCK, ends, day))
    reporter: Reporter | None = getattr(tip, "reporter", None)
    if is_decided(tip) and reporter and reporter.answered_on is None and reporter.answer_due:
        found.append(_clock(FEEDBACK_CLOCK, reporter.answer_due, day))
    return found


def with_clocks(tips: TipQuerySet) -> TipQuerySet:
    """Those of tips on which a clock may run."""
    unanswered = Q(reporter__isnull=False, reporter__answered_on=None, reporter__answer_due__isnull=False)
    open_ones = tips.filter(~Q(state__in=ENDS) | unanswered)
    return open_ones.select_related("lead", "reporter", "unit").order_by("id")


def tips_waiting(user: User) -> Iterator[Waiting]:
    """Tips of the person's own departments whose clocks run out soon or have."""
    units = [post.unit_id for post in user.memberships_now() if post.role in DESK_ROLES]
    shown = 0
    for tip in with_clocks(Tip.objects.visible_to(user).filter(unit__in=units)).iterator(chunk_size=200):
        for clock in running(tip):
            if clock.state and shown < AT_MOST:
                shown += 1
                words = _("%(what)s by %(day)s") % {"what": clock.words, "day": clock.due.isoformat()}
                late = f" ({_('overdue')})" if clock.state == LATE else ""
                yield Waiting(words + late, reverse("tips:tip", args=[tip.reference]), tip.reference)


def _clock(code: str, ends: dt.date, today: dt.date) -> TipClock:
    warned = law.pack_for_new_cases().clock(code).warn_days
    state = LATE if today > ends else SOON if (ends - today).days <= warned else ""
    return TipClock(code, ends, state)
