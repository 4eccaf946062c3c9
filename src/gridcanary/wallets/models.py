"""Tables of dossiers: which lie in which case, and the addresses they name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import visible_case_ids
from gridcanary.custody.append_only import AppendOnlyModel, AppendOnlyQuerySet
from gridcanary.custody.models import EvidenceItem


class DossierKind(models.TextChoices):
    """What a dossier tells."""

    INCOME = "income", _("Mining income")
    TRACE = "trace", _("Where the money went")


class DossierQuerySet(AppendOnlyQuerySet["Dossier"]):
    """Dossiers, added and read."""

    def visible_to(self, user: User) -> DossierQuerySet:
        """Those of the cases that the person may see."""
        return self.filter(case__in=visible_case_ids(user))


class Dossier(AppendOnlyModel):
    """A dossier that was verified on arrival. Its files lie in the evidence store, as one ZIP that is never changed.

    What stands here repeats the dossier, so that lists need not open it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="dossiers")
    item = models.OneToOneField(EvidenceItem, on_delete=models.PROTECT, related_name="dossier")
    kind = models.CharField(max_length=16, choices=DossierKind.choices)
    title = models.CharField(max_length=200)
    network = models.CharField(max_length=32)
    seal = models.CharField(max_length=64)
    written_by = models.CharField(max_length=64)
    checked_by = models.CharField(max_length=64)
    file_count = models.PositiveIntegerField()
    transaction_count = models.PositiveIntegerField()
    header_count = models.PositiveIntegerField()
    recomputed_count = models.PositiveIntegerField()
    told_output_count = models.PositiveIntegerField()
    work = models.CharField(max_length=80)
    tip_height = models.IntegerField()
    tip_at = models.DateTimeField()
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    attached_at = models.DateTimeField()

    objects: ClassVar[Any] = DossierQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("case", "seal"), name="dossier_once_a_case"),)

    def __str__(self) -> str:
        return f"{self.item.ref} {self.title}"

    @property
    def is_test_network(self) -> bool:
        """Whether its coins are worth nothing."""
        return self.network not in ("bitcoin", "bitcoin-cash", "litecoin", "dogecoin")


class Role(models.TextChoices):
    """What an address is to a dossier."""

    WATCHED = "watched", _("Wallet of the case")
    PAYER = "payer", _("Paid by it")
    PASSED = "passed", _("Passed through")
    SERVICE = "service", _("Address at a service")


class DossierAddress(AppendOnlyModel):
    """An address that a dossier names, for the search."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="addresses")
    address = models.CharField(max_length=128, db_index=True)
    role = models.CharField(max_length=8, choices=Role.choices)
    label = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("dossier", "address", "role"), name="dossier_address_once"),
        )

    def __str__(self) -> str:
        return self.address
