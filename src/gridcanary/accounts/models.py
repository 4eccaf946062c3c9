"""The user: Django's, with the area that the person is responsible for."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


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

    def sees_area(self, admin_code: str | None) -> bool:
        """Whether premises with this GB/T 2260 code lie in the person's area.

        Args:
            admin_code: six digits; None where the archive does not say.

        Returns:
            True for a person without a limit; a person with one never sees premises without a code.
        """
        return not self.area_prefix or (admin_code or "").startswith(self.area_prefix)
