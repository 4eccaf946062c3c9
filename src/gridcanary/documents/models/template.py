"""Templates that a unit made its own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gridcanary.accounts.models import Unit
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet


class UnitTemplate(AppendOnlyModel):
    """One version of a unit's own template for a kind of paper. The last row counts.

    An empty digest says that the unit went back to the pack's template.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="paper_templates")
    pack_id = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    no = models.PositiveIntegerField()
    name = models.CharField(max_length=120, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size_bytes = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True, default="")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet["UnitTemplate"].as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="unit_template_once", fields=("unit", "pack_id", "code", "no")),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.code} {self.no}"
