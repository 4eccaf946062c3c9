"""Endpoints in a case, and whose line they are: nobody is named outside of a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import EncryptedTextField
from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import acting_case_ids
from gridcanary.endpoints.models.endpoint import Endpoint

PERSONAL_FIELDS = ("holder", "line_account", "address")


class TakenUp(models.Model):
    """That a case took up an endpoint: from then on the case's rules say who sees it and who may be named."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="endpoints")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="taken_up")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("case", "endpoint"), name="endpoint_once_a_case"),)

    def __str__(self) -> str:
        return f"{self.case.number} {self.endpoint}"


class LineState(models.TextChoices):
    """What the carrier's records say, as contracts.network.RESOLUTIONS has it."""

    RESOLVED = "resolved", _("resolved")
    AMBIGUOUS = "ambiguous", _("ambiguous")
    UNPLACED = "unplaced", _("an account held it, its place is not known")
    UNKNOWN = "unknown", _("no record covers the moment")


class LinkQuerySet(models.QuerySet["PremisesLink"]):
    """Links, with the one method that decides whose clear text anybody may ask for."""

    def visible_to(self, user: User) -> LinkQuerySet:
        """Those of the cases in which the person acts; who only reads a case sees them masked on its page."""
        return self.filter(case__in=acting_case_ids(user))


class PremisesLink(models.Model):
    """The carrier's answer to whose line an endpoint was at a moment.

    ``confidence`` is that of the likeliest line, 0 to 1; ``candidates`` how many fit. Premises are named only where
    the answer is resolved. ``basis`` is the way through the records, as ``nat>radius>drop``. Holder, account and
    address open for two people.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="endpoint_links")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="links")
    seen_at = models.DateTimeField(_("moment that was asked about"))
    state = models.CharField(_("answer"), max_length=10, choices=LineState.choices)
    basis = models.CharField(_("basis"), max_length=200, blank=True, default="")
    premises_id = models.CharField(_("premises"), max_length=64, blank=True, default="")
    meter_id = models.CharField(_("meter"), max_length=64, blank=True, default="")
    admin_code = models.CharField(_("area code"), max_length=6, blank=True, default="")
    confidence = models.FloatField(_("confidence"))
    candidates = models.PositiveIntegerField(_("lines that fit"))
    holder = EncryptedTextField(_("holder of the line"), kind="name", blank=True, default="")
    line_account = EncryptedTextField(_("account of the line"), kind="account", blank=True, default="")
    address = EncryptedTextField(_("installed at"), kind="address", blank=True, default="")
    forgotten_at = models.DateTimeField(null=True)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="confidence_is_a_share", condition=models.Q(confidence__gte=0, confidence__lte=1)
            ),
            models.CheckConstraint(
                name="only_resolved_names_premises",
                condition=models.Q(state="resolved") | models.Q(premises_id="", meter_id=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case.number} · {self.endpoint}"

    @property
    def resolved(self) -> bool:
        """Whether it is one line, with enough confidence."""
        return self.state == LineState.RESOLVED

    @property
    def percent(self) -> int:
        """The confidence in whole per cent."""
        return round(100 * self.confidence)
