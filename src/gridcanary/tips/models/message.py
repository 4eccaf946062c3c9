"""The conversation with a reporter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from gridcanary.accounts.encryption import EncryptedTextField
from gridcanary.tips.models.tip import Tip


class TipMessage(models.Model):
    """One message. Those of the reporter have no ``written_by``; they are kept by day, as the tip is."""

    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="messages")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = EncryptedTextField(kind="text")
    written_on = models.DateField(default=timezone.localdate)
    read_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.tip} {self.written_on}"
