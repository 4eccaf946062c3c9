"""People and companies in a case, their personal data encrypted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import BlindIndexField, EncryptedTextField
from gridcanary.accounts.models import User
from gridcanary.casework.models import Case, CaseSite


class PartyKind(models.TextChoices):
    """Who can be a party."""

    PERSON = "person", _("Natural person")
    COMPANY = "company", _("Company or organisation")


class Part(models.TextChoices):
    """What a party is in a case. One party may be several things."""

    OPERATOR = "operator", _("Operator of the mine")
    OWNER = "owner", _("Owner of the machines")
    LANDLORD = "landlord", _("Landlord of the premises")
    PARK = "park", _("Park or estate management")
    TENANT = "tenant", _("Tenant")
    EMPLOYEE = "employee", _("Employee")
    USER_OF_RECORD = "user_of_record", _("Electricity customer of record")
    VICTIM = "victim", _("Victim")
    WITNESS = "witness", _("Witness")


class PartyQuerySet(models.QuerySet["Party"]):
    """Parties, with who may see them."""

    def visible_to(self, user: User) -> PartyQuerySet:
        """Parties of the cases that the person sees."""
        return self.filter(case__in=Case.objects.visible_to(user))


class Party(models.Model):
    """A person or company as one case knows it.

    Each case keeps a record of its own, so that what a department enters in one case is never read in another
    through the back door. That two records are the same party is found by the blind indexes, and only among the
    cases that the person who asks may see.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("person or company"), max_length=8, choices=PartyKind.choices)
    name = EncryptedTextField(_("name"), kind="name")
    name_index = BlindIndexField(of="name")
    id_number = EncryptedTextField(_("identity or credit number"), kind="id_number", blank=True, default="")
    id_index = BlindIndexField(of="id_number")
    phone = EncryptedTextField(_("telephone"), kind="phone", blank=True, default="")
    phone_index = BlindIndexField(of="phone")
    address = EncryptedTextField(_("address"), kind="address", blank=True, default="")
    address_index = BlindIndexField(of="address")
    note = models.TextField(_("note without personal data"), blank=True, default="")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ("case", "number")
        constraints = (models.UniqueConstraint(name="party_numbered_once", fields=("case", "number")),)

    def __str__(self) -> str:
        return gettext("Party %(number)d of case %(case)s") % {
            "number": self.number,
            "case": self.case.number,
        }

    @property
    def shown_name(self) -> str:
        """The name as pages show it: a person's masked, a company's whole, because registers publish it."""
        return self.name.in_clear() if self.kind == PartyKind.COMPANY else str(self.name)


class PartyRole(models.Model):
    """What a party is in its case, and at which of its premises. It ends by a date and is never deleted."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(_("part in the case"), max_length=16, choices=Part.choices)
    site = models.ForeignKey(CaseSite, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="one_running_part", fields=("party", "role"), condition=models.Q(ended_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_id} {self.role}"
