"""A campaign: cases that belong to one drive against mining."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit


class Campaign(models.Model):
    """A special rectification drive: who leads it, when, and how many premises it means to reach.

    A campaign itself carries no case contents; who may see its cases is decided case by case.
    """

    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True, default="")
    lead_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="campaigns")
    begins_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    target_premises = models.PositiveIntegerField(_("premises to check"), null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-begins_on", "id")
        constraints = (
            models.CheckConstraint(
                name="campaign_ends_after_it_begins",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("begins_on")),
            ),
        )

    def __str__(self) -> str:
        return self.name
