"""The law that a case runs by: its pack as it was frozen when the case began."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language

from gridcanary import packs
from gridcanary.accounts.models import Membership, Role
from gridcanary.casework.models.case import Case
from gridcanary.casework.models.pack_version import PackVersion
from gridcanary.packs import Pack

ROLES: dict[str, tuple[str, ...]] = {
    "officer": (Role.OFFICER, Role.APPROVER),
    "approver": (Role.APPROVER,),
    "legal_reviewer": (Role.LEGAL_REVIEWER,),
    "supervisor": (Role.SUPERVISOR,),
}
"""Roles of accounts that may act as a pack's role."""


@lru_cache(maxsize=64)
def _thawed(digest: str) -> Pack:
    return packs.from_frozen(PackVersion.objects.get(digest=digest).frozen)


def pack_of(case: Case) -> Pack:
    """The pack that a case runs by."""
    return _thawed(case.pack_version.digest)


def store(pack: Pack) -> PackVersion:
    """The stored version of a pack; stores it when no case has run by it yet."""
    found = PackVersion.objects.filter(digest=pack.digest).first()
    return found or PackVersion.objects.create(
        pack_id=pack.id, version=pack.version, digest=pack.digest, frozen=pack.frozen_json()
    )


def pack_for_new_cases() -> Pack:
    """The pack of this installation (setting GRIDCANARY_PACK)."""
    return packs.load(settings.GRIDCANARY_PACK)


def language() -> str:
    """The language of the page, as packs ask for it."""
    return (get_language() or "zh")[:2]


def may_act_as(post: Membership, role: str) -> bool:
    """Whether a post can act as a role of the packs.

    Args:
        post: the person's post.
        role: role code of a pack.
    """
    return post.role in ROLES.get(role, ())


def role_name(pack: Pack, role: str) -> str:
    """What a pack calls a role, in the language of the page."""
    named = {str(code): entry for code, entry in pack.content.roles.items()}
    return named[role].name.of(language()) if role in named else role


def stage_name(case: Case) -> str:
    """What a case's pack calls the stage that the case is in."""
    return str(pack_of(case).stage(case.stage).name.of(language()))
