"""Referrals: what a case hands to another department, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet, Case
from gridcanary.documents.models.document import Document


class ReferralState(models.TextChoices):
    """Where a referral stands."""

    PREPARED = "prepared", _("Prepared")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Not approved")
    SENT = "sent", _("Sent")
    RECEIVED = "received", _("Received")
    REROUTED = "rerouted", _("Passed on")
    ANSWERED = "answered", _("Answered")


WAITING = (
    ReferralState.PREPARED,
    ReferralState.APPROVED,
    ReferralState.SENT,
    ReferralState.RECEIVED,
    ReferralState.REROUTED,
)
"""States over which a case can't close."""


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, with who may see them."""

    def visible_to(self, user: User) -> ReferralQuerySet:
        """Referrals of the cases that the person sees."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def waiting(self) -> ReferralQuerySet:
        """Those that are neither answered nor refused."""
        return self.filter(state__in=WAITING)


class Referral(models.Model):
    """One referral; ``code`` names its kind in the case's pack, ``subject`` its clocks."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    code = models.CharField(max_length=64)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="referrals_sent")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="referrals_received")
    state = models.CharField(max_length=10, choices=ReferralState.choices, default=ReferralState.PREPARED)
    summary = models.TextField(_("what is referred and why"))
    documents = models.ManyToManyField(Document, blank=True, related_name="referrals")
    evidence_refs = models.JSONField(default=list)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    receipt_number = models.CharField(max_length=80, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=120, blank=True, default="")
    answer_note = models.TextField(blank=True, default="")
    answer_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="answers_to"
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("to_unit", "state"), name="referral_by_receiver"),)

    def __str__(self) -> str:
        return f"{self.code} {self.case_id}"

    @property
    def subject(self) -> str:
        """How clocks name it."""
        return f"referral:{self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Neither answered nor refused."""
        return self.state in WAITING


class ReferralPackage(AppendOnlyModel):
    """The bag that was sent: a ZIP in the evidence store, with what went into it."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="packages")
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet["ReferralPackage"].as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.referral_id} {self.sha256[:12]}"
