"""How a case takes up findings: each with its place, together with those that start and stop with it."""

from __future__ import annotations

from gridcanary.accounts.models import User
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts
from gridcanary.casework.models import LeadSource, SiteKind
from gridcanary.console.findings import METER, ListedFinding, open_book

KIND_BY_CLASS = {
    "residential": SiteKind.HOME,
    "agricultural": SiteKind.FARM,
    "general_industrial": SiteKind.WORKSHOP,
    "large_industrial": SiteKind.WORKSHOP,
    "commercial": SiteKind.OFFICE,
    "data_centre": SiteKind.DATA_CENTRE,
}
"""A first guess from the tariff class; an officer corrects it."""


def together(finding: ListedFinding, user: User) -> list[ListedFinding]:
    """The finding first, then those whose meters start and stop with it and that the person may see."""
    book = open_book()
    group = book.group(finding.group_id) if book else []
    others = [one for one in group if one.key != finding.key and user.sees_area(one.admin_code)]
    return [finding, *others]


def taken_up(finding: ListedFinding) -> tuple[SiteFacts, list[LeadFacts]]:
    """A finding as a case takes it up: the place, and what pointed to it."""
    customer = finding.customer
    is_meter = finding.subject_kind == METER
    site = SiteFacts(
        premises_id=customer.premises_id if customer else "",
        meter_id=finding.subject_id if is_meter else "",
        transformer_id=(customer.transformer_id or "" if customer else "")
        if is_meter
        else finding.subject_id,
        kind=KIND_BY_CLASS.get(finding.tariff_class, SiteKind.OTHER),
        address=(customer.address or "") if customer else "",
        admin_code=finding.admin_code or "",
    )
    lead = LeadFacts(
        source=LeadSource.POWER,
        subject_kind=finding.subject_kind,
        subject_id=finding.subject_id,
        score=finding.score,
        mode=finding.mode,
        as_of=finding.as_of,
        onset=finding.onset,
        kw_low=finding.kw_low,
        kw_mid=finding.kw_mid,
        kw_high=finding.kw_high,
        reasons={language: list(told) for language, told in finding.reasons.items()},
    )
    return site, [lead]
