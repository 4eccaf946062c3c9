"""What a new paper's form begins with: what the case and the other rooms know already."""

from __future__ import annotations

from django.utils import translation

from gridcanary.accounts.models import Unit, User
from gridcanary.casework import law
from gridcanary.casework.facts import facts
from gridcanary.casework.models import Case
from gridcanary.documents.context import language_of, page_language
from gridcanary.documents.fields import FIELDS
from gridcanary.documents.queries import letterhead_of

PARTY = {
    "party_name": "name",
    "party_id": "id",
    "representative": "representative",
    "party_phone": "phone",
    "party_address": "address",
}
"""Fields that the first party of the case fills."""


def first_entries(case: Case, code: str, unit: Unit, user: User) -> dict[str, str]:
    """What is known for the fields of a paper; the officer reads it over and corrects it.

    Args:
        case: the case.
        code: kind of the paper.
        unit: who issues it.
        user: who writes it.
    """
    language = language_of(law.pack_of(case))
    with translation.override(page_language(language)):
        found = (
            _of_case(case, unit)
            | _of_officers(unit, user)
            | _of_party(case, user)
            | _of_referrals(case, code)
        )
    found |= {row["name"]: row["value"] for row in facts("fields", case, user)}
    return {name: value for name, value in found.items() if name in FIELDS and value}


def _of_case(case: Case, unit: Unit) -> dict[str, str]:
    sites, leads = list(case.sites.all()), list(case.leads.all())
    head = letterhead_of(unit)
    return {
        "facts": case.summary,
        "place": "；".join(site.address for site in sites if site.address),
        "account_no": "；".join(
            filter(None, ("／".join(filter(None, (one.premises_id, one.meter_id))) for one in sites))
        ),
        "lead_source": "、".join(dict.fromkeys(str(lead.get_source_display()) for lead in leads)),
        "contact_person": head.contact,
        "contact_phone": head.telephone,
    }


def _of_officers(unit: Unit, user: User) -> dict[str, str]:
    own = [post for post in user.memberships_now() if post.unit_id == unit.pk]
    name = user.get_full_name() or user.get_username()
    return {
        "officer_names": name,
        "contact_person": letterhead_of(unit).contact or name,
        "certificate_numbers": next((post.certificate_no for post in own if post.certificate_no), ""),
    }


def _of_party(case: Case, user: User) -> dict[str, str]:
    parties = facts("parties", case, user)
    return {field: parties[0][key] for field, key in PARTY.items()} if parties else {}


def _of_referrals(case: Case, code: str) -> dict[str, str]:
    """The receiver, where the paper belongs to a referral and one unit of its kind takes part."""
    pack = law.pack_of(case)
    kinds = {one.to for one in pack.referrals.values() if code in one.documents}
    units = [share.unit for share in case.shares.filter(ended_at__isnull=True).select_related("unit")]
    fitting = [one.name_zh for one in units if one.kind in kinds]
    return {"recipient": fitting[0]} if len(fitting) == 1 else {}
