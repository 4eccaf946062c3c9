"""How a case went through its stages, and who approved what on the way."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gridcanary.accounts.models import Unit
from gridcanary.casework.models.case import Case
from gridcanary.custody.append_only import AppendOnlyModel, AppendOnlyQuerySet


class StageEntry(AppendOnlyModel):
    """That a case entered a stage. The first one has no stage before it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stage_entries")
    left = models.CharField(max_length=40, blank=True, default="")
    entered = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, default="")

    objects = AppendOnlyQuerySet["StageEntry"].as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("entered", "moved_at"), name="stage_by_time"),)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.left} → {self.entered}"


class Approval(AppendOnlyModel):
    """That somebody with the role for it agreed to something: a gate, a measure, an extension.

    ``subject`` says what, for example ``gate:investigate>rectify`` or ``clock:31``. A withdrawal is a second row.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approvals")
    subject = models.CharField(max_length=80)
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    granted = models.BooleanField()
    note = models.TextField(blank=True, default="")

    objects = AppendOnlyQuerySet["Approval"].as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("case", "subject"), name="approval_by_subject"),)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.subject} {'+' if self.granted else '-'}"
