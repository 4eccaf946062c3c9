"""Tables of evidence: items, and who had each of them when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.custody.append_only import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.custody.events import Event


class ItemKind(models.TextChoices):
    """What kind of evidence an item is."""

    PHYSICAL = "physical", _("Physical object")
    DIGITAL = "digital", _("Electronic data")
    DOCUMENT = "document", _("Document")
    INTERVIEW = "interview", _("Interview record")
    PHOTO_VIDEO = "photo_video", _("Photograph or video")
    METER_DATA = "meter_data", _("Metering data")
    CAPTURE = "capture", _("Network capture")
    CHAIN_RECORD = "chain_record", _("Blockchain record")


class Derivation(models.TextChoices):
    """How an item was made from its parent."""

    METADATA_REMOVED = "metadata_removed", _("Copy without hidden data")
    REDACTED = "redacted", _("Redacted copy")
    TRANSCODED = "transcoded", _("Converted copy")
    EXTRACT = "extract", _("Extract")
    ANALYSIS = "analysis", _("Result of an analysis")


class EvidenceItem(AppendOnlyModel):
    """One piece of evidence. Its content lies in the object store; a physical object has none.

    ``ref`` names it in the log and in exports, for good.
    """

    ref = models.CharField(max_length=32, unique=True)
    case_ref = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=16, choices=ItemKind.choices)
    description = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    sm3 = models.CharField(max_length=64, blank=True, default="")
    size_bytes = models.BigIntegerField(null=True)
    media_type = models.CharField(max_length=100, blank=True, default="")
    filename = models.CharField(max_length=255, blank=True, default="")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="derivatives"
    )
    derivation = models.CharField(max_length=20, choices=Derivation.choices, blank=True, default="")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="evidence_taken"
    )
    taken_at = models.DateTimeField()
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="evidence_item")

    objects = AppendOnlyQuerySet["EvidenceItem"].as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="item_has_content",
                condition=models.Q(kind="physical")
                | (~models.Q(sha256="") & ~models.Q(sm3="") & models.Q(size_bytes__isnull=False)),
            ),
            models.CheckConstraint(
                name="derivative_has_parent",
                condition=models.Q(parent__isnull=True, derivation="")
                | (models.Q(parent__isnull=False) & ~models.Q(derivation="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.ref} {self.description}"


class Act(models.TextChoices):
    """What was done with an item."""

    COLLECTED = "collected", _("Collected")
    SEALED = "sealed", _("Sealed")
    TRANSFERRED = "transferred", _("Handed over")
    ACCESSED = "accessed", _("Consulted")
    EXPORTED = "exported", _("Exported")
    ANALYSED = "analysed", _("Examined")
    RETURNED = "returned", _("Returned")
    DISPOSED = "disposed", _("Disposed of")


IN_THE_SYSTEM = frozenset({Act.ACCESSED.value, Act.EXPORTED.value})
"""Done at a screen by the person signed in: no second officer and no witness."""


class CustodyEvent(AppendOnlyModel):
    """One link of the chain of custody."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="custody")
    act = models.CharField(max_length=16, choices=Act.choices)
    happened_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True, default="")
    from_holder = models.CharField(max_length=200, blank=True, default="")
    to_holder = models.CharField(max_length=200, blank=True, default="")
    officer = models.CharField(max_length=100, blank=True, default="")
    second_officer = models.CharField(max_length=100, blank=True, default="")
    one_officer_reason = models.CharField(max_length=300, blank=True, default="")
    witness = models.CharField(max_length=100, blank=True, default="")
    no_witness_reason = models.CharField(max_length=300, blank=True, default="")
    seal_number = models.CharField(max_length=64, blank=True, default="")
    note = models.TextField(blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="custody_recorded"
    )
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="custody_event")

    objects = AppendOnlyQuerySet["CustodyEvent"].as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="two_officers_or_reason",
                condition=models.Q(act__in=("accessed", "exported"))
                | (~models.Q(officer="") & (~models.Q(second_officer="") | ~models.Q(one_officer_reason=""))),
            ),
            models.CheckConstraint(
                name="witness_or_reason",
                condition=models.Q(act__in=("accessed", "exported"))
                | ~models.Q(witness="")
                | ~models.Q(no_witness_reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item.ref} {self.act}"
