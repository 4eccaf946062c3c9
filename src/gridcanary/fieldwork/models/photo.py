"""Photographs of a case: the original lies sealed in custody, pages show the copy without hidden data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet, Case
from gridcanary.fieldwork.models.visit import Visit


class VisitPhoto(AppendOnlyModel):
    """One photograph. ``evidence_ref`` names the original, ``copy_ref`` what pages show."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="photos")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="photos")
    evidence_ref = models.CharField(max_length=32, unique=True)
    copy_ref = models.CharField(max_length=32, blank=True, default="")
    caption = models.CharField(_("what it shows"), max_length=200, blank=True, default="")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet["VisitPhoto"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.caption or self.evidence_ref
