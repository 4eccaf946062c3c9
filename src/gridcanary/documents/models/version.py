"""Versions of a paper: what was written, from which template, under which digests. Only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gridcanary.accounts.encryption import EncryptedTextField
from gridcanary.accounts.models import User
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet, Case
from gridcanary.documents.models.document import Document


class VersionQuerySet(AppendOnlyQuerySet["DocumentVersion"]):
    """Versions, with who may see them."""

    def visible_to(self, user: User) -> VersionQuerySet:
        """Versions of papers in the cases that the person sees."""
        return self.filter(document__case__in=Case.objects.visible_to(user))


class DocumentVersion(AppendOnlyModel):
    """One version. The filled DOCX lies in the evidence store under ``sha256``.

    ``entries`` is what the officer wrote, ``personal`` the part of it that tells of people, as encrypted JSON.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    no = models.PositiveIntegerField()
    entries = models.JSONField(default=dict)
    personal = EncryptedTextField(blank=True, default="")
    missing = models.JSONField(default=list)
    template_name = models.CharField(max_length=120)
    template_sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("no",)
        constraints = (models.UniqueConstraint(name="version_once", fields=("document", "no")),)

    def __str__(self) -> str:
        return f"{self.document} v{self.no}"
