"""A tip between its questions and its sending: files wait under a name that only the page knows."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class TipDraft(models.Model):
    """Answers before they were confirmed. ``token_digest`` is SHA-256 of the token in the form; drafts are deleted
    when they are sent or an hour after they were begun."""

    token_digest = models.CharField(max_length=64, unique=True)
    answers = models.TextField(blank=True, default="")
    began_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class DraftFile(models.Model):
    """A file of a draft, encrypted in the database until the tip is sent."""

    draft = models.ForeignKey(TipDraft, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    sealed = models.BinaryField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
