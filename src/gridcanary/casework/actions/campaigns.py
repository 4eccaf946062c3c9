"""Campaigns: begun, and cases put into them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, Unit, User
from gridcanary.casework.journal import note
from gridcanary.casework.models import Campaign, Case
from gridcanary.casework.sharing import CaseRefused, require_owner
from gridcanary.custody.actions import record

STARTERS = (Role.OFFICER, Role.APPROVER, Role.SUPERVISOR)


@transaction.atomic
def begin(
    user: User,
    unit: Unit,
    name: str,
    begins_on: dt.date,
    *,
    ends_on: dt.date | None = None,
    purpose: str = "",
    target_premises: int | None = None,
) -> Campaign:
    """Begin a campaign.

    Raises:
        CaseRefused: no name, it ends before it begins, or the person has no fitting post in the unit.
    """
    if not any(post.unit_id == unit.pk and post.role in STARTERS for post in user.memberships_now()):
        raise CaseRefused(_("Your role doesn't allow this."))
    if not name.strip():
        raise CaseRefused(_("Give the campaign a name."))
    if ends_on is not None and ends_on < begins_on:
        raise CaseRefused(_("The campaign would end before it begins."))
    campaign = Campaign.objects.create(
        name=name.strip()[:120], purpose=purpose.strip(), lead_unit=unit, begins_on=begins_on, ends_on=ends_on,
        target_premises=target_premises,
    )  # fmt: skip
    record(
        "campaign.begun",
        actor=user,
        unit_code=unit.code,
        body={"campaign": campaign.pk, "name": campaign.name},
    )
    return campaign


@transaction.atomic
def put_into(user: User, case: Case, campaign: Campaign | None) -> None:
    """Put a case into a campaign, or take it out with None.

    Raises:
        CaseRefused: the person's department doesn't lead the case.
    """
    post = require_owner(user, case)
    before, case.campaign = case.campaign_id, campaign
    case.save(update_fields=["campaign"])
    note(
        case,
        "case.campaign_set",
        user=user,
        unit=post.unit,
        before=before,
        after=campaign.pk if campaign else None,
    )
