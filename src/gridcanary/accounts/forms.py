"""The sign-in form, with the brake on guessing."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts import throttle


class SignInForm(AuthenticationForm):
    """Name and password; refuses for a while after several failures."""

    def clean(self) -> dict[str, Any]:
        """Check the password unless the name is locked."""
        username = self.cleaned_data.get("username") or ""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if throttle.is_locked(username, address):
            raise ValidationError(
                _("Too many wrong passwords. Try again in %(minutes)d minutes."),
                code="locked",
                params={"minutes": throttle.LOCK_SECONDS // 60},
            )
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.record_failure(username, address)
            raise
        throttle.forget_failures(username, address)
        return cleaned
