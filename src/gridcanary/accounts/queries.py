"""Reads of units and of who belongs to them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from gridcanary.accounts.models import Membership, Role, Unit, User


def units_below(user: User) -> QuerySet[Unit]:
    """Active units in which the person works today, and everything below them: whose cases the person sees.

    Keeping a unit's accounts is no work on its cases: a post of an administrator alone opens none.
    """
    paths = {held.unit.path for held in user.memberships_now() if held.role != Role.ADMINISTRATOR}
    if not paths:
        return Unit.objects.none()
    wanted = Q()
    for path in sorted(paths):
        wanted |= Q(path__startswith=path)
    return Unit.objects.filter(wanted, active=True)


def units_administered(user: User) -> QuerySet[Unit]:
    """Units, closed ones too, in the subtrees where the person is administrator today."""
    paths = [held.unit.path for held in user.memberships_now() if held.role == Role.ADMINISTRATOR]
    wanted = Q(pk__in=[])
    for path in paths:
        wanted |= Q(path__startswith=path)
    return Unit.objects.filter(wanted)


def members_of(unit: Unit, *roles: str, below: bool = False) -> QuerySet[Membership]:
    """Who belongs to a unit today.

    Args:
        unit: the unit.
        roles: count only these values of Role; all without any.
        below: count the units below it too.

    Returns:
        Memberships of people who may sign in, with their users and units.
    """
    held = Membership.objects.on(timezone.localdate()).filter(user__is_active=True)
    held = held.filter(unit__path__startswith=unit.path) if below else held.filter(unit=unit)
    if roles:
        held = held.filter(role__in=roles)
    return held.select_related("user", "unit")
