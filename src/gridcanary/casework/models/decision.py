"""One model: a decision about a finding. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import User
from gridcanary.custody.append_only import AppendOnlyModel, AppendOnlyQuerySet


class Kind(models.TextChoices):
    """What was decided."""

    MARKED = "marked", _("Marked for inspection")
    DISMISSED = "dismissed", _("Dismissed")
    UNDONE = "undone", _("Decision undone")


class DismissalReason(models.TextChoices):
    """Why a finding needs no inspection."""

    LEGAL_COMPUTING = "legal_computing", _("Lawful computing: data centre, telecoms or network room")
    COLD_STORAGE = "cold_storage", _("Cold storage or refrigeration")
    FARM_EQUIPMENT = (
        "farm_equipment",
        _("Farm equipment: aeration, ventilation, pumping, greenhouse lighting"),
    )
    CONTINUOUS_PRODUCTION = "continuous_production", _("Production line that runs day and night")
    HEATING = "heating", _("Electric heating, heat pump or air conditioning")
    EV_CHARGING = "ev_charging", _("Vehicle charging")
    METER_FAULT = "meter_fault", _("Meter, transformer-ratio or data fault")
    ARCHIVE_ERROR = "archive_error", _("Archive error: wrong class, transformer or customer")
    INSPECTED = "inspected", _("Inspected lately, nothing found")
    OTHER = "other", _("Other (explain in the note)")


class DecisionQuerySet(AppendOnlyQuerySet["TriageDecision"]):
    """Decisions, with who may see them."""

    def visible_to(self, user: User) -> DecisionQuerySet:
        """Decisions about premises in the person's area."""
        if not user.is_active:
            return self.none()
        return self.filter(admin_code__startswith=user.area_prefix) if user.area_prefix else self


class TriageDecision(AppendOnlyModel):
    """One decision: by whom, when, about which subject, on the grounds of which finding.

    The finding's score, mode and day are copied, because the next scan replaces the findings table and later
    calibration must know what the person saw.
    """

    subject_kind = models.CharField(max_length=16)
    subject_id = models.CharField(max_length=64)
    admin_code = models.CharField(max_length=6, blank=True, default="")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    dismissal_reason = models.CharField(
        max_length=32, choices=DismissalReason.choices, blank=True, default=""
    )
    note = models.TextField(blank=True, default="")
    undoes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    finding_score = models.FloatField(null=True)
    finding_mode = models.CharField(max_length=8, blank=True, default="")
    finding_as_of = models.DateField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions"
    )
    decided_at = models.DateTimeField(auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("subject_kind", "subject_id", "id"), name="decision_by_subject"),)
        constraints = (
            models.CheckConstraint(
                name="dismissal_has_reason",
                condition=~models.Q(kind="dismissed") | ~models.Q(dismissal_reason=""),
            ),
            models.CheckConstraint(
                name="undo_names_decision",
                condition=~models.Q(kind="undone") | models.Q(undoes__isnull=False),
            ),
            models.UniqueConstraint(
                name="undone_once", fields=("undoes",), condition=models.Q(kind="undone")
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id}"
