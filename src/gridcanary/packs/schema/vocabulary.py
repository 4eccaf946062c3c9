"""The closed lists that packs choose from, because code acts on them."""

from __future__ import annotations

from typing import Literal, get_args

DepartmentKind = Literal[
    "energy", "police", "samr", "utility", "finance", "treasury", "cyberspace", "telecom", "tax", "fire",
    "prosecution", "judiciary", "supervision", "local_government",
]  # fmt: skip
"""What a department is for, the same in every country; its name and its powers are the pack's."""

Role = Literal["officer", "approver", "legal_reviewer", "supervisor"]
"""Who signs and approves, by the names that accounts give these roles; the approver is the authority's head."""

Track = Literal["civil", "administrative", "price", "criminal", "personnel"]
"""Which law a measure belongs to; the tracks never stand in for each other."""

OffenceModel = Literal["activity_banned", "unlicensed", "theft_only", "territorial_seasonal"]
"""What is forbidden: mining itself, mining without a licence, theft alone, mining in places and seasons."""

Event = Literal[
    "lead_received", "tip_received", "tip_decided", "petition_received", "case_filed", "measure_started",
    "measure_ended", "examination_started", "examination_ended", "notice_served", "hearing_requested",
    "hearing_held", "decision_made", "decision_served", "decision_revoked", "withdrawal_published",
    "referral_proposed", "referral_approved", "referral_sent", "referral_received", "referral_rerouted",
    "referral_answered", "items_handed_over", "payment_made", "surcharge_listed", "surcharge_notified",
    "stop_reported", "rectification_ordered", "rectification_accepted", "review_requested", "review_decided",
    "suit_filed", "offence_ended", "warrant_granted", "case_closed", "case_reopened",
]  # fmt: skip
"""What happens to a case that a clock may start or stop with."""

Condition = Literal[
    "evidence_checklist_complete", "two_officers", "legal_review", "warrant", "site_confirmed",
    "user_confirmed", "party_heard", "monitoring_reviewed", "licence_checked", "no_open_clock",
    "load_normal", "devices_accounted_for", "watch_complete", "resurgence_found", "outcome_set",
    "collective_decision", "theft_shown",
]  # fmt: skip
"""What a gate or a measure may demand beside documents and approvals."""

Light = Literal["device", "software", "pool_record", "power", "safety", "people"]
"""What an item of the inspection checklist shows; the first three make the three lights of a case."""

Calibration = Literal["positive", "negative", "excluded"]
"""How an outcome teaches the ranking: a mine was there, none was, or nothing can be learnt."""

MoneyBase = Literal["energy", "charge", "price_difference", "fine", "proceeds", "fixed"]
"""What an amount is reckoned from."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""Days of the week, Monday first."""

Digest = Literal["sha256", "sm3"]
"""Digests that the evidence store computes."""

WEEKDAYS: tuple[str, ...] = get_args(Weekday)
"""Weekdays in the order of ``date.weekday()``."""
