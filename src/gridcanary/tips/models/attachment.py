"""Photographs and sounds of a tip."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.custody.models import EvidenceItem
from gridcanary.tips.models.tip import Tip


class AttachmentKind(models.TextChoices):
    """What it is."""

    PHOTO = "photo", _("Photograph")
    SOUND = "sound", _("Sound")


class Attachment(models.Model):
    """A file of a tip: its original sealed as evidence, and what staff sees or hears, written anew.

    ``is_stripped`` says that the reporter had hidden data removed on arrival: then ``item`` is no original, and none
    was kept. ``copy`` is empty where a sound could not be written anew.

    ``picture_hash`` is a perceptual hash (16 hexadecimal digits), equal or near for copies of one picture. ``lat`` and
    ``lon`` are what the picture itself said of its place, WGS-84.
    """

    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=8, choices=AttachmentKind.choices)
    item = models.OneToOneField(EvidenceItem, on_delete=models.PROTECT, related_name="+")
    copy = models.OneToOneField(EvidenceItem, on_delete=models.PROTECT, null=True, related_name="+")
    picture_hash = models.CharField(max_length=16, blank=True, default="", db_index=True)
    is_stripped = models.BooleanField(default=False)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.tip} {self.kind}"
