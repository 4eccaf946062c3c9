"""The only writers of units and memberships."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, Unit, User
from gridcanary.contracts.errors import GridcanaryError


class UnitRefused(GridcanaryError):
    """A change of units or posts that cannot stand; the message is for the person who asked for it."""


@transaction.atomic
def add_unit(
    code: str,
    name_zh: str,
    *,
    kind: str,
    name_en: str = "",
    parent: Unit | None = None,
    admin_code: str = "",
) -> Unit:
    """Create a unit.

    Args:
        code: unique; lower-case letters, digits, hyphens.
        name_zh: the name on documents.
        kind: department kind code of the jurisdiction packs.
        name_en: the name on English pages.
        parent: the unit it belongs to; None for a root.
        admin_code: GB/T 2260 digits of its area.

    Returns:
        The saved unit.

    Raises:
        ValidationError: the code is taken, or a field is not acceptable.
    """
    unit = Unit(code=code, name_zh=name_zh, name_en=name_en, kind=kind, parent=parent, admin_code=admin_code)
    unit.path = _path(code, parent)
    unit.full_clean()
    unit.save()
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, name_zh: str, name_en: str, kind: str, admin_code: str, active: bool) -> Unit:
    """Change what a unit is called and what it is; its code and place stay."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    unit.name_zh, unit.name_en, unit.kind = name_zh, name_en, kind
    unit.admin_code, unit.active = admin_code, active
    unit.full_clean()
    unit.save()
    return unit


@transaction.atomic
def move_unit(unit: Unit, parent: Unit | None) -> Unit:
    """Hang a unit, with all below it, under another one.

    Args:
        unit: what to move.
        parent: where to; None makes it a root.

    Returns:
        The unit with its new path.

    Raises:
        UnitRefused: the new place lies inside the unit itself.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if parent is not None and unit.covers(parent):
        raise UnitRefused(_("A unit cannot stand below itself."))
    old, unit.parent = unit.path, parent
    below = list(Unit.objects.select_for_update().filter(path__startswith=old).exclude(pk=unit.pk))
    unit.path = _path(unit.code, parent)
    unit.save(update_fields=["parent", "path"])
    for inner in below:
        inner.path = unit.path + inner.path.removeprefix(old)
        inner.save(update_fields=["path"])
    return unit


@transaction.atomic
def add_membership(
    user: User,
    unit: Unit,
    role: str,
    *,
    certificate_no: str = "",
    certified_until: dt.date | None = None,
    is_primary: bool = False,
    since: dt.date | None = None,
    given_by: str = "",
) -> Membership:
    """Give a person a role in a unit.

    Args:
        user: the person.
        unit: where.
        role: a value of Role.
        certificate_no: number of the law-enforcement certificate; empty without one.
        certified_until: its last day; None for no end.
        is_primary: the main post; the first post always is.
        since: first day; today when left out.
        given_by: ``oidc`` where the identity provider gave it.

    Returns:
        The saved membership. A main post takes that mark from the one before.

    Raises:
        ValidationError: the person holds this role there already, or a field is not acceptable.
    """
    held = Membership.objects.select_for_update().filter(user=user, until__isnull=True)
    first = not held.exists()
    if is_primary:
        held.filter(is_primary=True).update(is_primary=False)
    membership = Membership(
        user=user,
        unit=unit,
        role=role,
        certificate_no=certificate_no,
        certified_until=certified_until,
        is_primary=is_primary or first,
        since=since or timezone.localdate(),
        given_by=given_by,
    )
    membership.full_clean()
    membership.save()
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, last_day: dt.date | None = None) -> Membership:
    """End a post; the row stays, because old papers name it.

    Args:
        membership: the post.
        last_day: its last day; yesterday when left out, so that it ends at once.

    Returns:
        The ended post. Where it was the main one, the oldest other post becomes that.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    last_day = last_day or timezone.localdate() - dt.timedelta(days=1)
    was_primary, membership.is_primary = membership.is_primary, False
    membership.until = last_day
    membership.save()
    if was_primary:
        heir = Membership.objects.filter(user=membership.user, until__isnull=True).order_by("id").first()
        if heir is not None:
            heir.is_primary = True
            heir.save(update_fields=["is_primary"])
    return membership


def _path(code: str, parent: Unit | None) -> str:
    return f"{parent.path if parent else ''}{code}/"
