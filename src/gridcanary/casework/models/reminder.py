"""Reminders: what a department was told about a clock, and that somebody read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit
from gridcanary.casework.models.clock import CaseClock


class ReminderKind(models.TextChoices):
    """Why somebody is reminded."""

    SOON = "soon", _("Runs out soon")
    LATE = "late", _("Ran out")


class Reminder(models.Model):
    """One reminder of one clock to one department; each kind is made once a clock."""

    clock = models.ForeignKey(CaseClock, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=8, choices=ReminderKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reminders")
    made_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminders_read",
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (models.UniqueConstraint(name="reminded_once", fields=("clock", "kind", "unit")),)

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"
