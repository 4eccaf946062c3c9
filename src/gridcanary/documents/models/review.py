"""What reviewers and heads said of a version before it was issued."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gridcanary.accounts.models import Unit
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.documents.models.version import DocumentVersion


class Review(AppendOnlyModel):
    """One word on one version, in a role of the pack. A later version needs reviews of its own."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="reviews")
    role = models.CharField(max_length=40)
    granted = models.BooleanField()
    note = models.TextField(blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet["Review"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.version_id} {self.role} {'+' if self.granted else '-'}"
