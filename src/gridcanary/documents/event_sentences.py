"""Events of papers and referrals in words, for the history of a case."""

from __future__ import annotations

from django.utils.translation import gettext_noop

SENTENCES = {
    "document.drafted": gettext_noop("Paper drafted: %(title)s"),
    "document.redrafted": gettext_noop("New version of %(title)s: %(reason)s"),
    "document.submitted": gettext_noop("Submitted for review: %(title)s"),
    "document.agreed": gettext_noop("Agreed to: %(title)s"),
    "document.sent_back": gettext_noop("Sent back: %(title)s – %(remark)s"),
    "document.issued": gettext_noop("Issued: %(title)s %(number)s"),
    "document.printed": gettext_noop("Print kept: %(title)s %(number)s"),
    "document.scan_added": gettext_noop("Signed scan added: %(title)s"),
    "document.served": gettext_noop("Served: %(title)s %(number)s"),
    "document.withdrawn": gettext_noop("Declared void: %(title)s %(number)s – %(reason)s"),
    "referral.prepared": gettext_noop("Referral to %(to)s prepared"),
    "referral.approved": gettext_noop("Referral to %(to)s approved"),
    "referral.refused": gettext_noop("Referral to %(to)s not approved: %(remark)s"),
    "referral.sent": gettext_noop("Referral sent to %(to)s"),
    "referral.received": gettext_noop("Referral received by %(to)s: %(receipt)s"),
    "referral.rerouted": gettext_noop("Referral passed on to %(to)s: %(reason)s"),
    "referral.answered": gettext_noop("Referral answered by %(to)s: %(answer)s"),
}
"""Sentences by kind of event."""
