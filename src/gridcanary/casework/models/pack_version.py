"""The law as it stood when a case began: a pack, frozen."""

from __future__ import annotations

from django.db import models

from gridcanary.custody.append_only import AppendOnlyModel, AppendOnlyQuerySet


class PackVersion(AppendOnlyModel):
    """One version of a jurisdiction pack that at least one case runs by.

    ``frozen`` is the whole pack as canonical JSON; ``digest`` is its SHA-256, so that a case shows which law it
    was run by even after the pack's files have changed.
    """

    pack_id = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    frozen = models.TextField()
    stored_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet["PackVersion"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version}"
