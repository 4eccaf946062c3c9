"""Entries that a phone sent, each under a key of its own, so that sending twice records once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.fieldwork.models.visit import Visit


class SentEntry(AppendOnlyModel):
    """One entry that was recorded. ``digest`` is of what was sent, so that a key can't be used for two things."""

    key = models.UUIDField(unique=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="sent_entries")
    kind = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    written_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet["SentEntry"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.key)
