"""Shares: which departments see a case and what they may do in it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit
from gridcanary.casework.models.case import Case


class ShareLevel(models.TextChoices):
    """What a department may do in a case."""

    OWN = "own", _("Leads the case")
    WORK = "work", _("Works on the case")
    READ = "read", _("Reads the case")


class CaseShare(models.Model):
    """That a unit takes part in a case. It ends by a date and is never deleted.

    A unit that has been asked in confirms with a receipt; ``received_at`` stays empty until then.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="shares")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="case_shares")
    level = models.CharField(max_length=8, choices=ShareLevel.choices)
    purpose = models.CharField(_("what for"), max_length=300, blank=True, default="")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shares_given"
    )
    given_at = models.DateTimeField(default=timezone.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shares_received",
    )
    received_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("unit", "case", "ended_at"), name="share_by_unit"),)
        constraints = (
            models.UniqueConstraint(
                name="one_running_share", fields=("case", "unit"), condition=models.Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="one_owner",
                fields=("case",),
                condition=models.Q(ended_at__isnull=True, level="own"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} · {self.unit_id} · {self.level}"


class Handover(models.Model):
    """That one department passed the lead of a case to another, with a receipt or a refusal."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handovers_sent")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handovers_received")
    note = models.TextField(_("what is handed over"), blank=True, default="")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers_sent"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handovers_answered",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="one_open_handover", fields=("case",), condition=models.Q(answered_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_unit_id} → {self.to_unit_id}"
