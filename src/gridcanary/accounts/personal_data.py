"""Who asked to see personal data, who agreed, and who read it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.units import Role, Unit
from gridcanary.contracts.errors import GridcanaryError

if TYPE_CHECKING:
    from gridcanary.accounts.models import User


class ReadsAreKept(GridcanaryError):
    """Somebody tried to change or delete the record of a reading."""

    def __init__(self) -> None:
        super().__init__("the record of who read personal data is append-only")


def below(paths: list[str], lookup: str) -> models.Q:
    """Condition that a unit's path lies in one of the subtrees; matches nothing without any."""
    wanted = models.Q(pk__in=[])
    for path in paths:
        wanted |= models.Q(**{f"{lookup}__startswith": path})
    return wanted


class UnmaskState(models.TextChoices):
    """How far a request has come."""

    ASKED = "asked", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class UnmaskQuerySet(models.QuerySet["UnmaskRequest"]):
    """Requests to see personal data."""

    def visible_to(self, user: User) -> UnmaskQuerySet:
        """One's own, and those of units where one approves or supervises."""
        paths = [
            held.unit.path for held in user.memberships_now() if held.role in (Role.APPROVER, Role.SUPERVISOR)
        ]
        return self.filter(models.Q(asked_by=user) | below(paths, "unit__path"))


class UnmaskRequest(models.Model):
    """One person asks to see one field of one record; another person decides."""

    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    about = models.CharField(max_length=200)
    reason = models.TextField(_("reason"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unmask_asked"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=UnmaskState.choices, default=UnmaskState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="unmask_decided"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True)

    objects = UnmaskQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("asked_by", "model", "object_id", "field"), name="unmask_by_field"),)
        constraints = (
            models.CheckConstraint(
                name="unmask_four_eyes",
                condition=~models.Q(state__in=("approved", "refused"))
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("asked_by"))),
            ),
            models.CheckConstraint(
                name="unmask_approval_ends",
                condition=~models.Q(state="approved") | models.Q(expires_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.about} · {self.field}"

    def is_open(self, now: dt.datetime | None = None) -> bool:
        """Whether the field may be read on this request now."""
        now = now or timezone.now()
        return self.state == UnmaskState.APPROVED and self.expires_at is not None and now < self.expires_at


class ReadQuerySet(models.QuerySet["PersonalDataRead"]):
    """Readings; they can be added and looked at."""

    def visible_to(self, user: User) -> ReadQuerySet:
        """Readings by people of the units where one supervises."""
        paths = [held.unit.path for held in user.memberships_now() if held.role == Role.SUPERVISOR]
        return self.filter(below(paths, "unit_path"))

    def update(self, **_values: Any) -> NoReturn:
        """Refuse."""
        raise ReadsAreKept

    def delete(self) -> NoReturn:
        """Refuse."""
        raise ReadsAreKept


class PersonalDataRead(models.Model):
    """That somebody read one field of one record in clear. The value itself is not kept here."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=500, blank=True, default="")
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    about = models.CharField(max_length=200)
    reason = models.TextField()
    request = models.ForeignKey(UnmaskRequest, on_delete=models.PROTECT, null=True, related_name="reads")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = ReadQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("model", "object_id"), name="reads_by_object"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.about} · {self.field}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a stored row."""
        if self.pk is not None:
            raise ReadsAreKept
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ReadsAreKept
