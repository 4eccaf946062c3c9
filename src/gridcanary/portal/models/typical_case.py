"""Cases told to everybody, without a word that tells whose they were."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit
from gridcanary.casework.models import Case


class CaseState(models.TextChoices):
    """Where a told case stands."""

    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Public")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def new_slug() -> str:
    """The last part of its public address; it tells nothing of the case."""
    return secrets.token_hex(6)


class TypicalCase(models.Model):
    """A case as everybody reads it. Only the actions write it; what was released is never changed, only withdrawn.

    ``area`` is the code of a city or county; ``month`` the first day of the month of the decision.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="told")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=16, unique=True, default=new_slug)
    title_zh = models.CharField(_("title, Chinese"), max_length=80)
    title_en = models.CharField(_("title, English"), max_length=120)
    text_zh = models.TextField(_("what happened, Chinese"), max_length=3000)
    text_en = models.TextField(_("what happened, English"), max_length=6000)
    area = models.CharField(_("area code"), max_length=6)
    month = models.DateField()
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.DRAFT)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ("-released_at", "-id")
        constraints = (
            models.UniqueConstraint(
                name="told_once_at_a_time", fields=("case",), condition=~models.Q(state="withdrawn")
            ),
            models.CheckConstraint(
                name="another_releases_than_writes",
                condition=models.Q(released_by__isnull=True) | ~models.Q(released_by=models.F("written_by")),
            ),
        )

    def __str__(self) -> str:
        return self.title_zh

    def title(self, language: str) -> str:
        """The title in ``zh`` or ``en``."""
        return self.title_zh if language == "zh" else self.title_en

    def text(self, language: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.text_zh if language == "zh" else self.text_en
