"""Cutting the supply of a site, the proof at the meter, and switching it on again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet, Case, CaseSite
from gridcanary.casework.sharing import visible_case_ids


class DisconnectionQuerySet(models.QuerySet["Disconnection"]):
    """Disconnections, with who may see them."""

    def visible_to(self, user: User) -> DisconnectionQuerySet:
        """Those of cases that the person sees."""
        return self.filter(case_id__in=visible_case_ids(user)) if user.is_active else self.none()


class Disconnection(models.Model):
    """That the supply of a meter was ordered off, went off, and perhaps came back."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disconnections")
    site = models.ForeignKey(CaseSite, on_delete=models.PROTECT, related_name="disconnections")
    meter_id = models.CharField(_("meter number"), max_length=64)
    measure_code = models.CharField(_("measure"), max_length=60)
    basis_code = models.CharField(_("legal basis"), max_length=60)
    reason = models.TextField(_("reason"), blank=True, default="")
    ordered_at = models.DateTimeField(default=timezone.now)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    executed_at = models.DateTimeField(_("switched off at"), null=True, blank=True)
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    executed_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    where_cut = models.CharField(_("where it was cut"), max_length=200, blank=True, default="")
    register_kwh = models.DecimalField(
        _("register when switched off [kWh]"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    evidence = models.JSONField(default=list, blank=True)
    reconnected_at = models.DateTimeField(_("switched on again at"), null=True, blank=True)
    reconnected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reconnect_reason = models.TextField(_("why switched on again"), blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=300, blank=True, default="")

    objects = DisconnectionQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="one_standing_cut_a_meter",
                fields=("case", "meter_id"),
                condition=models.Q(reconnected_at__isnull=True, withdrawn_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.meter_id


class ProofKind(models.TextChoices):
    """Where the proof comes from."""

    READINGS = "readings", _("Load readings of the meter")
    ON_SITE = "on_site", _("Reading on site with a photograph")


class SupplyProof(AppendOnlyModel):
    """That the meter showed no load for a time after it was cut, or that it did; the latest one counts."""

    disconnection = models.ForeignKey(Disconnection, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=10, choices=ProofKind.choices)
    holds = models.BooleanField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    slots_expected = models.PositiveIntegerField(default=0)
    slots_read = models.PositiveIntegerField(default=0)
    most_w = models.IntegerField(null=True, blank=True)
    limit_w = models.IntegerField(null=True, blank=True)
    before_w = models.IntegerField(null=True, blank=True)
    register_kwh = models.DecimalField(
        _("register [kWh]"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    evidence = models.JSONField(default=list, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet["SupplyProof"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.disconnection_id} {self.kind} {self.holds}"
