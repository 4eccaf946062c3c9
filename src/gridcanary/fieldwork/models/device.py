"""Devices that were found, and everything that happened to each of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet, Case, CaseSite
from gridcanary.casework.sharing import visible_case_ids
from gridcanary.fieldwork.models.visit import Visit


class DeviceKind(models.TextChoices):
    """What a device is."""

    ASIC = "asic", _("Mining machine (ASIC)")
    GPU_RIG = "gpu_rig", _("Graphics-card rig")
    SERVER = "server", _("Server or computer")
    PSU = "psu", _("Power supply")
    CONTROLLER = "controller", _("Controller")
    NETWORK = "network", _("Network device")
    OTHER = "other", _("Other")


COMPUTING = (DeviceKind.ASIC, DeviceKind.GPU_RIG, DeviceKind.SERVER)
"""Kinds that count as computing devices."""


class DeviceState(models.TextChoices):
    """What is done with a device until its disposal is final."""

    LISTED = "listed", _("Listed, left on site")
    SEALED = "sealed", _("Sealed on site")
    SEIZED = "seized", _("Taken into custody")
    RELEASED = "released", _("Measure lifted")
    DISPOSED = "disposed", _("Disposed of")


class DeviceQuerySet(models.QuerySet["Device"]):
    """Devices, with who may see them."""

    def visible_to(self, user: User) -> DeviceQuerySet:
        """Devices of cases that the person sees."""
        return self.filter(case_id__in=visible_case_ids(user)) if user.is_active else self.none()

    def unaccounted(self) -> DeviceQuerySet:
        """Devices without a final disposal."""
        return self.filter(disposal_final=False)


class Device(models.Model):
    """One device, or several of the same kind that were not listed one by one.

    The row shows how things stand; ``DeviceEvent`` keeps how they came to be so. ``serial_key`` and ``mac_key`` are
    the identifiers without spaces, hyphens and case, by which a device is recognised in another case.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="devices")
    site = models.ForeignKey(
        CaseSite, on_delete=models.PROTECT, null=True, blank=True, related_name="devices"
    )
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="devices")
    tag = models.CharField(_("tag"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=DeviceKind.choices)
    model = models.CharField(_("model"), max_length=120, blank=True, default="")
    serial = models.CharField(_("serial number"), max_length=80, blank=True, default="")
    serial_key = models.CharField(max_length=80, blank=True, default="", db_index=True, editable=False)
    mac = models.CharField(_("network address (MAC)"), max_length=40, blank=True, default="")
    mac_key = models.CharField(max_length=40, blank=True, default="", db_index=True, editable=False)
    hash_rate_th = models.DecimalField(
        _("hash rate [TH/s]"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    rated_w = models.PositiveIntegerField(_("rated power [W]"), null=True, blank=True)
    count = models.PositiveIntegerField(_("number"), default=1)
    where_found = models.CharField(_("where found"), max_length=200, blank=True, default="")
    running = models.BooleanField(_("was running"), default=False)
    state = models.CharField(max_length=10, choices=DeviceState.choices, default=DeviceState.LISTED)
    measure_code = models.CharField(_("measure"), max_length=60, blank=True, default="")
    holder = models.CharField(_("where it is now"), max_length=200, blank=True, default="")
    holder_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    disposal = models.CharField(_("disposal"), max_length=60, blank=True, default="")
    disposal_final = models.BooleanField(default=False)
    listed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField(default=timezone.now)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("case", "disposal_final"), name="device_by_case"),)
        constraints = (
            models.UniqueConstraint(
                name="serial_once_a_case", fields=("case", "serial_key"), condition=~models.Q(serial_key="")
            ),
            models.CheckConstraint(
                name="itemised_device_is_one",
                condition=models.Q(serial_key="", mac_key="", count__gte=1) | models.Q(count=1),
            ),
        )

    def __str__(self) -> str:
        return f"{self.tag} {self.model}".strip()


class DeviceAct(models.TextChoices):
    """What happened to a device."""

    LISTED = "listed", _("Listed")
    CORRECTED = "corrected", _("Entry corrected")
    SEALED = "sealed", _("Sealed on site")
    SEIZED = "seized", _("Taken into custody")
    MOVED = "moved", _("Moved")
    RELEASED = "released", _("Measure lifted")
    PHOTOGRAPHED = "photographed", _("Photographed")
    DISPOSED = "disposed", _("Disposed of")


class DeviceEvent(AppendOnlyModel):
    """One thing that happened to a device."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=14, choices=DeviceAct.choices)
    happened_at = models.DateTimeField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    measure_code = models.CharField(max_length=60, blank=True, default="")
    seal_number = models.CharField(_("seal number"), max_length=64, blank=True, default="")
    holder = models.CharField(max_length=200, blank=True, default="")
    disposal = models.CharField(max_length=60, blank=True, default="")
    document = models.CharField(_("document"), max_length=120, blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    objects = AppendOnlyQuerySet["DeviceEvent"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.device_id} {self.act}"
