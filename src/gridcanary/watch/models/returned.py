"""Returns: signs that a mine came back at the same premises, with the same people or the same machines."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.casework.models import Case


class ReturnKind(models.TextChoices):
    """What is the same as before."""

    PREMISES = "premises", _("Same premises")
    PARTY = "party", _("Same person or company")
    DEVICE = "device", _("Same machine")
    VISIT = "visit", _("Found on a visit")


class ReturnState(models.TextChoices):
    """What was made of a sign."""

    OPEN = "open", _("To be decided")
    REOPENED = "reopened", _("Taken up again")
    DISMISSED = "dismissed", _("Dismissed")


class Return(models.Model):
    """One sign, seen from the earlier case.

    ``sign`` names it, as ``meter:M1:2026-05-01``, so that it is noticed once.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signs_of_return")
    kind = models.CharField(max_length=10, choices=ReturnKind.choices)
    sign = models.CharField(max_length=160)
    text = models.TextField(blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.OPEN)
    new_case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="taken_up_from"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-seen_at", "-id")
        indexes = (models.Index(fields=("state", "-seen_at"), name="return_by_state"),)
        constraints = (models.UniqueConstraint(name="return_noticed_once", fields=("case", "sign")),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.sign}"
