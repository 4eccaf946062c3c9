"""The premises of a case and the findings that led to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.casework.models.case import Case


class SiteKind(models.TextChoices):
    """What kind of place it is."""

    WORKSHOP = "workshop", _("Workshop or factory")
    INDUSTRIAL_PARK = "industrial_park", _("Industrial park")
    FARM = "farm", _("Farm or greenhouse")
    HOME = "home", _("Home")
    OFFICE = "office", _("Office or shop")
    NET_CAFE = "net_cafe", _("Internet cafe")
    DATA_CENTRE = "data_centre", _("Data centre")
    POWER_PLANT = "power_plant", _("Power plant or substation")
    OTHER = "other", _("Other")


class CaseSite(models.Model):
    """One place that a case is about. Coordinates are WGS-84."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sites")
    premises_id = models.CharField(_("premises"), max_length=64, blank=True, default="", db_index=True)
    meter_id = models.CharField(_("meter"), max_length=64, blank=True, default="", db_index=True)
    transformer_id = models.CharField(_("transformer"), max_length=64, blank=True, default="", db_index=True)
    kind = models.CharField(
        _("kind of place"), max_length=20, choices=SiteKind.choices, default=SiteKind.OTHER
    )
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    admin_code = models.CharField(_("area code"), max_length=6, blank=True, default="")
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.address or self.premises_id or self.meter_id or self.transformer_id


class LeadSource(models.TextChoices):
    """Where a lead came from."""

    POWER = "power", _("Electricity data")
    NETWORK = "network", _("Network signals")
    CHAIN = "chain", _("Blockchain tracing")
    TIP = "tip", _("Tip from the public")
    INSPECTION = "inspection", _("Surprise inspection")
    REFERRAL = "referral", _("Passed on by another department")
    OTHER = "other", _("Other")


class CaseLead(models.Model):
    """What pointed to the premises, as it was when the case took it up.

    A later scan replaces the findings, so the score, the kilowatts and the reasons are copied.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="leads")
    site = models.ForeignKey(CaseSite, on_delete=models.PROTECT, null=True, blank=True, related_name="leads")
    source = models.CharField(_("source"), max_length=16, choices=LeadSource.choices)
    subject_kind = models.CharField(max_length=16, blank=True, default="")
    subject_id = models.CharField(max_length=64, blank=True, default="", db_index=True)
    text = models.TextField(_("what was seen"), blank=True, default="")
    score = models.FloatField(null=True, blank=True)
    mode = models.CharField(max_length=8, blank=True, default="")
    as_of = models.DateField(null=True, blank=True)
    onset = models.DateField(null=True, blank=True)
    kw_low = models.FloatField(null=True, blank=True)
    kw_mid = models.FloatField(null=True, blank=True)
    kw_high = models.FloatField(null=True, blank=True)
    reasons = models.JSONField(default=dict, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leads_taken"
    )
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.source} {self.subject_id}"
