"""A tip between its questions and its sending: files wait under a name that only the page knows."""

from __future__ import annotations

from django.db import models


class TipDraft(models.Model):
    """Answers before they were confirmed. ``token_digest`` is a digest of the token in the form, ``answers`` are under
    a key derived from that token (``draft_seal``), base64. ``began_at`` is the full hour in which it was begun, so
    that what stays of a deleted row doesn't tell when somebody wrote. Drafts are deleted when they are sent, or two
    hours after that hour."""

    token_digest = models.CharField(max_length=64, unique=True)
    answers = models.TextField(blank=True, default="")
    began_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class DraftFile(models.Model):
    """A file of a draft: ``sealed`` is the file, ``copy`` what was made of it, ``facts`` what is known of it, all under
    the token's key. ``size_bytes`` is what it takes here, for the limit on all drafts together."""

    draft = models.ForeignKey(TipDraft, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=8)
    facts = models.BinaryField(default=b"")
    sealed = models.BinaryField()
    copy = models.BinaryField(default=b"")
    size_bytes = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.draft} {self.kind}"
