"""What signing in needs to remember: second factors, running sessions, failures, tokens for programs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import EncryptedTextField

if TYPE_CHECKING:
    from gridcanary.accounts.models import User


class TotpDevice(models.Model):
    """The authenticator of a person. ``confirmed_at`` is set once a first code from it was right."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="totp")
    secret = EncryptedTextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code for the day the authenticator is lost: a keyed digest of it, good for one use."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user)


class SignInBrake(models.Model):
    """Failures of one account or one address. The key is a digest, so neither can be read here."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.failures} failures"


class UserSession(models.Model):
    """A sign-in from one browser, for its owner to look at and to end."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True, default="")
    browser = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("-last_seen_at",)

    def __str__(self) -> str:
        return f"{self.user} · {self.started_at:%Y-%m-%d %H:%M}"


class TokenScope(models.TextChoices):
    """What a program may do with a token; its owner's own limits hold on top."""

    FINDINGS_READ = "findings:read", _("Read findings")
    CASES_READ = "cases:read", _("Read cases")
    CASES_WRITE = "cases:write", _("Change cases")
    EVIDENCE_READ = "evidence:read", _("Read evidence")
    EVIDENCE_WRITE = "evidence:write", _("Add evidence")
    STATISTICS_READ = "statistics:read", _("Read statistics")


class TokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens for programs."""

    def visible_to(self, user: User) -> TokenQuerySet:
        """One's own."""
        return self.filter(user=user)


class ApiToken(models.Model):
    """A key with which a program acts as a person. Only its digest is kept; it is shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_valid(self, now: dt.datetime | None = None) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (now or timezone.now()) < self.expires_at and self.user.is_active

    def allows(self, scope: str) -> bool:
        """Whether it was made for a scope."""
        return scope in self.scopes

    @property
    def scope_names(self) -> list[str]:
        """The scopes in the language of the page."""
        return [str(TokenScope(scope).label) for scope in self.scopes if scope in TokenScope.values]
