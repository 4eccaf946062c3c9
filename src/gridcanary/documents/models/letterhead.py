"""How a unit signs its papers, and how far it has counted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit


class Letterhead(models.Model):
    """What stands on a unit's papers. Without one, its Chinese name stands for itself."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="letterhead")
    name = models.CharField(_("full name on papers"), max_length=120)
    mark = models.CharField(_("mark in numbers"), max_length=40)
    address = models.CharField(_("address"), max_length=200, blank=True, default="")
    telephone = models.CharField(_("telephone"), max_length=60, blank=True, default="")
    contact = models.CharField(_("contact person"), max_length=60, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """The last number given in a series of a unit in a year."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="number_series")
    series = models.CharField(max_length=160)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="series_once", fields=("unit", "series", "year")),)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
