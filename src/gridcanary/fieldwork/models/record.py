"""What was found on site. Rows are only ever added: a correction is a later row, and the latest one counts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.fieldwork.models.visit import Visit


class Answer(models.TextChoices):
    """What the officer saw."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Could not be seen")


class ChecklistAnswer(AppendOnlyModel):
    """The answer to one question of the pack's checklist, with what was secured for it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=60)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices)
    note = models.TextField(_("note"), blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["ChecklistAnswer"].as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("visit", "item", "id"), name="answer_by_item"),)

    def __str__(self) -> str:
        return f"{self.item}: {self.answer}"


class LoadMeasurement(AppendOnlyModel):
    """The load that was measured on site [kW], by phase where the instrument shows it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="measurements")
    measured_at = models.DateTimeField(_("measured at"))
    instrument = models.CharField(_("instrument and its number"), max_length=120)
    kw_total = models.DecimalField(_("total load [kW]"), max_digits=10, decimal_places=3)
    kw_a = models.DecimalField(_("phase A [kW]"), max_digits=10, decimal_places=3, null=True, blank=True)
    kw_b = models.DecimalField(_("phase B [kW]"), max_digits=10, decimal_places=3, null=True, blank=True)
    kw_c = models.DecimalField(_("phase C [kW]"), max_digits=10, decimal_places=3, null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet["LoadMeasurement"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kw_total} kW"


class MeterReading(AppendOnlyModel):
    """What a meter's register showed on site [kWh]."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="meter_readings")
    meter_id = models.CharField(_("meter number"), max_length=64)
    read_at = models.DateTimeField(_("read at"))
    register_kwh = models.DecimalField(_("register [kWh]"), max_digits=14, decimal_places=3)
    seal_intact = models.CharField(_("seal of the meter"), max_length=8, choices=Answer.choices, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet["MeterReading"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.meter_id}: {self.register_kwh} kWh"
