"""Several tips about one place: one lead."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from gridcanary.accounts.models import Unit, User
from gridcanary.accounts.queries import units_below
from gridcanary.casework.models import Case


class TipLeadQuerySet(models.QuerySet["TipLead"]):
    """Leads, with the one method that decides what anybody sees."""

    def visible_to(self, user: User) -> TipLeadQuerySet:
        """Those of the person's units, in the person's area."""
        if not user.is_active:
            return self.none()
        seen = self.filter(unit__in=units_below(user))
        if user.area_prefix:
            seen = seen.filter(models.Q(admin_code="") | models.Q(admin_code__startswith=user.area_prefix))
        return seen


class TipLead(models.Model):
    """A place that tips speak of. ``llr`` and ``reasons`` are what weighing made of all its tips at ``weighed_at``."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    admin_code = models.CharField(max_length=6, blank=True, default="", db_index=True)
    premises_id = models.CharField(max_length=64, blank=True, default="", db_index=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    llr = models.FloatField(default=0.0)
    reasons = models.JSONField(default=dict, blank=True)
    flags = models.JSONField(default=list, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="tip_leads")
    opened_at = models.DateTimeField(default=timezone.now)
    weighed_at = models.DateTimeField(null=True, blank=True)

    objects = TipLeadQuerySet.as_manager()

    class Meta:
        ordering = ("-llr", "-id")

    def __str__(self) -> str:
        return self.title
