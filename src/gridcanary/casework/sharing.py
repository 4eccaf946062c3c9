"""Who sees a case and who may act in it: the one rule, asked by everything else."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.accounts.queries import units_below
from gridcanary.casework.models.case import Case
from gridcanary.casework.models.share import CaseShare, ShareLevel
from gridcanary.contracts.errors import GridcanaryError

ACTING = (ShareLevel.OWN, ShareLevel.WORK)


class CaseRefused(GridcanaryError):
    """Something that can't be done in a case; the message is for the person who tried."""


def running_shares() -> QuerySet[CaseShare]:
    """Shares that have not ended."""
    return CaseShare.objects.filter(ended_at__isnull=True)


def visible_case_ids(user: User) -> QuerySet[CaseShare, Any]:
    """Ids of the cases that are shared with a unit of the person's or one below it."""
    return running_shares().filter(unit__in=units_below(user)).values("case_id")


def acting_case_ids(user: User) -> QuerySet[CaseShare, Any]:
    """Ids of the cases that a unit in which the person works leads or works on.

    Keeping a unit's accounts is no work on its cases.
    """
    units = [post.unit_id for post in user.memberships_now() if post.role != Role.ADMINISTRATOR]
    return running_shares().filter(unit__in=units, level__in=ACTING).values("case_id")


def acting_membership(user: User, case: Case, *roles: str) -> Membership | None:
    """The post in which a person acts in a case.

    Args:
        user: who.
        case: in which case.
        roles: only posts with one of these roles; any role without.

    Returns:
        The first post in a unit that leads or works on the case; the leading unit's first. None where the
        person only reads: being above a unit lets one see its cases, not act for it.
    """
    levels = {share.unit_id: share.level for share in running_shares().filter(case=case, level__in=ACTING)}
    held = [
        post
        for post in user.memberships_now()
        if post.unit_id in levels and (not roles or post.role in roles)
    ]
    held.sort(key=lambda post: levels[post.unit_id] != ShareLevel.OWN)
    return held[0] if held else None


def require_acting(user: User, case: Case, *roles: str, even_closed: bool = False) -> Membership:
    """The post in which the person acts, or a refusal.

    Args:
        user: who.
        case: in which case.
        roles: roles of which one is needed.
        even_closed: allow it in a closed case.

    Raises:
        CaseRefused: the person does not act in the case, lacks the role, or the case is closed.
    """
    post = acting_membership(user, case)
    if post is None:
        raise CaseRefused(_("Your department doesn't work on this case."))
    if roles:
        post = acting_membership(user, case, *roles)
        if post is None:
            raise CaseRefused(_("Your role doesn't allow this."))
    if not case.is_open and not even_closed:
        raise CaseRefused(_("The case is closed."))
    return post


def require_owner(user: User, case: Case, *roles: str) -> Membership:
    """The post in the unit that leads the case, or a refusal.

    Raises:
        CaseRefused: as require_acting, or the person's department doesn't lead the case.
    """
    post = require_acting(user, case, *roles)
    if post.unit_id != case.owner_unit_id:
        raise CaseRefused(_("Only the department that leads the case can do this."))
    return post


def takes_part(case: Case, unit: Unit) -> bool:
    """Whether a unit leads or works on a case."""
    return running_shares().filter(case=case, unit=unit, level__in=ACTING).exists()
