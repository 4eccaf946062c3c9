"""Proof that a paper was served."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import EncryptedTextField
from gridcanary.accounts.models import User
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.documents.models.document import Document
from gridcanary.documents.models.file import DocumentFile


class ServiceWay(models.TextChoices):
    """How a paper was served."""

    IN_PERSON = "in_person", _("Handed over in person")
    LEFT = "left", _("Left at the premises after refusal")
    ELECTRONIC = "electronic", _("Electronically, with the recipient's consent")
    ENTRUSTED = "entrusted", _("By another authority on request")
    POST = "post", _("By post")
    FORWARDED = "forwarded", _("Through the recipient's unit")
    NOTICE = "notice", _("By public notice")


class ServiceQuerySet(AppendOnlyQuerySet["Service"]):
    """Proofs of service, with who may see them."""

    def visible_to(self, user: User) -> ServiceQuerySet:
        """Those of papers in cases that the person sees."""
        return self.filter(document__in=Document.objects.visible_to(user).values("pk"))


class Service(AppendOnlyModel):
    """That a paper reached somebody: how, when, to whom, and the file that proves it."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="services")
    way = models.CharField(max_length=12, choices=ServiceWay.choices)
    served_to = EncryptedTextField(kind="name")
    served_at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True, default="")
    note = models.TextField(blank=True, default="")
    receipt = models.ForeignKey(
        DocumentFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.document_id} {self.way}"
