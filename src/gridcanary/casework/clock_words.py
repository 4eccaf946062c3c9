"""Sentences about clocks for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gridcanary.packs.clock_refused import ClockRefused

SENTENCES = {
    "reason_not_allowed": gettext_noop("The law doesn't let this clock be suspended for that reason."),
    "not_suspended": gettext_noop("The clock isn't suspended."),
    "suspended": gettext_noop("The clock is suspended; resume it first."),
    "out_of_order": gettext_noop("The time lies before what was recorded last."),
    "no_extension": gettext_noop("This limit can't be extended."),
    "extended_before": gettext_noop("This limit was extended before; that is possible once."),
    "wrong_approver": gettext_noop("The extension needs the approval of another role."),
    "no_reason": gettext_noop("Give a reason for the extension."),
    "ended_before": gettext_noop("The clock has ended."),
    "expired": gettext_noop("The limit has run out; it can no longer be suspended or extended."),
}


def refusal_sentence(refused: ClockRefused) -> str:
    """Why something can't be done to a clock, in the language of the page."""
    return str(_(SENTENCES[refused.why]))
