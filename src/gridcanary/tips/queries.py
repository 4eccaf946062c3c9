"""What the public pages read of tips."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.encryption import PersonalText
from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.tips.clocks import CHECK_CLOCK, FEEDBACK_CLOCK, clock_end
from gridcanary.tips.models import Tip, TipState
from gridcanary.tips.receipt_digests import digest_of

OPEN_DAYS = 90
"""For so long a reporter can add to a tip."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as its reader sees it."""

    on: dt.date
    text: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone line for tips out of the pack."""

    name: str
    number: str
    hours: str
    verified: bool


def receiving_unit() -> Unit | None:
    """Who receives tips: the unit that ``GRIDCANARY_TIP_UNIT`` names, else the first energy department, else any."""
    units = Unit.objects.filter(active=True).order_by("path")
    if settings.GRIDCANARY_TIP_UNIT:
        return units.filter(code=settings.GRIDCANARY_TIP_UNIT).first()
    return units.filter(kind="energy").first() or units.first()


def tip_by_receipt(receipt: str) -> Tip | None:
    """The tip that a receipt opens. A wrong receipt costs the same work as a right one."""
    return Tip.objects.select_related("unit", "event").filter(receipt_digest=digest_of(receipt)).first()


def leaf_of(tip: Tip) -> str:
    """Hash of the tip's event in the log, in hexadecimal; empty where it has none."""
    return bytes(tip.event.leaf_hash).hex() if tip.event else ""


def is_open_to_reporter(tip: Tip) -> bool:
    """Whether the reporter can still add something."""
    return timezone.localdate() <= tip.received_on + dt.timedelta(days=OPEN_DAYS)


def conversation(tip: Tip) -> list[Said]:
    """Messages of both sides, oldest first, for the reporter, who wrote or was sent them."""
    return [
        Said(message.written_on, _clear(message.text), message.written_by_id is not None)
        for message in tip.messages.all()
    ]


def lines() -> list[Line]:
    """Telephone lines in the language of the page: this installation's own, then those of its pack."""
    language = law.language()
    pack = law.pack_for_new_cases()
    own = settings.GRIDCANARY_TIP_PHONE
    return [Line(_("Telephone for tips"), own, settings.GRIDCANARY_TIP_HOURS, verified=True)] * bool(own) + [
        Line(pack.text(one.name, language), one.number, pack.text(one.hours, language), one.verified)
        for one in pack.content.pack.hotlines
    ]


def decided_by(received: dt.date) -> dt.date | None:
    """The day by which the pack wants a decision on a tip; None where the pack has no such clock."""
    return clock_end(CHECK_CLOCK, received)


def feedback_days() -> int | None:
    """Working days after the decision within which a named reporter is told; None where the pack says nothing."""
    clocks = law.pack_for_new_cases().content.clocks
    limit = clocks[FEEDBACK_CLOCK].limit if FEEDBACK_CLOCK in clocks else None
    return limit.amount if limit else None


def steps(tip: Tip) -> list[tuple[str, bool, bool]]:
    """received → checked → end, for the reporter: label, whether it was reached, whether it is the present one."""
    end = tip.state if tip.state not in (TipState.RECEIVED, TipState.CHECKED) else ""
    way = [TipState.RECEIVED, TipState.CHECKED, *([TipState(end)] if end else [])]
    reached = way.index(TipState(tip.state))
    return [(str(state.label), number <= reached, number == reached) for number, state in enumerate(way)]


def _clear(held: object) -> str:
    return held.in_clear() if isinstance(held, PersonalText) else str(held or "")
