"""The user: Django's, with the area that the person is responsible for and the posts that the person holds."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import BlindIndexField, EncryptedTextField
from gridcanary.accounts.personal_data import PersonalDataRead, UnmaskRequest, UnmaskState
from gridcanary.accounts.sign_in_models import (
    ApiToken,
    RecoveryCode,
    SignInBrake,
    TokenScope,
    TotpDevice,
    UserSession,
)
from gridcanary.accounts.units import Membership, Role, Unit

__all__ = [
    "ApiToken",
    "Membership",
    "PersonalDataRead",
    "RecoveryCode",
    "Role",
    "SignInBrake",
    "TokenScope",
    "TotpDevice",
    "Unit",
    "UnmaskRequest",
    "UnmaskState",
    "User",
    "UserSession",
]


class User(AbstractUser):
    """A person who signs in.

    ``area_prefix`` limits what the person sees to premises whose GB/T 2260 code starts with it: two digits a
    province, four a prefecture, six a county. Empty means no limit.
    """

    area_prefix = models.CharField(
        _("area code"),
        max_length=6,
        blank=True,
        default="",
        validators=[RegexValidator(r"^(\d{2}){0,3}$", _("Two, four or six digits of a GB/T 2260 code."))],
    )
    phone = EncryptedTextField(_("telephone"), kind="phone", blank=True, default="")
    phone_index = BlindIndexField(of="phone")
    oidc_subject = models.CharField(
        _("subject at the identity provider"),
        max_length=255,
        unique=True,
        null=True,
        blank=True,
        editable=False,
    )

    @classmethod
    def visible_to(cls, user: User) -> models.QuerySet[User]:
        """Oneself, and who holds a post in a unit of the person's or in one below it."""
        wanted = models.Q(pk=user.pk)
        for path in user.unit_paths():
            wanted |= models.Q(memberships__unit__path__startswith=path)
        return cls.objects.filter(wanted).distinct()

    def sees_area(self, admin_code: str | None) -> bool:
        """Whether premises with this GB/T 2260 code lie in the person's area.

        Args:
            admin_code: six digits; None where the archive does not say.

        Returns:
            True for a person without a limit; a person with one never sees premises without a code.
        """
        return not self.area_prefix or (admin_code or "").startswith(self.area_prefix)

    _kept_posts: list[Membership] | None = None

    def memberships_now(self) -> list[Membership]:
        """The person's posts that hold today, the main one first; none for somebody who is locked out."""
        if self._kept_posts is not None:
            return list(self._kept_posts)
        if not self.is_active or self.pk is None:
            return []
        return list(Membership.objects.filter(user=self).on(timezone.localdate()).select_related("unit"))

    def keep_posts(self) -> None:
        """Read the posts once for this object: for a request that only reads, where a page asks ten times."""
        if self._kept_posts is None:
            self._kept_posts = self.memberships_now()

    @property
    def unit(self) -> Unit | None:
        """The unit of the main post, or of the oldest one where none is marked; None without any."""
        held = self.memberships_now()
        return held[0].unit if held else None

    def unit_paths(self) -> list[str]:
        """Paths of the units that the person belongs to today, each once."""
        return list(dict.fromkeys(held.unit.path for held in self.memberships_now()))

    def has_role(self, *roles: str, unit: Unit | None = None) -> bool:
        """Whether the person has one of the roles today.

        Args:
            roles: values of Role.
            unit: count only roles in this unit or in one above it; None for a role anywhere.

        Returns:
            True where one of them holds.
        """
        return any(
            held.role in roles and (unit is None or held.unit.covers(unit)) for held in self.memberships_now()
        )
