"""Files that belong to a paper: its print, the signed scan, the receipt of its service."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.documents.models.document import Document


class FileKind(models.TextChoices):
    """What a file is to the paper."""

    PRINT = "print", _("Print (PDF)")
    SIGNED_SCAN = "signed_scan", _("Signed and sealed scan")
    SERVICE_RECEIPT = "service_receipt", _("Proof of service")


class DocumentFile(AppendOnlyModel):
    """One file, in the evidence store under ``sha256``."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=16, choices=FileKind.choices)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet["DocumentFile"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
