"""The money ledger: what is owed in a case, and every movement of it."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import Unit, User
from gridcanary.casework.models import AppendOnlyModel, AppendOnlyQuerySet, Case
from gridcanary.enforcement.models.amount import AmountField
from gridcanary.enforcement.models.party import Party


class MoneyItemQuerySet(models.QuerySet["MoneyItem"]):
    """Items, with who may see them."""

    def visible_to(self, user: User) -> MoneyItemQuerySet:
        """Items of the cases that the person sees."""
        return self.filter(case__in=Case.objects.visible_to(user))


class MoneyItem(models.Model):
    """Something that is owed: a surcharge, a back-bill, a fine, proceeds.

    It holds no amount. What is due, collected and open follows from its entries, so that no two numbers can
    disagree. ``calculation`` is how the first amount was reckoned: rule, inputs, lines, what is unverified.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="money")
    kind = models.CharField(_("kind"), max_length=64)
    rule = models.CharField(_("rule"), max_length=64, blank=True, default="")
    currency = models.CharField(max_length=3)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="money", verbose_name=_("collected by")
    )
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="money",
        verbose_name=_("owed by"),
    )
    calculation = models.JSONField(default=dict)
    claimed_at = models.DateTimeField(_("claim served"), null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    objects = MoneyItemQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("unit", "kind"), name="money_by_unit"),)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"

    @property
    def subject(self) -> str:
        """How clocks name this item."""
        return f"money:{self.pk}"


class EntryKind(models.TextChoices):
    """What moved."""

    ASSESSED = "assessed", _("Assessed")
    ADJUSTED = "adjusted", _("Adjusted")
    COLLECTED = "collected", _("Payment collected")
    WAIVED = "waived", _("Waived")
    REFUNDED = "refunded", _("Paid back")
    WRITTEN_OFF = "written_off", _("Written off")


class MoneyEntry(AppendOnlyModel):
    """One movement. Amounts are positive; an adjustment alone may be negative."""

    item = models.ForeignKey(MoneyItem, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("what"), max_length=12, choices=EntryKind.choices)
    amount = AmountField(_("amount"))
    on = models.DateField(_("day"))
    reason = models.TextField(_("reason"), blank=True, default="")
    document = models.CharField(_("document or receipt"), max_length=120, blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet["MoneyEntry"].as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="assessed_once", fields=("item",), condition=models.Q(kind="assessed")
            ),
            models.CheckConstraint(
                name="only_adjustments_go_down",
                condition=models.Q(amount__gt=Decimal(0))
                | (models.Q(kind="adjusted") & models.Q(amount__lt=Decimal(0))),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind} {self.amount}"
