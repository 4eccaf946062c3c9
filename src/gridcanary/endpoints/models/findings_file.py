"""Findings files that were imported: that they were, by whom, and what was in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.accounts.queries import units_below


class FindingsFileQuerySet(models.QuerySet["FindingsFile"]):
    """Imported files, with the one method that decides what anybody sees."""

    def visible_to(self, user: User) -> FindingsFileQuerySet:
        """Those of the units in which the person works, and of units below them."""
        return self.filter(unit__in=units_below(user))


class FindingsFile(models.Model):
    """One file of the network lens's findings. The file itself isn't kept; its digest says which one it was.

    ``session_count`` counts all rows, ``listed_count`` those that were taken over, ``new_count`` those of them that
    no earlier file had. ``admin_code`` is the area that the sensor looks at.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    admin_code = models.CharField(_("area code"), max_length=6, blank=True, default="")
    session_count = models.PositiveIntegerField()
    listed_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    imported_at = models.DateTimeField(default=timezone.now)

    objects = FindingsFileQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("unit", "sha256"), name="findings_file_once"),)

    def __str__(self) -> str:
        return self.name
