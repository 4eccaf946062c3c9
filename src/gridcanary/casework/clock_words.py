"""Sentences about clocks for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gridcanary.packs import Pack
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


EVENTS = {
    "lead_received": gettext_noop("Lead received"),
    "tip_received": gettext_noop("Tip received"),
    "tip_decided": gettext_noop("Decided whether to take the tip up"),
    "petition_received": gettext_noop("Petition received"),
    "case_filed": gettext_noop("Case filed"),
    "measure_started": gettext_noop("Measure began"),
    "measure_ended": gettext_noop("Measure ended"),
    "examination_started": gettext_noop("Examination by an expert began"),
    "examination_ended": gettext_noop("Examination by an expert ended"),
    "notice_served": gettext_noop("Notice served"),
    "hearing_requested": gettext_noop("Party asked for a hearing"),
    "hearing_held": gettext_noop("Hearing held"),
    "decision_made": gettext_noop("Decision made"),
    "decision_served": gettext_noop("Decision served"),
    "decision_revoked": gettext_noop("Decision revoked"),
    "withdrawal_published": gettext_noop("Publication withdrawn"),
    "referral_proposed": gettext_noop("Referral proposed"),
    "referral_approved": gettext_noop("Referral approved"),
    "referral_sent": gettext_noop("Referral sent"),
    "referral_received": gettext_noop("Referral received"),
    "referral_rerouted": gettext_noop("Referral sent on to the competent authority"),
    "referral_answered": gettext_noop("Referral answered"),
    "items_handed_over": gettext_noop("Items handed over"),
    "payment_made": gettext_noop("Payment made"),
    "surcharge_listed": gettext_noop("User put on the surcharge list"),
    "surcharge_notified": gettext_noop("User notified of the surcharge"),
    "stop_reported": gettext_noop("Stop of mining reported"),
    "rectification_ordered": gettext_noop("Rectification ordered"),
    "rectification_accepted": gettext_noop("Rectification accepted"),
    "review_requested": gettext_noop("Party asked for administrative reconsideration"),
    "review_decided": gettext_noop("Reconsideration decided"),
    "suit_filed": gettext_noop("Party filed a suit"),
    "offence_ended": gettext_noop("Offence ended"),
    "warrant_granted": gettext_noop("Warrant granted"),
    "case_closed": gettext_noop("Case closed"),
    "case_reopened": gettext_noop("Case reopened"),
}
"""What happens to a case, by the names that packs use; a test keeps it whole."""

BY_THEMSELVES = {"lead_received", "measure_started", "measure_ended", "case_closed", "case_reopened"}
"""Events that other actions tell of; nobody reports them by hand."""


def reportable(pack: Pack) -> list[tuple[str, str]]:
    """Events that start or end a clock of the pack and that officers report, with their names."""
    used = {clock.starts_on for clock in pack.clocks.values()}
    used |= {event for clock in pack.clocks.values() for event in clock.ends_on}
    return [(code, str(_(name))) for code, name in EVENTS.items() if code in used - BY_THEMSELVES]


def refusal_sentence(refused: ClockRefused) -> str:
    """Why something can't be done to a clock, in the language of the page."""
    return str(_(SENTENCES[refused.why]))
