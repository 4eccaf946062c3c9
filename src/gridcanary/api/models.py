"""Webhooks: addresses that are told what happens, and what was sent to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import EncryptedTextField


class Webhook(models.Model):
    """An address that a person wants told of events in the cases that the person sees.

    What is sent names the event and the case's number and nothing else; the receiver asks the API for the rest with
    a token of its own, so a wrong address learns no contents.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhooks")
    url = models.URLField(_("address"), max_length=500)
    kinds = models.JSONField(_("kinds of events"), default=list, blank=True)
    secret = EncryptedTextField(kind="text")
    next_seq = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.url

    def wants(self, kind: str) -> bool:
        """Whether it asked for a kind of event: the kind itself, its area, or everything."""
        return not self.kinds or kind in self.kinds or kind.partition(".")[0] in self.kinds


class Delivery(models.Model):
    """One event for one webhook, tried until it is taken or given up."""

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    seq = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_answer = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("taken_at", "given_up_at", "next_try_at"), name="delivery_to_do"),)
        constraints = (models.UniqueConstraint(name="delivered_once", fields=("webhook", "seq")),)

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.seq}"
